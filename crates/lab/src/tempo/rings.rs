//! Ring pages: HTML for people, JSON for those who ask for it, 404 where a version has no such ring.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::super::answers::{build_answer, build_go_error};
use super::LabTempo;
use super::query::{SharedTempo, TempoAnswer};
use super::status::{render_html, render_now, wants_json};

/// `GET /ingester/ring`
pub(crate) async fn serve_ingester_ring(State(tempo): SharedTempo, headers: HeaderMap) -> TempoAnswer {
    if tempo.settings.is_v3() {
        return build_not_found();
    }
    build_ring(&tempo, &headers, 128)
}

/// `GET /metrics-generator/ring`
pub(crate) async fn serve_generator_ring(State(tempo): SharedTempo, headers: HeaderMap) -> TempoAnswer {
    if tempo.settings.is_v3() {
        return build_not_found();
    }
    let members = if tempo.settings.fault.generator_off {
        None
    } else {
        Some(256)
    };
    members.map_or_else(build_not_found, |tokens| build_ring(&tempo, &headers, tokens))
}

/// `GET /live-store/ring`: 2.10 serves it too, with nobody in it.
pub(crate) async fn serve_live_store_ring(State(tempo): SharedTempo, headers: HeaderMap) -> TempoAnswer {
    if tempo.settings.is_v3() {
        return build_ring(&tempo, &headers, 0);
    }
    build_page(&tempo, &headers, &json!(null), "")
}

/// `GET /partition-ring`
pub(crate) async fn serve_partition_ring(State(tempo): SharedTempo, headers: HeaderMap) -> TempoAnswer {
    if !tempo.settings.is_v3() {
        return build_not_found();
    }
    if wants_json(&headers) {
        let partition = json!({
            "id": 0, "corrupted": false, "state": 2, "state_timestamp": render_start_time(&tempo), "state_change_locked": false,
            "owner_ids": ["lab"], "tokens": [],
        });
        let body = json!({"partitions": [partition]}).to_string();
        return build_answer(StatusCode::OK, "application/json", body);
    }
    let row = format!(
        "<table border=\"1\">\n<tr><th>Partition ID</th><th>State</th><th>State updated at</th><th>Owners</th></tr>\n<tr><td>0</td><td>Active</td><td>{}</td><td>lab</td></tr>\n</table>",
        render_start_time(&tempo)
    );
    build_answer(
        StatusCode::OK,
        "text/html",
        render_html("Partitions Ring Status", &tempo, &row),
    )
}

/// `GET /memberlist`
pub(crate) async fn serve_memberlist() -> TempoAnswer {
    build_answer(StatusCode::OK, "text/plain", "This instance doesn't use memberlist.")
}

fn build_not_found() -> TempoAnswer {
    build_go_error(StatusCode::NOT_FOUND, "404 page not found")
}

fn build_ring(tempo: &LabTempo, headers: &HeaderMap, tokens: u32) -> TempoAnswer {
    let listed: Vec<u32> = (0..tokens).map(|at| at * (u32::MAX / tokens.max(1))).collect();
    let member = json!({
        "id": "lab", "state": "ACTIVE", "address": "127.0.0.1:9095", "timestamp": render_now(),
        "registered_timestamp": render_start_time(tempo), "read_only": false,
        "read_only_updated_timestamp": "0001-01-01T00:00:00Z", "zone": "", "tokens": listed,
    });
    let row = format!(
        "<tr><td>lab</td><td></td><td>ACTIVE</td><td>127.0.0.1:9095</td><td>{}</td><td></td><td></td><td>1s ago</td><td>{tokens}</td></tr>",
        render_start_time(tempo)
    );
    build_page(tempo, headers, &json!([member]), &row)
}

fn build_page(tempo: &LabTempo, headers: &HeaderMap, members: &Value, rows: &str) -> TempoAnswer {
    if wants_json(headers) {
        let body = json!({"shards": members, "now": render_now()}).to_string();
        return build_answer(StatusCode::OK, "application/json", body);
    }
    let table = format!(
        "<table width=\"100%\" border=\"1\">\n<tr><th>Instance ID</th><th>Availability Zone</th><th>State</th><th>Address</th><th>Registered At</th><th>Read-Only</th><th>Read-Only Updated</th><th>Last Heartbeat</th><th>Tokens</th></tr>\n{rows}\n</table>"
    );
    build_answer(StatusCode::OK, "text/html", render_html("Ring Status", tempo, &table))
}

fn render_start_time(tempo: &LabTempo) -> String {
    jiff::Timestamp::try_from(tempo.started_at).map_or_else(|_| render_now(), |stamp| stamp.to_string())
}
