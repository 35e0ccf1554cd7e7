//! Grafana's routes.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{any, get, post};
use serde_json::{Value, json};

use super::super::nuisance::{self, Nuisances};
use super::super::options::Part;
use super::Grafana;
use super::answers::{forbidden, json_answer, login_page, message, text_answer, unauthorised};
use super::{dashboards, proxy};

/// The login of the lab's Grafana, and the token of its viewer.
const LOGIN: &str = "Basic YWRtaW46YWRtaW4=";
const TOKEN: &str = "Bearer glsa_lab_viewer";

/// Everything Grafana answers over HTTP.
pub(crate) fn router(grafana: Arc<Grafana>, nuisances: Nuisances) -> Router {
    let inside = Router::new()
        .route("/api/org", get(org))
        .route("/api/datasources", get(data_sources))
        .route("/api/datasources/uid/{uid}", get(data_source))
        .route("/api/datasources/uid/{uid}/health", get(health))
        .route("/api/datasources/proxy/uid/{uid}/{*path}", any(through))
        .route("/api/ds/query", post(query))
        .route("/api/frontend/settings", get(settings))
        .route("/api/search", get(search))
        .route("/api/dashboards/uid/{uid}", get(dashboard))
        .route(
            "/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards/{uid}",
            get(k8s_dashboard),
        )
        .route("/api/library-elements/{uid}", get(library_panel))
        .layer(middleware::from_fn_with_state(Arc::clone(&grafana), login));
    let routes = inside
        .route("/api/health", get(api_health))
        .fallback(missing)
        .with_state(Arc::clone(&grafana));
    let prefix = grafana.plan.prefix.trim_end_matches('/').to_owned();
    let served = if prefix.is_empty() {
        routes
    } else {
        Router::new().nest(&prefix, routes).fallback(async move || login_page())
    };
    served.layer(middleware::from_fn_with_state(
        (Part::Grafana, nuisances),
        nuisance::layer,
    ))
}

async fn missing(request: Request) -> Response {
    if request.uri().path().starts_with("/api") {
        return json_answer(404, &json!({"message": "Not found"}));
    }
    text_answer(
        404,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html><title>Grafana</title></html>\n",
    )
}

/// Who asks, and may they?
async fn login(State(grafana): State<Arc<Grafana>>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match given {
        Some(LOGIN | TOKEN) => next.run(request).await,
        None if grafana.plan.anonymous => next.run(request).await,
        other => unauthorised(other, grafana.version()),
    }
}

async fn api_health(State(grafana): State<Arc<Grafana>>) -> Response {
    if grafana.plan.portal {
        return login_page();
    }
    let version = &grafana.plan.version;
    let body = if grafana.version().0 < 10 {
        format!("{{\n  \"commit\": \"lab\",\n  \"database\": \"ok\",\n  \"version\": \"{version}\"\n}}")
    } else {
        format!("{{\n  \"database\": \"ok\",\n  \"version\": \"{version}\",\n  \"commit\": \"lab\"\n}}")
    };
    text_answer(200, "application/json; charset=UTF-8", body)
}

async fn org() -> Response {
    json_answer(
        200,
        &json!({"id": 1, "name": "Main Org.", "address": {"address1": "", "city": ""}}),
    )
}

/// A data source as the list shows it.
fn listed(source: &Value) -> Value {
    let mut shown = json!({"id": source["id"], "uid": source["uid"], "orgId": 1});
    for key in ["name", "type", "access", "url"] {
        shown[key] = source[key].clone();
    }
    shown["user"] = json!("");
    shown["basicAuth"] = json!(source["basicAuth"] == true);
    shown["isDefault"] = json!(source["isDefault"] == true);
    shown["jsonData"] = if source["jsonData"].is_object() {
        source["jsonData"].clone()
    } else {
        json!({})
    };
    shown["readOnly"] = json!(true);
    shown
}

async fn data_sources(State(grafana): State<Arc<Grafana>>) -> Response {
    if grafana.plan.no_read {
        return forbidden("datasources:read");
    }
    let list: Vec<Value> = grafana.sources.iter().map(listed).collect();
    json_answer(200, &Value::Array(list))
}

async fn data_source(State(grafana): State<Arc<Grafana>>, Path(uid): Path<String>) -> Response {
    if grafana.plan.no_read {
        return forbidden("datasources:read");
    }
    let Some(source) = grafana.source(&uid) else {
        return json_answer(404, &json!({"message": "Data source not found"}));
    };
    let mut shown = listed(source);
    let set: serde_json::Map<String, Value> = source["secureJsonData"]
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys().map(|key| (key.clone(), json!(true))))
        .collect();
    shown["secureJsonFields"] = Value::Object(set);
    json_answer(200, &shown)
}

async fn settings(State(grafana): State<Arc<Grafana>>) -> Response {
    let mut sources = serde_json::Map::new();
    let mut default = Value::Null;
    for source in &grafana.sources {
        let name = source["name"].as_str().unwrap_or_default().to_owned();
        if source["isDefault"] == true {
            default = json!(name);
        }
        let mut shown = listed(source);
        shown["url"] = json!(format!(
            "/api/datasources/proxy/uid/{}",
            source["uid"].as_str().unwrap_or_default()
        ));
        sources.insert(name, shown);
    }
    sources.insert(
        "-- Mixed --".to_owned(),
        json!({"type": "datasource", "name": "-- Mixed --"}),
    );
    json_answer(
        200,
        &json!({"defaultDatasource": default, "datasources": sources, "appSubUrl": grafana.plan.prefix,
            "buildInfo": {"version": grafana.plan.version}}),
    )
}

async fn health(State(grafana): State<Arc<Grafana>>, Path(uid): Path<String>) -> Response {
    proxy::health(&grafana, &uid).await
}

async fn through(
    State(grafana): State<Arc<Grafana>>,
    Path((uid, path)): Path<(String, String)>,
    method: Method,
    request: Request,
) -> Response {
    // The path as it was written: what is escaped stays escaped.
    let raw = request
        .uri()
        .path_and_query()
        .map_or("", |path| path.as_str())
        .to_owned();
    let start = format!("/api/datasources/proxy/uid/{uid}");
    let rest = raw
        .find(&start)
        .map_or_else(|| format!("/{path}"), |at| raw[at + start.len()..].to_owned());
    let form = axum::body::to_bytes(request.into_body(), 1024 * 1024)
        .await
        .unwrap_or_default();
    proxy::proxied(&grafana, &uid, method, &rest, form).await
}

async fn query(State(grafana): State<Arc<Grafana>>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    proxy::query(&grafana, &body).await
}

async fn search(State(grafana): State<Arc<Grafana>>) -> Response {
    let list: Vec<Value> = grafana
        .dashboards
        .iter()
        .enumerate()
        .map(|(index, dashboard)| {
            let (uid, title) = (dashboards::uid(dashboard), dashboards::title(dashboard));
            json!({"id": index + 1, "uid": uid, "title": title, "uri": format!("db/{uid}"),
                "url": format!("{}/d/{uid}/{uid}", grafana.plan.prefix), "type": "dash-db", "tags": [], "isStarred": false})
        })
        .collect();
    json_answer(200, &Value::Array(list))
}

async fn dashboard(State(grafana): State<Arc<Grafana>>, Path(uid): Path<String>) -> Response {
    let found = grafana
        .dashboards
        .iter()
        .find(|dashboard| dashboards::uid(dashboard) == uid);
    let Some(found) = found else {
        return message(404, "Dashboard not found", grafana.version());
    };
    if dashboards::is_v2(found) {
        let text = format!(
            "dashboard api version not supported, use /apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{uid} instead"
        );
        return json_answer(406, &json!({"message": text}));
    }
    json_answer(
        200,
        &json!({"meta": {"type": "db", "slug": uid, "url": format!("{}/d/{uid}/{uid}", grafana.plan.prefix),
            "provisioned": true, "version": 1}, "dashboard": found}),
    )
}

async fn k8s_dashboard(State(grafana): State<Arc<Grafana>>, Path((version, uid)): Path<(String, String)>) -> Response {
    let found = grafana
        .dashboards
        .iter()
        .find(|dashboard| dashboards::uid(dashboard) == uid);
    match found.filter(|found| grafana.version().0 >= 12 && version.starts_with("v2") == dashboards::is_v2(found)) {
        Some(found) if dashboards::is_v2(found) => json_answer(200, found),
        Some(found) => json_answer(
            200,
            &json!({"kind": "Dashboard", "apiVersion": "dashboard.grafana.app/v1beta1", "metadata": {"name": uid}, "spec": found}),
        ),
        None => message(404, "Not found", grafana.version()),
    }
}

async fn library_panel(State(grafana): State<Arc<Grafana>>, Path(uid): Path<String>) -> Response {
    if uid != "lab-library-panel" {
        return message(404, "library element could not be found", grafana.version());
    }
    json_answer(
        200,
        &json!({"result": {"uid": uid, "name": "Calls", "kind": 1, "model": {
            "type": "timeseries", "title": "Calls (library)", "datasource": {"type": "prometheus", "uid": "prometheus"},
            "targets": [{"refId": "A", "expr": "sum(rate(traces_spanmetrics_calls_total[1m]))"}]}}}),
    )
}
