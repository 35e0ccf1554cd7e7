//! The marker comes back as it was sent.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.content",
    hop: Hop::Query,
    title: "the marker comes back as it was sent",
    needs: &[Fact::ById],
    causes: &["trace-too-large-to-query", "collector-filter-or-transform"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let Some(read) = view.by_id().get().filter(|read| read.spans > 0) else {
        return Outcome::not_applicable("the marker was not read back");
    };
    if let Some(message) = &read.partial {
        return Outcome::Fail(
            Finding::degraded("trace-too-large-to-query", "Tempo gives back only a part of the marker").seen(
                read.request.clone(),
                "status",
                format!("PARTIAL {message}"),
            ),
        );
    }
    if read.differences.is_empty() {
        return Outcome::pass(format!("{} spans, every field as sent", read.spans));
    }
    let mut finding = Finding::degraded(
        "collector-filter-or-transform",
        format!(
            "{} fields of the marker were changed on the way",
            read.differences.len()
        ),
    )
    .possible();
    for difference in read.differences.iter().take(5) {
        finding = finding.seen(read.request.clone(), "changed", difference);
    }
    Outcome::Warn(finding)
}
