//! The plain parts of what the lab's servers answer.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// Any answer.
pub(crate) fn build_answer(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// What Go's `http.Error` writes.
pub(crate) fn build_go_error(status: StatusCode, text: &str) -> Response {
    let body = format!("{text}\n");
    let answer = build_answer(status, "text/plain; charset=utf-8", body);
    ([(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], answer).into_response()
}
