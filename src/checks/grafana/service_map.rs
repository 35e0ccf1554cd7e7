//! The service graph finds its metrics: the Tempo data source names a Prometheus data source that exists.

use crate::model::evidence::Fact;
use crate::model::grafana::{DataSource, PROMETHEUS, TEMPO};
use crate::model::{Finding, Hop, Outcome};
use crate::parse::grafana::version;

use super::dead_link::dead;
use super::{closed, snippet, sources, was_seen};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.service-map",
    hop: Hop::Grafana,
    title: "the service graph is linked to a Prometheus data source",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Series, Fact::MetricNames]],
    causes: &["sg-datasource-not-linked", "ds-uid-mismatch", "sg-latency-native-only"],
    judge,
};

const SETTING: &str = "serviceMap.datasourceUid";
const REQUESTS: &str = "traces_service_graph_request_total";

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let tempo: Vec<&DataSource> = sources(view).iter().filter(|source| source.kind == TEMPO).collect();
    let Some(primary) = view.grafana().primary_tempo() else {
        return Outcome::not_applicable("Grafana has no Tempo data source");
    };
    let made = was_seen(view.graph_watch())
        || view
            .metric_names()
            .get()
            .is_some_and(|names| names.iter().any(|name| name == REQUESTS));
    for source in &tempo {
        match source.text(SETTING) {
            Some(uid) => {
                if let Some(finding) = dead(
                    view,
                    source,
                    SETTING,
                    uid,
                    &[PROMETHEUS],
                    "the service graph stays empty",
                ) {
                    return finding.into();
                }
            }
            None if source.uid == primary.uid && made => return not_linked(view, source).into(),
            None => {}
        }
    }
    if let Some(finding) = native_only(view) {
        return finding.into();
    }
    match primary.text(SETTING) {
        Some(uid) => Outcome::pass(format!("the service graph of {} uses {uid}", primary.shown())),
        None => Outcome::not_applicable("no service graph is produced here"),
    }
}

fn not_linked(view: &View<'_>, source: &DataSource) -> Finding {
    let uid = view
        .grafana()
        .primary_prometheus()
        .map_or("prometheus", |source| source.uid.as_str());
    Finding::degraded(
        "sg-datasource-not-linked",
        format!(
            "the data source {} sets no data source for the service graph, so the graph stays empty although its metrics exist",
            source.shown()
        ),
    )
    .seen(format!("data source {}", source.name), SETTING, "not set")
    .seen("Prometheus", REQUESTS, "has series")
    .fix(
        "set the Prometheus data source:",
        Some(snippet::entry(source, snippet::url(source), &["serviceMap:", &format!("  datasourceUid: {uid}")])),
        None,
    )
}

/// Latencies exist as native histograms only, which Grafana reads from 12.2 on.
fn native_only(view: &View<'_>) -> Option<Finding> {
    const LATENCY: &str = "traces_service_graph_request_server_seconds";
    let names = view.metric_names().get()?;
    let has = |name: &str| names.iter().any(|one| one == name);
    let told = view.grafana().version()?;
    if !has(LATENCY) || has(&format!("{LATENCY}_sum")) || version(&told)? >= (12, 2, 0) {
        return None;
    }
    Some(
        Finding::degraded(
            "sg-latency-native-only",
            format!("service-graph latencies are native histograms only, which Grafana {told} cannot read"),
        )
        .at(Hop::Generator)
        .seen("Prometheus", LATENCY, "exists")
        .seen("Prometheus", format!("{LATENCY}_sum"), "does not")
        .fix(
            "have the generator write both forms, or upgrade Grafana to 12.2:",
            Some("overrides:\n  defaults:\n    metrics_generator:\n      generate_native_histograms: both".to_owned()),
            None,
        ),
    )
}
