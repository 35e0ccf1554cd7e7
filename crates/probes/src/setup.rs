//! What a run needs, made from settings before anything is sent.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use stack::clients::connect::Redact;
use stack::clients::export::ExportClient;
use stack::clients::http::BuildError;
use stack::clients::{
    CollectorClient, ConnectOptions, GrafanaClient, PemText, PrometheusClient, TempoClient, TlsFiles,
};
use stack::config::{ApiTarget, Header, Origin, Settings, TENANT_HEADER, TlsSettings};
use telemetry::model::Slot;
use telemetry::model::collector::ReceiverEndpoint;
use telemetry::model::compose::ComposeProject;
use telemetry::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence, FactSet, TargetAddress, TargetAddresses};
use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::{OTLP_TRACES, add_traces_path};
use telemetry::model::send_report::TraceProtocol;
use telemetry::model::time_bounds::wait_of_seconds;

/// How long one question may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Clients and settings of one run.
pub struct Setup {
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
    /// How the receiver is reached, to try its neighbours.
    pub otlp_connect: ConnectOptions,
    /// The collector whose metrics were given.
    pub collector: Option<CollectorClient>,
    /// That address and its origin.
    pub collector_target: Option<TargetAddress>,
    /// Tempo's receiver behind the collector, where given.
    pub tempo_otlp: Option<TempoOtlp>,
    /// What was asked for.
    pub request: DoctorRequest,
    /// The facts that are wanted: every one, unless only some judgements were asked for.
    pub wanted: FactSet,
    /// Where.
    pub targets: TargetAddresses,
    /// Proxies in the environment, for evidence.
    pub notes: Vec<String>,
    /// The Compose project that was given.
    pub compose: Slot<ComposeProject>,
}

/// Tempo's own receiver, and how it is reached: with what of the sender's credentials was admitted for its address.
pub struct TempoOtlp {
    /// Where it is.
    pub behind: ReceiverEndpoint,
    /// How it is reached.
    pub connect: ConnectOptions,
}

impl Setup {
    /// Clients for these settings. Fails where a certificate or header cannot be used.
    pub fn new(settings: &Settings, request: DoctorRequest) -> Result<Self, BuildError> {
        let redact = redact_with(settings);
        let deadline = DEADLINE.min(wait_of_seconds((request.timeout_s / 3.0).max(0.5)));
        let tenants = list_tenants(settings);
        let mut tempo = build_connect(&settings.tempo, settings, &redact, deadline);
        if let Some(tenant) = settings.tenants.value.first() {
            tempo = tempo.with_header(TENANT_HEADER, tenant);
        }
        let otlp_connect = sender(settings, &redact, settings.otlp.protocol.value.into());
        let protocol = settings.otlp.protocol.value;
        let collector = match &settings.collector_metrics {
            Some(api) => Some(CollectorClient::new(build_connect(api, settings, &redact, deadline))?),
            None => None,
        };
        Ok(Setup {
            tempo: TempoClient::new(tempo)?,
            prometheus: PrometheusClient::new(build_connect(&settings.prometheus, settings, &redact, deadline))?,
            grafana: GrafanaClient::new(build_grafana_connect(settings, &redact, deadline))?,
            grafana_login: has_grafana_login(settings),
            otlp: ExportClient::new(protocol.into(), otlp_connect.clone(), settings.otlp.compression.value)?,
            targets: TargetAddresses {
                tempo: build_target(&settings.tempo),
                otlp: TargetAddress {
                    url: otlp_connect.base().to_owned(),
                    origin: settings.otlp.endpoint.origin.to_string(),
                    given: true,
                },
                protocol,
                prometheus: build_target(&settings.prometheus),
                grafana: TargetAddress {
                    // That a project has a Grafana is no login to it.
                    given: settings.grafana.given
                        || !matches!(settings.grafana.url.origin, Origin::Default | Origin::Project(_)),
                    ..build_target(&settings.grafana)
                },
                tenants,
                push_tenant: find_push_tenant(settings),
            },
            otlp_connect,
            collector_target: settings
                .collector_metrics
                .as_ref()
                .zip(collector.as_ref())
                .map(|(api, collector)| TargetAddress {
                    url: collector.base().to_owned(),
                    given: true,
                    ..build_target(api)
                }),
            collector,
            tempo_otlp: tempo_otlp(settings, &redact),
            request,
            wanted: FactSet::ALL,
            notes: build_notes(settings),
            compose: Slot::NotAsked,
        })
    }

    /// Somebody said that there is a collector.
    pub fn has_collector(&self) -> bool {
        self.collector.is_some() || self.tempo_otlp.is_some()
    }

    /// Evidence with nothing in it yet.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            evidence_version: EVIDENCE_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            duration_ms: 0,
            request: self.request.clone(),
            targets: self.targets.clone(),
            marker: None,
            tempo: Default::default(),
            receiver: Default::default(),
            query: Default::default(),
            prometheus: Default::default(),
            app: Default::default(),
            collector: Default::default(),
            logs: Default::default(),
            grafana: Default::default(),
            dashboards: Default::default(),
            other_tenants: Vec::new(),
            compose: self.compose.clone(),
            interrupted: None,
            notes: self.notes.clone(),
        }
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
    if let [first, others @ ..] = settings.tenants.value.as_slice()
        && !others.is_empty()
    {
        notes.push(format!(
            "all checks ran for tenant {first}; for {} only the push and the read by id",
            others.join(", ")
        ));
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

/// Somebody gave credentials for Grafana.
pub(super) fn has_grafana_login(settings: &Settings) -> bool {
    settings.grafana.auth.origin().is_some() || Header::contains(&settings.grafana.headers, "authorization")
}

pub(super) fn build_target(api: &ApiTarget) -> TargetAddress {
    TargetAddress {
        url: render_base(&api.url.value),
        origin: api.url.origin.to_string(),
        given: api.given || !matches!(api.url.origin, Origin::Default),
    }
}

pub(super) fn render_base(url: &url::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// `http://host:port/prefix` → `http://host:port`
pub(super) fn extract_origin(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else {
        return base.to_owned();
    };
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

fn tls_files(tls: &TlsSettings) -> TlsFiles {
    let pem = |pem: &Option<stack::config::Sourced<stack::config::PemFile>>| {
        pem.as_ref().map(|pem| PemText {
            name: pem.value.path.display().to_string(),
            text: SecretString::from(pem.value.text.expose().to_owned()),
        })
    };
    TlsFiles {
        ca: pem(&tls.ca_cert),
        cert: pem(&tls.cert),
        key: pem(&tls.key),
        skip_verify: tls.skip_verify.value,
    }
}

pub(super) fn build_connect(
    api: &ApiTarget,
    settings: &Settings,
    redact: &Redact,
    deadline: Duration,
) -> ConnectOptions {
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
        headers.push((
            "Authorization".to_owned(),
            SecretString::from(value.expose().to_owned()),
        ));
    }
    if let Some(org_id) = &api.org_id {
        headers.push((org_header.to_owned(), SecretString::from(org_id.value.clone())));
    }
    let mut connect = ConnectOptions::admitted(render_base(&api.url.value), headers, tls_files(&api.tls));
    connect.no_proxy = settings.no_proxy.value;
    connect.deadline = deadline;
    connect.redact = redact.clone();
    connect
}

fn pairs(headers: &[Header]) -> Vec<(String, SecretString)> {
    let pair = |header: &Header| {
        let value = SecretString::from(header.value.expose().to_owned());
        (header.name.clone(), value)
    };
    headers.iter().map(pair).collect()
}

pub(super) fn redact_with(settings: &Settings) -> Redact {
    let redactor = settings.redactor();
    Arc::new(move |text: &str| redactor.redact(text).into_owned())
}

/// How Loki is reached.
pub(super) fn build_loki_connect(api: &ApiTarget, settings: &Settings, deadline: Duration) -> ConnectOptions {
    build_connect(api, settings, &redact_with(settings), deadline)
}

/// Grafana has organisations where others have tenants, and may be slow to say that a data source does not answer: with
/// a host name that nobody knows, more than 10 s.
pub(super) fn build_grafana_connect(settings: &Settings, redact: &Redact, deadline: Duration) -> ConnectOptions {
    build_connect_with_org(
        &settings.grafana,
        "X-Grafana-Org-Id",
        settings,
        redact,
        deadline.saturating_mul(2),
    )
}

/// How the sender's receiver is reached, in whatever it is sent: always at an address that the settings name or default to.
pub fn sender(settings: &Settings, redact: &Redact, wire: TraceProtocol) -> ConnectOptions {
    let otlp = &settings.otlp;
    pushing(
        receiver_address(settings, wire),
        &otlp.headers,
        &otlp.tls,
        settings,
        redact,
    )
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
