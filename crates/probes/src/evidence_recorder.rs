//! Where probes write what they found. What is on the board survives Ctrl-C and the timeout.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use doctor::evidence::EvidenceView;
use telemetry::model::evidence::Evidence;
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::time_bounds::{instant_after, instant_before};
use telemetry::model::{Hop, HopState};

/// The evidence in the making.
pub struct EvidenceRecorder {
    evidence: Mutex<Evidence>,
    started: Instant,
    limit: Instant,
    events: Option<UnboundedSender<ProgressEvent>>,
}

impl EvidenceRecorder {
    /// An empty board. `limit` is how long the run may take.
    pub fn new(evidence: Evidence, limit: Duration, events: Option<UnboundedSender<ProgressEvent>>) -> Self {
        let started = Instant::now();
        EvidenceRecorder {
            evidence: Mutex::new(evidence),
            started,
            limit: instant_after(started, limit),
            events,
        }
    }

    /// Changes the evidence.
    pub fn write(&self, change: impl FnOnce(&mut Evidence)) {
        change(&mut self.evidence.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Reads from the evidence.
    pub fn read<T>(&self, look: impl FnOnce(&Evidence) -> T) -> T {
        look(&self.evidence.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the evidence so far says.
    pub fn view<T>(&self, look: impl FnOnce(&EvidenceView<'_>) -> T) -> T {
        self.read(|evidence| look(&EvidenceView::new(evidence)))
    }

    /// What was found so far.
    pub fn snapshot(&self) -> Evidence {
        let mut evidence = self.read(Clone::clone);
        evidence.duration_ms = self.elapsed_ms();
        evidence
    }

    /// Milliseconds since the run began.
    pub fn elapsed_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// The moment at which waiting has to end, so that a verdict still comes within the timeout.
    pub fn limit(&self) -> Instant {
        instant_before(self.limit, Duration::from_millis(300))
    }

    /// Tells the live view.
    pub fn send_event(&self, event: ProgressEvent) {
        if let Some(events) = &self.events {
            // Nobody looks any more: that is no fault.
            let _ = events.send(event);
        }
    }

    /// Tells that a hop is decided.
    pub fn report_hop(&self, hop: Hop, state: HopState, note: Option<String>) {
        self.send_event(ProgressEvent::Hop { hop, state, note });
    }
}
