//! Where a value came from.

use std::fmt;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

use telemetry::model::compose::FileLocation;

/// Where a value came from. The order is the order of precedence: a later one wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave it.
    Default,
    /// A line of a file that describes the project, such as the published port of a Compose service.
    Project(FileLocation),
    /// A key of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line of the key, from 1.
        line: usize,
        /// The key.
        key: String,
        /// The context the key stands in; none for the top level.
        context: Option<String>,
    },
    /// An environment variable.
    Env(&'static str),
    /// A flag, with its dashes.
    Flag(&'static str),
}

impl Origin {
    /// 0 for a default, 3 for a flag: of two values the one with the higher rank counts.
    pub fn rank(&self) -> u8 {
        match self {
            Origin::Default | Origin::Project(_) => 0,
            Origin::File { .. } => 1,
            Origin::Env(_) => 2,
            Origin::Flag(_) => 3,
        }
    }

    /// The full name for an error: a file with its whole path and the key.
    pub fn place(&self) -> String {
        match self {
            Origin::File { path, line, key, .. } => format!("{}:{line}: {key}", path.display()),
            other => other.to_string(),
        }
    }

    /// How to give `value` at the same place: `--tempo-url value`, `TEMPO_URL=value`, `tempo_url = "value"`.
    pub fn assigning(&self, value: &str) -> String {
        match self {
            Origin::Default | Origin::Project(_) => value.to_owned(),
            Origin::File { key, .. } => format!("{key} = {value:?}"),
            Origin::Env(name) => format!("{name}={value}"),
            Origin::Flag(name) => format!("{name} {value}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::Project(place) => write!(f, "published in {place}"),
            Origin::Env(name) | Origin::Flag(name) => f.write_str(name),
            Origin::File {
                path, line, context, ..
            } => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                write!(f, "{}:{line}", name.display())?;
                match context {
                    Some(context) => write!(f, " (context {context})"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value and where it came from.
    pub fn new(value: T, origin: Origin) -> Self {
        Sourced { value, origin }
    }

    /// A value that nobody gave.
    pub fn default_of(value: T) -> Self {
        Sourced::new(value, Origin::Default)
    }

    /// Somebody gave it.
    pub fn is_given(&self) -> bool {
        self.origin != Origin::Default
    }

    /// Another value from the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced::new(change(self.value), self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_in_the_words_of_that_place() {
        let file = Origin::File {
            path: PathBuf::from("/home/me/.config/tempoctl/config.toml"),
            line: 12,
            key: "tempo_url".to_owned(),
            context: Some("prod".to_owned()),
        };
        assert_eq!(file.to_string(), "config.toml:12 (context prod)");
        assert_eq!(file.place(), "/home/me/.config/tempoctl/config.toml:12: tempo_url");
        assert_eq!(file.assigning("http://x"), "tempo_url = \"http://x\"");
        assert_eq!(Origin::Env("TEMPO_URL").assigning("http://x"), "TEMPO_URL=http://x");
        assert_eq!(Origin::Flag("--tempo-url").to_string(), "--tempo-url");
        assert!(Origin::Flag("--x").rank() > Origin::Env("X").rank());
    }
}
