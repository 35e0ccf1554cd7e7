//! Every setting's names: its flag, its variables (the first that is set counts), its key in the file. Each target has
//! its own set, so no credential reaches a stranger.

/// The names of one setting. An empty name is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) flag: &'static str,
    pub(super) env: &'static [&'static str],
    pub(super) key: &'static str,
}

const fn named(flag: &'static str, env: &'static [&'static str], key: &'static str) -> Setting {
    Setting { flag, env, key }
}

/// The names of a target's TLS settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct TlsNames {
    pub(super) ca_cert: Setting,
    pub(super) cert: Setting,
    pub(super) key: Setting,
    pub(super) skip_verify: Setting,
}

/// The names of one HTTP target's settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// What the rows of `config show` start with.
    pub(super) name: &'static str,
    pub(super) url: Setting,
    /// The address that is tried where nobody gave one, and the example in errors.
    pub(super) example: &'static str,
    pub(super) port: u16,
    pub(super) headers: Setting,
    pub(super) org_id: Setting,
    /// Only the variables: a token is never a flag.
    pub(super) token: &'static [&'static str],
    pub(super) token_file: Setting,
    pub(super) user: Setting,
    pub(super) password: &'static [&'static str],
    pub(super) password_file: Setting,
    pub(super) tls: TlsNames,
}

const NONE: Setting = named("", &[], "");

pub(super) const TEMPO: Target = Target {
    name: "tempo",
    url: named("--tempo-url", &["TEMPO_URL", "TEMPO_ADDR"], "tempo_url"),
    example: "http://localhost:3200",
    port: 3200,
    headers: named("--header", &[], "headers"),
    org_id: named("--org-id", &["TEMPO_ORG_ID"], "org_id"),
    token: &["TEMPO_BEARER_TOKEN"],
    token_file: named("", &["TEMPO_BEARER_TOKEN_FILE"], "tempo_token_file"),
    user: named("", &["TEMPO_USERNAME"], "tempo_username"),
    password: &["TEMPO_PASSWORD"],
    password_file: named("", &[], "tempo_password_file"),
    tls: TlsNames {
        ca_cert: named("--ca-cert", &["TEMPO_CA_CERT_PATH"], "ca_cert"),
        cert: named("--cert", &["TEMPO_CLIENT_CERT_PATH"], "cert"),
        key: named("--key", &["TEMPO_CLIENT_KEY_PATH"], "key"),
        skip_verify: named("--tls-skip-verify", &["TEMPO_TLS_SKIP_VERIFY"], "tls_skip_verify"),
    },
};

pub(super) const PROMETHEUS: Target = Target {
    name: "prometheus",
    url: named("--prometheus-url", &["PROMETHEUS_URL"], "prometheus_url"),
    example: "http://localhost:9090",
    port: 9090,
    headers: named("--prometheus-header", &[], "prometheus_headers"),
    org_id: named("--prometheus-org-id", &["PROMETHEUS_ORG_ID"], "prometheus_org_id"),
    token: &["PROMETHEUS_BEARER_TOKEN"],
    token_file: named(
        "--prometheus-token-file",
        &["PROMETHEUS_BEARER_TOKEN_FILE"],
        "prometheus_token_file",
    ),
    user: named("", &["PROMETHEUS_USERNAME"], "prometheus_username"),
    password: &["PROMETHEUS_PASSWORD"],
    password_file: named("", &[], "prometheus_password_file"),
    tls: TlsNames {
        ca_cert: named(
            "--prometheus-ca-cert",
            &["PROMETHEUS_CA_CERT_PATH"],
            "prometheus_ca_cert",
        ),
        cert: named("", &["PROMETHEUS_CLIENT_CERT_PATH"], "prometheus_cert"),
        key: named("", &["PROMETHEUS_CLIENT_KEY_PATH"], "prometheus_key"),
        skip_verify: named("", &["PROMETHEUS_TLS_SKIP_VERIFY"], "prometheus_tls_skip_verify"),
    },
};

pub(super) const LOKI: Target = Target {
    name: "loki",
    url: named("--loki-url", &["LOKI_ADDR"], "loki_url"),
    example: "http://localhost:3100",
    port: 3100,
    headers: named("--loki-header", &[], "loki_headers"),
    org_id: named("--loki-org-id", &["LOKI_ORG_ID"], "loki_org_id"),
    token: &["LOKI_BEARER_TOKEN"],
    token_file: named("--loki-token-file", &["LOKI_BEARER_TOKEN_FILE"], "loki_token_file"),
    user: named("", &["LOKI_USERNAME"], "loki_username"),
    password: &["LOKI_PASSWORD"],
    password_file: named("", &[], "loki_password_file"),
    tls: TlsNames {
        ca_cert: named("--loki-ca-cert", &["LOKI_CA_CERT_PATH"], "loki_ca_cert"),
        cert: named("", &["LOKI_CLIENT_CERT_PATH"], "loki_cert"),
        key: named("", &["LOKI_CLIENT_KEY_PATH"], "loki_key"),
        skip_verify: named("", &["LOKI_TLS_SKIP_VERIFY"], "loki_tls_skip_verify"),
    },
};

pub(super) const GRAFANA: Target = Target {
    name: "grafana",
    url: named("--grafana-url", &["GRAFANA_URL", "GRAFANA_SERVER"], "grafana_url"),
    example: "http://localhost:3000",
    port: 3000,
    headers: named("--grafana-header", &[], "grafana_headers"),
    org_id: named("--grafana-org-id", &["GRAFANA_ORG_ID"], "grafana_org_id"),
    token: &["GRAFANA_SERVICE_ACCOUNT_TOKEN", "GRAFANA_TOKEN"],
    token_file: named(
        "--grafana-token-file",
        &["GRAFANA_SERVICE_ACCOUNT_TOKEN_FILE"],
        "grafana_token_file",
    ),
    user: named(
        "--grafana-user",
        &["GRAFANA_USERNAME", "GRAFANA_USER"],
        "grafana_username",
    ),
    password: &["GRAFANA_PASSWORD"],
    password_file: named("", &[], "grafana_password_file"),
    tls: TlsNames {
        ca_cert: named(
            "--grafana-ca-cert",
            &["GRAFANA_CA_CERT_PATH", "GRAFANA_TLS_CA_FILE"],
            "grafana_ca_cert",
        ),
        cert: named(
            "",
            &["GRAFANA_CLIENT_CERT_PATH", "GRAFANA_TLS_CERT_FILE"],
            "grafana_cert",
        ),
        key: named("", &["GRAFANA_CLIENT_KEY_PATH", "GRAFANA_TLS_KEY_FILE"], "grafana_key"),
        skip_verify: named("", &["GRAFANA_TLS_SKIP_VERIFY"], "grafana_tls_skip_verify"),
    },
};

pub(super) const COLLECTOR: Target = Target {
    name: "collector metrics",
    url: named(
        "--collector-metrics-url",
        &["COLLECTOR_METRICS_URL"],
        "collector_metrics_url",
    ),
    example: "http://localhost:8888",
    port: 8888,
    headers: NONE,
    org_id: NONE,
    token: &[],
    token_file: NONE,
    user: NONE,
    password: &[],
    password_file: NONE,
    tls: TlsNames {
        ca_cert: NONE,
        cert: NONE,
        key: NONE,
        skip_verify: NONE,
    },
};

/// Every HTTP target that can have credentials.
pub(super) const TARGETS: [&Target; 4] = [&TEMPO, &PROMETHEUS, &GRAFANA, &LOKI];

/// The names of the sender's settings, as the OTLP exporter specification gives the variables.
pub(super) mod otlp {
    use super::{NONE, Setting, TlsNames, named};

    pub(crate) const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    pub(crate) const ENDPOINT: Setting = named(
        "--otlp-endpoint",
        &[TRACES_ENDPOINT, "OTEL_EXPORTER_OTLP_ENDPOINT"],
        "otlp_endpoint",
    );
    pub(crate) const PROTOCOL: Setting = named(
        "--otlp-protocol",
        &["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"],
        "otlp_protocol",
    );
    pub(crate) const HEADERS: Setting = named(
        "--otlp-header",
        &["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"],
        "otlp_headers",
    );
    /// `SPAN_INSECURE` is the name of earlier versions of the specification; SDKs still read it.
    pub(crate) const INSECURE: Setting = named(
        "--otlp-insecure",
        &[
            "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
            "OTEL_EXPORTER_OTLP_SPAN_INSECURE",
            "OTEL_EXPORTER_OTLP_INSECURE",
        ],
        "otlp_insecure",
    );
    pub(crate) const TIMEOUT: Setting = named(
        "",
        &["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"],
        "otlp_timeout",
    );
    pub(crate) const COMPRESSION: Setting = named(
        "",
        &[
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
            "OTEL_EXPORTER_OTLP_COMPRESSION",
        ],
        "otlp_compression",
    );
    pub(crate) const TLS: TlsNames = TlsNames {
        ca_cert: named(
            "--otlp-ca-cert",
            &[
                "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
                "OTEL_EXPORTER_OTLP_CERTIFICATE",
            ],
            "otlp_ca_cert",
        ),
        cert: named(
            "--otlp-cert",
            &[
                "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
            ],
            "otlp_cert",
        ),
        key: named(
            "--otlp-key",
            &["OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
            "otlp_key",
        ),
        skip_verify: NONE,
    };
    /// Tempo's receiver behind the collector.
    pub(crate) const BEHIND: Setting = named("--tempo-otlp-endpoint", &[], "tempo_otlp_endpoint");
}

/// Whether proxies count.
pub(super) const NO_PROXY: Setting = named("--no-proxy", &[], "no_proxy");
