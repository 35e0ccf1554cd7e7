//! Dashboards, asked as a browser asks them: variables resolved, each query run once, and what came back empty taken
//! apart until the reason shows.

pub mod empty_query;
pub mod prometheus_metrics;
pub mod panel;
pub mod data_sources;
pub mod examine;
pub mod tempo_dashboards;
pub mod traceql;
pub mod variables;
pub mod window;

pub use data_sources::DataSources;
pub use examine::{DashboardLimits, examine_dashboard};
