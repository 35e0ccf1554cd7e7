//! Who listens where a push got no answer: other protocols at its place, other ports beside it.

use telemetry::model::marker::{AlternativeListener, Protocol, PushAnswer};
use telemetry::model::{EvidenceLine, Failure, FailureKind, Finding, Hop, Slot};
use telemetry::parse::authority::Authority;

use super::{EvidenceView, certificates};

/// Any answer of a receiver proves that it listens; an empty export is always taken.
pub fn is_answering(other: &AlternativeListener) -> bool {
    other.result.get().is_some_and(PushAnswer::is_accepted)
}

/// TLS is spoken there, whoever issued the certificate.
fn is_tls_required(other: &AlternativeListener) -> bool {
    other.endpoint.starts_with("https://") && other.result.failure().is_some_and(certificates::is_certificate_failure)
}

/// What came of an empty export.
pub fn build_listener_evidence(other: &AlternativeListener) -> EvidenceLine {
    let answer = match &other.result {
        Slot::Known { value, .. } if value.is_accepted() => "answers".to_owned(),
        Slot::Known { value, .. } => value.summary_line(),
        Slot::Failed { failure } => failure.to_string(),
        Slot::NotAsked => "not queried".to_owned(),
    };
    let source = format!("empty export over {}", other.protocol.name());
    EvidenceLine::new(source, other.endpoint.clone(), answer)
}

/// Something answers at the same place, with TLS or in the other protocol. `server` is who was to take the push.
pub fn find_spoken_protocol(
    alternatives: &[AlternativeListener],
    here: &Authority,
    sent: Protocol,
    server: &str,
) -> Option<Finding> {
    let there = || {
        let same_place = |other: &&AlternativeListener| Authority::parse(&other.endpoint).is_same_place(here);
        alternatives.iter().filter(same_place)
    };
    let other = there().find(|other| is_answering(other));
    if other.is_some_and(|other| !other.endpoint.starts_with("https://") && other.protocol != sent) {
        return other.map(|other| explain_protocol_mismatch(here, other.protocol, sent));
    }
    let secure = other.is_some_and(|other| other.endpoint.starts_with("https://")) || there().any(is_tls_required);
    secure.then(|| {
        Finding::broken(
            "plain-client-tls-server",
            format!("the {server} expects TLS, but the push was plain text"),
        )
    })
}

fn explain_protocol_mismatch(here: &Authority, spoken: Protocol, sent: Protocol) -> Finding {
    let (spoken, sent) = (spoken.name(), sent.name());
    Finding::broken(
        "app-otlp-protocol-port-mismatch",
        format!("{here} expects {spoken}, but the push used {sent}"),
    )
    .with_remedy("make the protocol match the port:")
    .with_config(format!(
        "OTEL_EXPORTER_OTLP_PROTOCOL={spoken}\nOTEL_EXPORTER_OTLP_ENDPOINT=http://{here}"
    ))
}

/// The push was given up after a deadline of a few milliseconds, which the sender's own variable gives.
pub fn find_own_deadline(view: &EvidenceView<'_>, failure: &Failure) -> Option<Finding> {
    let deadline = view.targets().short_deadline.as_ref()?;
    if failure.kind != FailureKind::TimedOut {
        return None;
    }
    Some(
        Finding::broken(
            "app-export-timeout",
            format!(
                "the push was given up after {} ms, before the receiver answered",
                deadline.ms
            ),
        )
        .likely()
        .at_hop(Hop::Receiver)
        .with_evidence("environment", deadline.origin.clone(), format!("{} ms", deadline.ms)),
    )
}
