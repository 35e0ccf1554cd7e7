//! Panels that ask Tempo: a trace by its id, a search, TraceQL metrics, or the service graph, which asks Prometheus.
//! What the browser does with each is in grafana-tempo-datasource: src/datasource.ts.

use serde_json::Value as Json;

use crate::clients::HttpClient;
use crate::model::dashboard::{Panel, PanelQuery, QueryFacts, Ran};
use crate::model::grafana::{DataSource, PROMETHEUS};
use crate::model::{Failure, Slot};
use crate::parse::interpolate::{self, Scope, Style};
use crate::parse::{conditions, panel_range, trace};
use crate::probes::read_back::escape;

use super::apart;
use super::asker::Asker;
use super::window::{Pool, Window, ran};

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
#[allow(clippy::too_many_arguments, reason = "one call, and each is a thing of its own")]
pub async fn query(
    pool: &Pool<'_>,
    asker: &Asker,
    panel: &Panel,
    query: &PanelQuery,
    scope: &Scope,
    window: (f64, f64),
    source: &DataSource,
    mut facts: QueryFacts,
) -> QueryFacts {
    facts.language = "traceql".to_owned();
    let kind = query.body["queryType"].as_str().unwrap_or("traceql");
    let skip = |mut facts: QueryFacts, why: &str| {
        facts.ran = Ran::Skipped { why: why.to_owned() };
        facts
    };
    match kind {
        "serviceMap" => return service_map(pool, asker, window, source, facts).await,
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
        "traceqlSearch" => filters(&query.body["filters"]),
        "nativeSearch" => native(&query.body),
        _ => query.body["query"].as_str().unwrap_or_default().to_owned(),
    };
    let filled = interpolate::fill(&raw, scope, Style::Pipe);
    facts.expr = filled.text.trim().to_owned();
    facts.unknown_variables = filled.unknown;
    facts.empty_variables = filled
        .used
        .iter()
        .filter(|name| !name.starts_with("__") && scope.get(*name).is_some_and(interpolate::Value::is_empty))
        .cloned()
        .collect();
    if facts.expr.is_empty() {
        return skip(facts, "has no query");
    }
    let http = pool.places.way(source);
    let limit = query.body["limit"].as_u64().unwrap_or(20);
    facts.ran = if is_id(&facts.expr) {
        by_id(asker, &http, &facts.expr).await
    } else if is_metrics(&facts.expr) {
        let points = panel.max_points.unwrap_or(500);
        let step = query.body["step"]
            .as_str()
            .and_then(panel_range::span)
            .unwrap_or_else(|| panel_range::intervals(window.1 - window.0, points, 15.0, None).step_s);
        metrics(asker, &http, &facts.expr, window, step).await
    } else {
        search(asker, &http, &facts.expr, window, limit).await
    };
    if facts.ran == Ran::Empty && !is_id(&facts.expr) {
        take_apart(asker, &http, window, &mut facts).await;
    }
    facts
}

/// Only hexadecimal digits: a trace id (the browser's own rule).
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A pipeline that ends in numbers.
pub fn is_metrics(text: &str) -> bool {
    text.split('|').skip(1).any(|stage| {
        let stage = stage.trim_start();
        METRICS.iter().any(|name| {
            stage
                .strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with('('))
        })
    })
}

async fn by_id(asker: &Asker, http: &HttpClient, id: &str) -> Ran {
    let answer = asker.ask(http, &format!("/api/v2/traces/{id}"), "").await;
    match answer.and_then(|answer| trace::read_back(answer, id, &[])) {
        Slot::Known { value, .. } if value.spans > 0 => Ran::Data {
            count: value.spans as usize,
        },
        Slot::Known { .. } | Slot::NotAsked => Ran::Empty,
        Slot::Failed { failure } => Ran::Failed { failure },
    }
}

fn times((from, to): (f64, f64)) -> String {
    format!("start={:.0}&end={:.0}", from.floor(), to.ceil())
}

async fn search(asker: &Asker, http: &HttpClient, expr: &str, window: (f64, f64), limit: u64) -> Ran {
    let query = format!(
        "q={}&{}&limit={}&spss=1",
        escape(expr),
        times(window),
        limit.clamp(1, 1_000)
    );
    match asker.ask(http, "/api/search", &query).await.and_then(trace::search_ids) {
        Slot::Known { value, .. } if !value.is_empty() => Ran::Data { count: value.len() },
        Slot::Known { .. } | Slot::NotAsked => Ran::Empty,
        Slot::Failed { failure } => Ran::Failed { failure },
    }
}

async fn metrics(asker: &Asker, http: &HttpClient, expr: &str, window: (f64, f64), step_s: f64) -> Ran {
    let query = format!(
        "q={}&{}&step={}",
        escape(expr),
        times(window),
        panel_range::written(step_s)
    );
    let answer = asker.ask(http, "/api/metrics/query_range", &query).await;
    let series = answer.and_then(|answer| {
        let request = answer.request.clone();
        let body: Json = crate::parse::tempo::json(answer)?;
        body["series"]
            .as_array()
            .map(|series| series.iter().filter(|one| counts(one)).count())
            .or_else(|| body.get("metrics").map(|_| 0))
            .ok_or_else(|| Failure::new(crate::model::FailureKind::Decode, request, "JSON, but no metrics"))
    });
    match series {
        Slot::Known { value, .. } if value > 0 => Ran::Data { count: value },
        Slot::Known { .. } | Slot::NotAsked => Ran::Empty,
        Slot::Failed { failure } => Ran::Failed { failure },
    }
}

/// A series with anything but zeros: Tempo fills a window in which nothing was with zeros.
fn counts(series: &Json) -> bool {
    let samples = series["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    samples
        .iter()
        .any(|sample| sample["value"].as_f64().is_some_and(|value| value != 0.0))
}

/// Is there anything in the window, and which single condition hides it?
async fn take_apart(asker: &Asker, http: &HttpClient, window: (f64, f64), facts: &mut QueryFacts) {
    let any = search(asker, http, "{}", window, 1).await;
    facts.apart.anything = match any {
        Ran::Data { .. } => Some(true),
        Ran::Empty => Some(false),
        _ => None,
    };
    if facts.apart.anything != Some(true) {
        let span = (10.0 * (window.1 - window.0)).max(86_400.0);
        let wide = search(asker, http, "{}", (window.1 - span, window.1), 1).await;
        facts.apart.wider = Some(matches!(wide, Ran::Data { .. }));
        return;
    }
    for without in conditions::without_each(&facts.expr).into_iter().take(MOST_CONDITIONS) {
        if !matches!(search(asker, http, &without.rest, window, 1).await, Ran::Data { .. }) {
            continue;
        }
        let path = format!("/api/v2/search/tag/{}/values", escape(&without.attribute));
        let values = asker.ask(http, &path, &times(window)).await.and_then(trace::tag_values);
        let mut values = values.get().cloned().unwrap_or_default();
        values.truncate(MOST_VALUES);
        facts.apart.condition = Some((without.condition, values));
        return;
    }
}

/// The service graph: Prometheus is asked, behind the data source that the Tempo one names.
async fn service_map(
    pool: &Pool<'_>,
    asker: &Asker,
    window: (f64, f64),
    source: &DataSource,
    mut facts: QueryFacts,
) -> QueryFacts {
    facts.language = "promql".to_owned();
    let span = panel_range::written((window.1 - window.0).max(1.0));
    facts.expr = format!("sum by (client, server) (rate(traces_service_graph_request_total[{span}]))");
    let linked = source.text("serviceMap.datasourceUid").map(str::to_owned);
    let found = match &linked {
        Some(uid) => pool
            .places
            .source(uid)
            .filter(|source| source.kind == PROMETHEUS)
            .cloned(),
        None if pool.places.is_direct() => pool.places.of_kind(PROMETHEUS).next().cloned(),
        None => None,
    };
    let Some(prometheus) = found else {
        facts.ran = Ran::Skipped {
            why: "the Tempo data source has no Prometheus linked for the service graph".to_owned(),
        };
        return facts;
    };
    let metrics = pool.metrics(&prometheus);
    let window = Window {
        from: window.0,
        to: window.1,
        step_s: 60.0,
        instant: true,
    };
    facts.ran = ran(asker, &metrics, &facts.expr, &window).await;
    if facts.ran == Ran::Empty {
        let (parts, apart) = apart::query(&metrics, &facts.expr, &facts.expr, &window).await;
        facts.parts = parts;
        facts.apart = apart;
    }
    facts
}

/// TraceQL from the filters of the search form, as the browser makes it.
fn filters(list: &Json) -> String {
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
fn native(body: &Json) -> String {
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
        assert!(is_id("0af7651916cd43dd"));
        assert!(!is_id("") && !is_id("{}"));
        assert!(is_metrics("{} | rate() by (resource.service.name)"));
        assert!(!is_metrics("{ name = \"a|b\" } | count() > 2"));
    }

    #[test]
    fn the_form_becomes_traceql() {
        let list = json!([
            {"tag": "service.name", "scope": "resource", "operator": "=", "value": ["a", "b"], "valueType": "string"},
            {"tag": "duration", "operator": ">", "value": "100ms", "valueType": "duration"},
            {"tag": "x", "scope": "span", "value": []},
        ]);
        assert_eq!(filters(&list), "{resource.service.name=~\"a|b\" && duration>100ms}");
        assert_eq!(native(&json!({"serviceName": "a"})), "{resource.service.name=\"a\"}");
    }
}
