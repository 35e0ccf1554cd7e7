//! Several logs in the order of time. Within each of them nothing changes its place.

use std::ops::ControlFlow;
use std::task::Poll;
use std::time::Duration;

use stack::clients::logs::{LogFeed, LogPiece};
use telemetry::model::logs::Nanos;
use telemetry::model::time_bounds::deadline_after;
use telemetry::parse::logs::fold::SourceInfo;
use telemetry::parse::logs::splitter::{KEPT, LONGEST_LINE};
use telemetry::parse::logs::{EntrySplitter, LogRecord};

/// Following: how long lines of other sources are waited for, so that they come in the order of time.
const GATHER: Duration = Duration::from_millis(150);
/// Following: how often it is said that nothing comes.
const IDLE: Duration = Duration::from_secs(1);
/// Following: what is gathered at most.
const GATHERED: usize = 8 * 1024 * 1024;

/// What happens while logs are read.
#[derive(Debug)]
pub enum LogEvent<'a> {
    /// An entry.
    Entry(LogRecord<'a>),
    /// Something a person should know.
    Note(&'a str),
    /// A source cannot be read, or not any further.
    Failed {
        /// Which, by its number.
        source: usize,
        /// Why.
        why: &'a str,
        /// It refused the credentials.
        unauthorised: bool,
    },
    /// Following: for a while nothing came.
    Idle,
}

struct MergeInput {
    feed: LogFeed,
    cursor: EntrySplitter,
    open: bool,
    /// It was said that it has lines too long to be read whole.
    noted_cut: bool,
}

/// Logs that are read together.
pub struct LogMerge {
    inputs: Vec<MergeInput>,
}

impl LogMerge {
    /// These logs. The place of a feed is the number of its source.
    pub fn new(feeds: Vec<LogFeed>) -> Self {
        let inputs = feeds.into_iter().enumerate().map(|(at, feed)| MergeInput {
            cursor: EntrySplitter::new(u32::try_from(at).unwrap_or(u32::MAX), feed.stamped),
            feed,
            open: true,
            noted_cut: false,
        });
        LogMerge {
            inputs: inputs.collect(),
        }
    }

    /// What is known of each source.
    pub fn sources(&self) -> Vec<SourceInfo> {
        let sources = self.inputs.iter().map(|input| SourceInfo {
            name: input.feed.name.clone(),
            container: input.feed.container,
        });
        sources.collect()
    }

    /// Reads every log to its end.
    pub async fn read(&mut self, mut take: impl FnMut(LogEvent<'_>) -> ControlFlow<()>) {
        loop {
            for (at, input) in self.inputs.iter_mut().enumerate() {
                while input.open && input.cursor.peek().is_none() {
                    let piece = input.feed.pieces.recv().await;
                    if push_piece(at, input, piece, &mut take).is_break() {
                        return;
                    }
                }
            }
            match emit_entries(&mut self.inputs, &mut take) {
                Some(ControlFlow::Continue(())) => {}
                Some(ControlFlow::Break(())) | None => return,
            }
        }
    }

    /// Goes on for as long as anything may come.
    pub async fn follow(&mut self, mut take: impl FnMut(LogEvent<'_>) -> ControlFlow<()>) {
        while self.inputs.iter().any(|input| input.open) {
            let Ok((at, piece)) = tokio::time::timeout(IDLE, receive_any(&mut self.inputs)).await else {
                if take(LogEvent::Idle).is_break() {
                    return;
                }
                continue;
            };
            let mut gathered = measure_piece(piece.as_ref());
            if let Some(input) = self.inputs.get_mut(at)
                && push_piece(at, input, piece, &mut take).is_break()
            {
                return;
            }
            let until = deadline_after(GATHER).into();
            while gathered < GATHERED
                && self.inputs.iter().any(|input| input.open)
                && let Ok((at, piece)) = tokio::time::timeout_at(until, receive_any(&mut self.inputs)).await
            {
                gathered += measure_piece(piece.as_ref());
                if let Some(input) = self.inputs.get_mut(at)
                    && push_piece(at, input, piece, &mut take).is_break()
                {
                    return;
                }
            }
            for input in &mut self.inputs {
                input.cursor.settle();
            }
            loop {
                match emit_entries(&mut self.inputs, &mut take) {
                    Some(ControlFlow::Continue(())) => {}
                    Some(ControlFlow::Break(())) => return,
                    None => break,
                }
            }
        }
    }
}

fn measure_piece(piece: Option<&LogPiece>) -> usize {
    match piece {
        Some(LogPiece::Bytes(bytes)) => bytes.len(),
        _ => 0,
    }
}

/// The next piece of any log that is still open.
async fn receive_any(inputs: &mut [MergeInput]) -> (usize, Option<LogPiece>) {
    std::future::poll_fn(|context| {
        for (at, input) in inputs.iter_mut().enumerate().filter(|(_, input)| input.open) {
            if let Poll::Ready(piece) = input.feed.pieces.poll_recv(context) {
                return Poll::Ready((at, piece));
            }
        }
        Poll::Pending
    })
    .await
}

fn push_piece(
    at: usize,
    input: &mut MergeInput,
    piece: Option<LogPiece>,
    take: &mut impl FnMut(LogEvent<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match piece {
        Some(LogPiece::Bytes(bytes)) => {
            input.cursor.push(&bytes);
            if input.cursor.has_cut() && !std::mem::replace(&mut input.noted_cut, true) {
                let note = format!(
                    "{}: lines longer than {} MiB are cut; only the first {} KiB of each are read",
                    input.feed.name,
                    LONGEST_LINE >> 20,
                    KEPT >> 10
                );
                return take(LogEvent::Note(&note));
            }
        }
        Some(LogPiece::Note(note)) => return take(LogEvent::Note(&note)),
        Some(LogPiece::Failed(why)) => {
            return take(LogEvent::Failed {
                source: at,
                why: &why,
                unauthorised: false,
            });
        }
        Some(LogPiece::Unauthorised(why)) => {
            return take(LogEvent::Failed {
                source: at,
                why: &why,
                unauthorised: true,
            });
        }
        None => {
            input.open = false;
            input.cursor.end();
        }
    }
    ControlFlow::Continue(())
}

/// Hands out entries of the source whose turn it is, until it is another's. `None` where no entry is ready.
fn emit_entries(
    inputs: &mut [MergeInput],
    take: &mut impl FnMut(LogEvent<'_>) -> ControlFlow<()>,
) -> Option<ControlFlow<()>> {
    let mut first: Option<(Nanos, usize)> = None;
    let mut second = Nanos::MAX;
    for (at, input) in inputs.iter_mut().enumerate() {
        let Some(time) = input.cursor.peek() else {
            continue;
        };
        match first {
            Some((earliest, _)) if time >= earliest => second = second.min(time),
            _ => {
                second = first.map_or(second, |(earliest, _)| earliest);
                first = Some((time, at));
            }
        }
    }
    let (_, at) = first?;
    let cursor = &mut inputs.get_mut(at)?.cursor;
    // Another source's entry of the same moment may wait: those of this one stay together.
    while cursor.peek().is_some_and(|time| time <= second) {
        let Some(entry) = cursor.next_entry() else {
            break;
        };
        if take(LogEvent::Entry(entry)).is_break() {
            return Some(ControlFlow::Break(()));
        }
    }
    Some(ControlFlow::Continue(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn texts(feeds: Vec<LogFeed>, follow: bool) -> Vec<String> {
        let mut merge = LogMerge::new(feeds);
        let mut texts = Vec::new();
        let take = |event: LogEvent<'_>| {
            match event {
                LogEvent::Entry(entry) => texts.push(String::from_utf8_lossy(entry.text).into_owned()),
                LogEvent::Failed { why, .. } => texts.push(format!("failed: {why}")),
                LogEvent::Note(_) | LogEvent::Idle => {}
            }
            ControlFlow::Continue(())
        };
        if follow {
            merge.follow(take).await;
        } else {
            merge.read(take).await;
        }
        texts
    }

    fn feed(pieces: Vec<LogPiece>) -> LogFeed {
        let (feed, out) = LogFeed::new("x", true, false);
        tokio::spawn(async move {
            for piece in pieces {
                let _ = out.send(piece).await;
            }
        });
        feed
    }

    fn lines(text: &str) -> LogPiece {
        LogPiece::Bytes(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn logs_are_woven_by_time_and_each_keeps_its_order() {
        for follow in [false, true] {
            let one = feed(vec![
                lines("2026-11-22T09:00:01Z a1\n2026-11-22T09:00:0"),
                lines("4Z a2\n2026-11-22T09:00:03Z a3 (late)\n"),
            ]);
            let two = feed(vec![
                lines("2026-11-22T09:00:02Z b1\n"),
                LogPiece::Failed("gone".to_owned()),
                lines("2026-11-22T09:00:05Z b2"),
            ]);
            let mut woven = texts(vec![one, two], follow).await;
            woven.retain(|text| !text.starts_with("failed"));
            assert_eq!(woven, ["a1", "b1", "a2", "a3 (late)", "b2"], "follow: {follow}");
        }
    }
}
