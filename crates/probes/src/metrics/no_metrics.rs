//! What may explain that there are no span metrics: Tempo's status pages, its counters, what Prometheus says of itself.

use std::time::Duration;
use telemetry::text::quote::quote_query_text;

use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Slot;
use telemetry::model::evidence::Evidence;
use telemetry::model::time_window::TimeWindow;

use super::super::evidence_recorder::EvidenceRecorder;
use super::super::{prometheus, scrape, tempo};
use stack::Stack;

/// Asks everything that explains an absence. Nothing is pushed.
pub async fn gather_absence_evidence(stack: &Stack, patience: Duration) -> Evidence {
    let board = EvidenceRecorder::new(stack, patience);
    let asked = async {
        tokio::join!(
            tempo::fetch_status(stack, &board),
            prometheus::fetch_status(stack, &board)
        );
        scrape::scrape_before_push(stack, &board).await;
        board.write(|evidence| {
            evidence.request.no_marker = true;
            // Counters grow from nothing since Tempo started.
            let tempo = &mut evidence.tempo;
            tempo.metrics_after = tempo.metrics_before.clone();
            if let Slot::Known { value, .. } = &mut tempo.metrics_before {
                value.samples.clear();
            }
        });
    };
    let _ = tokio::time::timeout(patience, asked).await;
    board.snapshot()
}

/// Spans that the tenant received in the window, where Prometheus counts along.
pub async fn query_spans_received(stack: &Stack, tenant: &str, window: TimeWindow) -> Option<f64> {
    let query = format!(
        "sum(increase(tempo_distributor_spans_received_total{{tenant={}}}[{}s]))",
        quote_query_text(tenant),
        window.seconds().round().max(1.0)
    );
    let at_end = EvaluationTime::At(window.end_s());
    let series = stack.prometheus.query_series(&query, at_end).await;
    Some(series.get()?.first()?.points.last()?.1)
}
