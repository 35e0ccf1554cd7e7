//! What doctor can look at, and what a saved evidence file holds.

use std::path::Path;

use crate::render::json::render_document;
use crate::render::style::{Style, Tone};
use crate::render::table::{TableCell, draw_table};
use telemetry::model::evidence::Evidence;
use telemetry::model::report::{ListedCheck, SCHEMA_VERSION};
use telemetry::text::pluralize;

/// `doctor --list`: ids and what is true when they pass.
pub fn render_check_list(rows: &[(&str, &str)], style: Style) -> String {
    let row = |(id, title): &(&str, &str)| {
        vec![
            TableCell::text(id, style),
            TableCell::text(title, style).tone(Tone::Dim),
        ]
    };
    draw_table(&[], rows.iter().map(row).collect(), style)
}

/// The same as one JSON document.
pub fn render_check_list_json(checks: &[ListedCheck]) -> String {
    render_document(&serde_json::json!({"schema_version": SCHEMA_VERSION, "checks": checks}))
}

/// What `--save` wrote, for whoever reviews it before passing it on.
pub fn describe_saved_evidence(path: &Path, evidence: &Evidence, style: Style) -> String {
    let counters: usize = [
        &evidence.tempo.metrics_before,
        &evidence.tempo.metrics_after,
        &evidence.collector.metrics_before,
        &evidence.collector.metrics_after,
    ]
    .iter()
    .filter_map(|slot| slot.get())
    .map(|scrape| scrape.samples.len())
    .sum();
    let services =
        evidence.app.services.get().map_or(0, Vec::len) + evidence.app.earlier_services.get().map_or(0, Vec::len);
    let mut holds = vec!["addresses, tenant names and answers of servers".to_owned()];
    let mut settings = Vec::new();
    if evidence.tempo.config.get().is_some() || evidence.tempo.runtime_config.get().is_some() {
        settings.push("Tempo".to_owned());
    }
    if evidence.prometheus.flags.get().is_some() {
        settings.push("Prometheus".to_owned());
    }
    if let Some(sources) = evidence.grafana.sources.get() {
        settings.push(pluralize(sources.len(), "data source"));
    }
    if evidence.app.environment.get().is_some() {
        settings.push("the application's environment".to_owned());
    }
    if evidence.compose.get().is_some() {
        settings.push("the Compose project and the files it mounts".to_owned());
    }
    if !settings.is_empty() {
        holds.push(format!("settings of {}", settings.join(", ")));
    }
    if counters > 0 {
        holds.push(pluralize(counters, "counter sample"));
    }
    if let Some(targets) = evidence.prometheus.targets.get() {
        holds.push(pluralize(targets.len(), "scrape target"));
    }
    if !evidence.dashboards.examined.is_empty() {
        let count = evidence.dashboards.examined.len();
        holds.push(format!("queries of {}", pluralize(count, "dashboard")));
    }
    if services > 0 {
        holds.push(format!("names of {}", pluralize(services, "service")));
    }
    if !evidence.logs.read.is_empty() || !evidence.logs.containers.is_empty() {
        holds.push("lines of logs".to_owned());
    }
    let masked = if settings.is_empty() {
        "What looks like a credential is masked."
    } else {
        "Settings that no check reads are hidden, and what looks like a credential is masked."
    };
    format!(
        "{} holds {}. {masked} Read it before you pass it on.\n",
        style.tone(Tone::Command, &style.line(&path.display().to_string())),
        style.line(&holds.join(", "))
    )
}
