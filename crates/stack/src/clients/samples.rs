//! Answers for the tests of this layer.

use telemetry::model::tempo::HttpAnswer;

/// A success with this body.
pub(super) fn answer(body: &str) -> HttpAnswer {
    HttpAnswer {
        request: "GET /x".into(),
        status: 200,
        headers: Default::default(),
        body: body.into(),
    }
}
