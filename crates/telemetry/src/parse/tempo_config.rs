//! What Tempo's effective configuration means for a marker: intervals, cutoffs, addresses.
//!
//! Zero values are left out of `/status/config`, so a known configuration without a key says zero, empty or false.
//! Defaults and keys: grafana/tempo v3.0.3, v2.10.8, v2.6.1 docs/sources/tempo/configuration/manifest.md.

use crate::model::judged;
use crate::model::tempo::{ConfigTree, ServiceRow};

/// The two lines of Tempo, told apart by behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TempoReleaseLine {
    /// Ingesters and compactor.
    V2,
    /// Live-stores and backend workers.
    V3,
}

impl TempoReleaseLine {
    /// `2.x` or `3.x`.
    pub fn name(self) -> &'static str {
        match self {
            TempoReleaseLine::V2 => "2.x",
            TempoReleaseLine::V3 => "3.x",
        }
    }
}

/// The line by the rows of `/status/services`.
pub fn detect_release_line(rows: &[ServiceRow]) -> Option<TempoReleaseLine> {
    let has = |name: &str| rows.iter().any(|row| row.name == name);
    if has("ingester") || has("compactor") {
        Some(TempoReleaseLine::V2)
    } else if has("live-store") || has("backend-worker") || has("block-builder") {
        Some(TempoReleaseLine::V3)
    } else {
        None
    }
}

/// The longest cutoff behind which a marker can still be dated back: the age of the back-dated trace stays below Tempo's
/// two minutes of slack for the times of a block (grafana/tempo v3.0.3: tempodb/encoding/common/slackTimeRange.go).
pub const LONGEST_CUTOFF_S: f64 = 107.0;

/// A duration at a path, in seconds.
pub fn find_seconds(config: &ConfigTree, path: &str) -> Option<f64> {
    super::duration::parse_seconds(config.text(path)?)
}

/// The longest range of a search in seconds, where it is limited.
pub fn find_search_limit_s(config: &ConfigTree) -> Option<f64> {
    find_seconds(config, "query_frontend.search.max_duration").filter(|limit| *limit > 0.0)
}

/// Seconds between two collections of the generator.
pub fn find_collection_interval_s(config: Option<&ConfigTree>) -> f64 {
    config
        .and_then(|config| find_seconds(config, "metrics_generator.registry.collection_interval"))
        .filter(|interval| *interval > 0.0)
        .unwrap_or(15.0)
}

/// How far search stays behind now, in seconds.
pub fn find_search_cutoff_s(config: Option<&ConfigTree>, line: Option<TempoReleaseLine>) -> f64 {
    match (config, line) {
        (Some(config), _) => find_seconds(config, "query_frontend.query_end_cutoff").unwrap_or(0.0),
        (None, Some(TempoReleaseLine::V2)) => 0.0,
        (None, _) => 30.0,
    }
}

/// Seconds after which search may see a span that is older than the cutoff: idle time of its trace plus one flush tick.
pub fn find_search_delay_s(config: Option<&ConfigTree>, line: Option<TempoReleaseLine>) -> f64 {
    let of = |section: &str, idle: &str| {
        let config = config?;
        Some(
            find_seconds(config, &format!("{section}.{idle}"))?
                + find_seconds(config, &format!("{section}.flush_check_period"))?,
        )
    };
    let (two, three) = (of("ingester", "trace_idle_period"), of("live_store", "max_trace_idle"));
    match line {
        Some(TempoReleaseLine::V3) => three,
        _ => two.or(three),
    }
    .unwrap_or(20.0)
}

/// How far back TraceQL metrics ask for recent data instead of storage, and how long recent data is kept. Each with its setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecentMetrics {
    /// Seconds, by [`METRICS_BACKEND_AFTER`].
    pub asked_s: f64,
    /// Seconds, by `kept_by`.
    pub kept_s: f64,
    /// The setting.
    pub kept_by: &'static str,
}

/// From which age on TraceQL metrics are read from storage.
pub const METRICS_BACKEND_AFTER: &str = "query_frontend.metrics.query_backend_after";
/// What is asked for so much older than it is kept is refused (grafana/tempo v3.0.3: modules/livestore/instance_search.go, and
/// v2.10.8: modules/generator/processor/localblocks/query_range.go: `timeBuffer`).
pub const REFUSAL_SLACK_S: f64 = 300.0;

/// Both, where the configuration tells.
pub fn find_recent_metrics(config: &ConfigTree, line: Option<TempoReleaseLine>) -> Option<RecentMetrics> {
    let kept_by = match line? {
        TempoReleaseLine::V2 => "metrics_generator.processor.local_blocks.complete_block_timeout",
        TempoReleaseLine::V3 => "live_store.complete_block_timeout",
    };
    Some(RecentMetrics {
        asked_s: find_seconds(config, METRICS_BACKEND_AFTER)?,
        kept_s: find_seconds(config, kept_by)?,
        kept_by,
    })
}

/// The longest range of a TraceQL metrics query in seconds, where it is limited.
pub fn find_metrics_limit_s(config: &ConfigTree) -> Option<f64> {
    find_seconds(config, "query_frontend.metrics.max_duration").filter(|limit| *limit > 0.0)
}

/// The addresses the generator writes to; `None` where the section itself is missing.
pub fn find_remote_write_urls(config: &ConfigTree) -> Vec<String> {
    config
        .at("metrics_generator.storage.remote_write")
        .and_then(serde_json::Value::as_array)
        .map(|list| {
            list.iter()
                .filter_map(|item| item["url"].as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default()
}

/// Where the generator keeps its write-ahead log; without it the generator is off.
pub fn find_generator_path(config: &ConfigTree) -> Option<&str> {
    config
        .text("metrics_generator.storage.path")
        .filter(|path| !path.is_empty())
}

/// The `metrics_generator` overrides in force for a tenant: its own block, else `*`, else the defaults. A block replaces
/// the defaults, it does not add to them (grafana/tempo v3.0.3: modules/overrides/runtime_config_overrides.go).
pub struct EffectiveOverrides<'a> {
    /// Where it stands: `defaults`, `overrides.team-a`, `overrides.*`.
    pub place: String,
    /// The whole block.
    pub block: &'a serde_json::Value,
}

/// The overrides in force, from `/status/runtime_config` or, where that is closed, from `/status/config`.
pub fn find_effective_overrides<'a>(
    runtime: Option<&'a ConfigTree>,
    config: Option<&'a ConfigTree>,
    tenant: &str,
) -> Option<EffectiveOverrides<'a>> {
    if let Some(tree) = runtime {
        for key in [tenant, "*"] {
            if let Some(block) = tree
                .0
                .get("overrides")
                .and_then(|map| map.get(key))
                .filter(|block| block.is_object())
            {
                return Some(EffectiveOverrides {
                    place: format!("overrides.{key}"),
                    block,
                });
            }
        }
        return tree.0.get("defaults").map(|block| EffectiveOverrides {
            place: "defaults".to_owned(),
            block,
        });
    }
    config?.at("overrides.defaults").map(|block| EffectiveOverrides {
        place: "defaults".to_owned(),
        block,
    })
}

/// What a user-configurable override says of the processors of a tenant: from 3.0 it replaces the others, before it adds to
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserProcessors {
    /// These.
    Listed(Vec<String>),
    /// Printed as `null`: an empty list, or none at all.
    Null,
}

/// The user-configurable override of a tenant, the second document of `/status/runtime_config`
/// (grafana/tempo v3.0.3: modules/overrides/user_configurable_overrides.go).
pub fn find_user_processors(runtime: &ConfigTree, tenant: &str) -> Option<UserProcessors> {
    let list = runtime
        .at("user_configurable_overrides")?
        .get(tenant)?
        .get("metrics_generator")?
        .get("processors")?;
    Some(match list {
        serde_json::Value::Null => UserProcessors::Null,
        list => UserProcessors::Listed(list_names(list)),
    })
}

/// The processors switched on for a tenant, where the configuration tells.
pub fn find_effective_processors(
    runtime: Option<&ConfigTree>,
    config: Option<&ConfigTree>,
    tenant: &str,
    line: Option<TempoReleaseLine>,
) -> Option<Vec<String>> {
    let mut list = find_effective_overrides(runtime, config, tenant)?.processors();
    if let Some(UserProcessors::Listed(user)) = runtime.and_then(|tree| find_user_processors(tree, tenant)) {
        if line != Some(TempoReleaseLine::V2) {
            return Some(user);
        }
        list.extend(user);
        list.sort();
        list.dedup();
    }
    Some(list)
}

/// Names in a list; 2.x prints a set as a map with empty values.
fn list_names(list: &serde_json::Value) -> Vec<String> {
    match list {
        serde_json::Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        serde_json::Value::Object(map) => map.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

impl EffectiveOverrides<'_> {
    /// The value in the block by path, which is declared with those of the defaults.
    fn at(&self, path: &str) -> Option<&serde_json::Value> {
        let whole: Vec<&str> = std::iter::once("defaults").chain(path.split('.')).collect();
        debug_assert!(
            judged::is_read(judged::TEMPO, &whole),
            "{path} is read and not declared"
        );
        path.split('.').try_fold(self.block, |node, key| node.get(key))
    }

    /// The processors switched on; a missing list is an empty one.
    pub fn processors(&self) -> Vec<String> {
        list_names(&self.block["metrics_generator"]["processors"])
    }

    /// A number in the block by path.
    pub fn number(&self, path: &str) -> Option<f64> {
        self.at(path)?.as_f64()
    }

    /// A text in the block by path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str()
    }

    /// A boolean in the block by path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.at(path)?.as_bool()
    }
}

/// Processors that this line of Tempo knows (grafana/tempo v3.0.3: modules/generator/instance.go).
pub fn list_known_processors(line: Option<TempoReleaseLine>) -> &'static [&'static str] {
    const ALL: [&str; 7] = [
        "service-graphs",
        "span-metrics",
        "span-metrics-count",
        "span-metrics-latency",
        "span-metrics-size",
        "host-info",
        "local-blocks",
    ];
    match line {
        Some(TempoReleaseLine::V3) => &ALL[..6],
        _ => &ALL,
    }
}

/// The endpoint a receiver of that protocol is bound to: `Ok(None)` where the protocol is not listed at all,
/// `Ok(Some(""))` where it is listed without an address.
pub fn find_receiver_endpoint(config: &ConfigTree, grpc: bool) -> Option<&str> {
    let protocols = config.at("distributor.receivers.otlp.protocols")?;
    let entry = protocols.get(if grpc { "grpc" } else { "http" })?;
    Some(entry.get("endpoint").and_then(serde_json::Value::as_str).unwrap_or(""))
}
