//! A dashboard's JSON, whatever its schema: as the API wraps it, as a file holds it, classic with rows or panels, or the
//! second schema with elements (grafana/grafana v12.4: docs/sources/…/http_api/dashboard.md; grafana-foundation-sdk:
//! dashboardv2). Everything is optional but the shape: what is no list or object where one must stand is refused.

mod classic;
mod v2;

use serde_json::Value;

use crate::model::dashboard::{Dashboard, DashboardVariable, DataSourceRef, VariableKind};

pub use classic::parse_panel as library_model;

/// What is wrong with a text that should be a dashboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct DashboardParseError {
    /// `panels[3].targets`, or `.` for the whole.
    pub path: String,
    /// What stands there, and what should.
    pub why: String,
}

impl DashboardParseError {
    fn new(path: impl Into<String>, why: impl Into<String>) -> Self {
        DashboardParseError {
            path: path.into(),
            why: why.into(),
        }
    }
}

/// Reads a dashboard's text.
pub fn parse_dashboard(text: &str) -> Result<Dashboard, DashboardParseError> {
    let value: Value = serde_json::from_str(text).map_err(|problem| {
        let place = format!("line {}, column {}", problem.line(), problem.column());
        let why = if problem.is_eof() {
            "the JSON is truncated".to_owned()
        } else {
            format!("not JSON: {problem}")
        };
        DashboardParseError::new(place, why)
    })?;
    parse_dashboard_value(&value)
}

/// Reads a dashboard.
pub fn parse_dashboard_value(value: &Value) -> Result<Dashboard, DashboardParseError> {
    if !value.is_object() {
        return Err(DashboardParseError::new(
            ".",
            format!("{} instead of a dashboard", describe_kind(value)),
        ));
    }
    if value["dashboard"].is_object() {
        return parse_dashboard_value(&value["dashboard"]).map_err(|problem| prefix_error_path("dashboard", problem));
    }
    if value["spec"].is_object() {
        let mut found = parse_dashboard_value(&value["spec"]).map_err(|problem| prefix_error_path("spec", problem))?;
        if found.uid.is_empty() {
            found.uid = stringify_scalar(&value["metadata"]["name"]);
        }
        return Ok(found);
    }
    if value.get("elements").is_some() {
        return v2::parse_v2(value);
    }
    if ["panels", "rows", "templating", "schemaVersion"]
        .iter()
        .all(|key| value.get(*key).is_none())
    {
        return Err(DashboardParseError::new(
            ".",
            "not a dashboard: the object has no panels, rows or elements",
        ));
    }
    classic::parse_classic(value)
}

fn prefix_error_path(key: &str, mut problem: DashboardParseError) -> DashboardParseError {
    problem.path = if problem.path == "." {
        key.to_owned()
    } else {
        format!("{key}.{}", problem.path)
    };
    problem
}

/// What stands there, in words.
fn describe_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The list at a key; none where there is nothing.
fn expect_list<'a>(value: &'a Value, key: &str, path: &str) -> Result<&'a [Value], DashboardParseError> {
    match &value[key] {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        other => Err(DashboardParseError::new(
            join_json_path(path, key),
            format!("{} instead of a list", describe_kind(other)),
        )),
    }
}

fn expect_object<'a>(value: &'a Value, path: &str) -> Result<&'a Value, DashboardParseError> {
    if value.is_object() {
        Ok(value)
    } else {
        Err(DashboardParseError::new(
            path,
            format!("{} instead of an object", describe_kind(value)),
        ))
    }
}

fn join_json_path(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A text, whatever stands there.
fn stringify_scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}

fn find_text(value: &Value) -> Option<String> {
    Some(stringify_scalar(value)).filter(|text| !text.trim().is_empty())
}

/// A text or a list of texts.
fn list_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(stringify_scalar).collect(),
        Value::Null => Vec::new(),
        other => vec![stringify_scalar(other)],
    }
}

fn list_items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn parse_max_points(options: &Value) -> Option<u32> {
    options["maxDataPoints"]
        .as_u64()
        .and_then(|points| u32::try_from(points).ok())
}

/// What both schemas write alike about a variable.
fn parse_variable(spec: &Value, kind: VariableKind, query: String, source: DataSourceRef) -> DashboardVariable {
    let filter_part = |filter: &Value, key: &str| stringify_scalar(&filter[key]);
    DashboardVariable {
        name: stringify_scalar(&spec["name"]),
        kind,
        query,
        source,
        regex: stringify_scalar(&spec["regex"]),
        sort: 0,
        multi: spec["multi"] == true,
        include_all: spec["includeAll"] == true,
        all_value: find_text(&spec["allValue"]),
        current: list_texts(&spec["current"]["value"]),
        options: list_items(&spec["options"])
            .iter()
            .map(|option| stringify_scalar(&option["value"]))
            .filter(|option| option != "$__all")
            .collect(),
        frozen: false,
        filters: list_items(&spec["filters"])
            .iter()
            .map(|filter| {
                (
                    filter_part(filter, "key"),
                    filter_part(filter, "operator"),
                    filter_part(filter, "value"),
                )
            })
            .collect(),
    }
}

/// A data source as panels name it.
fn classify_source(named: &str, plugin: Option<&str>) -> DataSourceRef {
    let plugin = plugin.filter(|plugin| !plugin.is_empty()).map(str::to_owned);
    match named {
        "" | "default" => plugin.map_or(DataSourceRef::Default, DataSourceRef::DefaultOfType),
        "-- Mixed --" => DataSourceRef::Mixed,
        "-- Dashboard --" | "-- Grafana --" | "grafana" | "__expr__" | "-100" => {
            DataSourceRef::Internal(named.to_owned())
        }
        _ => DataSourceRef::Named(named.to_owned(), plugin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dashboard::VariableKind;
    use proptest::prelude::*;

    #[test]
    fn rows_open_closed_and_old_hold_panels() {
        let found = parse_dashboard(
            r#"{"uid":"u","title":"T","panels":[{"id":1,"type":"row","collapsed":true,"panels":[{"id":2,"type":"stat","targets":[{"expr":"up"}]}]},
               {"id":3,"type":"row"},{"id":4,"type":"graph","datasource":"Prom","targets":[{"expr":"up","hide":true}]}],
               "rows":[{"panels":[{"id":5,"title":"old","targets":[{"expr":"x"}]}]}]}"#,
        )
        .expect("a dashboard");
        let ids: Vec<&str> = found.panels.iter().map(|panel| panel.id.as_str()).collect();
        assert_eq!(ids, ["2", "4", "5"]);
        assert_eq!(found.panels[1].source, DataSourceRef::Named("Prom".into(), None));
        assert!(found.panels[1].queries[0].hidden);
    }

    #[test]
    fn the_second_schema_is_read_as_the_first() {
        let found =
            parse_dashboard(include_str!("../../../../lab/src/grafana/dashboards/v2.json")).expect("a dashboard");
        assert_eq!((found.uid.as_str(), found.from.as_str()), ("v2", "now-15m"));
        assert_eq!(found.variables[1].kind, VariableKind::Query);
        assert_eq!(found.variables[1].query, "label_values(tempo_build_info, job)");
        assert_eq!(found.variables[1].current, ["$__all"]);
        assert_eq!(found.panels[0].queries[0].body["expr"].as_str().map(str::len), Some(66));
        assert_eq!(found.panels[1].library.as_deref(), Some("lab-library-panel"));
    }

    #[test]
    fn what_is_no_dashboard_says_where() {
        let why = |text: &str| parse_dashboard(text).expect_err("no dashboard").to_string();
        assert!(why("[]").starts_with(".: a list instead of a dashboard"));
        assert!(why("{\"panels\":[").starts_with("line 1, column 11: the JSON is truncated"));
        assert_eq!(why(r#"{"panels":{}}"#), "panels: an object instead of a list");
        assert_eq!(
            why(r#"{"dashboard":{"panels":[{"targets":[3]}]}}"#),
            "dashboard.panels[0].targets[0]: a number instead of an object"
        );
        assert!(why(r#"{"a":1}"#).contains("not a dashboard"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,200}") {
            let _ = parse_dashboard(&text);
        }

        #[test]
        fn whatever_stands_in_a_panel_is_survived(value in "(null|1|\"x\"|\\[\\]|\\{\\}|true)", key in "(datasource|targets|title|id|repeat|libraryPanel|interval|timeFrom|maxDataPoints)") {
            let _ = parse_dashboard(&format!(r#"{{"panels":[{{"{key}":{value}}}],"templating":{{"list":[{{"{key}":{value},"query":{value},"current":{value}}}]}}}}"#));
        }
    }
}
