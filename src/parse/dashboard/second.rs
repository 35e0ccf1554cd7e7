//! The second schema: `elements` and a layout that places them; variables and queries of a kind each. v2alpha1 keeps the
//! type of a query in `kind` and its data source beside it, later versions in `group` and inside.

use serde_json::Value;

use crate::model::dashboard::{Dashboard, Panel, PanelQuery, SourceRef, Variable, VariableKind};

use super::{NoDashboard, kind, list, object, optional, source, text, texts};

pub(super) fn read(value: &Value) -> Result<Dashboard, NoDashboard> {
    let Some(elements) = value["elements"].as_object() else {
        return Err(NoDashboard::new(
            "elements",
            format!("{} instead of an object", kind(&value["elements"])),
        ));
    };
    let mut panels = Vec::new();
    for (name, element) in elements {
        panels.push(panel(element, &format!("elements.{name}"))?);
    }
    panels.sort_by_key(|panel| panel.id.parse::<u64>().unwrap_or(u64::MAX));
    let mut variables = Vec::new();
    for (index, one) in list(value, "variables", "")?.iter().enumerate() {
        object(one, &format!("variables[{index}]"))?;
        variables.push(variable(one));
    }
    let time = &value["timeSettings"];
    Ok(Dashboard {
        uid: text(&value["uid"]),
        title: text(&value["title"]),
        from: optional(&time["from"]).unwrap_or_else(|| "now-6h".to_owned()),
        to: optional(&time["to"]).unwrap_or_else(|| "now".to_owned()),
        inputs: Vec::new(),
        variables,
        panels,
    })
}

fn panel(element: &Value, path: &str) -> Result<Panel, NoDashboard> {
    let spec = &object(element, path)?["spec"];
    if element["kind"] == "LibraryPanel" {
        return Ok(Panel {
            id: text(&spec["id"]),
            title: text(&spec["title"]),
            library: optional(&spec["libraryPanel"]["uid"]),
            ..Panel::default()
        });
    }
    let group = &spec["data"]["spec"];
    let mut queries = Vec::new();
    for (index, one) in list(group, "queries", &format!("{path}.spec.data.spec"))?
        .iter()
        .enumerate()
    {
        object(one, &format!("{path}.spec.data.spec.queries[{index}]"))?;
        let spec = &one["spec"];
        let query = &spec["query"];
        queries.push(PanelQuery {
            ref_id: text(&spec["refId"]),
            hidden: spec["hidden"] == true,
            source: source_of(query, spec),
            body: query["spec"].clone(),
        });
    }
    let options = &group["queryOptions"];
    let visualisation = &spec["vizConfig"];
    Ok(Panel {
        id: text(&spec["id"]),
        title: text(&spec["title"]),
        kind: optional(&visualisation["group"]).unwrap_or_else(|| text(&visualisation["kind"])),
        // Every query of this schema names its own.
        source: SourceRef::Mixed,
        queries,
        interval: optional(&options["interval"]),
        max_points: options["maxDataPoints"]
            .as_u64()
            .and_then(|points| u32::try_from(points).ok()),
        time_from: optional(&options["timeFrom"]),
        time_shift: optional(&options["timeShift"]),
        repeat: optional(&spec["repeatOptions"]["value"]),
        library: None,
    })
}

fn source_of(query: &Value, beside: &Value) -> SourceRef {
    let plugin = optional(&query["group"]).or_else(|| optional(&query["kind"]).filter(|kind| kind != "DataQuery"));
    let named = optional(&query["datasource"]["name"])
        .or_else(|| optional(&beside["datasource"]["uid"]))
        .unwrap_or_default();
    source(&named, plugin.as_deref())
}

fn variable(value: &Value) -> Variable {
    let spec = &value["spec"];
    let (kind, query) = match value["kind"].as_str().unwrap_or_default() {
        "QueryVariable" => {
            let inner = &spec["query"]["spec"];
            let query = ["query", "expr", "__legacyStringValue"]
                .iter()
                .find_map(|key| match &inner[*key] {
                    Value::Object(_) => optional(&inner[*key]["query"]),
                    other => optional(other),
                });
            (VariableKind::Query, query.unwrap_or_default())
        }
        "DatasourceVariable" => (VariableKind::DataSource, text(&spec["pluginId"])),
        "CustomVariable" => (VariableKind::Custom, text(&spec["query"])),
        "ConstantVariable" => (VariableKind::Constant, text(&spec["query"])),
        "IntervalVariable" => (VariableKind::Interval, text(&spec["query"])),
        "TextVariable" => (VariableKind::Text, text(&spec["query"])),
        "AdhocVariable" => (VariableKind::AdHoc, String::new()),
        _ => (VariableKind::Other, String::new()),
    };
    let options = spec["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let filters = spec["filters"].as_array().map(Vec::as_slice).unwrap_or_default();
    Variable {
        name: text(&spec["name"]),
        kind,
        query,
        source: source_of(&spec["query"], spec),
        regex: text(&spec["regex"]),
        sort: match spec["sort"].as_str() {
            Some("alphabeticalAsc") => 1,
            Some("alphabeticalDesc") => 2,
            Some("numericalAsc") => 3,
            Some("numericalDesc") => 4,
            _ => 0,
        },
        multi: spec["multi"] == true,
        include_all: spec["includeAll"] == true,
        all_value: optional(&spec["allValue"]),
        current: texts(&spec["current"]["value"]),
        options: options
            .iter()
            .map(|option| text(&option["value"]))
            .filter(|option| option != "$__all")
            .collect(),
        frozen: spec["refresh"] == "never",
        filters: filters
            .iter()
            .map(|filter| (text(&filter["key"]), text(&filter["operator"]), text(&filter["value"])))
            .collect(),
    }
}
