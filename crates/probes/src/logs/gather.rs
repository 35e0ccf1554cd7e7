//! Logs and containers as evidence of doctor's run.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::EvidenceRecorder;
use stack::clients::logs::docker::Docker;
use stack::clients::logs::{LogFeed, LogWindow};
use stack::config::{Environment, Settings};
use telemetry::model::docker::{DockerContainer, DockerInspection};
use telemetry::model::evidence::Evidence;
use telemetry::model::logs::{ContainerFacts, LogRead, Nanos};
use telemetry::model::time_bounds::instant_after;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::collector_log;
use telemetry::parse::logs::component::LogOwner;
use telemetry::parse::logs::fold::SourceInfo;
use telemetry::parse::logs::{LogFilter, LogFold, LogSource, fold, mask, timestamp};

use super::kubernetes::KubeTarget;
use super::{LogEvent, LogMerge, LogOpener, discover, docker_engine};

/// How long one log may take, and all containers together.
const DEADLINE: Duration = Duration::from_secs(6);
/// What logs may take beyond the timeout of the run. The watchdog grants a run a second in all, in which it judges and prints, too.
const GRACE: Duration = Duration::from_millis(400);
/// How far back a log is read before the run began.
const BACK: Nanos = 15 * 60 * 1_000_000_000;
/// Containers that are looked at closely.
const MOST: usize = 60;
/// The last lines of a container that are read, and that are kept.
const LINES: usize = 200;
const KEPT: usize = 8;

/// Reads the logs that were given, and looks for the containers behind addresses that do not answer.
pub async fn gather_log_evidence(
    sources: &[LogSource],
    env: &Environment,
    settings: &Settings,
    board: &EvidenceRecorder,
) {
    let redactor = settings.redactor();
    let end = instant_after(std::time::Instant::now().max(board.limit()), GRACE);
    let left = || DEADLINE.min(end.saturating_duration_since(std::time::Instant::now()));
    for source in sources {
        let within = left();
        let mut read = match tokio::time::timeout(within, read_log(source, env, settings, board)).await {
            Ok(read) => read,
            Err(_) => LogRead {
                failure: Some(format!("not fully read within {:.0} s", within.as_secs_f64())),
                ..build_empty_read(source)
            },
        };
        for known in &mut read.known {
            known.example = redactor.redact(&known.example).into_owned();
        }
        for found in &mut read.exporters {
            found.example = redactor.redact(&found.example).into_owned();
        }
        board.write(|evidence| {
            if let Some(why) = &read.failure {
                evidence.notes.push(format!("--logs {}: {why}", read.source));
            }
            evidence.logs.read.push(read);
        });
    }
    let silent = board.read(find_silent_targets);
    if silent.is_empty() {
        return;
    }
    if let Ok(mut found) = tokio::time::timeout(left(), inspect_containers(&silent, env)).await {
        for line in found.iter_mut().flat_map(|container| &mut container.last_lines) {
            *line = redactor.redact(line).into_owned();
        }
        board.write(|evidence| evidence.logs.containers = found);
    }
}

fn build_empty_read(source: &LogSource) -> LogRead {
    LogRead {
        source: source.to_string(),
        ..LogRead::default()
    }
}

async fn read_log(source: &LogSource, env: &Environment, settings: &Settings, board: &EvidenceRecorder) -> LogRead {
    let mut read = build_empty_read(source);
    let name = read.source.clone();
    let since = board.read(|evidence| {
        let first = evidence.collector.lost.as_ref().map(|lost| &lost.marker);
        first.or(evidence.marker.as_ref()).map(|marker| marker.sent_at)
    });
    let now = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(Nanos::MAX);
    let started = now - i64::try_from(board.elapsed_ms()).unwrap_or(0) * 1_000_000;
    // A file is read whole: what ended it may be long ago.
    let whole = matches!(source, LogSource::File(_) | LogSource::Stdin);
    let opener = LogOpener {
        env,
        settings,
        kube_target: KubeTarget::default(),
        window: LogWindow {
            from: (!whole).then_some(started - BACK),
            ..LogWindow::default()
        },
        owner: LogOwner::Tempo,
        now,
    };
    let opened = opener.open_sources(std::slice::from_ref(source)).await;
    read.failure = opened.failed.into_iter().next().map(|tried| tried.why);
    let mut merge = LogMerge::new(opened.feeds);
    let mut fold = LogFold::new(LogFilter::default(), merge.sources());
    merge
        .read(|event| {
            match event {
                LogEvent::Entry(entry) => {
                    read.last = read.last.max(entry.time);
                    fold.add(&entry);
                    let text = String::from_utf8_lossy(entry.text);
                    for line in text.lines() {
                        collector_log::record_line(&mut read.exporters, &name, line, since);
                    }
                }
                LogEvent::Failed { why, .. } => read.failure = Some(why.to_owned()),
                LogEvent::Note(_) | LogEvent::Idle => {}
            }
            ControlFlow::Continue(())
        })
        .await;
    read.lines = fold.account().read;
    read.known = fold.known();
    read
}

/// An address that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SilentTarget {
    host: String,
    port: u16,
}

/// The addresses of this run that nobody answered at.
fn find_silent_targets(evidence: &Evidence) -> Vec<SilentTarget> {
    let unanswered = |failure: Option<&Failure>| {
        failure.is_some_and(|failure| {
            matches!(
                failure.kind,
                FailureKind::Refused
                    | FailureKind::Reset
                    | FailureKind::TimedOut
                    | FailureKind::Dns
                    | FailureKind::Truncated
            )
        })
    };
    let targets = &evidence.targets;
    let asked = [
        (
            &targets.tempo,
            unanswered(evidence.tempo.echo.failure().or(evidence.tempo.ready.failure())),
        ),
        (&targets.otlp, unanswered(evidence.receiver.push.failure())),
        (
            &targets.prometheus,
            targets.prometheus.given && unanswered(evidence.prometheus.ready.failure()),
        ),
        (
            &targets.grafana,
            targets.grafana.given && unanswered(evidence.grafana.health.failure()),
        ),
    ];
    let mut found: Vec<SilentTarget> = Vec::new();
    for (target, silent) in asked {
        if !silent {
            continue;
        }
        if let Ok(url) = url::Url::parse(&target.url)
            && let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default())
        {
            let one = SilentTarget {
                host: host.to_owned(),
                port,
            };
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

async fn inspect_containers(silent: &[SilentTarget], env: &Environment) -> Vec<ContainerFacts> {
    let Ok(docker) = docker_engine::find_engine(env) else {
        return Vec::new();
    };
    let Ok(all) = docker.list_containers().await else {
        return Vec::new();
    };
    let mut looked_at: Vec<(DockerContainer, DockerInspection)> = Vec::new();
    for listed in all.iter().take(MOST) {
        if let Ok(container) = docker.inspect(&listed.id).await {
            looked_at.push((listed.clone(), container));
        }
    }
    let mut found = Vec::new();
    for one in silent {
        if let Some((container, published)) = find_container(one, &looked_at, &all) {
            found.push(read_container(&docker, one, container, published).await);
        }
    }
    found
}

/// The container that publishes the port or has the name; else, on this machine, a running Tempo that publishes nothing there.
fn find_container<'a>(
    silent: &SilentTarget,
    all: &'a [(DockerContainer, DockerInspection)],
    listed: &[DockerContainer],
) -> Option<(&'a DockerInspection, bool)> {
    let named = |(listed, container): &&(DockerContainer, DockerInspection)| {
        container.name() == silent.host
            || listed
                .compose_service()
                .is_some_and(|(_, service)| service == silent.host)
    };
    let local = matches!(
        silent.host.as_str(),
        "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0" | "host.docker.internal"
    );
    let publishes = |(_, container): &&(DockerContainer, DockerInspection)| {
        local && container.published_ports().contains(&silent.port)
    };
    // Of several that had the port in turn, the one that has it now, else the one that had it last.
    let newest = |candidates: Vec<&'a (DockerContainer, DockerInspection)>| {
        candidates
            .into_iter()
            .max_by_key(|(_, container)| (container.is_running(), container.state.started_at.clone()))
            .map(|(_, container)| container)
    };
    if let Some(container) =
        newest(all.iter().filter(named).collect()).or_else(|| newest(all.iter().filter(publishes).collect()))
    {
        return Some((container, true));
    }
    if !local || !matches!(silent.port, 3200 | 4317 | 4318 | 14268 | 9411) {
        return None;
    }
    let tempo = discover::select_containers(listed, LogOwner::Tempo);
    let running = all.iter().find(|(listed, container)| {
        container.is_running()
            && container.host_config.network_mode != "host"
            && tempo.iter().any(|one| one.id == listed.id)
    });
    running.map(|(_, container)| (container, false))
}

async fn read_container(
    docker: &Docker,
    silent: &SilentTarget,
    container: &DockerInspection,
    published: bool,
) -> ContainerFacts {
    let name = container.name().to_owned();
    let info = SourceInfo {
        name: format!("docker:{name}"),
        container: true,
    };
    let mut text = Vec::new();
    // What it said when it started, then what it said last.
    if container.is_running()
        && let Some(start) = read_first_lines(docker, container).await
    {
        text.extend_from_slice(&start);
    }
    let last = docker.last_lines(container, LINES).await.unwrap_or_default();
    text.extend_from_slice(&last);
    let known = fold::fold_text(&text, true, info).known();
    let lines = String::from_utf8_lossy(&last).into_owned();
    let lines: Vec<String> = lines
        .lines()
        .map(|line| {
            timestamp::parse_rfc3339(line.as_bytes()).map_or(line, |(_, used)| line.get(used..).unwrap_or_default())
        })
        .map(|line| mask::mask_log_secrets(line.trim()).into_owned())
        .filter(|line| !line.is_empty())
        .collect();
    ContainerFacts {
        address: format!("{}:{}", silent.host, silent.port),
        published,
        image: container.config.image.clone(),
        status: container.state.status.clone(),
        exit_code: container.state.exit_code,
        oom_killed: container.state.oom_killed,
        restarts: container.restart_count,
        finished_at: Some(container.state.finished_at.clone()).filter(|time| !time.starts_with("0001")),
        error: container.state.error.clone(),
        last_lines: lines.iter().rev().take(KEPT).rev().cloned().collect(),
        known,
        name,
    }
}

/// The first seconds of a container's log since it last started.
async fn read_first_lines(docker: &Docker, container: &DockerInspection) -> Option<Vec<u8>> {
    let (from, _) = timestamp::parse_rfc3339(container.state.started_at.as_bytes())?;
    let wanted = LogWindow {
        from: Some(from),
        to: Some(from + 20_000_000_000),
        ..LogWindow::default()
    };
    let feed = docker.read("start", container.clone(), wanted);
    Some(drain_feed(feed).await)
}

async fn drain_feed(mut feed: LogFeed) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(piece) = feed.pieces.recv().await {
        if let stack::clients::logs::LogPiece::Bytes(bytes) = piece {
            text.extend_from_slice(&bytes);
        }
        if text.len() > 4 * 1024 * 1024 {
            break;
        }
    }
    text
}
