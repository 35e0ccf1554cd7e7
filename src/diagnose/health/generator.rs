//! The metrics-generator, and what it sends on.

use crate::model::health::{Reading, Standing, Unit};

use super::ingest::discards;
use super::reading::{Counters, rate, reading, thousands};

const GENERATOR: &str = "generator";
const REMOTE_WRITE: &str = "remote write";

/// Up to this share of what reaches the generator, spans that end too far from now are no loss worth a look: a marker
/// that doctor dates back on purpose is among them, and so is a straggler.
const NEGLIGIBLE: f64 = 0.001;
/// Whatever the share, so few are what a few runs of doctor leave behind.
const FEW: f64 = 10.0;

/// Reasons of `tempo_metrics_generator_spans_discarded_total`, with the causes that explain them.
const DISCARDS: [(&str, &str); 3] = [
    ("outside_metrics_ingestion_slack", "gen-slack"),
    ("span_metrics_filtered", "sm-filter-policies"),
    ("invalid_utf8", "gen-invalid-utf8"),
];

pub(super) fn readings(counters: &Counters<'_>) -> Vec<Reading> {
    let mut all = generator(counters);
    all.extend(remote_write(counters));
    all
}

fn generator(counters: &Counters<'_>) -> Vec<Reading> {
    let received = rate(
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
        return vec![Reading {
            detail: if any {
                "no span has reached it"
            } else {
                "Tempo has received none"
            }
            .to_owned(),
            cause: any.then_some("gen-processors-not-enabled"),
            standing: Standing::Worth,
            ..reading(
                GENERATOR,
                "generator-spans",
                "spans reaching the generator",
                "tempo_metrics_generator_spans_received_total",
            )
        }];
    };
    let mut all = vec![received];
    let discarded = "tempo_metrics_generator_spans_discarded_total";
    let mut lost = discards(counters, GENERATOR, "generator-discarded", discarded, &DISCARDS);
    for reading in &mut lost {
        excuse(counters, reading);
    }
    all.extend(lost);
    all.extend(series(counters));
    all.extend(collections(counters));
    all.extend(updates(counters));
    all.extend(dropped_by_graph(counters));
    all.extend(pushes(counters));
    all
}

/// A few spans outside the slack are told, and warned of by nobody.
fn excuse(counters: &Counters<'_>, reading: &mut Reading) {
    let late = reading.cause == Some("gen-slack");
    let Some(per_second) = reading.value.filter(|_| late) else {
        return;
    };
    let spans = per_second * counters.seconds();
    let received = counters
        .grown("tempo_metrics_generator_spans_received_total")
        .unwrap_or(0.0);
    // A few among none that were used are all there was.
    if spans <= received * NEGLIGIBLE || spans <= FEW && spans * 2.0 < received {
        reading.standing = Standing::Good;
        reading.cause = None;
    }
}

fn series(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_metrics_generator_registry_active_series";
    let active = counters.sum(name)?;
    let most = counters
        .sum("tempo_metrics_generator_registry_max_active_series")
        .unwrap_or(0.0);
    let limited = counters
        .grown("tempo_metrics_generator_registry_series_limited_total")
        .unwrap_or(0.0);
    let full = limited > 0.0 || most > 0.0 && active >= most;
    Some(Reading {
        value: Some(active),
        detail: match (most > 0.0, limited > 0.0) {
            (_, true) => format!("{} rejected {}", thousands(limited), counters.stretch()),
            (true, _) => format!("{} allowed", thousands(most)),
            _ => "no limit".to_owned(),
        },
        standing: if full { Standing::Worth } else { Standing::Good },
        cause: full.then_some("gen-series-limit"),
        ..reading(GENERATOR, "active-series", "active series", name)
    })
}

fn collections(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_metrics_generator_registry_collections_failed_total";
    let all = "tempo_metrics_generator_registry_collections_total";
    counters.present(&[name, all])?;
    let five = counters.hour_and_five(name).map_or(0.0, |(_, five)| five);
    let standing = if five > 2.0 {
        Standing::Over
    } else if five > 0.0 {
        Standing::Worth
    } else {
        Standing::Good
    };
    Some(Reading {
        value: Some(five),
        threshold: Some("> 2 in 5 min".to_owned()),
        alert: Some("TempoMetricsGeneratorCollectionsFailing"),
        standing,
        cause: (standing > Standing::Good).then_some("gen-collections-failing"),
        ..reading(GENERATOR, "collections-failed", "collections that failed", name)
    })
}

fn updates(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_metrics_generator_active_processors_update_failed_total";
    let five = counters.hour_and_five(name).map(|(_, five)| five)?;
    let over = five > 0.0;
    Some(Reading {
        value: Some(five),
        threshold: Some("> 0 for 15 min".to_owned()),
        alert: Some("TempoMetricsGeneratorProcessorUpdatesFailing"),
        standing: if over { Standing::Over } else { Standing::Good },
        cause: over.then_some("gen-unknown-processor"),
        ..reading(GENERATOR, "processor-updates", "processor updates that failed", name)
    })
}

fn dropped_by_graph(counters: &Counters<'_>) -> Option<Reading> {
    const MOST: f64 = 0.005;
    let name = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    let (dropped, _) = counters.hour_and_five(name)?;
    let (received, _) = counters.hour_and_five("tempo_metrics_generator_spans_received_total")?;
    let ratio = if received > 0.0 { dropped / received } else { 0.0 };
    let standing = if ratio > MOST {
        Standing::Over
    } else if dropped > 0.0 {
        Standing::Worth
    } else {
        Standing::Good
    };
    Some(Reading {
        value: Some(ratio),
        unit: Unit::Ratio,
        threshold: Some("> 0.5 % for 15 min".to_owned()),
        alert: Some("TempoMetricsGeneratorServiceGraphsDroppingSpans"),
        standing,
        cause: (standing > Standing::Good).then_some("sg-store-full"),
        ..reading(GENERATOR, "graph-dropped", "spans the service graph dropped", name)
    })
}

fn pushes(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_distributor_metrics_generator_pushes_failures_total";
    let failed = counters.grown(name).filter(|failed| *failed > 0.0)?;
    Some(Reading {
        value: Some(failed),
        detail: counters.stretch(),
        standing: Standing::Worth,
        cause: Some("gen-push-failing"),
        ..reading(GENERATOR, "generator-pushes", "pushes to it that failed", name)
    })
}

fn remote_write(counters: &Counters<'_>) -> Vec<Reading> {
    let attempts = "prometheus_remote_storage_samples_total";
    let tried = rate(
        counters,
        REMOTE_WRITE,
        "samples-sent",
        "samples sent",
        &[attempts],
        "samples",
    );
    let Some(mut sent) = tried else { return Vec::new() };
    let grown = |name: &str| counters.grown(name).unwrap_or(0.0);
    let tried = grown(attempts);
    let failed = grown("prometheus_remote_storage_samples_failed_total");
    let taken = (tried - failed).max(0.0);
    if failed > 0.0 {
        // The counter is of attempts.
        sent.value = Some(taken / counters.seconds());
        sent.detail = format!(
            "{} of {} samples {}",
            thousands(taken),
            thousands(tried),
            counters.stretch()
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
            all.push(Reading {
                value: Some(grown),
                detail: counters.stretch(),
                standing: if grown > 0.0 { Standing::Worth } else { Standing::Good },
                cause: cause.filter(|_| grown > 0.0),
                ..reading(REMOTE_WRITE, id, title, name)
            });
        }
    }
    all.extend(delay(counters));
    all
}

/// How far what was delivered lags behind what was collected.
fn delay(counters: &Counters<'_>) -> Option<Reading> {
    const LONG_S: f64 = 120.0;
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
    let late = seconds > LONG_S && pending > 0.0;
    Some(Reading {
        value: Some(seconds),
        unit: Unit::Seconds,
        detail: format!("{} samples pending", thousands(pending)),
        standing: if late { Standing::Worth } else { Standing::Good },
        cause: late.then_some("rw-unreachable"),
        ..reading(REMOTE_WRITE, "remote-write-delay", "behind by", sent)
    })
}
