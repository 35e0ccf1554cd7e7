//! What `-v` opens: every check, the targets with the origin of their addresses, the notes.

use super::answer::{check_sign, time};
use super::closing::notes;
use crate::model::report::{CheckStatus, Report, ReportCheck};
use crate::render::style::{Style, Tone};
use crate::render::wrap::{columns, left, right, wrap, wrap_hanging};

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
    let page = style.page_width();
    let id_width = report
        .checks
        .iter()
        .map(|check| columns(&style.line(&check.id)))
        .max()
        .unwrap_or(0);
    let took_width = report.checks.iter().map(|check| took(check).len()).max().unwrap_or(0);
    let sign_width = if style.unicode { 1 } else { 4 };
    let before = 4 + sign_width + 1 + id_width + 2;
    let widest = report.checks.iter().map(|check| columns(&style.line(&says(check)))).max().unwrap_or(0);
    let room = page.saturating_sub(before + took_width + 2).min(widest).max(16);
    let mut out = Vec::new();
    for check in &report.checks {
        let (sign, tone) = check_sign(check.status, style);
        let head = format!(
            "    {} {}  ",
            style.tone(tone, &left(sign, sign_width)),
            left(&style.line(&check.id), id_width)
        );
        let lines = wrap(&style.line(&says(check)), room);
        let text_tone = if check.status == CheckStatus::Skip {
            Tone::Dim
        } else {
            Tone::Plain
        };
        let first = lines.first().map_or("", String::as_str);
        let took = match took(check) {
            took if took.is_empty() => String::new(),
            took => {
                let gap = " ".repeat(room.saturating_sub(columns(first)) + 2);
                format!("{gap}{}", style.tone(Tone::Dim, &right(&took, took_width)))
            }
        };
        out.push(
            format!("{head}{}{took}", style.tone(text_tone, first))
                .trim_end()
                .to_owned(),
        );
        for line in lines.iter().skip(1) {
            out.push(format!("{:before$}{}", "", style.tone(text_tone, line)));
        }
        for line in because(check, report, style) {
            out.push(format!("{:before$}{}", "", style.tone(Tone::Dim, &line)));
        }
    }
    out
}

fn took(check: &ReportCheck) -> String {
    if check.took_ms == 0 {
        String::new()
    } else {
        time(check.took_ms)
    }
}

fn says(check: &ReportCheck) -> String {
    match &check.skip {
        Some(why) => format!("not judged: {why}"),
        None => check.summary.clone(),
    }
}

/// Why a failure is no cause of its own, or which cause it is.
fn because(check: &ReportCheck, report: &Report, style: Style) -> Vec<String> {
    let Some(by) = &check.explained_by else {
        return check
            .cause
            .iter()
            .map(|id| format!("{} {}", style.sign("→", "->"), style.line(id)))
            .collect();
    };
    let cause = report.verdict.causes.iter().find(|cause| cause.check == *by);
    let name = cause.map_or(by.as_str(), |cause| cause.id.as_str());
    vec![style.line(&format!("follows from «{name}»"))]
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
        let below = [row[3].as_str(), from.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty());
        for text in below {
            out.push(format!("{:at$}{}", "", dim(text), at = 6 + name));
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
