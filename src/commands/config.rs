//! `tempoctl config`: write, check, show and choose the settings. Asks no server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use crate::config::{
    ConfigError, ConfigErrors, ConfigNote, ConnectionArgs, Disk, EXAMPLE, Environment, LocatedConfig, Proxy,
    SettingRow, Settings, SettingsFile, explain_io_error, find_user_file, list_setting_rows, locate_config,
    select_context,
};
use crate::render::sanitize;
use crate::render::wrap::{count_columns, pad_right, wrap_text, wrap_text_hanging};

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

/// Why a `config` subcommand did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigCommandError {
    /// Something is wrong with what was given: exit code 2.
    #[error(transparent)]
    Settings(#[from] ConfigErrors),
    /// A file could not be written: exit code 1.
    #[error("error: cannot write '{}': {}", path.display(), explain_io_error(source))]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The answer could not be written: exit code 1.
    #[error("error: cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl From<ConfigError> for ConfigCommandError {
    fn from(error: ConfigError) -> Self {
        ConfigCommandError::Settings(error.into())
    }
}

/// Runs one subcommand. `width` is that of a terminal, where the output is one.
pub fn run_config_command(
    command: &ConfigCommand,
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    width: Option<usize>,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    match command {
        ConfigCommand::Init { force } => run_init(args, env, disk, *force, out),
        ConfigCommand::Check => run_check(args, env, disk, out),
        ConfigCommand::Show { output } => run_show(args, env, disk, *output, width, out),
        ConfigCommand::Contexts { output } => run_contexts(args, env, disk, *output, out),
        ConfigCommand::Use { name } => run_use(args, env, disk, name, out),
    }
}

/// `config init`
pub fn run_init(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    force: bool,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let named = args.config_file().map(Path::to_owned);
    let named = named.or_else(|| env.get("TEMPOCTL_CONFIG").map(PathBuf::from));
    let path = named.or_else(|| find_user_file(env)).ok_or_else(|| {
        ConfigError::new("tempoctl config init", "no home directory found on this platform")
            .advising("tempoctl config init --config FILE")
    })?;
    match disk.create(&path, EXAMPLE, force) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists && path.exists() => {
            let error = ConfigError::new(path.display().to_string(), "already exists");
            return Err(error.advising("tempoctl config init --force").into());
        }
        Err(source) => return Err(ConfigCommandError::NotWritten { path, source }),
    }
    writeln!(
        out,
        "Wrote {}. Edit it, then run `tempoctl config check`.",
        path.display()
    )?;
    Ok(())
}

/// `config check`: the settings of every context.
pub fn run_check(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let settings = Settings::load(args, env, &disk);
    let Some(found) = locate_config(args, env, &disk)? else {
        let settings = settings?;
        writeln!(out, "No configuration file; flags and variables are valid.")?;
        return Ok(write_notes(&settings.notes, usize::MAX, out)?);
    };
    // Without its file the first attempt has told all there is to tell.
    let Ok(file) = parse_config_file(&found) else {
        settings?;
        return Ok(());
    };
    let mut errors = settings.as_ref().err().map_or_else(Vec::new, |errors| errors.0.clone());
    let mut notes = settings.map_or_else(|_| Vec::new(), |settings| settings.notes);
    for context in &file.contexts {
        match Settings::resolve(&args.with_context(Some(&context.name)), env, Some(&file), &disk) {
            Ok(settings) => notes.extend(settings.notes),
            Err(ConfigErrors(more)) => errors.extend(more),
        }
    }
    let errors = remove_duplicates(errors);
    if !errors.is_empty() {
        return Err(ConfigErrors(errors).into());
    }
    let count = match file.contexts.len() {
        1 => "1 context".to_owned(),
        several => format!("{several} contexts"),
    };
    writeln!(out, "{} is valid: {count}.", found.path.display())?;
    Ok(write_notes(&remove_duplicates(notes), usize::MAX, out)?)
}

/// `config show`
pub fn run_show(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    format: ConfigFormat,
    width: Option<usize>,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let settings = Settings::load(args, env, &disk)?;
    let file = locate_config(args, env, &disk)?.map(|found| found.path.display().to_string());
    let document = SettingsDocument {
        schema_version: 1,
        file,
        context: settings.context.as_ref().map(|context| context.value.clone()),
        settings: list_setting_rows(&settings),
        proxies: settings.proxies.clone(),
        notes: settings.notes.clone(),
    };
    match format {
        ConfigFormat::Json => write_json(&document, out)?,
        ConfigFormat::Human => write_settings(&document, width, out)?,
    }
    Ok(())
}

/// `config contexts`
pub fn run_contexts(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    format: ConfigFormat,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let found = require_config_file(args, env, disk, "tempoctl config contexts")?;
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
        return Ok(write_json(&document, out)?);
    }
    for context in &document.contexts {
        let mark = if context.current { '*' } else { ' ' };
        writeln!(out, "{mark} {}", sanitize::sanitize_line(context.name))?;
    }
    Ok(())
}

/// `config use NAME`
pub fn run_use(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    name: &str,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let found = require_config_file(args, env, disk, "tempoctl config use")?;
    let text = select_context(&found.path, found.source, &found.text, name)?;
    if text != found.text {
        disk.replace(&found.path, &text)
            .map_err(|source| ConfigCommandError::NotWritten {
                path: found.path.clone(),
                source,
            })?;
    }
    let told = format!("Context {name} is now the default ({}).", found.path.display());
    writeln!(out, "{}", sanitize::sanitize_line(&told))?;
    Ok(())
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

fn require_config_file(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    place: &str,
) -> Result<LocatedConfig, ConfigError> {
    locate_config(args, env, &disk)?
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

fn write_json(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    out.write_all(sanitize::escape_json_line(text).as_bytes())
}

fn write_settings(document: &SettingsDocument, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let head = match (&document.file, &document.context) {
        (Some(file), Some(context)) => format!("{file}, context {context}"),
        (Some(file), None) => format!("{file}, no context"),
        (None, _) => "no configuration file".to_owned(),
    };
    let width = width.unwrap_or(usize::MAX);
    for line in wrap_indented(&sanitize::sanitize_line(&head), width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    let settings = document.settings.iter().map(|row| {
        let origin = row
            .origin
            .as_ref()
            .map(|origin| sanitize::sanitize_line(&origin.to_string()));
        [row.name.clone(), format_value(row), origin.unwrap_or_default()]
    });
    let proxies = document.proxies.iter().map(|proxy| {
        let variable = proxy.variable.to_string();
        ["proxy".to_owned(), sanitize::sanitize_line(&proxy.value), variable]
    });
    let rows: Vec<[String; 3]> = settings.chain(proxies).collect();
    out.write_all(render_table(&rows, width).as_bytes())?;
    write_notes(&document.notes, width, out)
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
    let lines = wrap_text_hanging(text, width, 2).into_iter().enumerate();
    lines
        .map(|(index, line)| if index == 0 { line } else { format!("  {line}") })
        .collect()
}

fn format_value(row: &SettingRow) -> String {
    sanitize::sanitize_line(&row.words())
}

fn write_notes(notes: &[ConfigNote], width: usize, out: &mut dyn Write) -> io::Result<()> {
    for (index, note) in notes.iter().enumerate() {
        let blank = if index == 0 { "\n" } else { "" };
        write!(out, "{blank}")?;
        for line in sanitize::sanitize_block(&note.to_string()).lines() {
            // Lines that stand as they are, with their own indentation, where they fit.
            let lines = if count_columns(line) <= width {
                vec![line.to_owned()]
            } else {
                wrap_indented(line, width)
            };
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
