//! Who answers as Grafana, which data sources it has, and whether they answer.

use std::time::Duration;

use futures_util::future::join_all;

use stack::clients::grafana::HEALTH;
use stack::clients::tempo::SearchQuestion;
use stack::clients::{GrafanaClient, PrometheusClient};
use telemetry::model::grafana::{
    DataSource, OtherSourceFacts, PROMETHEUS_PLUGIN, PrometheusSourceFacts, TEMPO_PLUGIN, TempoSourceFacts,
};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Slot, tempo::HttpAnswer};
use telemetry::parse::{grafana as parse, tempo};

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::prometheus::TRACE_METRICS;
use stack::Stack;

/// Data sources of one kind that are examined at most.
pub const MOST_SOURCES: usize = 8;
/// How long an address may take that nobody gave.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(2);
/// Prefixes that are tried where the address given is not Grafana's root.
const MOST_PREFIXES: usize = 6;

/// Finds Grafana and asks for its data sources. The client is the one that reached it.
pub async fn discover_grafana(stack: &Stack, board: &EvidenceRecorder) -> GrafanaClient {
    let given = board.read(|evidence| evidence.targets.grafana.given);
    let first = if given {
        stack.grafana.clone()
    } else {
        stack.grafana.with_timeout(DEFAULT_DEADLINE)
    };
    let health = first.fetch_health().await;
    board.write(|evidence| {
        evidence.grafana.has_login = stack.grafana_login;
        evidence.grafana.health.clone_from(&health);
    });
    let client = if is_grafana(&health) {
        stack.grafana.clone()
    } else if given {
        match find_grafana_elsewhere(stack, &health).await {
            Some((client, health)) => {
                board.write(|evidence| {
                    evidence.grafana.health = health;
                    evidence.grafana.found_at = Some(client.base().to_owned());
                });
                client
            }
            None => return stack.grafana.clone(),
        }
    } else {
        return stack.grafana.clone();
    };
    let (org, (sources, refused)) = tokio::join!(client.fetch_org(), client.list_data_sources());
    board.write(|evidence| {
        evidence.grafana.org = org;
        evidence.grafana.sources = sources;
        evidence.grafana.sources_refused = refused;
    });
    client
}

fn is_grafana(health: &Slot<HttpAnswer>) -> bool {
    health.get().is_some_and(parse::is_health_answer)
}

/// True where this run found a Grafana that lets us read data sources.
pub fn is_readable(board: &EvidenceRecorder) -> bool {
    board.read(|evidence| evidence.grafana.sources.get().is_some())
}

/// Where Grafana answers on the same host, if not under the address given: behind the prefix that a redirect leads to,
/// further up the path, or under `/grafana`.
async fn find_grafana_elsewhere(stack: &Stack, health: &Slot<HttpAnswer>) -> Option<(GrafanaClient, Slot<HttpAnswer>)> {
    let answer = health.get()?;
    let given = stack.grafana.base();
    let (scheme, rest) = given.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let origin = format!("{scheme}://{host}");
    let mut prefixes: Vec<String> = Vec::new();
    if let Some(location) = answer.header("location") {
        let inside = location.strip_prefix(&origin).unwrap_or(location);
        if inside.starts_with('/') && !inside.starts_with("//") {
            let cut = inside.split(['?', '#']).next().unwrap_or_default();
            let cut = cut.split("/login").next().unwrap_or_default();
            prefixes.push(cut.trim_end_matches(HEALTH).trim_end_matches('/').to_owned());
        }
    }
    let mut parent = path.trim_end_matches('/');
    while let Some((above, _)) = parent.rsplit_once('/') {
        prefixes.push(format!("/{above}"));
        parent = above;
    }
    prefixes.extend([String::new(), "/grafana".to_owned()]);
    let mut tried = vec![given.to_owned()];
    for prefix in prefixes {
        let base = format!("{origin}{prefix}");
        if tried.contains(&base) || tried.len() > MOST_PREFIXES {
            continue;
        }
        let client = stack.grafana.at_path(&prefix);
        let health = client.fetch_health().await;
        if is_grafana(&health) {
            return Some((client, health));
        }
        tried.push(base);
    }
    None
}

/// Asks every Tempo data source, the Prometheus data sources that something relies on, and what links lead to.
pub async fn probe_data_sources(client: &GrafanaClient, board: &EvidenceRecorder) {
    let all = board.read(|evidence| evidence.grafana.sources.get().cloned().unwrap_or_default());
    let of_kind = |kind: &str| -> Vec<DataSource> {
        let mut found: Vec<DataSource> = all.iter().filter(|one| one.kind == kind).cloned().collect();
        found.sort_by_key(|one| !one.is_default);
        found.truncate(MOST_SOURCES);
        found
    };
    let (tempo_sources, prometheus_sources) = (of_kind(TEMPO_PLUGIN), of_kind(PROMETHEUS_PLUGIN));
    let others: Vec<DataSource> = all
        .iter()
        .filter(|one| one.kind != TEMPO_PLUGIN && one.kind != PROMETHEUS_PLUGIN)
        .filter(|one| {
            tempo_sources
                .iter()
                .any(|tempo| tempo.links().iter().any(|(_, to)| *to == one.uid))
        })
        .take(MOST_SOURCES)
        .cloned()
        .collect();
    let (tempo_found, prometheus_found, others_found, whole) = tokio::join!(
        join_all(tempo_sources.iter().map(|one| probe_tempo_source(client, &one.uid))),
        join_all(
            prometheus_sources
                .iter()
                .map(|one| probe_prometheus_source(client, &one.uid))
        ),
        join_all(others.iter().map(|one| probe_other_source(client, one))),
        join_all(tempo_sources.iter().map(|one| client.fetch_data_source(&one.uid))),
    );
    board.write(|evidence| {
        let facts = &mut evidence.grafana;
        facts.tempo = tempo_found;
        facts.prometheus = prometheus_found;
        facts.others = others_found;
        if let Slot::Known { value, .. } = &mut facts.sources {
            for one in whole.into_iter().filter_map(|one| one.into_result().ok()) {
                if let Some(known) = value.iter_mut().find(|known| known.uid == one.uid) {
                    known.secrets = one.secrets;
                }
            }
        }
    });
}

async fn probe_tempo_source(client: &GrafanaClient, uid: &str) -> TempoSourceFacts {
    let tempo = client.tempo_source(uid);
    let now = clock::unix_now();
    let any = SearchQuestion::new("{}", TimeWindow::from_seconds(now - 900.0, now), 1);
    let (echo, health, any, tags) = tokio::join!(
        tempo.fetch_echo(),
        client.fetch_source_health(uid),
        tempo.ask_search(&any),
        tempo.ask_resource_tags(),
    );
    TempoSourceFacts {
        uid: uid.to_owned(),
        echo,
        health,
        any,
        tags: drop_body(tags),
        ..TempoSourceFacts::default()
    }
}

async fn probe_prometheus_source(client: &GrafanaClient, uid: &str) -> PrometheusSourceFacts {
    let prometheus = client.prometheus_source(uid);
    let (probe, health, names, labels) = tokio::join!(
        prometheus.ask_vector(),
        client.fetch_source_health(uid),
        prometheus.fetch_metric_names(Some(TRACE_METRICS), None),
        fetch_span_metric_labels(&prometheus),
    );
    PrometheusSourceFacts {
        uid: uid.to_owned(),
        probe,
        health,
        series: Slot::NotAsked,
        names,
        labels,
    }
}

/// The labels that span metrics have.
pub async fn fetch_span_metric_labels(prometheus: &PrometheusClient) -> Slot<Vec<String>> {
    let calls = "traces_spanmetrics_calls_total";
    prometheus.fetch_label_names(Some(calls), None).await
}

async fn probe_other_source(client: &GrafanaClient, source: &DataSource) -> OtherSourceFacts {
    let mut health = client.fetch_source_health(&source.uid).await;
    let unknown = health.get().is_some_and(|answer| answer.status == 404);
    if unknown && source.kind == "loki" {
        // Loki's own check came with 10.2; its labels can be asked for in every version.
        health = client.loki_source(&source.uid).fetch_labels().await;
    }
    OtherSourceFacts {
        uid: source.uid.clone(),
        health,
    }
}

/// The status of an answer whose body nobody reads.
fn drop_body(slot: Slot<HttpAnswer>) -> Slot<HttpAnswer> {
    slot.and_then(|answer| {
        let body = if answer.is_success() {
            String::new()
        } else {
            answer.excerpt()
        };
        Ok(HttpAnswer { body, ..answer })
    })
}

/// True where a question through the proxy was answered by Tempo.
pub fn is_tempo_source(through: &TempoSourceFacts) -> bool {
    tempo::is_echo(&through.echo)
        || through
            .any
            .get()
            .cloned()
            .is_some_and(|answer| tempo::expect_ok(answer).is_ok())
}
