//! tempoctl from the outside: one binary, a file per feature.

mod generated;
mod render;
mod reports;
