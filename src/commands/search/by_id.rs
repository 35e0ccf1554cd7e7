//! One trace from Tempo by its id, and how a trace is shown.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use crate::Exit;
use crate::config::{ConnectionArgs, Disk, Environment, reason};
use crate::model::Slot;
use crate::model::shape::View;
use crate::model::trace::{SpanId, Trace, TraceId};
use crate::model::window::Window;
use crate::parse::limit;
use crate::parse::trace_id::{self, Given};
use crate::probes::reader::Reader;
use crate::probes::trace::{self as probe, Fetched};
use crate::render::search as render;
use crate::render::waterfall::{Options, waterfall};
use crate::render::{Sink, Tone};
use crate::shape::shape;

use super::refused::{Problem, Refused, explained};
use super::{Format, SearchArgs, block_on, led, reader, stop};

/// How far back a prefix is looked for where nothing is said.
const USUAL: Duration = Duration::from_secs(86_400);
/// Rows on a terminal: more are scrolled past unread.
const USUAL_ROWS: usize = 2_000;
/// Traces that links lead to, at most.
const MOST_LINKS: usize = 10;
/// Candidates of a prefix that are named.
const MOST_NAMED: u32 = 5;

pub(super) fn run(
    args: &SearchArgs,
    id: &str,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Result<Exit, Refused> {
    let mut problems = Vec::new();
    let given = trace_id::parse(id)
        .map_err(|refused| problems.push(named("--id", refused)))
        .ok();
    let view = view(args, sink).map_err(|found| problems.extend(found)).ok();
    let window = args
        .range
        .window(USUAL, Timestamp::now())
        .map_err(|found| problems.extend(found))
        .ok();
    let reader = reader(connection, env, &args.timeout, problems, sink)?;
    let (Some(given), Some(view), Some(window)) = (given, view, window) else {
        return Err(Refused::problems(Vec::new()));
    };
    block_on(async {
        let reader = led(reader, args.via_grafana).await?;
        let found = tokio::select! {
            found = resolve(&reader, &given, window) => found?,
            () = stop() => return Err(Refused::cancelled()),
        };
        let redact = reader.redact.clone();
        show(args, &found, view, &*redact, sink)?;
        if args.follow_links && matches!(args.output, Format::Human | Format::Wide) {
            linked(args, &found, view, &reader, sink).await?;
        }
        Ok(Exit::Done)
    })
}

pub(super) fn named(flag: &str, refused: crate::parse::Rejected) -> Problem {
    let advice = refused.suggestion.map(|text| format!("{flag} {text}"));
    (format!("{flag}: {}", refused.message), advice.into_iter().collect())
}

/// Where a prefix is looked for if nothing is said.
pub(super) fn recent() -> Window {
    let now = Timestamp::now();
    Window {
        from: now.checked_sub(USUAL).unwrap_or(now),
        to: now,
    }
}

/// The trace of an id; of a short one as it is, else of the one trace whose id begins so.
pub(super) async fn resolve(reader: &Reader, given: &Given, window: Window) -> Result<Trace, Refused> {
    let id = given.padded();
    let fetched = fetched(probe::fetch(reader, id).await, reader).await?;
    if let Some(trace) = fetched.trace {
        return Ok(trace);
    }
    let digits = match given {
        Given::Short(digits) => digits.clone(),
        Given::Whole(_) => return Err(unknown(reader, id, &fetched.request)),
    };
    let ids = match probe::with_prefix(reader, &digits, window, MOST_NAMED + 1).await {
        Slot::Known { value, .. } => value,
        other => {
            return Err(match other.failure() {
                Some(failure) => explained(failure, reader).await,
                None => Refused::cancelled(),
            });
        }
    };
    match ids.as_slice() {
        [] => Err(Refused {
            exit: Exit::Found,
            problems: vec![(
                format!(
                    "trace {id} not found in {}\nasked: {}\nSearch finds no trace that begins with {digits} from {} \
                     to {}.",
                    reader.place(),
                    fetched.request,
                    window.from.strftime("%Y-%m-%d %H:%M"),
                    window.to.strftime("%Y-%m-%d %H:%M UTC")
                ),
                vec!["--since 7d, or the full id".to_owned(), "tempoctl doctor".to_owned()],
            )],
        }),
        [one] => {
            let fetched = self::fetched(probe::fetch(reader, *one).await, reader).await?;
            fetched.trace.ok_or_else(|| unknown(reader, *one, &fetched.request))
        }
        several => Err(Refused {
            exit: Exit::Found,
            problems: vec![(
                format!("several traces begin with {digits}"),
                several
                    .iter()
                    .take(MOST_NAMED as usize)
                    .map(|id| format!("tempoctl search --id {id}"))
                    .collect(),
            )],
        }),
    }
}

async fn fetched(slot: Slot<Fetched>, reader: &Reader) -> Result<Fetched, Refused> {
    match slot {
        Slot::Known { value, .. } => Ok(value),
        Slot::Failed { failure } => Err(explained(&failure, reader).await),
        Slot::NotAsked => Err(Refused::cancelled()),
    }
}

fn unknown(reader: &Reader, id: TraceId, request: &str) -> Refused {
    Refused {
        exit: Exit::Found,
        problems: vec![(
            format!(
                "trace {id} not found in {}\nasked: {request}\nIt was never sent there, was sampled out, is past its \
                 retention, or belongs to another tenant.",
                reader.place()
            ),
            vec![
                "tempoctl doctor".to_owned(),
                "tempoctl explain trace-not-found-v1".to_owned(),
            ],
        )],
    }
}

/// How the trace is to be seen. What is printed as data is whole.
pub(super) fn view(args: &SearchArgs, sink: &Sink) -> Result<View, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = match args.limit.as_deref().map(limit::parse) {
        None if sink.stdout_is_tty() => USUAL_ROWS,
        None => 0,
        Some(Ok(rows)) => rows,
        Some(Err(refused)) => {
            problems.push((format!("--limit: {refused}"), vec!["--limit 100".to_owned()]));
            0
        }
    };
    let focus = match args.focus.as_deref() {
        None => None,
        Some(text) => {
            let id = SpanId::from_hex(text.trim());
            if id.is_none() {
                problems.push((
                    format!("--focus: '{text}' is not a span id (up to 16 hex digits)"),
                    vec!["tempoctl search --id ID -v shows the ids of all spans".to_owned()],
                ));
            }
            id
        }
    };
    if args.depth == Some(0) {
        problems.push(("--depth: must be at least 1".to_owned(), vec!["--depth 3".to_owned()]));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let human = matches!(args.output, Format::Human | Format::Wide);
    Ok(View {
        focus,
        depth: args.depth.filter(|_| human),
        collapse: if human { args.collapse } else { 0 },
        rows: if human { rows } else { 0 },
    })
}

/// Writes the trace where it is to be kept, and shows it.
pub(super) fn show(
    args: &SearchArgs,
    trace: &Trace,
    view: View,
    redact: &(dyn Fn(&str) -> String + Send + Sync),
    sink: &mut Sink,
) -> Result<(), Refused> {
    if let Some(path) = &args.save {
        save(path, trace, sink)?;
    }
    let text = drawn(args, trace, view, sink)?;
    crate::cli::write(sink, &redact(&text)).map_err(Refused::told)
}

fn drawn(args: &SearchArgs, trace: &Trace, view: View, sink: &Sink) -> Result<String, Refused> {
    let shape = shape(trace, view);
    let unwritable =
        |problem: serde_json::Error| Refused::general(format!("cannot write the trace: {problem}"), Vec::new());
    match args.output {
        Format::Json => render::trace_json(trace, &shape).map_err(unwritable),
        Format::Jsonl => render::span_lines(trace, &shape).map_err(unwritable),
        Format::Csv => Ok(format!(
            "{}{}",
            render::spans_csv_head(),
            render::spans_csv(trace, &shape)
        )),
        Format::Human | Format::Wide => {
            let options = Options {
                verbose: args.verbose,
                whole: !sink.stdout_is_tty(),
            };
            Ok(waterfall(trace, &shape, options, sink.style_out()))
        }
    }
}

fn save(path: &Path, trace: &Trace, sink: &mut Sink) -> Result<(), Refused> {
    Disk.save(path, &render::otlp_json(trace)).map_err(|problem| {
        Refused::general(
            format!("--save: cannot write {}: {}", path.display(), reason(&problem)),
            Vec::new(),
        )
    })?;
    let text = format!(
        "Saved {} span{} as OTLP JSON to {}. Attributes may contain personal data: review the file before you share \
         it.\n",
        trace.spans.len(),
        if trace.spans.len() == 1 { "" } else { "s" },
        path.display()
    );
    let text = sink.style_err().tone(Tone::Dim, &text);
    sink.err(&text);
    Ok(())
}

/// The traces that links lead to, each once.
async fn linked(args: &SearchArgs, trace: &Trace, view: View, reader: &Reader, sink: &mut Sink) -> Result<(), Refused> {
    let mut ids: Vec<TraceId> = Vec::new();
    for link in trace.spans.iter().flat_map(|span| span.links.iter()) {
        if link.trace_id != trace.id && !ids.contains(&link.trace_id) {
            ids.push(link.trace_id);
        }
    }
    let beyond = ids.len().saturating_sub(MOST_LINKS);
    let view = View { focus: None, ..view };
    for id in ids.into_iter().take(MOST_LINKS) {
        let fetched = fetched(probe::fetch(reader, id).await, reader).await?;
        let text = match &fetched.trace {
            Some(other) => format!("\n{}", drawn(args, other, view, sink)?),
            None => format!("\nLinked trace {id} not found in {}\n", reader.place()),
        };
        super::write(sink, reader, &text)?;
    }
    if beyond > 0 {
        super::write(sink, reader, &format!("\n{beyond} more linked traces not shown\n"))?;
    }
    Ok(())
}
