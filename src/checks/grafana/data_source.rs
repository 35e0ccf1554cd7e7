//! Grafana has a Tempo data source.

use crate::model::evidence::Fact;
use crate::model::grafana::TEMPO;
use crate::model::{Finding, Hop, Outcome};

use super::{closed, snippet, sources};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.data-source",
    hop: Hop::Grafana,
    title: "Grafana has a Tempo data source",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    causes: &["ds-missing"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let all = sources(view);
    let tempo: Vec<_> = all.iter().filter(|source| source.kind == TEMPO).collect();
    if let Some(primary) = view.grafana().primary_tempo() {
        return Outcome::pass(match tempo.len() {
            1 => format!("one Tempo data source: {}", primary.shown()),
            count => format!("{count} Tempo data sources; people most likely use {}", primary.shown()),
        });
    }
    if !view.targets().grafana.given {
        return Outcome::not_applicable("this Grafana has no Tempo data source, and none was asked for");
    }
    let mut finding = Finding::degraded(
        "ds-missing",
        "Grafana has no Tempo data source, so it cannot show traces",
    );
    let names: Vec<String> = all
        .iter()
        .map(|source| format!("{} ({})", source.name, source.kind))
        .collect();
    let listed = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    };
    finding = finding.seen(list_name(view), "data sources", listed);
    if view.grafana().sources_refused.is_some() {
        // Only what the login may query was listed.
        finding = finding.possible();
    }
    finding
        .fix(
            "add one, for example in a file in provisioning/datasources:",
            Some(snippet::new_tempo(
                if super::refused::is_through_grafana(&view.targets().tempo.url) {
                    "http://tempo:3200"
                } else {
                    &view.targets().tempo.url
                },
            )),
            None,
        )
        .into()
}

/// Where the list was read.
pub fn list_name(view: &View<'_>) -> &'static str {
    if view.grafana().sources_refused.is_some() {
        "GET /api/frontend/settings"
    } else {
        "GET /api/datasources"
    }
}
