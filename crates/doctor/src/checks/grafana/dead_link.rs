//! Settings that lead to another data source, and what it means that it is not there.

use crate::checks::EvidenceView;
use telemetry::model::Finding;
use telemetry::model::grafana::DataSource;

use super::data_source::describe_list_request;
use super::{list_data_sources, provisioning};

/// A setting that leads to a data source which is not there, or is of another type.
pub fn find_dead_link(
    view: &EvidenceView<'_>,
    source: &DataSource,
    setting: &str,
    uid: &str,
    kinds: &[&str],
    so: &str,
) -> Option<Finding> {
    let found = view.grafana().source(uid);
    if found.is_some_and(|found| kinds.is_empty() || kinds.contains(&found.kind.as_str())) {
        return None;
    }
    // A provisioned uid may also be a name: browsers look for both.
    let by_name = list_data_sources(view).iter().find(|other| other.name == uid);
    if by_name.is_some_and(|found| kinds.is_empty() || kinds.contains(&found.kind.as_str())) {
        return None;
    }
    let what = match found.or(by_name) {
        Some(found) => format!("is a data source of type {}", found.kind),
        None => "no data source has this uid".to_owned(),
    };
    let fitting: Vec<&DataSource> = list_data_sources(view)
        .iter()
        .filter(|other| kinds.contains(&other.kind.as_str()))
        .collect();
    let there: Vec<String> = fitting
        .iter()
        .map(|other| format!("{} ({})", other.uid, other.name))
        .collect();
    let to = fitting.first().map_or("<uid>", |other| other.uid.as_str());
    let what_is_wrong = if found.is_some() || by_name.is_some() {
        format!("points at \"{uid}\", which {what}")
    } else {
        format!("points at \"{uid}\", but {what}")
    };
    let mut finding = Finding::degraded(
        "ds-uid-mismatch",
        format!(
            "{setting} of the data source {} {what_is_wrong}, so {so}",
            source.display_name()
        ),
    )
    .with_evidence(format!("data source {}", source.name), setting, uid)
    .with_evidence(
        describe_list_request(view),
        format!("of type {}", kinds.join(" or ")),
        if there.is_empty() {
            "none".to_owned()
        } else {
            there.join(", ")
        },
    );
    if view.grafana().sources_refused.is_some() && found.is_none() {
        // The list holds only what the login may query.
        finding = finding.likely();
    }
    Some(
        finding
            .with_remedy("set the uid of an existing data source, and pin that uid with `uid:` in its provisioning:")
            .with_config(render_corrected_link(source, setting, to)),
    )
}

/// The entry with the setting corrected, whatever its depth.
fn render_corrected_link(source: &DataSource, setting: &str, to: &str) -> String {
    let lines: Vec<String> = if let Some((list, _)) = setting.split_once('[') {
        let name = source
            .at(list)
            .and_then(|list| list[0]["name"].as_str())
            .unwrap_or("traceID");
        vec![format!("{list}:"), format!("  - {{name: {name}, datasourceUid: {to}}}")]
    } else {
        let parts: Vec<&str> = setting.split('.').collect();
        parts
            .iter()
            .enumerate()
            .map(|(depth, part)| {
                let value = if depth + 1 == parts.len() {
                    format!(" {to}")
                } else {
                    String::new()
                };
                format!("{}{part}:{value}", "  ".repeat(depth))
            })
            .collect()
    };
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    provisioning::render_settings(source, &lines)
}
