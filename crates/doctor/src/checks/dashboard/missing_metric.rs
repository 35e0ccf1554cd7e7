//! What it means that a metric does not exist: renamed between the lines of Tempo, another form of a histogram, another
//! generator's name, a rule that is not loaded, an event that has not happened, a component or exporter that does not
//! run here. Names are those of grafana/tempo v2.10.8 and v3.0.3.

use telemetry::model::dashboard::{DashboardSourceFacts, SelectorFacts};

use super::reason::{EmptinessReason, ReasonWeight};

/// Families that went with 3.x.
const TEMPO_2_PREFIXES: [&str; 6] = [
    "tempo_ingester_",
    "tempo_distributor_ingester_",
    "tempo_compactor_",
    "tempodb_compaction_spans_combined_total",
    "tempo_metrics_generator_processor_local_blocks_",
    "tempo_frontend_worker_",
];
/// Families that came with 3.x.
const TEMPO_3_PREFIXES: [&str; 5] = [
    "tempo_live_store_",
    "tempo_backend_scheduler_",
    "tempo_backend_worker_",
    "tempo_block_builder_",
    "tempo_ingest_",
];
/// Components that a single binary need not have, and what they are.
const COMPONENTS: [(&str, &str); 8] = [
    (
        "tempo_memberlist_client_",
        "memberlist, which a single binary does not use",
    ),
    ("tempo_block_builder_", "block-builders, which run only with Kafka"),
    ("tempo_ingest_", "Kafka readers, which a single binary does not use"),
    ("tempo_distributor_kafka_", "Kafka, which a single binary does not use"),
    (
        "tempo_distributor_produce_",
        "Kafka, which a single binary does not use",
    ),
    ("tempo_memcache_", "Memcached, which is not used here"),
    (
        "tempo_querier_external_endpoint_",
        "external querier endpoints, of which there are none",
    ),
    ("tempo_vulture_", "Tempo vulture, which does not run here"),
];
/// Exporters beside Tempo, and whose they are.
const EXPORTERS: [(&str, &str); 11] = [
    ("container_", "cAdvisor, which scrapes containers in Kubernetes"),
    ("kube_", "kube-state-metrics, which runs in Kubernetes"),
    ("kubelet_", "the kubelet of Kubernetes"),
    ("machine_", "cAdvisor, which scrapes containers in Kubernetes"),
    ("envoy_", "an Envoy in front of Tempo"),
    ("promtail_", "Promtail"),
    ("node_", "the node exporter"),
    ("nginx_", "an nginx exporter"),
    ("gauge_memberlist_", "memberlist, which a single binary does not use"),
    ("otelcol_", "an OpenTelemetry Collector"),
    ("http_server_", "the SDK of an application"),
];
/// A Prometheus younger than this may not have scraped anything.
const YOUNG_S: f64 = 90.0;
/// Words of counters that count what should not happen.
const FAILURE_WORDS: [&str; 22] = [
    "fail",
    "error",
    "discard",
    "drop",
    "refus",
    "retr",
    "evict",
    "timeout",
    "reject",
    "expired",
    "limited",
    "corrupt",
    "panic",
    "truncat",
    "lost",
    "skipped",
    "invalid",
    "not_found",
    "missed",
    "unhealthy",
    "tenant_reset",
    "empty_job",
];
/// The same quantity under the names that other generators give it.
const CALLS_NAMES: [&str; 4] = [
    "traces_spanmetrics_calls_total",
    "traces_span_metrics_calls_total",
    "span_metrics_calls_total",
    "calls_total",
];
const LATENCY_NAMES: [&str; 8] = [
    "traces_spanmetrics_latency",
    "traces_spanmetrics_duration_milliseconds",
    "traces_spanmetrics_duration_seconds",
    "traces_span_metrics_duration_milliseconds",
    "traces_span_metrics_duration_seconds",
    "span_metrics_duration_milliseconds",
    "duration_milliseconds",
    "duration_seconds",
];

/// Why a metric that a query needs does not exist. `event_sink` says that a sum over nothing is what is wanted.
pub fn explain_missing_metric(part: &SelectorFacts, source: Option<&DashboardSourceFacts>) -> EmptinessReason {
    let metric = part.metric.as_str();
    let names: &[String] = source.map_or(&[], |source| source.names.as_slice());
    let has = |name: &str| names.iter().any(|one| one == name);
    let any = |start: &str| names.iter().any(|one| one.starts_with(start));
    let evidence = |reason: EmptinessReason| reason.seen("Prometheus", metric, "no series at any time");
    if metric.contains(':') {
        return evidence(explain_missing_rule(metric, source));
    }
    if let Some(other) = &part.other_form {
        return evidence(explain_histogram_form(metric, other));
    }
    if let Some(new) = metric
        .strip_prefix("cortex_query_frontend_")
        .map(|rest| format!("tempo_query_frontend_{rest}"))
    {
        return evidence(
            EmptinessReason::new(
                "dash-query-frontend-name",
                ReasonWeight::Certain,
                format!("{metric} is called {new} since Tempo 2.1"),
            )
            .fix(format!("query {new}"), None),
        );
    }
    if let Some(other) = find_equivalent_metric(metric, names) {
        return evidence(
            EmptinessReason::new(
                "sm-name-mismatch",
                ReasonWeight::Certain,
                format!("{metric} is another generator's name; here it is {other}"),
            )
            .seen("Prometheus", other.clone(), "exists")
            .fix(format!("query {other} instead of {metric}"), None),
        );
    }
    if let Some(found) = find_renamed_metric(metric, &any) {
        return evidence(found);
    }
    if let Some(longer) = part.near.iter().find(|near| **near == format!("{metric}_total")) {
        return evidence(
            EmptinessReason::new(
                "dash-metric-missing",
                ReasonWeight::Likely,
                format!("{metric} is called {longer} here"),
            )
            .fix(format!("query {longer}"), None),
        );
    }
    if let Some((_, what)) = EXPORTERS.iter().find(|(start, _)| metric.starts_with(start)) {
        return evidence(EmptinessReason::new(
            "dash-metric-missing",
            ReasonWeight::Note,
            format!("{metric} comes from {what}; it is not scraped here"),
        ));
    }
    let of_tempo = metric.starts_with("tempo_") || metric.starts_with("tempodb_");
    let generated = metric.starts_with("traces_");
    let scraped = has("tempo_build_info");
    if of_tempo && source.and_then(|source| source.up_for_s).is_some_and(|up| up < YOUNG_S) {
        return EmptinessReason::expected("Prometheus has only just started and has not scraped Tempo yet");
    }
    if of_tempo && !scraped && !any("tempo") {
        return evidence(
            EmptinessReason::new(
                "scrape-missing",
                ReasonWeight::Certain,
                "Prometheus has no Tempo metrics: it does not scrape Tempo",
            )
            .seen("Prometheus", "tempo_build_info", "no series"),
        );
    }
    let event = FAILURE_WORDS.iter().any(|word| metric.contains(word));
    if (of_tempo && scraped || generated && any("traces_")) && event {
        return EmptinessReason::expected("no event of this kind has happened yet, so no data is expected");
    }
    if let Some((_, what)) = COMPONENTS.iter().find(|(start, _)| metric.starts_with(start)) {
        return evidence(EmptinessReason::new(
            "dash-metric-missing",
            ReasonWeight::Note,
            format!("{metric} belongs to {what}"),
        ));
    }
    if generated {
        return evidence(explain_generated_metric(metric, source));
    }
    if of_tempo && let Some(found) = find_lazy_metric(metric, source) {
        return evidence(found);
    }
    let mut reason = EmptinessReason::new(
        "dash-metric-missing",
        if part.near.is_empty() {
            ReasonWeight::Guess
        } else {
            ReasonWeight::Likely
        },
        format!("no series is named {metric}"),
    );
    if !part.near.is_empty() {
        reason.text = format!("no series is named {metric}; nearest: {}", part.near.join(", "));
    }
    evidence(reason)
}

fn explain_missing_rule(metric: &str, source: Option<&DashboardSourceFacts>) -> EmptinessReason {
    let rules = source.and_then(|source| source.rules.as_ref());
    let reason = EmptinessReason::new(
        "dash-recording-rules-missing",
        if rules.is_some() {
            ReasonWeight::Certain
        } else {
            ReasonWeight::Likely
        },
        format!("{metric} comes from a recording rule, but no rule of that name is loaded"),
    );
    match rules {
        Some(rules) => reason.seen("GET /api/v1/rules", "recording rules", rules.len()),
        None => reason,
    }
}

fn explain_histogram_form(metric: &str, other: &str) -> EmptinessReason {
    let wants_native = other.ends_with("_bucket");
    let graph = metric.starts_with("traces_service_graph_") && !wants_native;
    let text = if wants_native {
        format!("{metric} is queried as a native histogram, but only its classic buckets exist")
    } else {
        format!("{metric} is queried as a classic histogram, but only the native one exists")
    };
    EmptinessReason::new(
        if graph {
            "sg-latency-native-only"
        } else {
            "dash-histogram-form"
        },
        ReasonWeight::Certain,
        text,
    )
    .seen("Prometheus", other, "exists")
}

/// The name that exists here for what another generator calls so.
fn find_equivalent_metric(metric: &str, names: &[String]) -> Option<String> {
    let has = |name: &str| names.iter().any(|one| one == name);
    if CALLS_NAMES.contains(&metric) {
        return CALLS_NAMES
            .iter()
            .find(|other| **other != metric && has(other))
            .map(|name| (*name).to_owned());
    }
    let end = ["_bucket", "_sum", "_count", ""]
        .into_iter()
        .find(|end| metric.ends_with(end))?;
    let base = metric.strip_suffix(end)?;
    if !LATENCY_NAMES.contains(&base) {
        return None;
    }
    LATENCY_NAMES
        .iter()
        .filter(|other| **other != base)
        .map(|other| format!("{other}{end}"))
        .find(|other| has(other))
}

/// True where a metric went with the major version before this one.
pub(super) fn is_gone(metric: &str, major: u32) -> bool {
    major >= 3 && TEMPO_2_PREFIXES.iter().any(|start| metric.starts_with(start))
}

/// The metric belongs to the other line of Tempo.
fn find_renamed_metric(metric: &str, any: &dyn Fn(&str) -> bool) -> Option<EmptinessReason> {
    let three = any("tempo_live_store_");
    let two = any("tempo_ingester_");
    let of = |list: &[&str]| list.iter().any(|start| metric.starts_with(start));
    let text = if three && !two && of(&TEMPO_2_PREFIXES) {
        format!("{metric} belongs to Tempo 2.x; this is 3.x, which uses live-stores and backend workers instead")
    } else if two && !three && of(&TEMPO_3_PREFIXES) {
        format!("{metric} belongs to Tempo 3.x; this is 2.x, which uses ingesters and compactors instead")
    } else {
        return None;
    };
    Some(EmptinessReason::new(
        "dash-renamed-metrics",
        ReasonWeight::Certain,
        text,
    ))
}

/// A metric that the generator makes.
fn explain_generated_metric(metric: &str, source: Option<&DashboardSourceFacts>) -> EmptinessReason {
    let names: &[String] = source.map_or(&[], |source| source.names.as_slice());
    let any = |start: &str| names.iter().any(|one| one.starts_with(start));
    let (spans, graph) = (any("traces_spanmetrics_"), any("traces_service_graph_"));
    if metric.starts_with("traces_service_graph_") && spans && !graph {
        return EmptinessReason::new(
            "sg-processor-missing",
            ReasonWeight::Guess,
            "span metrics exist, but the service graph does not: service-graphs is off, or no pair of client and server arrived",
        );
    }
    if metric.starts_with("traces_spanmetrics_") && graph && !spans {
        return EmptinessReason::new(
            "sm-processor-missing",
            ReasonWeight::Likely,
            "the service graph exists, but span metrics do not",
        );
    }
    if metric.starts_with("traces_target_info") || metric.starts_with("traces_spanmetrics_size") {
        return EmptinessReason::new(
            "sm-target-info-absent",
            ReasonWeight::Note,
            format!("{metric} is not produced unless it is enabled"),
        );
    }
    match source.and_then(|source| source.spans_per_s) {
        Some(rate) if rate > 0.0 && !spans && !graph => EmptinessReason::new(
            "gen-processors-not-enabled",
            ReasonWeight::Guess,
            "Tempo receives spans, but no metrics from them arrive here; run tempoctl doctor to find out why",
        ),
        Some(_) | None if !spans && !graph => EmptinessReason::new(
            "app-none-sending",
            ReasonWeight::Guess,
            "no metrics from spans exist yet: no application sends, or the generator does not write here; run tempoctl doctor to find out",
        ),
        _ => EmptinessReason::new(
            "dash-metric-missing",
            ReasonWeight::Guess,
            format!("the generator writes here, but not {metric}"),
        ),
    }
}

/// Metrics of Tempo that appear with the first span, or the first query.
fn find_lazy_metric(metric: &str, source: Option<&DashboardSourceFacts>) -> Option<EmptinessReason> {
    let received = source
        .and_then(|source| source.spans_per_s)
        .is_some_and(|rate| rate > 0.0);
    let after = |list: &[&str]| list.iter().any(|start| metric.starts_with(start));
    if after(&[
        "tempo_query_frontend_",
        "tempo_querier_",
        "tempo_request_duration_",
        "tempodb_backend_",
    ]) {
        return Some(EmptinessReason::expected(
            "appears with the first query, so no data is expected yet",
        ));
    }
    let with_blocks = after(&[
        "tempodb_compaction_",
        "tempodb_blocklist_",
        "tempodb_retention_",
        "tempo_backend_scheduler_",
        "tempo_backend_worker_",
    ]);
    if with_blocks && received {
        return Some(EmptinessReason::expected(
            "appears with the first block or job of its kind, so no data is expected yet",
        ));
    }
    let with_spans = after(&[
        "tempo_distributor_",
        "tempo_receiver_",
        "tempo_metrics_generator_",
        "tempo_live_store_",
        "tempo_ingester_",
    ]);
    (with_blocks || with_spans && !received).then(|| {
        EmptinessReason::new(
            "app-none-sending",
            ReasonWeight::Guess,
            format!("{metric} appears with the first span, and Tempo has received none recently"),
        )
    })
}
