//! Known problems with the way on.

use doctor::causes;
use telemetry::model::logs::{KnownProblem, LogProblem};
use telemetry::parse::logs::display;
use telemetry::text::quote::quote_flag;

/// A known problem with its title, and the check that looks at it: every check of that hop, else doctor with this log.
pub(super) fn describe_known_problem(known: KnownProblem) -> LogProblem {
    let entry = causes::find_cause(&known.cause);
    let check = entry.as_ref().and_then(|entry| entry.named_by.first());
    let command = match check.and_then(|check| check.split_once('.')) {
        Some((hop, _)) => format!("tempoctl doctor --only '{hop}.*'"),
        None => format!("tempoctl doctor {}", quote_flag("--logs", &known.source)),
    };
    LogProblem {
        title: entry.map(|entry| entry.title).unwrap_or_default(),
        reason: display::extract_reason(&known.example),
        command,
        known,
    }
}
