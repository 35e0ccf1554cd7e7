//! One panel: whom its queries ask, with which variables, and what comes back.

use std::collections::HashMap;

use serde_json::json;

use telemetry::model::dashboard::{
    Dashboard, DashboardPanel, DataSourceRef, DataSourceState, PanelFacts, PanelQuery, PanelQueryFacts, QueryRunOutcome,
};
use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN, TEMPO_PLUGIN};
use telemetry::parse::interpolate::{self, InterpolatedText, InterpolationStyle, VariableScope, VariableValue};
use telemetry::parse::{explore, panel_range, promql_parts as promql};

use super::examine::{DashboardContext, LEAST_STEP_S, POINTS, set_built_in_variables};
use super::prometheus_metrics::PrometheusMetrics;
use super::window::{DashboardSources, PanelWindow, run_promql};
use super::{empty_query, traceql};

/// One run over the panels of a dashboard.
pub(super) struct PanelRun<'a> {
    pub(super) context: &'a DashboardContext<'a>,
    pub(super) pool: &'a DashboardSources<'a>,
    pub(super) window: (f64, f64),
    pub(super) ranges: (&'a str, &'a str),
    pub(super) variables: &'a [telemetry::model::dashboard::VariableFacts],
    pub(super) filters: &'a [(String, String, String)],
    pub(super) dashboard: &'a Dashboard,
    pub(super) library: &'a HashMap<String, Option<DashboardPanel>>,
}

impl PanelRun<'_> {
    pub(super) async fn examine_panel(&self, panel: &DashboardPanel, scope: &VariableScope) -> PanelFacts {
        let mut facts = PanelFacts {
            id: panel.id.clone(),
            title: interpolate::interpolate_variables(&panel.title, scope, InterpolationStyle::Glob).text,
            kind: panel.kind.clone(),
            ..PanelFacts::default()
        };
        if panel.queries.is_empty()
            && let Some(uid) = &panel.library
        {
            match self.library.get(uid) {
                Some(None) => facts.library_gone = Some(uid.clone()),
                None => facts.skipped = Some("a library panel (stored in Grafana only)".to_owned()),
                Some(Some(_)) => facts.skipped = Some("a library panel without queries".to_owned()),
            }
            return facts;
        }
        let asked: Vec<&PanelQuery> = panel.queries.iter().filter(|query| !query.hidden).collect();
        if asked.is_empty() {
            facts.skipped = Some(match (panel.kind.as_str(), panel.queries.is_empty()) {
                ("text", _) => "a text panel".to_owned(),
                (_, true) => "has no query".to_owned(),
                (_, false) => "every query is disabled".to_owned(),
            });
            return facts;
        }
        let window = self.own_window(panel, scope, &mut facts);
        facts.queries = futures_util::future::join_all(
            asked
                .iter()
                .map(|query| self.examine_query(panel, query, scope, window)),
        )
        .await;
        facts.explore = facts.queries.first().and_then(|query| self.explore_link(query));
        facts
    }

    /// A panel's own range, and shift.
    fn own_window(&self, panel: &DashboardPanel, scope: &VariableScope, facts: &mut PanelFacts) -> (f64, f64) {
        let (mut from, mut to) = self.window;
        let filled = |text: &Option<String>| {
            text.as_ref()
                .map(|text| interpolate::interpolate_variables(text, scope, InterpolationStyle::Glob).text)
        };
        let mut said = Vec::new();
        if let Some(text) = filled(&panel.time_from)
            && let Some(span) = panel_range::parse_interval(text.trim_start_matches("now-"))
        {
            from = to - span;
            said.push(format!("the last {text}"));
        }
        if let Some(text) = filled(&panel.time_shift)
            && let Some(shift) = panel_range::parse_interval(&text)
        {
            from -= shift;
            to -= shift;
            said.push(format!("shifted by {text}"));
        }
        facts.own_range = (!said.is_empty()).then(|| said.join(", "));
        (from, to)
    }

    async fn examine_query(
        &self,
        panel: &DashboardPanel,
        query: &PanelQuery,
        scope: &VariableScope,
        window: (f64, f64),
    ) -> PanelQueryFacts {
        let wanted = match &panel.source {
            DataSourceRef::Mixed => &query.source,
            // The panel's own overrules what a query says, but for expressions.
            own => match &query.source {
                DataSourceRef::Internal(_) => &query.source,
                _ => own,
            },
        };
        let mut facts = PanelQueryFacts {
            ref_id: query.ref_id.clone(),
            source: self.pool.data_sources.resolve(wanted, scope, self.variables),
            ..PanelQueryFacts::default()
        };
        if let DataSourceRef::Internal(what) = wanted {
            facts.language = what.clone();
            facts.ran = QueryRunOutcome::Skipped {
                why: match what.as_str() {
                    "__expr__" | "-100" => "an expression over other queries".to_owned(),
                    "-- Dashboard --" => "reuses the result of another panel".to_owned(),
                    other => format!("data of {}", other.trim_matches(['-', ' '])),
                },
            };
            return facts;
        }
        let DataSourceState::Found { uid } = facts.source.clone() else {
            facts.expr = find_query_text(query);
            facts.ran = QueryRunOutcome::Skipped {
                why: "its data source is not there".to_owned(),
            };
            return facts;
        };
        let Some(source) = self.pool.data_sources.source(&uid).cloned() else {
            return facts;
        };
        match source.kind.as_str() {
            PROMETHEUS_PLUGIN => self.examine_promql(panel, query, scope, window, &source, facts).await,
            TEMPO_PLUGIN => {
                traceql::examine_traceql_query(self.pool, panel, query, scope, window, &source, facts).await
            }
            other => {
                facts.language = other.to_owned();
                facts.expr = find_query_text(query);
                facts.ran = QueryRunOutcome::Skipped {
                    why: format!("a query for {other}, which tempoctl does not check"),
                };
                facts
            }
        }
    }

    async fn examine_promql(
        &self,
        panel: &DashboardPanel,
        query: &PanelQuery,
        scope: &VariableScope,
        window: (f64, f64),
        source: &DataSource,
        mut facts: PanelQueryFacts,
    ) -> PanelQueryFacts {
        facts.language = "promql".to_owned();
        let raw = query.body["expr"].as_str().unwrap_or_default();
        if raw.trim().is_empty() {
            facts.ran = QueryRunOutcome::Skipped {
                why: "has no query".to_owned(),
            };
            return facts;
        }
        let span = |text: Option<&str>| {
            let filled = interpolate::interpolate_variables(text?, scope, InterpolationStyle::Glob).text;
            panel_range::parse_interval(&filled)
        };
        let least = span(panel.interval.as_deref())
            .or_else(|| span(source.text("timeInterval")))
            .unwrap_or(LEAST_STEP_S);
        let own = span(query.body["interval"].as_str().filter(|text| !text.is_empty()));
        let points = panel.max_points.unwrap_or(POINTS);
        let intervals = panel_range::compute_intervals(window.1 - window.0, points, least, own);
        let mut scope = scope.clone();
        set_built_in_variables(&mut scope, window, intervals, self.dashboard);
        let filled = interpolate::interpolate_variables(raw, &scope, InterpolationStyle::Promql);
        note_filled_query(&mut facts, filled, &scope);
        if !self.filters.is_empty()
            && let Ok(narrowed) = promql::add_filters(&facts.expr, self.filters)
        {
            facts.expr = narrowed;
        }
        let instant = query.body["instant"] == true && query.body["range"] != true;
        let window = PanelWindow {
            from: window.0,
            to: window.1,
            step_s: intervals.step_s,
            instant,
        };
        let metrics = self.pool.metrics(source);
        run_and_analyse(&metrics, raw, &window, &mut facts).await;
        facts
    }

    fn explore_link(&self, query: &PanelQueryFacts) -> Option<String> {
        let grafana = self.context.data_sources.grafana()?;
        let DataSourceState::Found { uid } = &query.source else {
            return None;
        };
        let source = self.pool.data_sources.source(uid)?;
        let body = match query.language.as_str() {
            "promql" => {
                json!({"refId": "A", "datasource": {"type": source.kind, "uid": uid}, "expr": query.expr, "range": true, "instant": false})
            }
            "traceql" => {
                json!({"refId": "A", "datasource": {"type": source.kind, "uid": uid}, "queryType": "traceql", "query": query.expr})
            }
            _ => return None,
        };
        Some(explore::build_explore_link(
            grafana.base(),
            uid,
            body,
            self.ranges,
            self.context.before_v10,
        ))
    }
}

/// The query as it is asked, and which of its variables have no value or are not there.
pub(super) fn note_filled_query(facts: &mut PanelQueryFacts, filled: InterpolatedText, scope: &VariableScope) {
    facts.expr = filled.text.trim().to_owned();
    facts.unknown_variables = filled.unknown;
    let empty = |name: &String| !name.starts_with("__") && scope.get(name).is_some_and(VariableValue::is_empty);
    facts.empty_variables = filled.used.into_iter().filter(empty).collect();
}

/// Runs a PromQL query, and takes it apart where it came back empty. `raw` is the query before variables were filled in.
pub(super) async fn run_and_analyse(
    metrics: &PrometheusMetrics,
    raw: &str,
    window: &PanelWindow,
    facts: &mut PanelQueryFacts,
) {
    facts.ran = run_promql(metrics, &facts.expr, window).await;
    if facts.ran == QueryRunOutcome::Empty {
        (facts.parts, facts.apart) = empty_query::analyse_empty_query(metrics, &facts.expr, raw, window).await;
    }
}

/// The text of a query, whatever its plugin calls it.
fn find_query_text(query: &PanelQuery) -> String {
    ["expr", "query", "rawSql"]
        .iter()
        .find_map(|key| query.body[*key].as_str())
        .unwrap_or_default()
        .to_owned()
}
