//! `traces_spanmetrics_*`: calls, latency and size of every span.

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Status};
use prost::Message;

use super::super::tempo::{encode_hex, find_resource_service};
use super::registry::{SeriesLabelSet, SeriesRegistry};

const BOUNDS: [f64; 14] = [
    0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
];

/// Counts the spans of a push.
pub(crate) fn count_span_metrics(batches: &[ResourceSpans], registry: &mut SeriesRegistry) {
    for batch in batches {
        let attributes = batch.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
        let service = find_resource_service(attributes).unwrap_or_default();
        for span in batch.scope_spans.iter().flat_map(|scope| &scope.spans) {
            let status = span.status.as_ref().map(Status::code).unwrap_or_default();
            let labels: SeriesLabelSet = [
                ("service", service),
                ("span_kind", span.kind().as_str_name()),
                ("span_name", &span.name),
                ("status_code", status.as_str_name()),
            ]
            .map(|(label, value)| (label.to_owned(), value.to_owned()))
            .to_vec();
            let nanos = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
            let latency = nanos as f64 / 1e9;
            registry.count("traces_spanmetrics_calls_total", labels.clone(), 1.0);
            registry.observe(
                "traces_spanmetrics_latency",
                labels.clone(),
                &BOUNDS,
                latency,
                &encode_hex(&span.trace_id),
            );
            registry.count("traces_spanmetrics_size_total", labels, span.encoded_len() as f64);
        }
    }
}
