//! The report for a person: the answer, where, why, what to do; then everything else.

use super::answer::{sentence, sign, tone};
use super::{cause, checks, closing, stops};
use crate::model::report::{Report, Status};
use crate::render::pipeline;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{columns, wrap_hanging};

/// The report for a person. `verbose` opens what is folded otherwise: every check, the targets, the notes.
pub fn human(report: &Report, style: Style, verbose: bool) -> String {
    let mut blocks = vec![verdict(report, style), drawing(report, style)];
    if let Some(next) = next_step(report, style) {
        blocks.push(next);
    }
    for cause in &report.verdict.causes {
        blocks.push(cause::block(cause, style, verbose));
    }
    blocks.push(closing::warnings(report, style));
    if verbose {
        blocks.extend(checks::all(report, style));
    }
    blocks.push(closing::lines(report, style, verbose));
    let blocks: Vec<String> = blocks
        .into_iter()
        .filter(|block| !block.is_empty())
        .map(|block| block.join("\n"))
        .collect();
    format!("{}\n", blocks.join("\n\n"))
}

/// What stands above one of several reports: when it was begun, and a blank line before and after.
pub fn frame(report: &Report, first: bool, style: Style) -> String {
    let before = if first { "" } else { "\n" };
    format!("{before}{}\n\n", style.tone(Tone::Dim, &style.line(&report.started_at)))
}

/// The first line.
fn verdict(report: &Report, style: Style) -> Vec<String> {
    let sign = sign(report.verdict.status, style);
    let tone = tone(report.verdict.status);
    let text = style.line(&sentence(&report.verdict.summary));
    let hang = columns(sign) + 1;
    let lines = wrap_hanging(&text, style.page_width() - hang, 0);
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        out.push(match index {
            0 => style.headline(tone, &format!("{sign} {line}")),
            _ => format!("{:hang$}{}", "", style.headline(tone, line)),
        });
    }
    if out.is_empty() {
        out.push(style.headline(tone, sign));
    }
    out
}

fn drawing(report: &Report, style: Style) -> Vec<String> {
    let mut lines = pipeline::draw(&stops::stops(report), style);
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// What to do where no cause says it.
fn next_step(report: &Report, style: Style) -> Option<Vec<String>> {
    let step = report.verdict.next_step.as_ref()?;
    if !report.verdict.causes.is_empty() || report.verdict.status == Status::Healthy {
        return None;
    }
    let lines = wrap_hanging(&style.line(&sentence(step)), style.prose_width() - 8, 0);
    Some(
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| match index {
                0 => format!("  {} {line}", style.tone(Tone::Heading, "Next:")),
                _ => format!("        {line}"),
            })
            .collect(),
    )
}
