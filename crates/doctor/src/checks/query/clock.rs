//! This machine's clock agrees with Tempo's.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView};

/// The `Date` header counts whole seconds, so smaller differences are not seen.
const TOLERANCE_S: f64 = 2.0;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.clock",
    title: "this machine's clock agrees with Tempo's",
    needs: &[&[Fact::ClockSkew]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match view.clock_skew() {
        None => CheckOutcome::no_evidence("Tempo's answers have no Date header"),
        Some(skew) if skew.abs() > TOLERANCE_S => CheckOutcome::Warn(
            Finding::degraded(
                "clock-skew-search-miss",
                format!("Tempo's clock differs from this machine's by {skew:+.0} s; the marker was dated by Tempo's"),
            )
            .possible()
            .with_evidence("Date header of Tempo", "difference", format!("{skew:+.1} s")),
        ),
        Some(_) => CheckOutcome::pass("the clocks agree within 2 s"),
    }
}
