//! `tempoctl lab`: the simulated stack, in the foreground, around one command, or in the background.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::{Args, Subcommand, ValueEnum};

use crate::lab::background::Background;
use crate::lab::text;
use crate::lab::{Lab, LabError, LabOptions, Pace, Ports, PrometheusChoice, Scenario};

/// Start a simulated Tempo and Prometheus on this machine, sound or broken in a named way
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
    /// Where a background lab says how it is; it stops when the file is gone
    #[arg(long, value_name = "FILE", hide = true)]
    announce: Option<PathBuf>,
}

#[derive(Debug, Clone, Subcommand)]
enum LabCommand {
    /// Start a scenario, run one tempoctl command against it, stop
    Run(RunArgs),
    /// Start a scenario in the background
    Up(StartArgs),
    /// Stop what `up` started
    Down,
}

#[derive(Debug, Clone, Args)]
struct StartArgs {
    /// Which stack, broken how
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
    /// Which stack, broken how
    scenario: String,
    #[command(flatten)]
    stack: StackArgs,
    /// Exit with 0 if the command exits with this code, and not with 0 otherwise
    #[arg(long, value_name = "N")]
    expect_exit: Option<u8>,
    /// The command, without the program's name: `doctor --fast`; the lab's addresses are added
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Debug, Clone, Args)]
struct StackArgs {
    /// Put a real Prometheus behind it: its path, or `auto` for the one on PATH if there is one
    #[arg(long, value_name = "BIN|auto")]
    prometheus: Option<PathBuf>,
    /// How fast its clocks tick: `real` keeps Tempo's defaults, where metrics take half a minute
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
            scenario: Scenario::find(scenario)?,
            pace: match self.pace {
                PaceArg::Fast => Pace::Fast,
                PaceArg::Real => Pace::Real,
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

/// Runs the command and returns the process's exit code. `state` is the folder in which `up` and `down` meet.
pub async fn run(args: LabArgs, state: &Path, out: &mut dyn Write, notes: &mut dyn Write) -> Result<u8, LabError> {
    let written = LabError::io("the answer could not be written");
    match args.command {
        _ if args.list => out.write_all(text::list()?.as_bytes()).map_err(written).map(|()| 0),
        None => foreground(&args.start, args.announce.as_deref(), out).await,
        Some(LabCommand::Run(run)) => around(&run, notes).await,
        Some(LabCommand::Up(start)) => {
            let options = start.options()?;
            let running = Background::at(state).up(start.typed()).await?;
            out.write_all(text::up(&options.scenario, &running).as_bytes())
                .map_err(written)
                .map(|()| 0)
        }
        Some(LabCommand::Down) => {
            let stopped = Background::at(state).down().await?;
            out.write_all(text::down(stopped).as_bytes())
                .map_err(written)
                .map(|()| 0)
        }
    }
}

/// Until Ctrl-C, SIGTERM, or, in the background, until its file is gone.
async fn foreground(start: &StartArgs, announce: Option<&Path>, out: &mut dyn Write) -> Result<u8, LabError> {
    let lab = Lab::start(start.options()?).await?;
    out.write_all(text::started(&lab).as_bytes())
        .and_then(|()| out.flush())
        .map_err(LabError::io("the answer could not be written"))?;
    match announce {
        None => crate::lab::background::told_to_stop().await,
        Some(file) => {
            tokio::select! {
                () = crate::lab::background::told_to_stop() => {}
                () = crate::lab::background::announce(file, &lab) => {}
            }
        }
    }
    Ok(0)
}

/// Starts a lab, runs tempoctl's own command against it, and passes its exit code on.
async fn around(run: &RunArgs, notes: &mut dyn Write) -> Result<u8, LabError> {
    let lab = Lab::start(run.stack.options(&run.scenario, Ports::Free)?).await?;
    let _ = notes
        .write_all(text::around(&lab).as_bytes())
        .and_then(|()| notes.flush());
    lab.settle().await;
    let program = std::env::current_exe().map_err(LabError::io("tempoctl's own path"))?;
    let of_doctor = run.command.first().is_some_and(|name| name == "doctor");
    let status = tokio::process::Command::new(&program)
        .args(&run.command)
        .args(if of_doctor {
            lab.doctor_args()
        } else {
            lab.address_args()
        })
        .stdin(Stdio::inherit())
        .kill_on_drop(true)
        .status()
        .await
        .map_err(LabError::io(program.display().to_string()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(match run.expect_exit {
        None => code,
        Some(expected) if expected == code => 0,
        Some(expected) => {
            let note = format!("expected exit code {expected}, got {code}\n");
            let _ = notes.write_all(note.as_bytes());
            code.max(1)
        }
    })
}
