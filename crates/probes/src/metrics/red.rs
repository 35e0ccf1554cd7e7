//! Rate, errors and durations from span metrics in Prometheus.

use doctor::diagnose::no_metrics::SeriesPresence;
use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::prometheus::PromSeries;
use telemetry::model::red::{CauseNote, RedGrouping, RedSource, RedTable, TrendSteps};
use telemetry::model::trace::SpanKind;
use telemetry::model::{Failure, Slot};
use telemetry::parse::span_metrics::SpanMetricFamily;
use telemetry::text::quote::quote_query_text;

use super::MetricsAnswer::{self, Absent};
use super::exemplars;
use super::promql::{build_alternation, build_quantile, build_selector, build_sum, to_seconds};
use super::recognise::{FoundSpanMetrics, find_span_metrics};
use super::rows::{CountedSpans, RowKey, RowSkeleton, add_point, build_skeleton, set_quantile};
use super::{MetricsQuestion, TREND_POINTS};

/// `rate()` needs four samples to be steady, and generators write one in 15 s.
const SHORTEST_RATE_S: f64 = 60.0;
/// What is tried where that finds nothing: collectors are often scraped once a minute.
const LONG_RATE_S: f64 = 300.0;

/// One run's questions about one family.
struct RedQueries<'a> {
    client: &'a PrometheusClient,
    found: &'a FoundSpanMetrics,
    wanted: &'a MetricsQuestion,
    steps: TrendSteps,
}

/// Asks for a table.
pub async fn fetch_red_table(
    client: &PrometheusClient,
    wanted: &MetricsQuestion,
) -> Result<MetricsAnswer<RedTable>, Failure> {
    let found = match find_span_metrics(client, wanted.window).await? {
        MetricsAnswer::Found(found) => found,
        Absent(presence, shown) => return Ok(Absent(presence, shown)),
    };
    let questions = RedQueries {
        client,
        found: &found,
        wanted,
        steps: compute_steps(wanted),
    };
    let ((counted, trends), exemplars) = tokio::join!(
        async { tokio::join!(questions.query_counts(), questions.query_trends()) },
        exemplars::fetch_exemplars(client, &found, wanted)
    );
    let (counted, mut trends) = (counted?, trends.unwrap_or_default());
    if counted.is_empty() && wanted.service.is_none() {
        return Ok(Absent(SeriesPresence::Young, Some(found.family.display_name())));
    }
    let data_from = questions.find_data_start(&trends).await;
    let covered = (wanted.window.end_s() - data_from.unwrap_or_else(|| wanted.window.start_s())).max(1.0);
    let mut rows = build_skeleton(&counted, wanted.grouping, wanted.markers, covered, TREND_POINTS);
    let mut notes = questions.notes(&rows);
    questions.add_quantiles(&mut rows, &mut notes).await;
    if trends.is_empty() && !rows.rows.is_empty() {
        trends = questions.query_trends_over(LONG_RATE_S).await.unwrap_or_default();
    }
    questions.add_trends(&trends, &mut rows);
    notes.extend(questions.silence_note(&trends));
    exemplars.add_to_rows(&mut rows, wanted.grouping, &mut notes);
    let rows: Vec<_> = rows.rows.into_values().collect();
    Ok(MetricsAnswer::Found(Box::new(RedTable {
        window: wanted.window,
        source: RedSource::Prometheus,
        read: found.family.display_name(),
        grouping: wanted.grouping,
        steps: questions.steps,
        total: rows.len(),
        rows,
        data_from,
        notes,
        empty: None,
    })))
}

/// Points at equal distances, the last at the window's end.
pub fn compute_steps(wanted: &MetricsQuestion) -> TrendSteps {
    let step = (wanted.window.seconds() / TREND_POINTS as f64).max(1.0);
    let count = ((wanted.window.seconds() / step).round() as usize).max(1);
    TrendSteps {
        first: wanted.window.end_s() - step * (count - 1) as f64,
        step,
        count: count.min(TREND_POINTS),
    }
}

impl RedQueries<'_> {
    fn calls_metric(&self) -> &str {
        self.found.family.calls.as_deref().unwrap_or_default()
    }

    /// The labels that tell rows apart.
    fn group_labels(&self) -> Vec<&str> {
        let labels = &self.found.labels;
        let mut by = vec![labels.service.as_str()];
        if self.wanted.grouping == RedGrouping::Operation {
            by.push("span_name");
        }
        by.extend(labels.kind.as_deref());
        by
    }

    fn matchers(&self) -> Vec<String> {
        let service = &self.found.labels.service;
        match &self.wanted.service {
            Some(wanted) => vec![format!("{service}={}", quote_query_text(wanted))],
            None => Vec::new(),
        }
    }

    async fn query_instant(&self, query: &str) -> Result<Vec<PromSeries>, Failure> {
        let at_end = EvaluationTime::At(self.wanted.window.end_s());
        self.client.query_series(query, at_end).await.into_result()
    }

    /// Spans in the window.
    async fn query_counts(&self) -> Result<Vec<CountedSpans>, Failure> {
        let mut by = self.group_labels();
        by.extend(self.found.labels.status.as_deref());
        let calls = build_selector(self.calls_metric(), &self.matchers());
        let query = build_sum(&by, "increase", &calls, self.wanted.window.seconds());
        let series = self.query_instant(&query).await?;
        let status = self.found.labels.status.as_deref();
        Ok(series
            .iter()
            .filter_map(|series| {
                Some(CountedSpans {
                    service: series.label(&self.found.labels.service).to_owned(),
                    operation: series.label("span_name").to_owned(),
                    kind: self.span_kind(series),
                    failed: status.map(|status| series.label(status).to_ascii_uppercase().contains("ERROR")),
                    spans: series.points.last()?.1,
                })
            })
            .filter(|counted| counted.spans > 0.0)
            .collect())
    }

    fn span_kind(&self, series: &PromSeries) -> SpanKind {
        let label = self.found.labels.kind.as_deref().unwrap_or_default();
        SpanKind::from_label(series.label(label))
    }

    fn row_key(&self, series: &PromSeries) -> RowKey {
        let service = series.label(&self.found.labels.service);
        RowKey::new(
            self.wanted.grouping,
            service,
            series.label("span_name"),
            self.span_kind(series),
        )
    }

    async fn query_trends(&self) -> Result<Vec<PromSeries>, Failure> {
        self.query_trends_over(SHORTEST_RATE_S).await
    }

    async fn query_trends_over(&self, shortest: f64) -> Result<Vec<PromSeries>, Failure> {
        let calls = build_selector(self.calls_metric(), &self.matchers());
        let query = build_sum(&self.group_labels(), "rate", &calls, self.steps.step.max(shortest));
        let end = self.wanted.window.end_s();
        let time = EvaluationTime::from_steps(self.steps.first, end, self.steps.step);
        self.client.query_series(&query, time).await.into_result()
    }

    /// Where there is data from the window's start on, nothing; else when it begins.
    async fn find_data_start(&self, trends: &[PromSeries]) -> Option<f64> {
        let first = trends
            .iter()
            .filter_map(|series| series.points.first())
            .map(|(at, _)| *at)
            .reduce(f64::min)?;
        let range = self.steps.step.max(SHORTEST_RATE_S);
        let window = self.wanted.window;
        if first - range <= window.start_s() + self.steps.step {
            return None;
        }
        // The rate's first value is younger than the first sample; between them lies its range at most.
        let from = (first - range - self.steps.step).max(window.start_s());
        let step = ((first - from) / TREND_POINTS as f64).max(1.0);
        let query = format!("count({})", build_selector(self.calls_metric(), &self.matchers()));
        let time = EvaluationTime::from_steps(from, first, step);
        let counted = self.client.query_series(&query, time).await;
        let begins = counted
            .get()?
            .first()
            .and_then(|series| series.points.first())
            .map(|(at, _)| *at);
        // It began within the step before the point where it was first seen.
        begins
            .or(Some(first))
            .map(|begins| begins - step)
            .filter(|begins| *begins > window.start_s())
    }

    /// Durations of entry spans, and of all spans for services that have no entry spans.
    async fn add_quantiles(&self, rows: &mut RowSkeleton, notes: &mut Vec<CauseNote>) {
        let Some(histogram) = &self.found.family.latency else {
            return;
        };
        let unit = to_seconds(histogram.unit);
        let labels = &self.found.labels;
        let mut sets: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        if self.wanted.grouping == RedGrouping::Operation {
            sets.push((self.group_labels(), self.matchers()));
        } else {
            let by = vec![labels.service.as_str()];
            if let Some(kind) = &labels.kind {
                let mut matchers = self.matchers();
                matchers.push(format!("{kind}=~\"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER\""));
                sets.push((by.clone(), matchers));
            }
            if !rows.without_entry.is_empty() {
                let services = build_alternation(rows.without_entry.iter().map(String::as_str));
                sets.push((by, vec![format!("{}=~{services}", labels.service)]));
            }
        }
        for q in [0.5, 0.95, 0.99] {
            for (by, matchers) in &sets {
                let query = build_quantile(q, histogram, by, matchers, self.wanted.window.seconds());
                match self.query_instant(&query).await {
                    Ok(series) => self.set_quantiles(&series, q, unit, rows),
                    Err(failure) => {
                        notes.push(CauseNote::new(format!("Durations are unavailable: {failure}.")));
                        return;
                    }
                }
            }
        }
    }

    fn set_quantiles(&self, series: &[PromSeries], q: f64, unit: f64, rows: &mut RowSkeleton) {
        for series in series {
            let (key, value) = (self.row_key(series), series.points.last());
            if let (Some(row), Some((_, value))) = (rows.rows.get_mut(&key), value) {
                set_quantile(row, q, value * unit);
            }
        }
    }

    fn add_trends(&self, trends: &[PromSeries], rows: &mut RowSkeleton) {
        let by_service = self.wanted.grouping == RedGrouping::Service;
        for series in trends {
            let service = series.label(&self.found.labels.service);
            let all = rows.without_entry.iter().any(|without| without == service);
            if by_service && !all && !self.span_kind(series).is_entry() {
                continue;
            }
            if let Some(row) = rows.rows.get_mut(&self.row_key(series)) {
                for (at, value) in &series.points {
                    if let Some(index) = self.steps.index(*at) {
                        add_point(&mut row.trend, index, *value);
                    }
                }
            }
        }
    }

    /// Samples that ended before the window did.
    fn silence_note(&self, trends: &[PromSeries]) -> Option<CauseNote> {
        let last = trends
            .iter()
            .filter_map(|series| series.points.last())
            .map(|(at, _)| *at)
            .reduce(f64::max)?;
        let missing = self.wanted.window.end_s() - last;
        (missing > (2.0 * self.steps.step).max(LONG_RATE_S)).then(|| {
            let at = jiff::Timestamp::from_second(last as i64).unwrap_or_default();
            let text = format!("No data is newer than {}.", at.strftime("%H:%M:%S UTC"));
            CauseNote::with_cause("prom-lookback", text)
        })
    }

    fn notes(&self, rows: &RowSkeleton) -> Vec<CauseNote> {
        let mut notes = Vec::new();
        if self.wanted.grouping == RedGrouping::Service && !rows.without_entry.is_empty() {
            notes.push(CauseNote::with_cause(
                "sm-server-only-table",
                format!(
                    "No server spans, so all spans are counted: {}.",
                    rows.without_entry.join(", ")
                ),
            ));
        }
        if self.found.family.latency.is_none() {
            let text = "Calls are counted, but durations are not measured.";
            notes.push(CauseNote::with_cause("sm-subprocessor-missing", text));
        }
        if !self.found.others.is_empty() {
            notes.push(CauseNote::new(format!(
                "Also found, but not included: {}.",
                self.found.others.join(", ")
            )));
        }
        if rows.ours > 0 {
            notes.push(CauseNote::new("tempoctl's own marker is hidden (--markers shows it)."));
        }
        notes
    }
}

/// Services that have samples in the window.
pub async fn fetch_services(client: &PrometheusClient, wanted: &MetricsQuestion) -> Slot<Vec<String>> {
    let found = match find_span_metrics(client, wanted.window).await {
        Ok(MetricsAnswer::Found(found)) => found,
        Ok(_) => return Slot::known(Vec::new(), 0),
        Err(failure) => return Slot::failed(failure),
    };
    let SpanMetricFamily { calls, .. } = &found.family;
    let query = build_sum(
        &[&found.labels.service],
        "last_over_time",
        &build_selector(calls.as_deref().unwrap_or_default(), &[]),
        wanted.window.seconds(),
    );
    let at_end = EvaluationTime::At(wanted.window.end_s());
    let series = client.query_series(&query, at_end).await;
    series.and_then(|series| {
        Ok(series
            .iter()
            .map(|series| series.label(&found.labels.service).to_owned())
            .filter(|service| !service.is_empty())
            .collect())
    })
}
