//! The Prometheus data source that traces link to is the Prometheus that the generator writes to.

use crate::model::evidence::Fact;
use crate::model::grafana::{DataSource, PROMETHEUS, PrometheusThrough};
use crate::model::{Confidence, Finding, Hop, HopState, Level, Outcome, Slot};

use super::refused::{Asked, Refused, direct, why};
use super::{closed, snippet, was_seen};
use crate::checks::{Check, View, facts, passage};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.prometheus",
    hop: Hop::Grafana,
    title: "Grafana's Prometheus data source has the marker's series",
    needs: &[&[Fact::Grafana], passage::METRICS],
    causes: &[
        "prom-different-instance",
        "ds-wrong-port",
        "ds-url-with-path",
        "ds-localhost",
        "ds-access-direct",
        "ds-tls-or-proxy",
        "ds-plugin-missing",
        "gateway-401",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let grafana = view.grafana();
    if grafana.primary_tempo().is_none() {
        return Outcome::not_applicable("Grafana has no Tempo data source");
    }
    let Some(source) = grafana.primary_prometheus() else {
        return Outcome::not_applicable("Grafana has no Prometheus data source");
    };
    let Some(through) = grafana.prometheus.iter().find(|through| through.uid == source.uid) else {
        return Outcome::no_evidence("the data source was not queried");
    };
    if let Some(outcome) = unreached(view, source, through) {
        return outcome;
    }
    let arrived = [passage::calls(view), passage::graph(view)].contains(&HopState::Passed);
    let told = match (&through.series, arrived) {
        (Slot::Known { value, .. }, true) => value,
        (Slot::Failed { failure }, true) => {
            return Outcome::no_evidence(format!("the marker's series could not be queried: {failure}"));
        }
        _ => return Outcome::pass(format!("{} serves the Prometheus API", source.shown())),
    };
    if !told.is_empty() {
        return Outcome::pass(format!("{} has the marker's series", source.shown()));
    }
    let url = source.url.as_deref().unwrap_or("an unknown address");
    Finding::broken(
        "prom-different-instance",
        format!(
            "the data source {} points at {url}, a Prometheus without the series from Tempo's generator",
            source.shown()
        ),
    )
    .seen(
        format!("GET /api/datasources/proxy/uid/{}/api/v1/query", source.uid),
        "series of the marker",
        "none",
    )
    .seen("GET /api/v1/query", view.targets().prometheus.url.clone(), "has them")
    .seen(format!("data source {}", source.name), "url", url)
    .fix(
        "point it at the Prometheus that the generator writes to:",
        Some(snippet::entry(source, &view.targets().prometheus.url, &[])),
        None,
    )
    .into()
}

/// The data source does not lead to a Prometheus at all.
fn unreached(view: &View<'_>, source: &DataSource, through: &PrometheusThrough) -> Option<Outcome> {
    let answers = through
        .probe
        .get()
        .is_some_and(|answer| answer.is_success() && answer.body.contains("\"success\""));
    let found: Refused = if source.access == "direct" {
        direct(source, &Slot::NotAsked)
    } else if answers {
        return None;
    } else if !view.request().via_grafana && !facts::prometheus_answers(view) {
        return Some(Outcome::not_applicable("not judged until Prometheus itself answers"));
    } else if !through.probe.was_asked() {
        return Some(Outcome::no_evidence("the data source was not queried"));
    } else {
        let asked = Asked {
            source,
            path: "/api/v1/query",
            answer: &through.probe,
            health: &through.health,
            server: &view.targets().prometheus.url,
        };
        match why(view, &asked) {
            Some(found) => found,
            None => {
                return Some(Outcome::no_evidence(
                    "needs datasources:query: this login may not query the data source",
                ));
            }
        }
    };
    // Somebody's dashboards read it even where no metrics are made from spans.
    let linked = view
        .grafana()
        .primary_tempo()
        .is_some_and(|tempo| tempo.links().iter().any(|(_, uid)| *uid == source.uid));
    let made = was_seen(view.calls_watch()) || was_seen(view.graph_watch());
    let level = if linked || made { Level::Broken } else { Level::Degraded };
    let confidence = if found.certain {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    debug_assert_eq!(source.kind, PROMETHEUS);
    Some(
        Finding::new(
            found.cause,
            level,
            confidence,
            format!("the data source {} {}", source.shown(), found.summary),
        )
        .seen_all(found.evidence)
        .fix(found.fix, found.config, None)
        .into(),
    )
}
