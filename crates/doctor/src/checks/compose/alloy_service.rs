//! Grafana Alloy as its configuration describes it: components by name and label, wired by `output`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use telemetry::model::compose::MountedConfig;

use super::collector_service::{CollectorListener, OtlpExporter, TraceRoutes};
use super::tempo_service::{self, ReceiverListener};

/// Receivers and other blocks that may bring ports or components which are not known here.
const UNREAD: [&str; 4] = ["declare", "foreach", "import", "remotecfg"];

/// A component: `otelcol.receiver.otlp "in"`.
#[derive(Clone, Copy)]
struct AlloyComponent<'a> {
    /// `otelcol.receiver.otlp.in`
    key: &'a str,
    /// `receiver`, `processor`, `exporter`, `connector`; empty for other components.
    group: &'a str,
    /// `otlp`
    kind: &'a str,
    body: &'a Value,
}

fn list_components(tree: &Map<String, Value>) -> Vec<AlloyComponent<'_>> {
    tree.iter()
        .map(|(key, body)| {
            let mut parts = key.split('.');
            let is_otelcol = parts.next() == Some("otelcol");
            let mut part = || parts.next().filter(|_| is_otelcol).unwrap_or_default();
            AlloyComponent {
                key,
                group: part(),
                kind: part(),
                body,
            }
        })
        .collect()
}

/// The components that `output` names for traces; `None` where they are not written as a list.
fn list_outputs(component: AlloyComponent<'_>) -> Option<Vec<&str>> {
    match &component.body["output"]["traces"] {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str()?.strip_suffix(".input")).collect(),
        _ => None,
    }
}

/// Reads the routes of Alloy. Where something cannot be followed, it counts as a way out.
pub fn read_alloy_routes(config: &MountedConfig) -> TraceRoutes {
    let empty = Map::new();
    let tree = config.tree.as_object().unwrap_or(&empty);
    let all = list_components(tree);
    let is_unread = |one: &AlloyComponent<'_>| UNREAD.contains(&one.key.split(['.', '#']).next().unwrap_or_default());
    let mut routes = TraceRoutes {
        knows_every_port: !all.iter().any(is_unread),
        ..TraceRoutes::default()
    };
    for component in &all {
        if component.group == "receiver" {
            read_receiver(*component, &all, &mut routes);
        }
        for name in list_outputs(*component).into_iter().flatten() {
            match all.iter().find(|one| one.key == name) {
                Some(exporter) if exporter.group == "exporter" => add_exporter(*exporter, &mut routes),
                Some(_) => {}
                None if name.starts_with("otelcol.") && routes.knows_every_port => {
                    let pointer = format!("/{}/output/traces", component.key);
                    routes.undefined.push((name.to_owned(), pointer));
                }
                None => routes.other_exits.push(name.to_owned()),
            }
        }
    }
    routes
}

fn add_exporter(exporter: AlloyComponent<'_>, routes: &mut TraceRoutes) {
    let is_http = exporter.kind == "otlphttp";
    if is_sink(exporter) || routes.exporters.iter().any(|known| known.name == exporter.key) {
        return;
    }
    if !is_http && exporter.kind != "otlp" {
        routes.other_exits.push(exporter.key.to_owned());
        return;
    }
    let base = format!("/{}/client", exporter.key);
    let endpoints = [
        (
            format!("/{}/traces_endpoint", exporter.key),
            &exporter.body["traces_endpoint"],
        ),
        (format!("{base}/endpoint"), &exporter.body["client"]["endpoint"]),
    ];
    let written = endpoints
        .into_iter()
        .find_map(|(pointer, value)| Some((pointer, value.as_str()?.to_owned())));
    routes.exporters.push(OtlpExporter {
        name: exporter.key.to_owned(),
        is_http,
        base,
        endpoint: written,
    });
}

fn is_sink(exporter: AlloyComponent<'_>) -> bool {
    matches!(exporter.kind, "debug" | "logging")
}

fn read_receiver(receiver: AlloyComponent<'_>, all: &[AlloyComponent<'_>], routes: &mut TraceRoutes) {
    let pointer = format!("/{}", receiver.key);
    let listeners = match receiver.kind {
        "otlp" => ["grpc", "http"]
            .into_iter()
            .filter(|protocol| receiver.body[*protocol].is_object())
            .map(|protocol| ReceiverListener {
                pointer: format!("{pointer}/{protocol}/endpoint"),
                ..tempo_service::build_listener("otlp", protocol, receiver.body[protocol]["endpoint"].as_str())
            })
            .collect(),
        "jaeger" | "zipkin" => tempo_service::read_receiver(receiver.kind, &pointer, Some(receiver.body)),
        "prometheus" | "loki" | "file_stats" => return,
        _ => {
            routes.knows_every_port = false;
            return;
        }
    };
    let output = &receiver.body["output"];
    let has_traces = match &output["traces"] {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    let is_for_others = ["metrics", "logs"].iter().any(|signal| !output[*signal].is_null());
    routes.has_traces |= has_traces;
    for listener in listeners {
        // A protocol without an endpoint listens on every address (grafana/alloy v1.18.1:
        // internal/component/otelcol/receiver/otlp/otlp.go).
        let endpoint = listener
            .endpoint
            .clone()
            .or_else(|| Some(format!("0.0.0.0:{}", listener.port)));
        routes.knows_every_port &= endpoint.as_deref().is_some_and(|text| !text.contains('$'));
        routes.listeners.push(CollectorListener {
            has_traces,
            listener: ReceiverListener { endpoint, ..listener },
        });
    }
    let mut ends = Vec::new();
    let is_lost = !leads_out(receiver, all, &mut BTreeSet::new(), &mut ends);
    if is_lost && (has_traces || !is_for_others) {
        routes.has_traces = true;
        routes.dead_ends.push((receiver.key.to_owned(), ends));
    }
}

/// True where spans from a component come to an exporter. `ends` collects where they do not.
fn leads_out<'a>(
    from: AlloyComponent<'a>,
    all: &[AlloyComponent<'a>],
    seen: &mut BTreeSet<&'a str>,
    ends: &mut Vec<String>,
) -> bool {
    if !seen.insert(from.key) {
        return false;
    }
    let Some(outputs) = list_outputs(from) else {
        return true;
    };
    let before = ends.len();
    let mut leads = false;
    for name in outputs {
        leads |= match all.iter().find(|one| one.key == name) {
            Some(next) if next.group == "exporter" => !is_sink(*next),
            Some(next) => leads_out(*next, all, seen, ends),
            None => true,
        };
    }
    if !leads && ends.len() == before {
        ends.push(format!("/{}/output/traces", from.key));
    }
    leads
}

/// Settings in the syntax of Alloy, each block once. `settings` are pointers with texts or lists, those of one block beside
/// each other.
pub fn render_alloy_settings(settings: &[(String, String)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let close = |lines: &mut Vec<String>, from: usize, to: usize| {
        lines.extend((to..from).rev().map(|depth| format!("{}}}", "  ".repeat(depth))));
    };
    for (pointer, value) in settings {
        let mut blocks: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let key = blocks.pop().unwrap_or_default();
        let shared = open.iter().zip(&blocks).take_while(|(one, other)| one == other).count();
        close(&mut lines, open.len(), shared);
        for (depth, block) in blocks.iter().enumerate().skip(shared) {
            let head = match block.rsplit_once('.') {
                Some((name, label)) => format!("{name} \"{label}\""),
                None => (*block).to_owned(),
            };
            lines.push(format!("{}{head} {{", "  ".repeat(depth)));
        }
        let is_written = value.starts_with(['[', '{']) || value == "true";
        let written = if is_written {
            value.clone()
        } else {
            format!("\"{value}\"")
        };
        lines.push(format!("{}{key} = {written}", "  ".repeat(blocks.len())));
        open = blocks;
    }
    close(&mut lines, open.len(), 0);
    lines.join("\n")
}
