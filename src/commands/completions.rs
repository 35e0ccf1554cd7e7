//! `tempoctl completions SHELL`: a script that completes commands, flags and values. Asks no server.

use clap::{Args, Command};
use clap_complete::{Shell, generate};

/// Print a script that completes tempoctl's command line
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell that reads the script
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// The script for that shell.
pub fn script(args: &CompletionsArgs, mut command: Command) -> String {
    let mut out = Vec::new();
    generate(args.shell, &mut command, "tempoctl", &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
