//! The JSON report and its schema, `docs/schema/report.v1.json`, say the same.

use doctor::diagnose::diagnose_evidence;
use serde_json::Value;
use telemetry::model::DoctorReport;
use tempoctl::render::json::render_document;

use crate::evidence::read_recorded;
use crate::reports;

/// Reports made by hand, and those on what real servers answered.
fn samples() -> Vec<(String, DoctorReport)> {
    let by_hand = reports::all()
        .into_iter()
        .map(|(name, report)| (name.to_owned(), report));
    let recorded = read_recorded()
        .into_iter()
        .map(|(name, evidence)| (name, diagnose_evidence(&evidence)));
    by_hand.chain(recorded).collect()
}

#[test]
fn every_report_is_valid() {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema), "the schema itself is none");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, report) in samples() {
        let document: Value = serde_json::from_str(&render_document(&report)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
}

#[test]
fn a_report_without_a_required_field_is_not_valid() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let whole: Value = serde_json::from_str(&render_document(&reports::broken_prometheus())).unwrap();
    for field in whole.as_object().unwrap().keys() {
        let mut document = whole.clone();
        document.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&document), "{field}");
    }
    let mut document = whole;
    document["verdict"]["status"] = "fine".into();
    assert!(!validator.is_valid(&document));
}

#[test]
fn fields_may_be_added() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut document: Value = serde_json::from_str(&render_document(&reports::healthy())).unwrap();
    document["added"] = true.into();
    document["verdict"]["added"] = 1.into();
    assert!(validator.is_valid(&document));
}

/// A field that is added to the report is added to the schema as well.
#[test]
fn every_field_is_described() {
    let schema = schema();
    for (name, report) in samples() {
        let document: Value = serde_json::from_str(&render_document(&report)).unwrap();
        described(&schema, &schema, &document, &name);
    }
}

pub fn described(root: &Value, schema: &Value, value: &Value, path: &str) {
    let schema = resolved(root, schema, value);
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let known = schema["properties"].get(key).or(schema.get("additionalProperties"));
                let known = known.unwrap_or_else(|| panic!("{path}.{key} is not in the schema"));
                described(root, known, field, &format!("{path}.{key}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                described(root, &schema["items"], item, &format!("{path}[]"));
            }
        }
        _ => {}
    }
}

/// What `$ref` points at; of alternatives, the one that is not null.
fn resolved<'a>(root: &'a Value, schema: &'a Value, value: &Value) -> &'a Value {
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.strip_prefix('#').unwrap();
        return resolved(root, root.pointer(pointer).unwrap(), value);
    }
    match schema["anyOf"].as_array() {
        Some(alternatives) if !value.is_null() => resolved(root, &alternatives[0], value),
        _ => schema,
    }
}

fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/report.v1.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
