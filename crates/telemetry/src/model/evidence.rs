//! Everything that was gathered in one run: a plain struct, one slot a fact. `--save` writes it, `--input` reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::app_env::AppEnvironment;
use super::collector::CollectorFacts;
use super::dashboard::DashboardsFacts;
use super::grafana::GrafanaFacts;
use super::logs::LogFacts;
use super::marker::{AlternativeListener, Marker, Protocol, PushAnswer, TraceRead, Watch};
use super::prometheus::{PromExemplar, PromSeries, ScrapeTarget};
use super::slot::Slot;
use super::tempo::{BuildInfo, ConfigTree, HttpAnswer, MetricsScrape, ServiceRow};

/// The version of saved evidence.
pub const EVIDENCE_VERSION: u32 = 1;

/// One run's facts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// [`EVIDENCE_VERSION`].
    pub evidence_version: u32,
    /// The version of tempoctl that gathered it.
    pub tool_version: String,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// Wall time of the run.
    pub duration_ms: u64,
    /// What was asked for.
    pub request: DoctorRequest,
    /// Where it was asked.
    pub targets: TargetAddresses,
    /// The marker, where one was acknowledged or at least sent.
    pub marker: Option<Marker>,
    /// What Tempo says about itself.
    pub tempo: TempoFacts,
    /// What the receiver answered.
    pub receiver: ReceiverFacts,
    /// What the query API gives back.
    pub query: QueryApiFacts,
    /// What Prometheus holds.
    pub prometheus: PrometheusFacts,
    /// Who else sends.
    pub app: AppFacts,
    /// The collector between the senders and Tempo.
    #[serde(default)]
    pub collector: CollectorFacts,
    /// What logs and containers tell.
    #[serde(default)]
    pub logs: LogFacts,
    /// What Grafana says, and what it reads.
    #[serde(default)]
    pub grafana: GrafanaFacts,
    /// What Grafana's dashboards show.
    #[serde(default)]
    pub dashboards: DashboardsFacts,
    /// Markers of the tenants given beside the first.
    #[serde(default)]
    pub other_tenants: Vec<TenantMarker>,
    /// The Compose project that was given with `--compose`.
    #[serde(default)]
    pub compose: Slot<super::compose::ComposeProject>,
    /// Why the run ended early, where it did.
    pub interrupted: Option<String>,
    /// Things said on the way: proxies in use, a discovered prefix.
    pub notes: Vec<String>,
}

/// What doctor was asked to do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DoctorRequest {
    /// Ask only what answers at once.
    pub fast: bool,
    /// Push nothing.
    pub no_marker: bool,
    /// Tempo and Prometheus are read through Grafana's data sources.
    #[serde(default)]
    pub via_grafana: bool,
    /// Seconds within which an application counts as sending.
    pub app_window_s: u64,
    /// Seconds the whole run may take.
    pub timeout_s: f64,
    /// Check globs to run; empty is all.
    pub only: Vec<String>,
    /// Check globs to leave out.
    pub skip: Vec<String>,
    /// Logs to read: paths, or `-`.
    #[serde(default)]
    pub logs: Vec<String>,
}

/// One address and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetAddress {
    /// Without credentials.
    pub url: String,
    /// `default`, `--tempo-url`, `TEMPO_URL`, …
    pub origin: String,
    /// A person gave it, or it always counts as given.
    pub given: bool,
}

/// A deadline for pushes that a variable gives, where it is shorter than a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortDeadline {
    /// `OTEL_EXPORTER_OTLP_TIMEOUT`
    pub origin: String,
    /// In milliseconds.
    pub ms: u64,
}

/// Every address of this run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetAddresses {
    /// Tempo's query API.
    pub tempo: TargetAddress,
    /// Where the marker is sent.
    pub otlp: TargetAddress,
    /// How it is sent.
    pub protocol: Protocol,
    /// How long a push may take, where that is short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_deadline: Option<ShortDeadline>,
    /// Prometheus or Mimir.
    pub prometheus: TargetAddress,
    /// Grafana.
    pub grafana: TargetAddress,
    /// Tenants in use, in order; empty where no header is sent.
    pub tenants: Vec<String>,
    /// The tenant of the push, where a header for OTLP alone names another one than is read.
    #[serde(default)]
    pub push_tenant: Option<String>,
}

impl TargetAddresses {
    /// The tenant that the marker is written to; `None` where no header is sent.
    pub fn written_tenant(&self) -> Option<&str> {
        self.push_tenant
            .as_deref()
            .or_else(|| self.tenants.first().map(String::as_str))
    }
}

/// Tempo about itself. `/ready`, `/metrics` and `/status` at the root, `/api` under the prefix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TempoFacts {
    /// `GET /ready`
    pub ready: Slot<HttpAnswer>,
    /// `GET /api/echo`
    pub echo: Slot<HttpAnswer>,
    /// `GET /api/status/buildinfo`
    pub buildinfo: Slot<BuildInfo>,
    /// `GET /status/services`
    pub services: Slot<Vec<ServiceRow>>,
    /// Paths of `GET /status/endpoints`
    pub endpoints: Slot<Vec<String>>,
    /// `GET /status/config`
    pub config: Slot<ConfigTree>,
    /// `GET /status/runtime_config`
    pub runtime_config: Slot<ConfigTree>,
    /// Counters before the push.
    pub metrics_before: Slot<MetricsScrape>,
    /// Counters once everything was decided.
    pub metrics_after: Slot<MetricsScrape>,
    /// `GET /ingester/ring`: 200 up to 2.10, 404 from 3.0; asked only where nothing else told the line.
    pub ingester_ring: Slot<HttpAnswer>,
    /// A path prefix nobody gave, under which `/api/echo` answers.
    pub found_prefix: Slot<String>,
    /// Tempo's clock minus ours, in seconds, from the `Date` header.
    pub clock_skew_s: Option<f64>,
}

/// What became of the push.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiverFacts {
    /// The live marker.
    pub push: Slot<PushAnswer>,
    /// The back-dated trace.
    pub backdated_push: Slot<PushAnswer>,
    /// Other listeners, tried with an empty export when the push failed.
    pub alternatives: Vec<AlternativeListener>,
}

/// What the query API gives back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryApiFacts {
    /// The last read by id.
    pub by_id: Slot<TraceRead>,
    /// How the wait for it went.
    pub by_id_watch: Option<Watch>,
    /// The same read again once it was found, each time on a new connection.
    #[serde(default)]
    pub by_id_repeats: Option<RepeatedReads>,
    /// The last search for the live marker: trace ids found.
    pub search: Slot<Vec<String>>,
    /// How the wait for the live marker in search went.
    pub search_watch: Option<Watch>,
    /// The same for the back-dated trace.
    pub backdated_watch: Option<Watch>,
    /// A search over the range that Explore opens with, for anything at all.
    pub wide_search: Slot<HttpAnswer>,
    /// One TraceQL metrics query.
    pub traceql_metrics: Slot<HttpAnswer>,
}

/// A trace that is there, read by its id again and again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RepeatedReads {
    /// Answers that hold the trace.
    pub found: u32,
    /// Answers that know no such trace.
    pub missing: u32,
    /// From the first of them to the last.
    pub waited_ms: u64,
    /// The processes that answer at this address; asked only where answers differ.
    pub processes: Vec<TempoProcess>,
}

/// One process of Tempo, by its metrics.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TempoProcess {
    /// When it started, in seconds since 1970.
    pub started_at: f64,
    /// Members of the ring of what holds recent data, where it knows that ring.
    pub ring_members: Option<f64>,
}

/// What Prometheus holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PrometheusFacts {
    /// `GET /-/ready`
    pub ready: Slot<HttpAnswer>,
    /// `GET /api/v1/status/buildinfo`
    pub buildinfo: Slot<BuildInfo>,
    /// `GET /api/v1/status/flags`
    pub flags: Slot<BTreeMap<String, String>>,
    /// `GET /api/v1/targets`
    pub targets: Slot<Vec<ScrapeTarget>>,
    /// Seconds since Prometheus started, by `GET /api/v1/status/runtimeinfo`: a young one has scraped nothing yet.
    #[serde(default)]
    pub up_for_s: Option<f64>,
    /// `POST /api/v1/write` with an empty body: changes nothing, and says whether the receiver is on.
    pub write_probe: Slot<HttpAnswer>,
    /// The same empty write to every address Tempo's generator writes to, as far as we can reach it.
    pub remote_write_probes: Vec<WriteProbe>,
    /// A trivial query: does this speak PromQL at all?
    pub query_probe: Slot<HttpAnswer>,
    /// The marker's span-metric and service-graph series before the push.
    pub series_before: Slot<Vec<PromSeries>>,
    /// The same at the end.
    pub series_after: Slot<Vec<PromSeries>>,
    /// Names of generated metrics that exist: `traces_*`.
    pub metric_names: Slot<Vec<String>>,
    /// Exemplars of the marker's series.
    pub exemplars: Slot<Vec<PromExemplar>>,
    /// How the wait for span metrics went.
    pub calls_watch: Option<Watch>,
    /// How the wait for the service-graph edge went.
    pub graph_watch: Option<Watch>,
    /// How the wait for an exemplar went.
    pub exemplar_watch: Option<Watch>,
    /// The time of the newest sample of applications' span metrics: asked where the marker's are missing, or none was sent.
    #[serde(default)]
    pub freshest: Slot<Vec<PromSeries>>,
    /// `tempo_build_info` series: is Tempo scraped?
    pub tempo_scraped: Slot<Vec<PromSeries>>,
}

/// An empty remote write to an address from Tempo's configuration or its counters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WriteProbe {
    /// The address, without credentials.
    pub url: String,
    /// What it answered from where doctor stands, which need not be where Tempo stands.
    pub result: Slot<HttpAnswer>,
}

/// A marker of one more tenant: pushed and read by its id, no further.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantMarker {
    /// The tenant.
    pub tenant: String,
    /// The receiver's answer.
    pub push: Slot<PushAnswer>,
    /// The last read by id, where the push was taken.
    pub by_id: Slot<TraceRead>,
}

/// Who else sends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppFacts {
    /// Services in the asked window.
    pub services: Slot<Vec<String>>,
    /// Services in the day before it, asked only where the window held none.
    pub earlier_services: Slot<Vec<String>>,
    /// When the newest earlier trace of an application started, in seconds since 1970.
    pub last_seen: Option<f64>,
    /// Services whose resources say `tempoctl.generator=true`: test traffic.
    pub generated: Slot<Vec<String>>,
    /// Services seen on the second look, after the search cutoff had passed.
    pub later_services: Slot<Vec<String>>,
    /// Services that sent in the day before the window and not within it, though others do.
    #[serde(default)]
    pub stopped: Slot<Vec<StoppedService>>,
    /// Whether traces of applications that are old enough have their root.
    #[serde(default)]
    pub roots: Option<RootCounts>,
    /// The environment of an application that was given to read.
    #[serde(default)]
    pub environment: Slot<AppEnvironment>,
    /// The second look went on until spans that came in during the run were searchable.
    #[serde(default)]
    pub looked_again: bool,
}

/// A service that does not send any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoppedService {
    /// `service.name`
    pub name: String,
    /// The newest start of its traces that was found, in seconds since 1970.
    pub last_seen: f64,
}

/// Traces of applications that are older than a minute, as search shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootCounts {
    /// How many.
    pub traces: u32,
    /// How many have no root span yet.
    pub without: u32,
}

/// The name of a fact, for `Check::needs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
#[allow(missing_docs, reason = "each is documented at its slot")]
pub enum Fact {
    Targets,
    Marker,
    Ready,
    Echo,
    BuildInfo,
    Services,
    Endpoints,
    Config,
    RuntimeConfig,
    Metrics,
    FoundPrefix,
    ClockSkew,
    Push,
    BackdatedPush,
    Alternatives,
    ById,
    Search,
    TraceqlMetrics,
    PromReady,
    PromBuildInfo,
    PromFlags,
    PromTargets,
    PromWriteProbe,
    PromQueryProbe,
    Series,
    MetricNames,
    Exemplars,
    TempoScraped,
    RemoteWriteProbes,
    WideSearch,
    Generation,
    AppServices,
    EarlierServices,
    Grafana,
    Dashboards,
    OtherTenants,
    Collector,
    Logs,
    AppEnvironment,
    StoppedServices,
    AppRoots,
    Compose,
}

/// Facts that are wanted: a probe whose facts nobody wants need not ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactSet(u64);

impl FactSet {
    /// Every fact.
    pub const ALL: FactSet = FactSet(u64::MAX);

    /// True where any of these is wanted.
    pub fn contains_any(self, facts: &[Fact]) -> bool {
        facts.iter().any(|fact| self.0 & 1 << (*fact as u8) != 0)
    }
}

impl FromIterator<Fact> for FactSet {
    fn from_iter<T: IntoIterator<Item = Fact>>(facts: T) -> Self {
        FactSet(facts.into_iter().fold(0, |set, fact| set | 1 << (fact as u8)))
    }
}
