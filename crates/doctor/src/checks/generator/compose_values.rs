//! In the values of the charts, the metrics-generator runs, with processors and an address to write to.

use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence};
use telemetry::model::compose::{ComposeProject, HelmChart, HelmValues};
use telemetry::model::{CheckOutcome, Confidence, EvidenceLine, Fact, Finding, FindingLevel, Hop};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.compose-values",
    title: "in the values of the charts, the metrics-generator runs, with processors and an address",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let all: Vec<&HelmValues> = project.helm_values.iter().filter(|one| !one.is_replaced).collect();
    if let Some(outcome) = CheckOutcome::of_findings(all.iter().flat_map(|values| find_faults(values))) {
        return outcome;
    }
    let runs = |one: &&&HelmValues| one.generator.as_ref().is_some_and(|generator| generator.value);
    match all.iter().find(runs) {
        Some(values) => CheckOutcome::pass(format!("the metrics-generator of {} is enabled", values.chart.name())),
        None => CheckOutcome::not_applicable("no values that enable the metrics-generator"),
    }
}

fn find_faults(values: &HelmValues) -> Vec<Finding> {
    let is_single = values.chart == HelmChart::Tempo;
    let generator = if is_single {
        "tempo.metricsGenerator"
    } else {
        "metricsGenerator"
    };
    let listed = values.processors.as_ref().filter(|list| !list.value.is_empty());
    let enabled = values.generator.as_ref().is_some_and(|generator| generator.value);
    let switch = values.build_evidence(
        values.generator.as_ref().map(|spot| &spot.at),
        &format!("{generator}.enabled"),
        if values.generator.is_some() {
            "false"
        } else {
            "not set: off by default"
        },
    );
    let wanted: Vec<EvidenceLine> = values
        .remote_write
        .iter()
        .map(|spot| build_file_evidence(&spot.at, &spot.value, "set"))
        .chain(listed.map(|list| build_file_evidence(&list.at, "processors", list.value.join(", "))))
        .collect();
    if !enabled {
        if wanted.is_empty() {
            return Vec::new();
        }
        let what = match (&values.remote_write, listed) {
            (Some(_), _) => "an address for metrics is set",
            _ => "processors are listed",
        };
        return vec![
            Finding::broken(
                "gen-not-configured",
                format!(
                    "{what}, but the values do not enable the metrics-generator, so the chart {} configures none",
                    values.chart.name()
                ),
            )
            .with_evidence_lines([switch])
            .with_evidence_lines(wanted)
            .with_remedy(format!("enable it in {}:", values.at.file))
            .with_config(values.render(&format!("{generator}.enabled"), "true")),
        ];
    }
    let mut found = Vec::new();
    let overrides = if is_single { "tempo.overrides" } else { "overrides" };
    let place = format!("{overrides}.defaults.metrics_generator.processors");
    let evidence = |value: &str| {
        let at = values.processors.as_ref().map(|list| &list.at);
        values.build_evidence(at, &place, value)
    };
    let on = values
        .generator
        .as_ref()
        .map(|spot| build_file_evidence(&spot.at, format!("{generator}.enabled"), "true"));
    match listed {
        None if values.has_more_overrides => {}
        None => found.push(
            Finding::new(
                "gen-processors-not-enabled",
                FindingLevel::Broken,
                Confidence::Likely,
                "the metrics-generator is enabled, but no processor is, so it produces nothing",
            )
            .with_evidence_lines(on.clone())
            .with_evidence_lines([evidence("not set"), assume_chart(values)])
            .with_remedy(format!("list the processors in {}:", values.at.file))
            .with_config(values.render(&place, "[service-graphs, span-metrics]")),
        ),
        Some(list) => {
            let has = |start: &str| list.value.iter().any(|name| name.starts_with(start));
            let missing = match (has("span-metrics"), has("service-graphs")) {
                (true, false) => Some((
                    "sg-processor-missing",
                    "service-graphs",
                    "the service graph stays empty",
                )),
                (false, true) => Some(("sm-processor-missing", "span-metrics", "there are no span metrics")),
                _ => None,
            };
            if let Some((cause, name, then)) = missing {
                let both = format!("[{}, {name}]", list.value.join(", "));
                found.push(
                    Finding::degraded(cause, format!("{name} is not enabled, so {then}"))
                        .with_evidence_lines([evidence(&list.value.join(", "))])
                        .with_remedy(format!("list both in {}:", values.at.file))
                        .with_config(values.render(&place, &both)),
                );
            }
        }
    }
    if !is_single && values.remote_write.is_none() {
        let place = "metricsGenerator.config.storage.remote_write";
        found.push(
            Finding::new(
                "rw-no-endpoint",
                FindingLevel::Broken,
                Confidence::Likely,
                "the metrics-generator is enabled, but the values give it no address to write to",
            )
            .with_evidence_lines(on)
            .with_evidence_lines([values.build_evidence(None, place, "not set")])
            .with_remedy(format!("add a remote-write address in {}:", values.at.file))
            .with_config(values.render(place, "[{url: \"http://prometheus:9090/api/v1/write\"}]"))
            .at_hop(Hop::RemoteWrite),
        );
    }
    found
}

/// Values do not say which version of the chart reads them; older ones list the processors by themselves.
fn assume_chart(values: &HelmValues) -> EvidenceLine {
    let version = match values.chart {
        HelmChart::Tempo => "assumed to be 1.18.3 or later",
        HelmChart::TempoDistributed => "assumed to be 1.8.5 or later",
    };
    values.build_evidence(None, &format!("chart {}", values.chart.name()), version)
}
