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
use super::super::options::LabPart;
use super::LabGrafana;
use super::answers::{
    build_forbidden_answer, build_json_answer, build_login_page, build_message_answer, build_text_answer,
    build_unauthorised_answer,
};
use super::{dashboards, proxy};

/// The login of the lab's Grafana, and the token of its viewer.
const LOGIN: &str = "Basic YWRtaW46YWRtaW4=";
const TOKEN: &str = "Bearer glsa_lab_viewer";

/// Everything Grafana answers over HTTP.
pub(crate) fn build_router(grafana: Arc<LabGrafana>, nuisances: Nuisances) -> Router {
    let inside = Router::new()
        .route("/api/org", get(serve_org))
        .route("/api/datasources", get(serve_data_sources))
        .route("/api/datasources/uid/{uid}", get(serve_data_source))
        .route("/api/datasources/uid/{uid}/health", get(serve_source_health))
        .route("/api/datasources/proxy/uid/{uid}/{*path}", any(serve_proxy))
        .route("/api/ds/query", post(serve_query))
        .route("/api/frontend/settings", get(serve_settings))
        .route("/api/search", get(serve_search))
        .route("/api/dashboards/uid/{uid}", get(serve_dashboard))
        .route(
            "/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards/{uid}",
            get(serve_k8s_dashboard),
        )
        .route("/api/library-elements/{uid}", get(serve_library_panel))
        .layer(middleware::from_fn_with_state(Arc::clone(&grafana), check_login));
    let routes = inside
        .route("/api/health", get(serve_api_health))
        .fallback(serve_not_found)
        .with_state(Arc::clone(&grafana));
    let prefix = grafana.plan.prefix.trim_end_matches('/').to_owned();
    let served = if prefix.is_empty() {
        routes
    } else {
        Router::new()
            .nest(&prefix, routes)
            .fallback(async move || build_login_page())
    };
    served.layer(middleware::from_fn_with_state(
        (LabPart::Grafana, nuisances),
        nuisance::apply_nuisance,
    ))
}

async fn serve_not_found(request: Request) -> Response {
    if request.uri().path().starts_with("/api") {
        return build_json_answer(404, &json!({"message": "Not found"}));
    }
    build_text_answer(
        404,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html><title>Grafana</title></html>\n",
    )
}

/// Who asks, and may they?
async fn check_login(State(grafana): State<Arc<LabGrafana>>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match given {
        Some(LOGIN | TOKEN) => next.run(request).await,
        None if grafana.plan.anonymous => next.run(request).await,
        other => build_unauthorised_answer(other, grafana.version()),
    }
}

async fn serve_api_health(State(grafana): State<Arc<LabGrafana>>) -> Response {
    if grafana.plan.portal {
        return build_login_page();
    }
    let version = &grafana.plan.version;
    let body = if grafana.version().0 < 10 {
        format!("{{\n  \"commit\": \"lab\",\n  \"database\": \"ok\",\n  \"version\": \"{version}\"\n}}")
    } else {
        format!("{{\n  \"database\": \"ok\",\n  \"version\": \"{version}\",\n  \"commit\": \"lab\"\n}}")
    };
    build_text_answer(200, "application/json; charset=UTF-8", body)
}

async fn serve_org() -> Response {
    build_json_answer(
        200,
        &json!({"id": 1, "name": "Main Org.", "address": {"address1": "", "city": ""}}),
    )
}

/// A data source as the list shows it.
fn render_listed_source(source: &Value) -> Value {
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

async fn serve_data_sources(State(grafana): State<Arc<LabGrafana>>) -> Response {
    if grafana.plan.no_read {
        return build_forbidden_answer("datasources:read");
    }
    let list: Vec<Value> = grafana.sources.iter().map(render_listed_source).collect();
    build_json_answer(200, &Value::Array(list))
}

async fn serve_data_source(State(grafana): State<Arc<LabGrafana>>, Path(uid): Path<String>) -> Response {
    if grafana.plan.no_read {
        return build_forbidden_answer("datasources:read");
    }
    let Some(source) = grafana.source(&uid) else {
        return build_json_answer(404, &json!({"message": "Data source not found"}));
    };
    let mut shown = render_listed_source(source);
    let set: serde_json::Map<String, Value> = source["secureJsonData"]
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys().map(|key| (key.clone(), json!(true))))
        .collect();
    shown["secureJsonFields"] = Value::Object(set);
    build_json_answer(200, &shown)
}

async fn serve_settings(State(grafana): State<Arc<LabGrafana>>) -> Response {
    let mut sources = serde_json::Map::new();
    let mut default = Value::Null;
    for source in &grafana.sources {
        let name = source["name"].as_str().unwrap_or_default().to_owned();
        if source["isDefault"] == true {
            default = json!(name);
        }
        let mut shown = render_listed_source(source);
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
    build_json_answer(
        200,
        &json!({"defaultDatasource": default, "datasources": sources, "appSubUrl": grafana.plan.prefix,
            "buildInfo": {"version": grafana.plan.version}}),
    )
}

async fn serve_source_health(State(grafana): State<Arc<LabGrafana>>, Path(uid): Path<String>) -> Response {
    proxy::serve_health(&grafana, &uid).await
}

async fn serve_proxy(
    State(grafana): State<Arc<LabGrafana>>,
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
    proxy::serve_proxied(&grafana, &uid, method, &rest, form).await
}

async fn serve_query(State(grafana): State<Arc<LabGrafana>>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    proxy::serve_query(&grafana, &body).await
}

async fn serve_search(State(grafana): State<Arc<LabGrafana>>) -> Response {
    let list: Vec<Value> = grafana
        .dashboards
        .iter()
        .enumerate()
        .map(|(index, dashboard)| {
            let (uid, title) = (dashboards::find_uid(dashboard), dashboards::find_title(dashboard));
            json!({"id": index + 1, "uid": uid, "title": title, "uri": format!("db/{uid}"),
                "url": format!("{}/d/{uid}/{uid}", grafana.plan.prefix), "type": "dash-db", "tags": [], "isStarred": false})
        })
        .collect();
    build_json_answer(200, &Value::Array(list))
}

async fn serve_dashboard(State(grafana): State<Arc<LabGrafana>>, Path(uid): Path<String>) -> Response {
    let found = grafana
        .dashboards
        .iter()
        .find(|dashboard| dashboards::find_uid(dashboard) == uid);
    let Some(found) = found else {
        return build_message_answer(404, "Dashboard not found", grafana.version());
    };
    if dashboards::is_v2(found) {
        let text = format!(
            "dashboard api version not supported, use /apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{uid} instead"
        );
        return build_json_answer(406, &json!({"message": text}));
    }
    build_json_answer(
        200,
        &json!({"meta": {"type": "db", "slug": uid, "url": format!("{}/d/{uid}/{uid}", grafana.plan.prefix),
            "provisioned": true, "version": 1}, "dashboard": found}),
    )
}

async fn serve_k8s_dashboard(
    State(grafana): State<Arc<LabGrafana>>,
    Path((version, uid)): Path<(String, String)>,
) -> Response {
    let found = grafana
        .dashboards
        .iter()
        .find(|dashboard| dashboards::find_uid(dashboard) == uid);
    match found.filter(|found| grafana.version().0 >= 12 && version.starts_with("v2") == dashboards::is_v2(found)) {
        Some(found) if dashboards::is_v2(found) => build_json_answer(200, found),
        Some(found) => build_json_answer(
            200,
            &json!({"kind": "Dashboard", "apiVersion": "dashboard.grafana.app/v1beta1", "metadata": {"name": uid}, "spec": found}),
        ),
        None => build_message_answer(404, "Not found", grafana.version()),
    }
}

async fn serve_library_panel(State(grafana): State<Arc<LabGrafana>>, Path(uid): Path<String>) -> Response {
    if uid != "lab-library-panel" {
        return build_message_answer(404, "library element could not be found", grafana.version());
    }
    build_json_answer(
        200,
        &json!({"result": {"uid": uid, "name": "Calls", "kind": 1, "model": {
            "type": "timeseries", "title": "Calls (library)", "datasource": {"type": "prometheus", "uid": "prometheus"},
            "targets": [{"refId": "A", "expr": "sum(rate(traces_spanmetrics_calls_total[1m]))"}]}}}),
    )
}
