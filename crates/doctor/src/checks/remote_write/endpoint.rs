//! The generator has an address to write to.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.endpoint",
    title: "the generator has an address to write to",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Exemplars]],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("metrics arrive");
    }
    if let Some(config) = view.config().get() {
        let urls = telemetry::parse::tempo_config::find_remote_write_urls(config);
        if !urls.is_empty() {
            return CheckOutcome::pass(format!("it writes to {}", urls.join(", ")));
        }
        if telemetry::parse::tempo_config::find_generator_path(config).is_none() {
            return CheckOutcome::not_applicable("the generator itself is off");
        }
        return explain_missing_endpoint()
            .with_evidence("GET /status/config", "metrics_generator.storage.remote_write", "empty")
            .into();
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let active = tempo_counters::sum_counter(view, "tempo_metrics_generator_registry_active_series", &labels);
    let collected =
        tempo_counters::measure_increase(view, "tempo_metrics_generator_registry_collections_total", &labels);
    let queue = tempo_counters::sum_counter(view, "prometheus_remote_storage_samples_total", &[]);
    match (active, collected, queue) {
        (Some(active), Some(collected), None)
            if active > 0.0 && collected > 0.0 && marker_state::has_lost_metrics(view) =>
        {
            explain_missing_endpoint()
                .likely()
                .with_evidence_lines([
                    tempo_counters::build_value_evidence(
                        view,
                        "tempo_metrics_generator_registry_active_series",
                        active,
                    ),
                    tempo_counters::build_value_evidence(
                        view,
                        "prometheus_remote_storage_samples_total",
                        "absent: there is no queue",
                    ),
                ])
                .into()
        }
        (_, _, Some(_)) => CheckOutcome::pass("it has a remote-write queue"),
        _ => CheckOutcome::no_evidence("neither the configuration nor the queue's counters could be read"),
    }
}

fn explain_missing_endpoint() -> Finding {
    Finding::broken(
        "rw-no-endpoint",
        "the generator produces series but has no address to write them to",
    )
}
