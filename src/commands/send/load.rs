//! Load and recordings: pumped, shown while they run, read back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Exit;
use crate::config::{Disk, MOST_DOCUMENT};
use crate::load::generator::{Generator, Source};
use crate::load::replay::{Replay, Rewrite};
use crate::load::rng::hex;
use crate::model::report::SCHEMA_VERSION;
use crate::model::sending::{Account, EMPTY_SHARE, LatencyMs, Limit, SendReport};
use crate::probes::sending::limit::{self, Steps};
use crate::probes::sending::tally::MOST_SAMPLED;
use crate::probes::sending::verify::verify;
use crate::probes::sending::{Ended, Job, Rate, Snapshot, Tally, run as pump};
use crate::probes::{Board, tempo};
use crate::render::send_line::Progress;
use crate::render::{SendLine, Sink};

use super::args::SendArgs;
use super::asked::{Asked, Problem, What};
use super::cause;
use super::signal::Signal;
use super::target::Target;

/// How often the line is drawn, and a run without a terminal says how it is.
const DRAWN: Duration = Duration::from_millis(200);
const SAID: Duration = Duration::from_secs(60);
/// … and the first time after this: whoever looks into the log of a container sees that it works.
const SAID_FIRST: Duration = Duration::from_secs(5);
/// A trace that is in memory at once is found within this.
const FOUND_WITHIN: Duration = Duration::from_secs(15);

/// Where the traces of a run come from.
pub(super) enum From {
    Made(Box<Generator>),
    Recorded(Replay),
}

impl Progress for Snapshot {
    fn account(&self) -> Account {
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

impl From {
    fn source(&mut self) -> &mut dyn Source {
        match self {
            From::Made(generator) => generator.as_mut(),
            From::Recorded(replay) => replay,
        }
    }
}

/// Encodes what is to be sent.
pub(super) fn source(asked: &Asked, args: &SendArgs, target: &Target, now: u64) -> Result<From, Vec<Problem>> {
    let wire = target.client.wire();
    match &asked.what {
        What::Load(scenarios) => Generator::new(&asked.plan(scenarios, wire))
            .map(|generator| From::Made(Box::new(generator)))
            .map_err(|problem| vec![(problem, vec!["tempoctl send --list".to_owned()])]),
        _ => {
            recorded(asked, args, now).map(|(recording, rewrite)| From::Recorded(Replay::new(recording, wire, rewrite)))
        }
    }
}

/// The recording, and what to change in it.
pub(super) fn recorded(
    asked: &Asked,
    args: &SendArgs,
    now: u64,
) -> Result<
    (
        opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest,
        Rewrite,
    ),
    Vec<Problem>,
> {
    let path = args.replay.input.clone().unwrap_or_default();
    let shown = path.display();
    let text = Disk.text_or_stdin(&path, MOST_DOCUMENT);
    let advice = || vec!["tempoctl send --dry-run > traces.json".to_owned()];
    let text = text.map_err(|problem| vec![(format!("--input: cannot read {shown}: {problem}"), advice())])?;
    let recording =
        crate::load::input::read(&text).map_err(|problem| vec![(format!("--input: {shown}: {problem}"), advice())])?;
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
pub(super) async fn run(
    asked: &Asked,
    args: &SendArgs,
    target: &Target,
    mut from: From,
    sink: &mut Sink,
) -> (SendReport, Exit) {
    let tally = Arc::new(Tally::new(asked.load.verify.unwrap_or(0.0)));
    let signal = Signal::new();
    let started = Instant::now();
    let endless = args.replay.input.is_none()
        && asked.load.duration.is_none()
        && asked.load.count.is_none()
        && !args.load.until_rejected;
    let mut line = SendLine::new(sink);
    let (limit, ended) = {
        let sending = send(asked, args, target, from.source(), &tally, &signal);
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
    let mut report = report(target, &tally, limit, ended, duration_ms);
    if asked.load.count == Some(0) {
        report.notes.push(EMPTY_SHARE.to_owned());
    }
    if asked.load.verify.is_some() && tally.has_accepted() {
        let board = Board::new(target.setup.evidence(), asked.timeout, None);
        let found = tempo::status(&target.setup, &board).await;
        let (sample, drawn) = tally.sampled();
        if drawn > MOST_SAMPLED as u64 {
            report
                .notes
                .push(format!("read back {MOST_SAMPLED} of {drawn} sampled traces"));
        }
        let patience = FOUND_WITHIN.min(asked.timeout);
        tokio::select! {
            verified = verify(&found.api, sample, patience) => {
                report.account.spans.found = Some(verified.spans);
                report.verified = Some(verified);
            }
            () = async { if report.cancelled { std::future::pending::<()>().await } signal.heard().await } => {
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
        report.cause = cause::of_answer(target, first).await;
    }
    let exit = exit(&report, refused, endless);
    (report, exit)
}

async fn send(
    asked: &Asked,
    args: &SendArgs,
    target: &Target,
    source: &mut dyn Source,
    tally: &Arc<Tally>,
    signal: &Signal,
) -> (Option<Limit>, Ended) {
    let mut source = source;
    let load = &asked.load;
    if args.load.until_rejected {
        let steps = Steps {
            from: match load.rate {
                Rate::PerSecond(rate) => rate,
                Rate::Max => 100.0,
            },
            step: load.step,
            within: load.duration.unwrap_or(Duration::from_secs(300)),
            connections: load.connections,
            batch_bytes: load.batch_bytes,
        };
        let (limit, ended) = limit::find(&mut source, &target.client, steps, tally, signal.flag(), |_| {}).await;
        return (Some(limit), ended);
    }
    let ended = pump(Job {
        source: &mut source,
        client: &target.client,
        rate: load.rate,
        first: 0,
        count: load.count,
        duration: load.duration,
        connections: load.connections,
        batch_bytes: load.batch_bytes,
        retry_for: load.retry_for,
        until_refused: false,
        tally: tally.clone(),
        stop: signal.flag(),
    })
    .await;
    (None, ended)
}

fn report(target: &Target, tally: &Tally, limit: Option<Limit>, ended: Ended, duration_ms: u64) -> SendReport {
    SendReport {
        schema_version: SCHEMA_VERSION,
        trace_ids: tally.ids().iter().map(|id| hex(id)).collect(),
        sent_to: target.client.endpoint().to_owned(),
        protocol: target.client.wire(),
        account: tally.account(),
        duration_ms,
        latency_ms: tally.latency(),
        latency_histogram: tally.latency_histogram(),
        hops: Vec::new(),
        verified: None,
        refusals: tally.refusals(),
        limit,
        behind: ended.behind,
        unsampled: tally.left_out(),
        held_up_ms: tally.held_up_ms(),
        cause: None,
        cancelled: ended.stopped,
        notes: target.notes.clone(),
    }
}

pub(super) fn exit(report: &SendReport, refused: bool, endless: bool) -> Exit {
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
