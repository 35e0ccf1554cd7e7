//! Comma-separated values (RFC 4180). A field that a spreadsheet would take for a formula gets an apostrophe before it.

use crate::render::sanitize;
use telemetry::model::search::SearchHit;
use telemetry::model::trace::Trace;
use telemetry::model::waterfall_layout::{RowSubject, TraceLayout};

use super::{convert_to_ms, format_rfc3339};

fn escape_field(text: &str) -> String {
    let text = sanitize::sanitize_line(text);
    let text = if text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text
    };
    if text.contains(['"', ',']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn join_fields(fields: &[String]) -> String {
    fields
        .iter()
        .map(|text| escape_field(text))
        .collect::<Vec<_>>()
        .join(",")
        + "\r\n"
}

/// Traces, with the names of the columns.
pub fn render_hits_csv(hits: &[SearchHit]) -> String {
    let mut out = "start,trace_id,root_service,root_name,duration_ms,spans,errors\r\n".to_owned();
    for hit in hits {
        out.push_str(&join_fields(&[
            format_rfc3339(hit.start_ns).unwrap_or_default(),
            hit.trace_id.to_string(),
            hit.root_service.clone().unwrap_or_default(),
            hit.root_name.clone().unwrap_or_default(),
            hit.duration_ms.to_string(),
            hit.spans().map(|spans| spans.to_string()).unwrap_or_default(),
            hit.errors().to_string(),
        ]));
    }
    out
}

/// The names of the columns of [`spans_csv`].
pub fn render_spans_csv_head() -> &'static str {
    "span_id,parent_span_id,service,name,kind,start,duration_ms,self_ms,status,critical\r\n"
}

/// Spans in the order of the waterfall.
pub fn render_spans_csv(trace: &Trace, shape: &TraceLayout) -> String {
    let mut out = String::new();
    for row in &shape.rows {
        let RowSubject::Span(index) = row.subject else { continue };
        let Some(span) = trace.spans.get(index as usize) else {
            continue;
        };
        out.push_str(&join_fields(&[
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
        ]));
    }
    out
}
