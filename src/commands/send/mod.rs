//! `tempoctl send`: a probe followed to the end, load that looks like real services, recordings sent again.

mod args;
mod options;
mod cause;
mod exec;
mod manual_span;
mod load;
mod probe;
mod report;
mod signal;
mod target;
mod worker;

use crate::Exit;
use crate::app::{App, block_on_threads};
use crate::command_error::CommandError;
use crate::render::json::render_document;
use crate::render::sink::OutputError;
use crate::render::{Sink, send};
use telemetry::load::batch::TraceBatch;
use telemetry::load::encode::otlp_json;
use telemetry::load::generator::{TraceGenerator, TraceSource};
use telemetry::load::scenario;
use telemetry::model::send_report::{SendReport, TraceProtocol};

pub use args::SendArgs;
use args::{SendCommand, SendFormat};
use options::{SendOptions, SendPayload};

/// Runs `send`.
pub fn run_send(args: &SendArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.traces.list {
        return list_scenarios(app.sink);
    }
    if let Some(SendCommand::Report(inner)) = &args.command {
        return report::run_report(inner, args.misplaced_flag(), app.sink);
    }
    block_on_threads(execute_send(args, app))
}

async fn execute_send(args: &SendArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if let Some(SendCommand::Exec(inner)) = &args.command {
        if let Some(flag) = args.misplaced_flag() {
            let advice = vec!["tempoctl send exec --name build -- make".to_owned()];
            return Err(CommandError::usage(format!("{flag}: put the flags of exec after it")).advising_all(advice));
        }
        let args = inner;
        return exec::run_exec(args, app).await;
    }
    let now = read_wall_clock();
    let asked = SendOptions::parse(args, app.env, now)?;
    if args.dry_run {
        return print_dry_run(&asked, args, now, app.sink);
    }
    let stack = target::build_stack(&args.wire, asked.timeout, app)?;
    let (report, exit) = match probe::build_requested_probe(&asked, now) {
        Some(probe) => {
            if args.print_traceparent {
                let text = format!("TRACEPARENT={}\n", probe.context().traceparent());
                app.sink.out(&text)?;
            }
            probe::run_probe(&asked, &stack, &probe, app.sink).await
        }
        None => {
            let from = load::build_source(&asked, args, &stack, now)?;
            load::run_load(&asked, args, &stack, from, app.sink).await
        }
    };
    print_report(&report, args, app.sink)?;
    Ok(exit)
}

/// Nanoseconds since 1970.
fn read_wall_clock() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}

fn print_report(report: &SendReport, args: &SendArgs, sink: &mut Sink) -> Result<(), OutputError> {
    if args.output == SendFormat::Json {
        return sink.out(&render_document(report));
    }
    if args.print_id {
        let ids: String = report.trace_ids.iter().map(|id| format!("{id}\n")).collect();
        sink.out(&ids)?;
    }
    if args.print_id || args.print_traceparent {
        let text = send::render_human(report, sink.style_err());
        sink.err(&text);
        return Ok(());
    }
    sink.out(&send::render_human(report, sink.style_out()))
}

fn list_scenarios(sink: &mut Sink) -> Result<Exit, CommandError> {
    let scenarios: Vec<scenario::LoadScenario> = scenario::list_scenario_names()
        .filter_map(scenario::find_scenario)
        .collect();
    let rows: Vec<(&str, f64, bool, &str)> = scenarios
        .iter()
        .map(|scenario| {
            (
                scenario.name.as_str(),
                scenario.weight,
                scenario.default,
                scenario.about.as_str(),
            )
        })
        .collect();
    let text = send::render_scenarios(&rows, sink.style_out());
    sink.out(&text)?;
    Ok(Exit::Done)
}

/// Prints OTLP JSON: a document for a probe or a recording, for load one a line and batch.
fn print_dry_run(asked: &SendOptions, args: &SendArgs, now: u64, sink: &mut Sink) -> Result<Exit, CommandError> {
    let document = match (&asked.payload, probe::build_requested_probe(asked, now)) {
        (_, Some(probe)) => otlp_json::write_document(&[probe.trace]),
        (SendPayload::Load(scenarios), _) => {
            let mut generator = TraceGenerator::new(&asked.plan(scenarios, TraceProtocol::HttpJson))
                .map_err(|problem| CommandError::usage(problem).advising("tempoctl send --list"))?;
            print_batches(&mut generator, asked, now, sink)?;
            return Ok(Exit::Done);
        }
        _ => {
            let (mut recording, rewrite) = load::read_recording(asked, args, now)?;
            telemetry::load::replay::rewrite_recording(&mut recording, rewrite);
            otlp_json::write_document(&recording)
        }
    };
    let document: serde_json::Value = serde_json::from_str(&document).unwrap_or_default();
    sink.out(&render_document(&document))?;
    Ok(Exit::Done)
}

fn print_batches(
    generator: &mut TraceGenerator,
    asked: &SendOptions,
    now: u64,
    sink: &mut Sink,
) -> Result<(), OutputError> {
    let count = asked.load.count.unwrap_or(1);
    let mut index = 0;
    while index < count && !sink.is_closed() {
        let mut batch = TraceBatch::default();
        while index < count && batch.bytes < asked.load.batch_bytes as usize {
            generator.add(index, now, &mut batch);
            index += 1;
        }
        for (body, _) in batch.finish(generator.frames()) {
            let text = String::from_utf8_lossy(&body);
            sink.out(&format!("{text}\n"))?;
        }
    }
    Ok(())
}
