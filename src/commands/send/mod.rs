//! `tempoctl send`: a probe followed to the end, load that looks like real services, recordings sent again.

mod args;
mod asked;
mod cause;
mod exec;
mod hand;
mod load;
mod probe;
mod report;
mod signal;
mod target;
mod worker;

use std::time::Duration;

use crate::Exit;
use crate::cli::write;
use crate::config::{ConnectionArgs, Environment};
use crate::load::batch::Batch;
use crate::load::encode::otlp_json;
use crate::load::generator::{Generator, Source};
use crate::load::scenario;
use crate::model::sending::{SendReport, Wire};
use crate::render::error::error;
use crate::render::{Sink, send};

pub use args::SendArgs;
use args::{Format, SendCommand};
use asked::{Asked, Problem, What};

/// Runs `send`.
pub fn run(args: &SendArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    if args.traces.list {
        return list(sink);
    }
    if let Some(SendCommand::Report(inner)) = &args.command {
        return report::run(inner, args.stray(), sink);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(problem) => {
            return refuse(
                &[(format!("cannot start the async runtime: {problem}"), Vec::new())],
                Exit::General,
                args,
                sink,
            );
        }
    };
    let result = runtime.block_on(Box::pin(carried_out(args, connection, env, sink)));
    runtime.shutdown_timeout(Duration::from_millis(50));
    match result {
        Ok(exit) => exit,
        Err(problems) => refuse(&problems, Exit::Usage, args, sink),
    }
}

async fn carried_out(
    args: &SendArgs,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Result<Exit, Vec<Problem>> {
    if let Some(SendCommand::Exec(inner)) = &args.command {
        if let Some(flag) = args.stray() {
            let advice = vec!["tempoctl send exec --name build -- make".to_owned()];
            return Err(vec![(format!("{flag}: put the flags of exec after it"), advice)]);
        }
        let args = inner;
        return exec::run(args, connection, env, sink).await;
    }
    let now = wall_clock();
    let asked = Asked::read(args, env, now)?;
    if args.dry_run {
        return dry_run(&asked, args, now, sink);
    }
    let target = target::target(&args.wire, asked.timeout.as_secs_f64(), connection, env)?;
    let (report, exit) = match probe::made(&asked, now) {
        Some(probe) => {
            if args.print_traceparent {
                let text = format!("TRACEPARENT={}\n", probe.context().traceparent());
                if let Err(exit) = write(sink, &text) {
                    return Ok(exit);
                }
            }
            probe::run(&asked, &target, &probe, sink).await
        }
        None => {
            let from = load::source(&asked, args, &target, now)?;
            load::run(&asked, args, &target, from, sink).await
        }
    };
    Ok(show(&report, args, sink).err().unwrap_or(exit))
}

/// Nanoseconds since 1970.
fn wall_clock() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}

fn show(report: &SendReport, args: &SendArgs, sink: &mut Sink) -> Result<(), Exit> {
    if args.output == Format::Json {
        return write(sink, &send::json(report));
    }
    if args.print_id {
        let ids: String = report.trace_ids.iter().map(|id| format!("{id}\n")).collect();
        write(sink, &ids)?;
    }
    if args.print_id || args.print_traceparent {
        let text = send::human(report, sink.style_err());
        sink.err(&text);
        return Ok(());
    }
    write(sink, &send::human(report, sink.style_out()))
}

/// Says why nothing was sent: on standard error, and for `-o json` as the one document on standard output.
fn refuse(problems: &[Problem], exit: Exit, args: &SendArgs, sink: &mut Sink) -> Exit {
    for (message, advice) in problems {
        let text = error(message, advice, sink.style_err());
        sink.err(&text);
    }
    if args.output == Format::Json {
        return write(sink, &crate::render::error::json(problems)).err().unwrap_or(exit);
    }
    exit
}

fn list(sink: &mut Sink) -> Exit {
    let scenarios: Vec<scenario::Scenario> = scenario::names().filter_map(scenario::find).collect();
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
    let text = send::scenarios(&rows, sink.style_out());
    write(sink, &text).err().unwrap_or(Exit::Done)
}

/// Prints OTLP JSON: a document for a probe or a recording, for load one a line and batch.
fn dry_run(asked: &Asked, args: &SendArgs, now: u64, sink: &mut Sink) -> Result<Exit, Vec<Problem>> {
    let document = match (&asked.what, probe::made(asked, now)) {
        (_, Some(probe)) => otlp_json::document(&probe.request),
        (What::Load(scenarios), _) => {
            let mut generator = Generator::new(&asked.plan(scenarios, Wire::HttpJson))
                .map_err(|problem| vec![(problem, vec!["tempoctl send --list".to_owned()])])?;
            return Ok(lines(&mut generator, asked, now, sink));
        }
        _ => {
            let (mut recording, rewrite) = load::recorded(asked, args, now)?;
            crate::load::replay::rewritten(&mut recording, rewrite);
            otlp_json::document(&recording)
        }
    };
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(write(sink, &crate::render::clean::json_line(text))
        .err()
        .unwrap_or(Exit::Done))
}

fn lines(generator: &mut Generator, asked: &Asked, now: u64, sink: &mut Sink) -> Exit {
    let count = asked.load.count.unwrap_or(1);
    let mut index = 0;
    while index < count && !sink.is_closed() {
        let mut batch = Batch::default();
        while index < count && batch.bytes < asked.load.batch_bytes {
            generator.add(index, now, &mut batch);
            index += 1;
        }
        for (body, _) in batch.finish(generator.frames()) {
            let text = String::from_utf8_lossy(&body);
            if let Err(exit) = write(sink, &format!("{text}\n")) {
                return exit;
            }
        }
    }
    Exit::Done
}
