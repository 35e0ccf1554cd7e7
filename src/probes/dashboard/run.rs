//! One dashboard from its variables to its last panel.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use futures_util::{StreamExt, stream};

use crate::model::dashboard::{
    Dashboard, DashboardFacts, Panel, PanelFacts, PanelQuery, SourceRef, SourceState, VariableKind,
};
use crate::model::grafana::{PROMETHEUS, TEMPO};
use crate::parse::interpolate::{Scope, Value};
use crate::parse::panel_range;
use crate::probes::read_back::escape;

use super::asker::{AT_ONCE, Asker};
use super::panel::Run;
use super::places::Places;
use super::variables;
use super::window::Pool;

/// Values that a person put into the address: `var-job=…`.
pub type Overrides = BTreeMap<String, Vec<String>>;

/// How much is examined.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Panels of a dashboard.
    pub panels: usize,
    /// Panels that one repeated panel becomes.
    pub repeats: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            panels: 2_000,
            repeats: 20,
        }
    }
}

/// The points a browser asks for where the panel does not say (grafana/scenes: SceneQueryRunner.ts).
pub(super) const POINTS: u32 = 500;
/// The least step where the data source does not say.
pub(super) const LEAST_STEP_S: f64 = 15.0;

/// What a dashboard is examined with.
pub struct Context<'a> {
    /// Who is where.
    pub places: &'a Places,
    /// Who asks.
    pub asker: &'a Asker,
    /// The end of `now`, the same for every panel, so that the same query is the same.
    pub now: f64,
    /// How much.
    pub limits: Limits,
    /// Values from the address.
    pub overrides: Overrides,
    /// Only panels that ask Tempo or for its metrics.
    pub only_tempo: bool,
    /// A Grafana before 10.
    pub old: bool,
}

/// Examines one dashboard.
pub async fn examine(dashboard: &Dashboard, context: &Context<'_>) -> DashboardFacts {
    let edge = |name: &str, text: &str, default: f64| {
        let text = context
            .overrides
            .get(name)
            .and_then(|list| list.first())
            .map_or(text, String::as_str);
        (
            text.to_owned(),
            panel_range::moment(text, context.now).unwrap_or(default),
        )
    };
    let (from_text, from) = edge("from", &dashboard.from, context.now - 3_600.0);
    let (to_text, to) = edge("to", &dashboard.to, context.now);
    let span = (to - from).max(1.0);
    let plain = panel_range::intervals(span, POINTS, LEAST_STEP_S, None);
    let pool = Pool {
        places: context.places,
        asker: context.asker,
        range: (from, to),
        step_s: plain.step_s,
        known: Mutex::default(),
    };
    let mut scope = Scope::new();
    built_in(&mut scope, (from, to), plain, dashboard);
    let variable_facts = variables::resolve(dashboard, &pool, &mut scope, &context.overrides).await;
    let library = library_panels(dashboard, context).await;
    let mut panels = repeated(dashboard, &scope, context.limits.repeats, &library);
    if context.only_tempo {
        panels.retain(|(panel, _)| concerns_tempo(panel, &pool, &scope, &variable_facts));
    }
    let left_out = panels.len().saturating_sub(context.limits.panels);
    panels.truncate(context.limits.panels);
    let filters: Vec<(String, String, String)> = dashboard
        .variables
        .iter()
        .filter(|variable| variable.kind == VariableKind::AdHoc)
        .flat_map(|variable| variable.filters.clone())
        .collect();
    let run = Run {
        context,
        pool: &pool,
        window: (from, to),
        ranges: (&from_text, &to_text),
        variables: &variable_facts,
        filters: &filters,
        dashboard,
        library: &library,
    };
    let facts: Vec<PanelFacts> = stream::iter(panels.iter().map(|(panel, scope)| run.panel(panel, scope)))
        .buffered(4 * AT_ONCE)
        .collect()
        .await;
    let sources = source_facts(&pool, &facts).await;
    DashboardFacts {
        uid: dashboard.uid.clone(),
        title: dashboard.title.clone(),
        link: context
            .places
            .grafana()
            .filter(|_| !dashboard.uid.is_empty())
            .map(|grafana| format!("{}/d/{}", grafana.base(), dashboard.uid)),
        range: (from_text.clone(), to_text.clone()),
        window_s: span,
        inputs: dashboard.inputs.clone(),
        variables: variable_facts,
        panels: facts,
        left_out,
        sources,
    }
}

/// True where some query of the dashboard asks Tempo, or for what Tempo exposes or generates. Read off its text, before
/// anything is asked.
pub fn mentions_tempo(dashboard: &Dashboard) -> bool {
    dashboard.panels.iter().any(|panel| {
        let of_type = |source: &SourceRef| match source {
            SourceRef::Named(_, Some(kind)) | SourceRef::DefaultOf(kind) => kind == TEMPO,
            _ => false,
        };
        of_type(&panel.source)
            || panel
                .queries
                .iter()
                .any(|query| of_type(&query.source) || names_tempo(query))
    })
}

fn names_tempo(query: &PanelQuery) -> bool {
    let text = query.body["expr"].as_str().unwrap_or_default();
    let of_connector = ["calls_total", "duration_milliseconds_bucket"]
        .iter()
        .any(|name| text.starts_with(name));
    ["tempo_", "tempodb_", "traces_", "span_metrics"]
        .iter()
        .any(|word| text.contains(word))
        || of_connector
}

fn concerns_tempo(
    panel: &Panel,
    pool: &Pool<'_>,
    scope: &Scope,
    variables: &[crate::model::dashboard::VariableFacts],
) -> bool {
    let asks_tempo = |source: &SourceRef| match pool.places.find(source, scope, variables) {
        SourceState::Found { uid } => pool.places.source(&uid).is_some_and(|source| source.kind == TEMPO),
        _ => false,
    };
    panel.library.is_some()
        || panel.queries.iter().any(names_tempo)
        || !panel.queries.is_empty()
            && (asks_tempo(&panel.source) && panel.source != SourceRef::Mixed
                || panel.source == SourceRef::Mixed && panel.queries.iter().any(|query| asks_tempo(&query.source)))
}

pub(super) fn built_in(scope: &mut Scope, range: (f64, f64), intervals: panel_range::Intervals, dashboard: &Dashboard) {
    let span = (range.1 - range.0).max(1.0);
    let mut set = |name: &str, text: String| {
        scope.insert(name.to_owned(), Value::One(text));
    };
    set("__from", format!("{:.0}", range.0 * 1e3));
    set("__to", format!("{:.0}", range.1 * 1e3));
    set("__range", panel_range::written(span));
    set("__range_s", format!("{span:.0}"));
    set("__range_ms", format!("{:.0}", span * 1e3));
    set("__interval", panel_range::written(intervals.step_s));
    set("__interval_ms", format!("{:.0}", intervals.step_s * 1e3));
    set("__rate_interval", panel_range::written(intervals.rate_s));
    set("__rate_interval_ms", format!("{:.0}", intervals.rate_s * 1e3));
    set("__dashboard", dashboard.title.clone());
    for name in ["__org", "__user", "__name", "timeFilter", "__timeFilter", "__cell"] {
        set(name, String::new());
    }
}

/// The library panels by uid; `None` for one that is gone.
async fn library_panels(dashboard: &Dashboard, context: &Context<'_>) -> HashMap<String, Option<Panel>> {
    let Some(grafana) = context.places.grafana() else {
        return HashMap::new();
    };
    let mut uids: Vec<&String> = dashboard
        .panels
        .iter()
        .filter_map(|panel| panel.library.as_ref())
        .collect();
    uids.sort();
    uids.dedup();
    uids.truncate(context.limits.panels);
    let found = stream::iter(uids.into_iter().map(|uid| async move {
        let answer = grafana.get(&format!("/api/library-elements/{}", escape(uid))).await;
        let model = answer
            .get()
            .filter(|answer| answer.is_success())
            .and_then(|answer| serde_json::from_str::<serde_json::Value>(&answer.body).ok())
            .and_then(|body| crate::parse::dashboard::library_model(&body["result"]["model"]).ok());
        (uid.clone(), model)
    }))
    .buffer_unordered(AT_ONCE);
    found.collect().await
}

/// Every panel with the values it sees: a repeated one once for each value of its variable, a library panel as it is kept.
fn repeated(
    dashboard: &Dashboard,
    scope: &Scope,
    most: usize,
    library: &HashMap<String, Option<Panel>>,
) -> Vec<(Panel, Scope)> {
    let mut all = Vec::new();
    for panel in &dashboard.panels {
        let mut panel = panel.clone();
        if panel.queries.is_empty()
            && let Some(Some(model)) = panel.library.as_ref().and_then(|uid| library.get(uid))
        {
            let title = if panel.title.is_empty() {
                model.title.clone()
            } else {
                panel.title.clone()
            };
            panel = Panel {
                id: panel.id,
                title,
                library: panel.library,
                repeat: panel.repeat,
                ..model.clone()
            };
        }
        let values = panel
            .repeat
            .as_ref()
            .and_then(|name| scope.get(name))
            .map(Value::texts)
            .unwrap_or_default();
        if values.len() < 2 {
            all.push((panel, scope.clone()));
            continue;
        }
        for value in values.into_iter().take(most) {
            let mut own = scope.clone();
            own.insert(panel.repeat.clone().unwrap_or_default(), Value::Many(vec![value]));
            all.push((panel.clone(), own));
        }
    }
    all
}

async fn source_facts(pool: &Pool<'_>, panels: &[PanelFacts]) -> Vec<crate::model::dashboard::SourceFacts> {
    let mut uids: Vec<String> = panels
        .iter()
        .flat_map(|panel| &panel.queries)
        .filter_map(|query| match &query.source {
            SourceState::Found { uid } => Some(uid.clone()),
            _ => None,
        })
        .collect();
    uids.sort();
    uids.dedup();
    let misses_rule = panels
        .iter()
        .flat_map(|panel| &panel.queries)
        .flat_map(|query| &query.parts)
        .any(|part| part.metric.contains(':'));
    let mut facts = Vec::new();
    for uid in uids {
        let Some(source) = pool.places.source(&uid) else {
            continue;
        };
        if source.kind == PROMETHEUS {
            let metrics = pool.metrics(source);
            let mut fact = metrics.facts(source).await;
            if misses_rule {
                fact.rules = metrics.rules().await;
            }
            facts.push(fact);
        } else {
            facts.push(crate::model::dashboard::SourceFacts {
                uid: source.uid.clone(),
                name: source.name.clone(),
                kind: source.kind.clone(),
                ..Default::default()
            });
        }
    }
    facts
}
