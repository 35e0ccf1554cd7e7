//! Programs that know a log better than we do: `kubectl`, `journalctl`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use super::line_buffer::LineBuffer;
use super::{LogFeed, LogPiece, PieceSender};
use telemetry::parse::logs::{journal, mask};

/// What is kept of what a program complains about.
const COMPLAINT: u64 = 4 * 1024;
/// What is read at once.
const CHUNK: usize = 64 * 1024;
/// What a program may answer to a question.
const ANSWER: u64 = 32 * 1024 * 1024;

/// A program, if it is in one of these folders (`PATH`); its arguments follow.
pub fn find_program(program: &str, path: Option<&str>) -> Option<PathBuf> {
    std::env::split_paths(path?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// What a program prints, or what it complains about.
pub async fn run_program(program: &PathBuf, arguments: &[String], within: Duration) -> Result<String, String> {
    let run = async {
        let (mut child, complaint) = start_program(program, arguments)?;
        let mut text = Vec::new();
        if let Some(out) = child.stdout.take() {
            #[expect(clippy::disallowed_methods, reason = "behind take")]
            out.take(ANSWER)
                .read_to_end(&mut text)
                .await
                .map_err(|problem| problem.to_string())?;
        }
        await_exit(child, complaint).await?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    match tokio::time::timeout(within, run).await {
        Ok(result) => result,
        Err(_) => Err(format!("no answer within {} s", within.as_secs())),
    }
}

/// Reads what a program prints as a log. With `journal`, each line is an entry of the journal.
pub fn stream_program(name: &str, container: bool, program: PathBuf, arguments: Vec<String>, journal: bool) -> LogFeed {
    let (feed, out) = LogFeed::new(name, true, container);
    tokio::spawn(async move {
        if let Err(problem) = pump_output(&program, &arguments, journal, &out).await {
            let _ = out.send(LogPiece::Failed(problem)).await;
        }
    });
    feed
}

async fn pump_output(program: &PathBuf, arguments: &[String], journal: bool, out: &PieceSender) -> Result<(), String> {
    // As journalctl and kubectl call it.
    let follow = arguments
        .iter()
        .any(|argument| argument == "-f" || argument.starts_with("--follow"));
    let (mut child, complaint) = start_program(program, arguments)?;
    if let Some(stdout) = child.stdout.take() {
        let mut input = BufReader::with_capacity(CHUNK, stdout);
        let mut line = LineBuffer::default();
        loop {
            let piece = super::await_piece(follow, input.fill_buf()).await?;
            let piece = piece.map_err(|problem| problem.to_string())?;
            if piece.is_empty() {
                break;
            }
            let chunk = if journal {
                let (used, whole) = line.push(piece).map_err(|problem| problem.to_string())?;
                input.consume(used);
                if !whole {
                    continue;
                }
                let entry = journal::convert_export_line(line.bytes()).unwrap_or_default();
                line.clear();
                entry
            } else {
                line.pass(piece).map_err(|problem| problem.to_string())?;
                let chunk = piece.to_vec();
                input.consume(chunk.len());
                chunk
            };
            if out.send(LogPiece::Bytes(chunk)).await.is_err() {
                return Ok(());
            }
        }
    }
    await_exit(child, complaint).await
}

/// What a program complains about, read while it runs.
type Complaint = tokio::task::JoinHandle<String>;

fn start_program(program: &PathBuf, arguments: &[String]) -> Result<(Child, Complaint), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|problem| format!("{}: {problem}", program.display()))?;
    let stderr = child.stderr.take();
    let complaint = tokio::spawn(async move {
        let mut kept = Vec::new();
        if let Some(mut stderr) = stderr {
            #[expect(clippy::disallowed_methods, reason = "behind take")]
            let _ = (&mut stderr).take(COMPLAINT).read_to_end(&mut kept).await;
            // A full pipe would stop the program.
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        String::from_utf8_lossy(&kept).into_owned()
    });
    Ok((child, complaint))
}

/// How it ended: a complaint counts only where it failed.
async fn await_exit(mut child: Child, complaint: Complaint) -> Result<(), String> {
    let status = child.wait().await.map_err(|problem| problem.to_string())?;
    if status.success() {
        return Ok(());
    }
    let complaint = complaint.await.unwrap_or_default();
    let line = complaint.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(line.map_or_else(|| format!("ended with {status}"), clean_complaint))
}

/// A complaint as it may be repeated.
fn clean_complaint(line: &str) -> String {
    let plain: String = line
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    mask::mask_log_secrets(&plain).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_complaint_shows_no_secret_and_steers_no_terminal() {
        let script = r#"printf 'x https://u:hunter2@h password="two words" \033[31m\n' >&2; exit 1"#;
        let arguments = ["-c", script].map(str::to_owned);
        let told = run_program(&PathBuf::from("/bin/sh"), &arguments, Duration::from_secs(20)).await;
        assert_eq!(told, Err(r#"x https://redacted@h password="redacted"  [31m"#.into()));
    }

    async fn said(arguments: &[&str]) -> Option<LogPiece> {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut feed = stream_program("journal", false, PathBuf::from("/bin/sh"), arguments, false);
        let wait = crate::clients::logs::IDLE * 2;
        tokio::time::timeout(wait, feed.pieces.recv()).await.ok().flatten()
    }

    #[tokio::test]
    async fn a_program_that_says_nothing_is_given_up_unless_it_follows() {
        let piece = said(&["-c", "sleep 20"]).await;
        assert!(
            matches!(&piece, Some(LogPiece::Failed(why)) if why == "no data for 1 s"),
            "{piece:?}"
        );
        assert!(said(&["-c", "sleep 20", "--follow"]).await.is_none());
    }
}
