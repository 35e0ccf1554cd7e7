//! Rate, errors and durations from span metrics in Prometheus.

use crate::clients::HttpClient;
use crate::model::prometheus::Series;
use crate::model::red::{Grouping, Note, Source, SpanKind, Steps, Table};
use crate::model::{Failure, Slot};
use crate::parse::prometheus as parse;
use crate::parse::span_metrics::Family;

use super::exemplars;
use super::promql::{any_of, instant_path, quantile, quoted, range_path, selector, sum_over, to_seconds};
use super::recognise::{Recognised, Search, known, span_metrics};
use super::rows::{Counted, Key, Skeleton, add_point, set_quantile, skeleton};
use super::{TREND_POINTS, Wanted};

/// `rate()` needs four samples to be steady, and generators write one in 15 s.
const SHORTEST_RATE_S: f64 = 60.0;
/// What is tried where that finds nothing: collectors are often scraped once a minute.
const LONG_RATE_S: f64 = 300.0;

/// Where the question ended.
#[derive(Debug, Clone)]
pub enum Red {
    /// Rows; none, where no span fits what was wanted.
    Table(Box<Table>),
    /// There are samples, too few to make a rate of.
    TooYoung(String),
    /// Prometheus knows such metrics, and the window holds no sample of them.
    Stale(String),
    /// It knows none.
    None,
}

/// One run's questions about one family.
struct Questions<'a> {
    client: &'a HttpClient,
    found: &'a Recognised,
    wanted: &'a Wanted,
    steps: Steps,
}

/// Asks for a table.
pub async fn table(client: &HttpClient, wanted: &Wanted) -> Result<Red, Failure> {
    let found = match span_metrics(client, wanted.window).await? {
        Search::Found(found) => found,
        Search::Stale(shown) => return Ok(Red::Stale(shown)),
        Search::None => return Ok(Red::None),
    };
    let questions = Questions {
        client,
        found: &found,
        wanted,
        steps: steps(wanted),
    };
    let ((counted, trends), exemplars) = tokio::join!(
        async { tokio::join!(questions.counts(), questions.trends()) },
        exemplars::of_family(client, &found, wanted)
    );
    let (counted, mut trends) = (counted?, trends.unwrap_or_default());
    if counted.is_empty() && wanted.service.is_none() {
        return Ok(Red::TooYoung(found.family.shown()));
    }
    let data_from = questions.data_from(&trends).await;
    let covered = (wanted.window.end_s() - data_from.unwrap_or_else(|| wanted.window.start_s())).max(1.0);
    let mut rows = skeleton(&counted, wanted.grouping, wanted.markers, covered, TREND_POINTS);
    let mut notes = questions.notes(&rows);
    questions.quantiles(&mut rows, &mut notes).await;
    if trends.is_empty() && !rows.rows.is_empty() {
        trends = questions.trends_over(LONG_RATE_S).await.unwrap_or_default();
    }
    questions.draw(&trends, &mut rows);
    notes.extend(questions.silence(&trends));
    exemplars.put(&mut rows, wanted.grouping, &mut notes);
    let rows: Vec<_> = rows.rows.into_values().collect();
    Ok(Red::Table(Box::new(Table {
        window: wanted.window,
        source: Source::Prometheus,
        read: found.family.shown(),
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
pub fn steps(wanted: &Wanted) -> Steps {
    let step = (wanted.window.seconds() / TREND_POINTS as f64).max(1.0);
    let count = ((wanted.window.seconds() / step).round() as usize).max(1);
    Steps {
        first: wanted.window.end_s() - step * (count - 1) as f64,
        step,
        count: count.min(TREND_POINTS),
    }
}

impl Questions<'_> {
    fn calls(&self) -> &str {
        self.found.family.calls.as_deref().unwrap_or_default()
    }

    /// The labels that tell rows apart.
    fn by(&self) -> Vec<&str> {
        let labels = &self.found.labels;
        let mut by = vec![labels.service.as_str()];
        if self.wanted.grouping == Grouping::Operation {
            by.push("span_name");
        }
        by.extend(labels.kind.as_deref());
        by
    }

    fn matchers(&self) -> Vec<String> {
        let service = &self.found.labels.service;
        match &self.wanted.service {
            Some(wanted) => vec![format!("{service}={}", quoted(wanted))],
            None => Vec::new(),
        }
    }

    async fn instant(&self, query: &str) -> Result<Vec<Series>, Failure> {
        let path = instant_path(query, self.wanted.window.end_s());
        known(self.client.get(&path).await.and_then(parse::series))
    }

    /// Spans in the window.
    async fn counts(&self) -> Result<Vec<Counted>, Failure> {
        let mut by = self.by();
        by.extend(self.found.labels.status.as_deref());
        let calls = selector(self.calls(), &self.matchers());
        let query = sum_over(&by, "increase", &calls, self.wanted.window.seconds());
        let series = self.instant(&query).await?;
        let status = self.found.labels.status.as_deref();
        Ok(series
            .iter()
            .filter_map(|series| {
                Some(Counted {
                    service: series.label(&self.found.labels.service).to_owned(),
                    operation: series.label("span_name").to_owned(),
                    kind: self.kind(series),
                    failed: status.map(|status| series.label(status).to_ascii_uppercase().contains("ERROR")),
                    spans: series.points.last()?.1,
                })
            })
            .filter(|counted| counted.spans > 0.0)
            .collect())
    }

    fn kind(&self, series: &Series) -> SpanKind {
        let label = self.found.labels.kind.as_deref().unwrap_or_default();
        SpanKind::read(series.label(label))
    }

    fn key(&self, series: &Series) -> Key {
        let service = series.label(&self.found.labels.service);
        Key::of(
            self.wanted.grouping,
            service,
            series.label("span_name"),
            self.kind(series),
        )
    }

    async fn trends(&self) -> Result<Vec<Series>, Failure> {
        self.trends_over(SHORTEST_RATE_S).await
    }

    async fn trends_over(&self, shortest: f64) -> Result<Vec<Series>, Failure> {
        let calls = selector(self.calls(), &self.matchers());
        let query = sum_over(&self.by(), "rate", &calls, self.steps.step.max(shortest));
        let end = self.wanted.window.end_s();
        let path = range_path(&query, self.steps.first, end, self.steps.step);
        known(self.client.get(&path).await.and_then(parse::series))
    }

    /// Where there is data from the window's start on, nothing; else when it begins.
    async fn data_from(&self, trends: &[Series]) -> Option<f64> {
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
        let query = format!("count({})", selector(self.calls(), &self.matchers()));
        let path = range_path(&query, from, first, step);
        let counted = known(self.client.get(&path).await.and_then(parse::series)).ok()?;
        let begins = counted
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
    async fn quantiles(&self, rows: &mut Skeleton, notes: &mut Vec<Note>) {
        let Some(histogram) = &self.found.family.latency else {
            return;
        };
        let unit = to_seconds(histogram.unit);
        let labels = &self.found.labels;
        let mut sets: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
        if self.wanted.grouping == Grouping::Operation {
            sets.push((self.by(), self.matchers()));
        } else {
            let by = vec![labels.service.as_str()];
            if let Some(kind) = &labels.kind {
                let mut matchers = self.matchers();
                matchers.push(format!("{kind}=~\"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER\""));
                sets.push((by.clone(), matchers));
            }
            if !rows.without_entry.is_empty() {
                let services = any_of(rows.without_entry.iter().map(String::as_str));
                sets.push((by, vec![format!("{}=~{services}", labels.service)]));
            }
        }
        for q in [0.5, 0.95, 0.99] {
            for (by, matchers) in &sets {
                let query = quantile(q, histogram, by, matchers, self.wanted.window.seconds());
                match self.instant(&query).await {
                    Ok(series) => self.place(&series, q, unit, rows),
                    Err(failure) => {
                        notes.push(Note::new(format!("Durations are unavailable: {failure}.")));
                        return;
                    }
                }
            }
        }
    }

    fn place(&self, series: &[Series], q: f64, unit: f64, rows: &mut Skeleton) {
        for series in series {
            let (key, value) = (self.key(series), series.points.last());
            if let (Some(row), Some((_, value))) = (rows.rows.get_mut(&key), value) {
                set_quantile(row, q, value * unit);
            }
        }
    }

    fn draw(&self, trends: &[Series], rows: &mut Skeleton) {
        let by_service = self.wanted.grouping == Grouping::Service;
        for series in trends {
            let service = series.label(&self.found.labels.service);
            let all = rows.without_entry.iter().any(|without| without == service);
            if by_service && !all && !self.kind(series).is_entry() {
                continue;
            }
            if let Some(row) = rows.rows.get_mut(&self.key(series)) {
                for (at, value) in &series.points {
                    if let Some(index) = self.steps.index(*at) {
                        add_point(&mut row.trend, index, *value);
                    }
                }
            }
        }
    }

    /// Samples that ended before the window did.
    fn silence(&self, trends: &[Series]) -> Option<Note> {
        let last = trends
            .iter()
            .filter_map(|series| series.points.last())
            .map(|(at, _)| *at)
            .reduce(f64::max)?;
        let missing = self.wanted.window.end_s() - last;
        (missing > (2.0 * self.steps.step).max(LONG_RATE_S)).then(|| {
            let at = jiff::Timestamp::from_second(last as i64).unwrap_or_default();
            let text = format!("No data is newer than {}.", at.strftime("%H:%M:%S UTC"));
            Note::of("prom-lookback", text)
        })
    }

    fn notes(&self, rows: &Skeleton) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.wanted.grouping == Grouping::Service && !rows.without_entry.is_empty() {
            notes.push(Note::of(
                "sm-server-only-table",
                format!(
                    "No server spans, so all spans are counted: {}.",
                    rows.without_entry.join(", ")
                ),
            ));
        }
        if self.found.family.latency.is_none() {
            let text = "Calls are counted, but durations are not measured.";
            notes.push(Note::of("sm-subprocessor-missing", text));
        }
        if !self.found.others.is_empty() {
            notes.push(Note::new(format!(
                "Also found, but not included: {}.",
                self.found.others.join(", ")
            )));
        }
        if rows.ours > 0 {
            notes.push(Note::new("tempoctl's own marker is hidden (--markers shows it)."));
        }
        notes
    }
}

/// Services that have samples in the window.
pub async fn services(client: &HttpClient, wanted: &Wanted) -> Slot<Vec<String>> {
    let found = match span_metrics(client, wanted.window).await {
        Ok(Search::Found(found)) => found,
        Ok(_) => return Slot::known(Vec::new(), 0),
        Err(failure) => return Slot::failed(failure),
    };
    let Family { calls, .. } = &found.family;
    let query = sum_over(
        &[&found.labels.service],
        "last_over_time",
        &selector(calls.as_deref().unwrap_or_default(), &[]),
        wanted.window.seconds(),
    );
    let series = client
        .get(&instant_path(&query, wanted.window.end_s()))
        .await
        .and_then(parse::series);
    series.and_then(|series| {
        Ok(series
            .iter()
            .map(|series| series.label(&found.labels.service).to_owned())
            .filter(|service| !service.is_empty())
            .collect())
    })
}
