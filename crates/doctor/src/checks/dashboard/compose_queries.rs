//! In the files, dashboards ask for metrics that this version of Tempo makes.

use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence, tempo_service};
use telemetry::model::compose::{AskedMetric, ComposeProject, ComposeRole};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::find_nearest;

use super::missing_metric::is_gone;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "dashboard.compose-queries",
    title: "in the files, dashboards ask for metrics that this version of Tempo makes",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// What the generator makes of spans (grafana/tempo v2.0.0 to v3.0.3: modules/generator/processor).
const OF_TEMPO: [&str; 11] = [
    "traces_spanmetrics_calls_total",
    "traces_spanmetrics_size_total",
    "traces_spanmetrics_latency",
    "traces_target_info",
    "traces_host_info",
    "traces_service_graph_request_total",
    "traces_service_graph_request_failed_total",
    "traces_service_graph_request_server_seconds",
    "traces_service_graph_request_client_seconds",
    "traces_service_graph_request_messaging_system_seconds",
    "traces_service_graph_request_database_seconds",
];
/// What a collector, an agent or Beyla may make under the same first words, by how it begins.
const OF_COLLECTORS: [&str; 14] = [
    "traces_service_graph_connections_total",
    "traces_service_graph_dropped_spans_total",
    "traces_service_graph_request_client",
    "traces_service_graph_request_duration",
    "traces_service_graph_request_failed",
    "traces_service_graph_request_messaging_system",
    "traces_service_graph_request_server",
    "traces_service_graph_unpaired_spans_total",
    "traces_span_metrics_",
    "traces_spanmetrics_calls",
    "traces_spanmetrics_duration",
    "traces_spanmetrics_events",
    "traces_spanmetrics_latency_",
    "traces_spanmetrics_response_size",
];
/// Families of which nobody else makes a metric.
const FAMILIES: [&str; 5] = [
    "traces_spanmetrics_",
    "traces_span_metrics_",
    "traces_service_graph_",
    "tempo_spanmetrics_",
    "tempo_service_graph_",
];

fn judge(project: &ComposeProject) -> CheckOutcome {
    let asked = &project.dashboard_metrics;
    if asked.is_empty() {
        return CheckOutcome::not_applicable("no dashboard in these files asks for metrics of Tempo or of spans");
    }
    let unmade: Vec<&AskedMetric> = asked.iter().filter(|metric| is_made_by_nobody(&metric.name)).collect();
    let foreign: Vec<&AskedMetric> = match makes_metrics_alone(project) {
        true => asked.iter().filter(|metric| is_of_collectors(&metric.name)).collect(),
        false => Vec::new(),
    };
    let version = project.tempo_version();
    let renamed = |metric: &&AskedMetric| {
        version.is_some_and(|(major, _)| is_gone(&metric.name, major)) && !metric.has_alternative
    };
    let renamed: Vec<&AskedMetric> = asked.iter().filter(renamed).collect();
    let found = [
        explain(
            "dash-metric-missing",
            &unmade,
            "which neither Tempo nor a collector makes",
        ),
        explain(
            "sm-name-mismatch",
            &foreign,
            "which a collector makes; Tempo calls it otherwise",
        ),
        explain("dash-renamed-metrics", &renamed, "which Tempo 3 no longer has"),
    ];
    CheckOutcome::of_findings(found.into_iter().flatten())
        .unwrap_or_else(|| CheckOutcome::pass(format!("{} metrics that dashboards ask for are known", asked.len())))
}

/// The name without the ending of a classic histogram.
fn find_base(name: &str) -> &str {
    let ends = ["_bucket", "_count", "_sum"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

fn is_of_tempo(name: &str) -> bool {
    OF_TEMPO.contains(&name) || OF_TEMPO.contains(&find_base(name))
}

fn is_of_collectors(name: &str) -> bool {
    !is_of_tempo(name) && OF_COLLECTORS.iter().any(|start| name.starts_with(start))
}

fn is_made_by_nobody(name: &str) -> bool {
    let is_family = FAMILIES.iter().any(|start| name.starts_with(start));
    is_family && !is_of_tempo(name) && !is_of_collectors(name)
}

/// True where a Tempo here writes metrics of spans, and no collector does that may make some as well.
fn makes_metrics_alone(project: &ComposeProject) -> bool {
    let writes = tempo_service::find_services_running(project, "metrics-generator")
        .any(|(_, config)| !tempo_service::list_remote_write_urls(config).is_empty());
    let collectors = [ComposeRole::Collector, ComposeRole::Alloy];
    writes
        && collectors
            .into_iter()
            .all(|role| project.services_with_role(role).next().is_none())
}

fn explain(cause: &'static str, metrics: &[&AskedMetric], why: &str) -> Option<Finding> {
    let first = metrics.first()?;
    let more = match metrics.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let near: Vec<String> = metrics
        .iter()
        .filter_map(|metric| find_right_name(&metric.name))
        .collect();
    let finding = Finding::degraded(
        cause,
        format!(
            "{} asks for {}{more}, {why}, so its panels stay empty",
            first.at.file, first.name
        ),
    )
    .with_evidence_lines(
        metrics
            .iter()
            .map(|metric| build_file_evidence(&metric.at, "query", &metric.name)),
    );
    Some(if near.is_empty() {
        finding
    } else {
        finding.with_remedy(format!("query Tempo's names in {}: {}", first.at.file, near.join(", ")))
    })
}

/// Tempo's own name for what seems to be meant.
fn find_right_name(name: &str) -> Option<String> {
    let base = find_base(name);
    let end = &name[base.len()..];
    let meant = base
        .replace("tempo_", "traces_")
        .replace("span_metrics", "spanmetrics")
        .replace("_duration_milliseconds", "_latency")
        .replace("_duration_seconds", "_latency")
        .replace("_duration", "_latency");
    let found = OF_TEMPO.contains(&meant.as_str()).then(|| meant.clone());
    let found = found.or_else(|| find_nearest(&meant, OF_TEMPO).map(str::to_owned))?;
    Some(format!("{found}{end}"))
}
