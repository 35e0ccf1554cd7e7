//! The clients of one run, made from settings before anything is sent.

use std::sync::Arc;
use std::time::Duration;

use crate::clients::connect::Redact;
use crate::clients::export::ExportClient;
use crate::clients::http::BuildError;
use crate::clients::{CollectorClient, ConnectOptions, GrafanaClient, PrometheusClient, TempoClient, TlsFiles};
use crate::config::{
    ApiTarget, Header, Origin, OtlpSettings, PemFile, Secret, Server, Settings, Sourced, TENANT_HEADER, TlsSettings,
};
use telemetry::model::collector::ReceiverEndpoint;
use telemetry::model::evidence::{ShortDeadline, TargetAddress, TargetAddresses};
use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::{OTLP_TRACES, add_traces_path};
use telemetry::model::send_report::{BodyCompression, TraceProtocol};

/// How long one question may take, in a run that may take `whole`.
pub fn limit_question(whole: Duration) -> Duration {
    let third = whole.checked_div(3).unwrap_or_default();
    third.clamp(Duration::from_millis(500), Duration::from_secs(10))
}

/// The servers of one installation: a client for each, and where they are. Read directly or through Grafana, it is the same.
pub struct Stack {
    /// Tempo.
    pub tempo: TempoClient,
    /// Prometheus.
    pub prometheus: PrometheusClient,
    /// Grafana.
    pub grafana: GrafanaClient,
    /// Somebody gave credentials for Grafana.
    pub grafana_login: bool,
    /// The receiver.
    pub otlp: ExportClient,
    /// Somebody gave its address.
    pub receiver_given: bool,
    /// The collector whose metrics were given, and where they are.
    pub collector: Option<(CollectorClient, TargetAddress)>,
    /// Tempo's receiver behind the collector, where given.
    pub tempo_otlp: Option<TempoOtlp>,
    /// Where all of these are.
    pub targets: TargetAddresses,
    /// The tenants that were given.
    pub tenants: Vec<String>,
    /// A Grafana was given, and no address of Tempo.
    pub only_grafana_given: bool,
    /// The data source of Grafana that Tempo is read through.
    pub source: Option<String>,
    /// What is to be said of the settings: proxies, tenants.
    pub notes: Vec<String>,
    /// Masks every secret of this run.
    pub redact: Redact,
}

/// Tempo's own receiver, and how it is reached: with what of the sender's credentials was admitted for its address.
#[derive(Clone)]
pub struct TempoOtlp {
    /// Where it is.
    pub behind: ReceiverEndpoint,
    /// How it is reached.
    pub connect: ConnectOptions,
}

impl Stack {
    /// Clients for these settings; each question may take `deadline`. Fails where a certificate or header cannot be used.
    pub fn new(settings: &Settings, deadline: Duration) -> Result<Self, BuildError> {
        let redact = redact_with(settings);
        let build = |server: Server, api: &ApiTarget| {
            let connect = || build_connect(api, settings, &redact, deadline);
            connect_if_asked(settings, server, &render_base(&api.url.value), connect)
        };
        let mut tempo = build(Server::Tempo, &settings.tempo);
        if let Some(tenant) = settings.tenants.value.first() {
            tempo = tempo.with_header(TENANT_HEADER, tenant);
        }
        let protocol = settings.otlp.protocol.value;
        let otlp = build_exporter(settings, protocol.into(), settings.otlp.compression.value)?;
        let grafana = TargetAddress {
            // That a project has a Grafana is no login to it.
            given: settings.grafana.given
                || !matches!(settings.grafana.url.origin, Origin::Default | Origin::Project(_)),
            ..build_target(&settings.grafana)
        };
        let receiver_given = settings.otlp.endpoint.is_given();
        Ok(Stack {
            tempo: TempoClient::new(tempo)?,
            prometheus: PrometheusClient::new(build(Server::Prometheus, &settings.prometheus))?,
            grafana: GrafanaClient::new(connect_if_asked(
                settings,
                Server::Grafana,
                &render_base(&settings.grafana.url.value),
                || build_grafana_connect(settings, &redact, deadline),
            ))?,
            grafana_login: settings.grafana.auth.origin().is_some()
                || Header::contains(&settings.grafana.headers, "authorization"),
            collector: match &settings.collector_metrics {
                Some(api) => {
                    let client = CollectorClient::new(build(Server::Collector, api))?;
                    let target = TargetAddress {
                        url: client.base().to_owned(),
                        given: true,
                        ..build_target(api)
                    };
                    Some((client, target))
                }
                None => None,
            },
            tempo_otlp: tempo_otlp(settings, &redact),
            only_grafana_given: settings.tempo.url.origin == Origin::Default && !receiver_given && grafana.given,
            receiver_given,
            targets: TargetAddresses {
                tempo: build_target(&settings.tempo),
                otlp: TargetAddress {
                    url: otlp.endpoint().to_owned(),
                    origin: settings.otlp.endpoint.origin.to_string(),
                    given: true,
                },
                protocol,
                short_deadline: find_short_deadline(&settings.otlp),
                prometheus: build_target(&settings.prometheus),
                grafana,
                tenants: list_tenants(settings),
                push_tenant: find_push_tenant(settings),
            },
            otlp,
            tenants: settings.tenants.value.clone(),
            source: None,
            notes: build_notes(settings),
            redact,
        })
    }

    /// The same, where all the tenants that were given are asked together, as Tempo takes them: joined by `|`.
    pub fn for_all_tenants(mut self) -> Result<Self, BuildError> {
        if self.tenants.len() > 1 {
            self.tempo = self.tempo.for_tenant(&self.tenants.join("|"))?;
        }
        Ok(self)
    }

    /// Somebody said that there is a collector.
    pub fn has_collector(&self) -> bool {
        self.collector.is_some() || self.tempo_otlp.is_some()
    }

    /// Where Tempo is, and as whom: `http://localhost:3200 (tenant team-a)`. The tenant of a data source is Grafana's affair.
    pub fn describe_tempo(&self) -> String {
        if let Some(source) = &self.source {
            return format!("data source {source} of {}", self.grafana.base());
        }
        match self.tenants.as_slice() {
            [] => self.tempo.base().to_owned(),
            [one] => format!("{} (tenant {one})", self.tempo.base()),
            several => format!("{} (tenants {})", self.tempo.base(), several.join(", ")),
        }
    }
}

/// How a server is reached. One that is not asked is sent nothing, and so nothing can be wrong with what it would be sent.
fn connect_if_asked(
    settings: &Settings,
    server: Server,
    base: &str,
    connect: impl FnOnce() -> ConnectOptions,
) -> ConnectOptions {
    match settings.asks(server) {
        true => connect(),
        false => ConnectOptions::plain(base),
    }
}

fn build_notes(settings: &Settings) -> Vec<String> {
    let mut notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    if !settings.no_proxy.value {
        notes.extend(settings.proxies.iter().map(|proxy| {
            format!(
                "{}={} is honoured; --no-proxy turns it off",
                proxy.variable, proxy.value
            )
        }));
    }
    notes
}

/// Where it is, and what its port speaks by convention; another port speaks what the sender speaks.
pub fn resolve_tempo_receiver(settings: &Settings) -> Option<(TargetAddress, Protocol)> {
    let given = &settings.tempo_otlp.as_ref()?.endpoint;
    let protocol = match given.value.port() {
        Some(4317) => Protocol::Grpc,
        Some(4318) if settings.otlp.protocol.value == Protocol::Grpc => Protocol::HttpProtobuf,
        _ => settings.otlp.protocol.value,
    };
    let base = render_base(&given.value);
    let url = if protocol == Protocol::Grpc {
        extract_origin(&base)
    } else if base.ends_with(OTLP_TRACES) {
        base
    } else {
        add_traces_path(&base)
    };
    let target = TargetAddress {
        url,
        origin: given.origin.to_string(),
        given: true,
    };
    Some((target, protocol))
}

fn tempo_otlp(settings: &Settings, redact: &Redact) -> Option<TempoOtlp> {
    let given = settings.tempo_otlp.as_ref()?;
    let (target, protocol) = resolve_tempo_receiver(settings)?;
    let connect = pushing(target.url.clone(), &given.headers, &given.tls, settings, redact);
    Some(TempoOtlp {
        behind: ReceiverEndpoint { target, protocol },
        connect,
    })
}

fn find_short_deadline(otlp: &OtlpSettings) -> Option<ShortDeadline> {
    let given = otlp.timeout.value;
    (given < Duration::from_secs(1)).then(|| ShortDeadline {
        origin: otlp.timeout.origin.to_string(),
        ms: u64::try_from(given.as_millis()).unwrap_or(u64::MAX),
    })
}

/// The tenants in use: those given, else the one that the OTLP headers carry.
fn list_tenants(settings: &Settings) -> Vec<String> {
    if settings.tenants.value.is_empty() {
        find_push_tenant(settings).into_iter().collect()
    } else {
        settings.tenants.value.clone()
    }
}

/// The tenant that the OTLP headers carry.
fn find_push_tenant(settings: &Settings) -> Option<String> {
    let header = settings
        .otlp
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("x-scope-orgid"));
    header.map(|header| header.value.expose().to_owned())
}

fn build_target(api: &ApiTarget) -> TargetAddress {
    TargetAddress {
        url: render_base(&api.url.value),
        origin: api.url.origin.to_string(),
        given: api.given || !matches!(api.url.origin, Origin::Default),
    }
}

fn render_base(url: &url::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// `http://host:port/prefix` → `http://host:port`
fn extract_origin(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else {
        return base.to_owned();
    };
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

fn tls_files(tls: &TlsSettings) -> TlsFiles {
    let pem = |pem: &Option<Sourced<PemFile>>| pem.as_ref().map(|pem| pem.value.clone());
    TlsFiles {
        ca: pem(&tls.ca_cert),
        cert: pem(&tls.cert),
        key: pem(&tls.key),
        skip_verify: tls.skip_verify.value,
    }
}

fn build_connect(api: &ApiTarget, settings: &Settings, redact: &Redact, deadline: Duration) -> ConnectOptions {
    build_connect_with_org(api, "X-Scope-OrgID", settings, redact, deadline)
}

fn build_connect_with_org(
    api: &ApiTarget,
    org_header: &str,
    settings: &Settings,
    redact: &Redact,
    deadline: Duration,
) -> ConnectOptions {
    let mut headers = pairs(&api.headers);
    if let Some(value) = api.auth.header_value() {
        headers.push(("Authorization".to_owned(), value));
    }
    if let Some(org_id) = &api.org_id {
        headers.push((org_header.to_owned(), Secret::new(&org_id.value)));
    }
    let mut connect = ConnectOptions::admitted(render_base(&api.url.value), headers, tls_files(&api.tls));
    connect.no_proxy = settings.no_proxy.value;
    connect.deadline = deadline;
    connect.redact = redact.clone();
    connect.answers = settings.answers.clone();
    connect
}

fn pairs(headers: &[Header]) -> Vec<(String, Secret)> {
    let pair = |header: &Header| (header.name.clone(), header.value.clone());
    headers.iter().map(pair).collect()
}

fn redact_with(settings: &Settings) -> Redact {
    let redactor = settings.redactor();
    Arc::new(move |text: &str| redactor.redact(text).into_owned())
}

/// How Loki is reached.
pub fn build_loki_connect(api: &ApiTarget, settings: &Settings, deadline: Duration) -> ConnectOptions {
    build_connect(api, settings, &redact_with(settings), deadline)
}

/// Grafana has organisations where others have tenants, and may be slow to say that a data source does not answer: with
/// a host name that nobody knows, more than 10 s.
fn build_grafana_connect(settings: &Settings, redact: &Redact, deadline: Duration) -> ConnectOptions {
    build_connect_with_org(
        &settings.grafana,
        "X-Grafana-Org-Id",
        settings,
        redact,
        deadline.saturating_mul(2),
    )
}

/// The client of the sender's receiver, in whatever is sent: always at an address that the settings name or default to.
pub fn build_exporter(
    settings: &Settings,
    wire: TraceProtocol,
    packing: BodyCompression,
) -> Result<ExportClient, BuildError> {
    let otlp = &settings.otlp;
    let address = receiver_address(settings, wire);
    let connect = || {
        pushing(
            address.clone(),
            &otlp.headers,
            &otlp.tls,
            settings,
            &redact_with(settings),
        )
    };
    let connect = connect_if_asked(settings, Server::Receiver, &address, connect);
    ExportClient::new(wire, connect, packing)
}

/// The exact address. The older receivers stand beside OTLP's, on ports of their own, unless an address was given.
fn receiver_address(settings: &Settings, wire: TraceProtocol) -> String {
    let otlp = &settings.otlp;
    if wire.otlp_protocol().is_some() {
        return if wire.is_grpc() {
            extract_origin(otlp.endpoint.value.as_str())
        } else {
            otlp.traces_url.as_str().to_owned()
        };
    }
    let mut url = otlp.endpoint.value.clone();
    if otlp.endpoint.origin == Origin::Default {
        // Addresses with a host take a port.
        let _ = url.set_port(Some(wire.default_port()));
    }
    if wire.is_grpc() {
        url.set_path("");
    } else if matches!(url.path(), "" | "/") {
        url.set_path(wire.path());
        if wire == TraceProtocol::JaegerThrift {
            url.set_query(Some("format=jaeger.thrift"));
        }
    }
    render_base(&url)
}

fn pushing(
    base: String,
    headers: &[Header],
    tls: &TlsSettings,
    settings: &Settings,
    redact: &Redact,
) -> ConnectOptions {
    let mut connect = ConnectOptions::admitted(base, pairs(headers), tls_files(tls));
    connect.no_proxy = settings.no_proxy.value;
    connect.deadline = settings.otlp.timeout.value.max(Duration::from_millis(1));
    connect.redact = redact.clone();
    match settings.tenants.value.first() {
        Some(tenant) if !Header::contains(headers, TENANT_HEADER) => connect.with_header(TENANT_HEADER, tenant),
        _ => connect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConnectionArgs, Disk, Environment};

    #[test]
    fn a_certificate_for_a_server_that_is_not_asked_is_no_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let broken = folder.path().join("ca.pem");
        std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n").expect("written");
        let env: Environment = [
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", broken.to_str().expect("a path")),
            ("TEMPOCTL_CONFIG", "/dev/null"),
        ]
        .into_iter()
        .collect();
        let build = |args: ConnectionArgs| {
            let settings = Settings::load(&args, &env, &Disk).expect("the settings are valid");
            Stack::new(&settings, Duration::from_secs(1)).map(|stack| stack.receiver_given)
        };
        assert!(build(ConnectionArgs::default()).is_err());
        let asked = ConnectionArgs::default().asking(&[Server::Tempo, Server::Grafana]);
        assert_eq!(build(asked).ok(), Some(false));
    }
}
