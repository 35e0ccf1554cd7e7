//! One trace from Tempo by its id, and how a trace is shown.

use super::error::explain_with_prefix;
use super::{SearchArgs, SearchFormat, build_stack};
use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::commands::proxy_error::route_via_grafana;
use crate::render::sanitize::escape_json_line;
use crate::render::waterfall::{WaterfallOptions, render_waterfall};
use crate::render::{Sink, Tone, search as render};
use jiff::Timestamp;
use probes::search;
use stack::Stack;
use stack::clients::tempo::FetchedTrace;
use stack::config::{Disk, explain_io_error};
use std::path::Path;
use std::time::Duration;
use telemetry::load::encode::otlp_json;
use telemetry::model::Slot;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::{SpanId, Trace, TraceId};
use telemetry::model::waterfall_layout::WaterfallView;
use telemetry::parse::trace_id::TraceIdInput;
use telemetry::parse::{ParseError, trace_id};
use telemetry::shape::analyze_trace;
use telemetry::text::pluralize;

/// How far back a prefix is looked for where nothing is said.
const USUAL: Duration = Duration::from_secs(86_400);
/// Rows on a terminal: more are scrolled past unread.
const USUAL_ROWS: usize = 2_000;
/// Traces that links lead to, at most.
const MOST_LINKS: usize = 10;
/// Candidates of a prefix that are named.
const MOST_NAMED: u32 = 5;

pub(super) fn show_trace_by_id(args: &SearchArgs, id: &str, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let given = trace_id::parse_trace_id(id).map_err(|refused| CommandError::rejected("--id", refused))?;
    let view = choose_view(args, app.sink);
    let window = args.range.window(USUAL, Timestamp::now())?;
    let mut stack = build_stack(args.timeout, app)?;
    block_on(async {
        route_via_grafana(&mut stack, args.via_grafana).await?;
        let found = resolve_trace(&stack, &given, window).await?;
        print_trace(args, &found, view, app.sink)?;
        if args.follow_links && matches!(args.output, SearchFormat::Human | SearchFormat::Wide) {
            print_linked_traces(args, &found, view, &stack, app.sink).await?;
        }
        Ok(Exit::Done)
    })
}

/// Where a prefix is looked for if nothing is said.
pub(super) fn build_recent_window() -> TimeWindow {
    let now = Timestamp::now();
    TimeWindow {
        from: now.checked_sub(USUAL).unwrap_or(now),
        to: now,
    }
}

/// The trace of an id; of a short one as it is, else of the one trace whose id begins so.
pub(super) async fn resolve_trace(
    stack: &Stack,
    given: &TraceIdInput,
    window: TimeWindow,
) -> Result<Trace, CommandError> {
    let id = given.padded();
    let fetched = unwrap_fetched(stack.tempo.fetch_trace(id).await, stack).await?;
    if let Some(trace) = fetched.trace {
        return Ok(trace);
    }
    let digits = match given {
        TraceIdInput::Short(digits) => digits.clone(),
        TraceIdInput::Whole(_) => return Err(explain_unknown_trace(stack, id, &fetched.request)),
    };
    let ids = match search::find_ids_with_prefix(&stack.tempo, &digits, window, MOST_NAMED + 1).await {
        Slot::Known { value, .. } => value,
        other => {
            return Err(match other.failure() {
                Some(failure) => explain_with_prefix(failure, stack).await,
                None => CommandError::cancelled(),
            });
        }
    };
    match ids.as_slice() {
        [] => Err(CommandError::new(
            Exit::Found,
            format!(
                "trace {id} not found in {}\nasked: {}\nSearch finds no trace that begins with {digits} from {} \
                     to {}.",
                stack.describe_tempo(),
                fetched.request,
                window.from.strftime("%Y-%m-%d %H:%M"),
                window.to.strftime("%Y-%m-%d %H:%M UTC")
            ),
        )
        .advising("--since 7d, or the full id")
        .advising("tempoctl doctor")),
        [one] => {
            let fetched = self::unwrap_fetched(stack.tempo.fetch_trace(*one).await, stack).await?;
            fetched
                .trace
                .ok_or_else(|| explain_unknown_trace(stack, *one, &fetched.request))
        }
        several => Err(
            CommandError::new(Exit::Found, format!("several traces begin with {digits}")).advising_all(
                several
                    .iter()
                    .take(MOST_NAMED as usize)
                    .map(|id| format!("tempoctl search --id {id}")),
            ),
        ),
    }
}

async fn unwrap_fetched(slot: Slot<FetchedTrace>, stack: &Stack) -> Result<FetchedTrace, CommandError> {
    match slot {
        Slot::Known { value, .. } => Ok(value),
        Slot::Failed { failure } => Err(explain_with_prefix(&failure, stack).await),
        Slot::NotAsked => Err(CommandError::cancelled()),
    }
}

fn explain_unknown_trace(stack: &Stack, id: TraceId, request: &str) -> CommandError {
    CommandError::new(
        Exit::Found,
        format!(
            "trace {id} not found in {}\nasked: {request}\nIt was never sent there, was sampled out, is past its \
                 retention, or belongs to another tenant.",
            stack.describe_tempo()
        ),
    )
    .advising("tempoctl doctor")
    .advising("tempoctl explain trace-not-found-v1")
}

/// A span by its id.
pub(super) fn parse_span_id(text: &str) -> Result<SpanId, ParseError> {
    SpanId::from_hex(text.trim()).ok_or_else(|| {
        ParseError::new(format!(
            "'{text}' is not a span id (up to 16 hex digits; tempoctl search --id ID -v shows those of all spans)"
        ))
    })
}

/// How the trace is to be seen. What is printed as data is whole.
pub(super) fn choose_view(args: &SearchArgs, sink: &Sink) -> WaterfallView {
    let usual = if sink.stdout_is_tty() { USUAL_ROWS } else { 0 };
    let human = matches!(args.output, SearchFormat::Human | SearchFormat::Wide);
    WaterfallView {
        focus: args.focus,
        depth: args.depth.filter(|_| human),
        collapse: if human { args.collapse } else { 0 },
        rows: if human { args.limit.unwrap_or(usual) } else { 0 },
    }
}

/// Writes the trace where it is to be kept, and shows it.
pub(super) fn print_trace(
    args: &SearchArgs,
    trace: &Trace,
    view: WaterfallView,
    sink: &mut Sink,
) -> Result<(), CommandError> {
    if let Some(path) = &args.save {
        save_trace(path, trace, sink)?;
    }
    let text = render_trace(args, trace, view, sink);
    Ok(sink.out(&text)?)
}

fn render_trace(args: &SearchArgs, trace: &Trace, view: WaterfallView, sink: &Sink) -> String {
    let shape = analyze_trace(trace, view);
    match args.output {
        SearchFormat::Json => render::render_trace_json(trace, &shape),
        SearchFormat::Jsonl => render::render_span_lines(trace, &shape),
        SearchFormat::Csv => render::render_spans_csv(trace, &shape),
        SearchFormat::Human | SearchFormat::Wide => {
            let options = WaterfallOptions {
                verbose: args.verbose,
                whole: !sink.stdout_is_tty(),
            };
            render_waterfall(trace, &shape, options, sink.style_out())
        }
    }
}

fn save_trace(path: &Path, trace: &Trace, sink: &mut Sink) -> Result<(), CommandError> {
    let document = escape_json_line(otlp_json::write_document(std::slice::from_ref(trace)));
    Disk.save(path, &sink.masked(&document)).map_err(|problem| {
        CommandError::general(format!(
            "--save: cannot write {}: {}",
            path.display(),
            explain_io_error(&problem)
        ))
    })?;
    let text = format!(
        "Saved {} as OTLP JSON to {}. Attributes may contain personal data: review the file before you share \
         it.\n",
        pluralize(trace.spans.len(), "span"),
        path.display()
    );
    let text = sink.style_err().tone(Tone::Dim, &text);
    sink.err(&text);
    Ok(())
}

/// The traces that links lead to, each once.
async fn print_linked_traces(
    args: &SearchArgs,
    trace: &Trace,
    view: WaterfallView,
    stack: &Stack,
    sink: &mut Sink,
) -> Result<(), CommandError> {
    let mut ids: Vec<TraceId> = Vec::new();
    for link in trace.spans.iter().flat_map(|span| span.links.iter()) {
        if link.trace_id != trace.id && !ids.contains(&link.trace_id) {
            ids.push(link.trace_id);
        }
    }
    let beyond = ids.len().saturating_sub(MOST_LINKS);
    let view = WaterfallView { focus: None, ..view };
    for id in ids.into_iter().take(MOST_LINKS) {
        let fetched = unwrap_fetched(stack.tempo.fetch_trace(id).await, stack).await?;
        let text = match &fetched.trace {
            Some(other) => format!("\n{}", render_trace(args, other, view, sink)),
            None => format!("\nLinked trace {id} not found in {}\n", stack.describe_tempo()),
        };
        sink.out(&text)?;
    }
    if beyond > 0 {
        sink.out(&format!("\n{beyond} more linked traces not shown\n"))?;
    }
    Ok(())
}
