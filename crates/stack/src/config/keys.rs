//! The keys a context may have, and what each takes.

use telemetry::model::marker::Protocol;
use telemetry::model::send_report::BodyCompression;
use telemetry::parse::endpoint::{self, AddressDefaults};
use telemetry::parse::{duration, find_nearest};

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Address,
    Text,
    /// One tenant: a text or a number.
    Tenant,
    /// One tenant or a list of them.
    Tenants,
    Switch,
    File,
    /// A file whose content is a credential, or goes with one.
    SecretFile,
    Headers,
    Protocol,
    Duration,
    Compression,
}

use KeyKind::{Address, File, Headers, SecretFile, Switch, Tenant, Tenants, Text};

/// Every key of a context.
pub(super) const KEYS: [(&str, KeyKind); 50] = [
    ("tempo_url", Address),
    ("org_id", Tenants),
    ("headers", Headers),
    ("tempo_token_file", SecretFile),
    ("tempo_username", Text),
    ("tempo_password_file", SecretFile),
    ("ca_cert", File),
    ("cert", SecretFile),
    ("key", SecretFile),
    ("tls_skip_verify", Switch),
    ("otlp_endpoint", Address),
    ("otlp_protocol", KeyKind::Protocol),
    ("otlp_headers", Headers),
    ("otlp_insecure", Switch),
    ("otlp_timeout", KeyKind::Duration),
    ("otlp_compression", KeyKind::Compression),
    ("otlp_ca_cert", File),
    ("otlp_cert", SecretFile),
    ("otlp_key", SecretFile),
    ("tempo_otlp_endpoint", Address),
    ("prometheus_url", Address),
    ("prometheus_org_id", Tenant),
    ("prometheus_headers", Headers),
    ("prometheus_token_file", SecretFile),
    ("prometheus_username", Text),
    ("prometheus_password_file", SecretFile),
    ("prometheus_ca_cert", File),
    ("prometheus_cert", SecretFile),
    ("prometheus_key", SecretFile),
    ("prometheus_tls_skip_verify", Switch),
    ("grafana_url", Address),
    ("grafana_org_id", Tenant),
    ("grafana_headers", Headers),
    ("grafana_token_file", SecretFile),
    ("grafana_username", Text),
    ("grafana_password_file", SecretFile),
    ("grafana_ca_cert", File),
    ("grafana_cert", SecretFile),
    ("grafana_key", SecretFile),
    ("grafana_tls_skip_verify", Switch),
    ("loki_url", Address),
    ("loki_org_id", Tenant),
    ("loki_headers", Headers),
    ("loki_token_file", SecretFile),
    ("loki_username", Text),
    ("loki_password_file", SecretFile),
    ("loki_ca_cert", File),
    ("loki_cert", SecretFile),
    ("loki_key", SecretFile),
    ("loki_tls_skip_verify", Switch),
];

/// Keys without a family of their own.
const OTHERS: [(&str, KeyKind); 2] = [("collector_metrics_url", Address), ("no_proxy", Switch)];

/// Every key with what it takes.
pub(super) fn list_keys() -> impl Iterator<Item = (&'static str, KeyKind)> {
    KEYS.into_iter().chain(OTHERS)
}

/// The key of that name.
pub(super) fn find_key(name: &str) -> Option<(&'static str, KeyKind)> {
    list_keys().find(|(key, _)| *key == name)
}

impl KeyKind {
    /// What the key takes, in words: `… takes a text`.
    pub(super) fn wants(self) -> &'static str {
        match self {
            KeyKind::Address | KeyKind::Text | KeyKind::File | KeyKind::SecretFile => "a string",
            KeyKind::Protocol | KeyKind::Duration | KeyKind::Compression => "a string",
            KeyKind::Tenant => "a string or a number",
            KeyKind::Tenants => "a string or a list of strings",
            KeyKind::Switch => "true or false",
            KeyKind::Headers => "a table of strings",
        }
    }

    /// A value that would do.
    pub(super) fn example(self) -> &'static str {
        match self {
            KeyKind::Address => "\"http://localhost:3200\"",
            KeyKind::Text => "\"name\"",
            KeyKind::Tenant | KeyKind::Tenants => "\"team-a\"",
            KeyKind::Switch => "true",
            KeyKind::File | KeyKind::SecretFile => "\"/path/to/file\"",
            KeyKind::Headers => "{ \"X-Name\" = \"value\" }",
            KeyKind::Protocol => "\"http/protobuf\"",
            KeyKind::Duration => "\"10s\"",
            KeyKind::Compression => "\"gzip\"",
        }
    }

    /// Checks a text; what is wrong comes with a value that would do.
    pub(super) fn check(self, text: &str) -> Result<(), (String, String)> {
        let example = || self.example().to_owned();
        match self {
            _ if text.trim().is_empty() => Err(("is empty".to_owned(), example())),
            KeyKind::Address => {
                let endpoint = endpoint::parse_endpoint(text, AddressDefaults::HTTP).map_err(|refused| {
                    let suggestion = refused.suggestion.map_or_else(example, |text| format!("{text:?}"));
                    (refused.message, suggestion)
                })?;
                if endpoint.query_dropped {
                    return Err((QUERY.to_owned(), format!("{:?}", endpoint::format_url(&endpoint.url))));
                }
                Ok(())
            }
            KeyKind::Protocol => parse_protocol(text)
                .map(|_| ())
                .map_err(|(why, name)| (why, format!("{name:?}"))),
            KeyKind::Compression => parse_compression(text).map(|_| ()).map_err(|why| (why, example())),
            KeyKind::Duration => duration::parse_duration(text).map(|_| ()).map_err(|refused| {
                let suggestion = refused.suggestion.map_or_else(example, |text| format!("{text:?}"));
                (refused.message, suggestion)
            }),
            _ => Ok(()),
        }
    }
}

/// What is wrong with an address that has a query.
pub(super) const QUERY: &str = "the address must have no query: everything after '?' or '#' would be lost";

/// The protocol of that name; otherwise what is wrong, and the name that was meant.
pub(super) fn parse_protocol(text: &str) -> Result<Protocol, (String, &'static str)> {
    const NAMES: [&str; 3] = ["grpc", "http/protobuf", "http/json"];
    Protocol::from_name(text.trim()).ok_or_else(|| {
        let meant = find_nearest(text, NAMES).unwrap_or("http/protobuf");
        let quoted = telemetry::parse::parse_error::quote_text(text);
        (format!("{quoted} is not one of grpc, http/protobuf, http/json"), meant)
    })
}

/// The compression of that name, or what is wrong.
pub(super) fn parse_compression(text: &str) -> Result<BodyCompression, String> {
    match text.trim() {
        "gzip" => Ok(BodyCompression::Gzip),
        "none" => Ok(BodyCompression::None),
        other => Err(format!(
            "{} is not gzip or none",
            telemetry::parse::parse_error::quote_text(other)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::targets::{COLLECTOR, NO_PROXY, SettingNames, TARGETS, TlsNames, otlp};
    use super::*;
    use std::collections::BTreeSet;

    fn tls(names: &TlsNames) -> [SettingNames; 4] {
        [names.ca_cert, names.cert, names.key, names.skip_verify]
    }

    #[test]
    fn every_setting_with_a_key_is_here_and_nothing_else() {
        let mut settings = vec![
            COLLECTOR.url,
            NO_PROXY,
            otlp::ENDPOINT,
            otlp::PROTOCOL,
            otlp::HEADERS,
            otlp::INSECURE,
            otlp::TIMEOUT,
            otlp::COMPRESSION,
            otlp::TEMPO_RECEIVER,
        ];
        settings.extend(tls(&otlp::TLS));
        for target in TARGETS {
            settings.extend([
                target.url,
                target.headers,
                target.org_id,
                target.token_file,
                target.user,
                target.password_file,
            ]);
            settings.extend(tls(&target.tls));
        }
        let used: BTreeSet<&str> = settings
            .iter()
            .map(|setting| setting.key)
            .filter(|key| !key.is_empty())
            .collect();
        let known: BTreeSet<&str> = list_keys().map(|(key, _)| key).collect();
        assert_eq!(used, known);
    }
}
