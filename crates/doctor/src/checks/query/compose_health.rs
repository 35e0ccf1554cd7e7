//! In the Compose files, health checks run programs that the image contains.

use crate::checks::Check;
use crate::checks::compose::{
    self, build_file_evidence, build_image_evidence, build_service_evidence, has_program, is_at_least_version,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.compose-health",
    title: "in the Compose files, health checks run programs that the image contains",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let checked = project.services.iter().filter(|service| service.healthcheck.is_some());
    let mut checked = checked.peekable();
    if checked.peek().is_none() {
        return CheckOutcome::not_applicable("no service in these files has a health check");
    }
    let found = checked.filter_map(|service| find_impossible_check(project, service));
    CheckOutcome::of_findings(found)
        .unwrap_or_else(|| CheckOutcome::pass("no health check needs a program that its image is known to lack"))
}

fn find_impossible_check(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let check = service.healthcheck.as_ref()?;
    let words: Vec<&str> = check.value.iter().map(String::as_str).collect();
    let program = match words.as_slice() {
        ["NONE", ..] | [] => return None,
        ["CMD-SHELL", ..] if !has_program(service, "/bin/sh") => "a shell",
        ["CMD", program, ..] if !has_program(service, program) => program.rsplit('/').next().unwrap_or(program),
        _ => return None,
    };
    let waiting = project.services.iter().find_map(|other| {
        let on = other.depends_on.get(&service.name)?;
        (on.value == "service_healthy").then_some((other, on))
    });
    let what = format!(
        "the health check of {} needs {program}, which its image does not contain",
        service.name
    );
    let finding = match waiting {
        Some((other, on)) => Finding::broken(
            "docker-healthcheck-distroless",
            format!(
                "{what}, so it never becomes healthy, and {} waits for it forever",
                other.name
            ),
        )
        .with_evidence_lines([build_file_evidence(
            &on.at,
            format!("services.{}.depends_on.{}.condition", other.name, service.name),
            &on.value,
        )]),
        None => Finding::degraded(
            "docker-healthcheck-distroless",
            format!("{what}, so it always shows as unhealthy"),
        ),
    };
    let own = match service.role {
        ComposeRole::Tempo if is_at_least_version(service, 3, 0) => {
            Some("healthcheck:\n  test: [\"CMD\", \"/tempo\", \"-health\"]")
        }
        ComposeRole::Loki if is_at_least_version(service, 3, 7) => {
            Some("healthcheck:\n  test: [\"CMD\", \"/usr/bin/loki\", \"-health\"]")
        }
        _ => None,
    };
    let (text, config) = match own {
        Some(own) => ("use the server's own health check:", own),
        None => (
            "remove the check, and depend only on the start:",
            "healthcheck:\n  test: [\"NONE\"]",
        ),
    };
    Some(
        finding
            .with_evidence_lines([
                build_service_evidence(service, &check.at, "healthcheck.test", check.value.join(" ")),
                build_image_evidence(service),
            ])
            .with_remedy(text)
            .with_config(config.to_owned()),
    )
}
