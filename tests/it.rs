//! tempoctl from the outside: one binary, a file per feature.

mod generated;
mod look;
mod render;
mod render_any;
mod reports;
mod schema;
