//! What `send` sends: scenarios as data, the traces made from them, and their encodings. Pure: bytes come out, nothing is
//! sent from here.

pub mod batch;
pub mod context;
pub mod encode;
pub mod generator;
pub mod trace_values;
mod patch;
pub mod marker;
pub mod probe;
pub mod replay;
pub mod rng;
pub mod sampling;
pub mod scenario;
pub mod trace_plan;
pub mod distribution;
pub mod template;
pub mod text;
pub mod timeline;
pub mod expand;
