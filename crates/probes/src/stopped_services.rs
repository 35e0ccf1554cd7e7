//! Which services sent earlier in the day and not within the window, though others do.

use stack::clients::TempoClient;
use stack::clients::tempo::SearchQuestion;
use telemetry::model::Slot;
use telemetry::model::evidence::StoppedService;
use telemetry::model::marker::is_own_service;
use telemetry::model::search::SearchResult;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::tempo_config::find_search_limit_s;
use telemetry::text::quote::quote_query_text;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;

const DAY_S: f64 = 86_400.0;
/// More services than these are not asked about one by one.
const MOST: usize = 8;

/// Looks for them, where others were found sending.
pub async fn find_stopped_services(api: &TempoClient, board: &EvidenceRecorder) {
    let (sending, window, limit) = board.read(|evidence| {
        (
            evidence.app.services.get().cloned().unwrap_or_default(),
            evidence.request.app_window_s as f64,
            evidence.tempo.config.get().and_then(find_search_limit_s),
        )
    });
    if sending.is_empty() {
        return;
    }
    let now = clock::unix_now();
    let from = now - limit.map_or(DAY_S, |limit| limit.min(DAY_S)) + 60.0;
    let until = now - window;
    if from >= until {
        return;
    }
    let earlier = TimeWindow::from_seconds(from, until);
    let names = api.fetch_tag_values(earlier, "resource.service.name", None, 0).await;
    let found = match names {
        Slot::Known { value, took_ms } => {
            let candidates = value
                .into_iter()
                .map(|value| value.value)
                .filter(|name| !name.is_empty() && !is_own_service(name) && !sending.contains(name))
                .take(MOST);
            let asked = candidates.map(|name| check_stopped_service(api, name, from, until, now));
            let stopped = futures_util::future::join_all(asked).await;
            Slot::known(stopped.into_iter().flatten().collect(), took_ms)
        }
        Slot::Failed { failure } => Slot::failed(failure),
        Slot::NotAsked => Slot::NotAsked,
    };
    board.write(|evidence| evidence.app.stopped = found);
}

/// `None` where it sends after all: a search among many traces need not show every service, nor does a list of names keep
/// to its range in every version.
async fn check_stopped_service(
    api: &TempoClient,
    name: String,
    from: f64,
    until: f64,
    now: f64,
) -> Option<StoppedService> {
    let query = format!("{{ resource.service.name = {} }}", quote_query_text(&name));
    let ask = async |start: f64, end: f64| {
        let window = TimeWindow::from_seconds(start, end);
        api.search_traces(&SearchQuestion::new(&query, window, 20)).await
    };
    let (within, before) = tokio::join!(ask(until.min(now - 900.0), now), ask(from, until));
    let newest = |slot: &Slot<_>| slot.get().and_then(SearchResult::newest_start_s);
    if within.get().is_none() || newest(&within).is_some_and(|at| at >= until) {
        return None;
    }
    let last_seen = newest(&before).or(newest(&within))?;
    Some(StoppedService { name, last_seen })
}
