//! What real servers answered before and after one marker, judged again: each recorded fault yields its cause, each
//! recorded healthy stack yields nothing. `tests/recordings/*/expect.json` says what is expected.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempoctl::diagnose::diagnose_evidence;
use tempoctl::model::collector::KnownBy;
use tempoctl::model::dashboard::{
    DashboardFacts, DataSourceState, PanelFacts, PanelQueryFacts, QueryRunOutcome, VariableFacts,
};
use tempoctl::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence, TargetAddress, TargetAddresses};
use tempoctl::model::grafana::{PrometheusSourceFacts, TempoSourceFacts};
use tempoctl::model::marker::{Marker, Protocol, Watch, WatchEnd};
use tempoctl::model::prometheus::{PromSeries, has_counter_risen};
use tempoctl::model::tempo::HttpAnswer;
use tempoctl::model::{DoctorReport, Failure, FailureKind, Slot};
use tempoctl::parse::{collector, grafana, otlp, prometheus, tempo, trace_answer};

/// The folders of recorded faults.
pub fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut found: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expect.json").exists())
        .collect();
    found.sort();
    found
}

fn json(path: &Path) -> Option<Value> {
    Some(serde_json::from_str(&std::fs::read_to_string(path).ok()?).unwrap())
}

/// One recorded answer as a client would have given it.
fn slot(folder: &Path, phase: &str, name: &str) -> Slot<HttpAnswer> {
    json(&folder.join(phase).join(format!("{name}.json"))).map_or(Slot::NotAsked, |recorded| of_recorded(&recorded))
}

fn of_recorded(recorded: &Value) -> Slot<HttpAnswer> {
    let request = format!(
        "{} {}",
        recorded["request"]["method"].as_str().unwrap(),
        recorded["request"]["path"].as_str().unwrap()
    );
    if let Some(error) = recorded["error"].as_str() {
        let kind = if error.contains("refused") {
            FailureKind::Refused
        } else {
            FailureKind::TimedOut
        };
        return Slot::failed(Failure::new(kind, request, error));
    }
    let headers: BTreeMap<String, String> = recorded["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    Slot::known(
        HttpAnswer {
            request,
            status: recorded["status"].as_u64().unwrap() as u16,
            headers,
            body: recorded["body"].as_str().unwrap_or_default().to_owned(),
        },
        1,
    )
}

fn target(url: &str, given: bool) -> TargetAddress {
    TargetAddress {
        url: url.to_owned(),
        origin: "recorded".to_owned(),
        given,
    }
}

/// A wait that ended so.
pub fn watch(seen: bool) -> Watch {
    Watch {
        seen_after_ms: seen.then_some(1_000),
        waited_ms: 60_000,
        deadline_ms: 60_000,
        ended: if seen { WatchEnd::Seen } else { WatchEnd::Deadline },
    }
}

/// The evidence that these answers make. The marker was never searched for: that fact is not asked.
pub fn evidence(folder: &Path) -> Evidence {
    let after = |name: &str| slot(folder, "after-60s", name);
    let before = |name: &str| slot(folder, "before", name);
    let pushed = json(&folder.join("marker.json")).unwrap();
    let spans = &pushed["request"]["body"]["resourceSpans"];
    let end_ns: u64 = spans[0]["scopeSpans"][0]["spans"][0]["endTimeUnixNano"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let sent_at = end_ns as f64 / 1e9;
    let service = |index: usize| {
        spans[index]["resource"]["attributes"][0]["value"]["stringValue"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let marker = Marker {
        trace_id: pushed["trace_id"].as_str().unwrap().to_owned(),
        client_service: service(0),
        server_service: service(1),
        spans: 2,
        end_ns,
        sent_at,
        sent_after_ms: 0,
        backdated: None,
    };
    let push = of_recorded(&pushed).and_then(|answer| {
        let to = "http://127.0.0.1:4318/v1/traces";
        let body = answer.body.as_bytes();
        otlp::parse_http_answer(answer.status, &answer.headers, body, Protocol::HttpJson, to)
            .map_err(|why| Failure::new(FailureKind::Protocol, to, why))
    });
    let accepted = push.get().is_some_and(|answer| answer.is_accepted());
    let mut evidence = Evidence {
        evidence_version: EVIDENCE_VERSION,
        tool_version: "0".into(),
        started_at: "2026-11-22T00:00:00Z".into(),
        duration_ms: 60_000,
        request: DoctorRequest {
            fast: false,
            no_marker: false,
            via_grafana: false,
            app_window_s: 3600,
            timeout_s: 90.0,
            only: Vec::new(),
            skip: Vec::new(),
            logs: Vec::new(),
        },
        targets: TargetAddresses {
            tempo: target("http://127.0.0.1:3200", true),
            otlp: target("http://127.0.0.1:4318/v1/traces", true),
            protocol: Protocol::HttpJson,
            prometheus: target("http://127.0.0.1:9090", true),
            grafana: target("http://127.0.0.1:3000", false),
            tenants: Vec::new(),
            push_tenant: None,
        },
        marker: Some(marker.clone()),
        compose: Default::default(),
        tempo: Default::default(),
        receiver: Default::default(),
        query: Default::default(),
        prometheus: Default::default(),
        logs: Default::default(),
        app: Default::default(),
        collector: Default::default(),
        grafana: Default::default(),
        dashboards: Default::default(),
        other_tenants: Vec::new(),
        interrupted: None,
        notes: Vec::new(),
    };
    evidence.receiver.push = push;
    let facts = &mut evidence.tempo;
    facts.ready = after("tempo-ready");
    facts.buildinfo = after("tempo-buildinfo").and_then(tempo::parse_build_info);
    facts.services = after("tempo-status-services").and_then(tempo::parse_services);
    facts.config = after("tempo-status-config").and_then(tempo::parse_yaml_page);
    facts.runtime_config = after("tempo-status-runtime-config").and_then(tempo::parse_yaml_page);
    facts.metrics_before = before("tempo-metrics").and_then(|answer| tempo::parse_scrape(answer, sent_at - 1.0));
    facts.metrics_after = after("tempo-metrics").and_then(|answer| tempo::parse_scrape(answer, sent_at + 60.0));
    if accepted {
        evidence.query.by_id =
            after("tempo-trace-v2").and_then(|answer| trace_answer::compare_with_sent(answer, &marker.trace_id, &[]));
        if let Slot::Known { value, .. } = &mut evidence.query.by_id {
            value.differences.clear();
        }
        let found = evidence.query.by_id.get().is_some_and(|read| read.spans == 2);
        evidence.query.by_id_watch = Some(watch(found));
    }
    collector_facts(&mut evidence, folder, sent_at);
    evidence.query.traceql_metrics = after("tempo-traceql-metrics-rate");
    evidence.app.services = after("tempo-tag-values-service").and_then(trace_answer::parse_plain_tag_values);
    prometheus_facts(&mut evidence, folder, &marker, accepted);
    grafana_facts(&mut evidence, folder, &marker);
    dashboards(&mut evidence, folder);
    evidence
}

/// The marker went through a collector, and nothing went past it.
fn collector_facts(evidence: &mut Evidence, folder: &Path, sent_at: f64) {
    let scrape = |phase: &str, at: f64| {
        slot(folder, phase, "collector-metrics").and_then(|answer| collector::parse_collector_scrape(answer, at))
    };
    let facts = &mut evidence.collector;
    facts.metrics_before = scrape("before", sent_at - 1.0);
    if facts.metrics_before == Slot::NotAsked {
        return;
    }
    facts.known_by = Some(KnownBy::Metrics);
    facts.metrics_url = Some(target("http://127.0.0.1:8888/metrics", true));
    facts.metrics_after = scrape("after-60s", sent_at + 60.0);
    let family = |wanted: &'static str| {
        let now = facts.metrics_after.get().unwrap();
        collector::select_family(now, wanted)
            .map(|sample| sample.value)
            .sum::<f64>()
    };
    facts.stuck_s = if family("exporter_queue_size") > 0.0 && family("exporter_sent_spans") == 0.0 {
        59.0
    } else {
        0.0
    };
    facts.watch.clone_from(&evidence.query.by_id_watch);
    evidence.targets.otlp.url = "http://127.0.0.1:14318/v1/traces".to_owned();
}

/// What Grafana answered, where there was one.
fn grafana_facts(evidence: &mut Evidence, folder: &Path, marker: &Marker) {
    let after = |name: &str| slot(folder, "after-60s", name);
    let health = after("grafana-health");
    if !health.was_asked() {
        return;
    }
    evidence.targets.grafana.given = true;
    let facts = &mut evidence.grafana;
    facts.has_login = true;
    facts.health = health;
    facts.sources = after("grafana-datasources").and_then(grafana::parse_data_sources);
    let by_id = after("grafana-proxy-tempo-marker");
    facts.tempo = vec![TempoSourceFacts {
        uid: "tempo".into(),
        echo: after("grafana-proxy-tempo-echo"),
        health: after("grafana-health-tempo"),
        any: after("grafana-proxy-tempo-search"),
        by_id: by_id.and_then(|answer| trace_answer::compare_with_sent(answer, &marker.trace_id, &[])),
        ..TempoSourceFacts::default()
    }];
    if let Slot::Known { value, .. } = &mut facts.tempo[0].by_id {
        value.differences.clear();
    }
    let series = after("grafana-proxy-prometheus-calls");
    facts.prometheus = vec![PrometheusSourceFacts {
        uid: "prometheus".into(),
        probe: series.clone(),
        health: after("grafana-health-prometheus"),
        series: series.and_then(prometheus::parse_series),
        ..PrometheusSourceFacts::default()
    }];
}

fn prometheus_facts(evidence: &mut Evidence, folder: &Path, marker: &Marker, accepted: bool) {
    let both = |phase: &str| -> Slot<Vec<PromSeries>> {
        let calls = slot(folder, phase, "prometheus-query-calls").and_then(prometheus::parse_series);
        let graph = slot(folder, phase, "prometheus-query-service-graph").and_then(prometheus::parse_series);
        calls.and_then(|mut calls| {
            calls.extend(graph.get().cloned().unwrap_or_default());
            Ok(calls)
        })
    };
    let after = |name: &str| slot(folder, "after-60s", name);
    let facts = &mut evidence.prometheus;
    facts.query_probe = after("prometheus-query-up");
    facts.tempo_scraped = after("prometheus-query-up")
        .and_then(prometheus::parse_series)
        .and_then(|series| Ok(series.into_iter().filter(|one| one.label("job") == "tempo").collect()));
    facts.flags = after("prometheus-flags").and_then(prometheus::parse_flags);
    facts.targets = after("prometheus-targets").and_then(prometheus::parse_targets);
    facts.write_probe = after("prometheus-remote-write-probe");
    facts.metric_names = after("prometheus-metric-names").and_then(prometheus::parse_name_list);
    facts.exemplars = after("prometheus-exemplars")
        .and_then(prometheus::parse_exemplars)
        .and_then(|list| {
            Ok(list
                .into_iter()
                .filter(|one| one.has_trace_id(&marker.trace_id))
                .collect())
        });
    facts.series_before = both("before");
    facts.series_after = both("after-60s");
    if !accepted || facts.series_after.get().is_none() {
        return;
    }
    let old = facts.series_before.get().cloned().unwrap_or_default();
    let rises = |label: &str, service: &str| {
        facts.series_after.get().is_some_and(|list| {
            list.iter()
                .any(|one| one.label(label) == service && has_counter_risen(&old, one, marker.sent_at, 15.0))
        })
    };
    facts.calls_watch = Some(watch(rises("service", &marker.client_service)));
    facts.graph_watch = Some(watch(rises("client", &marker.client_service)));
    facts.exemplar_watch = Some(watch(facts.exemplars.get().is_some_and(|list| !list.is_empty())));
}

/// The recorded dashboard: a query has data where its metrics were there, a variable has none where no recorded series has
/// its label.
fn dashboards(evidence: &mut Evidence, folder: &Path) {
    let recorded = slot(folder, "after-60s", "grafana-dashboard-tempo-overview");
    let Some(answer) = recorded.get() else { return };
    let dashboard = tempoctl::parse::dashboard::parse_dashboard(&answer.body).unwrap();
    let names = slot(folder, "after-60s", "prometheus-metric-names")
        .and_then(prometheus::parse_name_list)
        .get()
        .cloned()
        .unwrap_or_default();
    let found = DataSourceState::Found {
        uid: "prometheus".into(),
    };
    let panels = dashboard.panels.iter().map(|panel| PanelFacts {
        id: panel.id.clone(),
        title: panel.title.clone(),
        kind: panel.kind.clone(),
        queries: panel
            .queries
            .iter()
            .map(|query| PanelQueryFacts {
                ref_id: query.ref_id.clone(),
                source: found.clone(),
                language: "promql".into(),
                expr: query.body["expr"].as_str().unwrap().into(),
                ran: if names
                    .iter()
                    .any(|name| query.body["expr"].as_str().unwrap().contains(name))
                {
                    QueryRunOutcome::Data { count: 1 }
                } else {
                    QueryRunOutcome::Empty
                },
                empty_variables: Vec::new(),
                unknown_variables: Vec::new(),
                parts: Vec::new(),
                apart: Default::default(),
            })
            .collect(),
        ..PanelFacts::default()
    });
    let variables = dashboard.variables.iter().map(|variable| VariableFacts {
        name: variable.name.clone(),
        kind: variable.kind,
        query: variable.query.clone(),
        values: Vec::new(),
        options: 0,
        used: 1,
        cyclic: false,
        stale: None,
        missing: None,
        behind: None,
        failure: None,
        label: match tempoctl::parse::label_values_query::parse_variable_query(&variable.query) {
            tempoctl::parse::label_values_query::VariableQuery::LabelValues { label, .. } => Some(label),
            _ => None,
        },
        part: None,
    });
    evidence.dashboards.listed = Slot::known(1, 1);
    evidence.dashboards.read = 1;
    evidence.dashboards.examined = vec![DashboardFacts {
        uid: dashboard.uid.clone(),
        title: dashboard.title.clone(),
        variables: variables.collect(),
        panels: panels.collect(),
        ..DashboardFacts::default()
    }];
}

fn told(report: &DoctorReport) -> String {
    format!(
        "{} {:#?}\n{:#?}",
        report.verdict.summary, report.verdict.causes, report.checks
    )
}

#[test]
fn every_recorded_fault_is_named_and_no_healthy_stack_is_accused() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let expected = json(&folder.join("expect.json")).unwrap();
        let report = diagnose_evidence(&evidence(&folder));
        let status = serde_json::to_value(report.verdict.status).unwrap();
        let hop = report
            .verdict
            .causes
            .first()
            .map_or(Value::Null, |cause| serde_json::to_value(cause.hop).unwrap());
        let causes: Vec<&str> = report.verdict.causes.iter().map(|cause| cause.id.as_str()).collect();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let named =
            status == expected["status"] && hop == expected["hop"] && serde_json::json!(causes) == expected["causes"];
        if !named {
            wrong.push(format!("{name}: {status} {hop} {causes:?}\n{}", told(&report)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn evidence_survives_a_file() {
    for folder in folders() {
        let gathered = evidence(&folder);
        let text = serde_json::to_string(&gathered).unwrap();
        let read: Evidence = serde_json::from_str(&text).unwrap();
        assert_eq!(
            serde_json::to_value(diagnose_evidence(&read)).unwrap(),
            serde_json::to_value(diagnose_evidence(&gathered)).unwrap(),
            "{}",
            folder.display()
        );
    }
}
