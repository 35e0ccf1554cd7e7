//! The JSON documents of `tempoctl metrics`, schema version 1: one a run, one a line with `--watch`.

use serde_json::{Map, Value, json};

use super::notes::join_empty_text;
use telemetry::model::health::{HealthReading, HealthReport, ReadingUnit, ThresholdStatus};
use telemetry::model::plot::Plot;
use telemetry::model::red::{CauseNote, EmptyResult, RedRow, RedTable, ServiceGraph, ServiceGraphEdge};
use telemetry::model::report::SCHEMA_VERSION;
use telemetry::model::tempo::ScrapeSource;
use telemetry::model::time_window::TimeWindow;

/// `metrics services`, `metrics operations`
pub fn build_table(table: &RedTable) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "source": table.source.name(),
        "read": table.read,
        "window": build_window(table.window),
        "data_from": table.data_from.map(format_moment),
        "total": table.total,
        "truncated": table.rows.len() < table.total,
        "trend": {"first": format_moment(table.steps.first), "step_s": round_number(table.steps.step)},
        "rows": table.rows.iter().map(build_row).collect::<Vec<_>>(),
        "notes": build_notes(&table.notes),
        "empty_reason": build_empty(table.empty.as_ref()),
    })
}

fn build_row(row: &RedRow) -> Value {
    json!({
        "service": row.service,
        "operation": row.operation,
        "kind": row.kind.name(),
        "spans": round_number(row.spans),
        "rate": round_number(row.rate),
        "error_ratio": row.error_ratio.map(round_number),
        "p50_ms": row.quantiles.p50.map(convert_to_ms),
        "p95_ms": row.quantiles.p95.map(convert_to_ms),
        "p99_ms": row.quantiles.p99.map(convert_to_ms),
        "exemplar_trace_id": row.slowest.as_ref().map(|slowest| &slowest.trace_id),
        "exemplar_ms": row.slowest.as_ref().map(|slowest| convert_to_ms(slowest.seconds)),
        "trend": row.trend.iter().map(|point| point.map(round_number)).collect::<Vec<_>>(),
    })
}

/// `metrics graph`
pub fn build_graph(graph: &ServiceGraph) -> Value {
    let edge = |edge: &ServiceGraphEdge| {
        json!({
            "client": edge.client,
            "server": edge.server,
            "connection_type": edge.connection_type,
            "rate": round_number(edge.rate),
            "error_ratio": edge.error_ratio.map(round_number),
            "p95_ms": edge.p95.map(convert_to_ms),
        })
    };
    json!({
        "schema_version": SCHEMA_VERSION,
        "read": graph.read,
        "window": build_window(graph.window),
        "data_from": graph.data_from.map(format_moment),
        "total": graph.total,
        "truncated": graph.edges.len() < graph.total,
        "edges": graph.edges.iter().map(edge).collect::<Vec<_>>(),
        "notes": build_notes(&graph.notes),
        "empty_reason": build_empty(graph.empty.as_ref()),
    })
}

/// `metrics tempo`
pub fn build_health(health: &HealthReport) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "source": match health.source {
            ScrapeSource::Prometheus => "prometheus",
            ScrapeSource::Direct => "tempo",
        },
        "window": build_window(health.window),
        "versions": health.versions,
        "processes": health.processes,
        "over": health.readings.iter().filter(|reading| reading.standing == ThresholdStatus::Exceeded).count(),
        "readings": health.readings.iter().map(build_reading).collect::<Vec<_>>(),
        "notes": build_notes(&health.notes),
    })
}

fn build_reading(reading: &HealthReading) -> Value {
    json!({
        "id": reading.id,
        "part": reading.part,
        "title": reading.title,
        "metric": reading.metric,
        "value": reading.value.map(round_number),
        "unit": name_unit(reading.unit),
        "detail": reading.detail,
        "threshold": reading.threshold,
        "alert": reading.alert,
        "standing": name_standing(reading.standing),
        "cause": reading.cause,
    })
}

/// A unit's name.
pub fn name_unit(unit: ReadingUnit) -> &'static str {
    match unit {
        ReadingUnit::Count => "count",
        ReadingUnit::PerSecond => "per_second",
        ReadingUnit::BytesPerSecond => "bytes_per_second",
        ReadingUnit::Seconds => "seconds",
        ReadingUnit::Ratio => "ratio",
    }
}

/// A standing's name.
pub fn name_standing(standing: ThresholdStatus) -> &'static str {
    match standing {
        ThresholdStatus::NoThreshold => "none",
        ThresholdStatus::Good => "good",
        ThresholdStatus::Notable => "worth-a-look",
        ThresholdStatus::Exceeded => "over",
    }
}

/// `metrics query`, `metrics traceql`
pub fn build_plot(plot: &Plot) -> Value {
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
        "window": build_window(plot.window),
        "step_s": plot.step_s,
        "total": plot.total,
        "truncated": plot.series.len() < plot.total,
        "series": series.collect::<Vec<_>>(),
        "notes": build_notes(&plot.notes),
        "empty_reason": build_empty(plot.empty.as_ref()),
    })
}

fn build_window(window: TimeWindow) -> Value {
    json!({"from": format_seconds(window.from), "to": format_seconds(window.to)})
}

fn format_seconds(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn format_moment(at: f64) -> Option<String> {
    jiff::Timestamp::from_millisecond((at * 1e3) as i64)
        .ok()
        .map(format_seconds)
}

fn build_notes(notes: &[CauseNote]) -> Vec<Value> {
    notes
        .iter()
        .map(|note| json!({"text": note.text, "cause": note.cause}))
        .collect()
}

fn build_empty(empty: Option<&EmptyResult>) -> Value {
    empty.map_or(Value::Null, |empty| {
        let causes: Vec<_> = empty.causes.iter().filter_map(|note| note.cause).collect();
        let explained: Vec<&String> = empty.causes.iter().map(|note| &note.text).collect();
        json!({
            "text": join_empty_text(empty),
            "causes": causes,
            "explanations": explained,
            "next": empty.next,
        })
    })
}

/// Milliseconds, to a microsecond.
fn convert_to_ms(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

/// Six digits after the point: what lies below is calculation, not measurement. Zero has no sign.
fn round_number(value: f64) -> f64 {
    (value * 1e6).round() / 1e6 + 0.0
}
