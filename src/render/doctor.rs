//! stub
use super::Style;
use crate::model::Report;
use crate::model::evidence::Evidence;
/// j
pub fn json(r: &Report) -> String { serde_json::to_string_pretty(r).unwrap_or_default() + "\n" }
/// j
pub fn json_line(r: &Report) -> String { serde_json::to_string(r).unwrap_or_default() + "\n" }
/// j
pub fn human(r: &Report, _s: Style, _v: bool) -> String { format!("{:?} {}\n", r.verdict.status, r.verdict.summary) }
/// j
pub fn short(r: &Report) -> String { json_line(r) }
/// j
pub fn junit(r: &Report) -> String { json_line(r) }
/// j
pub fn markdown(r: &Report) -> String { json_line(r) }
/// j
pub fn checks(_s: Style) -> String { String::new() }
/// j
pub fn saved(_p: &std::path::Path, _e: &Evidence) -> String { String::new() }
