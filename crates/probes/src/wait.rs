//! Asking again and again: until the answer is decided, its time is over, or that of the whole run is.

use std::time::{Duration, Instant};

use telemetry::model::marker::{Watch, WatchEnd};
use telemetry::model::time_bounds::{LONGEST, instant_after};

/// How long something is asked for, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    began: Instant,
    deadline: Duration,
    limit: Instant,
    pause: Duration,
    longest_pause: Duration,
}

impl Wait {
    /// Begins now. After `deadline`, what is absent is lost.
    pub fn new(deadline: Duration) -> Self {
        let began = Instant::now();
        Wait {
            began,
            deadline,
            limit: instant_after(began, LONGEST),
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_millis(500),
        }
    }

    /// The wait began earlier, when what is waited for was sent.
    pub fn since(self, began: Instant) -> Self {
        Wait { began, ..self }
    }

    /// The moment at which the whole run has to end.
    pub fn until(self, limit: Instant) -> Self {
        Wait { limit, ..self }
    }

    /// The pause between two looks; half a second unless set.
    pub fn every(self, pause: Duration) -> Self {
        self.with_backoff(pause, pause)
    }

    /// A pause that doubles after each look.
    pub fn with_backoff(self, pause: Duration, longest_pause: Duration) -> Self {
        Wait {
            pause,
            longest_pause,
            ..self
        }
    }

    /// Looks until `look` says how it ended; [`end`](Self::end) tells it when its time is over.
    pub async fn poll<T>(mut self, mut look: impl AsyncFnMut(&Wait) -> Option<T>) -> T {
        loop {
            if let Some(ended) = look(&self).await {
                return ended;
            }
            // The last look is at the deadline, not somewhere before it.
            let left = self.deadline.saturating_sub(self.elapsed());
            let pause = if left.is_zero() {
                self.pause
            } else {
                self.pause.min(left)
            };
            tokio::time::sleep(pause).await;
            self.pause = self.pause.saturating_mul(2).min(self.longest_pause);
        }
    }

    /// Since it began.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The same in milliseconds.
    pub fn elapsed_ms(&self) -> u64 {
        self.elapsed().as_millis() as u64
    }

    /// How the wait ends where nothing else decided it.
    pub fn end(&self) -> Option<WatchEnd> {
        if self.elapsed() >= self.deadline {
            Some(WatchEnd::Deadline)
        } else {
            self.timeout()
        }
    }

    /// The run's time is over, whatever is still on its way.
    pub fn timeout(&self) -> Option<WatchEnd> {
        (Instant::now() >= self.limit).then_some(WatchEnd::Timeout)
    }

    /// What evidence keeps of it. A wait without an end is recorded at each look, because Ctrl-C may be its end.
    pub fn watch(&self, seen_after_ms: Option<u64>, ended: Option<WatchEnd>) -> Watch {
        Watch {
            seen_after_ms,
            waited_ms: self.elapsed_ms(),
            deadline_ms: self.deadline.as_millis() as u64,
            ended: ended.unwrap_or(WatchEnd::Cancelled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn looks_until_end(wait: Wait) -> (u32, WatchEnd) {
        let mut looks = 0;
        let ended = wait
            .poll(async |wait| {
                looks += 1;
                wait.end()
            })
            .await;
        (looks, ended)
    }

    #[tokio::test]
    async fn the_last_look_is_at_the_deadline() {
        let wait = Wait::new(Duration::from_millis(40)).every(Duration::from_secs(60));
        assert_eq!(looks_until_end(wait).await, (2, WatchEnd::Deadline));
        assert!(wait.elapsed() < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn the_end_of_the_run_ends_a_wait() {
        let wait = Wait::new(Duration::from_secs(60)).until(Instant::now());
        assert_eq!(looks_until_end(wait).await, (1, WatchEnd::Timeout));
    }

    #[tokio::test]
    async fn pauses_double_up_to_the_longest() {
        let wait =
            Wait::new(Duration::from_millis(100)).with_backoff(Duration::from_millis(1), Duration::from_millis(64));
        // At 0, 1, 3, 7, 15, 31, 63 ms, and at the deadline.
        let (looks, _) = looks_until_end(wait).await;
        assert!((3..=8).contains(&looks), "{looks}");
    }

    #[tokio::test]
    async fn a_look_past_the_deadline_still_pauses() {
        let wait = Wait::new(Duration::ZERO).every(Duration::from_millis(20));
        let mut looks = 0;
        wait.poll(async |_| {
            looks += 1;
            (looks == 3).then_some(())
        })
        .await;
        assert!(wait.elapsed() >= Duration::from_millis(40));
    }
}
