//! Prometheus accepts remote write.

use crate::model::evidence::Fact;
use crate::model::tempo::Answer;
use crate::model::{Finding, Hop, HopState, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.remote-write-receiver",
    hop: Hop::Prometheus,
    title: "Prometheus accepts remote write",
    needs: &[
        passage::METRICS,
        &[Fact::PromFlags, Fact::RemoteWriteProbes, Fact::Exemplars],
    ],
    causes: &["rw-receiver-disabled"],
    judge,
};

/// The answer of a Prometheus whose receiver is off (prometheus/prometheus v2.42: web/api/v1/api.go).
pub fn is_switched_off(answer: &Answer) -> bool {
    answer.status == 404 && answer.body.contains("remote write receiver needs to be enabled")
}

/// The examined Prometheus does not take remote writes.
pub fn is_off(view: &View<'_>) -> bool {
    if let Some(answer) = view.write_probe().get() {
        if is_switched_off(answer) {
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

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    let elsewhere = view
        .remote_write_probes()
        .iter()
        .find(|probe| probe.result.get().is_some_and(is_switched_off));
    if !is_off(view) && elsewhere.is_none() {
        return match view.write_probe().get() {
            Some(answer) => Outcome::pass(format!("it answers an empty write with {}", answer.line())),
            None if view.flags().get().is_some() => Outcome::pass("its receiver flag is set"),
            None => Outcome::no_evidence("neither its flags nor its answer to an empty write could be read"),
        };
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("metrics arrive by another route");
    }
    if !passage::metrics_lost(view) {
        return Outcome::not_applicable("it is off, but nothing is known to be lost");
    }
    if writes_elsewhere(view) && elsewhere.is_none() {
        return Outcome::not_applicable("it is off, but Tempo writes to another address");
    }
    let mut finding = Finding::broken(
        "rw-receiver-disabled",
        "Prometheus rejects remote write, so the metrics from Tempo's generator are lost",
    );
    if let Some(flags) = view.flags().get() {
        let value = flags
            .get("web.enable-remote-write-receiver")
            .map_or("absent", String::as_str);
        finding = finding.seen("GET /api/v1/status/flags", "web.enable-remote-write-receiver", value);
    }
    if let Some(answer) = elsewhere
        .and_then(|probe| probe.result.get())
        .or(view.write_probe().get())
    {
        finding = finding.seen("POST /api/v1/write", "an empty write", answer.line());
    }
    if let Some(failed) =
        traffic::delta(view, "prometheus_remote_storage_samples_failed_total", &[]).filter(|grown| *grown > 0.0)
    {
        finding = finding.seen_all([traffic::line(
            view,
            "prometheus_remote_storage_samples_failed_total",
            failed,
        )]);
    }
    if passage::graph(view) != HopState::Lost && passage::calls(view) != HopState::Lost {
        finding = finding.likely();
    }
    finding.into()
}

/// Every known address of Tempo's remote write is another host and port.
fn writes_elsewhere(view: &View<'_>) -> bool {
    let here = facts::authority(&view.targets().prometheus.url);
    let port = here.rsplit_once(':').map_or("", |(_, port)| port).to_owned();
    facts::remote_write_urls(view).is_some_and(|urls| {
        !urls.is_empty()
            && urls.iter().all(|url| {
                // The same port under another name may well be the same server, seen from another network.
                facts::authority(url)
                    .rsplit_once(':')
                    .is_none_or(|(_, other)| other != port)
            })
    })
}
