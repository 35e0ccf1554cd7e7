//! One trace followed through the pipeline: a probe of `send`, or the marker of doctor.

use doctor::evidence::installation;
use stack::clients::TempoClient;
use telemetry::load::probe::Probe;
use telemetry::model::marker::{PushAnswer, Watch};
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::report::MarkerHop;
use telemetry::model::send_report::TraceProtocol;
use telemetry::model::trace::Trace;
use telemetry::model::{Evidence, Hop, HopState, Slot};
use telemetry::text::duration::format_ms;

use super::evidence_recorder::EvidenceRecorder;
use super::wait_budget::WaitBudget;
use super::{marker_query, marker_series, prometheus, push, tempo};
use stack::Stack;

/// How far a trace is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FollowDepth {
    /// Until it is found by its id.
    pub by_id: bool,
    /// Until search finds it.
    pub search: bool,
    /// Whether it is found by its id every time.
    pub repeated: bool,
    /// Until metrics made from it are in Prometheus.
    pub metrics: bool,
}

/// Sends the probe and follows it. What was found is on the board.
pub async fn follow_probe(stack: &Stack, board: &EvidenceRecorder, probe: &Probe, wait: FollowDepth) {
    let mut hops = vec![Hop::Receiver];
    if wait.by_id {
        hops.extend([Hop::Ingest, Hop::Query]);
    }
    if wait.metrics {
        hops.push(Hop::Prometheus);
    }
    board.send_event(ProgressEvent::Started { hops });
    let status = async {
        if wait.by_id {
            Some(tempo::fetch_status(stack, board).await)
        } else {
            None
        }
    };
    let metrics = async {
        if wait.metrics {
            prometheus::fetch_status(stack, board).await;
        }
    };
    let (found, ()) = tokio::join!(status, metrics);
    let services = (probe.services.0.as_str(), probe.services.1.as_str());
    if wait.metrics && board.view(installation::is_prometheus_answering) {
        marker_series::fetch_services_before_push(stack, board, services).await;
    }
    if push::push_probe(stack, board, probe, Hop::Receiver).await
        && let Some(found) = found
    {
        if tempo::is_silent(board) {
            // Nobody home: asking for the trace again and again would only cost time.
            board.write(|evidence| {
                if let Some(failure) = evidence.tempo.echo.failure().cloned() {
                    evidence.query.by_id = Slot::failed(failure);
                }
            });
        } else {
            let mut pace = board.read(WaitBudget::from_evidence);
            pace.single_processor |= !probe.has_edge;
            let mut sent = probe.trace.clone();
            if stack.otlp.wire().otlp_protocol().is_none() {
                // The receiver translates it: only that it is whole can be told.
                sent.spans.clear();
            }
            watch_probe(stack, board, &found, &pace, &sent, wait).await;
        }
    }
    board.send_event(ProgressEvent::Done);
}

/// Waits for a trace that was pushed: by id, by search and, at the same time, in Prometheus. `sent` is what was sent.
pub async fn watch_probe(
    stack: &Stack,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    sent: &Trace,
    depth: FollowDepth,
) {
    let traces = async {
        if board.read(|evidence| evidence.query.by_id_watch.is_none()) {
            marker_query::watch_by_id(found, board, pace, sent).await;
        }
        let seen = board.read(|evidence| evidence.query.by_id.get().is_some_and(|read| read.spans > 0));
        let search = async {
            if depth.search && seen {
                marker_query::watch_search(found, board, pace).await;
            }
        };
        let repeats = async {
            // What one connection never finds, another may.
            if depth.repeated && board.read(|evidence| evidence.query.by_id.get().is_some()) {
                marker_query::repeat_by_id(found, board, &sent.id.to_string()).await;
            }
        };
        tokio::join!(search, repeats);
    };
    let metrics = async {
        if depth.metrics && board.view(installation::is_prometheus_answering) {
            marker_series::watch_series(stack, board, pace).await;
        }
    };
    tokio::join!(traces, metrics);
}

/// Where the trace got to, as far as it was followed.
pub fn build_hops(evidence: &Evidence, wait: FollowDepth, wire: TraceProtocol) -> Vec<MarkerHop> {
    let mut hops = Vec::new();
    let mut hop = |hop: Hop, state: HopState, seen_after_ms: Option<u64>, note: Option<String>| {
        hops.push(MarkerHop {
            hop,
            state,
            seen_after_ms,
            note,
        });
        state
    };
    let push = &evidence.receiver.push;
    let accepted = push.get().is_some_and(PushAnswer::is_accepted);
    let state = match push {
        Slot::NotAsked => HopState::Waiting,
        _ if accepted => HopState::Passed,
        _ => HopState::Lost,
    };
    let why = match push {
        Slot::Known { value, .. } if !accepted => Some(value.summary_line()),
        Slot::Failed { failure } => Some(failure.to_string()),
        _ => None,
    };
    hop(Hop::Receiver, state, push.took_ms().filter(|_| accepted), why);
    if !accepted {
        return hops;
    }
    if wait.by_id {
        let (state, note) = describe_read_by_id(evidence, wire);
        let seen = evidence
            .query
            .by_id_watch
            .as_ref()
            .and_then(|watch| watch.seen_after_ms);
        hop(
            Hop::Ingest,
            if state == HopState::Passed {
                state
            } else {
                HopState::NotChecked
            },
            seen,
            None,
        );
        let search = &evidence.query.search_watch;
        let (state, seen, note) = match (state, wait.search) {
            (HopState::Passed, true) => {
                let found = search.as_ref().and_then(|watch| watch.seen_after_ms);
                let said = format!("{} by id", format_ms(seen.unwrap_or(0)));
                let note = match found {
                    Some(found) => format!("{said}, {} by search", format_ms(found)),
                    None => format!("{said}, not by search"),
                };
                (derive_hop_state(search.as_ref()), found.or(seen), Some(note))
            }
            (state, _) => (state, seen, note),
        };
        hop(Hop::Query, state, seen, note);
    }
    if wait.metrics {
        let facts = &evidence.prometheus;
        let seen = |watch: &Option<Watch>| watch.as_ref().and_then(|watch| watch.seen_after_ms);
        let (calls, graph, exemplar) = (
            seen(&facts.calls_watch),
            seen(&facts.graph_watch),
            seen(&facts.exemplar_watch),
        );
        let what: Vec<&str> = [("span metrics", calls), ("edge", graph), ("exemplar", exemplar)]
            .into_iter()
            .filter_map(|(what, seen)| seen.map(|_| what))
            .collect();
        let first = calls.or(graph);
        let state = match first {
            Some(_) => HopState::Passed,
            None if facts.calls_watch.is_none() => HopState::NotChecked,
            None => derive_hop_state(facts.calls_watch.as_ref()),
        };
        let note = if what.is_empty() {
            facts.query_probe.failure().map(ToString::to_string)
        } else {
            Some(what.join(", "))
        };
        hop(Hop::Prometheus, state, first, note);
    }
    hops
}

fn describe_read_by_id(evidence: &Evidence, wire: TraceProtocol) -> (HopState, Option<String>) {
    let query = &evidence.query;
    let wanted = evidence.marker.as_ref().map_or(0, |marker| marker.spans);
    match &query.by_id {
        Slot::Known { value, .. } if value.spans >= wanted => {
            let note = match value.differences.first() {
                Some(first) => format!("{} of {wanted} spans, not as sent: {first}", value.spans),
                // What Zipkin's and Jaeger's receivers translate is not compared field by field.
                None if wire.otlp_protocol().is_none() => format!("{wanted} of {wanted} spans found"),
                None if wanted == 1 => "found as sent".to_owned(),
                None => format!("all {wanted} spans found as sent"),
            };
            (HopState::Passed, Some(note))
        }
        Slot::Known { value, .. } => (
            match derive_hop_state(query.by_id_watch.as_ref()) {
                // Part of it was seen, and that ended the wait.
                HopState::Passed => HopState::Lost,
                other => other,
            },
            Some(format!("{} of {wanted} spans", value.spans)),
        ),
        // Nobody looked: that says nothing of the trace.
        Slot::Failed { failure } => (HopState::NotChecked, Some(format!("not checked: {failure}"))),
        Slot::NotAsked => (HopState::Waiting, None),
    }
}

fn derive_hop_state(watch: Option<&Watch>) -> HopState {
    match watch {
        Some(watch) if watch.seen_after_ms.is_some() => HopState::Passed,
        Some(watch) if watch.is_lost() => HopState::Lost,
        _ => HopState::Waiting,
    }
}
