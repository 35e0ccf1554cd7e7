//! What is said where Tempo was to be read through Grafana, and cannot be.

use crate::Exit;
use crate::command_error::CommandError;
use probes::grafana_proxy::ProxyError;
use telemetry::model::FailureKind;

/// Where Grafana's login is given.
pub(super) const LOGIN: [&str; 2] = [
    "--grafana-token-file FILE, or GRAFANA_SERVICE_ACCOUNT_TOKEN in the environment",
    "GRAFANA_USERNAME with GRAFANA_PASSWORD in the environment",
];

/// What is said, and how the run ends. `has_login`: somebody gave credentials.
pub(super) fn explain_proxy_error(grafana: &str, has_login: bool, no_way: &ProxyError) -> CommandError {
    match no_way {
        ProxyError::Unread(failure) if failure.kind == FailureKind::Unauthorised && has_login => CommandError::new(
            Exit::Refused,
            format!("Grafana at {grafana} refuses the credentials given: {failure}"),
        )
        .advising_all(LOGIN),
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
