//! The JSON documents of `tempoctl metrics`, schema version 1: one a run, one a line with `--watch`.

use serde_json::{Map, Value, json};

use super::notes::empty_text;
use crate::model::health::{Health, Reading, Standing, Unit};
use crate::model::plot::Plot;
use crate::model::red::{Edge, Empty, Graph, Note, Row, Table};
use crate::model::report::SCHEMA_VERSION;
use crate::model::tempo::ScrapeSource;
use crate::model::window::Window;

/// `metrics services`, `metrics operations`
pub fn table(table: &Table) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "source": table.source.name(),
        "read": table.read,
        "window": window(table.window),
        "data_from": table.data_from.map(moment),
        "total": table.total,
        "truncated": table.rows.len() < table.total,
        "trend": {"first": moment(table.steps.first), "step_s": rounded(table.steps.step)},
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        "notes": notes(&table.notes),
        "empty_reason": empty(table.empty.as_ref()),
    })
}

fn row(row: &Row) -> Value {
    json!({
        "service": row.service,
        "operation": row.operation,
        "kind": row.kind.name(),
        "spans": rounded(row.spans),
        "rate": rounded(row.rate),
        "error_ratio": row.error_ratio.map(rounded),
        "p50_ms": row.quantiles.p50.map(ms),
        "p95_ms": row.quantiles.p95.map(ms),
        "p99_ms": row.quantiles.p99.map(ms),
        "exemplar_trace_id": row.slowest.as_ref().map(|slowest| &slowest.trace_id),
        "exemplar_ms": row.slowest.as_ref().map(|slowest| ms(slowest.seconds)),
        "trend": row.trend.iter().map(|point| point.map(rounded)).collect::<Vec<_>>(),
    })
}

/// `metrics graph`
pub fn graph(graph: &Graph) -> Value {
    let edge = |edge: &Edge| {
        json!({
            "client": edge.client,
            "server": edge.server,
            "connection_type": edge.connection_type,
            "rate": rounded(edge.rate),
            "error_ratio": edge.error_ratio.map(rounded),
            "p95_ms": edge.p95.map(ms),
        })
    };
    json!({
        "schema_version": SCHEMA_VERSION,
        "read": graph.read,
        "window": window(graph.window),
        "data_from": graph.data_from.map(moment),
        "total": graph.total,
        "truncated": graph.edges.len() < graph.total,
        "edges": graph.edges.iter().map(edge).collect::<Vec<_>>(),
        "notes": notes(&graph.notes),
        "empty_reason": empty(graph.empty.as_ref()),
    })
}

/// `metrics tempo`
pub fn health(health: &Health) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "source": match health.source {
            ScrapeSource::Prometheus => "prometheus",
            ScrapeSource::Direct => "tempo",
        },
        "window": window(health.window),
        "versions": health.versions,
        "processes": health.processes,
        "over": health.readings.iter().filter(|reading| reading.standing == Standing::Over).count(),
        "readings": health.readings.iter().map(reading).collect::<Vec<_>>(),
        "notes": notes(&health.notes),
    })
}

fn reading(reading: &Reading) -> Value {
    json!({
        "id": reading.id,
        "part": reading.part,
        "title": reading.title,
        "metric": reading.metric,
        "value": reading.value.map(rounded),
        "unit": unit(reading.unit),
        "detail": reading.detail,
        "threshold": reading.threshold,
        "alert": reading.alert,
        "standing": standing(reading.standing),
        "cause": reading.cause,
    })
}

/// A unit's name.
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::PerSecond => "per_second",
        Unit::BytesPerSecond => "bytes_per_second",
        Unit::Seconds => "seconds",
        Unit::Ratio => "ratio",
    }
}

/// A standing's name.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Plain => "none",
        Standing::Good => "good",
        Standing::Worth => "worth-a-look",
        Standing::Over => "over",
    }
}

/// `metrics query`, `metrics traceql`
pub fn plot(plot: &Plot) -> Value {
    let series = plot.series.iter().map(|series| {
        let labels: Map<String, Value> = series
            .labels
            .iter()
            .map(|(key, value)| (key.clone(), json!(value)))
            .collect();
        let points: Vec<Value> = series.points.iter().map(|(at, value)| json!([at, value])).collect();
        json!({"labels": labels, "points": points, "text": series.text})
    });
    json!({
        "schema_version": SCHEMA_VERSION,
        "query": plot.query,
        "language": plot.language.to_lowercase(),
        "window": window(plot.window),
        "step_s": plot.step_s,
        "total": plot.total,
        "truncated": plot.series.len() < plot.total,
        "series": series.collect::<Vec<_>>(),
        "notes": notes(&plot.notes),
        "empty_reason": empty(plot.empty.as_ref()),
    })
}

fn window(window: Window) -> Value {
    json!({"from": seconds(window.from), "to": seconds(window.to)})
}

fn seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn moment(at: f64) -> Option<String> {
    jiff::Timestamp::from_millisecond((at * 1e3) as i64).ok().map(seconds)
}

fn notes(notes: &[Note]) -> Vec<Value> {
    notes
        .iter()
        .map(|note| json!({"text": note.text, "cause": note.cause}))
        .collect()
}

fn empty(empty: Option<&Empty>) -> Value {
    empty.map_or(Value::Null, |empty| {
        let causes: Vec<_> = empty.causes.iter().filter_map(|note| note.cause).collect();
        let explained: Vec<&String> = empty.causes.iter().map(|note| &note.text).collect();
        json!({
            "text": empty_text(empty),
            "causes": causes,
            "explanations": explained,
            "next": empty.next,
        })
    })
}

/// Milliseconds, to a microsecond.
fn ms(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

/// Six digits after the point: what lies below is calculation, not measurement. Zero has no sign.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6 + 0.0
}
