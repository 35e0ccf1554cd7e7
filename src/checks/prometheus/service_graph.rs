//! The marker's service-graph edge is in Prometheus.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome, Skip};

use super::instance;
use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.service-graph",
    hop: Hop::Prometheus,
    title: "the marker's service-graph edge is in Prometheus",
    needs: &[passage::METRICS, &[Fact::Marker, Fact::BackdatedPush]],
    causes: &[
        "prom-different-instance",
        "sg-processor-missing",
        "sg-virtual-node-label-bug",
        "sg-store-full",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    match passage::graph(view) {
        HopState::Passed => {
            let after = view
                .graph_watch()
                .as_ref()
                .and_then(|watch| watch.seen_after_ms)
                .unwrap_or(0);
            Outcome::pass(format!(
                "the marker's traces_service_graph_request_total rose after {:.1} s",
                after as f64 / 1e3
            ))
        }
        HopState::Waiting => Outcome::Skip(Skip::Waiting("the marker's edge has not arrived yet".into())),
        HopState::Lost if passage::calls(view) == HopState::Passed => alone(view).into(),
        HopState::Lost => instance::lost(view, "traces_service_graph_request_total").into(),
        _ if !facts::metrics_branch(view).is_configured() => {
            Outcome::not_applicable("metrics from spans are not configured")
        }
        _ if !passage::accepted(view) => Outcome::not_applicable("the receiver did not accept the marker"),
        _ if view.request().fast => Outcome::no_evidence("--fast does not wait for the service graph"),
        _ => Outcome::no_evidence("Prometheus could not be queried for the marker's edge"),
    }
}

/// Span metrics arrive and the edge does not.
fn alone(view: &View<'_>) -> Finding {
    let rebuilt = view.config().get().is_some_and(|config| {
        config.flag("metrics_generator.processor.service_graphs.enable_virtual_node_label") == Some(true)
    });
    if rebuilt {
        return Finding::degraded(
            "sg-virtual-node-label-bug",
            "enable_virtual_node_label makes Tempo rebuild the service-graph processor every few seconds, so edges are lost",
        )
        .likely()
        .at(Hop::Generator)
        .seen("GET /status/config", "processor.service_graphs.enable_virtual_node_label", "true");
    }
    let tenant = traffic::tenant(view);
    let name = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    if let Some(dropped) = traffic::delta(view, name, &[("tenant", &tenant)]).filter(|grown| *grown > 0.0) {
        return Finding::degraded(
            "sg-store-full",
            "the store for incomplete edges is full, so new ones are dropped",
        )
        .with_confidence(traffic::confidence(view))
        .at(Hop::Generator)
        .seen_all([traffic::line(view, name, dropped)]);
    }
    Finding::degraded(
        "sg-processor-missing",
        "span metrics are present; the service graph is missing",
    )
    .likely()
    .at(Hop::Generator)
    .seen(
        "GET /api/v1/query",
        "traces_service_graph_request_total of the marker",
        "absent",
    )
}
