//! `tempoctl lab` of a program that was built without the lab.

use std::ffi::OsString;

use clap::Args;

use crate::Exit;
use crate::command_error::CommandError;
use crate::config::Environment;
use crate::render::Sink;

/// Start a simulated stack on this machine (left out of this build)
#[derive(Debug, Clone, Args)]
pub struct LabArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    typed: Vec<OsString>,
}

/// Says that there is no lab.
pub fn run_lab(_: LabArgs, _: &Environment, _: &mut Sink) -> Result<Exit, CommandError> {
    Err(CommandError::general("this tempoctl was built without the lab")
        .advising("cargo install --path . builds one with it"))
}
