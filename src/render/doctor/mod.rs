//! The report of `doctor`, in every format. All of them are made from the same report and say the same.

mod annotations;
mod labels;
mod cause;
mod verbose_sections;
mod footer;
mod remedy;
mod human;
mod junit;
mod lists;
mod markdown;
mod short;
mod hop_views;

/// One cause as a block, for commands that name one without a whole report.
pub(crate) fn render_cause_block(
    cause: &telemetry::model::report::ReportCause,
    style: crate::render::style::Style,
) -> Vec<String> {
    cause::render_cause(cause, style, false)
}

pub use annotations::{render_github, render_sarif};
pub use human::{render_frame, render_human};
pub use junit::render_junit;
pub use lists::{describe_saved_evidence, render_check_list, render_check_list_json};
pub use markdown::render_markdown;
pub(in crate::render) use remedy::push_remedy as remedy;
pub use short::render_short;
