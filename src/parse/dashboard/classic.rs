//! The classic model: `panels`, `rows` of old files, `templating.list`.

use serde_json::Value;

use crate::model::dashboard::{Dashboard, Panel, PanelQuery, SourceRef, Variable, VariableKind};

use super::{NoDashboard, list, object, optional, source, text, texts};

/// How deep rows may hold rows.
const DEEPEST: usize = 4;

pub(super) fn read(value: &Value) -> Result<Dashboard, NoDashboard> {
    let mut panels = Vec::new();
    walk(value, "panels", "", 0, &mut panels)?;
    for (index, row) in list(value, "rows", "")?.iter().enumerate() {
        walk(row, "panels", &format!("rows[{index}]"), 0, &mut panels)?;
    }
    let templating = &value["templating"];
    if !templating.is_null() {
        object(templating, "templating")?;
    }
    let mut variables = Vec::new();
    for (index, one) in list(templating, "list", "templating")?.iter().enumerate() {
        object(one, &format!("templating.list[{index}]"))?;
        variables.push(variable(one));
    }
    let inputs = value["__inputs"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(Dashboard {
        uid: text(&value["uid"]),
        title: text(&value["title"]),
        from: optional(&value["time"]["from"]).unwrap_or_else(|| "now-6h".to_owned()),
        to: optional(&value["time"]["to"]).unwrap_or_else(|| "now".to_owned()),
        inputs: inputs
            .iter()
            .filter(|input| input["type"] == "datasource")
            .map(|input| text(&input["name"]))
            .collect(),
        variables,
        panels,
    })
}

fn walk(value: &Value, key: &str, path: &str, depth: usize, found: &mut Vec<Panel>) -> Result<(), NoDashboard> {
    for (index, one) in list(value, key, path)?.iter().enumerate() {
        let here = super::joined(path, &format!("{key}[{index}]"));
        object(one, &here)?;
        if one["type"] == "row" {
            if depth < DEEPEST {
                walk(one, "panels", &here, depth + 1, found)?;
            }
            continue;
        }
        found.push(panel_at(one, &here)?);
    }
    Ok(())
}

/// A panel, such as the model of a library panel.
pub fn panel(value: &Value) -> Result<Panel, NoDashboard> {
    panel_at(object(value, ".")?, "")
}

fn panel_at(value: &Value, path: &str) -> Result<Panel, NoDashboard> {
    let mut queries = Vec::new();
    for (index, target) in list(value, "targets", path)?.iter().enumerate() {
        object(target, &format!("{}[{index}]", super::joined(path, "targets")))?;
        queries.push(PanelQuery {
            ref_id: optional(&target["refId"]).unwrap_or_else(|| letter(index)),
            hidden: target["hide"] == true,
            source: source_of(&target["datasource"]),
            body: target.clone(),
        });
    }
    let own = source_of(&value["datasource"]);
    // Without one of its own, a panel takes the first that a query names.
    let own = match own {
        SourceRef::Default => queries
            .iter()
            .map(|query| query.source.clone())
            .find(|source| !matches!(source, SourceRef::Default | SourceRef::Inside(_)))
            .unwrap_or(SourceRef::Default),
        other => other,
    };
    Ok(Panel {
        id: text(&value["id"]),
        title: text(&value["title"]),
        kind: text(&value["type"]),
        source: own,
        queries,
        interval: optional(&value["interval"]),
        max_points: value["maxDataPoints"]
            .as_u64()
            .and_then(|points| u32::try_from(points).ok()),
        time_from: optional(&value["timeFrom"]),
        time_shift: optional(&value["timeShift"]),
        repeat: optional(&value["repeat"]),
        library: optional(&value["libraryPanel"]["uid"]),
    })
}

fn letter(index: usize) -> String {
    let letter = u8::try_from(index % 26).unwrap_or(0);
    char::from(b'A' + letter).to_string()
}

/// A text, an object with a uid, or nothing.
fn source_of(value: &Value) -> SourceRef {
    match value {
        Value::Object(_) => source(&text(&value["uid"]), value["type"].as_str()),
        other => source(&text(other), None),
    }
}

fn variable(value: &Value) -> Variable {
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
            .find_map(|key| optional(map.get(*key)?))
            .unwrap_or_default(),
        other => text(other),
    };
    let options = value["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let filters = value["filters"].as_array().map(Vec::as_slice).unwrap_or_default();
    Variable {
        name: text(&value["name"]),
        kind,
        query,
        source: source_of(&value["datasource"]),
        regex: text(&value["regex"]),
        sort: value["sort"].as_u64().unwrap_or(0),
        multi: value["multi"] == true,
        include_all: value["includeAll"] == true,
        all_value: optional(&value["allValue"]),
        current: texts(&value["current"]["value"]),
        options: options
            .iter()
            .map(|option| text(&option["value"]))
            .filter(|option| option != "$__all")
            .collect(),
        frozen: value["refresh"].as_u64() == Some(0),
        filters: filters
            .iter()
            .map(|filter| (text(&filter["key"]), text(&filter["operator"]), text(&filter["value"])))
            .collect(),
    }
}
