//! The dashboards that doctor looks at: those that ask Tempo, or for the metrics it exposes or generates.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};

use crate::clock;
use crate::evidence_recorder::EvidenceRecorder;
use stack::Stack;
use stack::clients::GrafanaClient;
use stack::clients::request_cache::AT_ONCE;
use telemetry::model::grafana::DataSource;

use super::DataSources;
use super::examine::{DashboardContext, DashboardLimits, examine_dashboard, mentions_tempo};

/// Dashboards that are read at most, those first whose title sounds like it.
const MOST_READ: usize = 60;
/// Dashboards that are examined at most.
const MOST_EXAMINED: usize = 12;
/// Panels of one dashboard.
const MOST_PANELS: usize = 100;
/// How long all of it may take before the marker is pushed.
const TIME: Duration = Duration::from_secs(8);

/// Examines what fits into the time. Before the marker: afterwards panels would show the marker.
pub async fn examine_tempo_dashboards(stack: &Stack, client: &GrafanaClient, board: &EvidenceRecorder) {
    let started = Instant::now();
    let sources: Vec<DataSource> = board.read(|evidence| evidence.grafana.sources.get().cloned().unwrap_or_default());
    let listed = client.list_dashboards().await;
    let mut all = listed.get().cloned().unwrap_or_default();
    board.write(|evidence| {
        let count = all.len();
        evidence.dashboards.listed = listed.and_then(|_| Ok(count));
    });
    all.sort_by_key(|(uid, title)| {
        let text = format!("{uid} {title}").to_lowercase();
        !["tempo", "trace", "span", "otel", "red "]
            .iter()
            .any(|word| text.contains(word))
    });
    all.truncate(MOST_READ);
    let read: Vec<_> = stream::iter(all.iter().map(|(uid, _)| client.fetch_dashboard(uid)))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let wanted: Vec<_> = read.into_iter().flatten().filter(mentions_tempo).collect();
    board.write(|evidence| evidence.dashboards.read = all.len());
    let places = DataSources::from_grafana(client.clone(), sources, stack.prometheus.clone(), stack.tempo.clone());
    let context = DashboardContext {
        data_sources: &places,
        now: clock::unix_now(),
        limits: DashboardLimits {
            panels: MOST_PANELS,
            ..DashboardLimits::default()
        },
        overrides: Default::default(),
        only_tempo: true,
        before_v10: board.read(|evidence| evidence.grafana.is_before_v10()),
    };
    let count = wanted.len();
    for dashboard in wanted.iter().take(MOST_EXAMINED) {
        let left = TIME.saturating_sub(started.elapsed());
        if left.is_zero() {
            break;
        }
        let Ok(facts) = tokio::time::timeout(left, examine_dashboard(dashboard, &context)).await else {
            break;
        };
        board.write(|evidence| evidence.dashboards.examined.push(facts));
    }
    board.write(|evidence| {
        evidence.dashboards.left_out = count - evidence.dashboards.examined.len();
    });
}
