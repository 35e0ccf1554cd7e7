//! Why a search found nothing: what was looked at, what is spelt or scoped otherwise, what Tempo hides, and which query
//! would find something. Queries are guesses until somebody asks Tempo.

use std::collections::BTreeSet;
use telemetry::text::duration::format_length;
use telemetry::text::pluralize;
use telemetry::text::quote::{quote_query_text, quote_shell};

use telemetry::model::search::{EmptyReason, TagValue, WindowContents};
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::traceql::{self, TraceqlCondition};
use telemetry::parse::{duration, find_nearest, glob};

/// A query that may find what was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCandidate {
    /// The query.
    pub query: String,
    /// How far back to look, where that is longer than was asked, in seconds.
    pub since_s: Option<u64>,
    /// What differs: `Nearest: resource.service.name = "checkout-v2" (812 spans).`
    pub line: Option<String>,
    /// The cause of the catalogue that it speaks of.
    pub cause: Option<&'static str>,
}

/// Services that are named, at most.
const MAX_NAMED_SERVICES: usize = 8;
const DAY_S: u64 = 86_400;
/// Where Tempo hides all but this much of a window, nothing can be said about the rest.
const MIN_VISIBLE_S: f64 = 30.0;

/// Queries worth trying, the likeliest first.
pub fn suggest_queries(query: &str, window: &TimeWindow, around: &WindowContents) -> Vec<QueryCandidate> {
    let mut found: Vec<QueryCandidate> = Vec::new();
    if around.services.is_empty() {
        // There is nothing in this window, whatever is asked.
        found.extend(extend_window("{}", window));
        return found;
    }
    let conditions = traceql::find_conditions(query);
    let mut all = query.to_owned();
    let mut lines = Vec::new();
    let mut cause = None;
    for condition in conditions.iter().rev() {
        let Some(better) = improve_condition(condition, around) else {
            continue;
        };
        all.replace_range(condition.place.clone(), &better.text);
        lines.push(better.line);
        cause = better.cause.or(cause);
        let mut alone = query.to_owned();
        alone.replace_range(condition.place.clone(), &better.text);
        found.push(QueryCandidate {
            query: alone,
            since_s: None,
            line: lines.last().cloned(),
            cause: better.cause,
        });
    }
    if lines.len() > 1 {
        lines.reverse();
        let whole = QueryCandidate {
            query: all,
            since_s: None,
            line: Some(lines.join(" ")),
            cause,
        };
        found.insert(0, whole);
    }
    found.extend(split_conditions(query, &conditions));
    found.extend(extend_window(query, window));
    found
}

struct BetterCondition {
    text: String,
    line: String,
    cause: Option<&'static str>,
}

/// What a comparison should rather say, by the names and values that are there.
fn improve_condition(condition: &TraceqlCondition, around: &WindowContents) -> Option<BetterCondition> {
    let Some((scope, name)) = condition.attribute() else {
        return improve_value(condition, &condition.field, around);
    };
    let scopes = around.tags.as_deref().unwrap_or_default();
    let here = scopes
        .iter()
        .any(|one| (scope.is_empty() || one.name == scope) && one.tags.iter().any(|tag| tag == name));
    if here || around.tags.is_none() {
        let key = if scope.is_empty() {
            format!(".{name}")
        } else {
            format!("{scope}.{name}")
        };
        return improve_value(condition, &key, around);
    }
    let elsewhere = scopes
        .iter()
        .find(|one| one.name != "intrinsic" && one.tags.iter().any(|tag| tag == name));
    if let Some(other) = elsewhere {
        return Some(BetterCondition {
            text: render_comparison(&format!("{}.{name}", other.name), condition),
            line: format!(
                "Nearest: no {scope} has {name}, but {} has: {}.{name}.",
                add_article(&other.name),
                other.name
            ),
            cause: Some("traceql-scope-or-quotes"),
        });
    }
    let names = scopes.iter().filter(|one| one.name != "intrinsic");
    let known: Vec<(&str, &str)> = names
        .flat_map(|one| one.tags.iter().map(move |tag| (one.name.as_str(), tag.as_str())))
        .collect();
    let near = find_nearest(name, known.iter().map(|(_, tag)| *tag))?;
    let (scope, near) = known.iter().find(|(_, tag)| *tag == near)?;
    Some(BetterCondition {
        text: render_comparison(&format!("{scope}.{near}"), condition),
        line: format!("Nearest: nothing has {name}; {} has {near}.", add_article(scope)),
        cause: Some("traceql-scope-or-quotes"),
    })
}

fn add_article(scope: &str) -> String {
    match scope {
        "event" | "instrumentation" => format!("an {scope}"),
        _ => format!("a {scope}"),
    }
}

fn render_comparison(field: &str, condition: &TraceqlCondition) -> String {
    let value = if condition.quoted {
        quote_query_text(&condition.value)
    } else {
        condition.value.clone()
    };
    format!("{field} {} {value}", condition.operator)
}

/// The value that is there and most like the one asked for.
fn improve_value(condition: &TraceqlCondition, key: &str, around: &WindowContents) -> Option<BetterCondition> {
    let values = around.values.get(key)?;
    let wanted = condition.value.as_str();
    match condition.operator.as_str() {
        "=~" => {
            let inside = values
                .iter()
                .any(|value| value.value.contains(wanted.trim_matches(['^', '$'])));
            let plain = !wanted.contains(".*");
            (inside && plain).then(|| BetterCondition {
                text: format!("{} =~ {}", condition.field, quote_query_text(&format!(".*{wanted}.*"))),
                line: "Regular expressions match whole values since 2.7; add .* before and after to match parts."
                    .to_owned(),
                cause: Some("traceql-regex-anchored"),
            })
        }
        "=" => {
            let same = values.iter().find(|value| value.value == wanted);
            if let Some(same) = same {
                let text_there = matches!(same.kind.as_str(), "string");
                let mixed = values
                    .iter()
                    .any(|value| value.value == wanted && (value.kind == "string") == condition.quoted);
                return (!mixed && text_there != condition.quoted).then(|| BetterCondition {
                    text: format!("{} = {}", condition.field, render_value(same)),
                    line: format!(
                        "Nearest: {} is {} {}.",
                        condition.field,
                        describe_type(&same.kind),
                        render_value(same)
                    ),
                    cause: Some("traceql-scope-or-quotes"),
                });
            }
            if wanted.contains('*') && values.iter().any(|value| glob::matches_glob(wanted, &value.value)) {
                let regex = quote_query_text(&glob::convert_glob_to_regex(wanted));
                return Some(BetterCondition {
                    text: format!("{} =~ {regex}", condition.field),
                    line: "With =, a * is a literal star; =~ takes a regular expression.".to_owned(),
                    cause: None,
                });
            }
            let near = find_similar_value(wanted, values)?;
            let spans = if key.ends_with("service.name") {
                let count = around
                    .services
                    .iter()
                    .find(|(name, _)| *name == near.value)
                    .map_or(0, |one| one.1);
                if count > 0 {
                    format!(" ({})", render_span_count(count, around.counted))
                } else {
                    String::new()
                }
            } else {
                String::new()
            };
            Some(BetterCondition {
                text: format!("{} = {}", condition.field, render_value(near)),
                line: format!("Nearest: {} = {}{spans}.", condition.field, render_value(near)),
                cause: None,
            })
        }
        _ => None,
    }
}

fn describe_type(kind: &str) -> &'static str {
    match kind {
        "int" => "the number",
        "string" => "the text",
        "bool" => "the boolean",
        _ => "the value",
    }
}

fn render_value(value: &TagValue) -> String {
    match value.kind.as_str() {
        "string" => quote_query_text(&value.value),
        _ => value.value.clone(),
    }
}

/// Another case, a beginning, an end, else a like spelling.
fn find_similar_value<'a>(wanted: &str, values: &'a [TagValue]) -> Option<&'a TagValue> {
    let lower = wanted.to_lowercase();
    let by = |fits: &dyn Fn(&str) -> bool| values.iter().find(|value| fits(&value.value.to_lowercase()));
    by(&|value| value == lower)
        .or_else(|| by(&|value| !lower.is_empty() && value.starts_with(&lower)))
        .or_else(|| by(&|value| lower.len() > 2 && value.contains(&lower)))
        .or_else(|| {
            let near = find_nearest(wanted, values.iter().map(|value| value.value.as_str()))?;
            values.iter().find(|value| value.value == near)
        })
}

/// Conditions that no single span meets may be met by several spans of one trace.
fn split_conditions(query: &str, conditions: &[TraceqlCondition]) -> Option<QueryCandidate> {
    let inner = query.trim().strip_prefix('{')?.strip_suffix('}')?;
    if conditions.len() < 2 || inner.contains(['{', '}', '(', '|']) {
        return None;
    }
    let sets: Vec<String> = conditions
        .iter()
        .map(|one| format!("{{ {} }}", &query[one.place.clone()]))
        .collect();
    Some(QueryCandidate {
        query: sets.join(" && "),
        since_s: None,
        line: Some("No single span meets all conditions; different spans of one trace do.".to_owned()),
        cause: Some("traceql-scope-or-quotes"),
    })
}

/// The same over the last day, where less was looked at.
fn extend_window(query: &str, window: &TimeWindow) -> Option<QueryCandidate> {
    (window.seconds() < DAY_S as f64).then(|| QueryCandidate {
        query: query.to_owned(),
        since_s: Some(DAY_S),
        line: None,
        cause: None,
    })
}

/// What to tell. `finds` is the candidate that Tempo found something for.
pub fn explain_empty_search(
    query: &str,
    window: &TimeWindow,
    told: &str,
    around: &WindowContents,
    finds: Option<&QueryCandidate>,
    now_s: f64,
) -> EmptyReason {
    let mut reason = EmptyReason {
        lines: vec![format!("No trace matches {query} {told}.")],
        ..EmptyReason::default()
    };
    let mut causes: BTreeSet<&str> = BTreeSet::new();
    let nothing = around.services.is_empty();
    let cutoff = around.cutoff_s.unwrap_or(0.0);
    if cutoff > 0.0 && now_s - cutoff - window.start_s() < MIN_VISIBLE_S.min(window.seconds() / 2.0) {
        return explain_hidden_window(reason, query, cutoff);
    }
    reason.lines.push(describe_window(around));
    if let Some(candidate) = finds {
        if let Some(line) = &candidate.line {
            reason.lines.push(line.clone());
        }
        causes.extend(candidate.cause);
        if candidate.since_s.is_some() {
            reason
                .lines
                .push("The last day has some: the window is too short, or nothing was sent recently.".to_owned());
            if nothing {
                causes.insert("app-stopped");
            }
        }
        reason.advice.push(render_command(candidate));
    }
    if cutoff > 0.0 && window.end_s() > now_s - cutoff {
        let hidden = format_length(wait_of_seconds(cutoff));
        reason.lines.push(format!(
            "Search hides the last {hidden} (query_end_cutoff); lookups by id find everything."
        ));
        if window.seconds() <= cutoff + 30.0 {
            causes.insert("search-end-cutoff");
        }
    }
    match (nothing, finds) {
        (true, None) if around.unreadable.is_none() => {
            causes.insert("app-none-sending");
            reason.advice.push("tempoctl doctor".to_owned());
        }
        (true, _) => reason.advice.push("tempoctl doctor".to_owned()),
        (false, None) => {
            let only = "tempoctl doctor --only 'query.*'";
            reason
                .advice
                .extend(["tempoctl search tags".to_owned(), only.to_owned()]);
        }
        _ => {}
    }
    reason.causes = causes.into_iter().map(str::to_owned).collect();
    reason
}

/// The window lies in what Tempo hides.
fn explain_hidden_window(mut reason: EmptyReason, query: &str, cutoff_s: f64) -> EmptyReason {
    let shown = format_length(wait_of_seconds(cutoff_s));
    reason.lines.push(format!(
        "Search hides the last {shown} (query_end_cutoff), and this window lies within it; lookups by id find everything."
    ));
    let since = duration::format_duration(wait_of_seconds(cutoff_s.max(30.0) * 2.0 + 60.0));
    reason
        .advice
        .push(format!("tempoctl search {} --since {since}", quote_shell(query)));
    reason.causes.push("search-end-cutoff".to_owned());
    reason
}

fn describe_window(around: &WindowContents) -> String {
    let names: Vec<&str> = around
        .services
        .iter()
        .take(MAX_NAMED_SERVICES)
        .map(|(name, _)| name.as_str())
        .collect();
    let more = around.services.len().saturating_sub(MAX_NAMED_SERVICES);
    let names = match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    };
    let count = around.services.len();
    let services = pluralize(count, "service");
    let total: u64 = around.services.iter().map(|(_, spans)| spans).sum();
    match (count, &around.unreadable) {
        (0, Some(why)) => format!("The contents of the window could not be read: {why}."),
        (0, None) => "The window has no spans that search can see.".to_owned(),
        _ if total == 0 => format!("The window has spans from {services}: {names}."),
        _ => format!(
            "Searched {} from {services}: {names}.",
            render_span_count(total, around.counted)
        ),
    }
}

fn render_span_count(count: u64, whole: bool) -> String {
    let least = if whole { "" } else { "at least " };
    format!("{least}{}", pluralize(count, "span"))
}

/// The command that finds it.
fn render_command(candidate: &QueryCandidate) -> String {
    let since = match candidate.since_s {
        Some(seconds) => format!(
            " --since {}",
            duration::format_duration(std::time::Duration::from_secs(seconds))
        ),
        None => String::new(),
    };
    format!("tempoctl search {}{since}", quote_shell(&candidate.query))
}
