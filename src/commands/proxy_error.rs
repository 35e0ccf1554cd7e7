//! What is said where Tempo was to be read through Grafana, and cannot be.

use crate::Exit;
use crate::command_error::CommandError;
use stack::{ProxyError, Stack};
use telemetry::model::FailureKind;

/// Where Grafana's login is given.
pub(super) const LOGIN: [&str; 2] = [
    "--grafana-token-file FILE, or GRAFANA_SERVICE_ACCOUNT_TOKEN in the environment",
    "GRAFANA_USERNAME with GRAFANA_PASSWORD in the environment",
];

/// Leads the reading through Grafana where that was asked for, or where nothing else answers.
pub(super) async fn route_via_grafana(stack: &mut Stack, asked: bool) -> Result<(), CommandError> {
    let routed = stack.route_via_grafana(asked).await;
    routed.map_err(|no_way| explain_proxy_error(stack, &no_way))
}

/// What is said, and how the run ends.
fn explain_proxy_error(stack: &Stack, no_way: &ProxyError) -> CommandError {
    let grafana = stack.grafana.base();
    match no_way {
        ProxyError::Unread(failure) if failure.kind == FailureKind::Unauthorised && stack.grafana_login => {
            CommandError::new(
                Exit::Refused,
                format!("Grafana at {grafana} refuses the credentials given: {failure}"),
            )
            .advising_all(LOGIN)
        }
        ProxyError::Unread(failure) if failure.kind == FailureKind::Unauthorised => {
            let status = failure.status.map_or_else(String::new, |status| format!(" ({status})"));
            CommandError::new(
                Exit::Refused,
                format!("Grafana at {grafana} requires a login; none was given{status}"),
            )
            .advising_all(LOGIN)
        }
        ProxyError::Unread(failure) => CommandError::general(format!(
            "cannot list the data sources of Grafana at {grafana}: {failure}"
        ))
        .advising("--grafana-url URL"),
        ProxyError::NoTempo => CommandError::general(format!("Grafana at {grafana} has no Tempo data source"))
            .advising("tempoctl doctor --only 'grafana.*'"),
    }
}
