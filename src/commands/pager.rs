//! Long text on a terminal goes through the pager that people have.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use crate::render::sink::{OutputError, Sink};
use stack::config::Environment;

/// The pager where `PAGER` names none: it ends by itself where all fits, and keeps colours.
const USUAL: &str = "less";
/// What `less` is told where `LESS` says nothing.
const LESS: &str = "FRX";

/// Writes the text to standard output: through a pager where that is a terminal with fewer lines than the text.
/// `PAGER=cat` means without one, as it does for git and man.
pub(crate) fn page_text(text: &str, env: &Environment, sink: &mut Sink) -> Result<(), OutputError> {
    match choose_pager(text, env, sink) {
        Some(command) if run_pager(&command, text, env) => Ok(()),
        _ => sink.out(text),
    }
}

fn choose_pager(text: &str, env: &Environment, sink: &Sink) -> Option<Vec<String>> {
    let rows = env
        .get("LINES")
        .and_then(|text| text.parse().ok())
        .or_else(|| terminal_size::terminal_size().map(|(_, rows)| usize::from(rows.0)))?;
    if !sink.stdout_is_tty() || text.lines().count() < rows {
        return None;
    }
    let said = env.get("PAGER").unwrap_or(USUAL);
    let command: Vec<String> = said.split_whitespace().map(str::to_owned).collect();
    (said != "cat").then_some(command)
}

/// True where the pager was there to take it. One that is left before the end has done its work.
fn run_pager(command: &[String], text: &str, env: &Environment) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    let mut child = Command::new(program);
    child.args(arguments).stdin(Stdio::piped());
    if env.get("LESS").is_none() {
        child.env("LESS", LESS);
    }
    let Ok(mut child) = child.spawn() else {
        return false;
    };
    let written = child.stdin.take().map(|mut pipe| pipe.write_all(text.as_bytes()));
    let ended = child.wait();
    let left = matches!(written, Some(Err(ref error)) if error.kind() == ErrorKind::BrokenPipe);
    ended.is_ok_and(|status| status.success() || left || status.code().is_none())
}
