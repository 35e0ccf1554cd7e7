//! Errors of the libraries, translated once into [`Failure`].

use std::error::Error;

use crate::model::{Failure, FailureKind};

/// What a reqwest error means. The chain of sources decides, because the outermost text says only «error sending
/// request».
pub fn of_reqwest(error: &reqwest::Error, target: &str) -> Failure {
    let (io, texts) = chain(error);
    let all = texts.join(": ").to_lowercase();
    let kind = if error.is_timeout() {
        FailureKind::TimedOut
    } else if error.is_builder() {
        FailureKind::Protocol
    } else {
        kind_of(io, &all, error.is_connect(), error.is_body() || error.is_decode())
    };
    let detail = texts.last().cloned().unwrap_or_default();
    Failure::new(kind, target, detail)
}

/// What a tonic transport error or a gRPC status with a transport source means.
pub fn of_status(status: &tonic::Status, target: &str) -> Option<Failure> {
    let source = status.source()?;
    let (io, mut texts) = chain(source);
    texts.push(status.message().to_owned());
    let all = texts.join(": ").to_lowercase();
    let kind = kind_of(io, &all, true, false);
    let detail = texts.into_iter().rev().nth(1).unwrap_or_default();
    Some(Failure::new(kind, target, detail))
}

/// What an error met while connecting by gRPC means.
pub fn of_transport(error: &tonic::transport::Error, target: &str) -> Failure {
    let (io, texts) = chain(error);
    let all = texts.join(": ").to_lowercase();
    Failure::new(
        kind_of(io, &all, true, false),
        target,
        texts.last().cloned().unwrap_or_default(),
    )
}

fn chain(error: &(dyn Error + 'static)) -> (Option<std::io::ErrorKind>, Vec<String>) {
    let mut texts = Vec::new();
    let mut io = None;
    let mut next = Some(error);
    while let Some(current) = next {
        let text = current.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        if let Some(found) = current.downcast_ref::<std::io::Error>() {
            io = Some(found.kind());
        }
        next = current.source();
    }
    (io, texts)
}

fn kind_of(io: Option<std::io::ErrorKind>, all: &str, connecting: bool, reading: bool) -> FailureKind {
    use std::io::ErrorKind;
    const TLS: [&str; 7] = [
        "tls",
        "certificate",
        "corrupt message",
        "handshake",
        "invalidcontenttype",
        "invalid peer",
        "alert",
    ];
    if all.contains("dns error")
        || all.contains("failed to lookup address")
        || all.contains("name or service not known")
    {
        return FailureKind::Dns;
    }
    if TLS.iter().any(|word| all.contains(word)) {
        return FailureKind::Tls;
    }
    match io {
        Some(ErrorKind::ConnectionRefused) => return FailureKind::Refused,
        Some(ErrorKind::TimedOut) => return FailureKind::TimedOut,
        Some(ErrorKind::UnexpectedEof) if reading => return FailureKind::Truncated,
        Some(
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof,
        ) => {
            return FailureKind::Reset;
        }
        _ => {}
    }
    const PROTOCOL: [&str; 8] = [
        "http2 error",
        "frame with invalid size",
        "protocol error",
        "invalid http version",
        "invalid http header",
        "preface",
        "h2 protocol",
        "invalid http status",
    ];
    if all.contains("connection refused") {
        FailureKind::Refused
    } else if all.contains("end of file before message length") || all.contains("incomplete") && reading {
        FailureKind::Truncated
    } else if PROTOCOL.iter().any(|word| all.contains(word)) {
        FailureKind::Protocol
    } else if reading {
        FailureKind::Truncated
    } else if ["timed out", "deadline", "timeout"]
        .iter()
        .any(|word| all.contains(word))
        || connecting && (all.contains("unreachable") || all.contains("no route"))
    {
        FailureKind::TimedOut
    } else {
        FailureKind::Reset
    }
}
