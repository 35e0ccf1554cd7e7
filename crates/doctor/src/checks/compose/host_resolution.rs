//! Who answers to a name from inside a container.

use telemetry::model::compose::{ClusterPlace, ClusterService, ComposeProject, ComposeService};
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
    /// A Service of Kubernetes that does not list the port.
    ClosedPort(&'a ClusterService),
    /// A Service of Kubernetes in another namespace than the name says.
    OtherNamespace(&'a ClusterService),
}

/// Names of the host itself, as containers see it.
const HOST_NAMES: [&str; 3] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
];

/// Who is behind an address, seen from a service, and which port that is inside its container.
pub fn resolve_address<'a>(
    project: &'a ComposeProject,
    from: &ComposeService,
    host: &str,
    port: u16,
) -> (ResolvedHost<'a>, u16) {
    match &from.cluster {
        None => (resolve_host(project, from, host), port),
        Some(place) => resolve_cluster_address(project, place, host, port),
    }
}

/// In a cluster, what is not in these files may be anywhere.
fn resolve_cluster_address<'a>(
    project: &'a ComposeProject,
    from: &ClusterPlace,
    host: &str,
    port: u16,
) -> (ResolvedHost<'a>, u16) {
    let host = host.trim_matches(['[', ']']);
    if is_loopback(host) {
        let alone = if from.is_shared {
            ResolvedHost::External
        } else {
            ResolvedHost::OwnContainer
        };
        return (alone, port);
    }
    let (behind, port) = match find_cluster_service(project, from, host) {
        Ok(service) => open_cluster_port(project, service, port),
        Err(elsewhere) => (elsewhere, port),
    };
    (behind.unwrap_or(ResolvedHost::External), port)
}

/// The Service that a name leads to: `tempo`, `tempo.tracing`, `tempo.tracing.svc`, `tempo.tracing.svc.cluster.local`.
fn find_cluster_service<'a>(
    project: &'a ComposeProject,
    from: &ClusterPlace,
    host: &str,
) -> Result<&'a ClusterService, Option<ResolvedHost<'a>>> {
    let host = host.trim_end_matches('.');
    let host = host.strip_suffix(".cluster.local").unwrap_or(host);
    let host = host.strip_suffix(".svc").unwrap_or(host);
    let mut parts = host.split('.');
    let (name, written, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let namespace = written.or(from.namespace.as_deref());
    if rest.is_some() {
        return Err(None);
    }
    let mut named = project.cluster_services.iter().filter(|service| service.name == name);
    let fits = |service: &&ClusterService| match (&service.namespace, namespace) {
        (Some(own), Some(asked)) => own == asked,
        _ => true,
    };
    match named.clone().find(fits) {
        Some(service) => Ok(service),
        // Where the namespace that is asked for is described here as well, the Service may be in another file.
        None => Err(named
            .next()
            .filter(|_| named.next().is_none())
            .filter(|_| {
                let mut places = project.services.iter().filter_map(|service| service.cluster.as_ref());
                written.is_none() || !places.any(|place| place.namespace.as_deref() == written)
            })
            .map(ResolvedHost::OtherNamespace)),
    }
}

/// What is behind a port of a Service; `None` where the files do not say it.
fn open_cluster_port<'a>(
    project: &'a ComposeProject,
    service: &'a ClusterService,
    port: u16,
) -> (Option<ResolvedHost<'a>>, u16) {
    if service.workloads.is_empty() || service.is_ambiguous {
        return (None, port);
    }
    let listed = service.ports.iter().find(|one| one.port == port);
    let inside = match (listed, service.workloads.as_slice()) {
        (Some(listed), _) => listed.leads_to.clone(),
        (None, [one]) if service.headless => Some((one.clone(), port)),
        (None, _) if service.headless => None,
        (None, _) => return (Some(ResolvedHost::ClosedPort(service)), port),
    };
    let Some((name, inside)) = inside else {
        return (None, port);
    };
    (project.service(&name).map(ResolvedHost::Service), inside)
}

/// Who is behind `host`, seen from a service of Compose.
fn resolve_host<'a>(project: &'a ComposeProject, from: &ComposeService, host: &str) -> ResolvedHost<'a> {
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
