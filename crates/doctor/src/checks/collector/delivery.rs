//! What the collector accepts reaches Tempo.

use telemetry::model::marker::PushAnswer;
use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState, SkipReason};

use super::{export_failure, is_collector_known};
use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};
use crate::evidence::collector_counters::{self as counters, SpanFlow};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.delivery",
    title: "what the collector accepts reaches Tempo",
    needs: &[
        tempo_counters::OTHER_SPANS_FACTS,
        &[Fact::Collector, Fact::Push, Fact::ById, Fact::Logs],
    ],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if view.request().no_marker {
        return judge_by_traffic(view);
    }
    match marker_state::find_hop_state(view, Hop::Collector) {
        HopState::NotConfigured => {
            CheckOutcome::not_applicable("no collector is known; pass --collector-metrics-url or --tempo-otlp-endpoint")
        }
        HopState::Passed => {
            let watch = view.collector().watch.as_ref();
            CheckOutcome::pass(match watch.and_then(|watch| watch.seen_after_ms) {
                Some(ms) => format!("the marker reached Tempo after {ms} ms"),
                None => "it exported what it accepted".to_owned(),
            })
        }
        HopState::Waiting => CheckOutcome::Skip(SkipReason::Waiting(describe_wait(view))),
        HopState::Lost
            if super::push::find_collector_answer(view)
                .is_some_and(|push| push.get().is_none_or(|answer| !answer.is_accepted())) =>
        {
            CheckOutcome::not_applicable("it did not accept the marker")
        }
        HopState::Lost => explain_loss(view).into(),
        _ => find_own_loss(view).map_or_else(
            || {
                CheckOutcome::no_evidence(
                    "a marker sent past the collector did not arrive either, or could not be sent",
                )
            },
            CheckOutcome::from,
        ),
    }
}

/// What is lost behind it as well proves nothing of it. Its counters do: a processor drops everything, or it does not get rid
/// of its spans although Tempo's receiver accepts some.
fn find_own_loss(view: &EvidenceView<'_>) -> Option<Finding> {
    let flow = counters::measure_flow(view)?;
    let lets_nothing_out = flow.sent + flow.failed + flow.enqueue_failed + flow.queued <= 0.0;
    let is_accepted = view.collector().lost.is_some() && view.push().get().is_some_and(PushAnswer::is_accepted);
    let dropped = find_dropping_processor(view, &flow).filter(|_| lets_nothing_out);
    dropped.or_else(|| export_failure::find_export_failure(view, &flow).filter(|_| is_accepted))
}

fn describe_wait(view: &EvidenceView<'_>) -> String {
    let seconds = view
        .collector()
        .watch
        .as_ref()
        .map_or(0, |watch| watch.waited_ms / 1000);
    match counters::measure_flow(view) {
        Some(flow) if flow.queued > 0.0 => {
            format!(
                "the marker had not left the collector after {seconds} s; {:.0} items are in its queue",
                flow.queued
            )
        }
        Some(flow) if flow.tail_sampled <= 0.0 && counters::has_component(view, "processor_tail_sampling") => {
            format!("the marker had not left the collector after {seconds} s: tail sampling had not decided on it yet")
        }
        Some(flow) if flow.sent <= 0.0 => {
            format!("the marker had not left the collector after {seconds} s: it is waiting in a batch")
        }
        _ => format!("the marker had not left the collector after {seconds} s"),
    }
}

fn explain_loss(view: &EvidenceView<'_>) -> Finding {
    let flow = counters::measure_flow(view);
    let finding = match &flow {
        Some(_) if is_collector_gone(view) => explain_without_counters(view),
        Some(flow) => explain_by_counters(view, flow),
        None => explain_without_counters(view),
    };
    let straight = view.collector().lost.is_some() && marker_state::find_by_id_state(view) == HopState::Passed;
    let waited = view.collector().watch.as_ref().map(|watch| watch.waited_ms / 1000);
    let finding = match waited {
        Some(seconds) => finding.with_evidence(
            "GET /api/v2/traces/{id}",
            "the marker, after the collector accepted it",
            format!("absent for {seconds} s"),
        ),
        None => finding,
    };
    if straight {
        finding.with_evidence(
            "GET /api/v2/traces/{id}",
            "a second marker, sent directly to Tempo",
            "found",
        )
    } else {
        finding
    }
}

/// Its counters say what became of the marker.
fn explain_by_counters(view: &EvidenceView<'_>, flow: &SpanFlow) -> Finding {
    let thrown = find_dropping_processor(view, flow);
    let finding = match thrown {
        // Spans that leave, or none that try to: what is thrown away is what is missing.
        Some(finding)
            if flow.sent > 0.0 || flow.failed + flow.enqueue_failed <= 0.0 && view.collector().stuck_s <= 0.0 =>
        {
            finding
        }
        other => export_failure::find_export_failure(view, flow)
            .or(other)
            .unwrap_or_else(|| explain_silent_loss(view, flow)),
    };
    export_failure::adjust_level(view, finding, flow)
}

fn find_dropping_processor(view: &EvidenceView<'_>, flow: &SpanFlow) -> Option<Finding> {
    let (cause, summary, families): (_, _, &[&str]) = if flow.head_sampled > 0.0 {
        (
            "collector-head-sampling",
            "the collector's sampler dropped the marker: it keeps only a share of the traces",
            &["processor_probabilistic_sampler_count_traces_sampled"],
        )
    } else if flow.tail_sampled > 0.0 {
        (
            "collector-tail-sampling-policy",
            "the collector's tail sampling dropped the marker: no policy keeps it",
            &[
                "processor_tail_sampling_count_traces_sampled",
                "processor_tail_sampling_sampling_trace_dropped_too_early",
            ],
        )
    } else if flow.filtered > 0.0 {
        (
            "collector-filter-or-transform",
            "one of the collector's filters drops spans like the marker's",
            &["processor_filter_spans_filtered"],
        )
    } else if flow.memory_refused > 0.0 {
        (
            "collector-memory-limiter",
            "the collector rejects spans because it is short of memory",
            &["processor_memory_limiter_refused_spans", "processor_refused_spans"],
        )
    } else if flow.dropped > 0.0 {
        (
            "collector-filter-or-transform",
            "one of the collector's processors drops spans",
            &["processor_dropped_spans"],
        )
    } else {
        return None;
    };
    let finding = Finding::broken(cause, summary)
        .with_evidence_lines(counters::build_risen_evidence(view, "receiver_accepted_spans"))
        .with_evidence_lines(
            families
                .iter()
                .flat_map(|family| counters::build_risen_evidence(view, family)),
        )
        .with_evidence_lines(counters::build_risen_evidence(view, "exporter_sent_spans"));
    // Of others' spans these counters count too.
    Some(finding.likely_unless(counters::is_marker_alone(view, flow)))
}

/// Nothing failed and nothing was thrown away.
fn explain_silent_loss(view: &EvidenceView<'_>, flow: &SpanFlow) -> Finding {
    if let Some(finding) =
        export_failure::find_logged_failure(view).or_else(|| export_failure::find_missing_tenant(view))
    {
        return finding.likely();
    }
    if let Some((tenant, grown)) = tempo_counters::list_other_tenants(view).into_iter().next() {
        return Finding::broken(
            "tenant-mismatch",
            format!(
                "the collector exports spans as tenant {tenant}, but this run examines tenant {}",
                tempo_counters::resolve_tenant(view)
            ),
        )
        .likely()
        .with_evidence_lines([tempo_counters::build_increase_evidence(
            view,
            &format!("tempo_distributor_spans_received_total{{tenant=\"{tenant}\"}}"),
            grown,
        )]);
    }
    let finding = if flow.sent > 0.0 {
        let destinations = export_failure::list_destinations(view);
        let where_to = if destinations.is_empty() {
            "elsewhere".to_owned()
        } else {
            format!("to {}", destinations.join(", "))
        };
        Finding::broken(
            "collector-pipeline-not-wired",
            format!("the collector exports spans {where_to}, but they do not reach this Tempo"),
        )
        .likely()
        .with_remedy("add an exporter that sends to this Tempo to the traces pipeline; if another collector is in between, examine that one:").with_config(export_failure::render_exporter_config(view)).with_command("tempoctl doctor --collector-metrics-url http://SECOND-COLLECTOR:8888")
    } else if counters::get_latest_scrape(view).is_some_and(|now| {
        !now.samples.iter().any(|sample| {
            telemetry::parse::collector::normalize_metric_name(&sample.name).starts_with("exporter_")
                && sample
                    .labels
                    .get("exporter")
                    .is_some_and(|name| telemetry::parse::collector::is_remote_exporter(name))
        })
    }) {
        Finding::broken(
            "collector-pipeline-not-wired",
            "the collector accepts spans but exports none: its traces pipeline has no exporter that sends anywhere",
        )
        .with_evidence(counters::SOURCE, "exporter_* of an exporter that sends", "no series")
    } else {
        Finding::broken(
            "collector-retrying",
            "the collector accepted the marker, but its counters do not show what became of it",
        )
        .likely()
    };
    finding
        .with_evidence_lines(counters::build_risen_evidence(view, "receiver_accepted_spans"))
        .with_evidence_lines(counters::build_risen_evidence(view, "exporter_sent_spans"))
}

/// It answered before the push, and does not any more.
fn is_collector_gone(view: &EvidenceView<'_>) -> bool {
    let facts = view.collector();
    facts.metrics_before.get().is_some() && facts.gone.as_ref().is_some_and(|failure| failure.kind.is_unreachable())
}

/// Its counters are not known: the marker, Tempo's counters and a log have to do.
fn explain_without_counters(view: &EvidenceView<'_>) -> Finding {
    if let Some(finding) =
        export_failure::find_logged_failure(view).or_else(|| export_failure::find_missing_tenant(view))
    {
        return finding;
    }
    if is_collector_gone(view) {
        return Finding::broken(
            "target-unreachable",
            "the collector accepted the marker and then stopped answering",
        )
        .likely()
        .with_evidence_lines(
            view.collector()
                .gone
                .as_ref()
                .map(|failure| telemetry::model::EvidenceLine::new(failure.target.clone(), "answer", failure)),
        );
    }
    let reach = tempo_counters::measure_increase(view, "tempo_receiver_accepted_spans", &[]);
    let mut finding = Finding::broken(
        "collector-retrying",
        "the OTLP endpoint accepted the marker, but it never reached Tempo: most likely a collector with a failing exporter",
    )
    .likely();
    if let Some(grown) = reach {
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(
            view,
            "tempo_receiver_accepted_spans",
            grown,
        )]);
    }
    let known = is_collector_known(view);
    finding.with_remedy(if known {
            "look for the reason in the collector's metrics and log (pass them to doctor), and compare its exporter with Tempo's receiver:"
        } else {
            "if this is a collector, look for the reason in its metrics and log (pass them to doctor), and compare its exporter with Tempo's receiver:"
        }).with_config(export_failure::render_exporter_config(view)).with_command("tempoctl doctor --collector-metrics-url http://localhost:8888 --logs collector.log")
}

/// Without a marker: what became of the spans of applications.
fn judge_by_traffic(view: &EvidenceView<'_>) -> CheckOutcome {
    if !is_collector_known(view) {
        return CheckOutcome::not_applicable("no collector is known; pass --collector-metrics-url");
    }
    let Some(flow) = counters::measure_flow(view) else {
        return CheckOutcome::no_evidence("its counters could not be read twice");
    };
    if flow.accepted <= 0.0 {
        return CheckOutcome::no_evidence("no spans arrived");
    }
    if flow.sent > 0.0 && flow.failed + flow.enqueue_failed <= 0.0 {
        return CheckOutcome::pass(format!(
            "{} accepted, {:.0} exported",
            tempo_counters::render_span_count(flow.accepted),
            flow.sent
        ));
    }
    match export_failure::find_export_failure(view, &flow).or_else(|| find_dropping_processor(view, &flow)) {
        Some(finding) => export_failure::adjust_level(view, finding, &flow).into(),
        None if flow.sent > 0.0 => {
            CheckOutcome::pass(format!("{} exported", tempo_counters::render_span_count(flow.sent)))
        }
        None => CheckOutcome::no_evidence(format!(
            "{} accepted, none exported yet",
            tempo_counters::render_span_count(flow.accepted)
        )),
    }
}
