//! The slowest traces that Prometheus knows by id.

use std::collections::BTreeMap;

use crate::clients::HttpClient;
use crate::model::prometheus::Exemplar;
use crate::model::red::{Grouping, Note, SpanKind};
use crate::model::{Failure, FailureKind};
use crate::parse::prometheus as parse;
use crate::parse::traceql_answer::trace_id;

use super::Wanted;
use super::promql::{any_of, quoted, to_seconds, window_path};
use super::recognise::{Recognised, known};
use super::rows::{Key, Skeleton, keep_slowest};

/// Exemplars of the histograms, with their seconds, or why there are none.
pub struct Exemplars(Result<Vec<Found>, Failure>);

struct Found {
    service: String,
    operation: String,
    kind: SpanKind,
    trace_id: String,
    seconds: f64,
}

/// Asks for the exemplars of a family's histogram. One selector cannot be a union, so classic and native are named by a
/// regular expression.
pub async fn of_family(client: &HttpClient, found: &Recognised, wanted: &Wanted) -> Exemplars {
    let Some(histogram) = &found.family.latency else {
        return Exemplars(Ok(Vec::new()));
    };
    let names = [histogram.base.clone(), format!("{}_bucket", histogram.base)];
    let mut matchers = vec![format!("__name__=~{}", any_of(names.iter().map(String::as_str)))];
    if let Some(service) = &wanted.service {
        matchers.push(format!("{}={}", found.labels.service, quoted(service)));
    }
    let selector = format!("{{{}}}", matchers.join(","));
    let path = window_path("/api/v1/query_exemplars", "query", &selector, wanted.window);
    let unit = to_seconds(histogram.unit);
    let read = known(client.get(&path).await.and_then(parse::exemplars));
    Exemplars(read.map(|list| list.iter().filter_map(|exemplar| one(exemplar, found, unit)).collect()))
}

fn one(exemplar: &Exemplar, found: &Recognised, unit: f64) -> Option<Found> {
    let label = |name: &str| exemplar.series.get(name).map_or("", String::as_str);
    Some(Found {
        service: label(&found.labels.service).to_owned(),
        operation: label("span_name").to_owned(),
        kind: SpanKind::read(label(found.labels.kind.as_deref().unwrap_or_default())),
        trace_id: id_among(&exemplar.labels)?,
        seconds: exemplar.value? * unit,
    })
}

/// The trace id among an exemplar's labels: `traceID` from Tempo, `trace_id` from client libraries, and any name that
/// somebody configured, as long as the value is one.
fn id_among(labels: &BTreeMap<String, String>) -> Option<String> {
    let named = |name: &str| name.to_ascii_lowercase().replace(['_', '.', '-'], "") == "traceid";
    let by_name = labels.iter().find(|(name, _)| named(name)).map(|(_, value)| value);
    let by_value = || labels.values().find(|value| value.len() >= 28);
    by_name.or_else(by_value).and_then(|value| trace_id(value))
}

impl Exemplars {
    /// Gives every row its slowest trace.
    pub fn put(self, rows: &mut Skeleton, grouping: Grouping, notes: &mut Vec<Note>) {
        let list = match self.0 {
            Ok(list) => list,
            Err(failure) if failure.kind == FailureKind::Http && failure.status == Some(404) => return,
            Err(failure) => {
                notes.push(Note::new(format!("Exemplars are unavailable: {failure}.")));
                return;
            }
        };
        for found in list {
            let whole = rows.without_entry.contains(&found.service);
            if grouping == Grouping::Service && !whole && !found.kind.is_entry() {
                continue;
            }
            let key = Key::of(grouping, &found.service, &found.operation, found.kind);
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
        let id = |name: &str, value: &str| id_among(&BTreeMap::from([(name.to_owned(), value.to_owned())]));
        let whole = "0af7651916cd43dd8448eb211c80319c";
        for name in ["traceID", "trace_id", "TraceID", "configured"] {
            assert_eq!(id(name, whole).as_deref(), Some(whole), "{name}");
        }
        assert_eq!(id("traceID", "af").map(|id| id.len()), Some(32));
        assert_eq!(id("user", "somebody"), None);
    }
}
