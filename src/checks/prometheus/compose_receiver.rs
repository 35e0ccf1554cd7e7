//! In the Compose files, the Prometheus that Tempo writes to accepts remote write.

use crate::checks::compose::{self, line};
use crate::checks::remote_write::compose_url::written_to;
use crate::checks::{Check, View};
use crate::model::compose::Service;
use crate::model::evidence::Fact;
use crate::model::{EvidenceLine, Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-receiver",
    hop: Hop::Prometheus,
    title: "in the Compose files, Prometheus accepts remote write",
    needs: &[&[Fact::Compose]],
    causes: &["rw-receiver-disabled"],
    judge,
};

const FLAG: &str = "--web.enable-remote-write-receiver";

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some(prometheus) = written_to(project) else {
        return Outcome::not_applicable("Tempo writes to no Prometheus in this project");
    };
    // The name of old, accepted up to 2.x.
    let by_feature = features(prometheus).iter().any(|name| name == "remote-write-receiver");
    if prometheus.switch("web.enable-remote-write-receiver") || by_feature {
        return Outcome::pass(format!("{} has {FLAG}", prometheus.name));
    }
    Finding::broken(
        "rw-receiver-disabled",
        format!(
            "the service {} runs without {FLAG}, so it answers 404 to Tempo's remote write",
            prometheus.name
        ),
    )
    .seen_all([command(prometheus)])
    .fix(
        format!("add the flag to the command in {}:", compose::file_name(project)),
        Some(format!("command:\n{}  - {FLAG}", kept(prometheus))),
        None,
    )
    .into()
}

/// The command as evidence.
pub fn command(service: &Service) -> EvidenceLine {
    let name = format!("services.{}.command", service.name);
    match service.words.first() {
        Some(first) => {
            let words: Vec<&str> = service.words.iter().map(|word| word.value.as_str()).collect();
            line(&first.at, name, words.join(" "))
        }
        None => line(&service.at, name, "not set"),
    }
}

/// What the command says already; without one, what the image would have said.
pub fn kept(service: &Service) -> String {
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
pub fn features(service: &Service) -> Vec<String> {
    service
        .words
        .iter()
        .filter_map(|word| word.value.trim_start_matches('-').strip_prefix("enable-feature="))
        .flat_map(|list| list.split(',').map(str::to_owned))
        .collect()
}
