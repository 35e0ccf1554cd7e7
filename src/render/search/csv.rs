//! Traces and spans for spreadsheets.

use crate::render::csv::write_rows;
use telemetry::model::search::SearchHit;
use telemetry::model::trace::Trace;
use telemetry::model::waterfall_layout::TraceLayout;

use super::{convert_to_ms, format_rfc3339};

/// Traces, with the names of the columns.
pub fn render_hits_csv(hits: &[SearchHit]) -> String {
    const HEAD: [&str; 7] = [
        "start",
        "trace_id",
        "root_service",
        "root_name",
        "duration_ms",
        "spans",
        "errors",
    ];
    let rows = hits.iter().map(|hit| {
        vec![
            format_rfc3339(hit.start_ns).unwrap_or_default(),
            hit.trace_id.to_string(),
            hit.root_service.clone().unwrap_or_default(),
            hit.root_name.clone().unwrap_or_default(),
            hit.duration_ms.to_string(),
            hit.spans().map(|spans| spans.to_string()).unwrap_or_default(),
            hit.errors().to_string(),
        ]
    });
    write_rows(&HEAD, rows)
}

/// Spans in the order of the waterfall, with the names of the columns.
pub fn render_spans_csv(trace: &Trace, shape: &TraceLayout) -> String {
    const HEAD: [&str; 10] = [
        "span_id",
        "parent_span_id",
        "service",
        "name",
        "kind",
        "start",
        "duration_ms",
        "self_ms",
        "status",
        "critical",
    ];
    let rows = shape.drawn_spans(trace).map(|(row, span)| {
        vec![
            span.id.to_string(),
            span.parent.map(|id| id.to_string()).unwrap_or_default(),
            span.service().to_owned(),
            span.name.to_string(),
            span.kind.name().to_owned(),
            format_rfc3339(span.start_ns).unwrap_or_default(),
            convert_to_ms(span.duration_ns()).to_string(),
            convert_to_ms(row.self_ns).to_string(),
            span.status.name().to_owned(),
            (row.critical_ns > 0).to_string(),
        ]
    });
    write_rows(&HEAD, rows)
}
