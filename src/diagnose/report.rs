//! The finished report.

use std::collections::BTreeMap;

use crate::checks::{View, dashboard, facts, grafana, passage};
use crate::model::evidence::Evidence;
use crate::model::marker::Watch;
use crate::model::report::{
    CheckStatus, MarkerHop, NotExamined, ReportCheck, ReportMarker, ReportTarget, SCHEMA_VERSION, SkipKind, Tool,
};
use crate::model::{Confidence, Finding, Hop, HopState, Level, Outcome, Report, Skip};

use super::attribute::{Failing, attribute};
use super::files;
use super::judged::Judged;
use super::verdict::verdict;

/// The report on these outcomes.
pub fn report(evidence: &Evidence, judged: &[Judged]) -> Report {
    let failing = attribute(judged);
    let view = View::new(evidence);
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "tempoctl".to_owned(),
            version: evidence.tool_version.clone(),
        },
        started_at: evidence.started_at.clone(),
        duration_ms: evidence.duration_ms,
        targets: targets(evidence, &view),
        verdict: verdict(evidence, judged, &failing),
        marker: marker(evidence, judged, &failing, &view),
        checks: judged.iter().map(|judged| check(judged, &failing, evidence)).collect(),
        not_examined: not_examined(evidence, &view),
        notes: notes(evidence, judged),
    }
}

fn targets(evidence: &Evidence, view: &View<'_>) -> BTreeMap<String, ReportTarget> {
    let version = |slot: &crate::model::Slot<crate::model::tempo::BuildInfo>| {
        slot.get()
            .map(|info| info.version.clone())
            .filter(|version| !version.is_empty())
    };
    let entry = |target: &crate::model::evidence::Target, version, recognised| ReportTarget {
        url: target.url.clone(),
        origin: target.origin.clone(),
        version,
        recognised,
    };
    let line = facts::line(view).map(|line| format!("Tempo {}", line.name()));
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
        let (product, version) = scrape.map(crate::parse::collector::identity).unzip();
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
    if !matches!(grafana::state(view), grafana::State::NotConfigured(_)) {
        map.insert(
            "grafana".into(),
            entry(&evidence.targets.grafana, evidence.grafana.version(), None),
        );
    }
    map
}

fn marker(evidence: &Evidence, judged: &[Judged], failing: &[Failing<'_>], view: &View<'_>) -> Option<ReportMarker> {
    // Where nothing runs that could have taken it, there was none: the hops are drawn as the files were read.
    let marker = evidence.marker.as_ref().filter(|_| !files::is_all_there_is(view))?;
    let hops = Hop::ALL
        .into_iter()
        .map(|hop| {
            let (state, seen, note) = hop_state(hop, evidence, judged, failing, view);
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

fn hop_state(
    hop: Hop,
    evidence: &Evidence,
    judged: &[Judged],
    failing: &[Failing<'_>],
    view: &View<'_>,
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
            let root = one.explained_by.is_none() && one.finding.level == Level::Broken;
            root && at.is_none_or(|hop| one.hop == hop)
        })
    };
    let state = if hop == Hop::App {
        match outcome("app.sending") {
            Some(Outcome::Pass(_)) => HopState::Passed,
            Some(Outcome::Fail(_)) => HopState::Lost,
            _ => HopState::NotChecked,
        }
    } else {
        passage::state(view, hop)
    };
    let state = match state {
        HopState::Passed => HopState::Passed,
        _ if broken(Some(hop)) => HopState::Lost,
        // Nothing is broken: it was the marker alone that was kept out.
        HopState::Lost if !broken(None) && hop != Hop::App => HopState::Excluded,
        state => state,
    };
    let through = crate::checks::collector::has_the_push(view);
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
                (Some(id), Some(search)) => Some(format!("{} by id, {} by search", short(id), short(search))),
                (Some(id), None) => Some(format!("{} by id", short(id))),
                _ => None,
            };
            (state, search.max(by_id), note)
        }
        Hop::Dashboard => {
            let (empty, _) = dashboard::counts(view);
            (state, None, (empty > 0).then(|| format!("{empty} empty")))
        }
        Hop::Prometheus => (state, seen(view.calls_watch()).or(seen(view.graph_watch())), None),
        _ => (state, None, None),
    }
}

/// `31 ms`, `9.6 s`
pub fn short(ms: u64) -> String {
    if ms < 1000 {
        format!("{ms} ms")
    } else {
        format!("{:.1} s", ms as f64 / 1e3)
    }
}

fn check(judged: &Judged, failing: &[Failing<'_>], evidence: &Evidence) -> ReportCheck {
    let skip_kind = match &judged.outcome {
        Outcome::Skip(Skip::NotApplicable(_)) => Some(SkipKind::NotApplicable),
        Outcome::Skip(Skip::NoEvidence(_)) => Some(SkipKind::NoEvidence),
        Outcome::Skip(Skip::Waiting(_)) => Some(SkipKind::Waiting),
        _ => None,
    };
    let (status, summary, finding, skip) = match &judged.outcome {
        Outcome::Pass(summary) => (CheckStatus::Pass, summary.clone(), None, None),
        Outcome::Warn(finding) => (CheckStatus::Warn, finding.summary.clone(), Some(finding), None),
        Outcome::Fail(finding) => (CheckStatus::Fail, finding.summary.clone(), Some(finding), None),
        Outcome::Skip(skip) => (
            CheckStatus::Skip,
            judged.check.title.to_owned(),
            None,
            Some(skip.reason().to_owned()),
        ),
    };
    ReportCheck {
        id: judged.check.id.to_owned(),
        hop: judged.check.hop,
        status,
        summary,
        cause: finding.map(|finding| cause_of(judged.check.id, finding, failing).to_owned()),
        skip,
        skip_kind,
        explained_by: failing
            .iter()
            .find(|one| one.check == judged.check.id)
            .and_then(|one| one.explained_by)
            .map(str::to_owned),
        evidence: finding.map(|finding| finding.evidence.clone()).unwrap_or_default(),
        took_ms: took(judged.check.id, evidence),
    }
}

/// The cause of a check's finding. What follows from another failure, and was only guessed at, has that one's cause.
fn cause_of<'a>(check: &str, finding: &'a Finding, failing: &[Failing<'a>]) -> &'a str {
    let of = |id: &str| failing.iter().find(|one| one.check == id);
    let root = of(check).and_then(|one| one.explained_by).and_then(of);
    match root {
        Some(root) if finding.confidence < Confidence::Certain => root.finding.cause,
        _ => finding.cause,
    }
}

/// How long the fact took that a check is about.
fn took(check: &str, evidence: &Evidence) -> u64 {
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

fn not_examined(evidence: &Evidence, view: &View<'_>) -> Vec<NotExamined> {
    let mut list = Vec::new();
    if passage::collector(view) == HopState::NotConfigured {
        list.push(NotExamined {
            hop: Hop::Collector,
            why: "no collector is known; pass --collector-metrics-url".to_owned(),
        });
    }
    if let grafana::State::NotConfigured(why) = grafana::state(view) {
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
    if !facts::metrics_branch(view).is_configured() {
        list.insert(
            0,
            NotExamined {
                hop: Hop::Generator,
                why: if facts::tempo_unreachable(view) {
                    "Tempo does not answer, so it is unknown whether metrics from spans are configured".to_owned()
                } else if facts::is_blind(view) {
                    "/status/config and /metrics are closed, so it is unknown whether metrics from spans are configured"
                        .to_owned()
                } else {
                    "metrics from spans are not configured: no generator storage and no processors".to_owned()
                },
            },
        );
    } else if !facts::prometheus_configured(view) {
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

fn notes(evidence: &Evidence, judged: &[Judged]) -> Vec<String> {
    let mut notes = evidence.notes.clone();
    if files::is_all_there_is(&View::new(evidence)) {
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
        if let Outcome::Warn(finding) = &judged.outcome {
            notes.push(format!("{}: {}", judged.check.id, finding.summary));
        }
    }
    notes
}
