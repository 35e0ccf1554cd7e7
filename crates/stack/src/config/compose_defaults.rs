//! Addresses that files of the project say: what a Compose project publishes. They count before a default and after
//! everything that a person gave.

use telemetry::model::compose::{ComposePort, ComposeProject, ComposeRole, ComposeService, FileLocation};
use telemetry::model::marker::Protocol;

use super::origin::{Origin, Sourced};
use super::secret::Secret;

/// Addresses by the flag that would give them.
#[derive(Debug, Clone, Default)]
pub struct ComposeDefaults {
    found: Vec<(&'static str, String, FileLocation)>,
    /// What is not published, and so has to be given.
    pub notes: Vec<String>,
}

/// The name under which the address for gRPC is kept; `--otlp-endpoint` is the one for HTTP.
const OTLP_GRPC: &str = "--otlp-endpoint (grpc)";

impl ComposeDefaults {
    /// The addresses that a project publishes on this host.
    ///
    /// `tempo_port` and `otlp` say on which ports Tempo listens inside: judgements know how to read them.
    pub fn from_project(
        project: &ComposeProject,
        tempo_port: &dyn Fn(&ComposeService) -> u16,
        otlp: &dyn Fn(&ComposeService) -> (u16, u16),
    ) -> ComposeDefaults {
        let mut beside = ComposeDefaults::default();
        // Several parts of Tempo: the one that answers queries is the one that publishes that port.
        let tempo = find_most_published(project, ComposeRole::Tempo, tempo_port);
        if let Some(tempo) = tempo {
            beside.add_or_note("--tempo-url", tempo, tempo_port(tempo));
        }
        if let Some(prometheus) = project.services_with_role(ComposeRole::Prometheus).next() {
            beside.add_or_note("--prometheus-url", prometheus, 9090);
        }
        if let Some(grafana) = project.services_with_role(ComposeRole::Grafana).next() {
            beside.add_or_note("--grafana-url", grafana, 3000);
        }
        if let Some(loki) = project.services_with_role(ComposeRole::Loki).next() {
            beside.add_or_note("--loki-url", loki, 3100);
        }
        let receiver = find_most_published(project, ComposeRole::Tempo, &|service| otlp(service).1);
        match receiver.filter(|service| is_published(service, otlp(service))) {
            Some(tempo) => beside.add_otlp(tempo, otlp(tempo)),
            None => beside.add_collector(project, receiver, otlp),
        }
        beside
    }

    /// Senders reach the collector alone.
    fn add_collector(
        &mut self,
        project: &ComposeProject,
        tempo: Option<&ComposeService>,
        otlp: &dyn Fn(&ComposeService) -> (u16, u16),
    ) {
        let collector = project
            .services_with_role(ComposeRole::Collector)
            .chain(project.services_with_role(ComposeRole::Alloy))
            .find(|service| is_published(service, (4317, 4318)));
        if let Some(collector) = collector {
            self.add_otlp(collector, (4317, 4318));
            self.add_if_published("--collector-metrics-url", collector, 8888);
        } else if let Some(tempo) = tempo.filter(|tempo| !tempo.uses_host_network()) {
            let (grpc, http) = otlp(tempo);
            self.notes.push(format!(
                "{}: neither port {grpc} nor {http} of {} is published; trying the default address",
                tempo.at, tempo.name
            ));
        }
    }

    fn add_otlp(&mut self, service: &ComposeService, (grpc, http): (u16, u16)) {
        self.add_if_published(OTLP_GRPC, service, grpc);
        self.add_if_published("--otlp-endpoint", service, http);
    }

    fn add_or_note(&mut self, flag: &'static str, service: &ComposeService, port: u16) {
        if !self.add_if_published(flag, service, port) && !service.uses_host_network() {
            self.notes.push(format!(
                "{}: port {port} of {} is not published: pass an address with {flag}, or run doctor inside the network",
                service.at, service.name
            ));
        }
    }

    fn add_if_published(&mut self, flag: &'static str, service: &ComposeService, inside: u16) -> bool {
        let Some((address, at)) = find_published_address(service, inside) else {
            return false;
        };
        self.found.push((flag, format!("http://{address}"), at));
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

fn is_published(service: &ComposeService, (grpc, http): (u16, u16)) -> bool {
    service.uses_host_network() || service.published_port(grpc).is_some() || service.published_port(http).is_some()
}

fn find_most_published<'a>(
    project: &'a ComposeProject,
    role: ComposeRole,
    port: &dyn Fn(&ComposeService) -> u16,
) -> Option<&'a ComposeService> {
    let publishing = project
        .services_with_role(role)
        .find(|service| find_published_address(service, port(service)).is_some());
    publishing.or_else(|| project.services_with_role(role).next())
}

/// `localhost:3200` and the line that publishes it. Addresses of other machines are not taken from a file: credentials
/// would follow them.
fn find_published_address(service: &ComposeService, inside: u16) -> Option<(String, FileLocation)> {
    if service.uses_host_network() {
        return Some((format!("localhost:{inside}"), service.at.clone()));
    }
    let port: &ComposePort = service
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

    fn project(text: &str) -> ComposeProject {
        struct One(String);
        impl telemetry::parse::compose::ProjectFiles for One {
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
            fn stat(&self, _: &std::path::Path) -> Option<telemetry::model::compose::HostPathInfo> {
                None
            }
        }
        telemetry::parse::compose::load_project(&telemetry::parse::compose::ComposeRequest {
            files: &["c.yml".into()],
            env: &|_| None,
            folder: &One(text.to_owned()),
        })
        .unwrap()
    }

    fn of(text: &str) -> ComposeDefaults {
        ComposeDefaults::from_project(&project(text), &|_| 3200, &|_| (4317, 4318))
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
        assert_eq!(beside.url("--collector-metrics-url"), Some("http://localhost:8888"));
    }
}
