//! Where probes write what they found. What is on the board survives Ctrl-C and the timeout.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use doctor::evidence::EvidenceView;
use telemetry::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence, Fact, FactSet};
use telemetry::model::marker::PushAnswer;
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::time_bounds::{instant_after, instant_before};
use telemetry::model::{Hop, HopState};

use stack::Stack;

/// The evidence in the making.
pub struct EvidenceRecorder {
    evidence: Mutex<Evidence>,
    started: Instant,
    limit: Instant,
    /// The facts that are wanted: every one, unless only some judgements were asked for.
    wanted: FactSet,
    events: Option<UnboundedSender<ProgressEvent>>,
}

impl EvidenceRecorder {
    /// Nothing is found out yet about this installation. `limit` is how long the run may take.
    pub fn new(stack: &Stack, limit: Duration) -> Self {
        EvidenceRecorder::for_doctor(stack, DoctorRequest::default(), FactSet::ALL, limit)
    }

    /// The same for a run of doctor, which was asked for these facts. Where Tempo is read through Grafana, nothing is pushed
    /// unless the receiver was given.
    pub fn for_doctor(stack: &Stack, mut request: DoctorRequest, wanted: FactSet, limit: Duration) -> Self {
        request.via_grafana = stack.source.is_some();
        request.no_marker |= request.via_grafana && !stack.receiver_given;
        let evidence = Evidence {
            evidence_version: EVIDENCE_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            request,
            targets: stack.targets.clone(),
            notes: stack.notes.clone(),
            ..Evidence::default()
        };
        let started = Instant::now();
        EvidenceRecorder {
            evidence: Mutex::new(evidence),
            started,
            limit: instant_after(started, limit),
            wanted,
            events: None,
        }
    }

    /// The same, and a live view is told what happens.
    #[must_use]
    pub fn with_events(self, events: Option<UnboundedSender<ProgressEvent>>) -> Self {
        EvidenceRecorder { events, ..self }
    }

    /// One of these facts is wanted.
    pub fn wants(&self, facts: &[Fact]) -> bool {
        self.wanted.contains_any(facts)
    }

    /// Only what answers at once is asked.
    pub fn is_fast(&self) -> bool {
        self.read(|evidence| evidence.request.fast)
    }

    /// The push was accepted.
    pub fn is_push_accepted(&self) -> bool {
        self.read(|evidence| evidence.receiver.push.get().is_some_and(PushAnswer::is_accepted))
    }

    /// Nothing is pushed.
    pub fn is_read_only(&self) -> bool {
        self.read(|evidence| evidence.request.no_marker)
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
