//! Judgements: pure functions from facts to an outcome, one a file, in folders by hop.
//!
//! May import: model.

pub mod facts;
pub mod passage;
pub mod traffic;
pub mod view;

pub mod app;
pub mod generator;
pub mod ingest;
pub mod prometheus;
pub mod query;
pub mod registry;
pub mod receiver;
pub mod remote_write;
pub mod storage;

pub use registry::CHECKS;
pub use view::View;

use crate::model;

/// A check over the evidence of a run.
pub type Check = model::Check<View<'static>>;
