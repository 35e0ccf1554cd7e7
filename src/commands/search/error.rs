//! Why there is no answer: what is wrong, what to try, and with which code the run ends.

use crate::Exit;
use crate::command_error::CommandError;
use crate::commands::identify;
use crate::commands::proxy_error::LOGIN;
use crate::render::caret::render_caret;
use stack::Stack;
use stack::clients::tempo::status::find_api_prefix;
use stack::clients::tempo::trace::find_bare_trace_url;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::traceql;
use telemetry::text::quote_shell;

/// What an unanswered question means for whoever asked.
pub(super) fn explain_failure(failure: &Failure, stack: &Stack) -> CommandError {
    let place = stack.describe_tempo();
    let doctor = if stack.source.is_some() {
        // What is wrong may lie with Grafana, with its data source or with Tempo.
        "tempoctl doctor".to_owned()
    } else {
        "tempoctl doctor --only 'query.*'".to_owned()
    };
    match failure.kind {
        FailureKind::Unauthorised => {
            let tenant = failure.detail.contains("no org id");
            let advice = match (tenant, stack.tenants.is_empty()) {
                _ if stack.source.is_some() => LOGIN
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
            CommandError::new(
                Exit::Refused,
                if tenant && stack.source.is_none() && stack.tenants.is_empty() {
                    format!("{place} requires a tenant: {failure}")
                } else {
                    format!("{place} refuses the credentials: {failure}")
                },
            )
            .advising_all(advice)
        }
        _ if failure.is_untrusted() => {
            CommandError::general(format!("{place} presents a certificate that is not trusted: {failure}"))
                .advising("--ca-cert FILE    with the issuing CA, or the certificate itself")
                .advising("tempoctl explain tls-cert-untrusted")
        }
        kind if kind.is_unreachable() => CommandError::general(format!("{place} does not answer: {failure}"))
            .advising("--tempo-url URL")
            .advising("tempoctl doctor"),
        FailureKind::Http if failure.status == Some(404) => {
            CommandError::general(format!("{place} has no such page ({}): {failure}", failure.target))
                .advising("--tempo-url with the path prefix of Tempo's API")
                .advising("tempoctl explain http-api-prefix")
        }
        FailureKind::Http if failure.status == Some(429) => {
            CommandError::general(format!("{place} has too many queries queued: {failure}"))
                .advising("tempoctl explain query-queue-full")
        }
        FailureKind::Http
            if ["response larger than the max", "message larger than max"]
                .iter()
                .any(|text| failure.detail.contains(text)) =>
        {
            CommandError::general(format!("{place} cannot return a response of this size: {failure}"))
                .advising("tempoctl explain response-too-large")
        }
        FailureKind::Decode | FailureKind::Redirected => CommandError::general(format!(
            "{place} does not answer like Tempo: {}: {failure}",
            failure.target
        ))
        .advising("--tempo-url URL")
        .advising(doctor),
        FailureKind::TooLarge => explain_too_large(&place, &failure.target, &failure.detail),
        _ => CommandError::general(format!("{place} returned {failure}")).advising(doctor),
    }
}

/// An answer that is longer than what is read of one. `target` is what was asked, `most` begins with the limit.
fn explain_too_large(place: &str, target: &str, why: &str) -> CommandError {
    let error = CommandError::new(Exit::Found, format!("{place} answers more than tempoctl reads: {why}"))
        .advising("--memory-limit 1GiB");
    // v1 answers with the bare trace, as files hold it.
    let by_id = target.split_once(' ').and_then(|(_, url)| find_bare_trace_url(url));
    let Some(url) = by_id else {
        return error.advising("a smaller --limit, or a shorter range: --since 15m");
    };
    error
        .advising(format!(
            "curl -H 'Accept: application/protobuf' -o trace.pb {}",
            quote_shell(&url)
        ))
        .advising("tempoctl search --input trace.pb")
        .advising("tempoctl explain trace-too-large")
}

/// The same, after a look at where Tempo's API stands, if it is not where it was asked.
pub(super) async fn explain_with_prefix(failure: &Failure, stack: &Stack) -> CommandError {
    let mut refused = explain_failure(failure, stack);
    if failure.kind == FailureKind::Http && failure.status == Some(404) {
        let endpoints = stack.tempo.fetch_endpoints().await;
        let prefix = endpoints.get().and_then(|paths| find_api_prefix(paths));
        if let (Some(prefix), Some(problem)) =
            (prefix.filter(|prefix| !prefix.is_empty()), refused.problems.first_mut())
        {
            problem.advice[0] = format!("--tempo-url {}", stack.tempo.with_prefix(&prefix).base());
            return refused;
        }
    }
    // Behind a data source somebody else is Grafana's affair.
    if stack.source.is_none()
        && let Some(problem) = identify::explain_wrong_server(&stack.tempo, failure).await
    {
        refused = CommandError::from_problem(Exit::General, problem);
    }
    refused
}

/// A query that Tempo does not take, with a caret under the place and the queries that it would take.
pub(super) fn explain_query(
    problem: &traceql::TraceqlProblem,
    query: &str,
    fixes: &[traceql::QueryFix],
) -> CommandError {
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
    CommandError::usage(message).advising_all(advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use telemetry::model::Problem;

    #[test]
    fn a_trace_that_is_too_large_can_be_had_as_a_file() {
        let said = |target: &str| {
            let refused = explain_too_large("http://t:3200", target, "more than 1024 MiB; not read further");
            refused.problems[0].clone()
        };
        let Problem { message, advice } = said("GET http://t:3200/api/v2/traces/2a");
        assert!(
            message.contains("answers more than tempoctl reads: more than 1024 MiB"),
            "{message}"
        );
        assert!(
            advice[1].ends_with("-o trace.pb http://t:3200/api/traces/2a"),
            "{advice:?}"
        );
        let Problem { advice, .. } = said("GET http://t:3200/api/search?q=…");
        assert_eq!(advice[0], "--memory-limit 1GiB");
        assert!(advice[1].contains("--limit"), "{advice:?}");
    }
}
