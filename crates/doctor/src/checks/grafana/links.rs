//! Links from a trace to logs, metrics and profiles point at existing data sources.

use serde_json::Value;

use telemetry::model::failure::format_status_text;
use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN, TEMPO_PLUGIN};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::grafana::extract_message;

use super::dead_link::find_dead_link;
use super::{find_skip_outcome, list_data_sources, list_tempo_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.links",
    title: "links between data sources point at existing data sources",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

/// Data sources of logs.
const LOG_PLUGINS: [&str; 6] = [
    "loki",
    "elasticsearch",
    "grafana-opensearch-datasource",
    "grafana-splunk-datasource",
    "googlecloud-logging-datasource",
    "victoriametrics-logs-datasource",
];
const LOGS_DEAD: &str = "the link \"Logs for this span\" does not work";

/// The settings that lead to other data sources: where, to which types, and what a dead one costs. An empty list of types
/// takes any but the ones that cannot be meant.
const LINKS: [(&str, &[&str], &str); 5] = [
    ("tracesToLogsV2", &LOG_PLUGINS, LOGS_DEAD),
    ("tracesToLogs", &LOG_PLUGINS, LOGS_DEAD),
    (
        "tracesToMetrics",
        &[PROMETHEUS_PLUGIN],
        "links from a span to its metrics do not work",
    ),
    (
        "tracesToProfiles",
        &["grafana-pyroscope-datasource", "phlare", "parca"],
        "links from a span to its profile do not work",
    ),
    ("lokiSearch", &["loki"], "searching traces through Loki does not work"),
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let mut followed = 0;
    for source in list_tempo_sources(view) {
        for (name, kinds, so) in LINKS {
            let setting = format!("{name}.datasourceUid");
            let Some(uid) = source.text(&setting) else { continue };
            followed += 1;
            if let Some(finding) = find_dead_link(view, source, &setting, uid, kinds, so) {
                return finding.into();
            }
        }
        if let Some(finding) = find_escape_error(source).or_else(|| find_tag_mismatch(view, source)) {
            return finding.into();
        }
    }
    for source in list_data_sources(view) {
        let fields = source.at("derivedFields").and_then(Value::as_array);
        for (index, field) in fields.into_iter().flatten().enumerate() {
            let Some(uid) = field["datasourceUid"].as_str().filter(|uid| !uid.is_empty()) else {
                continue;
            };
            followed += 1;
            let setting = format!("derivedFields[{index}].datasourceUid");
            let kinds = [TEMPO_PLUGIN, "jaeger", "zipkin", "grafana-x-ray-datasource"];
            if let Some(finding) = find_dead_link(
                view,
                source,
                &setting,
                uid,
                &kinds,
                "links from trace ids in logs do not work",
            ) {
                return finding.into();
            }
            if field["url"].as_str() == Some("") {
                return explain_escape_error(source, &format!("derivedFields[{index}].url"), "$${__value.raw}").into();
            }
        }
    }
    if let Some(finding) = find_unreachable_link(view) {
        return finding.into();
    }
    if followed == 0 {
        return CheckOutcome::not_applicable("no Tempo data source has links to logs, metrics or profiles");
    }
    CheckOutcome::pass("links to logs, metrics and profiles point at existing data sources")
}

/// A `$` that provisioning took for a variable of the environment leaves a hole.
fn find_escape_error(source: &DataSource) -> Option<Finding> {
    let queries = source.at("tracesToMetrics.queries").and_then(Value::as_array);
    for (index, query) in queries.into_iter().flatten().enumerate() {
        let text = query["query"].as_str().unwrap_or_default();
        if text.contains("{}") && !text.contains('$') {
            return Some(explain_escape_error(
                source,
                &format!("tracesToMetrics.queries[{index}].query"),
                "$$__tags",
            ));
        }
    }
    for name in ["tracesToLogsV2", "tracesToLogs", "tracesToProfiles"] {
        let text = source.text(&format!("{name}.query")).unwrap_or_default();
        let holes = ["{}", "\"\"", "``"].iter().any(|hole| text.contains(hole));
        if source.flag(&format!("{name}.customQuery")) && holes && !text.contains('$') {
            return Some(explain_escape_error(
                source,
                &format!("{name}.query"),
                "$${__span.traceId}",
            ));
        }
    }
    None
}

fn explain_escape_error(source: &DataSource, setting: &str, written: &str) -> Finding {
    let stored = get_setting_text(source, setting);
    Finding::degraded(
        "ds-provisioning-escape",
        format!(
            "{setting} of the data source {} has a gap where a variable should be: provisioning expanded its $ as an environment variable",
            source.display_name()
        ),
    )
    .with_evidence(format!("data source {}", source.name), setting, format!("{stored:?}"))
    .with_remedy("write every $ that belongs to Grafana as $$ in the provisioning file:").with_config(format!("# a lone $ is replaced when the file is read\n{}: '{written}'", setting.rsplit('.').next().unwrap_or("query")))
}

fn get_setting_text(source: &DataSource, setting: &str) -> String {
    let pointer = format!("/{}", setting.replace(['.', '['], "/").replace(']', ""));
    source
        .settings
        .pointer(&pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A tag of traces to metrics becomes a label that span metrics do not have.
fn find_tag_mismatch(view: &EvidenceView<'_>, source: &DataSource) -> Option<Finding> {
    let uid = source.text("tracesToMetrics.datasourceUid")?;
    let through = view.grafana().prometheus.iter().find(|through| through.uid == uid)?;
    let labels = through.labels.get().filter(|labels| !labels.is_empty())?;
    let queries = source.at("tracesToMetrics.queries")?.as_array()?;
    let of_spans = |query: &Value| {
        query["query"]
            .as_str()
            .is_some_and(|text| text.contains("traces_spanmetrics_") && text.contains("$__tags"))
    };
    if !queries.iter().any(of_spans) {
        return None;
    }
    let missing = source.at("tracesToMetrics.tags")?.as_array()?.iter().find_map(|tag| {
        let key = tag["key"].as_str()?;
        let label = tag["value"]
            .as_str()
            .filter(|value| !value.is_empty())
            .unwrap_or(key)
            .replace('.', "_");
        (!labels.contains(&label)).then(|| (key.to_owned(), label))
    });
    let (key, label) = missing?;
    let right = if key == "service.name" {
        "service".to_owned()
    } else {
        key.replace('.', "_")
    };
    Some(
        Finding::degraded(
            "ds-tag-mapping",
            format!(
                "links from a span to its metrics use the label {label}, which span metrics do not have, so they find nothing"
            ),
        )
        .likely()
        .with_evidence(format!("data source {}", source.name), "tracesToMetrics.tags", format!("{key} → {label}"))
        .with_evidence("Prometheus", "labels of traces_spanmetrics_calls_total", labels.join(", "))
        .with_remedy("map the tag to the label that exists:").with_config(provisioning::render_settings(source, &[
                    "tracesToMetrics:",
                    &format!("  datasourceUid: {uid}"),
                    &format!("  tags: [{{key: {key}, value: {right}}}]"),
                ],
            )),
    )
}

/// What a link leads to does not answer.
fn find_unreachable_link(view: &EvidenceView<'_>) -> Option<Finding> {
    view.grafana().others.iter().find_map(|other| {
        let answer = other.health.get()?;
        let dead = matches!(answer.status, 400 | 500 | 502..=504);
        let source = view.grafana().source(&other.uid).filter(|_| dead)?;
        let mut finding = Finding::degraded(
            "ds-wrong-port",
            format!(
                "links from traces point at the data source {}, which does not reach its server",
                source.display_name()
            ),
        )
        .likely()
        .with_evidence(
            format!("GET /api/datasources/uid/{}/health", other.uid),
            "",
            format_status_text(answer.status, &extract_message(answer)),
        );
        if let Some(url) = source.url.as_deref() {
            finding = finding.with_evidence(format!("data source {}", source.name), "url", url);
        }
        Some(
            finding
                .with_remedy("set the address at which Grafana reaches the server:")
                .with_config(provisioning::render_settings(source, &[])),
        )
    })
}
