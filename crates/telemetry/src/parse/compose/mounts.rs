//! `volumes:` of a service in the short and the long form.

use std::path::{Path, PathBuf};

use crate::model::compose::{ComposeMount, FileLocation, MountKind};
use crate::parse::spanned_yaml::YamlNode;

/// The mount that an item describes. Relative paths count from the project's folder.
pub(super) fn parse_mount(item: &YamlNode, at: FileLocation, folder: &Path) -> Option<ComposeMount> {
    match item.text() {
        Some(text) => parse_short_mount(&text, at, folder),
        None => {
            let text = |key: &str| item.get(key).and_then(YamlNode::text);
            let source = text("source").unwrap_or_default();
            let kind = match text("type").as_deref() {
                Some("bind") => MountKind::Bind,
                Some("tmpfs") => MountKind::Tmpfs,
                Some("volume") | None => MountKind::Volume,
                Some(_) => return None,
            };
            let foreign = kind == MountKind::Bind && is_foreign_path(&source);
            Some(ComposeMount {
                kind,
                source: if kind == MountKind::Bind {
                    resolve_host_path(&source, folder)
                } else {
                    source
                },
                target: unify_slashes(&text("target")?),
                at,
                found: None,
                foreign,
            })
        }
    }
}

/// `[source:]target[:options]`
fn parse_short_mount(text: &str, at: FileLocation, folder: &Path) -> Option<ComposeMount> {
    let (source, target) = split_mount(text)?;
    let kind = if source.starts_with('.') || is_foreign_path(source) {
        MountKind::Bind
    } else {
        MountKind::Volume
    };
    Some(ComposeMount {
        kind,
        source: if kind == MountKind::Bind {
            resolve_host_path(source, folder)
        } else {
            source.to_owned()
        },
        target: unify_slashes(target),
        at,
        found: None,
        foreign: kind == MountKind::Bind && is_foreign_path(source),
    })
}

/// Source and target; the source is empty for an anonymous volume.
fn split_mount(text: &str) -> Option<(&str, &str)> {
    let skip = if is_windows_path(text) { 2 } else { 0 };
    match text[skip..].find(':') {
        None => Some(("", text)),
        Some(at) => {
            let (source, rest) = text.split_at(skip + at);
            let rest = &rest[1..];
            let skip = if is_windows_path(rest) { 2 } else { 0 };
            let end = rest[skip..].find(':').map_or(rest.len(), |at| skip + at);
            let target = Some(&rest[..end]).filter(|target| !target.is_empty())?;
            Some((source, target))
        }
    }
}

/// The path inside the container.
pub(super) fn parse_mount_target(text: &str) -> Option<&str> {
    split_mount(text).map(|(_, target)| target)
}

/// A path from the root of somebody's machine, which says nothing of this one.
fn is_foreign_path(text: &str) -> bool {
    text.starts_with(['/', '~']) || is_windows_path(text)
}

/// `C:\tempo\x` as `C:/tempo/x`; other paths stay as they are.
pub(super) fn unify_slashes(path: &str) -> String {
    if is_windows_path(path) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

fn is_windows_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}

/// A path of the host without `.` and `..` where they can be taken out.
pub(super) fn resolve_host_path(text: &str, folder: &Path) -> String {
    // `.\\conf` is written on Windows, where it means the same.
    let text = &if text.starts_with('.') {
        text.replace('\\', "/")
    } else {
        text.to_owned()
    };
    let joined = if text.starts_with('~') || is_windows_path(text) {
        PathBuf::from(text)
    } else {
        folder.join(text)
    };
    normalize_path(&joined).display().to_string()
}

/// `a/./b/../c` → `a/c`
pub fn normalize_path(path: &Path) -> PathBuf {
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
            let mount = parse_short_mount(text, FileLocation::default(), Path::new("a/b")).unwrap();
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
        assert_eq!(read("./conf:C:\\t\\c:ro").2, "C:/t/c");
        assert_eq!(read("C:\\x:D:/y").2, "D:/y");
        assert_eq!(read(".\\conf\\t.yaml:/t.yaml").1, "a/b/conf/t.yaml");
    }
}
