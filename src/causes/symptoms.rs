//! From what a person says to the causes to look at first.

/// What is seen, and the causes that are worth a look, the most frequent first.
pub const SYMPTOMS: &[(&str, &[&str])] = &[
    (
        "No traces arrive at all",
        &[
            "app-none-sending",
            "receiver-localhost-bind",
            "receiver-protocol-not-enabled",
            "app-otlp-protocol-port-mismatch",
            "push-no-org-id",
            "tenant-mismatch",
            "ring-empty",
            "rate-limited",
        ],
    ),
    (
        "Traces arrived until a certain moment",
        &["app-stopped", "disk-full", "rate-limited", "kafka-unreachable"],
    ),
    (
        "The data source test is green, Explore is empty",
        &[
            "tenant-mismatch",
            "query-no-org-id",
            "app-none-sending",
            "search-empty-vs-no-data",
        ],
    ),
    (
        "A trace is not found by its id",
        &[
            "trace-v2-empty-200",
            "trace-id-format",
            "poll-longer-than-live-window",
            "retention-expired",
            "tenant-mismatch",
            "trace-not-found-v1",
        ],
    ),
    (
        "A trace is found by its id, but not by a search",
        &[
            "search-end-cutoff",
            "search-too-fresh",
            "clock-skew-search-miss",
            "search-limit-stops-early",
            "traceql-scope-or-quotes",
            "long-running-trace",
        ],
    ),
    (
        "Queries for recent data fail, older data is fine",
        &[
            "livestore-not-ready",
            "partition-without-owner",
            "livestore-lagged-query",
            "querier-cannot-reach-recent",
            "kafka-consumer-lag",
        ],
    ),
    (
        "Recent data is found, older data is not",
        &[
            "backend-access-denied",
            "blocklist-not-polled",
            "block-builder-partitions-mismatch",
            "local-backend-distributed",
            "retention-expired",
            "block-version-unsupported",
        ],
    ),
    (
        "Some spans or traces are missing",
        &[
            "trace-too-large",
            "live-traces-exceeded",
            "rate-limited",
            "invalid-trace-id",
            "attributes-truncated",
            "batch-larger-than-burst",
        ],
    ),
    (
        "Span metrics are missing",
        &[
            "gen-processors-not-enabled",
            "gen-not-configured",
            "override-replaces-defaults",
            "gen-slack",
            "rw-receiver-disabled",
            "rw-native-hist-stall",
            "sm-name-mismatch",
        ],
    ),
    (
        "The service graph is empty",
        &[
            "sg-datasource-not-linked",
            "gen-processors-not-enabled",
            "sg-processor-missing",
            "sg-no-pairs",
            "sg-virtual-node-label-bug",
            "sg-latency-native-only",
        ],
    ),
    (
        "There are no exemplars",
        &[
            "ex-storage-disabled",
            "ex-send-disabled",
            "ex-label-mismatch",
            "ex-destination-missing",
            "ex-panel-toggle-or-counter",
        ],
    ),
    (
        "Traces Drilldown or TraceQL metrics show no data",
        &[
            "traceql-metrics-no-localblocks",
            "traceql-metrics-server-spans-only",
            "traceql-metrics-rf1-history",
            "metrics-range-too-long",
        ],
    ),
    (
        "Dashboards about Tempo itself are empty",
        &["scrape-missing", "scrape-target-down", "scrape-subset"],
    ),
    (
        "It stopped with an upgrade to 2.7 or 2.8",
        &[
            "receiver-localhost-bind",
            "tempo-wrong-http-port",
            "docker-healthcheck-distroless",
            "traceql-regex-anchored",
            "receiver-label-renamed",
        ],
    ),
    (
        "It stopped with an upgrade to 3.x",
        &[
            "config-strict-yaml",
            "kafka-unreachable",
            "search-end-cutoff",
            "livestore-lagged-query",
            "block-version-unsupported",
            "traceql-metrics-rf1-history",
        ],
    ),
    (
        "It works for one tenant only",
        &[
            "override-replaces-defaults",
            "gen-override-drops-processors",
            "rw-tenant-mismatch",
            "tenant-mismatch",
        ],
    ),
];
