//! One marker for each tenant that was given beside the first: pushed, and read by its id.

use std::time::Duration;

use stack::clients::TempoClient;
use telemetry::model::Slot;
use telemetry::model::evidence::TenantMarker;
use telemetry::model::marker::PushAnswer;

use super::evidence_recorder::EvidenceRecorder;
use super::marker_query;
use super::push::{build_new_marker, push_trace};
use super::wait::Wait;
use super::wait_budget::WaitBudget;
use stack::Stack;

/// Pushes and reads back for each of them at the same time.
pub async fn push_tenant_markers(stack: &Stack, board: &EvidenceRecorder, found: &TempoClient, pace: &WaitBudget) {
    let others = stack.targets.tenants.iter().skip(1);
    let markers =
        futures_util::future::join_all(others.map(|tenant| push_tenant_marker(stack, board, found, pace, tenant)))
            .await;
    board.write(|evidence| evidence.other_tenants = markers.into_iter().flatten().collect());
}

async fn push_tenant_marker(
    stack: &Stack,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    tenant: &str,
) -> Option<TenantMarker> {
    let sender = stack.otlp.for_tenant(tenant).ok()?;
    let reader = found.for_tenant(tenant).ok()?;
    let probe = build_new_marker(board);
    let push = push_trace(&sender, &probe.trace).await;
    let mut by_id = Slot::NotAsked;
    if push.get().is_some_and(PushAnswer::is_accepted) {
        let wait = Wait::new(pace.by_id())
            .until(board.limit())
            .every(Duration::from_millis(200));
        by_id = wait
            .poll(async |wait| {
                let read = marker_query::fetch_trace_by_id(&reader, &probe.trace).await;
                let whole = read.get().is_some_and(|read| read.spans >= probe.span_count());
                (whole || read.failure().is_some() || wait.end().is_some()).then_some(read)
            })
            .await;
    }
    Some(TenantMarker {
        tenant: tenant.to_owned(),
        push,
        by_id,
    })
}
