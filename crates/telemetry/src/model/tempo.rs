//! What Tempo says about itself, as facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judged;

/// An HTTP answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// `GET /ready`, as shown in evidence.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// Lower-case names; only those that say something about who answers.
    pub headers: BTreeMap<String, String>,
    /// The body as text, bounded and redacted.
    pub body: String,
}

impl HttpAnswer {
    /// 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header by lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A server of TLS that was asked in plain text: Go's (net/http, «Client sent an HTTP request to an HTTPS server.»), and so
    /// Tempo's, Prometheus' and Grafana's; or nginx's.
    pub fn requires_tls(&self) -> bool {
        self.status == 400
            && ["HTTP request to an HTTPS server", "HTTP request was sent to HTTPS port"]
                .iter()
                .any(|text| self.body.contains(text))
    }

    /// The body looks like a web page: a proxy, a login form.
    pub fn is_html(&self) -> bool {
        let body = self.body.trim_start();
        self.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
            || body
                .get(..9)
                .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
            || body.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<html"))
    }

    /// The status and the body: `404 page not found`.
    pub fn status_line(&self) -> String {
        super::failure::format_status_text(self.status, &self.excerpt())
    }

    /// The body on one line of at most 400 characters.
    pub fn excerpt(&self) -> String {
        let mut line: String = self.body.split_whitespace().collect::<Vec<_>>().join(" ");
        // Long enough for the error at the end of what wraps it: frontend, querier and gRPC each add their part.
        if line.chars().count() > 400 {
            line = line.chars().take(399).collect::<String>() + "…";
        }
        line
    }
}

/// `GET /api/status/buildinfo`. Builds from source leave `version` empty, so it only informs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildInfo {
    /// `3.0.3`, or empty.
    pub version: String,
    /// Commit.
    pub revision: String,
}

/// One row of `/status/services`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRow {
    /// `metrics-generator`
    pub name: String,
    /// `Running`, `Starting`, `Failed` …
    pub status: String,
    /// Why it failed.
    pub failure: String,
}

/// One sample of an exposition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricSample {
    /// Metric name.
    pub name: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Value; may be NaN or infinite in an exposition, which JSON cannot carry, so those are left out on reading.
    pub value: f64,
}

/// When a process started, in seconds since 1970: the gauge of every Go client.
pub const PROCESS_STARTED: &str = "process_start_time_seconds";

/// Where the counters of Tempo were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScrapeSource {
    /// `GET /metrics` of Tempo itself.
    Direct,
    /// Prometheus' copy of it, as old as its last scrape.
    Prometheus,
}

/// Tempo's counters at one moment, reduced to the families that the checks read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricsScrape {
    /// Where they were read.
    pub source: ScrapeSource,
    /// When, in seconds since 1970 by our clock.
    pub at: f64,
    /// The samples.
    pub samples: Vec<MetricSample>,
}

impl MetricsScrape {
    /// The samples of one metric whose labels carry all of `labels`.
    pub fn select<'a>(
        &'a self,
        name: &'a str,
        labels: &'a [(&'a str, &'a str)],
    ) -> impl Iterator<Item = &'a MetricSample> + 'a {
        self.samples.iter().filter(move |sample| {
            sample.name == name
                && labels
                    .iter()
                    .all(|(key, want)| sample.labels.get(*key).is_some_and(|value| value == want))
        })
    }

    /// The sum of a metric over the matching series; `None` where there is no series at all: absent is not zero.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut found = None;
        for sample in self.select(name, labels) {
            *found.get_or_insert(0.0) += sample.value;
        }
        found
    }

    /// How much a counter grew since an earlier scrape, summed over the matching series. Series that were absent
    /// count from 0, a series that fell was reset. `None` where the counter does not exist now, or the earlier scrape
    /// comes from another source or process.
    pub fn increase_since(&self, before: Option<&MetricsScrape>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let before = before.filter(|before| before.source == self.source && !self.is_of_another_process(before))?;
        let mut grown = None;
        for sample in self.select(name, labels) {
            let old = before
                .samples
                .iter()
                .find(|old| old.name == sample.name && old.labels == sample.labels)
                .map_or(0.0, |old| old.value);
            *grown.get_or_insert(0.0) += if sample.value >= old {
                sample.value - old
            } else {
                sample.value
            };
        }
        grown
    }

    /// Both were read from the server itself, and another process answered: no restart, which comes after what was read.
    pub fn is_of_another_process(&self, before: &MetricsScrape) -> bool {
        let started = |scrape: &MetricsScrape| scrape.sum(PROCESS_STARTED, &[]);
        match (started(before), started(self)) {
            (Some(old), Some(new)) if self.source == ScrapeSource::Direct => {
                (old - new).abs() > 0.001 && new < before.at
            }
            _ => false,
        }
    }

    /// How evidence names this scrape.
    pub fn source_name(&self) -> &'static str {
        match self.source {
            ScrapeSource::Direct => "Tempo /metrics",
            ScrapeSource::Prometheus => "Tempo's metrics in Prometheus",
        }
    }
}

/// Tempo's effective configuration, or its runtime overrides: YAML as a tree, without what no judgement reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConfigTree(pub serde_json::Value);

impl ConfigTree {
    /// The value at a dotted path, which is one of [`judged::TEMPO`].
    pub fn at(&self, path: &str) -> Option<&serde_json::Value> {
        debug_assert!(
            judged::is_read(judged::TEMPO, &path.split('.').collect::<Vec<_>>()),
            "{path} is read and not declared"
        );
        path.split('.').try_fold(&self.0, |node, key| node.get(key))
    }

    /// The text at a dotted path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path).and_then(serde_json::Value::as_str)
    }

    /// The boolean at a dotted path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.at(path).and_then(serde_json::Value::as_bool)
    }

    /// The number at a dotted path.
    pub fn number(&self, path: &str) -> Option<f64> {
        self.at(path).and_then(serde_json::Value::as_f64)
    }

    /// The texts of the list at a dotted path; `None` where there is nothing or `null`.
    pub fn list(&self, path: &str) -> Option<Vec<String>> {
        Some(
            self.at(path)?
                .as_array()?
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
        )
    }
}
