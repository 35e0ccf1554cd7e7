//! How a person names a dashboard: by its uid, the address in the browser, or a file.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::endpoint::mask_url;

/// What was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DashboardRef {
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
pub fn parse_dashboard_ref(text: &str) -> Result<DashboardRef, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("no dashboard given".to_owned());
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return parse_dashboard_url(text);
    }
    let is_file = std::path::Path::new(text)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if is_file {
        return Ok(DashboardRef::File(text.to_owned()));
    }
    let strange = text
        .chars()
        .any(|letter| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
    if strange || text.len() > LONGEST {
        let shown: String = mask_url(text).chars().take(60).collect();
        return Err(format!("'{shown}' is not a uid, an address or a JSON file"));
    }
    Ok(DashboardRef::Uid(text.to_owned()))
}

fn parse_dashboard_url(text: &str) -> Result<DashboardRef, String> {
    let without_fragment = text.split('#').next().unwrap_or(text);
    let (path, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
    let (base, rest) = ["/d/", "/d-solo/", "/dashboard/"]
        .iter()
        .find_map(|mark| path.split_once(*mark))
        .ok_or_else(|| format!("the address has no /d/, so it is not a dashboard: {}", mask_url(text)))?;
    let uid = decode_percent(rest.split('/').next().unwrap_or_default());
    if uid.is_empty() {
        return Err(format!(
            "the address has nothing after /d/, so it is not a dashboard: {}",
            mask_url(text)
        ));
    }
    if base.split_once("://").is_none_or(|(_, rest)| rest.contains('@')) {
        return Err("put the login in GRAFANA_USERNAME and GRAFANA_PASSWORD, not in the address".to_owned());
    }
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = match decode_percent(name) {
            name if name == "from" || name == "to" => name,
            name => match name.strip_prefix("var-") {
                Some(name) => name.to_owned(),
                None => continue,
            },
        };
        let value = decode_percent(value);
        let value = if value == "All" { "$__all".to_owned() } else { value };
        parameters.entry(name).or_default().push(value);
    }
    Ok(DashboardRef::Address {
        base: base.to_owned(),
        uid,
        parameters,
    })
}

fn decode_percent(text: &str) -> String {
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
        let Ok(DashboardRef::Address { base, uid, parameters }) = parse_dashboard_ref(
            "https://host/grafana/d/abc/tempo?orgId=1&from=now-6h&to=now&var-job=a%2Fb&var-job=c&var-ns=All",
        ) else {
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
        assert_eq!(
            parse_dashboard_ref("tempo-overview"),
            Ok(DashboardRef::Uid("tempo-overview".into()))
        );
        assert_eq!(
            parse_dashboard_ref("x/y.json"),
            Ok(DashboardRef::File("x/y.json".into()))
        );
        assert!(parse_dashboard_ref("a b").is_err());
        assert!(parse_dashboard_ref("http://host/explore").is_err());
        assert!(parse_dashboard_ref("http://user:word@host/d/x").is_err());
        for text in [
            "http://u:hunter2@h/nope?token=hunter2",
            "https://u:hunter2@h/d/",
            "ftp://u:hunter2@h/d/x",
        ] {
            let told = parse_dashboard_ref(text).expect_err("names nothing");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = parse_dashboard_ref(&text);
            let _ = parse_dashboard_ref(&format!("http://{text}/d/{text}?{text}"));
        }
    }
}
