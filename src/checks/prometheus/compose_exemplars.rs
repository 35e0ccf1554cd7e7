//! In the Compose files, Prometheus stores exemplars.

use super::compose_receiver::{command, features, kept};
use crate::checks::compose;
use crate::checks::remote_write::compose_url::written_to;
use crate::checks::{Check, View};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.compose-exemplars",
    hop: Hop::Prometheus,
    title: "in the Compose files, Prometheus stores exemplars",
    needs: &[&[Fact::Compose]],
    causes: &["ex-storage-disabled"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some(prometheus) = written_to(project) else {
        return Outcome::not_applicable("Tempo writes to no Prometheus in this project");
    };
    if features(prometheus).iter().any(|name| name == "exemplar-storage") {
        return Outcome::pass(format!("{} has exemplar-storage enabled", prometheus.name));
    }
    Finding::degraded(
        "ex-storage-disabled",
        format!(
            "the service {} stores no exemplars, so graphs do not link to traces",
            prometheus.name
        ),
    )
    .seen_all([command(prometheus)])
    .fix(
        format!("add the flag to the command in {}:", compose::file_name(project)),
        Some(format!(
            "command:\n{}  - --enable-feature=exemplar-storage",
            kept(prometheus)
        )),
        None,
    )
    .into()
}
