//! The classic model: `panels`, `rows` of old files, `templating.list`.

use serde_json::Value;

use crate::model::dashboard::{Dashboard, DashboardPanel, DashboardVariable, DataSourceRef, PanelQuery, VariableKind};

use super::{
    DashboardParseError, classify_source, expect_list, expect_object, find_text, list_items, parse_max_points,
    stringify_scalar,
};

/// How deep rows may hold rows.
const DEEPEST: usize = 4;

pub(super) fn parse_classic(value: &Value) -> Result<Dashboard, DashboardParseError> {
    let mut panels = Vec::new();
    collect_panels(value, "panels", "", 0, &mut panels)?;
    for (index, row) in expect_list(value, "rows", "")?.iter().enumerate() {
        collect_panels(row, "panels", &format!("rows[{index}]"), 0, &mut panels)?;
    }
    let templating = &value["templating"];
    if !templating.is_null() {
        expect_object(templating, "templating")?;
    }
    let mut variables = Vec::new();
    for (index, one) in expect_list(templating, "list", "templating")?.iter().enumerate() {
        expect_object(one, &format!("templating.list[{index}]"))?;
        variables.push(parse_variable(one));
    }
    Ok(Dashboard {
        uid: stringify_scalar(&value["uid"]),
        title: stringify_scalar(&value["title"]),
        from: find_text(&value["time"]["from"]).unwrap_or_else(|| "now-6h".to_owned()),
        to: find_text(&value["time"]["to"]).unwrap_or_else(|| "now".to_owned()),
        inputs: list_items(&value["__inputs"])
            .iter()
            .filter(|input| input["type"] == "datasource")
            .map(|input| stringify_scalar(&input["name"]))
            .collect(),
        variables,
        panels,
    })
}

fn collect_panels(
    value: &Value,
    key: &str,
    path: &str,
    depth: usize,
    found: &mut Vec<DashboardPanel>,
) -> Result<(), DashboardParseError> {
    for (index, one) in expect_list(value, key, path)?.iter().enumerate() {
        let here = super::join_json_path(path, &format!("{key}[{index}]"));
        expect_object(one, &here)?;
        if one["type"] == "row" {
            if depth < DEEPEST {
                collect_panels(one, "panels", &here, depth + 1, found)?;
            }
            continue;
        }
        found.push(parse_panel_at(one, &here)?);
    }
    Ok(())
}

/// A panel, such as the model of a library panel.
pub fn parse_panel(value: &Value) -> Result<DashboardPanel, DashboardParseError> {
    parse_panel_at(expect_object(value, ".")?, "")
}

fn parse_panel_at(value: &Value, path: &str) -> Result<DashboardPanel, DashboardParseError> {
    let mut queries = Vec::new();
    for (index, target) in expect_list(value, "targets", path)?.iter().enumerate() {
        expect_object(target, &format!("{}[{index}]", super::join_json_path(path, "targets")))?;
        queries.push(PanelQuery {
            ref_id: find_text(&target["refId"]).unwrap_or_else(|| name_query(index)),
            hidden: target["hide"] == true,
            source: parse_source(&target["datasource"]),
            body: target.clone(),
        });
    }
    let own = parse_source(&value["datasource"]);
    // Without one of its own, a panel takes the first that a query names.
    let own = match own {
        DataSourceRef::Default => queries
            .iter()
            .map(|query| query.source.clone())
            .find(|source| !matches!(source, DataSourceRef::Default | DataSourceRef::Internal(_)))
            .unwrap_or(DataSourceRef::Default),
        other => other,
    };
    Ok(DashboardPanel {
        id: stringify_scalar(&value["id"]),
        title: stringify_scalar(&value["title"]),
        kind: stringify_scalar(&value["type"]),
        source: own,
        queries,
        interval: find_text(&value["interval"]),
        max_points: parse_max_points(value),
        time_from: find_text(&value["timeFrom"]),
        time_shift: find_text(&value["timeShift"]),
        repeat: find_text(&value["repeat"]),
        library: find_text(&value["libraryPanel"]["uid"]),
    })
}

fn name_query(index: usize) -> String {
    let letter = u8::try_from(index % 26).unwrap_or(0);
    char::from(b'A' + letter).to_string()
}

/// A text, an object with a uid, or nothing.
fn parse_source(value: &Value) -> DataSourceRef {
    match value {
        Value::Object(_) => classify_source(&stringify_scalar(&value["uid"]), value["type"].as_str()),
        other => classify_source(&stringify_scalar(other), None),
    }
}

fn parse_variable(value: &Value) -> DashboardVariable {
    let kind = match value["type"].as_str().unwrap_or("query") {
        "query" => VariableKind::Query,
        "datasource" => VariableKind::DataSource,
        "custom" => VariableKind::Custom,
        "constant" => VariableKind::Constant,
        "interval" => VariableKind::Interval,
        "textbox" => VariableKind::Text,
        "adhoc" => VariableKind::AdHoc,
        _ => VariableKind::Other,
    };
    let query = match &value["query"] {
        Value::Object(map) => ["query", "expr"]
            .iter()
            .find_map(|key| find_text(map.get(*key)?))
            .unwrap_or_default(),
        other => stringify_scalar(other),
    };
    DashboardVariable {
        sort: value["sort"].as_u64().unwrap_or(0),
        frozen: value["refresh"].as_u64() == Some(0),
        ..super::parse_variable(value, kind, query, parse_source(&value["datasource"]))
    }
}
