//! Text in, vocabulary out: what people write (durations, addresses, headers, globs) and what servers answer. Pure, and
//! total: any text gives a value or says why not.

pub mod alloy;
pub mod app_env;
pub mod app_runtime;
pub mod collector;
pub mod collector_log;
pub mod amount;
pub mod authority;
pub mod compose;
pub mod dashboard;
pub mod dashboard_ref;
pub mod duration;
pub mod endpoint;
pub mod explore;
pub mod exposition;
pub mod glob;
pub mod grafana;
pub mod header;
pub mod interpolate;
pub mod kept;
pub mod logs;
pub mod label_values_query;
pub mod suggest;
pub mod otlp;
pub mod panel_range;
pub mod promql;
pub mod promql_parts;
pub mod query_error;
pub mod parse_error;
pub mod otel_env;
pub mod send_reports;
pub mod service_graph;
pub mod span_metrics;
pub mod tempo;
pub mod tempo_config;
pub mod tempo_keys;
pub mod time_range;
pub mod trace_answer;
pub mod trace_id;
pub mod traceql;
pub mod traces;
pub mod spanned_yaml;

pub use endpoint::{Login, ServerEndpoint};
pub use parse_error::ParseError;
pub use suggest::find_nearest;
