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
    pub fn words(self) -> &'static str {
        match self {
            FailureKind::Dns => "name does not resolve",
            FailureKind::Refused => "connection refused",
            FailureKind::Reset => "connection reset",
            FailureKind::TimedOut => "no answer in time",
            FailureKind::Protocol => "not the expected protocol",
            FailureKind::Tls => "TLS handshake failed",
            FailureKind::Unauthorised => "credentials refused",
            FailureKind::Http => "HTTP error",
            FailureKind::Grpc => "gRPC error",
            FailureKind::Decode => "answer not understood",
            FailureKind::Truncated => "answer cut short",
            FailureKind::TooLarge => "answer too large",
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

    /// The same failure with the status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(f, "{status} {}", self.detail),
            None if self.detail.is_empty() => f.write_str(self.kind.words()),
            None => write!(f, "{}: {}", self.kind.words(), self.detail),
        }
    }
}
