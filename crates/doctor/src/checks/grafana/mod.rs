//! Grafana: does it reach the same data, and are the links between its data sources whole?

pub mod compose_links;
pub mod compose_url;
pub mod data_source;
pub mod dead_link;
pub mod exemplars;
pub mod links;
pub mod options;
pub mod prometheus;
pub mod reachable;
pub mod read;
pub mod data_source_failure;
pub mod service_map;
pub mod provisioning;
pub mod streaming;

use telemetry::model::grafana::{DataSource, GrafanaFacts, TEMPO_PLUGIN};
use telemetry::model::marker::Watch;
use telemetry::model::{CheckOutcome, HopState, Slot};

use super::{EvidenceView, marker_state};

/// Whether there is a Grafana to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrafanaState {
    /// Nobody gave one, and the default address has none that lets us in: why, and what to give.
    NotConfigured(String),
    /// It was given and does not answer, is something else, or refuses us.
    Unavailable,
    /// Its data sources were read.
    Available,
}

/// Whether there is a Grafana to judge.
pub fn find_grafana_state(view: &EvidenceView<'_>) -> GrafanaState {
    let facts = view.grafana();
    let target = &view.targets().grafana;
    if facts.sources.get().is_some() {
        return GrafanaState::Available;
    }
    if target.given {
        return GrafanaState::Unavailable;
    }
    let wants_login = is_grafana_answering(facts);
    GrafanaState::NotConfigured(if wants_login {
        format!("Grafana at {} requires a login; pass --grafana-token-file", target.url)
    } else {
        format!("no Grafana at {}; pass --grafana-url", target.url)
    })
}

/// `GET /api/health` was answered as Grafana does.
pub fn is_grafana_answering(facts: &GrafanaFacts) -> bool {
    facts
        .health
        .get()
        .is_some_and(telemetry::parse::grafana::is_health_answer)
}

/// The outcome of a check that needs Grafana's data sources, where it has none to judge.
fn find_skip_outcome(view: &EvidenceView<'_>) -> Option<CheckOutcome> {
    match find_grafana_state(view) {
        GrafanaState::Available => None,
        GrafanaState::NotConfigured(why) => Some(CheckOutcome::not_applicable(why)),
        GrafanaState::Unavailable => Some(CheckOutcome::not_applicable("Grafana's data sources could not be read")),
    }
}

/// The data sources, where they were read.
pub fn list_data_sources<'a>(view: &EvidenceView<'a>) -> &'a [DataSource] {
    view.grafana().sources.get().map_or(&[], Vec::as_slice)
}

/// The Tempo data sources among them.
fn list_tempo_sources<'a>(view: &EvidenceView<'a>) -> impl Iterator<Item = &'a DataSource> {
    list_data_sources(view)
        .iter()
        .filter(|source| source.kind == TEMPO_PLUGIN)
}

/// Tempo itself, or whoever stands for it, has shown the trace that is looked for.
fn is_shown_by_tempo(view: &EvidenceView<'_>) -> bool {
    marker_state::find_by_id_state(view) == HopState::Passed
}

fn has_seen_marker(watch: &Option<Watch>) -> bool {
    watch.as_ref().is_some_and(|watch| watch.seen_after_ms.is_some())
}

/// Where the marker got to in Grafana: through the data source that a person most likely looks at.
pub fn find_hop_state(view: &EvidenceView<'_>) -> HopState {
    match find_grafana_state(view) {
        GrafanaState::NotConfigured(_) => return HopState::NotConfigured,
        GrafanaState::Unavailable => return HopState::Lost,
        GrafanaState::Available => {}
    }
    let facts = view.grafana();
    let through = facts
        .primary_tempo()
        .and_then(|source| facts.tempo.iter().find(|through| through.uid == source.uid));
    match through.map(|through| &through.by_id) {
        None => HopState::NotConfigured,
        Some(Slot::Known { value, .. }) if value.spans > 0 => HopState::Passed,
        Some(slot) if slot.was_asked() && is_shown_by_tempo(view) => HopState::Lost,
        Some(_) => HopState::NotChecked,
    }
}
