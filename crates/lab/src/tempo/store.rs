//! Where traces are kept: by id at once, by search once they are cut.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

use super::super::settings::TenantLimits;
use super::ingest::TracePart;

/// A lab is for looking, not for keeping: older traces make room.
const KEPT_TRACES: usize = 20_000;
/// `max_trace_live`, `trace_live_period`: a trace that is never idle is cut all the same.
const MAX_LIVE: Duration = Duration::from_secs(30);

/// What was received of a trace, batch by batch.
pub(crate) type TraceBatches = Vec<Arc<ResourceSpans>>;

/// Everything received, by tenant.
#[derive(Debug, Default)]
pub(crate) struct TraceStore {
    tenants: Mutex<HashMap<String, TenantTraces>>,
}

#[derive(Debug, Default)]
struct TenantTraces {
    traces: HashMap<[u8; 16], StoredTrace>,
    order: VecDeque<[u8; 16]>,
    /// How many traces are live.
    live: u64,
}

#[derive(Debug)]
struct StoredTrace {
    batches: TraceBatches,
    /// How many of the batches search sees.
    visible: usize,
    /// Bytes received since the trace was last cut; 0 while it is not live.
    live_bytes: u64,
    last_push: Instant,
    /// Since when the trace is live, this time.
    live_since: Instant,
}

/// Why a trace was not kept although its sender was told OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreRefusal {
    TraceTooLarge,
    TooManyLive,
}

/// What a flush found.
pub(crate) struct TenantState {
    pub(crate) tenant: String,
    pub(crate) live: u64,
    pub(crate) live_bytes: u64,
    pub(crate) cut: u64,
}

impl TraceStore {
    /// Keeps a part of a trace, within the limits on live traces.
    pub(crate) fn push(&self, tenant: &str, part: TracePart, limits: &TenantLimits) -> Result<(), StoreRefusal> {
        let mut tenants = self.lock();
        let tenant = tenants.entry(tenant.to_owned()).or_default();
        let known = tenant.traces.get(&part.id);
        let live_bytes = known.map_or(0, |stored| stored.live_bytes);
        if limits.max_bytes_per_trace > 0 && live_bytes + part.bytes > limits.max_bytes_per_trace {
            return Err(StoreRefusal::TraceTooLarge);
        }
        if live_bytes == 0 && limits.max_traces > 0 && tenant.live >= limits.max_traces {
            return Err(StoreRefusal::TooManyLive);
        }
        if known.is_none() {
            tenant.order.push_back(part.id);
        }
        tenant.live += u64::from(live_bytes == 0);
        let stored = tenant.traces.entry(part.id).or_insert_with(|| StoredTrace {
            batches: Vec::new(),
            visible: 0,
            live_bytes: 0,
            last_push: Instant::now(),
            live_since: Instant::now(),
        });
        if live_bytes == 0 {
            stored.live_since = Instant::now();
        }
        stored.batches.extend(part.batches.into_iter().map(Arc::new));
        stored.live_bytes += part.bytes;
        stored.last_push = Instant::now();
        tenant.make_room();
        Ok(())
    }

    /// Lets search see the traces that have been idle, or live, long enough.
    pub(crate) fn cut_idle(&self, idle: Duration) -> Vec<TenantState> {
        let mut states = Vec::new();
        for (name, tenant) in self.lock().iter_mut() {
            let mut cut = 0_u64;
            for stored in tenant.traces.values_mut() {
                let due = stored.last_push.elapsed() >= idle || stored.live_since.elapsed() >= MAX_LIVE;
                if stored.live_bytes > 0 && due {
                    stored.live_bytes = 0;
                    stored.visible = stored.batches.len();
                    cut += 1;
                }
            }
            tenant.live -= cut;
            states.push(TenantState {
                tenant: name.clone(),
                live: tenant.live,
                live_bytes: tenant.traces.values().map(|stored| stored.live_bytes).sum(),
                cut,
            });
        }
        states
    }

    /// Everything known of a trace, cut or not.
    pub(crate) fn trace(&self, tenant: &str, id: &[u8; 16]) -> Option<TraceBatches> {
        let tenants = self.lock();
        Some(tenants.get(tenant)?.traces.get(id)?.batches.clone())
    }

    /// What search sees of every trace.
    pub(crate) fn visible(&self, tenant: &str) -> Vec<([u8; 16], TraceBatches)> {
        let tenants = self.lock();
        let Some(tenant) = tenants.get(tenant) else {
            return Vec::new();
        };
        tenant
            .traces
            .iter()
            .filter(|(_, stored)| stored.visible > 0)
            .map(|(id, stored)| (*id, stored.batches.iter().take(stored.visible).cloned().collect()))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, TenantTraces>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TenantTraces {
    fn make_room(&mut self) {
        if self.order.len() <= KEPT_TRACES {
            return;
        }
        if let Some(oldest) = self.order.pop_front().and_then(|id| self.traces.remove(&id)) {
            self.live -= u64::from(oldest.live_bytes > 0);
        }
    }
}
