//! What `-v` opens: every check, the targets with the origin of their addresses, the notes.

use super::answer::{check_sign, not_judged};
use super::cause;
use super::closing::notes;
use crate::model::report::{CheckStatus, Report, ReportCheck};
use crate::render::style::{Style, Tone};
use crate::render::time;
use crate::render::wrap::{columns, left, right, wrap, wrap_hanging};

/// The least room for a sentence beside its check's id.
const LEAST: usize = 24;

/// Where the evidence of a check begins.
const EVIDENCE_INDENT: usize = 8;

/// Checks, targets, notes: a block each, with a heading.
pub(super) fn all(report: &Report, style: Style) -> Vec<Vec<String>> {
    [
        headed("Checks", checks(report, style), style),
        headed("Targets", targets(report, style), style),
        headed("Notes", noted(report, style), style),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn headed(heading: &str, lines: Vec<String>, style: Style) -> Option<Vec<String>> {
    if lines.is_empty() {
        return None;
    }
    let head = format!("  {}", style.tone(Tone::Heading, heading));
    Some(std::iter::once(head).chain(lines).collect())
}

fn checks(report: &Report, style: Style) -> Vec<String> {
    let table = Table::new(report, style);
    report
        .checks
        .iter()
        .flat_map(|check| table.row(check, report, style))
        .collect()
}

/// How the columns of the checks are divided: sign, id, what it came to, how long that took.
struct Table {
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

impl Table {
    fn new(report: &Report, style: Style) -> Self {
        let widest = |of: &dyn Fn(&ReportCheck) -> String| {
            report
                .checks
                .iter()
                .map(|check| columns(&style.line(&of(check))))
                .max()
                .unwrap_or(0)
        };
        let sign = if style.unicode { 1 } else { 4 };
        let (id, took) = (widest(&|check| check.id.clone()), widest(&took));
        let begins = 4 + sign + 1;
        let beside = style.page_width().saturating_sub(begins + id + 2 + took + 2);
        let stacked = beside < LEAST;
        let (text_at, room) = if stacked {
            (begins, style.page_width().saturating_sub(begins))
        } else {
            (begins + id + 2, beside.min(widest(&says)))
        };
        Table {
            sign,
            id,
            text_at,
            room,
            took,
            stacked,
        }
    }

    fn row(&self, check: &ReportCheck, report: &Report, style: Style) -> Vec<String> {
        let (sign, tone) = check_sign(check.status, style);
        let text_tone = if check.status == CheckStatus::Skip {
            Tone::Dim
        } else {
            Tone::Plain
        };
        let mut says = wrap(&style.line(&says(check)), self.room).into_iter();
        let beside = if self.stacked {
            String::new()
        } else {
            says.next().unwrap_or_default()
        };
        let mut head = format!(
            "    {}{:gap$} {}  {}",
            style.tone(tone, sign),
            "",
            left(&style.line(&check.id), self.id),
            style.tone(text_tone, &beside),
            gap = self.sign.saturating_sub(columns(sign))
        );
        let took = took(check);
        if !took.is_empty() {
            let gap = if self.stacked {
                0
            } else {
                self.room.saturating_sub(columns(&beside)) + 2
            };
            head.push_str(&" ".repeat(gap));
            head.push_str(&style.tone(Tone::Dim, &right(&took, self.took)));
        }
        let mut out = vec![head.trim_end().to_owned()];
        out.extend(says.map(|line| format!("{:at$}{}", "", style.tone(text_tone, &line), at = self.text_at)));
        for line in wrap(&because(check, report, style), self.room) {
            out.push(format!("{:at$}{}", "", style.tone(Tone::Dim, &line), at = self.text_at));
        }
        // The evidence of a cause stands in its block.
        if !report.verdict.causes.iter().any(|cause| cause.check == check.id) {
            cause::evidence(&mut out, &check.evidence, EVIDENCE_INDENT, style);
        }
        out
    }
}

fn took(check: &ReportCheck) -> String {
    if check.took_ms == 0 {
        String::new()
    } else {
        time::exact(check.took_ms)
    }
}

fn says(check: &ReportCheck) -> String {
    not_judged(check).unwrap_or_else(|| check.summary.clone())
}

/// Why a failure is no cause of its own, or which cause it is.
fn because(check: &ReportCheck, report: &Report, style: Style) -> String {
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

fn targets(report: &Report, style: Style) -> Vec<String> {
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
    let width = |index: usize| rows.iter().map(|row| columns(&row[index])).max().unwrap_or(0);
    let (name, url, origin) = (width(0), width(1), width(2));
    let fits = 4 + name + url + origin + width(3) + 11 <= style.page_width();
    let mut out = Vec::new();
    for row in &rows {
        let head = format!("    {}  ", left(&row[0], name));
        let from = format!("from {}", row[2]);
        let dim = |text: &str| style.tone(Tone::Dim, text);
        if fits {
            let line = format!(
                "{head}{}  {}  {}",
                left(&row[1], url),
                dim(&left(&from, origin + 5)),
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
        for line in wrap(&below, style.page_width().saturating_sub(6 + name)) {
            out.push(format!("{:at$}{}", "", dim(&line), at = 6 + name));
        }
    }
    out
}

fn noted(report: &Report, style: Style) -> Vec<String> {
    let mut out = Vec::new();
    for note in notes(report) {
        for (index, line) in wrap_hanging(&style.line(note), style.prose_width() - 6, 0)
            .iter()
            .enumerate()
        {
            let before = if index == 0 { style.sign("· ", "- ") } else { "  " };
            out.push(format!("    {before}{line}"));
        }
    }
    out
}
