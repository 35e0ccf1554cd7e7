//! The report on one dashboard.

use crate::causes;
use crate::checks::dashboard::{
    EmptinessReason, PanelDiagnosis, PanelState, ReasonWeight, diagnose_panel, explain_empty_variable,
};
use telemetry::model::dashboard::{DashboardFacts, PanelFacts, PanelQueryFacts, QueryRunOutcome, VariableKind};
use telemetry::model::dashboard_report::{
    DASHBOARD_VERSION, DashboardCause, DashboardName, DashboardReport, PanelReport, PanelStatus, QueryReport,
    RangeText, VariableReport,
};
use telemetry::model::report::Tool;

/// What a run says about itself.
pub struct DashboardRun {
    /// Who was asked.
    pub server: String,
    /// Requests sent.
    pub requests: usize,
    /// How long it took.
    pub duration_ms: u64,
    /// Worth knowing.
    pub notes: Vec<String>,
}

/// The report on these facts.
pub fn build_dashboard_report(facts: &DashboardFacts, run: DashboardRun) -> DashboardReport {
    let judged: Vec<(&PanelFacts, PanelDiagnosis)> = facts
        .panels
        .iter()
        .map(|one| (one, diagnose_panel(facts, one)))
        .collect();
    let variables: Vec<VariableReport> = facts
        .variables
        .iter()
        .map(|one| {
            let reason = explain_empty_variable(facts, one);
            VariableReport {
                name: one.name.clone(),
                kind: describe_kind(one.kind).to_owned(),
                values: one.values.clone(),
                options: one.options,
                stale: one.stale.clone(),
                why: reason.as_ref().map(|reason| reason.text.clone()),
                cause: reason.and_then(|reason| reason.cause).map(str::to_owned),
            }
        })
        .collect();
    let panels: Vec<PanelReport> = judged
        .iter()
        .map(|(facts, judged)| build_panel_report(facts, judged))
        .collect();
    let causes = collect_causes(facts, &judged);
    let mut notes = run.notes;
    if facts.left_out > 0 {
        notes.push(format!(
            "{} more panels were not examined: there are too many",
            facts.left_out
        ));
    }
    DashboardReport {
        schema_version: DASHBOARD_VERSION,
        tool: Tool {
            name: "tempoctl".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        dashboard: DashboardName {
            uid: facts.uid.clone(),
            title: facts.title.clone(),
            url: facts.link.clone(),
        },
        window: RangeText {
            from: facts.range.0.clone(),
            to: facts.range.1.clone(),
        },
        asked: run.server,
        summary: summarize_panels(&panels, &find_unset_variables(facts)),
        variables,
        panels,
        causes,
        left_out: facts.left_out,
        requests: run.requests,
        duration_ms: run.duration_ms,
        notes,
    }
}

/// A panel or variable is empty or broken for a cause that is a fault.
pub fn is_faulty(report: &DashboardReport) -> bool {
    report.causes.iter().any(|cause| cause.fault)
        || report
            .panels
            .iter()
            .any(|panel| panel.fault || panel.state == PanelStatus::Broken)
}

fn describe_kind(kind: VariableKind) -> &'static str {
    match kind {
        VariableKind::Query => "query",
        VariableKind::DataSource => "data source",
        VariableKind::Custom => "custom",
        VariableKind::Constant => "constant",
        VariableKind::Interval => "interval",
        VariableKind::Text => "text",
        VariableKind::AdHoc => "ad hoc",
        VariableKind::Other => "other",
    }
}

fn build_panel_report(facts: &PanelFacts, judged: &PanelDiagnosis) -> PanelReport {
    PanelReport {
        id: facts.id.clone(),
        title: facts.title.clone(),
        kind: facts.kind.clone(),
        state: match judged.state {
            PanelState::Data => PanelStatus::Data,
            PanelState::Empty => PanelStatus::Empty,
            PanelState::Broken => PanelStatus::Broken,
            PanelState::Skipped => PanelStatus::Skipped,
        },
        rightly: judged.is_expected,
        fault: judged
            .reasons
            .first()
            .is_some_and(|reason| reason.weight > ReasonWeight::Note),
        why: judged.text.clone(),
        causes: judged
            .reasons
            .iter()
            .filter_map(|reason| reason.cause)
            .map(str::to_owned)
            .collect(),
        evidence: judged
            .reasons
            .iter()
            .flat_map(|reason| reason.evidence.clone())
            .collect(),
        queries: facts.queries.iter().map(build_query_report).collect(),
        explore: facts.explore.clone(),
    }
}

fn build_query_report(facts: &PanelQueryFacts) -> QueryReport {
    let (outcome, count) = match &facts.ran {
        QueryRunOutcome::Data { count } | QueryRunOutcome::OnlyOurs { count } => ("data", *count),
        QueryRunOutcome::Empty | QueryRunOutcome::NotANumber => ("empty", 0),
        QueryRunOutcome::Failed { .. } => ("failed", 0),
        QueryRunOutcome::Skipped { .. } => ("skipped", 0),
    };
    QueryReport {
        ref_id: facts.ref_id.clone(),
        language: facts.language.clone(),
        query: facts.expr.clone(),
        outcome: outcome.to_owned(),
        count,
    }
}

fn collect_causes(facts: &DashboardFacts, judged: &[(&PanelFacts, PanelDiagnosis)]) -> Vec<DashboardCause> {
    let mut found: Vec<(DashboardCause, ReasonWeight)> = Vec::new();
    let mut add = |reason: &EmptinessReason, is_panel: bool| {
        let Some(id) = reason.cause else { return };
        let index = found.iter().position(|(cause, _)| cause.id == id).unwrap_or_else(|| {
            let entry = causes::find_cause(id);
            found.push((
                DashboardCause {
                    id: id.to_owned(),
                    title: entry.as_ref().map(|entry| entry.title.clone()).unwrap_or_default(),
                    panels: 0,
                    variables: 0,
                    fault: false,
                    remedy: entry.map(|entry| entry.remedy).unwrap_or_default(),
                },
                ReasonWeight::Expected,
            ));
            found.len() - 1
        });
        let (cause, weight) = &mut found[index];
        if is_panel {
            cause.panels += 1;
        } else {
            cause.variables += 1;
        }
        cause.fault |= reason.weight > ReasonWeight::Note;
        if reason.weight > *weight {
            *weight = reason.weight;
            if let Some(remedy) = &reason.remedy {
                let docs = cause.remedy.docs.take();
                cause.remedy = remedy.clone();
                cause.remedy.docs = cause.remedy.docs.take().or(docs);
            }
        }
    };
    for one in &facts.variables {
        if let Some(reason) = explain_empty_variable(facts, one) {
            add(&reason, false);
        }
    }
    for (_, judged) in judged {
        if let Some(reason) = judged.reasons.first() {
            add(reason, true);
        }
    }
    found.sort_by_key(|(cause, weight)| {
        (
            std::cmp::Reverse(cause.fault),
            std::cmp::Reverse(*weight),
            std::cmp::Reverse(cause.panels),
        )
    });
    found.into_iter().map(|(cause, _)| cause).collect()
}

/// Variables without a value, where that is a fault.
fn find_unset_variables(facts: &DashboardFacts) -> Vec<&str> {
    facts
        .variables
        .iter()
        .filter(|one| explain_empty_variable(facts, one).is_some_and(|reason| reason.weight > ReasonWeight::Note))
        .map(|one| one.name.as_str())
        .collect()
}

/// How many panels have data, and all that is at fault: whatever ends the run as faulty is named here.
fn summarize_panels(panels: &[PanelReport], unset: &[&str]) -> String {
    let of = |state: PanelStatus| panels.iter().filter(|panel| panel.state == state).count();
    let asked = panels.len() - of(PanelStatus::Skipped);
    let data = of(PanelStatus::Data);
    if panels.is_empty() {
        return "the dashboard has no panels".to_owned();
    }
    let verb = if data == 1 { "has" } else { "have" };
    let mut text = format!("{data} of {asked} panels {verb} data");
    let broken = of(PanelStatus::Broken);
    if broken > 0 {
        text.push_str(&format!(", {broken} cannot be drawn"));
    }
    let faulty = panels
        .iter()
        .filter(|panel| panel.state == PanelStatus::Empty && panel.fault)
        .count();
    if faulty > 0 {
        text.push_str(&format!(", {faulty} should not be empty"));
    }
    match unset {
        [] => {}
        [one] => text.push_str(&format!(", the variable ${one} has no value")),
        several => text.push_str(&format!(", {} variables have no value", several.len())),
    }
    text
}
