//! Comma-separated values (RFC 4180). A field that a spreadsheet would take for a formula gets an apostrophe before it.

use crate::model::search::Hit;
use crate::model::shape::{Shape, Subject};
use crate::model::trace::Trace;
use crate::render::clean;

use super::{ms, rfc3339};

fn field(text: &str) -> String {
    let text = clean::line(text);
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

fn line(fields: &[String]) -> String {
    fields.iter().map(|text| field(text)).collect::<Vec<_>>().join(",") + "\r\n"
}

/// Traces, with the names of the columns.
pub fn hits_csv(hits: &[Hit]) -> String {
    let mut out = "start,trace_id,root_service,root_name,duration_ms,spans,errors\r\n".to_owned();
    for hit in hits {
        out.push_str(&line(&[
            rfc3339(hit.start_ns).unwrap_or_default(),
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
pub fn spans_csv_head() -> &'static str {
    "span_id,parent_span_id,service,name,kind,start,duration_ms,self_ms,status,critical\r\n"
}

/// Spans in the order of the waterfall.
pub fn spans_csv(trace: &Trace, shape: &Shape) -> String {
    let mut out = String::new();
    for row in &shape.rows {
        let Subject::Span(index) = row.subject else { continue };
        let Some(span) = trace.spans.get(index as usize) else {
            continue;
        };
        out.push_str(&line(&[
            span.id.to_string(),
            span.parent.map(|id| id.to_string()).unwrap_or_default(),
            span.service().to_owned(),
            span.name.to_string(),
            span.kind.name().to_owned(),
            rfc3339(span.start_ns).unwrap_or_default(),
            ms(span.duration_ns()).to_string(),
            ms(row.self_ns).to_string(),
            span.status.name().to_owned(),
            (row.critical_ns > 0).to_string(),
        ]));
    }
    out
}
