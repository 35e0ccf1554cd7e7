//! What `-v` opens: every check, the targets with the origin of their addresses, the notes.

use super::cause;
use super::footer::list_notes;
use super::labels::{choose_check_sign, describe_skip};
use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, hang_lines, pad_left, pad_right, wrap_text};
use telemetry::model::report::{CheckStatus, DoctorReport, ReportCheck};
use telemetry::text::duration;

/// The least room for a sentence beside its check's id.
const LEAST: usize = 24;

/// Where the evidence of a check begins.
const EVIDENCE_INDENT: usize = 8;

/// Checks, targets, notes: a block each, with a heading.
pub(super) fn render_sections(report: &DoctorReport, style: Style) -> Vec<Vec<String>> {
    [
        add_heading("Checks", render_checks(report, style), style),
        add_heading("Targets", render_targets(report, style), style),
        add_heading("Notes", render_notes(report, style), style),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn add_heading(heading: &str, lines: Vec<String>, style: Style) -> Option<Vec<String>> {
    if lines.is_empty() {
        return None;
    }
    let head = format!("  {}", style.tone(Tone::Heading, heading));
    Some(std::iter::once(head).chain(lines).collect())
}

fn render_checks(report: &DoctorReport, style: Style) -> Vec<String> {
    let table = CheckTable::new(report, style);
    report
        .checks
        .iter()
        .flat_map(|check| table.render_row(check, report, style))
        .collect()
}

/// How the columns of the checks are divided: sign, id, what it came to, how long that took.
struct CheckTable {
    sign: usize,
    id: usize,
    /// Where the sentence begins.
    text_at: usize,
    /// The columns of the sentence.
    room: usize,
    took: usize,
    /// The sentence stands below the id, where there is no room beside it.
    stacked: bool,
}

impl CheckTable {
    fn new(report: &DoctorReport, style: Style) -> Self {
        let widest = |of: &dyn Fn(&ReportCheck) -> String| {
            report
                .checks
                .iter()
                .map(|check| count_columns(&style.line(&of(check))))
                .max()
                .unwrap_or(0)
        };
        let sign = if style.unicode { 1 } else { 4 };
        let (id, took) = (widest(&|check| check.id.clone()), widest(&format_took));
        let begins = 4 + sign + 1;
        let beside = style.page_width().saturating_sub(begins + id + 2 + took + 2);
        let stacked = beside < LEAST;
        let (text_at, room) = if stacked {
            (begins, style.page_width().saturating_sub(begins))
        } else {
            (begins + id + 2, beside.min(widest(&describe_result)))
        };
        CheckTable {
            sign,
            id,
            text_at,
            room,
            took,
            stacked,
        }
    }

    fn render_row(&self, check: &ReportCheck, report: &DoctorReport, style: Style) -> Vec<String> {
        let (sign, tone) = choose_check_sign(check.status, style);
        let text_tone = if check.status == CheckStatus::Skip {
            Tone::Dim
        } else {
            Tone::Plain
        };
        let mut says = wrap_text(&style.line(&describe_result(check)), self.room).into_iter();
        let beside = if self.stacked {
            String::new()
        } else {
            says.next().unwrap_or_default()
        };
        let mut head = format!(
            "    {}{:gap$} {}  {}",
            style.tone(tone, sign),
            "",
            pad_right(&style.line(&check.id), self.id),
            style.tone(text_tone, &beside),
            gap = self.sign.saturating_sub(count_columns(sign))
        );
        let took = format_took(check);
        if !took.is_empty() {
            let gap = if self.stacked {
                0
            } else {
                self.room.saturating_sub(count_columns(&beside)) + 2
            };
            head.push_str(&" ".repeat(gap));
            head.push_str(&style.tone(Tone::Dim, &pad_left(&took, self.took)));
        }
        let mut out = vec![head.trim_end().to_owned()];
        out.extend(says.map(|line| format!("{:at$}{}", "", style.tone(text_tone, &line), at = self.text_at)));
        for line in wrap_text(&explain_failure(check, report, style), self.room) {
            out.push(format!("{:at$}{}", "", style.tone(Tone::Dim, &line), at = self.text_at));
        }
        // The evidence of a cause stands in its block.
        if !report.verdict.causes.iter().any(|cause| cause.check == check.id) {
            cause::push_evidence(&mut out, &check.evidence, EVIDENCE_INDENT, style);
        }
        out
    }
}

fn format_took(check: &ReportCheck) -> String {
    if check.took_ms == 0 {
        String::new()
    } else {
        duration::format_ms(check.took_ms)
    }
}

fn describe_result(check: &ReportCheck) -> String {
    describe_skip(check).unwrap_or_else(|| check.summary.clone())
}

/// Why a failure is no cause of its own, or which cause it is.
fn explain_failure(check: &ReportCheck, report: &DoctorReport, style: Style) -> String {
    let Some(by) = &check.explained_by else {
        return match &check.cause {
            Some(id) => format!("{} {}", style.sign("→", "->"), style.line(id)),
            None => String::new(),
        };
    };
    let cause = report.verdict.causes.iter().find(|cause| cause.check == *by);
    let name = cause.map_or(by.as_str(), |cause| cause.id.as_str());
    style.line(&format!("follows from {name}"))
}

fn render_targets(report: &DoctorReport, style: Style) -> Vec<String> {
    let rows: Vec<[String; 4]> = report
        .targets
        .iter()
        .map(|(name, target)| {
            let mut known: Vec<&str> = Vec::new();
            known.extend(target.recognised.as_deref());
            known.extend(target.version.as_deref());
            [
                style.line(name),
                style.line(&target.url),
                style.line(&target.origin),
                style.line(&known.join(", ")),
            ]
        })
        .collect();
    let width = |index: usize| rows.iter().map(|row| count_columns(&row[index])).max().unwrap_or(0);
    let (name, url, origin) = (width(0), width(1), width(2));
    let fits = 4 + name + url + origin + width(3) + 11 <= style.page_width();
    let mut out = Vec::new();
    for row in &rows {
        let head = format!("    {}  ", pad_right(&row[0], name));
        let from = format!("from {}", row[2]);
        let dim = |text: &str| style.tone(Tone::Dim, text);
        if fits {
            let line = format!(
                "{head}{}  {}  {}",
                pad_right(&row[1], url),
                dim(&pad_right(&from, origin + 5)),
                row[3]
            );
            out.push(line.trim_end().to_owned());
            continue;
        }
        out.push(format!("{head}{}", row[1]));
        let below = if row[3].is_empty() {
            from
        } else {
            format!("{}, {from}", row[3])
        };
        for line in wrap_text(&below, style.page_width().saturating_sub(6 + name)) {
            out.push(format!("{:at$}{}", "", dim(&line), at = 6 + name));
        }
    }
    out
}

fn render_notes(report: &DoctorReport, style: Style) -> Vec<String> {
    let mut out = Vec::new();
    for note in list_notes(report) {
        let lines = wrap_text(&style.line(note), style.prose_width() - 6);
        out.extend(hang_lines(style.sign("    · ", "    - "), 6, lines));
    }
    out
}
