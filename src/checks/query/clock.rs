//! Our clock and Tempo's agree.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View};

/// The `Date` header counts whole seconds, so smaller differences are not seen.
const TOLERANCE_S: f64 = 2.0;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.clock",
    hop: Hop::Query,
    title: "our clock and Tempo's agree",
    needs: &[&[Fact::ClockSkew]],
    causes: &["clock-skew-search-miss"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    match view.clock_skew() {
        None => Outcome::no_evidence("Tempo's answers carry no date"),
        Some(skew) if skew.abs() > TOLERANCE_S => Outcome::Warn(
            Finding::degraded(
                "clock-skew-search-miss",
                format!("Tempo's clock is {skew:+.0} s from this machine's; the marker was dated by Tempo's"),
            )
            .possible()
            .seen("Date header of Tempo", "difference", format!("{skew:+.1} s")),
        ),
        Some(_) => Outcome::pass("clocks agree within 2 s"),
    }
}
