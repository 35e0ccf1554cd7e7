//! Who called whom. Parents that are not there get a place of their own, circles are cut, and every span has exactly one
//! place.

use std::collections::{HashMap, HashSet};

use crate::model::trace::{SpanId, Trace, TraceSpan};
use crate::model::waterfall_layout::NanosRange;

/// A place in the tree: a span by its index, or, beyond the spans, a parent that is not there.
pub(super) type NodeIndex = u32;

/// The tree of a trace.
pub(super) struct TraceTree<'a> {
    pub(super) trace: &'a Trace,
    /// Children of each node, by start. Nodes beyond the spans are missing parents.
    pub(super) children: Vec<Vec<NodeIndex>>,
    /// Parent of each node.
    pub(super) parent: Vec<Option<NodeIndex>>,
    /// Roots: those without a parent by start, then circles, then missing parents.
    pub(super) roots: Vec<NodeIndex>,
    /// Missing parents, in the order of their nodes.
    pub(super) missing: Vec<SpanId>,
    /// Roots that were cut out of a circle.
    pub(super) circular: HashSet<NodeIndex>,
    /// When each node ran: what was reported, made whole. A missing parent runs as long as its children.
    pub(super) time: Vec<NanosRange>,
    /// Spans that share their id with an earlier one.
    pub(super) shared_ids: u32,
}

impl<'a> TraceTree<'a> {
    pub(super) fn new(trace: &'a Trace) -> TraceTree<'a> {
        let spans = &trace.spans;
        let mut first: HashMap<SpanId, NodeIndex> = HashMap::with_capacity(spans.len());
        let mut shared_ids = 0;
        for (index, span) in spans.iter().enumerate() {
            if span.id.is_zero() {
                continue;
            }
            let node = index as NodeIndex;
            if *first.entry(span.id).or_insert(node) != node {
                shared_ids += 1;
            }
        }
        let mut tree = TraceTree {
            trace,
            children: vec![Vec::new(); spans.len()],
            parent: vec![None; spans.len()],
            roots: Vec::new(),
            missing: Vec::new(),
            circular: HashSet::new(),
            time: compute_times(spans),
            shared_ids,
        };
        tree.link(&first);
        tree.sort();
        tree.cut_circles();
        tree
    }

    fn link(&mut self, first: &HashMap<SpanId, NodeIndex>) {
        let mut placeholders: HashMap<SpanId, NodeIndex> = HashMap::new();
        let mut lost = Vec::new();
        for (index, span) in self.trace.spans.iter().enumerate() {
            let node = index as NodeIndex;
            let Some(parent) = span.parent else {
                self.roots.push(node);
                continue;
            };
            let parent = match first.get(&parent) {
                Some(found) => *found,
                None => *placeholders.entry(parent).or_insert_with(|| {
                    self.missing.push(parent);
                    self.children.push(Vec::new());
                    self.parent.push(None);
                    self.time.push((u64::MAX, 0));
                    let node = (self.children.len() - 1) as NodeIndex;
                    lost.push(node);
                    node
                }),
            };
            self.parent[index] = Some(parent);
            self.children[parent as usize].push(node);
        }
        for node in &lost {
            let spans = self.children[*node as usize]
                .iter()
                .map(|child| self.time[*child as usize]);
            self.time[*node as usize] = spans.fold((u64::MAX, 0), |all, one| (all.0.min(one.0), all.1.max(one.1)));
        }
        self.roots.sort_by_key(|root| (self.time[*root as usize], *root));
        lost.sort_by_key(|node| (self.time[*node as usize], *node));
        self.roots.extend(lost);
    }

    fn sort(&mut self) {
        let TraceTree { children, time, .. } = self;
        for list in children {
            list.sort_by_key(|child| {
                let (start, end) = time[*child as usize];
                (start, std::cmp::Reverse(end), *child)
            });
        }
    }

    /// Whatever no root leads to stands on or below a circle: each is cut where its earliest span stands.
    fn cut_circles(&mut self) {
        let mut seen = vec![false; self.children.len()];
        for root in self.roots.clone() {
            self.mark(root, &mut seen);
        }
        for node in 0..self.trace.spans.len() as NodeIndex {
            if seen[node as usize] {
                continue;
            }
            let circle = self.circle_above(node);
            let Some(start) = circle.into_iter().min_by_key(|node| (self.time[*node as usize], *node)) else {
                continue;
            };
            if let Some(parent) = self.parent[start as usize].take() {
                self.children[parent as usize].retain(|child| *child != start);
            }
            self.roots.push(start);
            self.circular.insert(start);
            self.mark(start, &mut seen);
        }
    }

    fn mark(&self, root: NodeIndex, seen: &mut [bool]) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node as usize], true) {
                open.extend(&self.children[node as usize]);
            }
        }
    }

    /// The circle that the ancestors of a node run into.
    fn circle_above(&self, node: NodeIndex) -> Vec<NodeIndex> {
        // Going up as many steps as there are nodes ends on the circle for certain; twice the speed finds it sooner.
        let up = |node: NodeIndex| self.parent[node as usize].unwrap_or(node);
        let (mut slow, mut fast) = (up(node), up(up(node)));
        while slow != fast {
            slow = up(slow);
            fast = up(up(fast));
        }
        let mut circle = vec![slow];
        let mut next = up(slow);
        while next != slow {
            circle.push(next);
            next = up(next);
        }
        circle
    }

    pub(super) fn span(&self, node: NodeIndex) -> Option<&'a TraceSpan> {
        self.trace.spans.get(node as usize)
    }

    /// Start and end of everything below and including a node.
    pub(super) fn extent(&self, roots: &[NodeIndex]) -> NanosRange {
        let mut all = (u64::MAX, 0);
        let mut open = roots.to_vec();
        while let Some(node) = open.pop() {
            let (start, end) = self.time[node as usize];
            all = (all.0.min(start), all.1.max(end));
            open.extend(&self.children[node as usize]);
        }
        if all.0 > all.1 { (0, 0) } else { all }
    }

    /// How many spans stand below and including each node.
    pub(super) fn sizes(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.children.len());
        let mut open = self.roots.clone();
        while let Some(node) = open.pop() {
            order.push(node);
            open.extend(&self.children[node as usize]);
        }
        let mut sizes = vec![0; self.children.len()];
        for node in order.into_iter().rev() {
            let own = u32::from((node as usize) < self.trace.spans.len());
            let below: u32 = self.children[node as usize]
                .iter()
                .map(|child| sizes[*child as usize])
                .sum();
            sizes[node as usize] = own + below;
        }
        sizes
    }
}

/// When spans ran. One without a start stands where the trace starts, one that ends too early ends where it starts.
fn compute_times(spans: &[TraceSpan]) -> Vec<NanosRange> {
    let first = spans
        .iter()
        .map(|span| span.start_ns)
        .filter(|start| *start > 0)
        .min()
        .unwrap_or_default();
    spans
        .iter()
        .map(|span| {
            let start = if span.start_ns == 0 { first } else { span.start_ns };
            (start, span.end_ns.max(start))
        })
        .collect()
}
