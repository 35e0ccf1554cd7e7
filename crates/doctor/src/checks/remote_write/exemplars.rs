//! Exemplars are sent with the samples.

use telemetry::model::{CheckOutcome, Fact, Finding, HopState};

use crate::checks::{Check, EvidenceView, marker_state, prometheus, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.exemplars",
    title: "exemplars are sent with the samples",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Exemplars, Fact::PromFlags]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::find_calls_state(view) != HopState::Passed {
        return CheckOutcome::not_applicable("no span metrics arrived for exemplars to belong to");
    }
    if marker_state::find_exemplar_state(view) == HopState::Passed {
        return CheckOutcome::pass("an exemplar with the marker's trace id arrived");
    }
    if prometheus::exemplar_storage::is_off(view) {
        return CheckOutcome::not_applicable("Prometheus does not store exemplars");
    }
    if marker_state::find_exemplar_state(view) != HopState::Lost || prometheus::exemplars::has_stored_exemplars(view) {
        return CheckOutcome::pass("exemplars are stored");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let sent = tempo_counters::sum_counter(view, "prometheus_remote_storage_exemplars_total", &labels);
    let failed = tempo_counters::measure_increase(view, "prometheus_remote_storage_exemplars_failed_total", &labels);
    let asked = view.config().get().map(|config| {
        config
            .at("metrics_generator.storage.remote_write")
            .and_then(serde_json::Value::as_array)
            .is_some_and(|list| list.iter().any(|endpoint| endpoint["send_exemplars"] == true))
    });
    match (sent, failed) {
        (_, Some(failed)) if failed > 0.0 => {
            Finding::degraded("ex-failed", "Prometheus rejects the exemplars that Tempo sends")
                .with_evidence_lines([tempo_counters::build_increase_evidence(
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
                .with_evidence_lines([tempo_counters::build_value_evidence(
                    view,
                    "prometheus_remote_storage_exemplars_total",
                    sent.map_or("absent".to_owned(), |sent| sent.to_string()),
                )])
                .with_evidence("GET /status/config", "remote_write.send_exemplars", "not true")
                .into()
        }
        _ => CheckOutcome::pass("exemplars are sent"),
    }
}
