//! The scenarios on disk, the registry that embeds them, and what each of them owes.

use std::path::Path;

use tempoctl::lab::{LabScenario, render_registry};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/lab/src/scenarios")
}

fn on_disk() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_registry_is_the_folder() {
    let fresh = render_registry(on_disk().iter().map(String::as_str));
    let path = folder().join("registry.rs");
    if std::env::var_os("REGEN").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, fresh, "stale: run `REGEN=1 cargo test lab_registry`");
}

#[test]
fn every_scenario_is_read_and_is_called_as_its_file() {
    for name in on_disk() {
        let scenario = LabScenario::find(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(scenario.name, name);
        assert!(!scenario.title.is_empty(), "{name} has no title");
    }
}

#[test]
fn every_scenario_is_backed_by_something_real() {
    for scenario in LabScenario::names().map(|name| LabScenario::find(name).unwrap()) {
        let backing = &scenario.backed_by;
        let recording = ["tempo-", "fault-", "prometheus-", "grafana-"]
            .iter()
            .any(|start| backing.starts_with(start));
        let source = backing.contains(": ") && backing.contains(" v") && backing.contains(".go");
        assert!(
            recording || source,
            "{}: `{backing}` is neither a recording nor a line of source",
            scenario.name
        );
    }
}

#[test]
fn what_is_expected_is_consistent() {
    for scenario in LabScenario::names().map(|name| LabScenario::find(name).unwrap()) {
        let expect = scenario.expect();
        let healthy = expect.status == tempoctl::lab::ExpectedStatus::Healthy;
        assert_eq!(healthy, expect.exit == 0, "{}", scenario.name);
        assert_eq!(healthy, expect.hop.is_none(), "{}", scenario.name);
        assert_eq!(healthy, expect.cause.is_empty(), "{}", scenario.name);
    }
}

#[test]
fn a_misspelt_scenario_is_answered_with_the_nearest() {
    assert_eq!(LabScenario::nearest("no-app-trafic"), Some("no-app-traffic"));
    assert_eq!(LabScenario::nearest("zzz"), None);
    let error = LabScenario::find("healthy").unwrap_err();
    assert!(error.advice().contains("healthy-3.0"), "{}", error.advice());
}
