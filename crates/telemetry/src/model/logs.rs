//! What a log says: lines by level, time and component, repeats folded, known messages with their causes.

use serde::{Deserialize, Serialize};

use super::collector::LogMatch;

/// How serious a line says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Every step.
    Trace,
    /// For developers.
    Debug,
    /// What happens.
    Info,
    /// What may become a problem.
    Warn,
    /// What failed.
    Error,
    /// What ended the process.
    Fatal,
}

impl LogLevel {
    /// Every severity, the least first.
    pub const ALL: [LogLevel; 6] = [
        LogLevel::Trace,
        LogLevel::Debug,
        LogLevel::Info,
        LogLevel::Warn,
        LogLevel::Error,
        LogLevel::Fatal,
    ];

    /// The name as the servers write it: `warn`.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Trace => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
            LogLevel::Fatal => "fatal",
        }
    }

    /// The severity that a server's word means, in any case: `warning`, `ERR`, `dpanic`, …
    pub fn from_word(word: &[u8]) -> Option<LogLevel> {
        let mut lower = [0_u8; 8];
        let lower = lower.get_mut(..word.len())?;
        for (to, from) in lower.iter_mut().zip(word) {
            *to = from.to_ascii_lowercase();
        }
        Some(match &*lower {
            b"trace" | b"trc" => LogLevel::Trace,
            b"debug" | b"dbug" | b"dbg" => LogLevel::Debug,
            b"info" | b"inf" | b"notice" => LogLevel::Info,
            b"warn" | b"warning" | b"wrn" => LogLevel::Warn,
            b"error" | b"eror" | b"err" => LogLevel::Error,
            b"fatal" | b"panic" | b"dpanic" | b"crit" | b"critical" | b"alert" | b"emerg" => LogLevel::Fatal,
            _ => return None,
        })
    }
}

/// A moment, in nanoseconds since 1970.
pub type Nanos = i64;

/// Where every line went: `read = shown + folded + filtered`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounts {
    /// Lines read.
    pub read: u64,
    /// Lines that stand in the output.
    pub shown: u64,
    /// Lines counted with one that is shown.
    pub folded: u64,
    /// Lines that no filter let through.
    pub filtered: u64,
    /// Sources that could not be read, or not to their end.
    pub unreadable: u64,
}

/// A known problem and how often a log tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownProblem {
    /// The cause, as the catalogue names it.
    pub cause: String,
    /// Entries that tell of it.
    pub count: u64,
    /// When first, where the log has times.
    pub first: Option<Nanos>,
    /// When last.
    pub last: Option<Nanos>,
    /// One of them, as it was written; secrets masked.
    pub example: String,
    /// Whose log it stands in.
    pub source: String,
}

/// Entries that differ in names and numbers only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTemplate {
    /// What they have in common; `<*>` stands for what differs.
    pub text: String,
    /// How serious they are.
    pub level: Option<LogLevel>,
    /// How many.
    pub count: u64,
    /// When first, where the log has times.
    pub first: Option<Nanos>,
    /// When last.
    pub last: Option<Nanos>,
    /// The first of them, as it was written.
    pub example: Vec<u8>,
    /// Whose log it stands in; of several, the first.
    pub source: u32,
    /// Causes that the first of them tells of.
    pub causes: Vec<String>,
}

/// A log of doctor's run: what it says, or why it could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRead {
    /// As a person named it: `docker:tempo`, a path, `-`.
    pub source: String,
    /// Lines read.
    pub lines: u64,
    /// Known problems in it.
    pub known: Vec<KnownProblem>,
    /// When its last line was written.
    #[serde(default)]
    pub last: Option<Nanos>,
    /// What it says of a collector's exporters, the one with the newest line first.
    #[serde(default)]
    pub exporters: Vec<LogMatch>,
    /// Why it could not be read, or not to its end.
    #[serde(default)]
    pub failure: Option<String>,
}

/// A container that stands behind an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerFacts {
    /// `tempo`
    pub name: String,
    /// `grafana/tempo:3.0.3`
    pub image: String,
    /// The address it publishes, as doctor asked it: `localhost:3200`.
    pub address: String,
    /// It publishes that address; false where it is what should answer there and does not.
    pub published: bool,
    /// `running`, `exited`, `restarting`, `created`, `paused`, `dead`
    pub status: String,
    /// The last exit code.
    pub exit_code: i64,
    /// The kernel killed it for memory.
    pub oom_killed: bool,
    /// How often the engine restarted it.
    pub restarts: u64,
    /// When it last ended, RFC 3339.
    #[serde(default)]
    pub finished_at: Option<String>,
    /// What the engine says of its last start.
    #[serde(default)]
    pub error: String,
    /// The last lines it wrote, secrets masked.
    #[serde(default)]
    pub last_lines: Vec<String>,
    /// Known problems in them.
    #[serde(default)]
    pub known: Vec<KnownProblem>,
}

/// What logs and containers tell of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFacts {
    /// The logs that were given.
    #[serde(default)]
    pub read: Vec<LogRead>,
    /// Containers that publish an address which does not answer.
    #[serde(default)]
    pub containers: Vec<ContainerFacts>,
}

/// An entry taken apart, ready to be shown: secrets masked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub time: Option<Nanos>,
    /// How serious it is.
    pub level: Option<LogLevel>,
    /// Whose log it stands in.
    pub source: String,
    /// The part that wrote it: `distributor`.
    pub part: String,
    /// What it says.
    pub message: String,
    /// Everything else it says of itself, in order.
    pub fields: Vec<(String, String)>,
    /// The lines after its first.
    pub more: Vec<String>,
    /// How many are folded into it, itself included.
    pub count: u64,
    /// The causes it tells of.
    pub causes: Vec<String>,
    /// As it was written.
    pub raw: String,
}

/// A source that could not be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableLog {
    /// What was tried.
    pub source: String,
    /// Why.
    pub why: String,
}

/// A known problem with the way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProblem {
    /// What the log says of it.
    pub known: KnownProblem,
    /// Its title in the catalogue.
    pub title: String,
    /// What was the matter, in a few words from the log.
    pub reason: String,
    /// The command that looks at it: `tempoctl doctor --only 'remote-write.*'`.
    pub command: String,
}

/// What logs say, folded.
#[derive(Debug, Clone, Default)]
pub struct LogSummary {
    /// Where every line went.
    pub account: LineCounts,
    /// Known problems, the most frequent first.
    pub problems: Vec<LogProblem>,
    /// Entries, one a template, in order of first appearance.
    pub lines: Vec<LogLine>,
    /// The templates themselves, in the same order.
    pub templates: Vec<LogTemplate>,
    /// What was read.
    pub sources: Vec<String>,
    /// What could not be read.
    pub unread: Vec<UnreadableLog>,
}
