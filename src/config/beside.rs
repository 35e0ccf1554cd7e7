//! Addresses that files of the project say: what a Compose project publishes. They count before a default and after
//! everything that a person gave.

use crate::model::compose::{Place, Port, Project, Role, Service};
use crate::model::marker::Protocol;

use super::origin::{Origin, Sourced};
use super::secret::Secret;

/// Addresses by the flag that would give them.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    found: Vec<(&'static str, String, Place)>,
    /// What is not published, and so has to be given.
    pub notes: Vec<String>,
}

/// The name under which the address for gRPC is kept; `--otlp-endpoint` is the one for HTTP.
const OTLP_GRPC: &str = "--otlp-endpoint (grpc)";

impl Beside {
    /// The addresses that a project publishes on this host.
    ///
    /// `tempo_port` and `otlp` say on which ports Tempo listens inside: judgements know how to read them.
    pub fn of(
        project: &Project,
        tempo_port: &dyn Fn(&Service) -> u16,
        otlp: &dyn Fn(&Service) -> (u16, u16),
    ) -> Beside {
        let mut beside = Beside::default();
        // Several parts of Tempo: the one that answers queries is the one that publishes that port.
        let tempo = most_published(project, Role::Tempo, tempo_port);
        if let Some(tempo) = tempo {
            beside.published("--tempo-url", tempo, tempo_port(tempo));
        }
        if let Some(prometheus) = project.of(Role::Prometheus).next() {
            beside.published("--prometheus-url", prometheus, 9090);
        }
        if let Some(grafana) = project.of(Role::Grafana).next() {
            beside.published("--grafana-url", grafana, 3000);
        }
        if let Some(loki) = project.of(Role::Loki).next() {
            beside.published("--loki-url", loki, 3100);
        }
        let receiver = most_published(project, Role::Tempo, &|service| otlp(service).1);
        match receiver.filter(|service| is_published(service, otlp(service))) {
            Some(tempo) => beside.otlp(tempo, otlp(tempo)),
            None => beside.through_collector(project, receiver, otlp),
        }
        beside
    }

    /// Senders reach the collector alone.
    fn through_collector(&mut self, project: &Project, tempo: Option<&Service>, otlp: &dyn Fn(&Service) -> (u16, u16)) {
        let collector = project
            .of(Role::Collector)
            .chain(project.of(Role::Alloy))
            .find(|service| is_published(service, (4317, 4318)));
        if let Some(collector) = collector {
            self.otlp(collector, (4317, 4318));
            self.quiet("--collector-metrics-url", collector, 8888, "/metrics");
        } else if let Some(tempo) = tempo.filter(|tempo| !tempo.on_host()) {
            let (grpc, http) = otlp(tempo);
            self.notes.push(format!(
                "{}: neither port {grpc} nor {http} of {} is published; trying the default address",
                tempo.at, tempo.name
            ));
        }
    }

    fn otlp(&mut self, service: &Service, (grpc, http): (u16, u16)) {
        self.quiet(OTLP_GRPC, service, grpc, "");
        self.quiet("--otlp-endpoint", service, http, "");
    }

    fn published(&mut self, flag: &'static str, service: &Service, port: u16) {
        if !self.quiet(flag, service, port, "") && !service.on_host() {
            self.notes.push(format!(
                "{}: port {port} of {} is not published: pass an address with {flag}, or run doctor inside the network",
                service.at, service.name
            ));
        }
    }

    fn quiet(&mut self, flag: &'static str, service: &Service, inside: u16, path: &str) -> bool {
        let Some((address, at)) = address(service, inside) else {
            return false;
        };
        self.found.push((flag, format!("http://{address}{path}"), at));
        true
    }

    /// The address for a flag.
    pub(super) fn get(&self, flag: &str) -> Option<Sourced<Secret>> {
        let (_, url, at) = self.found.iter().find(|(own, ..)| *own == flag)?;
        Some(Sourced::new(Secret::new(url), Origin::Project(at.clone())))
    }

    /// The address to which a sender of that protocol sends.
    pub(super) fn otlp_endpoint(&self, protocol: Protocol) -> Option<Sourced<Secret>> {
        self.get(if protocol == Protocol::Grpc {
            OTLP_GRPC
        } else {
            "--otlp-endpoint"
        })
    }

    /// Tempo's own receiver, where something stands before it.
    #[cfg(test)]
    fn url(&self, flag: &str) -> Option<&str> {
        self.found
            .iter()
            .find(|(own, ..)| *own == flag)
            .map(|(_, url, _)| url.as_str())
    }
}

fn is_published(service: &Service, (grpc, http): (u16, u16)) -> bool {
    service.on_host() || service.published(grpc).is_some() || service.published(http).is_some()
}

fn most_published<'a>(project: &'a Project, role: Role, port: &dyn Fn(&Service) -> u16) -> Option<&'a Service> {
    let publishing = project
        .of(role)
        .find(|service| address(service, port(service)).is_some());
    publishing.or_else(|| project.of(role).next())
}

/// `localhost:3200` and the line that publishes it. Addresses of other machines are not taken from a file: credentials
/// would follow them.
fn address(service: &Service, inside: u16) -> Option<(String, Place)> {
    if service.on_host() {
        return Some((format!("localhost:{inside}"), service.at.clone()));
    }
    let port: &Port = service
        .ports
        .iter()
        .find(|port| port.container == inside && port.protocol != "udp" && port.host.is_some())?;
    let host = match port.host_ip.as_deref() {
        None | Some("" | "0.0.0.0" | "::") => "localhost",
        Some(ip) if ip.starts_with("127.") => ip,
        Some("::1") => "[::1]",
        Some(_) => return None,
    };
    Some((format!("{host}:{}", port.host?), port.at.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Project {
        struct One(String);
        impl crate::parse::compose::Folder for One {
            fn read(&self, path: &std::path::Path) -> Result<String, String> {
                if path == std::path::Path::new("c.yml") {
                    Ok(self.0.clone())
                } else {
                    Err("no such file".into())
                }
            }
            fn list(&self, _: &std::path::Path) -> Vec<std::path::PathBuf> {
                Vec::new()
            }
            fn found(&self, _: &std::path::Path) -> Option<crate::model::compose::Found> {
                None
            }
        }
        crate::parse::compose::load(&crate::parse::compose::Asked {
            files: &["c.yml".into()],
            env: &|_| None,
            folder: &One(text.to_owned()),
        })
        .unwrap()
    }

    fn of(text: &str) -> Beside {
        Beside::of(&project(text), &|_| 3200, &|_| (4317, 4318))
    }

    #[test]
    fn published_ports_are_addresses() {
        let beside = of(
            "services:\n  t: {image: grafana/tempo, ports: ['13200:3200', '127.0.0.1:5318:4318']}\n  p: {image: prom/prometheus, ports: ['10.0.0.1:9090:9090']}\n  g: {image: grafana/grafana, network_mode: host}\n",
        );
        assert_eq!(beside.url("--tempo-url"), Some("http://localhost:13200"));
        assert_eq!(beside.url("--otlp-endpoint"), Some("http://127.0.0.1:5318"));
        assert_eq!(beside.url(OTLP_GRPC), None);
        assert_eq!(beside.url("--prometheus-url"), None, "no stranger's address");
        assert_eq!(beside.url("--grafana-url"), Some("http://localhost:3000"));
        assert!(beside.notes.iter().any(|note| note.contains("--prometheus-url")));
    }

    #[test]
    fn a_collector_is_where_senders_send() {
        let beside = of(
            "services:\n  t: {image: grafana/tempo, ports: ['3200:3200']}\n  c: {image: otel/opentelemetry-collector, ports: ['4317:4317', '8888:8888']}\n",
        );
        assert_eq!(beside.url(OTLP_GRPC), Some("http://localhost:4317"));
        assert_eq!(
            beside.url("--collector-metrics-url"),
            Some("http://localhost:8888/metrics")
        );
    }
}
