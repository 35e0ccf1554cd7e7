//! Why there is no answer: what is wrong, what to try, and with which code the run ends.

use crate::Exit;
use crate::commands::identify;
use crate::commands::proxy_error::{self, LOGIN};
use crate::diagnose::no_traces::quote_shell;
use crate::model::{Failure, FailureKind};
use crate::parse::{query_error, tempo, traceql};
use crate::probes::grafana_proxy::ProxyError;
use crate::probes::tempo_reader::TempoReader;
use crate::render::Sink;
use crate::render::caret::render_caret;
use crate::render::error::{render_error, render_error_json};

/// What is wrong, and what to try.
pub(super) type SearchProblem = (String, Vec<String>);

/// An end without an answer.
#[derive(Debug)]
pub(super) struct SearchError {
    pub(super) exit: Exit,
    pub(super) problems: Vec<SearchProblem>,
}

impl SearchError {
    pub(super) fn from_problems(problems: Vec<SearchProblem>) -> SearchError {
        SearchError {
            exit: Exit::Usage,
            problems,
        }
    }

    pub(super) fn usage(message: impl Into<String>, advice: &str) -> SearchError {
        SearchError::from_problems(vec![(message.into(), vec![advice.to_owned()])])
    }

    pub(super) fn general(message: impl Into<String>, advice: Vec<String>) -> SearchError {
        SearchError {
            exit: Exit::General,
            problems: vec![(message.into(), advice)],
        }
    }

    pub(super) fn cancelled() -> SearchError {
        SearchError {
            exit: Exit::Cancelled,
            problems: vec![("cancelled before Tempo answered".to_owned(), Vec::new())],
        }
    }

    /// Everything was said already.
    pub(super) fn already_reported(exit: Exit) -> SearchError {
        SearchError {
            exit,
            problems: Vec::new(),
        }
    }

    /// On standard error, and for `-o json` as the one document on standard output.
    pub(super) fn report(self, as_json: bool, sink: &mut Sink) -> Exit {
        for (message, advice) in &self.problems {
            let text = render_error(message, advice, sink.style_err());
            sink.err(&text);
        }
        if as_json && !self.problems.is_empty() {
            return crate::cli::write_stdout(sink, &render_error_json(&self.problems))
                .err()
                .unwrap_or(self.exit);
        }
        self.exit
    }
}

/// What an unanswered question means for whoever asked.
pub(super) fn explain_failure(failure: &Failure, reader: &TempoReader) -> SearchError {
    let place = reader.describe_place();
    let doctor = if reader.source.is_some() {
        // What is wrong may lie with Grafana, with its data source or with Tempo.
        "tempoctl doctor".to_owned()
    } else {
        "tempoctl doctor --only 'query.*'".to_owned()
    };
    match failure.kind {
        FailureKind::Unauthorised => {
            let tenant = failure.detail.contains("no org id");
            let advice = match (tenant, reader.tenants.is_empty()) {
                _ if reader.source.is_some() => LOGIN
                    .into_iter()
                    .chain(["tempoctl doctor --only 'grafana.*'"])
                    .map(str::to_owned)
                    .collect(),
                (true, true) => vec![
                    "--org-id TENANT".to_owned(),
                    "tempoctl explain query-no-org-id".to_owned(),
                ],
                _ => vec![
                    "TEMPO_BEARER_TOKEN_FILE or TEMPO_USERNAME with TEMPO_PASSWORD in the environment".to_owned(),
                    "--header K=V".to_owned(),
                ],
            };
            SearchError {
                exit: Exit::Refused,
                problems: vec![(
                    if tenant && reader.source.is_none() && reader.tenants.is_empty() {
                        format!("{place} requires a tenant: {failure}")
                    } else {
                        format!("{place} refuses the credentials: {failure}")
                    },
                    advice,
                )],
            }
        }
        _ if failure.is_untrusted() => SearchError::general(
            format!("{place} presents a certificate that is not trusted: {failure}"),
            vec![
                "--ca-cert FILE    with the issuing CA, or the certificate itself".to_owned(),
                "tempoctl explain tls-cert-untrusted".to_owned(),
            ],
        ),
        kind if kind.is_unreachable() => SearchError::general(
            format!("{place} does not answer: {failure}"),
            vec!["--tempo-url URL".to_owned(), "tempoctl doctor".to_owned()],
        ),
        FailureKind::Http if failure.status == Some(404) => SearchError::general(
            format!("{place} has no such page ({}): {failure}", failure.target),
            vec![
                "--tempo-url with the path prefix of Tempo's API".to_owned(),
                "tempoctl explain http-api-prefix".to_owned(),
            ],
        ),
        FailureKind::Http if failure.status == Some(429) => SearchError::general(
            format!("{place} has too many queries queued: {failure}"),
            vec!["tempoctl explain query-queue-full".to_owned()],
        ),
        FailureKind::Http
            if ["response larger than the max", "message larger than max"]
                .iter()
                .any(|text| failure.detail.contains(text)) =>
        {
            SearchError::general(
                format!("{place} cannot return a response of this size: {failure}"),
                vec!["tempoctl explain response-too-large".to_owned()],
            )
        }
        FailureKind::Decode | FailureKind::Redirected => SearchError::general(
            format!("{place} does not answer like Tempo: {}: {failure}", failure.target),
            vec!["--tempo-url URL".to_owned(), doctor],
        ),
        FailureKind::TooLarge => explain_too_large(&place, &failure.target, &failure.detail),
        _ => SearchError::general(format!("{place} returned {failure}"), vec![doctor]),
    }
}

/// An answer that is longer than what is read of one. `target` is what was asked, `most` begins with the limit.
fn explain_too_large(place: &str, target: &str, most: &str) -> SearchError {
    let most = most.split(';').next().unwrap_or(most);
    // v1 answers with the bare trace, as files hold it.
    let by_id = target
        .split_once(' ')
        .map(|(_, url)| url.replace("/api/v2/traces/", "/api/traces/"))
        .filter(|url| url.contains("/api/traces/"));
    let Some(url) = by_id else {
        return SearchError::general(
            format!("{place} returned {most}; tempoctl reads no more of a response"),
            vec!["a smaller --limit, or a shorter range: --since 15m".to_owned()],
        );
    };
    SearchError::general(
        format!("{place} returned {most}; tempoctl reads no more of a trace over HTTP (2 GiB from a file)"),
        vec![
            format!(
                "curl -H 'Accept: application/protobuf' -o trace.pb {}",
                quote_shell(&url)
            ),
            "tempoctl search --input trace.pb".to_owned(),
            "tempoctl explain trace-too-large".to_owned(),
        ],
    )
}

/// A query that is too long to be asked, if that is what this failure says.
pub(super) fn explain_too_long(failure: &Failure, query: &str, place: &str) -> Option<SearchError> {
    let message = query_error::describe_too_long(failure, query, place)?;
    Some(SearchError::usage(message, "a shorter query, or several"))
}

/// Grafana was to be read through, and cannot be.
pub(super) fn build_proxy_error(grafana: &str, has_login: bool, no_way: &ProxyError) -> SearchError {
    let (exit, problem) = proxy_error::explain_proxy_error(grafana, has_login, no_way);
    SearchError {
        exit,
        problems: vec![problem],
    }
}

/// The same, after a look at where Tempo's API stands, if it is not where it was asked.
pub(super) async fn explain_with_prefix(failure: &Failure, reader: &TempoReader) -> SearchError {
    let mut refused = explain_failure(failure, reader);
    if failure.kind == FailureKind::Http && failure.status == Some(404) {
        let endpoints = reader
            .root
            .get("/status/endpoints")
            .await
            .and_then(tempo::parse_endpoints);
        let prefix = endpoints.get().and_then(|paths| tempo::find_api_prefix(paths));
        if let (Some(prefix), Some((_, advice))) =
            (prefix.filter(|prefix| !prefix.is_empty()), refused.problems.first_mut())
        {
            advice[0] = format!("--tempo-url {}{prefix}", reader.root.base());
            return refused;
        }
    }
    // Behind a data source somebody else is Grafana's affair.
    if reader.source.is_none()
        && let Some(problem) = identify::explain_wrong_server(&reader.api, failure).await
    {
        refused = SearchError::general(problem.0, problem.1);
    }
    refused
}

/// A query that Tempo does not take, with a caret under the place and the queries that it would take.
pub(super) fn explain_query(
    problem: &traceql::TraceqlProblem,
    query: &str,
    fixes: &[traceql::QueryFix],
) -> SearchError {
    let mut message = format!("Tempo rejects this query: {}", problem.message);
    if let Some(column) = problem.column {
        message.push('\n');
        message.push_str(&render_caret(query, problem.line, column, problem.width));
    }
    let mut advice: Vec<String> = Vec::new();
    for fix in fixes {
        if advice.is_empty() {
            message.push_str(&format!("\n{}", fix.why));
        }
        advice.push(format!("tempoctl search {}", quote_shell(&fix.query)));
    }
    if advice.is_empty() {
        advice.push("tempoctl search '{ resource.service.name = \"NAME\" && status = error }'".to_owned());
    }
    SearchError::from_problems(vec![(message, advice)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_that_is_too_large_can_be_had_as_a_file() {
        let said = |target: &str| {
            let refused = explain_too_large("http://t:3200", target, "more than 1024 MiB; not read further");
            refused.problems[0].clone()
        };
        let (message, advice) = said("GET http://t:3200/api/v2/traces/2a");
        assert!(
            message.contains("more than 1024 MiB; tempoctl reads no more of a trace"),
            "{message}"
        );
        assert!(
            advice[0].ends_with("-o trace.pb 'http://t:3200/api/traces/2a'"),
            "{advice:?}"
        );
        let (_, advice) = said("GET http://t:3200/api/search?q=…");
        assert!(advice[0].contains("--limit"), "{advice:?}");
    }
}
