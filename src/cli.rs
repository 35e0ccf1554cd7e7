//! What was typed: the subcommands and global flags, and which function serves each.

use std::error::Error;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use crate::commands::{
    check, completions, config, dashboard, doctor, explain, lab, logs, man, metrics, search, send, snippet,
};
use crate::panics::guard;
use crate::render::sink::{ColorChoice, Screen, Sink};
use crate::signal::{TimeLimit, limit_time, owe_document};
use stack::config::{ConnectionArgs, Environment};
use telemetry::parse::ParseError;

/// Everything a run takes from its process, handed in so that tests can run the program in theirs.
pub struct Io {
    /// The command line, program name first.
    pub args: Vec<OsString>,
    /// The environment.
    pub env: Environment,
    /// Where data goes.
    pub stdout: Box<dyn Write + Send>,
    /// Where notes, progress and errors go.
    pub stderr: Box<dyn Write + Send>,
    /// Standard output is a terminal.
    pub stdout_tty: bool,
    /// Standard error is a terminal.
    pub stderr_tty: bool,
}

impl Io {
    /// The process's own.
    pub fn from_process() -> Self {
        Io {
            args: std::env::args_os().collect(),
            env: Environment::from_os(std::env::vars_os()),
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
            stdout_tty: std::io::stdout().is_terminal(),
            stderr_tty: std::io::stderr().is_terminal(),
        }
    }
}

/// Find the hop where traces are lost, and what to change
#[derive(Debug, Parser)]
#[command(
    name = "tempoctl",
    version,
    disable_help_subcommand = true,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    color: ColorWhen,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find where the pipeline loses data, why, and what to change
    Doctor(doctor::DoctorArgs),
    /// Check configuration files: a Compose project, or those of Tempo, collectors, Alloy and Grafana
    Check(check::CheckArgs),
    /// Send one probe trace and follow it, or generate realistic load
    Send(Box<send::SendArgs>),
    /// Search traces, show one as a waterfall, or compare two
    Search(Box<search::SearchArgs>),
    /// Explain why each panel of a Grafana dashboard is empty
    Dashboard(dashboard::DashboardArgs),
    /// Explain a cause: what it means, how it is detected, and how to fix it
    Explain(explain::ExplainArgs),
    /// Show rate, errors and durations from span metrics, the service graph, and Tempo's own health
    Metrics(metrics::MetricsArgs),
    /// Start a simulated stack, healthy or with a chosen fault
    Lab(lab::LabArgs),
    /// Read logs, group repeated lines, and explain known errors
    Logs(logs::LogsArgs),
    /// Print instrumentation code with your OTLP endpoint filled in
    Snippet(snippet::SnippetArgs),
    /// Create, check and show the configuration; switch contexts
    Config {
        #[command(subcommand)]
        command: config::ConfigCommand,
    },
    /// Print a shell completion script
    #[command(alias = "completion")]
    Completions(completions::CompletionsArgs),
    /// Print the manual page
    Man,
}

impl Command {
    /// How long it may take; nothing where it ends by itself or on a signal only.
    fn time_limit(&self) -> Option<TimeLimit> {
        match self {
            Command::Doctor(args) => args.watch.is_none().then_some(TimeLimit::Run(args.timeout)),
            Command::Dashboard(args) => Some(TimeLimit::Run(args.timeout)),
            Command::Send(args) => args.command.is_none().then_some(TimeLimit::Query(args.timeout)),
            Command::Search(args) => Some(TimeLimit::Query(args.time_limit())),
            Command::Metrics(args) => Some(TimeLimit::Query(args.timeout)),
            Command::Check(args) => Some(TimeLimit::Run(args.timeout)),
            Command::Explain(_)
            | Command::Lab(_)
            | Command::Logs(_)
            | Command::Snippet(_)
            | Command::Config { .. }
            | Command::Completions(_)
            | Command::Man => None,
        }
    }

    fn run(self, app: &mut App<'_>) -> Result<Exit, CommandError> {
        match self {
            Command::Doctor(args) => doctor::run_doctor(&args, app),
            Command::Check(args) => check::run_check(&args, app),
            Command::Explain(args) => explain::run_explain(&args, app),
            Command::Send(args) => send::run_send(&args, app),
            Command::Search(args) => search::run_search(&args, app),
            Command::Dashboard(args) => dashboard::run_dashboard(&args, app),
            Command::Metrics(args) => metrics::run_metrics(&args, app),
            Command::Lab(args) => lab::run_lab(args, app),
            Command::Logs(args) => logs::run_logs(&args, app),
            Command::Snippet(args) => snippet::run_snippet(&args, app),
            Command::Config { command } => config::run_config(&command, app),
            Command::Completions(args) => print_made(completions::render_script(&args, Cli::command()), app.sink),
            Command::Man => print_made(man::render_page(Cli::command()), app.sink),
        }
    }
}

/// Runs the program.
pub fn run(io: Io) -> Exit {
    let screen = Screen {
        stdout_tty: io.stdout_tty,
        stderr_tty: io.stderr_tty,
        color: ColorChoice::Auto,
        no_color: io.env.get("NO_COLOR").is_some(),
        width: detect_width(&io.env),
        unicode: is_unicode_supported(&io.env),
    };
    let mut sink = Sink::new(io.stdout, io.stderr, screen);
    guard(is_json_requested(&io.args), &mut sink, |sink| {
        obey(&io.args, &io.env, sink)
    })
}

/// Does what was typed.
fn obey(args: &[OsString], env: &Environment, sink: &mut Sink) -> Exit {
    let parsed = Cli::try_parse_from(args);
    match parsed.as_ref().map(|cli| cli.color) {
        Ok(ColorWhen::Always) => sink.set_color(ColorChoice::Always),
        Ok(ColorWhen::Never) => sink.set_color(ColorChoice::Never),
        _ => {}
    }
    let (connection, command) = match parsed {
        Ok(cli) => (cli.connection, Ok(cli.command)),
        Err(problem) => (ConnectionArgs::default(), Err(problem)),
    };
    let mut app = App {
        connection,
        env,
        sink,
        json: is_json_requested(args),
    };
    let result = match (env.get(completions::VARIABLE), command) {
        (Some(shell), _) => print_made(completions::complete_words(shell, args, Cli::command()), app.sink),
        (None, Ok(command)) => {
            owe_document(app.json);
            if let Some(limit) = command.time_limit() {
                limit_time(limit);
            }
            command.run(&mut app)
        }
        (None, Err(problem)) => report_usage(&problem, args, app.sink),
    };
    result.unwrap_or_else(|error| {
        app.report(&error);
        error.exit
    })
}

/// True where `-o json` was typed, read off a command line that may not be parsable. What stands behind `--` is another
/// program's command line.
fn is_json_requested(args: &[OsString]) -> bool {
    let args = args.split(|arg| arg == "--").next().unwrap_or_default();
    let text = |at: usize| args.get(at).and_then(|arg| arg.to_str());
    (0..args.len()).any(|at| match text(at) {
        Some("-o" | "--output") => text(at + 1) == Some("json"),
        Some(one) => matches!(one, "-ojson" | "-o=json" | "--output=json"),
        None => false,
    })
}

/// Prints what was made of the command line's own definition.
fn print_made(text: std::io::Result<String>, sink: &mut Sink) -> Result<Exit, CommandError> {
    let text = text.map_err(|problem| CommandError::general(problem.to_string()))?;
    sink.out(&text)?;
    Ok(Exit::Done)
}

/// `COLUMNS`, else what the terminal says.
fn detect_width(env: &Environment) -> Option<usize> {
    env.get("COLUMNS")
        .and_then(|text| text.parse().ok())
        .or_else(|| terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)))
}

/// Help and version are data; everything else is one error with the way out.
fn report_usage(problem: &clap::Error, args: &[OsString], sink: &mut Sink) -> Result<Exit, CommandError> {
    let shown = |color: bool| {
        let text = problem.render();
        if color {
            text.ansi().to_string()
        } else {
            text.to_string()
        }
    };
    if !problem.use_stderr() {
        let text = shown(sink.style_out().color);
        sink.out(&text)?;
        return Ok(Exit::Done);
    }
    if problem.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let text = shown(sink.style_err().color);
        sink.err(&text);
        return Ok(Exit::Usage);
    }
    Err(explain_clap_error(problem, &build_help_command(args)))
}

/// The help of the subcommand that was typed: `tempoctl search tags --help`.
fn build_help_command(args: &[OsString]) -> String {
    let mut command = Cli::command();
    let mut path = vec![command.get_name().to_owned()];
    // What stands behind -- is no subcommand of this command line.
    let words = args.iter().skip(1).filter_map(|arg| arg.to_str());
    for word in words.take_while(|word| *word != "--") {
        let below = command.find_subcommand(word).cloned();
        if let Some(below) = below {
            path.push(below.get_name().to_owned());
            command = below;
        }
    }
    format!("{} --help", path.join(" "))
}

/// What was typed wrongly, the nearest spelling of it, and where all spellings stand.
fn explain_clap_error(problem: &clap::Error, help: &str) -> CommandError {
    let refused = problem.source().and_then(|why| why.downcast_ref::<ParseError>());
    if let (Some(refused), Some(ContextValue::String(argument))) = (refused, problem.get(ContextKind::InvalidArg)) {
        // `--limit <COUNT>` or `<ID>`
        let name = argument.split_whitespace().next().unwrap_or(argument);
        if name.starts_with('-') {
            return CommandError::rejected(name, refused.clone());
        }
        let name = name.trim_matches(['<', '>', '[', ']', '.']);
        return CommandError::usage(format!("{name}: {}", refused.message)).advising_all(refused.suggestion.clone());
    }
    let text = problem.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let message = first.trim_start_matches("error: ").trim_end();
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .filter_map(|kind| match problem.get(kind)? {
        ContextValue::String(one) => Some(one.clone()),
        ContextValue::Strings(several) => several.first().cloned(),
        _ => None,
    });
    CommandError::usage(message).advising_all(near).advising(help)
}

/// `LC_ALL`, `LC_CTYPE`, `LANG`: the first that is set decides (POSIX, «Environment Variables»).
fn is_unicode_supported(env: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env.get(name));
    match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        // A pipe or a bare container: what is written to a file is read as UTF-8 today.
        None => env.get("TERM") != Some("linux"),
    }
}
