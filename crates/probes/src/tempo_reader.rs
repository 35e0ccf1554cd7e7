//! Reading from Tempo, by itself or through Grafana, without anything that sends.

use std::time::Duration;

use stack::clients::connect::Redact;
use stack::clients::http::BuildError;
use stack::clients::{GrafanaClient, TempoClient};
use stack::config::{Settings, TENANT_HEADER};

use super::grafana_proxy::is_only_grafana_given;
use super::setup::{build_connect, build_grafana_connect, build_target, has_grafana_login, redact_with};

/// Clients of one Tempo.
pub struct TempoReader {
    /// Its API.
    pub tempo: TempoClient,
    /// The Grafana to read through, where that is wanted.
    pub grafana: GrafanaClient,
    /// A Grafana was given, and no address of Tempo.
    pub only_grafana_given: bool,
    /// Somebody gave credentials for Grafana.
    pub grafana_login: bool,
    /// The data source of Grafana that Tempo is read through.
    pub source: Option<String>,
    /// The tenants asked for.
    pub tenants: Vec<String>,
    /// Masks every secret of this run.
    pub redact: Redact,
}

impl TempoReader {
    /// Clients for these settings; each question may take `deadline`. Several tenants are asked together, as Tempo takes
    /// them: joined by `|`.
    pub fn new(settings: &Settings, deadline: Duration) -> Result<TempoReader, BuildError> {
        let redact = redact_with(settings);
        let mut tempo = build_connect(&settings.tempo, settings, &redact, deadline);
        let tenants = settings.tenants.value.clone();
        if !tenants.is_empty() {
            tempo = tempo.with_header(TENANT_HEADER, &tenants.join("|"));
        }
        Ok(TempoReader {
            tempo: TempoClient::new(tempo)?,
            grafana: GrafanaClient::new(build_grafana_connect(settings, &redact, deadline))?,
            only_grafana_given: is_only_grafana_given(settings, build_target(&settings.grafana).given),
            grafana_login: has_grafana_login(settings),
            source: None,
            tenants,
            redact,
        })
    }

    /// Where Tempo is, and as whom: `http://localhost:3200 (tenant team-a)`. The tenant of a data source is Grafana's affair.
    pub fn describe_place(&self) -> String {
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
