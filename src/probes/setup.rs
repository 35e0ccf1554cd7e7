//! What a run needs, made from settings before anything is sent.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::clients::connect::Redact;
use crate::clients::http::BuildError;
use crate::clients::otlp::OtlpClient;
use crate::clients::{Connect, HttpClient, Pem, TlsFiles};
use crate::config::{Api, Compression, Origin, Settings, Tls};
use crate::model::evidence::{EVIDENCE_VERSION, Evidence, Request, Target, Targets};
use crate::model::marker::Protocol;

/// How long one question may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Clients and settings of one run.
pub struct Setup {
    /// Tempo's API, under the prefix that was given.
    pub tempo: HttpClient,
    /// Tempo's root, where `/ready`, `/metrics` and `/status` stand.
    pub tempo_root: HttpClient,
    /// Prometheus.
    pub prometheus: HttpClient,
    /// The receiver.
    pub otlp: OtlpClient,
    /// How the receiver is reached, to try its neighbours.
    pub otlp_connect: Connect,
    /// What was asked for.
    pub request: Request,
    /// Where.
    pub targets: Targets,
    /// Proxies in the environment, for evidence.
    pub notes: Vec<String>,
}

impl Setup {
    /// Clients for these settings. Fails where a certificate or header cannot be used.
    pub fn new(settings: &Settings, request: Request) -> Result<Self, BuildError> {
        let redactor = settings.redactor();
        let redact: Redact = Arc::new(move |text: &str| redactor.redact(text).into_owned());
        let deadline = DEADLINE.min(Duration::from_secs_f64((request.timeout_s / 3.0).max(0.5)));
        let tenants = tenants(settings);
        let mut tempo = connect(&settings.tempo, settings, &redact, deadline);
        if let Some(tenant) = settings.tenants.value.first() {
            tempo
                .headers
                .push(("X-Scope-OrgID".to_owned(), SecretString::from(tenant.clone())));
        }
        let otlp_connect = otlp(settings, &redact);
        let protocol = settings.otlp.protocol.value;
        let gzip = settings.otlp.compression.value == Compression::Gzip;
        let root = Connect {
            base: origin_of(&tempo.base),
            ..tempo.clone()
        };
        Ok(Setup {
            tempo_root: HttpClient::new(root)?,
            tempo: HttpClient::new(tempo)?,
            prometheus: HttpClient::new(connect(&settings.prometheus, settings, &redact, deadline))?,
            otlp: OtlpClient::new(protocol, otlp_connect.clone(), gzip)?,
            targets: Targets {
                tempo: target(&settings.tempo),
                otlp: Target {
                    url: otlp_connect.base.clone(),
                    origin: settings.otlp.endpoint.origin.to_string(),
                    given: true,
                },
                protocol,
                prometheus: target(&settings.prometheus),
                grafana: target(&settings.grafana),
                tenants,
            },
            otlp_connect,
            request,
            notes: notes(settings),
        })
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
            interrupted: None,
            notes: self.notes.clone(),
        }
    }
}

fn notes(settings: &Settings) -> Vec<String> {
    let mut notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    if !settings.no_proxy.value {
        notes.extend(settings.proxies.iter().map(|proxy| {
            format!(
                "{}={} is honoured; --no-proxy turns it off",
                proxy.variable, proxy.value
            )
        }));
    }
    if settings.tenants.value.len() > 1 {
        notes.push(format!(
            "only tenant {} was examined of {}",
            settings.tenants.value[0],
            settings.tenants.value.join(", ")
        ));
    }
    notes
}

/// The tenants in use: those given, else the one that the OTLP headers carry.
fn tenants(settings: &Settings) -> Vec<String> {
    if !settings.tenants.value.is_empty() {
        return settings.tenants.value.clone();
    }
    settings
        .otlp
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("x-scope-orgid"))
        .map(|header| header.value.expose().to_owned())
        .collect()
}

fn target(api: &Api) -> Target {
    Target {
        url: base_of(&api.url.value),
        origin: api.url.origin.to_string(),
        given: api.given || !matches!(api.url.origin, Origin::Default),
    }
}

fn base_of(url: &url::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// `http://host:port/prefix` → `http://host:port`
fn origin_of(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else {
        return base.to_owned();
    };
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

fn tls(tls: &Tls) -> TlsFiles {
    let pem = |pem: &Option<crate::config::Sourced<crate::config::Pem>>| {
        pem.as_ref().map(|pem| Pem {
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

fn connect(api: &Api, settings: &Settings, redact: &Redact, deadline: Duration) -> Connect {
    let mut headers: Vec<(String, SecretString)> = api
        .headers
        .iter()
        .map(|header| {
            (
                header.name.clone(),
                SecretString::from(header.value.expose().to_owned()),
            )
        })
        .collect();
    if let Some(value) = api.auth.header_value() {
        headers.push((
            "Authorization".to_owned(),
            SecretString::from(value.expose().to_owned()),
        ));
    }
    if let Some(org_id) = &api.org_id {
        headers.push(("X-Scope-OrgID".to_owned(), SecretString::from(org_id.value.clone())));
    }
    Connect {
        base: base_of(&api.url.value),
        headers,
        tls: tls(&api.tls),
        no_proxy: settings.no_proxy.value,
        deadline,
        redact: redact.clone(),
    }
}

fn otlp(settings: &Settings, redact: &Redact) -> Connect {
    let otlp = &settings.otlp;
    let base = if otlp.protocol.value == Protocol::Grpc {
        origin_of(otlp.endpoint.value.as_str())
    } else {
        otlp.traces_url.as_str().to_owned()
    };
    let mut headers: Vec<(String, SecretString)> = otlp
        .headers
        .iter()
        .map(|header| {
            (
                header.name.clone(),
                SecretString::from(header.value.expose().to_owned()),
            )
        })
        .collect();
    let has_tenant = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("x-scope-orgid"));
    if let Some(tenant) = settings.tenants.value.first()
        && !has_tenant
    {
        headers.push(("X-Scope-OrgID".to_owned(), SecretString::from(tenant.clone())));
    }
    Connect {
        base,
        headers,
        tls: tls(&otlp.tls),
        no_proxy: settings.no_proxy.value,
        deadline: otlp.timeout.value.max(Duration::from_millis(1)),
        redact: redact.clone(),
    }
}
