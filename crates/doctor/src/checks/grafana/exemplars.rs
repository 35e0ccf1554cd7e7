//! Exemplars link to their trace.

use std::collections::BTreeSet;

use serde_json::Value;

use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN, TEMPO_PLUGIN};
use telemetry::model::{CheckOutcome, Fact, Finding};

use super::dead_link::find_dead_link;
use super::{find_skip_outcome, has_seen_marker, list_data_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.exemplars",
    title: "exemplars link to their trace",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Exemplars]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

const SETTING: &str = "exemplarTraceIdDestinations";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(tempo) = view.grafana().primary_tempo() else {
        return CheckOutcome::not_applicable("Grafana has no Tempo data source");
    };
    let Some(primary) = view.grafana().primary_prometheus() else {
        return CheckOutcome::not_applicable("Grafana has no Prometheus data source");
    };
    let stored = has_seen_marker(view.exemplar_watch()) || view.exemplars().get().is_some_and(|list| !list.is_empty());
    for source in list_data_sources(view)
        .iter()
        .filter(|source| source.kind == PROMETHEUS_PLUGIN)
    {
        for (index, destination) in list_destinations(source).iter().enumerate() {
            let Some(uid) = destination["datasourceUid"].as_str().filter(|uid| !uid.is_empty()) else {
                continue;
            };
            let setting = format!("{SETTING}[{index}].datasourceUid");
            let kinds = [TEMPO_PLUGIN, "jaeger", "zipkin", "grafana-x-ray-datasource"];
            if let Some(mut finding) = find_dead_link(
                view,
                source,
                &setting,
                uid,
                &kinds,
                "exemplar dots have no link to their trace",
            ) {
                finding.cause = "ex-destination-missing";
                return finding.into();
            }
        }
    }
    let all = list_destinations(primary);
    if !stored {
        return if all.is_empty() {
            CheckOutcome::not_applicable("no exemplar of a trace is stored, and no destination is set")
        } else {
            CheckOutcome::pass("exemplar destinations exist")
        };
    }
    if all.is_empty() {
        return Finding::degraded(
            "ex-destination-missing",
            format!(
                "the data source {} has no exemplar destination, so exemplar dots have no link",
                primary.display_name()
            ),
        )
        .with_evidence(format!("data source {}", primary.name), SETTING, "not set")
        .with_evidence("Prometheus", "exemplars of the marker", "stored")
        .with_remedy("set the label that holds the trace id, and the data source to open:")
        .with_config(render_destination(primary, tempo, "traceID"))
        .into();
    }
    match find_label_mismatch(view, primary, tempo, all) {
        Some(finding) => finding.into(),
        None => CheckOutcome::pass(format!("exemplars in {} link to a trace", primary.display_name())),
    }
}

fn list_destinations(source: &DataSource) -> &[Value] {
    source.at(SETTING).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// No destination looks at the label that holds the trace id here.
fn find_label_mismatch(
    view: &EvidenceView<'_>,
    primary: &DataSource,
    tempo: &DataSource,
    all: &[Value],
) -> Option<Finding> {
    let labels: BTreeSet<&str> = view
        .exemplars()
        .get()?
        .iter()
        .flat_map(|exemplar| exemplar.labels.keys().map(String::as_str))
        .collect();
    let names: BTreeSet<&str> = all
        .iter()
        .filter_map(|destination| destination["name"].as_str())
        .collect();
    if labels.is_empty() || labels.iter().any(|label| names.contains(label)) {
        return None;
    }
    let join = |set: &BTreeSet<&str>| set.iter().copied().collect::<Vec<_>>().join(", ");
    let label = labels
        .iter()
        .find(|label| label.to_lowercase().contains("trace"))
        .or(labels.iter().next())?;
    Some(
        Finding::degraded(
            "ex-label-mismatch",
            format!(
                "exemplars carry the trace id in the label {label}, but the data source {} looks for it in {}",
                primary.display_name(),
                join(&names)
            ),
        )
        .with_evidence("GET /api/v1/query_exemplars", "labels", join(&labels))
        .with_evidence(
            format!("data source {}", primary.name),
            format!("{SETTING}[].name"),
            join(&names),
        )
        .with_remedy("use the label that exists:")
        .with_config(render_destination(primary, tempo, label)),
    )
}

fn render_destination(source: &DataSource, tempo: &DataSource, label: &str) -> String {
    let destination = format!("  - {{name: {label}, datasourceUid: {}}}", tempo.uid);
    provisioning::render_settings(source, &[&format!("{SETTING}:"), &destination])
}
