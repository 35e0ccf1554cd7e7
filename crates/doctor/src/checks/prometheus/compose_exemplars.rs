//! In the Compose files, Prometheus stores exemplars.

use super::compose_receiver::{
    build_command_evidence, describe_flag_place, explain_hidden_flags, list_features, list_missing_flags,
    render_command_with,
};
use crate::checks::Check;
use crate::checks::compose::{self, tempo_service};
use crate::checks::remote_write::compose_url::find_written_prometheus;
use telemetry::model::compose::{CommandSource, ComposeProject};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-exemplars",
    title: "in the Compose files, Prometheus stores exemplars",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let Some(prometheus) = find_written_prometheus(project) else {
        return CheckOutcome::not_applicable("Tempo writes to no Prometheus in this project");
    };
    if !sends_exemplars(project) {
        return CheckOutcome::not_applicable("Tempo sends no exemplars: `send_exemplars` is not set");
    }
    if list_features(prometheus).iter().any(|name| name == "exemplar-storage") {
        return CheckOutcome::pass(format!("{} has exemplar-storage enabled", prometheus.name));
    }
    if prometheus.command_source == CommandSource::Hidden {
        return explain_hidden_flags(prometheus);
    }
    Finding::degraded(
        "ex-storage-disabled",
        format!(
            "{} stores no exemplars, so graphs do not link to traces",
            compose::describe_service(prometheus)
        ),
    )
    .with_evidence_lines([build_command_evidence(prometheus)])
    .with_remedy(describe_flag_place(prometheus))
    .with_config(render_command_with(
        prometheus,
        &list_missing_flags(project, prometheus),
    ))
    .into()
}

/// True where a generator sends exemplars along.
pub fn sends_exemplars(project: &ComposeProject) -> bool {
    tempo_service::find_services_running(project, "metrics-generator")
        .any(|(_, config)| tempo_service::find_sent_exemplars(config).is_some())
}
