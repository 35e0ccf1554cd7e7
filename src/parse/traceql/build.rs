//! `--service`, `--name`, `--min-duration`, `--status`, `--attribute` as one TraceQL filter. All of them are about the same
//! span.

use crate::parse::rejected::{Rejected, quoted};
use crate::parse::{duration, nearest};

/// What the flags say, each as it was typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filters<'a> {
    /// `--service`
    pub service: Option<&'a str>,
    /// `--name`
    pub name: Option<&'a str>,
    /// `--min-duration`
    pub min_duration: Option<&'a str>,
    /// `--status`
    pub status: Option<&'a str>,
    /// `--attribute`, each `key=value` with any of TraceQL's comparisons.
    pub attributes: &'a [String],
}

/// Longer ones first.
const OPERATORS: [&str; 8] = ["!=", "=~", "!~", ">=", "<=", "=", ">", "<"];
const SCOPES: [&str; 5] = ["resource.", "span.", "event.", "link.", "instrumentation."];
const STATUSES: [&str; 3] = ["error", "ok", "unset"];

impl Filters<'_> {
    /// Nothing was said.
    pub fn is_empty(&self) -> bool {
        self.service.is_none()
            && self.name.is_none()
            && self.min_duration.is_none()
            && self.status.is_none()
            && self.attributes.is_empty()
    }

    /// The whole query: the filter of the flags, within the braces of `query` where there is one. Every refusal comes with
    /// the flag it is about.
    pub fn query(&self, query: Option<&str>) -> Result<String, Vec<(&'static str, Rejected)>> {
        let mut problems = Vec::new();
        let mut parts = Vec::new();
        if let Some(service) = self.service {
            parts.push(format!("resource.service.name = {}", quoted_value(service)));
        }
        if let Some(name) = self.name {
            parts.push(format!("name = {}", quoted_value(name)));
        }
        if let Some(text) = self.min_duration {
            match duration::parse(text) {
                Ok(_) => parts.push(format!("duration >= {}", text.trim())),
                Err(refused) => problems.push(("--min-duration", refused)),
            }
        }
        if let Some(status) = self.status {
            match STATUSES.into_iter().find(|known| known.eq_ignore_ascii_case(status)) {
                Some(known) => parts.push(format!("status = {known}")),
                None => {
                    let near = nearest(status, STATUSES).unwrap_or("error");
                    let refused = Rejected::new(format!("{} is not a status (error, ok, unset)", quoted(status)));
                    problems.push(("--status", refused.suggesting(near)));
                }
            }
        }
        for text in self.attributes {
            match attribute(text) {
                Ok(part) => parts.push(part),
                Err(refused) => problems.push(("--attribute", refused)),
            }
        }
        let filter = parts.join(" && ");
        match query.map(str::trim).filter(|query| !query.is_empty()) {
            None if problems.is_empty() && parts.is_empty() => Ok("{}".to_owned()),
            None if problems.is_empty() => Ok(format!("{{ {filter} }}")),
            Some(query) if problems.is_empty() && parts.is_empty() => Ok(query.to_owned()),
            Some(query) => match inside(query) {
                _ if !problems.is_empty() => Err(problems),
                Some("") => Ok(format!("{{ {filter} }}")),
                Some(inner) if inner.contains("||") => Ok(format!("{{ ({inner}) && {filter} }}")),
                Some(inner) => Ok(format!("{{ {inner} && {filter} }}")),
                None => Err(vec![(
                    "QUERY",
                    Rejected::new("filters can only be added to a query that is a single pair of braces")
                        .suggesting(format!("{{ {filter} }}")),
                )]),
            },
            None => Err(problems),
        }
    }
}

/// What stands between the braces of a query that is nothing else.
fn inside(query: &str) -> Option<&str> {
    let inner = query.strip_prefix('{')?.strip_suffix('}')?;
    let mut in_text = None;
    let mut escaped = false;
    for c in inner.chars() {
        match (in_text, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(quote), c) if c == quote => in_text = None,
            (None, '"' | '`') => in_text = Some(c),
            (None, '{' | '}') => return None,
            _ => {}
        }
    }
    Some(inner.trim())
}

/// `key=value`. A value that reads as a number or boolean is looked for as both, because senders write either; quotes make
/// it a text.
fn attribute(text: &str) -> Result<String, Rejected> {
    let place = OPERATORS
        .iter()
        .filter_map(|operator| Some((text.find(operator)?, *operator)))
        .min_by_key(|(at, operator)| (*at, usize::MAX - operator.len()));
    let Some((at, operator)) = place else {
        return Err(
            Rejected::new(format!("{} has no comparison", quoted(text))).suggesting(format!("{}=value", text.trim()))
        );
    };
    let (key, value) = (text[..at].trim(), text[at + operator.len()..].trim());
    if key.is_empty() {
        return Err(Rejected::new(format!("{} has no attribute name", quoted(text)))
            .suggesting(format!("key{operator}{value}")));
    }
    let key = full_key(key);
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        return Ok(format!("{key} {operator} {}", quoted_value(&value[1..value.len() - 1])));
    }
    let typed = value.parse::<f64>().is_ok_and(f64::is_finite) || matches!(value, "true" | "false");
    let is_duration = duration::parse(value).is_ok();
    match operator {
        "=~" | "!~" => Ok(format!("{key} {operator} {}", quoted_value(value))),
        ">" | ">=" | "<" | "<=" if typed || is_duration => Ok(format!("{key} {operator} {value}")),
        "=" if typed => Ok(format!("({key} = {value} || {key} = {})", quoted_value(value))),
        "!=" if typed => Ok(format!("({key} != {value} && {key} != {})", quoted_value(value))),
        _ => Ok(format!("{key} {operator} {}", quoted_value(value))),
    }
}

/// The key with its scope; one without is looked for in every scope, which a leading dot says.
fn full_key(key: &str) -> String {
    let (scope, name) = match SCOPES
        .iter()
        .find(|scope| key.starts_with(*scope) && key.len() > scope.len())
    {
        Some(scope) => (*scope, &key[scope.len()..]),
        None => (".", key.strip_prefix('.').unwrap_or(key)),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@' | '#');
    if name.chars().all(plain) {
        format!("{scope}{name}")
    } else {
        format!("{scope}{}", quoted_value(name))
    }
}

/// The text as a TraceQL string.
pub fn quoted_value(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(attributes: &[&str]) -> String {
        let attributes: Vec<String> = attributes.iter().map(|text| (*text).to_owned()).collect();
        let filters = Filters {
            attributes: &attributes,
            ..Filters::default()
        };
        filters.query(None).expect("a query")
    }

    #[test]
    fn flags_become_one_filter() {
        let filters = Filters {
            service: Some("cart"),
            name: Some("GET \"x\""),
            min_duration: Some("100ms"),
            status: Some("ERROR"),
            attributes: &[],
        };
        let filter = r#"resource.service.name = "cart" && name = "GET \"x\"" && duration >= 100ms && status = error"#;
        assert_eq!(filters.query(None), Ok(format!("{{ {filter} }}")));
        assert_eq!(
            filters.query(Some("{ .a = 1 }")),
            Ok(format!("{{ .a = 1 && {filter} }}"))
        );
        assert_eq!(
            filters.query(Some("{ .a = 1 || .b = 2 }")),
            Ok(format!("{{ (.a = 1 || .b = 2) && {filter} }}"))
        );
        assert_eq!(filters.query(Some("{}")), Ok(format!("{{ {filter} }}")));
        let refused = filters
            .query(Some("{ .a = 1 } | count() > 2"))
            .expect_err("more than braces");
        assert_eq!(refused[0].0, "QUERY");
        assert_eq!(Filters::default().query(None), Ok("{}".to_owned()));
        assert_eq!(
            Filters::default().query(Some("{} | rate()")),
            Ok("{} | rate()".to_owned())
        );
    }

    #[test]
    fn attributes_keep_their_types() {
        for (given, query) in [
            ("db.system=redis", r#"{ .db.system = "redis" }"#),
            ("resource.k8s.pod.name=a=b", r#"{ resource.k8s.pod.name = "a=b" }"#),
            (
                "http.status_code=500",
                r#"{ (.http.status_code = 500 || .http.status_code = "500") }"#,
            ),
            ("http.status_code>=500", "{ .http.status_code >= 500 }"),
            ("span.code=\"500\"", r#"{ span.code = "500" }"#),
            ("retry=true", r#"{ (.retry = true || .retry = "true") }"#),
            ("url=~/api/.*", r#"{ .url =~ "/api/.*" }"#),
            ("user name!=me", r#"{ ."user name" != "me" }"#),
            ("a=", r#"{ .a = "" }"#),
        ] {
            assert_eq!(of(&[given]), query, "{given}");
        }
        assert_eq!(of(&["a=1", "b=x"]), r#"{ (.a = 1 || .a = "1") && .b = "x" }"#);
    }

    #[test]
    fn a_flag_that_says_nothing_is_named() {
        let attributes = vec!["db.system".to_owned(), "=x".to_owned()];
        let filters = Filters {
            min_duration: Some("100"),
            status: Some("eror"),
            attributes: &attributes,
            ..Filters::default()
        };
        let problems = filters.query(None).expect_err("refused");
        let flags: Vec<&str> = problems.iter().map(|(flag, _)| *flag).collect();
        assert_eq!(flags, ["--min-duration", "--status", "--attribute", "--attribute"]);
        assert_eq!(problems[1].1.suggestion.as_deref(), Some("error"));
    }

    proptest! {
        #[test]
        fn any_flags_give_a_query_or_say_why(service in "\\PC{0,20}", text in "\\PC{0,30}", query in "\\PC{0,30}") {
            let attributes = vec![text];
            let filters = Filters { service: Some(&service), attributes: &attributes, ..Filters::default() };
            let _ = filters.query(None);
            let _ = filters.query(Some(&query));
        }
    }
}
