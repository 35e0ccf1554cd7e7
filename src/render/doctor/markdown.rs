//! The report as Markdown, for a ticket or the summary of a CI step.

use super::answer::{check_sign, fact, not_judged, place, sentence, sign};
use super::{closing, fix, stops};
use crate::model::report::{Report, ReportCause, Status};
use crate::render::clean;
use crate::render::style::Style;
use crate::render::time;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let style = Style::PLAIN;
    let verdict = &report.verdict;
    let mut blocks = vec![format!(
        "**{} {}**",
        sign(verdict.status, style),
        inline(&sentence(&verdict.summary))
    )];
    blocks.extend(hops(report, style));
    if let (Status::Inconclusive, Some(next)) = (verdict.status, &verdict.next_step) {
        blocks.push(format!("**Next:** {}", inline(&sentence(next))));
    }
    blocks.extend(verdict.causes.iter().map(cause));
    let warnings = warnings(report);
    if !warnings.is_empty() {
        blocks.push(warnings);
    }
    if let Some(text) = closing::not_examined(report) {
        blocks.push(inline(&sentence(&text)));
    }
    blocks.push(details(report, style));
    blocks.push(foot(report));
    format!("{}\n", blocks.join("\n\n"))
}

fn hops(report: &Report, style: Style) -> Option<String> {
    let stops = stops::stops(report);
    if stops.is_empty() {
        return None;
    }
    let mut out = String::from("| Hop | Marker |\n|---|---|");
    for stop in &stops {
        let says = stop.lines(true, style).join(" ").replace(",,", ",");
        let says = if stop.broken {
            format!("**╳ {}**", cell(&says))
        } else {
            cell(&says)
        };
        out.push_str(&format!("\n| {} | {says} |", stop.hop));
    }
    Some(out)
}

fn cause(cause: &ReportCause) -> String {
    let mut out = format!(
        "### {} ({})\n\n{}",
        code(&cause.id),
        place(cause),
        inline(&sentence(&cause.summary))
    );
    if !cause.evidence.is_empty() {
        let lines: Vec<String> = cause
            .evidence
            .iter()
            .map(|line| clean::line(&format!("{}: {}", line.source, fact(line))))
            .collect();
        out.push_str(&format!("\n\n{}", fenced("text", &lines.join("\n"))));
    }
    let text = &cause.remedy.text;
    let leads_to_block = !fix::blocks(&cause.remedy).is_empty() && text.ends_with(char::is_alphanumeric);
    let text = if leads_to_block {
        format!("{text}:")
    } else {
        text.clone()
    };
    out.push_str(&format!("\n\n**Fix:** {}", inline(&sentence(&text))));
    for (text, language) in [(&cause.remedy.config, "yaml"), (&cause.remedy.command, "sh")] {
        let Some(text) = text else { continue };
        let text = clean::block(text);
        let language = if language == "yaml" && !text.lines().any(|line| line.trim_end().ends_with(':')) {
            "text"
        } else {
            language
        };
        out.push_str(&format!("\n\n{}", fenced(language, &text)));
    }
    let mut more = vec![code(&format!("tempoctl explain {}", cause.id))];
    more.extend(
        cause
            .remedy
            .docs
            .as_ref()
            .map(|docs| format!("<{}>", clean::line(docs))),
    );
    out.push_str(&format!("\n\nMore: {}", more.join(", ")));
    out
}

fn warnings(report: &Report) -> String {
    let lines: Vec<String> = report
        .checks
        .iter()
        .filter(|check| check.status == crate::model::report::CheckStatus::Warn)
        .map(|check| format!("- ! {}: {}", code(&check.id), inline(&check.summary)))
        .collect();
    lines.join("\n")
}

/// Every check, folded.
fn details(report: &Report, style: Style) -> String {
    let mut out = format!(
        "<details>\n<summary>{}</summary>\n\n| | Check | Result | Took |\n|---|---|---|---|",
        closing::counts(report).join(" · ")
    );
    for check in &report.checks {
        let (sign, _) = check_sign(check.status, style);
        let says = match (not_judged(check), &check.explained_by) {
            (Some(why), _) => why,
            (None, Some(by)) => format!("{} (follows from {by})", check.summary),
            (None, None) => check.summary.clone(),
        };
        let took = if check.took_ms == 0 {
            String::new()
        } else {
            time::exact(check.took_ms)
        };
        out.push_str(&format!(
            "\n| {sign} | {} | {} | {took} |",
            code(&check.id),
            cell(&inline(&says))
        ));
    }
    out.push_str("\n\n</details>");
    out
}

fn foot(report: &Report) -> String {
    let marker = match &report.marker {
        Some(marker) => format!("Marker {}", code(&marker.trace_id)),
        None => "No marker sent".to_owned(),
    };
    format!(
        "{marker} · {} · {} {}",
        time::exact(report.duration_ms),
        report.tool.name,
        inline(&report.tool.version)
    )
}

/// Text that Markdown leaves as it is.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in clean::line(text).trim().chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#') {
            out.push('\\');
        }
        if c == '&' {
            out.push_str("&amp;");
        } else {
            out.push(c);
        }
    }
    out
}

/// Text inside a table: a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

/// A code span that no backtick inside can end.
fn code(text: &str) -> String {
    let text = clean::line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    if text.contains('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// A block that no run of backticks inside can end.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
