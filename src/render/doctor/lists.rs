//! What doctor can look at, and what a saved evidence file holds.

use std::path::Path;

use crate::model::evidence::Evidence;
use crate::render::style::{Style, Tone};
use crate::render::wrap::{columns, left};

/// `doctor --list`: ids and what is true when they pass.
pub fn checks(rows: &[(&str, &str)], style: Style) -> String {
    let width = rows.iter().map(|(id, _)| columns(id)).max().unwrap_or(0);
    rows.iter()
        .map(|(id, title)| format!("{}  {}\n", left(id, width), style.tone(Tone::Dim, &style.line(title))))
        .collect()
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
    format!(
        "{} holds {}. Read it before you pass it on.\n",
        style.tone(Tone::Paste, &style.line(&path.display().to_string())),
        style.line(&holds.join(", "))
    )
}
