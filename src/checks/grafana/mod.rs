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
pub mod refused;
pub mod service_map;
pub mod snippet;
pub mod streaming;

use crate::model::grafana::{DataSource, GrafanaFacts};
use crate::model::marker::Watch;
use crate::model::{HopState, Outcome, Slot};

use super::{View, passage};

/// Whether there is a Grafana to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody gave one, and the default address has none that lets us in: why, and what to give.
    NotConfigured(String),
    /// It was given and does not answer, is something else, or refuses us.
    Shut,
    /// Its data sources were read.
    Open,
}

/// Whether there is a Grafana to judge.
pub fn state(view: &View<'_>) -> State {
    let facts = view.grafana();
    let target = &view.targets().grafana;
    if facts.sources.get().is_some() {
        return State::Open;
    }
    if target.given {
        return State::Shut;
    }
    let wants_login = is_grafana(facts);
    State::NotConfigured(if wants_login {
        format!("Grafana at {} requires a login; pass --grafana-token-file", target.url)
    } else {
        format!("no Grafana at {}; pass --grafana-url", target.url)
    })
}

/// `GET /api/health` was answered as Grafana does.
pub fn is_grafana(facts: &GrafanaFacts) -> bool {
    facts.health.get().is_some_and(crate::parse::grafana::is_health)
}

/// The outcome of a check that needs Grafana's data sources, where it has none to judge.
fn closed(view: &View<'_>) -> Option<Outcome> {
    match state(view) {
        State::Open => None,
        State::NotConfigured(why) => Some(Outcome::not_applicable(why)),
        State::Shut => Some(Outcome::not_applicable("Grafana's data sources could not be read")),
    }
}

/// The data sources, where they were read.
fn sources<'a>(view: &View<'a>) -> &'a [DataSource] {
    view.grafana().sources.get().map_or(&[], Vec::as_slice)
}

/// Tempo itself, or whoever stands for it, has shown the trace that is looked for.
fn shown_directly(view: &View<'_>) -> bool {
    passage::by_id(view) == HopState::Passed
}

fn was_seen(watch: &Option<Watch>) -> bool {
    watch.as_ref().is_some_and(|watch| watch.seen_after_ms.is_some())
}

/// Where the marker got to in Grafana: through the data source that a person most likely looks at.
pub fn hop_state(view: &View<'_>) -> HopState {
    match state(view) {
        State::NotConfigured(_) => return HopState::NotConfigured,
        State::Shut => return HopState::Lost,
        State::Open => {}
    }
    let facts = view.grafana();
    let through = facts
        .primary_tempo()
        .and_then(|source| facts.tempo.iter().find(|through| through.uid == source.uid));
    match through.map(|through| &through.by_id) {
        None => HopState::NotConfigured,
        Some(Slot::Known { value, .. }) if value.spans > 0 => HopState::Passed,
        Some(slot) if slot.was_asked() && shown_directly(view) => HopState::Lost,
        Some(_) => HopState::NotChecked,
    }
}
