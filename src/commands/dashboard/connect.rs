//! Reaching Grafana or Prometheus, and saying why where that fails.

use crate::Exit;
use crate::command_error::CommandError;
use probes::dashboard::DataSources;
use probes::{EvidenceRecorder, grafana};
use stack::Stack;
use stack::clients::grafana::DashboardFetchError;
use telemetry::model::dashboard::Dashboard;
use telemetry::model::{Failure, FailureKind, Slot};
use telemetry::parse;
use telemetry::text::quote::quote_argument;

/// The data sources of Grafana, or why they cannot be had.
pub(super) async fn connect_grafana(
    stack: &Stack,
    board: &EvidenceRecorder,
) -> Result<(DataSources, bool, Option<String>), CommandError> {
    let client = grafana::discover_grafana(stack, board).await;
    let facts = board.read(|evidence| evidence.grafana.clone());
    let url = &stack.targets.grafana.url;
    let Some(sources) = facts.sources.get().cloned() else {
        return Err(explain_unreadable(&facts, url));
    };
    let old = facts.is_before_v10();
    let told = facts
        .found_at
        .map(|found| format!("Grafana is at {found}, not at {url}"));
    let places = DataSources::from_grafana(client, sources, stack.prometheus.clone(), stack.tempo.clone());
    Ok((places, old, told))
}

fn explain_unreadable(facts: &telemetry::model::grafana::GrafanaFacts, url: &str) -> CommandError {
    let login = "GRAFANA_USERNAME=… GRAFANA_PASSWORD=…, or --grafana-token-file FILE";
    match &facts.health {
        Slot::Failed { failure } => {
            return CommandError::general(format!("Grafana does not answer at {url}: {failure}"))
                .advising("--grafana-url http://localhost:3000");
        }
        Slot::Known { value, .. } if !parse::grafana::is_health_answer(value) => {
            let exit = if matches!(value.status, 300..=399 | 401 | 403) {
                Exit::Refused
            } else {
                Exit::General
            };
            let what = if exit == Exit::Refused {
                "a login page protects"
            } else {
                "no Grafana at"
            };
            return CommandError::new(exit, format!("{what} {url}: {}", value.status_line()))
                .advising("--grafana-url http://localhost:3000/grafana");
        }
        _ => {}
    }
    let failure = facts.sources.failure().cloned();
    let refused = failure
        .as_ref()
        .is_some_and(|failure| failure.kind == FailureKind::Unauthorised);
    let detail = failure.map_or_else(String::new, |failure| format!(": {failure}"));
    let what = if facts.has_login {
        "Grafana refuses the credentials"
    } else {
        "Grafana requires a login; none was given"
    };
    if refused {
        CommandError::new(Exit::Refused, format!("{what}{detail}")).advising(login)
    } else {
        CommandError::general(format!("cannot read Grafana's data sources{detail}"))
    }
}

/// The dashboard of that uid, or the ones that sound like it.
pub(super) async fn load_dashboard(places: &DataSources, uid: &str) -> Result<Dashboard, CommandError> {
    let Some(client) = places.grafana() else {
        return Err(CommandError::general("no Grafana"));
    };
    match client.fetch_dashboard(uid).await {
        Ok(dashboard) => Ok(dashboard),
        Err(DashboardFetchError::NotFound) => {
            let list = client.list_dashboards().await;
            let similar = find_similar(uid, list.get().map_or(&[], Vec::as_slice));
            let mut message = format!("Grafana has no dashboard with the uid '{uid}'");
            // A title stands beside no command: what a person pastes is the command alone.
            for (uid, title) in &similar {
                message.push_str(&format!("\nsimilar: {title} ({uid})"));
            }
            let commands = similar
                .iter()
                .map(|(uid, _)| format!("tempoctl dashboard {}", quote_argument(uid)));
            Err(CommandError::new(Exit::Found, message).advising_all(commands))
        }
        Err(DashboardFetchError::Failed(failure)) => Err(explain_failure(&failure)),
        Err(DashboardFetchError::NoDashboard(problem)) => Err(CommandError::general(format!(
            "Grafana's '{uid}' is not a dashboard: {problem}"
        ))),
    }
}

fn explain_failure(failure: &Failure) -> CommandError {
    let exit = if failure.kind == FailureKind::Unauthorised {
        Exit::Refused
    } else {
        Exit::General
    };
    let needed = parse::grafana::find_needed_permissions(&failure.detail);
    match needed {
        Some(needed) => CommandError::new(exit, format!("cannot read the dashboard: the login needs {needed}")),
        None => CommandError::new(exit, format!("cannot read the dashboard: {failure}")),
    }
}

/// At most three uids whose uid or title is most like this.
fn find_similar<'a>(wanted: &str, list: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str, &str)> = list
        .iter()
        .map(|(uid, title)| {
            let like = |text: &str| {
                let text = text.to_lowercase();
                let part = text.contains(&wanted) || wanted.contains(&text);
                strsim::jaro_winkler(&text, &wanted) + if part { 0.3 } else { 0.0 }
            };
            (like(uid).max(like(title)), uid.as_str(), title.as_str())
        })
        .collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0));
    scored.into_iter().take(3).map(|(_, uid, title)| (uid, title)).collect()
}

/// Without Grafana everything hangs on Prometheus.
pub(super) async fn check_prometheus(stack: &Stack) -> Result<(), CommandError> {
    let url = &stack.targets.prometheus.url;
    match stack.prometheus.ask_vector().await {
        Slot::Known { value, .. } if value.is_success() && value.body.contains("\"success\"") => Ok(()),
        Slot::Known { value, .. } if matches!(value.status, 401 | 403) => Err(CommandError::new(
            Exit::Refused,
            format!("Prometheus at {url} refuses the credentials: {}", value.status_line()),
        )
        .advising("--prometheus-token-file FILE")),
        Slot::Known { value, .. } => Err(CommandError::general(format!(
            "no Prometheus at {url}: {}",
            value.status_line()
        ))
        .advising("--prometheus-url http://localhost:9090")),
        Slot::Failed { failure } => Err(CommandError::general(format!(
            "Prometheus does not answer at {url}: {failure}"
        ))
        .advising("--prometheus-url http://localhost:9090")
        .advising("--grafana-url http://localhost:3000")),
        Slot::NotAsked => Ok(()),
    }
}
