//! What `send` says: the account of a load, the way of a probe, the line while it runs.

use telemetry::model::report::{HopState, MarkerHop};
use telemetry::model::send_report::{LatencyMs, SampleVerification, SendAccount, SendReport};

use super::style::{Style, Tone};
use super::wrap::{count_columns, hang_lines, wrap_text, wrap_text_hanging};
use telemetry::text::duration::{self, format_seconds};
use telemetry::text::{group_thousands, pluralize};

/// Reasons that are shown; JSON has them all.
const REASONS: usize = 5;

/// What is known while a load runs.
#[derive(Debug, Clone, Default)]
pub struct LoadProgress {
    /// Since its start.
    pub elapsed_ms: u64,
    /// So far.
    pub account: SendAccount,
    /// Latencies so far.
    pub latency: Option<LatencyMs>,
    /// In the last second.
    pub traces_per_s: f64,
    /// In the last second.
    pub spans_per_s: f64,
    /// How far the sender is behind its schedule.
    pub lag_ms: u64,
    /// How long back-pressure will hold it up.
    pub hold_ms: u64,
    /// The last answer that was no acceptance.
    pub last_reason: Option<String>,
}

/// The report for a person.
pub fn render_human(report: &SendReport, style: Style) -> String {
    let mut out = if report.hops.is_empty() {
        render_load(report, style)
    } else {
        render_probe(report, style)
    };
    if let Some(cause) = &report.cause {
        out.push(String::new());
        out.extend(super::doctor::render_cause_block(cause, style));
    }
    if !report.notes.is_empty() {
        out.push(String::new());
    }
    for note in &report.notes {
        for line in wrap_text_hanging(&style.line(note), style.prose_width() - 2, 2) {
            out.push(format!("  {}", style.dim(&line)));
        }
    }
    out.join("\n") + "\n"
}

/// The scenarios: name, weight, whether a run takes it unasked, what it shows.
pub fn render_scenarios(rows: &[(&str, f64, bool, &str)], style: Style) -> String {
    let wide = rows.iter().map(|row| count_columns(row.0)).max().unwrap_or(0);
    let mut out = String::new();
    for (name, weight, default, about) in rows {
        let at = wide + 10;
        let share = if *default {
            format!("{weight:>3}")
        } else {
            "   ".to_owned()
        };
        let lines = wrap_text(&style.line(about), style.page_width().saturating_sub(at).max(20));
        let lead = format!(
            "{}{:gap$}  {share}  ",
            style.heading(name),
            "",
            gap = wide - count_columns(name)
        );
        for line in hang_lines(&lead, wide + 7, lines) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out.push_str(&style.dim(&style.text("\nThe number is the weight of the scenario in a run without --scenario.\n")));
    out
}

fn format_rate(rate: f64) -> String {
    if rate < 1_000.0 {
        format!("{rate:.1}")
    } else {
        group_thousands(rate)
    }
}

fn render_load(report: &SendReport, style: Style) -> Vec<String> {
    let spans = report.account.spans;
    let lost = report
        .verified
        .as_ref()
        .is_some_and(|verified| verified.found < verified.sampled);
    // Looking for the limit ends in a refusal: that is its result.
    let refused = spans.rejected + spans.failed > 0 && report.limit.is_none();
    let nothing = spans.accepted == 0 && !report.has_empty_share();
    let tone = if refused || lost || nothing {
        Tone::Bad
    } else {
        Tone::Good
    };
    let sign = match tone {
        Tone::Bad => style.sign("✗", "FAIL"),
        _ => style.sign("✓", "ok"),
    };
    let mut says = format!(
        "{}, {}: accepted {}, rejected {}, failed {}",
        pluralize(report.account.traces, "trace"),
        pluralize(spans.generated, "span"),
        group_thousands(spans.accepted),
        group_thousands(spans.rejected),
        group_thousands(spans.failed)
    );
    if let Some(verified) = &report.verified {
        says.push_str(&format!(
            " {} found {} of {} sampled",
            style.sign("·", "-"),
            group_thousands(verified.found),
            group_thousands(verified.sampled)
        ));
    }
    let mut out = render_headline(sign, &says, tone, style);
    let mut row = |label: &str, text: &str| out.extend(render_labelled(label, text, style));
    if let Some(limit) = &report.limit {
        row("limit", &describe_limit(limit));
    }
    let seconds = report.duration_ms as f64 / 1e3;
    if spans.accepted > 0 && seconds > 0.0 {
        let made = if spans.accepted == spans.generated {
            "traces/s"
        } else {
            "traces/s generated"
        };
        row(
            "rate",
            &format!(
                "{} {made}, {} spans/s accepted over {}",
                format_rate(report.account.traces as f64 / seconds),
                format_rate(spans.accepted as f64 / seconds),
                duration::format_ms(report.duration_ms)
            ),
        );
    }
    if let Some(of) = &report.latency_ms {
        row(
            "latency",
            &format!(
                "p50 {}, p95 {}, p99 {}, max {}, counted from when a trace was due",
                format_seconds(of.p50 / 1e3),
                format_seconds(of.p95 / 1e3),
                format_seconds(of.p99 / 1e3),
                format_seconds(of.max / 1e3)
            ),
        );
    }
    row("sent to", &format!("{} ({})", report.sent_to, report.protocol.name()));
    if report.behind > 0 {
        let text = format!(
            "{} due but never generated: the receiver cannot keep up with the rate",
            pluralize(report.behind, "trace")
        );
        row("behind", &text);
    }
    if report.held_up_ms > 0 {
        row(
            "held up",
            &format!(
                "{}, waiting for the receiver to accept more",
                duration::format_ms(report.held_up_ms)
            ),
        );
    }
    if report.unsampled > 0 {
        row(
            "sampling",
            &format!("{} dropped by head sampling", pluralize(report.unsampled, "trace")),
        );
    }
    if let Some(verified) = &report.verified {
        push_verified(verified, style, &mut out);
    }
    push_refusals(report, style, &mut out);
    out
}

fn describe_limit(limit: &telemetry::model::send_report::SustainedRate) -> String {
    let sustained = limit.sustained.map(|rate| {
        let spans = limit
            .sustained_spans
            .map_or(String::new(), |spans| format!(" ({} spans/s)", format_rate(spans)));
        format!("{} traces/s{spans} accepted in full", format_rate(rate))
    });
    match (sustained, limit.refused_at) {
        (Some(sustained), Some(refused)) => format!("{sustained}, {} traces/s not", format_rate(refused)),
        (Some(sustained), None) => format!("{sustained}; the limit is higher: raise --duration"),
        (None, Some(refused)) => format!("below {} traces/s: start lower with --rate", format_rate(refused)),
        (None, None) => "not found: the run ended first".to_owned(),
    }
}

fn push_verified(verified: &SampleVerification, style: Style, out: &mut Vec<String>) {
    if verified.found == verified.sampled {
        return;
    }
    let text = format!(
        "{} missing, {} incomplete of {} read back",
        group_thousands(verified.missing),
        group_thousands(verified.incomplete),
        pluralize(verified.sampled, "trace")
    );
    out.extend(render_labelled("lost", &text, style));
    for id in &verified.examples {
        out.push(format!(
            "            {}",
            style.command(&format!("tempoctl search --id {id}"))
        ));
    }
    if let Some(problem) = &verified.problem {
        out.extend(render_labelled("", problem, style));
    }
}

fn push_refusals(report: &SendReport, style: Style, out: &mut Vec<String>) {
    for (number, refusal) in report.refusals.iter().take(REASONS).enumerate() {
        let cost = if refusal.spans == 0 {
            "accepted later".to_owned()
        } else {
            pluralize(refusal.spans, "span")
        };
        let times = style.sign("×", "x");
        let text = format!("{} ({cost}, {times}{})", refusal.reason, group_thousands(refusal.times));
        out.extend(render_labelled(if number == 0 { "answers" } else { "" }, &text, style));
    }
    if report.refusals.len() > REASONS {
        let text = format!("{} more; -o json shows all", report.refusals.len() - REASONS);
        out.extend(render_labelled("", &text, style));
    }
}

fn render_headline(sign: &str, text: &str, tone: Tone, style: Style) -> Vec<String> {
    let hang = count_columns(sign) + 1;
    let lines = wrap_text(&style.line(text), style.page_width() - hang).into_iter();
    let lead = format!("{} ", style.headline(tone, sign));
    hang_lines(&lead, hang, lines.map(|line| style.heading(&line)))
}

/// A label and what belongs to it, wrapped under itself.
fn render_labelled(label: &str, text: &str, style: Style) -> Vec<String> {
    const AT: usize = 12;
    let lead = format!("  {}{:gap$}", style.dim(label), "", gap = AT - 2 - count_columns(label));
    hang_lines(&lead, AT, wrap_text(&style.line(text), style.page_width() - AT))
}

fn render_probe(report: &SendReport, style: Style) -> Vec<String> {
    let worst = |state: HopState| report.hops.iter().any(|hop| hop.state == state);
    let id = report.trace_ids.first().map_or("", String::as_str);
    let spans = pluralize(report.account.spans.generated, "span");
    let (tone, sign, says) = if report.account.spans.accepted < report.account.spans.generated {
        (
            Tone::Bad,
            style.sign("✗", "FAIL"),
            format!("trace {id} was not accepted ({spans})"),
        )
    } else if worst(HopState::Lost) {
        let found = report
            .hops
            .iter()
            .any(|hop| hop.hop == telemetry::model::Hop::Query && hop.state == HopState::Passed);
        let says = if found {
            format!("trace {id} is in Tempo, but its metrics do not reach Prometheus ({spans})")
        } else {
            format!("trace {id} was accepted and then lost ({spans})")
        };
        (Tone::Bad, style.sign("✗", "FAIL"), says)
    } else if worst(HopState::Waiting) || worst(HopState::NotChecked) {
        (
            Tone::Degraded,
            "?",
            format!("trace {id} was accepted but not followed to the end ({spans})"),
        )
    } else {
        (Tone::Good, style.sign("✓", "ok"), format!("trace {id} ({spans})"))
    };
    let mut out = render_headline(sign, &says, tone, style);
    out.push(String::new());
    for hop in &report.hops {
        out.extend(render_hop(hop, report, style));
    }
    if report
        .hops
        .iter()
        .any(|hop| hop.hop == telemetry::model::Hop::Query && hop.state == HopState::Passed)
    {
        out.push(String::new());
        out.push(format!("  {}", style.command(&format!("tempoctl search --id {id}"))));
        if worst(HopState::Lost) {
            out.push(format!("  {}", style.command("tempoctl doctor")));
        }
    } else if report.cause.is_none() && tone != Tone::Good {
        out.push(String::new());
        out.push(format!(
            "  {} {}",
            style.dim("find the cause:"),
            style.command("tempoctl doctor")
        ));
    }
    out
}

fn render_hop(hop: &MarkerHop, report: &SendReport, style: Style) -> Vec<String> {
    const NAME: usize = 12;
    const TIME: usize = 9;
    let (sign, tone) = match hop.state {
        HopState::Passed => (style.sign("✓", "ok"), Tone::Good),
        HopState::Lost => (style.sign("✗", "FAIL"), Tone::Bad),
        HopState::Excluded => ("!", Tone::Degraded),
        HopState::Waiting => ("?", Tone::Degraded),
        HopState::NotChecked | HopState::NotConfigured => (style.sign("–", "-"), Tone::Dim),
    };
    let wide = if style.unicode { 1 } else { 4 };
    let took = hop.seen_after_ms.map(duration::format_ms).unwrap_or_default();
    let says = match (hop.hop, &hop.note) {
        (telemetry::model::Hop::Receiver, None) => format!("{} ({})", report.sent_to, report.protocol.name()),
        (_, Some(note)) => note.clone(),
        (_, None) if hop.state == HopState::Waiting => "not seen yet".to_owned(),
        _ => String::new(),
    };
    let at = 2 + wide + 1 + NAME + TIME + 2;
    let lead = format!(
        "  {}{:pad$}{:NAME$}{took:>TIME$}  ",
        style.tone(tone, sign),
        "",
        hop.hop.name(),
        pad = wide + 1 - count_columns(sign),
    );
    let lines = wrap_text(&style.line(&says), style.page_width().saturating_sub(at).max(20));
    match lines.is_empty() {
        true => vec![lead.trim_end().to_owned()],
        false => hang_lines(&lead, at, lines),
    }
}

/// The line while a load runs: cut to the terminal, never wrapped.
pub fn render_progress(running: &LoadProgress, style: Style) -> String {
    let spans = running.account.spans;
    let mut parts = vec![
        duration::format_running_ms(running.elapsed_ms),
        format!(
            "{} traces/s, {} spans/s",
            format_rate(running.traces_per_s),
            format_rate(running.spans_per_s)
        ),
    ];
    if let Some(of) = &running.latency {
        parts.push(format!(
            "p50 {}, p99 {}",
            format_seconds(of.p50 / 1e3),
            format_seconds(of.p99 / 1e3)
        ));
    }
    parts.push(format!("accepted {}", group_thousands(spans.accepted)));
    let lost = spans.rejected + spans.failed;
    if lost > 0 {
        parts.push(format!(
            "rejected {}, failed {}",
            group_thousands(spans.rejected),
            group_thousands(spans.failed)
        ));
    }
    if running.hold_ms > 0 {
        parts.push(format!("held up for {}", duration::format_running_ms(running.hold_ms)));
    } else if running.lag_ms >= 1_000 {
        parts.push(format!("{} behind", duration::format_running_ms(running.lag_ms)));
    }
    if (lost > 0 || running.hold_ms > 0)
        && let Some(reason) = &running.last_reason
    {
        parts.push(reason.clone());
    }
    let text = style.line(&parts.join("  "));
    let tone = if lost > 0 {
        Tone::Bad
    } else if running.hold_ms > 0 || running.lag_ms >= 1_000 {
        Tone::Degraded
    } else {
        Tone::Plain
    };
    let room = style.width.saturating_sub(5);
    style.tone(
        tone,
        &super::wrap::pad_right(&text, room)
            .trim_end()
            .chars()
            .take(room)
            .collect::<String>(),
    )
}
