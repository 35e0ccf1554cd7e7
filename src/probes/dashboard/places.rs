//! Whom panels ask: data sources of a Grafana through its proxy, or the servers themselves where there is no Grafana.

use crate::clients::{Grafana, HttpClient};
use crate::model::dashboard::{SourceRef, SourceState, VariableFacts, VariableKind};
use crate::model::grafana::{DataSource, PROMETHEUS, TEMPO};
use crate::parse::interpolate::{self, Scope, Style};

/// The data sources there are, and the ways to them.
pub struct Places {
    sources: Vec<DataSource>,
    grafana: Option<Grafana>,
    prometheus: HttpClient,
    tempo: HttpClient,
}

impl Places {
    /// The data sources of a Grafana.
    pub fn of_grafana(grafana: Grafana, sources: Vec<DataSource>, prometheus: HttpClient, tempo: HttpClient) -> Self {
        Places {
            sources,
            grafana: Some(grafana),
            prometheus,
            tempo,
        }
    }

    /// One Prometheus and one Tempo, whatever a dashboard calls them.
    pub fn direct(prometheus: HttpClient, tempo: HttpClient) -> Self {
        let source = |kind: &str, name: &str| DataSource {
            uid: kind.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            is_default: kind == PROMETHEUS,
            ..DataSource::default()
        };
        Places {
            sources: vec![source(PROMETHEUS, "Prometheus"), source(TEMPO, "Tempo")],
            grafana: None,
            prometheus,
            tempo,
        }
    }

    /// True where there is no Grafana between.
    pub fn is_direct(&self) -> bool {
        self.grafana.is_none()
    }

    /// The Grafana, where there is one.
    pub fn grafana(&self) -> Option<&Grafana> {
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

    /// The way to a data source.
    pub fn way(&self, source: &DataSource) -> HttpClient {
        match (&self.grafana, source.kind.as_str()) {
            (Some(grafana), _) => grafana.through(&source.uid),
            (None, TEMPO) => self.tempo.clone(),
            (None, _) => self.prometheus.clone(),
        }
    }

    /// The data source that a panel, a query or a variable means.
    pub fn find(&self, wanted: &SourceRef, scope: &Scope, variables: &[VariableFacts]) -> SourceState {
        match wanted {
            SourceRef::Default | SourceRef::Mixed | SourceRef::Inside(_) => {
                let default = self.sources.iter().find(|source| source.is_default);
                default.map_or(SourceState::NoDefault, found)
            }
            SourceRef::DefaultOf(kind) => {
                let mut all = self.of_kind(kind);
                let first = all.next();
                let default = first
                    .filter(|source| source.is_default)
                    .or_else(|| all.find(|source| source.is_default));
                default.or(first).map_or(SourceState::NoDefault, found)
            }
            SourceRef::Named(text, kind) => self.named(text, kind.as_deref(), scope, variables),
        }
    }

    fn named(&self, text: &str, kind: Option<&str>, scope: &Scope, variables: &[VariableFacts]) -> SourceState {
        let names = interpolate::names(text);
        let filled = interpolate::fill(text, scope, Style::Pipe);
        let wanted = if let Some(name) = names.first() {
            let known = variables.iter().find(|variable| variable.name == *name);
            match scope.get(name) {
                None => return self.placeholder(text),
                Some(value) if value.is_empty() => {
                    return SourceState::NoValue { variable: name.clone() };
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
            return self.find(
                &kind.map_or(SourceRef::Default, |kind| SourceRef::DefaultOf(kind.to_owned())),
                scope,
                variables,
            );
        }
        let by = |of: fn(&DataSource) -> &str| self.sources.iter().find(|source| of(source) == wanted);
        if let Some(source) = by(|source| &source.uid).or_else(|| by(|source| &source.name)) {
            return found(source);
        }
        if self.is_direct() {
            // Whatever it is called: there is one of each type.
            return match kind {
                Some(TEMPO) => found(&self.sources[1]),
                Some(PROMETHEUS) | None => found(&self.sources[0]),
                Some(_) => SourceState::Missing { wanted },
            };
        }
        SourceState::Missing { wanted }
    }

    fn placeholder(&self, text: &str) -> SourceState {
        SourceState::Placeholder { text: text.to_owned() }
    }
}

fn found(source: &DataSource) -> SourceState {
    SourceState::Found {
        uid: source.uid.clone(),
    }
}
