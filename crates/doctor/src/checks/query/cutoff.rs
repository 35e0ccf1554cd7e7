//! Search shows recent traces.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config;

use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.cutoff",
    title: "search shows recent traces",
    needs: &[&[Fact::Config, Fact::Services, Fact::Metrics, Fact::Generation]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if view.config().get().is_none() {
        return CheckOutcome::no_evidence("Tempo's /status/config could not be read, so the cutoff is unknown");
    }
    let cutoff = tempo_config::find_search_cutoff_s(view.config().get(), installation::detect_line(view));
    if cutoff > tempo_config::LONGEST_CUTOFF_S {
        return Finding::degraded(
            "search-end-cutoff",
            format!("search, tags and TraceQL metrics hide the last {cutoff:.0} s"),
        )
        .with_evidence(
            "GET /status/config",
            "query_frontend.query_end_cutoff",
            format!("{cutoff:.0} s"),
        )
        .with_remedy(format!(
            "wait {cutoff:.0} s, or lower the cutoff; keep it below query_backend_after:"
        ))
        .with_config("# tempo.yaml\nquery_frontend:\n  query_end_cutoff: 10s")
        .into();
    }
    CheckOutcome::pass(if cutoff > 0.0 {
        format!("search stays {cutoff:.0} s behind now, as configured")
    } else {
        "search goes up to now".to_owned()
    })
}
