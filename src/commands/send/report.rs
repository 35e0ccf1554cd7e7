//! `send report`: the accounts of several workers as one.

use crate::Exit;
use crate::cli::write;
use crate::config::{Disk, MOST_DOCUMENT};
use crate::diagnose::accounts;
use crate::model::sending::SendReport;
use crate::parse::send_reports;
use crate::render::error::error;
use crate::render::{Sink, send};

use super::args::{Format, ReportArgs};
use super::asked::Problem;
use super::load;

/// Reads, merges, shows.
pub(super) fn run(args: &ReportArgs, stray: Option<&'static str>, sink: &mut Sink) -> Exit {
    let merged = match stray {
        Some(flag) => Err((
            format!("{flag}: send report sends nothing"),
            vec!["tempoctl send report worker-*.json".to_owned()],
        )),
        None => read(args),
    };
    let (report, failed) = match merged {
        Ok(found) => found,
        Err((message, advice)) => {
            let text = error(&message, &advice, sink.style_err());
            sink.err(&text);
            if args.output == Format::Json {
                let document = crate::render::error::json(&[(message, advice)]);
                return write(sink, &document).err().unwrap_or(Exit::Usage);
            }
            return Exit::Usage;
        }
    };
    let text = match args.output {
        Format::Json => send::json(&report),
        Format::Human => send::human(&report, sink.style_out()),
    };
    if let Err(exit) = write(sink, &text) {
        return exit;
    }
    if failed {
        Exit::Found
    } else {
        load::exit(&report, false, false)
    }
}

/// The account of all files, and whether a worker could not send at all.
fn read(args: &ReportArgs) -> Result<(SendReport, bool), Problem> {
    let advice = || vec!["tempoctl send --rate 100 --duration 1m --worker 0/4 -o json > worker-0.json".to_owned()];
    let mut reports = Vec::new();
    let mut failed = Vec::new();
    for path in &args.files {
        let shown = path.display();
        let text = Disk.text_or_stdin(path, MOST_DOCUMENT);
        let text = text.map_err(|why| {
            (
                format!("cannot read {shown}: {}", crate::config::reason(&why)),
                advice(),
            )
        })?;
        let found = send_reports::read(&text).map_err(|why| (format!("{shown}: {why}"), advice()))?;
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
    let mut report = accounts::merged(&reports).map_err(|why| {
        let why = failed.first().cloned().unwrap_or(why);
        (why, advice())
    })?;
    let any_failed = !failed.is_empty();
    report.notes.extend(failed);
    Ok((report, any_failed))
}
