//! Scenarios: which stack the lab shows, what is wrong with it, and what doctor is expected to say.

use include_dir::{Dir, File, include_dir};
use serde::Deserialize;

use super::error::LabError;

/// One named stack, sound or broken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabScenario {
    /// The name used on the command line; the file is called the same.
    pub name: String,
    /// One line for the list.
    pub title: String,
    /// Which line of Tempo it is shaped like.
    pub shape: ImitatedTempo,
    /// Whether two services send real traces about once a second.
    pub application: bool,
    /// The recording, or the line of a real program's source, that shows what this scenario lets be observed.
    pub backed_by: String,
    /// What is wrong.
    #[serde(default)]
    pub fault: Fault,
    /// Flags doctor needs for this scenario, beside the addresses.
    #[serde(default)]
    pub doctor_args: Vec<String>,
    /// Files that its flags name as `{files}/NAME`, by name and text.
    #[serde(default)]
    pub files: std::collections::BTreeMap<String, String>,
    /// The Grafana in front of it, where there is one.
    #[serde(default)]
    pub grafana: Option<super::grafana::GrafanaPlan>,
    /// What doctor is expected to say.
    expect: ExpectedVerdict,
}

/// The line of Tempo that the lab imitates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ImitatedTempo {
    /// Tempo 3.0.3, single binary.
    #[serde(rename = "3.0")]
    V3,
    /// Tempo 2.10.8, single binary.
    #[serde(rename = "2.10")]
    V2,
}

/// What doctor is expected to say about a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedVerdict {
    /// The verdict.
    pub status: ExpectedStatus,
    /// The hop that is named; empty for a healthy stack.
    #[serde(default)]
    pub hop: Option<String>,
    /// Causes that name the fault rightly, best first; any one of them counts.
    #[serde(default)]
    pub cause: Vec<String>,
    /// The exit code with default flags.
    pub exit: u8,
}

/// The verdict a scenario leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedStatus {
    /// Nothing is wrong.
    Healthy,
    /// It arrives, but something people see is wrong.
    Degraded,
    /// A branch loses data, or a given target does not answer.
    Broken,
}

/// What is wrong with the stack. Everything that is not said is sound.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// A collector before Tempo, and what is wrong with it.
    pub collector: CollectorState,
    /// The OTLP/HTTP receiver; of the collector, where there is one.
    pub otlp_http: ReceiverState,
    /// The OTLP/gRPC receiver.
    pub otlp_grpc: ReceiverState,
    /// `ingestion.rate_limit_bytes`
    pub rate_limit_bytes: Option<u64>,
    /// `ingestion.burst_size_bytes`
    pub burst_size_bytes: Option<u64>,
    /// `global.max_bytes_per_trace`
    pub max_bytes_per_trace: Option<u64>,
    /// `ingestion.max_traces_per_user`
    pub max_traces_per_user: Option<u64>,
    /// A worker keeps one long trace alive, so that it counts as live all the time.
    pub long_lived_trace: bool,
    /// `multitenancy_enabled`
    pub multitenancy: bool,
    /// `stream_over_http_enabled`
    pub streaming: bool,
    /// No `metrics_generator.storage.path`, so there is no generator.
    pub generator_off: bool,
    /// `metrics_generator.processors`; both unless said otherwise.
    pub processors: Option<Vec<String>>,
    /// `metrics_generator.max_active_series`
    pub max_active_series: Option<u64>,
    /// `metrics_generator.disable_collection`
    pub dry_run: bool,
    /// `metrics_generator.metrics_ingestion_time_range_slack`, in microseconds.
    pub slack_us: Option<u64>,
    /// What is wrong with the generator's remote write.
    pub remote_write: RemoteWriteFault,
    /// Prometheus was started without `--web.enable-remote-write-receiver`.
    pub receiver_off: bool,
    /// Prometheus was started without `--enable-feature=exemplar-storage`.
    pub exemplar_storage_off: bool,
    /// The generator sends native histograms, which this Prometheus refuses.
    pub native_histograms: bool,
    /// Nothing listens where Prometheus should.
    pub prometheus_down: bool,
    /// What Prometheus scrapes of Tempo.
    pub scrape: ScrapeState,
    /// Whether Tempo is up.
    pub tempo: TempoState,
    /// `http_api_prefix`
    pub http_api_prefix: Option<String>,
    /// `query_frontend.query_end_cutoff`, in seconds.
    pub query_end_cutoff_s: Option<u64>,
    /// `stream_over_http_enabled`
    pub stream_over_http: bool,
    /// A gateway answers 404 below these paths.
    pub closed: Vec<String>,
    /// The application sent, and stopped this many seconds before the lab says it is up.
    pub stopped_before_s: Option<u64>,
}

/// Where an OTLP receiver listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiverState {
    /// Where the sender sends.
    #[default]
    On,
    /// Nowhere: the protocol is not configured.
    Missing,
    /// On an address the sender cannot reach.
    Elsewhere,
    /// Where the sender sends, but it speaks TLS.
    Tls,
}

/// A collector between the senders and Tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollectorState {
    /// There is none.
    #[default]
    None,
    /// It hands everything on.
    On,
    /// It hands everything on, in batches that leave every 10 s.
    SlowBatch,
    /// A second one behind it keeps what it is handed for 12 s.
    SecondIsSlow,
    /// Its exporter tries again and again: TLS to a plain port, the wrong protocol, a dead port.
    Retrying,
    /// Its exporter retries, and its queue holds one batch.
    QueueFull,
    /// Its exporter gives up: its endpoint has the path already.
    PathTwice,
    /// Its exporter names no tenant.
    NoTenant,
    /// Its pipeline has no exporter that sends.
    NoExporter,
    /// A filter drops every span.
    FilterAll,
    /// A filter drops the marker alone.
    FilterMarker,
    /// A filter drops client spans.
    FilterClients,
    /// A sampler keeps nothing.
    HeadSampling,
    /// No policy of its tail sampling keeps anything.
    TailSampling,
    /// It renames spans.
    Rename,
    /// Its memory is short.
    MemoryLimiter,
    /// It hands everything on, and nothing answers at the address of its metrics.
    MetricsClosed,
    /// It does not run.
    Down,
}

/// What is wrong with the generator's remote write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemoteWriteFault {
    /// Nothing.
    #[default]
    None,
    /// There is no `remote_write`.
    Missing,
    /// The host and port are another's, where nothing listens.
    WrongHost,
    /// The path is not the receiver's.
    WrongPath,
    /// The receiver wants a login.
    Unauthorised,
    /// `write_relabel_configs` drops every series.
    RelabelDrop,
}

/// What Prometheus scrapes of Tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScrapeState {
    /// Its `/metrics`.
    #[default]
    On,
    /// Nothing: there is no job.
    Missing,
    /// A port where nothing listens.
    Down,
}

/// Whether Tempo is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TempoState {
    /// It runs.
    #[default]
    Running,
    /// It does not run.
    Down,
    /// Its modules are still starting.
    Starting,
}

/// One file per scenario, named after it.
static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

impl LabScenario {
    /// The names of all scenarios, in alphabetical order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let mut names: Vec<&str> = SCENARIOS
            .files()
            .filter_map(|file| file.path().file_stem()?.to_str())
            .collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// The scenario of that name.
    pub fn find(name: &str) -> Result<LabScenario, LabError> {
        let text = SCENARIOS
            .get_file(format!("{name}.toml"))
            .and_then(File::contents_utf8)
            .ok_or_else(|| LabError::UnknownScenario {
                name: name.to_owned(),
                nearest: LabScenario::nearest(name),
            })?;
        toml::from_str(text).map_err(|error| LabError::BadScenario {
            name: name.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The known name that looks most like this one, if any does.
    pub fn nearest(name: &str) -> Option<&'static str> {
        LabScenario::names()
            .map(|known| (strsim::jaro_winkler(name, known), known))
            .filter(|(likeness, _)| *likeness > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }

    /// What doctor is expected to say.
    pub fn expect(&self) -> &ExpectedVerdict {
        &self.expect
    }
}
