//! Application traces have a root span, and their parts belong together.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.propagation",
    title: "application traces have a root span",
    needs: &[tempo_counters::TENANT_FACTS, &[Fact::AppRoots]],
    judge,
};

/// Counted when traces are written (grafana/tempo v3.0.3: pkg/dataquality/warnings.go).
const WARNINGS: &str = "tempo_warnings_total";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let tenant = tempo_counters::resolve_tenant(view);
    let warned: Vec<(String, f64)> = view
        .metrics_after()
        .get()
        .into_iter()
        .flat_map(|scrape| scrape.select(WARNINGS, &[]))
        .filter_map(|sample| sample.labels.get("reason"))
        .filter(|reason| reason.starts_with("rootless_trace") || reason.starts_with("disconnected_trace"))
        .filter_map(|reason| {
            let labels = [("reason", reason.as_str()), ("tenant", tenant.as_str())];
            Some((reason.clone(), tempo_counters::find_increase(view, WARNINGS, &labels)?))
        })
        .collect();
    let roots = view.app_roots();
    let many = roots
        .as_ref()
        .is_some_and(|roots| roots.without >= 2 && roots.without * 10 >= roots.traces);
    if warned.is_empty() && !many {
        return match roots {
            Some(roots) if roots.traces > 0 => CheckOutcome::pass(format!(
                "{} of {} traces have their root span",
                roots.traces - roots.without,
                roots.traces
            )),
            _ if view.metrics_after().get().is_some() => CheckOutcome::pass("Tempo warned about no trace"),
            _ => CheckOutcome::no_evidence("there was no application trace to examine"),
        };
    }
    let mut finding = Finding::degraded(
        "app-propagation-broken",
        "traces lack their root span or are in pieces: trace context is not propagated from one service to the next",
    )
    .possible();
    if let Some(roots) = roots.as_ref().filter(|_| many) {
        finding = finding.with_evidence(
            "Tempo search",
            "<root span not yet received>",
            format!("{} of {} traces older than a minute", roots.without, roots.traces),
        );
    }
    for (reason, grown) in warned {
        let name = format!("{WARNINGS}{{reason=\"{reason}\",tenant=\"{tenant}\"}}");
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(view, &name, grown)]);
    }
    CheckOutcome::Warn(finding)
}
