//! Questions of panels: at most so many at a time, and the same one asked once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use tokio::sync::{OnceCell, Semaphore};

use crate::clients::HttpClient;
use crate::model::tempo::HttpAnswer;
use crate::model::{Failure, FailureKind, Slot};

/// Requests in flight at most.
pub const AT_ONCE: usize = 20;
/// A longer query goes into a form: gateways cut long addresses.
const LONGEST_ADDRESS: usize = 1_800;

type AnswerCell = Arc<OnceCell<Slot<HttpAnswer>>>;

/// Asks, and remembers what was answered.
pub struct QueryCache {
    turns: Semaphore,
    known: Mutex<HashMap<String, AnswerCell>>,
    sent: AtomicUsize,
}

impl Default for QueryCache {
    fn default() -> Self {
        QueryCache {
            turns: Semaphore::new(AT_ONCE),
            known: Mutex::default(),
            sent: AtomicUsize::new(0),
        }
    }
}

impl QueryCache {
    /// How many requests were sent.
    pub fn request_count(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// `GET path?query`, or the same as a form where the query is long.
    pub async fn ask(&self, http: &HttpClient, path: &str, query: &str) -> Slot<HttpAnswer> {
        let key = format!("{}{path}?{query}", http.base());
        let cell = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(key).or_default())
        };
        cell.get_or_init(|| self.send(http, path, query)).await.clone()
    }

    async fn send(&self, http: &HttpClient, path: &str, query: &str) -> Slot<HttpAnswer> {
        let Ok(_turn) = self.turns.acquire().await else {
            return Slot::failed(Failure::new(FailureKind::Cancelled, path, "the run ended"));
        };
        self.sent.fetch_add(1, Ordering::Relaxed);
        let posts = path.starts_with("/api/v1/") && !path.contains("/label/");
        if query.len() > LONGEST_ADDRESS && posts {
            let headers = [("content-type", "application/x-www-form-urlencoded")];
            let body = bytes::Bytes::from(query.to_owned());
            return http.ask(Method::POST, path, &headers, Some(body)).await;
        }
        let address = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        http.get(&address).await
    }
}
