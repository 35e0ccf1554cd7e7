//! What stands below the causes: warnings, what was not looked at, the counts, the marker.

use super::hop_views::find_unseen_hops;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, hang_lines, wrap_text, wrap_text_hanging};
use telemetry::model::Hop;
use telemetry::model::report::{CheckStatus, DoctorReport, SkipKind};
use telemetry::text::duration;
use telemetry::text::pluralize;

/// Warnings, one a check.
pub(super) fn render_warnings(report: &DoctorReport, style: Style) -> Vec<String> {
    let mut out = Vec::new();
    for check in report.checks.iter().filter(|check| check.status == CheckStatus::Warn) {
        let sign = style.sign("!", "warn");
        let text = style.line(&format!("{}: {}", check.id, check.summary));
        let hang = 2 + sign.len() + 1;
        let lead = format!("  {} ", style.tone(Tone::Degraded, sign));
        out.extend(hang_lines(&lead, hang, wrap_text(&text, style.prose_width() - hang)));
    }
    out
}

/// The hops that were not looked at, those with the same reason together: those that the report names, and whatever else
/// the drawing shows as not looked at.
pub(super) fn describe_not_examined(report: &DoctorReport) -> Option<String> {
    let mut missing: Vec<(Hop, String)> = Vec::new();
    let named = report.not_examined.iter().map(|one| (one.hop, one.why.clone()));
    for (hop, why) in named.chain(find_unseen_hops(report)) {
        if missing.iter().all(|(known, _)| *known != hop) {
            missing.push((hop, why));
        }
    }
    let mut reasons: Vec<&str> = Vec::new();
    for (_, why) in &missing {
        if !reasons.contains(&why.as_str()) {
            reasons.push(why);
        }
    }
    let groups: Vec<String> = reasons
        .iter()
        .map(|why| {
            let hops: Vec<&str> = missing
                .iter()
                .filter(|(_, own)| own == why)
                .map(|(hop, _)| hop.name())
                .collect();
            format!("{} ({why})", hops.join(", "))
        })
        .collect();
    (!missing.is_empty()).then(|| format!("{} not checked: {}", pluralize(missing.len(), "hop"), groups.join(", ")))
}

/// How many checks came to what.
pub(super) fn count_results(report: &DoctorReport) -> Vec<String> {
    let of = |status: CheckStatus| report.checks.iter().filter(|check| check.status == status).count();
    let mut parts = vec![format!("{} passed", of(CheckStatus::Pass))];
    let mut add = |number: usize, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    add(of(CheckStatus::Fail), format!("{} failed", of(CheckStatus::Fail)));
    add(of(CheckStatus::Warn), pluralize(of(CheckStatus::Warn), "warning"));
    for (kind, words) in [
        (Some(SkipKind::NotApplicable), "not applicable"),
        (Some(SkipKind::NoEvidence), "without evidence"),
        (Some(SkipKind::Waiting), "waiting"),
        (None, "not judged"),
    ] {
        let skipped = report
            .checks
            .iter()
            .filter(|check| check.status == CheckStatus::Skip && check.skip_kind == kind)
            .count();
        add(skipped, format!("{skipped} {words}"));
    }
    let notes = list_notes(report).len();
    add(notes, pluralize(notes, "note"));
    parts
}

/// The notes that are not warnings as well.
pub(super) fn list_notes(report: &DoctorReport) -> Vec<&str> {
    let is_warning = |note: &str| {
        report
            .checks
            .iter()
            .any(|check| check.status == CheckStatus::Warn && note == format!("{}: {}", check.id, check.summary))
    };
    report
        .notes
        .iter()
        .map(String::as_str)
        .filter(|note| !is_warning(note))
        .collect()
}

/// The last lines: what was skipped, the counts, the marker's id, the time.
pub(super) fn render_footer(report: &DoctorReport, style: Style, verbose: bool) -> Vec<String> {
    let dot = style.sign(" · ", ", ");
    let marker = match &report.marker {
        Some(marker) => format!("marker {}", marker.trace_id),
        None => "no marker sent".to_owned(),
    };
    let (run, more) = match report.targets.is_empty() {
        true => ("no server was queried".to_owned(), "tempoctl check -v for all"),
        false => {
            let run = format!("{marker}{dot}{}", duration::format_ms(report.duration_ms));
            (run, "tempoctl doctor -v for all")
        }
    };
    let mut out = Vec::new();
    let mut put = |text: &str| {
        let lines = wrap_text_hanging(&style.line(text), style.prose_width() - 2, 2);
        out.extend(hang_lines("  ", 4, lines.iter().map(|line| style.dim(line))));
    };
    // What was not read, where reading is all there is.
    if report.targets.is_empty() && !verbose {
        list_notes(report).into_iter().for_each(&mut put);
    }
    if let Some(text) = describe_not_examined(report) {
        put(&text);
    }
    put(&count_results(report).join(dot));
    let whole = format!("{run}{dot}{more}");
    match verbose {
        true => put(&run),
        false if count_columns(&whole) <= style.prose_width() - 2 => put(&whole),
        // What is to be typed stays on one line.
        false => [run.as_str(), more].into_iter().for_each(put),
    }
    out
}
