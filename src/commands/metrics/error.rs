//! Why there is nothing to show, and how the run ends for it.

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::caret::render_caret;
use telemetry::model::{Failure, FailureKind};

/// A query that the server does not take, with a caret under `place`, which is line and column from 1.
pub(super) fn explain_query(message: &str, query: &str, place: Option<(usize, usize)>) -> CommandError {
    let mut message = message.to_owned();
    if let Some((line, column)) = place {
        // Tempo calls the line of the very first word 0.
        let line = line.saturating_sub(1);
        if query.lines().nth(line).is_some() {
            message.push('\n');
            message.push_str(&render_caret(query, line, column.saturating_sub(1), 1));
        }
    }
    CommandError::usage(message)
}

/// A server that wants a tenant, where none was named.
pub(super) fn explain_no_tenant(who: &str, url: &str) -> CommandError {
    CommandError::new(
        Exit::Refused,
        format!("{who} at {url} is multi-tenant and no tenant is set"),
    )
    .advising("--org-id TENANT")
    .advising("tempoctl explain query-no-org-id")
}

/// A server that did not answer. `flag` says where it is.
pub(super) fn explain_failure(who: &str, url: &str, flag: &str, failure: &Failure) -> CommandError {
    if failure.kind == FailureKind::Unauthorised {
        if failure.detail.contains("no org id") {
            return explain_no_tenant(who, url);
        }
        let message = format!("{who} at {url} refuses the credentials: {failure}");
        return CommandError::new(Exit::Refused, message).advising("tempoctl config show");
    }
    if failure.kind == FailureKind::TooLarge {
        return CommandError::new(
            Exit::Found,
            format!("{who} at {url} answers more than is read: {failure}"),
        )
        .advising("--memory-limit 1GiB");
    }
    let advice = match failure.is_untrusted() {
        true => "--ca-cert FILE    with the issuing CA, or the certificate itself".to_owned(),
        false => format!("{flag} URL"),
    };
    let doctor = failure.kind.is_unreachable() || failure.kind == FailureKind::Decode;
    CommandError::general(format!("{who} at {url}: {failure}"))
        .advising(advice)
        .advising_all(doctor.then_some("tempoctl doctor --fast"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let said = |query, place| explain_query("no", query, Some(place)).problems[0].message.clone();
        assert_eq!(said("sum(", (1, 5)), "no\nsum(\n    ^");
        assert_eq!(said("{", (0, 1)), "no\n{\n^");
        assert_eq!(said("{", (3, 1)), "no");
    }

    proptest! {
        #[test]
        fn any_place_is_survived(query in "\\PC{0,20}\\n?\\PC{0,20}", line in 0usize..5, column in 0usize..99) {
            let _ = explain_query("no", &query, Some((line, column)));
        }
    }
}
