//! Tempo about itself. `/status/*` is `text/plain` whose first line repeats the request; tables are drawn in ASCII
//! (grafana/tempo v3.0.3: cmd/tempo/app/app.go).

use telemetry::model::Failure;
use telemetry::model::tempo::{ConfigTree, HttpAnswer, MetricsScrape, ScrapeSource, ServiceRow};
use telemetry::parse::exposition;
use telemetry::parse::kept::keep_tree;
use telemetry::parse::tempo::{broken_at, build_decode_failure, expect_ok};

/// `GET /metrics`: the families that the caller keeps.
pub fn parse_scrape(answer: HttpAnswer, at: f64, is_kept: impl Fn(&str) -> bool) -> Result<MetricsScrape, Failure> {
    let answer = expect_ok(answer)?;
    let (samples, strange) = exposition::parse_kept_families(&answer.body, is_kept);
    if samples.is_empty() && strange > 0 {
        return Err(build_decode_failure(&answer, "not a metrics exposition"));
    }
    Ok(MetricsScrape {
        source: ScrapeSource::Direct,
        at,
        samples,
    })
}

/// Rows of an ASCII table whose cells stand between `|`.
fn parse_table(body: &str) -> impl Iterator<Item = Vec<&str>> {
    body.lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// `GET /status/services`
pub fn parse_services(answer: HttpAnswer) -> Result<Vec<ServiceRow>, Failure> {
    let answer = expect_ok(answer)?;
    let rows: Vec<ServiceRow> = parse_table(&answer.body)
        .filter(|cells| cells.first().is_some_and(|name| *name != "SERVICE NAME"))
        .map(|cells| ServiceRow {
            name: cells[0].to_owned(),
            status: cells.get(1).unwrap_or(&"").to_string(),
            failure: cells.get(2).unwrap_or(&"").to_string(),
        })
        .collect();
    if rows.is_empty() {
        return Err(build_decode_failure(&answer, "no table of services"));
    }
    Ok(rows)
}

/// Paths of `GET /status/endpoints`
pub fn parse_endpoints(answer: HttpAnswer) -> Result<Vec<String>, Failure> {
    let answer = expect_ok(answer)?;
    let mut paths: Vec<String> = parse_table(&answer.body)
        .flatten()
        .filter(|cell| cell.starts_with('/'))
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        return Err(build_decode_failure(&answer, "no table of endpoints"));
    }
    Ok(paths)
}

/// The path prefix under which these endpoints serve `/api/echo`; empty at the root.
pub fn find_api_prefix(endpoints: &[String]) -> Option<String> {
    endpoints
        .iter()
        .find_map(|path| path.strip_suffix("/api/echo").map(str::to_owned))
}

/// A YAML status page: `/status/config`, `/status/runtime_config`. The text before `---` is dropped, and so are the values that no
/// judgement reads.
/// With user-configurable overrides the latter is several documents, which become one (grafana/tempo v3.0.3:
/// modules/overrides/user_configurable_overrides.go).
pub fn parse_yaml_page(answer: HttpAnswer) -> Result<ConfigTree, Failure> {
    let answer = expect_ok(answer)?;
    let text = strip_banner(&answer.body);
    let documents: Vec<serde_json::Value> = serde_saphyr::from_multiple(text)
        .map_err(|error| build_decode_failure(&answer, format!("not YAML: {}", broken_at(&error))))?;
    let mut merged = serde_json::Map::new();
    for document in documents {
        match document {
            serde_json::Value::Object(map) => merged.extend(map),
            serde_json::Value::Null => {}
            _ => return Err(build_decode_failure(&answer, "not a map of settings")),
        }
    }
    if merged.is_empty() {
        return Err(build_decode_failure(&answer, "an empty page"));
    }
    Ok(keep_tree(serde_json::Value::Object(merged)))
}

/// The page without the line that repeats the request and the `---` that follows it from 2.7 on.
fn strip_banner(body: &str) -> &str {
    let text = match body.split_once('\n') {
        Some((first, rest)) if first.starts_with("GET /status") => rest,
        _ => body,
    };
    text.strip_prefix("---\n").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    #[test]
    fn reads_tables_and_yaml() {
        let rows = parse_services(answer(
            "GET /status/services\n+---+\n| SERVICE NAME | STATUS | FAILURE CASE |\n| store | Failed | no disk |\n",
        ))
        .expect("a table");
        assert_eq!(rows[0].failure, "no disk");
        let tree = parse_yaml_page(answer("GET /status/config\n---\ntarget: all\na:\n  b: [x, z]\n")).expect("yaml");
        assert_eq!(tree.text("target"), Some("all"));
        assert_eq!(tree.0["a"]["b"][1], "<hidden>");
        let paths = parse_endpoints(answer("| /tempo/api/echo | GET |\n")).expect("a table");
        assert_eq!(find_api_prefix(&paths).as_deref(), Some("/tempo"));
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,300}") {
            let _ = parse_services(answer(&body));
            let _ = parse_endpoints(answer(&body));
            let _ = parse_yaml_page(answer(&body));
            let _ = parse_scrape(answer(&body), 0.0, exposition::is_kept_family);
        }
    }
}
