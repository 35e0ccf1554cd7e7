//! Who else sends: services of the window by search, and of the day before where the window holds none.

use std::time::Duration;

use crate::clients::HttpClient;
use crate::evidence::tempo_counters;
use crate::model::marker::{WatchEnd, is_own_service};
use crate::model::tempo::HttpAnswer;
use crate::model::time_bounds::wait_of_seconds;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::{tempo, trace_answer};

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::marker_query::percent_encode;
use super::wait::Wait;
use super::wait_budget::WaitBudget;

const OTHERS: &str = "{ resource.service.name !~ \"tempoctl-(marker|canary)-.*\" }";
const DAY_S: f64 = 86_400.0;
/// The shortest range that is asked for.
const SHORTEST_S: f64 = 900.0;

/// Services of the window, of the tests among them, and of the day before.
pub async fn find_senders(api: &HttpClient, board: &EvidenceRecorder) {
    let started = clock::unix_now();
    let window = board.read(|evidence| evidence.request.app_window_s) as f64;
    let from = started - window;
    let (answer, wide) = tokio::join!(
        search_window(api, OTHERS, from, started),
        search_last_hour(api, started)
    );
    let roots = answer
        .get()
        .map(|answer| trace_answer::count_roots(answer, started - 60.0));
    board.write(|evidence| {
        evidence.query.wide_search = wide;
        evidence.app.roots = roots;
    });
    let services = add_nameless_senders(
        api,
        answer.and_then(|answer| extract_services(answer, from)),
        from,
        started,
    )
    .await;
    let none = services.get().is_some_and(Vec::is_empty);
    board.write(|evidence| evidence.app.services = services);
    if none {
        find_earlier_senders(api, board, from).await;
    } else {
        find_test_traffic(api, board, from, started).await;
        if !board.read(|evidence| evidence.request.fast) {
            super::stopped_services::find_stopped_services(api, board).await;
        }
    }
}

/// Which of the services found are test traffic.
async fn find_test_traffic(api: &HttpClient, board: &EvidenceRecorder, from: f64, to: f64) {
    let generated = search_window(
        api,
        "{ resource.tempoctl.generator = \"true\" || resource.tempoctl.generator = true || span.tempoctl.generator = \"true\" }",
        from,
        to,
    )
    .await
    .and_then(|answer| extract_services(answer, from));
    board.write(|evidence| evidence.app.generated = generated);
}

/// Services of applications, those without a name included.
async fn search_senders(api: &HttpClient, from: f64, to: f64) -> Slot<Vec<String>> {
    let named = search_window(api, OTHERS, from, to)
        .await
        .and_then(|answer| extract_services(answer, from));
    add_nameless_senders(api, named, from, to).await
}

/// Where no service matched, the roots of any trace: what has no `service.name` matches no condition on it.
async fn add_nameless_senders(api: &HttpClient, mut named: Slot<Vec<String>>, from: f64, to: f64) -> Slot<Vec<String>> {
    if let Slot::Known { value, .. } = &mut named
        && value.is_empty()
    {
        let roots = search_window(api, "{}", from, to)
            .await
            .and_then(|answer| extract_root_services(answer, from));
        value.extend(roots.get().cloned().unwrap_or_default());
    }
    named
}

/// Looks once more at the end, because search runs behind; and, where others' spans came in meanwhile, once more when
/// they must be visible.
pub async fn recheck_senders(api: &HttpClient, board: &EvidenceRecorder, pace: &WaitBudget) {
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
        let hidden = pace.cutoff_s > crate::parse::tempo_config::LONGEST_CUTOFF_S;
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

/// A short window is widened, because search moves its end back by the cutoff; [`recent`] narrows it again.
async fn search_window(api: &HttpClient, query: &str, from: f64, to: f64) -> Slot<HttpAnswer> {
    let start = from.min(to - SHORTEST_S);
    let path = format!(
        "/api/search?q={}&start={}&end={}&limit=100&spss=1",
        percent_encode(query),
        start as i64,
        to as i64 + 1
    );
    api.get(&path).await
}

/// A search over the range that Explore opens with.
async fn search_last_hour(api: &HttpClient, now: f64) -> Slot<HttpAnswer> {
    let path = format!(
        "/api/search?q={}&start={}&end={}&limit=1",
        percent_encode("{}"),
        (now - 3600.0) as i64,
        now as i64
    );
    api.get(&path).await
}

async fn find_earlier_senders(api: &HttpClient, board: &EvidenceRecorder, until: f64) {
    let limit = board.read(|evidence| {
        evidence
            .tempo
            .config
            .get()
            .and_then(|config| crate::parse::tempo_config::find_seconds(config, "query_frontend.search.max_duration"))
            .filter(|limit| *limit > 0.0)
    });
    let span = limit.map_or(DAY_S, |limit| limit.min(DAY_S)) - 60.0;
    let answer = search_window(api, OTHERS, until - span, until).await;
    let newest = answer.get().and_then(trace_answer::find_newest_start);
    let found = answer.and_then(|answer| extract_services(answer, until - span - 3600.0));
    board.write(|evidence| {
        evidence.app.earlier_services = found;
        evidence.app.last_seen = newest;
    });
}

fn parse_search_body(answer: HttpAnswer) -> Result<serde_json::Value, Failure> {
    let request = answer.request.clone();
    let body: serde_json::Value = tempo::parse_json(answer)?;
    if body.get("traces").is_none() && body.get("metrics").is_none() {
        return Err(Failure::new(
            FailureKind::Decode,
            request,
            "JSON, but not a search answer",
        ));
    }
    Ok(body)
}

/// Traces that started at `from` or later: the frontend may have widened a short window.
fn select_recent_traces(body: &serde_json::Value, from: f64) -> impl Iterator<Item = &serde_json::Value> {
    body["traces"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter(move |trace| {
            trace["startTimeUnixNano"]
                .as_str()
                .and_then(|text| text.parse::<f64>().ok())
                .is_none_or(|nanos| nanos / 1e9 >= from - 1.0)
        })
}

fn extract_services(answer: HttpAnswer, from: f64) -> Result<Vec<String>, Failure> {
    let body = parse_search_body(answer)?;
    let mut found: Vec<String> = select_recent_traces(&body, from)
        .flat_map(|trace| {
            let stats = trace["serviceStats"]
                .as_object()
                .into_iter()
                .flat_map(|map| map.keys().cloned());
            let root = trace["rootServiceName"].as_str().map(str::to_owned);
            stats.chain(root)
        })
        .filter(|name| !name.is_empty() && !name.starts_with('<') && !is_own_service(name))
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Traces whose root is not ours, whatever their resource says.
fn extract_root_services(answer: HttpAnswer, from: f64) -> Result<Vec<String>, Failure> {
    let body = parse_search_body(answer)?;
    let mut found: Vec<String> = select_recent_traces(&body, from)
        .map(|trace| trace["rootServiceName"].as_str().unwrap_or_default())
        .filter(|name| !is_own_service(name))
        .map(|name| {
            if name.is_empty() || name.starts_with('<') {
                "(no service.name)".to_owned()
            } else {
                name.to_owned()
            }
        })
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}
