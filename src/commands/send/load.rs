//! Load and recordings: pumped, shown while they run, read back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::send_line::SendProgress;
use crate::render::{SendLine, Sink};
use probes::sending::accounting::MOST_SAMPLED;
use probes::sending::limit::{self, LimitSteps};
use probes::sending::verify::verify_sample;
use probes::sending::{LoadEnd, LoadJob, SendRate, Tally, TallySnapshot, run_job as pump};
use probes::{EvidenceRecorder, tempo};
use stack::Stack;
use stack::config::{Disk, MOST_DOCUMENT};
use telemetry::load::generator::{TraceGenerator, TraceSource};
use telemetry::load::replay::{Replay, Rewrite};
use telemetry::load::rng::encode_hex;
use telemetry::model::report::SCHEMA_VERSION;
use telemetry::model::send_report::{EMPTY_SHARE, LatencyMs, SendAccount, SendReport, SustainedRate};
use telemetry::model::trace::Trace;
use telemetry::parse::traces::parse_recording;

use super::args::SendArgs;
use super::cause;
use super::options::{SendOptions, SendPayload};
use super::signal::StopSignal;

/// How often the line is drawn, and a run without a terminal says how it is.
const DRAWN: Duration = Duration::from_millis(200);
const SAID: Duration = Duration::from_secs(60);
/// … and the first time after this: whoever looks into the log of a container sees that it works.
const SAID_FIRST: Duration = Duration::from_secs(5);
/// A trace that is in memory at once is found within this.
const FOUND_WITHIN: Duration = Duration::from_secs(15);

/// Where the traces of a run come from.
pub(super) enum LoadSource {
    Made(Box<TraceGenerator>),
    Recorded(Replay),
}

impl SendProgress for TallySnapshot {
    fn account(&self) -> SendAccount {
        self.account
    }

    fn latency(&self) -> Option<LatencyMs> {
        self.latency
    }

    fn lag_ms(&self) -> u64 {
        self.lag_ms
    }

    fn hold_ms(&self) -> u64 {
        self.hold_ms
    }

    fn last_reason(&self) -> Option<String> {
        self.last_reason.clone()
    }
}

impl LoadSource {
    fn as_source(&mut self) -> &mut dyn TraceSource {
        match self {
            LoadSource::Made(generator) => generator.as_mut(),
            LoadSource::Recorded(replay) => replay,
        }
    }
}

/// Encodes what is to be sent.
pub(super) fn build_source(
    asked: &SendOptions,
    args: &SendArgs,
    stack: &Stack,
    now: u64,
) -> Result<LoadSource, CommandError> {
    let wire = stack.otlp.wire();
    match &asked.payload {
        SendPayload::Load(scenarios) => TraceGenerator::new(&asked.plan(scenarios, wire))
            .map(|generator| LoadSource::Made(Box::new(generator)))
            .map_err(|problem| CommandError::usage(problem).advising("tempoctl send --list")),
        _ => read_recording(asked, args, now)
            .map(|(recording, rewrite)| LoadSource::Recorded(Replay::new(recording, wire, rewrite))),
    }
}

/// The recording, and what to change in it.
pub(super) fn read_recording(
    asked: &SendOptions,
    args: &SendArgs,
    now: u64,
) -> Result<(Vec<Trace>, Rewrite), CommandError> {
    let path = args.replay.input.clone().unwrap_or_default();
    let shown = path.display();
    let text = Disk.text_or_stdin(&path, MOST_DOCUMENT);
    let refuse = |why: String| CommandError::usage(why).advising("tempoctl send --dry-run > traces.json");
    let text = text.map_err(|problem| refuse(format!("--input: cannot read {shown}: {problem}")))?;
    let recording = parse_recording(&text).map_err(|problem| refuse(format!("--input: {shown}: {problem}")))?;
    let rewrite = Rewrite {
        ids: args.replay.new_ids.then_some(asked.seed),
        end: args
            .replay
            .new_times
            .then(|| now.saturating_sub(asked.backdate.as_nanos() as u64)),
    };
    Ok((recording, rewrite))
}

/// Sends it all.
pub(super) async fn run_load(
    asked: &SendOptions,
    args: &SendArgs,
    stack: &Stack,
    mut from: LoadSource,
    sink: &mut Sink,
) -> (SendReport, Exit) {
    let tally = Arc::new(Tally::new(asked.load.verify.unwrap_or(0.0)));
    let signal = StopSignal::new();
    let started = Instant::now();
    let endless = args.replay.input.is_none()
        && asked.load.duration.is_none()
        && asked.load.count.is_none()
        && !args.load.until_rejected;
    let mut line = SendLine::new(sink);
    let (limit, ended) = {
        let sending = send_load(asked, args, stack, from.as_source(), &tally, &signal);
        tokio::pin!(sending);
        let mut drawn = tokio::time::interval(DRAWN);
        let mut say_at = SAID_FIRST;
        loop {
            tokio::select! {
                done = &mut sending => break done,
                _ = drawn.tick() => {
                    line.draw(&tally.snapshot(), tally.elapsed());
                    if endless && !sink.stderr_is_tty() && started.elapsed() >= say_at {
                        say_at = say_at.saturating_add(SAID);
                        let text = line.text(&tally.snapshot(), tally.elapsed());
                        sink.err(&format!("{text}\n"));
                    }
                }
            }
        }
    };
    line.clear();
    let duration_ms = started.elapsed().as_millis() as u64;
    let mut report = build_report(stack, &tally, limit, ended, duration_ms);
    if asked.load.count == Some(0) {
        report.notes.push(EMPTY_SHARE.to_owned());
    }
    if asked.load.verify.is_some() && tally.has_accepted() {
        let board = EvidenceRecorder::new(stack, asked.timeout);
        let found = tempo::fetch_status(stack, &board).await;
        let (sample, drawn) = tally.sampled();
        if drawn > MOST_SAMPLED as u64 {
            report
                .notes
                .push(format!("read back {MOST_SAMPLED} of {drawn} sampled traces"));
        }
        let patience = FOUND_WITHIN.min(asked.timeout);
        tokio::select! {
            verified = verify_sample(&found, sample, patience) => {
                report.account.spans.found = Some(verified.spans);
                report.verified = Some(verified);
            }
            () = async { if report.cancelled { std::future::pending::<()>().await } signal.wait().await } => {
                report.cancelled = true;
                report.notes.push("cancelled while reading back".to_owned());
            }
        }
    }
    let first = tally.first_refusal();
    let refused = first.as_ref().is_some_and(cause::is_refusal) && !tally.has_accepted();
    if let Some(first) = first.filter(|_| !tally.has_accepted() || report.account.spans.failed > 0)
        && report.limit.is_none()
    {
        report.cause = cause::find_cause(stack, first).await;
    }
    let exit = choose_exit(&report, refused, endless);
    (report, exit)
}

async fn send_load(
    asked: &SendOptions,
    args: &SendArgs,
    stack: &Stack,
    source: &mut dyn TraceSource,
    tally: &Arc<Tally>,
    signal: &StopSignal,
) -> (Option<SustainedRate>, LoadEnd) {
    let mut source = source;
    let load = &asked.load;
    if args.load.until_rejected {
        let steps = LimitSteps {
            from: match asked.rate {
                SendRate::PerSecond(rate) => rate,
                SendRate::Max => 100.0,
            },
            step: load.step,
            within: load.duration.unwrap_or(Duration::from_secs(300)),
            connections: load.connections as usize,
            batch_bytes: load.batch_bytes as usize,
        };
        let (limit, ended) = limit::find_limit(&mut source, &stack.otlp, steps, tally, signal.flag(), |_| {}).await;
        return (Some(limit), ended);
    }
    let ended = pump(LoadJob {
        source: &mut source,
        client: &stack.otlp,
        rate: asked.rate,
        first: 0,
        count: load.count,
        duration: load.duration,
        connections: load.connections as usize,
        batch_bytes: load.batch_bytes as usize,
        retry_for: load.retry_for,
        until_refused: false,
        tally: tally.clone(),
        stop: signal.flag(),
    })
    .await;
    (None, ended)
}

fn build_report(
    stack: &Stack,
    tally: &Tally,
    limit: Option<SustainedRate>,
    ended: LoadEnd,
    duration_ms: u64,
) -> SendReport {
    SendReport {
        schema_version: SCHEMA_VERSION,
        trace_ids: tally.ids().iter().map(|id| encode_hex(id)).collect(),
        sent_to: stack.otlp.endpoint().to_owned(),
        protocol: stack.otlp.wire(),
        account: tally.account(),
        duration_ms,
        latency_ms: tally.latency(),
        latency_histogram: tally.latency_histogram(),
        hops: Vec::new(),
        verified: None,
        refusals: tally.refusals(),
        limit,
        behind: ended.behind,
        unsampled: tally.unsampled_count(),
        held_up_ms: tally.held_up_ms(),
        cause: None,
        cancelled: ended.stopped,
        notes: stack.notes.clone(),
    }
}

pub(super) fn choose_exit(report: &SendReport, refused: bool, endless: bool) -> Exit {
    let spans = report.account.spans;
    if refused {
        return Exit::Refused;
    }
    if let Some(limit) = &report.limit {
        return match (
            report.cancelled,
            limit.sustained.is_some() || limit.refused_at.is_some(),
        ) {
            (true, _) => Exit::Cancelled,
            // Nothing at all was taken: that is no limit.
            (false, _) if spans.accepted == 0 => Exit::Found,
            (false, true) => Exit::Done,
            (false, false) => Exit::Inconclusive,
        };
    }
    let lost = report
        .verified
        .as_ref()
        .is_some_and(|verified| verified.found < verified.sampled);
    if report.cancelled && spans.accepted + spans.rejected == 0 {
        return Exit::Cancelled;
    }
    if spans.rejected + spans.failed > 0 || lost {
        return Exit::Found;
    }
    if report.cancelled && !endless {
        return Exit::Cancelled;
    }
    if spans.accepted == 0 && !report.cancelled && report.unsampled == 0 && !report.has_empty_share() {
        return Exit::Found;
    }
    Exit::Done
}
