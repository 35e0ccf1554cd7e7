//! A sound run, from which every situation is made.

use std::collections::BTreeMap;

use telemetry::model::Hop;
use telemetry::model::report::{
    CheckStatus, DoctorReport, DoctorVerdict, HopState, MarkerHop, NotExamined, ReportCheck, ReportMarker,
    ReportTarget, SkipKind, Tool, VerdictStatus,
};

pub fn base() -> DoctorReport {
    DoctorReport {
        schema_version: 1,
        tool: Tool {
            name: "tempoctl".to_owned(),
            version: "0.1.0".to_owned(),
        },
        started_at: "2026-11-22T08:00:00Z".to_owned(),
        duration_ms: 20_311,
        targets: targets(),
        verdict: DoctorVerdict {
            status: VerdictStatus::Healthy,
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

pub fn targets() -> BTreeMap<String, ReportTarget> {
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

pub fn marker() -> ReportMarker {
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

pub fn checks() -> Vec<ReportCheck> {
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

pub fn check(id: &str, hop: Hop, status: CheckStatus, summary: &str, took_ms: u64) -> ReportCheck {
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
