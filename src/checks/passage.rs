//! Where the marker got to, hop by hop. This is what judges; counters and configuration only explain.

use crate::model::evidence::Fact;
use crate::model::marker::{Ended, Watch};
use crate::model::{Hop, HopState, Slot};

use super::{View, facts, traffic};

/// What tells whether there is a metrics branch, and whether the marker's metrics passed it.
pub const METRICS: &[Fact] = &[
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

/// Where the marker got to at a hop.
pub fn state(view: &View<'_>, hop: Hop) -> HopState {
    match hop {
        Hop::Receiver => receiver(view),
        Hop::Ingest => ingest(view),
        Hop::Query => query(view),
        Hop::Generator => generator(view),
        Hop::RemoteWrite => remote_write(view),
        Hop::Prometheus => prometheus(view),
        Hop::Storage => HopState::NotChecked,
        Hop::App => HopState::NotChecked,
        Hop::Collector => collector(view),
        Hop::Grafana => super::grafana::hop_state(view),
        Hop::Dashboard => super::dashboard::hop_state(view),
    }
}

/// The collector took the marker and handed it on. Where it did not come out, a second one went past the collector: the loss
/// is the collector's only if that one arrives.
pub fn collector(view: &View<'_>) -> HopState {
    let facts = view.way();
    let known = super::collector::is_known(view);
    if !known && facts.lost.is_none() {
        return HopState::NotConfigured;
    }
    if view.request().no_marker {
        return match super::collector::counters::flow(view) {
            Some(flow) if flow.sent > 0.0 => HopState::Passed,
            _ => HopState::NotChecked,
        };
    }
    let watched = of_watch(&facts.watch);
    let Some(lost) = &facts.lost else {
        return match (view.push(), watched) {
            (Slot::NotAsked, _) => HopState::NotChecked,
            (Slot::Known { value, .. }, _) if !value.accepted() => HopState::Lost,
            (Slot::Failed { failure }, _) if failure.kind == crate::model::FailureKind::Cancelled => {
                HopState::NotChecked
            }
            (Slot::Failed { .. }, _) => HopState::Lost,
            // What Tempo counted since then may have been the marker: its own hops have to say.
            (_, HopState::Lost) if facts.reached_tempo => HopState::Passed,
            (_, state) => state,
        };
    };
    let taken = lost.push.get().is_some_and(|answer| answer.accepted());
    let straight = match view.push().get() {
        Some(answer) if answer.accepted() => of_watch(view.by_id_watch()),
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
pub fn receiver(view: &View<'_>) -> HopState {
    if view.request().no_marker {
        return match (
            traffic::delta(view, "tempo_receiver_accepted_spans", &[]),
            traffic::delta(view, "tempo_receiver_refused_spans", &[]),
        ) {
            (Some(accepted), _) if accepted > 0.0 => HopState::Passed,
            (_, Some(refused)) if refused > 0.0 => HopState::Lost,
            _ => HopState::NotChecked,
        };
    }
    if super::collector::has_the_push(view) {
        // What the collector answered says nothing of Tempo's receiver; what came out of it does.
        return match collector(view) {
            HopState::Passed => HopState::Passed,
            _ => HopState::NotChecked,
        };
    }
    match (view.push().get(), view.push().failure()) {
        (Some(answer), _) if answer.accepted() => HopState::Passed,
        (Some(_), _) => HopState::Lost,
        (None, Some(failure)) if failure.kind == crate::model::FailureKind::Cancelled => HopState::NotChecked,
        (None, Some(_)) => HopState::Lost,
        (None, None) => HopState::NotChecked,
    }
}

/// True where the receiver took the marker.
pub fn accepted(view: &View<'_>) -> bool {
    receiver(view) == HopState::Passed
}

/// Accepted spans were kept: anything downstream saw them, or a counter says so and none says otherwise.
fn ingest(view: &View<'_>) -> HopState {
    match receiver(view) {
        HopState::Passed => {}
        HopState::Lost if ingest_refused(view) => return HopState::Lost,
        _ => return HopState::NotChecked,
    }
    if view.request().no_marker {
        return match traffic::received(view) {
            Some(grown) if grown > 0.0 => HopState::Passed,
            _ if discarded(view) => HopState::Lost,
            _ => HopState::NotChecked,
        };
    }
    if by_id(view) == HopState::Passed || calls(view) == HopState::Passed {
        return if by_id(view) == HopState::Lost && discarded(view) {
            HopState::Lost
        } else {
            HopState::Passed
        };
    }
    if by_id(view) == HopState::Lost && discarded(view) {
        return HopState::Lost;
    }
    let tenant = traffic::tenant(view);
    match traffic::delta(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)]) {
        Some(grown) if grown >= f64::from(view.marker().as_ref().map_or(1, |marker| marker.spans)) => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

/// The receiver passed on a refusal that the distributor made.
pub fn ingest_refused(view: &View<'_>) -> bool {
    view.push()
        .get()
        .is_some_and(|answer| super::receiver::refusal::of(answer).is_some_and(|(_, hop)| hop == Hop::Ingest))
}

/// A discard counter of the tenant grew.
pub fn discarded(view: &View<'_>) -> bool {
    let tenant = traffic::tenant(view);
    traffic::delta(view, "tempo_discarded_spans_total", &[("tenant", &tenant)]).is_some_and(|grown| grown > 0.0)
}

fn of_watch(watch: &Option<Watch>) -> HopState {
    match watch {
        None => HopState::NotChecked,
        Some(watch) if watch.seen_after_ms.is_some() => HopState::Passed,
        Some(watch) => match watch.ended {
            Ended::Deadline | Ended::Decided => HopState::Lost,
            Ended::Timeout => HopState::Waiting,
            Ended::Cancelled | Ended::AskedOnce | Ended::Seen => HopState::NotChecked,
        },
    }
}

/// The marker, read by its id.
pub fn by_id(view: &View<'_>) -> HopState {
    if !view.request().no_marker && !accepted(view) {
        return HopState::NotChecked;
    }
    of_watch(view.by_id_watch())
}

/// The marker, or its back-dated companion, found by search.
pub fn search(view: &View<'_>) -> HopState {
    if view.request().no_marker || !accepted(view) {
        return HopState::NotChecked;
    }
    let live = of_watch(view.search_watch());
    let backdated = of_watch(view.backdated_watch());
    match (live, backdated) {
        (HopState::Passed, _) | (_, HopState::Passed) => HopState::Passed,
        (HopState::Waiting, _) | (_, HopState::Waiting) => HopState::Waiting,
        (HopState::Lost, _) => HopState::Lost,
        _ => HopState::NotChecked,
    }
}

fn query(view: &View<'_>) -> HopState {
    match (by_id(view), search(view)) {
        (HopState::Lost, _) if ingest(view) == HopState::Lost => HopState::NotChecked,
        (HopState::Lost, _) | (_, HopState::Lost) => HopState::Lost,
        (HopState::Waiting, _) | (_, HopState::Waiting) => HopState::Waiting,
        (HopState::Passed, _) => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

/// The marker's calls in Prometheus.
pub fn calls(view: &View<'_>) -> HopState {
    if view.request().no_marker {
        return freshness(view);
    }
    metrics_watch(view, view.calls_watch())
}

/// The marker's edge in Prometheus.
pub fn graph(view: &View<'_>) -> HopState {
    metrics_watch(view, view.graph_watch())
}

/// An exemplar of the marker in Prometheus.
pub fn exemplar(view: &View<'_>) -> HopState {
    metrics_watch(view, view.exemplar_watch())
}

/// Without a marker: applications sent to this tenant, so a sample of span metrics must be younger than the first look.
fn freshness(view: &View<'_>) -> HopState {
    let sent = traffic::received(view).is_some_and(|grown| grown > 0.0);
    if !sent || !facts::metrics_branch(view).is_configured() {
        return HopState::NotChecked;
    }
    let (Some(at), Some(first)) = (newest_of_others(view), view.metrics_before().get()) else {
        return HopState::NotChecked;
    };
    if at >= first.at {
        HopState::Passed
    } else {
        HopState::Lost
    }
}

fn metrics_watch(view: &View<'_>, watch: &Option<Watch>) -> HopState {
    if !accepted(view) || !facts::metrics_branch(view).is_configured() {
        return HopState::NotChecked;
    }
    of_watch(watch)
}

/// Anything made from the marker that reached Prometheus.
pub fn anything_arrived(view: &View<'_>) -> bool {
    [calls(view), graph(view), exemplar(view)].contains(&HopState::Passed)
}

/// Applications' series pass the same way in the same window: what is missing of the marker was kept out alone.
pub fn others_arrive(view: &View<'_>) -> bool {
    let sent_at = view.marker().as_ref().map_or(f64::MAX, |marker| marker.sent_at);
    newest_of_others(view).is_some_and(|at| at > sent_at) && traffic::other_spans(view).is_some_and(|spans| spans > 0.0)
}

/// When the newest sample of an application's span metrics was taken; 0 where there is none.
fn newest_of_others(view: &View<'_>) -> Option<f64> {
    let series = view.freshest().get()?;
    Some(
        series
            .iter()
            .filter_map(|one| Some(one.points.last()?.1))
            .fold(0.0, f64::max),
    )
}

/// What the generator should have made of the marker is missing: all of it, or nothing can tell otherwise.
pub fn metrics_lost(view: &View<'_>) -> bool {
    !anything_arrived(view) && [calls(view), graph(view)].contains(&HopState::Lost)
}

fn generator(view: &View<'_>) -> HopState {
    if !accepted(view) {
        return HopState::NotChecked;
    }
    if !facts::metrics_branch(view).is_configured() {
        return HopState::NotConfigured;
    }
    let half_lost = [calls(view), graph(view)].contains(&HopState::Lost);
    if half_lost && super::generator::blocked(view).is_some() {
        return HopState::Lost;
    }
    if anything_arrived(view) {
        return HopState::Passed;
    }
    let tenant = traffic::tenant(view);
    let took = traffic::delta(
        view,
        "tempo_metrics_generator_spans_received_total",
        &[("tenant", &tenant)],
    );
    let samples = traffic::delta(view, "prometheus_remote_storage_samples_total", &[]);
    match (took, samples) {
        (_, Some(samples)) if samples > 0.0 && metrics_lost(view) => HopState::Passed,
        (Some(took), _) if took > 0.0 => HopState::Passed,
        _ if metrics_lost(view) => HopState::Lost,
        _ if calls(view) == HopState::Waiting => HopState::Waiting,
        _ => HopState::NotChecked,
    }
}

fn remote_write(view: &View<'_>) -> HopState {
    match generator(view) {
        HopState::NotConfigured => return HopState::NotConfigured,
        HopState::Passed => {}
        _ => return HopState::NotChecked,
    }
    if anything_arrived(view) {
        return HopState::Passed;
    }
    if super::remote_write::delivery::troubles(view).is_some()
        || facts::remote_write_urls(view).is_some_and(|urls| urls.is_empty())
    {
        return HopState::Lost;
    }
    if calls(view) == HopState::Waiting {
        return HopState::Waiting;
    }
    match traffic::delta(view, "prometheus_remote_storage_samples_total", &[]) {
        Some(sent) if sent > 0.0 => HopState::Passed,
        _ => HopState::NotChecked,
    }
}

fn prometheus(view: &View<'_>) -> HopState {
    if generator(view) == HopState::NotConfigured || !facts::prometheus_configured(view) {
        return HopState::NotConfigured;
    }
    match (calls(view), graph(view)) {
        (HopState::Passed, _) | (_, HopState::Passed) => HopState::Passed,
        (HopState::Lost, _) if [generator(view), remote_write(view)].contains(&HopState::Lost) => HopState::NotChecked,
        (state, _) => state,
    }
}
