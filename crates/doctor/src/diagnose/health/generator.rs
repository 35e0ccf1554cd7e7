//! The metrics-generator, and what it sends on.

use crate::checks::generator::spans;
use telemetry::model::health::{HealthReading, ReadingUnit, ThresholdStatus};
use telemetry::text::group_thousands;

use super::counters::{HealthCounters, assess_rate, grade_reading, new_reading};
use super::ingest::assess_discards;

const GENERATOR: &str = "generator";
const REMOTE_WRITE: &str = "remote write";

/// Up to this share of what reaches the generator, spans that end too far from now are no loss worth a look: a marker
/// that doctor dates back on purpose is among them, and so is a straggler.
const NEGLIGIBLE_RATIO: f64 = 0.001;
/// Whatever the share, so few are what a few runs of doctor leave behind.
const NEGLIGIBLE_SPANS: f64 = 10.0;

pub(super) fn collect_readings(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let mut all = assess_generator(counters);
    all.extend(assess_remote_write(counters));
    all
}

fn assess_generator(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let received = assess_rate(
        counters,
        GENERATOR,
        "generator-spans",
        "spans reaching the generator",
        &["tempo_metrics_generator_spans_received_total"],
        "spans",
    );
    let Some(received) = received else {
        // Where Tempo itself got none, none could reach it.
        let any = counters.sum("tempo_distributor_spans_received_total").unwrap_or(0.0) > 0.0;
        return vec![HealthReading {
            detail: if any {
                "no span has reached it"
            } else {
                "Tempo has received none"
            }
            .to_owned(),
            cause: any.then_some("gen-processors-not-enabled"),
            standing: ThresholdStatus::Notable,
            ..new_reading(
                GENERATOR,
                "generator-spans",
                "spans reaching the generator",
                "tempo_metrics_generator_spans_received_total",
            )
        }];
    };
    let mut all = vec![received];
    let discarded = "tempo_metrics_generator_spans_discarded_total";
    let mut lost = assess_discards(counters, GENERATOR, "generator-discarded", discarded, &spans::REASONS);
    for reading in &mut lost {
        excuse_late_spans(counters, reading);
    }
    all.extend(lost);
    all.extend(assess_active_series(counters));
    all.extend(assess_collections(counters));
    all.extend(assess_processor_updates(counters));
    all.extend(assess_graph_drops(counters));
    all.extend(assess_pushes(counters));
    all
}

/// A few spans outside the slack are told, and warned of by nobody.
fn excuse_late_spans(counters: &HealthCounters<'_>, reading: &mut HealthReading) {
    let late = reading.cause == Some("gen-slack");
    let Some(per_second) = reading.value.filter(|_| late) else {
        return;
    };
    let spans = per_second * counters.seconds();
    let received = counters
        .growth("tempo_metrics_generator_spans_received_total")
        .unwrap_or(0.0);
    // A few among none that were used are all there was.
    if spans <= received * NEGLIGIBLE_RATIO || spans <= NEGLIGIBLE_SPANS && spans * 2.0 < received {
        reading.standing = ThresholdStatus::Good;
        reading.cause = None;
    }
}

fn assess_active_series(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_metrics_generator_registry_active_series";
    let active = counters.sum(name)?;
    let most = counters
        .sum("tempo_metrics_generator_registry_max_active_series")
        .unwrap_or(0.0);
    let limited = counters
        .growth("tempo_metrics_generator_registry_series_limited_total")
        .unwrap_or(0.0);
    let full = limited > 0.0 || most > 0.0 && active >= most;
    Some(HealthReading {
        value: Some(active),
        detail: match (most > 0.0, limited > 0.0) {
            (_, true) => format!("{} rejected {}", group_thousands(limited), counters.describe_window()),
            (true, _) => format!("{} allowed", group_thousands(most)),
            _ => "no limit".to_owned(),
        },
        standing: grade_reading(false, full),
        cause: full.then_some("gen-series-limit"),
        ..new_reading(GENERATOR, "active-series", "active series", name)
    })
}

fn assess_collections(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_metrics_generator_registry_collections_failed_total";
    let all = "tempo_metrics_generator_registry_collections_total";
    counters.find_metric(&[name, all])?;
    let five = counters
        .growth_hour_and_five_minutes(name)
        .map_or(0.0, |(_, five)| five);
    let standing = grade_reading(five > 2.0, five > 0.0);
    Some(HealthReading {
        value: Some(five),
        threshold: Some("> 2 in 5 min".to_owned()),
        alert: Some("TempoMetricsGeneratorCollectionsFailing"),
        standing,
        cause: (standing > ThresholdStatus::Good).then_some("gen-collections-failing"),
        ..new_reading(GENERATOR, "collections-failed", "collections that failed", name)
    })
}

fn assess_processor_updates(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_metrics_generator_active_processors_update_failed_total";
    let five = counters.growth_hour_and_five_minutes(name).map(|(_, five)| five)?;
    let over = five > 0.0;
    Some(HealthReading {
        value: Some(five),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("TempoMetricsGeneratorProcessorUpdatesFailing"),
        standing: grade_reading(over, false),
        cause: over.then_some("gen-unknown-processor"),
        ..new_reading(GENERATOR, "processor-updates", "processor updates that failed", name)
    })
}

fn assess_graph_drops(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    const MAX_RATIO: f64 = 0.005;
    let name = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    let (dropped, _) = counters.growth_hour_and_five_minutes(name)?;
    let (received, _) = counters.growth_hour_and_five_minutes("tempo_metrics_generator_spans_received_total")?;
    let ratio = if received > 0.0 { dropped / received } else { 0.0 };
    let standing = grade_reading(ratio > MAX_RATIO, dropped > 0.0);
    Some(HealthReading {
        value: Some(ratio),
        unit: ReadingUnit::Ratio,
        threshold: Some("> 0.5 % for 15 min".to_owned()),
        alert: Some("TempoMetricsGeneratorServiceGraphsDroppingSpans"),
        standing,
        cause: (standing > ThresholdStatus::Good).then_some("sg-store-full"),
        ..new_reading(GENERATOR, "graph-dropped", "spans the service graph dropped", name)
    })
}

fn assess_pushes(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_distributor_metrics_generator_pushes_failures_total";
    let failed = counters.growth(name).filter(|failed| *failed > 0.0)?;
    Some(HealthReading {
        value: Some(failed),
        detail: counters.describe_window(),
        standing: ThresholdStatus::Notable,
        cause: Some("gen-push-failing"),
        ..new_reading(GENERATOR, "generator-pushes", "pushes to it that failed", name)
    })
}

fn assess_remote_write(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let attempts = "prometheus_remote_storage_samples_total";
    let tried = assess_rate(
        counters,
        REMOTE_WRITE,
        "samples-sent",
        "samples sent",
        &[attempts],
        "samples",
    );
    let Some(mut sent) = tried else { return Vec::new() };
    let grown = |name: &str| counters.growth(name).unwrap_or(0.0);
    let tried = grown(attempts);
    let failed = grown("prometheus_remote_storage_samples_failed_total");
    let taken = (tried - failed).max(0.0);
    if failed > 0.0 {
        // The counter is of attempts.
        sent.value = Some(taken / counters.seconds());
        sent.detail = format!(
            "{} of {} samples {}",
            group_thousands(taken),
            group_thousands(tried),
            counters.describe_window()
        );
        sent.trend = Vec::new();
    }
    let mut all = vec![sent];
    // A single refusal may be of a sample; where none is taken, it is the address or what answers there.
    let refused = if tried > 0.0 && taken < 0.5 {
        Some("rw-wrong-url")
    } else {
        None
    };
    for (id, title, name, cause) in [
        (
            "samples-failed",
            "samples rejected permanently",
            "prometheus_remote_storage_samples_failed_total",
            refused,
        ),
        (
            "samples-retried",
            "samples retried",
            "prometheus_remote_storage_samples_retried_total",
            Some("rw-unreachable"),
        ),
        (
            "samples-dropped",
            "samples dropped before sending",
            "prometheus_remote_storage_samples_dropped_total",
            Some("rw-relabel-drop"),
        ),
    ] {
        let grown = grown(name);
        if grown > 0.0 || id != "samples-dropped" {
            all.push(HealthReading {
                value: Some(grown),
                detail: counters.describe_window(),
                standing: grade_reading(false, grown > 0.0),
                cause: cause.filter(|_| grown > 0.0),
                ..new_reading(REMOTE_WRITE, id, title, name)
            });
        }
    }
    all.extend(assess_delay(counters));
    all
}

/// How far what was delivered lags behind what was collected.
fn assess_delay(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    const MAX_DELAY_S: f64 = 120.0;
    let sent = "prometheus_remote_storage_queue_highest_sent_timestamp_seconds";
    let oldest = counters
        .now(sent)
        .iter()
        .map(|sample| sample.value)
        .filter(|at| *at > 0.0)
        .reduce(f64::min)?;
    let newest = counters.max("prometheus_remote_storage_highest_timestamp_in_seconds")?;
    let seconds = (newest - oldest).max(0.0);
    let pending = counters.sum("prometheus_remote_storage_samples_pending").unwrap_or(0.0);
    let late = seconds > MAX_DELAY_S && pending > 0.0;
    Some(HealthReading {
        value: Some(seconds),
        unit: ReadingUnit::Seconds,
        detail: format!("{} samples pending", group_thousands(pending)),
        standing: grade_reading(false, late),
        cause: late.then_some("rw-unreachable"),
        ..new_reading(REMOTE_WRITE, "remote-write-delay", "behind by", sent)
    })
}
