//! `POST /api/v1/write`

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use prost::Message;

use super::super::remote_write::{Label, WriteRequest};
use super::super::scenario::RemoteWriteFault;
use super::Prometheus;
use super::api::go_error;
use super::store::{Exemplar, Labels, Rejected};

const MAX_BODY: usize = 32 * 1024 * 1024;

/// Takes a batch.
pub(crate) async fn write(State(prometheus): State<Arc<Prometheus>>, request: Request) -> Response {
    let fault = &prometheus.settings.fault;
    if fault.remote_write == RemoteWriteFault::Unauthorised {
        let mut answer = go_error(StatusCode::UNAUTHORIZED, "Unauthorized");
        let realm = HeaderValue::from_static("Basic");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        return answer;
    }
    if fault.receiver_off {
        return go_error(
            StatusCode::NOT_FOUND,
            "remote write receiver needs to be enabled with --enable-feature=remote-write-receiver",
        );
    }
    let Ok(body) = to_bytes(request.into_body(), MAX_BODY).await else {
        return go_error(StatusCode::BAD_REQUEST, "http: request body too large");
    };
    match decode(&body) {
        Err(problem) => go_error(StatusCode::BAD_REQUEST, problem),
        Ok(request) => prometheus.store(&request),
    }
}

fn decode(body: &Bytes) -> Result<WriteRequest, &'static str> {
    let corrupt = "snappy: corrupt input";
    let length = snap::raw::decompress_len(body).map_err(|_| corrupt)?;
    if body.is_empty() || length > MAX_BODY {
        return Err(corrupt);
    }
    let plain = snap::raw::Decoder::new().decompress_vec(body).map_err(|_| corrupt)?;
    WriteRequest::decode(plain.as_slice()).map_err(|_| "proto: wrong wireType")
}

impl Prometheus {
    fn store(&self, request: &WriteRequest) -> Response {
        let native = request.timeseries.iter().any(|series| !series.histograms.is_empty());
        if native {
            return go_error(StatusCode::INTERNAL_SERVER_ERROR, "native histograms are disabled");
        }
        let mut rejected = None;
        for series in &request.timeseries {
            let labels = labels(&series.labels);
            for sample in &series.samples {
                if let Err(why) = self.tsdb.append(&labels, sample.timestamp, sample.value) {
                    rejected = Some(why);
                }
            }
            if self.settings.fault.exemplar_storage_off {
                continue;
            }
            for exemplar in &series.exemplars {
                let exemplar = Exemplar {
                    labels: self::labels(&exemplar.labels),
                    value: exemplar.value,
                    at_ms: exemplar.timestamp,
                };
                self.tsdb.exemplar(&labels, exemplar);
            }
        }
        match rejected {
            None => {
                let mut answer = Response::new(axum::body::Body::empty());
                *answer.status_mut() = StatusCode::NO_CONTENT;
                answer
            }
            Some(Rejected::OutOfOrder) => go_error(StatusCode::BAD_REQUEST, "out of order sample"),
            Some(Rejected::Duplicate) => go_error(StatusCode::BAD_REQUEST, "duplicate sample for timestamp"),
        }
    }
}

fn labels(labels: &[Label]) -> Labels {
    labels
        .iter()
        .map(|label| (label.name.clone(), label.value.clone()))
        .collect()
}
