//! Tempo's counters at the moments that thresholds ask for: from Prometheus, which remembers, or from Tempo itself.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::clients::HttpClient;
use crate::model::Failure;
use crate::model::health::HealthFacts;
use crate::model::red::Steps;
use crate::model::tempo::Scrape;
use crate::model::tempo_metrics::{is_read, selector};
use crate::model::window::Window;
use crate::parse::{prometheus, tempo};

use super::super::clock;
use super::super::setup::Setup;
use super::Wanted;
use super::promql::{instant_path, quoted, range_path};
use super::recognise::known;
use super::red::steps;

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
pub async fn copied(
    client: &HttpClient,
    wanted: &Wanted,
    tenant: Option<&str>,
) -> Result<Option<HealthFacts>, Failure> {
    let (start, end) = (wanted.window.start_s(), wanted.window.end_s());
    let at = async |moment: f64| {
        let answer = client.get(&instant_path(&selector(), moment)).await;
        known(answer.and_then(|answer| prometheus::copied_scrape(answer, moment)))
    };
    let now = at(end).await?;
    if now.select("tempo_build_info", &[]).next().is_none() {
        return Ok(None);
    }
    let steps = steps(wanted);
    let begins = begins(client, start, end).await;
    let start = begins.unwrap_or(start);
    let back = |seconds: f64| (end - seconds).max(start);
    let (before, hour, five) = tokio::join!(at(start), at(back(3_600.0)), at(back(300.0)));
    let mut trends = Vec::new();
    for (id, metric) in TRENDS {
        trends.push((id, trend(client, metric, tenant, wanted, &steps).await));
    }
    Ok(Some(HealthFacts {
        window: Window {
            from: moment(start),
            to: wanted.window.to,
        },
        versions: versions(&now),
        processes: processes(&now),
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
async fn begins(client: &HttpClient, start: f64, end: f64) -> Option<f64> {
    let step = ((end - start) / 240.0).max(1.0);
    let path = range_path("count(tempo_build_info)", start, end, step);
    let series = known(client.get(&path).await.and_then(prometheus::series)).ok()?;
    let first = series.first()?.points.first()?.0;
    (first > start).then_some(first)
}

fn moment(at: f64) -> Timestamp {
    Timestamp::from_microsecond((at * 1e6) as i64).unwrap_or_default()
}

async fn trend(
    client: &HttpClient,
    metric: &str,
    tenant: Option<&str>,
    wanted: &Wanted,
    steps: &Steps,
) -> Vec<Option<f64>> {
    let matcher = tenant.map_or_else(String::new, |tenant| format!(",tenant={}", quoted(tenant)));
    let query = format!(
        "sum(rate({{__name__={}{matcher}}}[{}s]))",
        quoted(metric),
        steps.step.max(60.0).round()
    );
    let path = range_path(&query, steps.first, wanted.window.end_s(), steps.step);
    let mut points = vec![None; steps.count];
    let series = known(client.get(&path).await.and_then(prometheus::series)).unwrap_or_default();
    for (at, value) in series.iter().flat_map(|series| &series.points) {
        if let Some(point) = steps.index(*at).and_then(|index| points.get_mut(index)) {
            *point = Some(*value);
        }
    }
    points
}

/// From Tempo's own `/metrics`, twice.
pub async fn direct(setup: &Setup, tenant: Option<&str>) -> Result<HealthFacts, Failure> {
    let scrape = async || {
        let at = clock::now();
        let answer = super::super::tempo::root(setup, "/metrics").await;
        known(answer.and_then(|answer| tempo::scrape_kept(answer, at, is_read)))
    };
    let start = scrape().await?;
    tokio::time::sleep(PAUSE).await;
    let now = scrape().await?;
    Ok(HealthFacts {
        window: Window {
            from: moment(start.at),
            to: moment(now.at),
        },
        versions: versions(&now),
        processes: 1,
        steps: Steps {
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

fn versions(scrape: &Scrape) -> Vec<String> {
    let found: BTreeSet<&String> = scrape
        .select("tempo_build_info", &[])
        .filter_map(|sample| sample.labels.get("version"))
        .filter(|version| !version.is_empty())
        .collect();
    found.into_iter().cloned().collect()
}

fn processes(scrape: &Scrape) -> usize {
    scrape.select("tempo_build_info", &[]).count()
}
