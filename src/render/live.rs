//! The live view: the same drawing as in the report, filled while the marker travels. It lives on a terminal's stderr
//! and leaves nothing behind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use tokio::sync::mpsc::UnboundedReceiver;

use super::pipeline::{self, HopView, Mark};
use super::sink::Sink;
use super::style::{Style, Tone};
use super::wrap::wrap_text;
use telemetry::model::{Branch, Hop, HopState, ProgressEvent};
use telemetry::text::duration;

/// Redraws a second.
const RATE: u8 = 10;
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const SPINNER_ASCII: [&str; 4] = ["|", "/", "-", "\\"];

/// What has been heard so far.
#[derive(Debug, Clone, Default)]
pub struct LiveState {
    hops: Vec<HopProgress>,
    waits: Vec<PendingWait>,
    note: Option<String>,
    done: bool,
}

#[derive(Debug, Clone)]
struct HopProgress {
    hop: Hop,
    state: Option<HopState>,
    note: Option<String>,
}

#[derive(Debug, Clone)]
struct PendingWait {
    hop: Hop,
    what: String,
    /// For how long already, when it was heard of.
    since_ms: u64,
    /// When that was, on the clock that `handle` is given.
    heard_ms: u64,
    about_ms: Option<u64>,
}

impl LiveState {
    /// Takes in what happened at that time.
    pub fn handle(&mut self, event: ProgressEvent, now_ms: u64) {
        match event {
            ProgressEvent::Started { hops } => hops.into_iter().for_each(|hop| {
                self.hop(hop);
            }),
            ProgressEvent::Hop { hop, state, note } => {
                let seen = self.hop(hop);
                seen.state = Some(state);
                seen.note = note;
                if state != HopState::Waiting {
                    self.waits.retain(|wait| wait.hop != hop);
                }
            }
            ProgressEvent::Waiting {
                hop,
                what,
                since_ms,
                about_ms,
            } => {
                self.hop(hop);
                self.waits.retain(|wait| wait.hop != hop);
                self.waits.push(PendingWait {
                    hop,
                    what,
                    since_ms,
                    heard_ms: now_ms,
                    about_ms,
                });
            }
            ProgressEvent::Note(note) => self.note = Some(note),
            ProgressEvent::Done => self.done = true,
        }
    }

    fn hop(&mut self, hop: Hop) -> &mut HopProgress {
        let at = match self.hops.iter().position(|seen| seen.hop >= hop) {
            Some(at) if self.hops[at].hop == hop => return &mut self.hops[at],
            Some(at) => at,
            None => self.hops.len(),
        };
        self.hops.insert(
            at,
            HopProgress {
                hop,
                state: None,
                note: None,
            },
        );
        &mut self.hops[at]
    }

    /// The view at that time.
    pub fn lines(&self, now_ms: u64, style: Style) -> Vec<String> {
        if self.done {
            return Vec::new();
        }
        let mut lines = pipeline::draw_pipeline(&self.build_hop_views(now_ms, style), style);
        if let Some(note) = &self.note {
            for line in wrap_text(&style.line(note), style.prose_width() - 2) {
                lines.push(format!("  {}", style.tone(Tone::Dim, &line)));
            }
        }
        lines
    }

    fn build_hop_views(&self, now_ms: u64, style: Style) -> Vec<HopView> {
        let mut broken: Vec<Branch> = Vec::new();
        let mut spoken: Vec<Branch> = Vec::new();
        self.hops
            .iter()
            .filter(|seen| seen.state != Some(HopState::NotConfigured))
            .map(|seen| {
                let branch = seen.hop.branch();
                let mut stop = self.build_hop_view(seen, now_ms, style);
                if stop.mark == Mark::Lost && !broken.contains(&branch) && !broken.contains(&Branch::Trunk) {
                    stop.broken = true;
                    broken.push(branch);
                }
                // One stopwatch a branch: what comes behind it has not begun.
                if stop.mark == Mark::Waiting {
                    if spoken.contains(&branch) {
                        stop = HopView::new(seen.hop, Mark::Blank);
                    }
                    spoken.push(branch);
                }
                stop
            })
            .collect()
    }

    fn build_hop_view(&self, seen: &HopProgress, now_ms: u64, style: Style) -> HopView {
        if let Some(wait) = self.waits.iter().find(|wait| wait.hop == seen.hop) {
            let elapsed = wait.since_ms + now_ms.saturating_sub(wait.heard_ms);
            let spinner = choose_spinner(now_ms, style);
            let short = format!("{spinner} {}", duration::format_running_ms(elapsed));
            // Before the fork there is no room to say more.
            let roomy = seen.hop.branch() != Branch::Trunk;
            let says = if roomy {
                format!("{spinner} {}", wait.describe(elapsed))
            } else {
                short.clone()
            };
            return HopView {
                says: vec![says],
                short: Some(short),
                ..HopView::new(seen.hop, Mark::Waiting)
            };
        }
        let mark = match seen.state {
            None => Mark::Blank,
            Some(HopState::Passed) => Mark::Passed,
            Some(HopState::Lost) if seen.hop == Hop::App => Mark::Nothing,
            Some(HopState::Lost) => Mark::Lost,
            Some(HopState::Excluded) => Mark::Excluded,
            Some(HopState::Waiting) => Mark::Waiting,
            Some(HopState::NotChecked | HopState::NotConfigured) => Mark::Unseen,
        };
        HopView {
            says: seen.note.iter().flat_map(|note| HopView::note_lines(note)).collect(),
            ..HopView::new(seen.hop, mark)
        }
    }
}

impl PendingWait {
    /// `search: 6.2 s of about 10 s`
    fn describe(&self, elapsed_ms: u64) -> String {
        let elapsed = duration::format_running_ms(elapsed_ms);
        match self.about_ms {
            Some(about) if elapsed_ms <= about => {
                format!("{}: {elapsed} of about {}", self.what, duration::format_rough_ms(about))
            }
            Some(about) => format!("{}: {elapsed}, usually {}", self.what, duration::format_rough_ms(about)),
            None => format!("{}: {elapsed}", self.what),
        }
    }
}

fn choose_spinner(now_ms: u64, style: Style) -> &'static str {
    let frames: &[&'static str] = if style.unicode { &SPINNER } else { &SPINNER_ASCII };
    let frame = now_ms / (1_000 / u64::from(RATE));
    frames[usize::try_from(frame).unwrap_or_default() % frames.len()]
}

/// The live view on stderr. Where stderr is no terminal nothing is shown.
pub struct LiveView {
    bar: ProgressBar,
    state: Arc<Mutex<LiveState>>,
    started: Instant,
    ticking: bool,
}

impl LiveView {
    /// A view in this style. Nothing is drawn before the first event.
    pub fn new(style: Style) -> Self {
        let watching = Arc::new(Mutex::new(LiveState::default()));
        let started = Instant::now();
        let shared = Arc::clone(&watching);
        let draw = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let now = measure_elapsed_ms(started);
            let lines = shared.lock().unwrap_or_else(PoisonError::into_inner).lines(now, style);
            // A drawing that cannot be written is drawn again a moment later.
            let _ = out.write_str(&lines.join("\n"));
        };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE));
        if let Ok(template) = ProgressStyle::with_template("{pipeline}") {
            bar.set_style(template.with_key("pipeline", draw));
        }
        LiveView {
            bar,
            state: watching,
            started,
            ticking: false,
        }
    }

    /// Takes in what happened and shows it.
    pub fn handle(&mut self, event: ProgressEvent) {
        let done = event == ProgressEvent::Done;
        let now = measure_elapsed_ms(self.started);
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .handle(event, now);
        if done {
            self.bar.finish_and_clear();
        } else if !self.ticking {
            self.ticking = true;
            self.bar
                .enable_steady_tick(Duration::from_millis(1_000 / u64::from(RATE)));
        } else {
            self.bar.tick();
        }
    }

    /// Runs something that writes to stderr itself, with the view out of its way.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Clears the view. Dropping it does the same.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for LiveView {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A view that follows a run from a task of its own.
pub struct LiveTask {
    task: tokio::task::JoinHandle<()>,
}

impl LiveTask {
    /// Clears the view, whatever is still on its way to it.
    pub async fn finish(self) {
        self.task.abort();
        // An aborted task has dropped its view, and with it the drawing.
        let _ = self.task.await;
    }
}

/// Shows these events on stderr while it is a terminal; where it is none, nobody watches.
pub fn spawn_live_view(sink: &Sink, mut events: UnboundedReceiver<ProgressEvent>) -> Option<LiveTask> {
    if !sink.stderr_is_tty() {
        return None;
    }
    let mut view = LiveView::new(sink.style_err());
    let task = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            view.handle(event);
        }
    });
    Some(LiveTask { task })
}

fn measure_elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
