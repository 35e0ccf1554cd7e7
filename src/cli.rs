//! What was typed: the subcommands and global flags, and which function serves each.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::Exit;
use crate::commands::{
    completions, config, dashboard, doctor, explain, lab, logs, man, metrics, pager, search, send, snippet,
};
use crate::config::{ConnectionArgs, Disk, Environment};
use crate::panics::guard;
use crate::render::error::render_error;
use crate::render::sink::{ColorChoice, Screen, Sink};

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
    if let Some(shell) = env.get(completions::VARIABLE) {
        return match completions::complete_words(shell, args, Cli::command()) {
            Ok(candidates) => print_text(&candidates, sink),
            Err(problem) => print_failure(&problem.to_string(), sink),
        };
    }
    match parsed {
        Ok(cli) => dispatch_command(cli, env, sink),
        Err(problem) => report_usage(&problem, args, sink),
    }
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

fn dispatch_command(cli: Cli, env: &Environment, sink: &mut Sink) -> Exit {
    match cli.command {
        Command::Doctor(args) => doctor::run_doctor(&args, &cli.connection, env, sink),
        Command::Explain(args) => run_explain(&args, env, sink),
        Command::Send(args) => send::run_send(&args, &cli.connection, env, sink),
        Command::Search(args) => search::run_search(&args, &cli.connection, env, sink),
        Command::Dashboard(args) => dashboard::run_dashboard(&args, &cli.connection, env, sink),
        Command::Metrics(args) => metrics::run_metrics(&args, &cli.connection, env, sink),
        Command::Lab(args) => run_lab(args, env, sink),
        Command::Logs(args) => logs::run_logs(&args, &cli.connection, env, sink),
        Command::Snippet(args) => snippet::run_snippet(&args, &cli.connection, env, sink),
        Command::Config { command } => run_config(&command, &cli.connection, env, sink),
        Command::Completions(args) => match completions::render_script(&args, Cli::command()) {
            Ok(script) => print_text(&script, sink),
            Err(problem) => print_failure(&problem.to_string(), sink),
        },
        Command::Man => match man::render_page(Cli::command()) {
            Ok(page) => print_text(&page, sink),
            Err(problem) => print_failure(&problem.to_string(), sink),
        },
    }
}

/// `COLUMNS`, else what the terminal says.
fn detect_width(env: &Environment) -> Option<usize> {
    env.get("COLUMNS")
        .and_then(|text| text.parse().ok())
        .or_else(|| terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)))
}

/// Writes data; where it cannot be written, the run could not be carried out.
pub(crate) fn write_stdout(sink: &mut Sink, text: &str) -> Result<(), Exit> {
    sink.out(text).map_err(|problem| {
        let text = render_error(&format!("standard output: {problem}"), &[], sink.style_err());
        sink.err(&text);
        Exit::General
    })
}

fn print_text(text: &str, sink: &mut Sink) -> Exit {
    write_stdout(sink, text).err().unwrap_or(Exit::Done)
}

fn print_failure(problem: &str, sink: &mut Sink) -> Exit {
    let text = render_error(problem, &[], sink.style_err());
    sink.err(&text);
    Exit::General
}

/// Help and version are data; everything else is one error with the way out.
fn report_usage(problem: &clap::Error, args: &[OsString], sink: &mut Sink) -> Exit {
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
        return write_stdout(sink, &text).err().unwrap_or(Exit::Done);
    }
    if problem.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let text = shown(sink.style_err().color);
        sink.err(&text);
        return Exit::Usage;
    }
    let (message, advice) = explain_clap_error(problem, &build_help_command(args));
    let text = render_error(&message, &advice, sink.style_err());
    sink.err(&text);
    if is_json_requested(args) {
        let document = crate::render::error::render_error_json(&[(message, advice)]);
        return write_stdout(sink, &document).err().unwrap_or(Exit::Usage);
    }
    Exit::Usage
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
fn explain_clap_error(problem: &clap::Error, help: &str) -> (String, Vec<String>) {
    let text = problem.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let message = first.trim_start_matches("error: ").trim_end().to_owned();
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
    let mut advice: Vec<String> = near.collect();
    advice.push(help.to_owned());
    (message, advice)
}

fn run_explain(args: &explain::ExplainArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let style = sink.style_out();
    let mut out = Vec::new();
    let result = explain::write_explanation(args, &crate::checks::list_cause_checks(), &mut out, style);
    match result {
        Ok(()) => pager::page_text(&String::from_utf8_lossy(&out), env, sink)
            .err()
            .unwrap_or(Exit::Done),
        Err(problem) => {
            let advice: Vec<String> = problem.advice().into_iter().collect();
            let text = render_error(&problem.to_string(), &advice, sink.style_err());
            sink.err(&text);
            if args.output == explain::ExplainFormat::Json {
                let document = crate::render::error::render_error_json(&[(problem.to_string(), advice)]);
                return write_stdout(sink, &document).err().unwrap_or(Exit::Usage);
            }
            Exit::Usage
        }
    }
}

#[cfg(not(feature = "lab"))]
fn run_lab(_: lab::LabArgs, _: &Environment, sink: &mut Sink) -> Exit {
    let text = render_error(
        "this tempoctl was built without the lab",
        &["cargo install --path . builds one with it".to_owned()],
        sink.style_err(),
    );
    sink.err(&text);
    Exit::General
}

#[cfg(feature = "lab")]
fn run_lab(args: lab::LabArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let state = match env.get("XDG_STATE_HOME") {
        Some(folder) => std::path::PathBuf::from(folder),
        None => etcetera::home_dir()
            .unwrap_or_else(|_| std::env::temp_dir())
            .join(".local/state"),
    }
    .join("tempoctl");
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(problem) => {
            let text = render_error(
                &format!("cannot start the async runtime: {problem}"),
                &[],
                sink.style_err(),
            );
            sink.err(&text);
            return Exit::General;
        }
    };
    let width = sink.terminal_width();
    let (out, notes) = sink.streams();
    match runtime.block_on(lab::run_lab_command(args, &state, width, out, notes)) {
        Ok(0) => Exit::Done,
        Ok(code) => Exit::Child(code),
        Err(problem) => {
            let text = render_error(&problem.to_string(), &[problem.advice()], sink.style_err());
            sink.err(&text);
            if matches!(problem, crate::lab::LabError::UnknownScenario { .. }) {
                Exit::Usage
            } else {
                Exit::General
            }
        }
    }
}

fn run_config(
    command: &config::ConfigCommand,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Exit {
    let mut out = Vec::new();
    let result = config::run_config_command(command, connection, env, Disk, sink.terminal_width(), &mut out);
    if let Err(exit) = write_stdout(sink, &String::from_utf8_lossy(&out)) {
        return exit;
    }
    match result {
        Ok(()) => Exit::Done,
        Err(problem) => {
            let text = format!("{}\n", problem.to_string().trim_end());
            sink.err(&text);
            match problem {
                config::ConfigCommandError::Settings(_) => Exit::Usage,
                config::ConfigCommandError::NotWritten { .. } | config::ConfigCommandError::Output(_) => Exit::General,
            }
        }
    }
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
