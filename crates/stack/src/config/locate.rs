//! Where the configuration file lies, and whether it may receive secrets.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use telemetry::text::quote::quote_flag;

use super::args::ConnectionArgs;
use super::environment::Environment;
use super::error::ConfigError;
use super::files::SettingsFiles;

/// The name looked for in the working directory.
const HERE: &str = "tempoctl.toml";

/// How a configuration file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// `--config` named it.
    Flag,
    /// `TEMPOCTL_CONFIG` named it.
    Env,
    /// It lay in the working directory. Whoever wrote it is not known, so it receives no secrets.
    WorkingDirectory,
    /// It lay in the user's configuration folder.
    User,
}

/// A configuration file that was found and read.
#[derive(Clone)]
pub struct LocatedConfig {
    /// Where it lies.
    pub path: PathBuf,
    /// How it was found.
    pub source: ConfigSource,
    /// What stands in it.
    pub text: String,
}

impl std::fmt::Debug for LocatedConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Located({}, {:?})", self.path.display(), self.source)
    }
}

/// Finds and reads the one file that counts: `--config`, else `TEMPOCTL_CONFIG`, else the working directory's, else the
/// user's. A file that was named must be there; the others need not.
pub fn locate_config(
    args: &ConnectionArgs,
    env: &Environment,
    files: &dyn SettingsFiles,
) -> Result<Option<LocatedConfig>, ConfigError> {
    let named = args
        .config_file()
        .map(|path| (path.to_owned(), ConfigSource::Flag, "--config"));
    let named = named.or_else(|| {
        let path = env.get("TEMPOCTL_CONFIG")?;
        Some((PathBuf::from(path), ConfigSource::Env, "TEMPOCTL_CONFIG"))
    });
    if let Some((path, source, place)) = named {
        let text = files.read(&path).map_err(|why| {
            let error = build_unreadable_error(place, &path, &why);
            let missing = why.kind() == ErrorKind::NotFound;
            if missing {
                error.advising(format!(
                    "tempoctl config init {}",
                    quote_flag("--config", &path.to_string_lossy())
                ))
            } else {
                error
            }
        })?;
        return Ok(Some(LocatedConfig { path, source, text }));
    }
    let found = [
        Some((PathBuf::from(HERE), ConfigSource::WorkingDirectory)),
        find_user_file(env).map(|path| (path, ConfigSource::User)),
    ];
    for (path, source) in found.into_iter().flatten() {
        match files.read_found(&path) {
            Ok(Some(text)) => return Ok(Some(LocatedConfig { path, source, text })),
            Ok(None) => {}
            Err(why) => return Err(build_unreadable_error("configuration", &path, &why)),
        }
    }
    Ok(None)
}

/// `$XDG_CONFIG_HOME/tempoctl/config.toml`, or where this platform keeps such files.
pub fn find_user_file(env: &Environment) -> Option<PathBuf> {
    let folder = env
        .get("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = folder.or_else(|| match cfg!(windows) {
        true => env.get("APPDATA").map(PathBuf::from),
        false => {
            let home = env.get("HOME").map(PathBuf::from).or_else(std::env::home_dir);
            home.map(|home| home.join(".config"))
        }
    })?;
    Some(folder.join("tempoctl").join("config.toml"))
}

fn build_unreadable_error(place: &str, path: &Path, why: &std::io::Error) -> ConfigError {
    ConfigError::new(
        place,
        format!(
            "cannot read '{}': {}",
            path.display(),
            super::files::explain_io_error(why)
        ),
    )
}
