//! The given environment lets an SDK send to where the marker was accepted.

use telemetry::model::app_env::{AppEnvironment, AppRuntime};
use telemetry::model::judged;
use telemetry::model::receiver_path::strip_traces_path;
use telemetry::model::{CheckOutcome, Fact, Finding, Hop, Slot};
use telemetry::parse::otel_env::{ENDPOINT, SPRING_PROBABILITY, SdkConfig, SdkExporter, TRACES_ENDPOINT};

use super::endpoint::{build_degraded_finding, find_endpoint_problems, find_marker_target, is_same_endpoint};
use super::sending::{list_known_services, list_other_services};
use crate::checks::{Check, EvidenceView, installation, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.environment",
    title: "the given environment lets an SDK send here",
    needs: &[&[
        Fact::AppEnvironment,
        Fact::AppServices,
        Fact::Collector,
        Fact::Push,
        Fact::Targets,
        Fact::Config,
        Fact::Marker,
        Fact::Metrics,
    ]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let environment = match view.app_environment() {
        Slot::Known { value, .. } => value,
        _ => return CheckOutcome::not_applicable("no environment given; pass --env FILE, PID or -"),
    };
    let plan = SdkConfig::from_environment(environment);
    let is_missing = is_service_missing(view, &plan);
    let mut problems = find_problems(view, environment, &plan);
    // Most who read such a file remove the quotes: it is a guess where the service is missing, and nothing where it is not.
    if is_missing {
        problems.extend(find_file_quotes(environment));
    }
    let mut found = problems.into_iter();
    let Some(mut finding) = found.next() else {
        return CheckOutcome::pass(describe_export(view, &plan));
    };
    finding = finding.with_evidence(
        format!("--env {}", environment.source),
        "an SDK would send",
        plan.summary_line(),
    );
    for other in found {
        finding = finding.with_evidence(format!("--env {}", environment.source), "also", other.summary);
    }
    if is_missing {
        return finding.into();
    }
    // A setting alone is no loss: this service is seen, or nothing could be looked up.
    CheckOutcome::Warn(finding.possible())
}

/// Nobody sends, or this one does not.
fn is_service_missing(view: &EvidenceView<'_>, plan: &SdkConfig) -> bool {
    if !matches!(
        marker_state::find_hop_state(view, Hop::Receiver),
        telemetry::model::HopState::Passed | telemetry::model::HopState::NotChecked
    ) {
        return false;
    }
    let Some(now) = view.app_services().get() else {
        return false;
    };
    let mut sending = list_other_services(view, now);
    sending.extend(list_known_services(view, view.later_services()));
    match &plan.service {
        _ if sending.is_empty() => true,
        Some(service) => !sending.contains(&service.as_str()),
        None => false,
    }
}

fn describe_export(view: &EvidenceView<'_>, plan: &SdkConfig) -> String {
    let (target, _) = find_marker_target(view);
    let here = plan
        .endpoint
        .as_ref()
        .is_ok_and(|endpoint| is_same_endpoint(endpoint, &target.url));
    let compared = if !here {
        format!("; the marker was sent to {}", target.url)
    } else if marker_state::is_marker_accepted(view) || view.collector().lost.is_some() {
        ", where the marker was accepted".to_owned()
    } else {
        ", where the marker was sent".to_owned()
    };
    format!("an SDK would send {}{compared}", plan.summary_line())
}

/// Everything that keeps traces from arriving, the most decisive first.
fn find_problems(view: &EvidenceView<'_>, environment: &AppEnvironment, plan: &SdkConfig) -> Vec<Finding> {
    let mut list = Vec::new();
    let source = format!("--env {}", environment.source);
    let seen = |finding: Finding, name: &str| {
        let value = environment.get(name).unwrap_or("not set").to_owned();
        finding.with_evidence(source.clone(), name, value)
    };
    list.extend(find_kept_quotes(environment));
    if let Some(name) = plan.disabled {
        list.push(seen(
            build_degraded_finding("app-sdk-disabled", "the SDK is disabled")
                .with_remedy("unset the variable and restart the application:")
                .with_config(format!("# remove {name}")),
            name,
        ));
    }
    if let SdkExporter::Other(name) = &plan.exporter {
        list.push(seen(
            build_degraded_finding(
                "app-exporter-none",
                format!("the SDK exports traces to {name}, not over OTLP"),
            )
            .with_remedy("export over OTLP:")
            .with_config(format!("OTEL_TRACES_EXPORTER=otlp\n{}", render_variables(view))),
            "OTEL_TRACES_EXPORTER",
        ));
    }
    list.extend(find_short_timeout(environment));
    if plan.sampler.share == Some(0.0) && environment.get(SPRING_PROBABILITY).is_some() {
        list.push(seen(
            build_degraded_finding("app-sampler-off", "the sampler drops every trace")
                .with_remedy("keep every trace while testing, then set a share above 0:")
                .with_config(format!("{SPRING_PROBABILITY}=1.0")),
            SPRING_PROBABILITY,
        ));
    } else if plan.sampler.share == Some(0.0) {
        let mut finding = seen(
            build_degraded_finding("app-sampler-off", "the sampler drops every trace"),
            "OTEL_TRACES_SAMPLER",
        );
        if environment.get("OTEL_TRACES_SAMPLER_ARG").is_some() {
            finding = seen(finding, "OTEL_TRACES_SAMPLER_ARG");
        }
        list.push(
            finding
                .with_remedy("keep every trace while testing, then set a share above 0:")
                .with_config("OTEL_TRACES_SAMPLER=parentbased_always_on"),
        );
    }
    if let (Some(variable), Some(problem)) = (&environment.headers.variable, environment.headers.problems.first()) {
        list.push(
            build_degraded_finding(
                "app-auth-headers-malformed",
                format!("the export headers are malformed: {problem}"),
            )
            .likely()
            .with_evidence(
                source.clone(),
                variable.clone(),
                environment.headers.problems.join("; "),
            )
            .with_remedy("write name=value pairs, with spaces as %20 and commas between pairs:")
            .with_config("OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Basic%20…,X-Scope-OrgID=team-a\""),
        );
    }
    match &plan.endpoint {
        Err(why) => list.push(seen(
            build_degraded_finding("app-endpoint-scheme-tls", format!("the endpoint cannot be used: {why}"))
                .with_remedy("set a complete address:")
                .with_config(render_variables(view)),
            if environment.get(TRACES_ENDPOINT).is_some() {
                TRACES_ENDPOINT
            } else {
                ENDPOINT
            },
        )),
        Ok(endpoint) => list.extend(
            find_endpoint_problems(view, environment, plan, endpoint)
                .into_iter()
                .map(|finding| match endpoint.variable {
                    Some(name) => seen(finding, name),
                    None => finding.with_evidence(source.clone(), ENDPOINT, format!("not set: {}", endpoint.url)),
                }),
        ),
    }
    list.extend(find_missing_tenant(view, environment, plan).map(|finding| {
        finding.with_evidence(
            source.clone(),
            environment
                .headers
                .variable
                .as_deref()
                .unwrap_or("OTEL_EXPORTER_OTLP_HEADERS"),
            if environment.headers.names.is_empty() {
                "not set".to_owned()
            } else {
                environment.headers.names.join(", ")
            },
        )
    }));
    // What is certain before what most SDKs may forgive.
    list.sort_by_key(|finding| std::cmp::Reverse(finding.confidence));
    list
}

/// Quotes that the process sees: Compose's list form and `docker run --env-file` keep them.
fn find_kept_quotes(environment: &AppEnvironment) -> Option<Finding> {
    let names: Vec<&String> = environment
        .quoted
        .iter()
        .filter(|name| breaks_when_quoted(name))
        .collect();
    let first = names.first()?;
    let finding = build_degraded_finding(
        "app-env-quotes",
        format!("the value of {first} is in quotes, which the SDK takes as part of it"),
    );
    let seen = names.iter().fold(finding, |finding, name| {
        let value = environment.variables.get(*name).map_or("", String::as_str);
        finding.with_evidence(
            format!("--env {}", environment.source),
            name.as_str(),
            format!("\"{value}\""),
        )
    });
    Some(
        seen.with_remedy("remove the quotes:")
            .with_config(render_unquoted(environment, &names)),
    )
}

fn find_file_quotes(environment: &AppEnvironment) -> Option<Finding> {
    let names: Vec<&String> = environment
        .quoted_in_file
        .iter()
        .filter(|name| breaks_when_quoted(name))
        .collect();
    let first = names.first()?;
    Some(
        build_degraded_finding(
            "app-env-quotes",
            format!("the value of {first} is in quotes, which docker run --env-file passes on as part of it"),
        )
        .possible()
        .with_evidence(format!("--env {}", environment.source), first.as_str(), "in quotes")
        .with_remedy("if docker run reads this file, remove the quotes:")
        .with_config(render_unquoted(environment, &names)),
    )
}

/// A quoted name is a name; a quoted address is none.
fn breaks_when_quoted(name: &str) -> bool {
    !matches!(
        name,
        "OTEL_SERVICE_NAME" | "OTEL_RESOURCE_ATTRIBUTES" | "SPRING_APPLICATION_NAME"
    ) && judged::read_of(&judged::VARIABLES, name).is_some()
}

fn render_unquoted(environment: &AppEnvironment, names: &[&String]) -> String {
    let lines = names.iter().map(|name| {
        let value = environment.variables.get(*name).map_or("", String::as_str);
        format!("{name}={value}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The variables that give an export's deadline, the one for traces first.
pub const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
/// Milliseconds in which an export over a network hardly succeeds.
const SHORT_TIMEOUT_MS: f64 = 100.0;

/// A number that was meant as seconds: all but a few SDKs count milliseconds.
pub fn is_short_timeout(value: &str, runtime: Option<AppRuntime>) -> bool {
    let is_short = |number: f64| number > 0.0 && number < SHORT_TIMEOUT_MS;
    value.trim().parse().is_ok_and(is_short) && !runtime.is_some_and(AppRuntime::counts_timeout_in_seconds)
}

/// What such a number is to an application.
pub fn describe_short_timeout(value: &str, runtime: Option<AppRuntime>) -> String {
    match runtime {
        Some(runtime) => format!(
            "exports are given up after {value} ms: {} counts milliseconds",
            runtime.name()
        ),
        None => {
            format!("exports may be given up after {value} ms: all SDKs but Python's and Ruby's count milliseconds")
        }
    }
}

fn find_short_timeout(environment: &AppEnvironment) -> Option<Finding> {
    let (name, value) = environment.first_set(&TIMEOUTS)?;
    if !is_short_timeout(value, environment.runtime) {
        return None;
    }
    let finding = build_degraded_finding("app-export-timeout", describe_short_timeout(value, environment.runtime))
        .with_evidence(format!("--env {}", environment.source), name, value)
        .with_remedy("give the timeout in milliseconds:")
        .with_config(format!("{name}=10000"));
    Some(match environment.runtime {
        Some(_) => finding.likely(),
        None => finding.possible(),
    })
}

/// The variables that send to where the marker was taken.
fn render_variables(view: &EvidenceView<'_>) -> String {
    let (target, protocol) = find_marker_target(view);
    format!(
        "OTEL_EXPORTER_OTLP_ENDPOINT={}\nOTEL_EXPORTER_OTLP_PROTOCOL={}",
        strip_traces_path(&target.url),
        protocol.name()
    )
}

/// Tempo wants a tenant, exports go straight to it, and carry none.
fn find_missing_tenant(view: &EvidenceView<'_>, environment: &AppEnvironment, plan: &SdkConfig) -> Option<Finding> {
    let named = environment
        .headers
        .names
        .iter()
        .any(|name| name.eq_ignore_ascii_case("x-scope-orgid"));
    let straight = !crate::checks::collector::is_collector_known(view);
    let (target, _) = find_marker_target(view);
    let here = plan
        .endpoint
        .as_ref()
        .is_ok_and(|endpoint| is_same_endpoint(endpoint, &target.url));
    (installation::is_multitenant(view) && !named && straight && here).then(|| {
        let tenant = view.targets().tenants.first().map_or("team-a", String::as_str);
        build_degraded_finding(
            "app-auth-headers-malformed",
            "exports carry no X-Scope-OrgID, but Tempo requires a tenant",
        )
        .with_evidence("GET /status/config", "multitenancy_enabled", "true")
        .with_remedy("set the tenant in the export headers:")
        .with_config(format!("OTEL_EXPORTER_OTLP_HEADERS=X-Scope-OrgID={tenant}"))
    })
}
