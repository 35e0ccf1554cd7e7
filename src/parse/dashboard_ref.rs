//! How a person names a dashboard: by its uid, the address in the browser, or a file.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::endpoint::masked;

/// What was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A uid.
    Uid(String),
    /// `https://host/grafana/d/UID/slug?from=…&var-x=…`
    Address {
        /// `https://host/grafana`
        base: String,
        /// The uid.
        uid: String,
        /// `from`, `to` and variables without `var-`.
        parameters: BTreeMap<String, Vec<String>>,
    },
    /// A file, by its name.
    File(String),
}

/// The longest uid that Grafana takes is 40; more is no uid.
const LONGEST: usize = 256;

/// Reads what was typed; otherwise what is wrong with it.
pub fn read(text: &str) -> Result<Reference, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("no dashboard given".to_owned());
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return address(text);
    }
    let is_file = std::path::Path::new(text)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if is_file {
        return Ok(Reference::File(text.to_owned()));
    }
    let strange = text
        .chars()
        .any(|letter| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
    if strange || text.len() > LONGEST {
        let shown: String = masked(text).chars().take(60).collect();
        return Err(format!("'{shown}' is not a uid, an address or a JSON file"));
    }
    Ok(Reference::Uid(text.to_owned()))
}

fn address(text: &str) -> Result<Reference, String> {
    let without_fragment = text.split('#').next().unwrap_or(text);
    let (path, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
    let (base, rest) = ["/d/", "/d-solo/", "/dashboard/"]
        .iter()
        .find_map(|mark| path.split_once(*mark))
        .ok_or_else(|| format!("the address has no /d/, so it is not a dashboard: {}", masked(path)))?;
    let uid = decoded(rest.split('/').next().unwrap_or_default());
    if uid.is_empty() {
        return Err(format!(
            "the address has nothing after /d/, so it is not a dashboard: {}",
            masked(path)
        ));
    }
    if base.split_once("://").is_none_or(|(_, rest)| rest.contains('@')) {
        return Err("put the login in GRAFANA_USERNAME and GRAFANA_PASSWORD, not in the address".to_owned());
    }
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = match decoded(name) {
            name if name == "from" || name == "to" => name,
            name => match name.strip_prefix("var-") {
                Some(name) => name.to_owned(),
                None => continue,
            },
        };
        let value = decoded(value);
        let value = if value == "All" { "$__all".to_owned() } else { value };
        parameters.entry(name).or_default().push(value);
    }
    Ok(Reference::Address {
        base: base.to_owned(),
        uid,
        parameters,
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_carries_range_and_variables() {
        let Ok(Reference::Address { base, uid, parameters }) =
            read("https://host/grafana/d/abc/tempo?orgId=1&from=now-6h&to=now&var-job=a%2Fb&var-job=c&var-ns=All")
        else {
            panic!("an address");
        };
        assert_eq!((base.as_str(), uid.as_str()), ("https://host/grafana", "abc"));
        assert_eq!(parameters["job"], ["a/b", "c"]);
        assert_eq!(parameters["ns"], ["$__all"]);
        assert_eq!(parameters["from"], ["now-6h"]);
        assert!(!parameters.contains_key("orgId"));
    }

    #[test]
    fn uids_and_files_are_told_apart() {
        assert_eq!(read("tempo-overview"), Ok(Reference::Uid("tempo-overview".into())));
        assert_eq!(read("x/y.json"), Ok(Reference::File("x/y.json".into())));
        assert!(read("a b").is_err());
        assert!(read("http://host/explore").is_err());
        assert!(read("http://user:word@host/d/x").is_err());
        for text in [
            "http://u:hunter2@h/nope?token=hunter2",
            "https://u:hunter2@h/d/",
            "ftp://u:hunter2@h/d/x",
        ] {
            let told = read(text).expect_err("names nothing");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = read(&text);
            let _ = read(&format!("http://{text}/d/{text}?{text}"));
        }
    }
}
