//! Why there is nothing to show, and how the run ends for it.

use crate::Exit;
use crate::cli::write;
use crate::config::ConfigErrors;
use crate::model::{Failure, FailureKind};
use crate::render::Sink;
use crate::render::error::{error, json};
use crate::render::metrics::refusal::refusal;

/// What is wrong, and what to try.
pub(super) type Problem = (String, Vec<String>);

/// The end of a look without a result.
pub(super) enum Stop {
    /// The command line or the settings.
    Usage(Vec<Problem>),
    /// A query that the server does not take.
    Query {
        /// What it says.
        message: String,
        /// The query.
        query: String,
        /// Line and column.
        place: Option<(usize, usize)>,
        /// What to try.
        advice: Vec<String>,
    },
    /// Credentials that were refused.
    Refused(Problem),
    /// Nothing could be asked.
    General(Problem),
}

impl Stop {
    /// Settings that cannot be used.
    pub(super) fn settings(problems: ConfigErrors) -> Stop {
        let problems = problems.0.into_iter().map(|problem| {
            let message = format!("{}: {}", problem.place, problem.message);
            (message, problem.advice.into_iter().collect())
        });
        Stop::Usage(problems.collect())
    }

    /// The run itself could not be carried out.
    pub(super) fn general(message: String, advice: Vec<String>) -> Stop {
        Stop::General((message, advice))
    }

    /// A server that wants a tenant, where none was named.
    pub(super) fn no_tenant(who: &str, url: &str) -> Stop {
        Stop::Refused((
            format!("{who} at {url} is multi-tenant and no tenant is set"),
            vec![
                "--org-id TENANT".to_owned(),
                "tempoctl explain query-no-org-id".to_owned(),
            ],
        ))
    }

    /// A server that did not answer. `flag` says where it is.
    pub(super) fn failure(who: &str, url: &str, flag: &str, failure: &Failure) -> Stop {
        if failure.kind == FailureKind::Unauthorised {
            if failure.detail.contains("no org id") {
                return Stop::no_tenant(who, url);
            }
            let message = format!("{who} at {url} refuses the credentials: {failure}");
            return Stop::Refused((message, vec!["tempoctl config show".to_owned()]));
        }
        let mut advice = match failure.is_untrusted() {
            true => vec!["--ca-cert FILE    with the issuing CA, or the certificate itself".to_owned()],
            false => vec![format!("{flag} URL")],
        };
        if failure.kind.is_unreachable() || failure.kind == FailureKind::Decode {
            advice.push("tempoctl doctor --fast".to_owned());
        }
        Stop::General((format!("{who} at {url}: {failure}"), advice))
    }

    /// A later look may go better.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Stop::General(_))
    }

    /// Says it: on standard error, and for JSON as the one document on standard output.
    pub(super) fn tell(self, as_json: bool, sink: &mut Sink) -> Exit {
        let style = sink.style_err();
        let (text, problems, exit) = match self {
            Stop::Usage(problems) => {
                let texts = problems.iter().map(|(message, advice)| error(message, advice, style));
                (texts.collect(), problems, Exit::Usage)
            }
            Stop::Query {
                message,
                query,
                place,
                advice,
            } => {
                let text = refusal(&message, &query, place, &advice, style);
                let placed =
                    place.map_or_else(String::new, |(line, column)| format!(" (line {line}, column {column})"));
                (text, vec![(format!("{message}{placed}"), advice)], Exit::Usage)
            }
            Stop::Refused(problem) => (error(&problem.0, &problem.1, style), vec![problem], Exit::Refused),
            Stop::General(problem) => (error(&problem.0, &problem.1, style), vec![problem], Exit::General),
        };
        sink.err(&text);
        if as_json {
            return write(sink, &json(&problems)).err().unwrap_or(exit);
        }
        exit
    }
}
