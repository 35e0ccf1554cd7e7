//! The hop `prometheus`: are the series there, is Tempo scraped, are exemplars kept?

pub mod compose_exemplars;
pub mod compose_receiver;
pub mod compose_scrape;
pub mod exemplar_storage;
pub mod exemplars;
pub mod missing_series;
pub mod reachable;
pub mod remote_write_receiver;
pub mod scrape;
pub mod service_graph;
pub mod span_metrics;
