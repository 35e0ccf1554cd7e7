//! The line on stderr while a load runs. On no terminal nothing is drawn.

use std::collections::VecDeque;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::send::{LoadProgress, render_progress};
use super::sink::Sink;
use super::style::Style;
use telemetry::model::send_report::{LatencyMs, SendAccount};

/// Over how long the shown rate is measured.
const WINDOW: Duration = Duration::from_secs(2);

/// What is drawn from.
pub trait SendProgress {
    /// Traces and spans so far.
    fn account(&self) -> SendAccount;
    /// Latencies so far.
    fn latency(&self) -> Option<LatencyMs>;
    /// How far behind, in milliseconds.
    fn lag_ms(&self) -> u64;
    /// How long back-pressure holds on, in milliseconds.
    fn hold_ms(&self) -> u64;
    /// The last answer that was no acceptance.
    fn last_reason(&self) -> Option<String>;
}

/// The line.
pub struct SendLine {
    bar: Option<ProgressBar>,
    style: Style,
    past: VecDeque<(Duration, SendAccount)>,
}

impl SendLine {
    /// A line on this sink's stderr.
    pub fn new(sink: &Sink) -> Self {
        let style = sink.style_err();
        let bar = sink.stderr_is_tty().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            let ticks = if style.unicode {
                "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "
            } else {
                "|/-\\ "
            };
            if let Ok(template) = ProgressStyle::with_template("  {spinner} {msg}") {
                bar.set_style(template.tick_chars(ticks));
            }
            bar
        });
        SendLine {
            bar,
            style,
            past: VecDeque::new(),
        }
    }

    /// Draws how it is.
    pub fn draw(&mut self, progress: &dyn SendProgress, elapsed: Duration) {
        let text = self.text(progress, elapsed);
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.tick();
        }
    }

    /// How it is, as a line.
    pub fn text(&mut self, progress: &dyn SendProgress, elapsed: Duration) -> String {
        let account = progress.account();
        let (before, then) = self.past.front().copied().unwrap_or_default();
        let seconds = elapsed.saturating_sub(before).as_secs_f64().max(0.001);
        let running = LoadProgress {
            elapsed_ms: elapsed.as_millis() as u64,
            account,
            latency: progress.latency(),
            traces_per_s: account.traces.saturating_sub(then.traces) as f64 / seconds,
            spans_per_s: account.spans.accepted.saturating_sub(then.spans.accepted) as f64 / seconds,
            lag_ms: progress.lag_ms(),
            hold_ms: progress.hold_ms(),
            last_reason: progress.last_reason(),
        };
        self.past.push_back((elapsed, account));
        while self.past.len() > 2
            && self
                .past
                .get(1)
                .is_some_and(|(at, _)| elapsed.saturating_sub(*at) >= WINDOW)
        {
            self.past.pop_front();
        }
        render_progress(&running, self.style)
    }

    /// Leaves nothing behind.
    pub fn clear(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
