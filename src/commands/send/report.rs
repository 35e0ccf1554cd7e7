//! `send report`: the accounts of several workers as one.

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::json::render_document;
use crate::render::{Sink, send};
use doctor::diagnose::worker_reports;
use stack::config::{Disk, MOST_DOCUMENT, explain_io_error};
use telemetry::model::send_report::SendReport;
use telemetry::parse::send_reports;

use super::args::{ReportArgs, SendFormat};
use super::load;

/// Reads, merges, shows.
pub(super) fn run_report(
    args: &ReportArgs,
    stray: Option<&'static str>,
    sink: &mut Sink,
) -> Result<Exit, CommandError> {
    if let Some(flag) = stray {
        return Err(CommandError::usage(format!("{flag}: send report sends nothing"))
            .advising("tempoctl send report worker-*.json"));
    }
    let (report, failed) = merge_files(args)?;
    let text = match args.output {
        SendFormat::Json => render_document(&report),
        SendFormat::Human => send::render_human(&report, sink.style_out()),
    };
    sink.out(&text)?;
    Ok(if failed {
        Exit::Found
    } else {
        load::choose_exit(&report, false, false)
    })
}

/// The account of all files, and whether a worker could not send at all.
fn merge_files(args: &ReportArgs) -> Result<(SendReport, bool), CommandError> {
    let refuse = |why: String| {
        CommandError::usage(why).advising("tempoctl send --rate 100 --duration 1m --worker 0/4 -o json > worker-0.json")
    };
    let mut reports = Vec::new();
    let mut failed = Vec::new();
    for path in &args.files {
        let shown = path.display();
        let text = Disk.text_or_stdin(path, MOST_DOCUMENT);
        let text = text.map_err(|why| refuse(format!("cannot read {shown}: {}", explain_io_error(&why))))?;
        let found = send_reports::parse_send_reports(&text).map_err(|why| refuse(format!("{shown}: {why}")))?;
        if found.reports.is_empty() && found.failed.is_empty() {
            return Err(refuse(format!("{shown} contains no report of tempoctl send")));
        }
        reports.extend(found.reports);
        failed.extend(
            found
                .failed
                .into_iter()
                .map(|why| format!("{shown}: a worker sent nothing: {why}")),
        );
    }
    let mut report =
        worker_reports::merge_reports(&reports).map_err(|why| refuse(failed.first().cloned().unwrap_or(why)))?;
    let any_failed = !failed.is_empty();
    report.notes.extend(failed);
    Ok((report, any_failed))
}
