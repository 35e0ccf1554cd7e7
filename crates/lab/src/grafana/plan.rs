//! What a scenario says about its Grafana, and the data sources that follow from it.

use std::net::SocketAddr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::settings::Sockets;

/// A scenario's Grafana. What is not said is as `fault-grafana-healthy` recorded it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GrafanaPlan {
    /// `12.4.0`; 9.4, 11 and 13 differ in what they answer.
    pub version: String,
    /// Nobody has to log in.
    pub anonymous: bool,
    /// The login may not read data sources.
    pub no_read: bool,
    /// The path under which it is served.
    pub prefix: String,
    /// Anything outside the prefix is answered with a login page.
    pub portal: bool,
    /// It runs in a container of its own: to it, `localhost` is itself, where nobody else listens.
    pub in_container: bool,
    /// A gateway before Tempo refuses two slashes, where Tempo itself redirects.
    pub strict_gateway: bool,
    /// An empty Tempo and an empty Prometheus stand beside the ones that are fed.
    pub other_stack: bool,
    /// What differs in the Prometheus data source.
    pub prometheus: Value,
    /// What differs in the Tempo data source; `null` leaves it out.
    pub tempo: Value,
    /// There is no Tempo data source.
    pub no_tempo: bool,
    /// More data sources.
    pub more: Vec<Value>,
    /// Dashboards of the folder `dashboards`, by file name.
    pub dashboards: Vec<String>,
}

impl Default for GrafanaPlan {
    fn default() -> Self {
        GrafanaPlan {
            version: "12.4.0".to_owned(),
            anonymous: false,
            no_read: false,
            prefix: String::new(),
            portal: false,
            in_container: false,
            strict_gateway: false,
            other_stack: false,
            prometheus: Value::Null,
            tempo: Value::Null,
            no_tempo: false,
            more: Vec::new(),
            dashboards: vec!["tempo-overview".to_owned()],
        }
    }
}

/// Where the parts of the lab answer that data sources may point at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DataSourceAddresses {
    pub(crate) sockets: Sockets,
    pub(crate) other_tempo: SocketAddr,
    pub(crate) other_prometheus: SocketAddr,
}

impl GrafanaPlan {
    /// The data sources, as `GET /api/datasources` lists them; secrets stand under `secureJsonData`, which is never shown.
    pub(crate) fn build_sources(&self, places: &DataSourceAddresses) -> Vec<Value> {
        let mut prometheus = json!({
            "name": "Prometheus", "uid": "prometheus", "type": "prometheus", "access": "proxy",
            "url": "http://{prometheus}", "isDefault": true,
            "jsonData": {"httpMethod": "POST", "exemplarTraceIdDestinations": [
                {"name": "traceID", "datasourceUid": "tempo"}, {"name": "trace_id", "datasourceUid": "tempo"}]},
        });
        let mut tempo = json!({
            "name": "Tempo", "uid": "tempo", "type": "tempo", "access": "proxy",
            "url": "http://{tempo}", "isDefault": false,
            "jsonData": {
                "serviceMap": {"datasourceUid": "prometheus"},
                "nodeGraph": {"enabled": true},
                "streamingEnabled": {"search": false, "metrics": false},
                "tracesToMetrics": {"datasourceUid": "prometheus", "tags": [{"key": "service.name", "value": "service"}],
                    "queries": [{"name": "calls", "query": "sum(rate(traces_spanmetrics_calls_total{$__tags}[5m]))"}]},
            },
        });
        merge_json(&mut prometheus, &self.prometheus);
        merge_json(&mut tempo, &self.tempo);
        let mut all = vec![prometheus];
        if !self.no_tempo {
            all.push(tempo);
        }
        all.extend(self.more.iter().cloned());
        for (index, source) in all.iter_mut().enumerate() {
            let filled = places.fill(&source.to_string());
            *source = serde_json::from_str(&filled).unwrap_or_default();
            source["id"] = json!(index + 1);
        }
        all
    }
}

impl DataSourceAddresses {
    fn fill(&self, text: &str) -> String {
        let of = |address: SocketAddr| address.to_string();
        let at = &self.sockets;
        text.replace("{tempo}", &of(at.tempo))
            .replace("{tempo_port}", &at.tempo.port().to_string())
            .replace("{prometheus}", &of(at.prometheus))
            .replace("{otlp_grpc}", &of(at.otlp_grpc))
            .replace("{otlp_http}", &of(at.otlp_http))
            .replace("{nowhere}", &of(at.nowhere))
            .replace("{other_tempo}", &of(self.other_tempo))
            .replace("{other_prometheus}", &of(self.other_prometheus))
    }
}

/// What `over` says replaces what stands in `base`, key by key; the text `absent` takes a key away.
fn merge_json(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                if value == "absent" {
                    base.remove(key);
                } else {
                    merge_json(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (_, Value::Null) => {}
        (base, over) => *base = over.clone(),
    }
}
