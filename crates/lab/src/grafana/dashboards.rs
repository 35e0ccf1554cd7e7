//! The dashboards that scenarios show. They were made for the lab.

use include_dir::{Dir, include_dir};
use serde_json::Value;

use super::GrafanaPlan;

static DASHBOARDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/grafana/dashboards");

/// The dashboards of a plan, as they are stored: classic ones as they are, others with their envelope.
pub(super) fn load_dashboards(plan: &GrafanaPlan) -> Vec<Value> {
    plan.dashboards
        .iter()
        .filter_map(|name| DASHBOARDS.get_file(format!("{name}.json")))
        .filter_map(|file| serde_json::from_slice(file.contents()).ok())
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
