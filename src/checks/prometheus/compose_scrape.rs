//! In the Compose files, Prometheus scrapes Tempo.

use serde_json::Value;

use crate::checks::compose::reach::{host_and_port, is_open};
use crate::checks::compose::{self, Reached, reach, setting, tempo};
use crate::checks::{Check, View};
use crate::model::compose::{ConfigFile, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-scrape",
    hop: Hop::Prometheus,
    title: "in the Compose files, Prometheus scrapes Tempo",
    needs: &[&[Fact::Compose]],
    causes: &["scrape-missing", "scrape-target-down"],
    judge,
};

/// A target of a job without service discovery.
struct Target {
    pointer: String,
    address: String,
}

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let prometheus = project
        .of(Role::Prometheus)
        .find_map(|service| Some((service, service.config()?)));
    let (Some((service, config)), Some(tempo)) = (prometheus, project.of(Role::Tempo).next()) else {
        return Outcome::not_applicable("no Prometheus configuration, or no Tempo, in these files");
    };
    let targets = targets(config);
    let mut down = None;
    for target in targets.iter().filter(|target| !is_open(&target.address)) {
        let (host, port) = host_and_port(&target.address);
        match reach(project, service, &host) {
            Reached::Service(other) if other.role == Role::Tempo => {
                let right = tempo::http_port(other);
                if port == right {
                    return Outcome::pass(format!("{} is scraped at {}", other.name, target.address));
                }
                down = Some((
                    target,
                    format!("the target has port {port}, but Tempo's metrics are on port {right}"),
                    format!("{}:{right}", other.name),
                ));
            }
            // The container itself holds Prometheus alone.
            Reached::Itself if port == tempo::http_port(tempo) => {
                let why = format!("{} is Prometheus's own container, not Tempo", target.address);
                down = Some((target, why, format!("{}:{port}", tempo.name)));
            }
            Reached::Nobody if port == tempo::http_port(tempo) => {
                let why = format!("no service is named {host}");
                down = Some((target, why, format!("{}:{port}", tempo.name)));
            }
            _ => {}
        }
    }
    if let Some((target, why, right)) = down {
        return Finding::degraded("scrape-target-down", format!("Prometheus cannot scrape Tempo: {why}"))
            .seen_all([setting(config, &target.pointer)])
            .fix(
                format!("correct the target in {}:", config.file),
                Some(format!("- targets: [{right}]")),
                None,
            )
            .into();
    }
    if discovers(config) {
        return Outcome::no_evidence("targets come from service discovery, which the files do not show");
    }
    missing(project, config, tempo)
}

fn missing(project: &Project, config: &ConfigFile, tempo: &Service) -> Outcome {
    let _ = project;
    Finding::degraded(
        "scrape-missing",
        "no Prometheus job scrapes Tempo, so dashboards about Tempo itself stay empty",
    )
    .seen_all([setting(config, "/scrape_configs")])
    .fix(
        format!("add a job in {}:", config.file),
        Some(format!(
            "scrape_configs:\n  - job_name: tempo\n    static_configs:\n      - targets: [{}:{}]",
            tempo.name,
            tempo::http_port(tempo)
        )),
        None,
    )
    .into()
}

fn jobs(config: &ConfigFile) -> &[Value] {
    config
        .at("/scrape_configs")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn targets(config: &ConfigFile) -> Vec<Target> {
    let mut all = Vec::new();
    for (job, body) in jobs(config).iter().enumerate() {
        for (group, list) in body["static_configs"].as_array().into_iter().flatten().enumerate() {
            for (index, target) in list["targets"].as_array().into_iter().flatten().enumerate() {
                all.extend(target.as_str().map(|address| Target {
                    pointer: format!("/scrape_configs/{job}/static_configs/{group}/targets/{index}"),
                    address: address.to_owned(),
                }));
            }
        }
    }
    all
}

/// True where a job finds its targets by itself, or jobs stand in other files.
fn discovers(config: &ConfigFile) -> bool {
    let found = |body: &Value| {
        let keys = body.as_object().into_iter().flat_map(|map| map.keys());
        keys.into_iter().any(|key| key.ends_with("_sd_configs"))
    };
    config.at("/scrape_config_files").is_some() || jobs(config).iter().any(found)
}
