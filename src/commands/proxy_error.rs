//! What is said where Tempo was to be read through Grafana, and cannot be.

use crate::Exit;
use crate::model::FailureKind;
use crate::probes::grafana_proxy::ProxyError;

/// Where Grafana's login is given.
pub(super) const LOGIN: [&str; 2] = [
    "--grafana-token-file FILE, or GRAFANA_SERVICE_ACCOUNT_TOKEN in the environment",
    "GRAFANA_USERNAME with GRAFANA_PASSWORD in the environment",
];

/// The message, what to try, and how the run ends. `has_login`: somebody gave credentials.
pub(super) fn explain_proxy_error(
    grafana: &str,
    has_login: bool,
    no_way: &ProxyError,
) -> (Exit, (String, Vec<String>)) {
    let login = || LOGIN.map(str::to_owned).to_vec();
    match no_way {
        ProxyError::Unread(failure) if failure.kind == FailureKind::Unauthorised && has_login => (
            Exit::Refused,
            (
                format!("Grafana at {grafana} refuses the credentials given: {failure}"),
                login(),
            ),
        ),
        ProxyError::Unread(failure) if failure.kind == FailureKind::Unauthorised => {
            let status = failure.status.map_or_else(String::new, |status| format!(" ({status})"));
            (
                Exit::Refused,
                (
                    format!("Grafana at {grafana} requires a login; none was given{status}"),
                    login(),
                ),
            )
        }
        ProxyError::Unread(failure) => (
            Exit::General,
            (
                format!("cannot list the data sources of Grafana at {grafana}: {failure}"),
                vec!["--grafana-url URL".to_owned()],
            ),
        ),
        ProxyError::NoTempo => (
            Exit::General,
            (
                format!("Grafana at {grafana} has no Tempo data source"),
                vec!["tempoctl doctor --only 'grafana.*'".to_owned()],
            ),
        ),
    }
}
