//! Errors of the libraries, translated once into [`Failure`].

use std::error::Error;

use telemetry::model::{Failure, FailureKind};

use super::connect::ConnectOptions;
use super::trust;

/// What a reqwest error means. The chain of sources decides, because the outermost text says only «error sending
/// request».
pub fn translate_reqwest(error: &reqwest::Error, target: &str) -> Failure {
    let (io, texts) = collect_chain(error);
    let all = texts.join(": ").to_lowercase();
    let kind = if error.is_timeout() {
        FailureKind::TimedOut
    } else if error.is_builder() {
        FailureKind::Protocol
    } else {
        classify_error(io, &all, error.is_connect(), error.is_body() || error.is_decode())
    };
    let detail = texts.last().cloned().unwrap_or_default();
    Failure::new(kind, target, explain_detail(detail))
}

/// What the libraries say with names of their own, in words.
fn explain_detail(detail: String) -> String {
    for (theirs, ours) in [
        (
            "Other(OtherError(CaUsedAsEndEntity))",
            "it is self-signed and not trusted",
        ),
        ("UnknownIssuer", "no trusted authority issued it"),
    ] {
        if let Some(start) = detail.strip_suffix(theirs) {
            return format!("{start}{ours}");
        }
    }
    if detail.ends_with("alert: HandshakeFailure") || detail.ends_with("alert: ProtocolVersion") {
        return format!(
            "{detail}: the server requires a TLS version, an algorithm or a certificate that tempoctl did not offer \
             (it supports TLS 1.2 and 1.3, but not P-521)"
        );
    }
    detail
}

/// What a tonic transport error or a gRPC status with a transport source means.
pub fn translate_status(status: &tonic::Status, target: &str) -> Option<Failure> {
    // A server of HTTP/2 that knows no gRPC: its page is read as a message, and begins with a letter.
    if status.code() == tonic::Code::Internal && status.message().contains("invalid compression flag") {
        return Some(Failure::new(FailureKind::Protocol, target, status.message()));
    }
    let source = status.source()?;
    let (io, mut texts) = collect_chain(source);
    texts.push(status.message().to_owned());
    let all = texts.join(": ").to_lowercase();
    let kind = classify_error(io, &all, true, false);
    let detail = texts.into_iter().rev().nth(1).unwrap_or_default();
    Some(Failure::new(kind, target, detail))
}

/// What an error met while connecting by gRPC means.
pub fn translate_transport(error: &tonic::transport::Error, target: &str) -> Failure {
    let (io, texts) = collect_chain(error);
    let all = texts.join(": ").to_lowercase();
    Failure::new(
        classify_error(io, &all, true, false),
        target,
        explain_detail(texts.last().cloned().unwrap_or_default()),
    )
}

/// Looks closer at what failed, where the library's error leaves open what a person has to know.
pub async fn enrich_failure(mut failure: Failure, connect: &ConnectOptions) -> Failure {
    match failure.kind {
        FailureKind::Refused => Box::pin(name_addresses(failure, connect.base())).await,
        // With TLS 1.3 a server refuses our certificate after our side of the handshake is done; what was sent by then makes it
        // reset the connection, and its alert is lost.
        FailureKind::Reset | FailureKind::Truncated | FailureKind::Protocol
            if connect.base().starts_with("https://") =>
        {
            // Boxed: every request would carry the room for a handshake otherwise.
            if let Some(alert) = Box::pin(trust::fetch_tls_alert(connect)).await {
                failure.kind = FailureKind::Tls;
                failure.detail = alert;
            }
            failure
        }
        _ => failure,
    }
}

/// Adds the addresses behind a name that refused: `localhost` is two of them, and both were tried.
async fn name_addresses(mut failure: Failure, base: &str) -> Failure {
    let Some(url) = url::Url::parse(base).ok() else {
        return failure;
    };
    let (Some(url::Host::Domain(host)), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return failure;
    };
    let Ok(found) = tokio::net::lookup_host((host, port)).await else {
        return failure;
    };
    let mut addresses: Vec<String> = found.map(|address| address.to_string()).collect();
    addresses.dedup();
    if !addresses.is_empty() {
        failure.detail = format!("{} at {}", failure.detail, addresses.join(" and "));
    }
    failure
}

fn collect_chain(error: &(dyn Error + 'static)) -> (Option<std::io::ErrorKind>, Vec<String>) {
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

fn classify_error(io: Option<std::io::ErrorKind>, all: &str, connecting: bool, reading: bool) -> FailureKind {
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
    const PROTOCOL: [&str; 9] = [
        "http2 error",
        // A gRPC server speaks first, and hyper was only listening for an answer.
        "unexpected message from connection",
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
