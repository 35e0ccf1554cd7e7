//! The shape of a catalogue entry: what a cause means, how it is recognised and what to change.

use serde::{Deserialize, Serialize};

use super::hop::Hop;

/// How much a cause costs the people who look at dashboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is broken, but an observation misleads.
    Trap,
    /// Some data is missing.
    Partial,
    /// It arrives, but something that users see is wrong.
    Degraded,
    /// One whole signal is missing.
    Major,
    /// Nothing arrives, or nothing can be read.
    Fatal,
}

/// What to change. At least one of `command` and `config` is there wherever something can be pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What to do, in a sentence or two.
    pub text: String,
    /// A command to paste into a shell.
    #[serde(default)]
    pub command: Option<String>,
    /// Configuration to paste: YAML, a flag, an environment variable.
    #[serde(default)]
    pub config: Option<String>,
    /// Where to read more.
    #[serde(default)]
    pub docs: Option<String>,
}

/// One entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Stable for ever: `rw-receiver-disabled`.
    pub id: String,
    /// One line, without a full stop.
    pub title: String,
    /// Where it stops the data.
    pub hop: Hop,
    /// How much it costs.
    pub severity: Severity,
    /// `all`, `2.x`, `3.x`, `≥ 2.7` …
    pub versions: String,
    /// What a person sees.
    pub symptom: String,
    /// Why that happens.
    pub cause: String,
    /// How it is recognised.
    pub signal: String,
    /// Globs over check ids: the failures this cause brings about elsewhere.
    #[serde(default)]
    pub explains: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// What to change.
    pub remedy: Remedy,
}
