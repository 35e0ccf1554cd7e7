//! Tempo's own health: the answer, then the readings by part.

use super::super::style::{Style, Tone};
use super::super::table::{Cell, draw};
use super::super::wrap::wrap_hanging;
use super::notes::{footer, notes, plural};
use super::number::{bytes_per_second, count, duration, percent, rate};
use super::{Page, spark};
use crate::model::health::{Health, Reading, Standing, Unit};
use crate::model::tempo::ScrapeSource;

/// How wide a course over the window is drawn.
const TREND: usize = 20;

/// Headline, readings, source.
pub fn human(health: &Health, page: Page) -> String {
    let style = page.style;
    let (tone, headline) = headline(health, style);
    let mut out = headlined(&headline, tone, page);
    let roomy = page.width.is_none_or(|width| width >= 120);
    let mut rows: Vec<Vec<Cell>> = health
        .readings
        .iter()
        .map(|reading| row(reading, roomy, page))
        .collect();
    fit(&mut rows, page);
    let drawn = draw(&[], rows, style);
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
                style.paste(&format!("tempoctl explain {cause}"))
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
        plural(health.processes, "process", "processes"),
        match health.source {
            ScrapeSource::Prometheus => page.window_words(health.window),
            ScrapeSource::Direct => format!("two readings {} apart", duration(health.window.seconds().round())),
        },
    ];
    out + &footer(&parts, page) + &notes(&health.notes, page)
}

/// The answer: how many thresholds are crossed, and of what.
fn headline(health: &Health, style: Style) -> (Tone, String) {
    let of = |standing: Standing| -> Vec<&Reading> {
        health
            .readings
            .iter()
            .filter(|reading| reading.standing == standing)
            .collect()
    };
    let (over, worth) = (of(Standing::Over), of(Standing::Worth));
    let spans = health.readings.iter().find(|reading| reading.id == "spans-received");
    let intake = spans.and_then(|reading| reading.value).filter(|value| *value > 0.0);
    let intake = intake.map_or_else(
        || "Tempo receives no spans".to_owned(),
        |value| format!("Tempo receives {} spans per second", count(value)),
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

fn row(reading: &Reading, roomy: bool, page: Page) -> Vec<Cell> {
    let style = page.style;
    let (sign, tone) = match reading.standing {
        Standing::Plain => (" ", Tone::Plain),
        Standing::Good => (style.sign("✓", "ok"), Tone::Good),
        Standing::Worth => ("!", Tone::Degraded),
        Standing::Over => (style.sign("✗", "FAIL"), Tone::Bad),
    };
    let loud = if reading.standing > Standing::Good {
        tone
    } else {
        Tone::Plain
    };
    let mut cells = vec![
        Cell::signs(sign.to_owned()).tone(tone),
        Cell::text(&reading.title, style).tone(loud),
        Cell::text(&value(reading), style).right().tone(loud),
    ];
    if roomy {
        cells.push(Cell::signs(spark::line(&reading.trend, TREND, style)));
    }
    let mut more: Vec<String> = Vec::new();
    if !reading.detail.is_empty() {
        more.push(reading.detail.clone());
    }
    if let Some(threshold) = &reading.threshold
        && (roomy || reading.standing > Standing::Good)
    {
        more.push(format!("alert {threshold}"));
    }
    cells.push(Cell::text(&more.join("; "), style).tone(Tone::Dim));
    cells
}

/// Details give way where the terminal is narrow: they stand last.
fn fit(rows: &mut [Vec<Cell>], page: Page) {
    let Some(width) = page.width else { return };
    let mut before = 0;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    for column in 0..columns - 1 {
        let widest = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(Cell::width)
            .max()
            .unwrap_or(0);
        before += widest + 2;
    }
    for detail in rows.iter_mut().filter_map(|row| row.last_mut()) {
        detail.cut(width.saturating_sub(before).max(8), page.style);
    }
}

/// The answer on as many lines as it needs.
fn headlined(text: &str, tone: Tone, page: Page) -> String {
    let width = page.width.map_or(usize::MAX, |width| width.clamp(40, 160));
    let lines = wrap_hanging(text, width, 2)
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let indent = if index == 0 { "" } else { "  " };
            format!("{indent}{}\n", page.style.headline(tone, &line))
        });
    lines.collect()
}

/// The value with its unit.
pub fn value(reading: &Reading) -> String {
    let Some(value) = reading.value else {
        return "–".to_owned();
    };
    match reading.unit {
        Unit::Count => count(value),
        Unit::PerSecond => rate(value),
        Unit::BytesPerSecond => bytes_per_second(value),
        Unit::Seconds => duration(value),
        Unit::Ratio => percent(value),
    }
}
