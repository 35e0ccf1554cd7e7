//! Where the marker got to, hop by hop. This is what judges; counters and configuration only explain.

use telemetry::model::marker::{Watch, WatchEnd};
use telemetry::model::{CheckOutcome, Fact, Hop, HopState, Slot};

use super::{EvidenceView, installation, tempo_counters};

/// What tells whether there is a metrics branch, and whether the marker's metrics passed it.
pub const METRICS_FACTS: &[Fact] = &[
    Fact::Config,
    Fact::RuntimeConfig,
    Fact::Services,
    Fact::Generation,
    Fact::Targets,
    Fact::Metrics,
    Fact::Push,
    Fact::PromReady,
    Fact::PromQueryProbe,
    Fact::PromWriteProbe,
    Fact::MetricNames,
    Fact::Series,
];

/// Judges the metrics branch, where there is one.
pub fn judge_metrics_branch(view: &EvidenceView<'_>, judge: fn(&EvidenceView<'_>) -> CheckOutcome) -> CheckOutcome {
    if installation::detect_metrics_branch(view).is_configured() {
        judge(view)
    } else {
        CheckOutcome::not_applicable("metrics from spans are not configured")
    }
}

/// Where the marker got to at a hop.
pub fn find_hop_state(view: &EvidenceView<'_>, hop: Hop) -> HopState {
    match hop {
        Hop::Receiver => find_receiver_state(view),
        Hop::Ingest => find_ingest_state(view),
        Hop::Query => find_query_state(view),
        Hop::Generator => find_generator_state(view),
        Hop::RemoteWrite => find_remote_write_state(view),
        Hop::Prometheus => find_prometheus_state(view),
        Hop::Storage => HopState::NotChecked,
        Hop::App => HopState::NotChecked,
        Hop::Collector => find_collector_state(view),
        Hop::Grafana => super::grafana::find_hop_state(view),
        Hop::Dashboard => super::dashboard::find_hop_state(view),
    }
}

/// The collector took the marker and handed it on. Where it did not come out, a second one went past the collector: the loss
/// is the collector's only if that one arrives.
pub fn find_collector_state(view: &EvidenceView<'_>) -> HopState {
    let facts = view.collector_untracked();
    let known = super::collector::is_collector_known(view);
    if !known && facts.lost.is_none() {
        return HopState::NotConfigured;
    }
    if view.request().no_marker {
        return match crate::evidence::collector_counters::measure_flow(view) {
            Some(flow) if flow.sent > 0.0 => HopState::Passed,
            _ => HopState::NotChecked,
        };
    }
    let watched = derive_watch_state(&facts.watch);
    let Some(lost) = &facts.lost else {
        return match (view.push(), watched) {
            (Slot::NotAsked, _) => HopState::NotChecked,
            (Slot::Known { value, .. }, _) if !value.is_accepted() => HopState::Lost,
            (Slot::Failed { failure }, _) if failure.kind == telemetry::model::FailureKind::Cancelled => {
                HopState::NotChecked
            }
            (Slot::Failed { .. }, _) => HopState::Lost,
            // What Tempo counted since then may have been the marker: its own hops have to say.
            (_, HopState::Lost) if facts.reached_tempo => HopState::Passed,
            (_, state) => state,
        };
    };
    let taken = lost.push.get().is_some_and(|answer| answer.is_accepted());
    let straight = match view.push().get() {
        Some(answer) if answer.is_accepted() => derive_watch_state(view.by_id_watch()),
        // It wants a tenant, and neither the second marker nor the collector named one.
        Some(answer) if answer.message.to_lowercase().contains("no org id") => HopState::Passed,
        _ => HopState::Lost,
    };
    match (taken, watched, straight) {
        (false, _, _) => HopState::Lost,
        // It was late, and is there by now.
        (true, HopState::Passed, _) => HopState::Passed,
        (true, HopState::Lost, HopState::Passed) => HopState::Lost,
        (true, HopState::Lost, _) => HopState::NotChecked,
        _ if known => HopState::Waiting,
        _ => HopState::NotChecked,
    }
}

/// The receiver took the marker; without one, it took spans of applications in the meantime.
pub fn find_receiver_state(view: &EvidenceView<'_>) -> HopState {
    if view.request().no_marker {
        let grew = |name: &str| tempo_counters::find_increase(view, name, &[]).is_some();
        return if grew("tempo_receiver_accepted_spans") {
            HopState::Passed
        } else if grew("tempo_receiver_refused_spans") {
            HopState::Lost
        } else {
            HopState::NotChecked
        };
    }
    if super::collector::is_push_to_collector(view) {
        // What the collector answered says nothing of Tempo's receiver; what came out of it does.
        return match find_collector_state(view) {
            HopState::Passed => HopState::Passed,
            _ => HopState::NotChecked,
        };
    }
    match (view.push().get(), view.push().failure()) {
        (Some(answer), _) if answer.is_accepted() => HopState::Passed,
        (Some(_), _) => HopState::Lost,
        (None, Some(failure)) if failure.kind == telemetry::model::FailureKind::Cancelled => HopState::NotChecked,
        (None, Some(_)) => HopState::Lost,
        (None, None) => HopState::NotChecked,
    }
}

/// True where the receiver took the marker.
pub fn is_marker_accepted(view: &EvidenceView<'_>) -> bool {
    find_receiver_state(view) == HopState::Passed
}

/// Accepted spans were kept: anything downstream saw them, or a counter says so and none says otherwise.
fn find_ingest_state(view: &EvidenceView<'_>) -> HopState {
    match find_receiver_state(view) {
        HopState::Passed => {}
        HopState::Lost if is_refused_by_ingest(view) => return HopState::Lost,
        _ => return HopState::NotChecked,
    }
    if view.request().no_marker {
        return match tempo_counters::count_received_spans(view) {
            Some(grown) if grown > 0.0 => HopState::Passed,
            _ if has_discarded_spans(view) => HopState::Lost,
            _ => HopState::NotChecked,
        };
    }
    if find_by_id_state(view) == HopState::Passed || find_calls_state(view) == HopState::Passed {
        return if find_by_id_state(view) == HopState::Lost && has_discarded_spans(view) {
            HopState::Lost
        } else {
            HopState::Passed
        };
    }
    if find_by_id_state(view) == HopState::Lost && has_discarded_spans(view) {
        return HopState::Lost;
    }
    match tempo_counters::count_received_spans(view) {
        Some(grown) if grown >= f64::from(view.marker().as_ref().map_or(1, |marker| marker.spans)) => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

/// The receiver passed on a refusal that the distributor made.
pub fn is_refused_by_ingest(view: &EvidenceView<'_>) -> bool {
    view.push().get().is_some_and(|answer| {
        super::receiver::push_refusal::classify_push_error(answer).is_some_and(|(_, hop)| hop == Hop::Ingest)
    })
}

/// A discard counter of the tenant grew.
pub fn has_discarded_spans(view: &EvidenceView<'_>) -> bool {
    tempo_counters::measure_own_increase(view, "tempo_discarded_spans_total").is_some_and(|grown| grown > 0.0)
}

fn derive_watch_state(watch: &Option<Watch>) -> HopState {
    match watch {
        None => HopState::NotChecked,
        Some(watch) if watch.seen_after_ms.is_some() => HopState::Passed,
        Some(watch) => match watch.ended {
            WatchEnd::Deadline | WatchEnd::Decided => HopState::Lost,
            WatchEnd::Timeout => HopState::Waiting,
            WatchEnd::Cancelled | WatchEnd::AskedOnce | WatchEnd::Seen => HopState::NotChecked,
        },
    }
}

/// The marker, read by its id.
pub fn find_by_id_state(view: &EvidenceView<'_>) -> HopState {
    if !view.request().no_marker && !is_marker_accepted(view) {
        return HopState::NotChecked;
    }
    derive_watch_state(view.by_id_watch())
}

/// The marker, or its back-dated companion, found by search.
pub fn find_search_state(view: &EvidenceView<'_>) -> HopState {
    if view.request().no_marker || !is_marker_accepted(view) {
        return HopState::NotChecked;
    }
    let live = derive_watch_state(view.search_watch());
    let backdated = derive_watch_state(view.backdated_watch());
    match (live, backdated) {
        (HopState::Passed, _) | (_, HopState::Passed) => HopState::Passed,
        (HopState::Waiting, _) | (_, HopState::Waiting) => HopState::Waiting,
        (HopState::Lost, _) => HopState::Lost,
        _ => HopState::NotChecked,
    }
}

fn find_query_state(view: &EvidenceView<'_>) -> HopState {
    match (find_by_id_state(view), find_search_state(view)) {
        (HopState::Lost, _) if find_ingest_state(view) == HopState::Lost => HopState::NotChecked,
        (HopState::Lost, _) | (_, HopState::Lost) => HopState::Lost,
        (HopState::Waiting, _) | (_, HopState::Waiting) => HopState::Waiting,
        (HopState::Passed, _) => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

/// The marker's calls in Prometheus.
pub fn find_calls_state(view: &EvidenceView<'_>) -> HopState {
    if view.request().no_marker {
        return find_freshness_state(view);
    }
    derive_metrics_watch_state(view, view.calls_watch())
}

/// The marker's edge in Prometheus.
pub fn find_graph_state(view: &EvidenceView<'_>) -> HopState {
    derive_metrics_watch_state(view, view.graph_watch())
}

/// An exemplar of the marker in Prometheus.
pub fn find_exemplar_state(view: &EvidenceView<'_>) -> HopState {
    derive_metrics_watch_state(view, view.exemplar_watch())
}

/// Without a marker: applications sent to this tenant, so a sample of span metrics must be younger than the first look.
fn find_freshness_state(view: &EvidenceView<'_>) -> HopState {
    let sent = tempo_counters::count_received_spans(view).is_some_and(|grown| grown > 0.0);
    if !sent || !installation::detect_metrics_branch(view).is_configured() {
        return HopState::NotChecked;
    }
    let (Some(at), Some(first)) = (find_newest_other_sample(view), view.metrics_before().get()) else {
        return HopState::NotChecked;
    };
    if at >= first.at {
        HopState::Passed
    } else {
        HopState::Lost
    }
}

fn derive_metrics_watch_state(view: &EvidenceView<'_>, watch: &Option<Watch>) -> HopState {
    if !is_marker_accepted(view) || !installation::detect_metrics_branch(view).is_configured() {
        return HopState::NotChecked;
    }
    derive_watch_state(watch)
}

/// Anything made from the marker that reached Prometheus.
pub fn has_any_metric_arrived(view: &EvidenceView<'_>) -> bool {
    find_series_states(view).contains(&HopState::Passed) || find_exemplar_state(view) == HopState::Passed
}

/// The marker's calls and its edge.
fn find_series_states(view: &EvidenceView<'_>) -> [HopState; 2] {
    [find_calls_state(view), find_graph_state(view)]
}

/// The marker's calls, its edge, or both are missing.
pub fn has_lost_series(view: &EvidenceView<'_>) -> bool {
    find_series_states(view).contains(&HopState::Lost)
}

/// Applications' series pass the same way in the same window: what is missing of the marker was kept out alone.
pub fn has_other_metrics_arriving(view: &EvidenceView<'_>) -> bool {
    let sent_at = view.marker().as_ref().map_or(f64::MAX, |marker| marker.sent_at);
    find_newest_other_sample(view).is_some_and(|at| at > sent_at)
        && tempo_counters::count_other_spans(view).is_some_and(|spans| spans > 0.0)
}

/// When the newest sample of an application's span metrics was taken; 0 where there is none.
fn find_newest_other_sample(view: &EvidenceView<'_>) -> Option<f64> {
    let series = view.freshest().get()?;
    Some(
        series
            .iter()
            .filter_map(|one| Some(one.points.last()?.1))
            .fold(0.0, f64::max),
    )
}

/// What the generator should have made of the marker is missing: all of it, or nothing can tell otherwise.
pub fn has_lost_metrics(view: &EvidenceView<'_>) -> bool {
    !has_any_metric_arrived(view) && has_lost_series(view)
}

fn find_generator_state(view: &EvidenceView<'_>) -> HopState {
    if !is_marker_accepted(view) {
        return HopState::NotChecked;
    }
    if !installation::detect_metrics_branch(view).is_configured() {
        return HopState::NotConfigured;
    }
    if has_lost_series(view) && super::generator::find_blocking_cause(view).is_some() {
        return HopState::Lost;
    }
    if has_any_metric_arrived(view) {
        return HopState::Passed;
    }
    let took = tempo_counters::measure_own_increase(view, "tempo_metrics_generator_spans_received_total");
    let samples = tempo_counters::measure_increase(view, "prometheus_remote_storage_samples_total", &[]);
    match (took, samples) {
        (_, Some(samples)) if samples > 0.0 && has_lost_metrics(view) => HopState::Passed,
        (Some(took), _) if took > 0.0 => HopState::Passed,
        _ if has_lost_metrics(view) => HopState::Lost,
        _ if find_calls_state(view) == HopState::Waiting => HopState::Waiting,
        _ => HopState::NotChecked,
    }
}

fn find_remote_write_state(view: &EvidenceView<'_>) -> HopState {
    match find_generator_state(view) {
        HopState::NotConfigured => return HopState::NotConfigured,
        HopState::Passed => {}
        _ => return HopState::NotChecked,
    }
    if has_any_metric_arrived(view) {
        return HopState::Passed;
    }
    if super::remote_write::delivery::find_delivery_failure(view).is_some()
        || installation::find_remote_write_urls(view).is_some_and(|urls| urls.is_empty())
    {
        return HopState::Lost;
    }
    if find_calls_state(view) == HopState::Waiting {
        return HopState::Waiting;
    }
    match tempo_counters::measure_increase(view, "prometheus_remote_storage_samples_total", &[]) {
        Some(sent) if sent > 0.0 => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

fn find_prometheus_state(view: &EvidenceView<'_>) -> HopState {
    if find_generator_state(view) == HopState::NotConfigured || !installation::is_prometheus_configured(view) {
        return HopState::NotConfigured;
    }
    match (find_calls_state(view), find_graph_state(view)) {
        (HopState::Passed, _) | (_, HopState::Passed) => HopState::Passed,
        (HopState::Lost, _)
            if [find_generator_state(view), find_remote_write_state(view)].contains(&HopState::Lost) =>
        {
            HopState::NotChecked
        }
        (state, _) => state,
    }
}
