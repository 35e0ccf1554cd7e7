//! What is worth saying about a trace as a whole.

use std::collections::BTreeMap;

use crate::model::trace::{SharedText, SpanKind};
use crate::model::waterfall_layout::{NanosRange, TraceNote, WaterfallView};

use super::rows::{is_negative, is_timeless};
use super::tree::{NodeIndex, TraceTree};

/// A clock that differs by less is as good as another.
const LEAST_SKEW_NS: u64 = 1_000_000;

pub(super) fn collect_notes(
    tree: &TraceTree<'_>,
    view: WaterfallView,
    main: Option<NodeIndex>,
    extent: NanosRange,
) -> Vec<TraceNote> {
    let spans = &tree.trace.spans;
    let mut notes = Vec::new();
    if let Some(message) = &tree.trace.partial {
        notes.push(TraceNote::Partial(message.clone()));
    }
    if let Some(id) = view.focus
        && !spans.iter().any(|span| span.id == id)
    {
        notes.push(TraceNote::NoFocus(id));
    }
    let roots = spans.iter().filter(|span| span.parent.is_none()).count() as u32;
    match roots {
        0 if !spans.is_empty() => notes.push(TraceNote::RootMissing),
        0 | 1 => {}
        _ => notes.push(TraceNote::Roots(roots)),
    }
    let orphans: usize = tree.children[spans.len()..].iter().map(Vec::len).sum();
    if orphans > 0 {
        notes.push(TraceNote::MissingParents(orphans as u32, tree.missing.len() as u32));
    }
    if !tree.circular.is_empty() {
        notes.push(TraceNote::Circular(tree.circular.len() as u32));
    }
    if tree.shared_ids > 0 {
        notes.push(TraceNote::SharedIds(tree.shared_ids));
    }
    let count =
        |odd: &dyn Fn(&crate::model::trace::TraceSpan) -> bool| spans.iter().filter(|span| odd(span)).count() as u32;
    let backwards = count(&is_negative);
    if backwards > 0 {
        notes.push(TraceNote::Negative(backwards));
    }
    let without = count(&is_timeless);
    if without > 0 {
        notes.push(TraceNote::Timeless(without));
    }
    notes.extend(find_clock_skews(tree));
    if let Some(main) = main
        && tree.span(main).is_some()
        && roots <= 1
    {
        let (start, end) = tree.time[main as usize];
        let tail = extent.1.saturating_sub(end);
        if tail > (end - start).max(LEAST_SKEW_NS) {
            notes.push(TraceNote::Tail(tail));
        }
    }
    notes
}

/// A call that another process served before it was made, or whose service ends after the answer was there although it was
/// shorter: their clocks differ, by at least what sticks out.
fn find_clock_skews(tree: &TraceTree<'_>) -> Vec<TraceNote> {
    let mut found: BTreeMap<(SharedText, SharedText), i128> = BTreeMap::new();
    for (index, span) in tree.trace.spans.iter().enumerate() {
        let Some(parent) = tree.parent[index] else { continue };
        let Some(caller) = tree.span(parent) else { continue };
        let elsewhere = !std::sync::Arc::ptr_eq(&span.resource, &caller.resource) && span.resource != caller.resource;
        let called = matches!(span.kind, SpanKind::Server | SpanKind::Internal | SpanKind::Unspecified);
        if !elsewhere || !called || span.start_ns == 0 || caller.start_ns == 0 {
            continue;
        }
        let ((start, end), (from, to)) = (tree.time[index], tree.time[parent as usize]);
        let (early, late) = (from.saturating_sub(start), end.saturating_sub(to));
        // Positive: the called one's clock runs behind. A call that only starts early may be longer than its caller.
        let sync = caller.kind == SpanKind::Client && end - start <= to - from;
        let behind = match (early, late) {
            (early, 0) if early >= LEAST_SKEW_NS => i128::from(early),
            (0, late) if late >= LEAST_SKEW_NS && sync => i128::from(late).saturating_neg(),
            _ => continue,
        };
        let pair = (span.service().into(), caller.service().into());
        let most = found.entry(pair).or_default();
        if behind.abs() > most.abs() {
            *most = behind;
        }
    }
    found
        .into_iter()
        .map(|((called, caller), behind)| {
            let by = u64::try_from(behind.unsigned_abs()).unwrap_or(u64::MAX);
            if behind > 0 {
                TraceNote::Skew(called, caller, by)
            } else {
                TraceNote::Skew(caller, called, by)
            }
        })
        .collect()
}
