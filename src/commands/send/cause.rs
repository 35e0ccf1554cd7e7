//! Why nothing arrived, by the catalogue.

use std::time::Duration;

use doctor::causes;
use doctor::checks::receiver::push::build_credentials_remedy;
use doctor::diagnose::diagnose_evidence;
use probes::push::probe_neighbours;
use probes::{EvidenceRecorder, tempo};
use stack::Stack;
use telemetry::model::check::{Confidence, EvidenceLine, FindingLevel};
use telemetry::model::marker::PushAnswer;
use telemetry::model::report::ReportCause;
use telemetry::model::{FailureKind, Hop, Slot};

/// The target refused the credentials.
pub(super) fn is_refusal(answer: &Slot<PushAnswer>) -> bool {
    match answer {
        Slot::Known { value, .. } => matches!(
            (value.http_status, value.grpc_code),
            (Some(401 | 403), _) | (None, Some(7 | 16))
        ),
        Slot::Failed { failure } => failure.kind == FailureKind::Unauthorised,
        Slot::NotAsked => false,
    }
}

/// Evidence of a push, of which only that is judged.
pub(super) fn record_push(stack: &Stack, limit: Duration) -> EvidenceRecorder {
    let board = EvidenceRecorder::new(stack, limit);
    board.write(|evidence| evidence.request.only.push("receiver.push".to_owned()));
    board
}

/// Asks round a little, and lets doctor's check of the push judge what was answered.
pub(super) async fn find_cause(stack: &Stack, answer: Slot<PushAnswer>) -> Option<ReportCause> {
    if stack.otlp.wire().otlp_protocol().is_none() {
        return explain_legacy_receiver(stack, &answer);
    }
    let board = record_push(stack, Duration::from_secs(10));
    board.write(|evidence| evidence.receiver.push = answer);
    tempo::fetch_status(stack, &board).await;
    probe_neighbours(stack, &board).await;
    diagnose_evidence(&board.snapshot()).verdict.causes.into_iter().next()
}

/// Nobody listens where Zipkin or Jaeger would: Tempo opens these ports only where it is told to.
pub(super) fn explain_legacy_receiver(stack: &Stack, answer: &Slot<PushAnswer>) -> Option<ReportCause> {
    let (id, says) = match answer {
        Slot::Failed { failure } if failure.kind == FailureKind::Refused => {
            ("jaeger-zipkin-port-assumption", failure.to_string())
        }
        Slot::Failed { failure } => ("target-unreachable", failure.to_string()),
        Slot::Known { value, .. } if is_refusal(answer) => ("gateway-401", value.summary_line()),
        _ => return None,
    };
    let cause = causes::find_cause(id)?;
    Some(ReportCause {
        id: id.to_owned(),
        check: "receiver.push".to_owned(),
        hop: Hop::Receiver,
        level: FindingLevel::Broken,
        confidence: Confidence::Likely,
        summary: cause.title.clone(),
        evidence: vec![EvidenceLine::new(stack.otlp.wire().name(), stack.otlp.endpoint(), says)],
        remedy: if id == "gateway-401" {
            build_credentials_remedy()
        } else {
            cause.remedy.clone()
        },
        explains: Vec::new(),
    })
}
