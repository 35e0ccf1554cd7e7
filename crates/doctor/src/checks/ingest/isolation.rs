//! Every answer at the address knows the marker: no node behind it keeps its traces to itself.

use telemetry::model::check::EvidenceLine;
use telemetry::model::evidence::{RepeatedReads, TempoProcess};
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel, HopState};
use telemetry::text::pluralize_as;

use crate::checks::{Check, EvidenceView, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.isolation",
    title: "every answer at the address knows the marker",
    needs: &[&[Fact::ById, Fact::Search, Fact::Push, Fact::Services]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(reads) = view.by_id_repeats() else {
        return CheckOutcome::not_applicable("the marker was not looked up repeatedly");
    };
    let asked = reads.found + reads.missing;
    if reads.found == 0 {
        return CheckOutcome::not_applicable("no repeated lookup found the trace");
    }
    if reads.missing == 0 {
        return CheckOutcome::pass(format!("{asked} of {asked} repeated lookups by id found the trace"));
    }
    let seen = format!("{} of {asked} lookups of the same trace return it", reads.found);
    let Some(confidence) = assess_isolation(view, &reads.processes) else {
        let waited = reads.waited_ms / 1000;
        return CheckOutcome::Warn(
            Finding::degraded(
                "multi-all-isolated",
                format!("{seen} after {waited} s: some of the recent data is not reachable from every instance"),
            )
            .possible()
            .with_evidence_lines(describe_reads(reads)),
        );
    };
    let nodes = match reads.processes.len() {
        0 | 1 => "several Tempos that do not share recent traces".to_owned(),
        count => format!(
            "{} that do not share recent traces",
            pluralize_as(count, "Tempo process", "Tempo processes")
        ),
    };
    let finding = Finding::degraded("multi-all-isolated", format!("the address leads to {nodes}: {seen}"))
        .with_confidence(confidence)
        .with_evidence_lines(describe_reads(reads));
    // The connections that doctor kept may all lead to another node.
    let states = [
        marker_state::find_by_id_state(view),
        marker_state::find_search_state(view),
    ];
    let lost = states.contains(&HopState::Lost);
    Finding {
        level: if lost { FindingLevel::Broken } else { finding.level },
        ..finding
    }
    .into()
}

/// How sure it is that nodes know nothing of each other; `None` where one of several replicas may only lag.
fn assess_isolation(view: &EvidenceView<'_>, processes: &[TempoProcess]) -> Option<Confidence> {
    let alone = |process: &TempoProcess| process.ring_members.is_some_and(|members| members <= 1.0);
    let runs = |name: &str| {
        let rows = view.services().get()?;
        Some(rows.iter().any(|row| row.name == name))
    };
    let live_store = runs("live-store");
    match processes {
        [_] => None,
        // A query-frontend by itself holds nothing.
        [] if live_store == Some(false) && runs("ingester") == Some(false) => None,
        [] => Some(Confidence::Likely),
        all if all.iter().all(alone) => Some(Confidence::Certain),
        // Single binaries of 3.x push to themselves only, whoever else is in their ring.
        _ if live_store == Some(true) => Some(Confidence::Likely),
        _ => None,
    }
}

/// A value of a process, where it is known.
type ProcessValue = fn(&TempoProcess) -> Option<f64>;

fn describe_reads(reads: &RepeatedReads) -> Vec<EvidenceLine> {
    let request = "GET /api/v2/traces/{id}, a new connection each time";
    let answers = format!("found {}, absent {}", reads.found, reads.missing);
    let list = |show: fn(&TempoProcess) -> Option<f64>| {
        let values = reads.processes.iter().filter_map(show);
        values.map(|value| format!("{value:.0}")).collect::<Vec<_>>().join(", ")
    };
    let gauges: [(&str, ProcessValue); 2] = [
        ("process_start_time_seconds", |process| Some(process.started_at)),
        ("tempo_ring_members", |process| process.ring_members),
    ];
    let shown = gauges.into_iter().map(|(name, show)| (name, list(show)));
    [EvidenceLine::new(request, "the trace", answers)]
        .into_iter()
        .chain(
            shown
                .filter(|(_, values)| !values.is_empty())
                .map(|(name, values)| EvidenceLine::new("GET /metrics, a new connection each time", name, values)),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use telemetry::model::Slot;
    use telemetry::model::evidence::Evidence;
    use telemetry::model::tempo::ServiceRow;

    use super::*;

    fn judge_reads(found: u32, missing: u32, services: &[&str], processes: &[(f64, Option<f64>)]) -> CheckOutcome {
        let mut evidence = Evidence::default();
        let rows = services.iter().map(|name| ServiceRow {
            name: (*name).to_owned(),
            status: "Running".to_owned(),
            failure: String::new(),
        });
        if !services.is_empty() {
            evidence.tempo.services = Slot::known(rows.collect(), 1);
        }
        evidence.query.by_id_repeats = Some(RepeatedReads {
            found,
            missing,
            waited_ms: 12_000,
            processes: processes
                .iter()
                .map(|(started_at, ring_members)| TempoProcess {
                    started_at: *started_at,
                    ring_members: *ring_members,
                })
                .collect(),
        });
        judge(&EvidenceView::new(&evidence))
    }

    #[test]
    fn nodes_that_know_only_themselves_are_isolated() {
        let alone = [(10.0, Some(1.0)), (47.0, Some(1.0))];
        let CheckOutcome::Fail(finding) = judge_reads(3, 3, &["live-store", "query-frontend"], &alone) else {
            panic!("not seen");
        };
        assert_eq!(
            (finding.cause, finding.level),
            ("multi-all-isolated", FindingLevel::Degraded)
        );
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.evidence.len(), 3);
    }

    #[test]
    fn without_metrics_it_is_only_likely() {
        for services in [&[][..], &["ingester"]] {
            let CheckOutcome::Fail(finding) = judge_reads(3, 3, services, &[]) else {
                panic!("not seen");
            };
            assert_eq!(finding.confidence, Confidence::Likely);
        }
    }

    #[test]
    fn replicas_of_one_tempo_are_not() {
        let frontends = [(10.0, None), (47.0, None)];
        let ring = [(10.0, Some(2.0)), (47.0, Some(2.0))];
        let healthy = judge_reads(6, 0, &["ingester", "query-frontend"], &ring);
        assert!(matches!(healthy, CheckOutcome::Pass(_)), "{healthy:?}");
        let one = [(10.0, Some(1.0))];
        for (services, processes) in [
            (&["query-frontend"][..], &frontends[..]),
            (&["ingester"], &ring),
            (&["live-store"], &one),
        ] {
            let lags = judge_reads(3, 3, services, processes);
            assert!(matches!(lags, CheckOutcome::Warn(_)), "{lags:?}");
        }
    }
}
