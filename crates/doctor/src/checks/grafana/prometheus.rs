//! The Prometheus data source that traces link to is the Prometheus that the generator writes to.

use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN, PrometheusSourceFacts};
use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, HopState, Slot};

use super::data_source_failure::{DataSourceProbe, classify_failure, explain_direct_access};
use super::{find_skip_outcome, has_seen_marker, provisioning};
use crate::checks::{Check, EvidenceView, installation, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.prometheus",
    title: "Grafana's Prometheus data source has the marker's series",
    needs: &[&[Fact::Grafana], marker_state::METRICS_FACTS],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let grafana = view.grafana();
    if grafana.primary_tempo().is_none() {
        return CheckOutcome::not_applicable("Grafana has no Tempo data source");
    }
    let Some(source) = grafana.primary_prometheus() else {
        return CheckOutcome::not_applicable("Grafana has no Prometheus data source");
    };
    let Some(through) = grafana.prometheus.iter().find(|through| through.uid == source.uid) else {
        return CheckOutcome::no_evidence("the data source was not queried");
    };
    if let Some(outcome) = judge_unreachable(view, source, through) {
        return outcome;
    }
    let arrived = [
        marker_state::find_calls_state(view),
        marker_state::find_graph_state(view),
    ]
    .contains(&HopState::Passed);
    let told = match (&through.series, arrived) {
        (Slot::Known { value, .. }, true) => value,
        (Slot::Failed { failure }, true) => {
            return CheckOutcome::no_evidence(format!("the marker's series could not be queried: {failure}"));
        }
        _ => return CheckOutcome::pass(format!("{} serves the Prometheus API", source.display_name())),
    };
    if !told.is_empty() {
        return CheckOutcome::pass(format!("{} has the marker's series", source.display_name()));
    }
    let url = source.url.as_deref().unwrap_or("an unknown address");
    Finding::broken(
        "prom-different-instance",
        format!(
            "the data source {} points at {url}, a Prometheus without the series from Tempo's generator",
            source.display_name()
        ),
    )
    .with_evidence(
        format!("GET /api/datasources/proxy/uid/{}/api/v1/query", source.uid),
        "series of the marker",
        "none",
    )
    .with_evidence("GET /api/v1/query", view.targets().prometheus.url.clone(), "has them")
    .with_evidence(format!("data source {}", source.name), "url", url)
    .with_remedy("point it at the Prometheus that the generator writes to:")
    .with_config(provisioning::render_entry(source, &view.targets().prometheus.url, &[]))
    .into()
}

/// The data source does not lead to a Prometheus at all.
fn judge_unreachable(
    view: &EvidenceView<'_>,
    source: &DataSource,
    through: &PrometheusSourceFacts,
) -> Option<CheckOutcome> {
    let answers = through
        .probe
        .get()
        .is_some_and(|answer| answer.is_success() && answer.body.contains("\"success\""));
    let mut finding = if source.access == "direct" {
        explain_direct_access(source, &Slot::NotAsked)
    } else if answers {
        return None;
    } else if !view.request().via_grafana && !installation::is_prometheus_answering(view) {
        return Some(CheckOutcome::not_applicable(
            "not judged until Prometheus itself answers",
        ));
    } else if !through.probe.was_asked() {
        return Some(CheckOutcome::no_evidence("the data source was not queried"));
    } else {
        let asked = DataSourceProbe {
            source,
            path: "api/v1/query",
            answer: &through.probe,
            health: &through.health,
            server: &view.targets().prometheus.url,
        };
        match classify_failure(view, &asked) {
            Some(finding) => finding,
            None => {
                return Some(CheckOutcome::no_evidence(
                    "needs datasources:query: this login may not query the data source",
                ));
            }
        }
    };
    // Somebody's dashboards read it even where no metrics are made from spans.
    let linked = view
        .grafana()
        .primary_tempo()
        .is_some_and(|tempo| tempo.links().iter().any(|(_, uid)| *uid == source.uid));
    let made = has_seen_marker(view.calls_watch()) || has_seen_marker(view.graph_watch());
    debug_assert_eq!(source.kind, PROMETHEUS_PLUGIN);
    if !linked && !made {
        finding.level = FindingLevel::Degraded;
    }
    Some(finding.into())
}
