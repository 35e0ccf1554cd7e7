//! `doctor --compose`: what is visible in a Compose project by reading. Each case bends one line of the stack that is in
//! `deploy/compose`, which itself must be found sound.

use std::path::Path;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::diagnose::diagnose_evidence;
use tempoctl::model::Evidence;

use crate::generated::root;
use crate::kept::{CANARY, hidden_decides_nothing, no_canary_is_kept};
use crate::product::{Ran, run};

/// A line of the stack, what becomes of it, and what must be named.
struct Bent {
    cause: &'static str,
    file: &'static str,
    from: &'static str,
    to: &'static str,
}

const STACK: &str = "docker-compose.yml";
const TEMPO: &str = "tempo.yaml";
const SOURCES: &str = "grafana/provisioning/datasources/datasources.yaml";

const fn bent(cause: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Bent {
    Bent { cause, file, from, to }
}

/// An application beside the stack, with these variables.
macro_rules! app {
    ($($line:literal),*) => {
        concat!("services:\n  shop:\n    image: shop:1\n    environment:\n", $("      ", $line, "\n"),*)
    };
}

const BENT: [Bent; 50] = [
    bent(
        "app-localhost-in-container",
        STACK,
        "services:\n",
        app!("OTEL_EXPORTER_OTLP_ENDPOINT: http://localhost:4318"),
    ),
    bent(
        "app-otlp-protocol-port-mismatch",
        STACK,
        "services:\n",
        app!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4318",
            "OTEL_EXPORTER_OTLP_PROTOCOL: grpc"
        ),
    ),
    bent(
        "app-sdk-disabled",
        STACK,
        "services:\n",
        app!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4318",
            "OTEL_SDK_DISABLED: 'true'"
        ),
    ),
    bent(
        "app-exporter-none",
        STACK,
        "services:\n",
        app!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4318",
            "OTEL_TRACES_EXPORTER: none"
        ),
    ),
    bent(
        "app-sampler-off",
        STACK,
        "services:\n",
        app!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4318",
            "OTEL_TRACES_SAMPLER: parentbased_always_off"
        ),
    ),
    bent(
        "app-sampler-off",
        STACK,
        "services:\n",
        app!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://tempo:4318",
            "OTEL_TRACES_SAMPLER: traceidratio",
            "OTEL_TRACES_SAMPLER_ARG: '0'"
        ),
    ),
    bent(
        "net-unreachable",
        STACK,
        "services:\n",
        app!("OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4318"),
    ),
    bent(
        "collector-receiver-localhost",
        "collector.yaml",
        "endpoint: 0.0.0.0:4317",
        "endpoint: localhost:4317",
    ),
    bent(
        "collector-receiver-localhost",
        "collector.yaml",
        "        endpoint: 0.0.0.0:4318",
        "",
    ),
    bent(
        "collector-pipeline-not-wired",
        "collector.yaml",
        "exporters: [otlp_grpc/tempo]",
        "exporters: [debug]",
    ),
    bent(
        "collector-send-failed",
        "collector.yaml",
        "endpoint: tempo:4317",
        "endpoint: localhost:4317",
    ),
    bent(
        "collector-send-failed",
        "collector.yaml",
        "endpoint: tempo:4317",
        "endpoint: tempo-distributor:4317",
    ),
    bent(
        "collector-exporter-protocol-mixup",
        "collector.yaml",
        "endpoint: tempo:4317",
        "endpoint: tempo:4318",
    ),
    bent(
        "collector-exporter-protocol-mixup",
        "collector.yaml",
        "endpoint: tempo:4317",
        "endpoint: tempo:3200",
    ),
    bent(
        "collector-tls-default",
        "collector.yaml",
        "insecure: true",
        "insecure: false",
    ),
    bent(
        "collector-missing-org-header",
        TEMPO,
        "server:\n",
        "multitenancy_enabled: true\nserver:\n",
    ),
    bent("gen-not-configured", TEMPO, "    path: /var/tempo/generator/wal\n", ""),
    bent(
        "gen-processors-not-enabled",
        TEMPO,
        "processors: [service-graphs, span-metrics]",
        "collection_interval: 15s",
    ),
    bent(
        "gen-unknown-processor",
        TEMPO,
        "processors: [service-graphs, span-metrics]",
        "processors: [span_metrics]",
    ),
    bent(
        "sm-processor-missing",
        TEMPO,
        "processors: [service-graphs, span-metrics]",
        "processors: [service-graphs]",
    ),
    bent(
        "sg-processor-missing",
        TEMPO,
        "processors: [service-graphs, span-metrics]",
        "processors: [span-metrics]",
    ),
    bent(
        "ds-uid-mismatch",
        SOURCES,
        "uid: prometheus\n    type",
        "uid: prom\n    type",
    ),
    bent("ds-uid-mismatch", SOURCES, "    uid: loki\n", ""),
    bent(
        "ds-streaming-not-enabled",
        TEMPO,
        "stream_over_http_enabled: true",
        "stream_over_http_enabled: false",
    ),
    bent("ds-provisioning-escape", SOURCES, "{$$__tags}", "{$__tags}"),
    bent(
        "ds-localhost",
        SOURCES,
        "url: http://tempo:3200",
        "url: http://localhost:3200",
    ),
    bent(
        "ds-wrong-port",
        SOURCES,
        "url: http://tempo:3200",
        "url: http://tempo:3100",
    ),
    bent(
        "ds-wrong-port",
        SOURCES,
        "url: http://prometheus:9090",
        "url: http://prometheus:9091",
    ),
    bent(
        "ds-url-with-path",
        SOURCES,
        "url: http://tempo:3200",
        "url: http://tempo:3200/api",
    ),
    bent("ds-access-direct", SOURCES, "access: proxy", "access: direct"),
    bent(
        "net-unreachable",
        SOURCES,
        "url: http://tempo:3200",
        "url: http://tempo-query:3200",
    ),
    bent(
        "ex-storage-disabled",
        STACK,
        "      - --enable-feature=exemplar-storage\n",
        "",
    ),
    bent(
        "rw-receiver-disabled",
        STACK,
        "      - --web.enable-remote-write-receiver\n",
        "",
    ),
    bent(
        "scrape-missing",
        "prometheus.yml",
        "  - job_name: tempo\n    static_configs:\n      - targets: [tempo:3200]\n",
        "",
    ),
    bent(
        "scrape-target-down",
        "prometheus.yml",
        "targets: [tempo:3200]",
        "targets: [localhost:3200]",
    ),
    bent(
        "scrape-target-down",
        "prometheus.yml",
        "targets: [tempo:3200]",
        "targets: [tempo:80]",
    ),
    bent(
        "config-file-not-used",
        STACK,
        "./tempo.yaml:/etc/tempo/tempo.yaml:ro",
        "./tempo.yaml:/etc/tempo.yaml:ro",
    ),
    bent("config-file-not-used", STACK, "./tempo.yaml:/etc", "./tmepo.yaml:/etc"),
    bent(
        "config-strict-yaml",
        TEMPO,
        "send_exemplars: true",
        "send_exemplar: true",
    ),
    bent("config-strict-yaml", TEMPO, "distributor:\n", "distributor: [\n"),
    bent(
        "config-env-not-expanded",
        TEMPO,
        "http://prometheus:9090/api",
        "${PROMETHEUS_URL}/api",
    ),
    bent(
        "up-removed-keys",
        TEMPO,
        "storage:\n  trace",
        "ingester:\n  max_block_duration: 5m\n\nstorage:\n  trace",
    ),
    bent(
        "up-removed-flags",
        STACK,
        "[\"-config.file=/etc/tempo/tempo.yaml\"]",
        "[\"-config.file=/etc/tempo/tempo.yaml\", \"-target=scalable-single-binary\"]",
    ),
    bent(
        "up-legacy-overrides",
        TEMPO,
        "overrides:\n",
        "overrides:\n  max_traces_per_user: 5\n",
    ),
    bent(
        "receiver-type-unsupported",
        TEMPO,
        "    jaeger:\n",
        "    opencensus: {}\n    jaeger:\n",
    ),
    bent(
        "docker-healthcheck-distroless",
        STACK,
        "[\"CMD\", \"/tempo\", \"-health\"]",
        "[\"CMD-SHELL\", \"wget -qO- http://localhost:3200/ready\"]",
    ),
    bent(
        "receiver-localhost-bind",
        TEMPO,
        "          endpoint: 0.0.0.0:4318\n",
        "",
    ),
    bent(
        "receiver-protocol-not-enabled",
        TEMPO,
        "        http:\n          endpoint: 0.0.0.0:4318\n",
        "",
    ),
    bent(
        "rw-no-endpoint",
        TEMPO,
        "    remote_write:\n      - url: http://prometheus:9090/api/v1/write\n        send_exemplars: true\n",
        "",
    ),
    bent(
        "rw-wrong-url",
        TEMPO,
        "http://prometheus:9090/api/v1/write",
        "http://localhost:9090/api/v1/write",
    ),
];

/// The stack in a folder of its own, bent.
fn laid_out(folder: &Path, bent: Option<&Bent>) {
    copy(&root().join("deploy/compose"), folder);
    if let Some(bent) = bent {
        let path = folder.join(bent.file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(bent.from), "{}: '{}' is not there", bent.file, bent.from);
        std::fs::write(&path, text.replacen(bent.from, bent.to, 1)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// What `doctor --compose … --save` writes of the project alone.
fn evidence(folder: &Path) -> Evidence {
    let saved = folder.join("evidence.json");
    let (file, to) = (folder.join(STACK), saved.clone());
    let ran = run(&[
        "doctor",
        "--only",
        "*.compose-*",
        "--compose",
        file.to_str().unwrap(),
        "--save",
        to.to_str().unwrap(),
    ]);
    let text = std::fs::read_to_string(&saved).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    serde_json::from_str(&text).unwrap()
}

/// Evidence of every bent project, and the causes that are visible in it.
pub fn cases() -> Vec<(&'static str, Evidence)> {
    let folder = tempfile::tempdir().unwrap();
    let of = |(index, bent): (usize, &Bent)| {
        let own = folder.path().join(index.to_string());
        laid_out(&own, Some(bent));
        (bent.cause, evidence(&own))
    };
    BENT.iter().enumerate().map(of).collect()
}

#[test]
fn what_is_bent_is_named() {
    let mut wrong = Vec::new();
    for ((cause, evidence), bent) in cases().iter().zip(&BENT) {
        let verdict = diagnose_evidence(evidence).verdict;
        let found: Vec<&str> = verdict.causes.iter().map(|cause| cause.id.as_str()).collect();
        // Without its tenant neither writer nor reader gets in.
        let also = (*cause == "collector-missing-org-header").then_some("ds-missing-tenant-header");
        if found != std::iter::once(*cause).chain(also).collect::<Vec<_>>() {
            wrong.push(format!(
                "{}: {} → {}: {found:?}, expected {cause}",
                bent.file,
                bent.from.trim(),
                bent.to.trim()
            ));
        }
        for cause in &verdict.causes {
            let placed = cause.evidence.iter().any(|line| line.source.contains(".y"));
            if !placed || cause.remedy.text.is_empty() {
                wrong.push(format!("{}: no place or no way out: {:?}", cause.id, cause.evidence));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_no_check_reads_of_bent_projects_is_not_kept() {
    let wrong: Vec<String> = cases()
        .iter()
        .flat_map(|(cause, evidence)| {
            [
                hidden_decides_nothing(cause, evidence),
                no_canary_is_kept(cause, evidence),
            ]
        })
        .filter_map(Result::err)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A project and the files that it mounts, with a secret wherever people put one.
const SECRETIVE: [(&str, &str); 8] = [
    (
        "docker-compose.yml",
        r#"
x-login: {password: 9canary9}
services:
  tempo:
    image: grafana/tempo:2.8.0
    command:
      - -config.file=/etc/tempo.yaml
      - -config.expand-env=true
      - -storage.trace.s3.secret_key=9canary9
      - --storage.trace.azure.storage_account_key
      - 9canary9
    environment:
      S3_SECRET_KEY: 9canary9
      PIN: 9canary9
      AZURE_CONNECTION_STRING: "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=9canary9;EndpointSuffix=x"
    env_file: [secret.env]
    labels: {traefik.auth: "u:9canary9"}
    volumes: ["./tempo.yaml:/etc/tempo.yaml"]
    ports: ["3200:3200", "4317:4317"]
  second:
    image: grafana/tempo:2.8.0
    command: [-config.file=/etc/tempo.yaml]
    volumes: ["./second.yaml:/etc/tempo.yaml"]
  db:
    image: mariadb
    command: mariadbd --init "ALTER USER root IDENTIFIED BY '9canary9'" -p9canary9 -p 9canary9
    entrypoint: [sh, -c, "chown 1:1 /data && login 9canary9"]
    environment: ["9canary9 without a name", "TOKEN=9canary9", "OTEL_SERVICE_NAME=db"]
    healthcheck: {test: [CMD, mariadb-admin, "-p9canary9"], interval: 5s}
  cache:
    image: redis
    build: {context: ., args: {KEY: 9canary9}}
    healthcheck: {test: "redis-cli -a 9canary9 ping"}
  shop:
    image: shop
    environment:
      OTEL_EXPORTER_OTLP_ENDPOINT: http://u:9canary9@tempo:4318/?key=9canary9
      OTEL_EXPORTER_OTLP_HEADERS: x-api-key=9canary9
      OTEL_RESOURCE_ATTRIBUTES: service.name=shop,token=9canary9
  grafana:
    image: grafana/grafana:12.0.0
    environment: ["GF_SECURITY_SECRET_KEY=9canary9", "GF_DATABASE_URL=mysql://u:9canary9@db/x"]
    volumes: ["./ds.yaml:/etc/grafana/provisioning/datasources/ds.yaml"]
  collector:
    image: otel/opentelemetry-collector-contrib:0.140.0
    command: ["--config=/etc/c.yaml", "--set=exporters.otlp.headers.x-api-key=9canary9"]
    volumes: ["./c.yaml:/etc/c.yaml"]
  inline:
    image: otel/opentelemetry-collector-contrib:0.140.0
    command: ["--config=yaml:exporters::otlp::headers::x: 9canary9"]
  prometheus:
    image: prom/prometheus:v3.5.0
    command: ["--config.file=/etc/p.yml", "--web.external-url=http://u:9canary9@h/?a=9canary9", "--web.config.file", "9canary9"]
    volumes: ["./p.yml:/etc/p.yml"]
secrets: {db: {environment: "9canary9"}}
"#,
    ),
    ("secret.env", "PIN2=9canary9\nEXPANDED=9canary9\n"),
    (
        "tempo.yaml",
        r#"
distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}}}
metrics_generator:
  storage:
    path: /tmp/g
    remote_write:
      - url: "http://u:9canary9@prometheus:9090/api/v1/write?token=9canary9"
        sigv4: {region: x, access_key: AK, secret_key: "9canary9"}
        headers: {x-a: "9canary9"}
storage: {trace: {backend: s3, s3: {bucket: b, secret_key: "${EXPANDED}", sse: {kms_encryption_context: "9canary9", kms_key_id: 9.9}}}}
server: {http_tls_config: {key: "-----BEGIN PRIVATE KEY-----\n9canary9\n-----END PRIVATE KEY-----"}}
"#,
    ),
    (
        "second.yaml",
        "storage: {trace: {s3: {secret_key: '${S3_KEY:-9canary9}'}}}\n",
    ),
    (
        "ds.yaml",
        r#"
datasources:
  - name: Tempo
    type: tempo
    url: "http://u:9canary9@tempo:3200"
    basicAuthUser: u
    basicAuthPassword: "9canary9"
    jsonData: {httpHeaderName1: X-Scope-OrgID, custom: "9canary9", tracesToMetrics: {queries: [{query: "rate(x{token=\"9canary9\", $$__tags}[5m])"}]}}
    secureJsonData: {httpHeaderValue1: "9canary9", tlsClientKey: "9canary9", anything: "9canary9"}
"#,
    ),
    (
        "c.yaml",
        r#"
receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}, kafka: {auth: {plain_text: {password: 9canary9}}}}
extensions: {basicauth: {htpasswd: {inline: "u:9canary9"}}}
exporters:
  otlp:
    endpoint: "tempo:4317"
    headers: [{name: authorization, value: "Basic 9canary9"}]
    auth: {apiKey: "9canary9", clientSecret: 9canary9}
service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}
"#,
    ),
    (
        "p.yml",
        r#"
remote_write: [{url: 'http://h/w?api_key=9canary9', basic_auth: {password: 9canary9}}]
scrape_configs: [{job_name: x, params: {token: [9canary9]}, authorization: {credentials: 9canary9}, static_configs: [{targets: ["u:9canary9@tempo:3200"]}]}]
"#,
    ),
    (".env", "SPARE=9canary9\n"),
];

#[test]
fn no_secret_of_a_project_is_kept_or_shown() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in SECRETIVE {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let saved = serde_json::to_string_pretty(&evidence(folder.path())).unwrap();
    let shown = examined(&[folder.path().join(STACK).to_str().unwrap()]);
    for text in [&saved, &shown.out, &shown.err] {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
    // What is judged is there.
    for kept in [
        "http://redacted@tempo:4318/?…",
        "chown <hidden>",
        "<hidden>$$__tags<hidden>",
        "secret_key",
    ] {
        assert!(saved.contains(kept), "{kept}: {saved}");
    }
}

fn examined(files: &[&str]) -> Ran {
    let mut args = vec!["doctor", "--only", "*.compose-*", "-o", "json"];
    for file in files {
        args.extend(["--compose", file]);
    }
    run(&args)
}

#[test]
fn the_stack_that_is_delivered_is_sound() {
    let path = |name: &str| root().join("deploy/compose").join(name).display().to_string();
    let (stack, two) = (path(STACK), path("docker-compose.tempo-2.10.yml"));
    for files in [vec![stack.as_str()], vec![stack.as_str(), two.as_str()]] {
        let ran = examined(&files);
        let report = ran.json();
        assert_eq!(ran.exit, Exit::Done, "{report}");
        assert_eq!(report["verdict"]["causes"], Value::Array(Vec::new()), "{report}");
        let checks = report["checks"].as_array().unwrap();
        let passed = checks.iter().filter(|check| check["status"] == "pass").count();
        assert!(passed >= 13, "{passed} of {} passed: {report}", checks.len());
    }
}

/// One line of a file never follows from another: all of them are named at once.
#[test]
fn three_bent_lines_are_three_causes() {
    let folder = tempfile::tempdir().unwrap();
    laid_out(folder.path(), None);
    let mut causes = vec!["receiver-localhost-bind", "rw-receiver-disabled", "ds-localhost"];
    for bent in BENT.iter().filter(|bent| causes.contains(&bent.cause)) {
        let path = folder.path().join(bent.file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen(bent.from, bent.to, 1)).unwrap();
    }
    let verdict = diagnose_evidence(&evidence(folder.path())).verdict;
    causes.retain(|cause| !verdict.causes.iter().any(|found| found.id == *cause));
    assert!(
        causes.is_empty() && verdict.causes.len() == 3,
        "{causes:?}: {:?}",
        verdict.causes
    );
}

#[test]
fn a_bent_file_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let bent = BENT.iter().find(|bent| bent.cause == "rw-receiver-disabled").unwrap();
    laid_out(folder.path(), Some(bent));
    let file = folder.path().join(STACK);
    let ran = examined(&[file.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Found);
    let report = ran.json();
    let cause = &report["verdict"]["causes"][0];
    assert_eq!(cause["id"], "rw-receiver-disabled");
    let source = cause["evidence"][0]["source"].as_str().unwrap();
    let line: usize = source.rsplit_once(':').unwrap().1.parse().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.lines().nth(line - 1).unwrap().contains("--config.file"),
        "{source}"
    );
    assert!(
        cause["remedy"]["config"]
            .as_str()
            .unwrap()
            .contains("--web.enable-remote-write-receiver")
    );
}

#[test]
fn a_project_that_cannot_be_read_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yml");
    let named = path.to_str().unwrap();
    for (text, place) in [
        ("services: [", "compose.yml:1"),
        ("services:\n  a:\n    image: x\n    image: y\n", "compose.yml:4"),
        ("services:\n  a: 5\n", "compose.yml:2"),
        ("services:\n  a: {image: 'x:${TAG:?say which}'}\n", "say which"),
        ("services:\n  a: {extends: b}\n  b: {extends: a}\n", "compose.yml"),
        ("x: 1\n", "services"),
    ] {
        std::fs::write(&path, text).unwrap();
        let ran = run(&["doctor", "--compose", named]);
        assert_eq!(ran.exit, Exit::Usage, "{text}{}{}", ran.out, ran.err);
        assert!(ran.err.contains(place), "{text}: {}", ran.err);
    }
    let gone = run(&["doctor", "--compose", "/nonexistent/compose.yml"]);
    assert_eq!(gone.exit, Exit::Usage);
    assert!(gone.err.contains("/nonexistent/compose.yml"), "{}", gone.err);
}
