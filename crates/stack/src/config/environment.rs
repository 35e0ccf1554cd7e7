//! The environment as a value, so that tests and `--env` can hand in another one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use serde::Serialize;

use telemetry::parse::endpoint::{self, AddressDefaults};

use super::secret::Secret;

/// Variables by name. A variable that is empty or blank counts as unset. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        Environment(variables.map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Environment {
    /// From `std::env::vars_os()`; what is not UTF-8 is left out.
    pub fn from_os(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let variables = variables.into_iter();
        variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value, without blanks around it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Every variable with its value as it stands.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The first of `names` that is set.
    pub fn first(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The proxy variables that are set, without logins.
    pub fn proxies(&self) -> Vec<Proxy> {
        const NAMES: [&str; 8] = [
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "NO_PROXY",
            "no_proxy",
        ];
        NAMES
            .iter()
            .filter_map(|name| Some(Proxy::read(name, self.get(name)?)))
            .collect()
    }
}

/// A proxy variable that HTTP clients honour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proxy {
    /// `HTTPS_PROXY`
    pub variable: &'static str,
    /// Its value without login.
    pub value: String,
    /// The login's user, to be kept out of every output.
    #[serde(skip)]
    pub(super) user: Option<Secret>,
    /// The login's password, to be kept out of every output.
    #[serde(skip)]
    pub(super) password: Option<Secret>,
}

impl Proxy {
    fn read(variable: &'static str, text: &str) -> Self {
        let login = endpoint::parse_endpoint(text, AddressDefaults::HTTP)
            .ok()
            .and_then(|endpoint| endpoint.login);
        Proxy {
            variable,
            value: endpoint::mask_url(text),
            user: login.as_ref().map(|login| Secret::new(&login.user)),
            password: login.as_ref().map(|login| Secret::new(&login.password)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_unset_and_the_first_set_name_wins() {
        let env: Environment = [("A", " "), ("B", " b "), ("C", "c")].into_iter().collect();
        assert_eq!(env.get("A"), None);
        assert_eq!(env.first(&["A", "B", "C"]), Some(("B", "b")));
        assert_eq!(format!("{env:?}"), r#"{"A", "B", "C"}"#);
    }

    #[test]
    fn proxies_show_no_login() {
        let env: Environment = [
            ("https_proxy", "http://me:s3cret@proxy:8080"),
            ("NO_PROXY", "localhost,.svc"),
        ]
        .into_iter()
        .collect();
        let proxies = env.proxies();
        assert_eq!(proxies[0].value, "http://redacted@proxy:8080");
        assert_eq!(proxies[1].value, "localhost,.svc");
        assert!(!format!("{proxies:?}").contains("s3cret"));
    }
}
