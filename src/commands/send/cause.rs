//! Why nothing arrived, by the catalogue.

use crate::causes;
use crate::checks::receiver::push::credentials;
use crate::diagnose::diagnose;
use crate::model::check::{Confidence, EvidenceLine, Level};
use crate::model::marker::PushAnswer;
use crate::model::report::ReportCause;
use crate::model::{FailureKind, Hop, Slot};
use crate::probes::push::neighbours;
use crate::probes::{Board, tempo};

use super::target::Target;

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

/// Asks round a little, and lets doctor's check of the push judge what was answered.
pub(super) async fn of_answer(target: &Target, answer: Slot<PushAnswer>) -> Option<ReportCause> {
    if target.client.wire().otlp().is_none() {
        return older_receiver(target, &answer);
    }
    let board = Board::new(target.setup.evidence(), std::time::Duration::from_secs(10), None);
    board.write(|evidence| evidence.receiver.push = answer);
    tempo::status(&target.setup, &board).await;
    neighbours(&target.setup, &board).await;
    diagnose(&board.snapshot()).verdict.causes.into_iter().next()
}

/// Nobody listens where Zipkin or Jaeger would: Tempo opens these ports only where it is told to.
pub(super) fn older_receiver(target: &Target, answer: &Slot<PushAnswer>) -> Option<ReportCause> {
    let (id, says) = match answer {
        Slot::Failed { failure } if failure.kind == FailureKind::Refused => {
            ("jaeger-zipkin-port-assumption", failure.to_string())
        }
        Slot::Failed { failure } => ("target-unreachable", failure.to_string()),
        Slot::Known { value, .. } if is_refusal(answer) => ("gateway-401", value.line()),
        _ => return None,
    };
    let cause = causes::lookup(id)?;
    Some(ReportCause {
        id: id.to_owned(),
        check: "receiver.push".to_owned(),
        hop: Hop::Receiver,
        level: Level::Broken,
        confidence: Confidence::Likely,
        summary: cause.title.clone(),
        evidence: vec![EvidenceLine::new(
            target.client.wire().name(),
            target.client.endpoint(),
            says,
        )],
        remedy: if id == "gateway-401" {
            credentials()
        } else {
            cause.remedy.clone()
        },
        explains: Vec::new(),
    })
}
