//! Dashboards, asked as a browser asks them: variables resolved, each query run once, and what came back empty taken
//! apart until the reason shows.

pub mod apart;
pub mod asker;
pub mod fetch;
pub mod names;
pub mod panel;
pub mod places;
pub mod run;
pub mod survey;
pub mod traceql;
pub mod variables;
pub mod window;

pub use asker::Asker;
pub use places::Places;
pub use run::{Limits, examine};
