//! What every HTTP answer is held against before it is read.

use crate::model::tempo::HttpAnswer;
use crate::model::{Failure, FailureKind, Slot};

/// Everything but 200 is a failure of its own kind; so is a web page.
pub fn expect_ok(answer: HttpAnswer) -> Result<HttpAnswer, Failure> {
    let page = answer.is_html();
    let (kind, detail) = match answer.status {
        200..=299 if !page => return Ok(answer),
        200..=299 => (FailureKind::Decode, "a web page, not an API answer".to_owned()),
        status @ 300..=399 => {
            let to = answer.header("location").unwrap_or("nowhere");
            (FailureKind::Redirected, format!("{status} redirects to {to}"))
        }
        status => {
            let kind = match status {
                401 | 403 => FailureKind::Unauthorised,
                _ => FailureKind::Http,
            };
            (
                kind,
                if page {
                    "a web page".to_owned()
                } else {
                    answer.excerpt()
                },
            )
        }
    };
    Err(Failure::new(kind, answer.request, detail).with_status(answer.status))
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
