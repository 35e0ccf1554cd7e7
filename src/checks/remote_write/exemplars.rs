//! Exemplars are sent with the samples.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use crate::checks::{Check, View, passage, prometheus, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.exemplars",
    hop: Hop::RemoteWrite,
    title: "exemplars are sent with the samples",
    needs: &[passage::METRICS, &[Fact::Exemplars, Fact::PromFlags]],
    causes: &["ex-send-disabled", "ex-failed"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if passage::calls(view) != HopState::Passed {
        return Outcome::not_applicable("no span metrics arrived for exemplars to belong to");
    }
    if passage::exemplar(view) == HopState::Passed {
        return Outcome::pass("an exemplar with the marker's trace id arrived");
    }
    if prometheus::exemplar_storage::is_off(view) {
        return Outcome::not_applicable("Prometheus does not store exemplars");
    }
    if passage::exemplar(view) != HopState::Lost || prometheus::exemplars::any_stored(view) {
        return Outcome::pass("exemplars are stored");
    }
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let sent = traffic::value(view, "prometheus_remote_storage_exemplars_total", &labels);
    let failed = traffic::delta(view, "prometheus_remote_storage_exemplars_failed_total", &labels);
    let asked = view.config().get().map(|config| {
        config
            .at("metrics_generator.storage.remote_write")
            .and_then(serde_json::Value::as_array)
            .is_some_and(|list| list.iter().any(|endpoint| endpoint["send_exemplars"] == true))
    });
    match (sent, failed) {
        (_, Some(failed)) if failed > 0.0 => {
            Finding::degraded("ex-failed", "Prometheus rejects the exemplars that Tempo sends")
                .seen_all([traffic::line(
                    view,
                    "prometheus_remote_storage_exemplars_failed_total",
                    failed,
                )])
                .into()
        }
        (Some(0.0), _) | (None, _) if asked != Some(true) => {
            let mut finding = Finding::degraded("ex-send-disabled", "Tempo sends span metrics without exemplars");
            if sent.is_none() {
                finding = finding.likely();
            }
            finding
                .seen_all([traffic::value_line(
                    view,
                    "prometheus_remote_storage_exemplars_total",
                    sent.map_or("absent".to_owned(), |sent| sent.to_string()),
                )])
                .seen("GET /status/config", "remote_write.send_exemplars", "not true")
                .into()
        }
        _ => Outcome::pass("exemplars are sent"),
    }
}
