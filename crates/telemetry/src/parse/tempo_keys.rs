//! The keys that Tempo's configuration may have. Parsing is strict: with an unknown one it refuses to start.
//!
//! The two lists beside this file are the YAML names of `app.Config` with everything below it, one key a line, indented by
//! depth; `*` stands for keys that cannot be listed. Source: grafana/tempo v3.0.3 and v2.10.8, cmd/tempo/app/config.go and
//! the types it holds. They are held to what recorded servers print under `/status/config`.

use serde_json::Value;

/// Which line of Tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownKeys {
    /// 2.10
    V2,
    /// 3.0
    V3,
}

impl KnownKeys {
    fn key_list(self) -> &'static str {
        match self {
            KnownKeys::V2 => include_str!("tempo-keys-2.10.txt"),
            KnownKeys::V3 => include_str!("tempo-keys-3.0.txt"),
        }
    }
}

/// A key that Tempo does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// Where it stands.
    pub pointer: String,
    /// The nearest key at the same place.
    pub near: Option<String>,
}

/// A key and what may stand below it.
#[derive(Debug, Default)]
struct KeyNode<'a> {
    name: &'a str,
    below: Vec<KeyNode<'a>>,
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

/// The keys of the flat format under `overrides`.
pub fn find_legacy_overrides(tree: &Value) -> impl Iterator<Item = &str> {
    let map = tree.get("overrides").and_then(Value::as_object);
    map.into_iter()
        .flat_map(|map| map.keys())
        .map(String::as_str)
        .filter(|key| LEGACY.iter().any(|start| key.starts_with(start)))
}

/// Every key that this line does not know, in the order of the file; what lies below an unknown one is not looked at.
pub fn find_unknown_keys(tree: &Value, line: KnownKeys) -> Vec<UnknownKey> {
    let keys = parse_key_list(line);
    let mut found = Vec::new();
    collect_unknown_keys(tree, &keys, "", &mut found);
    found
}

/// True where that line knows the key at a JSON pointer.
pub fn is_known_key(pointer: &str, line: KnownKeys) -> bool {
    let keys = parse_key_list(line);
    let mut here: &[KeyNode<'_>] = &keys;
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        if has_wildcard(here) {
            return true;
        }
        match here.iter().find(|key| key.name == part) {
            Some(key) => here = &key.below,
            None => return false,
        }
    }
    true
}

fn has_wildcard(keys: &[KeyNode<'_>]) -> bool {
    keys.iter().any(|key| key.name == "*")
}

fn collect_unknown_keys(tree: &Value, keys: &[KeyNode<'_>], pointer: &str, found: &mut Vec<UnknownKey>) {
    match tree {
        Value::Object(_) if has_wildcard(keys) || keys.is_empty() => {}
        Value::Object(map) => {
            for (name, below) in map {
                let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match keys.iter().find(|key| key.name == name) {
                    Some(key) => collect_unknown_keys(below, &key.below, &at, found),
                    None => found.push(UnknownKey {
                        pointer: at,
                        near: super::find_nearest(name, keys.iter().map(|key| key.name)).map(str::to_owned),
                    }),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_unknown_keys(item, keys, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The list as a tree.
fn parse_key_list(line: KnownKeys) -> Vec<KeyNode<'static>> {
    let mut lines = line.key_list().lines().peekable();
    parse_key_level(&mut lines, 0)
}

fn parse_key_level<'a>(lines: &mut std::iter::Peekable<std::str::Lines<'a>>, depth: usize) -> Vec<KeyNode<'a>> {
    let mut all = Vec::new();
    while let Some(line) = lines.peek() {
        let name = line.trim_start_matches(' ');
        if line.len() - name.len() != depth {
            break;
        }
        lines.next();
        all.push(KeyNode {
            name,
            below: parse_key_level(lines, depth + 1),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Value {
        crate::parse::spanned_yaml::parse_yaml(text, 0).unwrap().json()
    }

    #[test]
    fn unknown_keys_are_found_where_they_stand() {
        let text = "server: {http_listen_port: 3200, htp_listen_address: x}\ndistributor: {receivers: {any: {thing: 1}}}\ningester: {max_block_duration: 1m}\n";
        let found = find_unknown_keys(&tree(text), KnownKeys::V3);
        let pointers: Vec<&str> = found.iter().map(|key| key.pointer.as_str()).collect();
        assert_eq!(pointers, ["/server/htp_listen_address", "/ingester"]);
        assert_eq!(found[0].near.as_deref(), Some("http_listen_address"));
        assert!(is_known_key("/ingester", KnownKeys::V2) && !is_known_key("/ingester", KnownKeys::V3));
        assert!(is_known_key(
            "/metrics_generator/storage/remote_write/0/url",
            KnownKeys::V3
        ));
        assert!(is_known_key(
            "/overrides/defaults/metrics_generator/processors",
            KnownKeys::V3
        ));
    }

    #[test]
    fn the_flat_format_of_overrides_is_recognised() {
        let flat = tree("overrides: {metrics_generator_processors: [a], max_traces_per_user: 1, defaults: {}}");
        assert_eq!(
            find_legacy_overrides(&flat).collect::<Vec<_>>(),
            ["max_traces_per_user", "metrics_generator_processors"]
        );
        assert_eq!(find_legacy_overrides(&tree("overrides: {defaults: {}}")).count(), 0);
    }
}
