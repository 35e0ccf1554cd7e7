//! Why there is nothing to show, and how the run ends for it.

use crate::Exit;
use crate::cli::write_stdout;
use crate::config::ConfigErrors;
use crate::model::{Failure, FailureKind};
use crate::render::Sink;
use crate::render::error::{render_error, render_error_json};
use crate::render::metrics::query_error::render_query_error;

/// What is wrong, and what to try.
pub(super) type MetricsProblem = (String, Vec<String>);

/// The end of a look without a result.
pub(super) enum MetricsError {
    /// The command line or the settings.
    Usage(Vec<MetricsProblem>),
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
    Refused(MetricsProblem),
    /// Nothing could be asked.
    General(MetricsProblem),
}

impl MetricsError {
    /// Settings that cannot be used.
    pub(super) fn from_config_errors(problems: ConfigErrors) -> MetricsError {
        let problems = problems.0.into_iter().map(|problem| {
            let message = format!("{}: {}", problem.place, problem.message);
            (message, problem.advice.into_iter().collect())
        });
        MetricsError::Usage(problems.collect())
    }

    /// The run itself could not be carried out.
    pub(super) fn general(message: String, advice: Vec<String>) -> MetricsError {
        MetricsError::General((message, advice))
    }

    /// A server that wants a tenant, where none was named.
    pub(super) fn no_tenant(who: &str, url: &str) -> MetricsError {
        MetricsError::Refused((
            format!("{who} at {url} is multi-tenant and no tenant is set"),
            vec![
                "--org-id TENANT".to_owned(),
                "tempoctl explain query-no-org-id".to_owned(),
            ],
        ))
    }

    /// A server that did not answer. `flag` says where it is.
    pub(super) fn from_failure(who: &str, url: &str, flag: &str, failure: &Failure) -> MetricsError {
        if failure.kind == FailureKind::Unauthorised {
            if failure.detail.contains("no org id") {
                return MetricsError::no_tenant(who, url);
            }
            let message = format!("{who} at {url} refuses the credentials: {failure}");
            return MetricsError::Refused((message, vec!["tempoctl config show".to_owned()]));
        }
        let mut advice = match failure.is_untrusted() {
            true => vec!["--ca-cert FILE    with the issuing CA, or the certificate itself".to_owned()],
            false => vec![format!("{flag} URL")],
        };
        if failure.kind.is_unreachable() || failure.kind == FailureKind::Decode {
            advice.push("tempoctl doctor --fast".to_owned());
        }
        MetricsError::General((format!("{who} at {url}: {failure}"), advice))
    }

    /// A later look may go better.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, MetricsError::General(_))
    }

    /// Says it: on standard error, and for JSON as the one document on standard output.
    pub(super) fn report(self, as_json: bool, sink: &mut Sink) -> Exit {
        let style = sink.style_err();
        let (text, problems, exit) = match self {
            MetricsError::Usage(problems) => {
                let texts = problems
                    .iter()
                    .map(|(message, advice)| render_error(message, advice, style));
                (texts.collect(), problems, Exit::Usage)
            }
            MetricsError::Query {
                message,
                query,
                place,
                advice,
            } => {
                let text = render_query_error(&message, &query, place, &advice, style);
                let placed =
                    place.map_or_else(String::new, |(line, column)| format!(" (line {line}, column {column})"));
                (text, vec![(format!("{message}{placed}"), advice)], Exit::Usage)
            }
            MetricsError::Refused(problem) => (
                render_error(&problem.0, &problem.1, style),
                vec![problem],
                Exit::Refused,
            ),
            MetricsError::General(problem) => (
                render_error(&problem.0, &problem.1, style),
                vec![problem],
                Exit::General,
            ),
        };
        sink.err(&text);
        if as_json {
            return write_stdout(sink, &render_error_json(&problems)).err().unwrap_or(exit);
        }
        exit
    }
}
