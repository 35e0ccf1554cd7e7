//! One account of several workers that sent at the same time. Nothing is averaged: counts are summed, and the latencies are
//! those of one histogram into which all were poured.

use std::collections::BTreeSet;

use telemetry::model::send_report::{LISTED_IDS, Latencies, SampleVerification, SendRefusal, SendReport};

/// Examples that a report lists at most.
const MAX_EXAMPLES: usize = 10;

/// The account of all of them together; `Err` says why there is none.
pub fn merge_reports(reports: &[SendReport]) -> Result<SendReport, String> {
    let Some((first, others)) = reports.split_first() else {
        return Err("it contains no account".to_owned());
    };
    let mut whole = first.clone();
    let mut latencies = Latencies::default();
    let mut notes: BTreeSet<String> = BTreeSet::new();
    let mut found = Some(0);
    for (index, report) in reports.iter().enumerate() {
        let spans = report.account.spans;
        if !spans.adds_up() {
            return Err(format!(
                "account {} does not add up: generated {}, accepted {} + rejected {} + failed {}",
                index + 1,
                spans.generated,
                spans.accepted,
                spans.rejected,
                spans.failed
            ));
        }
        match (&report.latency_histogram, report.latency_ms) {
            (Some(text), _) => latencies
                .add_text(text)
                .map_err(|why| format!("account {}: {why}", index + 1))?,
            (None, None) => {}
            (None, Some(_)) => {
                return Err(format!(
                    "account {} has no latency_histogram: it is from a probe, or from an older tempoctl",
                    index + 1
                ));
            }
        }
        found = found.zip(spans.found).map(|(sum, found)| sum + found);
        notes.extend(report.notes.iter().cloned());
    }
    for report in others {
        add_report(&mut whole, report);
    }
    if first.limit.is_some() || others.iter().any(|report| report.limit.is_some()) {
        whole.limit = None;
        notes.insert("limits of several workers do not add up and are left out".to_owned());
    }
    let wires: BTreeSet<&str> = reports.iter().map(|report| report.protocol.name()).collect();
    if wires.len() > 1 {
        let names: Vec<&str> = wires.into_iter().collect();
        notes.insert(format!("sent over several protocols: {}", names.join(", ")));
    }
    whole.account.spans.found = found;
    if found.is_none() && reports.iter().any(|report| report.account.spans.found.is_some()) {
        notes.insert("not every worker read back what it sent".to_owned());
    }
    whole
        .refusals
        .sort_by_key(|refusal| std::cmp::Reverse((refusal.spans, refusal.times)));
    whole.latency_ms = latencies.percentiles();
    whole.latency_histogram = latencies.text();
    let wall = whole.duration_ms as f64 / 1e3;
    notes.insert(format!(
        "{} accounts merged; the wall time is the longest of them, {wall:.1} s",
        reports.len()
    ));
    whole.notes = notes.into_iter().collect();
    Ok(whole)
}

fn add_report(whole: &mut SendReport, report: &SendReport) {
    let (sum, spans) = (&mut whole.account.spans, report.account.spans);
    sum.generated += spans.generated;
    sum.accepted += spans.accepted;
    sum.rejected += spans.rejected;
    sum.failed += spans.failed;
    whole.account.traces += report.account.traces;
    whole.behind += report.behind;
    whole.unsampled += report.unsampled;
    whole.held_up_ms += report.held_up_ms;
    whole.duration_ms = whole.duration_ms.max(report.duration_ms);
    whole.cancelled |= report.cancelled;
    let room = LISTED_IDS.saturating_sub(whole.trace_ids.len());
    whole.trace_ids.extend(report.trace_ids.iter().take(room).cloned());
    if !whole.sent_to.split(", ").any(|url| url == report.sent_to) {
        whole.sent_to = format!("{}, {}", whole.sent_to, report.sent_to);
    }
    for refusal in &report.refusals {
        match whole.refusals.iter_mut().find(|own| own.reason == refusal.reason) {
            Some(own) => {
                own.spans += refusal.spans;
                own.times += refusal.times;
            }
            None => whole.refusals.push(SendRefusal::clone(refusal)),
        }
    }
    whole.verified = match (whole.verified.take(), &report.verified) {
        (None, None) => None,
        (one, other) => Some(merge_verified(
            one.unwrap_or_default(),
            other.clone().unwrap_or_default(),
        )),
    };
    if whole.cause.is_none() {
        whole.cause = report.cause.clone();
    }
}

fn merge_verified(mut one: SampleVerification, other: SampleVerification) -> SampleVerification {
    one.sampled += other.sampled;
    one.found += other.found;
    one.incomplete += other.incomplete;
    one.missing += other.missing;
    one.spans += other.spans;
    one.examples.extend(other.examples);
    one.examples.truncate(MAX_EXAMPLES);
    one.problem = one.problem.or(other.problem);
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use telemetry::model::send_report::{SendAccount, SpanAccount, TraceProtocol};

    fn report(latencies: &[u64], accepted: u64, failed: u64) -> SendReport {
        let mut histogram = Latencies::default();
        for latency in latencies {
            histogram.record(*latency);
        }
        SendReport {
            schema_version: 1,
            trace_ids: Vec::new(),
            sent_to: "http://t:4318/v1/traces".into(),
            protocol: TraceProtocol::HttpProtobuf,
            account: SendAccount {
                traces: accepted,
                spans: SpanAccount {
                    generated: accepted + failed,
                    accepted,
                    rejected: 0,
                    failed,
                    found: None,
                },
            },
            duration_ms: 10,
            latency_ms: histogram.percentiles(),
            latency_histogram: histogram.text(),
            hops: Vec::new(),
            verified: None,
            refusals: vec![SendRefusal {
                reason: "503".into(),
                spans: failed,
                times: 1,
            }],
            limit: None,
            behind: 1,
            unsampled: 0,
            held_up_ms: 0,
            cause: None,
            cancelled: false,
            notes: Vec::new(),
        }
    }

    proptest! {
        /// However the latencies are spread over workers, the percentiles are those of one worker that had them all.
        #[test]
        fn merging_is_as_exact_as_one_histogram(all in prop::collection::vec((0_u64..4_000_000_000, 0_usize..4), 1..200)) {
            let of = |worker: usize| -> Vec<u64> {
                all.iter().filter(|(_, own)| *own == worker).map(|(latency, _)| *latency).collect()
            };
            let parts: Vec<SendReport> = (0..4).map(|worker| report(&of(worker), 1, 0)).collect();
            let whole = merge_reports(&parts).unwrap();
            let one = report(&all.iter().map(|(latency, _)| *latency).collect::<Vec<_>>(), 4, 0);
            prop_assert_eq!(whole.latency_ms, one.latency_ms);
            prop_assert_eq!(whole.latency_histogram, one.latency_histogram);
        }
    }

    #[test]
    fn counts_are_summed_and_reasons_joined() {
        let whole = merge_reports(&[report(&[10], 5, 2), report(&[20], 7, 0)]).unwrap();
        assert_eq!(whole.account.spans.generated, 14);
        assert_eq!(whole.account.spans.failed, 2);
        assert_eq!(whole.refusals.len(), 1);
        assert_eq!((whole.refusals[0].spans, whole.refusals[0].times), (2, 2));
        assert_eq!(whole.behind, 2);
        assert_eq!(whole.sent_to, "http://t:4318/v1/traces");
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        let mut bad = report(&[10], 5, 2);
        bad.account.spans.generated += 1;
        assert!(merge_reports(&[bad]).unwrap_err().contains("does not add up"));
        let mut old = report(&[10], 1, 0);
        old.latency_histogram = None;
        assert!(merge_reports(&[old]).unwrap_err().contains("latency_histogram"));
        assert!(merge_reports(&[]).is_err());
    }
}
