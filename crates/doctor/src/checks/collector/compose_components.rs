//! In the Compose files, the collector knows every component of its configuration, and every one that is named is configured.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::collector_service::{
    CollectorPipeline, escape_key, is_upstream_image, list_collectors, list_components, list_pipelines,
    parse_component_type, read_routes, render_settings,
};
use crate::checks::compose::{self, build_image_evidence, build_setting_evidence};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-components",
    title: "in the Compose files, the collector knows every component that its configuration names",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// Sections and what one of their components is called.
const SECTIONS: [(&str, &str); 4] = [
    ("receivers", "receiver"),
    ("processors", "processor"),
    ("exporters", "exporter"),
    ("connectors", "connector"),
];

/// The first minor version without a key: the section or component, and the key (open-telemetry/opentelemetry-collector
/// v0.130.0: service/telemetry; v0.86.0: exporter/debugexporter/config.go; v0.65.0: exporter/otlpexporter/config.go).
const REMOVED_KEYS: [(&str, &str, u32); 3] = [
    ("/service/telemetry/metrics", "address", 130),
    ("/exporters/debug", "loglevel", 86),
    ("/exporters/otlp", "insecure", 65),
];

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found = Vec::new();
    let mut passed = Vec::new();
    for (service, config) in list_collectors(project) {
        let before = found.len();
        let is_alloy = service.role == ComposeRole::Alloy;
        let version = find_release(service).filter(|_| !is_alloy);
        if let Some(release) = &version {
            found.extend(find_unknown_components(service, config, release));
            found.extend(find_removed_keys(service, config, release.minor));
        }
        found.extend(find_undefined_components(service, config));
        if found.len() == before {
            let text = if version.is_some() {
                "has every component that it names"
            } else {
                "configures every component that it names; whether its release has them was not examined"
            };
            passed.push(format!("{} {text}", service.name));
        }
    }
    match CheckOutcome::of_findings(found) {
        Some(outcome) => outcome,
        None if passed.is_empty() => CheckOutcome::not_applicable("no configuration of a collector was read"),
        None => CheckOutcome::pass(passed.join("; ")),
    }
}

/// A release of the collector.
struct CollectorRelease {
    /// As the list of components calls the distribution.
    distribution: &'static str,
    minor: u32,
}

/// The release that the image names; the list of components begins with 0.65.
fn find_release(service: &ComposeService) -> Option<CollectorRelease> {
    let (major, minor) = service.version().filter(|_| is_upstream_image(service))?;
    let image = &service.server_image()?.value;
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let distribution = match last.split(':').next().unwrap_or_default() {
        "opentelemetry-collector" | "otelcol" => "core",
        "opentelemetry-collector-contrib" | "otelcol-contrib" => "contrib",
        "opentelemetry-collector-k8s" | "otelcol-k8s" => "k8s",
        "opentelemetry-collector-otlp" | "otelcol-otlp" => "otlp",
        _ => return None,
    };
    (major == 0 && minor >= 65).then_some(CollectorRelease { distribution, minor })
}

/// Types whose module has another name, by which the list knows them.
const MODULE_NAMES: [(&str, &str); 3] = [
    ("experimental_metricsgeneration", "metricsgeneration"),
    ("podman_stats", "podman"),
    ("prometheus_simple", "simpleprometheus"),
];

/// True where the release has a component. What the list does not know at all, no release has ever had.
fn is_known(release: &CollectorRelease, kind: &str, component: &str) -> bool {
    let written = parse_component_type(component);
    let joined = written.replace('_', "");
    let ranges = |name: &str| {
        let lines = include_str!("collector-components.txt").lines();
        let mut found = lines.filter_map(|line| {
            line.strip_prefix(kind)?
                .strip_prefix(' ')?
                .strip_prefix(name)?
                .strip_prefix(' ')
        });
        found.next()
    };
    let module = MODULE_NAMES.iter().find(|(own, _)| *own == written);
    let module = module.map_or(joined.as_str(), |(_, module)| module);
    let Some(ranges) = ranges(written).or_else(|| ranges(module)) else {
        return false;
    };
    ranges.split(' ').any(|range| {
        let bounds = range
            .split_once('=')
            .filter(|(distribution, _)| *distribution == release.distribution)
            .and_then(|(_, bounds)| bounds.split_once('-'));
        bounds.is_some_and(|(first, last)| {
            first.parse().unwrap_or(0) <= release.minor && release.minor <= last.parse().unwrap_or(u32::MAX)
        })
    })
}

/// What takes the place of a component that is gone.
fn find_replacement(kind: &str, component: &str) -> Option<&'static str> {
    Some(match (kind, parse_component_type(component)) {
        ("exporter", "logging") => "the exporter debug",
        ("exporter", "debug") => "the exporter logging",
        ("exporter", "jaeger" | "jaeger_thrift" | "opencensus" | "otlp_grpc" | "tempo") => "the exporter otlp",
        ("exporter", "loki" | "otlp_http") => "the exporter otlphttp",
        ("receiver", "opencensus") => "the receiver otlp",
        ("processor", "spanmetrics") => "the connector spanmetrics",
        ("processor", "servicegraph") => "the connector servicegraph",
        ("processor", "routing") => "the connector routing",
        _ => return None,
    })
}

/// An unknown type ends the start, whether a pipeline uses it or not.
fn find_unknown_components(
    service: &ComposeService,
    config: &MountedConfig,
    release: &CollectorRelease,
) -> Option<Finding> {
    let mut unknown = Vec::new();
    let mut evidence: Vec<EvidenceLine> = Vec::new();
    let mut advice = Vec::new();
    for (section, kind) in SECTIONS {
        for name in list_components(config, section) {
            if is_known(release, kind, &name) {
                continue;
            }
            let contrib = CollectorRelease {
                distribution: "contrib",
                minor: release.minor,
            };
            advice.push(match find_replacement(kind, &name) {
                _ if is_known(&contrib, kind, &name) => "use the image otel/opentelemetry-collector-contrib".to_owned(),
                Some(other) => format!("replace the {kind} {name} with {other}"),
                None => format!("remove the {kind} {name}"),
            });
            evidence.push(build_setting_evidence(
                config,
                &format!("/{section}/{}", escape_key(&name)),
            ));
            unknown.push(format!("{kind} {name}"));
        }
    }
    let at = evidence.first()?.source.clone();
    advice.dedup();
    let file = at.rsplit_once(':').map_or(at.as_str(), |(file, _)| file);
    Some(
        Finding::broken(
            "collector-component-unknown",
            format!(
                "the collector {} does not start: its version has no {}",
                service.name,
                unknown.join(", no ")
            ),
        )
        .likely_unless(service.assumed_version().is_none())
        .with_evidence_lines(evidence)
        .with_evidence_lines([build_image_evidence(service)])
        .with_remedy(format!("for {file}: {}", advice.join("; "))),
    )
}

fn find_removed_keys(service: &ComposeService, config: &MountedConfig, minor: u32) -> Option<Finding> {
    let mut pointers: Vec<String> = Vec::new();
    for (above, key, first) in REMOVED_KEYS {
        if minor < first {
            continue;
        }
        // Components may have names of their own: `otlp/tempo`.
        let named = above.strip_prefix("/exporters/").map(|kind| {
            let all = list_components(config, "exporters").into_iter();
            let own = all.filter(move |name| parse_component_type(name) == kind);
            own.map(|name| format!("/exporters/{}/{key}", escape_key(&name)))
                .collect()
        });
        let all: Vec<String> = named.unwrap_or_else(|| vec![format!("{above}/{key}")]);
        pointers.extend(all.into_iter().filter(|pointer| config.at(pointer).is_some()));
    }
    let first = pointers.first()?;
    let names: Vec<String> = pointers
        .iter()
        .map(|pointer| compose::render_pointer(pointer))
        .collect();
    Some(
        Finding::broken(
            "collector-component-unknown",
            format!(
                "the collector {} does not start: its version has no key {}",
                service.name,
                names.join(", ")
            ),
        )
        .likely_unless(service.assumed_version().is_none())
        .with_evidence_lines(pointers.iter().map(|pointer| build_setting_evidence(config, pointer)))
        .with_evidence_lines([build_image_evidence(service)])
        .with_remedy(format!("remove the key from {}", config.location(first).file)),
    )
}

/// Names that pipelines use and nothing configures, and connectors that only one side uses.
fn find_undefined_components(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    let (undefined, lists) = if service.role == ComposeRole::Alloy {
        (read_routes(service, config).undefined, Vec::new())
    } else {
        list_undefined(config)
    };
    let (_, first) = undefined.first()?;
    let mut names: Vec<&str> = undefined.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    let file = config.location(first).file;
    let finding = Finding::broken(
        "collector-component-undefined",
        format!(
            "{} does not start: {} {} named and not configured",
            service.name,
            names.join(", "),
            if names.len() == 1 { "is" } else { "are" }
        ),
    )
    .with_evidence_lines(
        undefined
            .iter()
            .map(|(_, pointer)| build_setting_evidence(config, pointer)),
    )
    .with_remedy(format!("configure what is missing in {file}, or name it no longer:"));
    Some(if lists.is_empty() {
        finding
    } else {
        finding.with_config(render_settings(service, &lists))
    })
}

/// A name and its pointer, or a pointer and its value.
type TextPair = (String, String);

/// Names without a configuration with their pointers, and the lists without them.
fn list_undefined(config: &MountedConfig) -> (Vec<TextPair>, Vec<TextPair>) {
    let connectors = list_components(config, "connectors");
    let pipelines = list_pipelines(config);
    let uses = |name: &str, list: fn(&CollectorPipeline) -> &Vec<String>| {
        pipelines
            .iter()
            .any(|pipeline| list(pipeline).iter().any(|own| own == name))
    };
    let mut undefined = Vec::new();
    let mut lists = Vec::new();
    let mut places = vec![("/service/extensions".to_owned(), "extensions")];
    for pipeline in &pipelines {
        let sections = ["receivers", "processors", "exporters"];
        places.extend(sections.map(|section| (format!("{}/{section}", pipeline.pointer), section)));
    }
    for (place, section) in places {
        let known = list_components(config, section);
        let items = config.at(&place).and_then(Value::as_array).into_iter().flatten();
        let mut kept = Vec::new();
        let before = undefined.len();
        for (index, item) in items.enumerate() {
            let Some(name) = item.as_str().filter(|name| !name.contains('$')) else {
                continue;
            };
            let is_one_sided = match section {
                "receivers" => connectors.contains(name) && !uses(name, |one| &one.exporters),
                "exporters" => connectors.contains(name) && !uses(name, |one| &one.receivers),
                _ => false,
            };
            let is_connector = matches!(section, "receivers" | "exporters") && connectors.contains(name);
            if is_one_sided || !known.contains(name) && !is_connector {
                undefined.push((name.to_owned(), format!("{place}/{index}")));
            } else {
                kept.push(name);
            }
        }
        let may_be_empty = matches!(section, "processors" | "extensions");
        if undefined.len() > before && (may_be_empty || !kept.is_empty()) {
            lists.push((place, format!("[{}]", kept.join(", "))));
        }
    }
    (undefined, lists)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_know_their_components() {
        let cases = [
            ("contrib", 84, "exporter", "jaeger", true),
            ("contrib", 85, "exporter", "jaeger/a", false),
            ("core", 110, "exporter", "logging", true),
            ("core", 111, "exporter", "logging", false),
            ("core", 150, "connector", "span_metrics", false),
            ("contrib", 150, "connector", "span_metrics/x", true),
            ("contrib", 95, "processor", "spanmetrics", true),
            ("contrib", 96, "processor", "spanmetrics", false),
            ("contrib", 143, "exporter", "otlp_http", false),
            ("contrib", 143, "exporter", "otlphttp", true),
            ("contrib", 144, "exporter", "otlp_grpc/tempo", true),
            ("core", 66, "processor", "memory_limiter", true),
            ("contrib", 150, "receiver", "prometheus_simple", true),
            ("contrib", 150, "exporter", "tempo", false),
            ("core", 150, "exporter", "telemetry/own", false),
        ];
        for (distribution, minor, kind, name, known) in cases {
            let release = CollectorRelease { distribution, minor };
            assert_eq!(
                is_known(&release, kind, name),
                known,
                "{distribution} {minor} {kind} {name}"
            );
        }
    }
}
