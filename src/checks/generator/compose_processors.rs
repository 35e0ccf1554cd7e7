//! In the Compose files, the metrics-generator is enabled with both processors.

use crate::checks::compose::{self, setting, tempo};
use crate::checks::{Check, View};
use crate::model::compose::ConfigFile;
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};
use crate::parse::tempo_config::{Line, known_processors};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.compose-processors",
    hop: Hop::Generator,
    title: "in the Compose files, the metrics-generator produces span metrics and the service graph",
    needs: &[&[Fact::Compose]],
    causes: &[
        "gen-not-configured",
        "gen-processors-not-enabled",
        "gen-unknown-processor",
        "sm-processor-missing",
        "sg-processor-missing",
    ],
    judge,
};

const PATH: &str = "/metrics_generator/storage/path";
const PROCESSORS: &str = "/overrides/defaults/metrics_generator/processors";

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some((service, config)) = tempo::running(project, "metrics-generator").next() else {
        return Outcome::not_applicable("no Tempo configuration with a metrics-generator was found");
    };
    let (place, listed) = tempo::processors(config).unwrap_or((PROCESSORS, Vec::new()));
    let storage = config.text(PATH).is_some_and(|path| !path.is_empty());
    let writes = !tempo::remote_write(config).is_empty();
    let configured = config.at("/metrics_generator/processor").is_some();
    if !storage && !writes && listed.is_empty() && !configured {
        return Outcome::not_applicable("metrics from spans are not configured in these files");
    }
    if listed.is_empty() {
        return if tempo::has_more_overrides(config) {
            Outcome::no_evidence("the defaults list no processors, but a per-tenant overrides file may")
        } else {
            not_enabled(config, place, configured)
        };
    }
    if !storage {
        return Finding::broken(
            "gen-not-configured",
            "processors are listed, but the generator has no path for its write-ahead log, so it is off",
        )
        .seen_all([setting(config, PATH), setting(config, place)])
        .fix(
            format!("set the path in {}:", config.file),
            Some("metrics_generator:\n  storage:\n    path: /var/tempo/generator/wal".to_owned()),
            None,
        )
        .into();
    }
    let line = service
        .version()
        .map(|version| if version.0 >= 3 { Line::Three } else { Line::Two });
    if let Some(unknown) = listed
        .iter()
        .find(|name| !known_processors(line).contains(&name.as_str()))
    {
        return Finding::broken(
            "gen-unknown-processor",
            format!("'{unknown}' is not a processor of this Tempo"),
        )
        .seen_all([setting(config, place)])
        .into();
    }
    missing(config, place, &listed).map_or_else(
        || Outcome::pass(format!("enabled: {}", listed.join(", "))),
        Outcome::from,
    )
}

fn not_enabled(config: &ConfigFile, place: &str, configured: bool) -> Outcome {
    let finding = Finding::broken(
        "gen-processors-not-enabled",
        "the generator has storage, but no processor is enabled, so it produces nothing",
    )
    .seen_all([setting(config, place)]);
    let finding = if configured {
        finding.seen_all([setting(config, "/metrics_generator/processor")])
    } else {
        finding.seen_all([setting(config, "/metrics_generator/storage")])
    };
    finding
        .fix(
            format!(
                "list the processors under overrides in {}; configuring one does not enable it:",
                config.file
            ),
            Some(
                "overrides:\n  defaults:\n    metrics_generator:\n      processors: [service-graphs, span-metrics]"
                    .to_owned(),
            ),
            None,
        )
        .into()
}

/// One of the two that people look at, without the other.
fn missing(config: &ConfigFile, place: &str, listed: &[String]) -> Option<Finding> {
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
    Some(Finding::degraded(cause, what).seen_all([setting(config, place)]))
}
