//! A search: ask, show the table, and where nothing was found say why.

use super::error::{explain_query, explain_with_prefix};
use super::{SearchArgs, SearchFormat, build_stack, describe_window, follow, streaming};
use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::commands::proxy_error::route_via_grafana;
use crate::commands::query_refusal::explain_too_long;
use crate::render::{Sink, Tone, search as render};
use doctor::diagnose::no_traces;
use jiff::Timestamp;
use probes::search;
use stack::Stack;
use stack::clients::tempo::SearchQuestion;
use std::time::Duration;
use telemetry::model::search::{EmptyReason, SearchHit, SearchResult};
use telemetry::model::{FailureKind, Slot};
use telemetry::parse::query_error::QueryLimit;
use telemetry::parse::traceql::FilterFlags;
use telemetry::parse::{duration, query_error, traceql};
use telemetry::text::quote::{quote_flag, quote_shell};

/// How far back a search looks where nothing is said.
const USUAL: Duration = Duration::from_secs(3_600);
/// Traces that a search shows where nothing is said; also Tempo's own default.
const USUAL_LIMIT: usize = 20;
/// What «no limit» asks for.
const NO_LIMIT: usize = 100_000;
/// Queries that are tried before one is offered.
const TRIED: usize = 5;

/// What was asked for, read and checked before anything is sent.
pub(super) struct SearchOptions {
    pub(super) question: SearchQuestion,
    /// The limit as a person means it.
    pub(super) limit: u32,
    pub(super) window_text: String,
    pub(super) stack: Stack,
}

impl SearchOptions {
    /// The trace was running in the window. Tempo looks at the last 15 min where a window lies wholly in what it hides.
    pub(super) fn holds(&self, hit: &SearchHit) -> bool {
        let start = hit.start_ns as f64 / 1e9;
        let end = start + hit.duration_ms as f64 / 1e3;
        // Tempo counts whole seconds and milliseconds.
        start <= self.question.window.end_s() + 1.0 && end >= self.question.window.start_s() - 1.0
    }
}

pub(super) fn find_traces(args: &SearchArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.explain_query {
        let query = build_query(args)?;
        app.sink
            .out(&format!("{}\n", crate::render::sanitize::sanitize_block(&query)))?;
        return Ok(Exit::Done);
    }
    let mut asked = parse_options(args, app)?;
    block_on(async {
        route_via_grafana(&mut asked.stack, args.via_grafana).await?;
        if args.follow {
            follow::follow_traces(args, &asked, app.sink).await
        } else if args.stream {
            streaming::stream_traces(args, &asked, app.sink).await
        } else {
            search_once(args, &mut asked, app.sink).await
        }
    })
}

/// The TraceQL of query and filters.
fn build_query(args: &SearchArgs) -> Result<String, CommandError> {
    let filters = FilterFlags {
        service: args.service.as_deref(),
        name: args.name.as_deref(),
        min_duration: args.min_duration.as_deref(),
        status: args.status.as_deref(),
        attributes: &args.attributes,
    };
    filters
        .build_query(args.query.as_deref())
        .map_err(|(flag, refused)| match flag {
            "QUERY" => CommandError::usage(format!("QUERY: {}", refused.message)).advising_all(
                refused
                    .suggestion
                    .map(|text| format!("tempoctl search {}", quote_shell(&text))),
            ),
            _ => CommandError::rejected(flag, refused),
        })
}

fn parse_options(args: &SearchArgs, app: &mut App<'_>) -> Result<SearchOptions, CommandError> {
    let query = build_query(args)?;
    let window = args.range.window(USUAL, Timestamp::now())?;
    let limit = match args.limit {
        None => USUAL_LIMIT,
        Some(0) => NO_LIMIT,
        Some(limit) => limit,
    };
    let stack = build_stack(args.timeout, app)?;
    let limit = u32::try_from(limit).unwrap_or(u32::MAX - 1);
    Ok(SearchOptions {
        window_text: describe_window(&args.range, &window),
        question: SearchQuestion {
            query,
            window,
            // One more than is shown tells whether there are more.
            limit: limit.saturating_add(1),
        },
        limit,
        stack,
    })
}

async fn search_once(args: &SearchArgs, asked: &mut SearchOptions, sink: &mut Sink) -> Result<Exit, CommandError> {
    let mut hits = match search_up_to_limit(args, asked).await {
        Slot::Known { value, .. } => value.hits,
        other => return Err(explain_refusal(&other, asked).await),
    };
    let full = hits.len() >= asked.question.limit as usize;
    hits.retain(|hit| asked.holds(hit));
    let cut = full || hits.len() > asked.limit as usize;
    hits.truncate(asked.limit as usize);
    print_hits(args, asked, &hits, (cut, false), sink).await?;
    if let Some(note) = warn_unitless(&asked.question.query) {
        let note = sink.style_err().tone(Tone::Dim, &format!("{note}\n"));
        sink.err(&note);
    }
    Ok(Exit::Done)
}

/// The search. Where nobody set a limit, or it is only the one trace more that this Tempo does not give, with as many as it does.
async fn search_up_to_limit(args: &SearchArgs, asked: &mut SearchOptions) -> Slot<SearchResult> {
    let mut question = asked.question.clone();
    let found = asked.stack.tempo.search_up_to_limit(&mut question).await;
    let unset = args.limit.is_none() || asked.limit as usize == NO_LIMIT;
    if question.limit < asked.limit && !unset {
        return asked.stack.tempo.search_traces(&asked.question).await;
    }
    asked.limit = asked.limit.min(question.limit);
    asked.question = question;
    found
}

/// Tempo takes a duration without a unit, and reads it as nanoseconds.
fn warn_unitless(query: &str) -> Option<String> {
    let conditions = traceql::find_conditions(query);
    let bare = conditions.into_iter().find(|one| {
        one.field.to_lowercase().ends_with("duration") && one.attribute().is_none() && one.value.parse::<f64>().is_ok()
    })?;
    Some(format!(
        "note: {} {} {} has no unit, so Tempo reads nanoseconds; did you mean {}ms?",
        bare.field, bare.operator, bare.value, bare.value
    ))
}

/// The traces and what stands below them, or why there are none. `shown`: the rows of a table stand there already.
pub(super) async fn print_hits(
    args: &SearchArgs,
    asked: &SearchOptions,
    hits: &[SearchHit],
    (cut, shown): (bool, bool),
    sink: &mut Sink,
) -> Result<(), CommandError> {
    let reason = match hits.is_empty() {
        true => Some(explain_empty(asked).await),
        false => None,
    };
    let reason = reason.as_ref();
    let style = sink.style_out();
    let query = &asked.question.query;
    let left_out = describe_cut(args, asked, cut);
    let text = match args.output {
        SearchFormat::Json => render::render_search_json(query, &asked.question.window, hits, cut, reason),
        SearchFormat::Jsonl => hits.iter().map(render::render_hit_line).collect(),
        SearchFormat::Csv => render::render_hits_csv(hits),
        SearchFormat::Human | SearchFormat::Wide if hits.is_empty() => String::new(),
        SearchFormat::Human | SearchFormat::Wide => {
            let table = build_table(args, asked, sink).fitted(hits);
            let rows = match shown {
                true => String::new(),
                false => table.head() + &hits.iter().map(|hit| table.row(hit)).collect::<String>(),
            };
            rows + &render::render_summary(hits, &asked.window_text, asked.limit, left_out.as_ref(), style)
        }
    };
    sink.out(&text)?;
    match (args.output, reason) {
        (SearchFormat::Human | SearchFormat::Wide, Some(reason)) => Ok(sink.out(&render::render_empty(reason, style))?),
        // Rows stay rows: why there are none is for whoever watches.
        (SearchFormat::Jsonl | SearchFormat::Csv, Some(reason)) => {
            let text = render::render_empty(reason, sink.style_err());
            sink.err(&text);
            Ok(())
        }
        (SearchFormat::Jsonl | SearchFormat::Csv, None) if cut => {
            let text = render::render_summary(
                hits,
                &asked.window_text,
                asked.limit,
                left_out.as_ref(),
                sink.style_err(),
            );
            sink.err(&text);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a cut answer leaves out.
fn describe_cut(args: &SearchArgs, asked: &SearchOptions, cut: bool) -> Option<render::HitsCut> {
    cut.then(|| render::HitsCut {
        newest: asked.question.query.contains("most_recent"),
        more: suggest_more(args, asked),
    })
}

/// The same search for more traces, where this Tempo gives more.
fn suggest_more(args: &SearchArgs, asked: &SearchOptions) -> Option<String> {
    let SearchQuestion { query, limit, .. } = &asked.question;
    if *limit <= asked.limit {
        return None;
    }
    let mut command = format!("tempoctl search {}", quote_shell(query));
    let range = &args.range;
    let typed = [
        range
            .since
            .map(|since| quote_flag("--since", &duration::format_duration(since))),
        range.from.map(|from| quote_flag("--from", &from.to_string())),
        range.to.map(|to| quote_flag("--to", &to.to_string())),
    ];
    for flag in typed.iter().flatten() {
        command.push_str(&format!(" {flag}"));
    }
    command.push_str(match args.output {
        SearchFormat::Wide => " -o wide",
        SearchFormat::Jsonl => " -o jsonl",
        SearchFormat::Csv => " -o csv",
        SearchFormat::Human | SearchFormat::Json => "",
    });
    for (flag, given) in [(" --stream", args.stream), (" --via-grafana", args.via_grafana)] {
        if given {
            command.push_str(flag);
        }
    }
    Some(format!("{command} --limit {}", asked.limit.saturating_mul(5)))
}

/// The layout of rows.
pub(super) fn build_table(args: &SearchArgs, asked: &SearchOptions, sink: &Sink) -> render::HitTable {
    let window = &asked.question.window;
    // Within less than a day a time of day says it all.
    let age_s = Timestamp::now().as_second() - window.from.as_second();
    render::HitTable {
        dated: age_s > 20 * 3_600,
        wide: args.output == SearchFormat::Wide,
        whole: !sink.stdout_is_tty(),
        style: sink.style_out(),
        names: None,
        sound: false,
    }
}

/// What a refused search means. A query that is refused comes with others that Tempo takes.
pub(super) async fn explain_refusal<T>(slot: &Slot<T>, asked: &SearchOptions) -> CommandError {
    let Some(failure) = slot.failure() else {
        return CommandError::cancelled();
    };
    let query = &asked.question.query;
    if let Some(refused) = explain_too_long(failure, query, &asked.stack.describe_tempo()) {
        return refused;
    }
    if let Some(problem) = traceql::parse_problem(&failure.detail, query) {
        let mut taken = Vec::new();
        for fix in traceql::suggest_fixes(query).into_iter().take(TRIED) {
            let question = SearchQuestion {
                query: fix.query.clone(),
                limit: 1,
                ..asked.question.clone()
            };
            if asked.stack.tempo.search_traces(&question).await.get().is_some() {
                taken.push(fix);
                break;
            }
        }
        return explain_query(&problem, query, &taken);
    }
    if let Some(QueryLimit::Range(limit)) = query_error::parse_query_limit(&failure.detail) {
        return explain_range_limit(limit, asked);
    }
    if let Some(QueryLimit::Traces(most)) = query_error::parse_query_limit(&failure.detail) {
        return CommandError::usage(format!(
            "--limit: {} is more than this Tempo allows: at most {most} traces",
            asked.limit
        ))
        .advising(format!("--limit {most}"));
    }
    explain_with_prefix(failure, &asked.stack).await
}

fn explain_range_limit(limit: Duration, asked: &SearchOptions) -> CommandError {
    let window = &asked.question.window;
    // Tempo counts whole seconds, and moves the end back by its cutoff.
    let longest = limit.saturating_sub(Duration::from_secs(1));
    let from = window.to.checked_sub(longest).unwrap_or(window.from);
    let shown = duration::format_duration(limit);
    let asked_for = duration::format_duration(Duration::from_secs(window.seconds().round() as u64));
    let end = window.to.strftime("%Y-%m-%dT%H:%M:%SZ");
    CommandError::usage(format!(
        "the range is {asked_for}; this tenant may search at most {shown} at once"
    ))
    .advising(format!("--since {shown}"))
    .advising(format!("--from {} --to {end}", from.strftime("%Y-%m-%dT%H:%M:%SZ")))
    .advising("tempoctl explain search-range-too-long")
}

/// Why nothing was found, and what would be.
async fn explain_empty(asked: &SearchOptions) -> EmptyReason {
    let SearchQuestion { query, window, .. } = &asked.question;
    let around = search::fetch_surroundings(&asked.stack.tempo, &asked.question).await;
    let now = Timestamp::now();
    let mut finds = None;
    for candidate in no_traces::suggest_queries(query, window, &around)
        .into_iter()
        .take(TRIED)
    {
        let mut wider = *window;
        if let Some(since) = candidate.since_s {
            let back = jiff::SignedDuration::from_secs(i64::try_from(since).unwrap_or(86_400));
            wider = telemetry::model::time_window::TimeWindow {
                from: now.checked_sub(back).unwrap_or(window.from),
                to: now,
            };
        }
        let question = SearchQuestion {
            query: candidate.query.clone(),
            window: wider,
            limit: 1,
        };
        let found = asked.stack.tempo.search_traces(&question).await;
        if found.get().is_some_and(|found| !found.hits.is_empty()) {
            finds = Some(candidate);
            break;
        }
        if found
            .failure()
            .is_some_and(|failure| failure.kind == FailureKind::TimedOut)
        {
            break;
        }
    }
    no_traces::explain_empty_search(
        query,
        window,
        &asked.window_text,
        &around,
        finds.as_ref(),
        now.as_millisecond() as f64 / 1e3,
    )
}
