//! Tempo and Prometheus read through Grafana's data sources, for stacks of which nothing else can be reached. What reads
//! them is the same: only the clients differ, and so `search` and `metrics` can be given the same ones.

use std::time::Duration;

use stack::clients::{GrafanaClient, PrometheusClient, TempoClient};
use stack::config::{Origin, Settings};
use telemetry::model::evidence::TargetAddress;
use telemetry::model::grafana::{DataSource, GrafanaFacts};
use telemetry::model::{Failure, FailureKind, Slot};

use super::setup::Setup;
use super::tempo_reader::TempoReader;

/// How a target that is read through Grafana came about.
pub const ORIGIN: &str = "--via-grafana";

/// The ways through Grafana.
pub struct ProxyTargets {
    /// Tempo behind its data source.
    pub tempo: TempoClient,
    /// The data source.
    pub tempo_source: DataSource,
    /// Prometheus behind its data source, where there is one.
    pub prometheus: Option<(PrometheusClient, DataSource)>,
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
pub async fn find_proxy_targets(grafana: &GrafanaClient) -> Result<ProxyTargets, ProxyError> {
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

/// The same setup, led through Grafana where that was asked for, or where only Grafana was given and nothing else answers.
/// Nothing is pushed then unless the receiver was given.
pub async fn resolve_setup_proxy(mut setup: Setup, settings: &Settings) -> Setup {
    let asked = setup.request.via_grafana;
    let alone = is_only_grafana_given(settings, setup.targets.grafana.given);
    let led = asked || (alone && is_only_grafana_answering(&setup.tempo, &setup.grafana).await);
    if !led {
        return setup;
    }
    let receiver_given = settings.otlp.endpoint.is_given();
    match find_proxy_targets(&setup.grafana).await {
        Ok(ways) => {
            let target = |url: &str, source: &DataSource| TargetAddress {
                url: url.to_owned(),
                origin: format!("{ORIGIN}, data source {}", source.name),
                given: true,
            };
            setup.targets.tempo = target(ways.tempo.base(), &ways.tempo_source);
            setup.tempo = ways.tempo;
            if let Some((client, source)) = ways.prometheus {
                setup.targets.prometheus = target(client.base(), &source);
                setup.prometheus = client;
            }
            setup.request.via_grafana = true;
            setup.request.no_marker |= !receiver_given;
            setup.targets.grafana.given = true;
            if !asked {
                setup.notes.push(
                    "nothing answers at Tempo's default address: Tempo and Prometheus were read through Grafana"
                        .to_owned(),
                );
            }
        }
        Err(_) if asked => {
            setup.targets.grafana.given = true;
            setup
                .notes
                .push("Grafana has no Tempo data source to read through; Tempo was read at its own address".to_owned());
            setup.request.via_grafana = false;
        }
        Err(_) => {}
    }
    setup
}

/// The same reader, led through Grafana where that was asked for, or where only Grafana was given and nothing else answers.
pub async fn resolve_reader_proxy(mut reader: TempoReader, asked: bool) -> Result<TempoReader, ProxyError> {
    let led = asked || (reader.only_grafana_given && is_only_grafana_answering(&reader.tempo, &reader.grafana).await);
    if !led {
        return Ok(reader);
    }
    let ways = find_proxy_targets(&reader.grafana).await?;
    reader.source = Some(ways.tempo_source.name);
    reader.tempo = ways.tempo;
    Ok(reader)
}

/// A Grafana was given, and no address of Tempo.
pub(super) fn is_only_grafana_given(settings: &Settings, grafana_given: bool) -> bool {
    settings.tempo.url.origin == Origin::Default && !settings.otlp.endpoint.is_given() && grafana_given
}

/// Nobody listens where Tempo usually does, and a Tempo answers behind Grafana.
async fn is_only_grafana_answering(tempo: &TempoClient, grafana: &GrafanaClient) -> bool {
    let quick = tempo.with_timeout(Duration::from_secs(2));
    match quick.fetch_echo().await {
        Slot::Failed { failure } => {
            matches!(
                failure.kind,
                FailureKind::Refused | FailureKind::Dns | FailureKind::TimedOut
            ) && is_tempo_behind(grafana).await
        }
        _ => false,
    }
}

/// A Tempo answers behind Grafana: otherwise nothing is gained, and Tempo itself is what is missing.
async fn is_tempo_behind(grafana: &GrafanaClient) -> bool {
    match find_proxy_targets(grafana).await {
        Ok(ways) => super::grafana::is_echo(&ways.tempo.with_timeout(Duration::from_secs(5)).fetch_echo().await),
        Err(_) => false,
    }
}
