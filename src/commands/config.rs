//! `tempoctl config`: write, check, show and choose the settings. Asks no server.

use crate::render::json::render_document;
use std::io;
use std::path::{Path, PathBuf};
use telemetry::text::pluralize;

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use crate::render::sanitize;
use crate::render::wrap::{count_columns, hang_lines, pad_right, wrap_text, wrap_text_hanging};
use stack::config::{
    ConfigError, ConfigErrors, ConfigNote, ConnectionArgs, Disk, EXAMPLE, Environment, LocatedConfig, Proxy,
    SettingRow, Settings, SettingsFile, explain_io_error, find_user_file, list_setting_rows, locate_config,
    select_context,
};

/// The subcommands of `config`.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented configuration file
    Init {
        /// Replace an existing file
        #[arg(long)]
        force: bool,
    },
    /// Check the file, environment variables and flags, and report every error
    Check,
    /// Show every setting and where it came from
    Show {
        /// Output format
        #[arg(short, long, value_enum, default_value_t)]
        output: ConfigFormat,
    },
    /// List the contexts in the configuration file
    Contexts {
        /// Output format
        #[arg(short, long, value_enum, default_value_t)]
        output: ConfigFormat,
    },
    /// Set the current context
    Use {
        /// Context name
        name: String,
    },
}

/// The output formats of `config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ConfigFormat {
    /// Text for a terminal.
    #[default]
    Human,
    /// One JSON document.
    Json,
}

/// Runs `config`.
pub fn run_config(command: &ConfigCommand, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let text = answer(command, &app.connection, app.env, app.sink.terminal_width())?;
    app.sink.out(&text)?;
    Ok(Exit::Done)
}

/// What one subcommand answers. `width` is that of a terminal, where the output is one.
fn answer(
    command: &ConfigCommand,
    args: &ConnectionArgs,
    env: &Environment,
    width: Option<usize>,
) -> Result<String, CommandError> {
    match command {
        ConfigCommand::Init { force } => create_file(args, env, *force),
        ConfigCommand::Check => check_settings(args, env),
        ConfigCommand::Show { output } => show_settings(args, env, *output, width),
        ConfigCommand::Contexts { output } => list_contexts(args, env, *output),
        ConfigCommand::Use { name } => choose_context(args, env, name),
    }
}

fn explain_unwritten(path: &Path, why: &io::Error) -> CommandError {
    CommandError::general(format!("cannot write '{}': {}", path.display(), explain_io_error(why)))
}

/// `config init`
fn create_file(args: &ConnectionArgs, env: &Environment, force: bool) -> Result<String, CommandError> {
    let named = args.config_file().map(Path::to_owned);
    let named = named.or_else(|| env.get("TEMPOCTL_CONFIG").map(PathBuf::from));
    let path = named.or_else(|| find_user_file(env)).ok_or_else(|| {
        ConfigError::new("tempoctl config init", "no home directory found on this platform")
            .advising("tempoctl config init --config FILE")
    })?;
    match Disk.create(&path, EXAMPLE, force) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists && path.exists() => {
            let error = ConfigError::new(path.display().to_string(), "already exists");
            return Err(error.advising("tempoctl config init --force").into());
        }
        Err(why) => return Err(explain_unwritten(&path, &why)),
    }
    Ok(format!(
        "Wrote {}. Edit it, then run `tempoctl config check`.\n",
        path.display()
    ))
}

/// `config check`: the settings of every context.
fn check_settings(args: &ConnectionArgs, env: &Environment) -> Result<String, CommandError> {
    let settings = Settings::load(args, env, &Disk);
    let Some(found) = locate_config(args, env, &Disk)? else {
        let settings = settings?;
        let notes = render_notes(&settings.notes, usize::MAX);
        return Ok(format!(
            "No configuration file; flags and variables are valid.\n{notes}"
        ));
    };
    // Without its file the first attempt has told all there is to tell.
    let Ok(file) = parse_config_file(&found) else {
        settings?;
        return Ok(String::new());
    };
    let mut errors = settings.as_ref().err().map_or_else(Vec::new, |errors| errors.0.clone());
    let mut notes = settings.map_or_else(|_| Vec::new(), |settings| settings.notes);
    for context in &file.contexts {
        match Settings::resolve(&args.with_context(Some(&context.name)), env, Some(&file), &Disk) {
            Ok(settings) => notes.extend(settings.notes),
            Err(ConfigErrors(more)) => errors.extend(more),
        }
    }
    let errors = remove_duplicates(errors);
    if !errors.is_empty() {
        return Err(ConfigErrors(errors).into());
    }
    let count = pluralize(file.contexts.len(), "context");
    let notes = render_notes(&remove_duplicates(notes), usize::MAX);
    Ok(format!("{} is valid: {count}.\n{notes}", found.path.display()))
}

/// `config show`
fn show_settings(
    args: &ConnectionArgs,
    env: &Environment,
    format: ConfigFormat,
    width: Option<usize>,
) -> Result<String, CommandError> {
    let settings = Settings::load(args, env, &Disk)?;
    let file = locate_config(args, env, &Disk)?.map(|found| found.path.display().to_string());
    let document = SettingsDocument {
        schema_version: 1,
        file,
        context: settings.context.as_ref().map(|context| context.value.clone()),
        settings: list_setting_rows(&settings),
        proxies: settings.proxies.clone(),
        notes: settings.notes.clone(),
    };
    match format {
        ConfigFormat::Json => Ok(render_document(&document)),
        ConfigFormat::Human => Ok(render_settings(&document, width)),
    }
}

/// `config contexts`
fn list_contexts(args: &ConnectionArgs, env: &Environment, format: ConfigFormat) -> Result<String, CommandError> {
    let found = require_config_file(args, env, "tempoctl config contexts")?;
    let file = parse_config_file(&found)?;
    // No choice among several is no error here: this is where to look before choosing.
    let current = file
        .context(args.context())
        .ok()
        .flatten()
        .map(|context| context.name.as_str());
    if args.context().is_some() {
        file.context(args.context())?;
    }
    let document = ContextsDocument {
        schema_version: 1,
        file: found.path.display().to_string(),
        contexts: file
            .contexts
            .iter()
            .map(|context| ListedContext {
                name: &context.name,
                line: context.line,
                current: current == Some(context.name.as_str()),
            })
            .collect(),
    };
    if format == ConfigFormat::Json {
        return Ok(render_document(&document));
    }
    let lines = document.contexts.iter().map(|context| {
        let mark = if context.current { '*' } else { ' ' };
        format!("{mark} {}\n", sanitize::sanitize_line(context.name))
    });
    Ok(lines.collect())
}

/// `config use NAME`
fn choose_context(args: &ConnectionArgs, env: &Environment, name: &str) -> Result<String, CommandError> {
    let found = require_config_file(args, env, "tempoctl config use")?;
    let text = select_context(&found.path, found.source, &found.text, name)?;
    if text != found.text {
        Disk.replace(&found.path, &text)
            .map_err(|why| explain_unwritten(&found.path, &why))?;
    }
    let told = format!("Context {name} is now the default ({}).", found.path.display());
    Ok(format!("{}\n", sanitize::sanitize_line(&told)))
}

#[derive(Serialize)]
struct SettingsDocument {
    schema_version: u32,
    file: Option<String>,
    context: Option<String>,
    settings: Vec<SettingRow>,
    proxies: Vec<Proxy>,
    notes: Vec<ConfigNote>,
}

#[derive(Serialize)]
struct ContextsDocument<'a> {
    schema_version: u32,
    file: String,
    contexts: Vec<ListedContext<'a>>,
}

#[derive(Serialize)]
struct ListedContext<'a> {
    name: &'a str,
    line: usize,
    current: bool,
}

fn require_config_file(args: &ConnectionArgs, env: &Environment, place: &str) -> Result<LocatedConfig, ConfigError> {
    locate_config(args, env, &Disk)?
        .ok_or_else(|| ConfigError::new(place, "no configuration file found").advising("tempoctl config init"))
}

fn parse_config_file(found: &LocatedConfig) -> Result<SettingsFile, ConfigErrors> {
    SettingsFile::parse(&found.path, found.source, &found.text)
}

/// What several contexts share is told once.
fn remove_duplicates<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

fn render_settings(document: &SettingsDocument, width: Option<usize>) -> String {
    let head = match (&document.file, &document.context) {
        (Some(file), Some(context)) => format!("{file}, context {context}"),
        (Some(file), None) => format!("{file}, no context"),
        (None, _) => "no configuration file".to_owned(),
    };
    let width = width.unwrap_or(usize::MAX);
    let mut out = wrap_indented(&sanitize::sanitize_line(&head), width).join("\n") + "\n\n";
    let settings = document.settings.iter().map(|row| {
        let origin = row
            .origin
            .as_ref()
            .map(|origin| sanitize::sanitize_line(&origin.to_string()));
        [
            row.name.clone(),
            sanitize::sanitize_line(&row.words()),
            origin.unwrap_or_default(),
        ]
    });
    let proxies = document.proxies.iter().map(|proxy| {
        let variable = proxy.variable.to_string();
        ["proxy".to_owned(), sanitize::sanitize_line(&proxy.value), variable]
    });
    let rows: Vec<[String; 3]> = settings.chain(proxies).collect();
    out.push_str(&render_table(&rows, width));
    out + &render_notes(&document.notes, width)
}

/// Names, values and where they came from, in lines of at most `width` columns; a longer word stands whole.
fn render_table(rows: &[[String; 3]], width: usize) -> String {
    let mut out = String::new();
    let names = rows.iter().map(|row| count_columns(&row[0])).max().unwrap_or_default();
    let room = width.saturating_sub(names + 2);
    // Values stand in a column with where they came from behind it, which stands below where there is no room for it.
    let fits = |value: usize, origin: &str| value.saturating_add(2 + count_columns(origin)) <= room;
    let values = rows.iter().filter(|row| fits(count_columns(&row[1]), &row[2]));
    let values = values.map(|row| count_columns(&row[1])).max().unwrap_or_default();
    for [name, value, origin] in rows {
        let start = pad_right(name, names);
        if count_columns(value) <= values && fits(values, origin) {
            out.push_str(format!("{start}  {}  {origin}", pad_right(value, values)).trim_end());
            out.push('\n');
            continue;
        }
        for (index, line) in wrap_text(value, room).iter().enumerate() {
            let start = if index == 0 { start.as_str() } else { "" };
            out.push_str(&format!("{}  {line}\n", pad_right(start, names)));
        }
        for line in wrap_text(origin, room.saturating_sub(2)) {
            out.push_str(&format!("{:names$}    {line}\n", ""));
        }
    }
    out
}

/// A text in lines of that width, those after the first indented.
fn wrap_indented(text: &str, width: usize) -> Vec<String> {
    hang_lines("", 2, wrap_text_hanging(text, width, 2))
}

fn render_notes(notes: &[ConfigNote], width: usize) -> String {
    let mut out = String::new();
    for (index, note) in notes.iter().enumerate() {
        if index == 0 {
            out.push('\n');
        }
        for line in sanitize::sanitize_block(&note.to_string()).lines() {
            // Lines that stand as they are, with their own indentation, where they fit.
            let lines = if count_columns(line) <= width {
                vec![line.to_owned()]
            } else {
                wrap_indented(line, width)
            };
            out.push_str(&(lines.join("\n") + "\n"));
        }
    }
    out
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
