//! Why there is nothing: what was looked at, how much the tenant received, what explains it, what tells more.

use crate::render::metrics::MetricsPage;
use doctor::causes;
use doctor::checks::compose::COMPOSE_ID_PART;
use doctor::checks::{EvidenceView, installation, tempo_counters};
use doctor::diagnose::no_metrics::{MissingMetrics, SeriesPresence, explain_missing_metrics, needs_tenant};
use probes::metrics::no_metrics;
use stack::Stack;
use std::time::Duration;
use telemetry::model::catalogue::TargetFault;
use telemetry::model::evidence::Evidence;
use telemetry::model::red::CauseNote;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::tempo_config;
use telemetry::text::pluralize;

/// How far looking in Prometheus came.
pub(super) struct PrometheusAbsence {
    trace: SeriesPresence,
    shown: Option<String>,
    /// It was not even answered.
    pub(super) failure: Option<Failure>,
}

impl PrometheusAbsence {
    pub(super) fn new(trace: SeriesPresence, shown: Option<String>) -> PrometheusAbsence {
        PrometheusAbsence {
            trace,
            shown,
            failure: None,
        }
    }

    pub(super) fn failed(failure: Failure) -> PrometheusAbsence {
        PrometheusAbsence {
            trace: SeriesPresence::Unknown,
            shown: None,
            failure: Some(failure),
        }
    }

    /// What was found in Prometheus, without a full stop.
    pub(super) fn sentence(&self, stack: &Stack) -> String {
        self.describe(stack, "span metrics")
    }

    /// The same of the service graph.
    pub(super) fn graph_sentence(&self, stack: &Stack) -> String {
        self.describe(stack, "service-graph metrics")
    }

    fn describe(&self, stack: &Stack, what: &str) -> String {
        let target = &stack.targets.prometheus;
        match (&self.failure, self.trace, &self.shown) {
            (Some(failure), ..) if !target.given => format!(
                "No Prometheus at the default address {} ({}; set --prometheus-url)",
                target.url,
                failure.kind.description()
            ),
            (Some(failure), ..) if failure.kind.is_unreachable() => {
                format!(
                    "Prometheus at {} does not answer ({})",
                    target.url,
                    failure.kind.description()
                )
            }
            (Some(failure), ..) => format!("Prometheus at {} returned {failure}", target.url),
            (None, SeriesPresence::Young, Some(shown)) => {
                format!("Prometheus at {} has only the first samples of {shown}", target.url)
            }
            (None, SeriesPresence::Stale, Some(shown)) => {
                format!(
                    "Prometheus at {} has {shown}, but no samples in this window",
                    target.url
                )
            }
            _ => format!("Prometheus at {} has no {what}", target.url),
        }
    }
}

/// Tempo and Prometheus about themselves.
pub(super) struct StatusSnapshot {
    evidence: Evidence,
    received: Option<f64>,
    tenant: String,
}

/// Asks them.
pub(super) async fn fetch_status(stack: &Stack, window: TimeWindow, patience: Duration) -> StatusSnapshot {
    let evidence = no_metrics::gather_absence_evidence(stack, patience).await;
    let tenant = tempo_counters::resolve_tenant(&EvidenceView::new(&evidence));
    let received = no_metrics::query_spans_received(stack, &tenant, window).await;
    StatusSnapshot {
        evidence,
        received,
        tenant,
    }
}

impl StatusSnapshot {
    /// What explains the absence.
    pub(super) fn causes(&self, missing: MissingMetrics, absent: &PrometheusAbsence) -> Vec<CauseNote> {
        explain_missing_metrics(&self.evidence, missing, absent.trace)
    }

    /// Tempo wants a tenant, and none was named.
    pub(super) fn wants_tenant(&self) -> bool {
        needs_tenant(&self.evidence)
    }

    /// The commands that tell more: the check that finds the likeliest cause, and all of them.
    pub(super) fn suggest_checks(&self, causes: &[CauseNote]) -> Vec<String> {
        let prometheus_answers = installation::is_prometheus_answering(&EvidenceView::new(&self.evidence));
        suggest_doctor(
            causes,
            if prometheus_answers {
                "query.api"
            } else {
                "prometheus.reachable"
            },
        )
    }

    /// Seconds that Tempo keeps back from search and TraceQL metrics.
    pub(super) fn hidden_s(&self) -> f64 {
        let view = EvidenceView::new(&self.evidence);
        tempo_config::find_search_cutoff_s(view.config().get(), installation::detect_line(&view))
    }

    /// How many spans the tenant received.
    pub(super) fn describe_received(&self, window: TimeWindow, page: MetricsPage) -> String {
        if self.wants_tenant() {
            return "Tempo is multi-tenant and no tenant is set (--org-id), so received spans cannot be counted."
                .to_owned();
        }
        let tenant = &self.tenant;
        if let Some(spans) = self.received {
            return format!(
                "Tenant {tenant} received {} {}.",
                pluralize(spans, "span"),
                describe_window(window, page)
            );
        }
        let view = EvidenceView::new(&self.evidence);
        let name = "tempo_distributor_spans_received_total";
        match (
            view.metrics_after().get(),
            tempo_counters::sum_counter(&view, name, &[("tenant", tenant)]),
        ) {
            (Some(_), Some(spans)) => {
                format!(
                    "Tenant {tenant} has received {} since Tempo started.",
                    pluralize(spans, "span")
                )
            }
            (Some(_), None) => format!("Tenant {tenant} has received no spans since Tempo started."),
            (None, _) => format!(
                "Spans received by tenant {tenant} are unknown: neither Tempo's /metrics nor a copy of it in \
                 Prometheus is readable."
            ),
        }
    }
}

/// `in the last 15 min`, or from when to when.
pub(super) fn describe_window(window: TimeWindow, page: MetricsPage) -> String {
    if page.ends_now {
        format!("in the {}", page.window_words(window))
    } else {
        format!("from {}", page.window_words(window))
    }
}

/// The check that finds the likeliest cause, after the run of all of them. Many checks find that a target is not what it
/// should be, so `target` says which one is meant; what only Compose files show needs files that nobody gave here.
fn suggest_doctor(notes: &[CauseNote], target: &'static str) -> Vec<String> {
    let of = |id: &str| {
        let cause = causes::find_cause(id)?;
        match cause.hints.target {
            Some(TargetFault::Unreachable | TargetFault::Unauthorised) => Some(target.to_owned()),
            _ => cause
                .named_by
                .into_iter()
                .find(|check| !check.contains(COMPOSE_ID_PART)),
        }
    };
    let check = notes.iter().filter_map(|note| note.cause).find_map(of);
    let only = check.map(|check| format!("tempoctl doctor --only {check}"));
    std::iter::once("tempoctl doctor".to_owned()).chain(only).collect()
}

/// What explains that Tempo refuses TraceQL metrics.
pub(super) fn explain_tempo_refusal(failure: &Failure) -> Option<CauseNote> {
    let says = |words: &str| failure.detail.contains(words);
    if says("localblocks processor not found") || says("error finding generators") {
        return Some(CauseNote::with_cause(
            "traceql-metrics-no-localblocks",
            "Tempo 2.x needs the `local-blocks` processor for TraceQL metrics; it is off.",
        ));
    }
    if says("no org id") {
        let text = "Tempo is multi-tenant and no tenant is set (--org-id).";
        return Some(CauseNote::with_cause("query-no-org-id", text));
    }
    match failure.kind {
        kind if kind.is_unreachable() => Some(CauseNote::with_cause(
            "target-unreachable",
            format!("Tempo does not answer: {failure}."),
        )),
        FailureKind::Decode | FailureKind::Redirected => Some(CauseNote::with_cause(
            "target-not-tempo",
            format!("This address is not a Tempo: {failure}."),
        )),
        _ if failure.status == Some(404) => Some(CauseNote::with_cause(
            "http-api-prefix",
            "The API is not at this address; it may have a path prefix.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_that_is_suggested_can_be_run_here_and_is_of_the_right_target() {
        let only = |cause, target| {
            suggest_doctor(&[CauseNote::with_cause(cause, "")], target)
                .pop()
                .unwrap_or_default()
        };
        for cause in causes::list_cause_ids() {
            let command = only(cause, "query.api");
            assert!(!command.contains(".compose-"), "{cause}: {command}");
        }
        assert_eq!(
            only("target-unreachable", "query.api"),
            "tempoctl doctor --only query.api"
        );
        assert_eq!(
            only("target-not-prometheus", "query.api"),
            "tempoctl doctor --only prometheus.reachable"
        );
    }
}
