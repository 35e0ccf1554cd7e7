//! `send report`: the accounts of several workers as one.

use crate::Exit;
use crate::cli::write_stdout;
use crate::config::{Disk, MOST_DOCUMENT};
use crate::diagnose::worker_reports;
use crate::model::send_report::SendReport;
use crate::parse::send_reports;
use crate::render::error::render_error;
use crate::render::{Sink, send};

use super::args::{ReportArgs, SendFormat};
use super::load;
use super::options::SendProblem;

/// Reads, merges, shows.
pub(super) fn run_report(args: &ReportArgs, stray: Option<&'static str>, sink: &mut Sink) -> Exit {
    let merged = match stray {
        Some(flag) => Err((
            format!("{flag}: send report sends nothing"),
            vec!["tempoctl send report worker-*.json".to_owned()],
        )),
        None => merge_files(args),
    };
    let (report, failed) = match merged {
        Ok(found) => found,
        Err((message, advice)) => {
            let text = render_error(&message, &advice, sink.style_err());
            sink.err(&text);
            if args.output == SendFormat::Json {
                let document = crate::render::error::render_error_json(&[(message, advice)]);
                return write_stdout(sink, &document).err().unwrap_or(Exit::Usage);
            }
            return Exit::Usage;
        }
    };
    let text = match args.output {
        SendFormat::Json => send::render_json(&report),
        SendFormat::Human => send::render_human(&report, sink.style_out()),
    };
    if let Err(exit) = write_stdout(sink, &text) {
        return exit;
    }
    if failed {
        Exit::Found
    } else {
        load::choose_exit(&report, false, false)
    }
}

/// The account of all files, and whether a worker could not send at all.
fn merge_files(args: &ReportArgs) -> Result<(SendReport, bool), SendProblem> {
    let advice = || vec!["tempoctl send --rate 100 --duration 1m --worker 0/4 -o json > worker-0.json".to_owned()];
    let mut reports = Vec::new();
    let mut failed = Vec::new();
    for path in &args.files {
        let shown = path.display();
        let text = Disk.text_or_stdin(path, MOST_DOCUMENT);
        let text = text.map_err(|why| {
            (
                format!("cannot read {shown}: {}", crate::config::explain_io_error(&why)),
                advice(),
            )
        })?;
        let found = send_reports::parse_send_reports(&text).map_err(|why| (format!("{shown}: {why}"), advice()))?;
        if found.reports.is_empty() && found.failed.is_empty() {
            return Err((format!("{shown} contains no report of tempoctl send"), advice()));
        }
        reports.extend(found.reports);
        failed.extend(
            found
                .failed
                .into_iter()
                .map(|why| format!("{shown}: a worker sent nothing: {why}")),
        );
    }
    let mut report = worker_reports::merge_reports(&reports).map_err(|why| {
        let why = failed.first().cloned().unwrap_or(why);
        (why, advice())
    })?;
    let any_failed = !failed.is_empty();
    report.notes.extend(failed);
    Ok((report, any_failed))
}
