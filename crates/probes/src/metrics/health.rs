//! Tempo's counters at the moments that thresholds ask for: from Prometheus, which remembers, or from Tempo itself.

use std::collections::BTreeSet;
use std::time::Duration;
use telemetry::text::quote::quote_query_text;

use jiff::Timestamp;

use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Failure;
use telemetry::model::health::HealthFacts;
use telemetry::model::red::TrendSteps;
use telemetry::model::tempo::MetricsScrape;
use telemetry::model::tempo_metrics::{build_health_selector, is_health_metric};
use telemetry::model::time_window::TimeWindow;

use super::MetricsQuestion;
use super::red::compute_steps;
use stack::Stack;

/// How far apart the two scrapes are where Tempo is asked itself.
const PAUSE: Duration = Duration::from_secs(5);

/// Readings whose course over the window is worth a line, with the metrics whose rates they are.
const TRENDS: [(&str, &str); 4] = [
    ("spans-received", "tempo_distributor_spans_received_total"),
    ("queries", "tempo_query_frontend_queries_total"),
    ("generator-spans", "tempo_metrics_generator_spans_received_total"),
    ("samples-sent", "prometheus_remote_storage_samples_total"),
];

/// From Prometheus' copy; `None` where it does not scrape Tempo.
pub async fn read_copied_counters(
    client: &PrometheusClient,
    wanted: &MetricsQuestion,
    tenant: Option<&str>,
) -> Result<Option<HealthFacts>, Failure> {
    let (start, end) = (wanted.window.start_s(), wanted.window.end_s());
    let at = async |moment: f64| {
        let copy = client.fetch_copied_scrape(&build_health_selector(), Some(moment)).await;
        copy.into_result()
    };
    let now = at(end).await?;
    if now.select("tempo_build_info", &[]).next().is_none() {
        return Ok(None);
    }
    let steps = compute_steps(wanted);
    let begins = find_scrape_start(client, start, end).await;
    let start = begins.unwrap_or(start);
    let back = |seconds: f64| (end - seconds).max(start);
    let (before, hour, five) = tokio::join!(at(start), at(back(3_600.0)), at(back(300.0)));
    let mut trends = Vec::new();
    for (id, metric) in TRENDS {
        trends.push((id, fetch_trend(client, metric, tenant, wanted, &steps).await));
    }
    Ok(Some(HealthFacts {
        window: TimeWindow {
            from: to_timestamp(start),
            to: wanted.window.to,
        },
        versions: list_versions(&now),
        processes: count_processes(&now),
        now,
        start: before?,
        five_minutes: five.ok(),
        hour: hour.ok(),
        trends,
        steps,
        tenant: tenant.map(str::to_owned),
    }))
}

/// When Prometheus began to scrape Tempo, where that lies in the window: counters have no earlier value to compare with.
async fn find_scrape_start(client: &PrometheusClient, start: f64, end: f64) -> Option<f64> {
    let step = ((end - start) / 240.0).max(1.0);
    let time = EvaluationTime::from_steps(start, end, step);
    let series = client.query_series("count(tempo_build_info)", time).await;
    let first = series.get()?.first()?.points.first()?.0;
    (first > start).then_some(first)
}

fn to_timestamp(at: f64) -> Timestamp {
    Timestamp::from_microsecond((at * 1e6) as i64).unwrap_or_default()
}

async fn fetch_trend(
    client: &PrometheusClient,
    metric: &str,
    tenant: Option<&str>,
    wanted: &MetricsQuestion,
    steps: &TrendSteps,
) -> Vec<Option<f64>> {
    let matcher = tenant.map_or_else(String::new, |tenant| format!(",tenant={}", quote_query_text(tenant)));
    let query = format!(
        "sum(rate({{__name__={}{matcher}}}[{}s]))",
        quote_query_text(metric),
        steps.step.max(60.0).round()
    );
    let time = EvaluationTime::from_steps(steps.first, wanted.window.end_s(), steps.step);
    let mut points = vec![None; steps.count];
    let series = client.query_series(&query, time).await;
    for (at, value) in series.get().into_iter().flatten().flat_map(|series| &series.points) {
        if let Some(point) = steps.index(*at).and_then(|index| points.get_mut(index)) {
            *point = Some(*value);
        }
    }
    points
}

/// From Tempo's own `/metrics`, twice.
pub async fn read_direct_counters(stack: &Stack, tenant: Option<&str>) -> Result<HealthFacts, Failure> {
    let scrape = async || stack.tempo.fetch_metrics(is_health_metric).await.into_result();
    let start = scrape().await?;
    tokio::time::sleep(PAUSE).await;
    let now = scrape().await?;
    Ok(HealthFacts {
        window: TimeWindow {
            from: to_timestamp(start.at),
            to: to_timestamp(now.at),
        },
        versions: list_versions(&now),
        processes: 1,
        steps: TrendSteps {
            first: start.at,
            step: 1.0,
            count: 0,
        },
        now,
        start,
        five_minutes: None,
        hour: None,
        trends: Vec::new(),
        tenant: tenant.map(str::to_owned),
    })
}

fn list_versions(scrape: &MetricsScrape) -> Vec<String> {
    let found: BTreeSet<&String> = scrape
        .select("tempo_build_info", &[])
        .filter_map(|sample| sample.labels.get("version"))
        .filter(|version| !version.is_empty())
        .collect();
    found.into_iter().cloned().collect()
}

fn count_processes(scrape: &MetricsScrape) -> usize {
    scrape.select("tempo_build_info", &[]).count()
}
