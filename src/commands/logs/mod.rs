//! `tempoctl logs`: read, fold, recognise, show.

mod args;
mod known;
mod session;

use std::ops::ControlFlow;

pub use args::{LogsArgs, LogsFormat, Of};

use args::{Asked, Problem};
use session::Session;

use crate::Exit;
use crate::cli::write;
use crate::config::{ConnectionArgs, Disk, Environment, Settings};
use crate::model::logs::Unread;
use crate::probes::logs::kubernetes::Place;
use crate::probes::logs::{Event, Merge, Opened, Opener};
use crate::render::Sink;
use crate::render::error::error;

use super::held_back::tell_held_back;

/// Runs `logs`.
pub fn run(args: &LogsArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let mut problems = Vec::new();
    let asked = args
        .read(jiff::Timestamp::now())
        .map_err(|found| problems.extend(found))
        .ok();
    let settings = Settings::load(connection, env, &Disk)
        .map_err(|found| problems.extend(found.0.into_iter().map(config)))
        .ok();
    let (Some(asked), Some(settings)) = (asked, settings) else {
        return refuse(&problems, Exit::Usage, args, sink);
    };
    tell_held_back(&settings, sink);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
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
    let exit = runtime.block_on(Box::pin(read(args, asked, &settings, env, sink)));
    runtime.shutdown_background();
    exit
}

async fn read(args: &LogsArgs, asked: Asked, settings: &Settings, env: &Environment, sink: &mut Sink) -> Exit {
    let opener = Opener {
        env,
        settings,
        place: Place {
            context: args.kube_context.clone(),
            namespace: args.kube_namespace.clone(),
        },
        wanted: asked.wanted,
        of: args.of.owner(),
        now: asked.now,
    };
    let opening = async {
        if asked.sources.is_empty() {
            opener.discover().await
        } else {
            opener.named(&asked.sources).await
        }
    };
    let opened = tokio::select! {
        opened = opening => opened,
        () = super::doctor::stop() => return Exit::Cancelled,
    };
    if opened.feeds.is_empty() {
        return nothing(&opened, args, asked.sources.is_empty(), sink);
    }
    let Opened { feeds, failed, .. } = opened;
    let named = !asked.sources.is_empty();
    let mut merge = Merge::new(feeds);
    let mut session = Session::new(args, asked, merge.sources(), settings, sink);
    if named {
        for tried in failed {
            session.unreadable(
                Unread {
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
async fn follow_or_read(merge: &mut Merge, session: &mut Session<'_>, follow: bool) -> bool {
    let take = |event: Event<'_>| -> ControlFlow<()> { session.take(event) };
    if follow {
        tokio::select! {
            () = merge.follow(take) => false,
            () = super::doctor::stop() => true,
        }
    } else {
        tokio::select! {
            () = merge.read(take) => false,
            () = super::doctor::stop() => true,
        }
    }
}

/// Nothing could be opened: what was tried and why it gave nothing.
fn nothing(opened: &Opened, args: &LogsArgs, discovered: bool, sink: &mut Sink) -> Exit {
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
    refuse(&[(message, advice)], Exit::General, args, sink)
}

fn config(problem: crate::config::ConfigError) -> Problem {
    (
        format!("{}: {}", problem.place, problem.message),
        problem.advice.into_iter().collect(),
    )
}

/// Says what is wrong: on standard error, and for `-o json` as the one document on standard output.
fn refuse(problems: &[Problem], exit: Exit, args: &LogsArgs, sink: &mut Sink) -> Exit {
    for (message, advice) in problems {
        let text = error(message, advice, sink.style_err());
        sink.err(&text);
    }
    if args.output == LogsFormat::Json {
        return write(sink, &crate::render::error::json(problems)).err().unwrap_or(exit);
    }
    exit
}
