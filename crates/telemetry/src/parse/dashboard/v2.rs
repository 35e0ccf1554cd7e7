//! The second schema: `elements` and a layout that places them; variables and queries of a kind each. v2alpha1 keeps the
//! type of a query in `kind` and its data source beside it, later versions in `group` and inside.

use serde_json::Value;

use crate::model::dashboard::{Dashboard, DashboardPanel, DashboardVariable, DataSourceRef, PanelQuery, VariableKind};

use super::{
    DashboardParseError, classify_source, describe_kind, expect_list, expect_object, find_text, parse_max_points,
    stringify_scalar,
};

pub(super) fn parse_v2(value: &Value) -> Result<Dashboard, DashboardParseError> {
    let Some(elements) = value["elements"].as_object() else {
        return Err(DashboardParseError::new(
            "elements",
            format!("{} instead of an object", describe_kind(&value["elements"])),
        ));
    };
    let mut panels = Vec::new();
    for (name, element) in elements {
        panels.push(parse_panel(element, &format!("elements.{name}"))?);
    }
    panels.sort_by_key(|panel| panel.id.parse::<u64>().unwrap_or(u64::MAX));
    let mut variables = Vec::new();
    for (index, one) in expect_list(value, "variables", "")?.iter().enumerate() {
        expect_object(one, &format!("variables[{index}]"))?;
        variables.push(parse_variable(one));
    }
    let time = &value["timeSettings"];
    Ok(Dashboard {
        uid: stringify_scalar(&value["uid"]),
        title: stringify_scalar(&value["title"]),
        from: find_text(&time["from"]).unwrap_or_else(|| "now-6h".to_owned()),
        to: find_text(&time["to"]).unwrap_or_else(|| "now".to_owned()),
        inputs: Vec::new(),
        variables,
        panels,
    })
}

fn parse_panel(element: &Value, path: &str) -> Result<DashboardPanel, DashboardParseError> {
    let spec = &expect_object(element, path)?["spec"];
    if element["kind"] == "LibraryPanel" {
        return Ok(DashboardPanel {
            id: stringify_scalar(&spec["id"]),
            title: stringify_scalar(&spec["title"]),
            library: find_text(&spec["libraryPanel"]["uid"]),
            ..DashboardPanel::default()
        });
    }
    let group = &spec["data"]["spec"];
    let mut queries = Vec::new();
    for (index, one) in expect_list(group, "queries", &format!("{path}.spec.data.spec"))?
        .iter()
        .enumerate()
    {
        expect_object(one, &format!("{path}.spec.data.spec.queries[{index}]"))?;
        let spec = &one["spec"];
        let query = &spec["query"];
        queries.push(PanelQuery {
            ref_id: stringify_scalar(&spec["refId"]),
            hidden: spec["hidden"] == true,
            source: parse_source(query, spec),
            body: query["spec"].clone(),
        });
    }
    let options = &group["queryOptions"];
    let visualisation = &spec["vizConfig"];
    Ok(DashboardPanel {
        id: stringify_scalar(&spec["id"]),
        title: stringify_scalar(&spec["title"]),
        kind: find_text(&visualisation["group"]).unwrap_or_else(|| stringify_scalar(&visualisation["kind"])),
        // Every query of this schema names its own.
        source: DataSourceRef::Mixed,
        queries,
        interval: find_text(&options["interval"]),
        max_points: parse_max_points(options),
        time_from: find_text(&options["timeFrom"]),
        time_shift: find_text(&options["timeShift"]),
        repeat: find_text(&spec["repeatOptions"]["value"]),
        library: None,
    })
}

fn parse_source(query: &Value, beside: &Value) -> DataSourceRef {
    let plugin = find_text(&query["group"]).or_else(|| find_text(&query["kind"]).filter(|kind| kind != "DataQuery"));
    let named = find_text(&query["datasource"]["name"])
        .or_else(|| find_text(&beside["datasource"]["uid"]))
        .unwrap_or_default();
    classify_source(&named, plugin.as_deref())
}

fn parse_variable(value: &Value) -> DashboardVariable {
    let spec = &value["spec"];
    let (kind, query) = match value["kind"].as_str().unwrap_or_default() {
        "QueryVariable" => {
            let inner = &spec["query"]["spec"];
            let query = ["query", "expr", "__legacyStringValue"]
                .iter()
                .find_map(|key| match &inner[*key] {
                    Value::Object(_) => find_text(&inner[*key]["query"]),
                    other => find_text(other),
                });
            (VariableKind::Query, query.unwrap_or_default())
        }
        "DatasourceVariable" => (VariableKind::DataSource, stringify_scalar(&spec["pluginId"])),
        "CustomVariable" => (VariableKind::Custom, stringify_scalar(&spec["query"])),
        "ConstantVariable" => (VariableKind::Constant, stringify_scalar(&spec["query"])),
        "IntervalVariable" => (VariableKind::Interval, stringify_scalar(&spec["query"])),
        "TextVariable" => (VariableKind::Text, stringify_scalar(&spec["query"])),
        "AdhocVariable" => (VariableKind::AdHoc, String::new()),
        _ => (VariableKind::Other, String::new()),
    };
    DashboardVariable {
        sort: match spec["sort"].as_str() {
            Some("alphabeticalAsc") => 1,
            Some("alphabeticalDesc") => 2,
            Some("numericalAsc") => 3,
            Some("numericalDesc") => 4,
            _ => 0,
        },
        frozen: spec["refresh"] == "never",
        ..super::parse_variable(spec, kind, query, parse_source(&spec["query"], spec))
    }
}
