//! What a processor does to spans, and what it counts (opentelemetry-collector-contrib v0.161.0: processor/filterprocessor,
//! probabilisticsamplerprocessor, tailsamplingprocessor, transformprocessor, metadata.yaml of each).

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span, span::SpanKind};

use super::super::scenario::CollectorState;
use super::super::tempo::{find_resource_service, iterate_spans};
use super::{HeldBatch, LabCollector};

impl LabCollector {
    /// The one processor that a scenario has before the batch.
    pub(super) fn process(&self, batches: &mut Vec<ResourceSpans>) {
        let came = iterate_spans(batches).count() as f64;
        match self.state {
            CollectorState::FilterAll => batches.clear(),
            CollectorState::FilterMarker => batches.retain(|batch| !is_marker_batch(batch)),
            CollectorState::FilterClients => retain_spans(batches, |span| span.kind() != SpanKind::Client),
            CollectorState::HeadSampling => batches.clear(),
            CollectorState::Rename => rename_spans(batches),
            CollectorState::TailSampling => {
                self.metrics
                    .add("otelcol_processor_tail_sampling_new_trace_id_received", &[], 1.0);
            }
            _ => return,
        }
        let gone = came - iterate_spans(batches).count() as f64;
        match self.state {
            CollectorState::FilterAll | CollectorState::FilterMarker | CollectorState::FilterClients => {
                let labels = [("filter", "filter")];
                self.metrics
                    .add("otelcol_processor_filter_spans_filtered", &labels, gone);
            }
            CollectorState::HeadSampling => {
                let labels = [("policy", "sampling_priority"), ("sampled", "false")];
                self.metrics.add(
                    "otelcol_processor_probabilistic_sampler_count_traces_sampled",
                    &labels,
                    gone,
                );
            }
            _ => {}
        }
    }

    /// No policy keeps a trace like that.
    pub(super) fn decide(&self, _trace: &HeldBatch) {
        let by_policy = [("decision", "not_sampled"), ("policy", "errors"), ("sampled", "false")];
        self.metrics
            .add("otelcol_processor_tail_sampling_count_traces_sampled", &by_policy, 1.0);
        let all = [("decision", "not_sampled"), ("sampled", "false")];
        self.metrics
            .add("otelcol_processor_tail_sampling_global_count_traces_sampled", &all, 1.0);
        self.metrics
            .touch("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early", &[]);
    }
}

fn is_marker_batch(batch: &ResourceSpans) -> bool {
    let resource = batch.resource.as_ref();
    resource
        .and_then(|resource| find_resource_service(&resource.attributes))
        .is_some_and(|name| name.starts_with("tempoctl"))
}

fn retain_spans(batches: &mut Vec<ResourceSpans>, wanted: impl Fn(&Span) -> bool) {
    for scope in batches.iter_mut().flat_map(|batch| &mut batch.scope_spans) {
        scope.spans.retain(&wanted);
    }
    batches.retain(|batch| batch.scope_spans.iter().any(|scope| !scope.spans.is_empty()));
}

fn rename_spans(batches: &mut [ResourceSpans]) {
    for span in batches
        .iter_mut()
        .flat_map(|batch| &mut batch.scope_spans)
        .flat_map(|scope| &mut scope.spans)
    {
        "renamed".clone_into(&mut span.name);
    }
}
