//! What comes in, what is thrown away, who takes part.

use crate::checks::ingest::discards;
use telemetry::model::health::{HealthReading, ReadingUnit, ThresholdStatus};
use telemetry::text::pluralize;

use super::counters::{HealthCounters, HourlyLimit, assess_rate, grade_reading, new_reading};

const PART: &str = "ingest";

const USER_OVERRIDES: HourlyLimit = HourlyLimit {
    part: PART,
    id: "user-overrides",
    title: "user-configurable overrides not read",
    names: &["tempo_overrides_user_configurable_overrides_reload_failed_total"],
    most: 5.0,
    alert: Some("TempoUserConfigurableOverridesReloadFailing"),
    cause: "runtime-overrides-broken",
};

pub(super) fn collect_readings(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let mut all = Vec::new();
    all.extend(assess_received_spans(counters));
    all.extend(assess_rate(
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
    all.extend(assess_refused_spans(counters));
    all.extend(assess_discards(
        counters,
        PART,
        "discarded",
        "tempo_discarded_spans_total",
        &discards::REASONS,
    ));
    all.extend(assess_ring(counters));
    all.extend(assess_overrides(counters));
    all.extend(USER_OVERRIDES.assess(counters));
    all.extend(assess_consumer_lag(counters));
    all
}

fn assess_received_spans(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let title = "spans received";
    let name = "tempo_distributor_spans_received_total";
    let mut received =
        assess_rate(counters, PART, "spans-received", title, &[name], "spans").unwrap_or_else(|| HealthReading {
            value: Some(0.0),
            unit: ReadingUnit::PerSecond,
            detail: "none since Tempo started".to_owned(),
            ..new_reading(PART, "spans-received", title, name)
        });
    if received.value.is_none_or(|value| value <= 0.0) {
        received.standing = ThresholdStatus::Notable;
        received.cause = Some("app-none-sending");
    }
    Some(received)
}

fn assess_refused_spans(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = counters.find_metric(&["tempo_receiver_refused_spans", "tempo_receiver_refused_spans_total"])?;
    let grown = counters.growth(name)?;
    Some(HealthReading {
        value: Some(grown),
        detail: counters.describe_window(),
        standing: grade_reading(false, grown > 0.0),
        ..new_reading(PART, "refused", "spans refused by receivers", name)
    })
}

/// A reading a reason, or one that says none.
pub(super) fn assess_discards(
    counters: &HealthCounters<'_>,
    part: &'static str,
    id: &'static str,
    name: &str,
    causes: &[(&str, &'static str, &str)],
) -> Vec<HealthReading> {
    let grown = counters.growth_by(name, "reason");
    if grown.is_empty() {
        return vec![HealthReading {
            value: Some(0.0),
            detail: counters.describe_window(),
            standing: ThresholdStatus::Good,
            ..new_reading(part, id, "spans discarded", name)
        }];
    }
    grown
        .into_iter()
        .map(|(reason, spans)| HealthReading {
            value: Some(spans / counters.seconds()),
            unit: ReadingUnit::PerSecond,
            detail: format!("{} {}", pluralize(spans, "span"), counters.describe_window()),
            standing: ThresholdStatus::Notable,
            cause: causes
                .iter()
                .find(|(known, ..)| *known == reason)
                .map(|(_, cause, _)| *cause),
            ..new_reading(part, id, format!("discarded: {reason}"), name)
        })
        .collect()
}

fn assess_ring(counters: &HealthCounters<'_>) -> Option<HealthReading> {
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
    counters.find_metric(&[name])?;
    let over = !unhealthy.is_empty();
    let names: Vec<String> = unhealthy
        .iter()
        .map(|(ring, count)| format!("{count:.0} {ring}"))
        .collect();
    Some(HealthReading {
        value: Some(unhealthy.iter().map(|(_, count)| count).sum()),
        detail: names.join(", "),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("Tempo*Unhealthy"),
        standing: grade_reading(over, false),
        cause: over.then_some("ring-unhealthy-members"),
        ..new_reading(PART, "ring-unhealthy", "unhealthy ring members", name)
    })
}

fn assess_overrides(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_runtime_config_last_reload_successful";
    let values = counters.now(name);
    let failing = values.iter().filter(|sample| sample.value == 0.0).count();
    let first = values.first()?;
    Some(HealthReading {
        value: Some(failing as f64),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("TempoBadOverrides"),
        standing: grade_reading(failing > 0, false),
        cause: (failing > 0).then_some("runtime-overrides-broken"),
        ..new_reading(PART, "overrides", "overrides that cannot be read", &first.name)
    })
}

/// Consumer lag, where Kafka is between distributor and the rest. Groups are named after their component.
fn assess_consumer_lag(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
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
            let standing = grade_reading(seconds > critical, seconds > warning);
            Some(HealthReading {
                value: Some(seconds),
                unit: ReadingUnit::Seconds,
                threshold: Some(format!("> {critical} s for 5 min")),
                alert: Some(alert),
                standing,
                cause: (standing > ThresholdStatus::Good).then_some(cause),
                ..new_reading(PART, "kafka-lag", format!("lag of {group}"), name)
            })
        })
        .collect()
}
