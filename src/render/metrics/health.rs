//! Tempo's own health: the answer, then the readings by part.

use super::super::style::{Style, Tone};
use super::super::table::{TableCell, draw_table};
use super::super::wrap::{hang_lines, wrap_text_hanging};
use super::notes::{render_footer, render_notes};
use super::{MetricsPage, sparkline};
use telemetry::model::health::{HealthReading, HealthReport, ReadingUnit, ThresholdStatus};
use telemetry::model::tempo::ScrapeSource;
use telemetry::text::duration::format_seconds;
use telemetry::text::number::{format_byte_rate, format_count, format_percent, format_rate};
use telemetry::text::pluralize_as;

/// How wide a course over the window is drawn.
const TREND: usize = 20;

/// Headline, readings, source.
pub fn render_human(health: &HealthReport, page: MetricsPage) -> String {
    let style = page.style;
    let (tone, headline) = build_headline(health, style);
    let mut out = render_headline(&headline, tone, page);
    let roomy = page.width.is_none_or(|width| width >= 120);
    let mut rows: Vec<Vec<TableCell>> = health
        .readings
        .iter()
        .map(|reading| build_row(reading, roomy, page))
        .collect();
    fit_details(&mut rows, page);
    let drawn = draw_table(&[], rows, style);
    let mut part = "";
    for (reading, line) in health.readings.iter().zip(drawn.lines()) {
        if reading.part != part {
            part = reading.part;
            out.push_str(&format!("\n{}\n", style.heading(part)));
        }
        out.push_str(&format!("{line}\n"));
        if let Some(cause) = reading.cause {
            out.push_str(&format!(
                "      {}\n",
                style.command(&format!("tempoctl explain {cause}"))
            ));
        }
    }
    out.push('\n');
    let version = health.versions.join(", ");
    let parts = [
        match health.source {
            ScrapeSource::Prometheus => "from Prometheus".to_owned(),
            ScrapeSource::Direct => "from Tempo /metrics".to_owned(),
        },
        if version.is_empty() {
            "Tempo".to_owned()
        } else {
            format!("Tempo {version}")
        },
        pluralize_as(health.processes, "process", "processes"),
        match health.source {
            ScrapeSource::Prometheus => page.window_words(health.window),
            ScrapeSource::Direct => format!("two readings {} apart", format_seconds(health.window.seconds().round())),
        },
    ];
    out + &render_footer(&parts, page) + &render_notes(&health.notes, page)
}

/// The answer: how many thresholds are crossed, and of what.
fn build_headline(health: &HealthReport, style: Style) -> (Tone, String) {
    let of = |standing: ThresholdStatus| -> Vec<&HealthReading> {
        health
            .readings
            .iter()
            .filter(|reading| reading.standing == standing)
            .collect()
    };
    let (over, worth) = (of(ThresholdStatus::Exceeded), of(ThresholdStatus::Notable));
    let spans = health.readings.iter().find(|reading| reading.id == "spans-received");
    let intake = spans.and_then(|reading| reading.value).filter(|value| *value > 0.0);
    let intake = intake.map_or_else(
        || "Tempo receives no spans".to_owned(),
        |value| format!("Tempo receives {} spans per second", format_count(value)),
    );
    if !over.is_empty() {
        let named = over.iter().map(|reading| match reading.alert {
            Some(alert) => format!("{} ({alert})", reading.title),
            None => reading.title.clone(),
        });
        let text = format!(
            "{} Over the threshold of {}: {}.",
            style.sign("✗", "FAIL"),
            if over.len() == 1 {
                "an official alert".to_owned()
            } else {
                format!("{} official alerts", over.len())
            },
            named.collect::<Vec<_>>().join(", ")
        );
        return (Tone::Bad, style.line(&text));
    }
    if worth.is_empty() {
        let text = format!(
            "{} {intake}; no threshold of the official alerts is exceeded.",
            style.sign("✓", "ok")
        );
        return (Tone::Good, text);
    }
    let titles: Vec<&str> = worth.iter().map(|reading| reading.title.as_str()).collect();
    let text = format!("! {intake}; no alert, but worth a look: {}.", titles.join(", "));
    (Tone::Degraded, style.line(&text))
}

fn build_row(reading: &HealthReading, roomy: bool, page: MetricsPage) -> Vec<TableCell> {
    let style = page.style;
    let (sign, tone) = match reading.standing {
        ThresholdStatus::NoThreshold => (" ", Tone::Plain),
        ThresholdStatus::Good => (style.sign("✓", "ok"), Tone::Good),
        ThresholdStatus::Notable => ("!", Tone::Degraded),
        ThresholdStatus::Exceeded => (style.sign("✗", "FAIL"), Tone::Bad),
    };
    let loud = if reading.standing > ThresholdStatus::Good {
        tone
    } else {
        Tone::Plain
    };
    let mut cells = vec![
        TableCell::signs(sign.to_owned()).tone(tone),
        TableCell::text(&reading.title, style).tone(loud),
        TableCell::text(&format_reading(reading), style).right().tone(loud),
    ];
    if roomy {
        cells.push(TableCell::signs(sparkline::draw_line(&reading.trend, TREND, style)));
    }
    let mut more: Vec<String> = Vec::new();
    if !reading.detail.is_empty() {
        more.push(reading.detail.clone());
    }
    if let Some(threshold) = &reading.threshold
        && (roomy || reading.standing > ThresholdStatus::Good)
    {
        more.push(format!("alert {threshold}"));
    }
    cells.push(TableCell::text(&more.join("; "), style).tone(Tone::Dim));
    cells
}

/// Details give way where the terminal is narrow: they stand last.
fn fit_details(rows: &mut [Vec<TableCell>], page: MetricsPage) {
    let Some(width) = page.width else { return };
    let mut before = 0;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    for column in 0..columns - 1 {
        let widest = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(TableCell::width)
            .max()
            .unwrap_or(0);
        before += widest + 2;
    }
    for detail in rows.iter_mut().filter_map(|row| row.last_mut()) {
        detail.cut(width.saturating_sub(before).max(8), page.style);
    }
}

/// The answer on as many lines as it needs.
fn render_headline(text: &str, tone: Tone, page: MetricsPage) -> String {
    let width = page.width.map_or(usize::MAX, |width| width.clamp(40, 160));
    let lines = wrap_text_hanging(text, width, 2).into_iter();
    hang_lines(
        "",
        2,
        lines.map(|line| format!("{}\n", page.style.headline(tone, &line))),
    )
    .concat()
}

/// The value with its unit.
pub fn format_reading(reading: &HealthReading) -> String {
    let Some(value) = reading.value else {
        return "–".to_owned();
    };
    match reading.unit {
        ReadingUnit::Count => format_count(value),
        ReadingUnit::PerSecond => format_rate(value),
        ReadingUnit::BytesPerSecond => format_byte_rate(value),
        ReadingUnit::Seconds => format_seconds(value),
        ReadingUnit::Ratio => format_percent(value),
    }
}
