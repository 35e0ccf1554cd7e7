//! Reading an application's environment: a `KEY=VALUE` file, what `/proc/PID/environ` holds, a service of a Compose file.
//! What no judgement reads is hidden here, before anything else sees it.

use std::collections::BTreeMap;

use crate::model::app_env::{AppEnvironment, HeaderNames};

use super::kept::keep_variables;
use super::{ParseError, header};

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
    let mut pairs = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_variable_name(name.trim())) {
            pairs.push((name.trim().to_owned(), unquote_value(value.trim())));
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

/// The `environment` of one service in a Compose file. `look_up` fills `${NAME}` and `${NAME:-default}`.
pub fn parse_compose_environment(
    text: &str,
    service: &str,
    look_up: impl Fn(&str) -> Option<String>,
) -> Result<EnvPairs, ParseError> {
    let tree: serde_json::Value = serde_saphyr::from_str(text)
        .map_err(|problem| ParseError::new(format!("is not YAML: {}", super::tempo::broken_at(&problem))))?;
    let services = tree["services"]
        .as_object()
        .ok_or_else(|| ParseError::new("has no services, so it is not a Compose file"))?;
    let names: Vec<&str> = services.keys().map(String::as_str).collect();
    if service.is_empty() {
        return Err(ParseError::new(format!(
            "is a Compose file: name one of its services, {}",
            names.join(", ")
        ))
        .with_suggestion(format!("compose.yaml:{}", names.first().unwrap_or(&"shop"))));
    }
    let Some(found) = services.get(service) else {
        let near = super::find_nearest(service, names.iter().copied())
            .or(names.first().copied())
            .unwrap_or("shop");
        return Err(
            ParseError::new(format!("has no service '{service}', only {}", names.join(", ")))
                .with_suggestion(format!("compose.yaml:{near}")),
        );
    };
    // A name alone passes on what the shell has set (Compose file reference, «environment»).
    let text_of = |name: &str, value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(expand_variables(text, &look_up)),
        serde_json::Value::Null => look_up(name),
        other => Some(other.to_string()),
    };
    Ok(match &found["environment"] {
        serde_json::Value::Object(map) => map
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), text_of(name, value)?)))
            .collect(),
        serde_json::Value::Array(list) => list
            .iter()
            .filter_map(|entry| {
                let entry = entry.as_str()?;
                match entry.split_once('=') {
                    Some((name, value)) => Some((name.to_owned(), expand_variables(value, &look_up))),
                    None => Some((entry.to_owned(), look_up(entry)?)),
                }
            })
            .collect(),
        _ => Vec::new(),
    })
}

/// Files that the service takes variables from, as they stand in the Compose file.
pub fn find_env_files(text: &str, service: &str) -> Vec<String> {
    let Ok(tree) = serde_saphyr::from_str::<serde_json::Value>(text) else {
        return Vec::new();
    };
    let path = |value: &serde_json::Value| {
        let path = value.as_str().or_else(|| value["path"].as_str())?;
        Some(path.to_owned())
    };
    match &tree["services"][service]["env_file"] {
        serde_json::Value::Array(list) => list.iter().filter_map(path).collect(),
        one => path(one).into_iter().collect(),
    }
}

/// `${NAME}`, `${NAME:-default}`, `$NAME`; `$$` is a dollar sign (Compose file reference, «Interpolation»).
fn expand_variables(text: &str, look_up: &impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((inside, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let ends = inside.find([':', '-', '?', '+']).unwrap_or(inside.len());
            let default = inside[ends..]
                .strip_prefix(":-")
                .or_else(|| inside[ends..].strip_prefix('-'));
            let value = look_up(&inside[..ends]).filter(|value| !value.is_empty());
            out.push_str(&value.or_else(|| default.map(str::to_owned)).unwrap_or_default());
            rest = after;
        } else {
            let ends = rest
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(rest.len());
            if ends == 0 {
                out.push('$');
            }
            out.push_str(&look_up(&rest[..ends]).unwrap_or_default());
            rest = &rest[ends..];
        }
    }
    out.push_str(rest);
    out
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

/// The value without the quotes round it, and without a comment behind it.
fn unquote_value(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside.to_owned();
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

/// What may be kept and shown of these variables.
pub fn mask_environment(source: &str, container: Option<bool>, pairs: &[(String, String)]) -> AppEnvironment {
    let of_sdk = pairs.iter().filter(|(name, _)| name.starts_with("OTEL_"));
    let variables: BTreeMap<String, String> = of_sdk.cloned().collect();
    AppEnvironment {
        source: source.to_owned(),
        container,
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
        let text =
            "# our app\nexport OTEL_SERVICE_NAME=\"shop # 1\"\nOTEL_TRACES_SAMPLER=always_on # test\n\nPLAIN\nA.B=c\n";
        let pairs = parse_key_values(text).expect("pairs");
        let expected = [
            ("OTEL_SERVICE_NAME", "shop # 1"),
            ("OTEL_TRACES_SAMPLER", "always_on"),
            ("A.B", "c"),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(parse_key_values("only words\n").is_err());
        assert_eq!(
            parse_environ(b"A=1\0B=2=3\0broken\0"),
            [("A".into(), "1".into()), ("B".into(), "2=3".into())]
        );
    }

    #[test]
    fn compose_files_in_both_forms() {
        let text = "services:\n  shop:\n    environment:\n      OTEL_SERVICE_NAME: shop\n      PORT: 80\n    env_file: [a.env, {path: b.env}]\n  cart:\n    environment: [\"OTEL_EXPORTER_OTLP_ENDPOINT=http://${HOST:-tempo}:4318\", BARE]\n";
        let nothing = |_: &str| None;
        assert_eq!(
            parse_compose_environment(text, "shop", nothing).expect("shop")[0].1,
            "shop"
        );
        assert_eq!(
            parse_compose_environment(text, "cart", nothing).expect("cart")[0].1,
            "http://tempo:4318"
        );
        assert_eq!(find_env_files(text, "shop"), ["a.env", "b.env"]);
        let refused = parse_compose_environment(text, "chop", nothing).expect_err("no such service");
        assert!(refused.message.contains("shop, cart"), "{}", refused.message);
        assert!(parse_compose_environment("a: 1\n", "x", nothing).is_err());
    }

    #[test]
    fn compose_files_pass_on_what_the_shell_has_and_share_by_anchors() {
        let shell = |name: &str| (name == "OTEL_SERVICE_NAME").then(|| "cart".to_owned());
        let text = "x-otel: &otel\n  OTEL_TRACES_SAMPLER: always_off\nservices:\n  cart:\n    environment: [OTEL_SERVICE_NAME, OTEL_SDK_DISABLED]\n  shop:\n    environment:\n      <<: *otel\n      OTEL_SERVICE_NAME:\n      OTEL_SDK_DISABLED:\n";
        let named = [("OTEL_SERVICE_NAME".to_owned(), "cart".to_owned())];
        assert_eq!(parse_compose_environment(text, "cart", shell).expect("cart"), named);
        let mut shop = parse_compose_environment(text, "shop", shell).expect("shop");
        shop.sort();
        let [name] = named;
        assert_eq!(
            shop,
            [name, ("OTEL_TRACES_SAMPLER".to_owned(), "always_off".to_owned())]
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

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*", name in "[A-Z_$]{0,8}") {
            let _ = parse_key_values(&text);
            let _ = parse_environ(text.as_bytes());
            let _ = parse_compose_environment(&text, &name, |_| None);
            let _ = expand_variables(&text, &|_| Some(name.clone()));
        }

        #[test]
        fn a_header_value_is_never_shown(secret in "[a-zA-Z0-9]{6,20}", before in "[a-z]{0,5}", mark in "[=:, \"]{0,2}") {
            let pairs = vec![("OTEL_EXPORTER_OTLP_HEADERS".to_owned(), format!("{before}{mark}{secret}"))];
            let kept = format!("{:?}", mask_environment("x", None, &pairs));
            prop_assert!(!kept.contains(&secret), "it is shown");
        }
    }
}
