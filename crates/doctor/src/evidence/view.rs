//! What a judgement sees: typed access to the evidence that remembers which facts were read, so that a test can hold
//! each check to the needs it declares.

use std::cell::Cell;
use std::collections::BTreeMap;

use telemetry::model::Slot;
use telemetry::model::app_env::AppEnvironment;
use telemetry::model::collector::CollectorFacts;
use telemetry::model::compose::ComposeProject;
use telemetry::model::dashboard::DashboardsFacts;
use telemetry::model::evidence::{
    DoctorRequest, Evidence, Fact, RepeatedReads, RootCounts, StoppedService, TargetAddresses, TenantMarker, WriteProbe,
};
use telemetry::model::grafana::GrafanaFacts;
use telemetry::model::logs::LogRead;
use telemetry::model::marker::{AlternativeListener, Marker, PushAnswer, TraceRead, Watch};
use telemetry::model::prometheus::{PromExemplar, PromSeries, ScrapeTarget};
use telemetry::model::tempo::{BuildInfo, ConfigTree, HttpAnswer, MetricsScrape, ServiceRow};

/// The evidence, and what was read of it.
pub struct EvidenceView<'a> {
    evidence: &'a Evidence,
    read: Cell<u64>,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident: $fact:ident => $($path:ident).+ : $kind:ty;)*) => {
        $($(#[$doc])* pub fn $name(&self) -> &'a $kind {
            self.mark(Fact::$fact);
            &self.evidence.$($path).+
        })*
    };
}

impl<'a> EvidenceView<'a> {
    /// A view of these facts.
    pub fn new(evidence: &'a Evidence) -> Self {
        EvidenceView {
            evidence,
            read: Cell::new(0),
        }
    }

    /// True for a service that is a marker of this run or any other, or a canary.
    pub fn is_test_service(&self, service: &str) -> bool {
        let of_this_run = self
            .marker()
            .as_ref()
            .is_some_and(|marker| service == marker.client_service || service == marker.server_service);
        of_this_run || telemetry::model::marker::is_own_service(service)
    }

    /// The run ended before its time.
    pub fn is_interrupted(&self) -> bool {
        self.evidence.interrupted.is_some()
    }

    /// What doctor was asked to do: no fact, so that no check has to declare it.
    pub fn request(&self) -> &'a DoctorRequest {
        &self.evidence.request
    }

    /// The collector as far as the marker's way goes, which is part of every push and of the marker.
    pub fn collector_untracked(&self) -> &'a CollectorFacts {
        &self.evidence.collector
    }

    fn mark(&self, fact: Fact) {
        self.read.set(self.read.get() | 1 << (fact as u8));
    }

    /// True where that fact was read through this view.
    pub fn has_read(&self, fact: Fact) -> bool {
        self.read.get() & 1 << (fact as u8) != 0
    }

    facts! {
        /// The addresses of this run.
        targets: Targets => targets: TargetAddresses;
        /// The marker.
        marker: Marker => marker: Option<Marker>;
        /// `GET /ready`
        ready: Ready => tempo.ready: Slot<HttpAnswer>;
        /// `GET /api/echo`
        echo: Echo => tempo.echo: Slot<HttpAnswer>;
        /// `GET /api/status/buildinfo`
        buildinfo: BuildInfo => tempo.buildinfo: Slot<BuildInfo>;
        /// `GET /status/services`
        services: Services => tempo.services: Slot<Vec<ServiceRow>>;
        /// `GET /status/endpoints`
        endpoints: Endpoints => tempo.endpoints: Slot<Vec<String>>;
        /// `GET /status/config`
        config: Config => tempo.config: Slot<ConfigTree>;
        /// `GET /status/runtime_config`
        runtime_config: RuntimeConfig => tempo.runtime_config: Slot<ConfigTree>;
        /// Counters before the push.
        metrics_before: Metrics => tempo.metrics_before: Slot<MetricsScrape>;
        /// Counters at the end.
        metrics_after: Metrics => tempo.metrics_after: Slot<MetricsScrape>;
        /// A prefix nobody gave.
        found_prefix: FoundPrefix => tempo.found_prefix: Slot<String>;
        /// `GET /ingester/ring`
        ingester_ring: Generation => tempo.ingester_ring: Slot<HttpAnswer>;
        /// Tempo's clock minus ours.
        clock_skew: ClockSkew => tempo.clock_skew_s: Option<f64>;
        /// The receiver's answer.
        push: Push => receiver.push: Slot<PushAnswer>;
        /// The receiver's answer to the back-dated trace.
        backdated_push: BackdatedPush => receiver.backdated_push: Slot<PushAnswer>;
        /// Other listeners.
        alternatives: Alternatives => receiver.alternatives: Vec<AlternativeListener>;
        /// The last read by id.
        by_id: ById => query.by_id: Slot<TraceRead>;
        /// The wait for it.
        by_id_watch: ById => query.by_id_watch: Option<Watch>;
        /// The same read repeated.
        by_id_repeats: ById => query.by_id_repeats: Option<RepeatedReads>;
        /// The last search.
        search: Search => query.search: Slot<Vec<String>>;
        /// The wait for the live marker in search.
        search_watch: Search => query.search_watch: Option<Watch>;
        /// The wait for the back-dated trace in search.
        backdated_watch: Search => query.backdated_watch: Option<Watch>;
        /// A search over an hour.
        wide_search: WideSearch => query.wide_search: Slot<HttpAnswer>;
        /// One TraceQL metrics query.
        traceql_metrics: TraceqlMetrics => query.traceql_metrics: Slot<HttpAnswer>;
        /// `GET /-/ready`
        prometheus_ready: PromReady => prometheus.ready: Slot<HttpAnswer>;
        /// `GET /api/v1/status/buildinfo`
        prometheus_buildinfo: PromBuildInfo => prometheus.buildinfo: Slot<BuildInfo>;
        /// `GET /api/v1/status/flags`
        flags: PromFlags => prometheus.flags: Slot<BTreeMap<String, String>>;
        /// `GET /api/v1/targets`
        scrape_targets: PromTargets => prometheus.targets: Slot<Vec<ScrapeTarget>>;
        /// Seconds since Prometheus started.
        up_for: PromTargets => prometheus.up_for_s: Option<f64>;
        /// `POST /api/v1/write` with nothing in it.
        write_probe: PromWriteProbe => prometheus.write_probe: Slot<HttpAnswer>;
        /// The same to each address Tempo writes to.
        remote_write_probes: RemoteWriteProbes => prometheus.remote_write_probes: Vec<WriteProbe>;
        /// A trivial query.
        query_probe: PromQueryProbe => prometheus.query_probe: Slot<HttpAnswer>;
        /// The marker's series before the push.
        series_before: Series => prometheus.series_before: Slot<Vec<PromSeries>>;
        /// The marker's series at the end.
        series_after: Series => prometheus.series_after: Slot<Vec<PromSeries>>;
        /// The wait for span metrics.
        calls_watch: Series => prometheus.calls_watch: Option<Watch>;
        /// The wait for the edge.
        graph_watch: Series => prometheus.graph_watch: Option<Watch>;
        /// Names of generated metrics.
        metric_names: MetricNames => prometheus.metric_names: Slot<Vec<String>>;
        /// Exemplars of the marker's series.
        exemplars: Exemplars => prometheus.exemplars: Slot<Vec<PromExemplar>>;
        /// The wait for an exemplar.
        exemplar_watch: Exemplars => prometheus.exemplar_watch: Option<Watch>;
        /// The newest sample of any span metric.
        freshest: Series => prometheus.freshest: Slot<Vec<PromSeries>>;
        /// The collector between the senders and Tempo.
        collector: Collector => collector: CollectorFacts;
        /// The environment of an application that was given to read.
        app_environment: AppEnvironment => app.environment: Slot<AppEnvironment>;
        /// Services that do not send any more.
        stopped_services: StoppedServices => app.stopped: Slot<Vec<StoppedService>>;
        /// Roots of applications' traces.
        app_roots: AppRoots => app.roots: Option<RootCounts>;
        /// Known messages of the logs that were given.
        logs: Logs => logs.read: Vec<LogRead>;
        /// The Compose project.
        compose: Compose => compose: Slot<ComposeProject>;
        /// Markers of the tenants given beside the first.
        other_tenants: OtherTenants => other_tenants: Vec<TenantMarker>;
        /// `tempo_build_info` in Prometheus.
        tempo_scraped: TempoScraped => prometheus.tempo_scraped: Slot<Vec<PromSeries>>;
        /// Services in the window.
        app_services: AppServices => app.services: Slot<Vec<String>>;
        /// Services on the second look.
        later_services: AppServices => app.later_services: Slot<Vec<String>>;
        /// The second look came after everything that was received in the meantime had become searchable.
        looked_again: AppServices => app.looked_again: bool;
        /// Services marked as test traffic.
        generated_services: AppServices => app.generated: Slot<Vec<String>>;
        /// Services in the day before the window.
        earlier_services: EarlierServices => app.earlier_services: Slot<Vec<String>>;
        /// When an application was last seen.
        last_seen: EarlierServices => app.last_seen: Option<f64>;
        /// What Grafana says, and what it reads.
        grafana: Grafana => grafana: GrafanaFacts;
        /// What Grafana's dashboards show.
        dashboards: Dashboards => dashboards: DashboardsFacts;
    }
}
