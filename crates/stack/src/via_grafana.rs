//! Tempo and Prometheus read through Grafana's data sources, for stacks of which nothing else can be reached. What reads
//! them is the same: only the clients differ, and so `search` and `metrics` can be given the same ones.

use std::time::Duration;

use crate::clients::{GrafanaClient, PrometheusClient, TempoClient};
use telemetry::model::evidence::TargetAddress;
use telemetry::model::grafana::{DataSource, GrafanaFacts};
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::tempo::is_echo;

use crate::Stack;

/// How a target that is read through Grafana came about.
const ORIGIN: &str = "--via-grafana";

/// The ways through Grafana.
struct ProxyTargets {
    /// Tempo behind its data source.
    tempo: TempoClient,
    /// The data source.
    tempo_source: DataSource,
    /// Prometheus behind its data source, where there is one.
    prometheus: Option<(PrometheusClient, DataSource)>,
}

/// Why there is no way through a Grafana.
#[derive(Debug)]
pub enum ProxyError {
    /// Its data sources cannot be read.
    Unread(Failure),
    /// None of them is a Tempo.
    NoTempo,
}

/// The ways through this Grafana, to the data sources that a person most likely looks at.
async fn find_proxy_targets(grafana: &GrafanaClient) -> Result<ProxyTargets, ProxyError> {
    let (sources, _) = grafana.list_data_sources().await;
    if let Some(failure) = sources.failure() {
        return Err(ProxyError::Unread(failure.clone()));
    }
    let facts = GrafanaFacts {
        sources,
        ..GrafanaFacts::default()
    };
    let tempo = facts.primary_tempo().ok_or(ProxyError::NoTempo)?.clone();
    let prometheus = facts
        .primary_prometheus()
        .map(|source| (grafana.prometheus_source(&source.uid), source.clone()));
    Ok(ProxyTargets {
        tempo: grafana.tempo_source(&tempo.uid),
        tempo_source: tempo,
        prometheus,
    })
}

impl Stack {
    /// Leads the reading of Tempo and Prometheus through Grafana where that was asked for, or where only Grafana was given and
    /// nothing else answers.
    pub async fn route_via_grafana(&mut self, asked: bool) -> Result<(), ProxyError> {
        let ways = if asked {
            find_proxy_targets(&self.grafana).await?
        } else {
            match self.find_only_way().await {
                Some(ways) => ways,
                None => return Ok(()),
            }
        };
        let target = |url: &str, source: &DataSource| TargetAddress {
            url: url.to_owned(),
            origin: format!("{ORIGIN}, data source {}", source.name),
            given: true,
        };
        self.targets.tempo = target(ways.tempo.base(), &ways.tempo_source);
        self.tempo = ways.tempo;
        if let Some((client, source)) = ways.prometheus {
            self.targets.prometheus = target(client.base(), &source);
            self.prometheus = client;
        }
        self.targets.grafana.given = true;
        self.source = Some(ways.tempo_source.name);
        if !asked {
            let note = "nothing answers at Tempo's default address: Tempo and Prometheus were read through Grafana";
            self.notes.push(note.to_owned());
        }
        Ok(())
    }

    /// The ways through a Grafana that alone was given, where nobody listens where Tempo usually does, and a Tempo answers behind
    /// Grafana: otherwise nothing is gained, and Tempo itself is what is missing.
    async fn find_only_way(&self) -> Option<ProxyTargets> {
        if !self.only_grafana_given {
            return None;
        }
        let quick = self.tempo.with_timeout(Duration::from_secs(2));
        let kind = quick.fetch_echo().await.failure()?.kind;
        if !matches!(kind, FailureKind::Refused | FailureKind::Dns | FailureKind::TimedOut) {
            return None;
        }
        let ways = find_proxy_targets(&self.grafana).await.ok()?;
        let behind = ways.tempo.with_timeout(Duration::from_secs(5));
        is_echo(&behind.fetch_echo().await).then_some(ways)
    }
}
