//! What the collector accepts reaches Tempo.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome, Skip};

use super::counters::{self, Flow};
use super::{exporting, is_known};
use crate::checks::{Check, View, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.delivery",
    hop: Hop::Collector,
    title: "what the collector accepts reaches Tempo",
    needs: &[&[
        Fact::Collector,
        Fact::Push,
        Fact::BackdatedPush,
        Fact::ById,
        Fact::Marker,
        Fact::Metrics,
        Fact::Config,
        Fact::Targets,
        Fact::Logs,
    ]],
    causes: &[
        "collector-missing-org-header",
        "collector-tls-default",
        "collector-exporter-protocol-mixup",
        "collector-compression-unsupported",
        "collector-batch-too-large",
        "collector-permanent-429",
        "collector-send-failed",
        "collector-retrying",
        "collector-queue-full",
        "collector-memory-limiter",
        "collector-head-sampling",
        "collector-tail-sampling-policy",
        "collector-filter-or-transform",
        "collector-pipeline-not-wired",
        "tenant-mismatch",
        "target-unreachable",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if view.request().no_marker {
        return by_traffic(view);
    }
    match passage::state(view, Hop::Collector) {
        HopState::NotConfigured => {
            Outcome::not_applicable("no collector is known; pass --collector-metrics-url or --tempo-otlp-endpoint")
        }
        HopState::Passed => {
            let watch = view.collector().watch.as_ref();
            Outcome::pass(match watch.and_then(|watch| watch.seen_after_ms) {
                Some(ms) => format!("the marker reached Tempo after {ms} ms"),
                None => "it exported what it accepted".to_owned(),
            })
        }
        HopState::Waiting => Outcome::Skip(Skip::Waiting(waiting(view))),
        HopState::Lost
            if super::push::answer(view).is_some_and(|push| push.get().is_none_or(|answer| !answer.accepted())) =>
        {
            Outcome::not_applicable("it did not accept the marker")
        }
        HopState::Lost => lost(view).into(),
        _ => Outcome::no_evidence("a marker sent past the collector did not arrive either, or could not be sent"),
    }
}

fn waiting(view: &View<'_>) -> String {
    let seconds = view
        .collector()
        .watch
        .as_ref()
        .map_or(0, |watch| watch.waited_ms / 1000);
    match counters::flow(view) {
        Some(flow) if flow.queued > 0.0 => {
            format!(
                "the marker had not left the collector after {seconds} s; {:.0} items are in its queue",
                flow.queued
            )
        }
        Some(flow) if flow.tail_sampled <= 0.0 && counters::has(view, "processor_tail_sampling") => {
            format!("the marker had not left the collector after {seconds} s: tail sampling had not decided on it yet")
        }
        Some(flow) if flow.sent <= 0.0 => {
            format!("the marker had not left the collector after {seconds} s: it is waiting in a batch")
        }
        _ => format!("the marker had not left the collector after {seconds} s"),
    }
}

fn lost(view: &View<'_>) -> Finding {
    let flow = counters::flow(view);
    let finding = match &flow {
        Some(_) if went_away(view) => uncounted(view),
        Some(flow) => counted(view, flow),
        None => uncounted(view),
    };
    let straight = view.collector().lost.is_some() && passage::by_id(view) == HopState::Passed;
    let waited = view.collector().watch.as_ref().map(|watch| watch.waited_ms / 1000);
    let finding = match waited {
        Some(seconds) => finding.seen(
            "GET /api/v2/traces/{id}",
            "the marker, after the collector accepted it",
            format!("absent for {seconds} s"),
        ),
        None => finding,
    };
    if straight {
        finding.seen(
            "GET /api/v2/traces/{id}",
            "a second marker, sent directly to Tempo",
            "found",
        )
    } else {
        finding
    }
}

/// Its counters say what became of the marker.
fn counted(view: &View<'_>, flow: &Flow) -> Finding {
    let thrown = thrown_away(view, flow);
    let finding = match thrown {
        // Spans that leave, or none that try to: what is thrown away is what is missing.
        Some(finding) if flow.sent > 0.0 || flow.failed + flow.not_queued <= 0.0 && view.collector().stuck_s <= 0.0 => {
            finding
        }
        other => exporting::finding(view, flow)
            .or(other)
            .unwrap_or_else(|| unexplained(view, flow)),
    };
    exporting::levelled(view, finding, flow)
}

fn thrown_away(view: &View<'_>, flow: &Flow) -> Option<Finding> {
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
    } else if flow.short_of_memory > 0.0 {
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
        .seen_all(counters::risen_lines(view, "receiver_accepted_spans"))
        .seen_all(families.iter().flat_map(|family| counters::risen_lines(view, family)))
        .seen_all(counters::risen_lines(view, "exporter_sent_spans"));
    // Of others' spans these counters count too.
    Some(if counters::alone(view, flow) {
        finding
    } else {
        finding.likely()
    })
}

/// Nothing failed and nothing was thrown away.
fn unexplained(view: &View<'_>, flow: &Flow) -> Finding {
    if let Some(finding) = exporting::logged(view).or_else(|| exporting::refused_by_tempo(view)) {
        return finding.likely();
    }
    if let Some((tenant, grown)) = other_tenant(view) {
        return Finding::broken(
            "tenant-mismatch",
            format!(
                "the collector exports spans as tenant {tenant}, but this run examines tenant {}",
                traffic::tenant(view)
            ),
        )
        .likely()
        .seen_all([traffic::line(
            view,
            &format!("tempo_distributor_spans_received_total{{tenant=\"{tenant}\"}}"),
            grown,
        )]);
    }
    let finding = if flow.sent > 0.0 {
        let destinations = exporting::destinations(view);
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
        .fix(
            "add an exporter that sends to this Tempo to the traces pipeline; if another collector is in between, examine that one:",
            Some(exporting::exporter(view)),
            Some("tempoctl doctor --collector-metrics-url http://SECOND-COLLECTOR:8888".to_owned()),
        )
    } else if counters::now(view).is_some_and(|now| {
        !now.samples.iter().any(|sample| {
            crate::parse::collector::family(&sample.name).starts_with("exporter_")
                && sample
                    .labels
                    .get("exporter")
                    .is_some_and(|name| crate::parse::collector::leaves_the_process(name))
        })
    }) {
        Finding::broken(
            "collector-pipeline-not-wired",
            "the collector accepts spans but exports none: its traces pipeline has no exporter that sends anywhere",
        )
        .seen(counters::SOURCE, "exporter_* of an exporter that sends", "no series")
    } else {
        Finding::broken(
            "collector-retrying",
            "the collector accepted the marker, but its counters do not show what became of it",
        )
        .likely()
    };
    finding
        .seen_all(counters::risen_lines(view, "receiver_accepted_spans"))
        .seen_all(counters::risen_lines(view, "exporter_sent_spans"))
}

/// A tenant other than ours whose spans Tempo counted since the push.
fn other_tenant(view: &View<'_>) -> Option<(String, f64)> {
    let ours = traffic::tenant(view);
    let scrape = view.metrics_after().get()?;
    scrape
        .select("tempo_distributor_spans_received_total", &[])
        .filter_map(|sample| sample.labels.get("tenant"))
        .filter(|tenant| **tenant != ours)
        .find_map(|tenant| {
            let grown = traffic::delta(view, "tempo_distributor_spans_received_total", &[("tenant", tenant)])?;
            (grown > 0.0).then(|| (tenant.clone(), grown))
        })
}

/// It answered before the push, and does not any more.
fn went_away(view: &View<'_>) -> bool {
    let facts = view.collector();
    facts.metrics_before.get().is_some() && facts.gone.as_ref().is_some_and(|failure| failure.kind.is_unreachable())
}

/// Its counters are not known: the marker, Tempo's counters and a log have to do.
fn uncounted(view: &View<'_>) -> Finding {
    if let Some(finding) = exporting::logged(view).or_else(|| exporting::refused_by_tempo(view)) {
        return finding;
    }
    if went_away(view) {
        return Finding::broken(
            "target-unreachable",
            "the collector accepted the marker and then stopped answering",
        )
        .likely()
        .seen_all(
            view.collector()
                .gone
                .as_ref()
                .map(|failure| crate::model::EvidenceLine::new(failure.target.clone(), "answer", failure)),
        );
    }
    let reach = traffic::delta(view, "tempo_receiver_accepted_spans", &[]);
    let mut finding = Finding::broken(
        "collector-retrying",
        "the OTLP endpoint accepted the marker, but it never reached Tempo: most likely a collector with a failing exporter",
    )
    .likely();
    if let Some(grown) = reach {
        finding = finding.seen_all([traffic::line(view, "tempo_receiver_accepted_spans", grown)]);
    }
    let known = is_known(view);
    finding.fix(
        if known {
            "look for the reason in the collector's metrics and log (pass them to doctor), and compare its exporter with Tempo's receiver:"
        } else {
            "if this is a collector, look for the reason in its metrics and log (pass them to doctor), and compare its exporter with Tempo's receiver:"
        },
        Some(exporting::exporter(view)),
        Some("tempoctl doctor --collector-metrics-url http://localhost:8888 --logs collector.log".to_owned()),
    )
}

/// Without a marker: what became of the spans of applications.
fn by_traffic(view: &View<'_>) -> Outcome {
    if !is_known(view) {
        return Outcome::not_applicable("no collector is known; pass --collector-metrics-url");
    }
    let Some(flow) = counters::flow(view) else {
        return Outcome::no_evidence("its counters could not be read twice");
    };
    if flow.accepted <= 0.0 {
        return Outcome::no_evidence("no spans arrived");
    }
    if flow.sent > 0.0 && flow.failed + flow.not_queued <= 0.0 {
        return Outcome::pass(format!(
            "{} accepted, {:.0} exported",
            traffic::spans(flow.accepted),
            flow.sent
        ));
    }
    match exporting::finding(view, &flow).or_else(|| thrown_away(view, &flow)) {
        Some(finding) => exporting::levelled(view, finding, &flow).into(),
        None if flow.sent > 0.0 => Outcome::pass(format!("{} exported", traffic::spans(flow.sent))),
        None => Outcome::no_evidence(format!("{} accepted, none exported yet", traffic::spans(flow.accepted))),
    }
}
