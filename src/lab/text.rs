//! What the lab says about itself. Wherever it shows itself it says that it is a simulator.

use std::fmt::Write as _;

use super::background::Running;
use super::error::LabError;
use super::options::Addresses;
use super::scenario::{ExpectedStatus, Scenario, Shape};
use super::start::Lab;

/// The scenarios, a line each.
pub fn list() -> Result<String, LabError> {
    let all = Scenario::names().map(Scenario::find).collect::<Result<Vec<_>, _>>()?;
    let width = all.iter().map(|scenario| scenario.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for scenario in &all {
        let expect = scenario.expect();
        let status = match expect.status {
            ExpectedStatus::Healthy => "healthy",
            ExpectedStatus::Degraded => "degraded",
            ExpectedStatus::Broken => "broken",
        };
        let hop = expect.hop.as_deref().unwrap_or("-");
        let _ = writeln!(
            text,
            "{:width$}  {status:8}  {hop:12}  {}",
            scenario.name, scenario.title
        );
    }
    Ok(text)
}

/// What `lab` prints when everything answers.
pub fn started(lab: &Lab) -> String {
    let mut text = head(lab.scenario());
    text.push_str(&addresses(lab.addresses(), lab.has_real_prometheus()));
    let _ = writeln!(
        text,
        "\nLook at it:  tempoctl doctor {}\nCtrl-C stops it.",
        lab.doctor_args().join(" ")
    );
    text
}

/// What `lab run` notes before the command runs.
pub fn around(lab: &Lab) -> String {
    head(lab.scenario())
}

/// What `lab up` prints.
pub fn up(scenario: &Scenario, running: &Running) -> String {
    let mut text = head(scenario);
    text.push_str(&addresses(&running.addresses, running.real_prometheus));
    let _ = writeln!(
        text,
        "\nLook at it:  tempoctl doctor {}\nStop it:     tempoctl lab down",
        running.doctor_args.join(" ")
    );
    text
}

/// What `lab down` prints.
pub fn down(stopped: bool) -> String {
    if stopped {
        "The simulated stack is stopped.\n".to_owned()
    } else {
        "No simulated stack was running.\n".to_owned()
    }
}

fn head(scenario: &Scenario) -> String {
    let like = match scenario.shape {
        Shape::V3 => "3.0",
        Shape::V2 => "2.10",
    };
    format!(
        "Scenario {}: {}.\nThis is a simulator: it answers as Tempo {like} would, and is not Tempo.\n",
        scenario.name, scenario.title
    )
}

fn addresses(at: &Addresses, real_prometheus: bool) -> String {
    let kind = if real_prometheus { "real" } else { "simulated" };
    format!(
        "\n  Tempo       {}\n  OTLP/HTTP   {}\n  OTLP/gRPC   {}\n  Prometheus  {}  ({kind})\n",
        at.tempo, at.otlp_http, at.otlp_grpc, at.prometheus
    )
}
