//! In the Compose files, Grafana's data sources point at Tempo and Prometheus.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{self, ResolvedHost, build_setting_evidence, resolve_address, tempo_service};
use crate::checks::grafana::provisioning::quote_yaml;
use crate::checks::remote_write::compose_url::find_prometheus_port;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};
use telemetry::parse::authority::{Authority, extract_path};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.compose-url",
    title: "in the Compose files, Grafana's data sources point at their servers",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// A data source of a provisioning file.
pub struct ProvisionedDataSource<'a> {
    /// The Grafana that reads it.
    pub grafana: &'a ComposeService,
    /// The file.
    pub config: &'a MountedConfig,
    /// Its JSON pointer.
    pub at: String,
    /// The entry.
    pub entry: &'a Value,
}

impl ProvisionedDataSource<'_> {
    /// `tempo`, `prometheus`, …
    pub fn kind(&self) -> &str {
        self.entry["type"].as_str().unwrap_or_default()
    }

    /// The name in menus.
    pub fn name(&self) -> &str {
        self.entry["name"].as_str().unwrap_or_default()
    }

    /// The host in its address, where that is the name of a service.
    pub fn find_service_name(&self) -> Option<&str> {
        let url = self.entry["url"].as_str()?;
        let host = Authority::parse(url).host;
        let start = url.find(&host)?;
        url.get(start..start + host.len())
    }

    /// These lines of its entry, as YAML of the provisioning file.
    pub fn render_entry(&self, lines: &str) -> String {
        let lines = lines.replace('\n', "\n    ");
        format!("datasources:\n  - name: {}\n    {lines}", quote_yaml(self.name()))
    }

    /// What a link names it by: its uid, or its name, which Grafana takes as well.
    pub fn reference(&self) -> &str {
        self.uid().unwrap_or_else(|| self.name())
    }

    /// The uid, where one is written out.
    pub fn uid(&self) -> Option<&str> {
        self.entry["uid"].as_str().filter(|uid| !uid.is_empty())
    }
}

/// Every data source that the project provisions.
pub fn list_provisioned_data_sources(project: &ComposeProject) -> Vec<ProvisionedDataSource<'_>> {
    let mut all = Vec::new();
    for grafana in project.services_with_role(ComposeRole::Grafana) {
        for config in &grafana.configs {
            let list = config.at("/datasources").and_then(Value::as_array);
            for (index, entry) in list.into_iter().flatten().enumerate() {
                all.push(ProvisionedDataSource {
                    grafana,
                    config,
                    at: format!("/datasources/{index}"),
                    entry,
                });
            }
        }
    }
    all
}

fn judge(project: &ComposeProject) -> CheckOutcome {
    let all = list_provisioned_data_sources(project);
    let led: Vec<_> = all
        .iter()
        .filter(|one| matches!(one.kind(), "tempo" | "prometheus"))
        .collect();
    if led.is_empty() {
        return CheckOutcome::not_applicable("these files provision no Tempo or Prometheus data source");
    }
    let found = led.iter().filter_map(|one| {
        let finding = find_wrong_url(project, one)?;
        // Traces are there without the metrics.
        let level = match one.kind() {
            "tempo" => finding.level,
            _ => FindingLevel::Degraded,
        };
        Some(Finding { level, ..finding })
    });
    if let Some(outcome) = CheckOutcome::of_findings(found) {
        return outcome;
    }
    let names: Vec<&str> = led.iter().map(|one| one.name()).collect();
    CheckOutcome::pass(format!("data sources point at their servers: {}", names.join(", ")))
}

fn find_wrong_url(project: &ComposeProject, one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let pointer = format!("{}/url", one.at);
    let url = one.config.text(&pointer).filter(|url| !has_unset_variable(url))?;
    let role = if one.kind() == "tempo" {
        ComposeRole::Tempo
    } else {
        ComposeRole::Prometheus
    };
    let server = project.services_with_role(role).next();
    let right = server.map(|server| {
        let address = compose::find_address(project, server, find_server_port(server));
        format!("http://{address}")
    });
    let fix = |finding: Finding| {
        let finding = finding.with_evidence_lines([build_setting_evidence(one.config, &pointer)]);
        match &right {
            Some(right) => finding
                .with_remedy(format!("correct the address in {}:", one.config.file))
                .with_config(one.render_entry(&format!("url: {right}"))),
            None => finding.with_remedy(format!(
                "add the server to the project, or correct the address in {}",
                one.config.file
            )),
        }
    };
    if one.entry["access"].as_str() == Some("direct") {
        return Some(
            Finding::degraded(
                "ds-access-direct",
                format!(
                    "the browser queries the data source \"{}\" directly, bypassing Grafana",
                    one.name()
                ),
            )
            .with_evidence_lines([build_setting_evidence(one.config, &format!("{}/access", one.at))])
            .with_remedy(format!(
                "have Grafana's server send the queries in {}:",
                one.config.file
            ))
            .with_config(one.render_entry("access: proxy")),
        );
    }
    let Authority { host, port: asked } = Authority::parse(url);
    let (behind, asked) = resolve_address(project, one.grafana, &host, asked);
    match behind {
        ResolvedHost::OwnContainer => Some(fix(Finding::broken(
            "ds-localhost",
            format!(
                "the data source \"{}\" points at {url}, which inside Grafana's container is Grafana itself",
                one.name()
            ),
        ))),
        ResolvedHost::Unknown => Some(fix(Finding::broken(
            "net-unreachable",
            format!(
                "the data source \"{}\" points at {url}, but no service is named {host}",
                one.name()
            ),
        ))),
        ResolvedHost::OtherNetwork(other) => {
            let address = build_setting_evidence(one.config, &pointer);
            Some(compose::explain_other_network(
                FindingLevel::Broken,
                one.grafana,
                other,
                address,
            ))
        }
        ResolvedHost::ClosedPort(to) => Some(
            fix(Finding::broken(
                "ds-wrong-port",
                format!(
                    "the data source \"{}\" points at {url}, but the Service {} has no port {asked}",
                    one.name(),
                    to.name
                ),
            ))
            .with_evidence_lines([compose::build_ports_evidence(to)]),
        ),
        ResolvedHost::OtherNamespace(to) => {
            let summary = format!(
                "the data source \"{}\" points at {url}, but the Service {} is in the namespace {}",
                one.name(),
                to.name,
                to.namespace.as_deref().unwrap_or_default()
            );
            let level = FindingLevel::Broken;
            let finding = Finding::new("net-unreachable", level, Confidence::Likely, summary);
            Some(fix(finding).with_evidence_lines([compose::build_namespace_evidence(to)]))
        }
        ResolvedHost::Service(other) if other.role == role => {
            if asked != find_server_port(other) {
                return Some(fix(Finding::broken(
                    "ds-wrong-port",
                    format!(
                        "the data source \"{}\" points at port {asked}, but {} listens on {}",
                        one.name(),
                        other.name,
                        find_server_port(other)
                    ),
                )));
            }
            has_foreign_path(other, url).then(|| {
                fix(Finding::broken(
                    "ds-url-with-path",
                    format!(
                        "the data source \"{}\" has a path in its address, {url}, and Grafana adds its own path to it",
                        one.name()
                    ),
                ))
            })
        }
        _ => None,
    }
}

fn find_server_port(server: &ComposeService) -> u16 {
    if server.role == ComposeRole::Tempo {
        tempo_service::find_http_port(server)
    } else {
        find_prometheus_port(server)
    }
}

/// A path that is no prefix of this server.
fn has_foreign_path(server: &ComposeService, url: &str) -> bool {
    let path = extract_path(url).trim_matches('/');
    let prefix = match server.role {
        ComposeRole::Tempo => server
            .config()
            .and_then(|config| config.text("/http_api_prefix"))
            .unwrap_or_default()
            .to_owned(),
        _ => server
            .flag("web.route-prefix")
            .or_else(|| server.flag("web.external-url"))
            .map_or_else(String::new, |flag| flag.value),
    };
    !path.is_empty() && !prefix.trim_matches('/').ends_with(path)
}
