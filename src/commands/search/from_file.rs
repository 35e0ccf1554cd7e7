//! Traces of a file: OTLP, Tempo or Jaeger JSON, OTLP protobuf.

use stack::config::{Disk, explain_io_error};
use std::path::Path;
use telemetry::text::quote::quote_flag;

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::Sink;
use crate::render::search as render;
use telemetry::model::search::{SearchHit, ServiceCount};
use telemetry::model::trace::{Trace, TraceId};
use telemetry::parse::trace_id::{self, TraceIdInput};
use telemetry::parse::traces;

use super::by_id::{choose_view, print_trace};
use super::{SearchArgs, SearchFormat};

/// Bytes of a file that are read at most.
pub(super) const FILE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// Traces of a file: one is shown, several are listed.
pub(super) fn show_file(
    args: &SearchArgs,
    path: &Path,
    id: Option<&str>,
    sink: &mut Sink,
) -> Result<Exit, CommandError> {
    let given = id
        .map(trace_id::parse_trace_id)
        .transpose()
        .map_err(|refused| CommandError::rejected("--id", refused))?;
    if args.query.is_some() && id.is_none() {
        return Err(CommandError::usage("--input reads a file; TraceQL does not run on files").advising("--id ID"));
    }
    let view = choose_view(args, sink);
    let bytes = Disk.bytes_or_stdin(path, FILE_LIMIT).map_err(|problem| {
        let why = explain_io_error(&problem);
        CommandError::usage(format!("--input: cannot read {}: {why}", path.display()))
    })?;
    let (traces, _) = traces::parse_traces(&bytes).map_err(|refused| {
        let advice = refused.suggestion.map(|text| format!("--input with {text}"));
        CommandError::usage(format!("--input: {}: {}", path.display(), refused.message)).advising_all(advice)
    })?;
    drop(bytes);
    let chosen: Vec<&Trace> = match &given {
        None => traces.iter().collect(),
        Some(TraceIdInput::Whole(id)) => traces.iter().filter(|trace| trace.id == *id).collect(),
        Some(TraceIdInput::Short(digits)) => {
            let padded = TraceId::from_hex(digits);
            traces
                .iter()
                .filter(|trace| Some(trace.id) == padded || trace.id.to_string().starts_with(digits))
                .collect()
        }
    };
    match chosen.as_slice() {
        [one] => print_trace(args, one, view, sink).map(|()| Exit::Done),
        [] => Err(CommandError::new(
            Exit::Found,
            format!("{} contains {} traces, none with this id", path.display(), traces.len()),
        )
        .advising(format!(
            "tempoctl search {}",
            quote_flag("--input", &path.to_string_lossy())
        ))),
        several => list_traces(args, several, path, sink),
    }
}

/// Several traces of a file, as a search would list them.
fn list_traces(args: &SearchArgs, traces: &[&Trace], path: &Path, sink: &mut Sink) -> Result<Exit, CommandError> {
    let hits: Vec<SearchHit> = traces.iter().map(|trace| summarize_trace(trace)).collect();
    let style = sink.style_out();
    let text = match args.output {
        SearchFormat::Jsonl => hits.iter().map(render::render_hit_line).collect(),
        SearchFormat::Csv => render::render_hits_csv(&hits),
        SearchFormat::Json => {
            return Err(CommandError::usage(format!(
                "{} contains {} traces; JSON shows one",
                path.display(),
                traces.len()
            ))
            .advising(format!("--id {}", traces[0].id)));
        }
        SearchFormat::Human | SearchFormat::Wide => {
            let table = render::HitTable {
                dated: true,
                wide: args.output == SearchFormat::Wide,
                whole: !sink.stdout_is_tty(),
                style,
                names: None,
                sound: false,
            }
            .fitted(&hits);
            let rows: String = hits.iter().map(|hit| table.row(hit)).collect();
            let told = format!("in {}", path.display());
            let next = format!(
                "tempoctl search {} --id {}",
                quote_flag("--input", &path.to_string_lossy()),
                hits[0].trace_id
            );
            let count = style.dim(&style.line(&format!("{} traces {told}", hits.len())));
            format!("{}{rows}{count}\n{}\n", table.head(), style.command(&style.line(&next)))
        }
    };
    sink.out(&text)?;
    Ok(Exit::Done)
}

/// A trace as a search would list it.
fn summarize_trace(trace: &Trace) -> SearchHit {
    let root = trace
        .spans
        .iter()
        .filter(|span| span.parent.is_none())
        .min_by_key(|span| span.start_ns);
    let start = trace
        .spans
        .iter()
        .map(|span| span.start_ns)
        .filter(|start| *start > 0)
        .min()
        .unwrap_or_default();
    let end = trace.spans.iter().map(|span| span.end_ns).max().unwrap_or_default();
    let mut services = std::collections::BTreeMap::<String, ServiceCount>::new();
    for span in &trace.spans {
        let count = services.entry(span.service().to_owned()).or_default();
        count.spans += 1;
        count.errors += u64::from(span.is_error());
    }
    SearchHit {
        trace_id: trace.id,
        start_ns: start,
        duration_ms: end.saturating_sub(start) / 1_000_000,
        root_service: root.map(|span| span.service().to_owned()),
        root_name: root.map(|span| span.name.to_string()),
        services,
        matched: trace.spans.len() as u64,
    }
}
