//! One dashboard from its variables to its last panel.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use futures_util::{StreamExt, stream};

use stack::clients::request_cache::AT_ONCE;
use telemetry::model::dashboard::{
    Dashboard, DashboardFacts, DashboardPanel, DataSourceRef, DataSourceState, PanelFacts, PanelQuery, VariableKind,
};
use telemetry::model::grafana::{PROMETHEUS_PLUGIN, TEMPO_PLUGIN};
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::interpolate::{VariableScope, VariableValue};
use telemetry::parse::panel_range;

use super::data_sources::DataSources;
use super::panel::PanelRun;
use super::variables;
use super::window::DashboardSources;

/// Values that a person put into the address: `var-job=…`.
pub type VariableOverrides = BTreeMap<String, Vec<String>>;

/// How much is examined.
#[derive(Debug, Clone, Copy)]
pub struct DashboardLimits {
    /// Panels of a dashboard.
    pub panels: usize,
    /// Panels that one repeated panel becomes.
    pub repeats: usize,
}

impl Default for DashboardLimits {
    fn default() -> Self {
        DashboardLimits {
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
pub struct DashboardContext<'a> {
    /// Who is where.
    pub data_sources: &'a DataSources,
    /// The end of `now`, the same for every panel, so that the same query is the same.
    pub now: f64,
    /// How much.
    pub limits: DashboardLimits,
    /// Values from the address.
    pub overrides: VariableOverrides,
    /// Only panels that ask Tempo or for its metrics.
    pub only_tempo: bool,
    /// A Grafana before 10.
    pub before_v10: bool,
}

/// Examines one dashboard.
pub async fn examine_dashboard(dashboard: &Dashboard, context: &DashboardContext<'_>) -> DashboardFacts {
    let edge = |name: &str, text: &str, default: f64| {
        let text = context
            .overrides
            .get(name)
            .and_then(|list| list.first())
            .map_or(text, String::as_str);
        (
            text.to_owned(),
            panel_range::parse_moment(text, context.now).unwrap_or(default),
        )
    };
    let (from_text, from) = edge("from", &dashboard.from, context.now - 3_600.0);
    let (to_text, to) = edge("to", &dashboard.to, context.now);
    let span = (to - from).max(1.0);
    let plain = panel_range::compute_intervals(span, POINTS, LEAST_STEP_S, None);
    let pool = DashboardSources {
        data_sources: context.data_sources,
        range: TimeWindow::from_seconds(from, to),
        step_s: plain.step_s,
        known: Mutex::default(),
    };
    let mut scope = VariableScope::new();
    set_built_in_variables(&mut scope, (from, to), plain, dashboard);
    let variable_facts = variables::resolve_variables(dashboard, &pool, &mut scope, &context.overrides).await;
    let library = fetch_library_panels(dashboard, context).await;
    let mut panels = expand_panels(dashboard, &scope, context.limits.repeats, &library);
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
    let run = PanelRun {
        context,
        pool: &pool,
        window: (from, to),
        ranges: (&from_text, &to_text),
        variables: &variable_facts,
        filters: &filters,
        dashboard,
        library: &library,
    };
    let facts: Vec<PanelFacts> = stream::iter(panels.iter().map(|(panel, scope)| run.examine_panel(panel, scope)))
        .buffered(4 * AT_ONCE)
        .collect()
        .await;
    let sources = collect_source_facts(&pool, &facts).await;
    DashboardFacts {
        uid: dashboard.uid.clone(),
        title: dashboard.title.clone(),
        link: context
            .data_sources
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
        let of_type = |source: &DataSourceRef| match source {
            DataSourceRef::Named(_, Some(kind)) | DataSourceRef::DefaultOfType(kind) => kind == TEMPO_PLUGIN,
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
    panel: &DashboardPanel,
    pool: &DashboardSources<'_>,
    scope: &VariableScope,
    variables: &[telemetry::model::dashboard::VariableFacts],
) -> bool {
    let asks_tempo = |source: &DataSourceRef| match pool.data_sources.resolve(source, scope, variables) {
        DataSourceState::Found { uid } => pool
            .data_sources
            .source(&uid)
            .is_some_and(|source| source.kind == TEMPO_PLUGIN),
        _ => false,
    };
    panel.library.is_some()
        || panel.queries.iter().any(names_tempo)
        || !panel.queries.is_empty()
            && (asks_tempo(&panel.source) && panel.source != DataSourceRef::Mixed
                || panel.source == DataSourceRef::Mixed && panel.queries.iter().any(|query| asks_tempo(&query.source)))
}

pub(super) fn set_built_in_variables(
    scope: &mut VariableScope,
    range: (f64, f64),
    intervals: panel_range::PanelIntervals,
    dashboard: &Dashboard,
) {
    let span = (range.1 - range.0).max(1.0);
    let mut set = |name: &str, text: String| {
        scope.insert(name.to_owned(), VariableValue::One(text));
    };
    set("__from", format!("{:.0}", range.0 * 1e3));
    set("__to", format!("{:.0}", range.1 * 1e3));
    set("__range", panel_range::format_interval(span));
    set("__range_s", format!("{span:.0}"));
    set("__range_ms", format!("{:.0}", span * 1e3));
    set("__interval", panel_range::format_interval(intervals.step_s));
    set("__interval_ms", format!("{:.0}", intervals.step_s * 1e3));
    set("__rate_interval", panel_range::format_interval(intervals.rate_s));
    set("__rate_interval_ms", format!("{:.0}", intervals.rate_s * 1e3));
    set("__dashboard", dashboard.title.clone());
    for name in ["__org", "__user", "__name", "timeFilter", "__timeFilter", "__cell"] {
        set(name, String::new());
    }
}

/// The library panels by uid; `None` for one that is gone.
async fn fetch_library_panels(
    dashboard: &Dashboard,
    context: &DashboardContext<'_>,
) -> HashMap<String, Option<DashboardPanel>> {
    let Some(grafana) = context.data_sources.grafana() else {
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
    let fetch = async |uid: &String| (uid.clone(), grafana.fetch_library_panel(uid).await);
    let found = stream::iter(uids.into_iter().map(fetch)).buffer_unordered(AT_ONCE);
    found.collect().await
}

/// Every panel with the values it sees: a repeated one once for each value of its variable, a library panel as it is kept.
fn expand_panels(
    dashboard: &Dashboard,
    scope: &VariableScope,
    most: usize,
    library: &HashMap<String, Option<DashboardPanel>>,
) -> Vec<(DashboardPanel, VariableScope)> {
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
            panel = DashboardPanel {
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
            .map(VariableValue::texts)
            .unwrap_or_default();
        if values.len() < 2 {
            all.push((panel, scope.clone()));
            continue;
        }
        for value in values.into_iter().take(most) {
            let mut own = scope.clone();
            own.insert(
                panel.repeat.clone().unwrap_or_default(),
                VariableValue::Many(vec![value]),
            );
            all.push((panel.clone(), own));
        }
    }
    all
}

async fn collect_source_facts(
    pool: &DashboardSources<'_>,
    panels: &[PanelFacts],
) -> Vec<telemetry::model::dashboard::DashboardSourceFacts> {
    let mut uids: Vec<String> = panels
        .iter()
        .flat_map(|panel| &panel.queries)
        .filter_map(|query| match &query.source {
            DataSourceState::Found { uid } => Some(uid.clone()),
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
        let Some(source) = pool.data_sources.source(&uid) else {
            continue;
        };
        if source.kind == PROMETHEUS_PLUGIN {
            let metrics = pool.metrics(source);
            let mut fact = metrics.facts(source).await;
            if misses_rule {
                fact.rules = metrics.rules().await;
            }
            facts.push(fact);
        } else {
            facts.push(telemetry::model::dashboard::DashboardSourceFacts {
                uid: source.uid.clone(),
                name: source.name.clone(),
                kind: source.kind.clone(),
                ..Default::default()
            });
        }
    }
    facts
}
