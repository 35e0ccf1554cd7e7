//! The finished report.

use std::collections::BTreeMap;
use telemetry::text::duration::format_ms;

use crate::checks::{EvidenceView, dashboard, grafana, installation, marker_state};
use telemetry::model::evidence::Evidence;
use telemetry::model::marker::Watch;
use telemetry::model::report::{
    CheckStatus, MarkerHop, NotExamined, ReportCheck, ReportMarker, ReportTarget, SCHEMA_VERSION, SkipKind, Tool,
};
use telemetry::model::{CheckOutcome, Confidence, DoctorReport, Finding, FindingLevel, Hop, HopState, SkipReason};

use super::check_run::CheckResult;
use super::root_causes::{FailedCheck, attribute_failures};
use super::static_findings;
use super::verdict::build_verdict;

/// The report on these outcomes.
pub fn build_report(evidence: &Evidence, judged: &[CheckResult]) -> DoctorReport {
    let failing = attribute_failures(evidence, judged);
    let view = EvidenceView::new(evidence);
    DoctorReport {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "tempoctl".to_owned(),
            version: evidence.tool_version.clone(),
        },
        started_at: evidence.started_at.clone(),
        duration_ms: evidence.duration_ms,
        targets: build_targets(evidence, &view),
        verdict: build_verdict(evidence, judged, &failing),
        marker: build_marker(evidence, judged, &failing, &view),
        checks: judged
            .iter()
            .map(|judged| build_check(judged, &failing, evidence))
            .collect(),
        not_examined: list_unexamined_hops(evidence, &view),
        notes: collect_notes(evidence, judged),
    }
}

fn build_targets(evidence: &Evidence, view: &EvidenceView<'_>) -> BTreeMap<String, ReportTarget> {
    let version = |slot: &telemetry::model::Slot<telemetry::model::tempo::BuildInfo>| {
        slot.get()
            .map(|info| info.version.clone())
            .filter(|version| !version.is_empty())
    };
    let entry = |target: &telemetry::model::evidence::TargetAddress, version, recognised| ReportTarget {
        url: target.url.clone(),
        origin: target.origin.clone(),
        version,
        recognised,
    };
    let line = installation::detect_line(view).map(|line| format!("Tempo {}", line.name()));
    let mut map = BTreeMap::new();
    map.insert(
        "tempo".into(),
        entry(&evidence.targets.tempo, version(&evidence.tempo.buildinfo), line),
    );
    map.insert(
        "otlp".into(),
        entry(
            &evidence.targets.otlp,
            None,
            Some(evidence.targets.protocol.name().to_owned()),
        ),
    );
    if let Some(collector) = &evidence.collector.metrics_url {
        let scrape = evidence
            .collector
            .metrics_after
            .get()
            .or(evidence.collector.metrics_before.get());
        let (product, version) = scrape.map(telemetry::parse::collector::identify_product).unzip();
        map.insert(
            "collector".into(),
            entry(
                collector,
                version.filter(|version| !version.is_empty()),
                product.map(str::to_owned),
            ),
        );
    }
    map.insert(
        "prometheus".into(),
        entry(
            &evidence.targets.prometheus,
            version(&evidence.prometheus.buildinfo),
            None,
        ),
    );
    if !matches!(
        grafana::find_grafana_state(view),
        grafana::GrafanaState::NotConfigured(_)
    ) {
        map.insert(
            "grafana".into(),
            entry(&evidence.targets.grafana, evidence.grafana.version(), None),
        );
    }
    // Of files alone nothing has an address.
    map.retain(|_, target| !target.url.is_empty());
    map
}

fn build_marker(
    evidence: &Evidence,
    judged: &[CheckResult],
    failing: &[FailedCheck<'_>],
    view: &EvidenceView<'_>,
) -> Option<ReportMarker> {
    // Where nothing runs that could have taken it, there was none: the hops are drawn as the files were read.
    let marker = evidence
        .marker
        .as_ref()
        .filter(|_| !static_findings::is_static_only(view))?;
    let hops = Hop::ALL
        .into_iter()
        .map(|hop| {
            let (state, seen, note) = describe_hop(hop, evidence, judged, failing, view);
            MarkerHop {
                hop,
                state,
                seen_after_ms: seen,
                note,
            }
        })
        .collect();
    Some(ReportMarker {
        trace_id: marker.trace_id.clone(),
        sent_to: evidence.targets.otlp.url.clone(),
        protocol: evidence.targets.protocol.name().to_owned(),
        hops,
    })
}

fn describe_hop(
    hop: Hop,
    evidence: &Evidence,
    judged: &[CheckResult],
    failing: &[FailedCheck<'_>],
    view: &EvidenceView<'_>,
) -> (HopState, Option<u64>, Option<String>) {
    let outcome = |id: &str| {
        judged
            .iter()
            .find(|judged| judged.check.id == id)
            .map(|judged| &judged.outcome)
    };
    let seen = |watch: &Option<Watch>| watch.as_ref().and_then(|watch| watch.seen_after_ms);
    // A break that the evidence charges to this hop is shown here, whatever the counters of the hop itself say.
    let broken = |at: Option<Hop>| {
        failing.iter().any(|one| {
            let root = one.explained_by.is_none() && one.finding.level == FindingLevel::Broken;
            root && at.is_none_or(|hop| one.hop == hop)
        })
    };
    let state = if hop == Hop::App {
        match outcome("app.sending") {
            Some(CheckOutcome::Pass(_)) => HopState::Passed,
            Some(CheckOutcome::Fail(_)) => HopState::Lost,
            _ => HopState::NotChecked,
        }
    } else {
        marker_state::find_hop_state(view, hop)
    };
    let state = match state {
        HopState::Passed => HopState::Passed,
        _ if broken(Some(hop)) => HopState::Lost,
        // Nothing is broken: it was the marker alone that was kept out.
        HopState::Lost if !broken(None) && hop != Hop::App => HopState::Excluded,
        state => state,
    };
    let through = crate::checks::collector::is_push_to_collector(view);
    match hop {
        Hop::Collector => (state, seen(&evidence.collector.watch), None),
        Hop::Receiver => (
            state,
            evidence
                .receiver
                .push
                .took_ms()
                .filter(|_| state == HopState::Passed && !through),
            None,
        ),
        Hop::Ingest => (state, None, None),
        Hop::Query => {
            let search = seen(view.search_watch()).or(seen(view.backdated_watch()));
            let by_id = seen(view.by_id_watch());
            let note = match (by_id, search) {
                (Some(id), Some(search)) => Some(format!("{} by id, {} by search", format_ms(id), format_ms(search))),
                (Some(id), None) => Some(format!("{} by id", format_ms(id))),
                _ => None,
            };
            (state, search.max(by_id), note)
        }
        Hop::Dashboard => {
            let (empty, _) = dashboard::count_panels(view);
            (state, None, (empty > 0).then(|| format!("{empty} empty")))
        }
        Hop::Prometheus => (state, seen(view.calls_watch()).or(seen(view.graph_watch())), None),
        _ => (state, None, None),
    }
}

fn build_check(judged: &CheckResult, failing: &[FailedCheck<'_>], evidence: &Evidence) -> ReportCheck {
    let skip_kind = match &judged.outcome {
        CheckOutcome::Skip(SkipReason::NotApplicable(_)) => Some(SkipKind::NotApplicable),
        CheckOutcome::Skip(SkipReason::NoEvidence(_)) => Some(SkipKind::NoEvidence),
        CheckOutcome::Skip(SkipReason::Waiting(_)) => Some(SkipKind::Waiting),
        _ => None,
    };
    let (status, summary, finding, skip) = match &judged.outcome {
        CheckOutcome::Pass(summary) => (CheckStatus::Pass, summary.clone(), None, None),
        CheckOutcome::Warn(finding) => (CheckStatus::Warn, finding.summary.clone(), Some(finding), None),
        CheckOutcome::Fail(finding) => (CheckStatus::Fail, finding.summary.clone(), Some(finding), None),
        CheckOutcome::Skip(skip) => (
            CheckStatus::Skip,
            judged.check.title.to_owned(),
            None,
            Some(skip.reason().to_owned()),
        ),
    };
    ReportCheck {
        id: judged.check.id.to_owned(),
        hop: judged.check.hop(),
        status,
        summary,
        cause: finding.map(|finding| resolve_cause(finding, failing).to_owned()),
        skip,
        skip_kind,
        explained_by: finding
            .and_then(|finding| find_attributed(finding, failing)?.explained_by)
            .map(str::to_owned),
        evidence: finding.map(|finding| finding.evidence.clone()).unwrap_or_default(),
        took_ms: find_duration_ms(judged.check.id, evidence),
    }
}

/// This failure among the attributed ones.
fn find_attributed<'f, 'a>(finding: &Finding, failing: &'f [FailedCheck<'a>]) -> Option<&'f FailedCheck<'a>> {
    failing.iter().find(|one| std::ptr::eq(one.finding, finding))
}

/// The cause of a check's finding. What follows from another failure, and was only guessed at, has that one's cause.
fn resolve_cause<'a>(finding: &'a Finding, failing: &[FailedCheck<'a>]) -> &'a str {
    let root = find_attributed(finding, failing)
        .and_then(|one| one.explained_by)
        .and_then(|id| failing.iter().find(|one| one.check == id));
    match root {
        Some(root) if finding.confidence < Confidence::Certain => root.finding.cause,
        _ => finding.cause,
    }
}

/// How long the fact took that a check is about.
fn find_duration_ms(check: &str, evidence: &Evidence) -> u64 {
    match check {
        "receiver.push" => evidence.receiver.push.took_ms(),
        "query.api" => evidence.tempo.echo.took_ms(),
        "query.ready" => evidence.tempo.ready.took_ms(),
        "query.by-id" => evidence.query.by_id.took_ms(),
        "query.search" => evidence.query.search.took_ms(),
        "query.traceql-metrics" => evidence.query.traceql_metrics.took_ms(),
        "query.range" => evidence.query.wide_search.took_ms(),
        "collector.push" => match &evidence.collector.lost {
            Some(lost) => lost.push.took_ms(),
            None => evidence
                .receiver
                .push
                .took_ms()
                .filter(|_| evidence.collector.known_by.is_some()),
        },
        "collector.metrics" => evidence.collector.metrics_after.took_ms(),
        "prometheus.reachable" => evidence.prometheus.query_probe.took_ms(),
        "grafana.reachable" => evidence.grafana.health.took_ms(),
        "grafana.data-source" => evidence.grafana.sources.took_ms(),
        "prometheus.span-metrics" | "prometheus.service-graph" => evidence.prometheus.series_after.took_ms(),
        _ => None,
    }
    .unwrap_or(0)
}

fn list_unexamined_hops(evidence: &Evidence, view: &EvidenceView<'_>) -> Vec<NotExamined> {
    let mut list = Vec::new();
    // Only files were asked for: no server is missed.
    if static_findings::is_files_only(&evidence.request) {
        return list;
    }
    if marker_state::find_collector_state(view) == HopState::NotConfigured {
        list.push(NotExamined {
            hop: Hop::Collector,
            why: "no collector is known; pass --collector-metrics-url".to_owned(),
        });
    }
    if let grafana::GrafanaState::NotConfigured(why) = grafana::find_grafana_state(view) {
        list.extend([Hop::Grafana, Hop::Dashboard].map(|hop| NotExamined { hop, why: why.clone() }));
    } else if evidence.dashboards.examined.is_empty() {
        list.push(NotExamined {
            hop: Hop::Dashboard,
            why: if evidence.dashboards.listed.was_asked() {
                "no dashboard queries Tempo or its metrics".to_owned()
            } else {
                "the dashboards were not examined".to_owned()
            },
        });
    }
    if !installation::detect_metrics_branch(view).is_configured() {
        list.insert(
            0,
            NotExamined {
                hop: Hop::Generator,
                why: if installation::is_tempo_unreachable(view) {
                    "Tempo does not answer, so it is unknown whether metrics from spans are configured".to_owned()
                } else if installation::is_tempo_opaque(view) {
                    "Tempo's /status/config and /metrics are closed, so it is unknown whether metrics from spans are configured"
                        .to_owned()
                } else {
                    "metrics from spans are not configured: no generator storage and no processors".to_owned()
                },
            },
        );
    } else if !installation::is_prometheus_configured(view) {
        list.insert(
            0,
            NotExamined {
                hop: Hop::Prometheus,
                why: format!(
                    "no Prometheus at {}; pass --prometheus-url",
                    evidence.targets.prometheus.url
                ),
            },
        );
    }
    list
}

fn collect_notes(evidence: &Evidence, judged: &[CheckResult]) -> Vec<String> {
    let mut notes = evidence.notes.clone();
    if static_findings::is_static_only(&EvidenceView::new(evidence))
        && !static_findings::is_files_only(&evidence.request)
    {
        notes.push("only the files were checked: no service of the project answers here".to_owned());
    }
    notes.extend(
        evidence
            .grafana
            .explore
            .iter()
            .map(|link| format!("the marker in Explore: {link}")),
    );
    if let Some(needed) = &evidence.grafana.sources_refused {
        notes.push(format!(
            "the Grafana login lacks {needed}: the only known data source addresses are those that Grafana's frontend receives"
        ));
    }
    if evidence.dashboards.left_out > 0 {
        notes.push(format!(
            "{} more dashboards query Tempo or its metrics and were not examined for lack of time: tempoctl dashboard UID",
            evidence.dashboards.left_out
        ));
    }
    for judged in judged {
        if let CheckOutcome::Warn(finding) = &judged.outcome {
            notes.push(format!("{}: {}", judged.check.id, finding.summary));
        }
    }
    notes
}
