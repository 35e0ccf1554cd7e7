//! A dashboard as it is written, in one form whatever its schema, and what became of its panels, as facts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::Failure;
use super::slot::Slot;

/// A dashboard as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dashboard {
    /// Its uid; may be empty in a file.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// `now-1h`
    pub from: String,
    /// `now`
    pub to: String,
    /// Names of placeholders that an import replaces: `DS_PROMETHEUS`.
    pub inputs: Vec<String>,
    /// Its variables, in order.
    pub variables: Vec<DashboardVariable>,
    /// Its panels, those of rows among them.
    pub panels: Vec<DashboardPanel>,
}

/// Which data source something asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum DataSourceRef {
    /// None named: the default one, of that type where a type is named.
    #[default]
    Default,
    /// The default one of that plugin type.
    DefaultOfType(String),
    /// By uid, by name, or by a variable; and the type that was noted beside it.
    Named(String, Option<String>),
    /// Each query names its own.
    Mixed,
    /// Another panel's result, Grafana's own data, an expression: nothing that can be asked from outside.
    Internal(String),
}

/// What kind of variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariableKind {
    /// Values come from a data source.
    #[default]
    Query,
    /// Values are data sources.
    DataSource,
    /// A list of texts.
    Custom,
    /// One text.
    Constant,
    /// Spans of time.
    Interval,
    /// What a person types.
    Text,
    /// Filters that are added to every query.
    AdHoc,
    /// Anything else.
    Other,
}

/// A variable as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct DashboardVariable {
    /// Without `$`.
    pub name: String,
    /// What kind.
    pub kind: VariableKind,
    /// The query, the list, the text, or the plugin type.
    pub query: String,
    /// Whom the query asks.
    pub source: DataSourceRef,
    /// Keeps the values that match, or a part of them.
    pub regex: String,
    /// Grafana's number for the order.
    pub sort: u64,
    /// Several values at once.
    pub multi: bool,
    /// Offers All.
    pub include_all: bool,
    /// What All stands for, where it is not every value.
    pub all_value: Option<String>,
    /// The saved value or values.
    pub current: Vec<String>,
    /// Saved values to choose from.
    pub options: Vec<String>,
    /// The saved values count: the query is never asked.
    pub frozen: bool,
    /// Key, operator, value of saved ad-hoc filters.
    pub filters: Vec<(String, String, String)>,
}

/// A panel as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DashboardPanel {
    /// Its number.
    pub id: String,
    /// Its title, variables and all.
    pub title: String,
    /// The visualisation.
    pub kind: String,
    /// Whom it asks.
    pub source: DataSourceRef,
    /// What it asks.
    pub queries: Vec<PanelQuery>,
    /// The least step.
    pub interval: Option<String>,
    /// The most points.
    pub max_points: Option<u32>,
    /// Its own range.
    pub time_from: Option<String>,
    /// How far its range lies back.
    pub time_shift: Option<String>,
    /// One panel for each value of this variable.
    pub repeat: Option<String>,
    /// The uid of a library panel.
    pub library: Option<String>,
}

/// One query of a panel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PanelQuery {
    /// `A`
    pub ref_id: String,
    /// Not asked.
    pub hidden: bool,
    /// Whom it asks, where the panel leaves that to its queries.
    pub source: DataSourceRef,
    /// The query as its plugin saves it.
    pub body: Value,
}

/// Every dashboard that was examined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardsFacts {
    /// How many Grafana listed; or why it did not.
    pub listed: Slot<usize>,
    /// How many of them were read.
    pub read: usize,
    /// Those that ask Tempo or for its metrics.
    pub examined: Vec<DashboardFacts>,
    /// How many of those were not examined for want of time.
    pub left_out: usize,
}

/// One dashboard, asked as a browser asks it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardFacts {
    /// Its uid; may be empty in a file.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// Where a person finds it.
    pub link: Option<String>,
    /// The range as it is written: `now-1h`, `now`.
    pub range: (String, String),
    /// The range in seconds.
    pub window_s: f64,
    /// Placeholders that an import replaces.
    pub inputs: Vec<String>,
    /// Its variables.
    pub variables: Vec<VariableFacts>,
    /// Its panels.
    pub panels: Vec<PanelFacts>,
    /// Panels that were not examined, because there are too many.
    pub left_out: usize,
    /// What is known about the data sources that were asked.
    pub sources: Vec<DashboardSourceFacts>,
}

/// What is known about a data source that panels ask.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardSourceFacts {
    /// Its uid.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// How many metric names it has in all.
    pub total: usize,
    /// Those of Tempo, of its generator, and of others that make the same.
    pub names: Vec<String>,
    /// Why its names are not known.
    pub problem: Option<Failure>,
    /// Spans that Tempo's distributors received lately, per second, where that is scraped.
    pub spans_per_s: Option<f64>,
    /// Seconds since it started, where it tells: a young one has scraped nothing yet.
    pub up_for_s: Option<f64>,
    /// The names of its recording rules, where asked.
    pub rules: Option<Vec<String>>,
}

/// A variable and its values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct VariableFacts {
    /// Without `$`.
    pub name: String,
    /// What kind.
    pub kind: VariableKind,
    /// What was asked, as it was written.
    pub query: String,
    /// Values in use, at most 50.
    pub values: Vec<String>,
    /// How many there are to choose from.
    pub options: usize,
    /// Panels that use it, or variables that do.
    pub used: usize,
    /// It depends on itself.
    pub cyclic: bool,
    /// A saved value that is not among the options.
    pub stale: Option<String>,
    /// The data source it asks does not exist.
    pub missing: Option<String>,
    /// Another variable that it depends on and that is empty.
    pub behind: Option<String>,
    /// Why its query was not answered.
    pub failure: Option<Failure>,
    /// The label whose values it asks for.
    pub label: Option<String>,
    /// What its query selects, where it came back empty.
    pub part: Option<SelectorFacts>,
}

/// A panel and what came of its queries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelFacts {
    /// Its number.
    pub id: String,
    /// Its title, variables filled in.
    pub title: String,
    /// The visualisation.
    pub kind: String,
    /// Its queries.
    pub queries: Vec<PanelQueryFacts>,
    /// Why nothing was asked.
    pub skipped: Option<String>,
    /// The library panel that is gone.
    pub library_gone: Option<String>,
    /// Its own range, where it has one.
    pub own_range: Option<String>,
    /// The first query in Explore.
    pub explore: Option<String>,
}

/// Whom a query asks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum DataSourceState {
    /// That data source.
    Found {
        /// Its uid.
        uid: String,
    },
    /// One that does not exist.
    Missing {
        /// The uid or name that was looked for.
        wanted: String,
    },
    /// A placeholder that only an import replaces.
    Placeholder {
        /// `${DS_PROMETHEUS}`
        text: String,
    },
    /// The variable that should name it has no value.
    NoValue {
        /// The variable.
        variable: String,
    },
    /// None is named and there is no default.
    #[default]
    NoDefault,
}

/// What came of a query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum QueryRunOutcome {
    /// It has data.
    Data {
        /// So many series, traces or spans.
        count: usize,
    },
    /// All it has was made from tempoctl's own marker.
    OnlyOurs {
        /// So many series.
        count: usize,
    },
    /// Only values that are no numbers: a quantile of nothing, a division of nothing by nothing.
    NotANumber,
    /// Nothing.
    #[default]
    Empty,
    /// An error.
    Failed {
        /// Which.
        failure: Failure,
    },
    /// Not asked.
    Skipped {
        /// Why not.
        why: String,
    },
}

/// A query, and why it has no data where it has none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PanelQueryFacts {
    /// `A`
    pub ref_id: String,
    /// Whom it asks.
    pub source: DataSourceState,
    /// `promql`, `traceql`, or the plugin's type.
    pub language: String,
    /// As it was asked, variables filled in.
    pub expr: String,
    /// What came of it.
    pub ran: QueryRunOutcome,
    /// Variables that it uses and that have no value.
    pub empty_variables: Vec<String>,
    /// Variables that it uses and that are not there.
    pub unknown_variables: Vec<String>,
    /// What it selects, where it came back empty.
    pub parts: Vec<SelectorFacts>,
    /// What else was found out about an empty query.
    pub apart: EmptyQueryFacts,
}

/// What is found by taking an empty query apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmptyQueryFacts {
    /// The same query has data over a longer time.
    pub wider: Option<bool>,
    /// The same query has data at the very end of the range.
    pub at_end: Option<bool>,
    /// The step of the range, in seconds.
    pub step_s: f64,
    /// Left and right side of the operator on top: whether each has data.
    pub sides: Option<OperatorSides>,
    /// `histogram_quantile` over a sum that lost its `le`.
    pub quantile_without_le: bool,
    /// For TraceQL: whether the window holds anything at all.
    pub anything: Option<bool>,
    /// For TraceQL: the one condition without which something is found, and values that its attribute has.
    pub condition: Option<(String, Vec<String>)>,
}

/// The two sides of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorSides {
    /// `/`, `>`, `and`
    pub op: String,
    /// The left one has data.
    pub left: bool,
    /// The right one has data; a number always has.
    pub right: bool,
}

/// Where a metric exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetricPresence {
    /// In the range.
    InRange,
    /// Not in the range, but at another time.
    Elsewhen,
    /// At no time.
    Never,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// One selector of a query.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SelectorFacts {
    /// As it is written: `x{job="tempo"}`
    pub text: String,
    /// Its metric.
    pub metric: String,
    /// The window in brackets, in seconds.
    pub range_s: Option<f64>,
    /// Where the metric exists.
    pub presence: MetricPresence,
    /// Series of the metric in the range.
    pub total: Option<usize>,
    /// Series that all matchers select.
    pub matching: Option<usize>,
    /// Matchers that select nothing by themselves, or without which the rest selects something.
    pub culprits: Vec<MatcherFacts>,
    /// No single matcher is to blame, but all together.
    pub together: bool,
    /// Samples of the best series in the window in brackets.
    pub samples: Option<f64>,
    /// Seconds between two samples.
    pub interval_s: Option<f64>,
    /// The other form of the histogram that exists instead.
    pub other_form: Option<String>,
    /// Names that exist and look like this one.
    pub near: Vec<String>,
}

/// A matcher to which no series is equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatcherFacts {
    /// The label.
    pub label: String,
    /// `=`, `!=`, `=~`, `!~`
    pub op: String,
    /// What was asked for.
    pub value: String,
    /// Some series of the metric has the label.
    pub has_label: bool,
    /// Values that the label has, at most 8.
    pub values: Vec<String>,
    /// Variables that the value came from.
    pub variables: Vec<String>,
    /// Another label of the metric that holds what was asked for.
    pub instead: Option<String>,
}

impl MatcherFacts {
    /// `cluster=~"prod"`
    pub fn to_promql(&self) -> String {
        format!("{}{}{:?}", self.label, self.op, self.value)
    }
}
