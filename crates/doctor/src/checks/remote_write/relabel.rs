//! No relabelling rule drops generated series.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.relabel",
    title: "no relabelling rule drops generated series",
    needs: &[
        marker_state::METRICS_FACTS,
        &[Fact::Exemplars, Fact::BackdatedPush, Fact::Marker],
    ],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !marker_state::has_lost_series(view) {
        return CheckOutcome::pass("no series is missing that a rule could have dropped");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str()), ("reason", "dropped_series")];
    let dropped = tempo_counters::find_increase(view, "prometheus_remote_storage_samples_dropped_total", &labels);
    let rules = render_drop_rules(view);
    if dropped.is_none() && rules.is_none() {
        return match view.metrics_after().get() {
            Some(_) => CheckOutcome::pass("no rule dropped a sample"),
            None => CheckOutcome::no_evidence("the queue's counters could not be read"),
        };
    }
    let mut finding = Finding::broken(
        "rw-relabel-drop",
        "a relabelling rule in Tempo's remote write drops generated series",
    );
    if let Some(grown) = dropped {
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(
            view,
            "prometheus_remote_storage_samples_dropped_total{reason=\"dropped_series\"}",
            grown,
        )]);
    } else {
        finding = finding.likely();
    }
    if let Some(rules) = rules {
        finding = finding.with_evidence("GET /status/config", "remote_write.write_relabel_configs", rules);
    }
    if marker_state::has_any_metric_arrived(view) || marker_state::has_other_metrics_arriving(view) {
        finding.level = telemetry::model::FindingLevel::Degraded;
        finding = finding.likely();
    }
    finding.into()
}

/// The rules that drop or keep, on one line.
fn render_drop_rules(view: &EvidenceView<'_>) -> Option<String> {
    let config = view.config().get()?;
    let list = config.at("metrics_generator.storage.remote_write")?.as_array()?;
    let rules: Vec<String> = list
        .iter()
        .filter_map(|endpoint| endpoint["write_relabel_configs"].as_array())
        .flatten()
        .filter(|rule| matches!(rule["action"].as_str(), Some("drop" | "keep")))
        .map(|rule| {
            let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
            format!("action: {}, regex: {}", text("action"), text("regex"))
        })
        .collect();
    (!rules.is_empty()).then(|| rules.join("; "))
}
