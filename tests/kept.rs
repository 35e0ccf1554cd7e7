//! Evidence is what people send along with a report: of configuration it keeps what a check reads, and nothing else.

use doctor::diagnose::diagnose_evidence;
use serde_json::{Value, json};
use telemetry::model::Evidence;
use telemetry::parse::kept::keep_evidence;

/// What stands where nobody reads. It ends a name and looks like no credential.
pub const CANARY: &str = "9canary9";
const HIDDEN: &str = "<hidden>";

/// The evidence with something else where a value is hidden: in trees whatever is given, in texts a text.
fn with_hidden(evidence: &Evidence, put: &Value) -> Evidence {
    fn walk(value: &mut Value, put: &Value, in_tree: bool) {
        match value {
            Value::String(text) if in_tree && text == HIDDEN => *value = put.clone(),
            Value::String(text) => *text = text.replace(HIDDEN, put.as_str().unwrap_or("other")),
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, put, in_tree)),
            Value::Object(map) => {
                for (key, below) in map {
                    let tree = matches!(key.as_str(), "config" | "runtime_config" | "tree" | "settings");
                    walk(below, put, in_tree || tree);
                }
            }
            _ => {}
        }
    }
    let mut tree = serde_json::to_value(evidence).unwrap();
    walk(&mut tree, put, false);
    serde_json::from_value(tree).unwrap()
}

/// Everything that was decided.
fn decided(evidence: &Evidence) -> Vec<String> {
    let report = diagnose_evidence(evidence);
    let checks = report
        .checks
        .iter()
        .map(|check| format!("{} {:?} {:?}", check.id, check.status, check.cause));
    let causes = report.verdict.causes.iter().map(|cause| cause.id.clone());
    checks.chain(causes).collect()
}

/// A value that is hidden decides nothing, whatever it was.
pub fn hidden_decides_nothing(name: &str, evidence: &Evidence) -> Result<(), String> {
    let before = decided(evidence);
    for put in [json!(true), json!(7.5e9), json!("30m"), json!(["all"])] {
        let after = decided(&with_hidden(evidence, &put));
        let other: Vec<_> = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .collect();
        if before.len() != after.len() || !other.is_empty() {
            return Err(format!("{name}: with {put} for what is hidden: {other:?}"));
        }
    }
    Ok(())
}

/// Nothing is kept of what stands where no check reads, in addresses, and in keys that nobody expects.
pub fn no_canary_is_kept(name: &str, evidence: &Evidence) -> Result<(), String> {
    fn bait(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(bait),
            Value::Object(map) => {
                for (key, below) in map.iter_mut() {
                    match below {
                        Value::String(url) if key == "url" && url.contains("://") => {
                            *url = format!(
                                "{}?extra={CANARY}#{CANARY}",
                                url.replacen("://", &format!("://u:{CANARY}@"), 1)
                            );
                        }
                        _ => bait(below),
                    }
                }
            }
            _ => {}
        }
    }
    let mut tree = serde_json::to_value(with_hidden(evidence, &json!(CANARY))).unwrap();
    bait(&mut tree);
    let more = json!({"password": CANARY, "list": [CANARY, {"x": CANARY}], "key": format!("-----BEGIN {CANARY}")});
    for slot in ["config", "runtime_config"] {
        if let Some(map) = tree["tempo"][slot]["value"].as_object_mut() {
            map.insert("more".to_owned(), more.clone());
        }
    }
    if let Some(flags) = tree["prometheus"]["flags"]["value"].as_object_mut() {
        flags.insert("web.external-url".to_owned(), json!(CANARY));
    }
    for source in tree["grafana"]["sources"]["value"].as_array_mut().into_iter().flatten() {
        source["settings"]["more"] = more.clone();
    }
    let planted: Evidence = serde_json::from_value(tree).map_err(|problem| format!("{name}: {problem}"))?;
    let kept = keep_evidence(planted).map_err(|problem| format!("{name}: {problem}"))?;
    let text = serde_json::to_string_pretty(&kept).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
    if !lines.is_empty() {
        return Err(format!("{name} keeps {lines:#?}"));
    }
    // What was kept once is kept as it is.
    let again = keep_evidence(kept.clone()).unwrap();
    if again != kept {
        return Err(format!("{name} is not kept as it is"));
    }
    Ok(())
}
