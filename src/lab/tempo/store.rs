//! Where traces are kept: by id at once, by search once they are cut.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

use super::super::settings::Limits;
use super::ingest::TracePart;

/// A lab is for looking, not for keeping: older traces make room.
const KEPT_TRACES: usize = 20_000;

/// Everything received, by tenant.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tenants: Mutex<HashMap<String, Tenant>>,
}

#[derive(Debug, Default)]
struct Tenant {
    traces: HashMap<[u8; 16], Stored>,
    order: VecDeque<[u8; 16]>,
}

#[derive(Debug)]
struct Stored {
    batches: Vec<ResourceSpans>,
    /// How many of the batches search sees.
    visible: usize,
    /// Bytes received since the trace was last cut; 0 while it is not live.
    live_bytes: u64,
    last_push: Instant,
}

/// Why a trace was not kept although its sender was told OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    TraceTooLarge,
    TooManyLive,
}

/// What a flush found.
pub(crate) struct TenantState {
    pub(crate) tenant: String,
    pub(crate) live: usize,
    pub(crate) live_bytes: u64,
    pub(crate) cut: usize,
}

impl Store {
    /// Keeps a part of a trace, within the limits on live traces.
    pub(crate) fn push(&self, tenant: &str, part: TracePart, limits: &Limits) -> Result<(), Refusal> {
        let mut tenants = self.lock();
        let tenant = tenants.entry(tenant.to_owned()).or_default();
        let known = tenant.traces.get(&part.id);
        let live_bytes = known.map_or(0, |stored| stored.live_bytes);
        if limits.max_bytes_per_trace > 0 && live_bytes + part.bytes > limits.max_bytes_per_trace {
            return Err(Refusal::TraceTooLarge);
        }
        let others = tenant.traces.values().filter(|stored| stored.live_bytes > 0).count() as u64;
        if live_bytes == 0 && limits.max_traces > 0 && others >= limits.max_traces {
            return Err(Refusal::TooManyLive);
        }
        if known.is_none() {
            tenant.order.push_back(part.id);
        }
        let stored = tenant.traces.entry(part.id).or_insert_with(|| Stored {
            batches: Vec::new(),
            visible: 0,
            live_bytes: 0,
            last_push: Instant::now(),
        });
        stored.batches.extend(part.batches);
        stored.live_bytes += part.bytes;
        stored.last_push = Instant::now();
        if tenant.order.len() > KEPT_TRACES
            && let Some(oldest) = tenant.order.pop_front()
        {
            tenant.traces.remove(&oldest);
        }
        Ok(())
    }

    /// Lets search see the traces that have been idle long enough.
    pub(crate) fn cut(&self, idle: Duration) -> Vec<TenantState> {
        let mut states = Vec::new();
        for (name, tenant) in self.lock().iter_mut() {
            let mut cut = 0;
            for stored in tenant.traces.values_mut() {
                if stored.live_bytes > 0 && stored.last_push.elapsed() >= idle {
                    stored.live_bytes = 0;
                    stored.visible = stored.batches.len();
                    cut += 1;
                }
            }
            let live = tenant.traces.values().filter(|stored| stored.live_bytes > 0);
            states.push(TenantState {
                tenant: name.clone(),
                live: live.clone().count(),
                live_bytes: live.map(|stored| stored.live_bytes).sum(),
                cut,
            });
        }
        states
    }

    /// Everything known of a trace, cut or not.
    pub(crate) fn trace(&self, tenant: &str, id: &[u8; 16]) -> Option<Vec<ResourceSpans>> {
        let tenants = self.lock();
        Some(tenants.get(tenant)?.traces.get(id)?.batches.clone())
    }

    /// What search sees of every trace.
    pub(crate) fn visible(&self, tenant: &str) -> Vec<([u8; 16], Vec<ResourceSpans>)> {
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

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Tenant>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
