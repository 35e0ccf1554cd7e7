//! Tempo's routes. `http_api_prefix` moves `/api`, nothing else.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::super::nuisance::{self, Nuisances};
use super::super::options::Part;
use super::super::scenario::TempoState;
use super::query::{self, Answer, plain};
use super::{Tempo, rings, search, status, streaming, traceql_metrics};

/// Everything Tempo answers over HTTP, less what a gateway in front of it closes.
pub(crate) fn router(tempo: Arc<Tempo>, nuisances: Nuisances, closed: Vec<String>) -> Router {
    let root = Router::new()
        .route("/ready", get(status::ready))
        .route("/metrics", get(status::metrics))
        .route("/status", get(status::all))
        .route("/status/overrides", get(status::tenants))
        .route("/status/overrides/{tenant}", get(status::overrides))
        .route("/status/{page}", get(status::one))
        .route("/ingester/ring", get(rings::ingester))
        .route("/metrics-generator/ring", get(rings::generator))
        .route("/live-store/ring", get(rings::live_store))
        .route("/partition-ring", get(rings::partitions))
        .route("/memberlist", get(rings::memberlist));
    let root = match tempo.settings.fault.streaming {
        true => root.route("/tempopb.StreamingQuerier/Search", post(streaming::search)),
        false => root,
    };
    root.merge(api(tempo.settings.prefix()))
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(&tempo), gate))
        .layer(middleware::from_fn_with_state(Arc::new(closed), gateway))
        .layer(middleware::from_fn_with_state(
            (Part::Tempo, nuisances),
            nuisance::layer,
        ))
        .with_state(tempo)
}

fn api(prefix: &str) -> Router<Arc<Tempo>> {
    let at = |path: &str| format!("{prefix}{path}");
    let querier = |path: &str| format!("/querier{prefix}{path}");
    Router::new()
        .route(&at("/api/echo"), get(status::echo))
        .route(&at("/api/status/buildinfo"), get(status::buildinfo))
        .route(&at("/api/traces/{id}"), get(query::trace_v1))
        .route(&at("/api/v2/traces/{id}"), get(query::trace_v2))
        .route(&querier("/api/traces/{id}"), get(query::trace_v1))
        .route(&querier("/api/v2/traces/{id}"), get(query::trace_v2))
        .route(&at("/api/search"), get(search::search))
        .route(&at("/api/search/tags"), get(search::tags_v1))
        .route(&at("/api/v2/search/tags"), get(search::tags))
        .route(&at("/api/search/tag/{tag}/values"), get(search::tag_values_v1))
        .route(&at("/api/v2/search/tag/{tag}/values"), get(search::tag_values))
        .route(&at("/api/metrics/query_range"), get(traceql_metrics::range))
        .route(&at("/api/metrics/query"), get(traceql_metrics::instant))
}

async fn not_found() -> Answer {
    plain(StatusCode::NOT_FOUND, "404 page not found")
}

/// What a gateway closes.
async fn gateway(State(closed): State<Arc<Vec<String>>>, request: Request, next: Next) -> Answer {
    let path = request.uri().path();
    if closed.iter().any(|closed| path.starts_with(closed.as_str())) {
        return plain(StatusCode::NOT_FOUND, "404 page not found");
    }
    next.run(request).await
}

/// What a starting process cannot answer yet, and the count of every request.
async fn gate(State(tempo): State<Arc<Tempo>>, request: Request, next: Next) -> Answer {
    let path = request.uri().path().to_owned();
    let queries = path.contains("/api/") && !path.ends_with("/echo") && !path.ends_with("/buildinfo");
    if tempo.settings.fault.tempo == TempoState::Starting && queries {
        let text = if tempo.settings.v3() {
            "live-store is starting\n"
        } else {
            "empty ring\n"
        };
        return query::Refused::by_frontend(StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
    }
    let began = Instant::now();
    let method = request.method().to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |matched| route_name(matched.as_str()));
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
fn route_name(matched: &str) -> String {
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
