//! Every setting's names: its flag, its variables (the first that is set counts), its key in the file. Each target has
//! its own set, so no credential reaches a stranger.

/// The names of one setting. An empty name is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct SettingNames {
    pub(super) flag: &'static str,
    pub(super) env: &'static [&'static str],
    pub(super) key: &'static str,
}

const fn name_setting(flag: &'static str, env: &'static [&'static str], key: &'static str) -> SettingNames {
    SettingNames { flag, env, key }
}

/// The names of a target's TLS settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct TlsNames {
    pub(super) ca_cert: SettingNames,
    pub(super) cert: SettingNames,
    pub(super) key: SettingNames,
    pub(super) skip_verify: SettingNames,
}

/// The names of one HTTP target's settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct TargetNames {
    /// What the rows of `config show` start with.
    pub(super) name: &'static str,
    pub(super) url: SettingNames,
    /// The address that is tried where nobody gave one, and the example in errors.
    pub(super) example: &'static str,
    pub(super) port: u16,
    pub(super) headers: SettingNames,
    pub(super) org_id: SettingNames,
    /// Only the variables: a token is never a flag.
    pub(super) token: &'static [&'static str],
    pub(super) token_file: SettingNames,
    pub(super) user: SettingNames,
    pub(super) password: &'static [&'static str],
    pub(super) password_file: SettingNames,
    pub(super) tls: TlsNames,
}

const NONE: SettingNames = name_setting("", &[], "");

pub(super) const TEMPO: TargetNames = TargetNames {
    name: "tempo",
    url: name_setting("--tempo-url", &["TEMPO_URL", "TEMPO_ADDR"], "tempo_url"),
    example: "http://localhost:3200",
    port: 3200,
    headers: name_setting("--header", &[], "headers"),
    org_id: name_setting("--org-id", &["TEMPO_ORG_ID"], "org_id"),
    token: &["TEMPO_BEARER_TOKEN"],
    token_file: name_setting("", &["TEMPO_BEARER_TOKEN_FILE"], "tempo_token_file"),
    user: name_setting("", &["TEMPO_USERNAME"], "tempo_username"),
    password: &["TEMPO_PASSWORD"],
    password_file: name_setting("", &[], "tempo_password_file"),
    tls: TlsNames {
        ca_cert: name_setting("--ca-cert", &["TEMPO_CA_CERT_PATH"], "ca_cert"),
        cert: name_setting("--cert", &["TEMPO_CLIENT_CERT_PATH"], "cert"),
        key: name_setting("--key", &["TEMPO_CLIENT_KEY_PATH"], "key"),
        skip_verify: name_setting("--tls-skip-verify", &["TEMPO_TLS_SKIP_VERIFY"], "tls_skip_verify"),
    },
};

pub(super) const PROMETHEUS: TargetNames = TargetNames {
    name: "prometheus",
    url: name_setting("--prometheus-url", &["PROMETHEUS_URL"], "prometheus_url"),
    example: "http://localhost:9090",
    port: 9090,
    headers: name_setting("--prometheus-header", &[], "prometheus_headers"),
    org_id: name_setting("--prometheus-org-id", &["PROMETHEUS_ORG_ID"], "prometheus_org_id"),
    token: &["PROMETHEUS_BEARER_TOKEN"],
    token_file: name_setting(
        "--prometheus-token-file",
        &["PROMETHEUS_BEARER_TOKEN_FILE"],
        "prometheus_token_file",
    ),
    user: name_setting("", &["PROMETHEUS_USERNAME"], "prometheus_username"),
    password: &["PROMETHEUS_PASSWORD"],
    password_file: name_setting("", &[], "prometheus_password_file"),
    tls: TlsNames {
        ca_cert: name_setting(
            "--prometheus-ca-cert",
            &["PROMETHEUS_CA_CERT_PATH"],
            "prometheus_ca_cert",
        ),
        cert: name_setting("", &["PROMETHEUS_CLIENT_CERT_PATH"], "prometheus_cert"),
        key: name_setting("", &["PROMETHEUS_CLIENT_KEY_PATH"], "prometheus_key"),
        skip_verify: name_setting("", &["PROMETHEUS_TLS_SKIP_VERIFY"], "prometheus_tls_skip_verify"),
    },
};

pub(super) const LOKI: TargetNames = TargetNames {
    name: "loki",
    url: name_setting("--loki-url", &["LOKI_ADDR"], "loki_url"),
    example: "http://localhost:3100",
    port: 3100,
    headers: name_setting("--loki-header", &[], "loki_headers"),
    org_id: name_setting("--loki-org-id", &["LOKI_ORG_ID"], "loki_org_id"),
    token: &["LOKI_BEARER_TOKEN"],
    token_file: name_setting("--loki-token-file", &["LOKI_BEARER_TOKEN_FILE"], "loki_token_file"),
    user: name_setting("", &["LOKI_USERNAME"], "loki_username"),
    password: &["LOKI_PASSWORD"],
    password_file: name_setting("", &[], "loki_password_file"),
    tls: TlsNames {
        ca_cert: name_setting("--loki-ca-cert", &["LOKI_CA_CERT_PATH"], "loki_ca_cert"),
        cert: name_setting("", &["LOKI_CLIENT_CERT_PATH"], "loki_cert"),
        key: name_setting("", &["LOKI_CLIENT_KEY_PATH"], "loki_key"),
        skip_verify: name_setting("", &["LOKI_TLS_SKIP_VERIFY"], "loki_tls_skip_verify"),
    },
};

pub(super) const GRAFANA: TargetNames = TargetNames {
    name: "grafana",
    url: name_setting("--grafana-url", &["GRAFANA_URL", "GRAFANA_SERVER"], "grafana_url"),
    example: "http://localhost:3000",
    port: 3000,
    headers: name_setting("--grafana-header", &[], "grafana_headers"),
    org_id: name_setting("--grafana-org-id", &["GRAFANA_ORG_ID"], "grafana_org_id"),
    token: &["GRAFANA_SERVICE_ACCOUNT_TOKEN", "GRAFANA_TOKEN"],
    token_file: name_setting(
        "--grafana-token-file",
        &["GRAFANA_SERVICE_ACCOUNT_TOKEN_FILE"],
        "grafana_token_file",
    ),
    user: name_setting(
        "--grafana-user",
        &["GRAFANA_USERNAME", "GRAFANA_USER"],
        "grafana_username",
    ),
    password: &["GRAFANA_PASSWORD"],
    password_file: name_setting("", &[], "grafana_password_file"),
    tls: TlsNames {
        ca_cert: name_setting(
            "--grafana-ca-cert",
            &["GRAFANA_CA_CERT_PATH", "GRAFANA_TLS_CA_FILE"],
            "grafana_ca_cert",
        ),
        cert: name_setting(
            "",
            &["GRAFANA_CLIENT_CERT_PATH", "GRAFANA_TLS_CERT_FILE"],
            "grafana_cert",
        ),
        key: name_setting("", &["GRAFANA_CLIENT_KEY_PATH", "GRAFANA_TLS_KEY_FILE"], "grafana_key"),
        skip_verify: name_setting("", &["GRAFANA_TLS_SKIP_VERIFY"], "grafana_tls_skip_verify"),
    },
};

pub(super) const COLLECTOR: TargetNames = TargetNames {
    name: "collector metrics",
    url: name_setting(
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
pub(super) const TARGETS: [&TargetNames; 4] = [&TEMPO, &PROMETHEUS, &GRAFANA, &LOKI];

/// The names of the sender's settings, as the OTLP exporter specification gives the variables.
pub(super) mod otlp {
    use super::{NONE, SettingNames, TlsNames, name_setting};

    pub(crate) const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    pub(crate) const ENDPOINT: SettingNames = name_setting(
        "--otlp-endpoint",
        &[TRACES_ENDPOINT, "OTEL_EXPORTER_OTLP_ENDPOINT"],
        "otlp_endpoint",
    );
    pub(crate) const PROTOCOL: SettingNames = name_setting(
        "--otlp-protocol",
        &["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"],
        "otlp_protocol",
    );
    pub(crate) const HEADERS: SettingNames = name_setting(
        "--otlp-header",
        &["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"],
        "otlp_headers",
    );
    /// `SPAN_INSECURE` is the name of earlier versions of the specification; SDKs still read it.
    pub(crate) const INSECURE: SettingNames = name_setting(
        "--otlp-insecure",
        &[
            "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
            "OTEL_EXPORTER_OTLP_SPAN_INSECURE",
            "OTEL_EXPORTER_OTLP_INSECURE",
        ],
        "otlp_insecure",
    );
    pub(crate) const TIMEOUT: SettingNames = name_setting(
        "",
        &["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"],
        "otlp_timeout",
    );
    pub(crate) const COMPRESSION: SettingNames = name_setting(
        "",
        &[
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
            "OTEL_EXPORTER_OTLP_COMPRESSION",
        ],
        "otlp_compression",
    );
    pub(crate) const TLS: TlsNames = TlsNames {
        ca_cert: name_setting(
            "--otlp-ca-cert",
            &[
                "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
                "OTEL_EXPORTER_OTLP_CERTIFICATE",
            ],
            "otlp_ca_cert",
        ),
        cert: name_setting(
            "--otlp-cert",
            &[
                "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
            ],
            "otlp_cert",
        ),
        key: name_setting(
            "--otlp-key",
            &["OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
            "otlp_key",
        ),
        skip_verify: NONE,
    };
    /// Tempo's receiver behind the collector.
    pub(crate) const TEMPO_RECEIVER: SettingNames = name_setting("--tempo-otlp-endpoint", &[], "tempo_otlp_endpoint");
}

/// Whether proxies count.
pub(super) const NO_PROXY: SettingNames = name_setting("--no-proxy", &[], "no_proxy");
