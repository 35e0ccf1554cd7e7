//! `tempoctl snippet`: the list, and code with its comments dimmed. Without colour every byte is the code's own.

use serde::Serialize;

use super::style::{Style, Tone};
use super::table::{Cell, wrapped};

/// A snippet, as it is listed.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// What it is asked for by.
    pub language: &'static str,
    /// What it is for.
    pub title: &'static str,
    /// The file it is meant for.
    pub file: &'static str,
}

#[derive(Serialize)]
struct List<'a> {
    schema_version: u32,
    snippets: &'a [Listed],
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    #[serde(flatten)]
    snippet: &'a Listed,
    text: &'a str,
}

/// The list, and what to type next.
pub fn list(snippets: &[Listed], style: Style) -> String {
    let rows: Vec<Vec<Cell>> = snippets
        .iter()
        .map(|snippet| {
            vec![
                Cell::text(snippet.language, style).tone(Tone::Paste),
                Cell::text(snippet.file, style).tone(Tone::Dim),
                Cell::text(snippet.title, style),
            ]
        })
        .collect();
    let next = snippets.first().map_or_else(String::new, |first| {
        let command = format!("tempoctl snippet {} > {}", first.language, first.file);
        format!("\nWith your OTLP endpoint filled in:  {}\n", style.paste(&command))
    });
    wrapped(&rows, style) + &next
}

/// The code; on a colour terminal its comments step back.
pub fn code(text: &str, comment: &str, style: Style) -> String {
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
pub fn json_list(snippets: &[Listed]) -> Result<String, serde_json::Error> {
    let document = List {
        schema_version: 1,
        snippets,
    };
    serde_json::to_string_pretty(&document).map(super::clean::json_line)
}

/// One snippet as one JSON document.
pub fn json(snippet: &Listed, text: &str) -> Result<String, serde_json::Error> {
    let document = Document {
        schema_version: 1,
        snippet,
        text,
    };
    serde_json::to_string_pretty(&document).map(super::clean::json_line)
}
