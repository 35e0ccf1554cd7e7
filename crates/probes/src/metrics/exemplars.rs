//! The slowest traces that Prometheus knows by id.

use std::collections::BTreeMap;
use telemetry::text::quote::quote_query_text;

use stack::clients::PrometheusClient;
use telemetry::model::prometheus::PromExemplar;
use telemetry::model::red::{CauseNote, RedGrouping};
use telemetry::model::trace::{SpanKind, TraceId};
use telemetry::model::{Failure, FailureKind};

use super::MetricsQuestion;
use super::promql::{build_alternation, to_seconds};
use super::recognise::FoundSpanMetrics;
use super::rows::{RowKey, RowSkeleton, keep_slowest};

/// Exemplars of the histograms, with their seconds, or why there are none.
pub struct SlowTraces(Result<Vec<SlowTrace>, Failure>);

struct SlowTrace {
    service: String,
    operation: String,
    kind: SpanKind,
    trace_id: String,
    seconds: f64,
}

/// Asks for the exemplars of a family's histogram. One selector cannot be a union, so classic and native are named by a
/// regular expression.
pub async fn fetch_exemplars(
    client: &PrometheusClient,
    found: &FoundSpanMetrics,
    wanted: &MetricsQuestion,
) -> SlowTraces {
    let Some(histogram) = &found.family.latency else {
        return SlowTraces(Ok(Vec::new()));
    };
    let names = [histogram.base.clone(), format!("{}_bucket", histogram.base)];
    let mut matchers = vec![format!(
        "__name__=~{}",
        build_alternation(names.iter().map(String::as_str))
    )];
    if let Some(service) = &wanted.service {
        matchers.push(format!("{}={}", found.labels.service, quote_query_text(service)));
    }
    let selector = format!("{{{}}}", matchers.join(","));
    let unit = to_seconds(histogram.unit);
    let read = client.fetch_exemplars(&selector, wanted.window).await.into_result();
    SlowTraces(read.map(|list| {
        list.iter()
            .filter_map(|exemplar| parse_exemplar(exemplar, found, unit))
            .collect()
    }))
}

fn parse_exemplar(exemplar: &PromExemplar, found: &FoundSpanMetrics, unit: f64) -> Option<SlowTrace> {
    let label = |name: &str| exemplar.series.get(name).map_or("", String::as_str);
    Some(SlowTrace {
        service: label(&found.labels.service).to_owned(),
        operation: label("span_name").to_owned(),
        kind: SpanKind::from_label(label(found.labels.kind.as_deref().unwrap_or_default())),
        trace_id: find_trace_id(&exemplar.labels)?,
        seconds: exemplar.value? * unit,
    })
}

/// The trace id among an exemplar's labels: `traceID` from Tempo, `trace_id` from client libraries, and any name that
/// somebody configured, as long as the value is one.
fn find_trace_id(labels: &BTreeMap<String, String>) -> Option<String> {
    let named = |name: &str| name.to_ascii_lowercase().replace(['_', '.', '-'], "") == "traceid";
    let by_name = labels.iter().find(|(name, _)| named(name)).map(|(_, value)| value);
    let by_value = || labels.values().find(|value| value.len() >= 28);
    by_name
        .or_else(by_value)
        .and_then(|value| TraceId::from_hex(value))
        .map(|id| id.to_string())
}

impl SlowTraces {
    /// Gives every row its slowest trace.
    pub fn add_to_rows(self, rows: &mut RowSkeleton, grouping: RedGrouping, notes: &mut Vec<CauseNote>) {
        let list = match self.0 {
            Ok(list) => list,
            Err(failure) if failure.kind == FailureKind::Http && failure.status == Some(404) => return,
            Err(failure) => {
                notes.push(CauseNote::new(format!("Exemplars are unavailable: {failure}.")));
                return;
            }
        };
        for found in list {
            let whole = rows.without_entry.contains(&found.service);
            if grouping == RedGrouping::Service && !whole && !found.kind.is_entry() {
                continue;
            }
            let key = RowKey::new(grouping, &found.service, &found.operation, found.kind);
            if let Some(row) = rows.rows.get_mut(&key) {
                keep_slowest(row, found.trace_id, found.seconds);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_is_found_under_any_name() {
        let id = |name: &str, value: &str| find_trace_id(&BTreeMap::from([(name.to_owned(), value.to_owned())]));
        let whole = "0af7651916cd43dd8448eb211c80319c";
        for name in ["traceID", "trace_id", "TraceID", "configured"] {
            assert_eq!(id(name, whole).as_deref(), Some(whole), "{name}");
        }
        assert_eq!(id("traceID", "af").map(|id| id.len()), Some(32));
        assert_eq!(id("user", "somebody"), None);
    }
}
