//! No setting in the given environment loses traces.

use telemetry::model::app_env::AppEnvironment;
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::otel_env::{SPRING_ENDPOINTS, SPRING_PROBABILITY, SdkConfig};

use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.settings",
    title: "no setting in the given environment loses traces",
    needs: &[&[Fact::AppEnvironment]],
    judge,
};

/// The batch span processor's defaults (…/specs/otel/configuration/sdk-environment-variables).
const DEFAULT_QUEUE_SIZE: f64 = 2048.0;
const DEFAULT_BATCH_SIZE: f64 = 512.0;

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(environment) = view.app_environment().get() else {
        return CheckOutcome::not_applicable("no environment given; pass --env FILE, PID or -");
    };
    let plan = SdkConfig::from_environment(environment);
    let mut found = find_lossy_settings(environment, &plan).into_iter();
    let Some(first) = found.next() else {
        return CheckOutcome::pass("a service name, a sampler that keeps traces, and a normal queue size");
    };
    let source = format!("--env {}", environment.source);
    let all = found.fold(first, |finding, other| {
        finding.with_evidence(source.clone(), "also", other.summary)
    });
    CheckOutcome::Warn(all.possible())
}

fn find_lossy_settings(environment: &AppEnvironment, plan: &SdkConfig) -> Vec<Finding> {
    let source = format!("--env {}", environment.source);
    let mut list = Vec::new();
    let mut note = |cause: &'static str, summary: String, names: &[&'static str]| {
        let finding = Finding::degraded(cause, summary);
        list.push(names.iter().fold(finding, |finding, name| {
            finding.with_evidence(source.clone(), *name, environment.get(name).unwrap_or("not set"))
        }));
    };
    let number = |name: &str, default: f64| {
        environment
            .get(name)
            .map_or(default, |text| text.parse().unwrap_or(default))
    };
    if plan.service.is_none() {
        let names = ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"];
        note(
            "app-service-name-missing",
            "the service has no name; its spans appear as unknown_service".to_owned(),
            &names,
        );
    }
    if let Some(ignored) = &plan.sampler.ignored {
        note(
            "app-sampler-off",
            format!("SDKs do not know {ignored}, so they keep every trace"),
            &[],
        );
    }
    if environment.first_set(&SPRING_ENDPOINTS).is_some()
        && environment.get(SPRING_PROBABILITY).is_none()
        && plan.sampler.share == Some(0.1)
    {
        let summary = "Spring Boot keeps one trace in 10 unless its probability is set";
        note("app-sampler-off", summary.to_owned(), &[SPRING_PROBABILITY]);
    }
    if let Some(share) = plan.sampler.share.filter(|share| *share > 0.0 && *share < 0.05) {
        let names = ["OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"];
        note(
            "app-sampler-off",
            format!("only one trace in {:.0} is kept", 1.0 / share),
            &names,
        );
    }
    if let Some(list) = environment.get("OTEL_PROPAGATORS")
        && !list.split(',').any(|name| name.trim() == "tracecontext")
    {
        let summary = "the propagators leave out tracecontext, so traces break at services that support only that";
        note("app-propagation-broken", summary.to_owned(), &["OTEL_PROPAGATORS"]);
    }
    let (queue, batch) = (
        number("OTEL_BSP_MAX_QUEUE_SIZE", DEFAULT_QUEUE_SIZE),
        number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", DEFAULT_BATCH_SIZE),
    );
    if queue < batch.min(DEFAULT_BATCH_SIZE) {
        let names = ["OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"];
        note(
            "app-bsp-queue-overflow",
            format!("a queue of {queue:.0} spans fills up at once"),
            &names,
        );
    }
    let delay = number("OTEL_BSP_SCHEDULE_DELAY", 5000.0);
    if delay > 30_000.0 {
        let summary = format!(
            "spans wait up to {:.0} s for export; a process that ends sooner loses them",
            delay / 1e3
        );
        note("app-no-flush-short-lived", summary, &["OTEL_BSP_SCHEDULE_DELAY"]);
    }
    list
}
