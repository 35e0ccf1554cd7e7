//! The marker is found by search.

use telemetry::model::{CheckOutcome, Fact, Finding, HopState, SkipReason};
use telemetry::parse::tempo_config;

use super::query_refusal;
use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.search",
    title: "the marker is found by search",
    needs: &[&[
        Fact::Search,
        Fact::Push,
        Fact::Targets,
        Fact::Config,
        Fact::Services,
        Fact::Metrics,
        Fact::Generation,
        Fact::ById,
        Fact::ClockSkew,
    ]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_search_state(view) {
        HopState::Passed => CheckOutcome::pass(describe_success(view)),
        HopState::Lost => judge_loss(view),
        HopState::Waiting => CheckOutcome::Skip(SkipReason::Waiting(
            "the marker has not been found by search yet".into(),
        )),
        _ if view.request().no_marker => CheckOutcome::not_applicable("there is no marker to search for"),
        _ if !marker_state::is_marker_accepted(view) => {
            CheckOutcome::not_applicable("the receiver did not accept the marker, so it was not searched for")
        }
        _ => match view.search().failure().and_then(query_refusal::classify_query_error) {
            Some(finding) => finding.into(),
            None if view.request().fast => CheckOutcome::no_evidence("--fast does not wait for search"),
            None => CheckOutcome::no_evidence("the marker was not searched for"),
        },
    }
}

fn describe_success(view: &EvidenceView<'_>) -> String {
    let ms = |watch: &Option<telemetry::model::marker::Watch>| watch.as_ref().and_then(|watch| watch.seen_after_ms);
    match (ms(view.search_watch()), ms(view.backdated_watch())) {
        (Some(live), _) => format!("the marker was found by search after {:.1} s", live as f64 / 1e3),
        (None, Some(backdated)) => format!(
            "the back-dated marker was found by search after {:.1} s",
            backdated as f64 / 1e3
        ),
        (None, None) => "found by search".to_owned(),
    }
}

fn judge_loss(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::find_by_id_state(view) == HopState::Lost {
        return CheckOutcome::not_applicable("the marker is not found by id either");
    }
    if let Some(failure) = view.search().failure()
        && failure.kind.is_unreachable()
        && failure.kind != telemetry::model::FailureKind::TimedOut
    {
        let finding = Finding::broken("target-unreachable", "Tempo stopped answering during the run");
        return query_refusal::add_failure(finding, failure).into();
    }
    if let Some(failure) = view.search().failure() {
        return query_refusal::classify_query_error(failure)
            .unwrap_or_else(|| {
                let finding = Finding::broken("querier-cannot-reach-recent", "search fails").likely();
                query_refusal::add_failure(finding, failure)
            })
            .into();
    }
    let cut = view.by_id().get().is_some_and(|read| !read.differences.is_empty());
    if cut && tempo_counters::count_truncated_attributes(view).is_some() {
        return CheckOutcome::not_applicable("Tempo truncated the attribute that the search looks for");
    }
    let line = installation::detect_line(view);
    let cutoff = tempo_config::find_search_cutoff_s(view.config().get(), line);
    let waited = view.search_watch().as_ref().map_or(0, |watch| watch.waited_ms / 1000);
    if cutoff > tempo_config::LONGEST_CUTOFF_S {
        // Its own check says so: nothing younger than the cutoff is ever found.
        return CheckOutcome::not_applicable(format!("search hides the last {cutoff:.0} s here"));
    }
    let skewed = view.clock_skew().is_some_and(|skew| skew.abs() > 120.0);
    let finding = if skewed {
        Finding::broken(
            "clock-skew-search-miss",
            "the clocks differ so much that search looks at the wrong time range",
        )
    } else {
        Finding::broken(
            "search-window-split",
            format!("the marker is found by id but, after {waited} s, not by search"),
        )
    };
    finding
        .likely()
        .with_evidence(
            "GET /api/search",
            "the marker by its run attribute",
            format!("absent after {waited} s"),
        )
        .with_evidence("GET /api/v2/traces/{id}", "the marker by its id", "found")
        .into()
}
