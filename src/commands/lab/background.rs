//! A stack in the background: the real one of a Compose file where Docker runs and it was preferred, the lab elsewhere. It
//! is always said which.

use std::path::Path;

use tempoctl_bounds::bounded_reads::read_end;

use crate::command_error::CommandError;
use crate::lab::background::BackgroundLab;
use crate::lab::compose::ComposeStack;
use crate::lab::traffic::TestTraffic;
use crate::lab::{LabError, text};
use crate::render::Sink;

use super::{PreferArgs, UpArgs};

/// What a lab shows that stands for the Compose stack: as that, it has no application of its own.
const LIKE_COMPOSE: &str = "no-app-traffic";
/// So much of a log is printed, its end.
const LONGEST_LOG: u64 = 1 << 20;

/// The Compose stack where it was preferred and can be had; else why the lab it is.
async fn choose_compose(prefer: &PreferArgs, sink: &mut Sink) -> Option<ComposeStack> {
    let file = prefer.prefer_compose.as_deref()?;
    match ComposeStack::find(file).await {
        Ok(stack) => Some(stack),
        Err(why) => {
            sink.err(&format!(
                "Using the simulated stack instead of Docker Compose: {why}.\n"
            ));
            None
        }
    }
}

/// `lab up`
pub(super) async fn start_stack(args: &UpArgs, state: &Path, sink: &mut Sink) -> Result<(), CommandError> {
    // Traffic goes to what runs: a lab may have been started before Docker was there.
    let stack = match BackgroundLab::at(state).running() {
        Some(_) if args.prefer.generator => None,
        _ => choose_compose(&args.prefer, sink).await,
    };
    match (stack, args.prefer.generator) {
        (Some(stack), true) => {
            stack.start_generator().await?;
            Ok(sink.out(&text::describe_traffic_up(Some(stack.file())))?)
        }
        (Some(stack), false) => {
            if let Some(lab) = BackgroundLab::at(state).running() {
                return Err(LabError::background(
                    format!(
                        "the simulated stack uses the ports: {}, process {}",
                        lab.scenario, lab.pid
                    ),
                    "Stop it with `tempoctl lab down`.",
                )
                .into());
            }
            stack.up().await?;
            Ok(sink.out(&text::describe_compose_up(stack.file()))?)
        }
        (None, true) => {
            TestTraffic::at(state).start().await?;
            Ok(sink.out(&text::describe_traffic_up(None))?)
        }
        (None, false) => {
            let mut start = args.start.clone();
            if args.prefer.prefer_compose.is_some() && start.scenario == "healthy-3.0" {
                LIKE_COMPOSE.clone_into(&mut start.scenario);
            }
            let options = start.options()?;
            let running = BackgroundLab::at(state).start(start.typed()).await?;
            Ok(sink.out(&text::describe_up(&options.scenario, &running))?)
        }
    }
}

/// `lab down`
pub(super) async fn stop_stack(args: &PreferArgs, state: &Path, sink: &mut Sink) -> Result<(), CommandError> {
    // A lab that runs is stopped whatever is preferred: it may have been started before Docker was there.
    let stack = match BackgroundLab::at(state).running() {
        Some(_) => None,
        None => choose_compose(args, sink).await,
    };
    if args.generator {
        let stopped = match &stack {
            Some(stack) => stack.stop_generator().await?,
            None => TestTraffic::at(state).stop()?,
        };
        if !stopped {
            return Err(LabError::background(
                "no test traffic is running",
                "Start it with `make tempo-start-test-generator` or `tempoctl lab up --generator --prefer-compose`.",
            )
            .into());
        }
        return Ok(sink.out("Test traffic stopped.\n")?);
    }
    if let Some(stack) = stack {
        let stopped = stack.down().await?;
        return Ok(sink.out(&text::describe_compose_down(stack.file(), stopped))?);
    }
    TestTraffic::at(state).stop()?;
    let stopped = BackgroundLab::at(state).stop().await?;
    Ok(sink.out(&text::describe_down(stopped))?)
}

/// `lab log`
pub(super) async fn print_log(args: &PreferArgs, state: &Path, sink: &mut Sink) -> Result<(), CommandError> {
    let lab = BackgroundLab::at(state).running();
    if lab.is_none()
        && let Some(stack) = choose_compose(args, sink).await
    {
        let text = stack.log(args.generator).await?;
        return Ok(sink.out(&text)?);
    }
    if args.generator {
        let path = TestTraffic::at(state).log();
        return match read_end(&path, LONGEST_LOG) {
            Ok(text) if !text.trim().is_empty() => Ok(sink.out(&text)?),
            _ => Err(LabError::background(
                "the test traffic has no output yet",
                "It writes after a few seconds, then once a minute. Start it with `make \
                     tempo-start-test-generator`.",
            )
            .into()),
        };
    }
    Err(LabError::background(
        "the simulated Tempo writes no log",
        "Run a real Tempo in Docker with `make stack-up`, or read another Tempo's log with `tempoctl logs FILE`.",
    )
    .into())
}
