//! The service graph finds its metrics: the Tempo data source names a Prometheus data source that exists.

use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN};
use telemetry::model::{CheckOutcome, Fact, Finding, Hop};
use telemetry::parse::grafana::parse_version;

use super::dead_link::find_dead_link;
use super::{find_skip_outcome, has_seen_marker, list_tempo_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.service-map",
    title: "the service graph is linked to a Prometheus data source",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Series, Fact::MetricNames]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

const SETTING: &str = "serviceMap.datasourceUid";
const REQUESTS_METRIC: &str = "traces_service_graph_request_total";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(primary) = view.grafana().primary_tempo() else {
        return CheckOutcome::not_applicable("Grafana has no Tempo data source");
    };
    let made = has_seen_marker(view.graph_watch())
        || view
            .metric_names()
            .get()
            .is_some_and(|names| names.iter().any(|name| name == REQUESTS_METRIC));
    for source in list_tempo_sources(view) {
        match source.text(SETTING) {
            Some(uid) => {
                if let Some(finding) = find_dead_link(
                    view,
                    source,
                    SETTING,
                    uid,
                    &[PROMETHEUS_PLUGIN],
                    "the service graph stays empty",
                ) {
                    return finding.into();
                }
            }
            None if source.uid == primary.uid && made => return explain_missing_link(view, source).into(),
            None => {}
        }
    }
    if let Some(finding) = find_native_only_histogram(view) {
        return finding.into();
    }
    match primary.text(SETTING) {
        Some(uid) => CheckOutcome::pass(format!("the service graph of {} uses {uid}", primary.display_name())),
        None => CheckOutcome::not_applicable("no service graph is produced here"),
    }
}

fn explain_missing_link(view: &EvidenceView<'_>, source: &DataSource) -> Finding {
    let uid = view
        .grafana()
        .primary_prometheus()
        .map_or("prometheus", |source| source.uid.as_str());
    Finding::degraded(
        "sg-datasource-not-linked",
        format!(
            "the data source {} sets no data source for the service graph, so the graph stays empty although its metrics exist",
            source.display_name()
        ),
    )
    .with_evidence(format!("data source {}", source.name), SETTING, "not set")
    .with_evidence("Prometheus", REQUESTS_METRIC, "has series")
    .with_remedy("set the Prometheus data source:").with_config(provisioning::render_settings(source, &["serviceMap:", &format!("  datasourceUid: {uid}")]))
}

/// Latencies exist as native histograms only, which Grafana reads from 12.2 on.
fn find_native_only_histogram(view: &EvidenceView<'_>) -> Option<Finding> {
    const LATENCY: &str = "traces_service_graph_request_server_seconds";
    let names = view.metric_names().get()?;
    let has = |name: &str| names.iter().any(|one| one == name);
    let told = view.grafana().version()?;
    if !has(LATENCY) || has(&format!("{LATENCY}_sum")) || parse_version(&told)? >= (12, 2, 0) {
        return None;
    }
    Some(
        Finding::degraded(
            "sg-latency-native-only",
            format!("service-graph latencies are native histograms only, which Grafana {told} cannot read"),
        )
        .at_hop(Hop::Generator)
        .with_evidence("Prometheus", LATENCY, "exists")
        .with_evidence("Prometheus", format!("{LATENCY}_sum"), "does not")
        .with_remedy("have the generator write both forms, or upgrade Grafana to 12.2:")
        .with_config("overrides:\n  defaults:\n    metrics_generator:\n      generate_native_histograms: both"),
    )
}
