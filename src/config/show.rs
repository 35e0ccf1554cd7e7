//! Every setting as a row: its name as in the file, its value, where it came from. Secrets read `redacted`.

use serde::Serialize;
use serde_json::Value;

use crate::parse::duration;
use crate::parse::endpoint::shown;

use super::api::{Api, Header};
use super::auth::Auth;
use super::origin::{Origin, Sourced};
use super::secret::REDACTED;
use super::settings::Settings;
use super::targets::{COLLECTOR, GRAFANA, LOKI, NO_PROXY, PROMETHEUS, TEMPO, Target, TlsNames, otlp as names};
use super::tls::Tls;

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The key it has in the file: `tempo_url`, `headers.X-Name`.
    pub name: String,
    /// The value; null where there is none.
    pub value: Value,
    /// Where it came from; null where there is no value.
    pub origin: Option<Origin>,
}

impl Row {
    fn new(name: impl Into<String>, value: impl Into<Value>, origin: &Origin) -> Self {
        Row {
            name: name.into(),
            value: value.into(),
            origin: Some(origin.clone()),
        }
    }

    fn unset(name: &str) -> Self {
        Row {
            name: name.to_owned(),
            value: Value::Null,
            origin: None,
        }
    }

    /// The value for a person.
    pub fn words(&self) -> String {
        match &self.value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }
}

/// Every setting that counts, target by target.
pub fn rows(settings: &Settings) -> Vec<Row> {
    let mut rows = api(&settings.tempo, &TEMPO);
    let tenants = &settings.tenants;
    rows.insert(
        1,
        match tenants.is_given() {
            true => Row::new(TEMPO.org_id.key, tenants.value.clone(), &tenants.origin),
            false => Row::unset(TEMPO.org_id.key),
        },
    );
    rows.extend(sender(settings));
    rows.extend(api(&settings.prometheus, &PROMETHEUS));
    rows.extend(api(&settings.grafana, &GRAFANA));
    for (target, found) in [(&LOKI, &settings.loki), (&COLLECTOR, &settings.collector_metrics)] {
        match found {
            Some(found) => rows.extend(api(found, target)),
            None => rows.push(Row::unset(target.url.key)),
        }
    }
    rows.push(Row::new(
        NO_PROXY.key,
        settings.no_proxy.value,
        &settings.no_proxy.origin,
    ));
    rows
}

fn sender(settings: &Settings) -> Vec<Row> {
    let otlp = &settings.otlp;
    let mut rows = vec![
        Row::new(names::ENDPOINT.key, shown(&otlp.endpoint.value), &otlp.endpoint.origin),
        Row::new("otlp_traces_url", shown(&otlp.traces_url), &otlp.endpoint.origin),
        Row::new(names::PROTOCOL.key, otlp.protocol.value.name(), &otlp.protocol.origin),
        Row::new(
            names::TIMEOUT.key,
            duration::format(otlp.timeout.value),
            &otlp.timeout.origin,
        ),
        Row::new(
            names::COMPRESSION.key,
            otlp.compression.value.name(),
            &otlp.compression.origin,
        ),
    ];
    if otlp.insecure.is_given() {
        rows.push(Row::new(
            names::INSECURE.key,
            otlp.insecure.value,
            &otlp.insecure.origin,
        ));
    }
    rows.extend(headers(&otlp.headers, names::HEADERS.key));
    rows.extend(tls(&otlp.tls, &names::TLS));
    rows.push(match &settings.tempo_otlp {
        Some(receiver) => Row::new(
            names::BEHIND.key,
            shown(&receiver.endpoint.value),
            &receiver.endpoint.origin,
        ),
        None => Row::unset(names::BEHIND.key),
    });
    rows
}

fn api(api: &Api, target: &Target) -> Vec<Row> {
    let mut rows = vec![Row::new(target.url.key, shown(&api.url.value), &api.url.origin)];
    if let Some(id) = &api.org_id {
        rows.push(Row::new(target.org_id.key, id.value.clone(), &id.origin));
    }
    let kind = match &api.auth {
        Auth::None => None,
        Auth::Basic { .. } => Some("basic"),
        Auth::Bearer { .. } => Some("bearer"),
    };
    if let (Some(kind), Some(origin)) = (kind, api.auth.origin()) {
        rows.push(Row::new(
            format!("{}_auth", target.name),
            format!("{kind} {REDACTED}"),
            origin,
        ));
    }
    rows.extend(headers(&api.headers, target.headers.key));
    rows.extend(tls(&api.tls, &target.tls));
    rows
}

fn headers(headers: &[Header], key: &str) -> Vec<Row> {
    let row = |header: &Header| Row::new(format!("{key}.{}", header.name), REDACTED, &header.origin);
    headers.iter().map(row).collect()
}

fn tls(tls: &Tls, names: &TlsNames) -> Vec<Row> {
    let files = [
        (&tls.ca_cert, names.ca_cert),
        (&tls.cert, names.cert),
        (&tls.key, names.key),
    ];
    let row = |(pem, setting): (&Option<Sourced<super::tls::Pem>>, super::targets::Setting)| {
        let pem = pem.as_ref()?;
        Some(Row::new(setting.key, pem.value.path.display().to_string(), &pem.origin))
    };
    let mut rows: Vec<Row> = files.into_iter().filter_map(row).collect();
    if tls.skip_verify.is_given() {
        rows.push(Row::new(
            names.skip_verify.key,
            tls.skip_verify.value,
            &tls.skip_verify.origin,
        ));
    }
    rows
}
