//! The service graph: edges as a table, as a drawn tree, and for other programs to draw.

use std::collections::{BTreeMap, BTreeSet};

use super::super::style::{Style, Tone};
use super::super::table::{TableCell, draw_table};
use super::MetricsPage;
use super::notes::{count_shown, describe_data_start, render_empty, render_footer, render_notes};
use telemetry::model::red::{ServiceGraph, ServiceGraphEdge};
use telemetry::text::duration::format_seconds;
use telemetry::text::number::{format_percent, format_rate};

const MANY_ERRORS: f64 = 0.01;

/// Table, tree, and where they come from.
pub fn render_human(graph: &ServiceGraph, page: MetricsPage) -> String {
    if let Some(reason) = &graph.empty {
        return render_empty(reason, page) + &render_notes(&graph.notes, page);
    }
    let mut out = render_table(graph, page);
    out.push('\n');
    out.push_str(&render_tree(graph, page.style));
    out.push('\n');
    let parts = [
        format!("from Prometheus, {}", graph.read),
        count_shown(graph.edges.len(), graph.total, "edge", "edges"),
        page.window_words(graph.window),
        describe_data_start(graph.data_from, graph.window.to),
    ];
    out + &render_footer(&parts, page) + &render_notes(&graph.notes, page)
}

fn render_table(graph: &ServiceGraph, page: MetricsPage) -> String {
    let style = page.style;
    let head = |text: &str| TableCell::text(text, style);
    let typed = graph.edges.iter().any(|edge| !edge.connection_type.is_empty());
    let mut headings = vec![head("CLIENT"), head("SERVER")];
    if typed {
        headings.push(head("TYPE"));
    }
    headings.extend([
        head("RATE").right(),
        head("ERRORS").right(),
        head(""),
        head("p95").right(),
    ]);
    let rows = graph.edges.iter().map(|edge| {
        let many = has_many_errors(edge);
        let tone = if many { Tone::Bad } else { Tone::Plain };
        let mut cells = vec![
            TableCell::text(&edge.client, style),
            TableCell::text(&edge.server, style),
        ];
        if typed {
            cells.push(TableCell::text(&format_connection_type(&edge.connection_type), style).tone(Tone::Dim));
        }
        cells.push(TableCell::text(&format_rate(edge.rate), style).right());
        cells.push(TableCell::text(&format_errors(edge, style), style).right().tone(tone));
        cells.push(
            TableCell::signs(if many {
                style.sign("✗", "!").to_owned()
            } else {
                String::new()
            })
            .tone(tone),
        );
        let p95 = format_p95(edge).unwrap_or_else(|| style.sign("–", "-").to_owned());
        cells.push(TableCell::text(&p95, style).right());
        cells
    });
    draw_table(&headings, rows.collect(), style)
}

fn has_many_errors(edge: &ServiceGraphEdge) -> bool {
    edge.error_ratio.is_some_and(|ratio| ratio >= MANY_ERRORS)
}

fn format_errors(edge: &ServiceGraphEdge, style: Style) -> String {
    edge.error_ratio
        .map_or_else(|| style.sign("–", "-").to_owned(), format_percent)
}

/// `messaging_system` → `messaging system`
fn format_connection_type(connection_type: &str) -> String {
    connection_type.replace('_', " ")
}

/// A node is a service, or what a client span calls by that name: a database may be named like its owner.
type GraphNode<'a> = (&'a str, &'a str);

fn find_ends(edge: &ServiceGraphEdge) -> (GraphNode<'_>, GraphNode<'_>) {
    match edge.connection_type.as_str() {
        // A caller that sends no spans of its own: Tempo calls it `user`. What takes messages is a service: its name is that
        // of the consumer's spans (grafana/tempo v3.0.3: modules/generator/processor/servicegraphs/servicegraphs.go).
        "virtual_node" | "messaging_system" => ((&edge.client, ""), (&edge.server, "")),
        kind => ((&edge.client, ""), (&edge.server, kind)),
    }
}

/// The edges as a tree from those whom nobody calls. What was drawn already is named, not drawn again.
fn render_tree(graph: &ServiceGraph, style: Style) -> String {
    let mut below: BTreeMap<GraphNode<'_>, Vec<&ServiceGraphEdge>> = BTreeMap::new();
    let mut called: BTreeSet<GraphNode<'_>> = BTreeSet::new();
    let mut order: Vec<GraphNode<'_>> = Vec::new();
    for edge in &graph.edges {
        let (client, server) = find_ends(edge);
        below.entry(client).or_default().push(edge);
        if client != server {
            called.insert(server);
        }
        for node in [client, server] {
            if !order.contains(&node) {
                order.push(node);
            }
        }
    }
    let mut drawing = TreeDrawing {
        below,
        drawn: BTreeSet::new(),
        out: String::new(),
        style,
    };
    for root in order.iter().filter(|node| !called.contains(*node)) {
        drawing.draw_root(root);
    }
    // A ring has no beginning: it is drawn from its busiest node.
    for node in &order {
        if !drawing.drawn.contains(node) && drawing.below.contains_key(node) {
            drawing.draw_root(node);
        }
    }
    drawing.out
}

struct TreeDrawing<'a> {
    below: BTreeMap<GraphNode<'a>, Vec<&'a ServiceGraphEdge>>,
    drawn: BTreeSet<GraphNode<'a>>,
    out: String,
    style: Style,
}

impl<'a> TreeDrawing<'a> {
    fn draw_root(&mut self, node: &GraphNode<'a>) {
        let name = self.style.heading(&self.style.line(node.0));
        self.out.push_str(&format!("{name}\n"));
        self.drawn.insert(*node);
        self.draw_children(*node, "", 0);
    }

    fn draw_children(&mut self, node: GraphNode<'a>, lead: &str, depth: usize) {
        /// Deeper than any real graph; a guard for the stack.
        const DEEPEST: usize = 64;
        let edges = self.below.get(&node).cloned().unwrap_or_default();
        for (index, edge) in edges.iter().enumerate() {
            let last = index + 1 == edges.len();
            let style = self.style;
            let (branch, stem) = if last {
                (style.sign("└─ ", "`- "), "   ")
            } else {
                (style.sign("├─ ", "|- "), style.sign("│  ", "|  "))
            };
            let (_, server) = find_ends(edge);
            let again = !self.drawn.insert(server);
            let leads_on = self.below.contains_key(&server);
            self.out.push_str(&style.dim(&format!("{lead}{branch}")));
            self.out.push_str(&render_edge(edge, again && leads_on, style));
            if !again && leads_on && depth < DEEPEST {
                self.draw_children(server, &format!("{lead}{stem}"), depth + 1);
            }
        }
    }
}

fn render_edge(edge: &ServiceGraphEdge, again: bool, style: Style) -> String {
    let mut out = style.line(&edge.server);
    let (_, (_, kind)) = find_ends(edge);
    if !kind.is_empty() {
        out.push_str(&style.dim(&format!(" ({})", style.line(&format_connection_type(kind)))));
    }
    out.push_str(&format!("  {}", format_rate(edge.rate)));
    if edge.error_ratio.is_some_and(|ratio| ratio > 0.0) {
        let errors = format!("{} failed", format_errors(edge, style));
        let tone = if has_many_errors(edge) { Tone::Bad } else { Tone::Plain };
        let mark = if has_many_errors(edge) {
            format!(" {}", style.sign("✗", "!"))
        } else {
            String::new()
        };
        out.push_str(&format!("  {}", style.tone(tone, &format!("{errors}{mark}"))));
    }
    if let Some(p95) = format_p95(edge) {
        out.push_str(&style.dim(&format!("  p95 {}", style.text(&p95))));
    }
    if again {
        out.push_str(&style.dim(&format!("  {}", style.sign("↑ drawn above", "(drawn above)"))));
    }
    out.push('\n');
    out
}

/// `310 ms`, or `<100 ms` where only a bound is known.
fn format_p95(edge: &ServiceGraphEdge) -> Option<String> {
    let below = if edge.p95_within { "<" } else { "" };
    edge.p95.map(|seconds| format!("{below}{}", format_seconds(seconds)))
}

/// What an edge carries, on one line.
fn summarize_edge(edge: &ServiceGraphEdge) -> String {
    let mut parts = vec![format_rate(edge.rate)];
    if let Some(ratio) = edge.error_ratio.filter(|ratio| *ratio > 0.0) {
        parts.push(format!("{} failed", format_percent(ratio)));
    }
    if let Some(p95) = format_p95(edge) {
        parts.push(format!("p95 {p95}"));
    }
    parts.join(", ")
}

/// Nodes in the order of the busiest edge.
fn collect_nodes(graph: &ServiceGraph) -> Vec<GraphNode<'_>> {
    let mut found = Vec::new();
    for edge in &graph.edges {
        let (client, server) = find_ends(edge);
        for node in [client, server] {
            if !found.contains(&node) {
                found.push(node);
            }
        }
    }
    found
}

/// Graphviz (graphviz.org, «The DOT Language»): ids between quotes, quotes escaped.
pub fn render_dot(graph: &ServiceGraph) -> String {
    let quoted = |text: &str| {
        let line = super::super::sanitize::sanitize_line(text);
        format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let nodes = collect_nodes(graph);
    let id = |node: GraphNode<'_>| nodes.iter().position(|known| *known == node).unwrap_or(0);
    let mut out = "digraph service_graph {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for node in &nodes {
        let shape = match node.1 {
            "database" => ", shape=cylinder",
            _ => "",
        };
        out.push_str(&format!("  n{} [label={}{shape}];\n", id(*node), quoted(node.0)));
    }
    for edge in &graph.edges {
        let (client, server) = find_ends(edge);
        let color = if has_many_errors(edge) { ", color=red" } else { "" };
        out.push_str(&format!(
            "  n{} -> n{} [label={}{color}];\n",
            id(client),
            id(server),
            quoted(&summarize_edge(edge))
        ));
    }
    out + "}\n"
}

/// Mermaid (mermaid.js.org, «Flowcharts»): labels between quotes, a quote is `#quot;`.
pub fn render_mermaid(graph: &ServiceGraph) -> String {
    let quoted = |text: &str| {
        let line = super::super::sanitize::sanitize_line(text).replace('#', "#35;");
        format!("\"{}\"", line.replace('"', "#quot;").replace('<', "#lt;"))
    };
    let nodes = collect_nodes(graph);
    let id = |node: GraphNode<'_>| nodes.iter().position(|known| *known == node).unwrap_or(0);
    let mut out = "flowchart LR\n".to_owned();
    for node in &nodes {
        let (open, close) = match node.1 {
            "database" => ("[(", ")]"),
            _ => ("[", "]"),
        };
        out.push_str(&format!("  n{}{open}{}{close}\n", id(*node), quoted(node.0)));
    }
    for edge in &graph.edges {
        let (client, server) = find_ends(edge);
        let arrow = if has_many_errors(edge) { "==>" } else { "-->" };
        out.push_str(&format!(
            "  n{} {arrow}|{}| n{}\n",
            id(client),
            quoted(&summarize_edge(edge)),
            id(server)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use telemetry::model::time_window::TimeWindow;

    fn edge(client: &str, server: &str, connection_type: &str) -> ServiceGraphEdge {
        ServiceGraphEdge {
            client: client.to_owned(),
            server: server.to_owned(),
            connection_type: connection_type.to_owned(),
            rate: 3.9,
            error_ratio: Some(0.041),
            p95: Some(0.42),
            p95_within: false,
        }
    }

    fn graph(edges: Vec<ServiceGraphEdge>) -> ServiceGraph {
        let at = jiff::Timestamp::from_second(1_795_330_800).expect("a time");
        ServiceGraph {
            window: TimeWindow { from: at, to: at },
            read: "traces_service_graph_*".to_owned(),
            total: edges.len(),
            edges,
            data_from: None,
            notes: Vec::new(),
            empty: None,
        }
    }

    #[test]
    fn a_tree_names_what_it_drew_and_ends() {
        let ring = graph(vec![
            edge("user", "a", "virtual_node"),
            edge("a", "b", ""),
            edge("b", "a", ""),
            edge("a", "a", "database"),
        ]);
        let text = render_tree(&ring, Style::PLAIN);
        let shown: Vec<&str> = text
            .lines()
            .map(|line| line.split("  3.9").next().unwrap_or(""))
            .collect();
        assert_eq!(
            shown,
            ["user", "└─ a", "   ├─ b", "   │  └─ a", "   └─ a (database)"],
            "{text}"
        );
        assert!(text.contains("↑ drawn above"), "{text}");
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let nasty = graph(vec![edge("a\"] evil [\"", "b\\\n|", "database")]);
        assert!(
            render_dot(&nasty).contains("label=\"a\\\"] evil [\\\"\""),
            "{}",
            render_dot(&nasty)
        );
        assert!(
            render_mermaid(&nasty).contains("n0[\"a#quot;] evil [#quot;\"]"),
            "{}",
            render_mermaid(&nasty)
        );
    }

    proptest! {
        #[test]
        fn any_graph_is_drawn_once(list in proptest::collection::vec(("[a-f]", "[a-f]", "(|database|virtual_node)"), 1..20)) {
            let edges: Vec<ServiceGraphEdge> = list.iter().map(|(client, server, kind)| edge(client, server, kind)).collect();
            let graph = graph(edges);
            let text = render_tree(&graph, Style::PLAIN);
            let branches = text.lines().filter(|line| line.contains('─')).count();
            prop_assert_eq!(branches, graph.edges.len(), "{}", text);
            prop_assert_eq!(render_dot(&graph).matches(" -> ").count(), graph.edges.len());
            prop_assert_eq!(render_mermaid(&graph).matches("|\"").count(), graph.edges.len());
        }
    }
}
