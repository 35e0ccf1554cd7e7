//! The answer in one sentence.

use crate::causes;
use crate::checks::{EvidenceView, marker_state};
use telemetry::model::evidence::{Evidence, TargetAddresses};
use telemetry::model::marker::Protocol;
use telemetry::model::report::{DoctorVerdict, ReportCause};
use telemetry::model::{CheckOutcome, FindingLevel, Hop, HopState, Remedy, SkipReason, VerdictStatus};
use telemetry::text::duration::format_ms;

use super::check_run::CheckResult;
use super::root_causes::FailedCheck;
use super::static_findings;

/// The verdict on these outcomes.
pub fn build_verdict(evidence: &Evidence, judged: &[CheckResult], failing: &[FailedCheck<'_>]) -> DoctorVerdict {
    let causes: Vec<ReportCause> = failing
        .iter()
        .filter(|one| one.explained_by.is_none())
        .map(|one| build_cause(one, failing, &evidence.targets))
        .collect();
    let status = match causes.first().map(|cause| cause.level) {
        Some(FindingLevel::Broken) => VerdictStatus::Broken,
        Some(FindingLevel::Degraded) => VerdictStatus::Degraded,
        None if explain_undecided(evidence, judged).is_some() => VerdictStatus::Inconclusive,
        None => VerdictStatus::Healthy,
    };
    let mut broken_hops: Vec<Hop> = causes
        .iter()
        .filter(|cause| cause.level == FindingLevel::Broken)
        .map(|cause| cause.hop)
        .collect();
    broken_hops.dedup();
    DoctorVerdict {
        status,
        summary: summarize_verdict(evidence, judged, status, &causes),
        broken_hops,
        next_step: suggest_next_step(evidence, judged, status, &causes),
        causes,
    }
}

fn build_cause(one: &FailedCheck<'_>, failing: &[FailedCheck<'_>], targets: &TargetAddresses) -> ReportCause {
    let finding = one.finding;
    let entry = causes::find_cause(finding.cause);
    let mut remedy = match (&finding.remedy, &entry) {
        (Some(remedy), _) => remedy.clone(),
        // Where the address itself is wrong, repeating it is no way out.
        (None, Some(entry)) if entry.hints.wrong_address => entry.remedy.clone(),
        (None, Some(entry)) => fill_in_addresses(&entry.remedy, targets),
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
        summary: format!("{}{}", finding.summary, describe_empty_panels(one, failing)),
        evidence: finding.evidence.clone(),
        remedy,
        explains: failing
            .iter()
            .filter(|other| other.explained_by == Some(one.check))
            .map(|other| other.check.to_owned())
            .collect(),
    }
}

/// The catalogue's commands ask the usual addresses; what is pasted should ask those of this run.
fn fill_in_addresses(remedy: &Remedy, targets: &TargetAddresses) -> Remedy {
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
fn describe_empty_panels(one: &FailedCheck<'_>, failing: &[FailedCheck<'_>]) -> String {
    let panels = failing.iter().find(|other| {
        other.check == "dashboard.panels" && other.explained_by == Some(one.check) && one.hints.in_application
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

fn is_decided(outcome: &CheckOutcome) -> bool {
    !matches!(outcome, CheckOutcome::Skip(_))
}

/// Why nothing can be said, where nothing failed and not enough was seen.
fn explain_undecided(evidence: &Evidence, judged: &[CheckResult]) -> Option<String> {
    if let Some(why) = &evidence.interrupted {
        return Some(why.clone());
    }
    let view = EvidenceView::new(evidence);
    let chosen = !evidence.request.only.is_empty() || !evidence.request.skip.is_empty();
    if chosen && !judged.iter().any(|judged| is_decided(&judged.outcome)) {
        let why = judged.iter().find_map(|judged| match &judged.outcome {
            CheckOutcome::Skip(skip) => Some(format!("{}: {}", judged.check.hop(), skip.reason())),
            _ => None,
        });
        return Some(why.unwrap_or_else(|| "none of the selected checks can run".to_owned()));
    }
    if static_findings::is_static_only(&view) {
        if let Some(file) = static_findings::find_idle_project(&view) {
            return Some(format!(
                "every service of {file} is behind a profile that is off, so nothing was examined"
            ));
        }
        // Reading alone was asked for: then it is the whole answer.
        let more = judged
            .iter()
            .any(|judged| !static_findings::is_static_check(judged.check.id));
        return static_findings::summarize_files(&view)
            .filter(|_| more)
            .map(|read| format!("no service of the project answers here; {read}"));
    }
    let waiting = judged.iter().find_map(|judged| match &judged.outcome {
        CheckOutcome::Skip(SkipReason::Waiting(why)) => Some(format!("{}: {why}", judged.check.hop())),
        _ => None,
    });
    if waiting.is_some() {
        return waiting;
    }
    if evidence.request.no_marker
        && !evidence.request.fast
        && marker_state::find_receiver_state(&view) == HopState::NotChecked
    {
        return Some(format!(
            "app: no spans arrived {}",
            crate::checks::tempo_counters::describe_interval(&view)
        ));
    }
    let by_id = judged.iter().find(|judged| judged.check.id == "query.by-id")?;
    match &by_id.outcome {
        CheckOutcome::Pass(_) => None,
        CheckOutcome::Skip(skip) => Some(format!("query: {}", skip.reason())),
        _ => None,
    }
}

/// With a capital letter, unless it begins with an address.
fn capitalize(text: &str) -> String {
    if text.starts_with("http") {
        return text.to_owned();
    }
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}

/// With a capital letter and a full stop.
pub(super) fn render_sentence(text: &str) -> String {
    format!("{}.", capitalize(text.trim_end_matches('.')))
}

fn summarize_verdict(
    evidence: &Evidence,
    judged: &[CheckResult],
    status: VerdictStatus,
    causes: &[ReportCause],
) -> String {
    match (status, causes.first()) {
        (VerdictStatus::Broken, Some(cause)) => render_sentence(&format!("Broken at {}: {}", cause.hop, cause.summary)),
        (VerdictStatus::Degraded, Some(cause)) => {
            let idle = causes::find_hints(&cause.id).idle;
            render_sentence(&match (idle, explain_undecided(evidence, judged)) {
                (Some(idle), Some(why)) => format!("{idle}; the rest is not decided: {why}"),
                (Some(idle), None) => format!("The pipeline is sound, but {idle}"),
                (None, _) => format!("Degraded at {}: {}", cause.hop, cause.summary),
            })
        }
        (VerdictStatus::Inconclusive, _) => render_sentence(&format!(
            "Not decided: {}",
            explain_undecided(evidence, judged).unwrap_or_else(|| "not enough could be examined".to_owned())
        )),
        _ => describe_healthy(evidence, judged),
    }
}

fn describe_healthy(evidence: &Evidence, judged: &[CheckResult]) -> String {
    let view = EvidenceView::new(evidence);
    if static_findings::is_static_only(&view)
        && let Some(read) = static_findings::summarize_files(&view)
    {
        return render_sentence(&format!("From the files alone: {read}"));
    }
    let passed = Hop::ALL
        .iter()
        .filter(|hop| marker_state::find_hop_state(&view, **hop) == HopState::Passed)
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
            CheckOutcome::Pass(text) => Some(text.clone()),
            _ => None,
        });
    let mut text = match slowest {
        _ if evidence.request.no_marker => "Healthy: everything examined without a marker is sound".to_owned(),
        Some(ms) => format!("Healthy: the marker passed {passed} hops in {}", format_ms(ms)),
        None => format!("Healthy: the marker passed {passed} hops"),
    };
    if let Some(apps) = apps {
        text.push_str("; ");
        text.push_str(&apps);
    }
    if !crate::checks::installation::detect_metrics_branch(&view).is_configured() {
        text.push_str(if crate::checks::installation::is_tempo_opaque(&view) {
            "; it is unknown whether metrics from spans are configured"
        } else {
            "; metrics from spans are not configured"
        });
    }
    render_sentence(&text)
}

fn suggest_next_step(
    evidence: &Evidence,
    judged: &[CheckResult],
    status: VerdictStatus,
    causes: &[ReportCause],
) -> Option<String> {
    if let Some(cause) = causes.first() {
        let mut step = cause.remedy.text.trim_end_matches(':').to_owned();
        if let Some(paste) = cause.remedy.config.as_deref().or(cause.remedy.command.as_deref())
            && !paste.contains('\n')
        {
            step = format!("{step}: {paste}");
        }
        return Some(step);
    }
    if status != VerdictStatus::Inconclusive {
        return None;
    }
    let view = EvidenceView::new(evidence);
    if static_findings::is_files_only(&evidence.request) {
        return None;
    }
    if static_findings::is_static_only(&view) {
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
        .any(|judged| matches!(judged.outcome, CheckOutcome::Skip(SkipReason::Waiting(_))));
    match needed {
        Some(seconds) if waiting => Some(format!("run again with --timeout {seconds}s")),
        _ => Some("run again, or see what was skipped: tempoctl doctor -v".to_owned()),
    }
}
