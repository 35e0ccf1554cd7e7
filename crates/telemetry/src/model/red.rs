//! Rate, errors and duration of services, operations and edges, as rows of a table.

use super::time_window::TimeWindow;
use super::trace::SpanKind;

/// Where the numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedSource {
    /// Span metrics in Prometheus.
    Prometheus,
    /// TraceQL metrics, straight from Tempo.
    Traceql,
}

impl RedSource {
    /// As JSON names it.
    pub fn name(self) -> &'static str {
        match self {
            RedSource::Prometheus => "prometheus",
            RedSource::Traceql => "traceql",
        }
    }
}

/// What one row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedGrouping {
    /// A service.
    Service,
    /// A span name of a service.
    Operation,
}

/// One service, or one operation of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RedRow {
    /// Its name, as Tempo or Prometheus gave it.
    pub service: String,
    /// The span name, where rows stand for operations.
    pub operation: Option<String>,
    /// Whose spans were counted; for a service without entry spans, the commonest kind it has.
    pub kind: SpanKind,
    /// Spans in the window.
    pub spans: f64,
    /// Spans a second, over the part of the window for which there is data.
    pub rate: f64,
    /// Failed spans among them, 0 to 1; `None` where nothing was counted.
    pub error_ratio: Option<f64>,
    /// Seconds below which half, 95 % and 99 % of the spans stay.
    pub quantiles: Quantiles,
    /// Spans a second at the steps of [`Table::steps`]; `None` where there is no data.
    pub trend: Vec<Option<f64>>,
    /// The slowest trace that is known by id.
    pub slowest: Option<SlowestTrace>,
}

/// Durations in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quantiles {
    /// The median.
    pub p50: Option<f64>,
    /// 95 %.
    pub p95: Option<f64>,
    /// 99 %.
    pub p99: Option<f64>,
}

/// An exemplar: a trace, and how long the span took that it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowestTrace {
    /// 32 lower-case hex digits.
    pub trace_id: String,
    /// Seconds.
    pub seconds: f64,
}

/// Where the points of a trend stand in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendSteps {
    /// Seconds since 1970 of the first.
    pub first: f64,
    /// Seconds between two.
    pub step: f64,
    /// How many.
    pub count: usize,
}

impl TrendSteps {
    /// The point that stands at that time, where one does.
    pub fn index(&self, at: f64) -> Option<usize> {
        let index = ((at - self.first) / self.step).round();
        (index >= 0.0 && index < self.count as f64).then_some(index as usize)
    }

    /// The time of a point.
    pub fn at(&self, index: usize) -> f64 {
        self.first + index as f64 * self.step
    }
}

/// Something that the reader of a table should know, with the cause that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseNote {
    /// A sentence.
    pub text: String,
    /// An id of the catalogue.
    pub cause: Option<&'static str>,
}

impl CauseNote {
    /// A note without a cause.
    pub fn new(text: impl Into<String>) -> Self {
        CauseNote {
            text: text.into(),
            cause: None,
        }
    }

    /// A note that a cause explains.
    pub fn with_cause(cause: &'static str, text: impl Into<String>) -> Self {
        CauseNote {
            text: text.into(),
            cause: Some(cause),
        }
    }
}

/// Rows, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct RedTable {
    /// What was looked at.
    pub window: TimeWindow,
    /// Where the numbers come from.
    pub source: RedSource,
    /// The metrics that were read: `traces_spanmetrics_*`, or the TraceQL.
    pub read: String,
    /// What a row stands for.
    pub grouping: RedGrouping,
    /// Where the points of trends stand.
    pub steps: TrendSteps,
    /// The rows, in the order asked for.
    pub rows: Vec<RedRow>,
    /// Rows there are; more than are shown where a limit cut.
    pub total: usize,
    /// Seconds since 1970 from which on there is data, where that is later than the window's start.
    pub data_from: Option<f64>,
    /// Worth knowing.
    pub notes: Vec<CauseNote>,
    /// Why there are no rows.
    pub empty: Option<EmptyResult>,
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EmptyResult {
    /// What was not found, where and when; the first line is the answer.
    pub text: Vec<String>,
    /// What explains it, the likeliest first.
    pub causes: Vec<CauseNote>,
    /// A command that tells more.
    pub next: Vec<String>,
}

/// One edge of the service graph.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceGraphEdge {
    /// Who asks.
    pub client: String,
    /// Who answers.
    pub server: String,
    /// `database`, `messaging_system`, `virtual_node`, or empty.
    pub connection_type: String,
    /// Requests a second.
    pub rate: f64,
    /// Failed ones, 0 to 1.
    pub error_ratio: Option<f64>,
    /// Seconds below which 95 % stay, as the server saw it.
    pub p95: Option<f64>,
    /// They stay within the histogram's first bucket: [`Edge::p95`] is its bound, and nothing finer is known.
    pub p95_within: bool,
}

/// The service graph.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceGraph {
    /// What was looked at.
    pub window: TimeWindow,
    /// The metrics that were read.
    pub read: String,
    /// Edges, the busiest first.
    pub edges: Vec<ServiceGraphEdge>,
    /// Edges there are.
    pub total: usize,
    /// As in [`Table::data_from`].
    pub data_from: Option<f64>,
    /// Worth knowing.
    pub notes: Vec<CauseNote>,
    /// Why there are no edges.
    pub empty: Option<EmptyResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_found_by_its_time() {
        let steps = TrendSteps {
            first: 100.0,
            step: 10.0,
            count: 3,
        };
        assert_eq!(steps.index(120.0), Some(2));
        assert_eq!(steps.index(130.0), None);
        assert_eq!(steps.index(90.0), None);
    }
}
