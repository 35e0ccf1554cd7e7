//! The same rows from Tempo itself, by TraceQL metrics: slower, and there even where nobody makes span metrics.

use std::collections::BTreeMap;
use telemetry::text::quote::quote_query_text;

use stack::clients::TempoClient;
use stack::clients::tempo::{TraceqlResult, TraceqlSeries};
use telemetry::model::Failure;
use telemetry::model::red::{CauseNote, RedGrouping, RedSource, RedTable, TrendSteps};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::SpanKind;

use super::red::compute_steps;
use super::rows::{CountedSpans, RowKey, RowSkeleton, add_point, build_skeleton, keep_slowest, set_quantile};
use super::{MetricsQuestion, TREND_POINTS};

const SERVICE: &str = "resource.service.name";
const ENTRY: &str = "(kind = server || kind = consumer)";

/// Asks for a table. Tempo hides the newest `hidden_s` seconds, for which there can be no data.
pub async fn fetch_traceql_table(
    tempo: &TempoClient,
    wanted: &MetricsQuestion,
    hidden_s: f64,
) -> Result<RedTable, Failure> {
    let steps = compute_steps(wanted);
    let groups = match wanted.grouping {
        RedGrouping::Service => format!("{SERVICE}, kind, status"),
        RedGrouping::Operation => format!("{SERVICE}, name, kind, status"),
    };
    let filter = build_filter(wanted, &[]);
    let counts = format!("{{ {filter} }} | count_over_time() by ({groups})");
    let answer = query_range(tempo, &counts, wanted, &steps).await?;
    let mut notes: Vec<CauseNote> = answer.partial.into_iter().map(CauseNote::new).collect();
    let counted: Vec<CountedSpans> = answer.series.iter().map(parse_counted_spans).collect();
    let data_from = find_data_start(tempo, wanted, &answer.series, &steps).await;
    let hidden_from = super::super::clock::unix_now() - hidden_s;
    let covered = wanted.window.end_s().min(hidden_from) - data_from.unwrap_or_else(|| wanted.window.start_s());
    let covered = covered.max(1.0);
    let mut rows = build_skeleton(&counted, wanted.grouping, wanted.markers, covered, TREND_POINTS);
    add_trends(&answer.series, wanted.grouping, &steps, data_from, &mut rows);
    if !rows.rows.is_empty() {
        add_durations(tempo, wanted, &steps, &mut rows, &mut notes).await;
    }
    if rows.ours > 0 {
        notes.push(CauseNote::new("tempoctl's own marker is hidden (--markers shows it)."));
    }
    let rows: Vec<_> = rows.rows.into_values().collect();
    Ok(RedTable {
        read: counts,
        total: rows.len(),
        rows,
        data_from,
        notes,
        ..build_empty_table(wanted)
    })
}

/// A table without rows.
pub fn build_empty_table(wanted: &MetricsQuestion) -> RedTable {
    RedTable {
        window: wanted.window,
        source: RedSource::Traceql,
        read: String::new(),
        grouping: wanted.grouping,
        steps: compute_steps(wanted),
        rows: Vec::new(),
        total: 0,
        data_from: None,
        notes: Vec::new(),
        empty: None,
    }
}

/// What spans have to be.
fn build_filter(wanted: &MetricsQuestion, more: &[String]) -> String {
    let service = wanted
        .service
        .iter()
        .map(|service| format!("{SERVICE} = {}", quote_query_text(service)));
    let all: Vec<String> = service.chain(more.iter().cloned()).collect();
    all.join(" && ")
}

async fn query_range(
    tempo: &TempoClient,
    query: &str,
    wanted: &MetricsQuestion,
    steps: &TrendSteps,
) -> Result<TraceqlResult, Failure> {
    let step = steps.step.round().max(1.0);
    tempo
        .query_metrics(query, wanted.window, Some(step))
        .await
        .into_result()
}

fn parse_counted_spans(series: &TraceqlSeries) -> CountedSpans {
    CountedSpans {
        service: series.label(SERVICE).to_owned(),
        operation: series.label("name").to_owned(),
        kind: SpanKind::from_label(series.label("kind")),
        failed: Some(series.label("status") == "error"),
        spans: series.series.points.iter().map(|(_, value)| value.max(0.0)).sum(),
    }
}

/// Where the first spans stand, if that is well after the window's start. A sample stands at the end of what it counts.
async fn find_data_start(
    tempo: &TempoClient,
    wanted: &MetricsQuestion,
    series: &[TraceqlSeries],
    steps: &TrendSteps,
) -> Option<f64> {
    let start = wanted.window.start_s();
    let first = find_first_span(series).filter(|first| *first > start + 2.0 * steps.step)?;
    let from = (first - steps.step).max(start);
    let fine = (steps.step / TREND_POINTS as f64).ceil().max(1.0);
    let filter = build_filter(wanted, &[]);
    let query = format!("{{ {filter} }} | count_over_time()");
    let window = TimeWindow::from_seconds(from, first);
    let closer = tempo.query_metrics(&query, window, Some(fine)).await;
    let closer = closer.get().and_then(|outcome| find_first_span(&outcome.series));
    Some(closer.map_or(from, |at| at - fine))
}

fn find_first_span(series: &[TraceqlSeries]) -> Option<f64> {
    series
        .iter()
        .filter_map(|series| series.series.points.iter().find(|(_, value)| *value > 0.0))
        .map(|(at, _)| *at)
        .reduce(f64::min)
}

fn add_trends(
    series: &[TraceqlSeries],
    grouping: RedGrouping,
    steps: &TrendSteps,
    from: Option<f64>,
    rows: &mut RowSkeleton,
) {
    let mut sums: BTreeMap<RowKey, Vec<(f64, f64)>> = BTreeMap::new();
    for one in series {
        let service = one.label(SERVICE);
        let kind = SpanKind::from_label(one.label("kind"));
        let all = rows.without_entry.iter().any(|without| without == service);
        if grouping == RedGrouping::Operation || all || kind.is_entry() {
            let key = RowKey::new(grouping, service, one.label("name"), kind);
            sums.entry(key).or_default().extend(&one.series.points);
        }
    }
    for (key, points) in sums {
        let Some(row) = rows.rows.get_mut(&key) else { continue };
        // Tempo gives a zero where it has nothing.
        for (at, spans) in points.into_iter().filter(|(at, _)| from.is_none_or(|from| *at >= from)) {
            // Tempo aligns its steps to the clock, the trend ends at the window's end.
            if let Some(index) = steps.index(at).or_else(|| steps.index(at - steps.step / 2.0)) {
                add_point(&mut row.trend, index, spans / steps.step);
            }
        }
    }
}

/// Quantiles and slowest traces: of entry spans, and of all spans where a service has no others.
async fn add_durations(
    tempo: &TempoClient,
    wanted: &MetricsQuestion,
    steps: &TrendSteps,
    rows: &mut RowSkeleton,
    notes: &mut Vec<CauseNote>,
) {
    let mut filters = Vec::new();
    let by = match wanted.grouping {
        RedGrouping::Operation => {
            filters.push(build_filter(wanted, &[]));
            format!("{SERVICE}, name, kind")
        }
        RedGrouping::Service => {
            filters.push(build_filter(wanted, &[ENTRY.to_owned()]));
            if !rows.without_entry.is_empty() {
                let services = rows
                    .without_entry
                    .iter()
                    .map(|service| format!("{SERVICE} = {}", quote_query_text(service)));
                filters.push(format!("({})", services.collect::<Vec<_>>().join(" || ")));
            }
            SERVICE.to_owned()
        }
    };
    for filter in filters {
        let query = format!("{{ {filter} }} | quantile_over_time(duration, .5, .95, .99) by ({by})");
        let (ranged, whole) = tokio::join!(
            query_range(tempo, &query, wanted, steps),
            tempo.query_metrics(&query, wanted.window, None)
        );
        match whole.into_result() {
            Ok(outcome) => set_quantiles(&outcome, wanted.grouping, rows),
            Err(failure) => notes.push(CauseNote::new(format!("Durations are unavailable: {failure}."))),
        }
        for series in ranged.unwrap_or_default().series {
            let key = build_row_key(&series, wanted.grouping);
            if let Some(row) = rows.rows.get_mut(&key) {
                for (trace_id, seconds) in series.exemplars {
                    keep_slowest(row, trace_id, seconds);
                }
            }
        }
    }
}

fn build_row_key(series: &TraceqlSeries, grouping: RedGrouping) -> RowKey {
    let kind = SpanKind::from_label(series.label("kind"));
    RowKey::new(grouping, series.label(SERVICE), series.label("name"), kind)
}

fn set_quantiles(outcome: &TraceqlResult, grouping: RedGrouping, rows: &mut RowSkeleton) {
    for series in &outcome.series {
        let Some(q) = series.label("p").parse::<f64>().ok() else {
            continue;
        };
        if let (Some(row), Some(seconds)) = (
            rows.rows.get_mut(&build_row_key(series, grouping)),
            series.series.last(),
        ) {
            set_quantile(row, q, seconds);
        }
    }
}
