//! What a panel and a variable come to.

use telemetry::model::dashboard::{DashboardFacts, DataSourceState, PanelFacts, PanelQueryFacts, QueryRunOutcome};
use telemetry::model::{Failure, FailureKind};

use super::empty_query::explain_empty_query;
use super::reason::{EmptinessReason, ReasonWeight};

/// What a person sees in a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelState {
    /// Something.
    Data,
    /// Nothing.
    Empty,
    /// An error.
    Broken,
    /// It was not asked.
    Skipped,
}

/// A panel, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelDiagnosis {
    /// What a person sees.
    pub state: PanelState,
    /// Empty as it should be.
    pub is_expected: bool,
    /// Why, the weightiest first.
    pub reasons: Vec<EmptinessReason>,
    /// The same in one line.
    pub text: String,
}

/// Judges a panel.
pub fn diagnose_panel(dashboard: &DashboardFacts, panel: &PanelFacts) -> PanelDiagnosis {
    if let Some(uid) = &panel.library_gone {
        let reason = EmptinessReason::new(
            "dash-library-panel-missing",
            ReasonWeight::Certain,
            format!("the library panel {uid} no longer exists"),
        )
        .seen("GET /api/library-elements", uid.clone(), "404");
        return build_panel_diagnosis(PanelState::Broken, vec![reason]);
    }
    if let Some(why) = &panel.skipped {
        return PanelDiagnosis {
            state: PanelState::Skipped,
            is_expected: true,
            reasons: Vec::new(),
            text: why.clone(),
        };
    }
    let mut broken = Vec::new();
    let mut empty = Vec::new();
    let mut data = 0;
    let mut ours = 0;
    let mut skipped = Vec::new();
    for query in &panel.queries {
        if let Some(reason) = find_missing_source(dashboard, query) {
            broken.push(reason);
            continue;
        }
        match &query.ran {
            QueryRunOutcome::Data { .. } => data += 1,
            QueryRunOutcome::OnlyOurs { .. } => ours += 1,
            QueryRunOutcome::Failed { failure } => match find_missing_permission(failure) {
                Some(why) => skipped.push(why),
                None => broken.push(explain_failed_query(query, failure)),
            },
            QueryRunOutcome::Skipped { why } => skipped.push(why.clone()),
            QueryRunOutcome::NotANumber => empty.push(EmptinessReason::expected(
                "no value is a number: a quantile or a ratio of nothing, because nothing happened in the range",
            )),
            QueryRunOutcome::Empty => empty.push(explain_empty_query(dashboard, panel, query)),
        }
    }
    if let Some(reason) = find_misused_traces_panel(panel) {
        return build_panel_diagnosis(PanelState::Empty, vec![reason]);
    }
    if !broken.is_empty() {
        return build_panel_diagnosis(PanelState::Broken, broken);
    }
    if data + ours > 0 {
        let text = if data == 0 { "only tempoctl's own marker" } else { "" };
        return PanelDiagnosis {
            state: PanelState::Data,
            is_expected: true,
            reasons: Vec::new(),
            text: text.to_owned(),
        };
    }
    if empty.is_empty() {
        skipped.dedup();
        return PanelDiagnosis {
            state: PanelState::Skipped,
            is_expected: true,
            reasons: Vec::new(),
            text: skipped.join("; "),
        };
    }
    build_panel_diagnosis(PanelState::Empty, empty)
}

fn build_panel_diagnosis(state: PanelState, mut reasons: Vec<EmptinessReason>) -> PanelDiagnosis {
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
    let mut seen: Vec<String> = Vec::new();
    reasons.retain(|reason| {
        let new = !seen.contains(&reason.text);
        seen.push(reason.text.clone());
        new
    });
    PanelDiagnosis {
        state,
        is_expected: reasons.iter().all(|reason| reason.weight == ReasonWeight::Expected),
        text: reasons.first().map(|reason| reason.text.clone()).unwrap_or_default(),
        reasons,
    }
}

/// Whom the query asks does not exist.
fn find_missing_source(dashboard: &DashboardFacts, query: &PanelQueryFacts) -> Option<EmptinessReason> {
    if matches!(&query.ran, QueryRunOutcome::Skipped { why } if !why.contains("data source is not there")) {
        return None;
    }
    let reason = match &query.source {
        DataSourceState::Found { .. } => return None,
        DataSourceState::Placeholder { text } => EmptinessReason::new(
            "dash-unresolved-input",
            ReasonWeight::Certain,
            format!("its data source is still the placeholder {text}, which only an import replaces"),
        )
        .seen("dashboard", "datasource", text),
        DataSourceState::Missing { wanted } => EmptinessReason::new(
            "dash-uid-hardcoded",
            ReasonWeight::Certain,
            format!("no data source has the uid or name {wanted}"),
        )
        .seen("dashboard", "datasource.uid", wanted),
        DataSourceState::NoValue { variable } => EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Certain,
            format!("the variable {variable} names no data source: none of its type exists"),
        )
        .seen("dashboard", variable.clone(), "no value"),
        DataSourceState::NoDefault => EmptinessReason::new(
            "dash-uid-hardcoded",
            ReasonWeight::Certain,
            "it names no data source, and there is no default one of its type",
        ),
    };
    Some(if dashboard.inputs.is_empty() {
        reason
    } else {
        reason.seen("dashboard", "__inputs", dashboard.inputs.join(", "))
    })
}

/// The login may not ask: nothing can be said.
fn find_missing_permission(failure: &Failure) -> Option<String> {
    let denied = failure.status == Some(403) && failure.detail.to_lowercase().contains("access denied");
    (failure.kind == FailureKind::Unauthorised && denied).then(|| "needs datasources:query".to_owned())
}

fn explain_failed_query(query: &PanelQueryFacts, failure: &Failure) -> EmptinessReason {
    let text = failure.detail.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    if let Some(name) = query.unknown_variables.first()
        && query.language == "promql"
    {
        return EmptinessReason::new(
            "dash-query-broken",
            ReasonWeight::Certain,
            format!("the query uses the variable {name}, which the dashboard does not define"),
        )
        .seen("query", query.ref_id.clone(), &query.expr);
    }
    if lower.contains("localblocks processor not found") || query.language == "traceql" && lower.contains("empty ring")
    {
        return EmptinessReason::new(
            "traceql-metrics-no-localblocks",
            ReasonWeight::Certain,
            "TraceQL metrics need the local-blocks processor in this version of Tempo",
        )
        .seen("Tempo", "", text);
    }
    if lower.contains("no org id") || lower.contains("authentication to data source failed") {
        return EmptinessReason::new(
            "ds-missing-tenant-header",
            ReasonWeight::Likely,
            "the data source's requests are rejected: it sends no tenant, or no login",
        )
        .seen("data source", "", text);
    }
    let unreached = failure.kind.is_unreachable() || matches!(failure.status, Some(502..=504));
    if unreached {
        return EmptinessReason::new(
            "ds-wrong-port",
            ReasonWeight::Likely,
            "its data source does not reach its server",
        )
        .seen("data source", "", failure.to_string());
    }
    EmptinessReason::new(
        "dash-query-broken",
        ReasonWeight::Likely,
        format!("the query is rejected: {text}"),
    )
    .seen("query", query.ref_id.clone(), &query.expr)
}

/// A Traces panel draws one trace by its id.
fn find_misused_traces_panel(panel: &PanelFacts) -> Option<EmptinessReason> {
    let is_id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let searches = panel
        .queries
        .iter()
        .any(|query| query.language == "traceql" && !query.expr.is_empty() && !is_id(&query.expr));
    (panel.kind == "traces" && searches).then(|| {
        EmptinessReason::new(
            "dash-traces-panel",
            ReasonWeight::Note,
            "a Traces panel shows one trace by its id, but this one runs a search: make it a table",
        )
    })
}
