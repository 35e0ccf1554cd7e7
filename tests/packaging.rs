//! What is handed to others: packages, the image, workflows, the action.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::generated::root;
use crate::lab_kit::lab;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

// The packages.

#[test]
fn the_packages_hold_files_that_are_there() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let metadata = &manifest["package"]["metadata"];
    let deb = metadata["deb"]["assets"].as_array().unwrap();
    let deb: Vec<(&str, &str)> = deb
        .iter()
        .map(|row| (row[0].as_str().unwrap(), row[1].as_str().unwrap()))
        .collect();
    let rpm = metadata["generate-rpm"]["assets"].as_array().unwrap();
    let rpm: Vec<(&str, &str)> = rpm
        .iter()
        .map(|row| (row["source"].as_str().unwrap(), row["dest"].as_str().unwrap()))
        .collect();
    for (package, assets) in [("deb", &deb), ("rpm", &rpm)] {
        for (source, _) in assets {
            let folder = source.strip_suffix("/*").unwrap_or(source);
            let built = *source == "target/release/tempoctl";
            assert!(built || root().join(folder).exists(), "{package}: {source}");
        }
        for part in [
            "bin/",
            "man/man1/",
            "bash-completion/completions/",
            "zsh/",
            "fish/vendor_completions.d/",
            "doc/tempoctl/",
        ] {
            assert!(
                assets.iter().any(|(_, to)| to.contains(part)),
                "{package} has nothing in {part}"
            );
        }
    }
}

/// Built, installed by dpkg into a root of its own, and used there.
#[cfg(target_os = "linux")]
#[test]
fn real_dpkg_installs_a_working_tempoctl() {
    let has = |name: &str| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|said| said.status.success())
    };
    assert!(has("dpkg"), "no dpkg: this test needs Debian or one of its kind");
    assert!(has("cargo-deb"), "no cargo-deb: cargo install --locked cargo-deb");
    assert!(has("man"), "no man: apt-get install man-db");
    let folder = tempfile::tempdir().unwrap();
    // The program under test stands where a release would.
    let release = folder.path().join("target/release");
    fs::create_dir_all(&release).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_tempoctl"), release.join("tempoctl")).unwrap();
    let package = folder.path().join("tempoctl.deb");
    succeeded(
        Command::new("cargo")
            .args(["deb", "--no-build", "--no-strip", "--fast", "--output"])
            .arg(&package)
            .env("CARGO_TARGET_DIR", folder.path().join("target"))
            .current_dir(root()),
    );
    let system = folder.path().join("system");
    for part in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"] {
        fs::create_dir_all(system.join(part)).unwrap();
    }
    fs::write(system.join("var/lib/dpkg/status"), "").unwrap();
    succeeded(
        Command::new("dpkg")
            .arg(format!("--root={}", system.display()))
            // The root holds no C library and is not the test's own.
            .args([
                "--force-depends",
                "--force-not-root",
                "--force-bad-path",
                "--log=/dev/null",
                "--install",
            ])
            .arg(&package),
    );
    let program = system.join("usr/bin/tempoctl");
    let version = succeeded(Command::new(&program).arg("--version"));
    assert!(text(&version.stdout).contains(env!("CARGO_PKG_VERSION")), "{version:?}");

    let page = succeeded(
        Command::new("man")
            .args(["-P", "cat", "tempoctl"])
            .env("MANPATH", system.join("usr/share/man"))
            .env("MANWIDTH", "80"),
    );
    assert!(text(&page.stdout).contains("SYNOPSIS"), "{page:?}");

    let completion = system.join("usr/share/bash-completion/completions/tempoctl");
    let typed = format!(
        "source {}; COMP_WORDS=(tempoctl doc); COMP_CWORD=1; _clap_complete_tempoctl tempoctl doc tempoctl; echo \"${{COMPREPLY[@]}}\"",
        completion.display()
    );
    let path = format!(
        "{}:{}",
        system.join("usr/bin").display(),
        std::env::var("PATH").unwrap()
    );
    let completed = succeeded(Command::new("bash").args(["--norc", "-c", &typed]).env("PATH", path));
    assert_eq!(text(&completed.stdout).trim(), "doctor", "{completed:?}");
}

fn succeeded(command: &mut Command) -> Output {
    let said = command
        .output()
        .unwrap_or_else(|problem| panic!("{command:?}: {problem}"));
    assert!(
        said.status.success(),
        "{command:?}: {}{}",
        text(&said.stdout),
        text(&said.stderr)
    );
    said
}

// The image.

#[test]
fn the_image_holds_the_program_and_no_shell() {
    let dockerfile = read("Dockerfile");
    let stages: Vec<&str> = dockerfile.split("\nFROM ").skip(1).collect();
    let (build, last) = (stages[0], *stages.last().unwrap());
    assert_eq!(stages.len(), 2);
    assert!(
        build.lines().next().unwrap().contains("alpine AS build"),
        "musl is what makes it static"
    );
    assert_eq!(last.lines().next(), Some("scratch"));
    assert!(!last.contains("\nRUN "), "there is no shell to run it");
    let user = last.lines().find_map(|line| line.strip_prefix("USER ")).unwrap();
    let user: u32 = user.split(':').next().unwrap().parse().expect("a number");
    assert_ne!(user, 0);
    let entry = last.lines().find_map(|line| line.strip_prefix("ENTRYPOINT ")).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<String>>(entry).unwrap(),
        ["/usr/bin/tempoctl"]
    );
    // The version that Cargo.toml asks for.
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let version = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(
        build.contains(&format!("rust:{version}-")) || dockerfile.contains(&format!("rust:{version}-")),
        "rust {version}"
    );
    // What is copied is not kept out.
    let kept = read(".dockerignore");
    for line in dockerfile
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from"))
    {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in &words[..words.len() - 1] {
            let source = source.trim_start_matches("./");
            assert!(root().join(source).exists(), "{line}: no {source}");
            assert!(
                kept.lines().any(|kept| kept == format!("!{source}")),
                ".dockerignore keeps {source} out"
            );
        }
    }
}

// The workflows.

const WORKFLOWS: [&str; 2] = [".github/workflows/ci.yml", ".github/workflows/release.yml"];

#[test]
fn the_workflows_are_whole() {
    for path in WORKFLOWS {
        let workflow = yaml(path);
        assert!(workflow["on"].is_object(), "{path}");
        assert_eq!(workflow["permissions"]["contents"], "read", "{path}");
        let jobs = workflow["jobs"].as_object().unwrap();
        for (name, job) in jobs {
            let place = format!("{path}: {name}");
            let needs = match &job["needs"] {
                Value::String(one) => vec![one.as_str()],
                Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            for need in &needs {
                assert!(jobs.contains_key(*need), "{place} needs {need}");
            }
            assert!(job["runs-on"].is_string(), "{place}");
            for step in job["steps"].as_array().unwrap() {
                step_is_sound(&place, step);
            }
            expressions_lead_somewhere(&place, job, jobs, &needs);
        }
    }
}

/// An action has a version; a script is one, and holds nothing that somebody else wrote.
fn step_is_sound(place: &str, step: &Value) {
    if let Some(uses) = step["uses"].as_str() {
        let version = uses.rsplit_once('@').map(|(_, version)| version).unwrap_or_default();
        let is_version = version
            .strip_prefix('v')
            .is_some_and(|rest| rest.parse::<u32>().is_ok());
        assert!(is_version, "{place}: {uses} has no version");
        if uses.starts_with("actions/checkout@") {
            assert_eq!(
                step["with"]["persist-credentials"], false,
                "{place}: a token is left behind"
            );
        }
    }
    let Some(script) = step["run"].as_str() else {
        assert!(step["uses"].is_string(), "{place}: a step that does nothing: {step}");
        return;
    };
    for expression in expressions(script) {
        let plain = ["matrix.", "needs.version.outputs."]
            .iter()
            .any(|start| expression.starts_with(start));
        assert!(plain, "{place}: `{expression}` in a script: hand it in by env");
    }
    parses_as_bash(place, script);
}

fn parses_as_bash(place: &str, script: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script");
    let mut plain = script.to_owned();
    for expression in expressions(script) {
        plain = plain.replace(&format!("${{{{ {expression} }}}}"), "VALUE");
    }
    fs::write(&file, plain).unwrap();
    let said = Command::new("bash").arg("-n").arg(&file).output().unwrap();
    assert!(said.status.success(), "{place}: {}", text(&said.stderr));
}

/// Every `matrix.x`, `needs.x.outputs.y` and `steps.x` is one.
fn expressions_lead_somewhere(place: &str, job: &Value, jobs: &serde_json::Map<String, Value>, needs: &[&str]) {
    let rows = job["strategy"]["matrix"].as_object().cloned().unwrap_or_default();
    let mut matrix: BTreeSet<&str> = rows.keys().map(String::as_str).collect();
    for row in rows.get("include").and_then(Value::as_array).into_iter().flatten() {
        matrix.extend(row.as_object().unwrap().keys().map(String::as_str));
    }
    let all = job.to_string();
    for expression in expressions(&all) {
        let words: Vec<&str> = expression.split(['.', ' ', ',', ')', '(']).collect();
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1).copied().unwrap_or_default();
            match *word {
                "matrix" => assert!(matrix.contains(next), "{place}: matrix.{next}"),
                "needs" => {
                    assert!(needs.contains(&next), "{place}: needs.{next}");
                    let output = words[at + 3];
                    assert!(
                        jobs[next]["outputs"].get(output).is_some(),
                        "{place}: needs.{next}.outputs.{output}"
                    );
                }
                "steps" => assert!(all.contains(&format!("\"id\":\"{next}\"")), "{place}: steps.{next}"),
                _ => {}
            }
        }
    }
}

/// What stands between `${{` and `}}`.
fn expressions(text: &str) -> Vec<&str> {
    text.split("${{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
        .collect()
}

#[test]
fn a_release_has_every_platform_checksums_and_a_list_of_parts() {
    let workflow = yaml(WORKFLOWS[1]);
    let rows = workflow["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_array()
        .unwrap();
    let targets: Vec<&str> = rows.iter().filter_map(|row| row["target"].as_str()).collect();
    for part in [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "apple-darwin",
        "windows",
    ] {
        assert!(
            targets.iter().any(|target| target.contains(part)),
            "{part}: {targets:?}"
        );
    }
    let steps = workflow.to_string();
    for part in [
        "sha256sum",
        "cyclonedx",
        "attest-build-provenance",
        "statically linked",
        "cargo deb",
        "cargo generate-rpm",
    ] {
        assert!(steps.contains(part), "no {part}");
    }
}

// The action.

#[test]
fn the_action_reads_the_inputs_it_declares() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], "composite");
    let declared: BTreeSet<&str> = action["inputs"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let all = action.to_string();
    let used = all.split("inputs.").skip(1);
    let used: BTreeSet<&str> = used.filter_map(|rest| rest.split([' ', '}']).next()).collect();
    assert_eq!(declared, used);
    for input in action["inputs"].as_object().unwrap().values() {
        assert!(
            input["description"].is_string() && input["default"].is_string(),
            "{input}"
        );
    }
    for step in action["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap();
        assert!(
            expressions(script).is_empty(),
            "values come by the environment: {script}"
        );
        assert_eq!(step["shell"], "bash");
        parses_as_bash("action.yml", script);
    }
}

/// The action's own script against a broken stack: a JUnit report, a summary, outputs, and doctor's exit code.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_action_reports_a_broken_stack() {
    let lab = lab("remote-write-receiver-off").await;
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == "doctor").unwrap();
    let script = step["run"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let addresses = lab.addresses().clone();
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script])
        .current_dir(folder.path());
    command
        .env("TEMPOCTL", env!("CARGO_BIN_EXE_tempoctl"))
        .env("HOME", folder.path());
    for (name, input) in action["inputs"].as_object().unwrap() {
        let name = format!("IN_{}", name.replace('-', "_").to_uppercase());
        command.env(name, input["default"].as_str().unwrap());
    }
    command
        .env("IN_TEMPO_URL", addresses.tempo)
        .env("IN_OTLP_ENDPOINT", addresses.otlp_http)
        .env("IN_PROMETHEUS_URL", addresses.prometheus)
        .env("IN_ARGS", "--timeout\n60s\n")
        .env("GITHUB_OUTPUT", at("output"))
        .env("GITHUB_STEP_SUMMARY", at("summary"))
        .env("RUNNER_TEMP", folder.path());
    let said = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert_eq!(
        said.status.code(),
        Some(4),
        "{}{}",
        text(&said.stdout),
        text(&said.stderr)
    );
    let written = |path: &Path| fs::read_to_string(path).unwrap();
    let junit = written(&at("tempoctl-junit.xml"));
    assert!(
        junit.contains("<testsuites") && junit.contains("rw-receiver-disabled"),
        "{junit}"
    );
    assert!(written(&at("summary")).contains("rw-receiver-disabled"));
    let output = written(&at("output"));
    let value = |name: &str| {
        output
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}=")))
            .unwrap_or_default()
    };
    assert_eq!(value("exit-code"), "4", "{output}");
    assert_eq!(value("status"), "broken", "{output}");
    assert!(value("summary").contains("broken at prometheus"), "{output}");
    // Every output that is declared comes from there or is an input.
    for declared in action["outputs"].as_object().unwrap().values() {
        let from = declared["value"].as_str().unwrap();
        let name = from.split("outputs.").nth(1).and_then(|rest| rest.split(' ').next());
        assert!(name.is_none_or(|name| !value(name).is_empty()), "{from}");
    }
}
