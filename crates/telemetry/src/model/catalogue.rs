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

/// What is wrong with a server that should answer questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetFault {
    /// Nothing answers.
    Unreachable,
    /// It refuses the credentials.
    Unauthorised,
    /// Something else answers.
    OtherServer,
}

/// Who may know why, where a cause says only that something does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonSource {
    /// A line of a log.
    Log,
    /// A line of a file of the project.
    File,
}

/// How a cause is weighed against others of the same run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CauseHints {
    /// It is about a server that was to be asked: what it explains depends on which one.
    pub target: Option<TargetFault>,
    /// The address is at fault, so its remedy must not repeat it.
    pub wrong_address: bool,
    /// It says only that something does not arrive; these may say why.
    pub reason_in: Vec<ReasonSource>,
    /// It lies in an application or its SDK.
    pub in_application: bool,
    /// Who does not send, where the pipeline itself may be sound.
    pub idle: Option<String>,
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
    /// The checks that may name it, upstream first.
    #[serde(default, skip_serializing)]
    pub named_by: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// What to change.
    pub remedy: Remedy,
    /// For diagnosis alone; no part of what is printed.
    #[serde(default, skip_serializing)]
    pub hints: CauseHints,
}

impl Cause {
    /// True where that check may name it.
    pub fn is_named_by(&self, check: &str) -> bool {
        self.named_by.iter().any(|id| id == check)
    }
}

/// What a person sees, and the causes that are worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// In a person's words.
    pub seen: String,
    /// The most frequent cause first.
    pub causes: Vec<String>,
}
