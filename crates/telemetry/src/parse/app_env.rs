//! Reading an application's environment: a `KEY=VALUE` file, what `/proc/PID/environ` holds.
//! What no judgement reads is hidden here, before anything else sees it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::app_env::{AppEnvironment, HeaderNames};
use crate::model::judged;

use super::app_runtime::detect_runtime;
use super::kept::keep_variables;
use super::{ParseError, header, spanned_yaml};

/// Names of headers that may be shown.
const KNOWN_HEADERS: [&str; 6] = [
    "Authorization",
    "Proxy-Authorization",
    "X-Scope-OrgID",
    "X-API-Key",
    "Api-Key",
    "X-Key",
];

/// Names and values as they were written.
pub type EnvPairs = Vec<(String, String)>;

const HEADERS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"];

/// A file of `KEY=VALUE` lines: `export` in front, quotes round the value and `#` comments are what such files have.
pub fn parse_key_values(text: &str) -> Result<EnvPairs, ParseError> {
    let written = split_key_values(text, &['='])?;
    let unquoted = written.into_iter().map(|(name, value)| (name, unquote_value(&value)));
    Ok(unquoted.collect())
}

/// The same with values as they were written, in their quotes. Compose takes a colon as well as `=` (compose-go v2:
/// dotenv/parser.go).
pub(super) fn split_key_values(text: &str, separators: &[char]) -> Result<EnvPairs, ParseError> {
    let mut pairs = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if let Some((name, value)) = line
            .split_once(separators)
            .filter(|(name, _)| is_variable_name(name.trim()))
        {
            pairs.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    if pairs.is_empty() && text.lines().any(|line| !line.trim().is_empty()) {
        return Err(ParseError::new("has no line of the form NAME=value").with_suggestion("OTEL_SERVICE_NAME=shop"));
    }
    Ok(pairs)
}

/// What the kernel shows of a process (proc(5)): entries end with a zero byte.
pub fn parse_environ(bytes: &[u8]) -> EnvPairs {
    bytes
        .split(|byte| *byte == 0)
        .filter_map(|entry| {
            let entry = String::from_utf8_lossy(entry);
            let (name, value) = entry.split_once('=')?;
            is_variable_name(name).then(|| (name.to_owned(), value.to_owned()))
        })
        .collect()
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// The value without the quotes round it, and without a comment behind it.
pub(super) fn unquote_value(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside.to_owned();
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

/// The settings of an `application.yml` of Spring Boot, by their dotted names; nothing for a file of another kind. What a
/// placeholder gives is unknown, and left out.
pub fn parse_spring_yaml(text: &str) -> Option<EnvPairs> {
    let tree = spanned_yaml::parse_yaml(text, 0).ok()?.json();
    let is_of_spring = ["management", "spring", "management.otlp.tracing.endpoint"];
    if tree.get("services").is_some() || !is_of_spring.iter().any(|key| tree.get(key).is_some()) {
        return None;
    }
    let mut pairs = Vec::new();
    flatten_settings("", &tree, &mut pairs);
    Some(pairs)
}

fn flatten_settings(above: &str, value: &Value, pairs: &mut EnvPairs) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                let name = if above.is_empty() {
                    key.clone()
                } else {
                    format!("{above}.{key}")
                };
                flatten_settings(&name, below, pairs);
            }
        }
        Value::String(text) if !text.contains("${") => pairs.push((above.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => pairs.push((above.to_owned(), value.to_string())),
        _ => {}
    }
}

/// The judged variables of a file whose values stand in quotes. Compose and shells remove them, `docker run --env-file` does
/// not (docker/cli v28.0.0: pkg/kvfile/kvfile.go).
pub fn list_quoted_variables(text: &str) -> Vec<String> {
    let written = split_key_values(text, &['=']).unwrap_or_default().into_iter();
    let quoted = written.filter(|(_, value)| strip_quotes(value).is_some());
    quoted.filter_map(|(name, _)| find_judged_name(&name)).collect()
}

/// What stands between quotes that enclose the whole.
pub fn strip_quotes(value: &str) -> Option<&str> {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.trim().strip_prefix(quote)?.strip_suffix(quote))
}

/// The name under which a variable is judged: `OTEL_*` as it stands, a setting of Spring Boot in any spelling.
fn find_judged_name(name: &str) -> Option<String> {
    if name.starts_with("OTEL_") {
        return Some(name.to_owned());
    }
    let relaxed = name.replace('-', "").replace('.', "_").to_ascii_uppercase();
    let is_of_spring = relaxed.starts_with("MANAGEMENT_") || relaxed.starts_with("SPRING_APPLICATION_");
    let is_read = is_of_spring && judged::read_of(&judged::VARIABLES, &relaxed).is_some();
    is_read.then_some(relaxed)
}

/// What may be kept and shown of these variables.
pub fn mask_environment(source: &str, container: Option<bool>, pairs: &[(String, String)]) -> AppEnvironment {
    let mut quoted = Vec::new();
    let mut variables = BTreeMap::new();
    for (name, value) in pairs {
        let Some(name) = find_judged_name(name) else { continue };
        let bare = strip_quotes(value);
        if bare.is_some() {
            quoted.push(name.clone());
        }
        variables.insert(name, bare.unwrap_or(value).to_owned());
    }
    let named = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    AppEnvironment {
        source: source.to_owned(),
        container,
        runtime: detect_runtime(named, std::iter::empty(), None),
        quoted,
        quoted_in_file: Vec::new(),
        headers: parse_header_names(pairs),
        variables: keep_variables(variables),
    }
}

/// The list that an export of traces carries: a bare blank must be `%20`, quotes belong to no value.
fn parse_header_names(pairs: &[(String, String)]) -> HeaderNames {
    let value = |wanted: &str| {
        let found = pairs.iter().rev().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let Some((variable, text)) = HEADERS.iter().find_map(|name| Some((*name, value(name)?))) else {
        return HeaderNames::default();
    };
    let mut headers = HeaderNames {
        variable: Some(variable.to_owned()),
        ..HeaderNames::default()
    };
    for (index, entry) in text
        .split(',')
        .enumerate()
        .filter(|(_, entry)| !entry.trim().is_empty())
    {
        let number = index + 1;
        match entry.split_once('=') {
            None => {
                let why = if entry.contains(':') {
                    "uses ':' instead of '='"
                } else {
                    "has no '='"
                };
                headers.problems.push(format!("entry {number} {why}"));
            }
            Some((name, value)) => {
                let name = name.trim();
                let value = value.trim();
                if let Err(refused) = header::parse_header(&format!("{name}=x")) {
                    headers.problems.push(format!("entry {number}: {}", refused.message));
                    continue;
                }
                // Whoever forgot the name wrote a token in its place: only well-known names are shown.
                let name = KNOWN_HEADERS
                    .iter()
                    .find(|known| known.eq_ignore_ascii_case(name))
                    .copied();
                headers.names.push(name.unwrap_or("another").to_owned());
                let name = name.map_or_else(|| format!("entry {number}"), str::to_owned);
                if value.is_empty() {
                    headers.problems.push(format!("the value of {name} is empty"));
                } else if value.contains(' ') {
                    headers
                        .problems
                        .push(format!("the value of {name} contains a space; write it as %20"));
                } else if value.starts_with(['"', '\'']) {
                    headers.problems.push(format!(
                        "the value of {name} is in quotes, which are sent as part of it"
                    ));
                }
            }
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_read_as_people_write_them() {
        let text = "# our app\nexport OTEL_SERVICE_NAME=\"shop # 1\"\nOTEL_TRACES_SAMPLER=always_on # test\n\nPLAIN\nA.B=c\nE=\n";
        let pairs = parse_key_values(text).expect("pairs");
        let expected = [
            ("OTEL_SERVICE_NAME", "shop # 1"),
            ("OTEL_TRACES_SAMPLER", "always_on"),
            ("A.B", "c"),
            ("E", ""),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(parse_key_values("only words\n").is_err());
        assert_eq!(
            parse_environ(b"A=1\0B=2=3\0broken\0"),
            [("A".into(), "1".into()), ("B".into(), "2=3".into())]
        );
    }

    #[test]
    fn no_secret_is_kept() {
        let pairs: EnvPairs = [
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Authorization=Basic s3cret,X-Key=s3cret%20",
            ),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:s3cret@tempo:4318"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop,token=s3cret"),
            ("OTEL_SOMETHING_NEW", "s3cret"),
            ("PASSWORD", "s3cret"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let kept = mask_environment("app.env", None, &pairs);
        let text = format!("{kept:?}");
        assert!(!text.contains("s3cret"), "{text}");
        assert_eq!(kept.headers.names, ["Authorization", "X-Key"]);
        assert_eq!(kept.headers.problems.len(), 1, "{:?}", kept.headers.problems);
        assert_eq!(
            kept.get("OTEL_RESOURCE_ATTRIBUTES"),
            Some("service.name=shop,token=<hidden>")
        );
    }

    #[test]
    fn quotes_that_stay_are_told() {
        let text = "OTEL_EXPORTER_OTLP_ENDPOINT=\"http://tempo:4318\"\nPASSWORD='x'\nOTEL_SERVICE_NAME=shop\n";
        assert_eq!(list_quoted_variables(text), ["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        let pair = (
            "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(),
            "'http://tempo:4318'".to_owned(),
        );
        let kept = mask_environment("process 1", None, &[pair]);
        assert_eq!(kept.quoted, ["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        assert_eq!(kept.get("OTEL_EXPORTER_OTLP_ENDPOINT"), Some("http://tempo:4318"));
    }

    #[test]
    fn springs_own_files_are_read() {
        let text = "management:\n  otlp.tracing:\n    endpoint: http://tempo:4318\n  tracing:\n    sampling:\n      probability: 0.5\nspring:\n  application:\n    name: ${NAME:shop}\n";
        let pairs = parse_spring_yaml(text).expect("settings");
        let kept = mask_environment("application.yml", None, &pairs);
        assert_eq!(kept.get("MANAGEMENT_OTLP_TRACING_ENDPOINT"), Some("http://tempo:4318"));
        assert_eq!(kept.get("MANAGEMENT_TRACING_SAMPLING_PROBABILITY"), Some("0.5"));
        assert_eq!(kept.get("SPRING_APPLICATION_NAME"), None);
        assert_eq!(parse_spring_yaml("services: {shop: {image: x}}\n"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse_spring_yaml(&text);
            let _ = parse_key_values(&text);
            let _ = parse_environ(text.as_bytes());
        }

        #[test]
        fn a_header_value_is_never_shown(secret in "[a-zA-Z0-9]{6,20}", before in "[a-z]{0,5}", mark in "[=:, \"]{0,2}") {
            let pairs = vec![("OTEL_EXPORTER_OTLP_HEADERS".to_owned(), format!("{before}{mark}{secret}"))];
            let kept = format!("{:?}", mask_environment("x", None, &pairs));
            prop_assert!(!kept.contains(&secret), "it is shown");
        }
    }
}
