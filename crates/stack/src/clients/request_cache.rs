//! Requests of panels: at most so many at a time, and the same one sent once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OnceCell, Semaphore};

use telemetry::model::{Failure, FailureKind, Slot};

use super::http::RawAnswer;

/// Requests in flight at most.
pub const AT_ONCE: usize = 20;

type AnswerCell = Arc<OnceCell<Slot<RawAnswer>>>;

/// Remembers what was answered.
pub struct RequestCache {
    turns: Semaphore,
    known: Mutex<HashMap<String, AnswerCell>>,
    sent: AtomicUsize,
}

impl Default for RequestCache {
    fn default() -> Self {
        RequestCache {
            turns: Semaphore::new(AT_ONCE),
            known: Mutex::default(),
            sent: AtomicUsize::new(0),
        }
    }
}

impl RequestCache {
    /// How many requests were sent.
    pub fn request_count(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// The answer to the request of that name: the one that is known, else that of `request`.
    pub(super) async fn answer(&self, name: String, request: impl Future<Output = Slot<RawAnswer>>) -> Slot<RawAnswer> {
        let cell = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(name).or_default())
        };
        let send = async {
            let Ok(_turn) = self.turns.acquire().await else {
                return Slot::failed(Failure::new(FailureKind::Cancelled, "", "the run ended"));
            };
            self.sent.fetch_add(1, Ordering::Relaxed);
            request.await
        };
        cell.get_or_init(|| send).await.clone()
    }
}
