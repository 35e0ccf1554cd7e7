//! The scenarios, and what each of them owes.

use tempoctl::lab::LabScenario;

#[test]
fn every_scenario_is_read_and_is_called_as_its_file() {
    for name in LabScenario::names() {
        let scenario = LabScenario::find(name).unwrap_or_else(|error| panic!("{name}: {error}"));
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
