//! `tempoctl check` on manifests of Kubernetes: a sound set has no finding, and each fault put into it is found on its line.

use serde_json::Value;
use tempoctl::Exit;

use crate::generated::root;
use crate::product::{Ran, run};

fn check_text(text: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("k8s.yaml");
    std::fs::write(&path, text).unwrap();
    run(&["check", "-o", "json", path.to_str().unwrap()])
}

/// Each cause with the lines of its evidence.
fn list_causes(ran: &Ran) -> Vec<(String, Vec<u64>)> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}: {}{}", ran.out, ran.err));
    let causes = report["verdict"]["causes"].as_array().unwrap();
    let line = |evidence: &Value| evidence["source"].as_str()?.rsplit_once(':')?.1.parse().ok();
    causes
        .iter()
        .map(|cause| {
            let lines = cause["evidence"].as_array().unwrap().iter().filter_map(line).collect();
            (cause["id"].as_str().unwrap().to_owned(), lines)
        })
        .collect()
}

fn read_sound() -> String {
    std::fs::read_to_string(root().join("tests/manifests/sound.yaml")).unwrap()
}

/// Each variable names the one before it twice: the last one would be larger than any memory.
fn double_variables(join: impl Fn(usize, usize) -> String) -> String {
    (1..60).map(|at| join(at, at - 1)).collect()
}

#[test]
fn variables_that_double_are_cut_off() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      image: x\n      env:\n        - {name: A0, value: xxxxxxxx}\n";
    let more = double_variables(|at, last| format!("        - {{name: A{at}, value: $(A{last})$(A{last})}}\n"));
    let ran = check_text(&format!("{pod}{more}"));
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let lines = double_variables(|at, last| format!("A{at}=$A{last}$A{last}\n"));
    write("more.env", &format!("A0=xxxxxxxx\n{lines}"));
    write(".env", &format!("A0=xxxxxxxx\n{lines}"));
    let service = "services:\n  tempo:\n    image: grafana/tempo:3.0.3\n";
    write("a.yml", &format!("{service}    env_file: more.env\n"));
    write("b.yml", &format!("{service}    environment: [\"X=${{A59}}\"]\n"));
    let check = |name: &str| run(&["check", folder.path().join(name).to_str().unwrap()]);
    let file = check("a.yml");
    assert_eq!(file.exit, Exit::Done, "{}{}", file.out, file.err);
    let named = check("b.yml");
    assert!(
        named.err.contains("b.yml:4: its variables expand to more than 16 MiB"),
        "{}",
        named.err
    );
}

#[test]
fn more_objects_than_anybody_has_are_left_out() {
    let service = |at: usize| format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s{at}}}\n---\n");
    let ran = check_text(&(0..2_001).map(service).collect::<String>());
    assert!(
        ran.out.contains("only the first 2000 of 2001 objects"),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn a_sound_set_has_no_finding() {
    let ran = check_text(&read_sound());
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(list_causes(&ran).is_empty(), "{}", ran.out);
    // A folder is read like its files.
    let read = run(&["check", "-o", "json", root().join("tests/manifests").to_str().unwrap()]);
    for summary in [
        "OTLP endpoints point at a receiver that listens: Deployment/shop, Deployment/other",
        "exporters for traces: otlp",
        "writes to http://prometheus.tracing.svc:9090/api/v1/write",
        "Services lead to their pods: tempo, collector",
        "data sources point at their servers: Tempo",
        "Deployment/prometheus has --web.enable-remote-write-receiver",
    ] {
        assert!(read.out.contains(summary), "{summary}: {}", read.out);
    }
}

/// What is put in the place of a text that is there once, the cause, and a text on a line of its evidence.
const FAULTS: [(&str, &str, &str, &str); 12] = [
    (
        "    storage:\n      trace:",
        "    bogus: 1\n    storage:\n      trace:",
        "config-strict-yaml",
        "    bogus: 1",
    ),
    (
        "endpoint: 0.0.0.0:4317\n            http",
        "endpoint: localhost:4317\n            http",
        "receiver-localhost-bind",
        "endpoint: localhost:4317",
    ),
    (
        "            - --web.enable-remote-write-receiver\n",
        "",
        "rw-receiver-disabled",
        "--config.file=/etc/prometheus",
    ),
    (
        "prometheus.tracing.svc:9090",
        "prometheus.tracing.svc:9091",
        "rw-wrong-url",
        "svc:9091",
    ),
    (
        "      targetPort: otlp-grpc",
        "      targetPort: grpc-otlp",
        "k8s-service-port-missing",
        "    - name: otlp-grpc\n      port",
    ),
    (
        "      port: 4317\n      targetPort: otlp-grpc",
        "      port: 4317\n      targetPort: 4318",
        "k8s-service-port-missing",
        "    - name: otlp-grpc\n      port",
    ),
    (
        "    - name: otlp-grpc\n      port: 4317\n      targetPort: otlp-grpc\n",
        "",
        "k8s-service-port-missing",
        "endpoint: tempo:4317",
    ),
    (
        "  selector:\n    app: tempo\n",
        "  selector:\n    app: tempoo\n",
        "k8s-service-port-missing",
        "  name: tempo\n  namespace: tracing\nspec:\n  selector",
    ),
    (
        "endpoint: tempo:4317",
        "endpoint: tempo.tempo.svc:4317",
        "collector-send-failed",
        "tempo.tempo.svc",
    ),
    (
        "value: collector.tracing.svc.cluster.local",
        "value: collector",
        "net-unreachable",
        "- name: OTEL_EXPORTER_OTLP_ENDPOINT\n              value: http://$",
    ),
    (
        "        tls:\n          insecure: true\n",
        "",
        "collector-tls-default",
        "endpoint: tempo:4317",
    ),
    (
        "url: http://tempo\\n",
        "url: http://tempo:3200\\n",
        "ds-wrong-port",
        "datasources.yaml: \"",
    ),
];

#[test]
fn each_fault_is_found_on_its_line() {
    let sound = read_sound();
    for (from, to, cause, at) in FAULTS {
        assert_eq!(sound.matches(from).count(), 1, "{from}");
        let faulty = sound.replacen(from, to, 1);
        let ran = check_text(&faulty);
        let causes = list_causes(&ran);
        assert_eq!(ran.exit, Exit::Found, "{from}: {causes:?}");
        let ids: Vec<&str> = causes.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, [cause], "{from}: {causes:?}");
        let line = faulty[..faulty.find(at).unwrap_or_else(|| panic!("{at}"))]
            .lines()
            .count() as u64;
        let line = if faulty[..faulty.find(at).unwrap()].ends_with('\n') {
            line + 1
        } else {
            line
        };
        assert!(causes[0].1.contains(&line), "{from}: line {line} of {causes:?}");
    }
}

/// Half of a set accuses nobody: what a Service selects, or who it is, may be in the other half.
#[test]
fn what_is_not_there_is_unknown() {
    let sound = read_sound();
    let documents: Vec<&str> = sound.split("---\n").collect();
    for left_out in 0..documents.len() {
        let rest: Vec<&str> = documents
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != left_out)
            .map(|(_, document)| *document)
            .collect();
        let ran = check_text(&rest.join("---\n"));
        assert!(
            list_causes(&ran).is_empty(),
            "without {}: {}",
            documents[left_out],
            ran.out
        );
    }
}

const SINGLE: &str = "\
tempo:
  metricsGenerator:
    enabled: true
    remoteWriteUrl: http://prometheus:9090/api/v1/write
  overrides:
    defaults:
      metrics_generator:
        processors: [service-graphs, span-metrics]
  server:
    http_listen_port: 3200
";

const DISTRIBUTED: &str = "\
traces:
  otlp:
    grpc:
      enabled: true
metricsGenerator:
  enabled: true
  config:
    storage:
      remote_write:
        - url: http://prometheus:9090/api/v1/write
global_overrides:
  defaults:
    metrics_generator:
      processors: [service-graphs, span-metrics]
tempo:
  structuredConfig:
    query_frontend:
      max_retries: 2
";

/// Values, what is put in the place of a text in them, the cause, and a line of its evidence; 0 for the file.
const VALUES: [(&str, &str, &str, &str, u64); 9] = [
    (
        SINGLE,
        "    enabled: true\n",
        "    enabled: false\n",
        "gen-not-configured",
        3,
    ),
    (SINGLE, "    enabled: true\n", "", "gen-not-configured", 3),
    (
        SINGLE,
        "        processors: [service-graphs, span-metrics]\n",
        "",
        "gen-processors-not-enabled",
        3,
    ),
    (
        SINGLE,
        "[service-graphs, span-metrics]",
        "[span-metrics]",
        "sg-processor-missing",
        8,
    ),
    (
        SINGLE,
        "    http_listen_port: 3200\n",
        "    http_port: 3200\n",
        "config-strict-yaml",
        10,
    ),
    (
        DISTRIBUTED,
        "      enabled: true\n",
        "      enabled: false\n",
        "receiver-protocol-not-enabled",
        4,
    ),
    (
        DISTRIBUTED,
        "  enabled: true\n  config",
        "  config",
        "gen-not-configured",
        8,
    ),
    (
        DISTRIBUTED,
        "  config:\n    storage:\n      remote_write:\n        - url: http://prometheus:9090/api/v1/write\n",
        "",
        "rw-no-endpoint",
        6,
    ),
    (DISTRIBUTED, "max_retries: 2", "max_retry: 2", "config-strict-yaml", 18),
];

#[test]
fn values_of_the_charts_are_judged() {
    let umbrella = format!(
        "grafana:\n  replicas: 1\ntempo-distributed:\n  {}",
        DISTRIBUTED.replace('\n', "\n  ")
    );
    // The chart of old lists the processors by itself.
    let old =
        "tempo:\n  metricsGenerator:\n    enabled: true\n  global_overrides:\n    per_tenant_override_config: x\n";
    // Another file may open what this one says nothing of.
    let part = DISTRIBUTED.replacen("traces:\n  otlp:\n    grpc:\n      enabled: true\n", "", 1);
    assert_ne!(part, DISTRIBUTED);
    let noted = check_text(&part);
    assert!(noted.out.contains("receiver.compose-values"), "{}", noted.out);
    for sound in [SINGLE, DISTRIBUTED, &umbrella, old, &part] {
        let ran = check_text(sound);
        assert_eq!(ran.exit, Exit::Done, "{sound}{}{}", ran.out, ran.err);
    }
    for (sound, from, to, cause, line) in VALUES {
        let faulty = sound.replacen(from, to, 1);
        assert_ne!(faulty, sound);
        let ran = check_text(&faulty);
        let causes = list_causes(&ran);
        let ids: Vec<&str> = causes.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, [cause], "{from}: {causes:?}");
        assert!(line == 0 || causes[0].1.contains(&line), "{from}: {causes:?}");
        // What the remedy says heals the file.
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let Some(remedy) = report["verdict"]["causes"][0]["remedy"]["config"].as_str() else {
            continue;
        };
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (values, more) = (write("values.yaml", &faulty), write("more.yaml", remedy));
        let healed = run(&["check", &values, &more]);
        assert_eq!(healed.exit, Exit::Done, "{remedy}: {}{}", healed.out, healed.err);
    }
}

fn write_dashboard(queries: &[&str]) -> String {
    let panel = |query: &&str| serde_json::json!({"type": "timeseries", "targets": [{"refId": "A", "expr": query}]});
    let panels: Vec<Value> = queries.iter().map(panel).collect();
    let dashboard = serde_json::json!({"title": "RED", "uid": "red", "schemaVersion": 39, "panels": panels});
    serde_json::to_string_pretty(&dashboard).unwrap()
}

/// Queries, arguments, and the cause; none where they are sound.
const QUERIES: [(&str, &[&str], Option<&str>); 9] = [
    (
        "rate(traces_spanmetrics_calls_total{service=\"$service\"}[$__rate_interval])",
        &[],
        None,
    ),
    (
        "histogram_quantile(0.9, sum by (le) (rate(traces_spanmetrics_latency_bucket[5m])))",
        &[],
        None,
    ),
    (
        "sum({__name__=~\"traces_spanmetrics_.*|tempo_spanmetrics_.*\"})",
        &[],
        None,
    ),
    // What a collector may make.
    ("rate(traces_span_metrics_duration_milliseconds_bucket[5m])", &[], None),
    ("up{job=\"node\"}", &[], None),
    (
        "rate(tempo_spanmetrics_calls_total[5m])",
        &[],
        Some("dash-metric-missing"),
    ),
    (
        "rate(traces_service_graph_request_seconds_bucket[5m])",
        &[],
        Some("dash-metric-missing"),
    ),
    (
        "rate(tempo_ingester_live_traces[5m])",
        &["--tempo-version", "3.0.3"],
        Some("dash-renamed-metrics"),
    ),
    (
        "rate(tempo_ingester_live_traces[5m]) or rate(tempo_live_store_traces_created_total[5m])",
        &["--tempo-version", "3.0.3"],
        None,
    ),
];

#[test]
fn dashboards_are_compared_with_what_tempo_makes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("red.json");
    for (query, arguments, cause) in QUERIES {
        let text = write_dashboard(&["up", query]);
        std::fs::write(&path, &text).unwrap();
        let ran = run(&[&["check", "-o", "json", path.to_str().unwrap()], arguments].concat());
        let causes = list_causes(&ran);
        let ids: Vec<&str> = causes.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(
            ids,
            cause.into_iter().collect::<Vec<_>>(),
            "{query}: {}{}",
            ran.out,
            ran.err
        );
        if cause.is_some() {
            let line = text.lines().position(|line| line.contains("\"expr\": \"rate")).unwrap() as u64 + 1;
            assert_eq!(causes[0].1, [line], "{query}");
        }
    }

    // In a ConfigMap, beside a Tempo that alone makes metrics of spans.
    let query = "rate(traces_spanmetrics_duration_milliseconds_bucket[5m])";
    let dashboard = write_dashboard(&[query]).replace('\n', "\n    ");
    let map = format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: red\n  labels: {{grafana_dashboard: \"1\"}}\ndata:\n  red.json: |\n    {dashboard}\n"
    );
    let with_collector = format!("{}{map}", read_sound());
    assert!(
        list_causes(&check_text(&with_collector)).is_empty(),
        "a collector may make it"
    );
    let documents = with_collector
        .split("---\n")
        .filter(|one| !one.contains("opentelemetry-collector"));
    let alone = documents.collect::<Vec<_>>().join("---\n");
    let causes = list_causes(&check_text(&alone));
    let line = alone[..alone.find(query).unwrap()].lines().count() as u64;
    assert_eq!(causes, [("sm-name-mismatch".to_owned(), vec![line])]);
}
