//! `volumes:` of a service in the short and the long form.

use std::path::{Path, PathBuf};

use crate::model::compose::{Mount, MountKind, Place};
use crate::parse::yaml_nodes::Node;

/// The mount that an item describes. Relative paths count from the project's folder.
pub(super) fn mount(item: &Node, at: Place, folder: &Path) -> Option<Mount> {
    match item.text() {
        Some(text) => short(&text, at, folder),
        None => {
            let text = |key: &str| item.get(key).and_then(Node::text);
            let source = text("source").unwrap_or_default();
            let kind = match text("type").as_deref() {
                Some("bind") => MountKind::Bind,
                Some("tmpfs") => MountKind::Tmpfs,
                _ => MountKind::Volume,
            };
            Some(Mount {
                kind,
                source: if kind == MountKind::Bind {
                    path(&source, folder)
                } else {
                    source
                },
                target: text("target")?,
                at,
                found: None,
            })
        }
    }
}

/// `[source:]target[:options]`
fn short(text: &str, at: Place, folder: &Path) -> Option<Mount> {
    let (source, target) = split(text)?;
    let kind = if source.starts_with(['.', '/', '~']) || is_windows(source) {
        MountKind::Bind
    } else {
        MountKind::Volume
    };
    Some(Mount {
        kind,
        source: if kind == MountKind::Bind {
            path(source, folder)
        } else {
            source.to_owned()
        },
        target: target.to_owned(),
        at,
        found: None,
    })
}

/// Source and target; the source is empty for an anonymous volume.
fn split(text: &str) -> Option<(&str, &str)> {
    let skip = if is_windows(text) { 2 } else { 0 };
    match text[skip..].find(':') {
        None => Some(("", text)),
        Some(at) => {
            let (source, rest) = text.split_at(skip + at);
            let rest = &rest[1..];
            let target = rest.split(':').next().filter(|target| !target.is_empty())?;
            Some((source, target))
        }
    }
}

/// The path inside the container.
pub(super) fn target_of(text: &str) -> Option<&str> {
    split(text).map(|(_, target)| target)
}

fn is_windows(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}

/// A path of the host without `.` and `..` where they can be taken out.
pub(super) fn path(text: &str, folder: &Path) -> String {
    let joined = if text.starts_with('~') || is_windows(text) {
        PathBuf::from(text)
    } else {
        folder.join(text)
    };
    tidy(&joined).display().to_string()
}

/// `a/./b/../c` → `a/c`
pub(super) fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    if out.as_os_str().is_empty() {
        out.push(".");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_targets() {
        let read = |text: &str| {
            let mount = short(text, Place::default(), Path::new("a/b")).unwrap();
            (mount.kind, mount.source, mount.target)
        };
        assert_eq!(
            read("./tempo.yaml:/etc/tempo.yaml:ro"),
            (MountKind::Bind, "a/b/tempo.yaml".into(), "/etc/tempo.yaml".into())
        );
        assert_eq!(read("../x:/x").1, "a/x");
        assert_eq!(
            read("data:/var/tempo"),
            (MountKind::Volume, "data".into(), "/var/tempo".into())
        );
        assert_eq!(
            read("/var/tempo"),
            (MountKind::Volume, String::new(), "/var/tempo".into())
        );
        assert_eq!(read("C:\\x:/x").0, MountKind::Bind);
    }
}
