//! TLS between Tempo's own components: one side of an internal gRPC connection uses it, the other does not.

use telemetry::model::Finding;

use super::EvidenceView;
use super::receiver::push_refusal::INTERNAL_TLS;

/// The certificate of Tempo's internal gRPC server (grafana/dskit: server/server.go).
const SERVER: &str = "server.grpc_tls_config.cert_file";

/// The clients of it that are used in every installation (grafana/tempo v2.10.8 and v3.0.3: cmd/tempo/app/config.go).
const QUERIER_WORKER: &str = "querier.frontend_worker";
const CLIENTS_2: [&str; 3] = [QUERIER_WORKER, "ingester_client", "metrics_generator_client"];
const CLIENTS_3: [&str; 3] = [QUERIER_WORKER, "live_store_client", "backend_scheduler_client"];

/// What is wrong between the two sides.
enum TlsMismatch {
    PlainClient,
    PlainServer,
    Untrusted,
}

/// The finding with the remedy that TLS needs, where the configuration or Tempo's own words say that TLS is what fails.
pub fn explain_internal_tls(view: &EvidenceView<'_>, finding: Finding) -> Finding {
    let text: String = finding
        .evidence
        .iter()
        .map(|line| line.value.to_lowercase() + "\n")
        .collect();
    let config = view.config().get();
    // Only 2.x has ingesters; a single binary of 3.x pushes to itself without gRPC.
    let is_2 = match config {
        Some(config) => config.at("ingester_client").is_some(),
        None => finding.cause == INTERNAL_TLS || text.contains("ingesters"),
    };
    let clients = if is_2 { CLIENTS_2 } else { CLIENTS_3 };
    let client = match finding.cause {
        "frontend-no-queriers" => QUERIER_WORKER,
        "gen-push-failing" => "metrics_generator_client",
        _ if text.contains("generator") => "metrics_generator_client",
        _ => clients[1],
    };
    let is_set = |path: &str| {
        config
            .and_then(|config| config.text(path))
            .map(|value| !value.is_empty())
    };
    let uses_tls =
        |client: &str| config.and_then(|config| config.flag(&format!("{client}.grpc_client_config.tls_enabled")));
    let mismatch = match (is_set(SERVER), uses_tls(client)) {
        (Some(true), Some(false)) => TlsMismatch::PlainClient,
        (Some(false), Some(true)) => TlsMismatch::PlainServer,
        (Some(true), Some(true)) if text.contains("x509") || text.contains("tls: ") => TlsMismatch::Untrusted,
        (None, _) | (_, None) if text.contains("error reading server preface") => TlsMismatch::PlainClient,
        (None, _) | (_, None) if text.contains("first record does not look like a tls handshake") => {
            TlsMismatch::PlainServer
        }
        _ => return finding,
    };
    let plain = clients
        .into_iter()
        .filter(|one| *one == client || uses_tls(one) == Some(false));
    let concerned: Vec<&str> = match mismatch {
        TlsMismatch::PlainClient => plain.collect(),
        _ => vec![client],
    };
    let names = concerned
        .iter()
        .map(|one| format!("`{one}.grpc_client_config`"))
        .collect::<Vec<_>>()
        .join(", ");
    let (text, settings): (String, &[&str]) = match mismatch {
        TlsMismatch::PlainClient => (
            format!(
                "Tempo's internal gRPC server requires TLS (`server.grpc_tls_config`), but its clients use plain text. Set `tls_enabled` in {names} of every component; `tls_server_name` is a name in the certificate."
            ),
            &[
                "tls_enabled: true",
                "tls_ca_path: /etc/tempo/tls/ca.crt",
                "tls_server_name: tempo.example.org",
            ],
        ),
        TlsMismatch::PlainServer => (
            format!(
                "{names} uses TLS, but Tempo's internal gRPC server has no certificate. Set `tls_enabled: false`, or give every component `server.grpc_tls_config`."
            ),
            &["tls_enabled: false"],
        ),
        TlsMismatch::Untrusted => (
            format!(
                "The TLS handshake between Tempo's components fails. In {names}, set `tls_ca_path` to the authority of the server's certificate, `tls_server_name` to a name in it, and a client certificate if `client_auth_type` requires one."
            ),
            &[
                "tls_enabled: true",
                "tls_ca_path: /etc/tempo/tls/ca.crt",
                "tls_server_name: tempo.example.org",
            ],
        ),
    };
    let mut finding = finding
        .with_remedy(text)
        .with_config(render_blocks(&concerned, settings));
    if let Some(set) = is_set(SERVER) {
        finding = finding.with_evidence("GET /status/config", SERVER, if set { "set" } else { "not set" });
    }
    for one in concerned {
        if let Some(on) = uses_tls(one) {
            finding = finding.with_evidence(
                "GET /status/config",
                format!("{one}.grpc_client_config.tls_enabled"),
                on,
            );
        }
    }
    finding
}

fn render_blocks(clients: &[&str], settings: &[&str]) -> String {
    let mut yaml = "# tempo.yaml".to_owned();
    for client in clients {
        let mut indent = String::new();
        for key in client.split('.').chain(["grpc_client_config"]) {
            yaml.push_str(&format!("\n{indent}{key}:"));
            indent.push_str("  ");
        }
        for setting in settings {
            yaml.push_str(&format!("\n{indent}{setting}"));
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use telemetry::model::Slot;
    use telemetry::model::evidence::Evidence;
    use telemetry::model::tempo::ConfigTree;

    use super::*;

    fn explain(config: Option<serde_json::Value>, cause: &'static str, answer: &str) -> Finding {
        let mut evidence = Evidence::default();
        if let Some(config) = config {
            evidence.tempo.config = Slot::known(ConfigTree(config), 1);
        }
        let finding = Finding::broken(cause, "x").with_evidence("Tempo's answer", "GET /api/x", answer);
        explain_internal_tls(&EvidenceView::new(&evidence), finding)
    }

    fn settings(server: &str, worker: bool, live_store: bool) -> Option<serde_json::Value> {
        let client = |on: bool| serde_json::json!({"grpc_client_config": {"tls_enabled": on}});
        Some(serde_json::json!({
            "server": {"grpc_tls_config": {"cert_file": server}},
            "querier": {"frontend_worker": client(worker)},
            "live_store_client": client(live_store),
        }))
    }

    #[test]
    fn the_clients_that_use_plain_text_are_named() {
        let finding = explain(settings("t.crt", true, false), "querier-cannot-reach-recent", "EOF");
        let remedy = finding.remedy.expect("a remedy");
        assert_eq!(
            remedy
                .config
                .as_deref()
                .map(|config| config.lines().take(4).collect::<Vec<_>>()),
            Some(vec![
                "# tempo.yaml",
                "live_store_client:",
                "  grpc_client_config:",
                "    tls_enabled: true"
            ])
        );
        assert!(!remedy.text.contains(QUERIER_WORKER), "{}", remedy.text);
        let both = explain(settings("t.crt", false, false), "frontend-no-queriers", "503");
        assert!(
            both.remedy
                .is_some_and(|remedy| remedy.text.contains("live_store_client"))
        );
    }

    #[test]
    fn where_the_configuration_is_closed_the_error_tells() {
        let preface = "connection error: desc = \"error reading server preface: EOF\"";
        assert!(explain(None, "querier-cannot-reach-recent", preface).remedy.is_some());
        assert!(
            explain(None, "querier-cannot-reach-recent", "connection refused")
                .remedy
                .is_none()
        );
    }

    #[test]
    fn what_agrees_is_left_alone() {
        for (server, on) in [("", false), ("t.crt", true)] {
            assert!(
                explain(settings(server, on, on), "frontend-no-queriers", "503")
                    .remedy
                    .is_none()
            );
        }
        let untrusted = explain(
            settings("t.crt", true, true),
            "querier-cannot-reach-recent",
            "x509: unknown authority",
        );
        assert!(
            untrusted
                .remedy
                .is_some_and(|remedy| remedy.text.contains("tls_ca_path"))
        );
    }
}
