//! Who answers to a name from inside a container.

use telemetry::model::compose::{ComposeProject, ComposeService};
use telemetry::parse::authority::is_loopback;

/// Who is behind a host name, from where one service stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ResolvedHost<'a> {
    /// Another service of a network they share.
    Service(&'a ComposeService),
    /// The container itself: `localhost`.
    OwnContainer,
    /// The host, through its published ports.
    Host,
    /// Something that these files do not describe.
    External,
    /// A service here, in a network of its own.
    OtherNetwork(&'a ComposeService),
    /// A bare name that nothing here has.
    Unknown,
}

/// Names of the host itself, as containers see it.
const HOST_NAMES: [&str; 3] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
];

/// Who is behind `host`, seen from a service.
pub fn resolve_host<'a>(project: &'a ComposeProject, from: &ComposeService, host: &str) -> ResolvedHost<'a> {
    let host = host.trim_matches(['[', ']']);
    if is_loopback(host) {
        return resolve_loopback(project, from);
    }
    if HOST_NAMES.contains(&host) {
        return ResolvedHost::Host;
    }
    let called = |service: &&ComposeService| service.name == host || service.aliases.iter().any(|alias| alias == host);
    if let Some(found) = project.services.iter().find(called) {
        if found.name == from.name {
            return ResolvedHost::OwnContainer;
        }
        let together = from.networks.iter().any(|network| found.networks.contains(network));
        return if together || from.network_mode.is_some() || found.network_mode.is_some() {
            ResolvedHost::Service(found)
        } else {
            ResolvedHost::OtherNetwork(found)
        };
    }
    let elsewhere = from.hosts.iter().any(|name| name == host)
        || from
            .networks
            .iter()
            .any(|network| project.external_networks.contains(network))
        || project.behind_profiles.iter().any(|name| name == host)
        || from.uses_host_network();
    if elsewhere || host.contains(['.', ':', '$']) || host.is_empty() {
        ResolvedHost::External
    } else {
        ResolvedHost::Unknown
    }
}

fn resolve_loopback<'a>(project: &'a ComposeProject, from: &ComposeService) -> ResolvedHost<'a> {
    match from.network_mode.as_ref().map(|mode| mode.value.as_str()) {
        Some("host") => ResolvedHost::Host,
        Some(mode) => match mode.strip_prefix("service:").and_then(|name| project.service(name)) {
            Some(shared) => ResolvedHost::Service(shared),
            None => ResolvedHost::OwnContainer,
        },
        None => {
            // Others may live in this container's network.
            let guest = |other: &&ComposeService| {
                let mode = other.network_mode.as_ref().map(|mode| mode.value.as_str());
                mode.and_then(|mode| mode.strip_prefix("service:")) == Some(from.name.as_str())
            };
            project
                .services
                .iter()
                .find(guest)
                .map_or(ResolvedHost::OwnContainer, ResolvedHost::Service)
        }
    }
}

/// True where an address holds a variable that nobody put in.
pub fn has_unset_variable(url: &str) -> bool {
    url.contains('$') || url.trim().is_empty()
}
