//! In the Compose files, Prometheus scrapes Tempo.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{
    self, ResolvedHost, build_file_evidence, build_setting_evidence, resolve_address, tempo_service,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::Authority;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-scrape",
    title: "in the Compose files, Prometheus scrapes Tempo",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// A target of a job without service discovery.
struct StaticScrapeTarget {
    pointer: String,
    address: String,
}

fn judge(project: &ComposeProject) -> CheckOutcome {
    let prometheus = project
        .services_with_role(ComposeRole::Prometheus)
        .find_map(|service| Some((service, service.config()?)));
    let (Some((service, config)), Some(tempo)) = (prometheus, project.services_with_role(ComposeRole::Tempo).next())
    else {
        return CheckOutcome::not_applicable("no Prometheus configuration, or no Tempo, in these files");
    };
    let targets = list_targets(config);
    let mut down = None;
    for target in targets.iter().filter(|target| !has_unset_variable(&target.address)) {
        let Authority { host, port } = Authority::parse(&target.address);
        let (behind, port) = resolve_address(project, service, &host, port);
        match behind {
            ResolvedHost::Service(other) if other.role == ComposeRole::Tempo => {
                let right = tempo_service::find_http_port(other);
                if port == right {
                    return CheckOutcome::pass(format!("{} is scraped at {}", other.name, target.address));
                }
                down = Some((
                    target,
                    format!("the target has port {port}, but Tempo's metrics are on port {right}"),
                    format!("{}:{right}", other.name),
                ));
            }
            // The container itself holds Prometheus alone.
            ResolvedHost::OwnContainer if port == tempo_service::find_http_port(tempo) => {
                let why = format!("{} is Prometheus's own container, not Tempo", target.address);
                down = Some((target, why, format!("{}:{port}", tempo.name)));
            }
            ResolvedHost::Unknown if port == tempo_service::find_http_port(tempo) => {
                let why = format!("no service is named {host}");
                down = Some((target, why, format!("{}:{port}", tempo.name)));
            }
            _ => {}
        }
    }
    if let Some((target, why, right)) = down {
        return Finding::degraded("scrape-target-down", format!("Prometheus cannot scrape Tempo: {why}"))
            .with_evidence_lines([build_setting_evidence(config, &target.pointer)])
            .with_remedy(format!("correct the target in {}:", config.file))
            .with_config(format!("- targets: [{right}]"))
            .into();
    }
    if has_service_discovery(config) {
        return CheckOutcome::no_evidence("targets come from service discovery, which the files do not show");
    }
    explain_missing_job(project, config, tempo)
}

/// Nobody scrapes Tempo. A loss only to dashboards and rules that ask for its metrics.
fn explain_missing_job(project: &ComposeProject, config: &MountedConfig, tempo: &ComposeService) -> CheckOutcome {
    let asked: Vec<_> = project
        .services
        .iter()
        .flat_map(|service| &service.asked_metrics)
        .collect();
    let summary = match asked.first() {
        Some(first) => format!(
            "no Prometheus job scrapes Tempo, but {} asks for its metrics",
            first.at.file
        ),
        None => "no Prometheus job scrapes Tempo; no dashboard or rule that was read asks for its metrics".to_owned(),
    };
    let finding = Finding::degraded("scrape-missing", summary)
        .with_evidence_lines([build_setting_evidence(config, "/scrape_configs")])
        .with_evidence_lines(
            asked
                .iter()
                .map(|spot| build_file_evidence(&spot.at, "query", &spot.value)),
        )
        .with_remedy(format!("add a job in {}:", config.file))
        .with_config(format!(
            "scrape_configs:\n  - job_name: tempo\n    static_configs:\n      - targets: [\"{}:{}\"]",
            tempo.name,
            tempo_service::find_http_port(tempo)
        ));
    if asked.is_empty() {
        CheckOutcome::Warn(finding)
    } else {
        finding.into()
    }
}

fn list_jobs(config: &MountedConfig) -> &[Value] {
    config
        .at("/scrape_configs")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn list_targets(config: &MountedConfig) -> Vec<StaticScrapeTarget> {
    let mut all = Vec::new();
    for (job, body) in list_jobs(config).iter().enumerate() {
        for (group, list) in body["static_configs"].as_array().into_iter().flatten().enumerate() {
            for (index, target) in list["targets"].as_array().into_iter().flatten().enumerate() {
                all.extend(target.as_str().map(|address| StaticScrapeTarget {
                    pointer: format!("/scrape_configs/{job}/static_configs/{group}/targets/{index}"),
                    address: address.to_owned(),
                }));
            }
        }
    }
    all
}

/// True where a job finds its targets by itself, or jobs stand in other files.
fn has_service_discovery(config: &MountedConfig) -> bool {
    let found = |body: &Value| {
        let keys = body.as_object().into_iter().flat_map(|map| map.keys());
        keys.into_iter().any(|key| key.ends_with("_sd_configs"))
    };
    config.at("/scrape_config_files").is_some() || list_jobs(config).iter().any(found)
}
