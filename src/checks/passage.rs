//! Where the marker got to, hop by hop. This is what judges; counters and configuration only explain.

use crate::model::marker::{Ended, Watch};
use crate::model::{Hop, HopState};

use super::{View, facts, traffic};

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
        Hop::Collector | Hop::Grafana | Hop::Dashboard => HopState::NotConfigured,
    }
}

/// The receiver took the marker.
pub fn receiver(view: &View<'_>) -> HopState {
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
    if !accepted(view) {
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
