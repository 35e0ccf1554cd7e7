//! What a TraceQL metrics query came to: `GET /api/metrics/query_range` and `/api/metrics/query` (grafana/tempo v3.0.3:
//! pkg/tempopb/tempo.proto, `QueryRangeResponse`, `QueryInstantResponse`). Zero values are left out, times are texts.

use serde::Deserialize;
use serde_json::Value;

use telemetry::model::plot::PlotSeries;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::trace::TraceId;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::tempo::parse_json;

/// Series, their exemplars, and what Tempo says of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TraceqlResult {
    /// The series.
    pub series: Vec<TraceqlSeries>,
    /// Why the answer is not whole, where it is not.
    pub partial: Option<String>,
}

/// A series and its exemplars.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceqlSeries {
    /// The series; an instant query gives one point at time 0.
    pub series: PlotSeries,
    /// Trace ids, 32 digits, with the value each stands for.
    pub exemplars: Vec<(String, f64)>,
}

impl TraceqlSeries {
    /// A label's value, or the empty text. `nil` is what Tempo says where there is no such attribute.
    pub fn label(&self, name: &str) -> &str {
        let found = self.series.labels.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| if value == "nil" { "" } else { value })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TraceqlEnvelope {
    series: Option<Vec<RawTraceqlSeries>>,
    metrics: Option<Value>,
    status: Value,
    message: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawTraceqlSeries {
    labels: Vec<RawTraceqlLabel>,
    samples: Vec<RawTraceqlSample>,
    exemplars: Vec<RawTraceqlExemplar>,
    value: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawTraceqlLabel {
    key: String,
    value: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct RawTraceqlSample {
    timestamp_ms: Value,
    value: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawTraceqlExemplar {
    labels: Vec<RawTraceqlLabel>,
    value: Option<f64>,
}

/// The answer of either endpoint.
pub fn parse_traceql_result(mut answer: HttpAnswer) -> Result<TraceqlResult, Failure> {
    // What a querier says stands at the end of a chain of wrapped errors.
    if !answer.is_success()
        && let Some((_, said)) = answer.body.rsplit_once(" desc = ")
    {
        answer.body = said.to_owned();
    }
    let request = answer.request.clone();
    let envelope: TraceqlEnvelope = parse_json(answer)?;
    if envelope.series.is_none() && envelope.metrics.is_none() && !envelope.rest.is_empty() {
        let why = "JSON, but not a response to a metrics query";
        return Err(Failure::new(FailureKind::Decode, request, why));
    }
    let partial = matches!(envelope.status.as_str(), Some("PARTIAL")) || envelope.status.as_u64() == Some(1);
    Ok(TraceqlResult {
        series: envelope
            .series
            .into_iter()
            .flatten()
            .map(convert_traceql_series)
            .collect(),
        partial: partial.then(|| match envelope.message.trim() {
            "" => "Tempo reports a partial result".to_owned(),
            message => message.to_owned(),
        }),
    })
}

fn convert_traceql_series(raw: RawTraceqlSeries) -> TraceqlSeries {
    let ranged = raw.samples.iter().filter_map(|sample| {
        let time = parse_number(&sample.timestamp_ms)? / 1e3;
        // Zeros are left out, and what is no number is written as a text.
        let value = if sample.value.is_null() {
            0.0
        } else {
            parse_number(&sample.value)?
        };
        Some((time, value))
    });
    let mut points: Vec<(f64, f64)> = ranged.collect();
    if raw.samples.is_empty() {
        points.push((0.0, raw.value.unwrap_or(0.0)));
    }
    let exemplars = raw
        .exemplars
        .iter()
        .filter_map(|exemplar| {
            let id = exemplar.labels.iter().find(|label| label.key == "trace:id")?;
            Some((
                TraceId::from_hex(&format_any_value(&id.value))?.to_string(),
                exemplar.value.unwrap_or(0.0),
            ))
        })
        .collect();
    TraceqlSeries {
        series: PlotSeries {
            labels: raw
                .labels
                .iter()
                .map(|label| (label.key.clone(), format_any_value(&label.value)))
                .collect(),
            points,
            text: None,
        },
        exemplars,
    }
}

/// `{"stringValue":"a"}`, `{"intValue":"5"}`, `{"doubleValue":0.5}`, `{"boolValue":true}`
fn format_any_value(value: &Value) -> String {
    match value.as_object().and_then(|object| object.values().next()) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn parse_number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.parse().ok())
        .filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<TraceqlResult, Failure> {
        parse_traceql_result(answer(body))
    }

    #[test]
    fn a_range_and_an_instant_are_read() {
        let range = read(
            r#"{"series":[{"labels":[{"key":"p","value":{"doubleValue":0.5}}],
               "samples":[{"timestampMs":"1000","value":0.25},{"timestampMs":"2000"}],
               "exemplars":[{"labels":[{"key":"trace:id","value":{"stringValue":"ab"}}],"value":0.5}]}],"metrics":{}}"#,
        )
        .expect("a range");
        assert_eq!(range.series[0].series.points, [(1.0, 0.25), (2.0, 0.0)]);
        assert_eq!(range.series[0].label("p"), "0.5");
        assert_eq!(
            range.series[0].exemplars,
            [("000000000000000000000000000000ab".to_owned(), 0.5)]
        );
        let instant = read(r#"{"series":[{"labels":[{"key":"__name__","value":{"stringValue":"rate"}}],"value":7}]}"#)
            .expect("an instant");
        assert_eq!(instant.series[0].series.points, [(0.0, 7.0)]);
        assert_eq!(read("{}").expect("nothing").series, []);
        assert!(read(r#"{"status":"success","data":{}}"#).is_err());
    }

    #[test]
    fn a_partial_answer_says_so() {
        let partial = read(r#"{"series":[],"status":"PARTIAL","message":"too many series"}"#).expect("an answer");
        assert_eq!(partial.partial.as_deref(), Some("too many series"));
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(body in "\\PC{0,80}", inner in "[\\[\\]{}\",:0-9a-z]{0,60}") {
            let _ = read(&body);
            let _ = read(&format!(r#"{{"series":[{{"labels":[{inner}],"samples":[{{"timestampMs":"{inner}"}}]}}]}}"#));
        }
    }
}
