//! Ring pages: HTML for people, JSON for those who ask for it, 404 where a version has no such ring.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::Tempo;
use super::query::{Answer, Shared, plain, with_type};
use super::status::{html, now, wants_json};

/// `GET /ingester/ring`
pub(crate) async fn ingester(State(tempo): Shared, headers: HeaderMap) -> Answer {
    if tempo.settings.v3() {
        return absent();
    }
    ring(&tempo, &headers, 128)
}

/// `GET /metrics-generator/ring`
pub(crate) async fn generator(State(tempo): Shared, headers: HeaderMap) -> Answer {
    if tempo.settings.v3() {
        return absent();
    }
    let members = if tempo.settings.fault.generator_off {
        None
    } else {
        Some(256)
    };
    members.map_or_else(absent, |tokens| ring(&tempo, &headers, tokens))
}

/// `GET /live-store/ring`: 2.10 serves it too, with nobody in it.
pub(crate) async fn live_store(State(tempo): Shared, headers: HeaderMap) -> Answer {
    if tempo.settings.v3() {
        return ring(&tempo, &headers, 0);
    }
    page(&tempo, &headers, &json!(null), "")
}

/// `GET /partition-ring`
pub(crate) async fn partitions(State(tempo): Shared, headers: HeaderMap) -> Answer {
    if !tempo.settings.v3() {
        return absent();
    }
    if wants_json(&headers) {
        let partition = json!({
            "id": 0, "corrupted": false, "state": 2, "state_timestamp": stamp(&tempo), "state_change_locked": false,
            "owner_ids": ["lab"], "tokens": [],
        });
        let body = json!({"partitions": [partition]}).to_string();
        return with_type(StatusCode::OK, "application/json", body);
    }
    let row = format!(
        "<table border=\"1\">\n<tr><th>Partition ID</th><th>State</th><th>State updated at</th><th>Owners</th></tr>\n<tr><td>0</td><td>Active</td><td>{}</td><td>lab</td></tr>\n</table>",
        stamp(&tempo)
    );
    with_type(
        StatusCode::OK,
        "text/html",
        html("Partitions Ring Status", &tempo, &row),
    )
}

/// `GET /memberlist`
pub(crate) async fn memberlist() -> Answer {
    with_type(StatusCode::OK, "text/plain", "This instance doesn't use memberlist.")
}

fn absent() -> Answer {
    plain(StatusCode::NOT_FOUND, "404 page not found")
}

fn ring(tempo: &Tempo, headers: &HeaderMap, tokens: u32) -> Answer {
    let listed: Vec<u32> = (0..tokens).map(|at| at * (u32::MAX / tokens.max(1))).collect();
    let member = json!({
        "id": "lab", "state": "ACTIVE", "address": "127.0.0.1:9095", "timestamp": now(),
        "registered_timestamp": stamp(tempo), "read_only": false,
        "read_only_updated_timestamp": "0001-01-01T00:00:00Z", "zone": "", "tokens": listed,
    });
    let row = format!(
        "<tr><td>lab</td><td></td><td>ACTIVE</td><td>127.0.0.1:9095</td><td>{}</td><td></td><td></td><td>1s ago</td><td>{tokens}</td></tr>",
        stamp(tempo)
    );
    page(tempo, headers, &json!([member]), &row)
}

fn page(tempo: &Tempo, headers: &HeaderMap, members: &Value, rows: &str) -> Answer {
    if wants_json(headers) {
        let body = json!({"shards": members, "now": now()}).to_string();
        return with_type(StatusCode::OK, "application/json", body);
    }
    let table = format!(
        "<table width=\"100%\" border=\"1\">\n<tr><th>Instance ID</th><th>Availability Zone</th><th>State</th><th>Address</th><th>Registered At</th><th>Read-Only</th><th>Read-Only Updated</th><th>Last Heartbeat</th><th>Tokens</th></tr>\n{rows}\n</table>"
    );
    with_type(StatusCode::OK, "text/html", html("Ring Status", tempo, &table))
}

fn stamp(tempo: &Tempo) -> String {
    jiff::Timestamp::try_from(tempo.started_at).map_or_else(|_| now(), |stamp| stamp.to_string())
}
