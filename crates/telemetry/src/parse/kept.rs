//! What evidence keeps: of configuration only what a judgement reads ([`judged`]), everything else as its key with
//! [`HIDDEN`] for a value; and whatever is kept is masked where it looks like a credential.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::model::Evidence;
use crate::model::compose::{ComposeProject, ComposeRole, ComposeService, LocatedValue};
use crate::model::judged::{self, HIDDEN, Read, Setting};
use crate::model::tempo::ConfigTree;

use super::endpoint;
use super::logs::mask;

/// `scheme://…` in a text, as far as an address may go.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s"'<>\\]+"#).ok());
/// A variable of Grafana's own, with the dollar signs before it.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$+(?:__[A-Za-z]+|\{__[A-Za-z.]*\}?)").ok());

/// The same tree with every value hidden that is not among these settings.
pub fn keep_settings(value: Value, settings: &[Setting]) -> Value {
    keep_below(value, &mut Vec::new(), settings)
}

/// Tempo's configuration, or its overrides, as it is kept.
pub fn keep_tree(value: Value) -> ConfigTree {
    ConfigTree(keep_settings(value, judged::TEMPO))
}

fn keep_below(value: Value, path: &mut Vec<String>, settings: &[Setting]) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| {
                    path.push(key);
                    let kept = keep_below(value, path, settings);
                    (path.pop().unwrap_or_default(), kept)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| {
                    path.push(index.to_string());
                    let kept = keep_below(item, path, settings);
                    path.pop();
                    kept
                })
                .collect(),
        ),
        Value::Null => Value::Null,
        Value::String(text) if text.is_empty() => Value::String(text),
        Value::String(text) => Value::String(match judged::read_at(settings, path) {
            Some(read) => kept_text(path.last().map_or("", String::as_str), text, read),
            None => HIDDEN.to_owned(),
        }),
        other => match (judged::read_at(settings, path), &other) {
            (Some(Read::Value | Read::Address), _)
            | (Some(Read::Number), Value::Number(_))
            | (Some(Read::Switch), Value::Bool(_)) => other,
            _ => Value::String(HIDDEN.to_owned()),
        },
    }
}

/// A text by what is read of it.
fn kept_text(key: &str, text: String, read: Read) -> String {
    match read {
        Read::Value => mask::mask_field_value(key, text),
        Read::Address => mask::mask_field_value(key, endpoint::mask_url(&text)),
        Read::Switch if matches!(text.as_str(), "true" | "false" | "1" | "0") => text,
        Read::Variables => only_variables(&text),
        Read::Number if text.parse::<f64>().is_ok() => text,
        Read::Switch | Read::Number | Read::Keys => HIDDEN.to_owned(),
    }
}

/// `sum(x{$$__tags})` as `<hidden>$$__tags<hidden>`.
fn only_variables(text: &str) -> String {
    let found = VARIABLE
        .as_ref()
        .into_iter()
        .flat_map(|variable| variable.find_iter(text));
    let named: Vec<&str> = found.map(|found| found.as_str()).collect();
    if named.is_empty() {
        return HIDDEN.to_owned();
    }
    format!("{HIDDEN}{}{HIDDEN}", named.join(HIDDEN))
}

/// Flags by name, those that no judgement reads without their values.
pub fn keep_flags(flags: BTreeMap<String, String>) -> BTreeMap<String, String> {
    flags
        .into_iter()
        .map(|(name, value)| {
            let value = match judged::PROMETHEUS_FLAGS.contains(&name.as_str()) {
                true => mask::mask_field_value(&name, value),
                false if value.is_empty() => value,
                false => HIDDEN.to_owned(),
            };
            (name, value)
        })
        .collect()
}

/// Hides what no judgement reads of a Compose project and of the files that it mounts.
pub fn keep_project(project: &mut ComposeProject) {
    for service in &mut project.services {
        keep_service(service);
    }
}

fn keep_service(service: &mut ComposeService) {
    let mut follows = None;
    for word in &mut service.words {
        let value = std::mem::take(&mut word.value);
        // Programs of any kind take a value behind a letter: `-pSECRET`. Those whose flags are judged do not.
        let is_glued = service.role == ComposeRole::Other && value.starts_with('-') && !value.starts_with("--");
        (word.value, follows) = if is_glued && value.chars().count() > 2 {
            (kept_programs(&value), None)
        } else {
            kept_word(value, follows)
        };
    }
    service.environment = std::mem::take(&mut service.environment)
        .into_iter()
        .map(|(name, spot)| {
            // A list item without `=` is all name, whatever somebody wrote there.
            let name = if is_name(&name) { name } else { HIDDEN.to_owned() };
            let value = spot.value.map(|value| kept_variable(&name, value));
            (name, LocatedValue { value, ..spot })
        })
        .collect();
    for port in &mut service.ports {
        if !matches!(port.protocol.as_str(), "tcp" | "udp" | "sctp") {
            port.protocol = HIDDEN.to_owned();
        }
    }
    if let Some(user) = &mut service.user {
        // Whether it is root, which it is as well where only a group is named (moby/sys: user/user.go, GetExecUser); else its
        // number.
        let first = match user.value.split(':').next().unwrap_or_default() {
            "" if !user.value.is_empty() => "root",
            first => first,
        };
        let is_read = first == "root" || first.bytes().all(|byte| byte.is_ascii_digit());
        user.value = if is_read { first } else { HIDDEN }.to_owned();
    }
    if let Some(mode) = &mut service.network_mode {
        let known = ["host", "none", "bridge"].contains(&mode.value.as_str());
        if !known && !mode.value.starts_with("service:") {
            mode.value = HIDDEN.to_owned();
        }
    }
    for on in service.depends_on.values_mut() {
        if !on.value.starts_with("service_") {
            on.value = HIDDEN.to_owned();
        }
    }
    if let Some(check) = &mut service.healthcheck {
        // How it is called, and by `CMD` which program.
        let is_program = check.value.first().is_some_and(|kind| kind == "CMD");
        for (index, word) in check.value.iter_mut().enumerate() {
            let is_read = match index {
                0 => matches!(word.as_str(), "CMD" | "CMD-SHELL" | "NONE"),
                1 => is_program && is_name(word),
                _ => false,
            };
            if !is_read {
                *word = HIDDEN.to_owned();
            }
        }
    }
    if let Some(missing) = &mut service.missing_config {
        missing.value = kept_path(std::mem::take(&mut missing.value));
    }
    for config in &mut service.configs {
        let settings = match service.role {
            ComposeRole::Tempo => judged::TEMPO,
            _ => judged::FILES,
        };
        config.tree = keep_settings(std::mem::take(&mut config.tree), settings);
        for spot in &mut config.unexpanded {
            spot.value = without_default(&spot.value);
        }
    }
}

/// A word of a command, behind a flag that takes it for its value, where there is one; and the flag that takes the next.
fn kept_word(word: String, follows: Option<String>) -> (String, Option<String>) {
    let Some(rest) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
        let kept = match follows {
            Some(flag) if judged::read_of(&judged::COMMAND_FLAGS, &flag).is_some() => kept_flag(&flag, word),
            _ => kept_programs(&word),
        };
        return (kept, None);
    };
    match rest.split_once('=') {
        Some((flag, value)) if is_name(flag) => {
            let dashes = &word[..word.len() - rest.len()];
            (format!("{dashes}{flag}={}", kept_flag(flag, value.to_owned())), None)
        }
        None if is_name(rest) => {
            let flag = rest.to_owned();
            (word, Some(flag))
        }
        _ => (HIDDEN.to_owned(), None),
    }
}

fn kept_flag(flag: &str, value: String) -> String {
    match judged::read_of(&judged::COMMAND_FLAGS, flag) {
        _ if value.is_empty() => value,
        Some(_) if matches!(flag, "config" | "config.file") => kept_path(value),
        Some(read) => kept_text(flag, value, read),
        None => HIDDEN.to_owned(),
    }
}

/// The path of a configuration; a collector also takes whole configurations and addresses there (`yaml:…`, `https:…`).
fn kept_path(text: String) -> String {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        None | Some("file") => mask::mask_log_secrets(&text).into_owned(),
        // A letter is a drive of Windows.
        Some(scheme) if scheme.len() == 1 => mask::mask_log_secrets(&text).into_owned(),
        Some(_) => HIDDEN.to_owned(),
    }
}

/// What is searched for in a script.
fn kept_programs(word: &str) -> String {
    let named: Vec<&str> = judged::COMMAND_PROGRAMS
        .into_iter()
        .filter(|program| word.contains(program))
        .collect();
    if named.is_empty() {
        return HIDDEN.to_owned();
    }
    format!("{} {HIDDEN}", named.join(" "))
}

/// Variables of an application by name, those that no judgement reads without their values.
pub fn keep_variables(variables: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let kept = variables.into_iter().map(|(name, value)| {
        let value = kept_variable(&name, value);
        (name, value)
    });
    kept.collect()
}

fn kept_variable(name: &str, value: String) -> String {
    match judged::read_of(&judged::VARIABLES, name) {
        _ if value.is_empty() => value,
        Some(_) if name == "OTEL_RESOURCE_ATTRIBUTES" => kept_attributes(&value),
        Some(read) => kept_text(name, value, read),
        None => HIDDEN.to_owned(),
    }
}

/// Names of resource attributes, and the values that say which service it is.
fn kept_attributes(text: &str) -> String {
    let entries = text.split(',').filter_map(|entry| entry.split_once('='));
    let kept: Vec<String> = entries
        .filter(|(key, _)| is_name(key.trim()))
        .map(|(key, value)| match key.trim() {
            key @ ("service.name" | "service.namespace" | "deployment.environment" | "deployment.environment.name") => {
                format!("{key}={}", mask::mask_field_value(key, value.trim().to_owned()))
            }
            key => format!("{key}={HIDDEN}"),
        })
        .collect();
    kept.join(",")
}

/// `${NAME:-default}` without its default.
fn without_default(text: &str) -> String {
    let inner = text.trim_start_matches("${").trim_end_matches('}');
    let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    match end {
        None => text.to_owned(),
        Some(end) => format!("${{{}…}}", &inner[..end]),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte))
}

/// The evidence of a run as it is judged, shown and saved. What was kept once stays as it is.
pub fn keep_evidence(mut evidence: Evidence) -> Result<Evidence, serde_json::Error> {
    for tree in [&mut evidence.tempo.config, &mut evidence.tempo.runtime_config] {
        if let Some(tree) = tree.get_mut() {
            *tree = keep_tree(std::mem::take(&mut tree.0));
        }
    }
    if let Some(flags) = evidence.prometheus.flags.get_mut() {
        *flags = keep_flags(std::mem::take(flags));
    }
    for target in evidence.prometheus.targets.get_mut().into_iter().flatten() {
        target.last_error = without_queries(&target.last_error);
    }
    for source in evidence.grafana.sources.get_mut().into_iter().flatten() {
        source.settings = keep_settings(std::mem::take(&mut source.settings), judged::DATA_SOURCE);
    }
    if let Some(environment) = evidence.app.environment.get_mut() {
        environment.variables = keep_variables(std::mem::take(&mut environment.variables));
    }
    if let Some(project) = evidence.compose.get_mut() {
        keep_project(project);
    }
    serde_json::from_value(mask_texts(serde_json::to_value(evidence)?, ""))
}

/// Every text, credentials masked; addresses without login and query.
fn mask_texts(value: Value, key: &str) -> Value {
    match value {
        Value::String(text) if matches!(key, "url" | "location") => Value::String(endpoint::mask_url(&text)),
        Value::String(text) => Value::String(mask::mask_field_value(key, text)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| mask_texts(item, "")).collect()),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| {
                    let value = mask_texts(value, &key);
                    (mask::mask_log_secrets(&key).into_owned(), value)
                })
                .collect(),
        ),
        other => other,
    }
}

/// The text, each address in it without login and query.
fn without_queries(text: &str) -> String {
    match ADDRESS.as_ref() {
        Some(address) => address
            .replace_all(text, |found: &regex::Captures<'_>| endpoint::mask_url(&found[0]))
            .into_owned(),
        None => HIDDEN.to_owned(),
    }
}
