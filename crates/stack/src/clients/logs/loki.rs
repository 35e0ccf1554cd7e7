//! Loki: the lines of a query, page by page, and again and again where they are followed.
//!
//! Following asks `query_range` anew instead of opening a web socket: it passes every proxy that the query passes, with the same
//! credentials, and lines that Loki gets late are still seen.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::{LogFeed, LogPiece, LogWindow, PieceSender};
use crate::clients::loki::{LokiClient, LokiPage, LokiRefusal};
use telemetry::model::logs::Nanos;
use telemetry::parse::logs::journal;

/// Lines a page: the most that Loki allows where nobody changed it.
const PAGE: usize = 5_000;
/// How often is asked for more.
const PAUSE: Duration = Duration::from_secs(1);
/// How far back is asked again: lines of several senders come late.
const LATE: Nanos = 10_000_000_000;
/// Lines that are remembered, so that none is shown twice.
const REMEMBERED: usize = 50_000;
/// What is fetched to find the last lines of a log.
const HOUR: Nanos = 3_600_000_000_000;

/// Reads the lines of a query. `wanted.from` is needed; where nothing is said, it is an hour ago.
pub fn read_query(loki: LokiClient, query: &str, wanted: LogWindow, now: Nanos) -> LogFeed {
    let (feed, out) = LogFeed::new(format!("loki:{query}"), true, false);
    let query = query.to_owned();
    tokio::spawn(async move {
        let Err(refusal) = pump_pages(&loki, &query, wanted, now, &out).await else {
            return;
        };
        let piece = match refusal {
            LokiRefusal::Login(problem) => LogPiece::Unauthorised(problem),
            LokiRefusal::Page(most) => LogPiece::Failed(format!("Loki allows {most} lines per query")),
            LokiRefusal::Gone(problem) | LokiRefusal::Other(problem) => LogPiece::Failed(problem),
        };
        let _ = out.send(piece).await;
    });
    feed
}

async fn pump_pages(
    loki: &LokiClient,
    query: &str,
    wanted: LogWindow,
    now: Nanos,
    out: &PieceSender,
) -> Result<(), LokiRefusal> {
    let mut page = PAGE;
    let mut from = wanted.from.unwrap_or(now.saturating_sub(HOUR));
    let mut seen = SeenLines::default();
    let mut lost = false;
    if let Some(tail) = wanted.tail {
        // The last ones: asked for from the end, shown in their order.
        let to = wanted.to.unwrap_or_else(read_clock);
        let last = LokiPage {
            range: (from, to),
            limit: tail.min(page),
            newest: true,
        };
        let lines = loki.query_lines(query, last).await?;
        from = lines.last().map_or(to, |(time, _)| *time);
        if !send_lines(seen.drop_known(lines), out).await || !wanted.follow {
            return Ok(());
        }
    }
    loop {
        let to = wanted.to.filter(|_| !wanted.follow).unwrap_or_else(read_clock);
        let next = LokiPage {
            range: (from, to),
            limit: page,
            newest: false,
        };
        let lines = match loki.query_lines(query, next).await {
            Ok(lines) => lines,
            Err(LokiRefusal::Page(most)) if most < page => {
                page = most;
                continue;
            }
            Err(LokiRefusal::Gone(problem)) if wanted.follow => {
                if !std::mem::replace(&mut lost, true) {
                    // Where nobody takes it, the pause ends at once.
                    let _ = out.send(LogPiece::Note(format!("{problem}; retrying"))).await;
                }
                if !pause_unless_closed(out).await {
                    return Ok(());
                }
                continue;
            }
            Err(refusal) => return Err(refusal),
        };
        lost = false;
        let full = lines.len() >= page;
        let last = lines.last().map(|(time, _)| *time);
        let fresh = seen.drop_known(lines);
        let stuck = full && fresh.is_empty();
        if !send_lines(fresh, out).await {
            return Ok(());
        }
        if full && let Some(last) = last {
            // More of the same moment may follow: it is asked for again, and what was seen is left out.
            from = if stuck { last.saturating_add(1) } else { last };
            continue;
        }
        if !wanted.follow {
            return Ok(());
        }
        from = seen.newest.map_or(from, |newest| newest.saturating_sub(LATE)).max(from);
        if !pause_unless_closed(out).await {
            return Ok(());
        }
    }
}

async fn pause_unless_closed(out: &PieceSender) -> bool {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => true,
        () = out.closed() => false,
    }
}

/// Hands lines on; false where nobody takes them.
async fn send_lines(lines: Vec<(Nanos, String)>, out: &PieceSender) -> bool {
    let text = render_stamped(lines);
    text.is_empty() || out.send(LogPiece::Bytes(text)).await.is_ok()
}

fn render_stamped(lines: Vec<(Nanos, String)>) -> Vec<u8> {
    let mut text = Vec::new();
    for (time, line) in lines {
        let Some(stamp) = journal::format_timestamp(time) else {
            continue;
        };
        for part in line.trim_end_matches(['\n', '\r']).split('\n') {
            text.extend_from_slice(stamp.as_bytes());
            text.push(b' ');
            text.extend_from_slice(part.as_bytes());
            text.push(b'\n');
        }
    }
    text
}

/// Lines that were seen lately.
#[derive(Default)]
struct SeenLines {
    newest: Option<Nanos>,
    known: std::collections::HashSet<u64>,
    order: VecDeque<u64>,
}

impl SeenLines {
    fn drop_known(&mut self, mut lines: Vec<(Nanos, String)>) -> Vec<(Nanos, String)> {
        lines.retain(|(time, line)| self.is_new(*time, line));
        lines
    }

    fn is_new(&mut self, time: Nanos, line: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        (time, line).hash(&mut hasher);
        let hash = hasher.finish();
        self.newest = self.newest.max(Some(time));
        if !self.known.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(old) = self.order.pop_front()
        {
            self.known.remove(&old);
        }
        true
    }
}

fn read_clock() -> Nanos {
    i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(Nanos::MAX)
}
