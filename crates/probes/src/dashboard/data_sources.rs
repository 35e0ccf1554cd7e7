//! Whom panels ask: data sources of a Grafana through its proxy, or the servers themselves where there is no Grafana.

use std::sync::Arc;

use stack::clients::{GrafanaClient, PrometheusClient, RequestCache, TempoClient};
use telemetry::model::dashboard::{DataSourceRef, DataSourceState, VariableFacts, VariableKind};
use telemetry::model::grafana::{DataSource, PROMETHEUS_PLUGIN, TEMPO_PLUGIN};
use telemetry::parse::interpolate::{self, InterpolationStyle, VariableScope};

/// The data sources there are, and the ways to them.
pub struct DataSources {
    sources: Vec<DataSource>,
    grafana: Option<GrafanaClient>,
    prometheus: PrometheusClient,
    tempo: TempoClient,
    cache: Arc<RequestCache>,
}

impl DataSources {
    /// The data sources of a Grafana.
    pub fn from_grafana(
        grafana: GrafanaClient,
        sources: Vec<DataSource>,
        prometheus: PrometheusClient,
        tempo: TempoClient,
    ) -> Self {
        DataSources {
            sources,
            grafana: Some(grafana),
            prometheus,
            tempo,
            cache: Arc::default(),
        }
    }

    /// One Prometheus and one Tempo, whatever a dashboard calls them.
    pub fn direct(prometheus: PrometheusClient, tempo: TempoClient) -> Self {
        let source = |kind: &str, name: &str| DataSource {
            uid: kind.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            is_default: kind == PROMETHEUS_PLUGIN,
            ..DataSource::default()
        };
        DataSources {
            sources: vec![source(PROMETHEUS_PLUGIN, "Prometheus"), source(TEMPO_PLUGIN, "Tempo")],
            grafana: None,
            prometheus,
            tempo,
            cache: Arc::default(),
        }
    }

    /// True where there is no Grafana between.
    pub fn is_direct(&self) -> bool {
        self.grafana.is_none()
    }

    /// The Grafana, where there is one.
    pub fn grafana(&self) -> Option<&GrafanaClient> {
        self.grafana.as_ref()
    }

    /// The data sources of a type, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a DataSource> + 'a {
        self.sources.iter().filter(move |source| source.kind == kind)
    }

    /// The data source with that uid.
    pub fn source(&self, uid: &str) -> Option<&DataSource> {
        self.sources.iter().find(|source| source.uid == uid)
    }

    /// The Tempo behind a data source. The same question is asked once.
    pub fn tempo(&self, source: &DataSource) -> TempoClient {
        let through = self.grafana.as_ref().map(|grafana| grafana.tempo_source(&source.uid));
        through.as_ref().unwrap_or(&self.tempo).with_cache(&self.cache)
    }

    /// The Prometheus behind a data source. The same question is asked once.
    pub fn prometheus(&self, source: &DataSource) -> PrometheusClient {
        let through = self
            .grafana
            .as_ref()
            .map(|grafana| grafana.prometheus_source(&source.uid));
        through.as_ref().unwrap_or(&self.prometheus).with_cache(&self.cache)
    }

    /// How many requests were sent to data sources.
    pub fn request_count(&self) -> usize {
        self.cache.request_count()
    }

    /// The data source that a panel, a query or a variable means.
    pub fn resolve(
        &self,
        wanted: &DataSourceRef,
        scope: &VariableScope,
        variables: &[VariableFacts],
    ) -> DataSourceState {
        match wanted {
            DataSourceRef::Default | DataSourceRef::Mixed | DataSourceRef::Internal(_) => {
                let default = self.sources.iter().find(|source| source.is_default);
                default.map_or(DataSourceState::NoDefault, to_found_state)
            }
            DataSourceRef::DefaultOfType(kind) => {
                let mut all = self.of_kind(kind);
                let first = all.next();
                let default = first
                    .filter(|source| source.is_default)
                    .or_else(|| all.find(|source| source.is_default));
                default.or(first).map_or(DataSourceState::NoDefault, to_found_state)
            }
            DataSourceRef::Named(text, kind) => self.resolve_named(text, kind.as_deref(), scope, variables),
        }
    }

    fn resolve_named(
        &self,
        text: &str,
        kind: Option<&str>,
        scope: &VariableScope,
        variables: &[VariableFacts],
    ) -> DataSourceState {
        let names = interpolate::find_variable_names(text);
        let filled = interpolate::interpolate_variables(text, scope, InterpolationStyle::Pipe);
        let wanted = if let Some(name) = names.first() {
            let known = variables.iter().find(|variable| variable.name == *name);
            match scope.get(name) {
                None => return self.placeholder(text),
                Some(value) if value.is_empty() => {
                    return DataSourceState::NoValue { variable: name.clone() };
                }
                // Of several the first counts.
                Some(value) if known.is_some_and(|known| known.kind == VariableKind::DataSource) => {
                    value.texts().into_iter().next().unwrap_or_default()
                }
                Some(_) => filled.text,
            }
        } else {
            filled.text
        };
        if wanted == "default" {
            return self.resolve(
                &kind.map_or(DataSourceRef::Default, |kind| {
                    DataSourceRef::DefaultOfType(kind.to_owned())
                }),
                scope,
                variables,
            );
        }
        let by = |of: fn(&DataSource) -> &str| self.sources.iter().find(|source| of(source) == wanted);
        if let Some(source) = by(|source| &source.uid).or_else(|| by(|source| &source.name)) {
            return to_found_state(source);
        }
        if self.is_direct() {
            // Whatever it is called: there is one of each type.
            return match kind {
                Some(TEMPO_PLUGIN) => to_found_state(&self.sources[1]),
                Some(PROMETHEUS_PLUGIN) | None => to_found_state(&self.sources[0]),
                Some(_) => DataSourceState::Missing { wanted },
            };
        }
        DataSourceState::Missing { wanted }
    }

    fn placeholder(&self, text: &str) -> DataSourceState {
        DataSourceState::Placeholder { text: text.to_owned() }
    }
}

fn to_found_state(source: &DataSource) -> DataSourceState {
    DataSourceState::Found {
        uid: source.uid.clone(),
    }
}
