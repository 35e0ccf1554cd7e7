//! The receiver accepts the marker.

use crate::model::evidence::Fact;
use crate::model::marker::{Protocol, PushAnswer};
use crate::model::{FailureKind, Finding, Hop, HopState, Level, Outcome, Remedy, Slot};

use super::{refusal, unanswered};
use crate::checks::collector::has_the_push;
use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.push",
    hop: Hop::Receiver,
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
    causes: &[
        "override-replaces-defaults",
        "push-no-org-id",
        "push-multiple-org-ids",
        "push-invalid-tenant-id",
        "batch-larger-than-burst",
        "rate-limited",
        "trace-too-large",
        "live-traces-exceeded",
        "invalid-trace-id",
        "invalid-span-id",
        "ring-empty",
        "ring-unhealthy-members",
        "no-active-partition",
        "kafka-unreachable",
        "disk-full",
        "push-to-internal-grpc",
        "push-to-http-api-port",
        "plain-client-tls-server",
        "tls-client-plain-server",
        "tls-cert-untrusted",
        "app-endpoint-scheme-tls",
        "app-otlp-protocol-port-mismatch",
        "app-otlp-endpoint-path",
        "app-auth-headers-malformed",
        "otlp-wrong-path",
        "otlp-wrong-method-or-type",
        "gateway-route-missing",
        "gateway-401",
        "proxy-without-http2",
        "receiver-localhost-bind",
        "receiver-hostname-bind",
        "receiver-protocol-not-enabled",
        "docker-port-not-published",
        "target-unreachable",
        "response-too-large",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if has_the_push(view) && !view.request().no_marker {
        return match passage::collector(view) {
            HopState::Passed => Outcome::pass("it accepted the marker from the collector"),
            _ => Outcome::not_applicable("the marker went to the collector and never left it"),
        };
    }
    match view.push() {
        Slot::NotAsked if view.request().no_marker => by_traffic(view),
        Slot::NotAsked => Outcome::no_evidence("nothing was pushed because the run ended first"),
        Slot::Known { value, took_ms } if value.accepted() => {
            Outcome::pass(format!("{} accepted the marker in {took_ms} ms", value.endpoint))
        }
        Slot::Known { value, .. } => refused(view, value).into(),
        Slot::Failed { failure } if failure.kind == FailureKind::Cancelled => {
            Outcome::no_evidence("the run ended before the receiver answered")
        }
        Slot::Failed { failure } => unanswered::finding(view, failure).into(),
    }
}

/// Without a marker: what the receiver did with the spans of applications.
fn by_traffic(view: &View<'_>) -> Outcome {
    let accepted = traffic::delta(view, "tempo_receiver_accepted_spans", &[]);
    let refused = traffic::delta(view, "tempo_receiver_refused_spans", &[]).filter(|grown| *grown > 0.0);
    match (accepted.filter(|grown| *grown > 0.0), refused) {
        (Some(accepted), None) => Outcome::pass(format!(
            "{} accepted {}",
            traffic::spans(accepted),
            traffic::since(view)
        )),
        (None, None) if accepted.is_none() && view.metrics_after().get().is_none() => {
            Outcome::no_evidence("--no-marker pushes nothing, and the receiver's counters could not be read")
        }
        (None, None) => Outcome::no_evidence(format!("no spans arrived {}", traffic::since(view))),
        (some, Some(refused)) => {
            let tenants = view
                .config()
                .get()
                .and_then(|config| config.flag("multitenancy_enabled"))
                == Some(true);
            let limited = traffic::delta(view, "tempo_discarded_spans_total", &[("reason", "rate_limited")]);
            let line = traffic::line(view, "tempo_receiver_refused_spans", refused);
            if limited.is_some_and(|grown| grown > 0.0) {
                return Outcome::not_applicable("another check reports that the distributor's limits reject spans");
            }
            if !tenants {
                return Outcome::no_evidence(format!(
                    "Tempo rejected {} {}; see its log for the reason",
                    traffic::spans(refused),
                    traffic::since(view)
                ));
            }
            let mut finding = Finding::broken(
                "push-no-org-id",
                "Tempo rejects spans and requires a tenant with each push",
            )
            .likely()
            .seen_all([line])
            .seen("GET /status/config", "multitenancy_enabled", "true");
            if some.is_some() {
                finding.level = Level::Degraded;
            }
            finding.into()
        }
    }
}

fn refused(view: &View<'_>, answer: &PushAnswer) -> Finding {
    let (cause, hop) = refusal::of(answer).unwrap_or_else(|| (by_status(view, answer), Hop::Receiver));
    if let Some(finding) = emptied_limits(view, answer, cause) {
        return finding;
    }
    let mut finding = Finding::broken(cause, summary(cause, answer)).at(hop).seen(
        format!("OTLP push over {}", answer.protocol.name()),
        answer.endpoint.clone(),
        answer.line(),
    );
    if let Some(seconds) = answer.retry_after_s {
        finding = finding.seen("the same answer", "Retry-After", format!("{seconds} s"));
    }
    if let Some(server) = &answer.server {
        finding = finding.seen("the same answer", "Server", server);
    }
    if refusal::of(answer).is_none() {
        finding = finding.likely();
    }
    match cause {
        "gateway-401" => finding.remedy = Some(credentials()),
        "otlp-wrong-path" if answer.endpoint.ends_with("/v1/traces") => return no_receiver(view, answer, finding),
        _ => {}
    }
    finding
}

/// The path is the right one: what answers there is something else.
fn no_receiver(view: &View<'_>, answer: &PushAnswer, mut finding: Finding) -> Finding {
    let here = facts::authority(&answer.endpoint);
    let is_prometheus = facts::same_authority(&here, &facts::authority(&view.targets().prometheus.url));
    let who = if is_prometheus {
        "Prometheus"
    } else {
        "not an OTLP receiver"
    };
    finding.summary = format!("{here} is {who}: it answers 404 at /v1/traces");
    finding.fix(
        "send to Tempo's OTLP receiver (port 4318 for HTTP, port 4317 for gRPC):",
        Some("OTEL_EXPORTER_OTLP_ENDPOINT=http://<tempo>:4318".to_owned()),
        None,
    )
}

/// The credentials of a push are the sender's: what reads Tempo has others.
pub fn credentials() -> Remedy {
    Remedy {
        text: "Send the gateway's credentials with each push. In Grafana Cloud, the user is the Tempo instance number and the password is a token with traces:write. Write the space after Basic or Bearer as %20."
            .to_owned(),
        command: None,
        config: Some("OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Basic%20<base64 of user:password>\"".to_owned()),
        docs: Some("https://opentelemetry.io/docs/specs/otel/protocol/exporter/".to_owned()),
    }
}

/// A tenant's override replaces the defaults whole: without limits of its own, its limits are zero.
fn emptied_limits(view: &View<'_>, answer: &PushAnswer, cause: &str) -> Option<Finding> {
    if !matches!(cause, "rate-limited" | "batch-larger-than-burst") {
        return None;
    }
    let block = facts::overrides(view)?;
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
        .at(Hop::Ingest)
        .seen("OTLP push", answer.endpoint.clone(), answer.line())
        .seen(
            "GET /status/runtime_config",
            format!("{}.ingestion.rate_limit_bytes", block.place),
            "not set",
        )
        .fix(
            "repeat every limit and processor that the tenant needs in its override:",
            Some(format!(
                "overrides:\n  \"{key}\":\n    ingestion:\n      rate_limit_bytes: 30000000\n      burst_size_bytes: 30000000\n    metrics_generator:\n      processors: [span-metrics, service-graphs]"
            )),
            None,
        ),
    )
}

fn summary(cause: &str, answer: &PushAnswer) -> String {
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
        _ => format!("the receiver rejects the marker: {}", answer.line()),
    }
}

/// What a status says where the text says nothing known.
fn by_status(view: &View<'_>, answer: &PushAnswer) -> &'static str {
    let proxied = answer.server.as_deref().is_some_and(|server| !server.is_empty())
        || answer.message.trim_start().starts_with('<');
    match (answer.http_status, answer.grpc_code) {
        (Some(401 | 403), _) | (None, Some(7 | 16)) if malformed_credentials(view) => "app-auth-headers-malformed",
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
                .http_behind()
                .is_some_and(|status| !(502..=504).contains(&status)) =>
        {
            "proxy-without-http2"
        }
        (None, _) if answer.http_behind().is_some() && unanswered::speaks_grpc_elsewhere(view) => "proxy-without-http2",
        (None, _) if answer.http_behind().is_some() => "target-unreachable",
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

fn is_tempo_api(view: &View<'_>, answer: &PushAnswer) -> bool {
    facts::same_authority(
        &facts::authority(&answer.endpoint),
        &facts::authority(&view.targets().tempo.url),
    )
}

/// The origin says that headers came from the environment, where values must be percent-encoded.
fn malformed_credentials(view: &View<'_>) -> bool {
    view.targets().otlp.origin.starts_with("OTEL_")
}
