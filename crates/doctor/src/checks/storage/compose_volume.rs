//! In the Compose files, Tempo's data is persistent and writable.

use crate::checks::Check;
use crate::checks::compose::{
    self, build_file_evidence, build_image_evidence, build_service_evidence, build_setting_evidence,
    is_at_least_version,
};
use telemetry::model::compose::{ComposeMount, ComposeProject, ComposeRole, ComposeService, MountKind};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::text::quote_shell;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.compose-volume",
    title: "in the Compose files, Tempo's data is persistent and writable",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// As whom the official image runs, from 2.5 on.
const TEMPO_USER: u32 = 10001;

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut looked = false;
    for service in project.services_with_role(ComposeRole::Tempo) {
        looked = true;
        if let Some(finding) = find_unwritable_mount(project, service) {
            return finding.into();
        }
        if let Some(finding) = find_ephemeral_storage(service) {
            // Nothing is lost yet.
            return CheckOutcome::Warn(finding);
        }
    }
    if looked {
        CheckOutcome::pass("its data is on a volume")
    } else {
        CheckOutcome::not_applicable("no Tempo in these files")
    }
}

/// A folder of the host that belongs to somebody else.
fn find_unwritable_mount(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let root = service
        .user
        .as_ref()
        .is_some_and(|user| matches!(user.value.split(':').next(), Some("0" | "root")));
    let official = service
        .image
        .as_ref()
        .is_some_and(|image| image.value.contains("grafana/tempo"));
    if root || !official || !is_at_least_version(service, 2, 5) {
        return None;
    }
    let uid = service
        .user
        .as_ref()
        .and_then(|user| user.value.split(':').next()?.parse().ok())
        .unwrap_or(TEMPO_USER);
    let mount = service
        .mounts
        .iter()
        .filter(|mount| mount.kind == MountKind::Bind && mount.target.starts_with("/var/tempo"))
        .find(|mount| !is_writable_by(mount, uid) && !is_prepared_by_dependency(project, service, mount))?;
    let owner = match mount.found {
        None => "missing: Docker creates it, owned by root".to_owned(),
        Some(found) => format!(
            "owner {}, mode {:o}",
            found.uid.unwrap_or_default(),
            found.mode.unwrap_or_default() & 0o777
        ),
    };
    Some(
        Finding::broken(
            "volume-permission-10001",
            format!(
                "{} runs as user {uid} and cannot write to {}, so it exits at startup",
                service.name, mount.source
            ),
        )
        .with_evidence_lines([
            build_service_evidence(
                service,
                &mount.at,
                "volumes",
                format!("{}:{}", mount.source, mount.target),
            ),
            build_file_evidence(&mount.at, "the folder on the host", owner),
            build_image_evidence(service),
        ])
        .with_remedy("make that user the owner of the folder, or use a named volume:")
        .with_command(format!("sudo chown -R {uid}:{uid} {}", quote_shell(&mount.source))),
    )
}

fn is_writable_by(mount: &ComposeMount, uid: u32) -> bool {
    match mount.found {
        None => false,
        Some(found) => match (found.uid, found.mode) {
            (Some(owner), Some(mode)) => owner == uid && mode & 0o200 != 0 || mode & 0o002 != 0,
            // A system without owners.
            _ => true,
        },
    }
}

/// Another service mounts the same folder and changes its owner first.
fn is_prepared_by_dependency(project: &ComposeProject, service: &ComposeService, mount: &ComposeMount) -> bool {
    service
        .depends_on
        .keys()
        .filter_map(|name| project.service(name))
        .any(|other| {
            let same = other.mounts.iter().any(|own| own.source == mount.source);
            same && other
                .words
                .iter()
                .any(|word| word.value.contains("chown") || word.value.contains("chmod"))
        })
}

fn find_ephemeral_storage(service: &ComposeService) -> Option<Finding> {
    let config = service.config()?;
    let backend = config.text("/storage/trace/backend").unwrap_or("local");
    if backend != "local" {
        return None;
    }
    let pointer = "/storage/trace/local/path";
    let path = config.text(pointer).unwrap_or("/var/tempo/traces");
    let kept = service
        .mounts
        .iter()
        .filter(|mount| {
            matches!(mount.kind, MountKind::Bind) || mount.kind == MountKind::Volume && !mount.source.is_empty()
        })
        .any(|mount| path.starts_with(mount.target.trim_end_matches('/')));
    if kept {
        return None;
    }
    Some(
        Finding::degraded(
            "ephemeral-volume",
            format!(
                "{path} of {} is not on a volume: every trace is lost when the container is recreated",
                service.name
            ),
        )
        .with_evidence_lines([
            build_setting_evidence(config, pointer),
            build_service_evidence(service, &service.at, "volumes", "none at this path"),
        ])
        .with_remedy("mount a volume:")
        .with_config(format!(
            "services:\n  {}:\n    volumes:\n      - tempo-data:/var/tempo\nvolumes:\n  tempo-data:",
            service.name
        )),
    )
}
