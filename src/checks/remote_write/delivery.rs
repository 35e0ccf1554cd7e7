//! The samples that the generator sends are accepted.

use crate::model::evidence::{Fact, WriteProbe};
use crate::model::tempo::Answer;
use crate::model::{EvidenceLine, FailureKind, Finding, Hop, Outcome, Slot};

use crate::checks::{Check, View, facts, passage, prometheus, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.delivery",
    hop: Hop::RemoteWrite,
    title: "the samples sent are accepted",
    needs: &[
        passage::METRICS,
        &[Fact::Exemplars, Fact::PromFlags, Fact::RemoteWriteProbes],
    ],
    causes: &[
        "rw-unreachable",
        "rw-wrong-url",
        "rw-auth",
        "rw-rate-limited",
        "rw-native-hist-stall",
        "rw-out-of-order",
    ],
    judge,
};

/// What the queue's counters say about delivery since the push.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trouble {
    /// Samples were given up: the other side answered with an error that a retry cannot mend.
    Failed(f64),
    /// Samples are sent again and again, and wait.
    Retrying(f64),
}

/// The trouble that the counters show, if any.
pub fn troubles(view: &View<'_>) -> Option<Trouble> {
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let failed: f64 = ["samples", "histograms", "exemplars"]
        .iter()
        .filter_map(|kind| traffic::delta(view, &format!("prometheus_remote_storage_{kind}_failed_total"), &labels))
        .sum();
    if failed > 0.0 {
        return Some(Trouble::Failed(failed));
    }
    let retried: f64 = ["samples", "histograms", "exemplars"]
        .iter()
        .filter_map(|kind| {
            traffic::delta(
                view,
                &format!("prometheus_remote_storage_{kind}_retried_total"),
                &labels,
            )
        })
        .sum();
    let pending: f64 = ["samples", "histograms"]
        .iter()
        .filter_map(|kind| traffic::value(view, &format!("prometheus_remote_storage_{kind}_pending"), &labels))
        .sum();
    (retried > 0.0 && pending > 0.0).then_some(Trouble::Retrying(retried))
}

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("the samples it sends arrive");
    }
    let trouble = troubles(view);
    let lost = passage::metrics_lost(view);
    if trouble.is_none() && !lost {
        return Outcome::no_evidence("the queue's counters show no trouble, and nothing is known to be lost");
    }
    let urls = facts::remote_write_urls(view).unwrap_or_default();
    if urls.is_empty() && trouble.is_none() {
        return Outcome::not_applicable("no remote-write address is set or known");
    }
    match named(view, trouble) {
        Some(finding) => finding
            .seen_all(counters(view, trouble))
            .seen_all(addresses(view, &urls))
            .into(),
        None if trouble.is_none() => Outcome::pass("no sample failed or was retried since the marker"),
        None => unnamed(view, trouble, &urls)
            .seen_all(counters(view, trouble))
            .seen_all(addresses(view, &urls))
            .into(),
    }
}

fn addresses(view: &View<'_>, urls: &[String]) -> Vec<EvidenceLine> {
    let source = if view.config().get().is_some() {
        "GET /status/config"
    } else {
        "label of the queue's counters"
    };
    urls.iter()
        .map(|url| EvidenceLine::new(source, "remote_write.url", url))
        .collect()
}

fn counters(view: &View<'_>, trouble: Option<Trouble>) -> Vec<EvidenceLine> {
    match trouble {
        Some(Trouble::Failed(grown)) => vec![traffic::line(
            view,
            "prometheus_remote_storage_samples_failed_total",
            grown,
        )],
        Some(Trouble::Retrying(grown)) => vec![traffic::line(
            view,
            "prometheus_remote_storage_samples_retried_total",
            grown,
        )],
        None => Vec::new(),
    }
}

/// The cause that the address itself names when it is asked with an empty write.
fn named(view: &View<'_>, trouble: Option<Trouble>) -> Option<Finding> {
    if let Some(Trouble::Retrying(_)) = trouble
        && let Some(finding) = native_histograms(view)
    {
        return Some(finding);
    }
    view.remote_write_probes()
        .iter()
        .find_map(|probe| by_probe(view, probe, trouble))
}

fn by_probe(view: &View<'_>, probe: &WriteProbe, trouble: Option<Trouble>) -> Option<Finding> {
    let url = &probe.url;
    let certainty = |finding: Finding| if trouble.is_some() { finding } else { finding.likely() };
    let seen = |finding: Finding, value: String| finding.seen("empty remote write from here", url.clone(), value);
    match &probe.result {
        Slot::Known { value, .. } if prometheus::receiver::is_switched_off(value) => None,
        Slot::Known { value, .. } if matches!(value.status, 404 | 405) => Some(certainty(seen(
            Finding::broken(
                "rw-wrong-url",
                format!("{url} answers {}: this path does not accept remote write", value.status),
            ),
            value.line(),
        ))),
        Slot::Known { value, .. }
            if matches!(value.status, 401 | 403) && matches!(trouble, Some(Trouble::Failed(_)) | None) =>
        {
            Some(seen(
                Finding::broken(
                    "rw-auth",
                    format!("{url} requires credentials, but Tempo sends none that it accepts"),
                )
                .likely(),
                value.line(),
            ))
        }
        // It answers us, and not Tempo: the name means another place there.
        Slot::Known { value, .. }
            if takes(value)
                && matches!(trouble, Some(Trouble::Retrying(_)))
                && facts::is_loopback(facts::authority(url).rsplit_once(':').map_or("", |(host, _)| host)) =>
        {
            Some(
                seen(
                    Finding::broken(
                        "rw-wrong-url",
                        format!("{url} accepts remote write from this machine, but not from Tempo's: inside a container, localhost is the container itself"),
                    )
                    .likely(),
                    value.line(),
                )
                .fix(
                    "write to Prometheus by a name that resolves in Tempo's network:",
                    Some("metrics_generator:\n  storage:\n    remote_write:\n      - url: http://prometheus:9090/api/v1/write".to_owned()),
                    None,
                ),
            )
        }
        Slot::Known { value, .. } if value.status == 429 => Some(certainty(seen(
            Finding::broken(
                "rw-rate-limited",
                format!("{url} rejects samples for now: its rate limit is reached"),
            ),
            value.line(),
        ))),
        Slot::Failed { failure } if matches!(trouble, Some(Trouble::Retrying(_)) | None) => {
            let sure = failure.kind == FailureKind::Refused && trouble.is_some();
            let finding = Finding::broken(
                "rw-unreachable",
                format!("nothing answers at {url}, the generator's remote-write address"),
            );
            // Our place in the network need not be Tempo's.
            if trouble.is_none() && failure.kind == FailureKind::Dns {
                return None;
            }
            Some(seen(if sure { finding } else { finding.likely() }, failure.to_string()))
        }
        _ => None,
    }
    .filter(|_| !prometheus_takes_nothing(view, url))
}

/// The Prometheus at that address has its receiver switched off: that check names it.
fn prometheus_takes_nothing(view: &View<'_>, url: &str) -> bool {
    prometheus::receiver::is_off(view)
        && facts::same_authority(
            &facts::authority(url),
            &facts::authority(&view.targets().prometheus.url),
        )
}

fn native_histograms(view: &View<'_>) -> Option<Finding> {
    let kind = facts::overrides(view)?
        .text("metrics_generator.generate_native_histograms")?
        .to_owned();
    let enabled = view.flags().get()?.get("enable-feature")?.contains("native-histograms");
    let here = facts::authority(&view.targets().prometheus.url);
    let writes_here = facts::remote_write_urls(view).is_some_and(|urls| {
        urls.iter()
            .any(|url| facts::same_authority(&facts::authority(url), &here))
    });
    let ours_takes = writes_here
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
        .seen("GET /status/runtime_config", "metrics_generator.generate_native_histograms", kind)
        .seen("GET /api/v1/status/flags", "enable-feature", "without native-histograms")
    })
}

/// An empty write to that address was understood, so its receiver is on and wants no credentials.
fn takes_writes(view: &View<'_>, url: &str) -> bool {
    view.remote_write_probes()
        .iter()
        .any(|probe| probe.url == url && probe.result.get().is_some_and(takes))
}

/// An empty write was understood.
fn takes(answer: &Answer) -> bool {
    answer.status == 400 || answer.is_success()
}

/// Counters tell that delivery fails, and nothing tells why.
fn unnamed(view: &View<'_>, trouble: Option<Trouble>, urls: &[String]) -> Finding {
    let url = urls.first().map_or("its address", String::as_str);
    match trouble {
        Some(Trouble::Failed(_)) if takes_writes(view, url) => Finding::broken(
            "rw-out-of-order",
            format!("{url} accepts remote write but rejects these samples: they are out of order, or outside its time bounds"),
        )
        .likely(),
        Some(Trouble::Failed(_)) => {
            let path = url
                .split_once("://")
                .map_or(url, |(_, rest)| rest)
                .split_once('/')
                .map_or("", |(_, path)| path);
            // Only Prometheus has these flags; Mimir and its like take writes elsewhere.
            let is_prometheus = view.flags().get().is_some()
                && facts::same_authority(
                    &facts::authority(url),
                    &facts::authority(&view.targets().prometheus.url),
                );
            let plausible = path.ends_with("api/v1/write")
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
