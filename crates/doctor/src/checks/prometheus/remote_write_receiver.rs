//! Prometheus accepts remote write.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::Authority;

use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.remote-write-receiver",
    title: "Prometheus accepts remote write",
    needs: &[
        marker_state::METRICS_FACTS,
        &[Fact::PromFlags, Fact::RemoteWriteProbes, Fact::Exemplars],
    ],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

/// The examined Prometheus does not take remote writes.
pub fn is_off(view: &EvidenceView<'_>) -> bool {
    if let Some(answer) = view.write_probe().get() {
        if installation::is_receiver_disabled(answer) {
            return true;
        }
        if answer.status == 400 || answer.is_success() {
            return false;
        }
    }
    view.flags().get().is_some_and(|flags| {
        flags
            .get("web.enable-remote-write-receiver")
            .is_some_and(|value| value == "false")
            && !flags
                .get("enable-feature")
                .is_some_and(|features| features.contains("remote-write-receiver"))
    })
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let elsewhere = view
        .remote_write_probes()
        .iter()
        .find(|probe| probe.result.get().is_some_and(installation::is_receiver_disabled));
    if !is_off(view) && elsewhere.is_none() {
        return match view.write_probe().get() {
            Some(answer) => CheckOutcome::pass(format!("it answers an empty write with {}", answer.status_line())),
            None if view.flags().get().is_some() => CheckOutcome::pass("its receiver flag is set"),
            None => CheckOutcome::no_evidence("neither its flags nor its answer to an empty write could be read"),
        };
    }
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("metrics arrive by another route");
    }
    if !marker_state::has_lost_metrics(view) {
        return CheckOutcome::not_applicable("it is off, but nothing is known to be lost");
    }
    if is_tempo_writing_elsewhere(view) && elsewhere.is_none() {
        return CheckOutcome::not_applicable("it is off, but Tempo writes to another address");
    }
    let mut finding = Finding::broken(
        "rw-receiver-disabled",
        "Prometheus rejects remote write, so the metrics from Tempo's generator are lost",
    );
    if let Some(flags) = view.flags().get() {
        let value = flags
            .get("web.enable-remote-write-receiver")
            .map_or("absent", String::as_str);
        finding = finding.with_evidence("GET /api/v1/status/flags", "web.enable-remote-write-receiver", value);
    }
    if let Some(answer) = elsewhere
        .and_then(|probe| probe.result.get())
        .or(view.write_probe().get())
    {
        finding = finding.with_evidence("POST /api/v1/write", "an empty write", answer.status_line());
    }
    let failed = "prometheus_remote_storage_samples_failed_total";
    finding = finding.with_evidence_lines(tempo_counters::find_increase_evidence(view, failed, &[]));
    if !marker_state::has_lost_series(view) {
        finding = finding.likely();
    }
    finding.into()
}

/// Every known address of Tempo's remote write is another host and port.
fn is_tempo_writing_elsewhere(view: &EvidenceView<'_>) -> bool {
    let port = Authority::parse(&view.targets().prometheus.url).port;
    installation::find_remote_write_urls(view).is_some_and(|urls| {
        !urls.is_empty()
            // The same port under another name may well be the same server, seen from another network.
            && urls.iter().all(|url| Authority::parse(url).port != port)
    })
}
