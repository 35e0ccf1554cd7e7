//! What a line says of itself: level, time, who wrote it, its message. Only as much of it is read as that needs.

use crate::model::logs::{LogLevel, Nanos};

use super::{json, logfmt, timestamp};

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineFormat {
    /// `level=info ts=… msg="…"`: Tempo, Prometheus, Loki, Grafana, Alloy.
    Logfmt,
    /// `{"level":"info",…}`
    Json,
    /// A time, a level, a message: the collector's console, Go's log package, log4j.
    Console,
    /// Anything else.
    #[default]
    Plain,
}

/// A part of a line, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByteSpan {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
}

impl ByteSpan {
    /// From here to there.
    pub fn new(from: usize, to: usize) -> Self {
        ByteSpan {
            from: u32::try_from(from).unwrap_or(u32::MAX),
            to: u32::try_from(to).unwrap_or(u32::MAX),
        }
    }

    /// The part itself.
    pub fn slice(self, line: &[u8]) -> &[u8] {
        let to = (self.to as usize).min(line.len());
        line.get(self.from as usize..to).unwrap_or_default()
    }

    /// Nothing is there.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

/// What a line says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineHeader {
    /// How it is written.
    pub format: LineFormat,
    /// How serious it says it is.
    pub level: Option<LogLevel>,
    /// When it was written.
    pub time: Option<Nanos>,
    /// The file or logger that wrote it.
    pub caller: ByteSpan,
    /// Its message, escapes as they stand.
    pub message: ByteSpan,
    /// Its error, looked for in warnings and errors only.
    pub error: ByteSpan,
}

impl LineHeader {
    /// Nothing more is to be found in the rest of the line.
    pub(super) fn is_complete(&self) -> bool {
        self.level.is_some()
            && self.time.is_some()
            && !self.message.is_empty()
            && !self.caller.is_empty()
            && (self.level < Some(LogLevel::Warn) || !self.error.is_empty())
    }

    /// Takes a field up, where it is one of those that say what a line is.
    pub(super) fn record_field(&mut self, key: &[u8], value: &[u8], at: ByteSpan) {
        match key {
            b"level" | b"lvl" | b"severity" => self.level = self.level.or_else(|| LogLevel::from_word(value)),
            b"ts" | b"time" | b"t" | b"timestamp" if self.time.is_none() => {
                self.time = timestamp::parse_rfc3339(value)
                    .map(|(nanos, _)| nanos)
                    .or_else(|| timestamp::parse_epoch(value));
            }
            b"caller" | b"source" | b"logger" if self.caller.is_empty() => self.caller = at,
            b"msg" | b"message" if self.message.is_empty() => self.message = at,
            b"err" | b"error" if self.error.is_empty() && value != b"null" => self.error = at,
            _ => {}
        }
    }
}

/// Reads the head of a line.
pub fn parse_line_header(line: &[u8]) -> LineHeader {
    match line.first() {
        Some(b'{') => json::parse_json_header(line).unwrap_or_else(|| parse_plain_header(line)),
        Some(b'0'..=b'9' | b'[') => parse_console_header(line).unwrap_or_else(|| parse_plain_header(line)),
        Some(byte) if byte.is_ascii_alphabetic() => {
            logfmt::parse_logfmt_header(line).unwrap_or_else(|| parse_plain_header(line))
        }
        _ => parse_plain_header(line),
    }
}

/// True where a line begins an entry of its own, whatever stood before it.
pub fn is_entry_start(line: &[u8]) -> bool {
    match line.first() {
        Some(b'{') => line.last() == Some(&b'}'),
        Some(b'0'..=b'9' | b'[') => parse_console_header(line).is_some(),
        Some(byte) if byte.is_ascii_alphabetic() => {
            logfmt::parse_logfmt_header(line).is_some_and(|head| head.level.is_some())
        }
        _ => false,
    }
}

fn parse_plain_header(line: &[u8]) -> LineHeader {
    LineHeader {
        format: LineFormat::Plain,
        level: guess_level(line),
        message: ByteSpan::new(0, line.len()),
        ..LineHeader::default()
    }
}

/// A time first, then what is written behind it.
fn parse_console_header(line: &[u8]) -> Option<LineHeader> {
    let opened = usize::from(line.first() == Some(&b'['));
    let text = line.get(opened..)?;
    let (time, taken, go) = match timestamp::parse_rfc3339(text) {
        Some((time, taken)) => (time, taken, false),
        None => timestamp::parse_go_time(text).map(|(time, taken)| (time, taken, true))?,
    };
    let mut at = opened + taken;
    let mut head = LineHeader {
        format: LineFormat::Console,
        time: Some(time),
        ..LineHeader::default()
    };
    if line.get(at) == Some(&b'\t') {
        parse_zap_columns(line, at + 1, &mut head);
        return Some(head);
    }
    while matches!(line.get(at), Some(b' ' | b']' | b'\t')) {
        at += 1;
    }
    let rest = line.get(at..).unwrap_or_default();
    let word = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
    let bare = rest.get(..word).unwrap_or_default();
    let bare = bare.strip_prefix(b"[").unwrap_or(bare);
    let bare = bare
        .strip_suffix(b"]")
        .or_else(|| bare.strip_suffix(b":"))
        .unwrap_or(bare);
    head.level = LogLevel::from_word(bare).filter(|_| !go);
    if head.level.is_some() {
        at += word + 1;
    } else {
        head.level = guess_level(rest);
    }
    head.message = ByteSpan::new(at.min(line.len()), line.len());
    Some(head)
}

/// The console of zap: time, level, perhaps a logger, caller, message and fields, a tab between each.
fn parse_zap_columns(line: &[u8], from: usize, head: &mut LineHeader) {
    let mut parts = Vec::with_capacity(6);
    let mut start = from;
    for tab in memchr::memchr_iter(b'\t', line.get(from..).unwrap_or_default()).take(5) {
        parts.push(ByteSpan::new(start, from + tab));
        start = from + tab + 1;
    }
    parts.push(ByteSpan::new(start, line.len()));
    let mut parts = parts.into_iter().peekable();
    head.level = parts.next().and_then(|level| LogLevel::from_word(level.slice(line)));
    while let Some(part) = parts.peek().copied() {
        let text = part.slice(line);
        let caller = memchr::memmem::find(text, b".go:").is_some() && !text.contains(&b' ');
        if caller || (head.caller.is_empty() && !text.contains(&b' ') && text.first() != Some(&b'{')) {
            head.caller = part;
            parts.next();
            if caller {
                break;
            }
        } else {
            break;
        }
    }
    head.message = parts.next().unwrap_or(ByteSpan::new(from, line.len()));
    if let Some(fields) = parts.last()
        && head.level >= Some(LogLevel::Warn)
        && let Some(error) = json::find_member(fields.slice(line), b"error")
    {
        head.error = ByteSpan::new(fields.from as usize + error.0, fields.from as usize + error.1);
    }
}

/// What a line without a level is, where its first words leave no doubt.
fn guess_level(line: &[u8]) -> Option<LogLevel> {
    const FATAL: [&[u8]; 5] = [
        b"panic:",
        b"fatal error:",
        b"failed parsing config",
        b"flag provided but not defined",
        b"runtime: out of memory",
    ];
    const ERROR: [&[u8]; 4] = [b"error:", b"ERROR", b"Error:", b"http: panic serving"];
    const WARN: [&[u8]; 3] = [b"WARN", b"warning:", b"Warning:"];
    let starts = |words: &[&[u8]]| words.iter().any(|word| line.starts_with(word));
    if starts(&FATAL) {
        Some(LogLevel::Fatal)
    } else if starts(&ERROR) {
        Some(LogLevel::Error)
    } else if starts(&WARN) {
        Some(LogLevel::Warn)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (LineFormat, Option<LogLevel>, bool, String, String, String) {
        let head = parse_line_header(line.as_bytes());
        let text = |span: ByteSpan| String::from_utf8_lossy(span.slice(line.as_bytes())).into_owned();
        (
            head.format,
            head.level,
            head.time.is_some(),
            text(head.caller),
            text(head.message),
            text(head.error),
        )
    }

    #[test]
    fn every_server_is_understood() {
        let case = |line: &str, format, level, caller: &str, message: &str, error: &str| {
            let level = Some(level);
            let expected = (
                format,
                level,
                true,
                caller.to_owned(),
                message.to_owned(),
                error.to_owned(),
            );
            assert_eq!(read(line), expected, "{line}");
        };
        use LogLevel::{Error, Info, Warn};
        case(
            r#"level=info ts=2026-11-22T09:29:24.459505222Z caller=handler.go:135 msg="query stats" tenant=a err="x""#,
            LineFormat::Logfmt,
            Info,
            "handler.go:135",
            "query stats",
            "",
        );
        case(
            r#"time=2026-11-22T13:06:45.446Z level=WARN source=a/queue_manager.go:2084 msg="Failed to send" err="Post \"http://x\": refused""#,
            LineFormat::Logfmt,
            Warn,
            "a/queue_manager.go:2084",
            "Failed to send",
            r#"Post \"http://x\": refused"#,
        );
        case(
            r#"logger=context userId=1 t=2026-11-22T12:36:49.85Z level=error msg="Request Completed" error=null"#,
            LineFormat::Logfmt,
            Error,
            "context",
            "Request Completed",
            "",
        );
        case(
            "2026-11-22T11:56:38.300Z\tinfo\tinternal/retry_sender.go:136\tExporting failed.\t{\"error\": \"no\"}",
            LineFormat::Console,
            Info,
            "internal/retry_sender.go:136",
            "Exporting failed.",
            "",
        );
        case(
            "2026-11-22T11:56:38.300Z\twarn\tgrpc@v1/clientconn.go:15\t[core] failed\t{\"a\": {\"b\": 1}, \"error\": \"no\"}",
            LineFormat::Console,
            Warn,
            "grpc@v1/clientconn.go:15",
            "[core] failed",
            "no",
        );
        case(
            r#"{"level":"warn","ts":1795332060.25,"caller":"a.go:1","msg":"x \"y\"","error":"z"}"#,
            LineFormat::Json,
            Warn,
            "a.go:1",
            r#"x \"y\""#,
            "z",
        );
        case(
            "[2026-11-22 09:29:24,459] INFO Kafka version: 4.1",
            LineFormat::Console,
            Info,
            "",
            "Kafka version: 4.1",
            "",
        );
        case(
            "2026/11/22 09:38:21 http: panic serving 127.0.0.1:45588: x",
            LineFormat::Console,
            Error,
            "",
            "http: panic serving 127.0.0.1:45588: x",
            "",
        );
    }

    #[test]
    fn what_is_none_of_these_is_plain() {
        for line in [
            "",
            "hello",
            "{not json",
            "12 apples",
            "WARNING: sonic only supports",
            "\u{7f}\u{1b}[2J",
        ] {
            assert_eq!(parse_line_header(line.as_bytes()).format, LineFormat::Plain, "{line}");
        }
        assert_eq!(parse_line_header(b"panic: runtime error").level, Some(LogLevel::Fatal));
    }
}
