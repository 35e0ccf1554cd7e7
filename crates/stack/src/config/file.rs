//! The configuration file: named contexts in TOML. Every error is found in one pass and names its line.

use std::path::{Path, PathBuf};
use telemetry::text::quote::quote_argument;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use telemetry::parse::{find_nearest, header};

use super::error::{ConfigError, ConfigErrors};
use super::keys::{self, KeyKind};
use super::locate::ConfigSource;
use super::origin::Origin;
use super::secret::Secret;

/// A configuration file whose every value is valid.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How it was found.
    pub source: ConfigSource,
    /// The name after `context =`, and its line.
    pub selected: Option<(String, usize)>,
    /// The contexts in the order of the file.
    pub contexts: Vec<ConfigContext>,
}

/// One `[contexts.NAME]`.
#[derive(Debug, Clone)]
pub struct ConfigContext {
    /// The name.
    pub name: String,
    /// The line of its heading or first key.
    pub line: usize,
    pub(super) entries: Vec<ConfigEntry>,
}

/// One key of a context.
#[derive(Debug, Clone)]
pub(super) struct ConfigEntry {
    pub(super) key: &'static str,
    pub(super) line: usize,
    pub(super) value: ConfigValue,
}

/// A value, checked. Texts may be addresses with a login, so they print as `redacted`.
#[derive(Debug, Clone)]
pub(super) enum ConfigValue {
    Text(Secret),
    Texts(Vec<String>),
    Switch(bool),
    Headers(Vec<(String, Secret)>),
}

impl SettingsFile {
    /// Reads a file's text.
    pub fn parse(path: &Path, source: ConfigSource, text: &str) -> Result<SettingsFile, ConfigErrors> {
        let mut reader = ConfigReader {
            path,
            source,
            text,
            errors: Vec::new(),
        };
        let (table, syntax) = DeTable::parse_recoverable(text);
        let broken: Vec<usize> = syntax.iter().map(|error| reader.syntax(error)).collect();
        let (selected, contexts) = reader.read_top(table.get_ref());
        // What the parser made of a broken line is a guess: one error a line is enough.
        let mut errors = reader.errors;
        let syntax_errors = broken.len();
        let mut index = 0;
        errors.retain(|(line, _)| {
            index += 1;
            index <= syntax_errors || !broken.contains(line)
        });
        errors.sort_by_key(|(line, _)| *line);
        if errors.is_empty() {
            Ok(SettingsFile {
                path: path.to_owned(),
                source,
                selected,
                contexts,
            })
        } else {
            Err(ConfigErrors(errors.into_iter().map(|(_, error)| error).collect()))
        }
    }

    /// The context that counts: the one asked for, else the file's own choice, else the only one there is.
    pub fn context(&self, asked: Option<&str>) -> Result<Option<&ConfigContext>, ConfigError> {
        let find = |name: &str| self.contexts.iter().find(|context| context.name == name);
        if let Some(name) = asked {
            return find(name)
                .map(Some)
                .ok_or_else(|| self.unknown_context_error("--context".to_owned(), name, "--context "));
        }
        if let Some((name, line)) = &self.selected {
            let place = format!("{}:{line}: context", self.path.display());
            return find(name)
                .map(Some)
                .ok_or_else(|| self.unknown_context_error(place, name, "tempoctl config use "));
        }
        match self.contexts.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            [first, ..] => Err(ConfigError::new(
                self.path.display().to_string(),
                format!("has {} contexts but selects none", self.contexts.len()),
            )
            .advising(format!("tempoctl config use {}", quote_argument(&first.name)))),
        }
    }

    /// The error for a context that is not there; `way` and a name that is make the advice.
    pub(super) fn unknown_context_error(&self, place: String, name: &str, way: &str) -> ConfigError {
        let names: Vec<&str> = self.contexts.iter().map(|context| context.name.as_str()).collect();
        let message = format!("no context '{name}' in {}", self.path.display());
        let error = ConfigError::new(place, message);
        match find_nearest(name, names.iter().copied()).or(names.first().copied()) {
            Some(meant) => error.advising(format!("{way}{meant}")),
            None => error.advising("tempoctl config init"),
        }
    }

    /// Where a key of `context` stands.
    pub(super) fn origin(&self, context: &ConfigContext, entry: &ConfigEntry) -> Origin {
        Origin::File {
            path: self.path.clone(),
            line: entry.line,
            key: entry.key.to_owned(),
            context: Some(context.name.clone()),
        }
    }
}

impl ConfigContext {
    /// The entry of that key.
    pub(super) fn entry(&self, key: &str) -> Option<&ConfigEntry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

struct ConfigReader<'a> {
    path: &'a Path,
    source: ConfigSource,
    text: &'a str,
    errors: Vec<(usize, ConfigError)>,
}

impl ConfigReader<'_> {
    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        self.line_at(spanned.span().start)
    }

    fn line_at(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }

    fn fail(&mut self, line: usize, what: &str, message: impl Into<String>, advice: Option<String>) {
        let mut place = format!("{}:{line}", self.path.display());
        if !what.is_empty() {
            place = format!("{place}: {what}");
        }
        let mut error = ConfigError::new(place, message);
        error.advice = advice;
        self.errors.push((line, error));
    }

    /// Reports what the TOML parser refused; its line. The parser's own excerpt is left out: it may show a secret.
    fn syntax(&mut self, error: &toml::de::Error) -> usize {
        let line = self.line_at(error.span().map_or(self.text.len(), |span| span.start));
        let message = error.message().lines().next().unwrap_or("is not valid TOML").to_owned();
        self.fail(line, "", message, None);
        line
    }

    fn read_top(&mut self, table: &DeTable<'_>) -> (Option<(String, usize)>, Vec<ConfigContext>) {
        let mut selected = None;
        let mut contexts = Vec::new();
        for (key, value) in table {
            let line = self.line(key);
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("context", DeValue::String(name)) => selected = Some((name.to_string(), line)),
                ("contexts", DeValue::Table(table)) => contexts = self.read_contexts(table),
                (name @ "context", other) => self.wrong_type(line, name, "a string", other, "context = \"name\""),
                (name @ "contexts", other) => self.wrong_type(line, name, "tables", other, "[contexts.name]"),
                (name, _) if keys::find_key(name).is_some() => {
                    let advice = Some(format!("[contexts.default] above {name}"));
                    self.fail(line, name, "is outside any context", advice);
                }
                (name, _) => {
                    let all = keys::list_keys().map(|(key, _)| key).chain(["context", "contexts"]);
                    let advice = find_nearest(name, all).map(str::to_owned);
                    self.fail(line, name, "unknown key", advice);
                }
            }
        }
        (selected, contexts)
    }

    fn read_contexts(&mut self, table: &DeTable<'_>) -> Vec<ConfigContext> {
        let mut contexts = Vec::new();
        for (name, value) in table {
            let line = self.line(name);
            match value.get_ref() {
                DeValue::Table(table) => {
                    let entries = table
                        .iter()
                        .filter_map(|(key, value)| self.read_entry(key, value))
                        .collect();
                    contexts.push(ConfigContext {
                        name: name.get_ref().to_string(),
                        line,
                        entries,
                    });
                }
                other => {
                    let example = format!("[contexts.{}]", name.get_ref());
                    self.wrong_type(
                        line,
                        &format!("contexts.{}", name.get_ref()),
                        "a table",
                        other,
                        &example,
                    );
                }
            }
        }
        contexts
    }

    fn read_entry(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<ConfigEntry> {
        let line = self.line(key);
        let name = key.get_ref().as_ref();
        let Some((key, kind)) = keys::find_key(name) else {
            self.unknown(line, name);
            return None;
        };
        if kind == KeyKind::SecretFile && self.source == ConfigSource::WorkingDirectory {
            let path = self.path.display();
            let why = "a file found in the working directory must not name credentials: its author could choose where \
                       yours are sent";
            self.fail(line, key, why, Some(format!("--config {path}    (if you trust it)")));
            return None;
        }
        let value = self.read_value(line, key, kind, value)?;
        Some(ConfigEntry { key, line, value })
    }

    fn unknown(&mut self, line: usize, name: &str) {
        let literal = ["password", "token", "bearer_token"]
            .iter()
            .find(|word| name.ends_with(*word));
        let all = || keys::list_keys().map(|(key, _)| key);
        match literal {
            Some(_) => {
                let file = find_nearest(&format!("{name}_file"), all().filter(|key| key.ends_with("_file")));
                let advice = format!("{} = \"/path/to/file\"", file.unwrap_or("tempo_token_file"));
                self.fail(
                    line,
                    name,
                    "put the secret in a separate file or in an environment variable",
                    Some(advice),
                );
            }
            None => {
                let advice = find_nearest(name, all()).map(str::to_owned);
                self.fail(line, name, "unknown key", advice);
            }
        }
    }

    fn read_value(
        &mut self,
        line: usize,
        key: &str,
        kind: KeyKind,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<ConfigValue> {
        match (kind, value.get_ref()) {
            (KeyKind::Switch, DeValue::Boolean(on)) => Some(ConfigValue::Switch(*on)),
            (KeyKind::Headers, DeValue::Table(table)) => Some(ConfigValue::Headers(self.read_headers(key, table))),
            (KeyKind::Tenants, DeValue::Array(items)) => {
                self.read_tenants(line, key, items.iter().map(Spanned::get_ref))
            }
            (KeyKind::Tenants, other) => self.read_tenants(line, key, std::iter::once(other)),
            (KeyKind::Tenant, DeValue::Integer(number)) => Some(ConfigValue::Text(Secret::new(number.as_str()))),
            (KeyKind::Switch | KeyKind::Headers, other) => {
                self.wrong_type(line, key, kind.wants(), other, &format!("{key} = {}", kind.example()));
                None
            }
            (_, DeValue::String(text)) => match kind.check(text) {
                Ok(()) => Some(ConfigValue::Text(Secret::new(text.as_ref()))),
                Err((why, example)) => {
                    self.fail(line, key, why, Some(format!("{key} = {example}")));
                    None
                }
            },
            (_, other) => {
                self.wrong_type(line, key, kind.wants(), other, &format!("{key} = {}", kind.example()));
                None
            }
        }
    }

    fn read_tenants<'v, 'd: 'v>(
        &mut self,
        line: usize,
        key: &str,
        items: impl Iterator<Item = &'v DeValue<'d>>,
    ) -> Option<ConfigValue> {
        let mut texts = Vec::new();
        for item in items {
            match item {
                DeValue::String(text) if !text.trim().is_empty() => texts.push(text.to_string()),
                DeValue::Integer(number) => texts.push(number.as_str().to_owned()),
                DeValue::String(_) => {
                    self.fail(line, key, "the tenant is empty", Some(format!("{key} = \"team-a\"")));
                    return None;
                }
                other => {
                    let example = format!("{key} = [\"team-a\", \"team-b\"]");
                    self.wrong_type(line, key, KeyKind::Tenants.wants(), other, &example);
                    return None;
                }
            }
        }
        Some(ConfigValue::Texts(texts))
    }

    fn read_headers(&mut self, key: &str, table: &DeTable<'_>) -> Vec<(String, Secret)> {
        let mut headers = Vec::new();
        for (name, value) in table {
            let line = self.line(name);
            let place = format!("{key}.{}", name.get_ref());
            match value.get_ref() {
                DeValue::String(text) => match header::check_header(name.get_ref(), text.to_string()) {
                    Ok((name, value)) => headers.push((name, Secret::new(value))),
                    Err(refused) => self.fail(line, &place, refused.message, None),
                },
                other => {
                    let example = format!("{} = \"value\"", name.get_ref());
                    self.wrong_type(line, &place, "a string", other, &example);
                }
            }
        }
        headers
    }

    fn wrong_type(&mut self, line: usize, key: &str, wants: &str, got: &DeValue<'_>, example: &str) {
        let got = match got {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fail(
            line,
            key,
            format!("must be {wants}, not {got}"),
            Some(example.to_owned()),
        );
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
