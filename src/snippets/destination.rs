//! Where the code sends, in the words that templates use.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use url::Url;

use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::OTLP_TRACES;

use super::Snippet;

/// What a value of `OTEL_EXPORTER_OTLP_HEADERS` may hold as it is: the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const TENANT_HEADER: &str = "X-Scope-OrgID";

/// Where a sender sends, without a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetDestination {
    /// `service.name`; none is the snippet's own.
    pub service: Option<String>,
    /// The transport.
    pub protocol: Protocol,
    /// The exact address for traces; for gRPC the server's.
    pub traces_url: Url,
    /// The tenant, sent as `X-Scope-OrgID`.
    pub tenant: Option<String>,
    /// Names of the headers whose values are secrets.
    pub secret_headers: Vec<String>,
    /// Bodies are packed with gzip.
    pub gzip: bool,
    /// Paths of TLS files.
    pub tls: TlsPaths,
}

/// Paths of TLS files, where they are set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsPaths {
    /// Authorities to trust.
    pub ca_cert: Option<String>,
    /// The client's certificate.
    pub cert: Option<String>,
    /// Its key.
    pub key: Option<String>,
}

/// A variable of the environment.
#[derive(Debug, Serialize)]
struct EnvironmentVariable {
    name: &'static str,
    value: String,
}

/// A header whose value is a secret, and the variable that a collector reads it from.
#[derive(Debug, Serialize)]
struct SecretHeader {
    name: String,
    variable: String,
}

/// What a template may ask for.
#[derive(Debug, Serialize)]
pub(super) struct TemplateContext {
    /// The variables that an SDK reads.
    variables: Vec<EnvironmentVariable>,
    service: String,
    protocol: &'static str,
    /// The same for SDKs that know no JSON.
    sdk_protocol: &'static str,
    grpc: bool,
    tls: bool,
    traces_url: String,
    /// The address of the server alone.
    base: String,
    host_port: String,
    /// OTLP/HTTP, whatever the protocol: browsers speak nothing else.
    browser_url: String,
    tenant: Option<String>,
    /// The names of secret headers, in one phrase; empty where there is none.
    secrets: String,
    /// What `OTEL_EXPORTER_OTLP_HEADERS` looks like with them.
    secret_headers: String,
    secret_names: Vec<SecretHeader>,
    ca_cert: Option<String>,
    cert: Option<String>,
    key: Option<String>,
    python_exporter: &'static str,
}

impl SnippetDestination {
    pub(super) fn context(&self, snippet: &Snippet) -> TemplateContext {
        let grpc = self.protocol == Protocol::Grpc;
        let service = self.service.clone().unwrap_or_else(|| snippet.service.to_owned());
        TemplateContext {
            variables: self.variables(&service),
            protocol: self.protocol.name(),
            sdk_protocol: if grpc { "grpc" } else { "http/protobuf" },
            grpc,
            tls: self.traces_url.scheme() == "https",
            traces_url: self.address(),
            base: strip_path(&self.traces_url),
            host_port: format_host_port(&self.traces_url),
            browser_url: build_browser_url(&self.traces_url, grpc),
            tenant: self.tenant.clone(),
            secrets: self.secret_headers.join(", "),
            secret_headers: self.headers("VALUE").join(","),
            secret_names: self
                .secret_headers
                .iter()
                .map(|name| build_secret_header(name))
                .collect(),
            ca_cert: self.tls.ca_cert.clone(),
            cert: self.tls.cert.clone(),
            key: self.tls.key.clone(),
            python_exporter: match grpc {
                true => "opentelemetry-exporter-otlp-proto-grpc",
                false => "opentelemetry-exporter-otlp-proto-http",
            },
            service,
        }
    }

    /// The address as SDKs take it: gRPC's has no path.
    fn address(&self) -> String {
        match self.protocol {
            Protocol::Grpc => strip_path(&self.traces_url),
            Protocol::HttpProtobuf | Protocol::HttpJson => self.traces_url.to_string(),
        }
    }

    /// The general variable is a base to which SDKs append the path; an address of another form is given verbatim.
    fn variables(&self, service: &str) -> Vec<EnvironmentVariable> {
        let address = self.address();
        let (name, value) = match address.strip_suffix(OTLP_TRACES) {
            _ if self.protocol == Protocol::Grpc => ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
            Some(base) => ("OTEL_EXPORTER_OTLP_ENDPOINT", base.trim_end_matches('/').to_owned()),
            None => ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address),
        };
        let of = |name, value: &Option<String>| value.clone().map(|value| EnvironmentVariable { name, value });
        let headers = self.headers("");
        let headers = (self.secret_headers.is_empty() && !headers.is_empty()).then(|| headers.join(","));
        let service = EnvironmentVariable {
            name: "OTEL_SERVICE_NAME",
            value: service.to_owned(),
        };
        [
            Some(service),
            Some(EnvironmentVariable { name, value }),
            of("OTEL_EXPORTER_OTLP_HEADERS", &headers),
            self.gzip.then(|| EnvironmentVariable {
                name: "OTEL_EXPORTER_OTLP_COMPRESSION",
                value: "gzip".to_owned(),
            }),
            of("OTEL_EXPORTER_OTLP_CERTIFICATE", &self.tls.ca_cert),
            of("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", &self.tls.cert),
            of("OTEL_EXPORTER_OTLP_CLIENT_KEY", &self.tls.key),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// `NAME=VALUE` as the variable takes them, `stand_in` where a value is secret.
    fn headers(&self, stand_in: &str) -> Vec<String> {
        let secret = self.secret_headers.iter().map(|name| format!("{name}={stand_in}"));
        let tenant = self
            .tenant
            .iter()
            .map(|tenant| format!("{TENANT_HEADER}={}", utf8_percent_encode(tenant, ENCODED)));
        secret.chain(tenant).collect()
    }
}

fn build_secret_header(name: &str) -> SecretHeader {
    let upper = name.to_ascii_uppercase();
    let shout: String = upper
        .chars()
        .map(|each| if each.is_ascii_alphanumeric() { each } else { '_' })
        .collect();
    SecretHeader {
        name: name.to_owned(),
        variable: format!("OTLP_{shout}"),
    }
}

fn strip_path(url: &Url) -> String {
    url[..url::Position::BeforePath].to_owned()
}

fn format_host_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or("localhost");
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Where a page on the same host would send: next to the usual gRPC port is the usual HTTP port.
fn build_browser_url(url: &Url, grpc: bool) -> String {
    if !grpc {
        return url.to_string();
    }
    let mut url = url.clone();
    if url.port() == Some(Protocol::Grpc.default_port()) {
        let _ = url.set_port(Some(Protocol::HttpProtobuf.default_port()));
    }
    url.set_path(OTLP_TRACES);
    url.to_string()
}
