//! Who answers at an address where Tempo was expected.

use std::time::Duration;

use stack::clients::{GrafanaClient, PrometheusClient, TempoClient};
use telemetry::model::{Failure, FailureKind, Slot};
use telemetry::parse::grafana;

/// How long each question may take: this explains a failure, and must not become a wait of its own.
const PATIENCE: Duration = Duration::from_secs(3);

/// Somebody who is not Tempo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongServer {
    /// Prometheus, or what answers as it does.
    Prometheus,
    /// Grafana.
    Grafana,
    /// A gateway that finds nobody behind it: 502, 503 or 504.
    Gateway(u16),
    /// Somebody who leads elsewhere, as to a login page: where to.
    Redirects(String),
    /// A server of TLS that was asked in plain text.
    Tls,
    /// Another server.
    Other,
}

/// Who answered so that this failure came of it. `None` where it is Tempo, where that cannot be told, and where nobody
/// answered at all.
pub async fn identify_server(tempo: &TempoClient, failure: &Failure) -> Option<WrongServer> {
    if !is_unlike_tempo(failure) {
        return None;
    }
    let tempo = tempo.with_timeout(PATIENCE);
    let client = tempo.http();
    let Slot::Known { value: echo, .. } = tempo.fetch_echo().await else {
        return None;
    };
    if echo.requires_tls() {
        return Some(WrongServer::Tls);
    }
    match echo.status {
        // 503 in plain text may be Tempo itself, which says why in words of its own.
        502..=504 if echo.is_html() || echo.status != 503 => return Some(WrongServer::Gateway(echo.status)),
        200 if echo.body.trim() == "echo" => return None,
        300..=399 => {
            return Some(WrongServer::Redirects(
                echo.header("location").unwrap_or("nowhere").to_owned(),
            ));
        }
        503 => return None,
        _ => {}
    }
    // Grafana answers this to everybody, and wants a login for the rest.
    let health = GrafanaClient::from_http(client.clone()).fetch_health().await;
    if health.get().is_some_and(grafana::is_health_answer) {
        return Some(WrongServer::Grafana);
    }
    if matches!(echo.status, 401 | 403) {
        return None;
    }
    let build = PrometheusClient::from_http(client.clone()).fetch_build_info().await;
    if build.get().is_some() {
        return Some(WrongServer::Prometheus);
    }
    let ready = tempo.fetch_ready().await;
    let is_ready = ready.get().is_some_and(|answer| answer.body.trim() == "ready");
    (!is_ready).then_some(WrongServer::Other)
}

/// An answer that Tempo would not give.
fn is_unlike_tempo(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Decode | FailureKind::Redirected | FailureKind::Unauthorised => true,
        FailureKind::Http => {
            matches!(failure.status, Some(400 | 404 | 405 | 501..=504)) || failure.detail.starts_with("a web page")
        }
        _ => false,
    }
}
