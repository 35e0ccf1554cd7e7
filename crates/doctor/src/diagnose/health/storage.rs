//! What is kept in memory, flushed, polled, compacted.

use telemetry::model::health::{HealthReading, ReadingUnit, ThresholdStatus};
use telemetry::text::group_thousands;

use super::counters::{HealthCounters, HourlyLimit, grade_reading, new_reading};

const PART: &str = "storage";

/// Failures an hour. The flush alerts are those of 2.10.8; 3.0 counts the same under other names and has no alert for it.
const HOURLY: [HourlyLimit; 7] = [
    HourlyLimit {
        part: PART,
        id: "flush-failures",
        title: "flushes that failed",
        names: &["tempo_ingester_failed_flushes_total"],
        most: 2.0,
        alert: Some("TempoIngesterFlushesUnhealthy"),
        cause: "backend-access-denied",
    },
    HourlyLimit {
        part: PART,
        id: "flush-retries-failed",
        title: "retried flushes that failed",
        names: &["tempo_ingester_flush_failed_retries_total"],
        most: 2.0,
        alert: Some("TempoIngesterFlushesFailing"),
        cause: "backend-access-denied",
    },
    HourlyLimit {
        part: PART,
        id: "flush-failures",
        title: "flushes that failed",
        names: &["tempo_live_store_local_failed_flushes_total"],
        most: 2.0,
        alert: None,
        cause: "backend-access-denied",
    },
    HourlyLimit {
        part: PART,
        id: "completion-failures",
        title: "blocks not completed",
        names: &["tempo_live_store_failed_completions_total"],
        most: 2.0,
        alert: None,
        cause: "disk-full",
    },
    HourlyLimit {
        part: PART,
        id: "poll-errors",
        title: "polls of the block list that failed",
        names: &["tempodb_blocklist_poll_errors_total"],
        most: 2.0,
        alert: Some("TempoPollsFailing"),
        cause: "blocklist-not-polled",
    },
    HourlyLimit {
        part: PART,
        id: "tenant-index-errors",
        title: "tenant indexes not read",
        names: &["tempodb_blocklist_tenant_index_errors_total"],
        most: 2.0,
        alert: Some("TempoTenantIndexFailures"),
        cause: "blocklist-not-polled",
    },
    HourlyLimit {
        part: PART,
        id: "compaction-errors",
        title: "compactions that failed",
        names: &["tempodb_compaction_errors_total"],
        most: 2.0,
        alert: Some("TempoCompactionsFailing"),
        cause: "compaction-stopped",
    },
];

pub(super) fn collect_readings(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let mut all = Vec::new();
    all.extend(assess_live_traces(counters));
    all.extend(assess_flushed_blocks(counters));
    // 2.10 registers the live-store's counters as well; only one of the two lines keeps traces.
    let two = counters.find_metric(&["tempo_ingester_failed_flushes_total"]).is_some();
    all.extend(
        HOURLY
            .iter()
            .filter(|hourly| !two || !hourly.names[0].starts_with("tempo_live_store_"))
            .filter_map(|hourly| hourly.assess(counters)),
    );
    all.extend(assess_index_age(counters));
    all.extend(assess_index_builders(counters));
    all.extend(assess_outstanding_blocks(counters));
    all
}

fn assess_live_traces(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = counters.find_metric(&["tempo_ingester_live_traces", "tempo_live_store_live_traces"])?;
    Some(HealthReading {
        value: counters.sum(name),
        ..new_reading(PART, "live-traces", "live traces", name)
    })
}

fn assess_flushed_blocks(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = counters.find_metric(&[
        "tempo_ingester_blocks_flushed_total",
        "tempo_live_store_local_blocks_flushed_total",
        "tempo_block_builder_flushed_blocks",
    ])?;
    let grown = counters.growth(name)?;
    Some(HealthReading {
        value: Some(grown),
        detail: format!(
            "{}; {} since start",
            counters.describe_window(),
            group_thousands(counters.sum(name)?)
        ),
        ..new_reading(PART, "blocks-flushed", "blocks flushed", name)
    })
}

fn assess_index_age(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    const MAX_INDEX_AGE_S: f64 = 600.0;
    let name = "tempodb_blocklist_tenant_index_age_seconds";
    let age = counters.max(name)?;
    let over = age > MAX_INDEX_AGE_S;
    Some(HealthReading {
        value: Some(age),
        unit: ReadingUnit::Seconds,
        threshold: Some("> 600 s for 5 min".to_owned()),
        alert: Some("TempoTenantIndexTooOld"),
        standing: grade_reading(over, false),
        cause: over.then_some("blocklist-not-polled"),
        ..new_reading(PART, "tenant-index-age", "age of the tenant index", name)
    })
}

fn assess_index_builders(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempodb_blocklist_tenant_index_builder";
    let builders = counters.sum(name)?;
    let blocks = counters.max("tempodb_blocklist_length").unwrap_or(0.0);
    let over = builders == 0.0 && blocks > 0.0;
    Some(HealthReading {
        value: Some(builders),
        detail: format!("{} blocks listed", group_thousands(blocks)),
        threshold: Some("= 0 for 5 min".to_owned()),
        alert: Some("TempoNoTenantIndexBuilders"),
        standing: grade_reading(over, false),
        cause: over.then_some("blocklist-not-polled"),
        ..new_reading(PART, "tenant-index-builders", "tenant index builders", name)
    })
}

/// Blocks that wait for compaction, for every worker there is.
fn assess_outstanding_blocks(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    const WARNING: f64 = 100.0;
    const CRITICAL: f64 = 250.0;
    let name = "tempodb_compaction_outstanding_blocks";
    let blocks = counters.sum(name)?;
    let is_worker = |component: &str| component.contains("backend-worker") || component.contains("compactor");
    let builds = counters.now("tempo_build_info");
    let workers = builds
        .iter()
        .filter(|build| {
            ["container", "job", "pod"]
                .iter()
                .any(|label| build.labels.get(*label).is_some_and(|name| is_worker(name)))
        })
        .count()
        .max(1);
    let each = blocks / workers as f64;
    let standing = grade_reading(each > CRITICAL, each > WARNING);
    Some(HealthReading {
        value: Some(each),
        detail: format!("for each of {workers}"),
        threshold: Some("> 250 for 24 h".to_owned()),
        alert: Some("TempoCompactionTooManyOutstandingBlocks"),
        standing,
        cause: (standing > ThresholdStatus::Good).then_some("compaction-stopped"),
        ..new_reading(PART, "compaction-outstanding", "blocks waiting for compaction", name)
    })
}
