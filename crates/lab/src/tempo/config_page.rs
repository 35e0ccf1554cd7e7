//! `/status/config` and `/status/runtime_config`: recorded pages with the lab's own values put in.

use std::time::Duration;

use super::super::scenario::ReceiverState;
use super::super::settings::LabSettings;
use super::yaml_page::YamlPage;

const FULL_3_0: &str = include_str!("shapes/config-3.0.yaml");
const FULL_2_10: &str = include_str!("shapes/config-2.10.yaml");
const DIFF_3_0: &str = "\
backend_worker:
    backend_scheduler_addr: 127.0.0.1:9095
";
const DIFF_2_10: &str = "\
ingester:
    lifecycler:
        address: 127.0.0.1
        ring:
            kvstore:
                store: inmemory
";
const DIFF_BOTH: &str = "\
live_store:
    partition_ring:
        kvstore:
            store: inmemory
    ring:
        instance_addr: 127.0.0.1
        kvstore:
            store: inmemory
metrics_generator:
    registry:
        external_labels:
            source: tempo
    ring:
        instance_addr: 127.0.0.1
        kvstore:
            store: inmemory
    storage:
        path: data/generator/wal
querier:
    frontend_worker:
        frontend_address: 127.0.0.1:9095
server:
    grpc_listen_address: 127.0.0.1
    http_listen_address: 127.0.0.1
storage:
    trace:
        backend: local
        local:
            path: data/blocks
        wal:
            path: data/wal
usage_report:
    reporting_enabled: false
";

/// One value of the configuration.
struct PageSetting {
    path: &'static str,
    /// `None` takes the key away.
    value: Option<String>,
    /// Whether the operator set it, so that it shows among the differences.
    given: bool,
}

/// The full configuration.
pub(crate) fn render_full(settings: &LabSettings) -> String {
    let mut page = YamlPage::recorded(if settings.is_v3() { FULL_3_0 } else { FULL_2_10 });
    for setting in list_settings(settings) {
        apply_setting(&mut page, &setting);
    }
    page.text().replace("instance_id: vm", "instance_id: lab")
}

/// What the operator set.
pub(crate) fn render_diff(settings: &LabSettings) -> String {
    let start = if settings.is_v3() { DIFF_3_0 } else { DIFF_2_10 };
    let mut page = YamlPage::sorted(&format!("{start}{DIFF_BOTH}"));
    for setting in list_settings(settings).iter().filter(|setting| setting.given) {
        apply_setting(&mut page, setting);
    }
    if settings.fault.generator_off {
        page.remove("metrics_generator.storage");
    }
    page.text()
}

fn apply_setting(page: &mut YamlPage, setting: &PageSetting) {
    match &setting.value {
        Some(value) => page.set(setting.path, value),
        None => page.remove(setting.path),
    }
}

fn list_settings(settings: &LabSettings) -> Vec<PageSetting> {
    let mut all = vec![
        build_given("distributor.receivers", render_receivers(settings)),
        build_given("server.http_listen_port", settings.sockets.tempo.port()),
    ];
    if !settings.api_prefix().is_empty() {
        all.push(build_given("http_api_prefix", settings.api_prefix()));
    }
    if settings.fault.stream_over_http || settings.fault.streaming {
        all.push(build_given("stream_over_http_enabled", true));
    }
    if settings.fault.multitenancy {
        all.push(build_given("multitenancy_enabled", true));
    }
    all.extend(list_generator_settings(settings));
    all.extend(list_storage_settings(settings));
    all.extend(list_override_settings(settings));
    all
}

/// A setting that somebody gave.
fn build_given(path: &'static str, value: impl ToString) -> PageSetting {
    build_setting(path, value, true)
}

fn build_setting(path: &'static str, value: impl ToString, given: bool) -> PageSetting {
    let value = Some(value.to_string());
    PageSetting { path, value, given }
}

fn build_timed(path: &'static str, value: Duration, default: Duration) -> PageSetting {
    build_setting(path, render_go_duration(value), value != default)
}

fn build_absent(path: &'static str) -> PageSetting {
    PageSetting {
        path,
        value: None,
        given: true,
    }
}

fn render_receivers(settings: &LabSettings) -> String {
    let fault = &settings.fault;
    let mut protocols = String::new();
    for (name, receiver, address) in [
        ("grpc", fault.otlp_grpc, settings.sockets.otlp_grpc),
        ("http", fault.otlp_http, settings.sockets.otlp_http),
    ] {
        if let Some(endpoint) = settings.receiver_address(receiver, address) {
            protocols.push_str(&format!("\n        {name}:\n            endpoint: {endpoint}"));
            if receiver == ReceiverState::Tls {
                protocols.push_str("\n            tls:\n                cert_file: /etc/tempo/tls.crt\n                key_file: /etc/tempo/tls.key");
            }
        }
    }
    format!("otlp:\n    protocols:{protocols}")
}

fn list_generator_settings(settings: &LabSettings) -> Vec<PageSetting> {
    let seconds = Duration::from_secs;
    let mut all = vec![
        build_timed(
            "metrics_generator.registry.collection_interval",
            settings.collection_interval,
            seconds(15),
        ),
        build_timed(
            "metrics_generator.metrics_ingestion_time_range_slack",
            settings.slack,
            seconds(30),
        ),
        build_timed(
            "metrics_generator.processor.service_graphs.wait",
            settings.edge_wait,
            seconds(10),
        ),
    ];
    if settings.fault.generator_off {
        all.push(build_setting("metrics_generator.storage.path", "\"\"", false));
        all.push(build_absent("metrics_generator.storage.remote_write"));
        return all;
    }
    match &settings.remote_write {
        None => all.push(build_absent("metrics_generator.storage.remote_write")),
        Some(remote) => {
            let relabel = if remote.drops_everything {
                "\n  write_relabel_configs:\n    - source_labels: [__name__]\n      separator: ;\n      regex: traces_.*\n      replacement: $1\n      action: drop"
            } else {
                ""
            };
            all.push(build_given(
                "metrics_generator.storage.remote_write",
                format!(
                    "- url: {}\n  remote_timeout: 30s{relabel}\n  send_exemplars: true\n{REMOTE_WRITE}",
                    remote.url
                ),
            ));
        }
    }
    all
}

const REMOTE_WRITE: &str = "  protobuf_message: prometheus.WriteRequest
  follow_redirects: true
  enable_http2: false
  queue_config:
    capacity: 10000
    max_shards: 50
    min_shards: 1
    max_samples_per_send: 2000
    batch_send_deadline: 5s
    min_backoff: 30ms
    max_backoff: 5s
  metadata_config:
    send: true
    send_interval: 1m
    max_samples_per_send: 2000";

fn list_storage_settings(settings: &LabSettings) -> Vec<PageSetting> {
    let seconds = Duration::from_secs;
    let cutoff = "query_frontend.query_end_cutoff";
    if settings.is_v3() {
        vec![
            build_timed("live_store.flush_check_period", settings.flush_tick, seconds(5)),
            build_timed("live_store.max_trace_idle", settings.trace_idle, seconds(5)),
            build_timed(cutoff, settings.query_end_cutoff, seconds(30)),
        ]
    } else {
        let mut all = vec![
            build_timed("ingester.flush_check_period", settings.flush_tick, seconds(10)),
            build_timed("ingester.trace_idle_period", settings.trace_idle, seconds(5)),
        ];
        if !settings.query_end_cutoff.is_zero() {
            all.push(build_timed(cutoff, settings.query_end_cutoff, Duration::ZERO));
        }
        all
    }
}

fn list_override_settings(settings: &LabSettings) -> Vec<PageSetting> {
    let (fault, limits) = (&settings.fault, &settings.limits);
    let mut all = vec![
        build_setting(
            "overrides.defaults.ingestion.rate_limit_bytes",
            limits.rate_bytes,
            fault.rate_limit_bytes.is_some(),
        ),
        build_setting(
            "overrides.defaults.ingestion.burst_size_bytes",
            limits.burst_bytes,
            fault.burst_size_bytes.is_some(),
        ),
        build_setting(
            "overrides.defaults.ingestion.max_traces_per_user",
            limits.max_traces,
            fault.max_traces_per_user.is_some(),
        ),
        build_setting(
            "overrides.defaults.global.max_bytes_per_trace",
            limits.max_bytes_per_trace,
            fault.max_bytes_per_trace.is_some(),
        ),
    ];
    if settings.processors.is_empty() {
        all.push(build_absent("overrides.defaults.metrics_generator.processors"));
    } else {
        let list: Vec<String> = settings.processors.iter().map(|name| format!("- {name}")).collect();
        all.push(build_given(
            "overrides.defaults.metrics_generator.processors",
            list.join("\n"),
        ));
    }
    if limits.max_active_series > 0 {
        all.push(build_given(
            "overrides.defaults.metrics_generator.max_active_series",
            limits.max_active_series,
        ));
    }
    if fault.dry_run {
        all.push(build_given(
            "overrides.defaults.metrics_generator.disable_collection",
            true,
        ));
    }
    if fault.native_histograms {
        all.push(build_given(
            "overrides.defaults.metrics_generator.generate_native_histograms",
            "both",
        ));
    }
    all
}

/// The limits of a tenant without overrides of its own, as `/status/overrides/{tenant}` shows them.
pub(crate) fn render_runtime_defaults(settings: &LabSettings) -> String {
    let limits = &settings.limits;
    let mut text = format!(
        "ingestion:\n  rate_strategy: local\n  rate_limit_bytes: {}\n  burst_size_bytes: {}\n  max_traces_per_user: {}\n  retry_info_enabled: true\nread:\n  max_bytes_per_tag_values_query: 1000000\n",
        limits.rate_bytes, limits.burst_bytes, limits.max_traces
    );
    if settings.is_v3() {
        text.push_str("  max_condition_groups_per_tag_query: 100\n");
    }
    text.push_str("metrics_generator:\n");
    if !settings.processors.is_empty() {
        text.push_str("  processors:\n");
        for name in &settings.processors {
            text.push_str(&format!("  - {name}\n"));
        }
    }
    if limits.max_active_series > 0 {
        text.push_str(&format!("  max_active_series: {}\n", limits.max_active_series));
    }
    if settings.fault.dry_run {
        text.push_str("  disable_collection: true\n");
    }
    let histograms = if settings.fault.native_histograms {
        "both"
    } else {
        "classic"
    };
    text.push_str(&format!("  generate_native_histograms: {histograms}\n"));
    if !settings.is_v3() {
        text.push_str("  ingestion_time_range_slack: 0s\n");
    }
    text.push_str("  native_histogram_bucket_factor: 1.1\n  native_histogram_max_bucket_number: 100\n  native_histogram_min_reset_duration: 15m0s\n");
    text.push_str(&format!(
        "global:\n  max_bytes_per_trace: {}\n",
        limits.max_bytes_per_trace
    ));
    text
}

/// The page `/status/runtime_config`.
pub(crate) fn render_runtime(settings: &LabSettings) -> String {
    let mut text = String::from("defaults:\n");
    for line in render_runtime_defaults(settings).lines() {
        text.push_str(&format!("  {line}\n"));
    }
    text.push_str("overrides: {}\n");
    text
}

/// A duration as Go writes it: `500ms`, `15s`, `5m0s`.
pub(crate) fn render_go_duration(value: Duration) -> String {
    let micros = value.as_micros();
    match micros {
        0 => "0s".to_owned(),
        1..1_000 => format!("{micros}µs"),
        1_000..1_000_000 => format!("{}ms", micros as f64 / 1e3),
        _ => {
            let seconds = value.as_secs_f64() % 60.0;
            let minutes = value.as_secs() / 60;
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}
