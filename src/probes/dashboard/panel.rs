//! One panel: whom its queries ask, with which variables, and what comes back.

use std::collections::HashMap;

use serde_json::json;

use crate::model::dashboard::{
    Apart, Dashboard, Panel, PanelFacts, PanelQuery, QueryFacts, Ran, SourceRef, SourceState,
};
use crate::model::grafana::{DataSource, PROMETHEUS, TEMPO};
use crate::parse::interpolate::{self, Scope, Style, Value};
use crate::parse::{explore, panel_range, promql_parts as promql};

use super::run::{Context, LEAST_STEP_S, POINTS, built_in};
use super::window::{Pool, Window, ran};
use super::{apart, traceql};

/// One run over the panels of a dashboard.
pub(super) struct Run<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) pool: &'a Pool<'a>,
    pub(super) window: (f64, f64),
    pub(super) ranges: (&'a str, &'a str),
    pub(super) variables: &'a [crate::model::dashboard::VariableFacts],
    pub(super) filters: &'a [(String, String, String)],
    pub(super) dashboard: &'a Dashboard,
    pub(super) library: &'a HashMap<String, Option<Panel>>,
}

impl Run<'_> {
    pub(super) async fn panel(&self, panel: &Panel, scope: &Scope) -> PanelFacts {
        let mut facts = PanelFacts {
            id: panel.id.clone(),
            title: interpolate::fill(&panel.title, scope, Style::Glob).text,
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
        facts.queries =
            futures_util::future::join_all(asked.iter().map(|query| self.query(panel, query, scope, window))).await;
        facts.explore = facts.queries.first().and_then(|query| self.explore(query));
        facts
    }

    /// A panel's own range, and shift.
    fn own_window(&self, panel: &Panel, scope: &Scope, facts: &mut PanelFacts) -> (f64, f64) {
        let (mut from, mut to) = self.window;
        let filled = |text: &Option<String>| {
            text.as_ref()
                .map(|text| interpolate::fill(text, scope, Style::Glob).text)
        };
        let mut said = Vec::new();
        if let Some(text) = filled(&panel.time_from)
            && let Some(span) = panel_range::span(text.trim_start_matches("now-"))
        {
            from = to - span;
            said.push(format!("the last {text}"));
        }
        if let Some(text) = filled(&panel.time_shift)
            && let Some(shift) = panel_range::span(&text)
        {
            from -= shift;
            to -= shift;
            said.push(format!("shifted by {text}"));
        }
        facts.own_range = (!said.is_empty()).then(|| said.join(", "));
        (from, to)
    }

    async fn query(&self, panel: &Panel, query: &PanelQuery, scope: &Scope, window: (f64, f64)) -> QueryFacts {
        let wanted = match &panel.source {
            SourceRef::Mixed => &query.source,
            // The panel's own overrules what a query says, but for expressions.
            own => match &query.source {
                SourceRef::Inside(_) => &query.source,
                _ => own,
            },
        };
        let mut facts = QueryFacts {
            ref_id: query.ref_id.clone(),
            source: self.pool.places.find(wanted, scope, self.variables),
            language: String::new(),
            expr: String::new(),
            ran: Ran::Empty,
            empty_variables: Vec::new(),
            unknown_variables: Vec::new(),
            parts: Vec::new(),
            apart: Apart::default(),
        };
        if let SourceRef::Inside(what) = wanted {
            facts.language = what.clone();
            facts.ran = Ran::Skipped {
                why: match what.as_str() {
                    "__expr__" | "-100" => "an expression over other queries".to_owned(),
                    "-- Dashboard --" => "reuses the result of another panel".to_owned(),
                    other => format!("data of {}", other.trim_matches(['-', ' '])),
                },
            };
            return facts;
        }
        let SourceState::Found { uid } = facts.source.clone() else {
            facts.expr = text_of(query);
            facts.ran = Ran::Skipped {
                why: "its data source is not there".to_owned(),
            };
            return facts;
        };
        let Some(source) = self.pool.places.source(&uid).cloned() else {
            return facts;
        };
        match source.kind.as_str() {
            PROMETHEUS => self.promql(panel, query, scope, window, &source, facts).await,
            TEMPO => {
                traceql::query(
                    self.pool,
                    self.context.asker,
                    panel,
                    query,
                    scope,
                    window,
                    &source,
                    facts,
                )
                .await
            }
            other => {
                facts.language = other.to_owned();
                facts.expr = text_of(query);
                facts.ran = Ran::Skipped {
                    why: format!("a query for {other}, which tempoctl does not check"),
                };
                facts
            }
        }
    }

    async fn promql(
        &self,
        panel: &Panel,
        query: &PanelQuery,
        scope: &Scope,
        window: (f64, f64),
        source: &DataSource,
        mut facts: QueryFacts,
    ) -> QueryFacts {
        facts.language = "promql".to_owned();
        let raw = query.body["expr"].as_str().unwrap_or_default();
        if raw.trim().is_empty() {
            facts.ran = Ran::Skipped {
                why: "has no query".to_owned(),
            };
            return facts;
        }
        let span = |text: Option<&str>| {
            let filled = interpolate::fill(text?, scope, Style::Glob).text;
            panel_range::span(&filled)
        };
        let least = span(panel.interval.as_deref())
            .or_else(|| span(source.text("timeInterval")))
            .unwrap_or(LEAST_STEP_S);
        let own = span(query.body["interval"].as_str().filter(|text| !text.is_empty()));
        let points = panel.max_points.unwrap_or(POINTS);
        let intervals = panel_range::intervals(window.1 - window.0, points, least, own);
        let mut scope = scope.clone();
        built_in(&mut scope, window, intervals, self.dashboard);
        let filled = interpolate::fill(raw, &scope, Style::Promql);
        facts.expr = filled.text.trim().to_owned();
        facts.unknown_variables = filled.unknown;
        facts.empty_variables = filled
            .used
            .iter()
            .filter(|name| !name.starts_with("__") && scope.get(*name).is_some_and(Value::is_empty))
            .cloned()
            .collect();
        if !self.filters.is_empty()
            && let Ok(narrowed) = promql::narrowed(&facts.expr, self.filters)
        {
            facts.expr = narrowed;
        }
        let instant = query.body["instant"] == true && query.body["range"] != true;
        let window = Window {
            from: window.0,
            to: window.1,
            step_s: intervals.step_s,
            instant,
        };
        let metrics = self.pool.metrics(source);
        facts.ran = ran(self.context.asker, &metrics, &facts.expr, &window).await;
        if facts.ran == Ran::Empty {
            let (parts, apart) = apart::query(&metrics, &facts.expr, raw, &window).await;
            facts.parts = parts;
            facts.apart = apart;
        }
        facts
    }

    fn explore(&self, query: &QueryFacts) -> Option<String> {
        let grafana = self.context.places.grafana()?;
        let SourceState::Found { uid } = &query.source else {
            return None;
        };
        let source = self.pool.places.source(uid)?;
        let body = match query.language.as_str() {
            "promql" => {
                json!({"refId": "A", "datasource": {"type": source.kind, "uid": uid}, "expr": query.expr, "range": true, "instant": false})
            }
            "traceql" => {
                json!({"refId": "A", "datasource": {"type": source.kind, "uid": uid}, "queryType": "traceql", "query": query.expr})
            }
            _ => return None,
        };
        Some(explore::link(grafana.base(), uid, body, self.ranges, self.context.old))
    }
}

/// The text of a query, whatever its plugin calls it.
fn text_of(query: &PanelQuery) -> String {
    ["expr", "query", "rawSql"]
        .iter()
        .find_map(|key| query.body[*key].as_str())
        .unwrap_or_default()
        .to_owned()
}
