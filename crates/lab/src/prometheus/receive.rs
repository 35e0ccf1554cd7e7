//! `POST /api/v1/write`

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use prost::Message;

use super::super::answers::build_go_error;
use super::super::remote_write::{WireLabel, WriteRequest};
use super::super::scenario::RemoteWriteFault;
use super::LabPrometheus;
use super::store::{RejectedSample, StoredExemplar, TsdbLabels};

const MAX_BODY: usize = 32 * 1024 * 1024;

/// Takes a batch.
pub(crate) async fn serve_write(State(prometheus): State<Arc<LabPrometheus>>, request: Request) -> Response {
    let fault = &prometheus.settings.fault;
    if fault.remote_write == RemoteWriteFault::Unauthorised {
        let answer = build_go_error(StatusCode::UNAUTHORIZED, "Unauthorized");
        return ([(header::WWW_AUTHENTICATE, "Basic")], answer).into_response();
    }
    if fault.receiver_off {
        return build_go_error(
            StatusCode::NOT_FOUND,
            "remote write receiver needs to be enabled with --enable-feature=remote-write-receiver",
        );
    }
    let Ok(body) = to_bytes(request.into_body(), MAX_BODY).await else {
        return build_go_error(StatusCode::BAD_REQUEST, "http: request body too large");
    };
    match decode_request(&body) {
        Err(problem) => build_go_error(StatusCode::BAD_REQUEST, problem),
        Ok(request) => prometheus.store(&request),
    }
}

fn decode_request(body: &Bytes) -> Result<WriteRequest, &'static str> {
    let corrupt = "snappy: corrupt input";
    let length = snap::raw::decompress_len(body).map_err(|_| corrupt)?;
    if body.is_empty() || length > MAX_BODY {
        return Err(corrupt);
    }
    let plain = snap::raw::Decoder::new().decompress_vec(body).map_err(|_| corrupt)?;
    WriteRequest::decode(plain.as_slice()).map_err(|_| "proto: wrong wireType")
}

impl LabPrometheus {
    fn store(&self, request: &WriteRequest) -> Response {
        let native = request.timeseries.iter().any(|series| !series.histograms.is_empty());
        if native {
            return build_go_error(StatusCode::INTERNAL_SERVER_ERROR, "native histograms are disabled");
        }
        let mut rejected = None;
        for series in &request.timeseries {
            let labels = collect_labels(&series.labels);
            for sample in &series.samples {
                if let Err(why) = self.tsdb.append(&labels, sample.timestamp, sample.value) {
                    rejected = Some(why);
                }
            }
            if self.settings.fault.exemplar_storage_off {
                continue;
            }
            for exemplar in &series.exemplars {
                let exemplar = StoredExemplar {
                    labels: self::collect_labels(&exemplar.labels),
                    value: exemplar.value,
                    at_ms: exemplar.timestamp,
                };
                self.tsdb.add_exemplar(&labels, exemplar);
            }
        }
        match rejected {
            None => StatusCode::NO_CONTENT.into_response(),
            Some(RejectedSample::OutOfOrder) => build_go_error(StatusCode::BAD_REQUEST, "out of order sample"),
            Some(RejectedSample::Duplicate) => {
                build_go_error(StatusCode::BAD_REQUEST, "duplicate sample for timestamp")
            }
        }
    }
}

fn collect_labels(labels: &[WireLabel]) -> TsdbLabels {
    labels
        .iter()
        .map(|label| (label.name.clone(), label.value.clone()))
        .collect()
}
