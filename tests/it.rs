//! Every test of tempoctl, in one binary: a file per feature.

mod lab_kit;
mod lab_pipeline;
mod lab_registry;
