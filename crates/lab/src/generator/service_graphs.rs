//! `traces_service_graph_*`: edges made of the two sides of a call, of calls to databases, and of calls whose other side
//! never came. Follows grafana/tempo v3.0.3: modules/generator/processor/servicegraphs/servicegraphs.go.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

use super::super::tempo::{encode_hex, find_attribute, find_resource_service};
use super::registry::SeriesRegistry;

const BOUNDS: [f64; 8] = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];
const PEER: [&str; 3] = ["peer.service", "db.name", "db.system"];
const DATABASE: [&str; 3] = ["db.namespace", "db.name", "db.system"];

/// Edges that wait for their other side.
#[derive(Debug, Default)]
pub(crate) struct OpenEdges {
    open: HashMap<(Vec<u8>, Vec<u8>), OpenEdge>,
}

#[derive(Debug)]
struct OpenEdge {
    client: String,
    server: String,
    connection: &'static str,
    peer: String,
    client_s: f64,
    server_s: f64,
    failed: bool,
    since: Instant,
}

impl OpenEdges {
    /// Takes the spans of a push and returns how many edges were opened.
    pub(crate) fn consume(&mut self, batches: &[ResourceSpans], registry: &mut SeriesRegistry) -> usize {
        let mut opened = 0;
        for batch in batches {
            let attributes = batch.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
            let Some(service) = find_resource_service(attributes) else {
                continue;
            };
            for span in batch.scope_spans.iter().flat_map(|scope| &scope.spans) {
                opened += usize::from(self.add_side(span, service, registry));
            }
        }
        opened
    }

    fn add_side(&mut self, span: &Span, service: &str, registry: &mut SeriesRegistry) -> bool {
        let client = matches!(span.kind, 3 | 4);
        if !client && !matches!(span.kind, 2 | 5) {
            return false;
        }
        let other = if client { &span.span_id } else { &span.parent_span_id };
        let key = (span.trace_id.clone(), other.clone());
        let new = !self.open.contains_key(&key);
        let edge = self.open.entry(key.clone()).or_insert_with(OpenEdge::new);
        let seconds = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano) as f64 / 1e9;
        edge.connection = if matches!(span.kind, 4 | 5) {
            "messaging_system"
        } else {
            ""
        };
        edge.failed |= span.status.as_ref().is_some_and(|status| status.code == 2);
        if let Some(peer) = find_first_text(span, &PEER) {
            edge.peer = peer;
        }
        if client {
            edge.client = service.to_owned();
            edge.client_s = seconds;
            edge.mark_database(span, seconds);
        } else {
            edge.server = service.to_owned();
            edge.server_s = seconds;
        }
        if !edge.client.is_empty() && !edge.server.is_empty() {
            edge.count(&encode_hex(&span.trace_id), registry);
            self.open.remove(&key);
        }
        new
    }

    /// Closes the edges that waited too long and returns how many of them say nothing.
    pub(crate) fn expire(&mut self, wait: Duration, registry: &mut SeriesRegistry) -> usize {
        let mut lost = 0;
        self.open.retain(|(trace, parent), edge| {
            if edge.since.elapsed() < wait {
                return true;
            }
            edge.connection = "virtual_node";
            if edge.client.is_empty() && parent.is_empty() {
                edge.client = if edge.peer.is_empty() {
                    "user".to_owned()
                } else {
                    edge.peer.clone()
                };
                edge.count(&encode_hex(trace), registry);
            } else if edge.server.is_empty() && !edge.peer.is_empty() {
                edge.server = edge.peer.clone();
                edge.count(&encode_hex(trace), registry);
            } else {
                lost += 1;
            }
            false
        });
        lost
    }
}

impl OpenEdge {
    fn new() -> OpenEdge {
        OpenEdge {
            client: String::new(),
            server: String::new(),
            connection: "",
            peer: String::new(),
            client_s: 0.0,
            server_s: 0.0,
            failed: false,
            since: Instant::now(),
        }
    }

    /// A call to a database is an edge by itself.
    fn mark_database(&mut self, span: &Span, seconds: f64) {
        let Some(name) = find_first_text(span, &DATABASE) else {
            return;
        };
        self.connection = "database";
        self.server_s = seconds;
        self.server = find_first_text(span, &["peer.service", "server.address"]).unwrap_or(name);
    }

    fn count(&self, trace: &str, registry: &mut SeriesRegistry) {
        let mut labels = vec![
            ("client".to_owned(), self.client.clone()),
            ("server".to_owned(), self.server.clone()),
        ];
        if !self.connection.is_empty() {
            labels.push(("connection_type".to_owned(), self.connection.to_owned()));
        }
        labels.sort();
        registry.count("traces_service_graph_request_total", labels.clone(), 1.0);
        if self.failed {
            registry.count("traces_service_graph_request_failed_total", labels.clone(), 1.0);
        }
        for (name, seconds) in [("server", self.server_s), ("client", self.client_s)] {
            let name = format!("traces_service_graph_request_{name}_seconds");
            registry.observe(&name, labels.clone(), &BOUNDS, seconds, trace);
        }
    }
}

fn find_first_text(span: &Span, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| match find_attribute(&span.attributes, key)? {
            Value::StringValue(text) => Some(text.clone()),
            _ => None,
        })
}
