//! What is said where somebody other than Tempo answers at Tempo's address.

use probes::identify::{WrongServer, identify_server};
use stack::clients::TempoClient;
use telemetry::model::{Failure, Problem};

/// Who answers, and what to try; `None` where it is Tempo all the same.
pub(super) async fn explain_wrong_server(tempo: &TempoClient, failure: &Failure) -> Option<Problem> {
    let url = tempo.base();
    let found = identify_server(tempo, failure).await?;
    let message = match &found {
        WrongServer::Prometheus => format!("{url} is Prometheus, not Tempo"),
        WrongServer::Grafana => format!("{url} is Grafana, not Tempo"),
        WrongServer::Gateway(status) => format!("the gateway at {url} has no Tempo behind it: {status}"),
        WrongServer::Redirects(to) => format!("{url} redirects to {to}, which looks like a login page, not Tempo"),
        WrongServer::Tls => format!("{url} uses TLS, but the request was plain HTTP"),
        WrongServer::Other => format!("{url} is not a Tempo API: {failure}"),
    };
    if found == WrongServer::Tls {
        let secure = url.replacen("http://", "https://", 1);
        let problem = Problem::new(message).advising(format!("--tempo-url {secure}"));
        return Some(problem.advising("tempoctl explain plain-client-tls-server"));
    }
    let usual = suggest_usual_port(url).map_or("--tempo-url URL".to_owned(), |url| format!("--tempo-url {url}"));
    let mut problem = Problem::new(message).advising(usual);
    let cause = match found {
        WrongServer::Grafana => {
            problem = problem.advising(format!("--grafana-url {url} --via-grafana"));
            "target-not-tempo"
        }
        WrongServer::Prometheus | WrongServer::Other | WrongServer::Tls => "target-not-tempo",
        WrongServer::Gateway(_) => "target-unreachable",
        WrongServer::Redirects(_) => "gateway-401",
    };
    Some(problem.advising(format!("tempoctl explain {cause}")))
}

/// The same host at the port that Tempo's API has where nothing else is configured, unless it is that.
fn suggest_usual_port(url: &str) -> Option<String> {
    let mut usual = url::Url::parse(url).ok()?;
    if usual.port() == Some(3200) || usual.scheme() != "http" {
        return None;
    }
    usual.set_port(Some(3200)).ok()?;
    usual.set_path("");
    Some(usual.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_port_of_the_same_host() {
        let of = |url: &str| suggest_usual_port(url);
        assert_eq!(of("http://[::1]:9090/x").as_deref(), Some("http://[::1]:3200"));
        assert_eq!(of("http://tempo:3200"), None);
        assert_eq!(of("https://tempo.example.com"), None);
    }
}
