//! Which span metrics a Prometheus has: the names, the labels, the unit.

use crate::clients::HttpClient;
use crate::model::window::Window;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::prometheus as parse;
use crate::parse::span_metrics::{self, Family, Histogram, Labels, Unit};

use super::super::read_back::escape;
use super::promql::{any_of, instant_path, selector, window_path};

/// Span metrics that were found.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// Whose they are.
    pub family: Family,
    /// What their labels are called.
    pub labels: Labels,
    /// Others that hold data in the window.
    pub others: Vec<String>,
}

/// Where looking for them ended.
#[derive(Debug, Clone)]
pub enum Search {
    /// Found, with samples in the window.
    Found(Box<Recognised>),
    /// Their names are known, and the window holds no sample of them.
    Stale(String),
    /// Prometheus knows none.
    None,
}

/// The answer itself, or why there is none.
pub fn known<T>(slot: Slot<T>) -> Result<T, Failure> {
    match slot {
        Slot::Known { value, .. } => Ok(value),
        Slot::Failed { failure } => Err(failure),
        Slot::NotAsked => Err(Failure::new(FailureKind::Cancelled, "", "not asked")),
    }
}

/// The names of metrics that the selector finds in the window.
pub async fn names(client: &HttpClient, selector: &str, window: Window) -> Result<Vec<String>, Failure> {
    let path = window_path("/api/v1/label/__name__/values", "match[]", selector, window);
    known(client.get(&path).await.and_then(parse::names))
}

/// The same, whenever it was.
pub async fn names_ever(client: &HttpClient, selector: &str) -> Result<Vec<String>, Failure> {
    let path = format!("/api/v1/label/__name__/values?match[]={}", escape(selector));
    known(client.get(&path).await.and_then(parse::names))
}

/// Looks for span metrics.
pub async fn span_metrics(client: &HttpClient, window: Window) -> Result<Search, Failure> {
    let families = span_metrics::families(&names(client, span_metrics::SPAN_METRICS, window).await?);
    if families.is_empty() {
        let ever = span_metrics::families(&names_ever(client, span_metrics::SPAN_METRICS).await?);
        return Ok(ever
            .first()
            .map_or(Search::None, |family| Search::Stale(family.shown())));
    }
    let alive = alive(client, families.iter().flat_map(Family::names), window).await?;
    let series_of = |family: &Family| -> f64 {
        let count = |name: &String| {
            alive
                .iter()
                .find(|(alive, _)| alive == name)
                .map_or(0.0, |(_, count)| *count)
        };
        family.calls.as_ref().map_or(0.0, count)
    };
    let mut living: Vec<Family> = families
        .iter()
        .filter(|family| series_of(family) > 0.0)
        .cloned()
        .collect();
    // The sort is stable: of equals, the preferred stays first.
    living.sort_by(|a, b| series_of(b).total_cmp(&series_of(a)));
    if living.is_empty() {
        return Ok(Search::Stale(families[0].shown()));
    }
    let mut family = living.remove(0);
    if let Some(histogram) = &mut family.latency {
        let has = |name: &str| alive.iter().any(|(alive, _)| alive == name);
        histogram.classic &= has(&format!("{}_bucket", histogram.base));
        histogram.native &= has(&histogram.base);
        if histogram.unit == Unit::Unsaid {
            histogram.unit = unit(client, histogram, window).await;
        }
    }
    family.latency = family.latency.filter(|histogram| histogram.classic || histogram.native);
    let calls = family.calls.clone().unwrap_or_default();
    let path = window_path("/api/v1/labels", "match[]", &selector(&calls, &[]), window);
    let label_names = known(client.get(&path).await.and_then(parse::names))?;
    let Some(labels) = Labels::among(&label_names) else {
        return Ok(Search::None);
    };
    Ok(Search::Found(Box::new(Recognised {
        family,
        labels,
        others: living.iter().map(Family::shown).collect(),
    })))
}

/// Which of these names have samples in the window, and how many series.
pub async fn alive(
    client: &HttpClient,
    names: impl IntoIterator<Item = String>,
    window: Window,
) -> Result<Vec<(String, f64)>, Failure> {
    let names: Vec<String> = names.into_iter().collect();
    let query = format!(
        "count by (__name__) (last_over_time({{__name__=~{}}}[{}s]))",
        any_of(names.iter().map(String::as_str)),
        window.seconds().round().max(1.0)
    );
    let series = known(
        client
            .get(&instant_path(&query, window.end_s()))
            .await
            .and_then(parse::series),
    )?;
    Ok(series
        .into_iter()
        .filter_map(|series| Some((series.label("__name__").to_owned(), series.points.last()?.1)))
        .collect())
}

async fn unit(client: &HttpClient, histogram: &Histogram, window: Window) -> Unit {
    let buckets = selector(&format!("{}_bucket", histogram.base), &[]);
    let path = window_path("/api/v1/label/le/values", "match[]", &buckets, window);
    let bounds = client.get(&path).await.and_then(parse::names);
    bounds
        .get()
        .and_then(|bounds| span_metrics::unit_of_bounds(bounds))
        .unwrap_or(Unit::Unsaid)
}
