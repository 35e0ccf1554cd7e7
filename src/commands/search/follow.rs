//! `search --follow`: new traces as they become searchable, until Ctrl-C.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::search as render;
use crate::render::{Sink, Tone};
use stack::clients::tempo::SearchQuestion;
use telemetry::model::Slot;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::TraceId;
use telemetry::parse::tempo_config;

use crate::signal::wait_for_signal;

use super::find::{SearchOptions, build_table, explain_refusal};
use super::{SearchArgs, SearchFormat};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);
/// A trace appears in search this long after it started, at most: longer ones have been running for as long.
const BACK_S: i64 = 300;
/// Traces of one look at most.
const MOST: u32 = 1_000;
/// Ids that are remembered, so that each trace is shown once.
const REMEMBERED: usize = 50_000;
/// Looks that may fail one after the other.
const PATIENCE: u32 = 5;

pub(super) async fn follow_traces(
    args: &SearchArgs,
    asked: &SearchOptions,
    sink: &mut Sink,
) -> Result<Exit, CommandError> {
    if matches!(args.output, SearchFormat::Json | SearchFormat::Csv) {
        return Err(
            CommandError::usage("--follow never ends, so it cannot write a single document")
                .advising("--follow -o jsonl"),
        );
    }
    let table = build_table(args, asked, sink);
    let config = asked.stack.tempo.fetch_config().await;
    let cutoff = tempo_config::find_search_cutoff_s(config.get(), None);
    let note = match config.get() {
        Some(_) if cutoff > 0.0 => format!(
            "Traces appear about {cutoff:.0} s late: Tempo hides the newest from search (query_end_cutoff). Press \
             Ctrl-C to stop.\n"
        ),
        _ => "Traces appear a few seconds late, once Tempo can search them. Press Ctrl-C to stop.\n".to_owned(),
    };
    let note = sink.style_err().tone(Tone::Dim, &note);
    sink.err(&note);
    // What was there before is not new, unless a range was asked for.
    let from_start = args.range.since.is_some() || args.range.from.is_some();
    let mut seen = ShownTraces::default();
    let (mut first, mut failed, mut most, mut told_full) = (true, 0, MOST, false);
    loop {
        let now = Timestamp::now();
        let back = now.checked_sub(SignedDuration::from_secs(BACK_S)).unwrap_or(now);
        let window = TimeWindow {
            from: if first {
                asked.question.window.from.min(back)
            } else {
                back
            },
            to: now,
        };
        let mut question = SearchQuestion {
            query: asked.question.query.clone(),
            window,
            limit: most,
        };
        let found = tokio::select! {
            biased;
            () = wait_for_signal() => return if first { Err(CommandError::cancelled()) } else { Ok(Exit::Done) },
            found = asked.stack.tempo.search_up_to_limit(&mut question) => found,
        };
        match found {
            Slot::Known { value, .. } => {
                failed = 0;
                most = question.limit;
                if value.hits.len() >= most as usize && !told_full {
                    told_full = true;
                    let note = format!(
                        "Tempo returns at most {most} traces at a time, and there are more: some are not shown. \
                         Narrow the query to see all matches.\n"
                    );
                    let note = sink.style_err().tone(Tone::Degraded, &note);
                    sink.err(&note);
                }
                let fresh: Vec<_> = value
                    .hits
                    .into_iter()
                    .rev()
                    .filter(|hit| seen.is_new(hit.trace_id))
                    .collect();
                if first && !matches!(args.output, SearchFormat::Jsonl) {
                    sink.out(&table.head())?;
                }
                let shown = if first && !from_start { &[][..] } else { &fresh[..] };
                for hit in shown {
                    let text = if args.output == SearchFormat::Jsonl {
                        render::render_hit_line(hit)
                    } else {
                        table.row(hit)
                    };
                    sink.out(&text)?;
                }
                first = false;
            }
            other => {
                failed += 1;
                // A Tempo that restarts comes back; one that refuses does not.
                let passing = other
                    .failure()
                    .is_some_and(|failure| failure.kind.is_unreachable() || failure.status >= Some(500));
                if first || !passing || failed >= PATIENCE {
                    return Err(explain_refusal(&other, asked).await);
                }
            }
        }
        if sink.is_closed() {
            return Ok(Exit::Done);
        }
        tokio::select! {
            biased;
            () = wait_for_signal() => return Ok(Exit::Done),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// The traces that were shown.
#[derive(Default)]
struct ShownTraces {
    ids: HashSet<TraceId>,
    order: VecDeque<TraceId>,
}

impl ShownTraces {
    fn is_new(&mut self, id: TraceId) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}
