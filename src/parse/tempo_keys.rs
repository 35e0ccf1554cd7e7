//! The keys that Tempo's configuration may have. Parsing is strict: with an unknown one it refuses to start.
//!
//! The two lists beside this file are the YAML names of `app.Config` with everything below it, one key a line, indented by
//! depth; `*` stands for keys that cannot be listed. Source: grafana/tempo v3.0.3 and v2.10.8, cmd/tempo/app/config.go and
//! the types it holds. They are held to what recorded servers print under `/status/config`.

use serde_json::Value;

/// Which line of Tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// 2.10
    Two,
    /// 3.0
    Three,
}

impl Known {
    fn text(self) -> &'static str {
        match self {
            Known::Two => include_str!("tempo-keys-2.10.txt"),
            Known::Three => include_str!("tempo-keys-3.0.txt"),
        }
    }
}

/// A key that Tempo does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Where it stands.
    pub pointer: String,
    /// The nearest key at the same place.
    pub near: Option<String>,
}

/// A key and what may stand below it.
#[derive(Debug, Default)]
struct Key<'a> {
    name: &'a str,
    below: Vec<Key<'a>>,
}

/// Keys of the flat format of overrides, off by default from 3.0 on (grafana/tempo v3.0.3: modules/overrides/
/// config_legacy.go).
const LEGACY: [&str; 9] = [
    "ingestion_",
    "max_",
    "metrics_generator_",
    "block_retention",
    "compaction_",
    "forwarders",
    "unsafe_query_hints",
    "dedicated_columns",
    "storage_",
];

/// The first key of the flat format under `overrides`.
pub fn legacy_override(tree: &Value) -> Option<&str> {
    let map = tree.get("overrides")?.as_object()?;
    map.keys()
        .map(String::as_str)
        .find(|key| LEGACY.iter().any(|start| key.starts_with(start)))
}

/// Every key that this line does not know, in the order of the file; what lies below an unknown one is not looked at.
pub fn unknown(tree: &Value, line: Known) -> Vec<Unknown> {
    let keys = keys(line);
    let mut found = Vec::new();
    look(tree, &keys, "", &mut found);
    found
}

/// True where that line knows the key at a JSON pointer.
pub fn is_known(pointer: &str, line: Known) -> bool {
    let keys = keys(line);
    let mut here: &[Key<'_>] = &keys;
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if is_open(here) {
            return true;
        }
        match here.iter().find(|key| key.name == part) {
            Some(key) => here = &key.below,
            None => return false,
        }
    }
    true
}

fn is_open(keys: &[Key<'_>]) -> bool {
    keys.iter().any(|key| key.name == "*")
}

fn look(tree: &Value, keys: &[Key<'_>], pointer: &str, found: &mut Vec<Unknown>) {
    match tree {
        Value::Object(_) if is_open(keys) || keys.is_empty() => {}
        Value::Object(map) => {
            for (name, below) in map {
                let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match keys.iter().find(|key| key.name == name) {
                    Some(key) => look(below, &key.below, &at, found),
                    None => found.push(Unknown {
                        pointer: at,
                        near: super::nearest(name, keys.iter().map(|key| key.name)).map(str::to_owned),
                    }),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                look(item, keys, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The list as a tree.
fn keys(line: Known) -> Vec<Key<'static>> {
    let mut lines = line.text().lines().peekable();
    level(&mut lines, 0)
}

fn level<'a>(lines: &mut std::iter::Peekable<std::str::Lines<'a>>, depth: usize) -> Vec<Key<'a>> {
    let mut all = Vec::new();
    while let Some(line) = lines.peek() {
        let name = line.trim_start_matches(' ');
        if line.len() - name.len() != depth {
            break;
        }
        lines.next();
        all.push(Key {
            name,
            below: level(lines, depth + 1),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Value {
        crate::parse::yaml_nodes::parse(text, 0).unwrap().json()
    }

    #[test]
    fn unknown_keys_are_found_where_they_stand() {
        let text = "server: {http_listen_port: 3200, htp_listen_address: x}\ndistributor: {receivers: {any: {thing: 1}}}\ningester: {max_block_duration: 1m}\n";
        let found = unknown(&tree(text), Known::Three);
        let pointers: Vec<&str> = found.iter().map(|key| key.pointer.as_str()).collect();
        assert_eq!(pointers, ["/server/htp_listen_address", "/ingester"]);
        assert_eq!(found[0].near.as_deref(), Some("http_listen_address"));
        assert!(is_known("/ingester", Known::Two) && !is_known("/ingester", Known::Three));
        assert!(is_known("/metrics_generator/storage/remote_write/0/url", Known::Three));
        assert!(is_known(
            "/overrides/defaults/metrics_generator/processors",
            Known::Three
        ));
    }

    #[test]
    fn the_flat_format_of_overrides_is_recognised() {
        assert_eq!(
            legacy_override(&tree("overrides: {metrics_generator_processors: [a]}")),
            Some("metrics_generator_processors")
        );
        assert_eq!(legacy_override(&tree("overrides: {defaults: {}}")), None);
    }
}
