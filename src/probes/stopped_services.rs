//! Which services sent earlier in the day and not within the window, though others do.

use crate::clients::HttpClient;
use crate::model::Slot;
use crate::model::evidence::StoppedService;
use crate::model::marker::is_own_service;
use crate::parse::trace_answer;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::marker_query::percent_encode;

const DAY_S: f64 = 86_400.0;
/// More services than these are not asked about one by one.
const MOST: usize = 8;

/// Looks for them, where others were found sending.
pub async fn find_stopped_services(api: &HttpClient, board: &EvidenceRecorder) {
    let (sending, window, limit) = board.read(|evidence| {
        let limit = evidence
            .tempo
            .config
            .get()
            .and_then(|config| crate::parse::tempo_config::find_seconds(config, "query_frontend.search.max_duration"))
            .filter(|limit| *limit > 0.0);
        (
            evidence.app.services.get().cloned().unwrap_or_default(),
            evidence.request.app_window_s as f64,
            limit,
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
    let path = format!(
        "/api/v2/search/tag/resource.service.name/values?start={}&end={}",
        from as i64, until as i64
    );
    let names = api.get(&path).await.and_then(trace_answer::parse_plain_tag_values);
    let found = match names {
        Slot::Known { value, took_ms } => {
            let candidates = value
                .into_iter()
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
    api: &HttpClient,
    name: String,
    from: f64,
    until: f64,
    now: f64,
) -> Option<StoppedService> {
    let query = format!(
        "{{ resource.service.name = \"{}\" }}",
        name.replace('\\', "\\\\").replace('"', "\\\"")
    );
    let ask = |start: f64, end: f64| {
        let path = format!(
            "/api/search?q={}&start={}&end={}&limit=20&spss=1",
            percent_encode(&query),
            start as i64,
            end as i64 + 1
        );
        async move { api.get(&path).await }
    };
    let (within, before) = tokio::join!(ask(until.min(now - 900.0), now), ask(from, until));
    let newest = |slot: &Slot<_>| slot.get().and_then(trace_answer::find_newest_start);
    if within.get().is_none() || newest(&within).is_some_and(|at| at >= until) {
        return None;
    }
    let last_seen = newest(&before).or(newest(&within))?;
    Some(StoppedService { name, last_seen })
}
