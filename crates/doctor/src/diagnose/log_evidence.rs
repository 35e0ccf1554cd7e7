//! What logs and containers tell, laid beside what was seen to fail.
//!
//! A log accuses nobody on its own: only where a check failed, and the cause that a line names explains that failure, does the
//! line make the cause certain. Lines from before the run count while they are recent; the last words of a container or of a log
//! that has ended count whenever they were written.

use crate::causes;
use telemetry::model::catalogue::{ReasonSource, TargetFault};
use telemetry::model::evidence::Evidence;
use telemetry::model::logs::{ContainerFacts, KnownProblem, LogRead, Nanos};
use telemetry::model::{Cause, CheckOutcome, Confidence, EvidenceLine, Finding, FindingLevel, Hop, Remedy};
use telemetry::parse::glob;
use telemetry::parse::logs::{display, signatures, timestamp};
use telemetry::text::quote::quote_argument;

use super::check_run::CheckResult;
use super::root_causes::attribute_failures;

/// How long before the run a line still counts.
const RECENT_WINDOW: Nanos = 15 * 60 * 1_000_000_000;
/// How near to the end of a log its last words are.
const LAST_WORDS_WINDOW: Nanos = 60 * 1_000_000_000;
/// Lines of a container that are shown as evidence.
const MAX_SHOWN_LINES: usize = 2;

/// What a process says as it ends, in lower case.
const FATAL_MESSAGES: [&str; 4] = ["error running tempo", "failed parsing config", "panic:", "fatal error:"];

fn is_unreachable(cause: &str) -> bool {
    causes::find_hints(cause).target == Some(TargetFault::Unreachable)
}

/// It says only that something is not there, or that it goes on: a log knows better.
fn is_explained_by_log(cause: &str) -> bool {
    causes::find_hints(cause).reason_in.contains(&ReasonSource::Log)
}

/// A cause that a line names.
struct LogCause<'a> {
    cause: Cause,
    id: &'static str,
    line: EvidenceLine,
    reason: String,
    /// The container that ended with this line.
    ended: Option<&'a ContainerFacts>,
}

/// Lets logs and containers speak.
pub(super) fn apply_log_evidence(evidence: &Evidence, judged: &mut [CheckResult]) {
    for container in &evidence.logs.containers {
        add_container_state(container, judged);
    }
    let of_containers = evidence.logs.containers.iter().flat_map(|container| {
        container.known.iter().map(move |known| {
            let ended = (container.status != "running" && is_fatal(known)).then_some(container);
            (format!("log of container {}", container.name), known, ended)
        })
    });
    let of_logs = evidence
        .logs
        .read
        .iter()
        .flat_map(|read| read.known.iter().map(move |known| (read, known)))
        .filter(|(read, known)| is_recent(evidence, read, known))
        .map(|(read, known)| (format!("log {}", read.source), known, None));
    let told: Vec<LogCause<'_>> = of_containers
        .chain(of_logs)
        .filter_map(|(source, known, ended)| build_log_cause(source, known, ended))
        .collect();
    for told in &told {
        let Some(at) = find_best_failure(evidence, told, judged) else {
            continue;
        };
        let was = judged
            .get(at)
            .and_then(CheckResult::failure)
            .map(|finding| finding.cause);
        assign_cause(told, judged, at);
        // That nothing answers at several addresses of one process is one thing.
        if was.is_some_and(is_unreachable) {
            for other in 0..judged.len() {
                let same = judged.get(other).is_some_and(|judged| {
                    judged
                        .failure()
                        .is_some_and(|finding| Some(finding.cause) == was && told.explains(judged.check.id, finding))
                });
                if same {
                    assign_cause(told, judged, other);
                }
            }
        }
    }
}

impl LogCause<'_> {
    /// What a process ended of explains that nothing answers where it answered.
    fn explains(&self, check: &str, finding: &Finding) -> bool {
        self.cause
            .explains
            .iter()
            .any(|pattern| glob::matches_glob(pattern, check))
            || self
                .ended
                .is_some_and(|container| is_unreachable(finding.cause) && has_container_address(finding, container))
    }
}

fn is_fatal(known: &KnownProblem) -> bool {
    let line = known.example.to_lowercase();
    FATAL_MESSAGES.iter().any(|words| line.contains(words))
}

fn build_log_cause<'a>(
    source: String,
    known: &KnownProblem,
    ended: Option<&'a ContainerFacts>,
) -> Option<LogCause<'a>> {
    let cause = causes::find_cause(&known.cause)?;
    let id = signatures::list_signatures()
        .iter()
        .find(|one| one.cause == known.cause)
        .map(|one| one.cause.as_str())?;
    let reason = display::extract_reason(&known.example);
    let name = if known.count > 1 {
        format!("{} times", known.count)
    } else {
        "message".to_owned()
    };
    Some(LogCause {
        line: EvidenceLine::new(source, name, &reason),
        cause,
        id,
        reason,
        ended,
    })
}

/// The line is from this run, or from shortly before it, or among the last words of the log.
fn is_recent(evidence: &Evidence, read: &LogRead, known: &KnownProblem) -> bool {
    let Some(last) = known.last else {
        return true;
    };
    let started = timestamp::parse_rfc3339(evidence.started_at.as_bytes()).map_or(Nanos::MIN, |(nanos, _)| nanos);
    last >= started.saturating_sub(RECENT_WINDOW)
        || read
            .last
            .is_some_and(|end| last >= end.saturating_sub(LAST_WORDS_WINDOW))
}

/// The failure that this cause explains best: one that names it, one whose check may name it, one at its hop, the most upstream.
fn find_best_failure(evidence: &Evidence, told: &LogCause<'_>, judged: &[CheckResult]) -> Option<usize> {
    // What follows from something certain needs no other cause.
    let failing = attribute_failures(evidence, judged);
    let certain = |check: &str| {
        let of = |id: &str| failing.iter().find(|one| one.check == id);
        let root = of(check).and_then(|one| one.explained_by).and_then(of);
        root.is_some_and(|root| {
            root.finding.confidence == Confidence::Certain && !is_explained_by_log(root.finding.cause)
        })
    };
    let place = |judged: &CheckResult| -> Option<(u8, bool, Hop)> {
        let finding = judged.failure()?;
        // Where the check itself rests on this log, it has weighed all that it says.
        if finding.evidence.iter().any(|line| line.source == told.line.source) {
            return None;
        }
        let vague = finding.confidence < Confidence::Certain || is_explained_by_log(finding.cause);
        let explained = told.explains(judged.check.id, finding);
        let rank = if finding.cause == told.id {
            0
        } else if !vague || causes::find_hints(finding.cause).in_application || certain(judged.check.id) {
            return None;
        } else if told.cause.is_named_by(judged.check.id) {
            1
        } else if explained && judged.check.hop() == told.cause.hop {
            2
        } else if explained {
            3
        } else {
            return None;
        };
        Some((rank, finding.level != FindingLevel::Broken, judged.check.hop()))
    };
    let ranked = judged
        .iter()
        .enumerate()
        .filter_map(|(at, judged)| Some((place(judged)?, at)));
    ranked.min().map(|(_, at)| at)
}

fn assign_cause(told: &LogCause<'_>, judged: &mut [CheckResult], at: usize) {
    let Some(CheckResult {
        check,
        outcome: CheckOutcome::Fail(finding),
    }) = judged.get_mut(at)
    else {
        return;
    };
    finding.confidence = Confidence::Certain;
    if finding.cause == told.id {
        if !finding.evidence.contains(&told.line) {
            finding.evidence.push(told.line.clone());
        }
        return;
    }
    if is_unreachable(finding.cause) {
        finding.instead_of = Some(finding.cause);
    }
    finding.cause = told.id;
    finding.summary = format!("{}: {}", told.cause.title, told.reason);
    finding.evidence.insert(0, told.line.clone());
    finding.remedy = None;
    finding.hop = (told.cause.hop != check.hop()).then_some(told.cause.hop);
}

/// The state of a container is evidence for whatever failed at its address.
fn add_container_state(container: &ContainerFacts, judged: &mut [CheckResult]) {
    let here = |judged: &&mut CheckResult| {
        judged
            .failure()
            .is_some_and(|finding| is_unreachable(finding.cause) && has_container_address(finding, container))
    };
    for judged in judged.iter_mut().filter(here) {
        let CheckOutcome::Fail(finding) = &mut judged.outcome else {
            continue;
        };
        let source = format!("container {}", container.name);
        finding
            .evidence
            .push(EvidenceLine::new(&source, "state", describe_state(container)));
        let last = container.last_lines.len().saturating_sub(MAX_SHOWN_LINES);
        if container.known.is_empty() {
            for line in container.last_lines.iter().skip(last) {
                finding.evidence.push(EvidenceLine::new(&source, "last log line", line));
            }
        }
        if container.status != "running" {
            finding.summary = format!(
                "{}; its container {} {} {}",
                finding.summary,
                container.name,
                if matches!(container.status.as_str(), "exited" | "dead") {
                    "has"
                } else {
                    "is"
                },
                describe_state(container)
            );
            finding.remedy = Some(build_restart_remedy(container));
        } else if !container.published {
            finding.cause = "docker-port-not-published";
            finding.confidence = Confidence::Likely;
            finding.summary = format!(
                "container {} runs but does not publish {}",
                container.name, container.address
            );
            finding.remedy = None;
        }
    }
}

fn build_restart_remedy(container: &ContainerFacts) -> Remedy {
    let restarts = container.status == "restarting";
    let text = match (container.oom_killed, restarts) {
        (true, _) => "Give the container more memory and start it again.",
        (false, true) => "Find out why the container ends each time it starts.",
        (false, false) => "Find out why the container ended, then start it again.",
    };
    let start = if restarts {
        String::new()
    } else {
        format!("\ndocker start {}", quote_argument(&container.name))
    };
    Remedy {
        text: text.to_owned(),
        command: Some(format!(
            "docker logs --tail 50 {}{start}",
            quote_argument(&container.name)
        )),
        config: container
            .oom_killed
            .then(|| "# docker-compose.yml: more memory\nmem_limit: 2g".to_owned()),
        docs: None,
    }
}

fn has_container_address(finding: &Finding, container: &ContainerFacts) -> bool {
    let port = container.address.rsplit(':').next().unwrap_or_default();
    let suffix = format!(":{port}");
    let says = |text: &str| {
        text.match_indices(&suffix)
            .any(|(at, _)| !text[at + suffix.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    says(&finding.summary)
        || finding
            .evidence
            .iter()
            .any(|line| says(&line.name) || says(&line.value) || says(&line.source))
}

/// `exited with code 137, killed for lack of memory, restarted 4 times`
fn describe_state(container: &ContainerFacts) -> String {
    let mut parts = vec![match container.status.as_str() {
        "exited" | "dead" => format!("exited with code {}", container.exit_code),
        "restarting" => format!("restarting, last exit code {}", container.exit_code),
        other => other.to_owned(),
    }];
    if container.oom_killed {
        parts.push("killed for lack of memory".to_owned());
    }
    if container.restarts > 0 {
        let times = if container.restarts == 1 {
            "once".to_owned()
        } else {
            format!("{} times", container.restarts)
        };
        parts.push(format!("restarted {times}"));
    }
    if !container.error.is_empty() {
        parts.push(container.error.clone());
    }
    parts.join(", ")
}
