//! Reports made by hand, one a situation, for whatever turns reports into text.

#![allow(
    clippy::unwrap_used,
    reason = "a fixture that lacks what is asked for fails the test"
)]

use std::collections::BTreeMap;

use tempoctl::model::report::{
    CheckStatus, HopState, MarkerHop, NotExamined, Report, ReportCause, ReportCheck, ReportMarker, ReportTarget,
    SkipKind, Status, Tool, Verdict,
};
use tempoctl::model::{Confidence, EvidenceLine, Hop, Level, Remedy};

/// Every situation with a name.
pub fn all() -> Vec<(&'static str, Report)> {
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
pub fn healthy() -> Report {
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
pub fn broken_prometheus() -> Report {
    let mut report = base();
    report.duration_ms = 21_434;
    set_hop(&mut report, Hop::RemoteWrite, HopState::Lost, None, Some("+122 failed"));
    set_hop(&mut report, Hop::Prometheus, HopState::Lost, None, None);
    view_not_looked_at(&mut report);
    report.verdict = Verdict {
        status: Status::Broken,
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
pub fn no_application() -> Report {
    let mut report = base();
    set_hop(&mut report, Hop::App, HopState::Lost, None, None);
    set_hop(&mut report, Hop::Grafana, HopState::Passed, None, None);
    set_hop(&mut report, Hop::Dashboard, HopState::Passed, None, Some("4 empty"));
    report.not_examined.clear();
    report.verdict = Verdict {
        status: Status::Degraded,
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
pub fn inconclusive() -> Report {
    let mut report = base();
    report.duration_ms = 30_012;
    set_hop(&mut report, Hop::RemoteWrite, HopState::Waiting, None, None);
    set_hop(&mut report, Hop::Prometheus, HopState::Waiting, None, None);
    report.verdict = Verdict {
        status: Status::Inconclusive,
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
pub fn broken_receiver() -> Report {
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
    report.verdict = Verdict {
        status: Status::Broken,
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
pub fn two_causes() -> Report {
    let mut report = base();
    set_hop(&mut report, Hop::Query, HopState::Lost, None, None);
    set_hop(&mut report, Hop::Generator, HopState::Lost, None, None);
    set_hop(&mut report, Hop::RemoteWrite, HopState::NotChecked, None, None);
    set_hop(&mut report, Hop::Prometheus, HopState::NotChecked, None, None);
    let cutoff = ReportCause {
        id: "querier-cannot-reach-recent".to_owned(),
        check: "query.by-id".to_owned(),
        hop: Hop::Query,
        level: Level::Broken,
        confidence: Confidence::Likely,
        summary: "the queriers do not reach the live store, so nothing is found that has not been flushed".to_owned(),
        evidence: vec![
            EvidenceLine::new(
                "GET /api/v2/traces/4f0c5b8e9d2a4c61b7f3a90c1d5ee2a1?start=1763884800&end=1763888400",
                "",
                "404 trace not found, asked 9 times in 30 s",
            ),
            EvidenceLine::new("GET /status/services", "live-store", "Running"),
            EvidenceLine::new(
                "Tempo /metrics",
                "tempo_request_duration_seconds_count{route=\"/tempopb.Querier/FindTraceByID\",status_code=\"error\"}",
                "+9 since the marker",
            ),
        ],
        remedy: Remedy {
            text: "Let the queriers reach the live stores on their gRPC port.".to_owned(),
            command: Some("kubectl get networkpolicy -n tempo".to_owned()),
            config: None,
            docs: Some("https://grafana.com/docs/tempo/latest/troubleshooting/querying/".to_owned()),
        },
        explains: vec!["query.search".to_owned()],
    };
    let processors = ReportCause {
        id: "gen-processors-not-enabled".to_owned(),
        check: "generator.processors".to_owned(),
        hop: Hop::Generator,
        level: Level::Broken,
        confidence: Confidence::Certain,
        summary: "no processor is switched on, so the distributor forwards nothing to the generator".to_owned(),
        evidence: vec![EvidenceLine::new("GET /status/runtime_config", "overrides.defaults.metrics_generator.processors", "[]")],
        remedy: Remedy {
            text: "List the processors in the overrides.".to_owned(),
            command: None,
            config: Some(
                "# tempo.yaml\noverrides:\n  defaults:\n    metrics_generator:\n      processors: [span-metrics, service-graphs]"
                    .to_owned(),
            ),
            docs: None,
        },
        explains: vec!["prometheus.span-metrics".to_owned(), "prometheus.service-graph".to_owned()],
    };
    report.verdict = Verdict {
        status: Status::Broken,
        summary:
            "Broken at query: the queriers do not reach the live store, so nothing is found that has not been flushed."
                .to_owned(),
        broken_hops: vec![Hop::Query, Hop::Generator],
        next_step: None,
        causes: vec![cutoff, processors],
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
pub fn no_marker() -> Report {
    let mut report = base();
    report.marker = None;
    report.verdict.summary = "Healthy: what was examined without a marker is sound.".to_owned();
    skip(&mut report, "receiver.push", "--no-marker: nothing is pushed");
    report
}

fn base() -> Report {
    Report {
        schema_version: 1,
        tool: Tool {
            name: "tempoctl".to_owned(),
            version: "0.1.0".to_owned(),
        },
        started_at: "2026-11-22T08:00:00Z".to_owned(),
        duration_ms: 20_311,
        targets: targets(),
        verdict: Verdict {
            status: Status::Healthy,
            summary: String::new(),
            broken_hops: Vec::new(),
            causes: Vec::new(),
            next_step: None,
        },
        marker: Some(marker()),
        checks: checks(),
        not_examined: [Hop::Grafana, Hop::Dashboard]
            .into_iter()
            .map(|hop| NotExamined {
                hop,
                why: "no Grafana at http://localhost:3000: give one with --grafana-url".to_owned(),
            })
            .collect(),
        notes: Vec::new(),
    }
}

fn targets() -> BTreeMap<String, ReportTarget> {
    let target = |url: &str, origin: &str, version: Option<&str>, recognised: Option<&str>| ReportTarget {
        url: url.to_owned(),
        origin: origin.to_owned(),
        version: version.map(str::to_owned),
        recognised: recognised.map(str::to_owned),
    };
    BTreeMap::from([
        (
            "otlp".to_owned(),
            target(
                "http://localhost:4318/v1/traces",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                None,
                Some("http/protobuf"),
            ),
        ),
        (
            "prometheus".to_owned(),
            target("http://localhost:9090", "default", Some("3.5.0"), None),
        ),
        (
            "tempo".to_owned(),
            target("http://localhost:3200", "--tempo-url", Some("3.0.3"), Some("Tempo 3.x")),
        ),
    ])
}

fn marker() -> ReportMarker {
    let hop = |hop, state, seen_after_ms, note: Option<&str>| MarkerHop {
        hop,
        state,
        seen_after_ms,
        note: note.map(str::to_owned),
    };
    use HopState::{NotChecked, NotConfigured, Passed};
    ReportMarker {
        trace_id: "4f0c5b8e9d2a4c61b7f3a90c1d5ee2a1".to_owned(),
        sent_to: "http://localhost:4318/v1/traces".to_owned(),
        protocol: "http/protobuf".to_owned(),
        hops: vec![
            hop(Hop::App, Passed, None, None),
            hop(Hop::Collector, NotConfigured, None, None),
            hop(Hop::Receiver, Passed, Some(12), None),
            hop(Hop::Ingest, Passed, Some(31), None),
            hop(Hop::Storage, NotChecked, None, None),
            hop(Hop::Query, Passed, Some(9_630), Some("33 ms by id, 9.6 s by search")),
            hop(Hop::Generator, Passed, None, None),
            hop(Hop::RemoteWrite, Passed, None, None),
            hop(Hop::Prometheus, Passed, Some(20_104), None),
            hop(Hop::Grafana, NotConfigured, None, None),
            hop(Hop::Dashboard, NotConfigured, None, None),
        ],
    }
}

fn checks() -> Vec<ReportCheck> {
    use CheckStatus::Pass;
    let mut checks = vec![
        check(
            "app.sending",
            Hop::App,
            Pass,
            "3 applications sent in the last 1h: cart, frontend, orders",
            18,
        ),
        check(
            "receiver.push",
            Hop::Receiver,
            Pass,
            "took the marker over http/protobuf",
            12,
        ),
        check("ingest.accepted", Hop::Ingest, Pass, "counted the marker's 3 spans", 31),
        check("query.ready", Hop::Query, Pass, "answers /ready with 200", 3),
        check("query.by-id", Hop::Query, Pass, "found after 33 ms", 33),
        check(
            "query.search",
            Hop::Query,
            Pass,
            "found after 9.6 s, within the 10 s after which search shows new traces",
            41,
        ),
        check(
            "generator.processors",
            Hop::Generator,
            Pass,
            "span-metrics and service-graphs are on for the tenant",
            0,
        ),
        check(
            "generator.spans",
            Hop::Generator,
            Pass,
            "received the marker's spans",
            0,
        ),
        check(
            "remote-write.delivery",
            Hop::RemoteWrite,
            Pass,
            "samples leave and are taken",
            0,
        ),
        check(
            "prometheus.remote-write-receiver",
            Hop::Prometheus,
            Pass,
            "an empty write is answered 400",
            2,
        ),
        check(
            "prometheus.span-metrics",
            Hop::Prometheus,
            Pass,
            "the marker's calls arrived after 20.1 s",
            27,
        ),
    ];
    checks.push(ReportCheck {
        skip: Some("multi-tenancy is off".to_owned()),
        skip_kind: Some(SkipKind::NotApplicable),
        ..check(
            "app.tenant",
            Hop::App,
            CheckStatus::Skip,
            "applications send to the tenant that is read",
            0,
        )
    });
    checks.sort_by_key(|check| check.hop);
    checks
}

fn check(id: &str, hop: Hop, status: CheckStatus, summary: &str, took_ms: u64) -> ReportCheck {
    ReportCheck {
        id: id.to_owned(),
        hop,
        status,
        summary: summary.to_owned(),
        cause: None,
        skip: None,
        skip_kind: None,
        explained_by: None,
        evidence: Vec::new(),
        took_ms,
    }
}

fn receiver_disabled() -> ReportCause {
    ReportCause {
        id: "rw-receiver-disabled".to_owned(),
        check: "prometheus.remote-write-receiver".to_owned(),
        hop: Hop::Prometheus,
        level: Level::Broken,
        confidence: Confidence::Certain,
        summary: "Prometheus runs without its remote-write receiver and answers 404 to every sample that Tempo sends."
            .to_owned(),
        evidence: vec![
            EvidenceLine::new("GET /api/v1/status/flags", "web.enable-remote-write-receiver", "false"),
            EvidenceLine::new(
                "POST /api/v1/write",
                "an empty write",
                "404 remote write receiver needs to be enabled",
            ),
            EvidenceLine::new(
                "Tempo /metrics",
                "prometheus_remote_storage_samples_failed_total",
                "+122 since the marker",
            ),
        ],
        remedy: Remedy {
            text: "start Prometheus with".to_owned(),
            command: None,
            config: Some("--web.enable-remote-write-receiver".to_owned()),
            docs: Some("https://prometheus.io/docs/prometheus/latest/querying/api/#remote-write-receiver".to_owned()),
        },
        explains: vec!["remote-write.delivery".to_owned(), "prometheus.span-metrics".to_owned()],
    }
}

fn none_sending() -> ReportCause {
    ReportCause {
        id: "app-none-sending".to_owned(),
        check: "app.sending".to_owned(),
        hop: Hop::App,
        level: Level::Degraded,
        confidence: Confidence::Certain,
        summary: "only tempoctl's own marker reached Tempo in the last 1h; the four empty panels of «Tempo Overview» \
                  are a consequence"
            .to_owned(),
        evidence: vec![
            EvidenceLine::new(
                "Tempo search, last 1h",
                "services",
                "tempoctl-marker-client, tempoctl-marker-server",
            ),
            EvidenceLine::new(
                "Tempo /metrics",
                "tempo_distributor_spans_received_total",
                "6 since start",
            ),
        ],
        remedy: Remedy {
            text: "instrument an application and let it send here, or generate test traffic:".to_owned(),
            command: Some("tempoctl snippet python-fastapi\ntempoctl send --rate 5".to_owned()),
            config: Some(
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
                    .to_owned(),
            ),
            docs: None,
        },
        explains: vec!["dashboard.panels".to_owned()],
    }
}

fn protocol_off() -> ReportCause {
    ReportCause {
        id: "receiver-protocol-not-enabled".to_owned(),
        check: "receiver.push".to_owned(),
        hop: Hop::Receiver,
        level: Level::Broken,
        confidence: Confidence::Certain,
        summary: "Tempo's OTLP receiver for http is not switched on".to_owned(),
        evidence: vec![
            EvidenceLine::new("OTLP push over http/protobuf", "http://localhost:4318/v1/traces", "connection refused (::1, 127.0.0.1)"),
            EvidenceLine::new("empty export over grpc", "http://localhost:4317", "answers"),
            EvidenceLine::new("GET /status/config", "distributor.receivers.otlp.protocols.http", "not listed"),
        ],
        remedy: Remedy {
            text: "list the protocol in Tempo's configuration:".to_owned(),
            command: None,
            config: Some(
                "distributor:\n  receivers:\n    otlp:\n      protocols:\n        http:\n          endpoint: \"0.0.0.0:4318\"".to_owned(),
            ),
            docs: Some("https://grafana.com/docs/tempo/latest/configuration/".to_owned()),
        },
        explains: vec!["query.by-id".to_owned()],
    }
}

fn set_hop(report: &mut Report, hop: Hop, state: HopState, seen_after_ms: Option<u64>, note: Option<&str>) {
    let marker = report.marker.as_mut().unwrap();
    let entry = marker.hops.iter_mut().find(|entry| entry.hop == hop).unwrap();
    entry.state = state;
    entry.seen_after_ms = seen_after_ms;
    entry.note = note.map(str::to_owned);
}

/// Grafana and dashboards are there and were not looked at.
fn view_not_looked_at(report: &mut Report) {
    for hop in [Hop::Grafana, Hop::Dashboard] {
        set_hop(report, hop, HopState::NotChecked, None, None);
    }
    report
        .not_examined
        .iter_mut()
        .for_each(|one| one.why = "--grafana-url".to_owned());
}

fn find<'a>(report: &'a mut Report, id: &str) -> &'a mut ReportCheck {
    report.checks.iter_mut().find(|check| check.id == id).unwrap()
}

fn fail(report: &mut Report, id: &str, cause: &str, explained_by: Option<&str>) {
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

fn skip(report: &mut Report, id: &str, why: &str) {
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
