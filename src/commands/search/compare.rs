//! `search diff A B`: two traces compared, each from Tempo or from a file.

use std::path::Path;

use clap::Args;

use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::render::search as render;
use stack::Stack;
use stack::config::Disk;
use telemetry::model::trace::Trace;
use telemetry::parse::{trace_id, traces};
use telemetry::shape::compare_traces;

use super::by_id::{build_recent_window, resolve_trace};
use crate::commands::proxy_error::route_via_grafana;

use super::{AskArgs, ShortFormat, build_stack};

/// Arguments of `search diff`.
#[derive(Debug, Clone, Args)]
pub(super) struct DiffArgs {
    /// Trace to compare with: an ID or a file
    #[arg(value_name = "A")]
    a: String,
    /// Trace to compare: an ID or a file
    #[arg(value_name = "B")]
    b: String,
    #[command(flatten)]
    pub(super) asking: AskArgs,
}

pub(super) fn run_diff(args: &DiffArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    for text in [&args.a, &args.b] {
        if !Path::new(text).is_file()
            && let Err(refused) = trace_id::parse_trace_id(text)
        {
            return Err(CommandError::usage(format!("{}, and not a file", refused.message)));
        }
    }
    let mut stack = build_stack(args.asking.timeout, app)?;
    block_on(async {
        route_via_grafana(&mut stack, args.asking.via_grafana).await?;
        let (a, b) = tokio::join!(load_trace(&args.a, &stack), load_trace(&args.b, &stack));
        let (a, b) = (a?, b?);
        let found = compare_traces(&a, &b);
        let text = match args.asking.output {
            ShortFormat::Json => render::render_diff_json(a.id, b.id, &found),
            ShortFormat::Human => {
                render::render_diff(a.id, b.id, &found, !app.sink.stdout_is_tty(), app.sink.style_out())
            }
        };
        app.sink.out(&text)?;
        Ok(Exit::Done)
    })
}

async fn load_trace(text: &str, stack: &Stack) -> Result<Trace, CommandError> {
    if Path::new(text).is_file() {
        let bytes = Disk
            .bytes(Path::new(text), super::from_file::FILE_LIMIT)
            .map_err(|problem| {
                CommandError::usage(format!(
                    "cannot read {text}: {}",
                    stack::config::explain_io_error(&problem)
                ))
                .advising("a trace id")
            })?;
        let (traces, _) = traces::parse_traces(&bytes)
            .map_err(|refused| CommandError::usage(format!("{text}: {}", refused.message)))?;
        let count = traces.len();
        return match <[Trace; 1]>::try_from(traces) {
            Ok([trace]) => Ok(trace),
            Err(_) => Err(CommandError::usage(format!(
                "{text} contains {count} traces; diff compares one"
            ))),
        };
    }
    let given = trace_id::parse_trace_id(text).map_err(|refused| CommandError::usage(refused.message))?;
    resolve_trace(stack, &given, build_recent_window()).await
}
