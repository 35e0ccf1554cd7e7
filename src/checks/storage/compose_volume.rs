//! In the Compose files, Tempo's data is persistent and writable.

use crate::checks::compose::{self, image, is_from, line, setting};
use crate::checks::{Check, View};
use crate::model::compose::{Mount, MountKind, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.compose-volume",
    hop: Hop::Storage,
    title: "in the Compose files, Tempo's data is persistent and writable",
    needs: &[&[Fact::Compose]],
    causes: &["volume-permission-10001", "ephemeral-volume"],
    judge,
};

/// As whom the official image runs, from 2.5 on.
const TEMPO_USER: u32 = 10001;

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let mut looked = false;
    for service in project.of(Role::Tempo) {
        looked = true;
        if let Some(finding) = unwritable(project, service) {
            return finding.into();
        }
        if let Some(finding) = ephemeral(service) {
            // Nothing is lost yet.
            return Outcome::Warn(finding);
        }
    }
    if looked {
        Outcome::pass("its data is on a volume")
    } else {
        Outcome::not_applicable("no Tempo in these files")
    }
}

/// A folder of the host that belongs to somebody else.
fn unwritable(project: &Project, service: &Service) -> Option<Finding> {
    let root = service
        .user
        .as_ref()
        .is_some_and(|user| matches!(user.value.split(':').next(), Some("0" | "root")));
    let official = service
        .image
        .as_ref()
        .is_some_and(|image| image.value.contains("grafana/tempo"));
    if root || !official || !is_from(service, 2, 5) {
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
        .find(|mount| !may_write(mount, uid) && !prepared(project, service, mount))?;
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
        .seen_all([
            line(
                &mount.at,
                format!("services.{}.volumes", service.name),
                format!("{}:{}", mount.source, mount.target),
            ),
            line(&mount.at, "the folder on the host", owner),
            image(service),
        ])
        .fix(
            "make that user the owner of the folder, or use a named volume:",
            None,
            Some(format!("sudo chown -R {uid}:{uid} {}", mount.source)),
        ),
    )
}

fn may_write(mount: &Mount, uid: u32) -> bool {
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
fn prepared(project: &Project, service: &Service, mount: &Mount) -> bool {
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

fn ephemeral(service: &Service) -> Option<Finding> {
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
        .seen_all([
            setting(config, pointer),
            line(
                &service.at,
                format!("services.{}.volumes", service.name),
                "none at this path",
            ),
        ])
        .fix(
            "mount a volume:",
            Some(format!(
                "services:\n  {}:\n    volumes:\n      - tempo-data:/var/tempo\nvolumes:\n  tempo-data:",
                service.name
            )),
            None,
        ),
    )
}
