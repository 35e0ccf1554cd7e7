//! One file laid over another, and `extends`: mappings merge, lists of ports and volumes are joined, commands are replaced.

use crate::parse::yaml_nodes::{Entry, Node, Value};

/// Attributes of a service that replace rather than join, although they are lists.
const REPLACED: [&str; 5] = ["command", "entrypoint", "test", "profiles", "cap_drop"];

/// `over` laid over `under`.
pub(super) fn merged(under: Node, over: Node) -> Node {
    merge_at("", under, over)
}

fn merge_at(key: &str, under: Node, over: Node) -> Node {
    match over.tag.as_deref() {
        Some("reset") => {
            return Node {
                value: Value::Null,
                ..over
            };
        }
        Some("override") => return over,
        _ => {}
    }
    let (under, over) = if is_pairs(key) {
        (as_map(under), as_map(over))
    } else {
        (under, over)
    };
    match (under.value, over.value) {
        (Value::Map(mut entries), Value::Map(more)) => {
            for entry in more {
                match entries.iter_mut().find(|own| own.key == entry.key) {
                    Some(own) => {
                        let below = std::mem::replace(
                            &mut own.node,
                            Node {
                                line: 0,
                                file: 0,
                                tag: None,
                                value: Value::Null,
                            },
                        );
                        own.node = merge_at(&entry.key, below, entry.node);
                        own.line = entry.line;
                    }
                    None => entries.push(entry),
                }
            }
            entries.retain(|entry| entry.node.tag.as_deref() != Some("reset"));
            Node {
                line: over.line,
                file: over.file,
                tag: None,
                value: Value::Map(entries),
            }
        }
        (Value::List(mut items), Value::List(more)) if !REPLACED.contains(&key) => {
            for item in more {
                let place = identity(key, &item);
                items.retain(|own| identity(key, own) != place);
                items.push(item);
            }
            Node {
                line: over.line,
                file: over.file,
                tag: None,
                value: Value::List(items),
            }
        }
        // Nothing said leaves what was there.
        (value, Value::Null) => Node {
            line: under.line,
            file: under.file,
            tag: under.tag,
            value,
        },
        (_, value) => Node {
            line: over.line,
            file: over.file,
            tag: over.tag,
            value,
        },
    }
}

/// What makes two items of a list the same: the mount point of a volume, else the whole item.
fn identity(key: &str, item: &Node) -> String {
    if key != "volumes" {
        return item.json().to_string();
    }
    match item.get("target").and_then(Node::text).or_else(|| item.text()) {
        Some(text) if item.get("target").is_none() => super::mounts::target_of(&text).unwrap_or(&text).to_owned(),
        Some(text) => text,
        None => item.json().to_string(),
    }
}

/// Written as a list of names or of `NAME=value` just as well as as a mapping.
fn is_pairs(key: &str) -> bool {
    matches!(
        key,
        "environment" | "labels" | "depends_on" | "networks" | "extra_hosts"
    )
}

/// `[A=1, B]` as `{A: 1, B: null}`.
pub(super) fn as_map(node: Node) -> Node {
    let Value::List(items) = node.value else {
        return node;
    };
    let entries = items
        .into_iter()
        .filter_map(|item| {
            let text = item.text()?;
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key.to_owned(), Value::Text(value.to_owned())),
                None => (text, Value::Null),
            };
            Some(Entry {
                key,
                line: item.line,
                node: Node { value, ..item },
            })
        })
        .collect();
    Node {
        value: Value::Map(entries),
        line: node.line,
        file: node.file,
        tag: node.tag,
    }
}
