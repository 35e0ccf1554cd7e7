//! A command inside a span: what it runs is timed, its exit code is kept, and it finds the context in its environment.

use std::panic::AssertUnwindSafe;
use std::process::Stdio;

use futures_util::FutureExt;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use crate::render::Sink;
use probes::push::push_trace;
use probes::sending::accounting::describe_refusal;
use probes::sending::generate_seed;
use telemetry::load::context::TraceContext;
use telemetry::load::probe::{Probe, ProbeOrigin, build_span_probe};
use telemetry::load::rng::{make_span_id, make_trace_id};
use telemetry::load::text::AttributeScalar;
use telemetry::model::marker::PushAnswer;
use telemetry::model::trace::{AttributeValue, SpanKind};
use telemetry::parse::duration;

use super::super::child::await_child;
use super::args::ExecArgs;
use super::manual_span::{collect_span_overrides, parse_manual_span, read_parent_context};
use super::read_wall_clock;
use super::target::build_stack;

/// The span may take so long to hand over once the command is done.
const HAND_OVER: std::time::Duration = std::time::Duration::from_secs(5);

/// Runs the command.
pub(super) async fn run_exec(args: &ExecArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.span.start.is_some() || args.span.end.is_some() {
        return Err(
            CommandError::usage("--start, --end: not with exec; the span lasts as long as the command")
                .advising("tempoctl send exec -- make"),
        );
    }
    let parent = read_parent_context(app.env)?;
    let wishes = collect_span_overrides(&args.span, app.env)?;
    let program = args
        .command
        .first()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let short = program.rsplit(['/', '\\']).next().unwrap_or(&program).to_owned();
    // Reads the flags: what is wrong with them is told before the command runs.
    let now = read_wall_clock();
    let mut span = parse_manual_span(&args.span, SpanKind::Client, Some(&short), &wishes, app.env, now)?;
    let stack = build_stack(&args.wire, HAND_OVER, app)?;
    let seed = generate_seed();
    let context = build_context(seed, parent.as_ref());
    print_context(args, &context, app.sink);
    let started = read_wall_clock();
    let code = run_child(args, &context, &program, app.sink).await?;
    span.times = (started, read_wall_clock());
    span.attributes.splice(
        0..0,
        [
            ("process.executable.name".to_owned(), AttributeScalar::fixed(short)),
            (
                "process.exit.code".to_owned(),
                AttributeScalar::Value(AttributeValue::Int(i64::from(code))),
            ),
        ],
    );
    if code != 0 && span.status.is_none() {
        span.status = Some(Some(format!("exit code {code}")));
        span.attributes
            .push(("error.type".to_owned(), AttributeScalar::fixed(code.to_string())));
    }
    if parent.as_ref().is_none_or(TraceContext::is_sampled) {
        let probe = build_span_probe(
            &span,
            ProbeOrigin {
                seed,
                end: span.times.1,
                parent: parent.as_ref(),
            },
        );
        debug_assert_eq!(probe.trace.spans[0].id.0, context.span_id);
        // The command has run, and its exit code stays even if handing its span over panics; that is reported at the end.
        let _ = AssertUnwindSafe(send_span(&stack.otlp, &probe, app.sink))
            .catch_unwind()
            .await;
    }
    Ok(Exit::Child(code))
}

/// The context that the command is given: the span's own.
fn build_context(seed: u64, parent: Option<&TraceContext>) -> TraceContext {
    let trace = parent.map_or_else(|| make_trace_id(seed, 0), |parent| parent.trace_id);
    TraceContext {
        trace_id: trace,
        span_id: make_span_id(&trace, (telemetry::load::rng::mix_bits(seed) >> 16) as usize),
        // Sampled and random; what the parent decided goes on.
        flags: parent.map_or(3, |parent| parent.flags),
        state: parent.map(|parent| parent.state.clone()).unwrap_or_default(),
    }
}

fn print_context(args: &ExecArgs, context: &TraceContext, sink: &mut Sink) {
    if args.print_id {
        let id = telemetry::load::rng::encode_hex(&context.trace_id);
        sink.err(&format!("{id}\n"));
    }
    if args.print_traceparent {
        sink.err(&format!("TRACEPARENT={}\n", context.traceparent()));
    }
}

/// Runs the command to its end and returns its code; one that a signal ended has 128 and the signal's number.
async fn run_child(
    args: &ExecArgs,
    context: &TraceContext,
    program: &str,
    sink: &mut Sink,
) -> Result<u8, CommandError> {
    let mut command = tokio::process::Command::new(program);
    command
        .args(args.command.iter().skip(1))
        .env("TRACEPARENT", context.traceparent())
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    if context.state.is_empty() {
        command.env_remove("TRACESTATE");
    } else {
        command.env("TRACESTATE", &context.state);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(problem) => {
            CommandError::general(format!("cannot run {program}: {problem}")).print(sink);
            // What a shell answers: 127 for what is not there, 126 for what cannot be run.
            return Ok(if problem.kind() == std::io::ErrorKind::NotFound {
                127
            } else {
                126
            });
        }
    };
    await_child(&mut child)
        .await
        .map_err(|problem| CommandError::usage(format!("{program}: {problem}")))
}

/// Sends the span; that it could not be sent is said, and changes no exit code.
async fn send_span(client: &stack::clients::export::ExportClient, probe: &Probe, sink: &mut Sink) {
    let pushed = tokio::time::timeout(HAND_OVER, push_trace(client, &probe.trace)).await;
    let why = match pushed {
        Ok(answer) if answer.get().is_some_and(PushAnswer::is_accepted) => return,
        Ok(answer) => describe_refusal(&answer),
        Err(_) => format!("no answer within {}", duration::format_duration(HAND_OVER)),
    };
    let text = format!("tempoctl: {} did not accept the span: {why}", client.endpoint());
    let text = sink.style_err().line(&text);
    sink.err(&format!("{text}\n"));
}
