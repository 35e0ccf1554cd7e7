//! Remote write version 1 on the wire, and one HTTP exchange.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use prost::Message;

use super::super::generator::registry::{CollectedHistogram, CollectedSeries};

/// `prometheus.WriteRequest`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub(crate) timeseries: Vec<TimeSeries>,
}

/// `prometheus.TimeSeries`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    pub(crate) labels: Vec<WireLabel>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) samples: Vec<WireSample>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) exemplars: Vec<ExemplarMessage>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) histograms: Vec<NativeHistogram>,
}

/// `prometheus.Label`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WireLabel {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) value: String,
}

/// `prometheus.Sample`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct WireSample {
    #[prost(double, tag = "1")]
    pub(crate) value: f64,
    #[prost(int64, tag = "2")]
    pub(crate) timestamp: i64,
}

/// `prometheus.Exemplar`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExemplarMessage {
    #[prost(message, repeated, tag = "1")]
    pub(crate) labels: Vec<WireLabel>,
    #[prost(double, tag = "2")]
    pub(crate) value: f64,
    #[prost(int64, tag = "3")]
    pub(crate) timestamp: i64,
}

/// `prometheus.Histogram`
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NativeHistogram {
    #[prost(uint64, tag = "1")]
    pub(crate) count: u64,
    #[prost(double, tag = "3")]
    pub(crate) sum: f64,
    #[prost(sint32, tag = "4")]
    pub(crate) schema: i32,
    #[prost(double, tag = "5")]
    pub(crate) zero_threshold: f64,
    #[prost(uint64, tag = "6")]
    pub(crate) zero_count: u64,
    #[prost(message, repeated, tag = "11")]
    pub(crate) positive_spans: Vec<BucketSpan>,
    #[prost(sint64, repeated, tag = "12")]
    pub(crate) positive_deltas: Vec<i64>,
    #[prost(int64, tag = "15")]
    pub(crate) timestamp: i64,
}

/// `prometheus.BucketSpan`: a gap, and as many buckets without one.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct BucketSpan {
    #[prost(sint32, tag = "1")]
    pub(crate) offset: i32,
    #[prost(uint32, tag = "2")]
    pub(crate) length: u32,
}

/// Every bucket as a span of its own; a count is written as its difference to the one before.
fn convert_histogram(native: &CollectedHistogram) -> NativeHistogram {
    let (mut next, mut before) = (0, 0);
    let mut spans = Vec::new();
    let mut deltas = Vec::new();
    for (index, count) in &native.buckets {
        spans.push(BucketSpan {
            offset: index - next,
            length: 1,
        });
        deltas.push(*count as i64 - before);
        (next, before) = (index + 1, *count as i64);
    }
    NativeHistogram {
        count: native.buckets.iter().map(|(_, count)| count).sum(),
        sum: native.sum,
        schema: 3,
        zero_threshold: 1e-128,
        zero_count: 0,
        positive_spans: spans,
        positive_deltas: deltas,
        timestamp: native.at_ms,
    }
}

impl WriteRequest {
    pub(crate) fn from_collected(batch: &[CollectedSeries]) -> WriteRequest {
        WriteRequest {
            timeseries: batch.iter().map(convert_series).collect(),
        }
    }
}

fn convert_series(one: &CollectedSeries) -> TimeSeries {
    let label = |name: &str, value: &str| WireLabel {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    TimeSeries {
        labels: one.labels.iter().map(|(name, value)| label(name, value)).collect(),
        samples: one
            .samples
            .iter()
            .map(|(timestamp, value)| WireSample {
                value: *value,
                timestamp: *timestamp,
            })
            .collect(),
        exemplars: one
            .exemplar
            .iter()
            .map(|exemplar| ExemplarMessage {
                labels: vec![label("traceID", exemplar.trace_id.trim_start_matches('0'))],
                value: exemplar.value,
                timestamp: exemplar.at_ms,
            })
            .collect(),
        histograms: one.native.iter().map(convert_histogram).collect(),
    }
}

/// How a request ended.
pub(crate) enum HttpExchange {
    /// With an answer, whatever its status.
    Answered {
        /// The status.
        status: u16,
        /// The body, as far as it was read.
        body: Bytes,
    },
    /// Without one.
    Failed,
}

/// One request on a connection of its own; redirects are not followed.
pub(crate) async fn exchange_http(request: Request<Full<Bytes>>, limit: Duration) -> HttpExchange {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let answered = tokio::time::timeout(limit, async {
        let answer = client.request(request).await.ok()?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), 16 * 1024 * 1024)
            .collect()
            .await
            .ok()?;
        Some(HttpExchange::Answered {
            status,
            body: body.to_bytes(),
        })
    });
    match answered.await {
        Ok(Some(exchange)) => exchange,
        _ => HttpExchange::Failed,
    }
}
