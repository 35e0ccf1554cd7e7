//! The dashboards that scenarios show. They were made for the lab.

use serde_json::Value;

use super::GrafanaPlan;

const ALL: &[(&str, &str)] = &[
    ("tempo-overview", include_str!("dashboards/tempo-overview.json")),
    ("wants-cluster", include_str!("dashboards/wants-cluster.json")),
    ("dead-uid", include_str!("dashboards/dead-uid.json")),
    ("unresolved-input", include_str!("dashboards/unresolved-input.json")),
    ("other-names", include_str!("dashboards/other-names.json")),
    ("v2", include_str!("dashboards/v2.json")),
];

/// The dashboards of a plan, as they are stored: classic ones as they are, others with their envelope.
pub(super) fn load_dashboards(plan: &GrafanaPlan) -> Vec<Value> {
    plan.dashboards
        .iter()
        .filter_map(|name| ALL.iter().find(|(known, _)| known == name))
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
        .collect()
}

/// True for a dashboard that is stored in the second schema.
pub(super) fn is_v2(dashboard: &Value) -> bool {
    dashboard.get("spec").is_some()
}

/// The uid.
pub(super) fn find_uid(dashboard: &Value) -> &str {
    let uid = if is_v2(dashboard) {
        &dashboard["metadata"]["name"]
    } else {
        &dashboard["uid"]
    };
    uid.as_str().unwrap_or_default()
}

/// The title.
pub(super) fn find_title(dashboard: &Value) -> &str {
    let title = if is_v2(dashboard) {
        &dashboard["spec"]["title"]
    } else {
        &dashboard["title"]
    };
    title.as_str().unwrap_or_default()
}
