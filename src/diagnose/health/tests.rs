//! What the thresholds of the official alerts make of counters.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::health;
use crate::model::health::{Health, HealthFacts, Reading, Standing};
use crate::model::red::Steps;
use crate::model::tempo::{Sample, Scrape, ScrapeSource};
use crate::model::window::Window;

type Value<'a> = (&'a str, &'a [(&'a str, &'a str)], f64);

fn scrape(values: &[Value<'_>]) -> Scrape {
    Scrape {
        source: ScrapeSource::Prometheus,
        at: 0.0,
        samples: values
            .iter()
            .map(|(name, labels, value)| Sample {
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
fn judged(start: &[Value<'_>], five: &[Value<'_>], now: &[Value<'_>], tenant: Option<&str>) -> Health {
    let at = |second| jiff::Timestamp::from_second(second).expect("a time");
    health(&HealthFacts {
        window: Window {
            from: at(1_000),
            to: at(4_600),
        },
        now: scrape(now),
        start: scrape(start),
        five_minutes: Some(scrape(five)),
        hour: Some(scrape(start)),
        trends: Vec::new(),
        steps: Steps {
            first: 0.0,
            step: 1.0,
            count: 0,
        },
        tenant: tenant.map(str::to_owned),
        versions: Vec::new(),
        processes: 1,
    })
}

fn reading<'a>(health: &'a Health, id: &str) -> &'a Reading {
    let found = health.readings.iter().find(|reading| reading.id == id);
    found.unwrap_or_else(|| panic!("no {id}: {health:?}"))
}

#[test]
fn failures_are_over_only_while_they_go_on() {
    let name = "tempodb_blocklist_poll_errors_total";
    for (start, five, now, standing) in [
        (7.0, 7.0, 7.0, Standing::Good),
        (7.0, 8.0, 9.0, Standing::Worth),
        (7.0, 9.0, 10.0, Standing::Over),
        (7.0, 10.0, 10.0, Standing::Worth),
        // It fell: the process started anew and counted 5.
        (70.0, 70.0, 5.0, Standing::Over),
    ] {
        let health = judged(&[(name, &[], start)], &[(name, &[], five)], &[(name, &[], now)], None);
        let reading = reading(&health, "poll-errors");
        assert_eq!(reading.standing, standing, "{start} {five} {now}: {reading:?}");
        assert_eq!(reading.cause.is_some(), standing > Standing::Good, "{reading:?}");
    }
}

#[test]
fn the_flush_alert_of_2_10_is_not_claimed_for_3_0() {
    let two = judged(&[], &[], &[("tempo_ingester_failed_flushes_total", &[], 9.0)], None);
    assert_eq!(
        reading(&two, "flush-failures").alert,
        Some("TempoIngesterFlushesUnhealthy")
    );
    assert_eq!(reading(&two, "flush-failures").standing, Standing::Over);
    let three = judged(
        &[],
        &[],
        &[("tempo_live_store_local_failed_flushes_total", &[], 9.0)],
        None,
    );
    assert_eq!(
        (
            reading(&three, "flush-failures").alert,
            reading(&three, "flush-failures").standing
        ),
        (None, Standing::Worth)
    );
}

#[test]
fn discards_are_told_by_reason_and_tenant() {
    let name = "tempo_discarded_spans_total";
    let now: [Value<'_>; 3] = [
        (name, &[("reason", "rate_limited"), ("tenant", "a")], 3_600.0),
        (name, &[("reason", "trace_too_large"), ("tenant", "b")], 7.0),
        ("tempo_distributor_spans_received_total", &[("tenant", "a")], 1.0),
    ];
    let all = judged(&[], &[], &now, None);
    let reasons: Vec<_> = all
        .readings
        .iter()
        .filter(|reading| reading.id == "discarded")
        .collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert_eq!((reasons[0].value, reasons[0].cause), (Some(1.0), Some("rate-limited")));
    let b = judged(&[], &[], &now, Some("b"));
    let reasons: Vec<_> = b.readings.iter().filter(|reading| reading.id == "discarded").collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert_eq!(reasons[0].title, "discarded: trace_too_large");
}

#[test]
fn thresholds_are_those_of_the_mixin() {
    let lag = |group, seconds| -> Standing {
        let health = judged(
            &[],
            &[],
            &[("tempo_ingest_group_partition_lag_seconds", &[("group", group)], seconds)],
            None,
        );
        reading(&health, "kafka-lag").standing
    };
    assert_eq!(lag("metrics-generator", 900.0), Standing::Good);
    assert_eq!(lag("metrics-generator", 901.0), Standing::Over);
    assert_eq!(lag("block-builder", 250.0), Standing::Worth);
    assert_eq!(lag("block-builder", 301.0), Standing::Over);
    assert_eq!(lag("live-store-zone-a", 1_000.0), Standing::Worth);
    let of = |values: &[Value<'_>], id| reading(&judged(&[], &[], values, None), id).standing;
    let unhealthy: Value<'_> = (
        "tempo_ring_members",
        &[("name", "ingester"), ("state", "Unhealthy")],
        1.0,
    );
    assert_eq!(of(&[unhealthy], "ring-unhealthy"), Standing::Over);
    assert_eq!(
        of(
            &[("tempo_runtime_config_last_reload_successful", &[], 0.0)],
            "overrides"
        ),
        Standing::Over
    );
    assert_eq!(
        of(
            &[("tempodb_blocklist_tenant_index_age_seconds", &[], 601.0)],
            "tenant-index-age"
        ),
        Standing::Over
    );
    let builders = [
        ("tempodb_blocklist_tenant_index_builder", &[][..], 0.0),
        ("tempodb_blocklist_length", &[][..], 3.0),
    ];
    assert_eq!(of(&builders, "tenant-index-builders"), Standing::Over);
    let received = "tempo_metrics_generator_spans_received_total";
    let dropped = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    assert_eq!(
        of(&[(received, &[], 1_000.0), (dropped, &[], 5.0)], "graph-dropped"),
        Standing::Worth
    );
    assert_eq!(
        of(&[(received, &[], 1_000.0), (dropped, &[], 6.0)], "graph-dropped"),
        Standing::Over
    );
}

#[test]
fn a_counter_that_is_not_there_is_not_read() {
    let health = judged(&[], &[], &[], None);
    assert!(health.readings.iter().all(|reading| reading.id != "poll-errors"));
    assert_eq!(reading(&health, "spans-received").cause, Some("app-none-sending"));
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
        let samples: Vec<Sample> = list
            .iter()
            .map(|(name, label, value)| Sample {
                name: NAMES[*name].to_owned(),
                labels: BTreeMap::from(["reason", "state", "route", "tenant"].map(|key| (key.to_owned(), label.clone()))),
                value: *value,
            })
            .collect();
        let (start, now) = samples.split_at(samples.len() / 2);
        let at = |second| jiff::Timestamp::from_second(second).expect("a time");
        let of = |samples: &[Sample]| Scrape { source: ScrapeSource::Direct, at: 0.0, samples: samples.to_vec() };
        let facts = HealthFacts {
            window: Window { from: at(0), to: at(5) },
            now: of(now),
            start: of(start),
            five_minutes: None,
            hour: None,
            trends: Vec::new(),
            steps: Steps { first: 0.0, step: 1.0, count: 0 },
            tenant: None,
            versions: Vec::new(),
            processes: 1,
        };
        for reading in health(&facts).readings {
            prop_assert!(reading.value.is_none_or(f64::is_finite), "{reading:?}");
        }
    }
}
