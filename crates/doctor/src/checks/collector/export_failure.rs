//! What an exporter that does not get rid of its spans suffers from, from its counters, Tempo's, and the logs given.

use std::collections::BTreeMap;

use crate::checks::{EvidenceView, installation, tempo_counters};
use telemetry::model::marker::PushAnswer;
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::{Finding, FindingLevel};
use telemetry::parse::authority::Authority;

use super::exporter_logs;
use crate::evidence::collector_counters::{self as counters, SpanFlow};

/// Causes of an exporter that sends nothing, or gives up.
pub const CAUSES: [&str; 10] = [
    "collector-missing-org-header",
    "collector-tls-default",
    "collector-exporter-protocol-mixup",
    "collector-compression-unsupported",
    "collector-batch-too-large",
    "collector-permanent-429",
    "collector-export-timeout",
    "collector-send-failed",
    "collector-retrying",
    "collector-queue-full",
];

/// Why spans do not get out, where exporters are what holds them.
pub fn find_export_failure(view: &EvidenceView<'_>, flow: &SpanFlow) -> Option<Finding> {
    let stuck = view.collector().stuck_s;
    let failing =
        flow.failed > 0.0 || flow.enqueue_failed > 0.0 || stuck > 0.0 || flow.queued > 0.0 && flow.sent <= 0.0;
    if !failing {
        return None;
    }
    let finding = find_logged_failure(view)
        .or_else(|| find_missing_tenant(view))
        .or_else(|| find_full_queue(flow))
        .or_else(|| find_failed_sends(view, flow))
        .unwrap_or_else(|| explain_retrying(view));
    let mut finding = finding.with_evidence_lines(build_flow_evidence(view, flow));
    if counters::is_marker_alone(view, flow) {
        return Some(finding);
    }
    // Others came in meanwhile: the counters do not name the marker.
    if finding.confidence == telemetry::model::Confidence::Certain
        && !finding.evidence.iter().any(|line| line.source.starts_with("log "))
    {
        finding = finding.likely();
    }
    Some(finding)
}

/// What its log says, where one was given.
pub fn find_logged_failure(view: &EvidenceView<'_>) -> Option<Finding> {
    let (cause, found) = exporter_logs::find_newest_match(view, |cause| CAUSES.contains(&cause))?;
    let finding =
        Finding::broken(cause, summarize_cause(cause)).with_evidence_lines([exporter_logs::build_log_evidence(found)]);
    Some(finding.likely_unless(found.since_marker > 0))
}

/// Tempo refuses what it is sent, and it wants a tenant with each push: the collector names none.
pub fn find_missing_tenant(view: &EvidenceView<'_>) -> Option<Finding> {
    let many = installation::is_multitenant(view);
    let direct = view.push().get();
    let wants_tenant = direct.is_some_and(|answer| answer.message.to_lowercase().contains("no org id"));
    if !many && !wants_tenant {
        return None;
    }
    // What went past the collector may have been refused as well, where it named no tenant either.
    let turned_away = |answer: Option<&PushAnswer>| answer.is_some_and(|answer| !answer.is_accepted());
    let spans = view.marker().as_ref().map_or(0, |marker| marker.spans);
    let own = if view.collector_untracked().lost.is_some() && turned_away(direct) {
        spans
    } else {
        0
    } + u32::from(turned_away(view.backdated_push().get()));
    let refused = tempo_counters::measure_increase(view, "tempo_receiver_refused_spans", &[])
        .map(|grown| grown - f64::from(own))
        .filter(|grown| *grown > 0.0);
    if refused.is_none() && !(wants_tenant && view.metrics_after().get().is_none()) {
        return None;
    }
    let tenant = view.targets().tenants.first().cloned();
    let mut finding = Finding::broken(
        "collector-missing-org-header",
        "the collector sends no tenant, but Tempo requires one with each push",
    )
    .likely();
    if let Some(refused) = refused {
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(
            view,
            "tempo_receiver_refused_spans",
            refused,
        )]);
    }
    if many {
        finding = finding.with_evidence("GET /status/config", "multitenancy_enabled", "true");
    }
    if let Some(answer) = direct.filter(|_| view.collector_untracked().lost.is_some()) {
        let said = if answer.is_accepted() {
            "accepted, with the tenant".to_owned()
        } else {
            answer.summary_line()
        };
        finding = finding.with_evidence("OTLP push past the collector", answer.endpoint.clone(), said);
    }
    Some(
        finding
            .with_remedy("set the tenant in the exporter's headers, or forward the tenant of the incoming request:")
            .with_config(format!(
                "exporters:\n  otlp:\n    headers:\n      X-Scope-OrgID: {}",
                tenant.as_deref().unwrap_or("team-a")
            )),
    )
}

fn find_full_queue(flow: &SpanFlow) -> Option<Finding> {
    (flow.enqueue_failed > 0.0).then(|| {
        Finding::broken(
            "collector-queue-full",
            "the collector's sending queue is full, so it drops new spans without trying to send them",
        )
    })
}

/// Recent collectors say at the counter why they gave up (exporter/exporterhelper/internal/obs_report_sender.go).
fn find_failed_sends(view: &EvidenceView<'_>, flow: &SpanFlow) -> Option<Finding> {
    if flow.failed <= 0.0 {
        return None;
    }
    let risen = counters::list_risen_series(view, "exporter_send_failed_spans");
    let label = |name: &str| risen.iter().find_map(|(sample, _)| sample.labels.get(name).cloned());
    let target = match (label("server_address"), label("server_port")) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => "its target".to_owned(),
    };
    let path = label("url_path").unwrap_or_default();
    let finding = if path.matches(OTLP_TRACES).count() > 1 {
        Finding::broken(
            "collector-exporter-protocol-mixup",
            format!(
                "the otlphttp exporter posts to {path}: its endpoint already includes the path, and the exporter appends it again"
            ),
        )
        .with_remedy("set the endpoint without a path:").with_config(format!("exporters:\n  otlphttp:\n    endpoint: http://{target}"))
    } else {
        match label("error_type").as_deref() {
            Some("Unimplemented") => Finding::broken(
                "collector-exporter-protocol-mixup",
                format!("the exporter sends to {target}, which does not understand the request"),
            ),
            Some("DeadlineExceeded" | "Deadline_Exceeded") => Finding::broken(
                "collector-export-timeout",
                format!("{target} does not answer within the exporter's timeout"),
            )
            .likely(),
            Some("ResourceExhausted") if is_rate_limited(view) => Finding::broken(
                "collector-permanent-429",
                "Tempo's rate limit rejects the collector's spans, and the exporter does not retry them",
            ),
            Some("ResourceExhausted") => Finding::broken(
                "collector-batch-too-large",
                format!("{target} rejects batches of this size"),
            )
            .likely(),
            Some(error) => Finding::broken(
                "collector-send-failed",
                format!("the exporter gives up sending to {target}: {error}"),
            ),
            None => Finding::broken(
                "collector-send-failed",
                "the exporter gives up sending; see the collector's log for the reason",
            ),
        }
    };
    Some(finding)
}

fn is_rate_limited(view: &EvidenceView<'_>) -> bool {
    tempo_counters::find_increase(view, "tempo_discarded_spans_total", &[("reason", "rate_limited")]).is_some()
}

/// It holds the spans and counts neither success nor failure: only its log says why.
fn explain_retrying(view: &EvidenceView<'_>) -> Finding {
    let seconds = view.collector().stuck_s;
    let finding = Finding::broken(
        "collector-retrying",
        if seconds > 0.0 {
            format!(
                "the collector received spans but has exported none for {seconds:.0} s; its exporter keeps retrying"
            )
        } else {
            "the collector received spans but has exported none; its exporter keeps retrying".to_owned()
        },
    )
    .likely();
    finding.with_remedy("look for the reason in the collector's log (pass it to doctor), and compare the exporter's address, protocol and TLS settings with Tempo's receiver:").with_config(render_exporter_config(view)).with_command("docker logs COLLECTOR 2>&1 | tempoctl doctor --logs -")
}

/// An exporter that would reach the receiver that took the second marker.
pub fn render_exporter_config(view: &EvidenceView<'_>) -> String {
    let behind = view.collector().behind.as_ref();
    let target = behind.map_or("tempo:4317".to_owned(), |behind| {
        Authority::parse(&behind.target.url).to_string()
    });
    match behind.map(|behind| behind.protocol) {
        Some(telemetry::model::marker::Protocol::HttpProtobuf | telemetry::model::marker::Protocol::HttpJson) => {
            format!("exporters:\n  otlphttp:\n    endpoint: http://{target}\n    tls:\n      insecure: true")
        }
        _ => format!("exporters:\n  otlp:\n    endpoint: {target}\n    tls:\n      insecure: true"),
    }
}

fn build_flow_evidence(view: &EvidenceView<'_>, flow: &SpanFlow) -> Vec<telemetry::model::EvidenceLine> {
    let mut lines = counters::build_risen_evidence(view, "receiver_accepted_spans");
    for family in [
        "exporter_sent_spans",
        "exporter_send_failed_spans",
        "exporter_enqueue_failed_spans",
    ] {
        lines.extend(counters::build_risen_evidence(view, family));
    }
    if flow.sent <= 0.0 && flow.failed <= 0.0 {
        lines.push(telemetry::model::EvidenceLine::new(
            counters::SOURCE,
            "exporter sent_spans, send_failed_spans",
            "no change since the marker",
        ));
    }
    lines.extend(counters::build_value_evidence(view, "exporter_queue_size"));
    lines
}

fn summarize_cause(cause: &str) -> &'static str {
    match cause {
        "collector-missing-org-header" => "the exporter sends no tenant, but Tempo requires one",
        "collector-tls-default" => "the exporter uses TLS, but the receiver expects plain text",
        "collector-exporter-protocol-mixup" => "the exporter's protocol does not match the port it sends to",
        "collector-export-timeout" => "the receiver does not answer within the exporter's timeout",
        "collector-compression-unsupported" => "the exporter uses a compression that the receiver does not support",
        "collector-batch-too-large" => "the exporter's batches are larger than the receiver accepts",
        "collector-permanent-429" => {
            "Tempo's rate limit rejects the collector's spans, and the exporter does not retry them"
        }
        "collector-queue-full" => {
            "the collector's sending queue is full, so it drops new spans without trying to send them"
        }
        _ => "the exporter cannot deliver spans, for the reason in its log",
    }
}

/// What a series of exporters says about where they send, for evidence.
pub fn list_destinations(view: &EvidenceView<'_>) -> Vec<String> {
    let shown = |labels: &BTreeMap<String, String>| {
        Some(format!(
            "{}:{}",
            labels.get("server_address")?,
            labels.get("server_port")?
        ))
    };
    let mut found: Vec<String> = counters::list_risen_series(view, "exporter_sent_spans")
        .iter()
        .filter_map(|(sample, _)| shown(&sample.labels))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The same finding as something users see, where others' spans get through to this Tempo.
pub fn adjust_level(view: &EvidenceView<'_>, mut finding: Finding, flow: &SpanFlow) -> Finding {
    let nothing_arrives = tempo_counters::count_other_spans(view).is_some_and(|others| others < 0.5);
    if flow.sent > 0.0 && !nothing_arrives {
        finding.level = FindingLevel::Degraded;
    }
    finding
}
