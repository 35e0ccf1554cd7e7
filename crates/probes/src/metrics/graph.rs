//! The service graph from Prometheus.

use std::collections::BTreeMap;
use telemetry::text::quote::quote_query_text;

use doctor::diagnose::no_metrics::SeriesPresence;
use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Failure;
use telemetry::model::prometheus::PromSeries;
use telemetry::model::red::{CauseNote, ServiceGraph, ServiceGraphEdge};
use telemetry::parse::service_graph::{self, GraphFamily};
use telemetry::parse::span_metrics::DurationHistogram;

use super::MetricsAnswer;
use super::MetricsAnswer::Absent;
use super::promql::{build_quantile, build_selector, build_sum, to_seconds};
use super::recognise::count_live_series;
use super::{MetricsQuestion, TREND_POINTS};
use telemetry::model::marker::is_own_service;

const BY: [&str; 3] = ["client", "server", "connection_type"];

/// Asks for the edges.
pub async fn fetch_graph(
    client: &PrometheusClient,
    wanted: &MetricsQuestion,
) -> Result<MetricsAnswer<ServiceGraph>, Failure> {
    let window = wanted.window;
    let names = async |window| {
        client
            .fetch_metric_names(Some(service_graph::SERVICE_GRAPH), window)
            .await
    };
    let mut families = service_graph::find_graph_families(&names(Some(window)).await.into_result()?);
    if families.is_empty() {
        let ever = service_graph::find_graph_families(&names(None).await.into_result()?);
        let stale = |family: GraphFamily| Absent(SeriesPresence::Stale, Some(family.requests));
        return Ok(ever
            .into_iter()
            .next()
            .map_or(Absent(SeriesPresence::Unknown, None), stale));
    }
    let stale = families[0].requests.clone();
    let living = count_live_series(client, families.iter().map(|family| family.requests.clone()), window).await?;
    let count = |family: &GraphFamily| {
        let found = living.iter().find(|(name, _)| *name == family.requests);
        found.map_or(0.0, |(_, count)| *count)
    };
    families.retain(|family| count(family) > 0.0);
    families.sort_by(|a, b| count(b).total_cmp(&count(a)));
    let Some(family) = families.first() else {
        return Ok(Absent(SeriesPresence::Stale, Some(stale)));
    };
    let increase = |name: &str, matchers: Vec<String>| {
        build_sum(&BY, "increase", &build_selector(name, &matchers), window.seconds())
    };
    let at_end = EvaluationTime::At(window.end_s());
    let read = async |query: String| client.query_series(&query, at_end).await.into_result();
    let requests = read(increase(&family.requests, Vec::new())).await?;
    if requests.is_empty() {
        return Ok(Absent(SeriesPresence::Young, Some(family.requests.clone())));
    }
    let failed = match &family.failed {
        Some(name) => read(increase(name, Vec::new())).await?,
        None => Vec::new(),
    };
    let mut notes = Vec::new();
    let mut first = 0.0;
    let slow = match &family.latency {
        Some(histogram) => {
            let query = build_quantile(0.95, histogram, &BY, &[], window.seconds());
            let series = read(query).await?;
            let unit = to_seconds(histogram.unit);
            first = fetch_first_bucket(client, histogram, wanted)
                .await
                .map_or(0.0, |le| le * unit);
            group_by_edge(&series)
                .into_iter()
                .map(|(key, value)| (key, value * unit))
                .collect()
        }
        None => {
            notes.push(CauseNote::new("Requests are counted, but durations are not measured."));
            BTreeMap::new()
        }
    };
    let data_from = find_data_start(client, family, wanted).await;
    let covered = (window.end_s() - data_from.unwrap_or_else(|| window.start_s())).max(1.0);
    let (failed, all) = (group_by_edge(&failed), group_by_edge(&requests));
    let mut ours = false;
    let mut edges: Vec<ServiceGraphEdge> = all
        .into_iter()
        .filter(|(_, requests)| *requests > 0.0)
        .filter(|(key, _)| {
            let marker = is_own_service(&key.0) || is_own_service(&key.1);
            ours |= marker && !wanted.markers;
            !marker || wanted.markers
        })
        .filter(|(key, _)| {
            wanted
                .service
                .as_ref()
                .is_none_or(|wanted| key.0 == *wanted || key.1 == *wanted)
        })
        .map(|(key, requests)| ServiceGraphEdge {
            rate: requests / covered,
            error_ratio: Some((failed.get(&key).unwrap_or(&0.0) / requests).clamp(0.0, 1.0)),
            // Within the first bucket PromQL draws a line from 0 to its bound, whatever the durations were.
            p95: slow.get(&key).map(|seconds| seconds.max(first)),
            p95_within: slow.get(&key).is_some_and(|seconds| *seconds <= first),
            client: key.0,
            server: key.1,
            connection_type: key.2,
        })
        .collect();
    if ours {
        notes.push(CauseNote::new("tempoctl's own marker is hidden (--markers shows it)."));
    }
    edges.sort_by(|a, b| b.rate.total_cmp(&a.rate));
    Ok(MetricsAnswer::Found(Box::new(ServiceGraph {
        window,
        read: format!("{}*", family.prefix),
        total: edges.len(),
        edges,
        data_from,
        notes,
        empty: None,
    })))
}

/// An edge's client, server and connection type.
type EdgeKey = (String, String, String);

fn group_by_edge(series: &[PromSeries]) -> BTreeMap<EdgeKey, f64> {
    let of = |series: &PromSeries| {
        let label = |name: &str| series.label(name).to_owned();
        Some(((label(BY[0]), label(BY[1]), label(BY[2])), series.points.last()?.1))
    };
    series.iter().filter_map(of).collect()
}

/// The bound of a classic histogram's first bucket, in its own unit.
async fn fetch_first_bucket(
    client: &PrometheusClient,
    histogram: &DurationHistogram,
    wanted: &MetricsQuestion,
) -> Option<f64> {
    if !histogram.classic || histogram.native {
        return None;
    }
    let name = format!("{}_bucket", histogram.base);
    let query = build_sum(
        &["le"],
        "increase",
        &build_selector(&name, &[]),
        wanted.window.seconds(),
    );
    let series = client
        .query_series(&query, EvaluationTime::At(wanted.window.end_s()))
        .await;
    let bounds = series
        .get()?
        .iter()
        .filter_map(|series| series.label("le").parse::<f64>().ok());
    bounds
        .reduce(f64::min)
        .filter(|bound| bound.is_finite() && *bound > 0.0)
}

/// Where the first sample stands, if that is later than the window's start.
async fn find_data_start(client: &PrometheusClient, family: &GraphFamily, wanted: &MetricsQuestion) -> Option<f64> {
    let window = wanted.window;
    let step = (window.seconds() / (4 * TREND_POINTS) as f64).max(1.0);
    let query = format!("count({{__name__={}}})", quote_query_text(&family.requests));
    let time = EvaluationTime::from_steps(window.start_s(), window.end_s(), step);
    let series = client.query_series(&query, time).await;
    let first = series.get()?.first()?.points.first()?.0;
    // It began within the step before the point where it was first seen.
    (first > window.start_s() + step).then_some(first - step)
}
