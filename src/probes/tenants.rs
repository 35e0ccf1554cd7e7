//! One marker for each tenant that was given beside the first: pushed, and read by its id.

use std::time::Duration;

use crate::model::Slot;
use crate::model::evidence::TenantMarker;
use crate::model::marker::{Marker, build_live_trace, list_live_services};

use super::evidence_recorder::EvidenceRecorder;
use super::push::generate_trace_id;
use super::setup::Setup;
use super::tempo::TempoApi;
use super::wait::Wait;
use super::wait_budget::WaitBudget;
use super::{clock, marker_query};

/// Pushes and reads back for each of them at the same time.
pub async fn push_tenant_markers(setup: &Setup, board: &EvidenceRecorder, found: &TempoApi, pace: &WaitBudget) {
    let others = setup.targets.tenants.iter().skip(1);
    let markers =
        futures_util::future::join_all(others.map(|tenant| push_tenant_marker(setup, board, found, pace, tenant)))
            .await;
    board.write(|evidence| evidence.other_tenants = markers.into_iter().flatten().collect());
}

async fn push_tenant_marker(
    setup: &Setup,
    board: &EvidenceRecorder,
    found: &TempoApi,
    pace: &WaitBudget,
    tenant: &str,
) -> Option<TenantMarker> {
    let sender = setup.otlp.for_tenant(tenant).ok()?;
    let reader = found.api.for_tenant(tenant).ok()?;
    let skew = board.read(|evidence| evidence.tempo.clock_skew_s).unwrap_or(0.0);
    let sent_at = clock::unix_now();
    let (client, server) = list_live_services();
    let trace_id = generate_trace_id();
    let end_ns = ((sent_at + skew) * 1e9) as u64;
    let spans = build_live_trace(&trace_id, end_ns);
    let marker = Marker {
        trace_id,
        client_service: client.to_owned(),
        server_service: server.to_owned(),
        spans: spans.len() as u32,
        end_ns,
        sent_at,
        sent_after_ms: board.elapsed_ms(),
        backdated: None,
    };
    let push = sender.push(&marker.trace_id, &spans).await;
    let mut by_id = Slot::NotAsked;
    if push.get().is_some_and(|answer| answer.is_accepted()) {
        let wait = Wait::new(pace.by_id())
            .until(board.limit())
            .every(Duration::from_millis(200));
        by_id = wait
            .poll(async |wait| {
                let read = marker_query::fetch_trace_by_id(&reader, &marker.trace_id, &spans).await;
                let whole = read.get().is_some_and(|read| read.spans >= marker.spans);
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
