//! Two traces compared: spans are the same where their service and name and those of all their ancestors are.

use std::collections::HashMap;

use crate::model::trace::{SharedText, Trace};
use crate::model::trace_diff::{DiffRow, DiffSide, TraceDiff};

use super::critical::{compute_own_time, sum_stretches};
use super::tree::{NodeIndex, TraceTree};

/// How the second trace differs from the first.
pub fn compare_traces(a: &Trace, b: &Trace) -> TraceDiff {
    let (first, second) = (TraceTree::new(a), TraceTree::new(b));
    let mut paths = Paths::default();
    paths.add(&first, |row| &mut row.a);
    paths.add(&second, |row| &mut row.b);
    let length = |tree: &TraceTree<'_>| {
        let (start, end) = tree.extent(&tree.roots);
        end - start
    };
    TraceDiff {
        a_ns: length(&first),
        b_ns: length(&second),
        a_spans: a.spans.len() as u32,
        b_spans: b.spans.len() as u32,
        rows: paths.in_order(),
    }
}

/// Places, each once, below the place above them.
#[derive(Default)]
struct Paths {
    rows: Vec<DiffRow>,
    below: Vec<Vec<usize>>,
    roots: Vec<usize>,
    at: HashMap<(Option<usize>, SharedText, SharedText), usize>,
}

impl Paths {
    fn add(&mut self, tree: &TraceTree<'_>, side: fn(&mut DiffRow) -> &mut DiffSide) {
        let mut open: Vec<(NodeIndex, Option<usize>, u32)> =
            tree.roots.iter().rev().map(|root| (*root, None, 0)).collect();
        while let Some((node, above, depth)) = open.pop() {
            let Some(span) = tree.span(node) else {
                // A parent that is not there has no name: what stands below it stands at the root.
                open.extend(tree.children[node as usize].iter().rev().map(|child| (*child, None, 0)));
                continue;
            };
            let place = self.place(above, span.service().into(), span.name.clone(), depth);
            let (start, end) = tree.time[node as usize];
            let side = side(&mut self.rows[place]);
            side.count += 1;
            side.errors += u32::from(span.is_error());
            side.total_ns = side.total_ns.saturating_add(end - start);
            side.self_ns = side
                .self_ns
                .saturating_add(sum_stretches(&compute_own_time(tree, node)));
            let below = tree.children[node as usize].iter().rev();
            open.extend(below.map(|child| (*child, Some(place), depth + 1)));
        }
    }

    fn place(&mut self, above: Option<usize>, service: SharedText, name: SharedText, depth: u32) -> usize {
        let key = (above, service, name);
        if let Some(place) = self.at.get(&key) {
            return *place;
        }
        let place = self.rows.len();
        self.rows.push(DiffRow {
            service: key.1.clone(),
            name: key.2.clone(),
            depth,
            a: DiffSide::default(),
            b: DiffSide::default(),
        });
        self.below.push(Vec::new());
        match above {
            Some(above) => self.below[above].push(place),
            None => self.roots.push(place),
        }
        self.at.insert(key, place);
        place
    }

    fn in_order(self) -> Vec<DiffRow> {
        let mut order = Vec::with_capacity(self.rows.len());
        let mut open: Vec<usize> = self.roots.iter().rev().copied().collect();
        while let Some(place) = open.pop() {
            order.push(place);
            open.extend(self.below[place].iter().rev());
        }
        let mut rows: Vec<Option<DiffRow>> = self.rows.into_iter().map(Some).collect();
        order.into_iter().filter_map(|place| rows[place].take()).collect()
    }
}
