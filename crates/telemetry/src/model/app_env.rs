//! The `OTEL_*` environment of an application, as far as it may be shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judged;

/// What was read of an application's environment. Nothing in it is a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppEnvironment {
    /// Where it was read: `app.env`, `process 4242`, `compose.yaml, service shop`.
    pub source: String,
    /// It is that of a container; `None` where nothing tells.
    pub container: Option<bool>,
    /// Variables by name, those of no consequence left out; values that no judgement reads are hidden.
    pub variables: BTreeMap<String, String>,
    /// Names of the headers that an export would carry, and where their list is wrong.
    pub headers: HeaderNames,
}

/// The headers of an export, without their values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderNames {
    /// The variable they were read from.
    pub variable: Option<String>,
    /// Their names.
    pub names: Vec<String>,
    /// What is wrong with the list, entry by entry; no value is quoted.
    pub problems: Vec<String>,
}

impl AppEnvironment {
    /// The value of one of [`judged::VARIABLES`], without blanks around it; empty counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(
            judged::read_of(&judged::VARIABLES, name).is_some(),
            "{name} is read and not declared"
        );
        self.variables
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The first of these that is set, and its value.
    pub fn first_set(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }
}
