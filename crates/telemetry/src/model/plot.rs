//! Series over time, as a chart shows them.

use super::red::{CauseNote, EmptyResult};
use super::time_window::TimeWindow;

/// What a query came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// The query as it was typed.
    pub query: String,
    /// `PromQL` or `TraceQL`.
    pub language: &'static str,
    /// What was looked at. An instant query looks at its end.
    pub window: TimeWindow,
    /// Seconds between two points; `None` for an instant query.
    pub step_s: Option<f64>,
    /// The series, the largest first.
    pub series: Vec<PlotSeries>,
    /// Series there are; more than are shown where a limit cut.
    pub total: usize,
    /// Worth knowing: warnings of the server among them.
    pub notes: Vec<CauseNote>,
    /// Why there are none.
    pub empty: Option<EmptyResult>,
}

/// What a server answers to a query: series, and its warnings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotData {
    /// The series.
    pub series: Vec<PlotSeries>,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// One series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotSeries {
    /// Labels in the order the server gave them.
    pub labels: Vec<(String, String)>,
    /// Time in seconds since 1970, and value. Not-a-number and infinity are no points.
    pub points: Vec<(f64, f64)>,
    /// A text instead of points: what a string or a histogram says.
    pub text: Option<String>,
}

impl PlotSeries {
    /// `rate{service="cart", kind="server"}`, or `{}` where there is no label.
    pub fn name(&self) -> String {
        let name = self
            .labels
            .iter()
            .find(|(key, _)| key == "__name__")
            .map_or("", |(_, value)| value.as_str());
        let rest: Vec<String> = self
            .labels
            .iter()
            .filter(|(key, _)| key != "__name__")
            .map(|(key, value)| format!("{key}={value:?}"))
            .collect();
        match (name.is_empty(), rest.is_empty()) {
            (false, true) => name.to_owned(),
            _ => format!("{name}{{{}}}", rest.join(", ")),
        }
    }

    /// The newest value.
    pub fn last(&self) -> Option<f64> {
        self.points.last().map(|(_, value)| *value)
    }

    /// The largest value.
    pub fn max(&self) -> Option<f64> {
        self.points.iter().map(|(_, value)| *value).reduce(f64::max)
    }

    /// The smallest value.
    pub fn min(&self) -> Option<f64> {
        self.points.iter().map(|(_, value)| *value).reduce(f64::min)
    }

    /// The mean of the points.
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.points.iter().map(|(_, value)| *value).sum();
        (!self.points.is_empty()).then(|| sum / self.points.len() as f64)
    }
}
