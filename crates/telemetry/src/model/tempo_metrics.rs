//! Which of Tempo's counters are read for its health, by name: 2.6, 2.10 and 3.0 spell some of them differently
//! (grafana/tempo v3.0.3, v2.10.8, v2.6.1: the registrations in modules/, tempodb/, pkg/ingest).

/// Families by the start of their name.
const FAMILIES: [&str; 14] = [
    "tempo_receiver_",
    "tempo_distributor_",
    "tempo_discarded_spans_total",
    "tempo_ingester_",
    "tempo_live_store_",
    "tempo_block_builder_",
    "tempo_ingest_group_partition_lag_seconds",
    "tempo_metrics_generator_",
    "tempo_ring_members",
    "tempo_query_frontend_",
    "tempo_request_duration_seconds_count",
    "tempodb_",
    "prometheus_remote_storage_",
    "tempo_build_info",
];

/// More, by whole name.
const NAMES: [&str; 2] = [
    "tempo_runtime_config_last_reload_successful",
    "tempo_overrides_user_configurable_overrides_reload_failed_total",
];

/// True where a counter is read for Tempo's health.
pub fn is_health_metric(name: &str) -> bool {
    let wanted = FAMILIES.iter().any(|family| name.starts_with(family)) || NAMES.contains(&name);
    wanted && !name.ends_with("_bucket")
}

/// The same as a selector of PromQL.
pub fn build_health_selector() -> String {
    let families = FAMILIES.map(|family| format!("{family}.*")).join("|");
    format!(
        "{{__name__=~\"{families}|{}\",__name__!~\".*_bucket\"}}",
        NAMES.join("|")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_never_read() {
        assert!(is_health_metric("tempo_distributor_spans_received_total"));
        assert!(!is_health_metric("tempo_distributor_push_duration_seconds_bucket"));
        assert!(!is_health_metric("go_goroutines"));
        assert!(build_health_selector().contains("tempo_discarded_spans_total.*"));
    }
}
