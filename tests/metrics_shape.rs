//! The documents of `tempoctl metrics -o json` and their schemas say the same.

use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = format!("{}/docs/schema/{name}.v1.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Panics where the document breaks its schema, or has a field that the schema does not describe.
pub fn valid(name: &str, document: &Value) {
    let schema = schema(name);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {}\n{document}", errors.join("\n"));
    crate::schema::described(&schema, &schema, document, name);
}

#[test]
fn the_schemas_are_schemas_and_need_every_field() {
    for name in ["metrics-table", "metrics-graph", "metrics-tempo", "metrics-plot"] {
        let schema = schema(name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        let fields = schema["properties"].as_object().unwrap();
        let required = schema["required"].as_array().unwrap();
        for field in fields.keys() {
            assert!(
                required.contains(&Value::from(field.as_str())),
                "{name}: {field} may be missing"
            );
            assert!(
                fields[field]["description"].is_string() || fields[field]["$ref"].is_string(),
                "{name}: {field} is not described"
            );
        }
    }
}
