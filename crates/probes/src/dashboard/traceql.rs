//! Panels that ask Tempo: a trace by its id, a search, TraceQL metrics, or the service graph, which asks Prometheus.
//! What the browser does with each is in grafana-tempo-datasource: src/datasource.ts.

use serde_json::Value as Json;

use crate::marker_query;
use stack::clients::TempoClient;
use stack::clients::tempo::{SearchQuestion, TraceqlSeries};
use telemetry::model::Slot;
use telemetry::model::dashboard::{DashboardPanel, PanelQuery, PanelQueryFacts, QueryRunOutcome};
use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN};
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::interpolate::{self, InterpolationStyle, VariableScope};
use telemetry::parse::{panel_range, traceql};

use super::panel::{note_filled_query, run_and_analyse};
use super::window::{DashboardSources, PanelWindow};

/// Functions that make metrics of spans.
const METRICS: [&str; 10] = [
    "rate",
    "count_over_time",
    "avg_over_time",
    "sum_over_time",
    "max_over_time",
    "min_over_time",
    "quantile_over_time",
    "histogram_over_time",
    "compare",
    "topk",
];
/// Conditions that are left out one by one, at most.
const MOST_CONDITIONS: usize = 8;
const MOST_VALUES: usize = 8;

/// Runs one query of a Tempo data source.
pub async fn examine_traceql_query(
    pool: &DashboardSources<'_>,
    panel: &DashboardPanel,
    query: &PanelQuery,
    scope: &VariableScope,
    window: (f64, f64),
    source: &DataSource,
    mut facts: PanelQueryFacts,
) -> PanelQueryFacts {
    facts.language = "traceql".to_owned();
    let kind = query.body["queryType"].as_str().unwrap_or("traceql");
    let skip = |mut facts: PanelQueryFacts, why: &str| {
        facts.ran = QueryRunOutcome::Skipped { why: why.to_owned() };
        facts
    };
    match kind {
        "serviceMap" => return run_service_map(pool, window, source, facts).await,
        "upload" => return skip(facts, "shows a file uploaded by the viewer"),
        "clear" => return skip(facts, "has no query"),
        "traceId" => {
            return skip(
                facts,
                "a saved query of type traceId, which browsers do not run; save it as TraceQL",
            );
        }
        _ => {}
    }
    let raw = match kind {
        "traceqlSearch" => build_filter_query(&query.body["filters"]),
        "nativeSearch" => build_native_query(&query.body),
        _ => query.body["query"].as_str().unwrap_or_default().to_owned(),
    };
    let filled = interpolate::interpolate_variables(&raw, scope, InterpolationStyle::Pipe);
    note_filled_query(&mut facts, filled, scope);
    if facts.expr.is_empty() {
        return skip(facts, "has no query");
    }
    let tempo = pool.data_sources.tempo(source);
    let limit = query.body["limit"].as_u64().unwrap_or(20);
    facts.ran = if is_trace_id(&facts.expr) {
        run_trace_by_id(&tempo, &facts.expr).await
    } else if is_metrics_query(&facts.expr) {
        let points = panel.max_points.unwrap_or(500);
        let step = query.body["step"]
            .as_str()
            .and_then(panel_range::parse_interval)
            .unwrap_or_else(|| panel_range::compute_intervals(window.1 - window.0, points, 15.0, None).step_s);
        run_metrics_query(&tempo, &facts.expr, window, step).await
    } else {
        run_search(&tempo, &facts.expr, window, limit).await
    };
    if facts.ran == QueryRunOutcome::Empty && !is_trace_id(&facts.expr) {
        analyse_empty_search(&tempo, window, &mut facts).await;
    }
    facts
}

/// Only hexadecimal digits: a trace id (the browser's own rule).
pub fn is_trace_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A pipeline that ends in numbers.
pub fn is_metrics_query(text: &str) -> bool {
    text.split('|').skip(1).any(|stage| {
        let stage = stage.trim_start();
        METRICS.iter().any(|name| {
            stage
                .strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with('('))
        })
    })
}

async fn run_trace_by_id(tempo: &TempoClient, id: &str) -> QueryRunOutcome {
    match marker_query::fetch_any_trace(tempo, id, None).await {
        Slot::Known { value, .. } if value.spans > 0 => QueryRunOutcome::Data {
            count: value.spans as usize,
        },
        Slot::Known { .. } | Slot::NotAsked => QueryRunOutcome::Empty,
        Slot::Failed { failure } => QueryRunOutcome::Failed { failure },
    }
}

async fn run_search(tempo: &TempoClient, expr: &str, (from, to): (f64, f64), limit: u64) -> QueryRunOutcome {
    let window = TimeWindow::from_seconds(from, to);
    let question = SearchQuestion::new(expr, window, limit.clamp(1, 1_000) as u32);
    match tempo.search_traces(&question).await {
        Slot::Known { value, .. } if !value.hits.is_empty() => QueryRunOutcome::Data {
            count: value.hits.len(),
        },
        Slot::Known { .. } | Slot::NotAsked => QueryRunOutcome::Empty,
        Slot::Failed { failure } => QueryRunOutcome::Failed { failure },
    }
}

async fn run_metrics_query(tempo: &TempoClient, expr: &str, (from, to): (f64, f64), step_s: f64) -> QueryRunOutcome {
    let window = TimeWindow::from_seconds(from, to);
    match tempo.query_metrics(expr, window, Some(step_s)).await {
        Slot::Known { value, .. } => {
            // Tempo fills a window in which nothing was with zeros.
            let has_data = |one: &&TraceqlSeries| one.series.points.iter().any(|(_, value)| *value != 0.0);
            match value.series.iter().filter(has_data).count() {
                0 => QueryRunOutcome::Empty,
                count => QueryRunOutcome::Data { count },
            }
        }
        Slot::NotAsked => QueryRunOutcome::Empty,
        Slot::Failed { failure } => QueryRunOutcome::Failed { failure },
    }
}

/// Is there anything in the window, and which single condition hides it?
async fn analyse_empty_search(tempo: &TempoClient, window: (f64, f64), facts: &mut PanelQueryFacts) {
    let any = run_search(tempo, "{}", window, 1).await;
    facts.apart.anything = match any {
        QueryRunOutcome::Data { .. } => Some(true),
        QueryRunOutcome::Empty => Some(false),
        _ => None,
    };
    if facts.apart.anything != Some(true) {
        let span = (10.0 * (window.1 - window.0)).max(86_400.0);
        let wide = run_search(tempo, "{}", (window.1 - span, window.1), 1).await;
        facts.apart.wider = Some(matches!(wide, QueryRunOutcome::Data { .. }));
        return;
    }
    for without in traceql::drop_each_condition(&facts.expr)
        .into_iter()
        .take(MOST_CONDITIONS)
    {
        if !matches!(
            run_search(tempo, &without.rest, window, 1).await,
            QueryRunOutcome::Data { .. }
        ) {
            continue;
        }
        let range = TimeWindow::from_seconds(window.0, window.1);
        let values = tempo.fetch_tag_values(range, &without.attribute, None, 0).await;
        let values = values.get().into_iter().flatten().map(|value| value.value.clone());
        let values = values.take(MOST_VALUES).collect();
        facts.apart.condition = Some((without.condition, values));
        return;
    }
}

/// The service graph: Prometheus is asked, behind the data source that the Tempo one names.
async fn run_service_map(
    pool: &DashboardSources<'_>,
    window: (f64, f64),
    source: &DataSource,
    mut facts: PanelQueryFacts,
) -> PanelQueryFacts {
    facts.language = "promql".to_owned();
    let span = panel_range::format_interval((window.1 - window.0).max(1.0));
    facts.expr = format!("sum by (client, server) (rate(traces_service_graph_request_total[{span}]))");
    let linked = source.text("serviceMap.datasourceUid").map(str::to_owned);
    let found = match &linked {
        Some(uid) => pool
            .data_sources
            .source(uid)
            .filter(|source| source.kind == PROMETHEUS_PLUGIN)
            .cloned(),
        None if pool.data_sources.is_direct() => pool.data_sources.of_kind(PROMETHEUS_PLUGIN).next().cloned(),
        None => None,
    };
    let Some(prometheus) = found else {
        facts.ran = QueryRunOutcome::Skipped {
            why: "the Tempo data source has no Prometheus linked for the service graph".to_owned(),
        };
        return facts;
    };
    let metrics = pool.metrics(&prometheus);
    let window = PanelWindow {
        from: window.0,
        to: window.1,
        step_s: 60.0,
        instant: true,
    };
    let raw = facts.expr.clone();
    run_and_analyse(&metrics, &raw, &window, &mut facts).await;
    facts
}

/// TraceQL from the filters of the search form, as the browser makes it.
fn build_filter_query(list: &Json) -> String {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let mut parts = Vec::new();
    for filter in list.as_array().map(Vec::as_slice).unwrap_or_default() {
        let tag = text(&filter["tag"]);
        let values: Vec<String> = match &filter["value"] {
            Json::Array(items) => items.iter().map(text).collect(),
            Json::Null => Vec::new(),
            other => vec![text(other)],
        };
        let values: Vec<String> = values.into_iter().filter(|value| !value.is_empty()).collect();
        if tag.is_empty() || values.is_empty() {
            continue;
        }
        let scope = match filter["scope"].as_str() {
            Some("intrinsic") | None => "",
            Some("unscoped") => ".",
            Some(scope) => &format!("{scope}."),
        };
        let quoted = !matches!(
            filter["valueType"].as_str(),
            Some("keyword" | "int" | "float" | "bool" | "duration" | "status" | "kind")
        );
        let joined = values.join("|");
        let value = if quoted { format!("\"{joined}\"") } else { joined };
        let op = match filter["operator"].as_str().unwrap_or("=") {
            "=" if values.len() > 1 => "=~",
            "!=" if values.len() > 1 => "!~",
            other => other,
        };
        parts.push(format!("{scope}{tag}{op}{value}"));
    }
    format!("{{{}}}", parts.join(" && "))
}

/// The search form of versions before TraceQL.
fn build_native_query(body: &Json) -> String {
    let mut parts = Vec::new();
    for (key, tag) in [("serviceName", "resource.service.name"), ("spanName", "name")] {
        if let Some(value) = body[key].as_str().filter(|value| !value.is_empty()) {
            parts.push(format!("{tag}=\"{value}\""));
        }
    }
    format!("{{{}}}", parts.join(" && "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_query_is_can_be_read_off_it() {
        assert!(is_trace_id("0af7651916cd43dd"));
        assert!(!is_trace_id("") && !is_trace_id("{}"));
        assert!(is_metrics_query("{} | rate() by (resource.service.name)"));
        assert!(!is_metrics_query("{ name = \"a|b\" } | count() > 2"));
    }

    #[test]
    fn the_form_becomes_traceql() {
        let list = json!([
            {"tag": "service.name", "scope": "resource", "operator": "=", "value": ["a", "b"], "valueType": "string"},
            {"tag": "duration", "operator": ">", "value": "100ms", "valueType": "duration"},
            {"tag": "x", "scope": "span", "value": []},
        ]);
        assert_eq!(
            build_filter_query(&list),
            "{resource.service.name=~\"a|b\" && duration>100ms}"
        );
        assert_eq!(
            build_native_query(&json!({"serviceName": "a"})),
            "{resource.service.name=\"a\"}"
        );
    }
}
