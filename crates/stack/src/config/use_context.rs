//! Choosing another context by changing one value of the file's text; every comment and blank stays.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrors};
use super::file::SettingsFile;
use super::locate::ConfigSource;

/// The commented file that `config init` writes.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The file's text with `context = "name"`. The file must be valid and have that context.
pub fn select_context(path: &Path, source: ConfigSource, text: &str, name: &str) -> Result<String, ConfigErrors> {
    let file = SettingsFile::parse(path, source, text)?;
    if !file.contexts.iter().any(|context| context.name == name) {
        return Err(file
            .unknown_context_error("tempoctl config use".to_owned(), name, "tempoctl config use ")
            .into());
    }
    let changed = replace_choice(text, &toml::Value::from(name).to_string());
    // The edit is by hand, so what it made is read again before anybody writes it.
    let again = SettingsFile::parse(path, source, &changed)?;
    match again.selected {
        Some((selected, _)) if selected == name => Ok(changed),
        _ => Err(ConfigError::new(path.display().to_string(), "cannot change the context line").into()),
    }
}

fn replace_choice(text: &str, quoted: &str) -> String {
    let (table, _) = DeTable::parse_recoverable(text);
    let value = table
        .get_ref()
        .get("context")
        .filter(|value| matches!(value.get_ref(), DeValue::String(_)));
    if let Some(value) = value {
        let span = value.span();
        return format!("{}{quoted}{}", &text[..span.start], &text[span.end..]);
    }
    // Above the first table, or the key would belong to it; below the comments that open the file.
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start_matches('\u{feff}').trim().is_empty() && !line.trim_start().starts_with('#') {
            break;
        }
        at += line.len();
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    format!("{}context = {quoted}{newline}{newline}{}", &text[..at], &text[at..])
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;
    use proptest::prelude::*;

    fn choose(text: &str, name: &str) -> Result<String, ConfigErrors> {
        select_context(Path::new("c.toml"), ConfigSource::User, text, name)
    }

    #[test]
    fn only_the_choice_changes() {
        let text = "# mine\n  context='lab' # today\n\n[contexts.lab]\n[contexts.prod] # far\n";
        let expected = "# mine\n  context=\"prod\" # today\n\n[contexts.lab]\n[contexts.prod] # far\n";
        assert_eq!(choose(text, "prod").as_deref(), Ok(expected));
    }

    #[test]
    fn a_choice_is_added_below_the_opening_comment() {
        let text = "# mine\n\n[contexts.lab]\ntempo_url = \"l\"\n";
        let expected = "# mine\n\ncontext = \"lab\"\n\n[contexts.lab]\ntempo_url = \"l\"\n";
        assert_eq!(choose(text, "lab").as_deref(), Ok(expected));
        let windows = "[contexts.lab]\r\n";
        assert_eq!(
            choose(windows, "lab").as_deref(),
            Ok("context = \"lab\"\r\n\r\n[contexts.lab]\r\n")
        );
    }

    #[test]
    fn an_unknown_context_is_refused_with_the_nearest() {
        let error = choose("[contexts.lab]\n[contexts.prod]\n", "prd").expect_err("no such context");
        assert_eq!(
            error.to_string(),
            "error: tempoctl config use: no context 'prd' in c.toml\n  try: tempoctl config use prod"
        );
    }

    #[test]
    fn the_example_is_valid_and_shows_every_key() {
        let path = Path::new("config.toml");
        SettingsFile::parse(path, ConfigSource::User, EXAMPLE).unwrap_or_else(|errors| panic!("{errors}"));
        let all: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let file = SettingsFile::parse(path, ConfigSource::User, &all).unwrap_or_else(|errors| panic!("{errors}"));
        for (key, _) in keys::list_keys() {
            assert!(file.contexts[0].entry(key).is_some(), "the example does not show {key}");
        }
    }

    proptest! {
        #[test]
        fn any_name_can_be_chosen(
            name in "[^\u{0}-\u{1f}\u{7f}]{1,9}",
            head in "(# [a-z]{0,6}\n|\n){0,3}",
            chosen: bool,
        ) {
            let key = toml::Value::from(name.as_str()).to_string();
            let line = if chosen { "context = \"x\" # WHY\n" } else { "" };
            let text = format!("{head}{line}[contexts.{key}]\ntempo_url = \"t\" # keep\n");
            // A name TOML writes over several lines cannot be a key.
            prop_assume!(SettingsFile::parse(Path::new("c"), ConfigSource::User, &text).is_ok());
            let changed = choose(&text, &name).expect("the context is there");
            prop_assert!(changed.starts_with(&head) && changed.ends_with("tempo_url = \"t\" # keep\n"));
            prop_assert_eq!(changed.contains("# WHY"), chosen);
        }
    }
}
