//! Answers of Grafana's HTTP API: data sources as the API or the frontend's settings list them.
//! (grafana/grafana v12.4: pkg/api/datasources.go, pkg/api/frontendsettings.go)

use serde_json::{Map, Value};

use crate::model::grafana::DataSource;
use crate::model::judged;
use crate::model::tempo::HttpAnswer;
use crate::model::{Failure, FailureKind};

use super::kept::keep_settings;
use super::tempo::parse_json;

/// True where this is the answer that Grafana gives to `GET /api/health`, sound or not.
pub fn is_health_answer(answer: &HttpAnswer) -> bool {
    serde_json::from_str::<Value>(&answer.body).is_ok_and(|body| body.get("database").is_some())
}

/// `GET /api/datasources`
pub fn parse_data_sources(answer: HttpAnswer) -> Result<Vec<DataSource>, Failure> {
    let list: Vec<Value> = parse_json(answer)?;
    Ok(list.iter().map(build_data_source).collect())
}

/// `GET /api/datasources/uid/:uid`
pub fn parse_data_source(answer: HttpAnswer) -> Result<DataSource, Failure> {
    parse_json::<Value>(answer).map(|body| build_data_source(&body))
}

/// `GET /api/frontend/settings`: the data sources that the caller may query, by name. Addresses of proxied ones are not
/// told; built-in ones are left out.
pub fn parse_frontend_settings(answer: HttpAnswer) -> Result<Vec<DataSource>, Failure> {
    let request = answer.request.clone();
    let body: Value = parse_json(answer)?;
    let Some(map) = body["datasources"].as_object() else {
        return Err(Failure::new(
            FailureKind::Decode,
            request,
            "settings without a list of data sources",
        ));
    };
    let default = body["defaultDatasource"].as_str().unwrap_or_default();
    let mut found: Vec<DataSource> = map
        .iter()
        .filter(|(name, _)| !name.starts_with("-- "))
        .map(|(name, value)| {
            let mut one = build_data_source(value);
            one.name.clone_from(name);
            one.is_default |= name == default;
            one.secrets = None;
            // What stands here is the way through Grafana, not the address.
            one.url = one.url.filter(|url| one.access == "direct" && url.contains("://"));
            one
        })
        .collect();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(found)
}

fn build_data_source(value: &Value) -> DataSource {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    DataSource {
        uid: text("uid"),
        name: text("name"),
        kind: text("type"),
        access: text("access"),
        url: Some(text("url")),
        is_default: value["isDefault"].as_bool().unwrap_or(false),
        basic_auth: value["basicAuth"].as_bool().unwrap_or(false),
        settings: filter_settings(&value["jsonData"]),
        secrets: value["secureJsonFields"]
            .as_object()
            .map(|map| map.keys().cloned().collect()),
    }
}

fn filter_settings(value: &Value) -> Value {
    match value {
        Value::Object(_) => keep_settings(value.clone(), judged::DATA_SOURCE),
        _ => Value::Object(Map::new()),
    }
}

/// The permissions that a refusal names: `Permissions needed: datasources:read`.
pub fn find_needed_permissions(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("Permissions needed: ")?;
    let end = rest.find(['"', '\n', '}']).unwrap_or(rest.len());
    let named = rest[..end].trim().trim_end_matches('.');
    (!named.is_empty()).then(|| named.to_owned())
}

/// What an answer says in its `message`, else the answer itself on one line.
pub fn extract_message(answer: &HttpAnswer) -> String {
    let body: Option<Value> = serde_json::from_str(&answer.body).ok();
    match body.as_ref().and_then(|body| body["message"].as_str()) {
        Some(text) if !text.trim().is_empty() => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ if answer.is_html() => "a web page".to_owned(),
        _ => answer.excerpt(),
    }
}

/// The error that `POST /api/ds/query` reports for its first query, whatever the status of the whole.
pub fn extract_query_error(answer: &HttpAnswer) -> Option<String> {
    let body: Value = serde_json::from_str(&answer.body).ok()?;
    let Some(results) = body["results"].as_object() else {
        return Some(extract_message(answer));
    };
    results
        .values()
        .find_map(|result| result["error"].as_str())
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `12.4.0-pre` → (12, 4, 0)
pub fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(['.', '-', '+']).map(|part| part.parse::<u32>().ok());
    Some((parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn settings_of_the_frontend_hide_addresses() {
        let list = parse_frontend_settings(answer(
            r#"{"defaultDatasource":"P","datasources":{"-- Mixed --":{"type":"datasource"},
                "P":{"uid":"p","type":"prometheus","access":"proxy","url":"/api/datasources/proxy/uid/p","jsonData":{}}}}"#,
        ))
        .expect("settings");
        assert_eq!(list.len(), 1);
        assert!(list[0].is_default && list[0].url.is_none());
    }

    #[test]
    fn a_refusal_names_what_is_missing() {
        let body = r#"{"message":"You'll need additional permissions to perform this action. Permissions needed: datasources:read","title":"Access denied"}"#;
        assert_eq!(find_needed_permissions(body).as_deref(), Some("datasources:read"));
        assert_eq!(find_needed_permissions("no"), None);
    }

    #[test]
    fn versions_are_numbers() {
        assert_eq!(parse_version("9.4.0-pre"), Some((9, 4, 0)));
        assert_eq!(parse_version("12.4"), Some((12, 4, 0)));
        assert_eq!(parse_version(""), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = parse_data_sources(answer(&body));
            let _ = parse_frontend_settings(answer(&body));
            let _ = parse_data_source(answer(&body));
            let _ = extract_query_error(&answer(&body));
            let _ = find_needed_permissions(&body);
            let _ = parse_version(&body);
        }
    }
}
