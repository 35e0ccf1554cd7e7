//! Builds the process's Io, calls run, turns Exit into ExitCode.
fn main() {}
