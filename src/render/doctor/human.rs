//! The report for a person: the answer, where, why, what to do; then everything else.

use super::labels::{choose_sign, choose_tone, format_sentence};
use super::{cause, footer, hop_views, verbose_sections};
use crate::render::pipeline;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, hang_lines, wrap_text};
use telemetry::model::report::{DoctorReport, VerdictStatus};

/// The report for a person. `verbose` opens what is folded otherwise: every check, the targets, the notes.
pub fn render_human(report: &DoctorReport, style: Style, verbose: bool) -> String {
    let mut blocks = vec![render_verdict(report, style), render_pipeline(report, style)];
    if let Some(next) = render_next_step(report, style) {
        blocks.push(next);
    }
    for cause in &report.verdict.causes {
        blocks.push(cause::render_cause(cause, style, verbose));
    }
    blocks.push(footer::render_warnings(report, style));
    if verbose {
        blocks.extend(verbose_sections::render_sections(report, style));
    }
    blocks.push(footer::render_footer(report, style, verbose));
    let blocks: Vec<String> = blocks
        .into_iter()
        .filter(|block| !block.is_empty())
        .map(|block| block.join("\n"))
        .collect();
    format!("{}\n", blocks.join("\n\n"))
}

/// What stands above one of several reports: when it was begun, and a blank line before and after.
pub fn render_frame(report: &DoctorReport, first: bool, style: Style) -> String {
    let before = if first { "" } else { "\n" };
    format!("{before}{}\n\n", style.tone(Tone::Dim, &style.line(&report.started_at)))
}

/// The first line.
fn render_verdict(report: &DoctorReport, style: Style) -> Vec<String> {
    let sign = choose_sign(report.verdict.status, style);
    let tone = choose_tone(report.verdict.status);
    let text = style.line(&format_sentence(&report.verdict.summary));
    let hang = count_columns(sign) + 1;
    let lines = wrap_text(&text, style.page_width() - hang);
    if lines.is_empty() {
        return vec![style.headline(tone, sign)];
    }
    let lead = style.headline(tone, &format!("{sign} "));
    hang_lines(&lead, hang, lines.iter().map(|line| style.headline(tone, line)))
}

fn render_pipeline(report: &DoctorReport, style: Style) -> Vec<String> {
    let mut lines = pipeline::draw_pipeline(&hop_views::build_hop_views(report), style);
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// What to do where no cause says it.
fn render_next_step(report: &DoctorReport, style: Style) -> Option<Vec<String>> {
    let step = report.verdict.next_step.as_ref()?;
    if !report.verdict.causes.is_empty() || report.verdict.status == VerdictStatus::Healthy {
        return None;
    }
    let lines = wrap_text(&style.line(&format_sentence(step)), style.prose_width() - 8);
    Some(hang_lines(&format!("  {} ", style.heading("Next:")), 8, lines))
}
