//! `tempoctl logs`: read, fold, recognise, show.

mod args;
mod known_problem;
mod session;

use std::ops::ControlFlow;

pub use args::{LogsArgs, LogsFormat, LogsOf};

use args::LogsOptions;
use session::Session;

use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::signal::wait_for_signal;
use probes::logs::kubernetes::KubeTarget;
use probes::logs::{LogEvent, LogMerge, LogOpener, OpenedLogs};
use stack::config::{Server, Settings};
use telemetry::model::logs::UnreadableLog;

/// Runs `logs`.
pub fn run_logs(args: &LogsArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let asked = args.parse_options(jiff::Timestamp::now())?;
    let settings = app.load_settings(&[Server::Loki])?;
    block_on(read_logs(args, asked, &settings, app))
}

async fn read_logs(
    args: &LogsArgs,
    asked: LogsOptions,
    settings: &Settings,
    app: &mut App<'_>,
) -> Result<Exit, CommandError> {
    let opener = LogOpener {
        env: app.env,
        settings,
        kube_target: KubeTarget {
            context: args.kube_context.clone(),
            namespace: args.kube_namespace.clone(),
        },
        window: asked.wanted,
        owner: args.of.owner(),
        now: asked.now,
    };
    let opening = async {
        if args.sources.is_empty() {
            opener.discover().await
        } else {
            opener.open_sources(&args.sources).await
        }
    };
    let opened = opening.await;
    if opened.feeds.is_empty() {
        return Err(explain_nothing_opened(&opened, args.sources.is_empty()));
    }
    let OpenedLogs { feeds, failed, .. } = opened;
    let named = !args.sources.is_empty();
    let mut merge = LogMerge::new(feeds);
    let mut session = Session::new(args, asked, merge.sources(), settings, app.sink);
    if named {
        for tried in failed {
            session.unreadable(
                UnreadableLog {
                    source: tried.what,
                    why: tried.why,
                },
                false,
            );
        }
    }
    let cancelled = follow_or_read(&mut merge, &mut session, args.follow).await;
    session.finish(cancelled)
}

/// True where it was cancelled.
async fn follow_or_read(merge: &mut LogMerge, session: &mut Session<'_>, follow: bool) -> bool {
    let take = |event: LogEvent<'_>| -> ControlFlow<()> { session.take(event) };
    if follow {
        tokio::select! {
            biased;
            () = wait_for_signal() => true,
            () = merge.follow(take) => false,
        }
    } else {
        tokio::select! {
            biased;
            () = wait_for_signal() => true,
            () = merge.read(take) => false,
        }
    }
}

/// Nothing could be opened: what was tried and why it gave nothing.
fn explain_nothing_opened(opened: &OpenedLogs, discovered: bool) -> CommandError {
    let mut message = match opened.failed.as_slice() {
        [one] if !discovered => format!("{}: {}", one.what, one.why),
        _ if discovered => "no log found".to_owned(),
        _ => "cannot read any of these logs".to_owned(),
    };
    let listed = discovered || opened.failed.len() > 1;
    for tried in opened.failed.iter().filter(|_| listed) {
        message.push_str(&format!("\n{}: {}", tried.what, tried.why));
    }
    let error = CommandError::general(message);
    if discovered {
        error
            .advising("tempoctl logs /var/log/tempo.log")
            .advising("kubectl logs tempo-0 | tempoctl logs -")
    } else {
        error.advising("tempoctl logs (finds a log by itself)")
    }
}
