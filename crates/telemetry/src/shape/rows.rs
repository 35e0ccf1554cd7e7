//! The rows of a waterfall: the tree from top to bottom, with siblings of one kind in one row and what lies too deep
//! folded away. Every span is shown once or counted in the row that stands for it.

use std::collections::HashMap;

use crate::model::trace::{SharedText, Trace, TraceSpan};
use crate::model::waterfall_layout::{
    CriticalStep, NanosRange, RowAnomalies, RowSubject, ServiceShare, SiblingGroup, TraceLayout, WaterfallRow,
    WaterfallView,
};

use super::critical::{CriticalPath, compute_own_time, sum_stretches};
use super::notes;
use super::tree::{NodeIndex, TraceTree};

/// A critical path has at most so many steps worth naming.
const MOST_STEPS: usize = 6;

/// What a trace looks like, seen that way.
pub fn analyze_trace(trace: &Trace, view: WaterfallView) -> TraceLayout {
    let tree = TraceTree::new(trace);
    let main = find_main_root(&tree);
    let focus = view
        .focus
        .and_then(|id| trace.spans.iter().position(|span| span.id == id));
    let roots = match focus {
        Some(index) => vec![index as NodeIndex],
        None => tree.roots.clone(),
    };
    let path = CriticalPath::compute(&tree, focus.map(|index| index as NodeIndex).or(main));
    let maker = RowBuilder {
        tree: &tree,
        path: &path,
        sizes: tree.sizes(),
        view,
    };
    let (rows, cut) = maker.rows(&roots);
    let extent = tree.extent(&roots);
    TraceLayout {
        spans: trace.spans.len() as u32,
        errors: trace.spans.iter().filter(|span| span.is_error()).count() as u32,
        cut,
        extent,
        main: roots
            .iter()
            .find(|root| Some(**root) == main || focus.is_some())
            .map_or(extent, |root| tree.time[*root as usize]),
        above: list_ancestors(&tree, focus.map(|index| index as NodeIndex)),
        services: share_by_service(trace, &path),
        path: find_steps(&rows, trace),
        notes: notes::collect_notes(&tree, view, main, extent),
        rows,
    }
}

/// The root that the critical path is about: the one that took longest.
fn find_main_root(tree: &TraceTree<'_>) -> Option<NodeIndex> {
    let length = |node: &NodeIndex| {
        let (start, end) = tree.time[*node as usize];
        (end.saturating_sub(start), std::cmp::Reverse(*node))
    };
    let whole = tree
        .roots
        .iter()
        .filter(|root| tree.span(**root).is_some_and(|span| span.parent.is_none()));
    whole
        .max_by_key(|node| length(node))
        .or_else(|| tree.roots.iter().max_by_key(|node| length(node)))
        .copied()
}

fn list_ancestors(tree: &TraceTree<'_>, focus: Option<NodeIndex>) -> Vec<SharedText> {
    let mut names = Vec::new();
    let mut next = focus.and_then(|node| tree.parent[node as usize]);
    while let Some(node) = next {
        if let Some(span) = tree.span(node) {
            names.push(span.name.clone());
        }
        next = tree.parent[node as usize];
    }
    names.reverse();
    names
}

struct RowBuilder<'a> {
    tree: &'a TraceTree<'a>,
    path: &'a CriticalPath,
    sizes: Vec<u32>,
    view: WaterfallView,
}

/// A row to be: members of one group, or one node.
struct PendingRow {
    nodes: Vec<NodeIndex>,
    depth: u32,
    last: bool,
}

impl RowBuilder<'_> {
    /// The rows, and how many spans lie beyond the last that is shown.
    fn rows(&self, roots: &[NodeIndex]) -> (Vec<WaterfallRow>, u32) {
        let mut rows: Vec<WaterfallRow> = Vec::new();
        let mut cut = 0;
        let mut open = self.group_siblings(roots, 0);
        open.reverse();
        while let Some(entry) = open.pop() {
            if self.view.rows > 0 && rows.len() >= self.view.rows {
                cut += entry.nodes.iter().map(|node| self.sizes[*node as usize]).sum::<u32>();
                continue;
            }
            let longest = self.longest(&entry.nodes);
            let children = &self.tree.children[longest as usize];
            let folded = self.view.depth.is_some_and(|depth| entry.depth + 1 >= depth);
            let below: u32 = children.iter().map(|child| self.sizes[*child as usize]).sum();
            let others: u32 = entry
                .nodes
                .iter()
                .filter(|node| **node != longest)
                .map(|node| self.sizes[*node as usize])
                .sum();
            let members = entry.nodes.len() as u32 - 1;
            let hidden = others - members + if folded { below } else { 0 };
            rows.push(self.row(&entry, longest, folded, hidden));
            if !folded {
                let below = self.group_siblings(children, entry.depth + 1);
                open.extend(below.into_iter().rev());
            }
        }
        (rows, cut)
    }

    /// Siblings in the order of their start; those of one kind together where the first of them stands.
    fn group_siblings(&self, nodes: &[NodeIndex], depth: u32) -> Vec<PendingRow> {
        let mut entries: Vec<PendingRow> = Vec::new();
        if self.view.collapse > 0 && nodes.len() >= self.view.collapse && depth > 0 {
            let mut places: HashMap<(&str, &str, u8, bool), usize> = HashMap::new();
            let mut groups: Vec<Vec<NodeIndex>> = Vec::new();
            for node in nodes {
                match self.tree.span(*node) {
                    Some(span) => {
                        let key = (span.service(), &*span.name, span.kind as u8, span.is_error());
                        let place = *places.entry(key).or_insert_with(|| {
                            groups.push(Vec::new());
                            groups.len() - 1
                        });
                        groups[place].push(*node);
                    }
                    None => groups.push(vec![*node]),
                }
            }
            for group in groups {
                if group.len() >= self.view.collapse {
                    entries.push(PendingRow {
                        nodes: group,
                        depth,
                        last: false,
                    });
                } else {
                    entries.extend(group.into_iter().map(|node| PendingRow {
                        nodes: vec![node],
                        depth,
                        last: false,
                    }));
                }
            }
            entries.sort_by_key(|entry| self.tree.time[entry.nodes[0] as usize].0);
        } else {
            entries.extend(nodes.iter().map(|node| PendingRow {
                nodes: vec![*node],
                depth,
                last: false,
            }));
        }
        if let Some(last) = entries.last_mut() {
            last.last = true;
        }
        entries
    }

    fn longest(&self, nodes: &[NodeIndex]) -> NodeIndex {
        let length = |node: &&NodeIndex| {
            let (start, end) = self.tree.time[**node as usize];
            (end - start.min(end), std::cmp::Reverse(**node))
        };
        nodes.iter().max_by_key(length).copied().unwrap_or_default()
    }

    /// Every span that the row stands for: its own, and those that are folded away.
    fn collect_covered(&self, entry: &PendingRow, longest: NodeIndex, folded: bool) -> Vec<NodeIndex> {
        let mut behind = Vec::new();
        let mut open = entry.nodes.clone();
        while let Some(node) = open.pop() {
            behind.push(node);
            if folded || node != longest {
                open.extend(&self.tree.children[node as usize]);
            }
        }
        behind
    }

    fn row(&self, entry: &PendingRow, longest: NodeIndex, folded: bool, hidden: u32) -> WaterfallRow {
        let tree = self.tree;
        let mut running: Vec<NanosRange> = entry.nodes.iter().map(|node| tree.time[*node as usize]).collect();
        running.sort_unstable();
        let behind = self.collect_covered(entry, longest, folded);
        let mut own: Vec<NanosRange> = behind.iter().flat_map(|node| compute_own_time(tree, *node)).collect();
        let mut critical: Vec<NanosRange> = behind
            .iter()
            .flat_map(|node| self.path.stretches[*node as usize].iter().copied())
            .collect();
        let missing = tree.span(longest).is_none();
        if missing {
            // Nobody knows what a span that is not there did itself.
            own.clear();
            critical.clear();
        }
        own.sort_unstable();
        critical.sort_unstable();
        let spans = entry.nodes.iter().filter(|node| tree.span(**node).is_some()).count() as u32;
        WaterfallRow {
            subject: match tree.span(longest) {
                Some(_) => RowSubject::Span(longest),
                None => RowSubject::Missing(tree.missing[longest as usize - tree.trace.spans.len()]),
            },
            depth: entry.depth,
            last: entry.last,
            stands_for: spans + hidden,
            hidden,
            group: (entry.nodes.len() > 1).then(|| summarize_group(&running)),
            self_ns: sum_stretches(&own),
            critical_ns: sum_stretches(&critical),
            running,
            own,
            critical,
            anomalies: self.oddities(longest),
        }
    }

    fn oddities(&self, node: NodeIndex) -> RowAnomalies {
        let tree = self.tree;
        let Some(span) = tree.span(node) else {
            return RowAnomalies::default();
        };
        RowAnomalies {
            circular: tree.circular.contains(&node),
            negative: is_negative(span),
            timeless: is_timeless(span),
        }
    }
}

/// Ends before it starts.
pub(super) fn is_negative(span: &TraceSpan) -> bool {
    span.end_ns < span.start_ns && span.end_ns > 0
}

/// Nobody said when it started or when it ended.
pub(super) fn is_timeless(span: &TraceSpan) -> bool {
    span.start_ns == 0 || span.end_ns == 0
}

fn summarize_group(running: &[NanosRange]) -> SiblingGroup {
    let mut lengths: Vec<u64> = running.iter().map(|(start, end)| end - start).collect();
    lengths.sort_unstable();
    SiblingGroup {
        count: lengths.len() as u32,
        p50_ns: lengths[(lengths.len() - 1) / 2],
        max_ns: lengths.last().copied().unwrap_or_default(),
    }
}

fn share_by_service(trace: &Trace, path: &CriticalPath) -> Vec<ServiceShare> {
    let mut shares: Vec<ServiceShare> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (index, span) in trace.spans.iter().enumerate() {
        let place = *places.entry(span.service()).or_insert_with(|| {
            shares.push(ServiceShare {
                service: span.service().into(),
                spans: 0,
                errors: 0,
                critical_ns: 0,
            });
            shares.len() - 1
        });
        shares[place].spans += 1;
        shares[place].errors += u32::from(span.is_error());
        shares[place].critical_ns += sum_stretches(&path.stretches[index]);
    }
    shares.sort_by(|a, b| b.spans.cmp(&a.spans).then(a.service.cmp(&b.service)));
    shares
}

/// What takes most of the critical path, in the order in which it is reached. Spans of one name at one depth are one step,
/// whether they share a row or not.
fn find_steps(rows: &[WaterfallRow], trace: &Trace) -> Vec<CriticalStep> {
    let all: u64 = rows.iter().map(|row| row.critical_ns).sum();
    let mut steps: Vec<(u64, CriticalStep)> = Vec::new();
    let mut places: HashMap<(&str, &str, u32), usize> = HashMap::new();
    for row in rows.iter().filter(|row| row.critical_ns > 0) {
        let Some(span) = row.span(trace) else { continue };
        let place = *places
            .entry((span.service(), &*span.name, row.depth))
            .or_insert_with(|| {
                let first = row.critical.first().map_or(u64::MAX, |stretch| stretch.0);
                let step = CriticalStep {
                    service: span.service().into(),
                    name: span.name.clone(),
                    count: 0,
                    ns: 0,
                };
                steps.push((first, step));
                steps.len() - 1
            });
        let step = &mut steps[place].1;
        step.count += row.group.map_or(1, |group| group.count);
        step.ns = step.ns.saturating_add(row.critical_ns);
    }
    steps.retain(|(_, step)| step.ns >= all / 50);
    steps.sort_by_key(|(_, step)| std::cmp::Reverse(step.ns));
    steps.truncate(MOST_STEPS);
    steps.sort_by_key(|(first, _)| *first);
    steps.into_iter().map(|(_, step)| step).collect()
}
