//! The ways a question can go unanswered. Clients translate into this once; nobody else reads error texts.

use serde::{Deserialize, Serialize};

/// What went wrong between asking and having an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name does not resolve.
    Dns,
    /// Nothing listens at that address.
    Refused,
    /// The connection was closed before an answer was complete.
    Reset,
    /// No answer within the deadline.
    TimedOut,
    /// The peer speaks something else.
    Protocol,
    /// The TLS handshake failed.
    Tls,
    /// 401, 403 or gRPC `UNAUTHENTICATED`, `PERMISSION_DENIED`.
    Unauthorised,
    /// An HTTP status that is no success.
    Http,
    /// A gRPC status that is not `OK`.
    Grpc,
    /// The answer is not what this endpoint answers.
    Decode,
    /// The answer ended before its declared length.
    Truncated,
    /// The answer was longer than we read.
    TooLarge,
    /// The answer leads elsewhere, as a login page does.
    Redirected,
    /// The run ended (Ctrl-C or `--timeout`) before the answer came.
    Cancelled,
}

impl FailureKind {
    /// A few words for a person.
    pub fn description(self) -> &'static str {
        match self {
            FailureKind::Dns => "name does not resolve",
            FailureKind::Refused => "connection refused",
            FailureKind::Reset => "connection reset",
            FailureKind::TimedOut => "timed out",
            FailureKind::Protocol => "unexpected protocol",
            FailureKind::Tls => "TLS handshake failed",
            FailureKind::Unauthorised => "credentials refused",
            FailureKind::Http => "HTTP error",
            FailureKind::Grpc => "gRPC error",
            FailureKind::Decode => "unexpected response",
            FailureKind::Truncated => "response truncated",
            FailureKind::TooLarge => "response too large",
            FailureKind::Redirected => "redirected elsewhere",
            FailureKind::Cancelled => "not finished",
        }
    }

    /// No conversation with the target took place at all.
    pub fn is_unreachable(self) -> bool {
        matches!(
            self,
            FailureKind::Dns
                | FailureKind::Refused
                | FailureKind::Reset
                | FailureKind::TimedOut
                | FailureKind::Tls
                | FailureKind::Protocol
        )
    }
}

/// One question that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// What was asked: `GET http://localhost:3200/ready`.
    pub target: String,
    /// The raw text, redacted and cut to a line.
    pub detail: String,
    /// The HTTP or gRPC status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl Failure {
    /// A failure without a status.
    pub fn new(kind: FailureKind, target: impl Into<String>, detail: impl Into<String>) -> Self {
        Failure {
            kind,
            target: target.into(),
            detail: detail.into(),
            status: None,
        }
    }

    /// The server's certificate is not believed (rustls: «invalid peer certificate: …»).
    pub fn is_untrusted(&self) -> bool {
        self.kind == FailureKind::Tls && self.detail.contains("peer certificate")
    }

    /// The same failure with the status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let detail = remove_os_error_number(&self.detail);
        let words = self.kind.description();
        match self.status {
            Some(status) => f.write_str(&format_status_text(status, &detail)),
            None => match strip_words(&detail, words) {
                Some(rest) => write!(f, "{words}{rest}"),
                None => write!(f, "{words}: {detail}"),
            },
        }
    }
}

/// `404 page not found`: a status and a text, which may begin with that status itself.
pub fn format_status_text(status: u16, text: &str) -> String {
    let number = status.to_string();
    match strip_words(text, &number) {
        Some(rest) => format!("{number}{rest}"),
        None => format!("{number} {text}"),
    }
}

/// What follows these words at the start of a text, in any case; all of an empty text.
fn strip_words<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    if text.is_empty() {
        return Some(text);
    }
    let start = text.get(..words.len())?;
    let rest = text.get(words.len()..)?;
    (start.eq_ignore_ascii_case(words) && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// A text without the number of the operating system's error: ` (os error 111)`.
fn remove_os_error_number(text: &str) -> std::borrow::Cow<'_, str> {
    let Some((before, rest)) = text.split_once(" (os error ") else {
        return text.into();
    };
    match rest.split_once(')') {
        Some((number, after)) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{before}{after}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said_once() {
        let shown = |kind, detail: &str| Failure::new(kind, "GET /", detail).to_string();
        let refused = FailureKind::Refused;
        assert_eq!(
            shown(refused, "Connection refused (os error 111)"),
            "connection refused"
        );
        assert_eq!(
            shown(refused, "Connection refused (os error 111) at [::1]:1 and 127.0.0.1:1"),
            "connection refused at [::1]:1 and 127.0.0.1:1"
        );
        assert_eq!(shown(FailureKind::TimedOut, ""), "timed out");
        assert_eq!(shown(FailureKind::TimedOut, "after 5 s"), "timed out: after 5 s");
        let status = |text: &str| {
            Failure::new(FailureKind::Http, "GET /", text)
                .with_status(404)
                .to_string()
        };
        assert_eq!(status("404 page not found"), "404 page not found");
        assert_eq!(status("4040 é"), "404 4040 é");
        assert_eq!(status("no"), "404 no");
        assert_eq!(status(""), "404");
    }
}
