//! A handshake that fails over a certificate: the server's, which is not believed here, or ours, which is not believed there.

use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{Failure, FailureKind, Finding};
use telemetry::text::quote_shell;

use telemetry::parse::authority::Authority;

/// Whose client is refused: how it is given certificates.
#[derive(Debug, Clone, Copy)]
pub enum CertificateClient<'a> {
    /// Exporters, by OpenTelemetry's environment variables.
    Exporter,
    /// tempoctl, by flags that begin so: nothing, or `prometheus-`.
    Flags(&'a str),
}

/// `tls-cert-untrusted`, where it was a certificate that ended the handshake with `url`.
pub fn find_rejected_certificate(url: &str, failure: &Failure, client: CertificateClient<'_>) -> Option<Finding> {
    let (summary, text, config, flags) = match classify_certificate_failure(failure)? {
        RejectedCertificate::Server => (
            format!("the certificate of {url} is not trusted"),
            "give the client the CA certificate, and use a host name that the server's certificate lists:",
            "OTEL_EXPORTER_OTLP_CERTIFICATE=/etc/ssl/certs/tempo-ca.pem",
            &["ca-cert CA.pem"][..],
        ),
        RejectedCertificate::Client => (
            format!("{url} requires a client certificate, and none that it trusts was sent"),
            "give the client a certificate from the authority that the server names:",
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=/etc/ssl/certs/client.pem\n\
             OTEL_EXPORTER_OTLP_CLIENT_KEY=/etc/ssl/private/client-key.pem",
            &["cert client.pem", "key client-key.pem"][..],
        ),
    };
    let authority = Authority::parse(url).to_string();
    let inspect = format!(
        "openssl s_client -connect {} -showcerts </dev/null",
        quote_shell(&authority)
    );
    let finding = Finding::broken("tls-cert-untrusted", summary).with_remedy(text);
    Some(match client {
        CertificateClient::Exporter => finding.with_config(config).with_command(inspect),
        CertificateClient::Flags(prefix) => {
            let target = resolve_flag_prefix(prefix);
            let flags: Vec<String> = flags.iter().map(|flag| format!("--{prefix}{flag}")).collect();
            finding.with_command(format!(
                "tempoctl doctor --{target}url {} {}\n{inspect}",
                quote_shell(url),
                flags.join(" ")
            ))
        }
    })
}

fn resolve_flag_prefix(prefix: &str) -> &str {
    if prefix.is_empty() { "tempo-" } else { prefix }
}

/// `plain-client-tls-server`, where a server of TLS was asked in plain text. `prefix` is that of the server's flags.
pub fn find_plain_text_request(url: &str, answer: &HttpAnswer, prefix: &str) -> Option<Finding> {
    if !answer.requires_tls() {
        return None;
    }
    let secure = url.replacen("http://", "https://", 1);
    let finding = Finding::broken(
        "plain-client-tls-server",
        format!("{url} expects TLS, but was queried in plain text"),
    );
    Some(
        finding
            .with_remedy("use https in the address, here and everywhere else it is set:")
            .with_command(format!(
                "tempoctl doctor --{}url {}",
                resolve_flag_prefix(prefix),
                quote_shell(&secure)
            )),
    )
}

/// A certificate ended the handshake: there is a server, and it speaks TLS.
pub fn is_certificate_failure(failure: &Failure) -> bool {
    classify_certificate_failure(failure).is_some()
}

enum RejectedCertificate {
    Server,
    Client,
}

/// rustls' words: «invalid peer certificate: …», and alerts by their names (RFC 8446, section 6.2). An alert about a
/// certificate comes from the server, and so is about the client's.
fn classify_certificate_failure(failure: &Failure) -> Option<RejectedCertificate> {
    if failure.kind != FailureKind::Tls {
        return None;
    }
    if failure.is_untrusted() {
        return Some(RejectedCertificate::Server);
    }
    let alert = failure.detail.split("fatal alert: ").nth(1)?;
    let about = [
        "CertificateRequired",
        "BadCertificate",
        "UnknownCA",
        "CertificateUnknown",
        "CertificateExpired",
    ];
    about
        .iter()
        .any(|name| alert.starts_with(name))
        .then_some(RejectedCertificate::Client)
}
