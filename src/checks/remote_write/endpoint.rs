//! The generator has an address to write to.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.endpoint",
    hop: Hop::RemoteWrite,
    title: "the generator has an address to write to",
    needs: &[passage::METRICS, &[Fact::Exemplars]],
    causes: &["rw-no-endpoint"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("metrics arrive");
    }
    if let Some(config) = view.config().get() {
        let urls = crate::parse::tempo_config::remote_write_urls(config);
        if !urls.is_empty() {
            return Outcome::pass(format!("it writes to {}", urls.join(", ")));
        }
        if crate::parse::tempo_config::generator_path(config).is_none() {
            return Outcome::not_applicable("the generator itself is off");
        }
        return no_endpoint()
            .seen("GET /status/config", "metrics_generator.storage.remote_write", "empty")
            .into();
    }
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let active = traffic::value(view, "tempo_metrics_generator_registry_active_series", &labels);
    let collected = traffic::delta(view, "tempo_metrics_generator_registry_collections_total", &labels);
    let queue = traffic::value(view, "prometheus_remote_storage_samples_total", &[]);
    match (active, collected, queue) {
        (Some(active), Some(collected), None) if active > 0.0 && collected > 0.0 && passage::metrics_lost(view) => {
            no_endpoint()
                .likely()
                .seen_all([
                    traffic::value_line(view, "tempo_metrics_generator_registry_active_series", active),
                    traffic::value_line(
                        view,
                        "prometheus_remote_storage_samples_total",
                        "absent: there is no queue",
                    ),
                ])
                .into()
        }
        (_, _, Some(_)) => Outcome::pass("it has a remote-write queue"),
        _ => Outcome::no_evidence("neither the configuration nor the queue's counters could be read"),
    }
}

fn no_endpoint() -> Finding {
    Finding::broken(
        "rw-no-endpoint",
        "the generator produces series but has no address to write them to",
    )
}
