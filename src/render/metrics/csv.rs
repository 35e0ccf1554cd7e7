//! The same for spreadsheets: a header line, then a line a row (RFC 4180).

use super::json::{name_standing, name_unit};
use crate::render::csv::write_rows;
use telemetry::model::health::HealthReport;
use telemetry::model::plot::Plot;
use telemetry::model::red::{RedTable, ServiceGraph};

/// `metrics services`, `metrics operations`
pub fn render_table(table: &RedTable) -> String {
    const HEAD: [&str; 10] = [
        "service",
        "operation",
        "kind",
        "spans",
        "rate",
        "error_ratio",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "exemplar_trace_id",
    ];
    let rows = table.rows.iter().map(|row| {
        let ms = |seconds: Option<f64>| seconds.map_or_else(String::new, |seconds| format_number(seconds * 1e3));
        vec![
            row.service.clone(),
            row.operation.clone().unwrap_or_default(),
            row.kind.name().to_owned(),
            format_number(row.spans),
            format_number(row.rate),
            row.error_ratio.map_or_else(String::new, format_number),
            ms(row.quantiles.p50),
            ms(row.quantiles.p95),
            ms(row.quantiles.p99),
            row.slowest
                .as_ref()
                .map_or_else(String::new, |slowest| slowest.trace_id.clone()),
        ]
    });
    write_rows(&HEAD, rows)
}

/// `metrics graph`
pub fn render_graph(graph: &ServiceGraph) -> String {
    const HEAD: [&str; 6] = ["client", "server", "connection_type", "rate", "error_ratio", "p95_ms"];
    let rows = graph.edges.iter().map(|edge| {
        vec![
            edge.client.clone(),
            edge.server.clone(),
            edge.connection_type.clone(),
            format_number(edge.rate),
            edge.error_ratio.map_or_else(String::new, format_number),
            edge.p95
                .map_or_else(String::new, |seconds| format_number(seconds * 1e3)),
        ]
    });
    write_rows(&HEAD, rows)
}

/// `metrics tempo`
pub fn render_health(health: &HealthReport) -> String {
    const HEAD: [&str; 9] = [
        "part",
        "id",
        "title",
        "value",
        "unit",
        "standing",
        "threshold",
        "cause",
        "metric",
    ];
    let rows = health.readings.iter().map(|reading| {
        vec![
            reading.part.to_owned(),
            reading.id.to_owned(),
            reading.title.clone(),
            reading.value.map_or_else(String::new, format_number),
            name_unit(reading.unit).to_owned(),
            name_standing(reading.standing).to_owned(),
            reading.threshold.clone().unwrap_or_default(),
            reading.cause.unwrap_or_default().to_owned(),
            reading.metric.clone(),
        ]
    });
    write_rows(&HEAD, rows)
}

/// `metrics query`, `metrics traceql`: a line a point.
pub fn render_plot(plot: &Plot) -> String {
    let rows = plot.series.iter().flat_map(|series| {
        let name = series.name();
        let text = series.text.iter().filter(|_| series.points.is_empty());
        let texts: Vec<Vec<String>> = text
            .map(|text| vec![name.clone(), String::new(), text.clone()])
            .collect();
        let points = series.points.iter().map(|(at, value)| {
            let time = jiff::Timestamp::from_millisecond((at * 1e3) as i64).unwrap_or_default();
            vec![name.clone(), time.to_string(), format_number(*value)]
        });
        texts.into_iter().chain(points.collect::<Vec<_>>()).collect::<Vec<_>>()
    });
    write_rows(&["series", "time", "value"], rows)
}

/// At most six digits after the point, none that are zero.
fn format_number(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    match (rounded == 0.0, value == 0.0) {
        // Without the sign that a sum of nothing may have.
        (true, true) => "0".to_owned(),
        (true, false) => value.to_string(),
        (false, _) => rounded.to_string(),
    }
}
