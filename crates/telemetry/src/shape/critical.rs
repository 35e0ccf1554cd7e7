//! Where the time of a trace went: at every moment the trace waits for one span, the deepest that nothing could go on
//! without. Those stretches, end to end, are the critical path.
//!
//! Going back from the end of a span: what ended last held it up; before that one started, what ended last before that;
//! between them the span worked itself. What outlasts its parent did not hold it up: it is asynchronous.

use crate::model::trace::SpanKind;
use crate::model::waterfall_layout::NanosRange;

use super::tree::{NodeIndex, TraceTree};

/// The stretches of one root's critical path, by node and in order.
pub(super) struct CriticalPath {
    pub(super) stretches: Vec<Vec<NanosRange>>,
}

impl CriticalPath {
    pub(super) fn compute(tree: &TraceTree<'_>, root: Option<NodeIndex>) -> CriticalPath {
        let mut stretches = vec![Vec::new(); tree.children.len()];
        let mut open: Vec<(NodeIndex, u64)> = root
            .map(|root| (root, tree.time[root as usize].1))
            .into_iter()
            .collect();
        let mut by_end: Vec<NodeIndex> = Vec::new();
        while let Some((node, until)) = open.pop() {
            let (start, end) = tree.time[node as usize];
            let mut at = end.min(until);
            by_end.clear();
            by_end.extend(
                tree.children[node as usize]
                    .iter()
                    .filter(|child| is_holding_up(tree, node, **child)),
            );
            by_end.sort_by_key(|child| std::cmp::Reverse((tree.time[*child as usize].1, *child)));
            for child in &by_end {
                let (child_start, child_end) = tree.time[*child as usize];
                // A clock that differs a little makes a child end after its parent: it counts up to there.
                let child_end = child_end.min(end);
                if child_end > at || child_start >= child_end || child_end <= start {
                    continue;
                }
                if child_end < at {
                    stretches[node as usize].push((child_end, at));
                }
                open.push((*child, child_end));
                at = child_start.max(start);
            }
            if start < at {
                stretches[node as usize].push((start, at));
            }
            stretches[node as usize].reverse();
        }
        CriticalPath { stretches }
    }
}

/// A child that goes on long after its parent, or that a message started, does not hold its parent up.
pub(super) fn is_holding_up(tree: &TraceTree<'_>, parent: NodeIndex, child: NodeIndex) -> bool {
    let ((start, end), (child_start, child_end)) = (tree.time[parent as usize], tree.time[child as usize]);
    if child_start >= end {
        return false;
    }
    let kind = tree.span(child).map(|span| span.kind).unwrap_or_default();
    let over = child_end.saturating_sub(end);
    let tolerated = match kind {
        SpanKind::Consumer => 0,
        _ => ((end - start) / 20).max(1_000_000),
    };
    over <= tolerated
}

/// When a node worked itself: its time less that of its children.
pub(super) fn compute_own_time(tree: &TraceTree<'_>, node: NodeIndex) -> Vec<NanosRange> {
    let (start, end) = tree.time[node as usize];
    let mut own = Vec::new();
    let mut at = start;
    for child in &tree.children[node as usize] {
        let (child_start, child_end) = tree.time[*child as usize];
        if child_start > at && at < end {
            own.push((at, child_start.min(end)));
        }
        at = at.max(child_end);
    }
    if at < end {
        own.push((at, end));
    }
    own
}

pub(super) fn sum_stretches(stretches: &[NanosRange]) -> u64 {
    let lengths = stretches.iter().map(|(start, end)| end.saturating_sub(*start));
    lengths.fold(0, u64::saturating_add)
}
