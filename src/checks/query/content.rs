//! The marker is read back as it was sent.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Level, Outcome};

use crate::checks::collector::is_known;
use crate::checks::{Check, View, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.content",
    hop: Hop::Query,
    title: "the marker is read back as it was sent",
    needs: &[&[Fact::ById, Fact::Metrics, Fact::Config, Fact::Targets]],
    causes: &[
        "trace-too-large-to-query",
        "attributes-truncated",
        "collector-filter-or-transform",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let Some(read) = view.by_id().get().filter(|read| read.spans > 0) else {
        return Outcome::not_applicable("the marker was not read back");
    };
    if let Some(message) = &read.partial {
        return Outcome::Fail(
            Finding::degraded("trace-too-large-to-query", "Tempo returns only part of the marker").seen(
                read.request.clone(),
                "status",
                format!("PARTIAL {message}"),
            ),
        );
    }
    if read.differences.is_empty() {
        return Outcome::pass(format!("{} spans, every field as sent", read.spans));
    }
    let cut = traffic::truncated(view);
    let changed = |finding: Finding| {
        read.differences.iter().take(5).fold(finding, |finding, difference| {
            finding.seen(read.request.clone(), "changed", difference)
        })
    };
    if let Some(cut) = cut {
        return changed(
            Finding::degraded(
                "attributes-truncated",
                "Tempo truncates long attributes, so searches for the full value find nothing",
            )
            .at(Hop::Ingest)
            .seen_all([traffic::line(view, traffic::TRUNCATED, cut)]),
        )
        .into();
    }
    if is_known(view) && view.way().lost.is_none() {
        // Tempo changes nothing: it went in through the collector as it was sent.
        let missing = read.differences.iter().any(|difference| difference.contains("missing"));
        let mut finding = Finding::degraded(
            "collector-filter-or-transform",
            if missing {
                "a collector processor drops some of the marker's spans".to_owned()
            } else {
                format!(
                    "a collector processor changes {} fields of the marker",
                    read.differences.len()
                )
            },
        )
        .at(Hop::Collector)
        .likely();
        if missing
            || read
                .differences
                .iter()
                .any(|difference| difference.contains(" service.name:"))
        {
            // What is made of spans needs their services, and both of them.
            finding.level = Level::Broken;
        }
        return changed(finding).into();
    }
    let finding = Finding::degraded(
        "collector-filter-or-transform",
        format!(
            "{} fields of the marker were changed in transit",
            read.differences.len()
        ),
    )
    .possible();
    Outcome::Warn(changed(finding))
}
