//! `tempoctl lab` of a program that was built without the lab.

use std::ffi::OsString;

use clap::Args;

/// Start a simulated stack on this machine (left out of this build)
#[derive(Debug, Clone, Args)]
pub struct LabArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    typed: Vec<OsString>,
}
