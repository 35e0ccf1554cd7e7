//! Starting a lab, asking it where it is, breaking it further, stopping it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;

use tempoctl_bounds::time_bounds::{deadline_after, scale_duration};

use super::app;
use super::collector::{self, LabCollector};
use super::error::LabError;
use super::files::ScenarioFiles;
use super::grafana::{self, DataSourceAddresses, LabGrafana};
use super::nuisance::{Nuisance, Nuisances};
use super::options::{CollectorAddresses, LabAddresses, LabOptions, LabPart, LabSpeed, Ports};
use super::prometheus::{self, LabPrometheus, PrometheusProcess};
use super::receiver;
use super::scenario::{CollectorState, Fault, LabScenario, ReceiverState, TempoState};
use super::serve::{self, ReservedPort};
use super::settings::{LabSettings, Sockets};
use super::task::LabTask;
use super::tempo::{self, LabTempo};

/// A running lab. It stops when it is dropped.
#[derive(Debug)]
pub struct Lab {
    scenario: LabScenario,
    addresses: LabAddresses,
    nuisances: Nuisances,
    servers: Mutex<BTreeMap<LabPart, Vec<LabTask>>>,
    tasks: Vec<LabTask>,
    tempo: Option<Arc<LabTempo>>,
    child: Option<PrometheusProcess>,
    files: Option<ScenarioFiles>,
    /// Ports that stay closed.
    _held: Vec<ReservedPort>,
}

/// The ports of a lab before anything listens.
struct ReservedPorts {
    tempo: ReservedPort,
    otlp_http: ReservedPort,
    otlp_grpc: ReservedPort,
    prometheus: ReservedPort,
    behind_gateway: ReservedPort,
    nowhere: ReservedPort,
    grafana: Option<ReservedPort>,
    other_tempo: ReservedPort,
    other_prometheus: ReservedPort,
    collector: Option<CollectorPorts>,
}

/// The ports of a collector.
struct CollectorPorts {
    http: ReservedPort,
    grpc: ReservedPort,
    metrics: ReservedPort,
}

impl ReservedPorts {
    fn take(ports: Ports, has_grafana: bool, has_collector: bool) -> Result<ReservedPorts, LabError> {
        let take = |port: u16| ReservedPort::take(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let at = |port: u16| take(if ports == Ports::Default { port } else { 0 });
        let free = || take(0);
        Ok(ReservedPorts {
            tempo: at(3200)?,
            otlp_http: at(4318)?,
            otlp_grpc: at(4317)?,
            prometheus: at(9090)?,
            behind_gateway: free()?,
            nowhere: free()?,
            collector: match has_collector {
                false => None,
                true => Some(CollectorPorts {
                    http: at(14_318)?,
                    grpc: at(14_317)?,
                    metrics: at(8888)?,
                }),
            },
            grafana: if has_grafana { Some(at(3000)?) } else { None },
            other_tempo: free()?,
            other_prometheus: free()?,
        })
    }

    fn sockets(&self) -> Sockets {
        Sockets {
            tempo: self.tempo.address,
            otlp_http: self.otlp_http.address,
            otlp_grpc: self.otlp_grpc.address,
            prometheus: self.prometheus.address,
            behind_gateway: self.behind_gateway.address,
            nowhere: self.nowhere.address,
        }
    }

    /// Where data sources may point.
    fn data_source_addresses(&self) -> DataSourceAddresses {
        DataSourceAddresses {
            sockets: self.sockets(),
            other_tempo: self.other_tempo.address,
            other_prometheus: self.other_prometheus.address,
        }
    }
}

impl Lab {
    /// Starts everything a scenario has and returns once it answers.
    pub async fn start(options: LabOptions) -> Result<Lab, LabError> {
        let binary = prometheus::find_prometheus(&options.prometheus)?;
        let has_collector = options.scenario.fault.collector != CollectorState::None;
        let mut ground = ReservedPorts::take(options.ports, options.scenario.grafana.is_some(), has_collector)?;
        let sockets = ground.sockets();
        let grafana = ground.grafana.take();
        let collector = ground.collector.take();
        let places = ground.data_source_addresses();
        let settings = Arc::new(LabSettings::from_scenario(&options.scenario, options.speed, sockets));
        let mut lab = Lab {
            addresses: build_addresses(
                sockets,
                grafana.as_ref().map(|reserved| reserved.address),
                collector.as_ref(),
            ),
            scenario: options.scenario,
            nuisances: Nuisances::default(),
            servers: Mutex::default(),
            tasks: Vec::new(),
            tempo: None,
            child: None,
            files: None,
            _held: vec![ground.nowhere],
        };
        lab.write_files()?;
        if let Some(reserved) = grafana {
            lab.start_grafana(&settings, places, reserved, ground.other_tempo, ground.other_prometheus)?;
        }
        let fault = settings.fault.clone();
        if fault.tempo == TempoState::Down {
            lab._held.extend([ground.tempo, ground.otlp_http, ground.otlp_grpc]);
        } else {
            let tempo = lab.start_tempo(&settings, ground.tempo, ground.behind_gateway)?;
            // What the scenario says of receivers is of those that senders send to.
            let own = if has_collector { &Fault::default() } else { &fault };
            lab.start_receivers(own, tempo, ground.otlp_http, ground.otlp_grpc)?;
        }
        if let Some(ground) = collector {
            lab.start_collector(&fault, ground, options.speed == LabSpeed::Fast)?;
        }
        if fault.prometheus_down {
            lab._held.push(ground.prometheus);
        } else if let Some(binary) = binary {
            drop(ground.prometheus);
            lab.child = Some(PrometheusProcess::start(&binary, &settings).await?);
        } else {
            lab.start_prometheus(&settings, ground.prometheus)?;
        }
        lab.start_apps(&settings, &fault).await?;
        Ok(lab)
    }

    /// Where its parts answer.
    pub fn addresses(&self) -> &LabAddresses {
        &self.addresses
    }

    /// The scenario it runs.
    pub fn scenario(&self) -> &LabScenario {
        &self.scenario
    }

    /// Whether a real Prometheus runs behind it.
    pub fn has_real_prometheus(&self) -> bool {
        self.child.is_some()
    }

    /// The flags with which doctor looks at this lab: its addresses, and what the scenario needs beside them.
    pub fn doctor_args(&self) -> Vec<String> {
        let own: Vec<String> = self
            .scenario
            .doctor_args
            .iter()
            .map(|argument| self.fill_placeholders(argument))
            .collect();
        let mut all = self.address_args();
        for flag in own.iter().filter(|argument| argument.starts_with("--")) {
            if let Some(at) = all.iter().position(|argument| argument == flag) {
                all.drain(at..at + 2);
            }
        }
        all.extend(own);
        all
    }

    /// The flags with which any other command does: the same without those that only doctor knows, each of which has a value.
    pub fn command_args(&self) -> Vec<String> {
        const OF_DOCTOR: [&str; 3] = ["--env", "--logs", "--app-window"];
        let mut all = self.doctor_args();
        while let Some(at) = all.iter().position(|argument| OF_DOCTOR.contains(&argument.as_str())) {
            all.drain(at..(at + 2).min(all.len()));
        }
        all
    }

    /// The flags that tell any command where this lab is.
    fn address_args(&self) -> Vec<String> {
        let at = &self.addresses;
        let sender = at
            .collector
            .as_ref()
            .map_or(&at.otlp_http, |collector| &collector.otlp_http);
        let mut flags = vec![
            ("--tempo-url", &at.tempo),
            ("--otlp-endpoint", sender),
            ("--prometheus-url", &at.prometheus),
        ];
        if let Some(collector) = &at.collector {
            flags.push(("--collector-metrics-url", &collector.metrics));
            flags.push(("--tempo-otlp-endpoint", &at.otlp_http));
        }
        if let Some(grafana) = &at.grafana {
            flags.push(("--grafana-url", grafana));
        }
        flags
            .iter()
            .flat_map(|(flag, url)| [(*flag).to_owned(), (*url).clone()])
            .collect()
    }

    fn write_files(&mut self) -> Result<(), LabError> {
        if self.scenario.files.is_empty() {
            return Ok(());
        }
        let filled = self.scenario.files.iter();
        let filled = filled
            .map(|(name, text)| (name.clone(), self.fill_placeholders(text)))
            .collect();
        self.files = Some(ScenarioFiles::write(&filled)?);
        Ok(())
    }

    /// `{otlp_grpc}` and its like stand for addresses in a scenario's flags and files.
    fn fill_placeholders(&self, argument: &str) -> String {
        let folder = self.files.as_ref().map(|files| files.folder().display().to_string());
        let bare = |url: &str| url.trim_start_matches("http://").to_owned();
        argument
            .replace("{files}", folder.as_deref().unwrap_or_default())
            .replace("{otlp_http_host}", &bare(&self.addresses.otlp_http))
            .replace("{otlp_grpc_host}", &bare(&self.addresses.otlp_grpc))
            .replace("{tempo}", &self.addresses.tempo)
            .replace("{otlp_http}", &self.addresses.otlp_http)
            .replace("{otlp_grpc}", &self.addresses.otlp_grpc)
            .replace("{prometheus}", &self.addresses.prometheus)
            .replace("{grafana}", self.addresses.grafana.as_deref().unwrap_or_default())
    }

    /// Waits until search would find what the sample application sent, so that a first look does not come too early.
    pub async fn await_searchable(&self) {
        let sends = self.scenario.application || self.scenario.fault.stopped_before_s.is_some();
        let Some(tempo) = self.tempo.as_ref().filter(|_| sends) else {
            return;
        };
        let deadline = tokio::time::Instant::from_std(deadline_after(tempo.longest_settling()));
        while !tempo.is_settled() && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until there is something to look back at: a rate needs samples of several collections.
    pub async fn await_history(&self) {
        const COLLECTIONS: f64 = 5.0;
        self.await_searchable().await;
        let Some(tempo) = self.tempo.as_ref().filter(|_| self.scenario.application) else {
            return;
        };
        let patience = scale_duration(tempo.collection_interval(), COLLECTIONS + 1.0);
        let deadline = tokio::time::Instant::from_std(deadline_after(patience));
        while tempo.collections() < COLLECTIONS && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// From now on, a part is a nuisance to requests whose path begins so.
    pub fn set_nuisance(&self, part: LabPart, path: &str, nuisance: Nuisance) {
        self.nuisances.set(part, path, nuisance);
    }

    /// From now on, a part behaves again.
    pub fn clear_nuisances(&self, part: LabPart) {
        self.nuisances.clear(part);
    }

    /// Ends a part as a kill would: its port closes, open connections are cut.
    pub fn kill(&self, part: LabPart) {
        self.servers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&part);
    }

    fn add_server(&self, part: LabPart, server: LabTask) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.entry(part).or_default().push(server);
    }

    fn start_tempo(
        &mut self,
        settings: &Arc<LabSettings>,
        http: ReservedPort,
        behind_gateway: ReservedPort,
    ) -> Result<Arc<LabTempo>, LabError> {
        let tempo = LabTempo::new(Arc::clone(settings));
        self.tempo = Some(Arc::clone(&tempo));
        let closed = settings.fault.closed.clone();
        if !closed.is_empty() {
            let router = tempo::build_router(Arc::clone(&tempo), Nuisances::default(), Vec::new());
            self.add_server(LabPart::Tempo, serve::serve_http(behind_gateway.listen()?, router));
        }
        let router = tempo::build_router(Arc::clone(&tempo), self.nuisances.clone(), closed);
        let listener = http.listen()?;
        let server = match settings.fault.streaming {
            true => serve::serve_http(listener, router),
            false => serve::serve_http1(listener, router),
        };
        self.add_server(LabPart::Tempo, server);
        self.tasks.push(LabTask::spawn(Arc::clone(&tempo).flush_for_ever()));
        Ok(tempo)
    }

    fn start_receivers(
        &mut self,
        fault: &Fault,
        tempo: Arc<LabTempo>,
        http: ReservedPort,
        grpc: ReservedPort,
    ) -> Result<(), LabError> {
        if fault.tempo == TempoState::Starting {
            // Receivers belong to the distributor, which starts after what it needs.
            self._held.extend([http, grpc]);
            return Ok(());
        }
        let router = receiver::build_http_router(Arc::clone(&tempo), LabPart::OtlpHttp, self.nuisances.clone());
        self.start_receiver(LabPart::OtlpHttp, fault.otlp_http, http, router)?;
        let router = receiver::build_grpc_router(tempo, LabPart::OtlpGrpc, self.nuisances.clone());
        self.start_receiver(LabPart::OtlpGrpc, fault.otlp_grpc, grpc, router)
    }

    fn start_collector(&mut self, fault: &Fault, ground: CollectorPorts, fast: bool) -> Result<(), LabError> {
        let CollectorPorts { http, grpc, metrics } = ground;
        if fault.collector == CollectorState::Down {
            self._held.extend([http, grpc, metrics]);
            return Ok(());
        }
        let collector = LabCollector::new(fault, self.tempo.clone(), fast);
        let router = receiver::build_http_router(Arc::clone(&collector), LabPart::Collector, self.nuisances.clone());
        self.start_receiver(LabPart::Collector, fault.otlp_http, http, router)?;
        let router = receiver::build_grpc_router(Arc::clone(&collector), LabPart::Collector, self.nuisances.clone());
        self.start_receiver(LabPart::Collector, fault.otlp_grpc, grpc, router)?;
        if fault.collector == CollectorState::MetricsClosed {
            self._held.push(metrics);
        } else {
            let router = collector::build_metrics_router(Arc::clone(&collector));
            self.add_server(LabPart::Collector, serve::serve_http(metrics.listen()?, router));
        }
        self.tasks.push(LabTask::spawn(collector.work_for_ever()));
        Ok(())
    }

    fn start_receiver(
        &mut self,
        part: LabPart,
        state: ReceiverState,
        reserved: ReservedPort,
        router: axum::Router,
    ) -> Result<(), LabError> {
        match state {
            ReceiverState::On => self.add_server(part, serve::serve_http(reserved.listen()?, router)),
            ReceiverState::Tls => self.add_server(
                part,
                serve::serve_tls_only(reserved.listen()?, part == LabPart::OtlpHttp),
            ),
            ReceiverState::Missing => self._held.push(reserved),
            ReceiverState::Elsewhere => {
                // Only some systems have more than one loopback address; where the sender sends, nobody answers either way.
                let elsewhere = SocketAddr::from(([127, 0, 0, 2], reserved.address.port()));
                let listener: Result<TcpListener, LabError> =
                    ReservedPort::take(elsewhere).and_then(ReservedPort::listen);
                if let Ok(listener) = listener {
                    self.add_server(part, serve::serve_http(listener, router));
                }
                self._held.push(reserved);
            }
        }
        Ok(())
    }

    fn start_prometheus(&mut self, settings: &Arc<LabSettings>, reserved: ReservedPort) -> Result<(), LabError> {
        let prometheus = LabPrometheus::new(Arc::clone(settings));
        let router = prometheus::build_router(Arc::clone(&prometheus), self.nuisances.clone());
        self.add_server(LabPart::Prometheus, serve::serve_http(reserved.listen()?, router));
        self.tasks.push(LabTask::spawn(prometheus.scrape_for_ever()));
        Ok(())
    }

    fn start_grafana(
        &mut self,
        settings: &Arc<LabSettings>,
        places: DataSourceAddresses,
        reserved: ReservedPort,
        other_tempo: ReservedPort,
        other_prometheus: ReservedPort,
    ) -> Result<(), LabError> {
        let Some(plan) = self.scenario.grafana.clone() else {
            return Ok(());
        };
        if plan.other_stack {
            let tempo = LabTempo::new(Arc::clone(settings));
            let router = tempo::build_router(tempo, Nuisances::default(), Vec::new());
            self.add_server(LabPart::Grafana, serve::serve_http(other_tempo.listen()?, router));
            let router = prometheus::build_router(LabPrometheus::new(Arc::clone(settings)), Nuisances::default());
            self.add_server(LabPart::Grafana, serve::serve_http(other_prometheus.listen()?, router));
        } else {
            self._held.extend([other_tempo, other_prometheus]);
        }
        let server = LabGrafana::new(&plan, &places, settings.fault.stream_over_http);
        let router = grafana::build_router(server, self.nuisances.clone());
        self.add_server(LabPart::Grafana, serve::serve_http(reserved.listen()?, router));
        Ok(())
    }

    async fn start_apps(&mut self, settings: &LabSettings, fault: &Fault) -> Result<(), LabError> {
        let at = &self.addresses;
        let endpoint = at
            .collector
            .as_ref()
            .map_or(&at.otlp_grpc, |collector| &collector.otlp_grpc)
            .clone();
        if self.scenario.application {
            self.tasks
                .push(app::start_application(&endpoint, settings.app_interval)?);
        }
        if fault.long_lived_trace {
            let every = scale_duration(settings.trace_idle, 0.1);
            self.tasks.push(app::start_long_trace(&endpoint, every)?);
        }
        if let Some(seconds) = fault.stopped_before_s {
            app::send_past_traces(&endpoint, Duration::from_secs(seconds)).await?;
            self.await_searchable().await;
        }
        Ok(())
    }
}

fn build_addresses(sockets: Sockets, grafana: Option<SocketAddr>, collector: Option<&CollectorPorts>) -> LabAddresses {
    let url = |address: SocketAddr| format!("http://{address}");
    LabAddresses {
        tempo: url(sockets.tempo),
        otlp_http: url(sockets.otlp_http),
        otlp_grpc: url(sockets.otlp_grpc),
        prometheus: url(sockets.prometheus),
        collector: collector.map(|collector| CollectorAddresses {
            otlp_http: url(collector.http.address),
            otlp_grpc: url(collector.grpc.address),
            metrics: url(collector.metrics.address),
        }),
        grafana: grafana.map(url),
    }
}
