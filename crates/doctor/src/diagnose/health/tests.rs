//! What the thresholds of the official alerts make of counters.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::assess_health;
use telemetry::model::health::{HealthFacts, HealthReading, HealthReport, ThresholdStatus};
use telemetry::model::red::TrendSteps;
use telemetry::model::tempo::{MetricSample, MetricsScrape, ScrapeSource};
use telemetry::model::time_window::TimeWindow;

type CounterValue<'a> = (&'a str, &'a [(&'a str, &'a str)], f64);

fn build_scrape(values: &[CounterValue<'_>]) -> MetricsScrape {
    MetricsScrape {
        source: ScrapeSource::Prometheus,
        at: 0.0,
        samples: values
            .iter()
            .map(|(name, labels, value)| MetricSample {
                name: (*name).to_owned(),
                labels: labels
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                    .collect(),
                value: *value,
            })
            .collect(),
    }
}

/// Counters at the start, five minutes before the end, and at the end of an hour.
fn assess_counters(
    start: &[CounterValue<'_>],
    five: &[CounterValue<'_>],
    now: &[CounterValue<'_>],
    tenant: Option<&str>,
) -> HealthReport {
    let at = |second| jiff::Timestamp::from_second(second).expect("a time");
    assess_health(&HealthFacts {
        window: TimeWindow {
            from: at(1_000),
            to: at(4_600),
        },
        now: build_scrape(now),
        start: build_scrape(start),
        five_minutes: Some(build_scrape(five)),
        hour: Some(build_scrape(start)),
        trends: Vec::new(),
        steps: TrendSteps {
            first: 0.0,
            step: 1.0,
            count: 0,
        },
        tenant: tenant.map(str::to_owned),
        versions: Vec::new(),
        processes: 1,
    })
}

fn find_reading<'a>(health: &'a HealthReport, id: &str) -> &'a HealthReading {
    let found = health.readings.iter().find(|reading| reading.id == id);
    found.unwrap_or_else(|| panic!("no {id}: {health:?}"))
}

#[test]
fn failures_are_over_only_while_they_go_on() {
    let name = "tempodb_blocklist_poll_errors_total";
    for (start, five, now, standing) in [
        (7.0, 7.0, 7.0, ThresholdStatus::Good),
        (7.0, 8.0, 9.0, ThresholdStatus::Notable),
        (7.0, 9.0, 10.0, ThresholdStatus::Exceeded),
        (7.0, 10.0, 10.0, ThresholdStatus::Notable),
        // It fell: the process started anew and counted 5.
        (70.0, 70.0, 5.0, ThresholdStatus::Exceeded),
    ] {
        let health = assess_counters(&[(name, &[], start)], &[(name, &[], five)], &[(name, &[], now)], None);
        let reading = find_reading(&health, "poll-errors");
        assert_eq!(reading.standing, standing, "{start} {five} {now}: {reading:?}");
        assert_eq!(reading.cause.is_some(), standing > ThresholdStatus::Good, "{reading:?}");
    }
}

#[test]
fn the_flush_alert_of_2_10_is_not_claimed_for_3_0() {
    let two = assess_counters(&[], &[], &[("tempo_ingester_failed_flushes_total", &[], 9.0)], None);
    assert_eq!(
        find_reading(&two, "flush-failures").alert,
        Some("TempoIngesterFlushesUnhealthy")
    );
    assert_eq!(find_reading(&two, "flush-failures").standing, ThresholdStatus::Exceeded);
    let three = assess_counters(
        &[],
        &[],
        &[("tempo_live_store_local_failed_flushes_total", &[], 9.0)],
        None,
    );
    assert_eq!(
        (
            find_reading(&three, "flush-failures").alert,
            find_reading(&three, "flush-failures").standing
        ),
        (None, ThresholdStatus::Notable)
    );
}

#[test]
fn discards_are_told_by_reason_and_tenant() {
    let name = "tempo_discarded_spans_total";
    let now: [CounterValue<'_>; 3] = [
        (name, &[("reason", "rate_limited"), ("tenant", "a")], 3_600.0),
        (name, &[("reason", "trace_too_large"), ("tenant", "b")], 7.0),
        ("tempo_distributor_spans_received_total", &[("tenant", "a")], 1.0),
    ];
    let all = assess_counters(&[], &[], &now, None);
    let reasons: Vec<_> = all
        .readings
        .iter()
        .filter(|reading| reading.id == "discarded")
        .collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert_eq!((reasons[0].value, reasons[0].cause), (Some(1.0), Some("rate-limited")));
    let b = assess_counters(&[], &[], &now, Some("b"));
    let reasons: Vec<_> = b.readings.iter().filter(|reading| reading.id == "discarded").collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert_eq!(reasons[0].title, "discarded: trace_too_large");
}

#[test]
fn thresholds_are_those_of_the_mixin() {
    let lag = |group, seconds| -> ThresholdStatus {
        let health = assess_counters(
            &[],
            &[],
            &[("tempo_ingest_group_partition_lag_seconds", &[("group", group)], seconds)],
            None,
        );
        find_reading(&health, "kafka-lag").standing
    };
    assert_eq!(lag("metrics-generator", 900.0), ThresholdStatus::Good);
    assert_eq!(lag("metrics-generator", 901.0), ThresholdStatus::Exceeded);
    assert_eq!(lag("block-builder", 250.0), ThresholdStatus::Notable);
    assert_eq!(lag("block-builder", 301.0), ThresholdStatus::Exceeded);
    assert_eq!(lag("live-store-zone-a", 1_000.0), ThresholdStatus::Notable);
    let of = |values: &[CounterValue<'_>], id| find_reading(&assess_counters(&[], &[], values, None), id).standing;
    let unhealthy: CounterValue<'_> = (
        "tempo_ring_members",
        &[("name", "ingester"), ("state", "Unhealthy")],
        1.0,
    );
    assert_eq!(of(&[unhealthy], "ring-unhealthy"), ThresholdStatus::Exceeded);
    assert_eq!(
        of(
            &[("tempo_runtime_config_last_reload_successful", &[], 0.0)],
            "overrides"
        ),
        ThresholdStatus::Exceeded
    );
    assert_eq!(
        of(
            &[("tempodb_blocklist_tenant_index_age_seconds", &[], 601.0)],
            "tenant-index-age"
        ),
        ThresholdStatus::Exceeded
    );
    let builders = [
        ("tempodb_blocklist_tenant_index_builder", &[][..], 0.0),
        ("tempodb_blocklist_length", &[][..], 3.0),
    ];
    assert_eq!(of(&builders, "tenant-index-builders"), ThresholdStatus::Exceeded);
    let received = "tempo_metrics_generator_spans_received_total";
    let dropped = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    assert_eq!(
        of(&[(received, &[], 1_000.0), (dropped, &[], 5.0)], "graph-dropped"),
        ThresholdStatus::Notable
    );
    assert_eq!(
        of(&[(received, &[], 1_000.0), (dropped, &[], 6.0)], "graph-dropped"),
        ThresholdStatus::Exceeded
    );
}

#[test]
fn a_counter_that_is_not_there_is_not_read() {
    let health = assess_counters(&[], &[], &[], None);
    assert!(health.readings.iter().all(|reading| reading.id != "poll-errors"));
    assert_eq!(find_reading(&health, "spans-received").cause, Some("app-none-sending"));
}

proptest! {
    #[test]
    fn any_counters_are_judged(list in proptest::collection::vec((0usize..8, "[a-z_]{0,8}", -1e12..1e12_f64), 0..20)) {
        const NAMES: [&str; 8] = [
            "tempo_distributor_spans_received_total",
            "tempo_discarded_spans_total",
            "tempo_ring_members",
            "tempodb_compaction_outstanding_blocks",
            "tempo_request_duration_seconds_count",
            "prometheus_remote_storage_samples_total",
            "prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
            "tempo_metrics_generator_spans_received_total",
        ];
        let samples: Vec<MetricSample> = list
            .iter()
            .map(|(name, label, value)| MetricSample {
                name: NAMES[*name].to_owned(),
                labels: BTreeMap::from(["reason", "state", "route", "tenant"].map(|key| (key.to_owned(), label.clone()))),
                value: *value,
            })
            .collect();
        let (start, now) = samples.split_at(samples.len() / 2);
        let at = |second| jiff::Timestamp::from_second(second).expect("a time");
        let of = |samples: &[MetricSample]| MetricsScrape { source: ScrapeSource::Direct, at: 0.0, samples: samples.to_vec() };
        let facts = HealthFacts {
            window: TimeWindow { from: at(0), to: at(5) },
            now: of(now),
            start: of(start),
            five_minutes: None,
            hour: None,
            trends: Vec::new(),
            steps: TrendSteps { first: 0.0, step: 1.0, count: 0 },
            tenant: None,
            versions: Vec::new(),
            processes: 1,
        };
        for reading in assess_health(&facts).readings {
            prop_assert!(reading.value.is_none_or(f64::is_finite), "{reading:?}");
        }
    }
}
