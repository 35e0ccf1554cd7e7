//! The `OTEL_*` environment of an application, as far as it may be shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judged;
use super::marker::Protocol;

/// What was read of an application's environment. Nothing in it is a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppEnvironment {
    /// Where it was read: `app.env`, `process 4242`, `compose.yaml, service shop`.
    pub source: String,
    /// It is that of a container; `None` where nothing tells.
    pub container: Option<bool>,
    /// Variables by name, those of no consequence left out; values that no judgement reads are hidden.
    pub variables: BTreeMap<String, String>,
    /// In which language it runs, and under which agent, where that shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<AppRuntime>,
    /// Variables whose values hold their quotes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<String>,
    /// Variables of a file whose values stand in quotes: what reads the file decides whether they stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted_in_file: Vec<String>,
    /// Names of the headers that an export would carry, and where their list is wrong.
    pub headers: HeaderNames,
}

/// What an application runs in. An agent makes the exporter itself, so that its defaults are known; with an SDK alone the
/// application's code decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppRuntime {
    Java,
    JavaAgent1,
    JavaAgent2,
    Python,
    PythonAgent,
    Node,
    NodeAgent,
    DotNet,
    DotNetAgent,
    Go,
    Ruby,
}

impl AppRuntime {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            AppRuntime::Java => "Java",
            AppRuntime::JavaAgent1 => "the Java agent 1.x",
            AppRuntime::JavaAgent2 => "the Java agent 2.x",
            AppRuntime::Python => "Python",
            AppRuntime::PythonAgent => "Python's opentelemetry-instrument",
            AppRuntime::Node => "Node.js",
            AppRuntime::NodeAgent => "Node.js' auto-instrumentation",
            AppRuntime::DotNet => ".NET",
            AppRuntime::DotNetAgent => ".NET's automatic instrumentation",
            AppRuntime::Go => "Go",
            AppRuntime::Ruby => "Ruby",
        }
    }

    /// What is spoken where no variable says so; `None` where the application's code decides
    /// (open-telemetry/opentelemetry-java-instrumentation v2.0.0: CHANGELOG.md; opentelemetry-python-contrib:
    /// opentelemetry-distro; opentelemetry-js: experimental/packages/opentelemetry-sdk-node;
    /// opentelemetry-dotnet-instrumentation: docs/config.md).
    pub fn default_protocol(self) -> Option<Protocol> {
        match self {
            AppRuntime::JavaAgent1 | AppRuntime::PythonAgent => Some(Protocol::Grpc),
            AppRuntime::JavaAgent2 | AppRuntime::NodeAgent | AppRuntime::DotNetAgent | AppRuntime::Ruby => {
                Some(Protocol::HttpProtobuf)
            }
            AppRuntime::Java | AppRuntime::Python | AppRuntime::Node | AppRuntime::DotNet | AppRuntime::Go => None,
        }
    }

    /// Its exporters read `OTEL_EXPORTER_OTLP_TIMEOUT` in seconds, against the specification
    /// (open-telemetry/opentelemetry-python issue 4858; opentelemetry-ruby: exporter/otlp).
    pub fn counts_timeout_in_seconds(self) -> bool {
        matches!(self, AppRuntime::Python | AppRuntime::PythonAgent | AppRuntime::Ruby)
    }
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
