//! What was asked for, read and checked before anything is sent.

use std::time::Duration;

use crate::command_error::CommandError;
use probes::follow::FollowDepth;
use probes::sending::{SendRate, generate_seed};
use stack::config::{Disk, Environment, MOST_SETTINGS};
use telemetry::load::context::TraceContext;
use telemetry::load::generator::LoadPlan;
use telemetry::load::probe::ManualSpan;
use telemetry::load::sampling::Sampling;
use telemetry::load::scenario::{self, LoadScenario};
use telemetry::load::trace_plan::ScenarioOverrides;
use telemetry::model::send_report::TraceProtocol;
use telemetry::model::trace::SpanKind;
use telemetry::parse::find_nearest;

use super::args::{LoadArgs, SendArgs, SpanArgs, TraceArgs, WaitArg};
use super::manual_span::{collect_span_overrides, parse_manual_span, read_parent_context};

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
    pub(super) rate: SendRate,
    pub(super) load: LoadArgs,
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

impl SendOptions {
    /// What flags and environment ask for.
    pub(super) fn parse(args: &SendArgs, env: &Environment, now: u64) -> Result<SendOptions, CommandError> {
        let overrides = parse_overrides(&args.span, &args.traces, env)?;
        let mut load = args.load.clone();
        let mut rate = load.rate.unwrap_or_else(|| choose_rate(args));
        if load.until_rejected && rate == SendRate::Max {
            return Err(
                CommandError::usage("--rate: --until-rejected raises a rate step by step; max is not a rate")
                    .advising("--rate 100 --until-rejected"),
            );
        }
        let mut seed = args.traces.seed.unwrap_or_else(generate_seed);
        if let Some(worker) = args.load.worker {
            worker.share(&mut rate, &mut load.count);
            seed = worker.seed(seed);
        }
        let backdate = args.traces.backdate.unwrap_or_default();
        let end = now.saturating_sub(backdate.as_nanos() as u64);
        // The first moment that all encodings write alike.
        if end < 1_100_000_000_000_000_000 {
            return Err(CommandError::usage("--backdate: reaches back before 2004").advising("--backdate 30d"));
        }
        Ok(SendOptions {
            payload: choose_payload(args, &overrides, env, end)?,
            overrides,
            seed,
            error_rate: args.traces.error_rate,
            sampling: args.traces.sample_ratio.map_or(Sampling::ALL, Sampling::from_share),
            backdate,
            parent: read_parent_context(env)?,
            wait: choose_wait(args.wait),
            timeout: args.timeout,
            rate,
            load,
        })
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
        repeated: false,
        metrics: matches!(arg, WaitArg::Metrics | WaitArg::All),
    }
}

/// The rate where nobody says one.
fn choose_rate(args: &SendArgs) -> SendRate {
    match args.load.until_rejected {
        _ if args.replay.input.is_some() => SendRate::Max,
        true => SendRate::PerSecond(100.0),
        false => SendRate::PerSecond(10.0),
    }
}

fn choose_payload(
    args: &SendArgs,
    wishes: &ScenarioOverrides,
    env: &Environment,
    end: u64,
) -> Result<SendPayload, CommandError> {
    let scenarios = parse_scenarios(&args.traces)?;
    let sampled = args.traces.sample_ratio.is_some();
    let many = args.load.first_given().or(sampled.then_some("--sample-ratio"));
    let span = &args.span;
    let hand = span.first_given();
    let shape = !args.traces.scenario.is_empty() || !args.traces.scenario_file.is_empty();
    if args.replay.input.is_some() {
        return match hand.or(shape.then_some("--scenario")) {
            Some(flag) => Err(CommandError::usage(format!(
                "{flag}: cannot be combined with --input, which sends recorded traces"
            ))
            .advising("tempoctl send --input traces.json")),
            None => Ok(SendPayload::Replay),
        };
    }
    match (hand, many) {
        (Some(hand), Some(many)) => Err(CommandError::usage(format!(
            "{hand} sends one span, {many} sends load: use one of them"
        ))
        .advising("tempoctl send --rate 10 --scenario order")),
        (Some(hand), None) if shape => Err(CommandError::usage(format!(
            "{hand} sends one span, --scenario a trace: use one of them"
        ))
        .advising("tempoctl send --scenario order")),
        (Some(_), None) => {
            let span = parse_manual_span(span, SpanKind::Internal, None, wishes, env, end)?;
            Ok(SendPayload::Span(Box::new(span)))
        }
        (None, Some(_)) if scenarios.iter().map(|(_, weight)| weight).sum::<f64>() <= 0.0 => Err(CommandError::usage(
            "--scenario: the weights sum to 0, so nothing would be sent",
        )
        .advising("--scenario user-request=50,order=35,error=15")),
        (None, Some(_)) => Ok(SendPayload::Load(scenarios)),
        // Of several scenarios a probe takes the first that was named; of none the first of the default ones.
        (None, None) => match scenarios.into_iter().next() {
            Some((scenario, _)) => Ok(SendPayload::Scenario(Box::new(scenario))),
            None => Err(CommandError::usage("--scenario: names no scenario").advising("tempoctl send --list")),
        },
    }
}

/// The scenarios that were named, with their weights.
fn parse_scenarios(args: &TraceArgs) -> Result<Vec<(LoadScenario, f64)>, CommandError> {
    let mut list = Vec::new();
    for entry in &args.scenario {
        let (name, weight) = match entry.split_once(['=', ':']) {
            Some((name, weight)) => (name.trim(), Some(weight.trim())),
            None => (entry.trim(), None),
        };
        let Some(scenario) = scenario::find_scenario(name) else {
            let near = find_nearest(name, scenario::list_scenario_names()).unwrap_or("user-request");
            return Err(CommandError::usage(format!("--scenario: unknown scenario '{name}'"))
                .advising(format!("--scenario {near}"))
                .advising("tempoctl send --list"));
        };
        let weight = match weight.map(str::parse::<f64>) {
            None => scenario.weight,
            Some(Ok(weight)) if weight >= 0.0 && weight.is_finite() => weight,
            Some(_) => {
                let message = format!("--scenario: the weight in '{entry}' must be 0 or more");
                return Err(CommandError::usage(message).advising(format!("--scenario {name}=20")));
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
        let source = Disk.decode_text(path, MOST_SETTINGS).map_err(|problem| {
            CommandError::usage(format!("--scenario-file: cannot read {shown}: {problem}"))
                .advising("tempoctl send --list")
        })?;
        let scenario = LoadScenario::parse(&name, &source)
            .map_err(|problem| CommandError::usage(format!("--scenario-file: {shown}: {}", problem.trim_end())))?;
        let weight = scenario.weight;
        list.push((scenario, weight));
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
    Ok(list)
}

fn parse_overrides(span: &SpanArgs, traces: &TraceArgs, env: &Environment) -> Result<ScenarioOverrides, CommandError> {
    Ok(ScenarioOverrides {
        prefix: traces.service_prefix.clone().unwrap_or_default(),
        depth: traces.depth.map(|depth| depth as usize),
        services: traces.services.map(|services| services as usize),
        ..collect_span_overrides(span, env)?
    })
}
