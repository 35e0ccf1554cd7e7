//! Exemplars link to their trace.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::evidence::Fact;
use crate::model::grafana::{DataSource, PROMETHEUS, TEMPO};
use crate::model::{Finding, Hop, Outcome};

use super::dead_link::dead;
use super::{closed, snippet, sources, was_seen};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.exemplars",
    hop: Hop::Grafana,
    title: "exemplars link to their trace",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Exemplars]],
    causes: &["ex-destination-missing", "ex-label-mismatch"],
    judge,
};

const SETTING: &str = "exemplarTraceIdDestinations";

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let Some(tempo) = view.grafana().primary_tempo() else {
        return Outcome::not_applicable("Grafana has no Tempo data source");
    };
    let Some(primary) = view.grafana().primary_prometheus() else {
        return Outcome::not_applicable("Grafana has no Prometheus data source");
    };
    let stored = was_seen(view.exemplar_watch()) || view.exemplars().get().is_some_and(|list| !list.is_empty());
    for source in sources(view).iter().filter(|source| source.kind == PROMETHEUS) {
        for (index, destination) in destinations(source).iter().enumerate() {
            let Some(uid) = destination["datasourceUid"].as_str().filter(|uid| !uid.is_empty()) else {
                continue;
            };
            let setting = format!("{SETTING}[{index}].datasourceUid");
            let kinds = [TEMPO, "jaeger", "zipkin", "grafana-x-ray-datasource"];
            if let Some(mut finding) = dead(
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
    let all = destinations(primary);
    if !stored {
        return if all.is_empty() {
            Outcome::not_applicable("no exemplar of a trace is stored, and no destination is set")
        } else {
            Outcome::pass("exemplar destinations exist")
        };
    }
    if all.is_empty() {
        return Finding::degraded(
            "ex-destination-missing",
            format!(
                "the data source {} has no exemplar destination, so exemplar dots have no link",
                primary.shown()
            ),
        )
        .seen(format!("data source {}", primary.name), SETTING, "not set")
        .seen("Prometheus", "exemplars of the marker", "stored")
        .fix(
            "set the label that holds the trace id, and the data source to open:",
            Some(pasted(primary, tempo, "traceID")),
            None,
        )
        .into();
    }
    match mismatch(view, primary, tempo, all) {
        Some(finding) => finding.into(),
        None => Outcome::pass(format!("exemplars in {} link to a trace", primary.shown())),
    }
}

fn destinations(source: &DataSource) -> &[Value] {
    source.at(SETTING).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// No destination looks at the label that holds the trace id here.
fn mismatch(view: &View<'_>, primary: &DataSource, tempo: &DataSource, all: &[Value]) -> Option<Finding> {
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
                primary.shown(),
                join(&names)
            ),
        )
        .seen("GET /api/v1/query_exemplars", "labels", join(&labels))
        .seen(
            format!("data source {}", primary.name),
            format!("{SETTING}[].name"),
            join(&names),
        )
        .fix("use the label that exists:", Some(pasted(primary, tempo, label)), None),
    )
}

fn pasted(source: &DataSource, tempo: &DataSource, label: &str) -> String {
    let destination = format!("  - {{name: {label}, datasourceUid: {}}}", tempo.uid);
    snippet::entry(source, snippet::url(source), &[&format!("{SETTING}:"), &destination])
}
