//! `tempoctl snippet`: the list, and code with its comments dimmed. Without colour every byte is the code's own.

use serde::Serialize;
use serde_json::json;

use super::json::render_document;
use super::style::{Style, Tone};
use super::table::{TableCell, draw_wrapped};
use telemetry::model::report::SCHEMA_VERSION;

/// A snippet, as it is listed.
#[derive(Debug, Serialize)]
pub struct ListedSnippet {
    /// What it is asked for by.
    pub language: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// The file it is meant for.
    pub file: &'static str,
}

/// The list, and what to type next.
pub fn render_list(snippets: &[ListedSnippet], style: Style) -> String {
    let rows: Vec<Vec<TableCell>> = snippets
        .iter()
        .map(|snippet| {
            vec![
                TableCell::text(snippet.language, style).tone(Tone::Command),
                TableCell::text(snippet.file, style).tone(Tone::Dim),
                TableCell::text(snippet.title, style),
            ]
        })
        .collect();
    let next = snippets.first().map_or_else(String::new, |first| {
        let command = format!("tempoctl snippet {} > {}", first.language, first.file);
        format!("\nWith your OTLP endpoint filled in:  {}\n", style.command(&command))
    });
    draw_wrapped(&rows, style) + &next
}

/// The code; on a colour terminal its comments step back.
pub fn render_code(text: &str, comment: &str, style: Style) -> String {
    if !style.color {
        return text.to_owned();
    }
    text.lines()
        .map(|line| match line.trim_start().starts_with(comment) {
            true => style.dim(line) + "\n",
            false => format!("{line}\n"),
        })
        .collect()
}

/// The list as one JSON document.
pub fn render_json_list(snippets: &[ListedSnippet]) -> String {
    render_document(&json!({"schema_version": SCHEMA_VERSION, "snippets": snippets}))
}

/// One snippet as one JSON document.
pub fn render_json(snippet: &ListedSnippet, text: &str) -> String {
    let ListedSnippet { language, title, file } = snippet;
    render_document(
        &json!({"schema_version": SCHEMA_VERSION, "language": language, "title": title, "file": file, "text": text}),
    )
}
