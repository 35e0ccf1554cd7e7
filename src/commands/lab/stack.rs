//! A stack in the background: the real one of a Compose file where Docker runs and it was preferred, the lab elsewhere. It
//! is always said which.

use std::io::Write;
use std::path::Path;

use crate::lab::background::BackgroundLab;
use crate::lab::compose::ComposeStack;
use crate::lab::traffic::TestTraffic;
use crate::lab::{LabError, text};

use super::{PreferArgs, UpArgs};

/// What a lab shows that stands for the Compose stack: as that, it has no application of its own.
const LIKE_COMPOSE: &str = "no-app-traffic";

/// The Compose stack where it was preferred and can be had; else why the lab it is.
async fn choose_compose(prefer: &PreferArgs, notes: &mut dyn Write) -> Option<ComposeStack> {
    let file = prefer.prefer_compose.as_deref()?;
    match ComposeStack::find(file).await {
        Ok(stack) => Some(stack),
        Err(why) => {
            let _ = writeln!(notes, "Using the simulated stack instead of Docker Compose: {why}.");
            let _ = notes.flush();
            None
        }
    }
}

fn write_answer(out: &mut dyn Write, text: &str) -> Result<u8, LabError> {
    out.write_all(text.as_bytes())
        .map_err(LabError::io("cannot write the output"))
        .map(|()| 0)
}

/// `lab up`
pub(super) async fn start_stack(
    args: &UpArgs,
    state: &Path,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<u8, LabError> {
    // Traffic goes to what runs: a lab may have been started before Docker was there.
    let stack = match BackgroundLab::at(state).running() {
        Some(_) if args.prefer.generator => None,
        _ => choose_compose(&args.prefer, notes).await,
    };
    match (stack, args.prefer.generator) {
        (Some(stack), true) => {
            stack.start_generator().await?;
            write_answer(out, &text::describe_traffic_up(Some(stack.file())))
        }
        (Some(stack), false) => {
            if let Some(lab) = BackgroundLab::at(state).running() {
                return Err(LabError::Background {
                    what: format!(
                        "the simulated stack uses the ports: {}, process {}",
                        lab.scenario, lab.pid
                    ),
                    advice: "Stop it with `tempoctl lab down`.".to_owned(),
                });
            }
            stack.up().await?;
            write_answer(out, &text::describe_compose_up(stack.file()))
        }
        (None, true) => {
            TestTraffic::at(state).start().await?;
            write_answer(out, &text::describe_traffic_up(None))
        }
        (None, false) => {
            let mut start = args.start.clone();
            if args.prefer.prefer_compose.is_some() && start.scenario == "healthy-3.0" {
                LIKE_COMPOSE.clone_into(&mut start.scenario);
            }
            let options = start.options()?;
            let running = BackgroundLab::at(state).start(start.typed()).await?;
            write_answer(out, &text::describe_up(&options.scenario, &running))
        }
    }
}

/// `lab down`
pub(super) async fn stop_stack(
    args: &PreferArgs,
    state: &Path,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<u8, LabError> {
    // A lab that runs is stopped whatever is preferred: it may have been started before Docker was there.
    let stack = match BackgroundLab::at(state).running() {
        Some(_) => None,
        None => choose_compose(args, notes).await,
    };
    if args.generator {
        let stopped = match &stack {
            Some(stack) => stack.stop_generator().await?,
            None => TestTraffic::at(state).stop()?,
        };
        if !stopped {
            return Err(LabError::Background {
                what: "no test traffic is running".to_owned(),
                advice:
                    "Start it with `make tempo-start-test-generator` or `tempoctl lab up --generator --prefer-compose`."
                        .to_owned(),
            });
        }
        return write_answer(out, "Test traffic stopped.\n");
    }
    if let Some(stack) = stack {
        let stopped = stack.down().await?;
        return write_answer(out, &text::describe_compose_down(stack.file(), stopped));
    }
    TestTraffic::at(state).stop()?;
    let stopped = BackgroundLab::at(state).stop().await?;
    write_answer(out, &text::describe_down(stopped))
}

/// `lab log`
pub(super) async fn print_log(
    args: &PreferArgs,
    state: &Path,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<u8, LabError> {
    let lab = BackgroundLab::at(state).running();
    if lab.is_none()
        && let Some(stack) = choose_compose(args, notes).await
    {
        let text = stack.log(args.generator).await?;
        return write_answer(out, &text);
    }
    if args.generator {
        let path = TestTraffic::at(state).log();
        return match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => write_answer(out, &text),
            _ => Err(LabError::Background {
                what: "the test traffic has no output yet".to_owned(),
                advice: "It writes after a few seconds, then once a minute. Start it with `make \
                     tempo-start-test-generator`."
                    .to_owned(),
            }),
        };
    }
    Err(LabError::Background {
        what: "the simulated Tempo writes no log".to_owned(),
        advice:
            "Run a real Tempo in Docker with `make stack-up`, or read another Tempo's log with `tempoctl logs FILE`."
                .to_owned(),
    })
}
