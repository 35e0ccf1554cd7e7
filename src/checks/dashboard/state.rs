//! What a panel and a variable come to.

use crate::model::dashboard::{DashboardFacts, PanelFacts, QueryFacts, Ran, SourceState};
use crate::model::{Failure, FailureKind};

use super::empty::why;
use super::reason::{Reason, Weight};

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
pub struct Judged {
    /// What a person sees.
    pub state: PanelState,
    /// Empty as it should be.
    pub rightly: bool,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
    /// The same in one line.
    pub text: String,
}

/// Judges a panel.
pub fn panel(dashboard: &DashboardFacts, panel: &PanelFacts) -> Judged {
    if let Some(uid) = &panel.library_gone {
        let reason = Reason::new(
            "dash-library-panel-missing",
            Weight::Certain,
            format!("the library panel {uid} no longer exists"),
        )
        .seen("GET /api/library-elements", uid.clone(), "404");
        return of(PanelState::Broken, vec![reason]);
    }
    if let Some(why) = &panel.skipped {
        return Judged {
            state: PanelState::Skipped,
            rightly: true,
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
        if let Some(reason) = no_source(dashboard, query) {
            broken.push(reason);
            continue;
        }
        match &query.ran {
            Ran::Data { .. } => data += 1,
            Ran::OnlyOurs { .. } => ours += 1,
            Ran::Failed { failure } => match refused(failure) {
                Some(why) => skipped.push(why),
                None => broken.push(failed(query, failure)),
            },
            Ran::Skipped { why } => skipped.push(why.clone()),
            Ran::NotANumber => empty.push(Reason::right(
                "no value is a number: a quantile or a ratio of nothing, because nothing happened in the range",
            )),
            Ran::Empty => empty.push(why(dashboard, panel, query)),
        }
    }
    if let Some(reason) = traces_panel(panel) {
        return of(PanelState::Empty, vec![reason]);
    }
    if !broken.is_empty() {
        return of(PanelState::Broken, broken);
    }
    if data + ours > 0 {
        let text = if data == 0 { "only tempoctl's own marker" } else { "" };
        return Judged {
            state: PanelState::Data,
            rightly: true,
            reasons: Vec::new(),
            text: text.to_owned(),
        };
    }
    if empty.is_empty() {
        skipped.dedup();
        return Judged {
            state: PanelState::Skipped,
            rightly: true,
            reasons: Vec::new(),
            text: skipped.join("; "),
        };
    }
    of(PanelState::Empty, empty)
}

fn of(state: PanelState, mut reasons: Vec<Reason>) -> Judged {
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
    let mut seen: Vec<String> = Vec::new();
    reasons.retain(|reason| {
        let new = !seen.contains(&reason.text);
        seen.push(reason.text.clone());
        new
    });
    Judged {
        state,
        rightly: reasons.iter().all(|reason| reason.weight == Weight::Right),
        text: reasons.first().map(|reason| reason.text.clone()).unwrap_or_default(),
        reasons,
    }
}

/// Whom the query asks does not exist.
fn no_source(dashboard: &DashboardFacts, query: &QueryFacts) -> Option<Reason> {
    if matches!(&query.ran, Ran::Skipped { why } if !why.contains("data source is not there")) {
        return None;
    }
    let reason = match &query.source {
        SourceState::Found { .. } => return None,
        SourceState::Placeholder { text } => Reason::new(
            "dash-unresolved-input",
            Weight::Certain,
            format!("its data source is still the placeholder {text}, which only an import replaces"),
        )
        .seen("dashboard", "datasource", text),
        SourceState::Missing { wanted } => Reason::new(
            "dash-uid-hardcoded",
            Weight::Certain,
            format!("no data source has the uid or name {wanted}"),
        )
        .seen("dashboard", "datasource.uid", wanted),
        SourceState::NoValue { variable } => Reason::new(
            "dash-variable-empty",
            Weight::Certain,
            format!("the variable {variable} names no data source: none of its type exists"),
        )
        .seen("dashboard", variable.clone(), "no value"),
        SourceState::NoDefault => Reason::new(
            "dash-uid-hardcoded",
            Weight::Certain,
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
fn refused(failure: &Failure) -> Option<String> {
    let denied = failure.status == Some(403) && failure.detail.to_lowercase().contains("access denied");
    (failure.kind == FailureKind::Unauthorised && denied).then(|| "needs datasources:query".to_owned())
}

fn failed(query: &QueryFacts, failure: &Failure) -> Reason {
    let text = failure.detail.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    if let Some(name) = query.unknown_variables.first()
        && query.language == "promql"
    {
        return Reason::new(
            "dash-query-broken",
            Weight::Certain,
            format!("the query uses the variable {name}, which the dashboard does not define"),
        )
        .seen("query", query.ref_id.clone(), &query.expr);
    }
    if lower.contains("localblocks processor not found") || query.language == "traceql" && lower.contains("empty ring")
    {
        return Reason::new(
            "traceql-metrics-no-localblocks",
            Weight::Certain,
            "TraceQL metrics need the local-blocks processor in this version of Tempo",
        )
        .seen("Tempo", "", text);
    }
    if lower.contains("no org id") || lower.contains("authentication to data source failed") {
        return Reason::new(
            "ds-missing-tenant-header",
            Weight::Likely,
            "the data source's requests are rejected: it sends no tenant, or no login",
        )
        .seen("data source", "", text);
    }
    let unreached = failure.kind.is_unreachable() || matches!(failure.status, Some(502..=504));
    if unreached {
        return Reason::new(
            "ds-wrong-port",
            Weight::Likely,
            "its data source does not reach its server",
        )
        .seen("data source", "", failure.to_string());
    }
    Reason::new(
        "dash-query-broken",
        Weight::Likely,
        format!("the query is rejected: {text}"),
    )
    .seen("query", query.ref_id.clone(), &query.expr)
}

/// A Traces panel draws one trace by its id.
fn traces_panel(panel: &PanelFacts) -> Option<Reason> {
    let is_id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let searches = panel
        .queries
        .iter()
        .any(|query| query.language == "traceql" && !query.expr.is_empty() && !is_id(&query.expr));
    (panel.kind == "traces" && searches).then(|| {
        Reason::new(
            "dash-traces-panel",
            Weight::Note,
            "a Traces panel shows one trace by its id, but this one runs a search: make it a table",
        )
    })
}
