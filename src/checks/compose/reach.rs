//! Who answers to a name from inside a container.

use crate::checks::facts;
use crate::model::compose::{Project, Service};

/// Who is behind a host name, from where one service stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reached<'a> {
    /// Another service of a network they share.
    Service(&'a Service),
    /// The container itself: `localhost`.
    Itself,
    /// The host, through its published ports.
    Host,
    /// Something that these files do not describe.
    Outside,
    /// A service here, in a network of its own.
    Apart(&'a Service),
    /// A bare name that nothing here has.
    Nobody,
}

/// Names of the host itself, as containers see it.
const HOST: [&str; 3] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
];

/// Who is behind `host`, seen from a service.
pub fn reach<'a>(project: &'a Project, from: &Service, host: &str) -> Reached<'a> {
    let host = host.trim_matches(['[', ']']);
    if facts::is_loopback(host) {
        return own(project, from);
    }
    if HOST.contains(&host) {
        return Reached::Host;
    }
    let called = |service: &&Service| service.name == host || service.aliases.iter().any(|alias| alias == host);
    if let Some(found) = project.services.iter().find(called) {
        if found.name == from.name {
            return Reached::Itself;
        }
        let together = from.networks.iter().any(|network| found.networks.contains(network));
        return if together || from.network_mode.is_some() || found.network_mode.is_some() {
            Reached::Service(found)
        } else {
            Reached::Apart(found)
        };
    }
    let elsewhere = from.hosts.iter().any(|name| name == host)
        || from
            .networks
            .iter()
            .any(|network| project.external_networks.contains(network))
        || project.behind_profiles.iter().any(|name| name == host)
        || from.on_host();
    if elsewhere || host.contains(['.', ':', '$']) || host.is_empty() {
        Reached::Outside
    } else {
        Reached::Nobody
    }
}

fn own<'a>(project: &'a Project, from: &Service) -> Reached<'a> {
    match from.network_mode.as_ref().map(|mode| mode.value.as_str()) {
        Some("host") => Reached::Host,
        Some(mode) => match mode.strip_prefix("service:").and_then(|name| project.service(name)) {
            Some(shared) => Reached::Service(shared),
            None => Reached::Itself,
        },
        None => {
            // Others may live in this container's network.
            let guest = |other: &&Service| {
                let mode = other.network_mode.as_ref().map(|mode| mode.value.as_str());
                mode.and_then(|mode| mode.strip_prefix("service:")) == Some(from.name.as_str())
            };
            project
                .services
                .iter()
                .find(guest)
                .map_or(Reached::Itself, Reached::Service)
        }
    }
}

/// Host and port of an address; the port is the scheme's where none is given.
pub fn host_and_port(url: &str) -> (String, u16) {
    let authority = facts::authority(url);
    match authority.rsplit_once(':') {
        Some((host, port)) => (host.to_owned(), port.parse().unwrap_or(0)),
        None => (authority, 0),
    }
}

/// True where an address holds a variable that nobody put in.
pub fn is_open(url: &str) -> bool {
    url.contains('$') || url.trim().is_empty()
}
