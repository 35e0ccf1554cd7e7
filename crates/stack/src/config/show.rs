//! Every setting as a row: its name as in the file, its value, where it came from. Secrets read `redacted`.

use serde::Serialize;
use serde_json::Value;

use telemetry::parse::duration;
use telemetry::parse::endpoint::format_url;

use super::api::{ApiTarget, Header};
use super::auth::Auth;
use super::origin::{Origin, Sourced};
use super::secret::REDACTED;
use super::settings::Settings;
use super::targets::{
    COLLECTOR, GRAFANA, LOKI, NO_PROXY, PROMETHEUS, SettingNames, TEMPO, TargetNames, TlsNames, otlp as names,
};
use super::tls::{PemFile, TlsSettings};

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingRow {
    /// The key it has in the file: `tempo_url`, `headers.X-Name`.
    pub name: String,
    /// The value; null where there is none.
    pub value: Value,
    /// Where it came from; null where there is no value.
    pub origin: Option<Origin>,
}

impl SettingRow {
    fn new(name: impl Into<String>, value: impl Into<Value>, origin: &Origin) -> Self {
        SettingRow {
            name: name.into(),
            value: value.into(),
            origin: Some(origin.clone()),
        }
    }

    /// The row of a setting, with its value as `show` gives it.
    fn of<T, V: Into<Value>>(setting: SettingNames, sourced: &Sourced<T>, show: impl FnOnce(&T) -> V) -> Self {
        SettingRow::new(setting.key, show(&sourced.value), &sourced.origin)
    }

    fn unset(name: &str) -> Self {
        SettingRow {
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
pub fn list_setting_rows(settings: &Settings) -> Vec<SettingRow> {
    let mut rows = build_api_rows(&settings.tempo, &TEMPO);
    let tenants = &settings.tenants;
    rows.insert(
        1,
        match tenants.is_given() {
            true => SettingRow::new(TEMPO.org_id.key, tenants.value.clone(), &tenants.origin),
            false => SettingRow::unset(TEMPO.org_id.key),
        },
    );
    rows.extend(build_sender_rows(settings));
    rows.extend(build_api_rows(&settings.prometheus, &PROMETHEUS));
    rows.extend(build_api_rows(&settings.grafana, &GRAFANA));
    for (target, found) in [(&LOKI, &settings.loki), (&COLLECTOR, &settings.collector_metrics)] {
        match found {
            Some(found) => rows.extend(build_api_rows(found, target)),
            None => rows.push(SettingRow::unset(target.url.key)),
        }
    }
    rows.push(SettingRow::of(NO_PROXY, &settings.no_proxy, |off| *off));
    rows
}

fn build_sender_rows(settings: &Settings) -> Vec<SettingRow> {
    let otlp = &settings.otlp;
    let mut rows = vec![
        SettingRow::of(names::ENDPOINT, &otlp.endpoint, format_url),
        SettingRow::new("otlp_traces_url", format_url(&otlp.traces_url), &otlp.endpoint.origin),
        SettingRow::of(names::PROTOCOL, &otlp.protocol, |protocol| protocol.name()),
        SettingRow::of(names::TIMEOUT, &otlp.timeout, |timeout| {
            duration::format_duration(*timeout)
        }),
        SettingRow::of(names::COMPRESSION, &otlp.compression, |compression| compression.name()),
    ];
    if otlp.insecure.is_given() {
        rows.push(SettingRow::of(names::INSECURE, &otlp.insecure, |plain| *plain));
    }
    rows.extend(build_header_rows(&otlp.headers, names::HEADERS.key));
    rows.extend(build_tls_rows(&otlp.tls, &names::TLS));
    rows.push(match &settings.tempo_otlp {
        Some(receiver) => SettingRow::of(names::TEMPO_RECEIVER, &receiver.endpoint, format_url),
        None => SettingRow::unset(names::TEMPO_RECEIVER.key),
    });
    rows
}

fn build_api_rows(api: &ApiTarget, target: &TargetNames) -> Vec<SettingRow> {
    let mut rows = vec![SettingRow::of(target.url, &api.url, format_url)];
    if let Some(id) = &api.org_id {
        rows.push(SettingRow::of(target.org_id, id, String::clone));
    }
    let kind = match &api.auth {
        Auth::None => None,
        Auth::Basic { .. } => Some("basic"),
        Auth::Bearer { .. } => Some("bearer"),
    };
    if let (Some(kind), Some(origin)) = (kind, api.auth.origin()) {
        rows.push(SettingRow::new(
            format!("{}_auth", target.name),
            format!("{kind} {REDACTED}"),
            origin,
        ));
    }
    rows.extend(build_header_rows(&api.headers, target.headers.key));
    rows.extend(build_tls_rows(&api.tls, &target.tls));
    rows
}

fn build_header_rows(headers: &[Header], key: &str) -> Vec<SettingRow> {
    let row = |header: &Header| SettingRow::new(format!("{key}.{}", header.name), REDACTED, &header.origin);
    headers.iter().map(row).collect()
}

fn build_tls_rows(tls: &TlsSettings, names: &TlsNames) -> Vec<SettingRow> {
    let files = [
        (&tls.ca_cert, names.ca_cert),
        (&tls.cert, names.cert),
        (&tls.key, names.key),
    ];
    let row = |(pem, setting): (&Option<Sourced<PemFile>>, SettingNames)| {
        let pem = pem.as_ref()?;
        Some(SettingRow::of(setting, pem, |pem| pem.path.display().to_string()))
    };
    let mut rows: Vec<SettingRow> = files.into_iter().filter_map(row).collect();
    if tls.skip_verify.is_given() {
        rows.push(SettingRow::of(names.skip_verify, &tls.skip_verify, |skip| *skip));
    }
    rows
}
