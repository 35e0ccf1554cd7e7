//! What judgements read of configuration. Evidence travels in bug reports, so of configuration files and pages, environments,
//! flags and addresses it keeps what is listed here; everything else is kept as its key with [`HIDDEN`] for a value.
//!
//! Whoever reads a setting declares it here: the lookups of the facts refuse every other path in debug builds, and what is
//! not declared is hidden before it can be judged.

/// What stands in the place of a value that no judgement reads.
pub const HIDDEN: &str = "<hidden>";

/// What is read of a setting, and so what of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// The value.
    Value,
    /// An address: scheme, host, port and path, without login and query.
    Address,
    /// Whether it is on.
    Switch,
    /// A number.
    Number,
    /// Names of Grafana's own variables in a text: `$__tags`.
    Variables,
    /// That it is there, and the keys below it.
    Keys,
}

use Read::{Address, Keys, Number, Switch, Value, Variables};

/// A dotted path and what is read there. `*` is one key or the index of a list, `name*` a key that begins so, `**` any
/// number of keys. The first that matches counts.
pub type Setting = (&'static str, Read);

/// Settings of Tempo, in its file, in `/status/config` and in `/status/runtime_config`.
pub const TEMPO: &[Setting] = &[
    ("target", Value),
    ("http_api_prefix", Value),
    ("multitenancy_enabled", Switch),
    ("auth_enabled", Switch),
    ("stream_over_http_enabled", Switch),
    ("server.http_listen_port", Number),
    ("server.grpc_listen_port", Number),
    ("server.grpc_tls_config.cert_file", Keys),
    ("querier.frontend_worker.grpc_client_config.tls_enabled", Switch),
    ("ingester_client.grpc_client_config.tls_enabled", Switch),
    ("metrics_generator_client.grpc_client_config.tls_enabled", Switch),
    ("live_store_client.grpc_client_config.tls_enabled", Switch),
    ("backend_scheduler_client.grpc_client_config.tls_enabled", Switch),
    ("distributor.receivers.*.endpoint", Address),
    ("distributor.receivers.*.protocols.*.endpoint", Address),
    ("distributor.receivers.*.protocols.*.tls", Keys),
    ("ingester.trace_idle_period", Value),
    ("ingester.flush_check_period", Value),
    ("live_store.max_trace_idle", Value),
    ("live_store.flush_check_period", Value),
    ("query_frontend.query_end_cutoff", Value),
    ("query_frontend.search.max_duration", Value),
    ("query_frontend.metrics.max_duration", Value),
    ("query_frontend.metrics.query_backend_after", Value),
    ("live_store.complete_block_timeout", Value),
    ("storage.trace.backend", Value),
    ("storage.trace.blocklist_poll", Value),
    ("storage.trace.local.path", Value),
    ("storage.trace.wal.path", Value),
    ("metrics_generator.processor", Keys),
    (
        "metrics_generator.processor.service_graphs.enable_virtual_node_label",
        Switch,
    ),
    ("metrics_generator.processor.local_blocks.complete_block_timeout", Value),
    ("metrics_generator.registry.collection_interval", Value),
    ("metrics_generator.storage.path", Value),
    ("metrics_generator.traces_storage.path", Value),
    ("metrics_generator.storage.remote_write.*.url", Address),
    ("metrics_generator.storage.remote_write.*.send_exemplars", Switch),
    (
        "metrics_generator.storage.remote_write.*.write_relabel_configs.*.action",
        Value,
    ),
    (
        "metrics_generator.storage.remote_write.*.write_relabel_configs.*.regex",
        Value,
    ),
    ("overrides.enable_legacy_overrides", Switch),
    ("overrides.per_tenant_override_config", Value),
    ("overrides.user_configurable_overrides.enabled", Switch),
    ("overrides.metrics_generator_processors.*", Value),
    ("overrides.metrics_generator_trace_id_label_name", Value),
    ("overrides.*.metrics_generator.trace_id_label_name", Value),
    // The blocks of tenants; those of the defaults stand below another key in the two pages.
    ("overrides.*.metrics_generator.processors.*", Value),
    ("overrides.*.metrics_generator.max_active_series", Number),
    ("overrides.*.metrics_generator.disable_collection", Switch),
    ("overrides.*.metrics_generator.generate_native_histograms", Value),
    ("overrides.*.ingestion.rate_limit_bytes", Number),
    ("defaults.metrics_generator.processors.*", Value),
    ("defaults.metrics_generator.max_active_series", Number),
    ("defaults.metrics_generator.disable_collection", Switch),
    ("defaults.metrics_generator.generate_native_histograms", Value),
    ("defaults.ingestion.rate_limit_bytes", Number),
    ("user_configurable_overrides.*.metrics_generator.processors.*", Value),
];

/// Settings of the files that the other servers of a Compose project mount.
pub const FILES: &[Setting] = &[
    // The collector.
    ("receivers.otlp*.protocols.*.endpoint", Address),
    ("receivers.jaeger*.protocols.*.endpoint", Address),
    ("receivers.zipkin*.endpoint", Address),
    ("exporters.debug*.loglevel", Keys),
    ("exporters.otlp*.insecure", Keys),
    ("service.telemetry.metrics.address", Keys),
    ("connectors.*.aggregation_temporality", Value),
    ("connectors.*.exemplars.enabled", Switch),
    ("exporters.prometheus*.endpoint", Address),
    ("exporters.prometheus*.namespace", Value),
    ("exporters.prometheus*.enable_open_metrics", Switch),
    ("exporters.otlp*.metrics_endpoint", Address),
    ("receivers.*", Keys),
    ("processors.*", Keys),
    ("exporters.*", Keys),
    ("connectors.*", Keys),
    ("extensions.*", Keys),
    ("exporters.otlp*.endpoint", Address),
    ("exporters.otlp*.traces_endpoint", Address),
    ("exporters.otlp*.tls.insecure", Switch),
    ("exporters.otlp*.headers", Keys),
    ("exporters.otlp*.auth.authenticator", Keys),
    ("service.extensions.*", Value),
    ("service.pipelines.*.receivers.*", Value),
    ("service.pipelines.*.processors.*", Value),
    ("service.pipelines.*.exporters.*", Value),
    // Alloy, by component.
    ("otelcol*.grpc.endpoint", Address),
    ("otelcol*.http.endpoint", Address),
    ("otelcol*.protocols.*.endpoint", Address),
    ("otelcol*.endpoint", Address),
    ("otelcol*.traces_endpoint", Address),
    ("otelcol*.client.endpoint", Address),
    ("otelcol*.client.tls.insecure", Switch),
    ("otelcol*.client.headers", Keys),
    ("otelcol*.client.auth", Keys),
    ("otelcol*.aggregation_temporality", Value),
    ("otelcol*.output.*.*", Value),
    ("beyla*.output.*.*", Value),
    ("faro*.output.*.*", Value),
    // Prometheus.
    ("scrape_config_files", Keys),
    ("scrape_configs.*.job_name", Value),
    ("scrape_configs.*.static_configs.*.targets.*", Address),
    // Grafana's data sources.
    ("datasources.*.name", Value),
    ("datasources.*.type", Value),
    ("datasources.*.uid", Value),
    ("datasources.*.access", Value),
    ("datasources.*.url", Address),
    ("datasources.*.jsonData.**.datasourceUid", Value),
    ("datasources.*.jsonData.streamingEnabled.search", Switch),
    ("datasources.*.jsonData.streamingEnabled.metrics", Switch),
    ("datasources.*.jsonData.httpHeaderName*", Value),
    ("datasources.*.jsonData.exemplarTraceIdDestinations.*.name", Value),
    ("datasources.*.jsonData.**", Variables),
];

/// Settings of a data source as Grafana's API tells them.
pub const DATA_SOURCE: &[Setting] = &[
    ("**.datasourceUid", Value),
    ("tracesToLogsV2.query", Value),
    ("tracesToLogsV2.customQuery", Switch),
    ("tracesToLogs.query", Value),
    ("tracesToLogs.customQuery", Switch),
    ("tracesToProfiles.query", Value),
    ("tracesToProfiles.customQuery", Switch),
    ("tracesToMetrics.queries.*.query", Value),
    ("tracesToMetrics.tags.*.key", Value),
    ("tracesToMetrics.tags.*.value", Value),
    ("streamingEnabled.search", Switch),
    ("streamingEnabled.metrics", Switch),
    ("traceQuery.timeShiftEnabled", Switch),
    ("search.hide", Switch),
    ("timeInterval", Value),
    ("exemplarTraceIdDestinations.*.name", Value),
    // Only whether it is empty.
    ("derivedFields.*.url", Keys),
    ("httpHeaderName*", Value),
];

/// Flags of Prometheus, by `/api/v1/status/flags`.
pub const PROMETHEUS_FLAGS: [&str; 2] = ["enable-feature", "web.enable-remote-write-receiver"];

/// Flags of commands in a Compose project. Those of Prometheus without a meaning here are what its command is shown with
/// where one has to be added.
pub const COMMAND_FLAGS: [Setting; 26] = [
    ("config", Value),
    ("config.file", Value),
    ("config.expand-env", Switch),
    ("config.enable-legacy-overrides", Switch),
    ("target", Value),
    ("server.http-listen-port", Value),
    ("multitenancy.enabled", Switch),
    ("auth.enabled", Switch),
    ("enable-feature", Value),
    ("feature-gates", Value),
    ("web.enable-remote-write-receiver", Switch),
    ("web.listen-address", Address),
    ("web.external-url", Address),
    ("web.route-prefix", Value),
    ("web.enable-lifecycle", Switch),
    ("web.enable-admin-api", Switch),
    ("web.console.libraries", Value),
    ("web.console.templates", Value),
    ("storage.trace.backend", Value),
    ("storage.trace.local.path", Value),
    ("storage.trace.wal.path", Value),
    ("storage.tsdb.path", Value),
    ("storage.tsdb.retention.time", Value),
    ("storage.tsdb.retention.size", Value),
    ("log.level", Value),
    ("log.format", Value),
];

/// Programs that a command is searched for: they prepare a folder for another service.
pub const COMMAND_PROGRAMS: [&str; 2] = ["chown", "chmod"];

/// Variables of applications: in a Compose project, and in the environment that was given to read.
pub const VARIABLES: [Setting; 27] = [
    ("OTEL_SDK_DISABLED", Value),
    ("OTEL_SERVICE_NAME", Value),
    // Its names, and the values that say which service it is.
    ("OTEL_RESOURCE_ATTRIBUTES", Value),
    ("OTEL_TRACES_EXPORTER", Value),
    ("OTEL_TRACES_SAMPLER", Value),
    ("OTEL_TRACES_SAMPLER_ARG", Address),
    ("OTEL_PROPAGATORS", Value),
    ("OTEL_BSP_MAX_QUEUE_SIZE", Value),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Value),
    ("OTEL_BSP_SCHEDULE_DELAY", Value),
    ("OTEL_EXPORTER_OTLP_INSECURE", Value),
    ("OTEL_EXPORTER_OTLP_SPAN_INSECURE", Value),
    ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", Value),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", Address),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Address),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", Value),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", Value),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", Value),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", Value),
    // Spring Boot.
    ("SPRING_APPLICATION_NAME", Value),
    ("MANAGEMENT_TRACING_ENABLED", Switch),
    ("MANAGEMENT_TRACING_EXPORT_ENABLED", Switch),
    ("MANAGEMENT_TRACING_SAMPLING_PROBABILITY", Value),
    ("MANAGEMENT_OTLP_TRACING_ENDPOINT", Address),
    ("MANAGEMENT_OTLP_TRACING_TRANSPORT", Value),
    ("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", Address),
    ("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_TRANSPORT", Value),
];

/// What is read at a path, where anything is.
pub fn read_at(settings: &[Setting], path: &[impl AsRef<str>]) -> Option<Read> {
    settings
        .iter()
        .find(|(pattern, _)| matches(Some(pattern), path, false))
        .map(|(_, read)| *read)
}

/// True where a judgement may look at a path: something there, or below it, is declared.
pub fn is_read(settings: &[Setting], path: &[impl AsRef<str>]) -> bool {
    settings.iter().any(|(pattern, _)| matches(Some(pattern), path, true))
}

/// What is read of a flag or a variable.
pub fn read_of(settings: &[Setting], name: &str) -> Option<Read> {
    settings
        .iter()
        .find(|(declared, _)| *declared == name)
        .map(|(_, read)| *read)
}

/// True where the path is what the pattern names; or, for a path that may end above that, leads to it.
fn matches(pattern: Option<&str>, path: &[impl AsRef<str>], may_end_above: bool) -> bool {
    let Some(pattern) = pattern else {
        return path.is_empty();
    };
    let (wanted, after) = match pattern.split_once('.') {
        Some((wanted, after)) => (wanted, Some(after)),
        None => (pattern, None),
    };
    match path.split_first() {
        None => may_end_above || (wanted == "**" && matches(after, path, may_end_above)),
        Some((_, rest)) if wanted == "**" => {
            matches(after, path, may_end_above) || matches(Some(pattern), rest, may_end_above)
        }
        Some((key, rest)) => is_key(wanted, key.as_ref()) && matches(after, rest, may_end_above),
    }
}

fn is_key(wanted: &str, key: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => wanted == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_key_by_key() {
        let at = |settings, path: &str| read_at(settings, &path.split('.').collect::<Vec<_>>());
        assert_eq!(at(TEMPO, "metrics_generator.storage.remote_write.3.url"), Some(Address));
        assert_eq!(at(TEMPO, "metrics_generator.storage.remote_write.3.headers.url"), None);
        assert_eq!(at(FILES, "datasources.0.jsonData.a.0.datasourceUid"), Some(Value));
        assert_eq!(at(FILES, "datasources.0.jsonData.datasourceUid"), Some(Value));
        assert_eq!(at(FILES, "datasources.0.jsonData.a.0.query"), Some(Variables));
        assert_eq!(at(FILES, "datasources.0.secureJsonData.a"), None);
        assert_eq!(at(DATA_SOURCE, "httpHeaderName2"), Some(Value));
        assert_eq!(at(DATA_SOURCE, "httpHeaderValue2"), None);
        let leads = |path: &str| is_read(TEMPO, &path.split('.').collect::<Vec<_>>());
        assert!(leads("overrides.team-a.metrics_generator") && leads("distributor.receivers.otlp.protocols"));
        assert!(!leads("storage.trace.s3") && !leads("target.x"));
    }
}
