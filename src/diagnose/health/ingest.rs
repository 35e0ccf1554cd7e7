//! What comes in, what is thrown away, who takes part.

use crate::model::health::{Reading, Standing, Unit};

use super::reading::{Counters, Hourly, rate, reading, thousands};

const PART: &str = "ingest";

/// Reasons of `tempo_discarded_spans_total`, with the causes that explain them.
const DISCARDS: [(&str, &str); 6] = [
    ("rate_limited", "rate-limited"),
    ("trace_too_large", "trace-too-large"),
    ("live_traces_exceeded", "live-traces-exceeded"),
    ("trace_too_large_to_compact", "trace-too-large-to-compact"),
    ("invalid_trace_id", "invalid-trace-id"),
    ("invalid_span_id", "invalid-span-id"),
];

const USER_OVERRIDES: Hourly = Hourly {
    part: PART,
    id: "user-overrides",
    title: "user-configurable overrides not read",
    names: &["tempo_overrides_user_configurable_overrides_reload_failed_total"],
    most: 5.0,
    alert: Some("TempoUserConfigurableOverridesReloadFailing"),
    cause: "runtime-overrides-broken",
};

pub(super) fn readings(counters: &Counters<'_>) -> Vec<Reading> {
    let mut all = Vec::new();
    all.extend(received(counters));
    all.extend(rate(
        counters,
        PART,
        "bytes-received",
        "bytes received",
        &[
            "tempo_distributor_ingress_bytes_total",
            "tempo_distributor_bytes_received_total",
        ],
        "bytes",
    ));
    all.extend(refused(counters));
    all.extend(discards(
        counters,
        PART,
        "discarded",
        "tempo_discarded_spans_total",
        &DISCARDS,
    ));
    all.extend(ring(counters));
    all.extend(overrides(counters));
    all.extend(USER_OVERRIDES.read(counters));
    all.extend(lag(counters));
    all
}

fn received(counters: &Counters<'_>) -> Option<Reading> {
    let title = "spans received";
    let name = "tempo_distributor_spans_received_total";
    let mut received = rate(counters, PART, "spans-received", title, &[name], "spans").unwrap_or_else(|| Reading {
        value: Some(0.0),
        unit: Unit::PerSecond,
        detail: "none since Tempo started".to_owned(),
        ..reading(PART, "spans-received", title, name)
    });
    if received.value.is_none_or(|value| value <= 0.0) {
        received.standing = Standing::Worth;
        received.cause = Some("app-none-sending");
    }
    Some(received)
}

fn refused(counters: &Counters<'_>) -> Option<Reading> {
    let name = counters.present(&["tempo_receiver_refused_spans", "tempo_receiver_refused_spans_total"])?;
    let grown = counters.grown(name)?;
    Some(Reading {
        value: Some(grown),
        detail: counters.stretch(),
        standing: if grown > 0.0 { Standing::Worth } else { Standing::Good },
        ..reading(PART, "refused", "spans refused by receivers", name)
    })
}

/// A reading a reason, or one that says none.
pub(super) fn discards(
    counters: &Counters<'_>,
    part: &'static str,
    id: &'static str,
    name: &str,
    causes: &[(&str, &'static str)],
) -> Vec<Reading> {
    let grown = counters.grown_by(name, "reason");
    if grown.is_empty() {
        return vec![Reading {
            value: Some(0.0),
            detail: counters.stretch(),
            standing: Standing::Good,
            ..reading(part, id, "spans discarded", name)
        }];
    }
    grown
        .into_iter()
        .map(|(reason, spans)| Reading {
            value: Some(spans / counters.seconds()),
            unit: Unit::PerSecond,
            detail: format!(
                "{} span{} {}",
                thousands(spans),
                if spans.round() == 1.0 { "" } else { "s" },
                counters.stretch()
            ),
            standing: Standing::Worth,
            cause: causes
                .iter()
                .find(|(known, _)| *known == reason)
                .map(|(_, cause)| *cause),
            ..reading(part, id, format!("discarded: {reason}"), name)
        })
        .collect()
}

fn ring(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_ring_members";
    // Every process tells of every ring, so the largest number counts, not the sum.
    let mut unhealthy: Vec<(String, f64)> = Vec::new();
    for sample in counters.now(name) {
        if sample.labels.get("state").is_some_and(|state| state == "Unhealthy") && sample.value > 0.0 {
            let ring = sample.labels.get("name").cloned().unwrap_or_default();
            match unhealthy.iter_mut().find(|(known, _)| *known == ring) {
                Some((_, most)) => *most = most.max(sample.value),
                None => unhealthy.push((ring, sample.value)),
            }
        }
    }
    counters.present(&[name])?;
    let over = !unhealthy.is_empty();
    let names: Vec<String> = unhealthy
        .iter()
        .map(|(ring, count)| format!("{count:.0} {ring}"))
        .collect();
    Some(Reading {
        value: Some(unhealthy.iter().map(|(_, count)| count).sum()),
        detail: names.join(", "),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("Tempo*Unhealthy"),
        standing: if over { Standing::Over } else { Standing::Good },
        cause: over.then_some("ring-unhealthy-members"),
        ..reading(PART, "ring-unhealthy", "unhealthy ring members", name)
    })
}

fn overrides(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_runtime_config_last_reload_successful";
    let values = counters.now(name);
    let failing = values.iter().filter(|sample| sample.value == 0.0).count();
    let first = values.first()?;
    Some(Reading {
        value: Some(failing as f64),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("TempoBadOverrides"),
        standing: if failing > 0 { Standing::Over } else { Standing::Good },
        cause: (failing > 0).then_some("runtime-overrides-broken"),
        ..reading(PART, "overrides", "overrides that cannot be read", &first.name)
    })
}

/// Consumer lag, where Kafka is between distributor and the rest. Groups are named after their component.
fn lag(counters: &Counters<'_>) -> Vec<Reading> {
    let name = "tempo_ingest_group_partition_lag_seconds";
    let groups = counters.now_by(name, "group");
    groups
        .into_iter()
        .filter_map(|(group, values)| {
            let seconds = values.into_iter().reduce(f64::max)?;
            let (warning, critical, alert, cause) = if group.contains("generator") {
                (
                    900.0,
                    900.0,
                    "TempoMetricsGeneratorPartitionLagCritical",
                    "gen-kafka-no-partitions",
                )
            } else if group.contains("block-builder") {
                (
                    200.0,
                    300.0,
                    "TempoBlockBuilderPartitionLagCritical",
                    "kafka-consumer-lag",
                )
            } else {
                (
                    200.0,
                    1_200.0,
                    "TempoLiveStoreSingleMemberLagHigh",
                    "kafka-consumer-lag",
                )
            };
            let standing = if seconds > critical {
                Standing::Over
            } else if seconds > warning {
                Standing::Worth
            } else {
                Standing::Good
            };
            Some(Reading {
                value: Some(seconds),
                unit: Unit::Seconds,
                threshold: Some(format!("> {critical} s for 5 min")),
                alert: Some(alert),
                standing,
                cause: (standing > Standing::Good).then_some(cause),
                ..reading(PART, "kafka-lag", format!("lag of {group}"), name)
            })
        })
        .collect()
}
