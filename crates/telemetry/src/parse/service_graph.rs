//! Service-graph metrics recognised by their names: Tempo's generator (grafana/tempo v3.0.3:
//! modules/generator/processor/servicegraphs) and the collector's connector
//! (open-telemetry/opentelemetry-collector-contrib: connector/servicegraphconnector).

use std::collections::BTreeMap;

use super::span_metrics::{DurationHistogram, DurationUnit, record_histogram, split_histogram_name};

/// A selector for everything that may be of a service graph.
pub const SERVICE_GRAPH: &str = "{__name__=~\"(.*_)?service_graph_request.*\",client!=\"\",server!=\"\"}";

/// One maker's service-graph metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphFamily {
    /// `traces_service_graph_`.
    pub prefix: String,
    /// The counter of requests.
    pub requests: String,
    /// The counter of failed ones; it exists only once one failed.
    pub failed: Option<String>,
    /// How long the server took.
    pub latency: Option<DurationHistogram>,
}

/// The makers' service graphs among these names.
pub fn find_graph_families(names: &[String]) -> Vec<GraphFamily> {
    let mut found: BTreeMap<&str, GraphFamily> = BTreeMap::new();
    for name in names {
        let counter = name.strip_suffix("_total").unwrap_or(name);
        if let Some(prefix) = counter.strip_suffix("request").filter(|prefix| prefix.ends_with('_')) {
            found.entry(prefix).or_insert_with(|| GraphFamily {
                prefix: prefix.to_owned(),
                requests: name.clone(),
                failed: None,
                latency: None,
            });
        }
    }
    for (prefix, family) in &mut found {
        for name in names {
            let Some(rest) = name.strip_prefix(prefix) else {
                continue;
            };
            match rest {
                "request_failed_total" | "request_failed" => family.failed = Some(name.clone()),
                _ => record_server_latency(name, rest, &mut family.latency),
            }
        }
    }
    found.into_values().collect()
}

fn record_server_latency(name: &str, rest: &str, latency: &mut Option<DurationHistogram>) {
    let (_, core, unit, classic) = split_histogram_name(rest);
    if core == "request_server" || core == "request_duration" {
        let unit = match unit {
            DurationUnit::Unknown => DurationUnit::Seconds,
            known => known,
        };
        record_histogram(latency, name.strip_suffix("_bucket").unwrap_or(name), unit, classic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_service_graph_is_known_with_and_without_failures() {
        let found = find_graph_families(&names(&[
            "traces_service_graph_request_total",
            "traces_service_graph_request_server_seconds_bucket",
            "traces_service_graph_request_client_seconds_bucket",
        ]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].failed, None);
        assert_eq!(
            found[0].latency.as_ref().map(|latency| latency.base.as_str()),
            Some("traces_service_graph_request_server_seconds")
        );
        let native = find_graph_families(&names(&[
            "traces_service_graph_request_total",
            "traces_service_graph_request_failed_total",
            "traces_service_graph_request_server_seconds",
        ]));
        assert!(native[0].failed.is_some());
        assert!(native[0].latency.as_ref().is_some_and(|latency| latency.native));
    }

    proptest! {
        #[test]
        fn any_names_are_read(list in proptest::collection::vec("[a-z_]{0,8}(_service_graph_request)?(_total|_bucket|_failed_total|_server_seconds|_duration)?", 0..12)) {
            for graph in find_graph_families(&list) {
                prop_assert!(list.contains(&graph.requests));
            }
        }
    }
}
