//! Who else sends: services of the window by search, and of the day before where the window holds none.

use std::time::Duration;

use doctor::evidence::tempo_counters;
use stack::clients::TempoClient;
use stack::clients::tempo::SearchQuestion;
use telemetry::model::Slot;
use telemetry::model::evidence::RootCounts;
use telemetry::model::marker::{WatchEnd, is_own_service};
use telemetry::model::search::{SearchHit, SearchResult};
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::tempo_config::find_search_limit_s;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::wait::Wait;
use super::wait_budget::WaitBudget;

const OTHERS: &str = "{ resource.service.name !~ \"tempoctl-(marker|canary)-.*\" }";
const DAY_S: f64 = 86_400.0;
/// The shortest range that is asked for.
const SHORTEST_S: f64 = 900.0;

/// Services of the window, of the tests among them, and of the day before.
pub async fn find_senders(api: &TempoClient, board: &EvidenceRecorder) {
    let started = clock::unix_now();
    let window = board.read(|evidence| evidence.request.app_window_s) as f64;
    let from = started - window;
    // The range that Explore opens with.
    let last_hour = SearchQuestion::new("{}", TimeWindow::from_seconds(started - 3600.0, started), 1);
    let (found, wide) = tokio::join!(search_window(api, OTHERS, from, started), api.ask_search(&last_hour));
    let roots = found.get().map(|found| count_roots(found, started - 60.0));
    board.write(|evidence| {
        evidence.query.wide_search = wide;
        evidence.app.roots = roots;
    });
    let named = found.and_then(|found| Ok(list_services(&found, from)));
    let services = add_nameless_senders(api, named, from, started).await;
    let none = services.get().is_some_and(Vec::is_empty);
    board.write(|evidence| evidence.app.services = services);
    if none {
        find_earlier_senders(api, board, from).await;
    } else {
        find_test_traffic(api, board, from, started).await;
        if !board.is_fast() {
            super::stopped_services::find_stopped_services(api, board).await;
        }
    }
}

/// Which of the services found are test traffic.
async fn find_test_traffic(api: &TempoClient, board: &EvidenceRecorder, from: f64, to: f64) {
    let generated = search_window(
        api,
        "{ resource.tempoctl.generator = \"true\" || resource.tempoctl.generator = true || span.tempoctl.generator = \"true\" }",
        from,
        to,
    )
    .await
    .and_then(|found| Ok(list_services(&found, from)));
    board.write(|evidence| evidence.app.generated = generated);
}

/// Services of applications, those without a name included.
async fn search_senders(api: &TempoClient, from: f64, to: f64) -> Slot<Vec<String>> {
    let named = search_window(api, OTHERS, from, to)
        .await
        .and_then(|found| Ok(list_services(&found, from)));
    add_nameless_senders(api, named, from, to).await
}

/// Where no service matched, the roots of any trace: what has no `service.name` matches no condition on it.
async fn add_nameless_senders(
    api: &TempoClient,
    mut named: Slot<Vec<String>>,
    from: f64,
    to: f64,
) -> Slot<Vec<String>> {
    if let Slot::Known { value, .. } = &mut named
        && value.is_empty()
    {
        let found = search_window(api, "{}", from, to).await;
        value.extend(
            found
                .get()
                .map(|found| list_root_services(found, from))
                .unwrap_or_default(),
        );
    }
    named
}

/// Looks once more at the end, because search runs behind; and, where others' spans came in meanwhile, once more when
/// they must be visible.
pub async fn recheck_senders(api: &TempoClient, board: &EvidenceRecorder, pace: &WaitBudget) {
    let (none, window) = board.read(|evidence| {
        (
            evidence.app.services.get().is_some_and(Vec::is_empty),
            evidence.request.app_window_s as f64,
        )
    });
    if !none {
        return;
    }
    let started = board.read(|evidence| {
        evidence
            .marker
            .as_ref()
            .map_or_else(clock::unix_now, |marker| marker.sent_at)
    });
    let from = started - window;
    // Spans of others that came in are searchable after the cutoff and a flush.
    let wait = Wait::new(wait_of_seconds(pace.cutoff_s + pace.search_delay_s + 10.0))
        .until(board.limit())
        .every(Duration::from_secs(2));
    wait.poll(async |wait| {
        let found = search_senders(api, from, clock::unix_now()).await;
        let empty = found.get().is_some_and(Vec::is_empty);
        if found.get().is_some_and(|found| !found.is_empty()) {
            // Test traffic that shows only now is test traffic as well.
            find_test_traffic(api, board, from, clock::unix_now()).await;
        }
        board.write(|evidence| evidence.app.later_services = found);
        let hidden = pace.cutoff_s > telemetry::parse::tempo_config::LONGEST_CUTOFF_S;
        if empty && board.read(|evidence| evidence.app.earlier_services.get().is_some_and(Vec::is_empty)) {
            // What was pushed just before this run is searchable only now.
            find_earlier_senders(api, board, from).await;
        }
        if !empty || hidden || board.view(tempo_counters::count_other_spans).unwrap_or(0.0) <= 0.0 {
            return Some(());
        }
        let ended = wait.end()?;
        board.write(|evidence| evidence.app.looked_again |= ended == WatchEnd::Deadline);
        Some(())
    })
    .await;
}

/// A short window is widened, because search moves its end back by the cutoff; [`select_recent_traces`] narrows it again.
async fn search_window(api: &TempoClient, query: &str, from: f64, to: f64) -> Slot<SearchResult> {
    let window = TimeWindow::from_seconds(from.min(to - SHORTEST_S), to);
    api.search_traces(&SearchQuestion::new(query, window, 100)).await
}

async fn find_earlier_senders(api: &TempoClient, board: &EvidenceRecorder, until: f64) {
    let limit = board.read(|evidence| evidence.tempo.config.get().and_then(find_search_limit_s));
    let span = limit.map_or(DAY_S, |limit| limit.min(DAY_S)) - 60.0;
    let answer = search_window(api, OTHERS, until - span, until).await;
    let newest = answer.get().and_then(SearchResult::newest_start_s);
    let found = answer.and_then(|found| Ok(list_services(&found, until - span - 3600.0)));
    board.write(|evidence| {
        evidence.app.earlier_services = found;
        evidence.app.last_seen = newest;
    });
}

/// Traces that started at `from` or later: the frontend may have widened a short window.
fn select_recent_traces(found: &SearchResult, from: f64) -> impl Iterator<Item = &SearchHit> {
    found
        .hits
        .iter()
        .filter(move |hit| hit.start_s().is_none_or(|start| start >= from - 1.0))
}

fn list_services(found: &SearchResult, from: f64) -> Vec<String> {
    let mut names: Vec<String> = select_recent_traces(found, from)
        .flat_map(|hit| hit.services.keys().chain(&hit.root_service))
        .filter(|name| !name.is_empty() && !name.starts_with('<') && !is_own_service(name))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Traces whose root is not ours, whatever their resource says.
fn list_root_services(found: &SearchResult, from: f64) -> Vec<String> {
    let mut names: Vec<String> = select_recent_traces(found, from)
        .map(|hit| hit.root_service.as_deref().unwrap_or("(no service.name)"))
        .filter(|name| !is_own_service(name))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Of the traces that started before that moment, how many have no root span.
fn count_roots(found: &SearchResult, before: f64) -> RootCounts {
    let old = found
        .hits
        .iter()
        .filter(|hit| hit.start_s().is_some_and(|start| start < before));
    old.fold(RootCounts { traces: 0, without: 0 }, |counts, hit| RootCounts {
        traces: counts.traces + 1,
        without: counts.without + u32::from(hit.root_service.is_none() && hit.root_name.is_none()),
    })
}
