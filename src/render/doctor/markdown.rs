//! The report as Markdown, for a ticket or the summary of a CI step.

use super::labels::{choose_check_sign, choose_sign, describe_fact, describe_place, describe_skip, format_sentence};
use super::{footer, hop_views, remedy};
use crate::render::sanitize;
use crate::render::style::Style;
use telemetry::model::report::{DoctorReport, ReportCause, VerdictStatus};
use telemetry::text::duration;

/// The report as Markdown.
pub fn render_markdown(report: &DoctorReport) -> String {
    let style = Style::PLAIN;
    let verdict = &report.verdict;
    let mut blocks = vec![format!(
        "**{} {}**",
        choose_sign(verdict.status, style),
        escape_inline(&format_sentence(&verdict.summary))
    )];
    blocks.extend(render_hops(report, style));
    if let (VerdictStatus::Inconclusive, Some(next)) = (verdict.status, &verdict.next_step) {
        blocks.push(format!("**Next:** {}", escape_inline(&format_sentence(next))));
    }
    blocks.extend(verdict.causes.iter().map(render_cause));
    let warnings = render_warnings(report);
    if !warnings.is_empty() {
        blocks.push(warnings);
    }
    if let Some(text) = footer::describe_not_examined(report) {
        blocks.push(escape_inline(&format_sentence(&text)));
    }
    blocks.push(render_details(report, style));
    blocks.push(render_footer(report));
    format!("{}\n", blocks.join("\n\n"))
}

fn render_hops(report: &DoctorReport, style: Style) -> Option<String> {
    let stops = hop_views::build_hop_views(report);
    if stops.is_empty() {
        return None;
    }
    let mut out = String::from("| Hop | Marker |\n|---|---|");
    for stop in &stops {
        let says = stop.lines(true, style).join(" ").replace(",,", ",");
        let says = if stop.broken {
            format!("**╳ {}**", escape_cell(&says))
        } else {
            escape_cell(&says)
        };
        out.push_str(&format!("\n| {} | {says} |", stop.hop));
    }
    Some(out)
}

fn render_cause(cause: &ReportCause) -> String {
    let mut out = format!(
        "### {} ({})\n\n{}",
        format_code_span(&cause.id),
        describe_place(cause),
        escape_inline(&format_sentence(&cause.summary))
    );
    if !cause.evidence.is_empty() {
        let lines: Vec<String> = cause
            .evidence
            .iter()
            .map(|line| sanitize::sanitize_line(&format!("{}: {}", line.source, describe_fact(line))))
            .collect();
        out.push_str(&format!("\n\n{}", fence_block("text", &lines.join("\n"))));
    }
    let text = &cause.remedy.text;
    let leads_to_block = !remedy::list_paste_blocks(&cause.remedy).is_empty() && text.ends_with(char::is_alphanumeric);
    let text = if leads_to_block {
        format!("{text}:")
    } else {
        text.clone()
    };
    out.push_str(&format!("\n\n**Fix:** {}", escape_inline(&format_sentence(&text))));
    for (text, language) in [(&cause.remedy.config, "yaml"), (&cause.remedy.command, "sh")] {
        let Some(text) = text else { continue };
        let text = sanitize::sanitize_block(text);
        let language = if language == "yaml" && !text.lines().any(|line| line.trim_end().ends_with(':')) {
            "text"
        } else {
            language
        };
        out.push_str(&format!("\n\n{}", fence_block(language, &text)));
    }
    let mut more = vec![format_code_span(&format!("tempoctl explain {}", cause.id))];
    more.extend(
        cause
            .remedy
            .docs
            .as_ref()
            .map(|docs| format!("<{}>", sanitize::sanitize_line(docs))),
    );
    out.push_str(&format!("\n\nMore: {}", more.join(", ")));
    out
}

fn render_warnings(report: &DoctorReport) -> String {
    let lines: Vec<String> = report
        .checks
        .iter()
        .filter(|check| check.status == telemetry::model::report::CheckStatus::Warn)
        .map(|check| format!("- ! {}: {}", format_code_span(&check.id), escape_inline(&check.summary)))
        .collect();
    lines.join("\n")
}

/// Every check, folded.
fn render_details(report: &DoctorReport, style: Style) -> String {
    let mut out = format!(
        "<details>\n<summary>{}</summary>\n\n| | Check | Result | Took |\n|---|---|---|---|",
        footer::count_results(report).join(" · ")
    );
    for check in &report.checks {
        let (sign, _) = choose_check_sign(check.status, style);
        let says = match (describe_skip(check), &check.explained_by) {
            (Some(why), _) => why,
            (None, Some(by)) => format!("{} (follows from {by})", check.summary),
            (None, None) => check.summary.clone(),
        };
        let took = if check.took_ms == 0 {
            String::new()
        } else {
            duration::format_ms(check.took_ms)
        };
        out.push_str(&format!(
            "\n| {sign} | {} | {} | {took} |",
            format_code_span(&check.id),
            escape_cell(&escape_inline(&says))
        ));
    }
    out.push_str("\n\n</details>");
    out
}

fn render_footer(report: &DoctorReport) -> String {
    let marker = match &report.marker {
        Some(marker) => format!("Marker {}", format_code_span(&marker.trace_id)),
        None => "No marker sent".to_owned(),
    };
    format!(
        "{marker} · {} · {} {}",
        duration::format_ms(report.duration_ms),
        report.tool.name,
        escape_inline(&report.tool.version)
    )
}

/// Text that Markdown leaves as it is.
fn escape_inline(text: &str) -> String {
    let mut out = String::new();
    for c in sanitize::sanitize_line(text).trim().chars() {
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
fn escape_cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

/// A code span that no backtick inside can end.
fn format_code_span(text: &str) -> String {
    let text = sanitize::sanitize_line(text);
    let fence = "`".repeat(measure_backtick_run(&text) + 1);
    if text.contains('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// A block that no run of backticks inside can end.
fn fence_block(language: &str, text: &str) -> String {
    let fence = "`".repeat((measure_backtick_run(text) + 1).max(3));
    format!("{fence}{language}\n{text}\n{fence}")
}

fn measure_backtick_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
