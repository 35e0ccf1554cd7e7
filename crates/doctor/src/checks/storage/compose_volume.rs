//! In the Compose files, Tempo's data is persistent and writable.

use crate::checks::Check;
use crate::checks::compose::{
    self, build_file_evidence, build_image_evidence, build_service_evidence, build_setting_evidence,
    is_at_least_version, tempo_service::find_storage_setting,
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
    let mut found: Vec<CheckOutcome> = Vec::new();
    let mut examined = Vec::new();
    for service in project.services_with_role(ComposeRole::Tempo) {
        let unwritable = find_unwritable_mount(project, service).map(CheckOutcome::from);
        // Nothing is lost yet.
        let ephemeral = || find_ephemeral_storage(service).map(CheckOutcome::Warn);
        found.extend(unwritable.or_else(ephemeral));
        examined.extend(service.config().map(|_| service.name.as_str()));
    }
    CheckOutcome::of_findings(found).unwrap_or_else(|| {
        if examined.is_empty() {
            return CheckOutcome::not_applicable("no Tempo configuration in these files");
        }
        CheckOutcome::pass(format!(
            "nothing visible keeps {} from keeping its data",
            examined.join(", ")
        ))
    })
}

/// A folder of the host that belongs to somebody else.
fn find_unwritable_mount(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let named = service.user.as_ref().filter(|user| !user.value.is_empty());
    let root = named.is_some_and(|user| matches!(user.value.split(':').next(), Some("0" | "root")));
    let official = service
        .image
        .as_ref()
        .is_some_and(|image| image.value.contains("grafana/tempo"));
    if root || !official || !is_at_least_version(service, 2, 5) {
        return None;
    }
    let uid = named
        .and_then(|user| user.value.split(':').next()?.parse().ok())
        .unwrap_or(TEMPO_USER);
    let written = list_written_paths(service);
    let mount = service
        .mounts
        .iter()
        .filter(|mount| written.iter().any(|path| is_below(path, &mount.target)))
        .find(|mount| !is_writable_by(project, mount, uid) && !is_prepared_by_other(project, mount))?;
    let owner = match mount.found {
        None if mount.kind == MountKind::Volume => {
            format!("new: it belongs to root, for the image has no {}", mount.target)
        }
        None => "missing: Docker creates it, owned by root".to_owned(),
        Some(found) => format!(
            "owner {}, mode {:o}",
            found.uid.unwrap_or_default(),
            found.mode.unwrap_or_default() & 0o777
        ),
    };
    let finding = Finding::broken(
        "volume-permission-10001",
        format!(
            "{} runs as user {uid} and cannot write to {}, so it exits at startup",
            compose::describe_service(service),
            mount.source
        ),
    )
    .with_evidence_lines([
        build_service_evidence(
            service,
            &mount.at,
            "volumes",
            format!("{}:{}", mount.source, mount.target),
        ),
        build_file_evidence(&mount.at, "the folder", owner),
        build_image_evidence(service),
    ])
    .with_remedy(match mount.kind {
        MountKind::Volume => {
            "mount the volume at /var/tempo, which the image prepares, and let the paths of the configuration begin so:"
        }
        _ => "make that user the owner of the folder, or use a named volume at /var/tempo:",
    });
    Some(match mount.kind {
        MountKind::Volume => finding.with_config(format!("- {}:/var/tempo", mount.source)),
        _ => finding.with_command(format!("sudo chown -R {uid}:{uid} {}", quote_shell(&mount.source))),
    })
}

/// Where Tempo keeps its blocks, where they are local.
fn find_blocks_path(service: &ComposeService) -> Option<String> {
    let backend = find_storage_setting(service, "trace.backend");
    let path = || find_storage_setting(service, "trace.local.path").unwrap_or_else(|| "/var/tempo/traces".to_owned());
    backend.is_none_or(|backend| backend == "local").then(path)
}

/// Where Tempo writes: its blocks where they are local, and its write-ahead log.
fn list_written_paths(service: &ComposeService) -> Vec<String> {
    if service.config().is_none() {
        return vec!["/var/tempo".to_owned()];
    }
    let log = find_storage_setting(service, "trace.wal.path").unwrap_or_else(|| "/var/tempo/wal".to_owned());
    find_blocks_path(service).into_iter().chain([log]).collect()
}

fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_writable_by(project: &ComposeProject, mount: &ComposeMount, uid: u32) -> bool {
    // Folders of the image at which a new volume takes over an owner or a mode that lets Tempo write.
    const PREPARED: [&str; 2] = ["/var/tempo", "/tmp"];
    match mount.found {
        None if mount.kind == MountKind::Volume => {
            PREPARED.contains(&mount.target.trim_end_matches('/')) || project.external_volumes.contains(&mount.source)
        }
        None => mount.kind != MountKind::Bind || mount.foreign,
        Some(found) => match (found.uid, found.mode) {
            (Some(owner), Some(mode)) => owner == uid && mode & 0o200 != 0 || mode & 0o002 != 0,
            // A system without owners.
            _ => true,
        },
    }
}

/// Another service mounts the same folder and changes its owner.
fn is_prepared_by_other(project: &ComposeProject, mount: &ComposeMount) -> bool {
    project.services.iter().any(|other| {
        let same = other.mounts.iter().any(|own| own.source == mount.source);
        let mut words = other.words.iter();
        same && words.any(|word| word.value.contains("chown") || word.value.contains("chmod"))
    })
}

fn find_ephemeral_storage(service: &ComposeService) -> Option<Finding> {
    let config = service.config()?;
    let path = find_blocks_path(service)?;
    let kept = service
        .mounts
        .iter()
        .filter(|mount| {
            matches!(mount.kind, MountKind::Bind) || mount.kind == MountKind::Volume && !mount.source.is_empty()
        })
        .any(|mount| is_below(&path, &mount.target));
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
            build_setting_evidence(config, "/storage/trace/local/path"),
            build_service_evidence(service, &service.at, "volumes", "none at this path"),
        ])
        .with_remedy("mount a volume:")
        .with_config(format!(
            "services:\n  {}:\n    volumes:\n      - tempo-data:/var/tempo\nvolumes:\n  tempo-data:",
            service.name
        )),
    )
}
