//! One cause as a block: what and where, why, what it rests on, what to change.

use super::labels::{choose_level_tone, describe_fact, describe_place, format_sentence};
use super::remedy;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, hang_lines, wrap_text, wrap_text_hanging};
use telemetry::model::EvidenceLine;
use telemetry::model::report::ReportCause;

/// Where evidence begins.
const INDENT: usize = 6;
/// Between the two columns of evidence.
const GAP: usize = 3;

/// The block of one cause.
pub(super) fn render_cause(cause: &ReportCause, style: Style, verbose: bool) -> Vec<String> {
    let mut out = vec![render_head(cause, style)];
    for line in wrap_text(&style.line(&format_sentence(&cause.summary)), style.prose_width() - 4) {
        out.push(format!("    {line}"));
    }
    push_evidence(&mut out, &cause.evidence, INDENT, style);
    remedy::push_remedy(&mut out, &cause.remedy, style);
    let more = format!("tempoctl explain {}", style.line(&cause.id));
    out.push(format!(
        "    {} {}",
        style.tone(Tone::Dim, "More:"),
        style.tone(Tone::Command, &more)
    ));
    if verbose {
        push_details(&mut out, cause, style);
    }
    out
}

fn render_head(cause: &ReportCause, style: Style) -> String {
    let id = style.line(&cause.id);
    let place = describe_place(cause);
    let gap = (style.prose_width() - 2)
        .saturating_sub(2 + count_columns(&id) + place.len())
        .max(2);
    format!(
        "  {}{:gap$}{}",
        style.headline(choose_level_tone(cause.level), &id),
        "",
        style.tone(Tone::Dim, &place)
    )
}

/// Evidence in two columns from `indent` on: where it was seen, what it says.
pub(super) fn push_evidence(out: &mut Vec<String>, lines: &[EvidenceLine], indent: usize, style: Style) {
    let page = style.page_width();
    let sources: Vec<String> = lines.iter().map(|line| style.line(&line.source)).collect();
    // A source longer than that stands on a line of its own.
    let most = page * 2 / 5;
    let widths = sources.iter().map(|source| count_columns(source));
    let column = widths.filter(|width| *width <= most).max().unwrap_or(0).max(2);
    let text_at = indent + column + GAP;
    for (line, source) in lines.iter().zip(&sources) {
        let says = style.line(&describe_fact(line));
        let longest = says.split_whitespace().map(count_columns).max().unwrap_or(0);
        let beside = longest <= page.saturating_sub(text_at);
        if count_columns(source) <= column && beside {
            let gap = " ".repeat(text_at - indent - count_columns(source));
            let lead = format!("{:indent$}{}{gap}", "", style.tone(Tone::Dim, source));
            let says = wrap_text_hanging(&says, page.saturating_sub(text_at), 2);
            match says.is_empty() {
                true => out.push(lead.trim_end().to_owned()),
                false => out.extend(hang_lines(&lead, text_at + 2, says)),
            }
            continue;
        }
        // What does not fit beside its source stands below it.
        push_hanging(out, source, indent, Tone::Dim, style);
        push_hanging(
            out,
            &says,
            if beside { text_at } else { indent + 2 },
            Tone::Plain,
            style,
        );
    }
}

/// Text from a column on, the lines after the first two further right.
fn push_hanging(out: &mut Vec<String>, text: &str, at: usize, tone: Tone, style: Style) {
    let lines = wrap_text_hanging(text, style.page_width().saturating_sub(at), 2).into_iter();
    out.extend(hang_lines(
        &" ".repeat(at),
        at + 2,
        lines.map(|line| style.tone(tone, &line)),
    ));
}

/// What follows from the cause, and where it is written up.
fn push_details(out: &mut Vec<String>, cause: &ReportCause, style: Style) {
    if let Some(docs) = &cause.remedy.docs {
        // An address is whole on one line, or cannot be followed.
        let line = format!("Docs: {}", style.line(docs));
        out.push(format!("    {}", style.tone(Tone::Dim, &line)));
    }
    let mut put = |label: &str, text: &str| {
        let lines = wrap_text_hanging(&format!("{label} {}", style.line(text)), style.prose_width() - 4, 2);
        out.extend(hang_lines("    ", 6, lines.iter().map(|line| style.dim(line))));
    };
    put("Found by:", &cause.check);
    if !cause.explains.is_empty() {
        put("Explains:", &cause.explains.join(", "));
    }
}
