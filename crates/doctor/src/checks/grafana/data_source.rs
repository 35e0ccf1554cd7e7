//! Grafana has a Tempo data source.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::{find_skip_outcome, list_data_sources, list_tempo_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.data-source",
    title: "Grafana has a Tempo data source",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let all = list_data_sources(view);
    let count = list_tempo_sources(view).count();
    if let Some(primary) = view.grafana().primary_tempo() {
        return CheckOutcome::pass(match count {
            1 => format!("one Tempo data source: {}", primary.display_name()),
            _ => format!(
                "{count} Tempo data sources; people most likely use {}",
                primary.display_name()
            ),
        });
    }
    if !view.targets().grafana.given {
        return CheckOutcome::not_applicable("this Grafana has no Tempo data source, and none was asked for");
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
    finding = finding.with_evidence(describe_list_request(view), "data sources", listed);
    if view.grafana().sources_refused.is_some() {
        // Only what the login may query was listed.
        finding = finding.possible();
    }
    finding
        .with_remedy("add one, for example in a file in provisioning/datasources:")
        .with_config(provisioning::render_new_tempo(
            if super::data_source_failure::is_through_grafana(&view.targets().tempo.url) {
                "http://tempo:3200"
            } else {
                &view.targets().tempo.url
            },
        ))
        .into()
}

/// Where the list was read.
pub fn describe_list_request(view: &EvidenceView<'_>) -> &'static str {
    if view.grafana().sources_refused.is_some() {
        "GET /api/frontend/settings"
    } else {
        "GET /api/datasources"
    }
}
