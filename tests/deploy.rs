//! What `deploy/` and the `Dockerfile` hold is whole: it parses, fits together, pins what it runs, and calls tempoctl with
//! arguments that it takes. `doctor --compose` over it is in `compose_files`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use serde_json::Value;
use telemetry::parse::spanned_yaml;
use telemetry::parse::tempo_keys::{KnownKeys, find_unknown_keys};
use tempoctl::cli::Cli;

use crate::generated::root;
use crate::recording::Recording;

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

/// The documents of a YAML file as JSON.
fn yaml(path: &str) -> Value {
    let text = text(path);
    assert!(!text.contains("\n---\n"), "{path} holds one document");
    spanned_yaml::parse_yaml(&text, 0)
        .unwrap_or_else(|broken| panic!("{path}:{}: {}", broken.line, broken.why))
        .json()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// `$VAR`, `${VAR}` and `${VAR:-default}` as Compose and Kubernetes would put them in, for reading arguments.
fn filled(word: &str) -> String {
    if let Some(rest) = word.split_once(":-").map(|(_, rest)| rest) {
        return rest.trim_end_matches('}').to_owned();
    }
    word.replace("$(JOB_COMPLETION_INDEX)", "3")
}

fn taken(of: &str, words: &[Value]) {
    let words = words.iter().map(|word| filled(word.as_str().unwrap()));
    let typed: Vec<String> = std::iter::once("tempoctl".to_owned()).chain(words).collect();
    if let Err(problem) = Cli::try_parse_from(&typed) {
        panic!("{of}: {typed:?}\n{problem}");
    }
}

#[test]
fn every_file_parses() {
    let all = files(&root().join("deploy"));
    assert!(all.len() >= 20, "{all:?}");
    for path in all {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        match path.extension().and_then(|end| end.to_str()) {
            Some("yml" | "yaml") => assert!(!yaml(&shown).is_null(), "{shown} is empty"),
            Some("json") => drop(serde_json::from_str::<Value>(&text(&shown)).unwrap()),
            Some("env") => {
                for line in text(&shown).lines() {
                    assert!(
                        line.split_once('=').is_some_and(|(name, _)| !name.is_empty()),
                        "{shown}: {line}"
                    );
                }
            }
            other => panic!("{shown}: nothing looks at files that end in {other:?}"),
        }
    }
}

#[test]
fn the_compose_stack_is_pinned_limited_and_looks_after_itself() {
    let stack = yaml("deploy/compose/docker-compose.yml");
    let services = stack["services"].as_object().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for (name, service) in services {
        let image = service["image"].as_str().unwrap();
        let tag = image
            .rsplit_once(':')
            .unwrap_or_else(|| panic!("{name}: {image} has no tag"))
            .1;
        assert!(
            tag.starts_with(['v', '0', '1', '2', '3']) && tag.contains('.'),
            "{name}: {image} is not pinned"
        );
        assert!(service["mem_limit"].is_string(), "{name} has no limit");
        if image.contains("tempoctl") {
            assert!(tag.trim_end_matches('}') == version, "{name}: {image}");
            assert!(service["profiles"].is_array(), "{name} would start by default");
            taken(name, service["command"].as_array().unwrap());
        } else if name != "otel-collector" {
            assert!(service["healthcheck"]["test"].is_array(), "{name} has no health check");
        }
    }
    assert_eq!(services["tempo-trace-generator"]["mem_limit"], "128m");
    assert_eq!(
        services["tempo-trace-generator"]["profiles"],
        serde_json::json!(["generator"])
    );
    assert_eq!(services["doctor"]["profiles"], serde_json::json!(["doctor"]));
    let ports: Vec<&str> = services["tempo"]["ports"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for port in ["3200:3200", "4317:4317", "4318:4318", "14268:14268", "14250:14250"] {
        assert!(ports.contains(&port), "{port} is not published: {ports:?}");
    }
}

/// A recorded `/status/config` as JSON.
fn recorded(name: &str) -> Value {
    let recording = Recording::read(name);
    let body = &recording.answer("after-60s/tempo-status-config").body;
    let at = body.find("---\n").unwrap() + 4;
    spanned_yaml::parse_yaml(&body[at..], 0).unwrap().json()
}

/// Keys of a file that a server which runs does not print. Lists and the receivers' free maps are looked at up to their name.
fn strange(own: &Value, theirs: &Value, at: &str, found: &mut Vec<String>) {
    let Some(map) = own.as_object() else { return };
    for (key, below) in map {
        let here = format!("{at}.{key}");
        match theirs.get(key) {
            // Printed where it is set alone; the lists know it.
            None if here == ".stream_over_http_enabled" => {}
            None => found.push(here),
            Some(_) if here == ".distributor.receivers" => {}
            Some(other) => strange(below, other, &here, found),
        }
    }
}

#[test]
fn tempos_configuration_has_the_keys_that_servers_print() {
    let keys_of = |version| KnownKeys::of_version(version).unwrap();
    for (file, recording, line) in [
        (
            "deploy/compose/tempo.yaml",
            "fault-healthy-tempo-3.0.3",
            keys_of((3, 0)),
        ),
        (
            "deploy/compose/tempo-2.10.yaml",
            "fault-healthy-tempo-2.10.8",
            keys_of((2, 10)),
        ),
    ] {
        let printed = recorded(recording);
        let mut found = Vec::new();
        strange(&yaml(file), &printed, "", &mut found);
        assert!(found.is_empty(), "{file}: {found:?}");
        assert_eq!(find_unknown_keys(&yaml(file), line), [], "{file}");
        // The lists by which --compose judges know everything that a server prints.
        assert_eq!(find_unknown_keys(&printed, line), [], "{recording}");
    }
    // They tell the lines apart.
    assert!(!find_unknown_keys(&recorded("fault-healthy-tempo-2.10.8"), keys_of((3, 0))).is_empty());
}

#[test]
fn the_dashboard_asks_for_series_that_servers_have() {
    let board: Value = serde_json::from_str(&text("deploy/compose/grafana/dashboards/tempo-overview.json")).unwrap();
    let names = |recording: &str| -> BTreeSet<String> {
        let body = Recording::read(recording)
            .answer("after-60s/prometheus-metric-names")
            .json();
        body["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    let all = [names("fault-healthy-tempo-3.0.3"), names("fault-healthy-tempo-2.10.8")];
    // Counters of failures have no series until something failed.
    let failures = ["tempo_discarded_spans_total", "tempo_receiver_refused_spans"];
    let sources = text("deploy/compose/grafana/provisioning/datasources/datasources.yaml");
    let mut asked = 0;
    for panel in board["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        for target in panel["targets"].as_array().into_iter().flatten() {
            let uid = target["datasource"]["uid"]
                .as_str()
                .or(panel["datasource"]["uid"].as_str());
            let uid = uid.unwrap_or_else(|| panic!("{title}: which data source?"));
            assert!(sources.contains(&format!("uid: {uid}\n")), "{title}: {uid}");
            let Some(expr) = target["expr"].as_str() else { continue };
            let expr = expr.replace("$__rate_interval", "1m");
            let parsed = telemetry::model::promql_durations::parse_promql(&expr)
                .unwrap_or_else(|problem| panic!("{title}: {problem}"));
            drop(parsed);
            let metrics: Vec<&str> = expr
                .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != ':')
                .filter(|word| word.starts_with("tempo_") || word.starts_with("traces_"))
                .filter(|word| !failures.contains(word))
                .collect();
            for line in &all {
                let there = metrics.iter().any(|name| line.contains(*name)) || metrics.is_empty();
                assert!(there, "{title}: none of {metrics:?} is there");
            }
            asked += 1;
        }
    }
    assert!(asked >= 13, "{asked}");
}

/// The containers of what a file deploys.
fn containers(object: &Value) -> Vec<(Value, Value)> {
    let spec = match object["kind"].as_str() {
        Some("CronJob") => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
        Some("Job") => &object["spec"]["template"]["spec"],
        _ => return Vec::new(),
    };
    let list = spec["containers"].as_array().unwrap();
    list.iter().map(|one| (spec.clone(), one.clone())).collect()
}

#[test]
fn the_kubernetes_manifests_fit_together() {
    let folder = root().join("deploy/kubernetes");
    let mut listed = BTreeSet::new();
    let mut ran = 0;
    for base in ["", "load/"] {
        let whole = yaml(&format!("deploy/kubernetes/{base}kustomization.yaml"));
        assert_eq!(whole["images"][0]["newTag"], env!("CARGO_PKG_VERSION"));
        for resource in whole["resources"].as_array().unwrap() {
            let path = format!("{base}{}", resource.as_str().unwrap());
            let object = yaml(&format!("deploy/kubernetes/{path}"));
            for key in ["apiVersion", "kind"] {
                assert!(object[key].is_string(), "{path}: {key}");
            }
            assert!(object["metadata"]["name"].is_string(), "{path}: name");
            for (pod, container) in containers(&object) {
                assert_eq!(
                    container["image"], "tempoctl",
                    "{path}: the name that kustomization.yaml replaces"
                );
                assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true, "{path}");
                assert_eq!(
                    container["securityContext"]["allowPrivilegeEscalation"], false,
                    "{path}"
                );
                assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{path}");
                assert!(container["resources"]["limits"]["memory"].is_string(), "{path}");
                taken(&path, container["args"].as_array().unwrap());
                ran += 1;
            }
            listed.insert(folder.join(&path));
        }
    }
    assert_eq!(ran, 3);
    // The workers share one load: as many as the index is out of.
    let load = yaml("deploy/kubernetes/load/load-job.yaml");
    let (_, container) = containers(&load).remove(0);
    let share = container["args"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|word| word.as_str()?.strip_prefix("--worker="))
        .unwrap();
    let workers: u64 = share.rsplit_once('/').unwrap().1.parse().unwrap();
    assert_eq!(load["spec"]["completions"], workers);
    assert_eq!(load["spec"]["parallelism"], workers);
    assert_eq!(load["spec"]["completionMode"], "Indexed");
    // One text of the alerts in two forms.
    assert_eq!(
        yaml("deploy/kubernetes/alerts.yaml")["spec"],
        yaml("deploy/kubernetes/rules.yaml")
    );
}

/// Where kubectl is installed, its kustomize builds both bases.
#[test]
fn kustomize_builds_where_it_is_installed() {
    for base in ["deploy/kubernetes", "deploy/kubernetes/load"] {
        let Ok(built) = Command::new("kubectl").arg("kustomize").arg(root().join(base)).output() else {
            return;
        };
        let text = String::from_utf8_lossy(&built.stdout).into_owned();
        assert!(
            built.status.success(),
            "{base}: {}",
            String::from_utf8_lossy(&built.stderr)
        );
        assert!(text.contains("namespace: tracing"), "{text}");
        assert!(
            text.contains(&format!("image: tempoctl:{}", env!("CARGO_PKG_VERSION"))),
            "{text}"
        );
    }
}

fn ran(program: &str, install: &str, words: &[&str]) {
    let output = Command::new(program)
        .args(words)
        .current_dir(root())
        .output()
        .unwrap_or_else(|problem| panic!("{program}: {problem}; it comes with: {install}"));
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{program} {words:?}: {}",
        String::from_utf8_lossy(&said)
    );
}

#[test]
fn real_prometheus_reads_the_configuration_and_the_alerts_fire() {
    let install = "apt-get install prometheus";
    ran(
        "promtool",
        install,
        &["check", "config", "deploy/compose/prometheus.yml"],
    );
    ran("promtool", install, &["check", "rules", "deploy/kubernetes/rules.yaml"]);
    ran("promtool", install, &["test", "rules", "tests/deploy/alerts.test.yaml"]);
}

#[test]
fn real_docker_compose_reads_the_stack() {
    const STACK: &str = "deploy/compose/docker-compose.yml";
    const TWO: &str = "deploy/compose/docker-compose.tempo-2.10.yml";
    let profiles = ["--profile", "generator", "--profile", "doctor"];
    for files in [vec!["-f", STACK], vec!["-f", STACK, "-f", TWO]] {
        let words: Vec<&str> = files.into_iter().chain(profiles).chain(["config", "-q"]).collect();
        ran("docker-compose", "apt-get install docker-compose", &words);
    }
}
