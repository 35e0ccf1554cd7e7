//! `doctor --compose`: what is visible in a Compose project by reading. The stack that is in `deploy/compose` is found sound;
//! what is bent in it is in `compose_cases`.

use doctor::diagnose::diagnose_evidence;
use serde_json::Value;
use tempoctl::Exit;

use crate::compose_cases::{ComposeCase, STACK, examine_stack, lay_out_stack, list_compose_cases};
use crate::generated::root;
use crate::kept::CANARY;
use crate::product::{Ran, run};

fn find_case(name: &str) -> ComposeCase {
    let named = |case: &ComposeCase| case.name == name;
    list_compose_cases().into_iter().find(named).unwrap()
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
    let saved = serde_json::to_string_pretty(&examine_stack(folder.path())).unwrap();
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
    lay_out_stack(folder.path());
    let mut causes = vec!["receiver-localhost-bind", "rw-receiver-disabled", "ds-localhost"];
    for cause in &causes {
        find_case(cause).bend(folder.path());
    }
    let verdict = diagnose_evidence(&examine_stack(folder.path())).verdict;
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
    lay_out_stack(folder.path());
    find_case("rw-receiver-disabled").bend(folder.path());
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

/// `check` needs no server: a sound project exits with 0, a fault is at its line in every format.
#[test]
fn files_are_checked_alone() {
    let sound = root().join("deploy/compose/docker-compose.yml");
    let ran = run(&["check", sound.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("no fault found"), "{}", ran.out);

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let tempo = write(
        "tempo.yaml",
        "server:\n  http_listen_port: 3200\nstorage:\n  trace:\n    backend: local\nnothing_of_tempo: 1\n",
    );
    let github = run(&["check", &tempo, "-o", "github"]);
    assert_eq!(github.exit, Exit::Found, "{}{}", github.out, github.err);
    let line = format!("::error file={tempo},line=6,title=config-strict-yaml::");
    assert!(github.out.starts_with(&line), "{}", github.out);
    let sarif: Value = serde_json::from_str(&run(&["check", &tempo, "-o", "sarif"]).out).unwrap();
    let place = "/runs/0/results/0/locations/0/physicalLocation";
    assert_eq!(
        sarif.pointer(&format!("{place}/region/startLine")),
        Some(&Value::from(6)),
        "{sarif}"
    );
    assert_eq!(
        sarif.pointer("/runs/0/tool/driver/rules/0/id"),
        sarif.pointer("/runs/0/results/0/ruleId")
    );

    // The keys of Tempo 2 are no fault of a file whose version nobody knows.
    let second = write(
        "second.yaml",
        "storage:\n  trace:\n    backend: local\ningester:\n  max_block_duration: 5m\n",
    );
    assert_eq!(run(&["check", &second]).exit, Exit::Done);
    let ran = run(&["check", "--tempo-version", "3.0.3", &second]);
    assert!(
        ran.out.contains("second.yaml:4") && !ran.out.contains("the given files"),
        "{}",
        ran.out
    );

    let other = write("other.yaml", "some: file\n");
    let ran = run(&["check", &other]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("other.yaml: not a Compose project"), "{}", ran.err);
    let ran = run(&["check", &other, &second]);
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    let broken = write("broken.yaml", "a: [\n");
    assert!(
        run(&["check", &broken]).err.contains("broken.yaml:"),
        "the line is named"
    );
}

/// What `<(helm template …)` gives: a pipe is read once, and whole. A file that cannot be read keeps none of the others back.
#[cfg(unix)]
#[test]
fn a_pipe_is_checked_like_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let pipe = at("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let check = |text: &'static str, files: &[&str]| {
        let to = pipe.clone();
        let writer = std::thread::spawn(move || std::fs::write(to, text).unwrap());
        let ran = run(&[&["check"], files].concat());
        writer.join().unwrap();
        ran
    };
    let sound = "storage:\n  trace:\n    backend: local\n";
    let faulty = "storage:\n  trace:\n    backend: local\nnothing_of_tempo: 1\n";
    let ran = check(faulty, &[&pipe]);
    assert_eq!(ran.exit, Exit::Found, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("{pipe}:4")), "{}", ran.out);
    let ran = check(sound, &[&pipe, &at("gone.yaml")]);
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    let words: Vec<&str> = ran.out.split_whitespace().collect();
    assert!(words.join(" ").contains("gone.yaml: no such file"), "{}", ran.out);

    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let ran = run(&["check", empty.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(!ran.err.contains("--compose"), "check has no such flag: {}", ran.err);
}

/// A port that only listens in vain does not stand before what loses spans.
#[test]
fn a_deaf_port_costs_no_spans() {
    let folder = tempfile::tempdir().unwrap();
    lay_out_stack(folder.path());
    let level = |folder: &std::path::Path| {
        let file = folder.join(STACK);
        let report = examined(&[file.to_str().unwrap()]).json();
        let cause = report["verdict"]["causes"][0].clone();
        assert_eq!(cause["id"], "receiver-protocol-not-enabled");
        cause["level"].as_str().unwrap().to_owned()
    };
    find_case("receiver-protocol-not-enabled").bend(folder.path());
    assert_eq!(level(folder.path()), "degraded");
    let file = folder.path().join(STACK);
    let text = std::fs::read_to_string(&file).unwrap();
    let sender =
        "services:\n  shop:\n    image: shop:1\n    environment: {OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tempo:4318'}\n";
    std::fs::write(&file, text.replace("services:\n", sender)).unwrap();
    assert_eq!(level(folder.path()), "broken");
}

/// What is pasted has the form that the file has, and names what is there.
#[test]
fn remedies_fit_their_files() {
    const PROJECT: &str = r#"
services:
  tempo:
    image: grafana/tempo:2.10.8
    command: ["-config.file=/t.yaml"]
    volumes: ["./t.yaml:/t.yaml", "data:/var/tempo"]
  shop:
    image: shop
    environment: ["OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318"]
  gate:
    image: grafana/alloy:v1.12.0
    command: [run, /etc/alloy/config.alloy]
    volumes: ["./in.alloy:/etc/alloy/config.alloy"]
    ports: ["4318:4318"]
  metrics:
    image: prom/prometheus:v3.5.0
    command: ["--config.file=/p.yml"]
    volumes: ["./p.yml:/p.yml"]
  grafana:
    image: grafana/grafana:12.4.0
    volumes: ["./ds.yaml:/etc/grafana/provisioning/datasources/ds.yaml"]
volumes: {data: {}}
"#;
    let files = [
        ("docker-compose.yml", PROJECT),
        (
            "t.yaml",
            r#"
distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}}}
metrics_generator: {storage: {path: /var/tempo/w, remote_write: [{url: "http://metrics:9090/api/v1/write", send_exemplars: true}]}}
overrides: {defaults: {metrics_generator: {processors: [service-graphs, span-metrics]}}}
server: {http_listen_port: 3200, grpc_listen_address: "${ADDRESS}"}
"#,
        ),
        (
            "in.alloy",
            r#"
otelcol.receiver.otlp "in" {
  grpc {}
  output { traces = [otelcol.exporter.otlp.out.input] }
}
otelcol.exporter.otlp "out" {
  client {
    endpoint = "tempo:4317"
    tls { insecure = true }
  }
}
"#,
        ),
        (
            "p.yml",
            "scrape_configs: [{job_name: t, static_configs: [{targets: ['tempo:3200']}]}]\n",
        ),
        (
            "ds.yaml",
            r#"
datasources:
  - {name: Metrics, type: prometheus, url: "http://metrics:9090"}
  - name: Traces
    type: tempo
    uid: traces
    url: http://tempo:3200
    jsonData: {tracesToLogsV2: {customQuery: true, query: "{a=\"${__span.tags}\"} |= \"$${__trace.traceId}\""}}
  - {name: Lines, type: loki, url: "http://loki:3100", jsonData: {derivedFields: [{datasourceUid: gone}]}}
"#,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let project = folder.path().join("docker-compose.yml");
    let ran = run(&["check", project.to_str().unwrap(), "-o", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let causes = report["verdict"]["causes"].as_array().unwrap();
    let both = "    - --web.enable-remote-write-receiver\n    - --enable-feature=exemplar-storage";
    let pasted = [
        (
            "app-localhost-in-container",
            "      - OTEL_EXPORTER_OTLP_ENDPOINT=http://gate:4318",
        ),
        (
            "receiver-protocol-not-enabled",
            "otelcol.receiver.otlp \"in\" {\n  http {\n    endpoint = \"0.0.0.0:4318\"",
        ),
        ("rw-receiver-disabled", both.trim_start()),
        ("ex-storage-disabled", both.trim_start()),
        ("sg-datasource-not-linked", "datasourceUid: Metrics"),
        ("ds-provisioning-escape", "$${__span.tags}"),
        ("ds-uid-mismatch", "datasourceUid: traces"),
    ];
    for (id, expected) in pasted {
        let cause = causes.iter().find(|cause| cause["id"] == id);
        let config = cause.and_then(|cause| cause["remedy"]["config"].as_str());
        let lines: String = config.unwrap_or_default().replace("\n  - ", "\n    - ");
        assert!(lines.contains(expected), "{id}: {cause:#?}\n{expected}");
    }
    let unset = causes
        .iter()
        .find(|cause| cause["id"] == "config-env-not-expanded")
        .unwrap();
    assert!(
        unset["remedy"]["text"].as_str().unwrap().contains("set ADDRESS"),
        "{unset}"
    );
}
