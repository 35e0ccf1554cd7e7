//! A search: ask, show the table, and where nothing was found say why.

use std::time::Duration;

use jiff::Timestamp;

use crate::Exit;
use crate::config::{ConnectionArgs, Environment};
use crate::diagnose::empty;
use crate::model::search::{EmptyReason, Found, Hit};
use crate::model::{FailureKind, Slot};
use crate::parse::query_error::{self, Limit};
use crate::parse::traceql::{self, Filters};
use crate::parse::{duration, limit};
use crate::probes::reader::Reader;
use crate::probes::search::{self, Question};
use crate::render::search as render;
use crate::render::{Sink, Tone};

use super::refused::{self, Refused, explained, of_query};
use super::{Format, SearchArgs, block_on, follow, led, live, reader, stop, told, write};

/// How far back a search looks where nothing is said.
const USUAL: Duration = Duration::from_secs(3_600);
/// Traces that a search shows where nothing is said; also Tempo's own default.
const USUAL_LIMIT: usize = 20;
/// What «no limit» asks for.
const NO_LIMIT: usize = 100_000;
/// Queries that are tried before one is offered.
const TRIED: usize = 5;

/// What was asked for, read and checked before anything is sent.
pub(super) struct Asked {
    pub(super) question: Question,
    /// The limit as a person means it.
    pub(super) limit: u32,
    pub(super) told: String,
    pub(super) reader: Reader,
}

impl Asked {
    /// The trace was running in the window. Tempo looks at the last 15 min where a window lies wholly in what it hides.
    pub(super) fn holds(&self, hit: &Hit) -> bool {
        let start = hit.start_ns as f64 / 1e9;
        let end = start + hit.duration_ms as f64 / 1e3;
        // Tempo counts whole seconds and milliseconds.
        start <= self.question.window.end_s() + 1.0 && end >= self.question.window.start_s() - 1.0
    }
}

pub(super) fn run(
    args: &SearchArgs,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Result<Exit, Refused> {
    if args.explain_query {
        let query = query(args).map_err(Refused::problems)?;
        return crate::cli::write(sink, &format!("{}\n", crate::render::clean::block(&query)))
            .map_err(Refused::told)
            .map(|()| Exit::Done);
    }
    let mut asked = read(args, connection, env, sink)?;
    block_on(async {
        asked.reader = led(asked.reader, args.via_grafana).await?;
        if args.follow {
            follow::run(args, &asked, sink).await
        } else if args.stream {
            live::run(args, &asked, sink).await
        } else {
            once(args, &mut asked, sink).await
        }
    })
}

/// The TraceQL of query and filters.
fn query(args: &SearchArgs) -> Result<String, Vec<super::Problem>> {
    let filters = Filters {
        service: args.service.as_deref(),
        name: args.name.as_deref(),
        min_duration: args.min_duration.as_deref(),
        status: args.status.as_deref(),
        attributes: &args.attributes,
    };
    filters.query(args.query.as_deref()).map_err(|problems| {
        problems
            .into_iter()
            .map(|(flag, refused)| {
                let advice = refused.suggestion.map(|text| match flag {
                    "QUERY" => format!("tempoctl search {}", empty::shell(&text)),
                    _ => format!("{flag} {text}"),
                });
                (format!("{flag}: {}", refused.message), advice.into_iter().collect())
            })
            .collect()
    })
}

fn read(args: &SearchArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Result<Asked, Refused> {
    let mut problems = Vec::new();
    let mut keep = |found: Vec<super::Problem>| problems.extend(found);
    let query = query(args).map_err(&mut keep).ok();
    let window = args.range.window(USUAL, Timestamp::now()).map_err(&mut keep).ok();
    let limit = match args.limit.as_deref().map(limit::parse) {
        None => Some(USUAL_LIMIT),
        Some(Ok(0)) => Some(NO_LIMIT),
        Some(Ok(limit)) => Some(limit),
        Some(Err(refused)) => {
            keep(vec![(format!("--limit: {refused}"), vec!["--limit 100".to_owned()])]);
            None
        }
    };
    let reader = reader(connection, env, &args.timeout, problems, sink)?;
    let (Some(query), Some(window), Some(limit)) = (query, window, limit) else {
        return Err(Refused::problems(Vec::new()));
    };
    let limit = u32::try_from(limit).unwrap_or(u32::MAX - 1);
    Ok(Asked {
        told: told(&args.range, &window),
        question: Question {
            query,
            window,
            // One more than is shown tells whether there are more.
            limit: limit.saturating_add(1),
        },
        limit,
        reader,
    })
}

async fn once(args: &SearchArgs, asked: &mut Asked, sink: &mut Sink) -> Result<Exit, Refused> {
    let found = tokio::select! {
        found = as_many_as_allowed(args, asked) => found,
        () = stop() => return Err(Refused::cancelled()),
    };
    let mut hits = match found {
        Slot::Known { value, .. } => value.hits,
        other => return Err(refusal(&other, asked).await),
    };
    let full = hits.len() >= asked.question.limit as usize;
    hits.retain(|hit| asked.holds(hit));
    let cut = full || hits.len() > asked.limit as usize;
    hits.truncate(asked.limit as usize);
    let reason = if hits.is_empty() {
        tokio::select! {
            reason = why(asked) => Some(reason),
            () = stop() => return Err(Refused::cancelled()),
        }
    } else {
        None
    };
    show(args, asked, &hits, cut, reason.as_ref(), sink)?;
    if let Some(note) = unitless(&asked.question.query) {
        let note = sink.style_err().tone(Tone::Dim, &format!("{note}\n"));
        sink.err(&note);
    }
    Ok(Exit::Done)
}

/// The search. Where nobody set a limit, or it is only the one trace more that this Tempo does not give, with as many as it does.
async fn as_many_as_allowed(args: &SearchArgs, asked: &mut Asked) -> Slot<Found> {
    let mut question = asked.question.clone();
    let found = search::search_most(&asked.reader.api, &mut question).await;
    let unset = args.limit.is_none() || asked.limit as usize == NO_LIMIT;
    if question.limit < asked.limit && !unset {
        return search::search(&asked.reader.api, &asked.question).await;
    }
    asked.limit = asked.limit.min(question.limit);
    asked.question = question;
    found
}

/// Tempo takes a duration without a unit, and reads it as nanoseconds.
fn unitless(query: &str) -> Option<String> {
    let conditions = traceql::conditions(query);
    let bare = conditions.into_iter().find(|one| {
        one.field.to_lowercase().ends_with("duration") && one.attribute().is_none() && one.value.parse::<f64>().is_ok()
    })?;
    Some(format!(
        "note: {} {} {} has no unit, so Tempo reads nanoseconds; did you mean {}ms?",
        bare.field, bare.operator, bare.value, bare.value
    ))
}

fn show(
    args: &SearchArgs,
    asked: &Asked,
    hits: &[Hit],
    cut: bool,
    reason: Option<&EmptyReason>,
    sink: &mut Sink,
) -> Result<(), Refused> {
    let style = sink.style_out();
    let query = &asked.question.query;
    let left_out = left_out(args, asked, cut);
    let text = match args.output {
        Format::Json => render::search_json(query, &asked.question.window, hits, cut, reason),
        Format::Jsonl => hits.iter().map(render::hit_line).collect(),
        Format::Csv => render::hits_csv(hits),
        Format::Human | Format::Wide if hits.is_empty() => String::new(),
        Format::Human | Format::Wide => {
            let table = table(args, asked, sink).fitted(hits);
            let rows: String = hits.iter().map(|hit| table.row(hit)).collect();
            format!(
                "{}{rows}{}",
                table.head(),
                render::summary(hits, &asked.told, asked.limit, left_out.as_ref(), style)
            )
        }
    };
    write(sink, &asked.reader, &text)?;
    match (args.output, reason) {
        (Format::Human | Format::Wide, Some(reason)) => write(sink, &asked.reader, &render::empty(reason, style)),
        // Rows stay rows: why there are none is for whoever watches.
        (Format::Jsonl | Format::Csv, Some(reason)) => {
            let text = (asked.reader.redact)(&render::empty(reason, sink.style_err()));
            sink.err(&text);
            Ok(())
        }
        (Format::Jsonl | Format::Csv, None) if cut => {
            let text = render::summary(hits, &asked.told, asked.limit, left_out.as_ref(), sink.style_err());
            sink.err(&text);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a cut answer leaves out.
pub(super) fn left_out(args: &SearchArgs, asked: &Asked, cut: bool) -> Option<render::Cut> {
    cut.then(|| render::Cut {
        newest: asked.question.query.contains("most_recent"),
        more: more(args, asked),
    })
}

/// The same search for more traces, where this Tempo gives more.
fn more(args: &SearchArgs, asked: &Asked) -> Option<String> {
    let Question { query, limit, .. } = &asked.question;
    if *limit <= asked.limit {
        return None;
    }
    let mut command = format!("tempoctl search {}", empty::shell(query));
    let range = &args.range;
    for (flag, typed) in [("--since", &range.since), ("--from", &range.from), ("--to", &range.to)] {
        if let Some(typed) = typed {
            let plain = typed
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-:.+".contains(&byte));
            let typed = if plain { typed.clone() } else { empty::shell(typed) };
            command.push_str(&format!(" {flag} {typed}"));
        }
    }
    command.push_str(match args.output {
        Format::Wide => " -o wide",
        Format::Jsonl => " -o jsonl",
        Format::Csv => " -o csv",
        Format::Human | Format::Json => "",
    });
    for (flag, given) in [(" --stream", args.stream), (" --via-grafana", args.via_grafana)] {
        if given {
            command.push_str(flag);
        }
    }
    Some(format!("{command} --limit {}", asked.limit.saturating_mul(5)))
}

/// The layout of rows.
pub(super) fn table(args: &SearchArgs, asked: &Asked, sink: &Sink) -> render::Table {
    let window = &asked.question.window;
    // Within less than a day a time of day says it all.
    let age_s = Timestamp::now().as_second() - window.from.as_second();
    render::Table {
        dated: age_s > 20 * 3_600,
        wide: args.output == Format::Wide,
        whole: !sink.stdout_is_tty(),
        style: sink.style_out(),
        names: None,
        sound: false,
    }
}

/// What a refused search means. A query that is refused comes with others that Tempo takes.
pub(super) async fn refusal<T>(slot: &Slot<T>, asked: &Asked) -> Refused {
    let Some(failure) = slot.failure() else {
        return Refused::cancelled();
    };
    let query = &asked.question.query;
    if let Some(refused) = refused::too_long(failure, query, &asked.reader.place()) {
        return refused;
    }
    if let Some(problem) = traceql::problem(&failure.detail, query) {
        let mut taken = Vec::new();
        for fix in traceql::fixes(query).into_iter().take(TRIED) {
            let question = Question {
                query: fix.query.clone(),
                limit: 1,
                ..asked.question.clone()
            };
            if search::search(&asked.reader.api, &question).await.get().is_some() {
                taken.push(fix);
                break;
            }
        }
        return of_query(&problem, query, &taken);
    }
    if let Some(Limit::Range(limit)) = query_error::limit(&failure.detail) {
        return too_long(limit, asked);
    }
    if let Some(Limit::Traces(most)) = query_error::limit(&failure.detail) {
        return Refused::usage(
            format!(
                "--limit: {} is more than this Tempo allows: at most {most} traces",
                asked.limit
            ),
            &format!("--limit {most}"),
        );
    }
    explained(failure, &asked.reader).await
}

fn too_long(limit: Duration, asked: &Asked) -> Refused {
    let window = &asked.question.window;
    // Tempo counts whole seconds, and moves the end back by its cutoff.
    let longest = limit.saturating_sub(Duration::from_secs(1));
    let from = window.to.checked_sub(longest).unwrap_or(window.from);
    let shown = duration::format(limit);
    let asked_for = duration::format(Duration::from_secs(window.seconds().round() as u64));
    let end = window.to.strftime("%Y-%m-%dT%H:%M:%SZ");
    Refused::problems(vec![(
        format!("the range is {asked_for}; this tenant may search at most {shown} at once"),
        vec![
            format!("--since {shown}"),
            format!("--from {} --to {end}", from.strftime("%Y-%m-%dT%H:%M:%SZ")),
            "tempoctl explain search-range-too-long".to_owned(),
        ],
    )])
}

/// Why nothing was found, and what would be.
pub(super) async fn why(asked: &Asked) -> EmptyReason {
    let Question { query, window, .. } = &asked.question;
    let around = search::surroundings(&asked.reader, &asked.question).await;
    let now = Timestamp::now();
    let mut finds = None;
    for candidate in empty::candidates(query, window, &around).into_iter().take(TRIED) {
        let mut wider = *window;
        if let Some(since) = candidate.since_s {
            let back = jiff::SignedDuration::from_secs(i64::try_from(since).unwrap_or(86_400));
            wider = crate::model::window::Window {
                from: now.checked_sub(back).unwrap_or(window.from),
                to: now,
            };
        }
        let question = Question {
            query: candidate.query.clone(),
            window: wider,
            limit: 1,
        };
        let found = search::search(&asked.reader.api, &question).await;
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
    empty::reason(
        query,
        window,
        &asked.told,
        &around,
        finds.as_ref(),
        now.as_millisecond() as f64 / 1e3,
    )
}
