//! Where a log is to be read from, as a person says it: a path, `-`, `docker:NAME`, `compose:SERVICE`, `kube:SELECTOR`,
//! `loki:QUERY`, `journald:UNIT`.

use std::fmt;

use crate::parse::parse_error::{ParseError, quote_text};

/// Where a log is to be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogSource {
    /// A file, or every file that a pattern names.
    File(String),
    /// Standard input.
    Stdin,
    /// A container by name or id.
    Docker(String),
    /// Every container of a Compose service: `SERVICE` or `PROJECT/SERVICE`.
    Compose(String),
    /// Pods by label, or one pod by name: `app=tempo`, `tempo-0`, either with `NAMESPACE/` before it.
    Kube(String),
    /// A LogQL query.
    Loki(String),
    /// A systemd unit.
    Journald(String),
}

/// The words before the colon, with an example each.
const KINDS: [(&str, &str); 5] = [
    ("docker", "docker:tempo"),
    ("compose", "compose:tempo"),
    ("kube", "kube:app.kubernetes.io/name=tempo"),
    ("loki", "loki:{container=\"tempo\"}"),
    ("journald", "journald:tempo.service"),
];

impl LogSource {
    /// The source that the text names. A path with a colon in it is written `./like:this`.
    pub fn parse(text: &str) -> Result<LogSource, ParseError> {
        if text == "-" {
            return Ok(LogSource::Stdin);
        }
        if text.is_empty() {
            return Err(ParseError::new("the source is empty").with_suggestion("docker:tempo"));
        }
        let Some((kind, rest)) = text.split_once(':') else {
            return Ok(LogSource::File(text.to_owned()));
        };
        let rest = rest.trim();
        let Some((_, example)) = KINDS.iter().find(|(known, _)| *known == kind) else {
            return resolve_unknown_kind(kind, text);
        };
        if rest.is_empty() {
            return Err(
                ParseError::new(format!("{} has no name after the colon", quote_text(text))).with_suggestion(*example),
            );
        }
        let rest = rest.to_owned();
        Ok(match kind {
            "docker" => LogSource::Docker(rest),
            "compose" => LogSource::Compose(rest),
            "kube" => LogSource::Kube(rest),
            "loki" => LogSource::Loki(rest),
            _ => LogSource::Journald(rest),
        })
    }
}

/// A word before a colon that is no kind: a misspelt one, or a path.
fn resolve_unknown_kind(kind: &str, text: &str) -> Result<LogSource, ParseError> {
    let path = kind.is_empty() || kind.contains(['/', '.', '\\', '*']) || kind.len() == 1;
    let near = crate::parse::find_nearest(kind, KINDS.iter().map(|(known, _)| *known));
    match near {
        _ if path => Ok(LogSource::File(text.to_owned())),
        Some(near) => {
            let example = KINDS
                .iter()
                .find(|(known, _)| *known == near)
                .map_or("", |(_, example)| example);
            Err(ParseError::new(format!("{} is not a source type", quote_text(kind))).with_suggestion(example))
        }
        None => Err(ParseError::new(format!(
            "{} is not a source type (docker, compose, kube, loki, journald, a path, -)",
            quote_text(kind)
        ))
        .with_suggestion(format!("./{text}"))),
    }
}

impl fmt::Display for LogSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogSource::File(path) => f.write_str(path),
            LogSource::Stdin => f.write_str("-"),
            LogSource::Docker(name) => write!(f, "docker:{name}"),
            LogSource::Compose(name) => write!(f, "compose:{name}"),
            LogSource::Kube(selector) => write!(f, "kube:{selector}"),
            LogSource::Loki(query) => write!(f, "loki:{query}"),
            LogSource::Journald(unit) => write!(f, "journald:{unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sources_are_told_by_their_first_word() {
        for (text, source) in [
            ("-", LogSource::Stdin),
            ("/var/log/tempo*.log", LogSource::File("/var/log/tempo*.log".into())),
            ("./a:b", LogSource::File("./a:b".into())),
            ("docker:tempo", LogSource::Docker("tempo".into())),
            ("compose:shop/tempo", LogSource::Compose("shop/tempo".into())),
            ("kube:app=tempo", LogSource::Kube("app=tempo".into())),
            (
                "loki:{a=\"b\"} |= \"x:y\"",
                LogSource::Loki("{a=\"b\"} |= \"x:y\"".into()),
            ),
            ("journald:tempo", LogSource::Journald("tempo".into())),
        ] {
            assert_eq!(LogSource::parse(text), Ok(source.clone()), "{text}");
            assert_eq!(LogSource::parse(&source.to_string()), Ok(source));
        }
    }

    #[test]
    fn what_is_no_source_is_refused_with_one_that_is() {
        for (text, suggestion) in [
            ("", "docker:tempo"),
            ("docker:", "docker:tempo"),
            ("dokcer:tempo", "docker:tempo"),
            ("podmanish:x", "./podmanish:x"),
        ] {
            let refused = LogSource::parse(text).expect_err(text);
            assert_eq!(refused.suggestion.as_deref(), Some(suggestion), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_source_or_refused(text in "\\PC{0,30}") {
            if let Ok(source) = LogSource::parse(&text) {
                prop_assert!(LogSource::parse(&source.to_string()).is_ok());
            }
        }
    }
}
