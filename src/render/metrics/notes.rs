//! What stands below the numbers: where they come from, what is worth knowing, and why there are none.

use jiff::Timestamp;

use super::super::style::Tone;
use super::super::wrap::{hang_lines, wrap_text_hanging};
use super::MetricsPage;
use telemetry::model::red::{CauseNote, EmptyResult};
use telemetry::text::pluralize_as;

/// `from Prometheus, traces_spanmetrics_* · 2 services · last hour`
pub fn render_footer(parts: &[String], page: MetricsPage) -> String {
    let style = page.style;
    let parts: Vec<String> = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| style.line(part))
        .collect();
    let dot = style.sign(" · ", " - ");
    let text = parts.join(dot);
    render_paragraph(&text, 0, Tone::Dim, page)
}

/// Notes, one a paragraph, each with the command that explains it.
pub fn render_notes(notes: &[CauseNote], page: MetricsPage) -> String {
    notes
        .iter()
        .map(|note| {
            let sign = page.style.sign("·", "-");
            let text = format!("{sign} {}", page.style.line(&note.text));
            let explain = note.cause.map(|cause| format!("    tempoctl explain {cause}"));
            let explain = explain
                .map(|line| format!("{}\n", page.style.command(&line)))
                .unwrap_or_default();
            format!("{}{explain}", render_paragraph(&text, 2, Tone::Dim, page))
        })
        .collect()
}

/// Why there is nothing: the answer first, then what explains it, then what tells more.
pub fn render_empty(empty: &EmptyResult, page: MetricsPage) -> String {
    let style = page.style;
    let mut out = String::new();
    for (index, line) in empty.text.iter().enumerate() {
        let text = style.line(line);
        if index == 0 {
            out.push_str(&format!("{}\n", style.headline(Tone::Plain, &text)));
        } else {
            out.push_str(&indent_text(&text, page));
        }
    }
    for cause in &empty.causes {
        let id = cause.cause.unwrap_or_default();
        out.push('\n');
        if !id.is_empty() {
            out.push_str(&format!("  {}\n", style.tone(Tone::Degraded, id)));
        }
        out.push_str(&render_paragraph(
            &format!("    {}", style.line(&cause.text)),
            4,
            Tone::Plain,
            page,
        ));
        if !id.is_empty() {
            let more = format!("tempoctl explain {id}");
            out.push_str(&format!("    More: {}\n", style.command(&more)));
        }
    }
    if !empty.next.is_empty() {
        out.push('\n');
        for (index, command) in empty.next.iter().enumerate() {
            let lead = if index == 0 { "  Try: " } else { "       " };
            out.push_str(&format!("{lead}{}\n", style.command(&style.line(command))));
        }
    }
    out
}

fn indent_text(text: &str, page: MetricsPage) -> String {
    render_paragraph(&format!("  {text}"), 2, Tone::Plain, page)
}

/// A paragraph; where nothing may be cut, lines are not broken either. Lines after the first hang.
pub fn render_paragraph(text: &str, hang: usize, tone: Tone, page: MetricsPage) -> String {
    let lead = text.len() - text.trim_start().len();
    let width = page.width.map_or(usize::MAX, |width| width.clamp(40, 160));
    let lines = wrap_text_hanging(text, width.saturating_sub(lead), hang.saturating_sub(lead)).into_iter();
    let lines = lines.map(|line| format!("{}\n", page.style.tone(tone, &line)));
    hang_lines(&text[..lead], hang, lines).concat()
}

/// A moment: `22:41:07 UTC`, with its day where that is another than the window's end.
pub fn format_moment(at: f64, end: Timestamp) -> String {
    let at = Timestamp::from_millisecond((at * 1e3) as i64).unwrap_or(end);
    let same_day = at.strftime("%F").to_string() == end.strftime("%F").to_string();
    at.strftime(if same_day { "%H:%M:%S UTC" } else { "%F %H:%M:%S UTC" })
        .to_string()
}

/// `data only since 22:41:07 UTC`, where it begins within the window.
pub fn describe_data_start(from: Option<f64>, end: Timestamp) -> String {
    from.map_or_else(String::new, |from| {
        format!("data only since {}", format_moment(from, end))
    })
}

/// `30 of 412 shown, --limit 0 shows all`
pub fn describe_cut(shown: usize, total: usize) -> String {
    if shown < total {
        format!("{shown} of {total} shown, --limit 0 shows all")
    } else {
        String::new()
    }
}

/// `2 services`, or `30 of 412 services, --limit 0 shows all`
pub fn count_shown(shown: usize, total: usize, one: &str, several: &str) -> String {
    if shown < total {
        format!("{shown} of {total} {several}, --limit 0 shows all")
    } else {
        pluralize_as(shown, one, several)
    }
}

/// Plain text of an emptiness, for JSON.
pub fn join_empty_text(empty: &EmptyResult) -> String {
    empty.text.join(" ")
}
