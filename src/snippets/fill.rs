//! A template and what fills it. Every value is quoted as its language quotes: an address cannot end a string.

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use telemetry::text::quote::quote_posix;

use super::{Snippet, SnippetDestination};

/// Why a snippet could not be written. Templates are part of the program, so it is a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("the snippet for {language} could not be written: {source}")]
pub struct FillError {
    language: &'static str,
    source: minijinja::Error,
}

/// The code, ending with a line end.
pub fn fill_template(snippet: &Snippet, sender: &SnippetDestination) -> Result<String, FillError> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    environment.add_filter("quoted", quote_text);
    environment.add_filter("yaml", quote_yaml);
    environment.add_filter("shell", |word: &str| quote_posix(word));
    environment
        .render_str(snippet.template, Value::from(Serde(sender.context(snippet))))
        .map(|text| text + "\n")
        .map_err(|source| FillError {
            language: snippet.language,
            source,
        })
}

/// In double quotes, as Python, JavaScript, Go, Rust, C# and Alloy read them: JSON's escapes are theirs as well.
fn quote_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The same in a collector's YAML, where a dollar would start a variable.
fn quote_yaml(text: &str) -> String {
    quote_text(&text.replace('$', "$$"))
}
