//! What can keep the lab from starting, each with what to do about it.

/// Why the lab could not start or run.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// No scenario has that name.
    #[error("there is no scenario named `{name}`")]
    UnknownScenario {
        /// What was asked for.
        name: String,
        /// The name nearest to it.
        nearest: Option<&'static str>,
    },
    /// A scenario's file is not what a scenario must be.
    #[error("cannot read scenario `{name}`: {reason}")]
    BadScenario {
        /// Its name.
        name: String,
        /// The parser's words.
        reason: String,
    },
    /// A port is taken, or may not be used.
    #[error("cannot listen on {address}: {reason}")]
    Bind {
        /// `127.0.0.1:3200`
        address: String,
        /// The system's words.
        reason: String,
    },
    /// A real Prometheus was asked for and is not there.
    #[error("`{binary}` not found")]
    NoPrometheus {
        /// The path or name that was looked for.
        binary: String,
    },
    /// A real Prometheus was started and did not become ready.
    #[error("Prometheus did not become ready: {reason}")]
    PrometheusFailed {
        /// The last line it wrote.
        reason: String,
    },
    /// Something the lab needs of the operating system.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// The background lab of `lab up` is in a state that does not allow what was asked.
    #[error("{what}")]
    Background {
        /// What is the matter.
        what: String,
        /// What to do.
        advice: String,
    },
}

impl LabError {
    /// What to do about it, in one sentence.
    pub fn advice(&self) -> String {
        match self {
            LabError::UnknownScenario {
                nearest: Some(name), ..
            } => {
                format!("Did you mean `{name}`? `tempoctl lab --list` shows all of them.")
            }
            LabError::UnknownScenario { nearest: None, .. } => "`tempoctl lab --list` shows the scenarios.".to_owned(),
            LabError::BadScenario { .. } => "This is a defect of tempoctl; please report it.".to_owned(),
            LabError::Bind { .. } => {
                "Stop the process that uses it, or let the lab choose ports with `--free-ports`.".to_owned()
            }
            LabError::NoPrometheus { .. } => {
                "Install it (`apt-get install prometheus`), pass its path with `--prometheus PATH`, or omit the flag: \
                 the lab simulates one."
                    .to_owned()
            }
            LabError::PrometheusFailed { .. } => {
                "Omit `--prometheus` to use the simulated one, or run the binary by hand.".to_owned()
            }
            LabError::Io { .. } => "Check the permissions and the free space of that folder.".to_owned(),
            LabError::Background { advice, .. } => advice.clone(),
        }
    }

    /// What is not so in the background, and what to do.
    pub fn background(what: impl Into<String>, advice: impl Into<String>) -> LabError {
        let (what, advice) = (what.into(), advice.into());
        LabError::Background { what, advice }
    }

    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> LabError {
        let what = what.into();
        move |source| LabError::Io { what, source }
    }
}
