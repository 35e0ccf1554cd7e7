//! What doctor can look at, and what a saved evidence file holds.

use std::path::Path;

use crate::model::evidence::Evidence;
use crate::model::report::{ListedCheck, SCHEMA_VERSION};
use crate::render::clean;
use crate::render::style::{Style, Tone};
use crate::render::table::{Cell, draw};

/// `doctor --list`: ids and what is true when they pass.
pub fn checks(rows: &[(&str, &str)], style: Style) -> String {
    let row = |(id, title): &(&str, &str)| vec![Cell::text(id, style), Cell::text(title, style).tone(Tone::Dim)];
    draw(&[], rows.iter().map(row).collect(), style)
}

/// The same as one JSON document.
pub fn checks_json(checks: &[ListedCheck]) -> String {
    let document = serde_json::json!({"schema_version": SCHEMA_VERSION, "checks": checks});
    clean::json_line(format!("{document:#}"))
}

/// What `--save` wrote, for whoever reviews it before passing it on.
pub fn saved(path: &Path, evidence: &Evidence, style: Style) -> String {
    let counters = [&evidence.tempo.metrics_before, &evidence.tempo.metrics_after]
        .iter()
        .filter_map(|slot| slot.get())
        .map(|scrape| scrape.samples.len())
        .sum::<usize>();
    let services =
        evidence.app.services.get().map_or(0, Vec::len) + evidence.app.earlier_services.get().map_or(0, Vec::len);
    let mut holds = vec!["addresses and tenant names".to_owned()];
    if evidence.tempo.config.get().is_some() {
        holds.push("Tempo's configuration, credentials masked".to_owned());
    }
    if counters > 0 {
        holds.push(format!("{counters} counter samples"));
    }
    if evidence.prometheus.flags.get().is_some() {
        holds.push("Prometheus' flags and scrape targets".to_owned());
    }
    if services > 0 {
        holds.push(format!("names of {services} services"));
    }
    if !evidence.logs.read.is_empty() || !evidence.logs.containers.is_empty() {
        holds.push("lines of logs, secrets masked".to_owned());
    }
    format!(
        "{} holds {}. Read it before you pass it on.\n",
        style.tone(Tone::Paste, &style.line(&path.display().to_string())),
        style.line(&holds.join(", "))
    )
}
