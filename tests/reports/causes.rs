//! Causes with evidence and remedy, as checks find them.

use telemetry::model::report::ReportCause;
use telemetry::model::{Confidence, EvidenceLine, FindingLevel, Hop, Remedy};

pub fn receiver_disabled() -> ReportCause {
    ReportCause {
        id: "rw-receiver-disabled".to_owned(),
        check: "prometheus.remote-write-receiver".to_owned(),
        hop: Hop::Prometheus,
        level: FindingLevel::Broken,
        confidence: Confidence::Certain,
        summary: "Prometheus runs without its remote-write receiver and answers 404 to every sample that Tempo sends."
            .to_owned(),
        evidence: vec![
            EvidenceLine::new("GET /api/v1/status/flags", "web.enable-remote-write-receiver", "false"),
            EvidenceLine::new(
                "POST /api/v1/write",
                "an empty write",
                "404 remote write receiver needs to be enabled",
            ),
            EvidenceLine::new(
                "Tempo /metrics",
                "prometheus_remote_storage_samples_failed_total",
                "+122 since the marker",
            ),
        ],
        remedy: Remedy {
            text: "start Prometheus with".to_owned(),
            command: None,
            config: Some("--web.enable-remote-write-receiver".to_owned()),
            docs: Some("https://prometheus.io/docs/prometheus/latest/querying/api/#remote-write-receiver".to_owned()),
        },
        explains: vec!["remote-write.delivery".to_owned(), "prometheus.span-metrics".to_owned()],
    }
}

pub fn none_sending() -> ReportCause {
    ReportCause {
        id: "app-none-sending".to_owned(),
        check: "app.sending".to_owned(),
        hop: Hop::App,
        level: FindingLevel::Degraded,
        confidence: Confidence::Certain,
        summary: "only tempoctl's own marker reached Tempo in the last 1h; the four empty panels of «Tempo Overview» \
                  are a consequence"
            .to_owned(),
        evidence: vec![
            EvidenceLine::new(
                "Tempo search, last 1h",
                "services",
                "tempoctl-marker-client, tempoctl-marker-server",
            ),
            EvidenceLine::new(
                "Tempo /metrics",
                "tempo_distributor_spans_received_total",
                "6 since start",
            ),
        ],
        remedy: Remedy {
            text: "instrument an application and let it send here, or generate test traffic:".to_owned(),
            command: Some("tempoctl snippet python-fastapi\ntempoctl send --rate 5".to_owned()),
            config: Some(
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
                    .to_owned(),
            ),
            docs: None,
        },
        explains: vec!["dashboard.panels".to_owned()],
    }
}

pub fn protocol_off() -> ReportCause {
    ReportCause {
        id: "receiver-protocol-not-enabled".to_owned(),
        check: "receiver.push".to_owned(),
        hop: Hop::Receiver,
        level: FindingLevel::Broken,
        confidence: Confidence::Certain,
        summary: "Tempo's OTLP receiver for http is not switched on".to_owned(),
        evidence: vec![
            EvidenceLine::new("OTLP push over http/protobuf", "http://localhost:4318/v1/traces", "connection refused (::1, 127.0.0.1)"),
            EvidenceLine::new("empty export over grpc", "http://localhost:4317", "answers"),
            EvidenceLine::new("GET /status/config", "distributor.receivers.otlp.protocols.http", "not listed"),
        ],
        remedy: Remedy {
            text: "list the protocol in Tempo's configuration:".to_owned(),
            command: None,
            config: Some(
                "distributor:\n  receivers:\n    otlp:\n      protocols:\n        http:\n          endpoint: \"0.0.0.0:4318\"".to_owned(),
            ),
            docs: Some("https://grafana.com/docs/tempo/latest/configuration/".to_owned()),
        },
        explains: vec!["query.by-id".to_owned()],
    }
}

pub fn recent_unreachable() -> ReportCause {
    ReportCause {
        id: "querier-cannot-reach-recent".to_owned(),
        check: "query.by-id".to_owned(),
        hop: Hop::Query,
        level: FindingLevel::Broken,
        confidence: Confidence::Likely,
        summary: "the queriers do not reach the live store, so nothing is found that has not been flushed".to_owned(),
        evidence: vec![
            EvidenceLine::new(
                "GET /api/v2/traces/4f0c5b8e9d2a4c61b7f3a90c1d5ee2a1?start=1763884800&end=1763888400",
                "",
                "404 trace not found, asked 9 times in 30 s",
            ),
            EvidenceLine::new("GET /status/services", "live-store", "Running"),
            EvidenceLine::new(
                "Tempo /metrics",
                "tempo_request_duration_seconds_count{route=\"/tempopb.Querier/FindTraceByID\",status_code=\"error\"}",
                "+9 since the marker",
            ),
        ],
        remedy: Remedy {
            text: "Let the queriers reach the live stores on their gRPC port.".to_owned(),
            command: Some("kubectl get networkpolicy -n tempo".to_owned()),
            config: None,
            docs: Some("https://grafana.com/docs/tempo/latest/troubleshooting/querying/".to_owned()),
        },
        explains: vec!["query.search".to_owned()],
    }
}

pub fn no_processors() -> ReportCause {
    ReportCause {
        id: "gen-processors-not-enabled".to_owned(),
        check: "generator.processors".to_owned(),
        hop: Hop::Generator,
        level: FindingLevel::Broken,
        confidence: Confidence::Certain,
        summary: "no processor is switched on, so the distributor forwards nothing to the generator".to_owned(),
        evidence: vec![EvidenceLine::new("GET /status/runtime_config", "overrides.defaults.metrics_generator.processors", "[]")],
        remedy: Remedy {
            text: "List the processors in the overrides.".to_owned(),
            command: None,
            config: Some(
                "# tempo.yaml\noverrides:\n  defaults:\n    metrics_generator:\n      processors: [span-metrics, service-graphs]"
                    .to_owned(),
            ),
            docs: None,
        },
        explains: vec!["prometheus.span-metrics".to_owned(), "prometheus.service-graph".to_owned()],
    }
}
