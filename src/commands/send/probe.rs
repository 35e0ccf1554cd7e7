//! One trace, followed.

use crate::Exit;
use crate::render::{LiveView, Sink};
use doctor::diagnose::diagnose_evidence;
use probes::follow;
use stack::Stack;
use telemetry::load::probe::{Probe, ProbeOrigin, build_scenario_probe, build_span_probe};
use telemetry::model::evidence::Evidence;
use telemetry::model::report::{MarkerHop, ReportCause, SCHEMA_VERSION};
use telemetry::model::send_report::{LatencyMs, SendAccount, SendReport, SpanAccount};
use telemetry::model::{Failure, FailureKind, Hop, HopState};
use telemetry::parse::duration;

use super::cause;
use super::options::{SendOptions, SendPayload};
use super::signal::StopSignal;

/// The probe that was asked for.
pub(super) fn build_requested_probe(asked: &SendOptions, now: u64) -> Option<Probe> {
    let origin = ProbeOrigin {
        seed: asked.seed,
        end: now.saturating_sub(asked.backdate.as_nanos() as u64),
        parent: asked.parent.as_ref(),
    };
    let mut probe = match &asked.payload {
        SendPayload::Scenario(scenario) => build_scenario_probe(scenario, &asked.overrides, asked.error_rate, origin),
        SendPayload::Span(span) => build_span_probe(span, origin),
        SendPayload::Load(_) | SendPayload::Replay => return None,
    };
    if asked.wait.search {
        probe.mark();
    }
    Some(probe)
}

/// Sends it and follows it.
pub(super) async fn run_probe(asked: &SendOptions, stack: &Stack, probe: &Probe, sink: &Sink) -> (SendReport, Exit) {
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let live = sink.stderr_is_tty().then(|| LiveView::new(sink.style_err()));
    let board = cause::record_push(stack, asked.timeout).with_events(live.is_some().then_some(sender));
    let viewer = live.map(|mut live| {
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                live.handle(event);
            }
            live.finish();
        })
    });
    let signal = StopSignal::new();
    let mut notes = stack.notes.clone();
    let cancelled = tokio::select! {
        () = follow::follow_probe(stack, &board, probe, asked.wait) => false,
        () = tokio::time::sleep(asked.timeout) => {
            notes.push(format!("stopped waiting after the timeout of {}", duration::format_duration(asked.timeout)));
            false
        }
        () = signal.wait() => true,
    };
    let evidence = board.snapshot();
    drop(board);
    if let Some(viewer) = viewer {
        let _ = viewer.await;
    }
    let report = build_report(stack, probe, &evidence, asked.wait, cancelled, notes);
    let exit = choose_exit(&report, &evidence);
    (report, exit)
}

fn build_report(
    stack: &Stack,
    probe: &Probe,
    evidence: &Evidence,
    wait: follow::FollowDepth,
    cancelled: bool,
    mut notes: Vec<String>,
) -> SendReport {
    let hops = follow::build_hops(evidence, wait, stack.otlp.wire());
    let spans = u64::from(probe.span_count());
    let push = evidence.receiver.push.get();
    let rejected = push.map_or(0, |answer| answer.count_rejected(spans));
    let taken = push.is_some_and(|answer| answer.is_accepted() || rejected > 0);
    let found = evidence.query.by_id.get().map(|read| u64::from(read.spans));
    let took = evidence.receiver.push.took_ms().map(|ms| ms as f64);
    if cancelled {
        notes.push("cancelled".to_owned());
    }
    if evidence.prometheus.query_probe.failure().is_some() {
        notes.push(format!(
            "metrics not checked: no Prometheus at {} (set --prometheus-url)",
            evidence.targets.prometheus.url
        ));
    }
    SendReport {
        schema_version: SCHEMA_VERSION,
        trace_ids: vec![probe.id()],
        sent_to: stack.otlp.endpoint().to_owned(),
        protocol: stack.otlp.wire(),
        account: SendAccount {
            traces: 1,
            spans: SpanAccount {
                generated: spans,
                accepted: if taken { spans - rejected } else { 0 },
                rejected,
                failed: if taken { 0 } else { spans },
                found: found.filter(|_| wait.by_id),
            },
        },
        duration_ms: evidence.duration_ms,
        latency_histogram: None,
        latency_ms: took.map(|ms| LatencyMs {
            p50: ms,
            p95: ms,
            p99: ms,
            max: ms,
        }),
        cause: find_receiver_cause(stack, evidence, &hops),
        hops,
        verified: None,
        refusals: Vec::new(),
        limit: None,
        behind: 0,
        unsampled: 0,
        held_up_ms: 0,
        cancelled,
        notes,
    }
}

/// The cause, where the receiver did not take it.
fn find_receiver_cause(stack: &Stack, evidence: &Evidence, hops: &[MarkerHop]) -> Option<ReportCause> {
    let receiver = hops.iter().find(|hop| hop.hop == Hop::Receiver)?;
    if receiver.state != HopState::Lost {
        return None;
    }
    if stack.otlp.wire().otlp_protocol().is_none() {
        return cause::explain_legacy_receiver(stack, &evidence.receiver.push);
    }
    diagnose_evidence(evidence).verdict.causes.into_iter().next()
}

fn choose_exit(report: &SendReport, evidence: &Evidence) -> Exit {
    if report.cancelled {
        return Exit::Cancelled;
    }
    if cause::is_refusal(&evidence.receiver.push) {
        return Exit::Refused;
    }
    let any = |state: HopState| report.hops.iter().any(|hop| hop.state == state);
    let unlooked = report
        .hops
        .iter()
        .any(|hop| matches!(hop.hop, Hop::Query | Hop::Prometheus) && hop.state == HopState::NotChecked);
    let refused = |failure: &Failure| failure.kind == FailureKind::Unauthorised;
    if any(HopState::Lost) {
        Exit::Found
    } else if evidence.query.by_id.failure().is_some_and(refused) {
        Exit::Refused
    } else if any(HopState::Waiting) || unlooked {
        Exit::Inconclusive
    } else {
        Exit::Done
    }
}
