//! Data sources as the API or the frontend's settings list them (grafana/grafana v12.4: pkg/api/datasources.go,
//! pkg/api/frontendsettings.go).

use serde_json::{Map, Value};

use telemetry::model::grafana::DataSource;
use telemetry::model::judged;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::kept::keep_settings;
use telemetry::parse::tempo::parse_json;

/// `GET /api/datasources`
pub(super) fn parse_data_sources(answer: HttpAnswer) -> Result<Vec<DataSource>, Failure> {
    let list: Vec<Value> = parse_json(answer)?;
    Ok(list.iter().map(build_data_source).collect())
}

/// `GET /api/datasources/uid/:uid`
pub(super) fn parse_data_source(answer: HttpAnswer) -> Result<DataSource, Failure> {
    parse_json::<Value>(answer).map(|body| build_data_source(&body))
}

/// `GET /api/frontend/settings`: the data sources that the caller may query, by name. Addresses of proxied ones are not
/// told; built-in ones are left out.
pub(super) fn parse_frontend_settings(answer: HttpAnswer) -> Result<Vec<DataSource>, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    #[test]
    fn settings_of_the_frontend_hide_addresses() {
        let list = parse_frontend_settings(answer(
            r#"{"defaultDatasource":"P","datasources":{"-- Mixed --":{"type":"datasource"},
                "P":{"uid":"p","type":"prometheus","access":"proxy","url":"/proxied/uid/p","jsonData":{}}}}"#,
        ))
        .expect("settings");
        assert_eq!(list.len(), 1);
        assert!(list[0].is_default && list[0].url.is_none());
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = parse_data_sources(answer(&body));
            let _ = parse_frontend_settings(answer(&body));
            let _ = parse_data_source(answer(&body));
        }
    }
}
