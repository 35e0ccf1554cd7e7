//! In the Compose files, the metrics-generator is enabled with both processors.

use crate::checks::Check;
use crate::checks::compose::{self, build_image_evidence, build_setting_evidence, tempo_service};
use crate::checks::remote_write::compose_url::find_prometheus_port;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::receiver_path::REMOTE_WRITE;
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config::{TempoReleaseLine, list_known_processors};
use telemetry::parse::{find_nearest, tempo_keys};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.compose-processors",
    title: "in the Compose files, the metrics-generator produces span metrics and the service graph",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

const STORAGE_PATH: &str = "/metrics_generator/storage/path";
const TRACES_PATH: &str = "/metrics_generator/traces_storage/path";
const PROCESSORS: &str = "/overrides/defaults/metrics_generator/processors";
const LOCAL_BLOCKS: &str = "local-blocks";

fn judge(project: &ComposeProject) -> CheckOutcome {
    let all: Vec<_> = tempo_service::find_services_running(project, "metrics-generator")
        .map(|(service, config)| judge_generator(project, service, config))
        .collect();
    if all.is_empty() {
        return CheckOutcome::not_applicable("no Tempo configuration with a metrics-generator was found");
    }
    let is_found = |outcome: &&CheckOutcome| matches!(outcome, CheckOutcome::Fail(_) | CheckOutcome::Warn(_));
    CheckOutcome::of_findings(all.iter().filter(is_found).cloned())
        .or_else(|| all.iter().find(|one| matches!(one, CheckOutcome::Pass(_))).cloned())
        .unwrap_or_else(|| all[0].clone())
}

fn judge_generator(project: &ComposeProject, service: &ComposeService, config: &MountedConfig) -> CheckOutcome {
    let (place, listed) =
        tempo_service::find_processors(config).unwrap_or((find_processors_place(service, config), Vec::new()));
    let is_set = |pointer: &str| config.text(pointer).is_some_and(|path| !path.is_empty());
    let writes = !tempo_service::list_remote_write_urls(config).is_empty();
    let has_store = [ComposeRole::Prometheus, ComposeRole::Metrics]
        .into_iter()
        .any(|role| project.services_with_role(role).next().is_some());
    let configured = has_store && config.at("/metrics_generator/processor").is_some();
    // A path, or settings of a processor, with nowhere to write to asks for nothing.
    if !writes && listed.is_empty() && !configured {
        return CheckOutcome::not_applicable("metrics from spans are not configured in these files");
    }
    if listed.is_empty() {
        return if tempo_service::has_more_overrides(config) {
            CheckOutcome::no_evidence("the defaults list no processors, but a per-tenant overrides file may")
        } else {
            explain_missing_processors(config, place, configured)
        };
    }
    if !is_set(STORAGE_PATH) {
        return Finding::broken(
            "gen-not-configured",
            "processors are listed, but the generator has no path for its write-ahead log, so it is off",
        )
        .with_evidence_lines([
            build_setting_evidence(config, STORAGE_PATH),
            build_setting_evidence(config, place),
        ])
        .with_remedy(format!("set the path in {}:", config.file))
        .with_config(render_generator_storage(project, writes))
        .into();
    }
    let has_local_blocks = listed.iter().any(|name| name == LOCAL_BLOCKS);
    if has_local_blocks && !is_set(TRACES_PATH) && service.version().is_some_and(|(major, _)| major == 2) {
        return explain_local_blocks(service, config, place).into();
    }
    let found = find_unknown_processors(service, config, place, &listed)
        .into_iter()
        .chain(find_missing_processor(config, place, &listed).map(CheckOutcome::from));
    CheckOutcome::of_findings(found).unwrap_or_else(|| CheckOutcome::pass(format!("enabled: {}", listed.join(", "))))
}

/// The storage that switches the generator on, with an address to write to where none is set.
fn render_generator_storage(project: &ComposeProject, writes: bool) -> String {
    let prometheus = project.services_with_role(ComposeRole::Prometheus).next();
    let address = prometheus.filter(|_| !writes).map(|server| {
        format!(
            "\n    remote_write:\n      - url: http://{}:{}/{REMOTE_WRITE}",
            server.name,
            find_prometheus_port(server)
        )
    });
    format!(
        "metrics_generator:\n  storage:\n    path: /var/tempo/generator/wal{}",
        address.unwrap_or_default()
    )
}

/// Where this file lists processors: flat before 2.3, and where the other overrides are flat.
fn find_processors_place(service: &ComposeService, config: &MountedConfig) -> &'static str {
    let flat = tempo_keys::find_legacy_overrides(&config.tree).next().is_some();
    if flat || compose::is_before_version(service, 2, 3) {
        "/overrides/metrics_generator_processors"
    } else {
        PROCESSORS
    }
}

/// With local-blocks and no place for its blocks, 2.x makes no generator for any tenant (grafana/tempo v2.10.8:
/// modules/generator/processor/localblocks/processor.go, «local blocks processor requires traces wal»).
fn explain_local_blocks(service: &ComposeService, config: &MountedConfig, place: &str) -> Finding {
    Finding::broken(
        "gen-local-blocks-no-storage",
        "local-blocks is enabled without a path for its blocks, so the generator produces no metrics at all",
    )
    .with_evidence_lines([
        build_setting_evidence(config, place),
        build_setting_evidence(config, TRACES_PATH),
        build_image_evidence(service),
    ])
    .with_remedy(format!(
        "set the path in {}, or remove local-blocks from the processors:",
        config.file
    ))
    .with_config("metrics_generator:\n  traces_storage:\n    path: /var/tempo/generator/traces")
}

/// Names that this Tempo does not know. 3.x ignores them; of local-blocks nothing is missed there.
fn find_unknown_processors(
    service: &ComposeService,
    config: &MountedConfig,
    place: &str,
    listed: &[String],
) -> Option<CheckOutcome> {
    let is_3 = service.version().map(|(major, _)| major >= 3);
    let line = is_3.map(|is_3| {
        if is_3 {
            TempoReleaseLine::V3
        } else {
            TempoReleaseLine::V2
        }
    });
    let unknown: Vec<&str> = listed
        .iter()
        .map(String::as_str)
        .filter(|name| !list_known_processors(line).contains(name))
        .collect();
    let known = listed.iter().map(String::as_str).filter(|name| !unknown.contains(name));
    let meant = unknown
        .iter()
        .filter_map(|name| find_nearest(name, list_known_processors(line).iter().copied()));
    let right: Vec<&str> = known.chain(meant).collect();
    let harmless = unknown.iter().all(|name| *name == LOCAL_BLOCKS);
    let (named, verb) = match unknown.as_slice() {
        [one] => (format!("'{one}'"), "is not a processor"),
        all => (format!("'{}'", all.join("' and '")), "are not processors"),
    };
    let finding = |summary| {
        Finding::broken("gen-unknown-processor", summary)
            .with_evidence_lines([build_setting_evidence(config, place), build_image_evidence(service)])
            .with_remedy(format!("list the processors by their names in {}:", config.file))
            .with_config(render_processors(place, &right))
    };
    if unknown.is_empty() {
        return None;
    }
    Some(if harmless {
        CheckOutcome::Warn(finding(format!("Tempo 3 has no processor {named} and ignores it")))
    } else {
        finding(format!("{named} {verb} of this Tempo")).into()
    })
}

fn explain_missing_processors(config: &MountedConfig, place: &str, configured: bool) -> CheckOutcome {
    let finding = Finding::broken(
        "gen-processors-not-enabled",
        "the generator has storage, but no processor is enabled, so it produces nothing",
    )
    .with_evidence_lines([build_setting_evidence(config, place)]);
    let finding = if configured {
        finding.with_evidence_lines([build_setting_evidence(config, "/metrics_generator/processor")])
    } else {
        finding.with_evidence_lines([build_setting_evidence(config, "/metrics_generator/storage")])
    };
    finding
        .with_remedy(format!(
            "list the processors under overrides in {}; configuring one does not enable it:",
            config.file
        ))
        .with_config(render_processors(place, &["service-graphs", "span-metrics"]))
        .into()
}

/// The list as it stands in the file.
fn render_processors(place: &str, names: &[&str]) -> String {
    compose::render_settings(&[(place.to_owned(), format!("[{}]", names.join(", ")))])
}

/// One of the two that people look at, without the other.
fn find_missing_processor(config: &MountedConfig, place: &str, listed: &[String]) -> Option<Finding> {
    let spans = listed.iter().any(|name| name.starts_with("span-metrics"));
    let graph = listed.iter().any(|name| name == "service-graphs");
    let (cause, missing, what) = match (spans, graph) {
        (true, false) => (
            "sg-processor-missing",
            "service-graphs",
            "service-graphs is not enabled, so the service graph stays empty",
        ),
        (false, true) => (
            "sm-processor-missing",
            "span-metrics",
            "span-metrics is not enabled, so there are no span metrics",
        ),
        _ => return None,
    };
    let both: Vec<&str> = listed.iter().map(String::as_str).chain([missing]).collect();
    Some(
        Finding::degraded(cause, what)
            .with_evidence_lines([build_setting_evidence(config, place)])
            .with_remedy(format!("list both in {}:", config.file))
            .with_config(render_processors(place, &both)),
    )
}
