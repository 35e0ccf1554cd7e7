//! How Grafana says things: JSON, refusals, the HTML page of its login.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::super::answers::build_answer;

/// A JSON answer.
pub(super) fn build_json_answer(status: u16, body: &Value) -> Response {
    build_text_answer(status, "application/json", body.to_string())
}

/// Any answer.
pub(super) fn build_text_answer(status: u16, kind: &'static str, body: impl Into<Body>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    build_answer(status, kind, body)
}

/// `{"message": …}`; up to 11 with a trace id beside it.
pub(super) fn build_message_answer(status: u16, text: &str, version: (u32, u32)) -> Response {
    if version.0 < 12 {
        build_json_answer(status, &json!({"message": text, "traceID": ""}))
    } else {
        build_json_answer(status, &json!({"message": text}))
    }
}

/// Nobody, or nobody we know.
pub(super) fn build_unauthorised_answer(given: Option<&str>, version: (u32, u32)) -> Response {
    let (text, id) = match given {
        None => ("Unauthorized", "auth.unauthorized"),
        Some(kind) if kind.starts_with("Basic ") => ("Invalid username or password", "password-auth.failed"),
        Some(_) => ("Invalid API key", "api-key.invalid"),
    };
    if version.0 < 10 {
        let text = if id == "auth.unauthorized" {
            text.to_owned()
        } else {
            text[..1].to_lowercase() + &text[1..]
        };
        return build_json_answer(401, &json!({"message": text}));
    }
    build_json_answer(
        401,
        &json!({"extra": null, "message": text, "messageId": id, "statusCode": 401, "traceID": ""}),
    )
}

/// The login may not do that.
pub(super) fn build_forbidden_answer(needed: &str) -> Response {
    build_json_answer(
        403,
        &json!({
            "accessErrorId": "ACE0000000000",
            "message": format!(
                "You'll need additional permissions to perform this action. Permissions needed: {needed}"
            ),
            "title": "Access denied",
        }),
    )
}

/// The page of a login in front of Grafana.
pub(super) fn build_login_page() -> Response {
    let page = build_text_answer(302, "text/html; charset=utf-8", "<a href=\"/login\">Found</a>.\n");
    ([(header::LOCATION, "/login")], page).into_response()
}
