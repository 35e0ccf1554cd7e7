//! Applications send traces. A sound pipeline that nobody feeds is the most frequent reason for an empty dashboard.

use telemetry::model::receiver_path::strip_traces_path;
use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState, Slot};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.sending",
    title: "applications send traces",
    needs: &[
        marker_state::METRICS_FACTS,
        &[
            Fact::AppServices,
            Fact::EarlierServices,
            Fact::ById,
            Fact::Marker,
            Fact::BackdatedPush,
        ],
    ],
    judge,
};

/// Services that are neither markers nor canaries.
pub fn list_other_services<'a>(view: &EvidenceView<'_>, list: &'a [String]) -> Vec<&'a str> {
    let mut names: Vec<&str> = list
        .iter()
        .map(String::as_str)
        .filter(|name| !view.is_test_service(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The same of a slot; none where it is not known.
pub fn list_known_services<'a>(view: &EvidenceView<'_>, slot: &'a Slot<Vec<String>>) -> Vec<&'a str> {
    slot.get().map_or_else(Vec::new, |list| list_other_services(view, list))
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let receiver = marker_state::find_hop_state(view, Hop::Receiver);
    let ingest = marker_state::find_hop_state(view, Hop::Ingest);
    let sound = view.request().no_marker
        || matches!(
            marker_state::find_hop_state(view, Hop::Collector),
            HopState::Passed | HopState::NotConfigured
        ) && receiver == HopState::Passed
            && ingest != HopState::Lost
            && marker_state::find_by_id_state(view) != HopState::Lost;
    if !sound {
        return CheckOutcome::not_applicable("not judged until collector, receiver and ingest pass");
    }
    let Some(now) = view.app_services().get() else {
        return CheckOutcome::no_evidence("the services in the window could not be searched");
    };
    let mut sending = list_other_services(view, now);
    sending.extend(list_known_services(view, view.later_services()));
    sending.sort_unstable();
    sending.dedup();
    let window = render_window(view.request().app_window_s);
    let generated = list_known_services(view, view.generated_services());
    if !sending.is_empty() {
        let only_tests = sending.iter().all(|name| generated.contains(name));
        let mut names = sending.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        if sending.len() > 3 {
            names.push_str(" …");
        }
        return CheckOutcome::pass(match (sending.len(), only_tests) {
            (_, true) => format!("only test traffic in the last {window}: {names}"),
            (1, false) => format!("1 application sent in the last {window}: {names}"),
            (count, false) => format!("{count} applications sent in the last {window}: {names}"),
        });
    }
    let spans = tempo_counters::count_other_spans(view).unwrap_or_default();
    let canaries = spans > 0.0 && *view.looked_again();
    let passes = view.request().no_marker || marker_state::find_by_id_state(view) == HopState::Passed;
    if spans > 0.0 && !canaries && passes {
        // The counter runs ahead of search; whoever sends will be visible once the cutoff has passed.
        return CheckOutcome::no_evidence(format!(
            "{} from other senders arrived {}, not searchable yet",
            tempo_counters::render_span_count(spans),
            tempo_counters::describe_interval(view)
        ));
    }
    if view.request().fast && has_earlier_spans(view) {
        return CheckOutcome::no_evidence(
            "spans arrived before this run that search does not show yet; without --fast, doctor waits for them",
        );
    }
    if view.is_interrupted() && !view.later_services().was_asked() {
        return CheckOutcome::no_evidence("the run ended before the second search for applications");
    }
    let earlier = list_known_services(view, view.earlier_services());
    let tenant = tempo_counters::resolve_tenant(view);
    let received = tempo_counters::sum_counter(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)]);
    // Without counters others may have been refused or may not be searchable yet, and unknown is who sent before.
    let is_counted = view.metrics_before().get().is_some() && view.metrics_after().get().is_some();
    let mut finding = if earlier.is_empty() {
        Finding::degraded(
            "app-none-sending",
            format!("only tempoctl's own marker reached Tempo in the last {window}"),
        )
        .likely_unless(is_counted && view.earlier_services().get().is_some())
    } else {
        Finding::degraded(
            "app-stopped",
            format!(
                "applications sent traces earlier, but none in the last {window}: {}",
                earlier.join(", ")
            ),
        )
    };
    finding = finding.with_evidence(
        format!("Tempo search, last {window}"),
        "services",
        if now.is_empty() {
            "none".to_owned()
        } else {
            now.join(", ")
        },
    );
    if !earlier.is_empty() {
        finding = finding.with_evidence("Tempo search, the day before", "services", earlier.join(", "));
        if let Some(at) = view.last_seen() {
            finding = finding.with_evidence("Tempo search, the day before", "newest trace", render_timestamp(*at));
        }
    }
    if let Some(total) = received {
        finding = finding.with_evidence_lines([tempo_counters::build_value_evidence(
            view,
            "tempo_distributor_spans_received_total",
            format!("{total:.0} since start"),
        )]);
    }
    if canaries {
        // They were searchable by then, and none was of an application: a canary, or another doctor.
        finding = finding.likely().with_evidence(
            "Tempo /metrics",
            "spans from other senders since the marker",
            format!("{spans:.0}, none of them from an application"),
        );
    }
    let endpoint = &view.targets().otlp.url;
    finding
        .with_remedy(if earlier.is_empty() {
            "instrument an application and point it here, or generate test traffic:"
        } else {
            "check what changed since then in the deployment and the OTEL_* environment of those services:"
        })
        .with_config(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT={}\nOTEL_EXPORTER_OTLP_PROTOCOL={}\nOTEL_TRACES_EXPORTER=otlp",
            strip_traces_path(endpoint),
            view.targets().protocol.name()
        ))
        .into()
}

/// The tenant received more than this run sent: of applications that just started, or of earlier markers.
fn has_earlier_spans(view: &EvidenceView<'_>) -> bool {
    let tenant = tempo_counters::resolve_tenant(view);
    tempo_counters::sum_counter(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)])
        .is_some_and(|total| total - tempo_counters::count_own_spans(view) > 0.5)
}

fn render_timestamp(seconds: f64) -> String {
    jiff::Timestamp::from_second(seconds as i64).map_or_else(|_| format!("{seconds:.0}"), |time| time.to_string())
}

/// `1h`, `30s`
fn render_window(seconds: u64) -> String {
    telemetry::parse::duration::format_duration(std::time::Duration::from_secs(seconds))
}
