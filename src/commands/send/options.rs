//! What was asked for, read and checked before anything is sent.

use std::time::Duration;

use crate::command_error::CommandError;
use crate::config::{Disk, Environment, MOST_SETTINGS};
use crate::load::context::TraceContext;
use crate::load::generator::LoadPlan;
use crate::load::probe::ManualSpan;
use crate::load::sampling::Sampling;
use crate::load::scenario::{self, LoadScenario};
use crate::load::trace_plan::ScenarioOverrides;
use crate::model::Problem;
use crate::model::send_report::TraceProtocol;
use crate::model::trace::SpanKind;
use crate::parse::{ParseError, amount, duration, find_nearest};
use crate::probes::follow::FollowDepth;
use crate::probes::sending::{SendRate, generate_seed};

use super::args::{SendArgs, SpanArgs, TraceArgs, WaitArg};
use super::manual_span::{parse_manual_span, parse_span_overrides, read_parent_context};
use super::worker::Worker;

/// Everything but the addresses.
pub(super) struct SendOptions {
    pub(super) payload: SendPayload,
    pub(super) overrides: ScenarioOverrides,
    pub(super) seed: u64,
    pub(super) error_rate: Option<f64>,
    pub(super) sampling: Sampling,
    pub(super) backdate: Duration,
    pub(super) parent: Option<TraceContext>,
    pub(super) wait: FollowDepth,
    pub(super) timeout: Duration,
    pub(super) load: LoadOptions,
}

/// What to send.
pub(super) enum SendPayload {
    /// One trace of a scenario.
    Scenario(Box<LoadScenario>),
    /// One span made by hand.
    Span(Box<ManualSpan>),
    /// Load.
    Load(Vec<(LoadScenario, f64)>),
    /// A recording.
    Replay,
}

/// How much, how fast.
pub(super) struct LoadOptions {
    pub(super) rate: SendRate,
    pub(super) duration: Option<Duration>,
    pub(super) count: Option<u64>,
    pub(super) step: Duration,
    pub(super) verify: Option<f64>,
    pub(super) connections: usize,
    pub(super) batch_bytes: usize,
    pub(super) retry_for: Duration,
}

/// Collects problems, so that all of them are told at once.
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn take<T>(&mut self, flag: &str, read: Result<T, ParseError>, example: &str) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(refused) => {
                let advice = refused.suggestion.as_deref().unwrap_or(example);
                let problem = Problem::new(format!("{flag}: {}", refused.message));
                self.0.push(problem.advising(format!("{flag} {advice}")));
                None
            }
        }
    }

    pub(super) fn add(&mut self, message: impl Into<String>, advice: &str) {
        self.0.push(Problem::new(message).advising(advice));
    }

    fn parse_time(&mut self, flag: &str, text: &str, example: &str) -> Option<Duration> {
        let read = duration::parse_positive_duration(text);
        self.take(flag, read, example)
    }
}

impl SendOptions {
    /// Reads everything; every problem is told.
    pub(super) fn parse(args: &SendArgs, env: &Environment, now: u64) -> Result<SendOptions, CommandError> {
        let mut problems = Problems(Vec::new());
        let wishes = parse_overrides(&args.span, &args.traces, env, &mut problems);
        let mut load = parse_load(args, &mut problems);
        let worker = args.load.worker.as_ref();
        let worker = worker.and_then(|text| problems.take("--worker", Worker::parse(text), "0/4"));
        if let (Some(worker), Some(load)) = (worker, &mut load) {
            worker.share(load);
        }
        let share = |flag: &str, text: &Option<String>, problems: &mut Problems| {
            text.as_ref()
                .and_then(|text| problems.take(flag, amount::parse_share(text), "5%"))
        };
        let error_rate = share("--error-rate", &args.traces.error_rate, &mut problems);
        let kept = share("--sample-ratio", &args.traces.sample_ratio, &mut problems);
        if kept == Some(0.0) {
            problems.add("--sample-ratio: 0 keeps no traces", "--sample-ratio 10%");
        }
        let backdate = args.traces.backdate.as_ref().and_then(|text| {
            let read = problems.take("--backdate", duration::parse_duration(text), "1h")?;
            // The first moment that all encodings write alike.
            if now.saturating_sub(read.as_nanos() as u64) < 1_100_000_000_000_000_000 {
                problems.add("--backdate: reaches back before 2004", "--backdate 30d");
                return None;
            }
            Some(read)
        });
        let timeout = problems.parse_time("--timeout", &args.timeout, "90s");
        let scenarios = parse_scenarios(&args.traces, &mut problems);
        let backdate = backdate.unwrap_or_default();
        let end = now.saturating_sub(backdate.as_nanos() as u64);
        let what = choose_payload(args, scenarios, &wishes, env, end, &mut problems);
        let parent = read_parent_context(env, &mut problems);
        match (problems.0.is_empty(), what, load, timeout) {
            (true, Some(what), Some(load), Some(timeout)) => Ok(SendOptions {
                payload: what,
                overrides: wishes,
                seed: {
                    let seed = args.traces.seed.unwrap_or_else(generate_seed);
                    worker.map_or(seed, |worker| worker.seed(seed))
                },
                error_rate,
                sampling: kept.map_or(Sampling::ALL, Sampling::from_share),
                backdate,
                parent,
                wait: choose_wait(args.wait),
                timeout,
                load,
            }),
            _ => Err(problems.0.into()),
        }
    }

    /// The plan of a load in this encoding.
    pub(super) fn plan(&self, scenarios: &[(LoadScenario, f64)], wire: TraceProtocol) -> LoadPlan {
        LoadPlan {
            scenarios: scenarios.to_vec(),
            overrides: self.overrides.clone(),
            error_rate: self.error_rate,
            seed: self.seed,
            wire,
            sampling: self.sampling,
            backdate: self.backdate.as_nanos() as u64,
        }
    }
}

fn choose_wait(arg: WaitArg) -> FollowDepth {
    FollowDepth {
        by_id: arg != WaitArg::None,
        search: matches!(arg, WaitArg::Search | WaitArg::All),
        metrics: matches!(arg, WaitArg::Metrics | WaitArg::All),
    }
}

fn parse_load(args: &SendArgs, problems: &mut Problems) -> Option<LoadOptions> {
    let given = &args.load;
    let before = problems.0.len();
    let rate = match given.rate.as_deref() {
        None if args.replay.input.is_some() => SendRate::Max,
        None if given.until_rejected => SendRate::PerSecond(100.0),
        None => SendRate::PerSecond(10.0),
        Some("max") => {
            if given.until_rejected {
                problems.add(
                    "--rate: --until-rejected raises a rate step by step; max is not a rate",
                    "--rate 100 --until-rejected",
                );
            }
            SendRate::Max
        }
        Some(text) => SendRate::PerSecond(problems.take("--rate", amount::parse_rate(text), "200").unwrap_or(1.0)),
    };
    let duration = given
        .duration
        .as_ref()
        .and_then(|text| problems.parse_time("--duration", text, "1m"));
    let count = given
        .count
        .as_ref()
        .and_then(|text| problems.take("--count", amount::parse_count(text), "1000"));
    let step = problems.parse_time("--step", &given.step, "5s");
    let verify = given
        .verify
        .as_ref()
        .and_then(|text| problems.take("--verify", amount::parse_share(text), "5%"));
    let batch_bytes = problems.take("--batch-bytes", amount::parse_bytes(&given.batch_bytes), "512KiB");
    if batch_bytes.is_some_and(|bytes| bytes > 16 * 1024 * 1024) {
        problems.add(
            "--batch-bytes: receivers accept a few MiB at most",
            "--batch-bytes 1MiB",
        );
    }
    let retry_for = problems.take("--retry-for", duration::parse_duration(&given.retry_for), "10s");
    if !(1..=256).contains(&given.connections) {
        problems.add("--connections: must be between 1 and 256", "--connections 4");
    }
    if problems.0.len() > before {
        return None;
    }
    Some(LoadOptions {
        rate,
        duration,
        count,
        step: step?,
        verify,
        connections: given.connections as usize,
        batch_bytes: batch_bytes? as usize,
        retry_for: retry_for?,
    })
}

fn choose_payload(
    args: &SendArgs,
    scenarios: Vec<(LoadScenario, f64)>,
    wishes: &ScenarioOverrides,
    env: &Environment,
    end: u64,
    problems: &mut Problems,
) -> Option<SendPayload> {
    let load = &args.load;
    let many = [
        ("--rate", load.rate.is_some()),
        ("--duration", load.duration.is_some()),
        ("--count", load.count.is_some()),
        ("--worker", load.worker.is_some()),
        ("--until-rejected", load.until_rejected),
        ("--verify", load.verify.is_some()),
        ("--sample-ratio", args.traces.sample_ratio.is_some()),
    ];
    let many = many.iter().find(|(_, given)| *given).map(|(flag, _)| *flag);
    let span = &args.span;
    let hand = [
        ("--name", span.name.is_some()),
        ("--kind", span.kind.is_some()),
        ("--service", span.service.is_some()),
        ("--status", span.status.is_some()),
        ("--event", !span.event.is_empty()),
        ("--link", !span.link.is_empty()),
        ("--start", span.start.is_some()),
        ("--end", span.end.is_some()),
    ];
    let hand = hand.iter().find(|(_, given)| *given).map(|(flag, _)| *flag);
    let shape = !args.traces.scenario.is_empty() || !args.traces.scenario_file.is_empty();
    if args.replay.input.is_some() {
        if let Some(flag) = hand.or(shape.then_some("--scenario")) {
            problems.add(
                format!("{flag}: cannot be combined with --input, which sends recorded traces"),
                "tempoctl send --input traces.json",
            );
        }
        return Some(SendPayload::Replay);
    }
    match (hand, many) {
        (Some(hand), Some(many)) => {
            problems.add(
                format!("{hand} sends one span, {many} sends load: use one of them"),
                "tempoctl send --rate 10 --scenario order",
            );
            None
        }
        (Some(hand), None) if shape => {
            problems.add(
                format!("{hand} sends one span, --scenario a trace: use one of them"),
                "tempoctl send --scenario order",
            );
            None
        }
        (Some(_), None) => parse_manual_span(span, SpanKind::Internal, None, wishes, env, end, problems)
            .map(|span| SendPayload::Span(Box::new(span))),
        (None, Some(_)) => {
            if scenarios.iter().map(|(_, weight)| weight).sum::<f64>() <= 0.0 && problems.0.is_empty() {
                problems.add(
                    "--scenario: the weights sum to 0, so nothing would be sent",
                    "--scenario user-request=50,order=35,error=15",
                );
            }
            Some(SendPayload::Load(scenarios))
        }
        // Of several scenarios a probe takes the first that was named; of none the first of the default ones.
        (None, None) => {
            let first = scenarios.into_iter().next();
            first.map(|(scenario, _)| SendPayload::Scenario(Box::new(scenario)))
        }
    }
}

/// The scenarios that were named, with their weights.
fn parse_scenarios(args: &TraceArgs, problems: &mut Problems) -> Vec<(LoadScenario, f64)> {
    let mut list = Vec::new();
    for entry in &args.scenario {
        let (name, weight) = match entry.split_once(['=', ':']) {
            Some((name, weight)) => (name.trim(), Some(weight.trim())),
            None => (entry.trim(), None),
        };
        let Some(scenario) = scenario::find_scenario(name) else {
            let near = find_nearest(name, scenario::list_scenario_names()).unwrap_or("user-request");
            problems.0.push(
                Problem::new(format!("--scenario: unknown scenario '{name}'"))
                    .advising(format!("--scenario {near}"))
                    .advising("tempoctl send --list"),
            );
            continue;
        };
        let weight = match weight.map(str::parse::<f64>) {
            None => scenario.weight,
            Some(Ok(weight)) if weight >= 0.0 && weight.is_finite() => weight,
            Some(_) => {
                problems.add(
                    format!("--scenario: the weight in '{entry}' must be 0 or more"),
                    &format!("--scenario {name}=20"),
                );
                continue;
            }
        };
        list.push((scenario, weight));
    }
    for path in &args.scenario_file {
        let shown = path.display();
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        match Disk.decode_text(path, MOST_SETTINGS) {
            Err(problem) => problems.add(
                format!("--scenario-file: cannot read {shown}: {problem}"),
                "tempoctl send --list",
            ),
            Ok(source) => match LoadScenario::parse(&name, &source) {
                Ok(scenario) => {
                    let weight = scenario.weight;
                    list.push((scenario, weight));
                }
                Err(problem) => problems.0.push(Problem::new(format!(
                    "--scenario-file: {shown}: {}",
                    problem.trim_end()
                ))),
            },
        }
    }
    if args.scenario.is_empty() && args.scenario_file.is_empty() {
        list = scenario::list_scenario_names()
            .filter_map(scenario::find_scenario)
            .filter(|scenario| scenario.default)
            .map(|scenario| (scenario.weight, scenario))
            .map(|(weight, scenario)| (scenario, weight))
            .collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    list
}

fn parse_overrides(
    span: &SpanArgs,
    traces: &TraceArgs,
    env: &Environment,
    problems: &mut Problems,
) -> ScenarioOverrides {
    let number = |flag: &str, wished: Option<u64>, most: u64, problems: &mut Problems| match wished {
        Some(number) if !(1..=most).contains(&number) => {
            problems.add(format!("{flag}: must be between 1 and {most}"), &format!("{flag} 5"));
            None
        }
        other => other.map(|number| number as usize),
    };
    ScenarioOverrides {
        prefix: traces.service_prefix.clone().unwrap_or_default(),
        depth: number("--depth", traces.depth, 200, problems),
        services: number("--services", traces.services, 500, problems),
        ..parse_span_overrides(span, env, problems)
    }
}
