//! The hop `app`: does anything besides us send spans?

pub mod sending;
pub mod tenant;
