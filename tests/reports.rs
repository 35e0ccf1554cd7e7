//! Reports made by hand, one a situation, for whatever turns reports into text.

mod base;
mod causes;

use telemetry::model::report::{
    CheckStatus, DoctorReport, DoctorVerdict, HopState, ReportCheck, SkipKind, VerdictStatus,
};
use telemetry::model::{EvidenceLine, Hop};

use base::{base, check};
use causes::{no_processors, none_sending, protocol_off, receiver_disabled, recent_unreachable};

/// Every situation with a name.
pub fn all() -> Vec<(&'static str, DoctorReport)> {
    vec![
        ("healthy", healthy()),
        ("broken_prometheus", broken_prometheus()),
        ("no_application", no_application()),
        ("inconclusive", inconclusive()),
        ("broken_receiver", broken_receiver()),
        ("two_causes", two_causes()),
        ("no_marker", no_marker()),
    ]
}

/// Nothing is lost; one warning.
pub fn healthy() -> DoctorReport {
    let mut report = base();
    report.verdict.summary =
        "Healthy: the marker passed 7 hops in 20.3 s; 3 applications sent in the last 1h: cart, frontend, orders."
            .to_owned();
    report.checks.push(ReportCheck {
        evidence: vec![EvidenceLine::new(
            "Tempo /status/config",
            "query_frontend.search.max_duration",
            "168h",
        )],
        cause: Some("search-range-too-long".to_owned()),
        ..check(
            "query.range",
            Hop::Query,
            CheckStatus::Warn,
            "searches over more than 168 h are refused",
            6,
        )
    });
    report
        .notes
        .push("query.range: searches over more than 168 h are refused".to_owned());
    report
}

/// Prometheus refuses remote write: the case of the first picture.
pub fn broken_prometheus() -> DoctorReport {
    let mut report = base();
    report.duration_ms = 21_434;
    set_hop(&mut report, Hop::RemoteWrite, HopState::Lost, None, Some("+122 failed"));
    set_hop(&mut report, Hop::Prometheus, HopState::Lost, None, None);
    view_not_looked_at(&mut report);
    report.verdict = DoctorVerdict {
        status: VerdictStatus::Broken,
        summary: "Broken at prometheus: it refuses remote write, so span metrics never arrive.".to_owned(),
        broken_hops: vec![Hop::Prometheus],
        next_step: Some("start Prometheus with: --web.enable-remote-write-receiver".to_owned()),
        causes: vec![receiver_disabled()],
    };
    fail(
        &mut report,
        "prometheus.remote-write-receiver",
        "rw-receiver-disabled",
        None,
    );
    fail(
        &mut report,
        "remote-write.delivery",
        "rw-wrong-url",
        Some("prometheus.remote-write-receiver"),
    );
    fail(
        &mut report,
        "prometheus.span-metrics",
        "sm-processor-missing",
        Some("prometheus.remote-write-receiver"),
    );
    report
}

/// The pipeline is sound and nobody feeds it: the case of the second picture.
pub fn no_application() -> DoctorReport {
    let mut report = base();
    set_hop(&mut report, Hop::App, HopState::Lost, None, None);
    set_hop(&mut report, Hop::Grafana, HopState::Passed, None, None);
    set_hop(&mut report, Hop::Dashboard, HopState::Passed, None, Some("4 empty"));
    report.not_examined.clear();
    report.verdict = DoctorVerdict {
        status: VerdictStatus::Degraded,
        summary: "The pipeline is sound, but no application sends traces.".to_owned(),
        broken_hops: Vec::new(),
        next_step: Some("instrument an application, or generate test traffic".to_owned()),
        causes: vec![none_sending()],
    };
    fail(&mut report, "app.sending", "app-none-sending", None);
    report.checks.push(ReportCheck {
        explained_by: Some("app.sending".to_owned()),
        ..check(
            "dashboard.panels",
            Hop::Dashboard,
            CheckStatus::Fail,
            "4 of 4 panels of «Tempo Overview» are empty",
            88,
        )
    });
    report
}

/// The time ran out before the metrics could arrive.
pub fn inconclusive() -> DoctorReport {
    let mut report = base();
    report.duration_ms = 30_012;
    set_hop(&mut report, Hop::RemoteWrite, HopState::Waiting, None, None);
    set_hop(&mut report, Hop::Prometheus, HopState::Waiting, None, None);
    report.verdict = DoctorVerdict {
        status: VerdictStatus::Inconclusive,
        summary: "Not decided: remote-write: still waiting after 30 s; a fresh generator needs up to 65 s.".to_owned(),
        broken_hops: Vec::new(),
        causes: Vec::new(),
        next_step: Some("run again with --timeout 70s".to_owned()),
    };
    skip(
        &mut report,
        "remote-write.delivery",
        "still waiting after 30 s; a fresh generator needs up to 65 s",
    );
    skip(&mut report, "prometheus.span-metrics", "still waiting after 30 s");
    report
}

/// OTLP over HTTP is not switched on, and nothing behind the receiver can be judged.
pub fn broken_receiver() -> DoctorReport {
    let mut report = base();
    report.duration_ms = 412;
    set_hop(&mut report, Hop::Receiver, HopState::Lost, None, None);
    for hop in [
        Hop::App,
        Hop::Ingest,
        Hop::Storage,
        Hop::Query,
        Hop::Generator,
        Hop::RemoteWrite,
        Hop::Prometheus,
    ] {
        set_hop(&mut report, hop, HopState::NotChecked, None, None);
    }
    report.verdict = DoctorVerdict {
        status: VerdictStatus::Broken,
        summary: "Broken at receiver: Tempo's OTLP receiver for http is not switched on.".to_owned(),
        broken_hops: vec![Hop::Receiver],
        next_step: Some("list the protocol in Tempo's configuration".to_owned()),
        causes: vec![protocol_off()],
    };
    fail(&mut report, "receiver.push", "receiver-protocol-not-enabled", None);
    fail(&mut report, "query.by-id", "search-too-fresh", Some("receiver.push"));
    for id in [
        "query.search",
        "generator.spans",
        "remote-write.delivery",
        "prometheus.span-metrics",
        "app.sending",
    ] {
        skip(&mut report, id, "the marker was not taken");
    }
    report
}

/// Both branches are broken, each for its own reason.
pub fn two_causes() -> DoctorReport {
    let mut report = base();
    set_hop(&mut report, Hop::Query, HopState::Lost, None, None);
    set_hop(&mut report, Hop::Generator, HopState::Lost, None, None);
    set_hop(&mut report, Hop::RemoteWrite, HopState::NotChecked, None, None);
    set_hop(&mut report, Hop::Prometheus, HopState::NotChecked, None, None);
    report.verdict = DoctorVerdict {
        status: VerdictStatus::Broken,
        summary:
            "Broken at query: the queriers do not reach the live store, so nothing is found that has not been flushed."
                .to_owned(),
        broken_hops: vec![Hop::Query, Hop::Generator],
        next_step: None,
        causes: vec![recent_unreachable(), no_processors()],
    };
    fail(&mut report, "query.by-id", "querier-cannot-reach-recent", None);
    fail(&mut report, "query.search", "search-too-fresh", Some("query.by-id"));
    fail(&mut report, "generator.processors", "gen-processors-not-enabled", None);
    fail(
        &mut report,
        "prometheus.span-metrics",
        "sm-processor-missing",
        Some("generator.processors"),
    );
    report
        .notes
        .push("HTTP_PROXY is set and used for http://tempo.example.org".to_owned());
    report
}

/// `--no-marker`: nothing was pushed.
pub fn no_marker() -> DoctorReport {
    let mut report = base();
    report.marker = None;
    report.verdict.summary = "Healthy: what was examined without a marker is sound.".to_owned();
    skip(&mut report, "receiver.push", "--no-marker: nothing is pushed");
    report
}

fn set_hop(report: &mut DoctorReport, hop: Hop, state: HopState, seen_after_ms: Option<u64>, note: Option<&str>) {
    let marker = report.marker.as_mut().unwrap();
    let entry = marker.hops.iter_mut().find(|entry| entry.hop == hop).unwrap();
    entry.state = state;
    entry.seen_after_ms = seen_after_ms;
    entry.note = note.map(str::to_owned);
}

/// Grafana and dashboards are there and were not looked at.
fn view_not_looked_at(report: &mut DoctorReport) {
    for hop in [Hop::Grafana, Hop::Dashboard] {
        set_hop(report, hop, HopState::NotChecked, None, None);
    }
    report
        .not_examined
        .iter_mut()
        .for_each(|one| one.why = "--grafana-url".to_owned());
}

fn find<'a>(report: &'a mut DoctorReport, id: &str) -> &'a mut ReportCheck {
    report.checks.iter_mut().find(|check| check.id == id).unwrap()
}

fn fail(report: &mut DoctorReport, id: &str, cause: &str, explained_by: Option<&str>) {
    let found = report.verdict.causes.iter().find(|cause| cause.check == id).cloned();
    let check = find(report, id);
    check.status = CheckStatus::Fail;
    check.cause = Some(cause.to_owned());
    check.explained_by = explained_by.map(str::to_owned);
    match found {
        Some(found) => {
            check.summary = found.summary;
            check.evidence = found.evidence;
        }
        None => check.summary = "the marker was not seen here".to_owned(),
    }
}

fn skip(report: &mut DoctorReport, id: &str, why: &str) {
    let check = find(report, id);
    check.status = CheckStatus::Skip;
    check.skip = Some(why.to_owned());
    check.skip_kind = Some(if why.contains("waiting") {
        SkipKind::Waiting
    } else {
        SkipKind::NoEvidence
    });
    check.took_ms = 0;
}
