//! The samples that the generator sends are accepted.

use telemetry::model::evidence::{Fact, WriteProbe};
use telemetry::model::receiver_path::REMOTE_WRITE;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{CheckOutcome, EvidenceLine, FailureKind, Finding, Slot};
use telemetry::parse::authority::{Authority, extract_path, is_same_place};

use crate::checks::{Check, EvidenceView, installation, marker_state, prometheus, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.delivery",
    title: "the samples sent are accepted",
    needs: &[
        marker_state::METRICS_FACTS,
        &[Fact::Exemplars, Fact::PromFlags, Fact::RemoteWriteProbes],
    ],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

/// What the queue's counters say about delivery since the push.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeliveryFailure {
    /// Samples were given up: the other side answered with an error that a retry cannot mend.
    Failed(f64),
    /// Samples are sent again and again, and wait.
    Retrying(f64),
}

/// The trouble that the counters show, if any.
pub fn find_delivery_failure(view: &EvidenceView<'_>) -> Option<DeliveryFailure> {
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let count = |kind: &str| -> f64 {
        ["samples", "histograms", "exemplars"]
            .iter()
            .filter_map(|what| {
                tempo_counters::measure_increase(
                    view,
                    &format!("prometheus_remote_storage_{what}_{kind}_total"),
                    &labels,
                )
            })
            .sum()
    };
    let failed = count("failed");
    if failed > 0.0 {
        return Some(DeliveryFailure::Failed(failed));
    }
    let retried = count("retried");
    let pending: f64 = ["samples", "histograms"]
        .iter()
        .filter_map(|kind| {
            tempo_counters::sum_counter(view, &format!("prometheus_remote_storage_{kind}_pending"), &labels)
        })
        .sum();
    (retried > 0.0 && pending > 0.0).then_some(DeliveryFailure::Retrying(retried))
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("the samples it sends arrive");
    }
    let trouble = find_delivery_failure(view);
    let lost = marker_state::has_lost_metrics(view);
    if trouble.is_none() && !lost {
        return CheckOutcome::no_evidence("the queue's counters show no trouble, and nothing is known to be lost");
    }
    let urls = installation::find_remote_write_urls(view).unwrap_or_default();
    if urls.is_empty() && trouble.is_none() {
        return CheckOutcome::not_applicable("no remote-write address is set or known");
    }
    match find_named_cause(view, trouble) {
        Some(finding) => finding
            .with_evidence_lines(build_counter_evidence(view, trouble))
            .with_evidence_lines(build_address_evidence(view, &urls))
            .into(),
        None if trouble.is_none() => CheckOutcome::pass("no sample failed or was retried since the marker"),
        None => explain_delivery_failure(view, trouble, &urls)
            .with_evidence_lines(build_counter_evidence(view, trouble))
            .with_evidence_lines(build_address_evidence(view, &urls))
            .into(),
    }
}

fn build_address_evidence(view: &EvidenceView<'_>, urls: &[String]) -> Vec<EvidenceLine> {
    let source = if view.config().get().is_some() {
        "GET /status/config"
    } else {
        "label of the queue's counters"
    };
    urls.iter()
        .map(|url| EvidenceLine::new(source, "remote_write.url", url))
        .collect()
}

fn build_counter_evidence(view: &EvidenceView<'_>, trouble: Option<DeliveryFailure>) -> Vec<EvidenceLine> {
    match trouble {
        Some(DeliveryFailure::Failed(grown)) => vec![tempo_counters::build_increase_evidence(
            view,
            "prometheus_remote_storage_samples_failed_total",
            grown,
        )],
        Some(DeliveryFailure::Retrying(grown)) => vec![tempo_counters::build_increase_evidence(
            view,
            "prometheus_remote_storage_samples_retried_total",
            grown,
        )],
        None => Vec::new(),
    }
}

/// The cause that the address itself names when it is asked with an empty write.
fn find_named_cause(view: &EvidenceView<'_>, trouble: Option<DeliveryFailure>) -> Option<Finding> {
    if let Some(DeliveryFailure::Retrying(_)) = trouble
        && let Some(finding) = find_native_histogram_stall(view)
    {
        return Some(finding);
    }
    view.remote_write_probes()
        .iter()
        .find_map(|probe| find_probe_cause(view, probe, trouble))
}

fn find_probe_cause(view: &EvidenceView<'_>, probe: &WriteProbe, trouble: Option<DeliveryFailure>) -> Option<Finding> {
    let url = &probe.url;
    let certainty = |finding: Finding| finding.likely_unless(trouble.is_some());
    let seen =
        |finding: Finding, value: String| finding.with_evidence("empty remote write from here", url.clone(), value);
    match &probe.result {
        Slot::Known { value, .. } if installation::is_receiver_disabled(value) => None,
        Slot::Known { value, .. } if matches!(value.status, 404 | 405) => Some(certainty(seen(
            Finding::broken(
                "rw-wrong-url",
                format!("{url} answers {}: this path does not accept remote write", value.status),
            ),
            value.status_line(),
        ))),
        Slot::Known { value, .. }
            if matches!(value.status, 401 | 403) && matches!(trouble, Some(DeliveryFailure::Failed(_)) | None) =>
        {
            Some(seen(
                Finding::broken(
                    "rw-auth",
                    format!("{url} requires credentials, but Tempo sends none that it accepts"),
                )
                .likely(),
                value.status_line(),
            ))
        }
        // It answers us, and not Tempo: the name means another place there.
        Slot::Known { value, .. }
            if is_write_understood(value)
                && matches!(trouble, Some(DeliveryFailure::Retrying(_)))
                && Authority::parse(url).is_loopback() =>
        {
            Some(
                seen(
                    Finding::broken(
                        "rw-wrong-url",
                        format!("{url} accepts remote write from this machine, but not from Tempo's: inside a container, localhost is the container itself"),
                    )
                    .likely(),
                    value.status_line(),
                )
                .with_remedy("write to Prometheus by a name that resolves in Tempo's network:").with_config("metrics_generator:\n  storage:\n    remote_write:\n      - url: http://prometheus:9090/api/v1/write"),
            )
        }
        Slot::Known { value, .. } if value.status == 429 => Some(certainty(seen(
            Finding::broken(
                "rw-rate-limited",
                format!("{url} rejects samples for now: its rate limit is reached"),
            ),
            value.status_line(),
        ))),
        Slot::Failed { failure } if matches!(trouble, Some(DeliveryFailure::Retrying(_)) | None) => {
            let sure = failure.kind == FailureKind::Refused && trouble.is_some();
            let finding = Finding::broken(
                "rw-unreachable",
                format!("nothing answers at {url}, the generator's remote-write address"),
            );
            // Our place in the network need not be Tempo's.
            if trouble.is_none() && failure.kind == FailureKind::Dns {
                return None;
            }
            Some(seen(finding.likely_unless(sure), failure.to_string()))
        }
        _ => None,
    }
    .filter(|_| !is_receiver_disabled_at(view, url))
}

/// The Prometheus at that address has its receiver switched off: that check names it.
fn is_receiver_disabled_at(view: &EvidenceView<'_>, url: &str) -> bool {
    prometheus::remote_write_receiver::is_off(view) && is_same_place(url, &view.targets().prometheus.url)
}

fn find_native_histogram_stall(view: &EvidenceView<'_>) -> Option<Finding> {
    let kind = installation::find_overrides(view)?
        .text("metrics_generator.generate_native_histograms")?
        .to_owned();
    let enabled = view.flags().get()?.get("enable-feature")?.contains("native-histograms");
    let ours_takes = installation::is_tempo_writing_to_prometheus(view)
        && view
            .write_probe()
            .get()
            .is_some_and(|answer| answer.status == 400 || answer.is_success());
    let takes = ours_takes
        || view.remote_write_probes().iter().any(|probe| {
            probe
                .result
                .get()
                .is_some_and(|answer| answer.status == 400 || answer.is_success())
        });
    (kind != "classic" && !enabled && takes).then(|| {
        Finding::broken(
            "rw-native-hist-stall",
            "Tempo sends native histograms, which this Prometheus keeps rejecting; the retries block every other series",
        )
        .with_evidence("GET /status/runtime_config", "metrics_generator.generate_native_histograms", kind)
        .with_evidence("GET /api/v1/status/flags", "enable-feature", "without native-histograms")
    })
}

/// An empty write to that address was understood, so its receiver is on and wants no credentials.
fn is_accepting_writes(view: &EvidenceView<'_>, url: &str) -> bool {
    view.remote_write_probes()
        .iter()
        .any(|probe| probe.url == url && probe.result.get().is_some_and(is_write_understood))
}

/// An empty write was understood.
fn is_write_understood(answer: &HttpAnswer) -> bool {
    answer.status == 400 || answer.is_success()
}

/// Counters tell that delivery fails, and nothing tells why.
fn explain_delivery_failure(view: &EvidenceView<'_>, trouble: Option<DeliveryFailure>, urls: &[String]) -> Finding {
    let url = urls.first().map_or("its address", String::as_str);
    match trouble {
        Some(DeliveryFailure::Failed(_)) if is_accepting_writes(view, url) => Finding::broken(
            "rw-out-of-order",
            format!("{url} accepts remote write but rejects these samples: they are out of order, or outside its time bounds"),
        )
        .likely(),
        Some(DeliveryFailure::Failed(_)) => {
            let path = extract_path(url);
            // Only Prometheus has these flags; Mimir and its like take writes elsewhere.
            let is_prometheus = view.flags().get().is_some()
                && is_same_place(url, &view.targets().prometheus.url);
            let plausible = path.ends_with(REMOTE_WRITE)
                || !is_prometheus && (path.ends_with("api/v1/push") || path.ends_with("api/prom/push"));
            if plausible {
                Finding::broken(
                    "rw-auth",
                    format!("{url} rejects what the generator sends, and retries cannot succeed"),
                )
                .likely()
            } else {
                Finding::broken(
                    "rw-wrong-url",
                    format!("{url} rejects what the generator sends: the path looks wrong"),
                )
                .likely()
            }
        }
        _ => Finding::broken(
            "rw-unreachable",
            format!("the generator cannot deliver to {url} and keeps retrying the same samples"),
        )
        .likely(),
    }
}
