//! The marker, read through Grafana's data sources as a person's browser would.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use stack::clients::tempo::SearchQuestion;
use stack::clients::{GrafanaClient, TempoClient};
use telemetry::load::marker::rebuild_marker_trace;
use telemetry::model::grafana::{PrometheusSourceFacts, TempoSourceFacts};
use telemetry::model::marker::{Marker, TraceRead, Watch, list_live_services};
use telemetry::model::trace::{Trace, TraceId};
use telemetry::model::{Hop, HopState, Slot};

use super::evidence_recorder::EvidenceRecorder;
use super::grafana::is_tempo_source;
use super::marker_query::build_marker_search;
use super::wait::Wait;
use super::{marker_query, marker_series};

/// For how long something is asked for again that Tempo itself has shown already.
const PATIENCE: Duration = Duration::from_millis(1_200);
const PAUSE: Duration = Duration::from_millis(400);

/// What is looked for.
struct WantedTrace {
    /// Without spans where somebody else sent it.
    sent: Trace,
    /// The search that finds it, where a search found it.
    search: Option<SearchQuestion>,
}

/// Reads the marker through every data source that answers as what it is.
pub async fn read_marker(client: &GrafanaClient, board: &EvidenceRecorder) {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let (by_id, searched, in_prometheus) = board.read(|evidence| {
        let seen = |watch: &Option<Watch>| watch.as_ref().is_some_and(Watch::is_seen);
        (
            seen(&evidence.query.by_id_watch),
            seen(&evidence.query.search_watch) || seen(&evidence.query.backdated_watch),
            seen(&evidence.prometheus.calls_watch) || seen(&evidence.prometheus.graph_watch),
        )
    });
    let wanted = by_id.then(|| build_wanted_trace(&marker, searched));
    read_all_sources(client, board, wanted.as_ref(), in_prometheus, Some(&marker)).await;
}

/// Reads a trace that Tempo has shown through every data source.
pub async fn read_trace(client: &GrafanaClient, board: &EvidenceRecorder, trace_id: &str) {
    let wanted = WantedTrace {
        sent: Trace {
            id: TraceId::from_hex(trace_id).unwrap_or_default(),
            ..Trace::default()
        },
        search: None,
    };
    read_all_sources(client, board, Some(&wanted), false, None).await;
}

fn build_wanted_trace(marker: &Marker, searched: bool) -> WantedTrace {
    WantedTrace {
        sent: rebuild_marker_trace(marker),
        search: searched.then(|| build_marker_search(marker)),
    }
}

async fn read_all_sources(
    client: &GrafanaClient,
    board: &EvidenceRecorder,
    wanted: Option<&WantedTrace>,
    in_prometheus: bool,
    marker: Option<&Marker>,
) {
    let (tempo, prometheus) =
        board.read(|evidence| (evidence.grafana.tempo.clone(), evidence.grafana.prometheus.clone()));
    let (tempo, prometheus) = tokio::join!(
        join_all(tempo.into_iter().map(|through| read_tempo(client, through, wanted))),
        join_all(
            prometheus
                .into_iter()
                .map(|through| read_prometheus(client, through, in_prometheus, marker))
        ),
    );
    let seen = tempo
        .iter()
        .any(|through| through.by_id.get().is_some_and(|read| read.spans > 0));
    board.write(|evidence| {
        evidence.grafana.tempo = tempo;
        evidence.grafana.prometheus = prometheus;
        let base = client.base().to_owned();
        evidence.grafana.explore = match (evidence.grafana.primary_tempo(), wanted) {
            (Some(source), Some(wanted)) => Some(telemetry::parse::explore::build_trace_link(
                &base,
                &source.uid,
                &wanted.sent.id.to_string(),
                evidence.grafana.is_before_v10(),
            )),
            _ => None,
        };
    });
    if wanted.is_some() {
        let state = if seen { HopState::Passed } else { HopState::Lost };
        board.report_hop(Hop::Grafana, state, None);
    }
}

async fn read_tempo(
    client: &GrafanaClient,
    mut through: TempoSourceFacts,
    wanted: Option<&WantedTrace>,
) -> TempoSourceFacts {
    let Some(wanted) = wanted.filter(|_| is_tempo_source(&through)) else {
        return through;
    };
    let tempo = client.tempo_source(&through.uid);
    let trace_id = wanted.sent.id.to_string();
    let (by_id, search, query) = tokio::join!(
        fetch_by_id(&tempo, wanted),
        search_trace(&tempo, wanted),
        query_as_panel(client, &through.uid, &trace_id)
    );
    through.by_id = by_id;
    through.search = search;
    through.query = query;
    through
}

/// By id, a few times: another querier may be a moment behind.
async fn fetch_by_id(tempo: &TempoClient, wanted: &WantedTrace) -> Slot<TraceRead> {
    let wait = Wait::new(PATIENCE).every(PAUSE);
    wait.poll(async |wait| {
        let read = marker_query::fetch_trace_by_id(tempo, &wanted.sent).await;
        (read.get().is_none_or(|read| read.spans > 0) || wait.end().is_some()).then_some(read)
    })
    .await
}

async fn search_trace(tempo: &TempoClient, wanted: &WantedTrace) -> Slot<Vec<String>> {
    let Some(question) = &wanted.search else {
        return Slot::NotAsked;
    };
    let wait = Wait::new(PATIENCE).every(PAUSE);
    wait.poll(async |wait| {
        let found = marker_query::search_ids(tempo, question).await;
        (found.get().is_none_or(|ids| !ids.is_empty()) || wait.end().is_some()).then_some(found)
    })
    .await
}

/// `POST /api/ds/query`; versions before 10 ignore the type and always look for a trace. Only what went wrong is kept.
async fn query_as_panel(
    client: &GrafanaClient,
    uid: &str,
    trace_id: &str,
) -> Slot<telemetry::model::tempo::HttpAnswer> {
    let body = json!({"from": "0", "to": "0", "queries": [{
        "refId": "A",
        "datasource": {"type": "tempo", "uid": uid},
        "queryType": "traceId",
        "query": trace_id,
    }]});
    client.query(&body).await.and_then(|mut answer| {
        if answer.is_success() && telemetry::parse::grafana::extract_query_error(&answer).is_none() {
            answer.body = String::new();
        }
        Ok(answer)
    })
}

async fn read_prometheus(
    client: &GrafanaClient,
    mut through: PrometheusSourceFacts,
    in_prometheus: bool,
    marker: Option<&Marker>,
) -> PrometheusSourceFacts {
    let answers = through.probe.get().is_some_and(|answer| answer.is_success());
    let Some(marker) = marker.filter(|_| in_prometheus && answers) else {
        return through;
    };
    let prometheus = client.prometheus_source(&through.uid);
    let wait = Wait::new(PATIENCE).every(PAUSE);
    wait.poll(async |wait| {
        if through.labels.get().is_none_or(Vec::is_empty) {
            // The metric may have come with the marker.
            through.labels = super::grafana::fetch_span_metric_labels(&prometheus).await;
        }
        through.series = marker_series::fetch_series_from(&prometheus, list_live_services()).await;
        let fresh = |sent_at: f64| {
            through.series.get().is_some_and(|list| {
                list.iter()
                    .any(|series| series.points.iter().any(|(at, _)| *at >= sent_at - 360.0))
            })
        };
        (through.series.get().is_none() || fresh(marker.sent_at) || wait.end().is_some()).then_some(())
    })
    .await;
    through
}
