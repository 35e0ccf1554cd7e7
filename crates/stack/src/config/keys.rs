//! The keys a context may have, and what each takes.

use telemetry::model::marker::Protocol;
use telemetry::model::send_report::BodyCompression;
use telemetry::parse::endpoint::{self, AddressDefaults};
use telemetry::parse::{duration, find_nearest};

use super::targets::{COLLECTOR, NO_PROXY, SettingNames, TARGETS, TEMPO, TargetNames, TlsNames, otlp};

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

/// Every key of a context with what it takes: the same settings that have flags and variables.
pub(super) fn list_keys() -> impl Iterator<Item = (&'static str, KeyKind)> {
    let sender = [
        (otlp::ENDPOINT, Address),
        (otlp::PROTOCOL, KeyKind::Protocol),
        (otlp::HEADERS, Headers),
        (otlp::INSECURE, Switch),
        (otlp::TIMEOUT, KeyKind::Duration),
        (otlp::COMPRESSION, KeyKind::Compression),
        (otlp::TEMPO_RECEIVER, Address),
    ];
    let others = [(COLLECTOR.url, Address), (NO_PROXY, Switch)];
    TARGETS
        .into_iter()
        .flat_map(list_target_keys)
        .chain(sender)
        .chain(list_tls_keys(&otlp::TLS))
        .chain(others)
        .map(|(setting, kind)| (setting.key, kind))
        .filter(|(key, _)| !key.is_empty())
}

fn list_target_keys(target: &TargetNames) -> impl Iterator<Item = (SettingNames, KeyKind)> + use<> {
    // Tempo alone is asked for several tenants.
    let org_id = if target.name == TEMPO.name { Tenants } else { Tenant };
    let own = [
        (target.url, Address),
        (target.org_id, org_id),
        (target.headers, Headers),
        (target.token_file, SecretFile),
        (target.user, Text),
        (target.password_file, SecretFile),
    ];
    own.into_iter().chain(list_tls_keys(&target.tls))
}

fn list_tls_keys(tls: &TlsNames) -> [(SettingNames, KeyKind); 4] {
    [
        (tls.ca_cert, File),
        (tls.cert, SecretFile),
        (tls.key, SecretFile),
        (tls.skip_verify, Switch),
    ]
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
