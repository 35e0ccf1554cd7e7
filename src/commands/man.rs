//! `tempoctl man`: one manual page for the program and all its commands, made from the definition of the command line.

use std::io;

use clap::Command;
use clap_mangen::Man;

/// What the definition of the command line does not hold.
const EXIT_STATUS: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
Done. For \fBdoctor\fR: nothing at or above the level of \fB\-\-fail\-on\fR.
.TP
\fB1\fR
The run itself could not be carried out.
.TP
\fB2\fR
Usage or configuration error; nothing was sent.
.TP
\fB3\fR
The target refused the credentials.
.TP
\fB4\fR
The command ran and found failures.
.TP
\fB5\fR
Cancelled; what was found so far was printed.
.TP
\fB6\fR
Not enough could be examined for a verdict.
.PP
\fBlab run\fR exits with the code of the command it ran.
"#;

/// The page, without a date, so that the same program always gives the same page.
pub fn render_page(mut command: Command) -> io::Result<String> {
    command.build();
    let mut out = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    out.extend_from_slice(b".SH SYNOPSIS\n\\fBtempoctl\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n");
    man.render_description_section(&mut out)?;
    out.extend_from_slice(b".SH COMMANDS\n");
    for subcommand in command.get_subcommands() {
        render_command(subcommand, &mut out)?;
    }
    man.render_options_section(&mut out)?;
    out.extend_from_slice(EXIT_STATUS.as_bytes());
    Ok(remove_repeated_definitions(&String::from_utf8_lossy(&out)))
}

/// Every section brings its own definition of the apostrophe; the first of each suffices.
fn remove_repeated_definitions(page: &str) -> String {
    let mut page_lines: Vec<&str> = Vec::new();
    for line in page.lines().map(str::trim_end) {
        let defines = line.starts_with(".ie ") || line.starts_with(".el ");
        if !defines || !page_lines.contains(&line) {
            page_lines.push(line);
        }
    }
    page_lines.join("\n") + "\n"
}

/// A command with its own options, then the commands below it. Global options stand once, under OPTIONS.
fn render_command(command: &Command, out: &mut Vec<u8>) -> io::Result<()> {
    if command.is_hide_set() {
        return Ok(());
    }
    let own = command.clone().mut_args(|arg| {
        let elsewhere = arg.is_global_set() || ["help", "version"].contains(&arg.get_id().as_str());
        arg.hide(elsewhere)
    });
    let name = own.get_bin_name().unwrap_or(own.get_name()).to_owned();
    let has_options = own.get_arguments().any(|arg| !arg.is_hide_set());
    let man = Man::new(own);
    let mut part = Vec::new();
    man.render_description_section(&mut part)?;
    if has_options {
        man.render_options_section(&mut part)?;
    }
    out.extend_from_slice(format!(".SS \"{name}\"\n").as_bytes());
    let part = String::from_utf8_lossy(&part);
    for line in part.lines().filter(|line| !line.starts_with(".SH ")) {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    for below in command.get_subcommands() {
        render_command(below, out)?;
    }
    Ok(())
}
