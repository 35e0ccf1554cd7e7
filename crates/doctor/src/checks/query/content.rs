//! The marker is read back as it was sent.

use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, Hop};

use crate::checks::collector::is_collector_known;
use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.content",
    title: "the marker is read back as it was sent",
    needs: &[tempo_counters::TENANT_FACTS, &[Fact::ById]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(read) = view.by_id().get().filter(|read| read.spans > 0) else {
        return CheckOutcome::not_applicable("the marker was not read back");
    };
    if let Some(message) = &read.partial {
        return CheckOutcome::Fail(
            Finding::degraded("trace-too-large-to-query", "Tempo returns only part of the marker").with_evidence(
                read.request.clone(),
                "status",
                format!("PARTIAL {message}"),
            ),
        );
    }
    if read.differences.is_empty() {
        return CheckOutcome::pass(format!("{} spans, every field as sent", read.spans));
    }
    let cut = tempo_counters::count_truncated_attributes(view);
    let changed = |finding: Finding| {
        read.differences.iter().take(5).fold(finding, |finding, difference| {
            finding.with_evidence(read.request.clone(), "changed", difference)
        })
    };
    if let Some(cut) = cut {
        return changed(
            Finding::degraded(
                "attributes-truncated",
                "Tempo truncates long attributes, so searches for the full value find nothing",
            )
            .at_hop(Hop::Ingest)
            .with_evidence_lines([tempo_counters::build_increase_evidence(
                view,
                tempo_counters::TRUNCATED_ATTRIBUTES,
                cut,
            )]),
        )
        .into();
    }
    if is_collector_known(view) && view.collector_untracked().lost.is_none() {
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
        .at_hop(Hop::Collector)
        .likely();
        if missing
            || read
                .differences
                .iter()
                .any(|difference| difference.contains(" service.name:"))
        {
            // What is made of spans needs their services, and both of them.
            finding.level = FindingLevel::Broken;
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
    CheckOutcome::Warn(changed(finding))
}
