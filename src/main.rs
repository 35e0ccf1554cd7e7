//! Watches for panics and signals, builds the process's Io, calls run, turns Exit into ExitCode.

use std::process::ExitCode;

fn main() -> ExitCode {
    tempoctl::watch_panics();
    tempoctl::watch_signals();
    tempoctl::run(tempoctl::Io::from_process()).into()
}
