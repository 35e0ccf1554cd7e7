//! In the Compose files, the generator writes to a server that exists.

use crate::checks::Check;
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{self, ResolvedHost, build_setting_evidence, resolve_address, tempo_service};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::receiver_path::REMOTE_WRITE;
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};
use telemetry::parse::authority::{Authority, extract_path};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.compose-url",
    title: "in the Compose files, the generator writes to a server that exists",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found = Vec::new();
    let mut written = Vec::new();
    let mut looked = false;
    for (service, config) in tempo_service::find_services_running(project, "metrics-generator") {
        looked = true;
        let urls = tempo_service::list_remote_write_urls(config);
        // A generator that is off, which `generator.compose-processors` says, writes nothing.
        let is_on = config
            .text("/metrics_generator/storage/path")
            .is_some_and(|path| !path.is_empty());
        let makes = tempo_service::find_processors(config)
            .is_some_and(|(_, list)| list.iter().any(|name| name != "local-blocks"));
        if urls.is_empty() && is_on && makes {
            found.push(explain_missing_endpoint(project, config));
        }
        for (pointer, url) in urls.iter().filter(|(_, url)| !has_unset_variable(url)) {
            found.extend(find_wrong_url(project, service, config, pointer, url));
        }
        written.extend(urls.into_iter().map(|(_, url)| url));
    }
    CheckOutcome::of_findings(found).unwrap_or_else(|| {
        if !looked {
            return CheckOutcome::not_applicable("no Tempo configuration with a metrics-generator was found");
        }
        if written.is_empty() {
            return CheckOutcome::not_applicable("metrics from spans are not configured in these files");
        }
        CheckOutcome::pass(format!("writes to {}", written.join(", ")))
    })
}

fn explain_missing_endpoint(project: &ComposeProject, config: &MountedConfig) -> Finding {
    let to = project
        .services_with_role(ComposeRole::Prometheus)
        .next()
        .map_or("prometheus:9090".to_owned(), |service| {
            compose::find_address(project, service, 9090)
        });
    Finding::broken(
        "rw-no-endpoint",
        "the generator produces metrics but has no address to write them to",
    )
    .with_evidence_lines([build_setting_evidence(
        config,
        "/metrics_generator/storage/remote_write",
    )])
    .with_remedy(format!("add a remote-write address in {}:", config.file))
    .with_config(format!(
        "metrics_generator:\n  storage:\n    remote_write:\n      - url: http://{to}/api/v1/write"
    ))
}

fn find_wrong_url(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    pointer: &str,
    url: &str,
) -> Option<Finding> {
    let Authority { host, port } = Authority::parse(url);
    let prometheus = project.services_with_role(ComposeRole::Prometheus).next();
    let finding = |summary: String| {
        let finding =
            Finding::broken("rw-wrong-url", summary).with_evidence_lines([build_setting_evidence(config, pointer)]);
        match prometheus {
            Some(server) => finding
                .with_remedy(format!("write to Prometheus by its service name in {}:", config.file))
                .with_config(format!(
                    "- url: http://{}/{REMOTE_WRITE}",
                    compose::find_address(project, server, find_prometheus_port(server))
                )),
            None => finding.with_remedy(format!(
                "add a Prometheus to the project, or write to one that is there, in {}",
                config.file
            )),
        }
    };
    let (behind, port) = resolve_address(project, service, &host, port);
    match behind {
        ResolvedHost::OwnContainer => Some(finding(format!(
            "the generator writes to {url}, which is Tempo itself inside the container of {}",
            service.name
        ))),
        ResolvedHost::Unknown => Some(finding(format!(
            "the generator writes to {url}, but no service is named {host}"
        ))),
        ResolvedHost::OtherNetwork(other) => {
            let address = build_setting_evidence(config, pointer);
            Some(compose::explain_other_network(
                FindingLevel::Broken,
                service,
                other,
                address,
            ))
        }
        ResolvedHost::ClosedPort(to) => Some(
            finding(format!(
                "the generator writes to {url}, but the Service {} has no port {port}",
                to.name
            ))
            .with_evidence_lines([compose::build_ports_evidence(to)]),
        ),
        ResolvedHost::OtherNamespace(to) => Some(Finding {
            confidence: Confidence::Likely,
            ..finding(format!(
                "the generator writes to {url}, but the Service {} is in the namespace {}",
                to.name,
                to.namespace.as_deref().unwrap_or_default()
            ))
            .with_evidence_lines([compose::build_namespace_evidence(to)])
        }),
        ResolvedHost::Service(other) if other.role == ComposeRole::Prometheus => {
            let listens = find_prometheus_port(other);
            if port != listens {
                return Some(finding(format!(
                    "the generator writes to port {port} of {}, but Prometheus listens on {listens}",
                    other.name
                )));
            }
            (!extract_path(url).ends_with(REMOTE_WRITE)).then(|| {
                finding(format!(
                    "{url} has the wrong path: Prometheus does not accept remote write there"
                ))
            })
        }
        _ => None,
    }
}

/// The port Prometheus listens on, by its flag.
pub fn find_prometheus_port(prometheus: &ComposeService) -> u16 {
    prometheus
        .flag("web.listen-address")
        .and_then(|flag| flag.value.rsplit_once(':')?.1.parse().ok())
        .unwrap_or(9090)
}

/// The Prometheus of this project that the generator writes to; where the address is not understood, the only one there is.
pub fn find_written_prometheus(project: &ComposeProject) -> Option<&ComposeService> {
    let urls: Vec<_> = tempo_service::find_services_running(project, "metrics-generator")
        .flat_map(|(service, config)| {
            let urls = tempo_service::list_remote_write_urls(config);
            urls.into_iter().map(move |(_, url)| (service, url))
        })
        .collect();
    let mut behind = urls.iter().filter_map(|(service, url)| {
        let Authority { host, port } = Authority::parse(url);
        match resolve_address(project, service, &host, port).0 {
            ResolvedHost::Service(other) => Some(other),
            _ => None,
        }
    });
    match behind.next() {
        Some(other) => Some(other).filter(|other| other.role == ComposeRole::Prometheus),
        None if urls.iter().all(|(service, _)| service.cluster.is_some()) => None,
        None => {
            let mut all = project.services_with_role(ComposeRole::Prometheus);
            all.next().filter(|_| all.next().is_none())
        }
    }
}
