//! The marker is found by its id.

use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState, SkipReason};

use super::query_refusal;
use crate::checks::{Check, EvidenceView, installation, internal_tls, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.by-id",
    title: "the marker is found by its id",
    needs: &[tempo_counters::TENANT_FACTS, &[Fact::ById, Fact::Push, Fact::Echo]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_by_id_state(view) {
        HopState::Passed => {
            let after = view.by_id_watch().as_ref().and_then(|watch| watch.seen_after_ms);
            CheckOutcome::pass(match after {
                Some(ms) => format!("the marker was found by id after {ms} ms"),
                None => "found by id".to_owned(),
            })
        }
        HopState::Lost => explain_loss(view).into(),
        HopState::Waiting => CheckOutcome::Skip(SkipReason::Waiting("the marker has not been found by id yet".into())),
        _ if view.request().no_marker => CheckOutcome::not_applicable("there was no application trace to follow"),
        _ if !marker_state::is_marker_accepted(view) => {
            CheckOutcome::not_applicable("the receiver did not accept the marker, so it was not looked up")
        }
        _ => match view.by_id().failure().and_then(query_refusal::classify_query_error) {
            Some(finding) => internal_tls::explain_internal_tls(view, finding).into(),
            None => CheckOutcome::no_evidence("the marker was not looked up by id"),
        },
    }
}

fn explain_loss(view: &EvidenceView<'_>) -> Finding {
    if let Some(failure) = view.by_id().failure() {
        if failure.status == Some(404)
            && let Some(prefix) = view.config().get().and_then(|config| config.text("http_api_prefix"))
            && !prefix.is_empty()
        {
            let summary = format!("Tempo serves its API under {prefix}, but queries do not use that prefix");
            return query_refusal::add_failure(Finding::broken("http-api-prefix", summary), failure).with_evidence(
                "GET /status/config",
                "http_api_prefix",
                prefix,
            );
        }
        let named = query_refusal::classify_query_error(failure);
        return named
            .map(|finding| internal_tls::explain_internal_tls(view, finding))
            .unwrap_or_else(|| {
                let cause = if installation::has_tempo_echo(view) {
                    "querier-cannot-reach-recent"
                } else {
                    "target-unreachable"
                };
                let finding = Finding::broken(cause, "looking up a trace by its id fails").likely();
                query_refusal::add_failure(finding, failure)
            });
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let request = view
        .by_id()
        .get()
        .map_or("GET /api/v2/traces/{id}", |read| read.request.as_str());
    let absent = |finding: Finding| finding.with_evidence(request, "the marker, after its push was accepted", "absent");
    let received = tempo_counters::count_received_spans(view);
    let anywhere = tempo_counters::measure_increase(view, "tempo_distributor_spans_received_total", &[]);
    let counted =
        |grown| tempo_counters::build_increase_evidence(view, "tempo_distributor_spans_received_total", grown);
    absent(match (received, anywhere) {
        (None, Some(grown)) if grown > 0.0 => Finding::broken(
            "tenant-mismatch",
            format!("the marker was counted for a tenant other than {tenant}, which is the one queried"),
        )
        .with_evidence_lines([counted(grown)]),
        (Some(grown), _) if grown >= 1.0 => Finding::broken(
            "trace-not-found-v1",
            "Tempo counted the marker's spans but returns no trace for its id",
        )
        .with_evidence_lines([counted(grown)]),
        _ => Finding::broken(
            "trace-too-large",
            "the push was accepted, but no trace was stored: most likely a limit that Tempo enforces after answering",
        )
        .at_hop(Hop::Ingest),
    })
    .likely()
}
