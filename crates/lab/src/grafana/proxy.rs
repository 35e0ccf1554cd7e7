//! The way through Grafana to what stands behind a data source.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, header};
use axum::response::Response;
use http_body_util::Full;
use serde_json::{Value, json};

use super::super::remote_write::{HttpExchange, exchange_http};
use super::LabGrafana;
use super::answers::{build_json_answer, build_message_answer, build_text_answer};

const LIMIT: Duration = Duration::from_secs(30);

/// One question to the server of a data source: the status and the body, or nobody answered.
pub(super) async fn query_source(
    grafana: &LabGrafana,
    source: &Value,
    method: Method,
    path: &str,
    form: Bytes,
) -> Option<(u16, Bytes)> {
    let url = source["url"].as_str().unwrap_or_default().trim_end_matches('/');
    if url.starts_with("https:") || grafana.plan.in_container && url.contains("//localhost") {
        return None;
    }
    query_address(source, method, &format!("{url}{path}"), form).await
}

async fn query_address(source: &Value, method: Method, address: &str, form: Bytes) -> Option<(u16, Bytes)> {
    let mut request = Request::builder().method(method.clone()).uri(address);
    if method == Method::POST {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for number in 1..5 {
        let name = source["jsonData"][format!("httpHeaderName{number}")].as_str();
        let value = source["secureJsonData"][format!("httpHeaderValue{number}")].as_str();
        if let (Some(name), Some(value)) = (name, value) {
            request = request.header(name, value);
        }
    }
    let request = request.body(Full::new(form)).ok()?;
    match exchange_http(request, LIMIT).await {
        HttpExchange::Answered { status, body } => Some((status, body)),
        HttpExchange::Failed => None,
    }
}

/// `ANY /api/datasources/proxy/uid/:uid/*path`
pub(super) async fn serve_proxied(
    grafana: &LabGrafana,
    uid: &str,
    method: Method,
    path: &str,
    form: Bytes,
) -> Response {
    let Some(source) = grafana.source(uid) else {
        return build_message_answer(404, "Unable to find datasource", grafana.version());
    };
    let prometheus = source["type"] == "prometheus";
    let listed = ["query", "query_range", "series", "labels", "query_exemplars"];
    let posts = |path: &str| listed.iter().any(|one| path.ends_with(&format!("/api/v1/{one}")));
    if prometheus && method == Method::POST && !posts(path.split('?').next().unwrap_or_default()) {
        return build_text_answer(
            403,
            "text/plain",
            "non allow-listed POSTs not allowed on proxied Prometheus datasource",
        );
    }
    match query_source(grafana, source, method, path, form).await {
        None => build_text_answer(502, "text/plain", ""),
        Some((401, _)) => build_text_answer(400, "text/plain; charset=utf-8", "Authentication to data source failed"),
        Some((status, body)) => {
            let kind = if body.starts_with(b"{") || body.starts_with(b"[") {
                "application/json"
            } else {
                "text/plain; charset=utf-8"
            };
            build_text_answer(status, kind, body)
        }
    }
}

/// `GET /api/datasources/uid/:uid/health`
pub(super) async fn serve_health(grafana: &LabGrafana, uid: &str) -> Response {
    let version = grafana.version();
    let Some(source) = grafana.source(uid) else {
        return build_message_answer(500, "Unable to load datasource metadata", version);
    };
    let tempo = source["type"] == "tempo";
    let implemented = if tempo { version >= (12, 3) } else { version >= (10, 0) };
    if !implemented {
        return if version < (10, 1) {
            build_json_answer(404, &json!({"message": "Not found", "traceID": ""}))
        } else {
            build_json_answer(
                404,
                &json!({"message": "Method not implemented", "messageId": "plugin.notImplemented", "statusCode": 404, "traceID": ""}),
            )
        };
    }
    let verdict = if tempo {
        check_tempo_health(grafana, source).await
    } else {
        check_prometheus_health(grafana, source).await
    };
    match verdict {
        Ok(text) => build_json_answer(200, &json!({"message": text, "status": "OK"})),
        Err(text) => build_json_answer(400, &json!({"message": text, "status": "ERROR"})),
    }
}

async fn check_tempo_health(grafana: &LabGrafana, source: &Value) -> Result<String, String> {
    let url = source["url"].as_str().unwrap_or_default();
    if source["jsonData"]["streamingEnabled"]["search"] == true {
        return if grafana.streams {
            Ok("Data source is working. Streaming test succeeded.".to_owned())
        } else {
            Err("rpc error: code = Unavailable desc = connection error: desc = \"error reading server preface: http2: failed \
                 reading the frame payload: http2: frame too large, note that the frame header looked like an HTTP/1.1 header\""
                .to_owned())
        };
    }
    match query_source(grafana, source, Method::GET, "/api/echo", Bytes::new()).await {
        Some((200, _)) => Ok("Data source is working".to_owned()),
        Some((status, _)) => Err(format!("Tempo echo endpoint returned status {status}")),
        None => Err(describe_connection_error(url, "/api/echo")),
    }
}

async fn check_prometheus_health(grafana: &LabGrafana, source: &Value) -> Result<String, String> {
    let url = source["url"].as_str().unwrap_or_default();
    let sorry = "There was an error returned querying the Prometheus API.";
    match query_source(grafana, source, Method::GET, "/api/v1/query?query=1%2B1", Bytes::new()).await {
        Some((200, _)) => Ok("Successfully queried the Prometheus API.".to_owned()),
        Some((status, _)) => Err(format!("{status} - {sorry}")),
        None => Err(format!("{} - {sorry}", describe_connection_error(url, "/api/v1/query"))),
    }
}

/// What Go says of a connection that came to nothing.
fn describe_connection_error(url: &str, path: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let why = if url.starts_with("https:") {
        "http: server gave HTTP response to HTTPS client".to_owned()
    } else if host.starts_with(|letter: char| letter.is_ascii_digit()) || host.starts_with("localhost") {
        format!("dial tcp {host}: connect: connection refused")
    } else {
        format!(
            "dial tcp: lookup {} on 127.0.0.11:53: no such host",
            host.split(':').next().unwrap_or_default()
        )
    };
    format!("Get \"{}{path}\": {why}", url.trim_end_matches('/'))
}

/// `POST /api/ds/query`, for a trace by its id.
pub(super) async fn serve_query(grafana: &LabGrafana, body: &Value) -> Response {
    let asked = &body["queries"][0];
    let refused = |text: String| {
        let answer = json!({"results": {"A": {"error": text, "errorSource": "downstream", "status": 500}}});
        build_json_answer(400, &answer)
    };
    let uid = asked["datasource"]["uid"].as_str().unwrap_or_default();
    let Some(source) = grafana.source(uid) else {
        return build_message_answer(404, "Data source not found", grafana.version());
    };
    let id = asked["query"].as_str().unwrap_or_default();
    // The address and the path are put together as texts: a slash at the end of the address makes two, which Tempo
    // redirects to one.
    let url = source["url"].as_str().unwrap_or_default();
    let joined = if grafana.plan.strict_gateway {
        url
    } else {
        url.trim_end_matches('/')
    };
    let address = format!("{joined}/api/v2/traces/{id}");
    let found = query_address(source, Method::GET, &address, Bytes::new()).await;
    match found {
        Some((200, body)) if String::from_utf8_lossy(&body).contains("resourceSpans") => build_json_answer(
            200,
            &json!({"results": {"A": {"status": 200, "frames": [{"schema": {"name": "Trace", "refId": "A"}}]}}}),
        ),
        Some((200, _)) => refused(format!(
            "failed to get trace with id: {id} Status: 404 Not Found Body: "
        )),
        Some((status, body)) => {
            let text = String::from_utf8_lossy(&body).into_owned();
            refused(format!(
                "failed to get trace with id: {id} Status: {status} Not Found Body: {text}"
            ))
        }
        None => refused(format!(
            "{}: failed to get trace",
            describe_connection_error(url, "/api/v2/traces")
        )),
    }
}
