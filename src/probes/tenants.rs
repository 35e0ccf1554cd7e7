//! One marker for each tenant that was given beside the first: pushed, and read by its id.

use std::time::{Duration, Instant};

use crate::model::Slot;
use crate::model::evidence::TenantMarker;
use crate::model::marker::{Marker, live_services, live_trace};
use crate::model::time_bounds::deadline_after;

use super::board::Board;
use super::pace::Pace;
use super::push::new_trace_id;
use super::setup::Setup;
use super::tempo::Tempo;
use super::{clock, read_back};

/// Pushes and reads back for each of them at the same time.
pub async fn look(setup: &Setup, board: &Board, found: &Tempo, pace: &Pace) {
    let others = setup.targets.tenants.iter().skip(1);
    let markers = futures_util::future::join_all(others.map(|tenant| one(setup, board, found, pace, tenant))).await;
    board.write(|evidence| evidence.other_tenants = markers.into_iter().flatten().collect());
}

async fn one(setup: &Setup, board: &Board, found: &Tempo, pace: &Pace, tenant: &str) -> Option<TenantMarker> {
    let sender = setup.otlp.for_tenant(tenant).ok()?;
    let reader = found.api.for_tenant(tenant).ok()?;
    let skew = board.read(|evidence| evidence.tempo.clock_skew_s).unwrap_or(0.0);
    let sent_at = clock::now();
    let (client, server) = live_services();
    let trace_id = new_trace_id();
    let end_ns = ((sent_at + skew) * 1e9) as u64;
    let spans = live_trace(&trace_id, end_ns);
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
    if push.get().is_some_and(|answer| answer.accepted()) {
        let until = deadline_after(pace.by_id());
        loop {
            by_id = read_back::trace_by_id(&reader, &marker.trace_id, &spans).await;
            let whole = by_id.get().is_some_and(|read| read.spans >= marker.spans);
            if whole || by_id.failure().is_some() || Instant::now() >= until.min(board.limit()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    Some(TenantMarker {
        tenant: tenant.to_owned(),
        push,
        by_id,
    })
}
