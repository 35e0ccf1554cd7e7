//! What the lab says about itself. Wherever it shows itself it says that it is a simulator.

use std::fmt::Write as _;
use std::path::Path;

use super::background::RunningLab;
use super::error::LabError;
use super::options::LabAddresses;
use super::scenario::{ExpectedStatus, ImitatedTempo, LabScenario};
use super::start::Lab;

/// The scenarios: the name, what doctor says of it, the hop where it breaks, and what it is.
pub fn list_scenarios() -> Result<Vec<[String; 4]>, LabError> {
    let all = LabScenario::names()
        .map(LabScenario::find)
        .collect::<Result<Vec<_>, _>>()?;
    let row = |scenario: &LabScenario| {
        let expect = scenario.expect();
        let status = match expect.status {
            ExpectedStatus::Healthy => "healthy",
            ExpectedStatus::Degraded => "degraded",
            ExpectedStatus::Broken => "broken",
        };
        let hop = expect.hop.as_deref().unwrap_or("-").to_owned();
        [
            scenario.name.to_string(),
            status.to_owned(),
            hop,
            scenario.title.to_string(),
        ]
    };
    Ok(all.iter().map(row).collect())
}

/// What `lab` prints when everything answers.
pub fn describe_started(lab: &Lab) -> String {
    let mut text = render_head(lab.scenario());
    text.push_str(&render_addresses(lab.addresses(), lab.has_real_prometheus()));
    let _ = writeln!(
        text,
        "\nExamine it:  tempoctl doctor {}\nPress Ctrl-C to stop it.",
        lab.doctor_args().join(" ")
    );
    text
}

/// What `lab run` notes before the command runs.
pub fn describe_scenario(lab: &Lab) -> String {
    render_head(lab.scenario())
}

/// What `lab up` prints.
pub fn describe_up(scenario: &LabScenario, running: &RunningLab) -> String {
    let mut text = render_head(scenario);
    text.push_str(&render_addresses(&running.addresses, running.real_prometheus));
    let _ = writeln!(
        text,
        "\nExamine it:  tempoctl doctor {}\nStop it:     tempoctl lab down",
        running.doctor_args.join(" ")
    );
    text
}

/// What `lab down` prints.
pub fn describe_down(stopped: bool) -> String {
    if stopped {
        "The simulated stack is stopped.\n".to_owned()
    } else {
        "No simulated stack was running.\n".to_owned()
    }
}

fn render_head(scenario: &LabScenario) -> String {
    let like = match scenario.shape {
        ImitatedTempo::V3 => "3.0",
        ImitatedTempo::V2 => "2.10",
    };
    format!(
        "Scenario {}: {}.\nThis is a simulator: it answers like Tempo {like}, but is not Tempo.\n",
        scenario.name, scenario.title
    )
}

fn render_addresses(at: &LabAddresses, real_prometheus: bool) -> String {
    let kind = if real_prometheus { "real" } else { "simulated" };
    let grafana = at
        .grafana
        .as_ref()
        .map_or_else(String::new, |url| format!("  Grafana     {url}  (simulated)\n"));
    format!(
        "\n  Tempo       {}\n  OTLP/HTTP   {}\n  OTLP/gRPC   {}\n  Prometheus  {}  ({kind})\n{grafana}",
        at.tempo, at.otlp_http, at.otlp_grpc, at.prometheus
    )
}

/// What `lab up --prefer-compose` prints where Docker runs.
pub fn describe_compose_up(file: &Path) -> String {
    format!(
        "The stack of {} is starting: real servers, in Docker.\n\n  Tempo       http://localhost:3200\n  OTLP        \
         http://localhost:4318 (HTTP), localhost:4317 (gRPC)\n  Prometheus  http://localhost:9090\n  Grafana     \
         http://localhost:3000/d/tempo-overview\n\nExamine it:  tempoctl doctor\nFeed it:     make \
         tempo-start-test-generator\nStop it:     make stack-down\n",
        file.display()
    )
}

/// What `lab down --prefer-compose` prints where Docker runs.
pub fn describe_compose_down(file: &Path, stopped: bool) -> String {
    if stopped {
        format!("The stack of {} is stopped; its volumes are kept.\n", file.display())
    } else {
        format!("No service of {} was running.\n", file.display())
    }
}

/// What is printed when test traffic has begun.
pub fn describe_traffic_up(file: Option<&Path>) -> String {
    let to = match file {
        Some(file) => format!("the stack of {}, in Docker", file.display()),
        None => "the simulated stack".to_owned(),
    };
    format!(
        "Sending test traffic to {to}: 5 traces per second.\n\nSee it:   tempoctl metrics\nStop it:  make \
         tempo-stop-test-generator\n"
    )
}
