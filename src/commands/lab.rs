//! `tempoctl lab`: the simulated stack, in the foreground, around one command, or in the background.

mod background;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::{Args, Subcommand, ValueEnum};

use super::child::await_child;
use crate::Exit;
use crate::app::{App, block_on_threads, cancel_on_signal};
use crate::command_error::CommandError;
use crate::lab::text;
use crate::lab::traffic;
use crate::lab::{Lab, LabError, LabOptions, LabScenario, LabSpeed, Ports, PrometheusChoice};
use crate::render::Sink;
use crate::render::wrap::{count_columns, pad_right, wrap_text};
use crate::signal::wait_for_signal;
use stack::config::Environment;

/// Start a simulated stack on this machine, healthy or with a chosen fault
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LabArgs {
    #[command(subcommand)]
    command: Option<LabCommand>,
    /// List the scenarios
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    start: StartArgs,
    /// File that a background lab writes its state to; the lab stops when the file is deleted
    #[arg(long, value_name = "FILE", hide = true)]
    announce: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
enum LabCommand {
    /// Start a scenario, run one tempoctl command against it, and stop
    Run(RunArgs),
    /// Start a scenario in the background
    Up(UpArgs),
    /// Stop what `up` started
    Down(PreferArgs),
    /// Print the latest output of the stack, or of its test traffic with --generator
    Log(PreferArgs),
    /// Send test traffic until a file is deleted
    #[command(hide = true)]
    Traffic {
        /// URL to send to
        #[arg(long)]
        to: String,
        /// File to watch
        #[arg(long)]
        announce: PathBuf,
    },
}

#[derive(Debug, Clone, Args)]
struct UpArgs {
    #[command(flatten)]
    start: StartArgs,
    #[command(flatten)]
    prefer: PreferArgs,
}

#[derive(Debug, Clone, Args)]
struct PreferArgs {
    /// Use the real stack in this Compose file if Docker runs, and the lab otherwise
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "deploy/compose/docker-compose.yml")]
    prefer_compose: Option<PathBuf>,
    /// Act on the test traffic instead of the stack
    #[arg(long)]
    generator: bool,
}

#[derive(Debug, Clone, Args)]
struct StartArgs {
    /// Scenario to simulate; `tempoctl lab --list` shows them
    #[arg(long, value_name = "NAME", default_value = "healthy-3.0")]
    scenario: String,
    #[command(flatten)]
    stack: StackArgs,
    /// Listen on free ports instead of 3200, 4317, 4318 and 9090
    #[arg(long)]
    free_ports: bool,
}

#[derive(Debug, Clone, Args)]
struct RunArgs {
    /// Scenario to simulate; `tempoctl lab --list` shows them
    scenario: String,
    #[command(flatten)]
    stack: StackArgs,
    /// Exit with 0 if the command exits with this code, and with another code otherwise
    #[arg(long, value_name = "N")]
    expect_exit: Option<u8>,
    /// Command to run, without the program name: `doctor --fast`; the lab's addresses are added
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Debug, Clone, Args)]
struct StackArgs {
    /// Run a real Prometheus behind the lab: its path, or `auto` for the one on PATH, if any
    #[arg(long, value_name = "BIN|auto")]
    prometheus: Option<PathBuf>,
    /// Speed of the lab's clocks: `real` keeps Tempo's defaults, with which metrics take half a minute
    #[arg(long, value_enum, value_name = "PACE", default_value_t)]
    pace: PaceArg,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum PaceArg {
    #[default]
    Fast,
    Real,
}

impl StackArgs {
    fn options(&self, scenario: &str, ports: Ports) -> Result<LabOptions, LabError> {
        Ok(LabOptions {
            scenario: LabScenario::find(scenario)?,
            speed: match self.pace {
                PaceArg::Fast => LabSpeed::Fast,
                PaceArg::Real => LabSpeed::Real,
            },
            ports,
            prometheus: match &self.prometheus {
                None => PrometheusChoice::Simulated,
                Some(auto) if auto.as_os_str() == "auto" => PrometheusChoice::Auto,
                Some(path) => PrometheusChoice::Binary(path.clone()),
            },
        })
    }
}

impl StartArgs {
    fn options(&self) -> Result<LabOptions, LabError> {
        let ports = if self.free_ports { Ports::Free } else { Ports::Default };
        self.stack.options(&self.scenario, ports)
    }

    /// The same, as typed: for the process in the background.
    fn typed(&self) -> Vec<OsString> {
        let mut typed: Vec<OsString> = vec!["--scenario".into(), self.scenario.clone().into()];
        if let Some(prometheus) = &self.stack.prometheus {
            typed.extend(["--prometheus".into(), prometheus.clone().into_os_string()]);
        }
        let pace = if matches!(self.stack.pace, PaceArg::Fast) {
            "fast"
        } else {
            "real"
        };
        typed.extend(["--pace".into(), pace.into()]);
        if self.free_ports {
            typed.push("--free-ports".into());
        }
        typed
    }
}

impl From<LabError> for CommandError {
    fn from(error: LabError) -> CommandError {
        let exit = match error {
            LabError::UnknownScenario { .. } => Exit::Usage,
            _ => Exit::General,
        };
        CommandError::new(exit, error.to_string()).advising(error.advice())
    }
}

/// Runs `lab`.
pub fn run_lab(args: LabArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.list {
        let text = render_list(&text::list_scenarios()?, app.sink.terminal_width());
        app.sink.out(&text)?;
        return Ok(Exit::Done);
    }
    block_on_threads(async {
        match args.command {
            None => run_foreground(&args.start, args.announce.as_deref(), app.sink).await?,
            Some(LabCommand::Run(run)) => return run_around_command(&run, app.sink).await,
            Some(LabCommand::Up(up)) => {
                cancel_on_signal(background::start_stack(&up, &find_state_folder(app.env), app.sink)).await?
            }
            Some(LabCommand::Down(prefer)) => {
                cancel_on_signal(background::stop_stack(&prefer, &find_state_folder(app.env), app.sink)).await?
            }
            Some(LabCommand::Log(prefer)) => {
                cancel_on_signal(background::print_log(&prefer, &find_state_folder(app.env), app.sink)).await?
            }
            Some(LabCommand::Traffic { to, announce }) => {
                traffic::send_until_removed(&to, &announce, wait_for_signal()).await?
            }
        }
        Ok(Exit::Done)
    })
}

/// Where `up` and `down` meet.
fn find_state_folder(env: &Environment) -> PathBuf {
    let state = match (env.get("XDG_STATE_HOME"), std::env::home_dir()) {
        (Some(folder), _) => PathBuf::from(folder),
        (None, Some(home)) if !home.as_os_str().is_empty() => home.join(".local/state"),
        // A folder of the user's own; the lab refuses one that is somebody else's.
        _ => std::env::temp_dir().join(format!("tempoctl-of-{}", find_user_id())),
    };
    state.join("tempoctl")
}

#[cfg(unix)]
fn find_user_id() -> String {
    rustix::process::getuid().as_raw().to_string()
}

#[cfg(not(unix))]
fn find_user_id() -> String {
    std::env::var("USERNAME").unwrap_or_default()
}

/// The narrowest that titles stand beside the rest.
const NARROWEST_TITLE: usize = 40;

/// The scenarios, a line each; where a terminal is too narrow for that, the title stands below.
fn render_list(rows: &[[String; 4]], width: Option<usize>) -> String {
    let names = rows.iter().map(|row| count_columns(&row[0])).max().unwrap_or(0);
    let mut text = String::new();
    for [name, status, hop, title] in rows {
        let start = format!("{}  {status:8}  {hop:12}", pad_right(name, names));
        let used = count_columns(&start) + 2;
        let beside = width.is_none_or(|width| width >= used + NARROWEST_TITLE);
        let at = if beside { used } else { 4 };
        let lines = match width {
            Some(width) => wrap_text(title, width.saturating_sub(at)),
            None => vec![title.clone()],
        };
        let mut lines = lines.into_iter();
        if beside {
            text.push_str(&format!("{start}  {}\n", lines.next().unwrap_or_default()));
        } else {
            text.push_str(&format!("{}\n", start.trim_end()));
        }
        for line in lines {
            text.push_str(&format!("{:at$}{line}\n", ""));
        }
    }
    text
}

/// Until Ctrl-C, SIGTERM, or, in the background, until its file is gone.
async fn run_foreground(start: &StartArgs, announce: Option<&Path>, sink: &mut Sink) -> Result<(), CommandError> {
    let lab = Lab::start(start.options()?).await?;
    sink.out(&text::describe_started(&lab))?;
    match announce {
        None => wait_for_signal().await,
        Some(file) => {
            tokio::select! {
                () = wait_for_signal() => {}
                () = crate::lab::background::announce_until_removed(file, &lab) => {}
            }
        }
    }
    Ok(())
}

/// Starts a lab, runs tempoctl's own command against it, and passes its exit code on.
async fn run_around_command(run: &RunArgs, sink: &mut Sink) -> Result<Exit, CommandError> {
    let lab = Lab::start(run.stack.options(&run.scenario, Ports::Free)?).await?;
    sink.err(&text::describe_scenario(&lab));
    let of_doctor = run.command.first().is_some_and(|name| name == "doctor");
    cancel_on_signal(async {
        if of_doctor {
            lab.await_searchable().await;
        } else {
            lab.await_history().await;
        }
        Ok(())
    })
    .await?;
    let program = std::env::current_exe().map_err(LabError::io("tempoctl's own path"))?;
    let child = tokio::process::Command::new(&program)
        .args(&run.command)
        .args(if of_doctor {
            lab.doctor_args()
        } else {
            lab.command_args()
        })
        .stdin(Stdio::inherit())
        .kill_on_drop(true)
        .spawn();
    let named = || LabError::io(program.display().to_string());
    let code = await_child(&mut child.map_err(named())?).await.map_err(named())?;
    Ok(match run.expect_exit {
        None => Exit::Child(code),
        Some(expected) if expected == code => Exit::Done,
        Some(expected) => {
            sink.err(&format!("expected exit code {expected}, got {code}\n"));
            Exit::Child(code.max(1))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_no_wider_than_the_terminal() {
        let rows = text::list_scenarios().unwrap_or_default();
        assert!(rows.len() > 50);
        for width in [80, 100, 140, 200] {
            let text = render_list(&rows, Some(width));
            assert!(text.lines().all(|line| count_columns(line) <= width), "{width}");
        }
        assert_eq!(render_list(&rows, None).lines().count(), rows.len());
    }
}
