//! The answer in one sentence.

use crate::causes;
use crate::checks::{View, passage};
use crate::model::evidence::{Evidence, Targets};
use crate::model::marker::Protocol;
use crate::model::report::{ReportCause, Verdict};
use crate::model::{Hop, HopState, Level, Outcome, Remedy, Skip, Status};

use super::attribute::Failing;
use super::files;
use super::judged::Judged;

/// The verdict on these outcomes.
pub fn verdict(evidence: &Evidence, judged: &[Judged], failing: &[Failing<'_>]) -> Verdict {
    let causes: Vec<ReportCause> = failing
        .iter()
        .filter(|one| one.explained_by.is_none())
        .map(|one| cause(one, failing, &evidence.targets))
        .collect();
    let status = match causes.first().map(|cause| cause.level) {
        Some(Level::Broken) => Status::Broken,
        Some(Level::Degraded) => Status::Degraded,
        None if undecided(evidence, judged).is_some() => Status::Inconclusive,
        None => Status::Healthy,
    };
    let mut broken_hops: Vec<Hop> = causes
        .iter()
        .filter(|cause| cause.level == Level::Broken)
        .map(|cause| cause.hop)
        .collect();
    broken_hops.dedup();
    Verdict {
        status,
        summary: summary(evidence, judged, status, &causes),
        broken_hops,
        next_step: next_step(evidence, judged, status, &causes),
        causes,
    }
}

fn cause(one: &Failing<'_>, failing: &[Failing<'_>], targets: &Targets) -> ReportCause {
    let finding = one.finding;
    let entry = causes::lookup(finding.cause);
    let mut remedy = match (&finding.remedy, &entry) {
        (Some(remedy), _) => remedy.clone(),
        // Where the address itself is wrong, repeating it is no way out.
        (None, Some(entry)) if is_about_address(finding.cause) => entry.remedy.clone(),
        (None, Some(entry)) => here(&entry.remedy, targets),
        (None, None) => Remedy::default(),
    };
    if remedy.docs.is_none() {
        remedy.docs = entry.and_then(|entry| entry.remedy.docs);
    }
    ReportCause {
        id: finding.cause.to_owned(),
        check: one.check.to_owned(),
        hop: one.hop,
        level: finding.level,
        confidence: finding.confidence,
        summary: format!("{}{}", finding.summary, empty_panels(one, failing)),
        evidence: finding.evidence.clone(),
        remedy,
        explains: failing
            .iter()
            .filter(|other| other.explained_by == Some(one.check))
            .map(|other| other.check.to_owned())
            .collect(),
    }
}

fn is_about_address(cause: &str) -> bool {
    cause == "tempo-wrong-http-port" || cause.starts_with("target-not-")
}

/// The catalogue's commands ask the usual addresses; what is pasted should ask those of this run.
fn here(remedy: &Remedy, targets: &Targets) -> Remedy {
    let mut remedy = remedy.clone();
    let sender = (targets.protocol != Protocol::Grpc).then_some(("http://localhost:4318", &targets.otlp.url));
    let known = [
        ("http://localhost:3200", &targets.tempo.url),
        ("http://localhost:9090", &targets.prometheus.url),
        ("http://localhost:3000", &targets.grafana.url),
    ];
    if let Some(command) = &mut remedy.command {
        for (usual, url) in known.into_iter().chain(sender).filter(|(_, url)| !url.is_empty()) {
            *command = command.replace(usual, url.trim_end_matches('/'));
        }
    }
    remedy
}

/// Where nobody sends, the panels that are empty because of it are named with it: they are what a person came for.
fn empty_panels(one: &Failing<'_>, failing: &[Failing<'_>]) -> String {
    let panels = failing.iter().find(|other| {
        other.check == "dashboard.panels"
            && other.explained_by == Some(one.check)
            && one.finding.cause.starts_with("app-")
    });
    let mut titles: Vec<&str> = panels
        .iter()
        .flat_map(|panels| &panels.finding.evidence)
        .map(|line| line.source.as_str())
        .filter(|source| source.starts_with('"'))
        .collect();
    titles.dedup();
    if titles.is_empty() {
        return String::new();
    }
    format!("; the empty panels of {} follow from this", titles.join(", "))
}

fn is_judged(outcome: &Outcome) -> bool {
    !matches!(outcome, Outcome::Skip(_))
}

/// Why nothing can be said, where nothing failed and not enough was seen.
fn undecided(evidence: &Evidence, judged: &[Judged]) -> Option<String> {
    if let Some(why) = &evidence.interrupted {
        return Some(why.clone());
    }
    let view = View::new(evidence);
    let chosen = !evidence.request.only.is_empty() || !evidence.request.skip.is_empty();
    if chosen && !judged.iter().any(|judged| is_judged(&judged.outcome)) {
        let why = judged.iter().find_map(|judged| match &judged.outcome {
            Outcome::Skip(skip) => Some(format!("{}: {}", judged.check.hop, skip.reason())),
            _ => None,
        });
        return Some(why.unwrap_or_else(|| "none of the selected checks can run".to_owned()));
    }
    if files::is_all_there_is(&view) {
        // Reading alone was asked for: then it is the whole answer.
        let more = judged.iter().any(|judged| !files::is_reading(judged.check.id));
        return files::summary(&view)
            .filter(|_| more)
            .map(|read| format!("no service of the project answers here; {read}"));
    }
    let waiting = judged.iter().find_map(|judged| match &judged.outcome {
        Outcome::Skip(Skip::Waiting(why)) => Some(format!("{}: {why}", judged.check.hop)),
        _ => None,
    });
    if waiting.is_some() {
        return waiting;
    }
    if evidence.request.no_marker && !evidence.request.fast && passage::receiver(&view) == HopState::NotChecked {
        return Some(format!(
            "app: no spans arrived {}",
            crate::checks::traffic::since(&view)
        ));
    }
    let by_id = judged.iter().find(|judged| judged.check.id == "query.by-id")?;
    match &by_id.outcome {
        Outcome::Pass(_) => None,
        Outcome::Skip(skip) => Some(format!("query: {}", skip.reason())),
        _ => None,
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    format!("{text}.")
}

fn summary(evidence: &Evidence, judged: &[Judged], status: Status, causes: &[ReportCause]) -> String {
    match (status, causes.first()) {
        (Status::Broken, Some(cause)) => sentence(&format!("Broken at {}: {}", cause.hop, cause.summary)),
        (Status::Degraded, Some(cause)) => match cause.id.as_str() {
            "app-none-sending" | "app-stopped" if let Some(why) = undecided(evidence, judged) => {
                let who = if cause.id == "app-stopped" {
                    "The applications that sent traces have stopped"
                } else {
                    "No application sends traces"
                };
                sentence(&format!("{who}; the rest is not decided: {why}"))
            }
            "app-none-sending" => "The pipeline is sound, but no application sends traces.".to_owned(),
            "app-stopped" => "The pipeline is sound, but the applications that sent traces have stopped.".to_owned(),
            _ => sentence(&format!("Degraded at {}: {}", cause.hop, cause.summary)),
        },
        (Status::Inconclusive, _) => sentence(&format!(
            "Not decided: {}",
            undecided(evidence, judged).unwrap_or_else(|| "not enough could be examined".to_owned())
        )),
        _ => healthy(evidence, judged),
    }
}

fn healthy(evidence: &Evidence, judged: &[Judged]) -> String {
    let view = View::new(evidence);
    if files::is_all_there_is(&view)
        && let Some(read) = files::summary(&view)
    {
        return sentence(&format!("From the files alone: {read}"));
    }
    let passed = Hop::ALL
        .iter()
        .filter(|hop| passage::state(&view, **hop) == HopState::Passed)
        .count();
    let slowest = [
        view.by_id_watch(),
        view.search_watch(),
        view.backdated_watch(),
        view.calls_watch(),
        view.graph_watch(),
    ]
    .into_iter()
    .flatten()
    .filter_map(|watch| watch.seen_after_ms)
    .max();
    let apps = judged
        .iter()
        .find(|judged| judged.check.id == "app.sending")
        .and_then(|judged| match &judged.outcome {
            Outcome::Pass(text) => Some(text.clone()),
            _ => None,
        });
    let mut text = match slowest {
        _ if evidence.request.no_marker => "Healthy: everything examined without a marker is sound".to_owned(),
        Some(ms) => format!("Healthy: the marker passed {passed} hops in {:.1} s", ms as f64 / 1e3),
        None => format!("Healthy: the marker passed {passed} hops"),
    };
    if let Some(apps) = apps {
        text.push_str("; ");
        text.push_str(&apps);
    }
    if !crate::checks::facts::metrics_branch(&view).is_configured() {
        text.push_str(if crate::checks::facts::is_blind(&view) {
            "; it is unknown whether metrics from spans are configured"
        } else {
            "; metrics from spans are not configured"
        });
    }
    sentence(&text)
}

fn next_step(evidence: &Evidence, judged: &[Judged], status: Status, causes: &[ReportCause]) -> Option<String> {
    if let Some(cause) = causes.first() {
        let mut step = cause.remedy.text.trim_end_matches(':').to_owned();
        if let Some(paste) = cause.remedy.config.as_deref().or(cause.remedy.command.as_deref())
            && !paste.contains('\n')
        {
            step = format!("{step}: {paste}");
        }
        return Some(step);
    }
    if status != Status::Inconclusive {
        return None;
    }
    let view = View::new(evidence);
    if files::is_all_there_is(&view) {
        return Some(
            "start the project with `docker compose up -d` and run again; --only '*.compose-*' checks only the files"
                .to_owned(),
        );
    }
    let needed = [
        view.calls_watch(),
        view.search_watch(),
        view.backdated_watch(),
        view.by_id_watch(),
    ]
    .into_iter()
    .flatten()
    .map(|watch| watch.deadline_ms)
    .max()
    .map(|deadline| deadline / 1000 + evidence.marker.as_ref().map_or(0, |marker| marker.sent_after_ms / 1000) + 5);
    let waiting = judged
        .iter()
        .any(|judged| matches!(judged.outcome, Outcome::Skip(Skip::Waiting(_))));
    match needed {
        Some(seconds) if waiting => Some(format!("run again with --timeout {seconds}s")),
        _ => Some("run again, or see what was skipped: tempoctl doctor -v".to_owned()),
    }
}
