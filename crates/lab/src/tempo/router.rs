//! Tempo's routes. `http_api_prefix` moves `/api`, nothing else.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::super::answers::build_go_error;
use super::super::nuisance::{self, Nuisances};
use super::super::options::LabPart;
use super::super::scenario::TempoState;
use super::query::{self, TempoAnswer};
use super::{LabTempo, rings, search, status, streaming, traceql_metrics};

/// Everything Tempo answers over HTTP, less what a gateway in front of it closes.
pub(crate) fn build_router(tempo: Arc<LabTempo>, nuisances: Nuisances, closed: Vec<String>) -> Router {
    let root = Router::new()
        .route("/ready", get(status::serve_ready))
        .route("/metrics", get(status::serve_metrics))
        .route("/status", get(status::serve_all_pages))
        .route("/status/overrides", get(status::serve_tenants))
        .route("/status/overrides/{tenant}", get(status::serve_overrides))
        .route("/status/{page}", get(status::serve_page))
        .route("/ingester/ring", get(rings::serve_ingester_ring))
        .route("/metrics-generator/ring", get(rings::serve_generator_ring))
        .route("/live-store/ring", get(rings::serve_live_store_ring))
        .route("/partition-ring", get(rings::serve_partition_ring))
        .route("/memberlist", get(rings::serve_memberlist));
    let root = match tempo.settings.fault.streaming {
        true => root.route("/tempopb.StreamingQuerier/Search", post(streaming::serve_search)),
        false => root,
    };
    root.merge(build_api_router(tempo.settings.api_prefix()))
        .fallback(serve_not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(&tempo), gate_request))
        .layer(middleware::from_fn_with_state(Arc::new(closed), close_paths))
        .layer(middleware::from_fn_with_state(
            (LabPart::Tempo, nuisances),
            nuisance::apply_nuisance,
        ))
        .with_state(tempo)
}

fn build_api_router(prefix: &str) -> Router<Arc<LabTempo>> {
    let at = |path: &str| format!("{prefix}{path}");
    let querier = |path: &str| format!("/querier{prefix}{path}");
    Router::new()
        .route(&at("/api/echo"), get(status::serve_echo))
        .route(&at("/api/status/buildinfo"), get(status::serve_buildinfo))
        .route(&at("/api/traces/{id}"), get(query::serve_trace_v1))
        .route(&at("/api/v2/traces/{id}"), get(query::serve_trace_v2))
        .route(&querier("/api/traces/{id}"), get(query::serve_trace_v1))
        .route(&querier("/api/v2/traces/{id}"), get(query::serve_trace_v2))
        .route(&at("/api/search"), get(search::serve_search))
        .route(&at("/api/search/tags"), get(search::serve_tags_v1))
        .route(&at("/api/v2/search/tags"), get(search::serve_tags))
        .route(&at("/api/search/tag/{tag}/values"), get(search::serve_tag_values_v1))
        .route(&at("/api/v2/search/tag/{tag}/values"), get(search::serve_tag_values))
        .route(&at("/api/metrics/query_range"), get(traceql_metrics::serve_range))
        .route(&at("/api/metrics/query"), get(traceql_metrics::serve_instant))
}

async fn serve_not_found() -> TempoAnswer {
    build_go_error(StatusCode::NOT_FOUND, "404 page not found")
}

/// What a gateway closes.
async fn close_paths(State(closed): State<Arc<Vec<String>>>, request: Request, next: Next) -> TempoAnswer {
    let path = request.uri().path();
    if closed.iter().any(|closed| path.starts_with(closed.as_str())) {
        return build_go_error(StatusCode::NOT_FOUND, "404 page not found");
    }
    next.run(request).await
}

/// What a starting process cannot answer yet, and the count of every request.
async fn gate_request(State(tempo): State<Arc<LabTempo>>, request: Request, next: Next) -> TempoAnswer {
    let path = request.uri().path().to_owned();
    let queries = path.contains("/api/") && !path.ends_with("/echo") && !path.ends_with("/buildinfo");
    if tempo.settings.fault.tempo == TempoState::Starting && queries {
        let text = if tempo.settings.is_v3() {
            "live-store is starting\n"
        } else {
            "empty ring\n"
        };
        return query::RefusedQuery::by_frontend(StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
    }
    let began = Instant::now();
    let method = request.method().to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |matched| render_route_name(matched.as_str()));
    let answer = next.run(request).await;
    let status = answer.status().as_u16().to_string();
    tempo.metrics.observe(
        "tempo_request_duration_seconds",
        &[
            ("method", &method),
            ("route", &route),
            ("status_code", &status),
            ("ws", "false"),
        ],
        began.elapsed().as_secs_f64(),
    );
    answer
}

/// `/api/traces/{id}` is `api_traces_traceid`.
fn render_route_name(matched: &str) -> String {
    let words: Vec<&str> = matched
        .split('/')
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "{id}" => "traceid",
            "{tag}" => "tagname",
            "{page}" => "endpoint",
            other => other.trim_matches(['{', '}']),
        })
        .collect();
    words.join("_").replace('-', "_")
}
