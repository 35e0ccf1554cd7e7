//! In the Compose files, every container can start.

use crate::checks::Check;
use crate::checks::compose::{
    self, build_file_evidence, build_image_evidence, build_service_evidence, find_file_name, has_program,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, Hop};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.compose-start",
    title: "in the Compose files, every container can start",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found: Vec<Finding> = project.refusals.iter().map(explain_refusal).collect();
    for service in &project.services {
        found.extend(find_missing_program(project, service));
        // What Tempo reads is judged by `query.compose-config`.
        if let Some(hop) = find_hop(service.role) {
            found.extend(find_missing_config(project, service).map(|finding| finding.at_hop(hop)));
            let unread = service
                .configs
                .iter()
                .filter_map(|config| find_unreadable_config(service, config));
            found.extend(unread.map(|finding| finding.at_hop(hop)));
        }
    }
    let services = project.services.len();
    CheckOutcome::of_findings(found)
        .unwrap_or_else(|| CheckOutcome::pass(format!("nothing visible keeps the {services} services from starting")))
}

/// The hop that is lost with a server; none for Tempo and for what is not on the way.
fn find_hop(role: ComposeRole) -> Option<Hop> {
    match role {
        ComposeRole::Collector | ComposeRole::Alloy => Some(Hop::Collector),
        ComposeRole::Prometheus => Some(Hop::Prometheus),
        ComposeRole::Grafana => Some(Hop::Grafana),
        _ => None,
    }
}

fn explain_refusal(refusal: &telemetry::model::compose::LocatedValue<String>) -> Finding {
    Finding::broken(
        "compose-project-refused",
        format!(
            "Compose refuses the project, so nothing of it starts: {}",
            refusal.value
        ),
    )
    .with_evidence_lines([build_file_evidence(&refusal.at, "refused", &refusal.value)])
    .with_remedy(format!("correct this line of {}", refusal.at.file))
    .with_command("docker compose config --quiet")
    // Nothing before Tempo starts either.
    .at_hop(Hop::App)
}

/// The program of the entrypoint is not in the image.
fn find_missing_program(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let program = service
        .program
        .as_ref()
        .filter(|program| !has_program(service, &program.value))?;
    let waiting = project
        .services
        .iter()
        .find(|other| other.depends_on.contains_key(&service.name));
    let what = format!(
        "{} runs {}, which its image does not contain",
        compose::describe_service(service),
        program.value
    );
    let finding = match waiting {
        Some(other) => Finding::broken(
            "entrypoint-not-in-image",
            format!("{what}, so it does not start, and neither does {}", other.name),
        ),
        None => Finding::degraded("entrypoint-not-in-image", format!("{what}, so it does not start")),
    };
    Some(
        finding
            .with_evidence_lines([
                build_service_evidence(service, &program.at, "entrypoint", &program.value),
                build_image_evidence(service),
            ])
            .with_remedy(format!("use an image with that program in {}:", program.at.file))
            .with_config(compose::render_service(service, "image: busybox:1.37")),
    )
}

/// Nothing is mounted at the path that the server reads.
fn find_missing_config(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let missing = service.missing_config.as_ref()?;
    let elsewhere = service
        .mounts
        .iter()
        .find(|mount| mount.target.starts_with("/etc/prometheus"));
    if service.role == ComposeRole::Prometheus && service.flag("config.file").is_none() {
        let summary = format!(
            "the command of {} replaces that of the image and has no --config.file, so Prometheus reads {}, where nothing is mounted",
            service.name, missing.value
        );
        let mounted = elsewhere.map(|mount| build_service_evidence(service, &mount.at, "volumes", &mount.target));
        return Some(
            Finding::broken("prometheus-config-not-read", summary)
                .with_evidence_lines([build_service_evidence(
                    service,
                    &missing.at,
                    "command",
                    "no --config.file",
                )])
                .with_evidence_lines(mounted)
                .with_remedy(format!("add the flag to the command in {}:", missing.at.file))
                .with_config("- --config.file=/etc/prometheus/prometheus.yml"),
        );
    }
    let summary = format!(
        "{} reads its configuration from {}, but nothing is mounted there",
        service.name, missing.value
    );
    Some(
        Finding::broken("mounted-file-missing", summary)
            .with_evidence_lines([build_service_evidence(service, &missing.at, "command", &missing.value)])
            .with_remedy(format!("mount the file in {}:", find_file_name(project)))
            .with_config(compose::render_mount(service, "./FILE", &missing.value)),
    )
}

/// The configuration is not there, or is no YAML.
fn find_unreadable_config(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    let problem = config.problem.as_ref()?;
    let name = &service.name;
    let is_alloy = service.role == ComposeRole::Alloy;
    let is_there = problem.at.file == config.file;
    // Not all of Alloy's syntax is known here: a note says where it was not understood.
    if is_alloy && is_there && !problem.value.ends_with("is not closed") {
        return None;
    }
    // Without its provisioning, Grafana starts, and has no data source.
    let is_grafana = service.role == ComposeRole::Grafana;
    let (cause, summary) = if is_there {
        let why = format!(
            "{} is not valid {}, so {name} does not start: {}",
            config.file,
            if is_alloy { "Alloy syntax" } else { "YAML" },
            problem.value
        );
        ("config-unreadable", why)
    } else {
        let then = match is_grafana {
            true => "is provisioned with nothing from it",
            false => "does not start",
        };
        let why = format!(
            "{}, which {name} reads, cannot be read, so {name} {then}: {}",
            config.file, problem.value
        );
        ("mounted-file-missing", why)
    };
    let level = match is_grafana && !is_there {
        true => FindingLevel::Degraded,
        false => FindingLevel::Broken,
    };
    let remedy = match is_there {
        true => format!("correct the file {}", config.file),
        false => format!("create {}, or correct the path in {}", config.file, problem.at.file),
    };
    Some(
        Finding::new(cause, level, telemetry::model::Confidence::Certain, summary)
            .with_evidence_lines([build_file_evidence(&problem.at, config.target.clone(), &problem.value)])
            .with_remedy(remedy),
    )
}
