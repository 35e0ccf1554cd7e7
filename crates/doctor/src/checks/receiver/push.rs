//! The receiver accepts the marker.

use telemetry::model::marker::{Protocol, PushAnswer};
use telemetry::model::receiver_path::{OTLP_TRACES, strip_traces_path};
use telemetry::model::{CheckOutcome, Fact, FailureKind, Finding, FindingLevel, Hop, HopState, Remedy, Slot};
use telemetry::parse::authority::{Authority, is_same_place};

use super::{push_refusal, unanswered_push};
use crate::checks::collector::is_push_to_collector;
use crate::checks::listeners::{build_listener_evidence, is_answering};
use crate::checks::{Check, EvidenceView, installation, internal_tls, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.push",
    title: "the receiver accepts the marker",
    needs: &[&[
        Fact::Push,
        Fact::Targets,
        Fact::Alternatives,
        Fact::Ready,
        Fact::Echo,
        Fact::FoundPrefix,
        Fact::Config,
        Fact::RuntimeConfig,
        Fact::Metrics,
    ]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if is_push_to_collector(view) && !view.request().no_marker {
        return match marker_state::find_collector_state(view) {
            HopState::Passed => CheckOutcome::pass("it accepted the marker from the collector"),
            _ => CheckOutcome::not_applicable("the marker went to the collector and never left it"),
        };
    }
    match view.push() {
        Slot::NotAsked if view.request().no_marker => judge_by_traffic(view),
        Slot::NotAsked => CheckOutcome::no_evidence("nothing was pushed because the run ended first"),
        Slot::Known { value, took_ms } if value.is_accepted() => {
            CheckOutcome::pass(format!("{} accepted the marker in {took_ms} ms", value.endpoint))
        }
        Slot::Known { value, .. } => explain_refusal(view, value).into(),
        Slot::Failed { failure } if failure.kind == FailureKind::Cancelled => {
            CheckOutcome::no_evidence("the run ended before the receiver answered")
        }
        Slot::Failed { failure } => unanswered_push::explain_unanswered_push(view, failure).into(),
    }
}

/// Without a marker: what the receiver did with the spans of applications.
fn judge_by_traffic(view: &EvidenceView<'_>) -> CheckOutcome {
    let accepted = tempo_counters::measure_increase(view, "tempo_receiver_accepted_spans", &[]);
    let refused = tempo_counters::find_increase(view, "tempo_receiver_refused_spans", &[]);
    match (accepted.filter(|grown| *grown > 0.0), refused) {
        (Some(accepted), None) => CheckOutcome::pass(format!(
            "{} accepted {}",
            tempo_counters::render_span_count(accepted),
            tempo_counters::describe_interval(view)
        )),
        (None, None) if accepted.is_none() && view.metrics_after().get().is_none() => {
            CheckOutcome::no_evidence("--no-marker pushes nothing, and the receiver's counters could not be read")
        }
        (None, None) => {
            CheckOutcome::no_evidence(format!("no spans arrived {}", tempo_counters::describe_interval(view)))
        }
        (some, Some(refused)) => {
            let limited =
                tempo_counters::find_increase(view, "tempo_discarded_spans_total", &[("reason", "rate_limited")]);
            let line = tempo_counters::build_increase_evidence(view, "tempo_receiver_refused_spans", refused);
            if limited.is_some() {
                return CheckOutcome::not_applicable(
                    "another check reports that the distributor's limits reject spans",
                );
            }
            if !installation::is_multitenant(view) {
                return CheckOutcome::no_evidence(format!(
                    "Tempo rejected {} {}; see its log for the reason",
                    tempo_counters::render_span_count(refused),
                    tempo_counters::describe_interval(view)
                ));
            }
            let mut finding = Finding::broken(
                "push-no-org-id",
                "Tempo rejects spans and requires a tenant with each push",
            )
            .likely()
            .with_evidence_lines([line])
            .with_evidence("GET /status/config", "multitenancy_enabled", "true");
            if some.is_some() {
                finding.level = FindingLevel::Degraded;
            }
            finding.into()
        }
    }
}

fn explain_refusal(view: &EvidenceView<'_>, answer: &PushAnswer) -> Finding {
    let (cause, hop) =
        push_refusal::classify_push_error(answer).unwrap_or_else(|| (classify_status(view, answer), Hop::Receiver));
    if let Some(finding) = find_emptied_limits(view, answer, cause) {
        return finding;
    }
    if let Some(finding) = find_other_path(view, answer) {
        return finding;
    }
    let mut finding = Finding::broken(cause, summarize_cause(cause, answer))
        .at_hop(hop)
        .with_evidence(
            format!("OTLP push over {}", answer.protocol.name()),
            answer.endpoint.clone(),
            answer.summary_line(),
        );
    if let Some(seconds) = answer.retry_after_s {
        finding = finding.with_evidence("the same answer", "Retry-After", format!("{seconds} s"));
    }
    if let Some(server) = &answer.server {
        finding = finding.with_evidence("the same answer", "Server", server);
    }
    // Limits that an override left out look like limits that are too small.
    let is_limit_known = cause != "batch-larger-than-burst" || view.runtime_config().get().is_some();
    finding = finding.likely_unless(is_limit_known && push_refusal::classify_push_error(answer).is_some());
    match cause {
        "gateway-401" => finding.remedy = Some(build_credentials_remedy()),
        push_refusal::INTERNAL_TLS => return internal_tls::explain_internal_tls(view, finding),
        "otlp-wrong-path" if answer.endpoint.ends_with(OTLP_TRACES) => {
            return explain_wrong_server(view, answer, finding);
        }
        _ => {}
    }
    finding
}

/// The same server takes traces at another path.
fn find_other_path(view: &EvidenceView<'_>, answer: &PushAnswer) -> Option<Finding> {
    if !matches!(answer.http_status, Some(404 | 405)) {
        return None;
    }
    let scheme = answer.endpoint.split("://").next();
    let other = view.alternatives().iter().find(|other| {
        other.protocol != Protocol::Grpc
            && other.endpoint != answer.endpoint
            && other.endpoint.split("://").next() == scheme
            && is_same_place(&other.endpoint, &answer.endpoint)
            && other.result.get().is_some_and(has_traces_route)
    })?;
    let path = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        rest.find('/')
            .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
    };
    let here = Authority::parse(&answer.endpoint);
    let (cause, variable, value) = match view.targets().otlp.origin.contains("TRACES_ENDPOINT") {
        true => (
            "app-otlp-endpoint-path",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            other.endpoint.as_str(),
        ),
        false => (
            "otlp-wrong-path",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            strip_traces_path(&other.endpoint),
        ),
    };
    let summary = format!(
        "{here} accepts traces at {}, but the push went to {}",
        path(&other.endpoint),
        path(&answer.endpoint)
    );
    Some(
        Finding::broken(cause, summary)
            .likely_unless(is_answering(other))
            .with_evidence(
                format!("OTLP push over {}", answer.protocol.name()),
                answer.endpoint.clone(),
                answer.summary_line(),
            )
            .with_evidence_lines([build_listener_evidence(other)])
            .with_remedy("send to the path that the server serves:")
            .with_config(format!("{variable}={value}")),
    )
}

/// It knows the path: it accepts an export, or asks who sends it.
fn has_traces_route(answer: &PushAnswer) -> bool {
    answer.is_accepted()
        || matches!(answer.http_status, Some(401 | 403)) && !answer.message.trim_start().starts_with('<')
        || answer.message.to_lowercase().contains("no org id")
}

/// The path is the right one: what answers there is something else.
fn explain_wrong_server(view: &EvidenceView<'_>, answer: &PushAnswer, mut finding: Finding) -> Finding {
    let here = Authority::parse(&answer.endpoint);
    let is_prometheus = is_same_place(&answer.endpoint, &view.targets().prometheus.url);
    let who = if is_prometheus {
        "Prometheus"
    } else {
        "not an OTLP receiver"
    };
    finding.summary = format!("{here} is {who}: it answers 404 at /{OTLP_TRACES}");
    finding
        .with_remedy("send to Tempo's OTLP receiver (port 4318 for HTTP, port 4317 for gRPC):")
        .with_config("OTEL_EXPORTER_OTLP_ENDPOINT=http://<tempo>:4318")
}

/// The credentials of a push are the sender's: what reads Tempo has others.
pub fn build_credentials_remedy() -> Remedy {
    Remedy {
        text: "Send the gateway's credentials with each push. In Grafana Cloud, the user is the Tempo instance number and the password is a token with traces:write. Write the space after Basic or Bearer as %20."
            .to_owned(),
        command: None,
        config: Some("OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Basic%20<base64 of user:password>\"".to_owned()),
        docs: Some("https://opentelemetry.io/docs/specs/otel/protocol/exporter/".to_owned()),
    }
}

/// A tenant's override replaces the defaults whole: without limits of its own, its limits are zero.
fn find_emptied_limits(view: &EvidenceView<'_>, answer: &PushAnswer, cause: &str) -> Option<Finding> {
    if !matches!(cause, "rate-limited" | "batch-larger-than-burst") {
        return None;
    }
    let block = installation::find_overrides(view)?;
    let limit = block.number("ingestion.rate_limit_bytes").unwrap_or(0.0);
    if block.place == "defaults" || limit > 0.0 {
        return None;
    }
    let key = block.place.trim_start_matches("overrides.").to_owned();
    Some(
        Finding::broken(
            "override-replaces-defaults",
            format!("the override {} replaces the defaults and sets no ingestion limits, so it allows nothing", block.place),
        )
        .at_hop(Hop::Ingest)
        .with_evidence("OTLP push", answer.endpoint.clone(), answer.summary_line())
        .with_evidence(
            "GET /status/runtime_config",
            format!("{}.ingestion.rate_limit_bytes", block.place),
            "not set",
        )
        .with_remedy("repeat every limit and processor that the tenant needs in its override:").with_config(format!(
                "overrides:\n  \"{key}\":\n    ingestion:\n      rate_limit_bytes: 30000000\n      burst_size_bytes: 30000000\n    metrics_generator:\n      processors: [span-metrics, service-graphs]"
            )),
    )
}

fn summarize_cause(cause: &str, answer: &PushAnswer) -> String {
    match cause {
        "push-no-org-id" => "the receiver requires a tenant, but the push carried none".to_owned(),
        "push-multiple-org-ids" => "the receiver accepts one tenant per push, but got several".to_owned(),
        "push-invalid-tenant-id" => {
            "the tenant name has characters or a length that the receiver does not accept".to_owned()
        }
        "rate-limited" => "the tenant's ingestion rate limit rejects spans".to_owned(),
        "batch-larger-than-burst" => {
            "one push is larger than the tenant's burst size, so it can never be accepted".to_owned()
        }
        push_refusal::INTERNAL_TLS => {
            "the TLS handshake between Tempo's own components fails, so the distributor cannot store spans".to_owned()
        }
        "ring-empty" => "the distributor has no instance to send spans to".to_owned(),
        "ring-unhealthy-members" => "too many of the instances that store spans are unhealthy".to_owned(),
        "kafka-unreachable" => "the distributor cannot write to Kafka".to_owned(),
        "no-active-partition" => "no live-store partition is active".to_owned(),
        "push-to-internal-grpc" => "this is Tempo's internal gRPC port, not the OTLP receiver".to_owned(),
        "push-to-http-api-port" => "this is Tempo's query port, not the OTLP receiver".to_owned(),
        "otlp-wrong-path" | "app-otlp-endpoint-path" => {
            "an OTLP receiver listens there, but not at this path".to_owned()
        }
        "gateway-401" if answer.http_status.is_some_and(|status| (300..400).contains(&status)) => {
            "the push is redirected, as if to a login page".to_owned()
        }
        "gateway-401" | "app-auth-headers-malformed" => "the credentials of the push are rejected".to_owned(),
        "gateway-route-missing" => "the gateway has no route for traces".to_owned(),
        "plain-client-tls-server" => "the receiver expects TLS, but the push was plain text".to_owned(),
        "proxy-without-http2" => "the proxy in front of the receiver does not forward gRPC".to_owned(),
        _ => format!("the receiver rejects the marker: {}", answer.summary_line()),
    }
}

/// What a status says where the text says nothing known.
fn classify_status(view: &EvidenceView<'_>, answer: &PushAnswer) -> &'static str {
    let proxied = answer.server.as_deref().is_some_and(|server| !server.is_empty())
        || answer.message.trim_start().starts_with('<');
    match (answer.http_status, answer.grpc_code) {
        (Some(401 | 403), _) | (None, Some(7 | 16)) if is_configured_by_environment(view) => {
            "app-auth-headers-malformed"
        }
        (Some(401 | 403), _) | (None, Some(7 | 16)) => "gateway-401",
        (Some(300..=399), _) => "gateway-401",
        (Some(404), _) if is_tempo_api(view, answer) => "push-to-http-api-port",
        (Some(404), _) if proxied => "gateway-route-missing",
        (Some(404), _) if view.targets().otlp.origin.contains("TRACES_ENDPOINT") => "app-otlp-endpoint-path",
        (Some(404), _) => "otlp-wrong-path",
        (Some(405 | 415 | 400), _) => "otlp-wrong-method-or-type",
        (Some(502..=504), _) if proxied => "target-unreachable",
        (None, _)
            if answer
                .underlying_http_status()
                .is_some_and(|status| !(502..=504).contains(&status)) =>
        {
            "proxy-without-http2"
        }
        (None, _) if answer.underlying_http_status().is_some() && unanswered_push::has_grpc_elsewhere(view) => {
            "proxy-without-http2"
        }
        (None, _) if answer.underlying_http_status().is_some() => "target-unreachable",
        (None, Some(12)) => {
            if answer.protocol == Protocol::Grpc && answer.message.contains("HTTP") {
                "proxy-without-http2"
            } else {
                "push-to-internal-grpc"
            }
        }
        _ if proxied => "gateway-route-missing",
        _ => "target-unreachable",
    }
}

fn is_tempo_api(view: &EvidenceView<'_>, answer: &PushAnswer) -> bool {
    is_same_place(&answer.endpoint, &view.targets().tempo.url)
}

/// The origin says that headers came from the environment, where values must be percent-encoded.
fn is_configured_by_environment(view: &EvidenceView<'_>) -> bool {
    view.targets().otlp.origin.starts_with("OTEL_")
}
