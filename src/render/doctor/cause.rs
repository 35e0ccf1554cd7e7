//! One cause as a block: what and where, why, what it rests on, what to change.

use super::answer::{fact, level_tone, place, sentence};
use super::fix;
use crate::model::EvidenceLine;
use crate::model::report::ReportCause;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{columns, left, wrap, wrap_hanging};

/// Where evidence begins.
const INDENT: usize = 6;
/// Between the two columns of evidence.
const GAP: usize = 3;

/// The block of one cause.
pub(super) fn block(cause: &ReportCause, style: Style, verbose: bool) -> Vec<String> {
    let mut out = vec![head(cause, style)];
    for line in wrap(&style.line(&sentence(&cause.summary)), style.prose_width() - 4) {
        out.push(format!("    {line}"));
    }
    evidence(&mut out, &cause.evidence, style);
    fix::human(&mut out, &cause.remedy, style);
    let more = format!("tempoctl explain {}", style.line(&cause.id));
    out.push(format!(
        "    {} {}",
        style.tone(Tone::Dim, "More:"),
        style.tone(Tone::Paste, &more)
    ));
    if verbose {
        why(&mut out, cause, style);
    }
    out
}

fn head(cause: &ReportCause, style: Style) -> String {
    let id = style.line(&cause.id);
    let place = place(cause);
    let gap = (style.prose_width() - 2)
        .saturating_sub(2 + columns(&id) + place.len())
        .max(2);
    format!(
        "  {}{:gap$}{}",
        style.headline(level_tone(cause.level), &id),
        "",
        style.tone(Tone::Dim, &place)
    )
}

/// Evidence in two columns: where it was seen, what it says.
pub(super) fn evidence(out: &mut Vec<String>, lines: &[EvidenceLine], style: Style) {
    let page = style.page_width();
    let sources: Vec<String> = lines.iter().map(|line| style.line(&line.source)).collect();
    // A source longer than that stands on a line of its own.
    let most = page * 2 / 5;
    let column = sources
        .iter()
        .map(|source| columns(source))
        .filter(|width| *width <= most)
        .max()
        .unwrap_or(0);
    let column = column.max(2);
    let beside = page.saturating_sub(INDENT + column + GAP);
    for (line, source) in lines.iter().zip(&sources) {
        let says = style.line(&fact(line));
        let shown = style.tone(Tone::Dim, &left(source, column));
        let longest = says.split_whitespace().map(columns).max().unwrap_or(0);
        if columns(source) > column || longest > beside {
            // What does not fit beside its source stands below it.
            out.push(format!("{:INDENT$}{shown}", "").trim_end().to_owned());
            let at = if longest > beside {
                INDENT + 2
            } else {
                INDENT + column + GAP
            };
            hanging(out, &says, at, page);
        } else {
            let from = out.len();
            hanging(out, &says, INDENT + column + GAP, page);
            if let Some(first) = out.get_mut(from) {
                *first = format!("{:INDENT$}{shown}{:GAP$}{}", "", "", first.trim_start());
            }
        }
    }
}

/// Text from a column on, the lines after the first two further right.
fn hanging(out: &mut Vec<String>, text: &str, at: usize, page: usize) {
    for (index, line) in wrap_hanging(text, page.saturating_sub(at), 2).iter().enumerate() {
        let indent = if index == 0 { at } else { at + 2 };
        out.push(format!("{:indent$}{line}", ""));
    }
}

/// What follows from the cause, and where it is written up.
fn why(out: &mut Vec<String>, cause: &ReportCause, style: Style) {
    if let Some(docs) = &cause.remedy.docs {
        // An address is whole on one line, or cannot be followed.
        let line = format!("Docs: {}", style.line(docs));
        out.push(format!("    {}", style.tone(Tone::Dim, &line)));
    }
    let mut put = |label: &str, text: &str| {
        let lines = wrap_hanging(&format!("{label} {}", style.line(text)), style.prose_width() - 4, 2);
        for (index, line) in lines.iter().enumerate() {
            let hang = if index == 0 { 4 } else { 6 };
            out.push(format!("{:hang$}{}", "", style.tone(Tone::Dim, line)));
        }
    };
    put("Found by:", &cause.check);
    if !cause.explains.is_empty() {
        put("Explains:", &cause.explains.join(", "));
    }
}
