//! In the Compose files, the metrics-generator is enabled with both processors.

use crate::checks::Check;
use crate::checks::compose::{self, build_setting_evidence, tempo_service};
use telemetry::model::compose::{ComposeProject, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config::{TempoReleaseLine, list_known_processors};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.compose-processors",
    title: "in the Compose files, the metrics-generator produces span metrics and the service graph",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

const STORAGE_PATH: &str = "/metrics_generator/storage/path";
const PROCESSORS: &str = "/overrides/defaults/metrics_generator/processors";

fn judge(project: &ComposeProject) -> CheckOutcome {
    let Some((service, config)) = tempo_service::find_services_running(project, "metrics-generator").next() else {
        return CheckOutcome::not_applicable("no Tempo configuration with a metrics-generator was found");
    };
    let (place, listed) = tempo_service::find_processors(config).unwrap_or((PROCESSORS, Vec::new()));
    let storage = config.text(STORAGE_PATH).is_some_and(|path| !path.is_empty());
    let writes = !tempo_service::list_remote_write_urls(config).is_empty();
    let configured = config.at("/metrics_generator/processor").is_some();
    if !storage && !writes && listed.is_empty() && !configured {
        return CheckOutcome::not_applicable("metrics from spans are not configured in these files");
    }
    if listed.is_empty() {
        return if tempo_service::has_more_overrides(config) {
            CheckOutcome::no_evidence("the defaults list no processors, but a per-tenant overrides file may")
        } else {
            explain_missing_processors(config, place, configured)
        };
    }
    if !storage {
        return Finding::broken(
            "gen-not-configured",
            "processors are listed, but the generator has no path for its write-ahead log, so it is off",
        )
        .with_evidence_lines([
            build_setting_evidence(config, STORAGE_PATH),
            build_setting_evidence(config, place),
        ])
        .with_remedy(format!("set the path in {}:", config.file))
        .with_config("metrics_generator:\n  storage:\n    path: /var/tempo/generator/wal")
        .into();
    }
    let line = service.version().map(|version| {
        if version.0 >= 3 {
            TempoReleaseLine::V3
        } else {
            TempoReleaseLine::V2
        }
    });
    if let Some(unknown) = listed
        .iter()
        .find(|name| !list_known_processors(line).contains(&name.as_str()))
    {
        return Finding::broken(
            "gen-unknown-processor",
            format!("'{unknown}' is not a processor of this Tempo"),
        )
        .with_evidence_lines([build_setting_evidence(config, place)])
        .into();
    }
    find_missing_processor(config, place, &listed).map_or_else(
        || CheckOutcome::pass(format!("enabled: {}", listed.join(", "))),
        CheckOutcome::from,
    )
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
        .with_config(
            "overrides:\n  defaults:\n    metrics_generator:\n      processors: [service-graphs, span-metrics]",
        )
        .into()
}

/// One of the two that people look at, without the other.
fn find_missing_processor(config: &MountedConfig, place: &str, listed: &[String]) -> Option<Finding> {
    let spans = listed.iter().any(|name| name.starts_with("span-metrics"));
    let graph = listed.iter().any(|name| name == "service-graphs");
    let (cause, what) = match (spans, graph) {
        (true, false) => (
            "sg-processor-missing",
            "service-graphs is not enabled, so the service graph stays empty",
        ),
        (false, true) => (
            "sm-processor-missing",
            "span-metrics is not enabled, so there are no span metrics",
        ),
        _ => return None,
    };
    Some(Finding::degraded(cause, what).with_evidence_lines([build_setting_evidence(config, place)]))
}
