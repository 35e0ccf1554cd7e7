//! `tempoctl config`: write, check, show and choose the settings. Asks no server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use crate::config::{
    ConfigError, ConfigErrors, ConfigFile, ConnectionArgs, Disk, EXAMPLE, Environment, Located, Note, Proxy, Row,
    Settings, locate, reason, rows, select, user_file,
};
use crate::render::clean;
use crate::render::wrap::{columns, left, wrap, wrap_hanging};

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
        output: Format,
    },
    /// List the contexts in the configuration file
    Contexts {
        /// Output format
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Set the current context
    Use {
        /// Context name
        name: String,
    },
}

/// The output formats of `config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
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
    #[error("error: cannot write '{}': {}", path.display(), reason(source))]
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
pub fn run(
    command: &ConfigCommand,
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    width: Option<usize>,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    match command {
        ConfigCommand::Init { force } => init(args, env, disk, *force, out),
        ConfigCommand::Check => check(args, env, disk, out),
        ConfigCommand::Show { output } => show(args, env, disk, *output, width, out),
        ConfigCommand::Contexts { output } => contexts(args, env, disk, *output, out),
        ConfigCommand::Use { name } => choose(args, env, disk, name, out),
    }
}

/// `config init`
pub fn init(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    force: bool,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let named = args.config_file().map(Path::to_owned);
    let named = named.or_else(|| env.get("TEMPOCTL_CONFIG").map(PathBuf::from));
    let path = named.or_else(|| user_file(env)).ok_or_else(|| {
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
pub fn check(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let settings = Settings::load(args, env, &disk);
    let Some(found) = locate(args, env, &disk)? else {
        let settings = settings?;
        writeln!(out, "No configuration file; flags and variables are valid.")?;
        return Ok(write_notes(&settings.notes, usize::MAX, out)?);
    };
    // Without its file the first attempt has told all there is to tell.
    let Ok(file) = read(&found) else {
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
    let errors = once_each(errors);
    if !errors.is_empty() {
        return Err(ConfigErrors(errors).into());
    }
    let count = match file.contexts.len() {
        1 => "1 context".to_owned(),
        several => format!("{several} contexts"),
    };
    writeln!(out, "{} is valid: {count}.", found.path.display())?;
    Ok(write_notes(&once_each(notes), usize::MAX, out)?)
}

/// `config show`
pub fn show(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    format: Format,
    width: Option<usize>,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let settings = Settings::load(args, env, &disk)?;
    let file = locate(args, env, &disk)?.map(|found| found.path.display().to_string());
    let document = Shown {
        schema_version: 1,
        file,
        context: settings.context.as_ref().map(|context| context.value.clone()),
        settings: rows(&settings),
        proxies: settings.proxies.clone(),
        notes: settings.notes.clone(),
    };
    match format {
        Format::Json => write_json(&document, out)?,
        Format::Human => write_shown(&document, width, out)?,
    }
    Ok(())
}

/// `config contexts`
pub fn contexts(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let found = located(args, env, disk, "tempoctl config contexts")?;
    let file = read(&found)?;
    // No choice among several is no error here: this is where to look before choosing.
    let current = file
        .context(args.context())
        .ok()
        .flatten()
        .map(|context| context.name.as_str());
    if args.context().is_some() {
        file.context(args.context())?;
    }
    let document = Contexts {
        schema_version: 1,
        file: found.path.display().to_string(),
        contexts: file
            .contexts
            .iter()
            .map(|context| Listed {
                name: &context.name,
                line: context.line,
                current: current == Some(context.name.as_str()),
            })
            .collect(),
    };
    if format == Format::Json {
        return Ok(write_json(&document, out)?);
    }
    for context in &document.contexts {
        let mark = if context.current { '*' } else { ' ' };
        writeln!(out, "{mark} {}", clean::line(context.name))?;
    }
    Ok(())
}

/// `config use NAME`
pub fn choose(
    args: &ConnectionArgs,
    env: &Environment,
    disk: Disk,
    name: &str,
    out: &mut dyn Write,
) -> Result<(), ConfigCommandError> {
    let found = located(args, env, disk, "tempoctl config use")?;
    let text = select(&found.path, found.source, &found.text, name)?;
    if text != found.text {
        disk.replace(&found.path, &text)
            .map_err(|source| ConfigCommandError::NotWritten {
                path: found.path.clone(),
                source,
            })?;
    }
    let told = format!("Context {name} is now the default ({}).", found.path.display());
    writeln!(out, "{}", clean::line(&told))?;
    Ok(())
}

#[derive(Serialize)]
struct Shown {
    schema_version: u32,
    file: Option<String>,
    context: Option<String>,
    settings: Vec<Row>,
    proxies: Vec<Proxy>,
    notes: Vec<Note>,
}

#[derive(Serialize)]
struct Contexts<'a> {
    schema_version: u32,
    file: String,
    contexts: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    line: usize,
    current: bool,
}

fn located(args: &ConnectionArgs, env: &Environment, disk: Disk, place: &str) -> Result<Located, ConfigError> {
    locate(args, env, &disk)?
        .ok_or_else(|| ConfigError::new(place, "no configuration file found").advising("tempoctl config init"))
}

fn read(found: &Located) -> Result<ConfigFile, ConfigErrors> {
    ConfigFile::parse(&found.path, found.source, &found.text)
}

/// What several contexts share is told once.
fn once_each<T: PartialEq>(all: Vec<T>) -> Vec<T> {
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
    out.write_all(clean::json_line(text).as_bytes())
}

fn write_shown(document: &Shown, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let head = match (&document.file, &document.context) {
        (Some(file), Some(context)) => format!("{file}, context {context}"),
        (Some(file), None) => format!("{file}, no context"),
        (None, _) => "no configuration file".to_owned(),
    };
    let width = width.unwrap_or(usize::MAX);
    for line in hanging(&clean::line(&head), width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    let settings = document.settings.iter().map(|row| {
        let origin = row.origin.as_ref().map(|origin| clean::line(&origin.to_string()));
        [row.name.clone(), words(row), origin.unwrap_or_default()]
    });
    let proxies = document.proxies.iter().map(|proxy| {
        let variable = proxy.variable.to_string();
        ["proxy".to_owned(), clean::line(&proxy.value), variable]
    });
    let rows: Vec<[String; 3]> = settings.chain(proxies).collect();
    out.write_all(table(&rows, width).as_bytes())?;
    write_notes(&document.notes, width, out)
}

/// Names, values and where they came from, in lines of at most `width` columns; a longer word stands whole.
fn table(rows: &[[String; 3]], width: usize) -> String {
    let mut out = String::new();
    let names = rows.iter().map(|row| columns(&row[0])).max().unwrap_or_default();
    let room = width.saturating_sub(names + 2);
    // Values stand in a column with where they came from behind it, which stands below where there is no room for it.
    let fits = |value: usize, origin: &str| value.saturating_add(2 + columns(origin)) <= room;
    let values = rows.iter().filter(|row| fits(columns(&row[1]), &row[2]));
    let values = values.map(|row| columns(&row[1])).max().unwrap_or_default();
    for [name, value, origin] in rows {
        let start = left(name, names);
        if columns(value) <= values && fits(values, origin) {
            out.push_str(format!("{start}  {}  {origin}", left(value, values)).trim_end());
            out.push('\n');
            continue;
        }
        for (index, line) in wrap(value, room).iter().enumerate() {
            let start = if index == 0 { start.as_str() } else { "" };
            out.push_str(&format!("{}  {line}\n", left(start, names)));
        }
        for line in wrap(origin, room.saturating_sub(2)) {
            out.push_str(&format!("{:names$}    {line}\n", ""));
        }
    }
    out
}

/// A text in lines of that width, those after the first indented.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let lines = wrap_hanging(text, width, 2).into_iter().enumerate();
    lines
        .map(|(index, line)| if index == 0 { line } else { format!("  {line}") })
        .collect()
}

fn words(row: &Row) -> String {
    clean::line(&row.words())
}

fn write_notes(notes: &[Note], width: usize, out: &mut dyn Write) -> io::Result<()> {
    for (index, note) in notes.iter().enumerate() {
        let blank = if index == 0 { "\n" } else { "" };
        write!(out, "{blank}")?;
        for line in clean::block(&note.to_string()).lines() {
            // Lines that stand as they are, with their own indentation, where they fit.
            let lines = if columns(line) <= width {
                vec![line.to_owned()]
            } else {
                hanging(line, width)
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
