//! The per-tenant overrides file is loaded.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.overrides",
    hop: Hop::Ingest,
    title: "the per-tenant overrides file is loaded",
    needs: &[&[Fact::Metrics]],
    causes: &["runtime-overrides-broken"],
    judge,
};

/// 1 where the last reload went well; only there with a file to load (dskit: runtimeconfig/manager.go).
const RELOAD: &str = "tempo_runtime_config_last_reload_successful";

fn judge(view: &View<'_>) -> Outcome {
    match traffic::value(view, RELOAD, &[]) {
        None => Outcome::not_applicable("no overrides file, or its gauge could not be read"),
        Some(value) if value > 0.0 => Outcome::pass("the last reload succeeded"),
        // The overrides of before stay in force: what they lose by it is another check's to say.
        Some(_) => Outcome::Warn(
            Finding::degraded(
                "runtime-overrides-broken",
                "Tempo cannot load its overrides file, so changes to it have no effect",
            )
            .possible()
            .seen_all([traffic::value_line(view, RELOAD, 0)]),
        ),
    }
}
