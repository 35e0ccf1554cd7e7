//! `tempoctl lab` of a program that was built without the lab.

use std::ffi::OsString;

use clap::Args;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;

/// Start a simulated stack on this machine (left out of this build)
#[derive(Debug, Clone, Args)]
pub struct LabArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    typed: Vec<OsString>,
}

/// Says that there is no lab.
pub fn run_lab(_: LabArgs, _: &mut App<'_>) -> Result<Exit, CommandError> {
    Err(CommandError::general("this tempoctl was built without the lab")
        .advising("cargo install --path . builds one with it"))
}
