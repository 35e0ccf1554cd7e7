//! `tempoctl completions SHELL`: a script that completes commands, flags and values. The usual one asks tempoctl itself,
//! which offers the names of live services and attributes too; a static one knows commands and flags and asks nobody.

use std::ffi::OsString;

use clap::{Args, Command};
use clap_complete::env::Shells;
use clap_complete::{Shell, generate};

/// The variable by which a shell asks for completions.
pub const VARIABLE: &str = "TEMPOCTL_COMPLETE";

/// From a folder of completions zsh loads the script as the function that is to complete, and calls it at once.
const ZSH_AUTOLOAD: &str = "\nif [[ $funcstack[1] == _tempoctl ]]; then\n    _clap_dynamic_completer_tempoctl\nfi\n";

/// Print a shell completion script
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// Shell to print the script for
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
    /// Print a script that never calls tempoctl: it completes commands and flags, but no live names
    #[arg(long = "static")]
    pub fixed: bool,
}

/// The script for that shell.
pub fn render_script(args: &CompletionsArgs, mut command: Command) -> std::io::Result<String> {
    let mut out = Vec::new();
    if args.fixed {
        generate(args.shell, &mut command, "tempoctl", &mut out);
    } else if let Some(shell) = Shells::builtins().completer(&args.shell.to_string()) {
        shell.write_registration(VARIABLE, "tempoctl", "tempoctl", "tempoctl", &mut out)?;
        if args.shell == Shell::Zsh {
            out.extend_from_slice(ZSH_AUTOLOAD.as_bytes());
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// What a shell that asks by [`VARIABLE`] is answered: candidates for the word that is being typed. The words follow `--`.
pub fn complete_words(shell: &str, args: &[OsString], mut command: Command) -> std::io::Result<String> {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(shell) else {
        return Ok(String::new());
    };
    let words: Vec<OsString> = args.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    let mut out = Vec::new();
    if !words.is_empty() {
        command.build();
        shell.write_complete(&mut command, words, std::env::current_dir().ok().as_deref(), &mut out)?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
