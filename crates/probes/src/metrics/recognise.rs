//! Which span metrics a Prometheus has: the names, the labels, the unit.

use doctor::diagnose::no_metrics::SeriesPresence;
use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Failure;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::span_metrics::{self, DurationHistogram, DurationUnit, SpanMetricFamily, SpanMetricLabels};

use super::MetricsAnswer::{self, Absent};
use super::promql::{build_alternation, build_selector};

/// Span metrics that were found.
#[derive(Debug, Clone)]
pub struct FoundSpanMetrics {
    /// Whose they are.
    pub family: SpanMetricFamily,
    /// What their labels are called.
    pub labels: SpanMetricLabels,
    /// Others that hold data in the window.
    pub others: Vec<String>,
}

/// Looks for span metrics.
pub async fn find_span_metrics(
    client: &PrometheusClient,
    window: TimeWindow,
) -> Result<MetricsAnswer<FoundSpanMetrics>, Failure> {
    let names = async |window| {
        client
            .fetch_metric_names(Some(span_metrics::SPAN_METRICS), window)
            .await
    };
    let families = span_metrics::find_span_metric_families(&names(Some(window)).await.into_result()?);
    if families.is_empty() {
        let ever = span_metrics::find_span_metric_families(&names(None).await.into_result()?);
        let stale = |family: &SpanMetricFamily| Absent(SeriesPresence::Stale, Some(family.display_name()));
        return Ok(ever.first().map_or(Absent(SeriesPresence::Unknown, None), stale));
    }
    let alive = count_live_series(client, families.iter().flat_map(SpanMetricFamily::names), window).await?;
    let series_of = |family: &SpanMetricFamily| -> f64 {
        let count = |name: &String| {
            alive
                .iter()
                .find(|(alive, _)| alive == name)
                .map_or(0.0, |(_, count)| *count)
        };
        family.calls.as_ref().map_or(0.0, count)
    };
    let mut living: Vec<SpanMetricFamily> = families
        .iter()
        .filter(|family| series_of(family) > 0.0)
        .cloned()
        .collect();
    // The sort is stable: of equals, the preferred stays first.
    living.sort_by(|a, b| series_of(b).total_cmp(&series_of(a)));
    if living.is_empty() {
        return Ok(Absent(SeriesPresence::Stale, Some(families[0].display_name())));
    }
    let mut family = living.remove(0);
    if let Some(histogram) = &mut family.latency {
        let has = |name: &str| alive.iter().any(|(alive, _)| alive == name);
        histogram.classic &= has(&format!("{}_bucket", histogram.base));
        histogram.native &= has(&histogram.base);
        if histogram.unit == DurationUnit::Unknown {
            histogram.unit = detect_unit(client, histogram, window).await;
        }
    }
    family.latency = family.latency.filter(|histogram| histogram.classic || histogram.native);
    let calls = family.calls.clone().unwrap_or_default();
    let selector = build_selector(&calls, &[]);
    let label_names = client
        .fetch_label_names(Some(&selector), Some(window))
        .await
        .into_result()?;
    let Some(labels) = SpanMetricLabels::from_names(&label_names) else {
        return Ok(Absent(SeriesPresence::Unknown, None));
    };
    Ok(MetricsAnswer::Found(Box::new(FoundSpanMetrics {
        family,
        labels,
        others: living.iter().map(SpanMetricFamily::display_name).collect(),
    })))
}

/// Which of these names have samples in the window, and how many series.
pub async fn count_live_series(
    client: &PrometheusClient,
    names: impl IntoIterator<Item = String>,
    window: TimeWindow,
) -> Result<Vec<(String, f64)>, Failure> {
    let names: Vec<String> = names.into_iter().collect();
    let query = format!(
        "count by (__name__) (last_over_time({{__name__=~{}}}[{}s]))",
        build_alternation(names.iter().map(String::as_str)),
        window.seconds().round().max(1.0)
    );
    let series = client.query_series(&query, EvaluationTime::At(window.end_s())).await;
    Ok(series
        .into_result()?
        .into_iter()
        .filter_map(|series| Some((series.label("__name__").to_owned(), series.points.last()?.1)))
        .collect())
}

async fn detect_unit(client: &PrometheusClient, histogram: &DurationHistogram, window: TimeWindow) -> DurationUnit {
    let buckets = build_selector(&format!("{}_bucket", histogram.base), &[]);
    let bounds = client.fetch_label_values("le", Some(&buckets), Some(window)).await;
    bounds
        .get()
        .and_then(|bounds| span_metrics::infer_bound_unit(bounds))
        .unwrap_or(DurationUnit::Unknown)
}
