//! `--service`, `--name`, `--min-duration`, `--status`, `--attribute` as one TraceQL filter. All of them are about the same
//! span.

use crate::parse::parse_error::{ParseError, quote_text};
use crate::parse::{duration, find_nearest};
use crate::text::quote::quote_query_text;

use super::scan::{TraceqlToken, scan_tokens, split_scope};

/// What the flags say, each as it was typed.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilterFlags<'a> {
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
const STATUSES: [&str; 3] = ["error", "ok", "unset"];

impl FilterFlags<'_> {
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
    pub fn build_query(&self, query: Option<&str>) -> Result<String, (&'static str, ParseError)> {
        let mut parts = Vec::new();
        if let Some(service) = self.service {
            parts.push(format!("resource.service.name = {}", quote_query_text(service)));
        }
        if let Some(name) = self.name {
            parts.push(format!("name = {}", quote_query_text(name)));
        }
        if let Some(text) = self.min_duration {
            duration::parse_duration(text).map_err(|refused| ("--min-duration", refused))?;
            parts.push(format!("duration >= {}", text.trim()));
        }
        if let Some(status) = self.status {
            let known = STATUSES.into_iter().find(|known| known.eq_ignore_ascii_case(status));
            let known = known.ok_or_else(|| {
                let near = find_nearest(status, STATUSES).unwrap_or("error");
                let refused = ParseError::new(format!("{} is not a status (error, ok, unset)", quote_text(status)));
                ("--status", refused.with_suggestion(near))
            })?;
            parts.push(format!("status = {known}"));
        }
        for text in self.attributes {
            parts.push(build_attribute_condition(text).map_err(|refused| ("--attribute", refused))?);
        }
        let filter = parts.join(" && ");
        match query.map(str::trim).filter(|query| !query.is_empty()) {
            None if parts.is_empty() => Ok("{}".to_owned()),
            None => Ok(format!("{{ {filter} }}")),
            Some(query) if parts.is_empty() => Ok(query.to_owned()),
            Some(query) => match strip_braces(query) {
                Some("") => Ok(format!("{{ {filter} }}")),
                Some(inner) if inner.contains("||") => Ok(format!("{{ ({inner}) && {filter} }}")),
                Some(inner) => Ok(format!("{{ {inner} && {filter} }}")),
                None => Err((
                    "QUERY",
                    ParseError::new("filters can only be added to a query that is a single pair of braces")
                        .with_suggestion(format!("{{ {filter} }}")),
                )),
            },
        }
    }
}

/// What stands between the braces of a query that is nothing else.
fn strip_braces(query: &str) -> Option<&str> {
    let inner = query.strip_prefix('{')?.strip_suffix('}')?;
    let is_brace = |token: &TraceqlToken| matches!(token, TraceqlToken::Sign(sign) if sign == "{" || sign == "}");
    let nested = scan_tokens(inner).iter().any(|(token, _)| is_brace(token));
    (!nested).then(|| inner.trim())
}

/// `key=value`. A value that reads as a number or boolean is looked for as both, because senders write either; quotes make
/// it a text.
fn build_attribute_condition(text: &str) -> Result<String, ParseError> {
    let place = OPERATORS
        .iter()
        .filter_map(|operator| Some((text.find(operator)?, *operator)))
        .min_by_key(|(at, operator)| (*at, usize::MAX - operator.len()));
    let Some((at, operator)) = place else {
        return Err(ParseError::new(format!("{} has no comparison", quote_text(text)))
            .with_suggestion(format!("{}=value", text.trim())));
    };
    let (key, value) = (text[..at].trim(), text[at + operator.len()..].trim());
    if key.is_empty() {
        return Err(ParseError::new(format!("{} has no attribute name", quote_text(text)))
            .with_suggestion(format!("key{operator}{value}")));
    }
    let key = qualify_key(key);
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        return Ok(format!(
            "{key} {operator} {}",
            quote_query_text(&value[1..value.len() - 1])
        ));
    }
    let typed = value.parse::<f64>().is_ok_and(f64::is_finite) || matches!(value, "true" | "false");
    let is_duration = duration::parse_duration(value).is_ok();
    match operator {
        "=~" | "!~" => Ok(format!("{key} {operator} {}", quote_query_text(value))),
        ">" | ">=" | "<" | "<=" if typed || is_duration => Ok(format!("{key} {operator} {value}")),
        "=" if typed => Ok(format!("({key} = {value} || {key} = {})", quote_query_text(value))),
        "!=" if typed => Ok(format!("({key} != {value} && {key} != {})", quote_query_text(value))),
        _ => Ok(format!("{key} {operator} {}", quote_query_text(value))),
    }
}

/// The key with its scope; one without is looked for in every scope, which a leading dot says.
fn qualify_key(key: &str) -> String {
    let (scope, name) = match split_scope(key).filter(|(_, name)| !name.is_empty()) {
        Some((scope, name)) => (scope, name),
        None => ("", key.strip_prefix('.').unwrap_or(key)),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@' | '#');
    if name.chars().all(plain) {
        format!("{scope}.{name}")
    } else {
        format!("{scope}.{}", quote_query_text(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(attributes: &[&str]) -> String {
        let attributes: Vec<String> = attributes.iter().map(|text| (*text).to_owned()).collect();
        let filters = FilterFlags {
            attributes: &attributes,
            ..FilterFlags::default()
        };
        filters.build_query(None).expect("a query")
    }

    #[test]
    fn flags_become_one_filter() {
        let filters = FilterFlags {
            service: Some("cart"),
            name: Some("GET \"x\""),
            min_duration: Some("100ms"),
            status: Some("ERROR"),
            attributes: &[],
        };
        let filter = r#"resource.service.name = "cart" && name = "GET \"x\"" && duration >= 100ms && status = error"#;
        assert_eq!(filters.build_query(None), Ok(format!("{{ {filter} }}")));
        assert_eq!(
            filters.build_query(Some("{ .a = 1 }")),
            Ok(format!("{{ .a = 1 && {filter} }}"))
        );
        assert_eq!(
            filters.build_query(Some("{ .a = 1 || .b = 2 }")),
            Ok(format!("{{ (.a = 1 || .b = 2) && {filter} }}"))
        );
        assert_eq!(filters.build_query(Some("{}")), Ok(format!("{{ {filter} }}")));
        let refused = filters
            .build_query(Some("{ .a = 1 } | count() > 2"))
            .expect_err("more than braces");
        assert_eq!(refused.0, "QUERY");
        assert_eq!(FilterFlags::default().build_query(None), Ok("{}".to_owned()));
        assert_eq!(
            FilterFlags::default().build_query(Some("{} | rate()")),
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
            ("url=~/shop/.*", r#"{ .url =~ "/shop/.*" }"#),
            ("user name!=me", r#"{ ."user name" != "me" }"#),
            ("a=", r#"{ .a = "" }"#),
        ] {
            assert_eq!(of(&[given]), query, "{given}");
        }
        assert_eq!(of(&["a=1", "b=x"]), r#"{ (.a = 1 || .a = "1") && .b = "x" }"#);
    }

    #[test]
    fn a_flag_that_says_nothing_is_named() {
        let refused = |filters: FilterFlags<'_>| filters.build_query(None).expect_err("refused");
        let length = FilterFlags {
            min_duration: Some("100"),
            ..FilterFlags::default()
        };
        assert_eq!(refused(length).0, "--min-duration");
        let status = FilterFlags {
            status: Some("eror"),
            ..FilterFlags::default()
        };
        let (flag, why) = refused(status);
        assert_eq!((flag, why.suggestion.as_deref()), ("--status", Some("error")));
        for text in ["db.system", "=x"] {
            let attributes = [text.to_owned()];
            let filters = FilterFlags {
                attributes: &attributes,
                ..FilterFlags::default()
            };
            assert_eq!(refused(filters).0, "--attribute", "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_flags_give_a_query_or_say_why(service in "\\PC{0,20}", text in "\\PC{0,30}", query in "\\PC{0,30}") {
            let attributes = vec![text];
            let filters = FilterFlags { service: Some(&service), attributes: &attributes, ..FilterFlags::default() };
            let _ = filters.build_query(None);
            let _ = filters.build_query(Some(&query));
        }
    }
}
