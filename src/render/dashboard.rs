//! A line a panel: what is seen there, and why it is not more.

use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, hang_lines, pad_right, wrap_text, wrap_text_hanging};
use telemetry::model::dashboard_report::{DashboardCause, DashboardReport, PanelReport, PanelStatus};
use telemetry::text::pluralize;

/// The widest that titles are drawn.
const WIDEST_TITLE: usize = 32;
/// The narrowest that reasons are drawn.
const NARROWEST_REASON: usize = 24;

/// The report for a person. `verbose` shows queries and links as well.
pub fn render_human(report: &DashboardReport, style: Style, verbose: bool) -> String {
    let mut blocks = vec![render_head(report, style), render_panels(report, style, verbose)];
    let variables = render_variables(report, style);
    if !variables.is_empty() {
        blocks.push(variables);
    }
    for cause in &report.causes {
        blocks.push(render_cause(cause, style));
    }
    blocks.push(render_footer(report, style, verbose));
    let blocks: Vec<String> = blocks
        .into_iter()
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join("\n"))
        .collect();
    format!("{}\n", blocks.join("\n\n"))
}

fn render_head(report: &DashboardReport, style: Style) -> Vec<String> {
    let name = &report.dashboard;
    let uid = if name.uid.is_empty() {
        String::new()
    } else {
        format!(" ({})", name.uid)
    };
    let title = if name.title.is_empty() {
        "Untitled dashboard"
    } else {
        name.title.as_str()
    };
    let text = style.line(&format!("{title}{uid}: {}", report.summary));
    let lines = wrap_text_hanging(&text, style.page_width(), 2).into_iter();
    hang_lines("", 2, lines.map(|line| style.heading(&line)))
}

fn choose_sign(panel: &PanelReport, style: Style) -> (&'static str, Tone) {
    match panel.state {
        PanelStatus::Data => (style.sign("✓", "ok"), Tone::Good),
        PanelStatus::Empty if !panel.fault => (style.sign("–", "-"), Tone::Dim),
        PanelStatus::Empty | PanelStatus::Broken => (style.sign("✗", "FAIL"), Tone::Bad),
        PanelStatus::Skipped => (style.sign("–", "-"), Tone::Dim),
    }
}

fn render_panels(report: &DashboardReport, style: Style, verbose: bool) -> Vec<String> {
    let signs = report
        .panels
        .iter()
        .map(|panel| count_columns(choose_sign(panel, style).0))
        .max()
        .unwrap_or(1);
    let titles: Vec<String> = report
        .panels
        .iter()
        .map(|panel| style.line(&name_panel(panel)))
        .collect();
    // A longer title stands whole, and its reason below it.
    let fits = titles
        .iter()
        .map(|title| count_columns(title))
        .filter(|width| *width <= WIDEST_TITLE);
    let width = fits.max().unwrap_or(WIDEST_TITLE);
    let at = 2 + signs + 1 + width + 2;
    let room = style.page_width().saturating_sub(at).max(NARROWEST_REASON);
    let mut out = Vec::new();
    let mut before = String::new();
    for (panel, title) in report.panels.iter().zip(&titles) {
        let (mark, tone) = choose_sign(panel, style);
        let mark = style.tone(tone, &pad_right(mark, signs));
        let mut why = panel.why.clone();
        let cause = panel.causes.first().cloned().unwrap_or_default();
        let key = format!("{cause} {why}");
        if !cause.is_empty() && key == before {
            "same as above".clone_into(&mut why);
        }
        before = key;
        let reason = wrap_text(&style.line(&why), room);
        let title_tone = if panel.state == PanelStatus::Skipped {
            Tone::Dim
        } else {
            Tone::Plain
        };
        let mut first = format!("  {mark} {}", style.tone(title_tone, &pad_right(title, width)));
        // The cause stands behind a reason that leaves room for it, else below.
        let named = !cause.is_empty() && why != "same as above";
        let beside = matches!(&reason[..], [line] if count_columns(line) + 3 + count_columns(&cause) <= room)
            && count_columns(title) <= width;
        let mut rest = reason.into_iter();
        if count_columns(title) <= width
            && let Some(line) = rest.next()
        {
            first.push_str("  ");
            first.push_str(&style.tone(choose_reason_tone(panel), &line));
            if named && beside {
                first.push_str("   ");
                first.push_str(&style.tone(Tone::Dim, &style.line(&cause)));
            }
        }
        out.push(first.trim_end().to_owned());
        out.extend(rest.map(|line| format!("{:at$}{}", "", style.tone(choose_reason_tone(panel), &line))));
        if named && !beside {
            out.push(format!("{:at$}{}", "", style.tone(Tone::Dim, &style.line(&cause))));
        }
        if verbose {
            push_details(&mut out, panel, at, style);
        }
    }
    out
}

fn choose_reason_tone(panel: &PanelReport) -> Tone {
    if panel.state == PanelStatus::Data || panel.fault {
        Tone::Plain
    } else {
        Tone::Dim
    }
}

fn name_panel(panel: &PanelReport) -> String {
    if panel.title.trim().is_empty() {
        format!("panel {}", panel.id)
    } else {
        panel.title.clone()
    }
}

fn push_details(out: &mut Vec<String>, panel: &PanelReport, at: usize, style: Style) {
    let mut put = |text: &str| {
        for line in wrap_text_hanging(&style.line(text), style.page_width().saturating_sub(at), 2) {
            out.push(format!("{:at$}{}", "", style.dim(&line)));
        }
    };
    for query in &panel.queries {
        let text = format!(
            "{} {} → {} {}",
            query.ref_id,
            style.line(&query.query),
            query.outcome,
            query.count
        );
        put(&text);
    }
    for line in &panel.evidence {
        put(&format!("{} {} = {}", line.source, line.name, line.value));
    }
    if let Some(link) = &panel.explore {
        // An address is whole on one line, or cannot be followed.
        out.push(format!("{:at$}{}", "", style.tone(Tone::Command, &style.line(link))));
    }
}

fn render_variables(report: &DashboardReport, style: Style) -> Vec<String> {
    let mut out = Vec::new();
    for variable in &report.variables {
        let Some(why) = &variable.why else { continue };
        let mark = style.sign("✗", "FAIL");
        let hang = 3 + count_columns(mark);
        let room = style.page_width().saturating_sub(hang);
        let cause = variable
            .cause
            .as_deref()
            .map(|cause| style.line(cause))
            .unwrap_or_default();
        let lines = wrap_text(&style.line(why), room);
        let beside = matches!(&lines[..], [line] if count_columns(line) + 3 + count_columns(&cause) <= room);
        out.extend(hang_lines(&format!("  {} ", style.tone(Tone::Bad, mark)), hang, lines));
        match out.last_mut() {
            _ if cause.is_empty() => {}
            Some(line) if beside => line.push_str(&format!("   {}", style.dim(&cause))),
            _ => out.push(format!("{:hang$}{}", "", style.dim(&cause))),
        }
    }
    if !out.is_empty() {
        out.insert(0, style.heading("Variables"));
    }
    out
}

fn render_cause(cause: &DashboardCause, style: Style) -> Vec<String> {
    let counts = [(cause.panels, "panel"), (cause.variables, "variable")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let count = counts
        .map(|(count, what)| pluralize(count, what))
        .collect::<Vec<_>>()
        .join(", ");
    let tone = if cause.fault { Tone::Bad } else { Tone::Dim };
    let gap = style
        .prose_width()
        .saturating_sub(2 + count_columns(&cause.id) + count_columns(&count))
        .max(2);
    let mut out = vec![format!(
        "  {}{:gap$}{}",
        style.headline(tone, &style.line(&cause.id)),
        "",
        style.tone(Tone::Dim, &count),
        gap = gap.saturating_sub(2)
    )];
    for line in wrap_text(&style.line(&format!("{}.", cause.title)), style.prose_width() - 4) {
        out.push(format!("    {line}"));
    }
    if !cause.fault {
        return out;
    }
    crate::render::doctor::remedy(&mut out, &cause.remedy, style);
    out.push(format!(
        "    {} {}",
        style.tone(Tone::Dim, "More:"),
        style.tone(Tone::Command, &format!("tempoctl explain {}", style.line(&cause.id)))
    ));
    out
}

fn render_footer(report: &DashboardReport, style: Style, verbose: bool) -> Vec<String> {
    let mut out = Vec::new();
    for note in &report.notes {
        for line in wrap_text_hanging(&style.line(note), style.prose_width() - 2, 2) {
            out.push(format!("  {}", style.tone(Tone::Dim, &line)));
        }
    }
    let dot = style.sign("·", "-");
    let mut text = format!(
        "{} to {} {dot} {} {dot} {} requests in {}",
        report.window.from,
        report.window.to,
        report.asked,
        report.requests,
        telemetry::text::duration::format_ms(report.duration_ms)
    );
    if !verbose {
        text.push_str(&format!(" {dot} -v shows queries and links"));
    }
    for line in wrap_text_hanging(&style.line(&text), style.prose_width() - 2, 2) {
        out.push(format!("  {}", style.tone(Tone::Dim, &line)));
    }
    out
}
