//! Where a log is to be read from, as a person says it: a path, `-`, `docker:NAME`, `compose:SERVICE`, `kube:SELECTOR`,
//! `loki:QUERY`, `journald:UNIT`.

use std::fmt;

use crate::parse::rejected::{Rejected, quoted};

/// Where a log is to be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
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

impl Source {
    /// The source that the text names. A path with a colon in it is written `./like:this`.
    pub fn parse(text: &str) -> Result<Source, Rejected> {
        if text == "-" {
            return Ok(Source::Stdin);
        }
        if text.is_empty() {
            return Err(Rejected::new("the source is empty").suggesting("docker:tempo"));
        }
        let Some((kind, rest)) = text.split_once(':') else {
            return Ok(Source::File(text.to_owned()));
        };
        let rest = rest.trim();
        let Some((_, example)) = KINDS.iter().find(|(known, _)| *known == kind) else {
            return unknown(kind, text);
        };
        if rest.is_empty() {
            return Err(Rejected::new(format!("{} has no name after the colon", quoted(text))).suggesting(*example));
        }
        let rest = rest.to_owned();
        Ok(match kind {
            "docker" => Source::Docker(rest),
            "compose" => Source::Compose(rest),
            "kube" => Source::Kube(rest),
            "loki" => Source::Loki(rest),
            _ => Source::Journald(rest),
        })
    }

    /// It is written by a container.
    pub fn is_container(&self) -> bool {
        matches!(self, Source::Docker(_) | Source::Compose(_) | Source::Kube(_))
    }
}

/// A word before a colon that is no kind: a misspelt one, or a path.
fn unknown(kind: &str, text: &str) -> Result<Source, Rejected> {
    let path = kind.is_empty() || kind.contains(['/', '.', '\\', '*']) || kind.len() == 1;
    let near = crate::parse::nearest(kind, KINDS.iter().map(|(known, _)| *known));
    match near {
        _ if path => Ok(Source::File(text.to_owned())),
        Some(near) => {
            let example = KINDS
                .iter()
                .find(|(known, _)| *known == near)
                .map_or("", |(_, example)| example);
            Err(Rejected::new(format!("{} is not a source type", quoted(kind))).suggesting(example))
        }
        None => Err(Rejected::new(format!(
            "{} is not a source type (docker, compose, kube, loki, journald, a path, -)",
            quoted(kind)
        ))
        .suggesting(format!("./{text}"))),
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path) => f.write_str(path),
            Source::Stdin => f.write_str("-"),
            Source::Docker(name) => write!(f, "docker:{name}"),
            Source::Compose(name) => write!(f, "compose:{name}"),
            Source::Kube(selector) => write!(f, "kube:{selector}"),
            Source::Loki(query) => write!(f, "loki:{query}"),
            Source::Journald(unit) => write!(f, "journald:{unit}"),
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
            ("-", Source::Stdin),
            ("/var/log/tempo*.log", Source::File("/var/log/tempo*.log".into())),
            ("./a:b", Source::File("./a:b".into())),
            ("docker:tempo", Source::Docker("tempo".into())),
            ("compose:shop/tempo", Source::Compose("shop/tempo".into())),
            ("kube:app=tempo", Source::Kube("app=tempo".into())),
            ("loki:{a=\"b\"} |= \"x:y\"", Source::Loki("{a=\"b\"} |= \"x:y\"".into())),
            ("journald:tempo", Source::Journald("tempo".into())),
        ] {
            assert_eq!(Source::parse(text), Ok(source.clone()), "{text}");
            assert_eq!(Source::parse(&source.to_string()), Ok(source));
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
            let refused = Source::parse(text).expect_err(text);
            assert_eq!(refused.suggestion.as_deref(), Some(suggestion), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_source_or_refused(text in "\\PC{0,30}") {
            if let Ok(source) = Source::parse(&text) {
                prop_assert!(Source::parse(&source.to_string()).is_ok());
            }
        }
    }
}
