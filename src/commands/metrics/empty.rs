//! Why there is nothing: what was looked at, how much the tenant received, what explains it, what tells more.

use std::time::Duration;

use crate::checks::{View, cause_checks, facts, traffic};
use crate::diagnose::absence::{Missing, Trace, causes, tempo_away, wants_tenant};
use crate::model::evidence::Evidence;
use crate::model::red::Note;
use crate::model::window::Window;
use crate::model::{Failure, FailureKind};
use crate::parse::tempo_config;
use crate::probes::Setup;
use crate::probes::metrics::absence;
use crate::render::metrics::Page;
use crate::render::metrics::number::grouped;

/// How far looking in Prometheus came.
pub(super) struct Absent {
    trace: Trace,
    shown: Option<String>,
    /// It was not even answered.
    pub(super) failure: Option<Failure>,
}

impl Absent {
    pub(super) fn of(trace: Trace, shown: Option<String>) -> Absent {
        Absent {
            trace,
            shown,
            failure: None,
        }
    }

    pub(super) fn failed(failure: Failure) -> Absent {
        Absent {
            trace: Trace::Unknown,
            shown: None,
            failure: Some(failure),
        }
    }

    /// What was found in Prometheus, without a full stop.
    pub(super) fn sentence(&self, setup: &Setup) -> String {
        self.about(setup, "span metrics")
    }

    /// The same of the service graph.
    pub(super) fn graph_sentence(&self, setup: &Setup) -> String {
        self.about(setup, "service-graph metrics")
    }

    fn about(&self, setup: &Setup, what: &str) -> String {
        let target = &setup.targets.prometheus;
        match (&self.failure, self.trace, &self.shown) {
            (Some(failure), ..) if !target.given => format!(
                "No Prometheus at the default address {} ({}; set --prometheus-url)",
                target.url,
                failure.kind.words()
            ),
            (Some(failure), ..) if failure.kind.is_unreachable() => {
                format!(
                    "Prometheus at {} does not answer ({})",
                    target.url,
                    failure.kind.words()
                )
            }
            (Some(failure), ..) => format!("Prometheus at {} returned {failure}", target.url),
            (None, Trace::Young, Some(shown)) => {
                format!("Prometheus at {} has only the first samples of {shown}", target.url)
            }
            (None, Trace::Stale, Some(shown)) => {
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
pub(super) struct Look {
    evidence: Evidence,
    received: Option<f64>,
    tenant: String,
}

/// Asks them.
pub(super) async fn look(setup: &Setup, window: Window, patience: Duration) -> Look {
    let evidence = absence::evidence(setup, patience).await;
    let tenant = traffic::tenant(&View::new(&evidence));
    let received = absence::spans_received(setup, &tenant, window).await;
    Look {
        evidence,
        received,
        tenant,
    }
}

impl Look {
    /// What explains the absence.
    pub(super) fn causes(&self, missing: Missing, absent: &Absent) -> Vec<Note> {
        let mut notes = causes(&self.evidence, missing, absent.trace);
        // A Prometheus that nobody gave is no fault.
        if !self.evidence.targets.prometheus.given && absent.failure.is_some() {
            notes.retain(|note| note.cause.is_none_or(|cause| !cause.starts_with("target-")));
        }
        if let Some(away) = tempo_away(&self.evidence) {
            notes.insert(0, away);
        }
        notes
    }

    /// Tempo wants a tenant, and none was named.
    pub(super) fn wants_tenant(&self) -> bool {
        wants_tenant(&self.evidence)
    }

    /// The commands that tell more: the check that finds the likeliest cause, and all of them.
    pub(super) fn doctor(&self, causes: &[Note]) -> Vec<String> {
        let prometheus_answers = facts::prometheus_answers(&View::new(&self.evidence));
        doctor(
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
        let view = View::new(&self.evidence);
        tempo_config::search_cutoff_s(view.config().get(), facts::line(&view))
    }

    /// How many spans the tenant received.
    pub(super) fn received(&self, window: Window, page: Page) -> String {
        if self.wants_tenant() {
            return "Tempo is multi-tenant and no tenant is set (--org-id), so received spans cannot be counted."
                .to_owned();
        }
        let tenant = &self.tenant;
        if let Some(spans) = self.received {
            return format!("Tenant {tenant} received {} {}.", counted(spans), when(window, page));
        }
        let view = View::new(&self.evidence);
        let name = "tempo_distributor_spans_received_total";
        match (
            view.metrics_after().get(),
            traffic::value(&view, name, &[("tenant", tenant)]),
        ) {
            (Some(_), Some(spans)) => {
                format!("Tenant {tenant} has received {} since Tempo started.", counted(spans))
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
pub(super) fn when(window: Window, page: Page) -> String {
    if page.ends_now {
        format!("in the {}", page.window_words(window))
    } else {
        format!("from {}", page.window_words(window))
    }
}

/// The check that finds the likeliest cause, after the run of all of them. Many checks find that a target is not what it
/// should be, so `target` says which one is meant; what only Compose files show needs files that nobody gave here.
fn doctor(causes: &[Note], target: &'static str) -> Vec<String> {
    let checks = cause_checks();
    let of = |cause: &str| match cause {
        "target-not-prometheus" => Some("prometheus.reachable"),
        "target-not-tempo" => Some("query.api"),
        cause if cause.starts_with("target-") => Some(target),
        _ => checks
            .iter()
            .find(|(known, check)| *known == cause && !check.contains(".compose-"))
            .map(|(_, check)| *check),
    };
    let check = causes.iter().filter_map(|note| note.cause).find_map(of);
    let only = check.map(|check| format!("tempoctl doctor --only {check}"));
    std::iter::once("tempoctl doctor".to_owned()).chain(only).collect()
}

/// What explains that Tempo refuses TraceQL metrics.
pub(super) fn refused_by_tempo(failure: &Failure) -> Option<Note> {
    let says = |words: &str| failure.detail.contains(words);
    if says("localblocks processor not found") || says("error finding generators") {
        return Some(Note::of(
            "traceql-metrics-no-localblocks",
            "Tempo 2.x needs the `local-blocks` processor for TraceQL metrics; it is off.",
        ));
    }
    if says("no org id") {
        let text = "Tempo is multi-tenant and no tenant is set (--org-id).";
        return Some(Note::of("query-no-org-id", text));
    }
    match failure.kind {
        kind if kind.is_unreachable() => Some(Note::of(
            "target-unreachable",
            format!("Tempo does not answer: {failure}."),
        )),
        FailureKind::Decode | FailureKind::Redirected => Some(Note::of(
            "target-not-tempo",
            format!("This address is not a Tempo: {failure}."),
        )),
        _ if failure.status == Some(404) => Some(Note::of(
            "http-api-prefix",
            "The API is not at this address; it may have a path prefix.",
        )),
        _ => None,
    }
}

/// `1 span`, `1,204 spans`
pub(super) fn counted(spans: f64) -> String {
    format!("{} span{}", grouped(spans), if spans.round() == 1.0 { "" } else { "s" })
}

/// A word of a command line, as a shell takes it.
pub(super) fn shell(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_that_is_suggested_can_be_run_here_and_is_of_the_right_target() {
        let only = |cause, target| doctor(&[Note::of(cause, "")], target).pop().unwrap_or_default();
        for (cause, _) in cause_checks() {
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
