//! Tempo polls its block list, and lists what it writes.

use telemetry::model::tempo::{MetricsScrape, PROCESS_STARTED, ScrapeSource};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding, FindingLevel, HopState};
use telemetry::parse::tempo_config;
use telemetry::text::pluralize;

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.blocklist",
    title: "Tempo polls its block list",
    needs: &[&[Fact::Metrics, Fact::Config, Fact::Push, Fact::Search]],
    judge,
};

/// Counters of failed polls.
const FAILURES: [&str; 2] = [
    "tempodb_blocklist_poll_errors_total",
    "tempodb_blocklist_tenant_index_errors_total",
];

/// Blocks that this process wrote to storage: 2.x, and a single binary of 3.x.
const WRITTEN: [&str; 2] = [
    "tempo_ingester_blocks_flushed_total",
    "tempo_live_store_local_blocks_flushed_total",
];
/// Blocks that are in storage by its list.
const LISTED: &str = "tempodb_blocklist_length";
/// Blocks that it took from its list since, to compact or to delete them.
const REMOVED: [&str; 2] = [
    "tempodb_compaction_blocks_total",
    "tempodb_retention_marked_for_deletion_total",
];
const POLLS: &str = "tempodb_blocklist_poll_duration_seconds_count";

/// Blocks that may be on their way between two counters.
const IN_FLIGHT: f64 = 2.0;

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("Tempo's polling counters could not be read twice");
    }
    let failed: Vec<_> = FAILURES
        .iter()
        .filter_map(|name| tempo_counters::find_increase_evidence(view, name, &[]))
        .collect();
    let unlisted = count_unlisted_blocks(view);
    if failed.is_empty() && unlisted.is_none() {
        return CheckOutcome::pass("no poll failed since the marker");
    }
    let summary = match unlisted {
        Some(blocks) => format!(
            "Tempo does not list {} that it wrote to storage, so queries miss the traces in them",
            pluralize(blocks, "block")
        ),
        None => "Tempo fails to poll its block list, so older traces are not found".to_owned(),
    };
    let mut finding = Finding::degraded("blocklist-not-polled", summary)
        .likely()
        .with_evidence_lines(failed);
    if unlisted.is_some() {
        let sum = |name: &str| tempo_counters::sum_counter(view, name, &[]);
        let lines = WRITTEN.iter().chain([&LISTED]).chain(&REMOVED).chain(&FAILURES[1..]);
        let shown: Vec<EvidenceLine> = lines
            .filter_map(|name| Some(tempo_counters::build_value_evidence(view, name, sum(name)?)))
            .collect();
        finding = finding
            .with_evidence_lines(shown)
            .with_remedy(
                "Remove what is not a readable block from the tenant's folder in the bucket: every entry must be a block's ID with a valid `meta.json`. Tempo's log names the reason: `failed to poll or create index for tenant`.",
            )
            .with_command("docker logs tempo 2>&1 | grep 'failed to poll or create index for tenant'");
    }
    // What the live part does not answer either is not found at all.
    if marker_state::find_search_state(view) == HopState::Lost {
        finding.level = FindingLevel::Broken;
    }
    finding.into()
}

/// Blocks that this process wrote since its start and that its list lacks, beyond those that a poll may not have seen yet. Only a
/// single binary counts both, and alone: another process would compact and delete as well.
fn count_unlisted_blocks(view: &EvidenceView<'_>) -> Option<f64> {
    let (before, after) = (view.metrics_before().get()?, view.metrics_after().get()?);
    if after.source != ScrapeSource::Direct || !is_alone(after) {
        return None;
    }
    let total =
        |scrape: &MetricsScrape, names: &[&str]| -> f64 { names.iter().filter_map(|name| scrape.sum(name, &[])).sum() };
    // A tenant whose list was never read has no series.
    let listed = total(after, &[LISTED]);
    let removed = total(after, &REMOVED);
    let polls = after.increase_since(Some(before), POLLS, &[])?;
    after.sum(POLLS, &[]).filter(|polls| *polls > 0.0)?;
    let (written, unpolled) = if polls >= 2.0 {
        // One of them began after the first scrape.
        (total(before, &WRITTEN), 0.0)
    } else {
        let config = view.config().get()?;
        let interval = tempo_config::find_seconds(config, "storage.trace.blocklist_poll")?;
        let written = total(after, &WRITTEN);
        let up_for = after.at - after.sum(PROCESS_STARTED, &[])?;
        let tenants = after.select(LISTED, &[]).count().max(1) as f64;
        // The tenants' blocks are cut at the same time.
        let usual = written / up_for.max(1.0) * interval;
        (
            written,
            (up_for > 3.0 * interval).then_some(1.5 * usual + 2.0 * tenants)?,
        )
    };
    let unlisted = written - listed - removed;
    (unlisted > unpolled + IN_FLIGHT).then_some(unlisted)
}

fn is_alone(scrape: &MetricsScrape) -> bool {
    ["ingester", "live-store", "compactor", "backend-worker"]
        .iter()
        .all(|ring| {
            scrape
                .sum("tempo_ring_members", &[("name", ring)])
                .is_none_or(|members| members <= 1.0)
        })
}
