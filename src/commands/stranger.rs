//! What is said where somebody other than Tempo answers at Tempo's address.

use crate::clients::HttpClient;
use crate::model::Failure;
use crate::probes::stranger::{Stranger, stranger};

/// Who answers, and what to try; `None` where it is Tempo all the same.
pub(super) async fn named(api: &HttpClient, failure: &Failure) -> Option<(String, Vec<String>)> {
    let url = api.base();
    let found = stranger(api, failure).await?;
    let message = match &found {
        Stranger::Prometheus => format!("{url} is Prometheus, not Tempo"),
        Stranger::Grafana => format!("{url} is Grafana, not Tempo"),
        Stranger::Gateway(status) => format!("the gateway at {url} has no Tempo behind it: {status}"),
        Stranger::Redirects(to) => format!("{url} redirects to {to}, which looks like a login page, not Tempo"),
        Stranger::Tls => format!("{url} uses TLS, but the request was plain HTTP"),
        Stranger::Other => format!("{url} is not a Tempo API: {failure}"),
    };
    if found == Stranger::Tls {
        let secure = url.replacen("http://", "https://", 1);
        let more = "tempoctl explain plain-client-tls-server".to_owned();
        return Some((message, vec![format!("--tempo-url {secure}"), more]));
    }
    let mut advice = vec![usual_port(url).map_or("--tempo-url URL".to_owned(), |url| format!("--tempo-url {url}"))];
    let cause = match found {
        Stranger::Grafana => {
            advice.push(format!("--grafana-url {url} --via-grafana"));
            "target-not-tempo"
        }
        Stranger::Prometheus | Stranger::Other | Stranger::Tls => "target-not-tempo",
        Stranger::Gateway(_) => "target-unreachable",
        Stranger::Redirects(_) => "gateway-401",
    };
    advice.push(format!("tempoctl explain {cause}"));
    Some((message, advice))
}

/// The same host at the port that Tempo's API has where nothing else is configured, unless it is that.
fn usual_port(url: &str) -> Option<String> {
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
        let of = |url: &str| usual_port(url);
        assert_eq!(of("http://[::1]:9090/x").as_deref(), Some("http://[::1]:3200"));
        assert_eq!(of("http://tempo:3200"), None);
        assert_eq!(of("https://tempo.example.com"), None);
    }
}
