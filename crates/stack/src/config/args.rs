//! The flags that say where everything is and how to get in. Values stay texts here; [`super::Settings`] reads them,
//! so that every error is reported at once with its place. The environment is not read here: provenance is ours.

use std::path::{Path, PathBuf};

use clap::Args;

use super::secret::Secret;
use telemetry::parse::amount;

/// Every connection flag, accepted before or after the subcommand.
#[derive(Debug, Clone, Default, Args)]
pub struct ConnectionArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) tempo: TempoArgs,
    #[command(flatten)]
    pub(super) otlp: OtlpArgs,
    #[command(flatten)]
    pub(super) prometheus: PrometheusArgs,
    #[command(flatten)]
    pub(super) grafana: GrafanaArgs,
    #[command(flatten)]
    pub(super) loki: LokiArgs,
    #[command(flatten)]
    pub(super) collector: CollectorArgs,
    /// The servers that are asked; every one where nothing is said.
    #[arg(skip)]
    pub(super) asked: Option<&'static [Server]>,
}

/// A server that settings describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// Tempo's query API.
    Tempo,
    /// Whoever spans are sent to: a collector, or Tempo's own receiver.
    Receiver,
    /// Prometheus or Mimir.
    Prometheus,
    /// Grafana.
    Grafana,
    /// Loki.
    Loki,
    /// The metrics of the collector itself.
    Collector,
}

impl ConnectionArgs {
    /// The same flags where only these servers are asked: what is wrong with the settings of another is no error.
    #[must_use]
    pub fn asking(&self, servers: &'static [Server]) -> ConnectionArgs {
        ConnectionArgs {
            asked: Some(servers),
            ..self.clone()
        }
    }

    pub(super) fn asks(&self, server: Server) -> bool {
        self.asked.is_none_or(|asked| asked.contains(&server))
    }

    /// `--config`
    pub fn config_file(&self) -> Option<&Path> {
        self.config.config.as_deref()
    }

    /// `--context`
    pub fn context(&self) -> Option<&str> {
        self.config.context.as_deref()
    }

    /// The same flags with another `--otlp-protocol`.
    #[must_use]
    pub fn with_protocol(&self, name: &str) -> ConnectionArgs {
        let mut args = self.clone();
        args.otlp.otlp_protocol = Some(name.to_owned());
        args
    }

    /// The same flags with that `--grafana-url`, unless one was given: an address that was typed elsewhere counts as this one.
    #[must_use]
    pub fn with_grafana_url(&self, url: &str) -> ConnectionArgs {
        let mut args = self.clone();
        args.grafana.grafana_url.get_or_insert_with(|| Secret::new(url));
        args
    }

    /// The same flags with another `--context`.
    #[must_use]
    pub fn with_context(&self, name: Option<&str>) -> ConnectionArgs {
        let mut args = self.clone();
        args.config.context = name.map(str::to_owned);
        args
    }
}

/// Which configuration to use.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Context to use from the configuration file
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) context: Option<String>,
    /// Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY
    #[arg(long, global = true, hide_short_help = true)]
    pub(super) no_proxy: bool,
    /// Memory for the answers of all servers; what would take more is not read [default: 256MiB]
    #[arg(long, global = true, value_name = "SIZE", hide_short_help = true, value_parser = amount::parse_bytes)]
    pub(super) memory_limit: Option<u64>,
}

/// Tempo's query API.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Tempo")]
pub(super) struct TempoArgs {
    /// Tempo's query API [env: TEMPO_URL] [default: http://localhost:3200]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) tempo_url: Option<Secret>,
    /// Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]
    #[arg(long, alias = "tenant", global = true, value_name = "TENANT")]
    pub(super) org_id: Vec<String>,
    /// Header for Tempo's API (repeatable)
    #[arg(long = "header", global = true, value_name = "K=V", hide_short_help = true)]
    pub(super) headers: Vec<Secret>,
    /// CA certificate (PEM) for Tempo's API [env: TEMPO_CA_CERT_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) ca_cert: Option<PathBuf>,
    /// Client certificate (PEM) for Tempo's API [env: TEMPO_CLIENT_CERT_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) cert: Option<PathBuf>,
    /// Client key (PEM) for Tempo's API [env: TEMPO_CLIENT_KEY_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) key: Option<PathBuf>,
    /// Do not verify the TLS certificate of Tempo's API [env: TEMPO_TLS_SKIP_VERIFY]
    #[arg(long, alias = "insecure-skip-verify", global = true, hide_short_help = true)]
    pub(super) tls_skip_verify: bool,
}

/// The OTLP endpoint.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "OTLP")]
pub(super) struct OtlpArgs {
    /// OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]
    #[arg(long, alias = "endpoint", global = true, value_name = "URL")]
    pub(super) otlp_endpoint: Option<Secret>,
    /// OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]
    #[arg(long, global = true, value_name = "PROTOCOL")]
    pub(super) otlp_protocol: Option<String>,
    /// Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]
    #[arg(long = "otlp-header", global = true, value_name = "K=V", hide_short_help = true)]
    pub(super) otlp_headers: Vec<Secret>,
    /// Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]
    #[arg(long, global = true, hide_short_help = true)]
    pub(super) otlp_insecure: bool,
    /// CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) otlp_ca_cert: Option<PathBuf>,
    /// Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) otlp_cert: Option<PathBuf>,
    /// Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) otlp_key: Option<PathBuf>,
    /// Tempo's OTLP receiver behind the collector [default: from Tempo's configuration]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(super) tempo_otlp_endpoint: Option<Secret>,
}

/// Prometheus or Mimir.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Prometheus")]
pub(super) struct PrometheusArgs {
    /// URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) prometheus_url: Option<Secret>,
    /// Header for Prometheus (repeatable)
    #[arg(
        long = "prometheus-header",
        global = true,
        value_name = "K=V",
        hide_short_help = true
    )]
    pub(super) prometheus_headers: Vec<Secret>,
    /// Mimir tenant [env: PROMETHEUS_ORG_ID]
    #[arg(long, global = true, value_name = "TENANT", hide_short_help = true)]
    pub(super) prometheus_org_id: Option<String>,
    /// File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) prometheus_token_file: Option<PathBuf>,
    /// CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) prometheus_ca_cert: Option<PathBuf>,
}

/// Grafana.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Grafana")]
pub(super) struct GrafanaArgs {
    /// URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) grafana_url: Option<Secret>,
    /// File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) grafana_token_file: Option<PathBuf>,
    /// Grafana user; set the password in GRAFANA_PASSWORD
    #[arg(long, global = true, value_name = "USER", hide_short_help = true)]
    pub(super) grafana_user: Option<Secret>,
    /// ID of the Grafana organisation [env: GRAFANA_ORG_ID]
    #[arg(long, global = true, value_name = "ID", hide_short_help = true)]
    pub(super) grafana_org_id: Option<String>,
    /// Header for Grafana (repeatable)
    #[arg(long = "grafana-header", global = true, value_name = "K=V", hide_short_help = true)]
    pub(super) grafana_headers: Vec<Secret>,
    /// CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) grafana_ca_cert: Option<PathBuf>,
}

/// Loki.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Loki and collector")]
pub(super) struct LokiArgs {
    /// URL of Loki [env: LOKI_ADDR]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(super) loki_url: Option<Secret>,
    /// Header for Loki (repeatable)
    #[arg(long = "loki-header", global = true, value_name = "K=V", hide_short_help = true)]
    pub(super) loki_headers: Vec<Secret>,
    /// Loki tenant [env: LOKI_ORG_ID]
    #[arg(long, global = true, value_name = "TENANT", hide_short_help = true)]
    pub(super) loki_org_id: Option<String>,
    /// File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) loki_token_file: Option<PathBuf>,
    /// CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(super) loki_ca_cert: Option<PathBuf>,
}

/// The collector in front of Tempo.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Loki and collector")]
pub(super) struct CollectorArgs {
    /// URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    pub(super) collector_metrics_url: Option<Secret>,
}

/// The flags of one HTTP target, whichever it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ApiFlags<'a> {
    pub(super) url: Option<&'a Secret>,
    pub(super) headers: &'a [Secret],
    pub(super) org_id: Option<&'a str>,
    pub(super) token_file: Option<&'a Path>,
    pub(super) user: Option<&'a Secret>,
    pub(super) tls: TlsFlags<'a>,
}

/// The TLS flags of one target.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TlsFlags<'a> {
    pub(super) ca_cert: Option<&'a Path>,
    pub(super) cert: Option<&'a Path>,
    pub(super) key: Option<&'a Path>,
    pub(super) skip_verify: bool,
}

impl TempoArgs {
    pub(super) fn api(&self) -> ApiFlags<'_> {
        ApiFlags {
            url: self.tempo_url.as_ref(),
            headers: &self.headers,
            tls: TlsFlags {
                ca_cert: self.ca_cert.as_deref(),
                cert: self.cert.as_deref(),
                key: self.key.as_deref(),
                skip_verify: self.tls_skip_verify,
            },
            ..ApiFlags::default()
        }
    }
}

impl OtlpArgs {
    pub(super) fn tls(&self) -> TlsFlags<'_> {
        TlsFlags {
            ca_cert: self.otlp_ca_cert.as_deref(),
            cert: self.otlp_cert.as_deref(),
            key: self.otlp_key.as_deref(),
            skip_verify: false,
        }
    }
}

impl PrometheusArgs {
    pub(super) fn api(&self) -> ApiFlags<'_> {
        ApiFlags {
            url: self.prometheus_url.as_ref(),
            headers: &self.prometheus_headers,
            org_id: self.prometheus_org_id.as_deref(),
            token_file: self.prometheus_token_file.as_deref(),
            tls: TlsFlags {
                ca_cert: self.prometheus_ca_cert.as_deref(),
                ..TlsFlags::default()
            },
            ..ApiFlags::default()
        }
    }
}

impl GrafanaArgs {
    pub(super) fn api(&self) -> ApiFlags<'_> {
        ApiFlags {
            url: self.grafana_url.as_ref(),
            headers: &self.grafana_headers,
            org_id: self.grafana_org_id.as_deref(),
            token_file: self.grafana_token_file.as_deref(),
            user: self.grafana_user.as_ref(),
            tls: TlsFlags {
                ca_cert: self.grafana_ca_cert.as_deref(),
                ..TlsFlags::default()
            },
        }
    }
}

impl CollectorArgs {
    pub(super) fn api(&self) -> ApiFlags<'_> {
        ApiFlags {
            url: self.collector_metrics_url.as_ref(),
            ..ApiFlags::default()
        }
    }
}

impl LokiArgs {
    pub(super) fn api(&self) -> ApiFlags<'_> {
        ApiFlags {
            url: self.loki_url.as_ref(),
            headers: &self.loki_headers,
            org_id: self.loki_org_id.as_deref(),
            token_file: self.loki_token_file.as_deref(),
            tls: TlsFlags {
                ca_cert: self.loki_ca_cert.as_deref(),
                ..TlsFlags::default()
            },
            ..ApiFlags::default()
        }
    }
}
