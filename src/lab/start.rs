//! Starting a lab, asking it where it is, breaking it further, stopping it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::model::time_bounds::{deadline_after, scale_duration};

use super::app::App;
use super::collector::{self, Collector};
use super::error::LabError;
use super::files::Files;
use super::grafana::{self, Grafana, Places};
use super::nuisance::{Nuisance, Nuisances};
use super::options::{Addresses, CollectorAddresses, LabOptions, Pace, Part, Ports};
use super::prometheus::{self, Child, Prometheus};
use super::receiver;
use super::scenario::{CollectorState, Fault, Receiver, Scenario, TempoState};
use super::serve::{self, Reserved, Server};
use super::settings::{Settings, Sockets};
use super::tempo::{self, Tempo};

/// A running lab. It stops when it is dropped.
#[derive(Debug)]
pub struct Lab {
    scenario: Scenario,
    addresses: Addresses,
    nuisances: Nuisances,
    servers: Arc<Mutex<BTreeMap<Part, Vec<Server>>>>,
    tasks: Vec<Task>,
    apps: Vec<App>,
    tempo: Option<Arc<Tempo>>,
    child: Option<Child>,
    files: Option<Files>,
    /// Ports that stay closed.
    _held: Vec<Reserved>,
}

#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The ports of a lab before anything listens.
struct Ground {
    tempo: Reserved,
    otlp_http: Reserved,
    otlp_grpc: Reserved,
    prometheus: Reserved,
    behind_gateway: Reserved,
    nowhere: Reserved,
    grafana: Option<Reserved>,
    other_tempo: Reserved,
    other_prometheus: Reserved,
    collector: Option<CollectorGround>,
}

/// The ports of a collector.
struct CollectorGround {
    http: Reserved,
    grpc: Reserved,
    metrics: Reserved,
}

impl Ground {
    fn take(ports: Ports, has_grafana: bool, has_collector: bool) -> Result<Ground, LabError> {
        let at = |port: u16| {
            let port = if ports == Ports::Default { port } else { 0 };
            Reserved::take(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        };
        let free = || Reserved::take(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Ok(Ground {
            tempo: at(3200)?,
            otlp_http: at(4318)?,
            otlp_grpc: at(4317)?,
            prometheus: at(9090)?,
            behind_gateway: free()?,
            nowhere: free()?,
            collector: match has_collector {
                false => None,
                true => Some(CollectorGround {
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
    fn places(&self) -> Places {
        Places {
            tempo: self.tempo.address,
            prometheus: self.prometheus.address,
            otlp_grpc: self.otlp_grpc.address,
            otlp_http: self.otlp_http.address,
            nowhere: self.nowhere.address,
            other_tempo: self.other_tempo.address,
            other_prometheus: self.other_prometheus.address,
        }
    }
}

impl Lab {
    /// Starts everything a scenario has and returns once it answers.
    pub async fn start(options: LabOptions) -> Result<Lab, LabError> {
        let binary = prometheus::find(&options.prometheus)?;
        let has_collector = options.scenario.fault.collector != CollectorState::None;
        let mut ground = Ground::take(options.ports, options.scenario.grafana.is_some(), has_collector)?;
        let sockets = ground.sockets();
        let grafana = ground.grafana.take();
        let collector = ground.collector.take();
        let places = ground.places();
        let settings = Arc::new(Settings::of(&options.scenario, options.pace, sockets));
        let mut lab = Lab {
            addresses: addresses(
                sockets,
                grafana.as_ref().map(|reserved| reserved.address),
                collector.as_ref(),
            ),
            scenario: options.scenario,
            nuisances: Nuisances::default(),
            servers: Arc::default(),
            tasks: Vec::new(),
            apps: Vec::new(),
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
            lab.start_collector(&fault, ground, options.pace == Pace::Fast)?;
        }
        if fault.prometheus_down {
            lab._held.push(ground.prometheus);
        } else if let Some(binary) = binary {
            drop(ground.prometheus);
            lab.child = Some(Child::start(&binary, &settings).await?);
        } else {
            lab.start_prometheus(&settings, ground.prometheus)?;
        }
        lab.start_apps(&settings, &fault).await?;
        Ok(lab)
    }

    /// Where its parts answer.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The scenario it runs.
    pub fn scenario(&self) -> &Scenario {
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
            .map(|argument| self.filled(argument))
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
        let filled = filled.map(|(name, text)| (name.clone(), self.filled(text))).collect();
        self.files = Some(Files::write(&filled)?);
        Ok(())
    }

    /// `{otlp_grpc}` and its like stand for addresses in a scenario's flags and files.
    fn filled(&self, argument: &str) -> String {
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
    pub async fn settle(&self) {
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
    pub async fn fill(&self) {
        const COLLECTIONS: f64 = 5.0;
        self.settle().await;
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
    pub fn annoy(&self, part: Part, path: &str, nuisance: Nuisance) {
        self.nuisances.set(part, path, nuisance);
    }

    /// From now on, a part behaves again.
    pub fn behave(&self, part: Part) {
        self.nuisances.clear(part);
    }

    /// Ends a part as a kill would: its port closes, open connections are cut.
    pub fn kill(&self, part: Part) {
        self.servers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&part);
    }

    /// Ends a part after some time.
    pub fn kill_after(&mut self, part: Part, delay: Duration) {
        let servers = Arc::clone(&self.servers);
        self.tasks.push(Task(tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            servers.lock().unwrap_or_else(PoisonError::into_inner).remove(&part);
        })));
    }

    /// Ends the sample application, as a release that breaks instrumentation would.
    pub fn stop_application(&mut self) {
        self.apps.clear();
    }

    fn keep(&self, part: Part, server: Server) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.entry(part).or_default().push(server);
    }

    fn start_tempo(
        &mut self,
        settings: &Arc<Settings>,
        http: Reserved,
        behind_gateway: Reserved,
    ) -> Result<Arc<Tempo>, LabError> {
        let tempo = Tempo::new(Arc::clone(settings));
        self.tempo = Some(Arc::clone(&tempo));
        let closed = settings.fault.closed.clone();
        if !closed.is_empty() {
            let router = tempo::router(Arc::clone(&tempo), Nuisances::default(), Vec::new());
            self.keep(Part::Tempo, serve::http(behind_gateway.listen()?, router));
        }
        let router = tempo::router(Arc::clone(&tempo), self.nuisances.clone(), closed);
        let listener = http.listen()?;
        let server = match settings.fault.streaming {
            true => serve::http(listener, router),
            false => serve::http1(listener, router),
        };
        self.keep(Part::Tempo, server);
        self.tasks.push(Task(tokio::spawn(Arc::clone(&tempo).flush_for_ever())));
        Ok(tempo)
    }

    fn start_receivers(
        &mut self,
        fault: &Fault,
        tempo: Arc<Tempo>,
        http: Reserved,
        grpc: Reserved,
    ) -> Result<(), LabError> {
        if fault.tempo == TempoState::Starting {
            // Receivers belong to the distributor, which starts after what it needs.
            self._held.extend([http, grpc]);
            return Ok(());
        }
        let router = receiver::http_router(Arc::clone(&tempo), Part::OtlpHttp, self.nuisances.clone());
        self.start_receiver(Part::OtlpHttp, fault.otlp_http, http, router)?;
        let router = receiver::grpc_router(tempo, Part::OtlpGrpc, self.nuisances.clone());
        self.start_receiver(Part::OtlpGrpc, fault.otlp_grpc, grpc, router)
    }

    fn start_collector(&mut self, fault: &Fault, ground: CollectorGround, fast: bool) -> Result<(), LabError> {
        let CollectorGround { http, grpc, metrics } = ground;
        if fault.collector == CollectorState::Down {
            self._held.extend([http, grpc, metrics]);
            return Ok(());
        }
        let collector = Collector::new(fault, self.tempo.clone(), fast);
        let router = receiver::http_router(Arc::clone(&collector), Part::Collector, self.nuisances.clone());
        self.start_receiver(Part::Collector, fault.otlp_http, http, router)?;
        let router = receiver::grpc_router(Arc::clone(&collector), Part::Collector, self.nuisances.clone());
        self.start_receiver(Part::Collector, fault.otlp_grpc, grpc, router)?;
        if fault.collector == CollectorState::MetricsClosed {
            self._held.push(metrics);
        } else {
            let router = collector::metrics_router(Arc::clone(&collector));
            self.keep(Part::Collector, serve::http(metrics.listen()?, router));
        }
        self.tasks.push(Task(tokio::spawn(collector.work_for_ever())));
        Ok(())
    }

    fn start_receiver(
        &mut self,
        part: Part,
        state: Receiver,
        reserved: Reserved,
        router: axum::Router,
    ) -> Result<(), LabError> {
        match state {
            Receiver::On => self.keep(part, serve::http(reserved.listen()?, router)),
            Receiver::Tls => self.keep(part, serve::tls_only(reserved.listen()?, part == Part::OtlpHttp)),
            Receiver::Missing => self._held.push(reserved),
            Receiver::Elsewhere => {
                // Only some systems have more than one loopback address; where the sender sends, nobody answers either way.
                let elsewhere = SocketAddr::from(([127, 0, 0, 2], reserved.address.port()));
                let listener: Result<TcpListener, LabError> = Reserved::take(elsewhere).and_then(Reserved::listen);
                if let Ok(listener) = listener {
                    self.keep(part, serve::http(listener, router));
                }
                self._held.push(reserved);
            }
        }
        Ok(())
    }

    fn start_prometheus(&mut self, settings: &Arc<Settings>, reserved: Reserved) -> Result<(), LabError> {
        let prometheus = Prometheus::new(Arc::clone(settings));
        let router = prometheus::router(Arc::clone(&prometheus), self.nuisances.clone());
        self.keep(Part::Prometheus, serve::http(reserved.listen()?, router));
        self.tasks.push(Task(tokio::spawn(prometheus.scrape_for_ever())));
        Ok(())
    }

    fn start_grafana(
        &mut self,
        settings: &Arc<Settings>,
        places: Places,
        reserved: Reserved,
        other_tempo: Reserved,
        other_prometheus: Reserved,
    ) -> Result<(), LabError> {
        let Some(plan) = self.scenario.grafana.clone() else {
            return Ok(());
        };
        if plan.other_stack {
            let tempo = Tempo::new(Arc::clone(settings));
            let router = tempo::router(tempo, Nuisances::default(), Vec::new());
            self.keep(Part::Grafana, serve::http(other_tempo.listen()?, router));
            let router = prometheus::router(Prometheus::new(Arc::clone(settings)), Nuisances::default());
            self.keep(Part::Grafana, serve::http(other_prometheus.listen()?, router));
        } else {
            self._held.extend([other_tempo, other_prometheus]);
        }
        let server = Grafana::new(&plan, &places, settings.fault.stream_over_http);
        let router = grafana::router(server, self.nuisances.clone());
        self.keep(Part::Grafana, serve::http(reserved.listen()?, router));
        Ok(())
    }

    async fn start_apps(&mut self, settings: &Settings, fault: &Fault) -> Result<(), LabError> {
        let at = &self.addresses;
        let endpoint = at
            .collector
            .as_ref()
            .map_or(&at.otlp_grpc, |collector| &collector.otlp_grpc)
            .clone();
        if self.scenario.application {
            self.apps.push(App::start(&endpoint, settings.app_interval)?);
        }
        if fault.long_lived_trace {
            let every = scale_duration(settings.trace_idle, 0.1);
            self.apps.push(App::long_trace(&endpoint, every)?);
        }
        if let Some(seconds) = fault.stopped_before_s {
            App::sent_before(&endpoint, Duration::from_secs(seconds)).await?;
            self.settle().await;
        }
        Ok(())
    }
}

fn addresses(sockets: Sockets, grafana: Option<SocketAddr>, collector: Option<&CollectorGround>) -> Addresses {
    let url = |address: SocketAddr| format!("http://{address}");
    Addresses {
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
