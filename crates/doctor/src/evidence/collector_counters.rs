//! Deltas of the collector's own counters round the push, by family, whatever their spelling.

use super::EvidenceView;
use telemetry::model::EvidenceLine;
use telemetry::model::tempo::{MetricSample, MetricsScrape};
use telemetry::parse::collector::{
    count_head_sampled_out, count_tail_sampled_out, is_remote_exporter, normalize_metric_name, select_family,
    sum_increase,
};

/// What became of the spans that came in since the push.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpanFlow {
    /// Taken by receivers.
    pub accepted: f64,
    /// Refused by receivers.
    pub refused: f64,
    /// Handed on by exporters that leave the process.
    pub sent: f64,
    /// Given up by exporters.
    pub failed: f64,
    /// Not taken into a full queue.
    pub enqueue_failed: f64,
    /// Thrown away by a filter.
    pub filtered: f64,
    /// Thrown away by any other processor.
    pub dropped: f64,
    /// Sampled away at the head.
    pub head_sampled: f64,
    /// Traces that a tail sampler did not keep, or lost from memory before it decided.
    pub tail_sampled: f64,
    /// Refused by a memory limiter.
    pub memory_refused: f64,
    /// Items that stand in the queues now.
    pub queued: f64,
}

impl SpanFlow {
    /// What became of them between two looks; nothing that is known, where there was no earlier one.
    pub fn measure(before: Option<&MetricsScrape>, after: &MetricsScrape) -> Self {
        let all = |wanted: &str| sum_increase(after, before, wanted, |_| true).unwrap_or(0.0);
        let leaving = |wanted: &str| {
            sum_increase(after, before, wanted, |labels| {
                labels.get("exporter").is_none_or(|name| is_remote_exporter(name))
            })
            .unwrap_or(0.0)
        };
        SpanFlow {
            accepted: all("receiver_accepted_spans"),
            refused: all("receiver_refused_spans"),
            sent: leaving("exporter_sent_spans"),
            failed: leaving("exporter_send_failed_spans"),
            enqueue_failed: leaving("exporter_enqueue_failed_spans"),
            filtered: all("processor_filter_spans_filtered"),
            dropped: all("processor_dropped_spans"),
            head_sampled: count_head_sampled_out(after, before),
            tail_sampled: count_tail_sampled_out(after, before)
                + all("processor_tail_sampling_sampling_trace_dropped_too_early"),
            memory_refused: all("processor_memory_limiter_refused_spans") + all("processor_refused_spans"),
            queued: sum_family(after, "exporter_queue_size").unwrap_or(0.0),
        }
    }

    /// Everything an exporter or a processor did not hand on.
    pub fn total_lost(&self) -> f64 {
        self.failed + self.enqueue_failed + self.total_dropped()
    }

    /// Everything a processor threw away on purpose.
    pub fn total_dropped(&self) -> f64 {
        self.filtered + self.dropped + self.head_sampled + self.tail_sampled
    }
}

/// Its counters at the last look.
pub fn get_latest_scrape<'a>(view: &EvidenceView<'a>) -> Option<&'a MetricsScrape> {
    view.collector().metrics_after.get()
}

/// What became of the spans; `None` where its counters were not read twice.
pub fn measure_flow(view: &EvidenceView<'_>) -> Option<SpanFlow> {
    let facts = view.collector();
    Some(SpanFlow::measure(
        Some(facts.metrics_before.get()?),
        facts.metrics_after.get()?,
    ))
}

/// It has counters of such a component.
pub fn has_component(view: &EvidenceView<'_>, start: &str) -> bool {
    get_latest_scrape(view).is_some_and(|now| has_family(now, start))
}

/// It has a family whose name starts so.
pub fn has_family(scrape: &MetricsScrape, start: &str) -> bool {
    let mut names = scrape.samples.iter().map(|sample| &sample.name);
    names.any(|name| normalize_metric_name(name).starts_with(start))
}

/// A family's present value over all its series; `None` where it has none.
pub fn sum_family(scrape: &MetricsScrape, family: &str) -> Option<f64> {
    select_family(scrape, family)
        .map(|sample| sample.value)
        .reduce(|sum, value| sum + value)
}

/// Nobody but the marker came in since the push.
pub fn is_marker_alone(view: &EvidenceView<'_>, flow: &SpanFlow) -> bool {
    let own = view.collector().lost.as_ref().map(|lost| &lost.marker);
    let own = own.or(view.marker().as_ref()).map_or(0, |marker| marker.spans);
    flow.accepted <= f64::from(own) + 0.5
}

/// Series of a family that grew, each with by how much.
pub fn list_risen_series<'a>(view: &EvidenceView<'a>, wanted: &'a str) -> Vec<(&'a MetricSample, f64)> {
    let facts = view.collector();
    let (Some(after), Some(before)) = (facts.metrics_after.get(), facts.metrics_before.get()) else {
        return Vec::new();
    };
    select_family(after, wanted)
        .filter_map(|sample| {
            let one = sum_increase(after, Some(before), wanted, |labels| *labels == sample.labels)?;
            (one > 0.0).then_some((sample, one))
        })
        .collect()
}

/// A line of evidence for each series of a family that grew: its own spelling, labels and `+2 since the marker`.
pub fn build_risen_evidence(view: &EvidenceView<'_>, wanted: &str) -> Vec<EvidenceLine> {
    let line = |(sample, grown): (&MetricSample, f64)| {
        let said = format!("{grown:+.0} {}", describe_interval(view));
        EvidenceLine::new(SOURCE, render_series(sample), said)
    };
    list_risen_series(view, wanted).into_iter().map(line).collect()
}

/// A line of evidence for a family's present value, over all its series.
pub fn build_value_evidence(view: &EvidenceView<'_>, wanted: &str) -> Option<EvidenceLine> {
    let after = get_latest_scrape(view)?;
    let first = select_family(after, wanted).next()?;
    let sum = sum_family(after, wanted)?;
    Some(EvidenceLine::new(SOURCE, first.name.clone(), format!("{sum:.0}")))
}

/// A line of evidence for each series of a family that is above zero.
pub fn build_present_evidence(view: &EvidenceView<'_>, wanted: &str) -> Vec<EvidenceLine> {
    let all = get_latest_scrape(view)
        .into_iter()
        .flat_map(|now| select_family(now, wanted));
    all.filter(|sample| sample.value > 0.0)
        .map(|sample| EvidenceLine::new(SOURCE, render_series(sample), format!("{:.0}", sample.value)))
        .collect()
}

/// Where these lines come from.
pub const SOURCE: &str = "collector /metrics";

/// `since the marker`, or how far the looks lie apart where none was sent.
fn describe_interval(view: &EvidenceView<'_>) -> String {
    let facts = view.collector();
    match (facts.metrics_before.get(), facts.metrics_after.get()) {
        (Some(before), Some(after)) if view.request().no_marker => format!("in {:.0} s", after.at - before.at),
        _ => "since the marker".to_owned(),
    }
}

/// The name with the labels that say which component it is and what went wrong.
fn render_series(sample: &MetricSample) -> String {
    const SHOWN_LABELS: [&str; 10] = [
        "receiver",
        "processor",
        "filter",
        "policy",
        "sampled",
        "exporter",
        "error_type",
        "server_address",
        "server_port",
        "url_path",
    ];
    let labels: Vec<String> = SHOWN_LABELS
        .iter()
        .filter_map(|name| Some(format!("{name}=\"{}\"", sample.labels.get(*name)?)))
        .collect();
    if labels.is_empty() {
        sample.name.clone()
    } else {
        format!("{}{{{}}}", sample.name, labels.join(","))
    }
}
