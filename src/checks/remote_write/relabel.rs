//! No relabelling rule drops generated series.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.relabel",
    hop: Hop::RemoteWrite,
    title: "no relabelling rule drops generated series",
    needs: &[passage::METRICS, &[Fact::Exemplars, Fact::BackdatedPush, Fact::Marker]],
    causes: &["rw-relabel-drop"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if ![passage::calls(view), passage::graph(view)].contains(&HopState::Lost) {
        return Outcome::pass("no series is missing that a rule could have dropped");
    }
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str()), ("reason", "dropped_series")];
    let dropped =
        traffic::delta(view, "prometheus_remote_storage_samples_dropped_total", &labels).filter(|grown| *grown > 0.0);
    let rules = rules(view);
    if dropped.is_none() && rules.is_none() {
        return match view.metrics_after().get() {
            Some(_) => Outcome::pass("no rule dropped a sample"),
            None => Outcome::no_evidence("the queue's counters could not be read"),
        };
    }
    let mut finding = Finding::broken(
        "rw-relabel-drop",
        "a relabelling rule in Tempo's remote write drops generated series",
    );
    if let Some(grown) = dropped {
        finding = finding.seen_all([traffic::line(
            view,
            "prometheus_remote_storage_samples_dropped_total{reason=\"dropped_series\"}",
            grown,
        )]);
    } else {
        finding = finding.likely();
    }
    if let Some(rules) = rules {
        finding = finding.seen("GET /status/config", "remote_write.write_relabel_configs", rules);
    }
    if passage::anything_arrived(view) || passage::others_arrive(view) {
        finding.level = crate::model::Level::Degraded;
        finding = finding.likely();
    }
    finding.into()
}

/// The rules that drop or keep, on one line.
fn rules(view: &View<'_>) -> Option<String> {
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
