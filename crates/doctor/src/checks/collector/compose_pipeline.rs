//! In the Compose files, every pipeline for traces leads out of the collector.

use crate::checks::Check;
use crate::checks::compose::collector_service::{self, TraceRoutes, list_collectors, list_senders_to};
use crate::checks::compose::{self, build_setting_evidence};
use serde_json::Value;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::text::join_words;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-pipeline",
    title: "in the Compose files, every traces pipeline of the collector ends in an exporter",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for (service, config) in list_collectors(project) {
        let routes = collector_service::read_routes(service, config);
        found.extend(if routes.has_traces {
            find_dead_ends(service, config, &routes)
        } else {
            find_unserved_senders(project, service, config, &routes)
        });
        let out = routes.exporters.iter().map(|one| &one.name).chain(&routes.other_exits);
        seen.extend(out.cloned());
    }
    match CheckOutcome::of_findings(found) {
        Some(outcome) => outcome,
        None if seen.is_empty() => CheckOutcome::not_applicable("no pipeline of a collector for traces was read"),
        None => CheckOutcome::pass(format!("traces are exported by {}", seen.join(", "))),
    }
}

/// What a receiver takes for traces comes to no exporter.
fn find_dead_ends(service: &ComposeService, config: &MountedConfig, routes: &TraceRoutes) -> Option<Finding> {
    let (_, ends) = routes.dead_ends.first()?;
    let names: Vec<&str> = routes.dead_ends.iter().map(|(name, _)| name.as_str()).collect();
    let mut pointers: Vec<&String> = routes.dead_ends.iter().flat_map(|(_, ends)| ends).collect();
    pointers.sort();
    pointers.dedup();
    let at = ends.first().map_or("/service/pipelines", String::as_str);
    let listed = config.at(at).and_then(Value::as_array).into_iter().flatten();
    let mut exporters: Vec<String> = listed.filter_map(Value::as_str).map(str::to_owned).collect();
    exporters.push(find_tempo_exporter(service, config));
    Some(
        Finding::broken(
            "collector-pipeline-not-wired",
            format!(
                "traces that {} of {} receives are exported to no server",
                join_words(&names),
                service.name
            ),
        )
        .with_evidence_lines(pointers.iter().map(|pointer| build_setting_evidence(config, pointer)))
        .with_remedy(format!(
            "add the exporter to the pipeline in {}:",
            config.location(at).file
        ))
        .with_config(collector_service::render_settings(
            service,
            &[(at.to_owned(), format!("[{}]", exporters.join(", ")))],
        )),
    )
}

/// What a pipeline has to name: the OTLP exporter that is configured, or the usual name of one.
fn find_tempo_exporter(service: &ComposeService, config: &MountedConfig) -> String {
    let is_alloy = service.role == ComposeRole::Alloy;
    let all = if is_alloy {
        config.tree.as_object()
    } else {
        config.at("/exporters").and_then(Value::as_object)
    };
    let is_otlp = |name: &&String| {
        let kind = name.strip_prefix("otelcol.exporter.").unwrap_or(name);
        kind.starts_with("otlp")
    };
    let found = all.and_then(|all| all.keys().find(is_otlp));
    match found {
        Some(name) if is_alloy => format!("{name}.input"),
        Some(name) => name.clone(),
        None if is_alloy => "otelcol.exporter.otlp.tempo.input".to_owned(),
        None => "otlp".to_owned(),
    }
}

/// Somebody sends traces to a collector that has no pipeline for them.
fn find_unserved_senders(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    routes: &TraceRoutes,
) -> Option<Finding> {
    let ports = routes.listeners.iter().map(|one| one.listener.port);
    let senders: Vec<_> = ports.flat_map(|port| list_senders_to(project, service, port)).collect();
    let first = senders.first()?;
    let exporter = find_tempo_exporter(service, config);
    let (at, settings) = if service.role == ComposeRole::Alloy {
        let at = collector_service::find_otlp_receiver(service, config);
        let settings = vec![(format!("{at}/output/traces"), format!("[{exporter}]"))];
        (at, settings)
    } else {
        let at = "/service/pipelines/traces".to_owned();
        let listening = routes.listeners.first();
        let receiver = listening.map_or("otlp", |one| one.listener.receiver.as_str());
        let settings = vec![
            (format!("{at}/receivers"), format!("[{receiver}]")),
            (format!("{at}/exporters"), format!("[{exporter}]")),
        ];
        (at, settings)
    };
    Some(
        Finding::broken(
            "collector-pipeline-not-wired",
            format!(
                "{} sends traces to {}, which has no traces pipeline",
                first.from.name, service.name
            ),
        )
        .with_evidence_lines(
            senders
                .iter()
                .map(|one| one.at.clone())
                .chain([build_setting_evidence(config, &at)]),
        )
        .with_remedy(format!("add a traces pipeline in {}:", config.location(&at).file))
        .with_config(collector_service::render_settings(service, &settings)),
    )
}
