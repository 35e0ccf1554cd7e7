//! Inputs for the tests of this layer.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Parser as _;

use super::{ConfigErrors, ConfigSource, ConnectionArgs, Environment, Settings, SettingsFile};

#[derive(clap::Parser)]
struct SampleArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// The flags of a command line, split at blanks.
pub(super) fn parse_args(line: &str) -> ConnectionArgs {
    let words = std::iter::once("tempoctl").chain(line.split_whitespace());
    SampleArgs::try_parse_from(words).expect("the flags parse").connection
}

/// The variables of `A=1 B=2`, split at blanks, and a home.
pub(super) fn parse_env(line: &str) -> Environment {
    let home = std::iter::once(("HOME", "/home/me"));
    line.split_whitespace()
        .map(|word| word.split_once('=').expect("NAME=value"))
        .chain(home)
        .collect()
}

/// The body of one context, as a trusted file.
pub(super) fn trusted_file(body: &str) -> SettingsFile {
    build_file(ConfigSource::User, body)
}

/// The body of one context, as a file found in the working directory.
pub(super) fn untrusted_file(body: &str) -> SettingsFile {
    build_file(ConfigSource::WorkingDirectory, body)
}

fn build_file(source: ConfigSource, body: &str) -> SettingsFile {
    let path = if source == ConfigSource::User {
        "/home/me/config.toml"
    } else {
        "tempoctl.toml"
    };
    SettingsFile::parse(Path::new(path), source, &format!("[contexts.prod]\n{body}")).expect("the file is valid")
}

/// Files that settings may name.
pub(super) fn build_files() -> BTreeMap<&'static str, &'static str> {
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
pub(super) fn resolve_sample(line: &str, variables: &str, body: &str) -> Result<Settings, ConfigErrors> {
    Settings::resolve(
        &parse_args(line),
        &parse_env(variables),
        Some(&trusted_file(body)),
        &build_files(),
    )
}

/// The same, where nothing is wrong.
pub(super) fn resolve_settings(line: &str, variables: &str, body: &str) -> Settings {
    resolve_sample(line, variables, body).unwrap_or_else(|errors| panic!("{errors}"))
}
