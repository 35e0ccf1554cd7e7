//! The same rows from Tempo itself, by TraceQL metrics: slower, and there even where nobody makes span metrics.

use std::collections::BTreeMap;

use crate::clients::HttpClient;
use crate::model::Failure;
use crate::model::red::{Grouping, Note, Source, SpanKind, Steps, Table};
use crate::parse::traceql_answer::{self, Outcome, TraceqlSeries};

use super::super::read_back::escape;
use super::recognise::known;
use super::red::steps;
use super::rows::{Counted, Key, Skeleton, add_point, keep_slowest, set_quantile, skeleton};
use super::{TREND_POINTS, Wanted};

const SERVICE: &str = "resource.service.name";
const ENTRY: &str = "(kind = server || kind = consumer)";

/// A text between quotes, as TraceQL reads it.
pub fn quoted(text: &str) -> String {
    super::promql::quoted(text)
}

/// Asks for a table. Tempo hides the newest `hidden_s` seconds, for which there can be no data.
pub async fn table(api: &HttpClient, wanted: &Wanted, hidden_s: f64) -> Result<Table, Failure> {
    let steps = steps(wanted);
    let groups = match wanted.grouping {
        Grouping::Service => format!("{SERVICE}, kind, status"),
        Grouping::Operation => format!("{SERVICE}, name, kind, status"),
    };
    let filter = filter(wanted, &[]);
    let counts = format!("{{ {filter} }} | count_over_time() by ({groups})");
    let answer = range(api, &counts, wanted, &steps).await?;
    let mut notes: Vec<Note> = answer.partial.into_iter().map(Note::new).collect();
    let counted: Vec<Counted> = answer.series.iter().map(counted).collect();
    let data_from = begins(api, wanted, &answer.series, &steps).await;
    let hidden_from = super::super::clock::now() - hidden_s;
    let covered = wanted.window.end_s().min(hidden_from) - data_from.unwrap_or_else(|| wanted.window.start_s());
    let covered = covered.max(1.0);
    let mut rows = skeleton(&counted, wanted.grouping, wanted.markers, covered, TREND_POINTS);
    draw(&answer.series, wanted.grouping, &steps, data_from, &mut rows);
    if !rows.rows.is_empty() {
        durations(api, wanted, &steps, &mut rows, &mut notes).await;
    }
    if rows.ours > 0 {
        notes.push(Note::new("tempoctl's own marker is hidden (--markers shows it)."));
    }
    let rows: Vec<_> = rows.rows.into_values().collect();
    Ok(Table {
        window: wanted.window,
        source: Source::Traceql,
        read: counts,
        grouping: wanted.grouping,
        steps,
        total: rows.len(),
        rows,
        data_from,
        notes,
        empty: None,
    })
}

/// A table without rows.
pub fn nothing(wanted: &Wanted) -> Table {
    Table {
        window: wanted.window,
        source: Source::Traceql,
        read: String::new(),
        grouping: wanted.grouping,
        steps: steps(wanted),
        rows: Vec::new(),
        total: 0,
        data_from: None,
        notes: Vec::new(),
        empty: None,
    }
}

/// What spans have to be.
fn filter(wanted: &Wanted, more: &[String]) -> String {
    let service = wanted
        .service
        .iter()
        .map(|service| format!("{SERVICE} = {}", quoted(service)));
    let all: Vec<String> = service.chain(more.iter().cloned()).collect();
    all.join(" && ")
}

async fn range(api: &HttpClient, query: &str, wanted: &Wanted, steps: &Steps) -> Result<Outcome, Failure> {
    let path = format!(
        "/api/metrics/query_range?q={}&start={}&end={}&step={}s",
        escape(query),
        wanted.window.start_s() as i64,
        wanted.window.end_s().ceil() as i64,
        steps.step.round().max(1.0)
    );
    known(api.get(&path).await.and_then(traceql_answer::outcome))
}

fn counted(series: &TraceqlSeries) -> Counted {
    Counted {
        service: series.label(SERVICE).to_owned(),
        operation: series.label("name").to_owned(),
        kind: SpanKind::read(series.label("kind")),
        failed: Some(series.label("status") == "error"),
        spans: series.series.points.iter().map(|(_, value)| value.max(0.0)).sum(),
    }
}

/// Where the first spans stand, if that is well after the window's start. A sample stands at the end of what it counts.
async fn begins(api: &HttpClient, wanted: &Wanted, series: &[TraceqlSeries], steps: &Steps) -> Option<f64> {
    let start = wanted.window.start_s();
    let first = first_span(series).filter(|first| *first > start + 2.0 * steps.step)?;
    let from = (first - steps.step).max(start);
    let fine = (steps.step / TREND_POINTS as f64).ceil().max(1.0);
    let filter = filter(wanted, &[]);
    let path = format!(
        "/api/metrics/query_range?q={}&start={}&end={}&step={fine}s",
        escape(&format!("{{ {filter} }} | count_over_time()")),
        from as i64,
        first.ceil() as i64
    );
    let closer = known(api.get(&path).await.and_then(traceql_answer::outcome));
    let closer = closer.ok().and_then(|outcome| first_span(&outcome.series));
    Some(closer.map_or(from, |at| at - fine))
}

fn first_span(series: &[TraceqlSeries]) -> Option<f64> {
    series
        .iter()
        .filter_map(|series| series.series.points.iter().find(|(_, value)| *value > 0.0))
        .map(|(at, _)| *at)
        .reduce(f64::min)
}

fn draw(series: &[TraceqlSeries], grouping: Grouping, steps: &Steps, from: Option<f64>, rows: &mut Skeleton) {
    let mut sums: BTreeMap<Key, Vec<(f64, f64)>> = BTreeMap::new();
    for one in series {
        let service = one.label(SERVICE);
        let kind = SpanKind::read(one.label("kind"));
        let all = rows.without_entry.iter().any(|without| without == service);
        if grouping == Grouping::Operation || all || kind.is_entry() {
            let key = Key::of(grouping, service, one.label("name"), kind);
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
async fn durations(api: &HttpClient, wanted: &Wanted, steps: &Steps, rows: &mut Skeleton, notes: &mut Vec<Note>) {
    let mut filters = Vec::new();
    let by = match wanted.grouping {
        Grouping::Operation => {
            filters.push(filter(wanted, &[]));
            format!("{SERVICE}, name, kind")
        }
        Grouping::Service => {
            filters.push(filter(wanted, &[ENTRY.to_owned()]));
            if !rows.without_entry.is_empty() {
                let services = rows
                    .without_entry
                    .iter()
                    .map(|service| format!("{SERVICE} = {}", quoted(service)));
                filters.push(format!("({})", services.collect::<Vec<_>>().join(" || ")));
            }
            SERVICE.to_owned()
        }
    };
    for filter in filters {
        let query = format!("{{ {filter} }} | quantile_over_time(duration, .5, .95, .99) by ({by})");
        let (ranged, whole) = tokio::join!(range(api, &query, wanted, steps), instant(api, &query, wanted));
        match whole {
            Ok(outcome) => quantiles(&outcome, wanted.grouping, rows),
            Err(failure) => notes.push(Note::new(format!("Durations are unavailable: {failure}."))),
        }
        for series in ranged.unwrap_or_default().series {
            let key = key(&series, wanted.grouping);
            if let Some(row) = rows.rows.get_mut(&key) {
                for (trace_id, seconds) in series.exemplars {
                    keep_slowest(row, trace_id, seconds);
                }
            }
        }
    }
}

async fn instant(api: &HttpClient, query: &str, wanted: &Wanted) -> Result<Outcome, Failure> {
    let path = format!(
        "/api/metrics/query?q={}&start={}&end={}",
        escape(query),
        wanted.window.start_s() as i64,
        wanted.window.end_s().ceil() as i64
    );
    known(api.get(&path).await.and_then(traceql_answer::outcome))
}

fn key(series: &TraceqlSeries, grouping: Grouping) -> Key {
    let kind = SpanKind::read(series.label("kind"));
    Key::of(grouping, series.label(SERVICE), series.label("name"), kind)
}

fn quantiles(outcome: &Outcome, grouping: Grouping, rows: &mut Skeleton) {
    for series in &outcome.series {
        let Some(q) = series.label("p").parse::<f64>().ok() else {
            continue;
        };
        if let (Some(row), Some(seconds)) = (rows.rows.get_mut(&key(series, grouping)), series.series.last()) {
            set_quantile(row, q, seconds);
        }
    }
}
