//! Why a command came to no result: the one error of all commands.

use crate::Exit;
use crate::render::Sink;
use crate::render::error::render_error;
use crate::render::sink::OutputError;
use stack::clients::http::BuildError;
use stack::config::{ConfigError, ConfigErrors};
use telemetry::model::problem::Problem;
use telemetry::parse::ParseError;

/// What is wrong, and with which code the run ends for it.
#[derive(Debug)]
pub struct CommandError {
    /// The code.
    pub exit: Exit,
    /// At least one problem.
    pub problems: Vec<Problem>,
}

impl CommandError {
    /// A run that ends so.
    pub fn new(exit: Exit, message: impl Into<String>) -> CommandError {
        CommandError::from_problem(exit, Problem::new(message))
    }

    /// A run that ends so.
    pub fn from_problem(exit: Exit, problem: Problem) -> CommandError {
        CommandError {
            exit,
            problems: vec![problem],
        }
    }

    /// What was typed cannot be used.
    pub fn usage(message: impl Into<String>) -> CommandError {
        CommandError::new(Exit::Usage, message)
    }

    /// The run could not be carried out.
    pub fn general(message: impl Into<String>) -> CommandError {
        CommandError::new(Exit::General, message)
    }

    /// A signal ended the run before there was a result.
    pub fn cancelled() -> CommandError {
        CommandError::new(Exit::Cancelled, "cancelled before there was an answer")
    }

    /// The value of a flag or of the environment that cannot be used.
    pub fn rejected(flag: &str, refused: ParseError) -> CommandError {
        CommandError::usage(format!("{flag}: {}", refused.message))
            .advising_all(refused.suggestion.map(|text| format!("{flag} {text}")))
    }

    /// The same with one more thing to try.
    #[must_use]
    pub fn advising(self, advice: impl Into<String>) -> CommandError {
        self.advising_all([advice])
    }

    /// The same with more to try.
    #[must_use]
    pub fn advising_all<T: Into<String>>(mut self, advice: impl IntoIterator<Item = T>) -> CommandError {
        if let Some(last) = self.problems.last_mut() {
            last.advice.extend(advice.into_iter().map(Into::into));
        }
        self
    }

    /// Says what is wrong on standard error.
    pub fn print(&self, sink: &mut Sink) {
        for problem in &self.problems {
            let text = render_error(problem, sink.style_err());
            sink.err(&text);
        }
    }
}

impl From<Vec<Problem>> for CommandError {
    fn from(problems: Vec<Problem>) -> CommandError {
        CommandError {
            exit: Exit::Usage,
            problems,
        }
    }
}

impl From<ConfigErrors> for CommandError {
    fn from(errors: ConfigErrors) -> CommandError {
        let problems = errors
            .0
            .into_iter()
            .map(|error| Problem::new(format!("{}: {}", error.place, error.message)).advising_all(error.advice));
        problems.collect::<Vec<_>>().into()
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> CommandError {
        ConfigErrors::from(error).into()
    }
}

impl From<BuildError> for CommandError {
    fn from(error: BuildError) -> CommandError {
        CommandError::usage(error.to_string())
    }
}

impl From<OutputError> for CommandError {
    fn from(error: OutputError) -> CommandError {
        CommandError::general(error.to_string())
    }
}
