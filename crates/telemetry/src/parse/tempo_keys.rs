//! The keys that Tempo's configuration may have. Parsing is strict: with an unknown one it refuses to start.
//!
//! `tempo-keys.txt` holds the YAML names of `app.Config` with everything below it, for every minor version from 2.0 on, as
//! `tools/tempo_keys` reads them off the versions' own sources: one key a line, indented by depth, with the versions that
//! know it where those are fewer than know the key above. `*` stands for keys that anybody chooses; without keys below it,
//! for whatever cannot be listed.

use std::sync::LazyLock;

use serde_json::Value;

/// The versions whose keys count, a bit each in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownKeys(u64);

impl KnownKeys {
    /// The keys of a version; of the newest in the table for those behind it. `None` for one before 2.0.
    pub fn of_version(version: (u32, u32)) -> Option<Self> {
        let at = TABLE.versions.iter().rposition(|known| *known <= version)?;
        Some(KnownKeys(1 << at))
    }

    /// The keys that any version before this major one knows.
    pub fn before_major(major: u32) -> Self {
        let before = TABLE.versions.iter().take_while(|known| known.0 < major).count();
        KnownKeys((1 << before) - 1)
    }

    /// The keys that any version knows.
    pub fn of_any_version() -> Self {
        KnownKeys(u64::MAX)
    }

    /// True where the table was made before that version.
    pub fn is_newer_than_table(version: (u32, u32)) -> bool {
        TABLE.versions.last().is_none_or(|newest| version > *newest)
    }

    /// `2.0-2.10`
    fn describe(self) -> String {
        let versions = &TABLE.versions;
        let has = |at: &usize| self.0 & (1 << at) != 0;
        let name = |at: usize| {
            versions
                .get(at)
                .map_or_else(String::new, |(major, minor)| format!("{major}.{minor}"))
        };
        let mut parts = Vec::new();
        let mut at = 0;
        while at < versions.len() {
            let length = (at..versions.len()).take_while(has).count();
            match length {
                0 => {}
                1 => parts.push(name(at)),
                _ => parts.push(format!("{} to {}", name(at), name(at + length - 1))),
            }
            at += length.max(1);
        }
        parts.join(", ")
    }
}

/// A key that Tempo does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// Where it stands.
    pub pointer: String,
    /// The nearest key at the same place.
    pub near: Option<String>,
    /// The versions that know it: `2.0 to 2.10`.
    pub known_by: Option<String>,
}

/// A key and what may stand below it.
#[derive(Debug, Default)]
struct KeyNode {
    name: &'static str,
    versions: u64,
    below: Vec<KeyNode>,
}

struct KeyTable {
    versions: Vec<(u32, u32)>,
    keys: Vec<KeyNode>,
}

static TABLE: LazyLock<KeyTable> = LazyLock::new(|| parse_key_table(include_str!("tempo-keys.txt")));

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

/// Every key that none of these versions knows, in the order of the file; what lies below an unknown one is not looked at.
pub fn find_unknown_keys(tree: &Value, keys: KnownKeys) -> Vec<UnknownKey> {
    let mut found = Vec::new();
    collect_unknown_keys(tree, &TABLE.keys, keys, "", &mut found);
    found
}

/// True where one of these versions knows the key at a JSON pointer.
pub fn is_known_key(pointer: &str, keys: KnownKeys) -> bool {
    find_versions(pointer) & keys.0 != 0
}

/// The versions that know the key at a JSON pointer.
fn find_versions(pointer: &str) -> u64 {
    let mut here: &[KeyNode] = &TABLE.keys;
    let mut versions = u64::MAX;
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let named = here.iter().find(|key| key.name == part);
        let Some(key) = named.or_else(|| here.iter().find(|key| key.name == "*")) else {
            return 0;
        };
        versions &= key.versions;
        if named.is_none() && key.below.is_empty() {
            break;
        }
        here = &key.below;
    }
    versions
}

fn collect_unknown_keys(tree: &Value, level: &[KeyNode], keys: KnownKeys, pointer: &str, found: &mut Vec<UnknownKey>) {
    let is_known = |key: &&KeyNode| key.versions & keys.0 != 0;
    match tree {
        // A scalar, to the table: what it is made of is not known.
        Value::Object(_) if !level.iter().any(|key| is_known(&key)) => {}
        Value::Object(map) => {
            for (name, below) in map {
                let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                let of_name = |wanted: &str| level.iter().filter(is_known).find(|key| key.name == wanted);
                match of_name(name).or_else(|| of_name("*")) {
                    Some(key) => collect_unknown_keys(below, &key.below, keys, &at, found),
                    None => {
                        let others = level.iter().filter(is_known).map(|key| key.name);
                        let versions = find_versions(&at);
                        found.push(UnknownKey {
                            near: super::find_nearest(name, others).map(str::to_owned),
                            known_by: (versions != 0).then(|| KnownKeys(versions).describe()),
                            pointer: at,
                        });
                    }
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_unknown_keys(item, level, keys, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn parse_key_table(text: &'static str) -> KeyTable {
    let comments = text.lines().take_while(|line| line.starts_with('#'));
    let versions: Vec<(u32, u32)> = comments
        .last()
        .into_iter()
        .flat_map(|line| line.split(' '))
        .filter_map(parse_version)
        .collect();
    let mut lines = text.lines().skip_while(|line| line.starts_with('#')).peekable();
    let all = (1 << versions.len()) - 1;
    let keys = parse_key_level(&mut lines, 0, all, &versions);
    KeyTable { versions, keys }
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn parse_key_level(
    lines: &mut std::iter::Peekable<impl Iterator<Item = &'static str>>,
    depth: usize,
    above: u64,
    versions: &[(u32, u32)],
) -> Vec<KeyNode> {
    let mut all = Vec::new();
    while let Some(line) = lines.peek() {
        let key = line.trim_start_matches(' ');
        if line.len() - key.len() != depth {
            break;
        }
        lines.next();
        let (name, known) = match key.split_once(' ') {
            Some((name, ranges)) => (name, parse_ranges(ranges, versions)),
            None => (key, above),
        };
        all.push(KeyNode {
            name,
            versions: known,
            below: parse_key_level(lines, depth + 1, known, versions),
        });
    }
    all
}

/// `2.4-2.10,3.0`
fn parse_ranges(text: &str, versions: &[(u32, u32)]) -> u64 {
    let place = |version: &str| versions.iter().position(|known| Some(*known) == parse_version(version));
    text.split(',').fold(0, |all, range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (place(first), place(last)) {
            (Some(first), Some(last)) => (first..=last).fold(all, |all, at| all | 1 << at),
            _ => all,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Value {
        crate::parse::spanned_yaml::parse_yaml(text, 0).unwrap().json()
    }

    fn keys_of(major: u32, minor: u32) -> KnownKeys {
        KnownKeys::of_version((major, minor)).unwrap()
    }

    #[test]
    fn unknown_keys_are_found_where_they_stand() {
        let text = "server: {http_listen_port: 3200, htp_listen_address: x}\ndistributor: {receivers: {any: {thing: 1}}}\ningester: {max_block_duration: 1m}\n";
        let found = find_unknown_keys(&tree(text), keys_of(3, 0));
        let pointers: Vec<&str> = found.iter().map(|key| key.pointer.as_str()).collect();
        assert_eq!(pointers, ["/server/htp_listen_address", "/ingester"]);
        assert_eq!(found[0].near.as_deref(), Some("http_listen_address"));
        assert_eq!(found[0].known_by, None);
        assert_eq!(found[1].known_by.as_deref(), Some("2.0 to 2.10"));
        let known = |pointer: &str| is_known_key(pointer, keys_of(3, 0));
        assert!(!known("/ingester") && is_known_key("/ingester", KnownKeys::before_major(3)));
        assert!(known("/metrics_generator/storage/remote_write/0/url"));
        assert!(known("/overrides/defaults/metrics_generator/processors"));
    }

    /// Read off the sources of the versions: each key came or went with one of them.
    #[test]
    fn each_version_has_its_own_keys() {
        let cases = [
            ("stream_over_http_enabled: true", (2, 2), (2, 1)),
            ("overrides: {defaults: {}}", (2, 3), (2, 2)),
            ("use_otel_tracer: true", (2, 6), (2, 7)),
            ("multitenancy_enabled: true", (2, 0), (1, 5)),
            ("compactor: {compaction: {block_retention: 1h}}", (2, 10), (3, 0)),
            ("live_store: {}", (3, 0), (2, 8)),
            ("query_frontend: {trace_by_id: {hedge_requests_at: 2s}}", (2, 4), (2, 5)),
        ];
        for (text, knows, lacks) in cases {
            assert_eq!(find_unknown_keys(&tree(text), keys_of(knows.0, knows.1)), [], "{text}");
            let unknown = KnownKeys::of_version(lacks).map(|keys| find_unknown_keys(&tree(text), keys).len());
            assert_ne!(unknown, Some(0), "{text}");
            assert_eq!(
                find_unknown_keys(&tree(text), KnownKeys::of_any_version()),
                [],
                "{text}"
            );
        }
        assert!(KnownKeys::is_newer_than_table((99, 0)) && !KnownKeys::is_newer_than_table((3, 0)));
    }

    #[test]
    fn the_flat_format_of_overrides_is_recognised() {
        let flat = tree("overrides: {metrics_generator_processors: [a], max_traces_per_user: 1, defaults: {}}");
        assert_eq!(
            find_legacy_overrides(&flat).collect::<Vec<_>>(),
            ["metrics_generator_processors", "max_traces_per_user"]
        );
        assert_eq!(find_legacy_overrides(&tree("overrides: {defaults: {}}")).count(), 0);
    }
}
