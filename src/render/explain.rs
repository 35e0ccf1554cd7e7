//! The catalogue as text: one cause, many causes, the way from a symptom to them.

use super::json::render_document;
use serde::Serialize;

use super::style::Style;
use super::wrap::wrap_text;
use telemetry::model::catalogue::Symptom;
use telemetry::model::{Cause, Hop, Severity};

/// What stands before every line of a section.
const INDENT: &str = "  ";
/// What stands before every line that can be pasted.
const PASTE_INDENT: &str = "    ";

/// A row of `explain --list -o json`.
#[derive(Debug, Serialize)]
struct CauseRow<'a> {
    id: &'a str,
    title: &'a str,
    hop: Hop,
    severity: Severity,
    versions: &'a str,
    check: Option<&'a str>,
}

#[derive(Serialize)]
struct CauseListDocument<'a> {
    schema_version: u32,
    causes: Vec<CauseRow<'a>>,
}

#[derive(Serialize)]
struct CauseDocument<'a> {
    schema_version: u32,
    #[serde(flatten)]
    cause: &'a Cause,
    checks: &'a [String],
    no_check: Option<&'a str>,
    log_lines: &'a [&'a str],
}

/// What stands round an entry: why no check finds it, and what a log says of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct CauseReferences<'a> {
    /// Why no check of doctor names it, where none does.
    pub no_check: Option<&'a str>,
    /// What a log line that tells of it contains.
    pub log_lines: &'a [&'a str],
}

/// One cause for a person: what is seen, why, how it is recognised, what to change.
pub fn render_human(cause: &Cause, around: CauseReferences, style: Style) -> String {
    let mut out = String::new();
    push_head(&mut out, cause, style);
    push_section(&mut out, "What you see", &cause.symptom, style);
    push_section(&mut out, "Why", &cause.cause, style);
    push_section(&mut out, "How to recognise it", &cause.signal, style);
    if !around.log_lines.is_empty() {
        push_section(&mut out, "Matching log lines", "", style);
        for line in around.log_lines {
            push_wrapped(&mut out, &format!("{} {line}", style.sign("·", "-")), style);
        }
    }
    if !cause.named_by.is_empty() {
        push_section(&mut out, "Checks that report it", &cause.named_by.join(", "), style);
    } else if let Some(why) = around.no_check {
        push_section(&mut out, "Why no check reports it", &format!("{why}."), style);
    }
    if !cause.explains.is_empty() {
        push_section(
            &mut out,
            "Other checks it makes fail",
            &cause.explains.join(", "),
            style,
        );
    }
    push_section(&mut out, "How to fix it", &cause.remedy.text, style);
    for block in list_paste_blocks(cause) {
        out.push('\n');
        for line in block.lines() {
            push_line(&mut out, &format!("{PASTE_INDENT}{}", style.command(&style.text(line))));
        }
    }
    let mut more: Vec<&str> = cause.remedy.docs.iter().map(String::as_str).collect();
    more.extend(
        cause
            .sources
            .iter()
            .map(String::as_str)
            .filter(|s| Some(*s) != cause.remedy.docs.as_deref()),
    );
    out.push('\n');
    push_line(&mut out, &style.heading("Further reading"));
    for line in more {
        push_line(&mut out, &style.dim(&format!("{INDENT}{line}")));
    }
    out
}

/// Many causes for a person, by hop, upstream first.
pub fn render_human_list(causes: &[Cause], style: Style) -> String {
    if causes.is_empty() {
        return "No cause matches. To list all causes: tempoctl explain --list\n".to_owned();
    }
    let id_width = causes.iter().map(|cause| cause.id.len()).max().unwrap_or(0);
    let severity_width = causes
        .iter()
        .map(|cause| name_severity(cause.severity).len())
        .max()
        .unwrap_or(0);
    let used = INDENT.len() + id_width + 2 + severity_width + 2;
    let title_width = style.width.saturating_sub(used).max(24);
    let mut out = String::new();
    for hop in Hop::ALL {
        let here: Vec<&Cause> = causes.iter().filter(|cause| cause.hop == hop).collect();
        if here.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        push_line(&mut out, &style.heading(hop.name()));
        for cause in here {
            let severity = name_severity(cause.severity);
            let mut lines = wrap_text(&style.text(&cause.title), title_width).into_iter();
            let first = lines.next().unwrap_or_default();
            push_line(
                &mut out,
                &format!("{INDENT}{:id_width$}  {severity:severity_width$}  {first}", cause.id),
            );
            for line in lines {
                push_line(&mut out, &format!("{:used$}{line}", ""));
            }
        }
    }
    out
}

/// The way from what a person sees to the causes to look at first.
pub fn render_symptoms(symptoms: &[Symptom], style: Style) -> String {
    let mut out = String::new();
    for symptom in symptoms {
        push_line(&mut out, &style.heading(&style.text(&symptom.seen)));
        push_wrapped(&mut out, &symptom.causes.join(", "), style);
    }
    out.push('\n');
    push_line(&mut out, "One cause:     tempoctl explain CAUSE");
    push_line(&mut out, "All causes:    tempoctl explain --list");
    push_line(&mut out, "By keyword:    tempoctl explain --search WORD");
    out
}

/// One cause as a JSON document.
pub fn render_json(cause: &Cause, around: CauseReferences) -> String {
    render_document(&CauseDocument {
        schema_version: 1,
        cause,
        checks: &cause.named_by,
        no_check: around.no_check.filter(|_| cause.named_by.is_empty()),
        log_lines: around.log_lines,
    })
}

/// Many causes as a JSON document.
pub fn render_json_list(causes: &[Cause]) -> String {
    let rows = causes.iter().map(|cause| CauseRow {
        id: &cause.id,
        title: &cause.title,
        hop: cause.hop,
        severity: cause.severity,
        versions: &cause.versions,
        check: cause.named_by.first().map(String::as_str),
    });
    render_document(&CauseListDocument {
        schema_version: 1,
        causes: rows.collect(),
    })
}

/// One cause as a Markdown page.
pub fn render_markdown(cause: &Cause, around: CauseReferences) -> String {
    let mut out = format!("# {}: {}\n\n", cause.id, cause.title);
    let versions = describe_versions(&cause.versions);
    out.push_str(&format!(
        "Hop **{}**, {}, {versions}.\n",
        cause.hop,
        name_severity(cause.severity)
    ));
    push_markdown_section(&mut out, "What you see", &cause.symptom);
    push_markdown_section(&mut out, "Why", &cause.cause);
    push_markdown_section(&mut out, "How to recognise it", &cause.signal);
    if !around.log_lines.is_empty() {
        let lines: Vec<String> = around.log_lines.iter().map(|line| format!("- `{line}`")).collect();
        push_markdown_section(&mut out, "Matching log lines", &lines.join("\n"));
    }
    if !cause.named_by.is_empty() {
        push_markdown_section(&mut out, "Checks that report it", &join_as_code(&cause.named_by));
    } else if let Some(why) = around.no_check {
        push_markdown_section(&mut out, "Why no check reports it", &format!("{why}."));
    }
    if !cause.explains.is_empty() {
        push_markdown_section(&mut out, "Other checks it makes fail", &join_as_code(&cause.explains));
    }
    push_markdown_section(&mut out, "How to fix it", &cause.remedy.text);
    if let Some(command) = &cause.remedy.command {
        out.push_str(&format!("\n```sh\n{}\n```\n", command.trim_end()));
    }
    if let Some(config) = &cause.remedy.config {
        out.push_str(&format!(
            "\n```{}\n{}\n```\n",
            guess_language(config),
            config.trim_end()
        ));
    }
    if let Some(docs) = &cause.remedy.docs {
        out.push_str(&format!("\nMore: <{docs}>\n"));
    }
    out.push_str("\n## Sources\n\n");
    for source in &cause.sources {
        out.push_str(&format!("- {}\n", link_source(source)));
    }
    out
}

/// The index of the catalogue as a Markdown page: by symptom, then by hop.
pub fn render_markdown_index(causes: &[Cause], symptoms: &[Symptom]) -> String {
    let mut out = String::from("# Causes\n\n");
    out.push_str(&format!(
        "The {} causes that tempoctl knows. `tempoctl explain CAUSE` prints the same pages, offline.\n",
        causes.len()
    ));
    if !symptoms.is_empty() {
        out.push_str("\n## By what you see\n\n| What you see | Look at first |\n|---|---|\n");
        for Symptom { seen, causes } in symptoms {
            let links: Vec<String> = causes.iter().map(|id| link_page(id)).collect();
            out.push_str(&format!("| {seen} | {} |\n", links.join(", ")));
        }
    }
    out.push_str("\n## By hop\n");
    for hop in Hop::ALL {
        let here: Vec<&Cause> = causes.iter().filter(|cause| cause.hop == hop).collect();
        if here.is_empty() {
            continue;
        }
        out.push_str(&format!(
            "\n### {hop}\n\n| Cause | Severity | Versions | What it is |\n|---|---|---|---|\n"
        ));
        for cause in here {
            let severity = name_severity(cause.severity);
            let (link, title) = (link_page(&cause.id), escape_cell(&cause.title));
            out.push_str(&format!("| {link} | {severity} | {} | {title} |\n", cause.versions));
        }
    }
    out
}

/// The name of a severity.
pub fn name_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Trap => "trap",
        Severity::Partial => "partial",
        Severity::Degraded => "degraded",
        Severity::Major => "major",
        Severity::Fatal => "fatal",
    }
}

fn push_head(out: &mut String, cause: &Cause, style: Style) {
    let place = format!(
        "{}, {}, {}",
        cause.hop,
        name_severity(cause.severity),
        style.text(&describe_versions(&cause.versions))
    );
    let width = style.prose_width();
    let gap = width
        .saturating_sub(cause.id.chars().count() + place.chars().count())
        .max(2);
    push_line(
        out,
        &format!("{}{:gap$}{}", style.heading(&cause.id), "", style.dim(&place)),
    );
    push_wrapped(out, &format!("{}.", cause.title), style);
}

fn describe_versions(versions: &str) -> String {
    if versions == "all" {
        "all versions".to_owned()
    } else if versions.starts_with(|c: char| c.is_ascii_digit() || c == '≥') {
        format!("Tempo {versions}")
    } else {
        versions.to_owned()
    }
}

fn push_section(out: &mut String, heading: &str, text: &str, style: Style) {
    out.push('\n');
    push_line(out, &style.heading(heading));
    push_wrapped(out, text, style);
}

fn push_wrapped(out: &mut String, text: &str, style: Style) {
    let mut code = false;
    for line in wrap_text(&style.text(text), style.prose_width() - INDENT.len()) {
        push_line(out, &format!("{INDENT}{}", style_code_spans(&line, &mut code, style)));
    }
}

/// What stands between backticks, bold where there is colour; as it is where there is none. A span may go on in the
/// next line.
fn style_code_spans(line: &str, code: &mut bool, style: Style) -> String {
    if !style.color {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    for (at, part) in line.split('`').enumerate() {
        *code ^= at > 0;
        out.push_str(&if *code { style.heading(part) } else { part.to_owned() });
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// What can be pasted: commands first.
fn list_paste_blocks(cause: &Cause) -> impl Iterator<Item = &str> {
    [&cause.remedy.command, &cause.remedy.config]
        .into_iter()
        .flatten()
        .map(String::as_str)
}

fn push_markdown_section(out: &mut String, heading: &str, text: &str) {
    out.push_str(&format!("\n## {heading}\n\n{text}\n"));
}

fn join_as_code(items: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{}`", item.as_ref())).collect();
    quoted.join(", ")
}

fn link_page(id: &str) -> String {
    format!("[{id}]({id}.md)")
}

/// Text inside a table: a bar would end the cell.
fn escape_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// How a block of configuration is highlighted.
fn guess_language(config: &str) -> &'static str {
    let yaml = config
        .lines()
        .any(|line| !line.starts_with('#') && line.trim_end().ends_with(':'));
    if yaml { "yaml" } else { "text" }
}

/// `grafana/tempo v3.0.3: path (#1)` as a link to that file at that tag; an address as itself.
fn link_source(source: &str) -> String {
    let Some((repository, path)) = source.split_once(": ") else {
        return format!("<{source}>");
    };
    let (path, note) = path.split_once(' ').unwrap_or((path, ""));
    match repository.split_once(' ') {
        Some((name, tag)) => {
            let link = format!("[{name} {tag}: {path}](https://github.com/{name}/blob/{tag}/{path}) {note}");
            link.trim_end().to_owned()
        }
        None => source.to_owned(),
    }
}

#[cfg(test)]
mod tests;
