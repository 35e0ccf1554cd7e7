//! What may explain that there are no span metrics: Tempo's status pages, its counters, what Prometheus says of itself.

use std::time::Duration;

use crate::model::evidence::Evidence;
use crate::model::window::Window;
use crate::parse::prometheus as parse;

use super::super::board::Board;
use super::super::setup::Setup;
use super::super::{prometheus, scrape, tempo};
use super::promql::{instant_path, quoted};
use super::recognise::known;

/// Asks everything that explains an absence. Nothing is pushed.
pub async fn evidence(setup: &Setup, patience: Duration) -> Evidence {
    let board = Board::new(setup.evidence(), patience, None);
    let asked = async {
        tokio::join!(tempo::status(setup, &board), prometheus::status(setup, &board));
        scrape::before(setup, &board).await;
        let counted = board.read(|evidence| evidence.tempo.metrics_before.clone());
        board.write(|evidence| evidence.tempo.metrics_after = counted);
    };
    let _ = tokio::time::timeout(patience, asked).await;
    board.snapshot()
}

/// Spans that the tenant received in the window, where Prometheus counts along.
pub async fn spans_received(setup: &Setup, tenant: &str, window: Window) -> Option<f64> {
    let query = format!(
        "sum(increase(tempo_distributor_spans_received_total{{tenant={}}}[{}s]))",
        quoted(tenant),
        window.seconds().round().max(1.0)
    );
    let path = instant_path(&query, window.end_s());
    let series = known(setup.prometheus.get(&path).await.and_then(parse::series)).ok()?;
    Some(series.first()?.points.last()?.1)
}
