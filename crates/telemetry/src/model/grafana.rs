//! What Grafana says about itself and its data sources, as facts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::judged;
use super::marker::TraceRead;
use super::prometheus::PromSeries;
use super::slot::Slot;
use super::tempo::HttpAnswer;

/// What Grafana says about itself and what it reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrafanaFacts {
    /// `GET /api/health`, answered before any login.
    pub health: Slot<HttpAnswer>,
    /// The address under which it answers, where it is not the one that was given.
    pub found_at: Option<String>,
    /// Somebody gave credentials for it.
    pub has_login: bool,
    /// `GET /api/org`: the cheapest question that needs a login.
    pub org: Slot<HttpAnswer>,
    /// The data sources, by `GET /api/datasources`, else by `GET /api/frontend/settings`.
    pub sources: Slot<Vec<DataSource>>,
    /// Why the list is only what the frontend is told: the refusal of `GET /api/datasources`.
    pub sources_refused: Option<String>,
    /// What came through each Tempo data source.
    pub tempo: Vec<TempoSourceFacts>,
    /// What came through each Prometheus data source that something here relies on.
    pub prometheus: Vec<PrometheusSourceFacts>,
    /// Other data sources that links point at, and whether they answer.
    pub others: Vec<OtherSourceFacts>,
    /// The marker in Explore.
    pub explore: Option<String>,
}

impl GrafanaFacts {
    /// The data source with that uid.
    pub fn source(&self, uid: &str) -> Option<&DataSource> {
        self.sources.get()?.iter().find(|source| source.uid == uid)
    }

    /// The version, where Grafana tells it.
    pub fn version(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.health.get()?.body).ok()?;
        Some(body["version"].as_str()?.to_owned())
    }

    /// Links into Explore are written in another way before 10.
    pub fn is_before_v10(&self) -> bool {
        let major = |version: String| version.split('.').next()?.parse::<u32>().ok();
        self.version().and_then(major).is_some_and(|major| major < 10)
    }

    /// The Tempo data source that a person most likely looks at: the default one, else the one that most other data
    /// sources lead to, else the first by name.
    pub fn primary_tempo(&self) -> Option<&DataSource> {
        let all = self.sources.get()?;
        let tempo = all.iter().filter(|source| source.kind == TEMPO_PLUGIN);
        tempo.min_by_key(|source| {
            let named = all.iter().filter(|other| other.links_to(&source.uid)).count();
            (!source.is_default, std::cmp::Reverse(named))
        })
    }

    /// The Prometheus data source that a person most likely looks at: the one behind the service graph of the primary
    /// Tempo data source, else the default one, else the first by name.
    pub fn primary_prometheus(&self) -> Option<&DataSource> {
        let linked = self
            .primary_tempo()
            .and_then(|tempo| tempo.text("serviceMap.datasourceUid"))
            .and_then(|uid| self.source(uid))
            .filter(|source| source.kind == PROMETHEUS_PLUGIN);
        let all = self
            .sources
            .get()?
            .iter()
            .filter(|source| source.kind == PROMETHEUS_PLUGIN);
        linked.or_else(|| all.min_by_key(|source| !source.is_default))
    }
}

/// The plugin id of Tempo data sources.
pub const TEMPO_PLUGIN: &str = "tempo";
/// The plugin id of Prometheus data sources; Mimir and Thanos use it as well.
pub const PROMETHEUS_PLUGIN: &str = "prometheus";

/// One data source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataSource {
    /// The id that links and panels use.
    pub uid: String,
    /// The name in menus.
    pub name: String,
    /// The plugin id: `tempo`, `prometheus`, `loki`, …
    pub kind: String,
    /// `proxy` or `direct`.
    pub access: String,
    /// Where it points; `None` where only the frontend's settings could be read, which hide it.
    pub url: Option<String>,
    /// Panels without a data source use it.
    pub is_default: bool,
    /// A login is configured.
    pub basic_auth: bool,
    /// The settings, without what no judgement reads.
    pub settings: Value,
    /// Names of the secrets that are set, such as `httpHeaderValue1`; `None` where nobody told.
    pub secrets: Option<Vec<String>>,
}

impl DataSource {
    /// The setting at a dotted path, which is one of [`judged::DATA_SOURCE`].
    pub fn at(&self, path: &str) -> Option<&Value> {
        debug_assert!(
            judged::is_read(judged::DATA_SOURCE, &path.split('.').collect::<Vec<_>>()),
            "{path} is read and not declared"
        );
        path.split('.').try_fold(&self.settings, |node, key| node.get(key))
    }

    /// The text at a dotted path, unless it is empty.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// True where the setting at a dotted path is `true`.
    pub fn flag(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or(false)
    }

    /// `Tempo (tempo)`: the name, and the uid where it is another.
    pub fn display_name(&self) -> String {
        if self.uid.is_empty() || self.uid == self.name {
            format!("\"{}\"", self.name)
        } else {
            format!("\"{}\" (uid {})", self.name, self.uid)
        }
    }

    /// The custom header of that name, by its number: `httpHeaderName1` → 1. Case does not count.
    pub fn header_number(&self, name: &str) -> Option<u32> {
        let settings = self.settings.as_object()?;
        settings.iter().find_map(|(key, value)| {
            let number = key.strip_prefix("httpHeaderName")?.parse().ok()?;
            value.as_str()?.eq_ignore_ascii_case(name).then_some(number)
        })
    }

    /// Every uid that the settings lead to, with the path of the setting.
    pub fn links(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        collect_links(&self.settings, "", &mut found);
        found
    }

    fn links_to(&self, uid: &str) -> bool {
        self.links().iter().any(|(_, to)| to == uid)
    }
}

fn collect_links(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let here = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                match value.as_str() {
                    Some(uid) if key == "datasourceUid" && !uid.is_empty() => found.push((here, uid.to_owned())),
                    _ => collect_links(value, &here, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_links(item, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

/// What came through a Tempo data source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TempoSourceFacts {
    /// Which one.
    pub uid: String,
    /// `GET …/proxy/uid/UID/api/echo`, which needs no tenant and no data.
    pub echo: Slot<HttpAnswer>,
    /// `GET /api/datasources/uid/UID/health`: what *Save & test* says, from 12.3.
    pub health: Slot<HttpAnswer>,
    /// A search for anything.
    pub any: Slot<HttpAnswer>,
    /// `GET …/api/v2/search/tags`
    pub tags: Slot<HttpAnswer>,
    /// The marker by its id.
    pub by_id: Slot<TraceRead>,
    /// Trace ids found by the search that finds the marker when Tempo is asked directly.
    pub search: Slot<Vec<String>>,
    /// The trace by its id as a panel asks: `POST /api/ds/query`.
    pub query: Slot<HttpAnswer>,
}

/// What came through a Prometheus data source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrometheusSourceFacts {
    /// Which one.
    pub uid: String,
    /// A trivial query.
    pub probe: Slot<HttpAnswer>,
    /// `GET /api/datasources/uid/UID/health`
    pub health: Slot<HttpAnswer>,
    /// The marker's series.
    pub series: Slot<Vec<PromSeries>>,
    /// Names of generated metrics.
    pub names: Slot<Vec<String>>,
    /// Label names of `traces_spanmetrics_calls_total`.
    pub labels: Slot<Vec<String>>,
}

/// Whether another data source that a link leads to answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OtherSourceFacts {
    /// Which one.
    pub uid: String,
    /// `GET /api/datasources/uid/UID/health`, or a cheap question through the proxy.
    pub health: Slot<HttpAnswer>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn source(name: &str, kind: &str, is_default: bool, settings: Value) -> DataSource {
        DataSource {
            uid: name.to_lowercase(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            is_default,
            settings,
            ..DataSource::default()
        }
    }

    fn facts(sources: Vec<DataSource>) -> GrafanaFacts {
        GrafanaFacts {
            sources: Slot::known(sources, 1),
            ..GrafanaFacts::default()
        }
    }

    #[test]
    fn the_primary_is_the_default_else_the_one_that_is_led_to() {
        let led = json!({"exemplarTraceIdDestinations": [{"name": "traceID", "datasourceUid": "two"}]});
        let mut all = vec![
            source("One", TEMPO_PLUGIN, false, json!({})),
            source(
                "Two",
                TEMPO_PLUGIN,
                false,
                json!({"serviceMap": {"datasourceUid": "prom"}}),
            ),
            source("Prom", PROMETHEUS_PLUGIN, false, led),
            source("Other", PROMETHEUS_PLUGIN, true, json!({})),
        ];
        let found = facts(all.clone());
        assert_eq!(found.primary_tempo().map(|one| one.uid.as_str()), Some("two"));
        assert_eq!(found.primary_prometheus().map(|one| one.uid.as_str()), Some("prom"));
        all[0].is_default = true;
        let found = facts(all);
        assert_eq!(found.primary_tempo().map(|one| one.uid.as_str()), Some("one"));
        assert_eq!(found.primary_prometheus().map(|one| one.uid.as_str()), Some("other"));
    }

    #[test]
    fn links_say_where_they_stand() {
        let one = source(
            "Prom",
            PROMETHEUS_PLUGIN,
            false,
            json!({"exemplarTraceIdDestinations": [{"datasourceUid": "a"}, {"url": "https://x"}], "b": {"datasourceUid": ""}}),
        );
        assert_eq!(
            one.links(),
            [(
                "exemplarTraceIdDestinations[0].datasourceUid".to_owned(),
                "a".to_owned()
            )]
        );
    }
}
