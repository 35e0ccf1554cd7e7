//! Two traces compared: their common tree, what each has alone, and how much longer or shorter each place became.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::report::SCHEMA_VERSION;
use crate::model::trace::TraceId;
use crate::model::trace_diff::{DiffRow, Side, TraceDiff};
use crate::render::style::{Style, Tone};
use crate::render::time;
use crate::render::wrap::{columns, cut, left, right, wrap};

use super::ms;

/// The fewest and the most columns of the bar on each side of its middle.
const HALF: usize = 8;
const MOST_HALF: usize = 24;
/// A place whose time changed by less than this share of the longer trace is as it was.
const SAME: f64 = 0.005;

/// The comparison as text. `whole`: nothing is cut.
pub fn diff(a: TraceId, b: TraceId, diff: &TraceDiff, whole: bool, style: Style) -> String {
    let mut out = format!(
        "{}  {}\n{}  {}\n",
        style.heading(&format!("A {a}")),
        about(diff.a_ns, diff.a_spans, style),
        style.heading(&format!("B {b}")),
        about(diff.b_ns, diff.b_spans, style)
    );
    for line in wrap(&style.line(&verdict(diff)), style.prose_width()) {
        out.push_str(&format!("{line}\n"));
    }
    out.push('\n');
    let names: Vec<String> = diff.rows.iter().map(|row| name(row, style)).collect();
    let count = |side: Side| match side.count {
        0 => style.sign("–", "-").to_owned(),
        1 => time::span(side.total_ns),
        more => format!("{}{more} {}", style.sign("×", "x"), time::span(side.total_ns)),
    };
    let widest = |of: &dyn Fn(&DiffRow) -> Side| {
        diff.rows
            .iter()
            .map(|row| columns(&count(of(row))))
            .max()
            .unwrap_or(0)
            .max(4)
    };
    let (first, second) = (widest(&|row| row.a), widest(&|row| row.b));
    // The sign, the gaps, the columns and the middle of the bar.
    let fixed = 2 + 2 + first + 2 + second + 2 + 10 + 2 + 1;
    let wanted = names.iter().map(|name| columns(name)).max().unwrap_or(0).max(4);
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
            left("SPAN", room),
            right("A", first),
            right("B", second),
            right("CHANGE", 10)
        ),
    ));
    let most = diff
        .rows
        .iter()
        .map(|row| change(row).unsigned_abs())
        .max()
        .unwrap_or(0)
        .max(1);
    for (row, name) in diff.rows.iter().zip(&names) {
        let name = if whole {
            name.clone()
        } else {
            cut(name, room, style.sign("…", ".."))
        };
        let (sign, tone) = kind(row, diff, style);
        let line = format!(
            "{sign} {}  {}  {}  {}  {}",
            left(&name, room),
            right(&style.text(&count(row.a)), first),
            right(&style.text(&count(row.b)), second),
            right(&style.text(&changed(row)), 10),
            bar(row, most, diff.a_ns.max(diff.b_ns), half, style)
        );
        out.push_str(&style.tone(tone, line.trim_end()));
        out.push('\n');
    }
    out
}

fn about(ns: u64, spans: u32, style: Style) -> String {
    let text = format!("{} · {spans} span{}", time::span(ns), if spans == 1 { "" } else { "s" });
    style.text(&text)
}

fn verdict(diff: &TraceDiff) -> String {
    let (a, b) = (diff.a_ns, diff.b_ns);
    let same = (a.abs_diff(b) as f64) < a.max(b) as f64 * SAME;
    let length = match a.abs_diff(b) {
        _ if same => "B takes as long as A".to_owned(),
        change if b > a => format!("B takes {} longer", time::span(change)),
        change => format!("B takes {} less", time::span(change)),
    };
    let only = |of: fn(&DiffRow) -> (Side, Side)| {
        let alone = diff.rows.iter().filter(|row| of(row).1.count == 0);
        alone.map(|row| of(row).0.count).sum::<u32>()
    };
    let (new, gone) = (only(|row| (row.b, row.a)), only(|row| (row.a, row.b)));
    let most = diff.rows.iter().max_by_key(|row| self_change(row).unsigned_abs());
    let most = most
        .filter(|row| self_change(row).unsigned_abs() as f64 > a.max(b) as f64 * SAME)
        .map(|row| {
            let change = self_change(row);
            let word = if change > 0 { "more" } else { "less" };
            let what = if same { "biggest change:" } else { "mostly in" };
            format!(
                "; {what} {} {} ({} {word} self time)",
                row.service,
                row.name,
                time::span(change.unsigned_abs())
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

fn name(row: &DiffRow, style: Style) -> String {
    format!(
        "{}{} {}",
        "  ".repeat(row.depth.min(12) as usize),
        style.line(&row.service),
        style.line(&row.name)
    )
}

fn change(row: &DiffRow) -> i64 {
    signed(row.b.total_ns, row.a.total_ns)
}

fn self_change(row: &DiffRow) -> i64 {
    signed(row.b.self_ns, row.a.self_ns)
}

fn signed(more: u64, less: u64) -> i64 {
    i64::try_from(i128::from(more) - i128::from(less)).unwrap_or(if more > less { i64::MAX } else { i64::MIN + 1 })
}

fn changed(row: &DiffRow) -> String {
    match change(row) {
        0 => "=".to_owned(),
        change if change > 0 => format!("+{}", time::span(change.unsigned_abs())),
        change => format!("-{}", time::span(change.unsigned_abs())),
    }
}

fn kind(row: &DiffRow, diff: &TraceDiff, style: Style) -> (&'static str, Tone) {
    let least = diff.a_ns.max(diff.b_ns) as f64 * SAME;
    match (row.a.count, row.b.count) {
        (0, _) => ("+", Tone::Degraded),
        (_, 0) => ("-", Tone::Dim),
        _ if row.b.errors > row.a.errors => (style.sign("✗", "X"), Tone::Bad),
        _ if change(row).unsigned_abs() as f64 > least => (style.sign("≠", "!"), Tone::Plain),
        _ => (" ", Tone::Dim),
    }
}

/// Shorter to the left of the middle, longer to the right.
fn bar(row: &DiffRow, most: u64, longest: u64, half: usize, style: Style) -> String {
    let change = match change(row) {
        change if (change.unsigned_abs() as f64) < longest as f64 * SAME => 0,
        change => change,
    };
    let share = change.unsigned_abs() as f64 / most as f64;
    let length = ((share * half as f64).ceil() as usize).min(half);
    let ink = style.sign("█", "#").repeat(if change == 0 { 0 } else { length });
    let middle = style.sign("│", "|");
    if change < 0 {
        format!("{}{middle}", right(&ink, half))
    } else {
        format!("{}{middle}{ink}", " ".repeat(half))
    }
}

/// The comparison as a JSON document of version 1.
pub fn diff_json(a: TraceId, b: TraceId, diff: &TraceDiff) -> String {
    let rows = diff.rows.iter().map(|row| ShownRow {
        service: &row.service,
        name: &row.name,
        depth: row.depth,
        a: row.a.into(),
        b: row.b.into(),
        change_ms: change(row) as f64 / 1e6,
    });
    let rows: Vec<ShownRow<'_>> = rows.collect();
    let trace =
        |id: TraceId, ns: u64, spans: u32| json!({"trace_id": id.to_string(), "duration_ms": ms(ns), "spans": spans});
    let document = Shown {
        schema_version: SCHEMA_VERSION,
        a: trace(a, diff.a_ns, diff.a_spans),
        b: trace(b, diff.b_ns, diff.b_spans),
        summary: verdict(diff),
        rows,
    };
    // Nothing in it can fail to be written.
    crate::render::clean::json_line(serde_json::to_string_pretty(&document).unwrap_or_default())
}

#[derive(Serialize)]
struct Shown<'a> {
    schema_version: u32,
    a: Value,
    b: Value,
    summary: String,
    rows: Vec<ShownRow<'a>>,
}

#[derive(Serialize)]
struct ShownRow<'a> {
    service: &'a str,
    name: &'a str,
    depth: u32,
    a: ShownSide,
    b: ShownSide,
    change_ms: f64,
}

#[derive(Serialize)]
struct ShownSide {
    count: u32,
    errors: u32,
    total_ms: f64,
    self_ms: f64,
}

impl From<Side> for ShownSide {
    fn from(side: Side) -> Self {
        ShownSide {
            count: side.count,
            errors: side.errors,
            total_ms: ms(side.total_ns),
            self_ms: ms(side.self_ns),
        }
    }
}
