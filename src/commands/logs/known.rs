//! Known problems with the way on.

use crate::causes;
use crate::checks::cause_checks;
use crate::model::logs::{Known, Problem};
use crate::parse::logs::line;

/// A known problem with its title, and the check that looks at it: every check of that hop, else doctor with this log.
pub(super) fn problem(known: Known) -> Problem {
    let entry = causes::lookup(&known.cause);
    let checked = cause_checks().into_iter().find(|(cause, _)| *cause == known.cause);
    let command = match checked.and_then(|(_, check)| check.split_once('.')) {
        Some((hop, _)) => format!("tempoctl doctor --only '{hop}.*'"),
        None => format!("tempoctl doctor --logs '{}'", known.source),
    };
    Problem {
        title: entry.map(|entry| entry.title).unwrap_or_default(),
        reason: line::reason(&known.example),
        command,
        known,
    }
}
