//! Prometheus scrapes Tempo, which the operational dashboards need.

use telemetry::model::prometheus::ScrapeTarget;
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::{Authority, is_same_place};

use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.scrape",
    title: "Prometheus scrapes Tempo",
    needs: &[&[
        Fact::PromTargets,
        Fact::TempoScraped,
        Fact::Targets,
        Fact::PromQueryProbe,
    ]],
    judge,
};

/// A Prometheus younger than this may not have discovered its targets.
const YOUNG_S: f64 = 90.0;
/// Why a scrape is thrown away although the target answered (prometheus/prometheus v3.14.0: scrape/scrape.go, scrape/target.go).
const LIMITS: [&str; 3] = [
    "sample limit exceeded",
    "label_limit exceeded",
    "body size limit exceeded",
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !installation::is_prometheus_answering(view) {
        return CheckOutcome::not_applicable("no Prometheus answers");
    }
    let scraped = view.tempo_scraped().get().map(|series| !series.is_empty());
    let of_tempo = |target: &&ScrapeTarget| {
        is_same_place(&target.url, &view.targets().tempo.url) || target.job.to_lowercase().contains("tempo")
    };
    let targets: Vec<&ScrapeTarget> = view
        .scrape_targets()
        .get()
        .map(|all| all.iter().filter(of_tempo).collect())
        .unwrap_or_default();
    let down: Vec<&&ScrapeTarget> = targets.iter().filter(|target| target.health == "down").collect();
    let up = targets.iter().any(|target| target.health == "up");
    match scraped {
        None if view.scrape_targets().get().is_none() => {
            CheckOutcome::no_evidence("neither targets nor series could be read")
        }
        Some(true) if up || down.is_empty() => CheckOutcome::pass("Tempo's own metrics are in Prometheus"),
        Some(false) if up => explain_dropped_metrics(&targets).into(),
        _ if up => CheckOutcome::pass("Tempo's own metrics are scraped"),
        // A target that was never scraped yet is no fault.
        _ if targets.iter().any(|target| target.health == "unknown") => {
            CheckOutcome::no_evidence("the target has not been scraped yet")
        }
        _ if view.scrape_targets().get().is_some_and(Vec::is_empty) && view.up_for().is_some_and(|up| up < YOUNG_S) => {
            CheckOutcome::no_evidence("Prometheus has only just started and has no targets yet")
        }
        _ if !down.is_empty() => {
            let limited = down
                .iter()
                .any(|target| LIMITS.iter().any(|limit| target.last_error.contains(limit)));
            let mut finding = if limited {
                Finding::degraded(
                    "scrape-relabel-or-limit",
                    "a limit of the scrape job rejects Tempo's metrics, so dashboards about Tempo itself are empty",
                )
            } else {
                Finding::degraded(
                    "scrape-target-down",
                    "Prometheus fails to scrape Tempo, so dashboards about Tempo itself are empty",
                )
            };
            for target in down.iter().take(3) {
                finding = finding.with_evidence(
                    "GET /api/v1/targets",
                    target.url.clone(),
                    format!("down: {}", target.last_error),
                );
            }
            finding.into()
        }
        _ => {
            let mut finding = Finding::degraded(
                "scrape-missing",
                "Prometheus does not scrape Tempo, so dashboards about Tempo itself are empty",
            )
            .with_evidence("GET /api/v1/query", "tempo_build_info", "no series");
            finding = match view.scrape_targets().get() {
                Some(all) => {
                    finding.with_evidence("GET /api/v1/targets", "Tempo targets", format!("none of {}", all.len()))
                }
                None => finding.likely(),
            };
            finding
                .with_remedy("add a job for Tempo to prometheus.yml:")
                .with_config(format!(
                    "scrape_configs:\n  - job_name: tempo\n    static_configs:\n      - targets: [\"{}\"]",
                    Authority::parse(&view.targets().tempo.url)
                ))
                .into()
        }
    }
}

/// The scrape succeeds, and a series that every Tempo exposes is not there.
fn explain_dropped_metrics(targets: &[&ScrapeTarget]) -> Finding {
    let mut finding = Finding::degraded(
        "scrape-relabel-or-limit",
        "Prometheus scrapes Tempo but stores none of its metrics, so dashboards about Tempo itself are empty",
    )
    .likely()
    .with_evidence("GET /api/v1/query", "tempo_build_info", "no series");
    for target in targets.iter().filter(|target| target.health == "up").take(3) {
        finding = finding.with_evidence("GET /api/v1/targets", target.url.clone(), "up");
    }
    finding
}
