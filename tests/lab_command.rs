//! `tempoctl lab` from the outside: the list, one command in a lab, a lab in the background.

use std::process::{Command, Output};

fn tempoctl(arguments: &[&str], state: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .args(arguments)
        .env("XDG_STATE_HOME", state)
        .env("XDG_CONFIG_HOME", state)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_list_tells_every_scenario_and_where_it_breaks() {
    let home = tempfile::tempdir().unwrap();
    let listed = text(&tempoctl(&["lab", "--list"], home.path()).stdout);
    for name in tempoctl::lab::LabScenario::names() {
        assert!(
            listed.lines().any(|line| line.starts_with(&format!("{name} "))),
            "{name}"
        );
    }
}

#[test]
fn a_command_runs_in_a_lab_and_its_exit_code_is_the_labs() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["lab", "run", "tempo-down"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        tempoctl(&arguments, home.path())
    };
    let plain = run(&["--", "doctor", "--fast"]);
    assert_eq!(plain.status.code(), Some(4), "{}", text(&plain.stderr));
    assert!(text(&plain.stderr).contains("This is a simulator"));
    assert_eq!(
        run(&["--expect-exit", "4", "--", "doctor", "--fast"]).status.code(),
        Some(0)
    );
    assert_ne!(
        run(&["--expect-exit", "0", "--", "doctor", "--fast"]).status.code(),
        Some(0)
    );
}

#[test]
fn every_command_gets_the_labs_login() {
    let home = tempfile::tempdir().unwrap();
    let ran = tempoctl(
        &[
            "lab",
            "run",
            "grafana-healthy",
            "--",
            "dashboard",
            "tempo-overview",
            "-o",
            "json",
        ],
        home.path(),
    );
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(document.get("error").is_none(), "{document}");
    // What only doctor knows is not handed to others.
    let ran = tempoctl(
        &["lab", "run", "app-stopped", "--", "search", "{}", "-o", "json"],
        home.path(),
    );
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
}

#[test]
fn an_unknown_scenario_is_a_usage_error_that_offers_another() {
    let home = tempfile::tempdir().unwrap();
    let wrong = tempoctl(&["lab", "run", "tempo-dwon", "--", "doctor"], home.path());
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("tempo-down"), "{}", text(&wrong.stderr));
}

#[cfg(unix)]
#[test]
fn a_lab_in_the_background_is_started_once_and_stopped() {
    let home = tempfile::tempdir().unwrap();
    let up = tempoctl(
        &["lab", "up", "--free-ports", "--scenario", "no-app-traffic"],
        home.path(),
    );
    let told = text(&up.stdout);
    assert_eq!(up.status.code(), Some(0), "{}", text(&up.stderr));
    let tempo = told
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .to_owned();
    assert!(told.contains("This is a simulator"));
    let again = tempoctl(&["lab", "up", "--free-ports"], home.path());
    assert_ne!(again.status.code(), Some(0));
    assert!(text(&again.stderr).contains("lab down"), "{}", text(&again.stderr));
    assert!(text(&tempoctl(&["lab", "down"], home.path()).stdout).contains("stopped"));
    assert!(text(&tempoctl(&["lab", "down"], home.path()).stdout).contains("No simulated stack"));
    assert!(std::net::TcpStream::connect(tempo.trim_start_matches("http://")).is_err());
}
