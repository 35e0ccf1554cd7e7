//! One file laid over another, and `extends`: mappings merge, lists of ports and volumes are joined, commands are replaced.

use crate::parse::spanned_yaml::{YamlEntry, YamlNode, YamlValue};

/// Attributes of a service that replace rather than join, although they are lists.
const REPLACED: [&str; 5] = ["command", "entrypoint", "test", "profiles", "cap_drop"];

/// `over` laid over `under`.
pub(super) fn merge_nodes(under: YamlNode, over: YamlNode) -> YamlNode {
    merge_nodes_at("", under, over)
}

fn merge_nodes_at(key: &str, under: YamlNode, over: YamlNode) -> YamlNode {
    match over.tag.as_deref() {
        Some("reset") => {
            return YamlNode {
                value: YamlValue::Null,
                ..over
            };
        }
        Some("override") => return over,
        _ => {}
    }
    let (under, over) = if is_pair_list(key) {
        (convert_to_map(under), convert_to_map(over))
    } else {
        (under, over)
    };
    let at_over = |value| YamlNode {
        value,
        ..YamlNode::null(over.line, over.file)
    };
    match (under.value, over.value) {
        (YamlValue::Map(mut entries), YamlValue::Map(more)) => {
            for entry in more {
                match entries.iter_mut().find(|own| own.key == entry.key) {
                    Some(own) => {
                        let below = std::mem::replace(&mut own.node, YamlNode::null(0, 0));
                        own.node = merge_nodes_at(&entry.key, below, entry.node);
                        own.line = entry.line;
                    }
                    None => entries.push(entry),
                }
            }
            entries.retain(|entry| entry.node.tag.as_deref() != Some("reset"));
            at_over(YamlValue::Map(entries))
        }
        (YamlValue::List(mut items), YamlValue::List(more)) if !REPLACED.contains(&key) => {
            for item in more {
                let place = identify_item(key, &item);
                items.retain(|own| identify_item(key, own) != place);
                items.push(item);
            }
            at_over(YamlValue::List(items))
        }
        // Nothing said leaves what was there.
        (value, YamlValue::Null) => YamlNode {
            line: under.line,
            file: under.file,
            tag: under.tag,
            value,
        },
        (_, value) => YamlNode {
            line: over.line,
            file: over.file,
            tag: over.tag,
            value,
        },
    }
}

/// What makes two items of a list the same: the mount point of a volume, else the whole item.
fn identify_item(key: &str, item: &YamlNode) -> String {
    if key != "volumes" {
        return item.json().to_string();
    }
    match item.get("target").and_then(YamlNode::text).or_else(|| item.text()) {
        Some(text) if item.get("target").is_none() => {
            super::mounts::parse_mount_target(&text).unwrap_or(&text).to_owned()
        }
        Some(text) => text,
        None => item.json().to_string(),
    }
}

/// Written as a list of names or of `NAME=value` just as well as as a mapping.
fn is_pair_list(key: &str) -> bool {
    matches!(
        key,
        "environment" | "labels" | "depends_on" | "networks" | "extra_hosts"
    )
}

/// `[A=1, B]` as `{A: 1, B: null}`.
pub(super) fn convert_to_map(node: YamlNode) -> YamlNode {
    let YamlValue::List(items) = node.value else {
        return node;
    };
    let entries = items
        .into_iter()
        .filter_map(|item| {
            let text = item.text()?;
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key.to_owned(), YamlValue::Text(value.to_owned())),
                None => (text, YamlValue::Null),
            };
            Some(YamlEntry {
                key,
                line: item.line,
                node: YamlNode { value, ..item },
            })
        })
        .collect();
    YamlNode {
        value: YamlValue::Map(entries),
        line: node.line,
        file: node.file,
        tag: node.tag,
    }
}
