//! Where the sender sends, read as the OTLP exporter specification reads its variables: `…_TRACES_…` wins, the traces
//! endpoint is used verbatim, the general one is a base, and a variable no SDK understands is ignored, with a note.

use std::time::Duration;

use url::Url;

use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::send_report::BodyCompression;
use telemetry::model::time_bounds::check_duration;
use telemetry::parse::duration;
use telemetry::parse::endpoint::{self, AddressDefaults, ServerEndpoint};
use telemetry::parse::parse_error::quote_text;

use super::api::Header;
use super::args::OtlpArgs;
use super::auth::Auth;
use super::error::{ConfigError, ConfigNote};
use super::keys;
use super::origin::{Origin, Sourced};
use super::resolver::SettingResolver;
use super::secret::Secret;
use super::targets::{SettingNames, otlp as names};
use super::tls::TlsSettings;

/// Where the sender sends, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtlpSettings {
    /// The address as it was given, without login.
    pub endpoint: Sourced<Url>,
    /// The exact address that traces are posted to; for gRPC the address of the server.
    pub traces_url: Url,
    /// The transport.
    pub protocol: Sourced<Protocol>,
    /// Headers, or gRPC metadata. A tenant that a header sets here is more exact than [`super::Settings::tenants`].
    pub headers: Vec<Header>,
    /// How TLS is done, where the scheme is https.
    pub tls: TlsSettings,
    /// How long an export may take; zero is without end.
    pub timeout: Sourced<Duration>,
    /// How bodies are packed.
    pub compression: Sourced<BodyCompression>,
    /// A gRPC endpoint without a scheme is plaintext. A scheme always wins.
    pub insecure: Sourced<bool>,
}

/// What a sender shows and whom it trusts, as it was given: admitted for no address yet.
pub(super) struct SenderCredentials {
    headers: Vec<Header>,
    tls: TlsSettings,
}

/// Tempo's own receiver behind a collector. It has no credentials of its own: it gets the sender's where they may go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TempoReceiver {
    /// Its address.
    pub endpoint: Sourced<Url>,
    /// The sender's headers, admitted for this address.
    pub headers: Vec<Header>,
    /// The sender's certificates, admitted for this address.
    pub tls: TlsSettings,
}

impl TempoReceiver {
    pub(super) fn resolve(
        layers: &mut SettingResolver<'_>,
        args: &OtlpArgs,
        protocol: Protocol,
        credentials: SenderCredentials,
    ) -> Option<TempoReceiver> {
        let assume = AddressDefaults {
            scheme: "http",
            port: Some(protocol.default_port()),
        };
        let text = layers.text(
            args.tempo_otlp_endpoint.as_ref().map(Secret::expose),
            &names::TEMPO_RECEIVER,
        );
        let endpoint = layers.address(text, assume, choose_default_endpoint(protocol))?;
        if endpoint.value.login.is_some() {
            layers.note(ConfigNote::new(
                endpoint.origin.place(),
                "its login is ignored: only the sender's own login is sent",
            ));
        }
        let SenderCredentials { mut headers, mut tls } = credentials;
        let mut admits = |origin: &Origin| layers.admits_for("Tempo's own receiver", &endpoint.origin, origin);
        headers.retain(|header| admits(&header.origin));
        tls.ca_cert = tls.ca_cert.filter(|pem| admits(&pem.origin));
        if tls.key.as_ref().is_some_and(|key| !admits(&key.origin)) {
            tls.key = None;
            tls.cert = None;
        }
        Some(TempoReceiver {
            endpoint: endpoint.map(|endpoint| endpoint.url),
            headers,
            tls,
        })
    }
}

impl OtlpSettings {
    /// The receiver, and everything that was given for it, whether it may go there or not.
    pub(super) fn resolve(
        layers: &mut SettingResolver<'_>,
        args: &OtlpArgs,
    ) -> (Option<OtlpSettings>, SenderCredentials) {
        let mut protocol = resolve_protocol(layers, args.otlp_protocol.as_deref());
        let given = layers.given(args.otlp_endpoint.as_ref().map(Secret::expose), &names::ENDPOINT);
        let published = |protocol| layers.compose_defaults.otlp_endpoint(protocol);
        // A project that publishes gRPC alone is sent gRPC.
        if given.is_none()
            && protocol.origin == Origin::Default
            && published(protocol.value).is_none()
            && let Some(grpc) = published(Protocol::Grpc)
        {
            protocol = Sourced::new(Protocol::Grpc, grpc.origin);
        }
        let text = given.or_else(|| published(protocol.value));
        let text = text.unwrap_or_else(|| Sourced::default_of(Secret::new(choose_default_endpoint(protocol.value))));
        let origin = text.origin.clone();
        let mut insecure = resolve_insecure(layers, args.otlp_insecure);
        if !layers.admits_trust(&origin, &insecure.origin) {
            insecure = Sourced::default_of(false);
        }
        let endpoint = resolve_endpoint(layers, text, protocol.value, insecure.value);
        let mut given = SenderCredentials {
            headers: layers.headers(&args.otlp_headers, &names::HEADERS),
            tls: TlsSettings::read(layers, &args.tls(), &names::TLS),
        };
        let mut headers = given.headers.clone();
        headers.retain(|header| layers.admits_secret(&origin, &header.origin));
        let tls = given.tls.clone().admitted(layers, &origin);
        let timeout = resolve_timeout(layers);
        let compression = resolve_compression(layers);
        let Some(endpoint) = endpoint else {
            return (None, given);
        };
        if let Some(header) = build_login_header(&endpoint) {
            for headers in [&mut headers, &mut given.headers] {
                if !Header::contains(headers, &header.name) {
                    headers.push(header.clone());
                }
            }
        }
        let traces_url = build_traces_url(layers, &endpoint, protocol.value);
        let otlp = OtlpSettings {
            endpoint: endpoint.map(|endpoint| endpoint.url),
            traces_url,
            protocol,
            headers,
            tls,
            timeout,
            compression,
            insecure,
        };
        (Some(otlp), given)
    }
}

fn resolve_endpoint(
    layers: &mut SettingResolver<'_>,
    mut text: Sourced<Secret>,
    protocol: Protocol,
    insecure: bool,
) -> Option<Sourced<ServerEndpoint>> {
    let from_sdk = matches!(text.origin, Origin::Env(_));
    let assume = AddressDefaults {
        scheme: if from_sdk && protocol == Protocol::Grpc && !insecure {
            "https"
        } else {
            "http"
        },
        port: (!from_sdk).then(|| protocol.default_port()),
    };
    // gRPC clients also take the name of a resolver in front.
    if protocol == Protocol::Grpc
        && let Some(target) = text.value.expose().strip_prefix("dns:///")
    {
        text.value = Secret::new(target);
    }
    let endpoint = layers.address(Some(text), assume, choose_default_endpoint(protocol))?;
    let mut note = |message: &str| layers.notes.push(ConfigNote::new(endpoint.origin.place(), message));
    if from_sdk && endpoint.value.query_dropped {
        note("the query is dropped: exporters need not honour it");
    }
    if from_sdk && protocol != Protocol::Grpc && endpoint.value.scheme_assumed {
        note("has no scheme: read as http://, but not every SDK does so");
    }
    Some(endpoint)
}

/// The address that a sender uses to which nobody gave one.
fn choose_default_endpoint(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Grpc => "http://localhost:4317",
        Protocol::HttpProtobuf | Protocol::HttpJson => "http://localhost:4318",
    }
}

/// The exact address for traces.
fn build_traces_url(layers: &mut SettingResolver<'_>, endpoint: &Sourced<ServerEndpoint>, protocol: Protocol) -> Url {
    let ServerEndpoint { url, verbatim, .. } = &endpoint.value;
    if protocol == Protocol::Grpc {
        if !matches!(verbatim.path(), "" | "/") {
            layers.notes.push(ConfigNote::new(
                endpoint.origin.place(),
                "gRPC uses no path: everything after the host is ignored",
            ));
        }
        return endpoint::replace_url_path(url, "/");
    }
    let ends_so = url.path().ends_with(OTLP_TRACES);
    match &endpoint.origin {
        Origin::Env(names::TRACES_ENDPOINT) => verbatim.clone(),
        Origin::Env(name) => {
            if ends_so {
                let message = format!(
                    "is a base URL, so SDKs append /{OTLP_TRACES} again; {} is used verbatim",
                    names::TRACES_ENDPOINT
                );
                layers.notes.push(ConfigNote::new(*name, message));
            }
            endpoint::join_url_path(url, OTLP_TRACES)
        }
        _ if ends_so => url.clone(),
        _ => endpoint::join_url_path(url, OTLP_TRACES),
    }
}

/// A login in the address goes out as a header.
fn build_login_header(endpoint: &Sourced<ServerEndpoint>) -> Option<Header> {
    let login = endpoint.value.login.as_ref()?;
    let auth = Auth::Basic {
        user: Secret::new(&login.user),
        password: Secret::new(&login.password),
        origin: endpoint.origin.clone(),
    };
    Some(Header::new(
        "Authorization",
        auth.header_value()?,
        endpoint.origin.clone(),
    ))
}

fn resolve_protocol(layers: &mut SettingResolver<'_>, flag: Option<&str>) -> Sourced<Protocol> {
    if let Some(text) = flag {
        let origin = Origin::Flag(names::PROTOCOL.flag);
        match keys::parse_protocol(text) {
            Ok(protocol) => return Sourced::new(protocol, origin),
            Err((why, meant)) => {
                layers
                    .errors
                    .push(ConfigError::new(origin.place(), why).advising(origin.assigning(meant)));
            }
        }
    }
    let read = |text: &str| keys::parse_protocol(text).map_err(|(why, _)| why);
    let in_file = |text: &str| read(text).ok();
    resolve_as_sdk(layers, &names::PROTOCOL, read, in_file, Protocol::HttpProtobuf)
}

fn resolve_insecure(layers: &mut SettingResolver<'_>, flag: bool) -> Sourced<bool> {
    if flag {
        return Sourced::new(true, Origin::Flag(names::INSECURE.flag));
    }
    let read = |text: &str| match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{} is not true or false", quote_text(text))),
    };
    if let Some(insecure) = read_first_understood(layers, names::INSECURE.env, read) {
        return insecure;
    }
    layers.switch(
        false,
        &SettingNames {
            env: &[],
            ..names::INSECURE
        },
    )
}

fn resolve_timeout(layers: &mut SettingResolver<'_>) -> Sourced<Duration> {
    let read = |text: &str| {
        let milliseconds = text
            .parse()
            .map_err(|_| format!("{} is not a number of milliseconds", quote_text(text)))?;
        check_duration(Duration::from_millis(milliseconds)).map_err(|why| format!("{} {why}", quote_text(text)))
    };
    let in_file = |text: &str| duration::parse_duration(text).ok();
    resolve_as_sdk(layers, &names::TIMEOUT, read, in_file, Duration::from_secs(10))
}

fn resolve_compression(layers: &mut SettingResolver<'_>) -> Sourced<BodyCompression> {
    let read = keys::parse_compression;
    let in_file = |text: &str| read(text).ok();
    resolve_as_sdk(layers, &names::COMPRESSION, read, in_file, BodyCompression::None)
}

/// A setting from a variable as SDKs read it, else from the file.
fn resolve_as_sdk<T>(
    layers: &mut SettingResolver<'_>,
    setting: &SettingNames,
    read: impl Fn(&str) -> Result<T, String>,
    in_file: impl Fn(&str) -> Option<T>,
    default: T,
) -> Sourced<T> {
    if let Some(found) = read_first_understood(layers, setting.env, read) {
        return found;
    }
    let from_file = layers.file_text(setting);
    let from_file = from_file.and_then(|text| Some(Sourced::new(in_file(text.value.expose())?, text.origin)));
    from_file.unwrap_or_else(|| Sourced::default_of(default))
}

/// The first variable whose value an SDK understands. The others are ignored with a note, as the specification asks.
fn read_first_understood<T>(
    layers: &mut SettingResolver<'_>,
    variables: &[&'static str],
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<Sourced<T>> {
    for name in variables {
        let Some(text) = layers.env.get(name) else { continue };
        match read(text) {
            Ok(value) => return Some(Sourced::new(value, Origin::Env(name))),
            Err(why) => layers
                .notes
                .push(ConfigNote::new(*name, format!("{why}; ignored, as SDKs do"))),
        }
    }
    None
}

#[cfg(test)]
#[path = "otlp_tests.rs"]
mod tests;
