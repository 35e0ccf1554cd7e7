//! In the Compose files, the Prometheus that Tempo writes to accepts remote write.

use super::compose_exemplars::sends_exemplars;
use crate::checks::Check;
use crate::checks::compose::{self, build_service_evidence};
use crate::checks::remote_write::compose_url::find_written_prometheus;
use telemetry::model::compose::{CommandSource, ComposeProject, ComposeService};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-receiver",
    title: "in the Compose files, Prometheus accepts remote write",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

const FLAG: &str = "--web.enable-remote-write-receiver";

fn judge(project: &ComposeProject) -> CheckOutcome {
    let Some(prometheus) = find_written_prometheus(project) else {
        return CheckOutcome::not_applicable("Tempo writes to no Prometheus in this project");
    };
    // The name of old, accepted up to 2.x.
    let by_feature = list_features(prometheus)
        .iter()
        .any(|name| name == "remote-write-receiver");
    if prometheus.is_switched_on("web.enable-remote-write-receiver") || by_feature {
        return CheckOutcome::pass(format!("{} has {FLAG}", prometheus.name));
    }
    if prometheus.command_source == CommandSource::Hidden {
        return explain_hidden_flags(prometheus);
    }
    Finding::broken(
        "rw-receiver-disabled",
        format!(
            "{} runs without {FLAG}, so it answers 404 to Tempo's remote write",
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

/// The flags that remote write and exemplars need and the command lacks: who adds one of them needs the others as well.
pub fn list_missing_flags(project: &ComposeProject, prometheus: &ComposeService) -> Vec<&'static str> {
    let features = list_features(prometheus);
    let has = |feature: &str| features.iter().any(|name| name == feature);
    let accepts = prometheus.is_switched_on("web.enable-remote-write-receiver") || has("remote-write-receiver");
    let stores = has("exemplar-storage") || !sends_exemplars(project);
    [(accepts, FLAG), (stores, "--enable-feature=exemplar-storage")]
        .into_iter()
        .filter_map(|(is_there, flag)| (!is_there).then_some(flag))
        .collect()
}

/// The command as evidence.
pub fn build_command_evidence(service: &ComposeService) -> EvidenceLine {
    match service.words.first() {
        Some(first) => {
            let words: Vec<&str> = service.words.iter().map(|word| word.value.as_str()).collect();
            build_service_evidence(service, &first.at, "command", words.join(" "))
        }
        None => build_service_evidence(service, &service.at, "command", "not set"),
    }
}

/// Nobody can say that a flag is absent.
pub fn explain_hidden_flags(service: &ComposeService) -> CheckOutcome {
    CheckOutcome::no_evidence(format!(
        "the files do not show with which flags {} is started",
        service.name
    ))
}

/// Where a flag is to be added.
pub fn describe_flag_place(service: &ComposeService) -> String {
    let file = service.words.first().map_or(&service.at.file, |word| &word.at.file);
    let what = match service.command_source {
        CommandSource::Listed => "add the flag to the command in",
        CommandSource::Script | CommandSource::Hidden => {
            "add the flag to the command line of Prometheus, which a shell starts, in"
        }
    };
    format!("{what} {file}:")
}

/// The command with more flags; the flags alone where a shell takes the command apart.
pub fn render_command_with(service: &ComposeService, flags: &[&str]) -> String {
    match service.command_source {
        CommandSource::Listed if service.cluster.is_some() && !service.words.is_empty() => {
            compose::render_command_with(service, flags)
        }
        CommandSource::Listed => {
            let added: String = flags.iter().map(|flag| format!("\n  - {flag}")).collect();
            format!("command:\n{}{added}", render_current_command(service).trim_end())
        }
        CommandSource::Script | CommandSource::Hidden => flags.join("\n"),
    }
}

/// What the command says already; without one, what the image would have said.
fn render_current_command(service: &ComposeService) -> String {
    let own: Vec<&str> = service.words.iter().map(|word| word.value.as_str()).collect();
    let words = if own.is_empty() {
        vec![
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
        ]
    } else {
        own
    };
    words.iter().map(|word| format!("  - {word}\n")).collect()
}

/// The names in `--enable-feature`, which may be repeated.
pub fn list_features(service: &ComposeService) -> Vec<String> {
    service
        .words
        .iter()
        .filter_map(|word| word.value.trim_start_matches('-').strip_prefix("enable-feature="))
        .flat_map(|list| list.split(',').map(str::to_owned))
        .collect()
}
