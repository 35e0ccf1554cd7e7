//! `tempoctl logs`: read, fold, recognise, show.

mod args;
mod known_problem;
mod session;

use std::ops::ControlFlow;

pub use args::{LogsArgs, LogsFormat, LogsOf};

use args::{LogsOptions, LogsProblem};
use session::Session;

use crate::Exit;
use crate::cli::write_stdout;
use crate::config::{ConnectionArgs, Disk, Environment, Settings};
use crate::model::logs::UnreadableLog;
use crate::probes::logs::kubernetes::KubeTarget;
use crate::probes::logs::{LogEvent, LogMerge, LogOpener, OpenedLogs};
use crate::render::Sink;
use crate::render::error::render_error;
use crate::signal::wait_for_signal;

use super::held_back::tell_held_back;

/// Runs `logs`.
pub fn run_logs(args: &LogsArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let mut problems = Vec::new();
    let asked = args
        .parse_options(jiff::Timestamp::now())
        .map_err(|found| problems.extend(found))
        .ok();
    let settings = Settings::load(connection, env, &Disk)
        .map_err(|found| problems.extend(found.0.into_iter().map(describe_config_error)))
        .ok();
    let (Some(asked), Some(settings)) = (asked, settings) else {
        return report_problems(&problems, Exit::Usage, args, sink);
    };
    tell_held_back(&settings, sink);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => {
            return report_problems(
                &[(format!("cannot start the async runtime: {problem}"), Vec::new())],
                Exit::General,
                args,
                sink,
            );
        }
    };
    let exit = runtime.block_on(Box::pin(read_logs(args, asked, &settings, env, sink)));
    runtime.shutdown_background();
    exit
}

async fn read_logs(
    args: &LogsArgs,
    asked: LogsOptions,
    settings: &Settings,
    env: &Environment,
    sink: &mut Sink,
) -> Exit {
    let opener = LogOpener {
        env,
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
        if asked.sources.is_empty() {
            opener.discover().await
        } else {
            opener.open_sources(&asked.sources).await
        }
    };
    let opened = tokio::select! {
        biased;
        () = wait_for_signal() => return Exit::Cancelled,
        opened = opening => opened,
    };
    if opened.feeds.is_empty() {
        return report_nothing_opened(&opened, args, asked.sources.is_empty(), sink);
    }
    let OpenedLogs { feeds, failed, .. } = opened;
    let named = !asked.sources.is_empty();
    let mut merge = LogMerge::new(feeds);
    let mut session = Session::new(args, asked, merge.sources(), settings, sink);
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
fn report_nothing_opened(opened: &OpenedLogs, args: &LogsArgs, discovered: bool, sink: &mut Sink) -> Exit {
    let mut message = match opened.failed.as_slice() {
        [one] if !discovered => format!("{}: {}", one.what, one.why),
        _ if discovered => "no log found".to_owned(),
        _ => "cannot read any of these logs".to_owned(),
    };
    let listed = discovered || opened.failed.len() > 1;
    for tried in opened.failed.iter().filter(|_| listed) {
        message.push_str(&format!("\n{}: {}", tried.what, tried.why));
    }
    let advice = if discovered {
        vec![
            "tempoctl logs /var/log/tempo.log".to_owned(),
            "kubectl logs tempo-0 | tempoctl logs -".to_owned(),
        ]
    } else {
        vec!["tempoctl logs (finds a log by itself)".to_owned()]
    };
    report_problems(&[(message, advice)], Exit::General, args, sink)
}

fn describe_config_error(problem: crate::config::ConfigError) -> LogsProblem {
    (
        format!("{}: {}", problem.place, problem.message),
        problem.advice.into_iter().collect(),
    )
}

/// Says what is wrong: on standard error, and for `-o json` as the one document on standard output.
fn report_problems(problems: &[LogsProblem], exit: Exit, args: &LogsArgs, sink: &mut Sink) -> Exit {
    for (message, advice) in problems {
        let text = render_error(message, advice, sink.style_err());
        sink.err(&text);
    }
    if args.output == LogsFormat::Json {
        return write_stdout(sink, &crate::render::error::render_error_json(problems))
            .err()
            .unwrap_or(exit);
    }
    exit
}
