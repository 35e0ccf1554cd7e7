//! Two traces compared: their common tree, what each has alone, and how much longer or shorter each place became.

use crate::render::json::render_document;
use serde::Serialize;
use serde_json::{Value, json};
use telemetry::text::pluralize;

use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, cut_text, pad_left, pad_right, wrap_text};
use telemetry::model::report::SCHEMA_VERSION;
use telemetry::model::trace::TraceId;
use telemetry::model::trace_diff::{DiffRow, DiffSide, TraceDiff};
use telemetry::text::duration;

use super::convert_to_ms;

/// The fewest and the most columns of the bar on each side of its middle.
const HALF: usize = 8;
const MOST_HALF: usize = 24;
/// A place whose time changed by less than this share of the longer trace is as it was.
const SAME: f64 = 0.005;

/// The comparison as text. `whole`: nothing is cut.
pub fn render_diff(a: TraceId, b: TraceId, diff: &TraceDiff, whole: bool, style: Style) -> String {
    let mut out = format!(
        "{}  {}\n{}  {}\n",
        style.heading(&format!("A {a}")),
        describe_trace(diff.a_ns, diff.a_spans, style),
        style.heading(&format!("B {b}")),
        describe_trace(diff.b_ns, diff.b_spans, style)
    );
    for line in wrap_text(&style.line(&summarize_diff(diff)), style.prose_width()) {
        out.push_str(&format!("{line}\n"));
    }
    out.push('\n');
    let names: Vec<String> = diff.rows.iter().map(|row| indent_name(row, style)).collect();
    let count = |side: DiffSide| match side.count {
        0 => style.sign("–", "-").to_owned(),
        1 => duration::format_ns(side.total_ns),
        more => format!("{}{more} {}", style.sign("×", "x"), duration::format_ns(side.total_ns)),
    };
    let widest = |of: &dyn Fn(&DiffRow) -> DiffSide| {
        diff.rows
            .iter()
            .map(|row| count_columns(&count(of(row))))
            .max()
            .unwrap_or(0)
            .max(4)
    };
    let (first, second) = (widest(&|row| row.a), widest(&|row| row.b));
    // The sign, the gaps, the columns and the middle of the bar.
    let fixed = 2 + 2 + first + 2 + second + 2 + 10 + 2 + 1;
    let wanted = names.iter().map(|name| count_columns(name)).max().unwrap_or(0).max(4);
    let room = if whole {
        wanted
    } else {
        wanted.min(style.width.saturating_sub(fixed + HALF * 2).max(20))
    };
    let half = (style.width.saturating_sub(fixed + room) / 2).clamp(HALF, MOST_HALF);
    out.push_str(&style.tone(
        Tone::Dim,
        &format!(
            "  {}  {}  {}  {}\n",
            pad_right("SPAN", room),
            pad_left("A", first),
            pad_left("B", second),
            pad_left("CHANGE", 10)
        ),
    ));
    let most = diff
        .rows
        .iter()
        .map(|row| compute_change(row).unsigned_abs())
        .max()
        .unwrap_or(0)
        .max(1);
    for (row, name) in diff.rows.iter().zip(&names) {
        let name = if whole {
            name.clone()
        } else {
            cut_text(name, room, style.sign("…", ".."))
        };
        let (sign, tone) = classify_row(row, diff, style);
        let line = format!(
            "{sign} {}  {}  {}  {}  {}",
            pad_right(&name, room),
            pad_left(&style.text(&count(row.a)), first),
            pad_left(&style.text(&count(row.b)), second),
            pad_left(&style.text(&format_change(row)), 10),
            draw_bar(row, most, diff.a_ns.max(diff.b_ns), half, style)
        );
        out.push_str(&style.tone(tone, line.trim_end()));
        out.push('\n');
    }
    out
}

fn describe_trace(ns: u64, spans: u32, style: Style) -> String {
    style.text(&format!("{} · {}", duration::format_ns(ns), pluralize(spans, "span")))
}

fn summarize_diff(diff: &TraceDiff) -> String {
    let (a, b) = (diff.a_ns, diff.b_ns);
    let same = (a.abs_diff(b) as f64) < a.max(b) as f64 * SAME;
    let length = match a.abs_diff(b) {
        _ if same => "B takes as long as A".to_owned(),
        change if b > a => format!("B takes {} longer", duration::format_ns(change)),
        change => format!("B takes {} less", duration::format_ns(change)),
    };
    let only = |of: fn(&DiffRow) -> (DiffSide, DiffSide)| {
        let alone = diff.rows.iter().filter(|row| of(row).1.count == 0);
        alone.map(|row| of(row).0.count).sum::<u32>()
    };
    let (new, gone) = (only(|row| (row.b, row.a)), only(|row| (row.a, row.b)));
    let most = diff
        .rows
        .iter()
        .max_by_key(|row| compute_self_change(row).unsigned_abs());
    let most = most
        .filter(|row| compute_self_change(row).unsigned_abs() as f64 > a.max(b) as f64 * SAME)
        .map(|row| {
            let change = compute_self_change(row);
            let word = if change > 0 { "more" } else { "less" };
            let what = if same { "biggest change:" } else { "mostly in" };
            format!(
                "; {what} {} {} ({} {word} self time)",
                row.service,
                row.name,
                duration::format_ns(change.unsigned_abs())
            )
        });
    let spans = match (new, gone) {
        (0, 0) => String::new(),
        (new, 0) => format!("; {new} only in B"),
        (0, gone) => format!("; {gone} only in A"),
        (new, gone) => format!("; {new} only in B, {gone} only in A"),
    };
    format!("{length}{}{spans}.", most.unwrap_or_default())
}

fn indent_name(row: &DiffRow, style: Style) -> String {
    format!(
        "{}{} {}",
        "  ".repeat(row.depth.min(12) as usize),
        style.line(&row.service),
        style.line(&row.name)
    )
}

fn compute_change(row: &DiffRow) -> i64 {
    subtract_signed(row.b.total_ns, row.a.total_ns)
}

fn compute_self_change(row: &DiffRow) -> i64 {
    subtract_signed(row.b.self_ns, row.a.self_ns)
}

fn subtract_signed(more: u64, less: u64) -> i64 {
    i64::try_from(i128::from(more) - i128::from(less)).unwrap_or(if more > less { i64::MAX } else { i64::MIN + 1 })
}

fn format_change(row: &DiffRow) -> String {
    match compute_change(row) {
        0 => "=".to_owned(),
        change if change > 0 => format!("+{}", duration::format_ns(change.unsigned_abs())),
        change => format!("-{}", duration::format_ns(change.unsigned_abs())),
    }
}

fn classify_row(row: &DiffRow, diff: &TraceDiff, style: Style) -> (&'static str, Tone) {
    let least = diff.a_ns.max(diff.b_ns) as f64 * SAME;
    match (row.a.count, row.b.count) {
        (0, _) => ("+", Tone::Degraded),
        (_, 0) => ("-", Tone::Dim),
        _ if row.b.errors > row.a.errors => (style.sign("✗", "X"), Tone::Bad),
        _ if compute_change(row).unsigned_abs() as f64 > least => (style.sign("≠", "!"), Tone::Plain),
        _ => (" ", Tone::Dim),
    }
}

/// Shorter to the left of the middle, longer to the right.
fn draw_bar(row: &DiffRow, most: u64, longest: u64, half: usize, style: Style) -> String {
    let change = match compute_change(row) {
        change if (change.unsigned_abs() as f64) < longest as f64 * SAME => 0,
        change => change,
    };
    let share = change.unsigned_abs() as f64 / most as f64;
    let length = ((share * half as f64).ceil() as usize).min(half);
    let ink = style.sign("█", "#").repeat(if change == 0 { 0 } else { length });
    let middle = style.sign("│", "|");
    if change < 0 {
        format!("{}{middle}", pad_left(&ink, half))
    } else {
        format!("{}{middle}{ink}", " ".repeat(half))
    }
}

/// The comparison as a JSON document of version 1.
pub fn render_diff_json(a: TraceId, b: TraceId, diff: &TraceDiff) -> String {
    let rows = diff.rows.iter().map(|row| DiffDocumentRow {
        service: &row.service,
        name: &row.name,
        depth: row.depth,
        a: row.a.into(),
        b: row.b.into(),
        change_ms: compute_change(row) as f64 / 1e6,
    });
    let rows: Vec<DiffDocumentRow<'_>> = rows.collect();
    let trace = |id: TraceId, ns: u64, spans: u32| json!({"trace_id": id.to_string(), "duration_ms": convert_to_ms(ns), "spans": spans});
    let document = DiffDocument {
        schema_version: SCHEMA_VERSION,
        a: trace(a, diff.a_ns, diff.a_spans),
        b: trace(b, diff.b_ns, diff.b_spans),
        summary: summarize_diff(diff),
        rows,
    };
    render_document(&document)
}

#[derive(Serialize)]
struct DiffDocument<'a> {
    schema_version: u32,
    a: Value,
    b: Value,
    summary: String,
    rows: Vec<DiffDocumentRow<'a>>,
}

#[derive(Serialize)]
struct DiffDocumentRow<'a> {
    service: &'a str,
    name: &'a str,
    depth: u32,
    a: DiffDocumentSide,
    b: DiffDocumentSide,
    change_ms: f64,
}

#[derive(Serialize)]
struct DiffDocumentSide {
    count: u32,
    errors: u32,
    total_ms: f64,
    self_ms: f64,
}

impl From<DiffSide> for DiffDocumentSide {
    fn from(side: DiffSide) -> Self {
        DiffDocumentSide {
            count: side.count,
            errors: side.errors,
            total_ms: convert_to_ms(side.total_ns),
            self_ms: convert_to_ms(side.self_ns),
        }
    }
}
