//! Inputs for the tests of this layer.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Parser as _;

use super::{ConfigErrors, ConfigFile, ConnectionArgs, Environment, Settings, Source};

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// The flags of a command line, split at blanks.
pub(super) fn args(line: &str) -> ConnectionArgs {
    let words = std::iter::once("tempoctl").chain(line.split_whitespace());
    Line::try_parse_from(words).expect("the flags parse").connection
}

/// The variables of `A=1 B=2`, split at blanks, and a home.
pub(super) fn env(line: &str) -> Environment {
    let home = std::iter::once(("HOME", "/home/me"));
    line.split_whitespace()
        .map(|word| word.split_once('=').expect("NAME=value"))
        .chain(home)
        .collect()
}

/// The body of one context, as a trusted file.
pub(super) fn file(body: &str) -> ConfigFile {
    from(Source::User, body)
}

/// The body of one context, as a file found in the working directory.
pub(super) fn stranger(body: &str) -> ConfigFile {
    from(Source::WorkingDirectory, body)
}

fn from(source: Source, body: &str) -> ConfigFile {
    let path = if source == Source::User {
        "/home/me/config.toml"
    } else {
        "tempoctl.toml"
    };
    ConfigFile::parse(Path::new(path), source, &format!("[contexts.prod]\n{body}")).expect("the file is valid")
}

/// Files that settings may name.
pub(super) fn files() -> BTreeMap<&'static str, &'static str> {
    const CERT: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nSECRETKEY\n-----END PRIVATE KEY-----\n";
    [
        ("/ca-flag", CERT),
        ("/ca-env", CERT),
        ("/ca-file", CERT),
        ("/home/me/ca-file", CERT),
        ("/cert", CERT),
        ("/key", KEY),
        ("/token-flag", "SECRETtokenflag\n"),
        ("/token-env", "SECRETtokenenv\n"),
        ("/token-file", "SECRETtokenfile\n"),
        ("/home/me/token", "SECRETtokenhome\n"),
        ("/password", "SECRETpassword\n"),
        ("/empty", "\n"),
    ]
    .into_iter()
    .collect()
}

/// Settings from a command line, variables and a context's body.
pub(super) fn resolve(line: &str, variables: &str, body: &str) -> Result<Settings, ConfigErrors> {
    Settings::resolve(&args(line), &env(variables), Some(&file(body)), &files())
}

/// The same, where nothing is wrong.
pub(super) fn settings(line: &str, variables: &str, body: &str) -> Settings {
    resolve(line, variables, body).unwrap_or_else(|errors| panic!("{errors}"))
}
