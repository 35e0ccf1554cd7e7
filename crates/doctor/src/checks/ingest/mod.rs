//! The hop `ingest`: did the distributor count the spans, and did nothing discard them?

pub mod discards;
pub mod isolation;
pub mod overrides;
pub mod ring;
pub mod tenants;
