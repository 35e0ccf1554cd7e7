//! Reading from Tempo, by itself or through Grafana: clients for its API and its root, without anything that sends.

use std::time::Duration;

use crate::clients::connect::Redact;
use crate::clients::http::BuildError;
use crate::clients::{Grafana, HttpClient};
use crate::config::{Settings, TENANT_HEADER};

use super::setup::{connect, grafana, has_grafana_login, redact_with, target};
use super::via_grafana::only_grafana_given;

/// Clients of one Tempo.
pub struct Reader {
    /// Its API, under the prefix that was given.
    pub api: HttpClient,
    /// Its root, where `/status` stands.
    pub root: HttpClient,
    /// The Grafana to read through, where that is wanted.
    pub grafana: Grafana,
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

impl Reader {
    /// Clients for these settings; each question may take `deadline`. Several tenants are asked together, as Tempo takes
    /// them: joined by `|`.
    pub fn new(settings: &Settings, deadline: Duration) -> Result<Reader, BuildError> {
        let redact = redact_with(settings);
        let mut tempo = connect(&settings.tempo, settings, &redact, deadline);
        let tenants = settings.tenants.value.clone();
        if !tenants.is_empty() {
            tempo = tempo.with_header(TENANT_HEADER, &tenants.join("|"));
        }
        let api = HttpClient::new(tempo)?;
        Ok(Reader {
            root: api.root(),
            api,
            grafana: Grafana::new(HttpClient::new(grafana(settings, &redact, deadline))?),
            only_grafana_given: only_grafana_given(settings, target(&settings.grafana).given),
            grafana_login: has_grafana_login(settings),
            source: None,
            tenants,
            redact,
        })
    }

    /// Where Tempo is, and as whom: `http://localhost:3200 (tenant team-a)`. The tenant of a data source is Grafana's affair.
    pub fn place(&self) -> String {
        if let Some(source) = &self.source {
            return format!("data source {source} of {}", self.grafana.base());
        }
        match self.tenants.as_slice() {
            [] => self.api.base().to_owned(),
            [one] => format!("{} (tenant {one})", self.api.base()),
            several => format!("{} (tenants {})", self.api.base(), several.join(", ")),
        }
    }
}
