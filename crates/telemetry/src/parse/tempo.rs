//! What every HTTP answer is held against before it is read.

use crate::model::tempo::HttpAnswer;
use crate::model::{Failure, FailureKind, Slot};

/// Everything but 200 is a failure of its own kind; so is a web page.
pub fn expect_ok(answer: HttpAnswer) -> Result<HttpAnswer, Failure> {
    let fail = |kind| {
        let detail = if answer.is_html() {
            "a web page".to_owned()
        } else {
            answer.excerpt()
        };
        Failure::new(kind, answer.request.clone(), detail).with_status(answer.status)
    };
    match answer.status {
        200..=299 if answer.is_html() => Err(Failure::new(
            FailureKind::Decode,
            answer.request.clone(),
            "a web page, not an API answer",
        )
        .with_status(answer.status)),
        200..=299 => Ok(answer),
        300..=399 => Err(Failure::new(
            FailureKind::Redirected,
            answer.request.clone(),
            format!(
                "{} redirects to {}",
                answer.status,
                answer.header("location").unwrap_or("nowhere")
            ),
        )
        .with_status(answer.status)),
        401 | 403 => Err(fail(FailureKind::Unauthorised)),
        _ => Err(fail(FailureKind::Http)),
    }
}

/// True where the answer is Tempo's `echo`.
pub fn is_echo(slot: &Slot<HttpAnswer>) -> bool {
    slot.get()
        .is_some_and(|answer| answer.status == 200 && answer.body.trim() == "echo")
}

/// An answer that is not what was asked for.
pub fn build_decode_failure(answer: &HttpAnswer, why: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Decode, answer.request.clone(), why.to_string()).with_status(answer.status)
}

/// The body of a JSON answer.
pub fn parse_json<T: serde::de::DeserializeOwned>(answer: HttpAnswer) -> Result<T, Failure> {
    let answer = expect_ok(answer)?;
    serde_json::from_str(&answer.body)
        .map_err(|error| build_decode_failure(&answer, format!("not the JSON expected: {}", without_quotes(&error))))
}

/// An error of JSON without what it quotes of the answer.
fn without_quotes(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let is_quote = |letter| matches!(letter, '"' | '`');
    match (told.find(is_quote), told.rfind(is_quote)) {
        (Some(from), Some(to)) if from < to && !told.starts_with("missing field") => {
            format!("{}…{}", &told[..from], &told[to + 1..])
        }
        _ => told,
    }
}

/// Where a text is no YAML; the error itself would quote it.
pub fn broken_at(error: &serde_saphyr::Error) -> String {
    match error.location() {
        Some(at) => format!("line {} column {}", at.line(), at.column()),
        None => "it cannot be read".to_owned(),
    }
}
