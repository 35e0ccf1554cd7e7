//! Settings of a Tempo data source that mislead: nothing is broken, but data is hidden.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::{find_skip_outcome, list_tempo_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.options",
    title: "no Tempo data source setting hides data",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let mut looked = false;
    for source in list_tempo_sources(view) {
        looked = true;
        let name = format!("data source {}", source.name);
        if source.flag("search.hide") {
            let finding = Finding::degraded(
                "ds-search-hidden",
                format!("the data source {} hides search", source.display_name()),
            )
            .with_evidence(name, "search.hide", "true")
            .with_remedy("show search:")
            .with_config(provisioning::render_settings(source, &["search: {hide: false}"]));
            return CheckOutcome::Warn(finding);
        }
        if source.flag("traceQuery.timeShiftEnabled") {
            let finding = Finding::degraded(
                "ds-time-shift",
                format!(
                    "the data source {} looks up trace ids only in the page's time range, widened by its shifts",
                    source.display_name()
                ),
            )
            .with_evidence(name, "traceQuery.timeShiftEnabled", "true")
            .with_remedy("search all time, or widen the shifts:")
            .with_config(provisioning::render_settings(
                source,
                &["traceQuery: {timeShiftEnabled: false}"],
            ));
            return CheckOutcome::Warn(finding);
        }
        if let Some(url) = source.url.as_deref().filter(|url| url.ends_with('/')) {
            let finding = Finding::degraded(
                "ds-url-with-path",
                format!(
                    "the address of the data source {} ends with a slash: Tempo tolerates it, but a gateway may not",
                    source.display_name()
                ),
            )
            .with_evidence(name, "url", url)
            .with_remedy("remove the slash:")
            .with_config(provisioning::render_entry(source, url.trim_end_matches('/'), &[]));
            return CheckOutcome::Warn(finding);
        }
        let through = view.grafana().tempo.iter().find(|through| through.uid == source.uid);
        let old = through.is_some_and(|through| {
            through.tags.get().is_some_and(|answer| answer.status == 404)
                && through.any.get().is_some_and(|answer| answer.is_success())
        });
        if old {
            let finding = Finding::degraded(
                "ds-v2-api-missing",
                format!(
                    "the Tempo behind {} has no v2 tags API, so Grafana's search cannot complete names",
                    source.display_name()
                ),
            )
            .with_evidence(
                format!("GET /api/datasources/proxy/uid/{}/api/v2/search/tags", source.uid),
                "",
                "404",
            );
            return CheckOutcome::Warn(finding);
        }
    }
    if looked {
        CheckOutcome::pass("nothing is hidden")
    } else {
        CheckOutcome::not_applicable("Grafana has no Tempo data source")
    }
}
