//! Tempo's status pages. `/status/*` is `text/plain` whose first line repeats the request; tables are drawn in ASCII
//! (grafana/tempo v3.0.3: cmd/tempo/app/app.go).

use crate::model::tempo::{Answer, BuildInfo, Scrape, ScrapeSource, ServiceRow, Tree};
use crate::model::{Failure, FailureKind};

use super::exposition;

/// Everything but 200 is a failure of its own kind; so is a web page.
pub fn expect_ok(answer: Answer) -> Result<Answer, Failure> {
    let fail = |kind| {
        let detail = if answer.is_html() {
            "a web page".to_owned()
        } else {
            answer.excerpt()
        };
        Failure::new(kind, answer.request.clone(), detail).with_status(answer.status)
    };
    match answer.status {
        200..=299 if answer.is_html() => Err(Failure::new(
            FailureKind::Decode,
            answer.request.clone(),
            "a web page, not an API answer",
        )
        .with_status(answer.status)),
        200..=299 => Ok(answer),
        300..=399 => Err(Failure::new(
            FailureKind::Redirected,
            answer.request.clone(),
            format!(
                "{} redirects to {}",
                answer.status,
                answer.header("location").unwrap_or("nowhere")
            ),
        )
        .with_status(answer.status)),
        401 | 403 => Err(fail(FailureKind::Unauthorised)),
        _ => Err(fail(FailureKind::Http)),
    }
}

fn undecodable(answer: &Answer, why: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Decode, answer.request.clone(), why.to_string()).with_status(answer.status)
}

/// The body of a JSON answer.
pub fn json<T: serde::de::DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    let answer = expect_ok(answer)?;
    serde_json::from_str(&answer.body).map_err(|error| undecodable(&answer, format!("not the JSON expected: {error}")))
}

/// `GET /api/status/buildinfo`
pub fn buildinfo(answer: Answer) -> Result<BuildInfo, Failure> {
    json(answer)
}

/// `GET /metrics`
pub fn scrape(answer: Answer, at: f64) -> Result<Scrape, Failure> {
    scrape_kept(answer, at, exposition::is_kept)
}

/// The same for families that the caller chooses.
pub fn scrape_kept(answer: Answer, at: f64, is_kept: impl Fn(&str) -> bool) -> Result<Scrape, Failure> {
    let answer = expect_ok(answer)?;
    let (samples, strange) = exposition::parse_kept(&answer.body, is_kept);
    if samples.is_empty() && strange > 0 {
        return Err(undecodable(&answer, "not a metrics exposition"));
    }
    Ok(Scrape {
        source: ScrapeSource::Direct,
        at,
        samples,
    })
}

/// Rows of an ASCII table whose cells stand between `|`.
fn table(body: &str) -> impl Iterator<Item = Vec<&str>> {
    body.lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// `GET /status/services`
pub fn services(answer: Answer) -> Result<Vec<ServiceRow>, Failure> {
    let answer = expect_ok(answer)?;
    let rows: Vec<ServiceRow> = table(&answer.body)
        .filter(|cells| cells.first().is_some_and(|name| *name != "SERVICE NAME"))
        .map(|cells| ServiceRow {
            name: cells[0].to_owned(),
            status: cells.get(1).unwrap_or(&"").to_string(),
            failure: cells.get(2).unwrap_or(&"").to_string(),
        })
        .collect();
    if rows.is_empty() {
        return Err(undecodable(&answer, "no table of services"));
    }
    Ok(rows)
}

/// Paths of `GET /status/endpoints`
pub fn endpoints(answer: Answer) -> Result<Vec<String>, Failure> {
    let answer = expect_ok(answer)?;
    let mut paths: Vec<String> = table(&answer.body)
        .flatten()
        .filter(|cell| cell.starts_with('/'))
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        return Err(undecodable(&answer, "no table of endpoints"));
    }
    Ok(paths)
}

/// The path prefix under which these endpoints serve `/api/echo`; empty at the root.
pub fn api_prefix(endpoints: &[String]) -> Option<String> {
    endpoints
        .iter()
        .find_map(|path| path.strip_suffix("/api/echo").map(str::to_owned))
}

/// A YAML status page: `/status/config`, `/status/runtime_config`. The text before `---` is dropped, secrets are masked.
/// With user-configurable overrides the latter is several documents, which become one (grafana/tempo v3.0.3:
/// modules/overrides/user_configurable_overrides.go).
pub fn yaml(answer: Answer) -> Result<Tree, Failure> {
    let answer = expect_ok(answer)?;
    let text = without_banner(&answer.body);
    let documents: Vec<serde_json::Value> =
        serde_saphyr::from_multiple(text).map_err(|error| undecodable(&answer, format!("not YAML: {error}")))?;
    let mut merged = serde_json::Map::new();
    for document in documents {
        match document {
            serde_json::Value::Object(map) => merged.extend(map),
            serde_json::Value::Null => {}
            _ => return Err(undecodable(&answer, answer.excerpt())),
        }
    }
    if merged.is_empty() {
        return Err(undecodable(&answer, answer.excerpt()));
    }
    Ok(Tree(masked(serde_json::Value::Object(merged))))
}

/// The page without the line that repeats the request and the `---` that follows it from 2.7 on.
fn without_banner(body: &str) -> &str {
    let text = match body.split_once('\n') {
        Some((first, rest)) if first.starts_with("GET /status") => rest,
        _ => body,
    };
    text.strip_prefix("---\n").unwrap_or(text)
}

/// A JSON status page as a tree, secrets masked.
pub fn json_tree(answer: Answer) -> Result<Tree, Failure> {
    Ok(Tree(masked(json(answer)?)))
}

/// Keys whose values are, or may hold, credentials. Free-form header maps are masked whole: Tempo does not.
const SECRET_KEYS: [&str; 14] = [
    "password",
    "secret",
    "token",
    "credentials",
    "authorization",
    "api_key",
    "access_key",
    "account_key",
    "storage_account_key",
    "headers",
    "remote_write_headers",
    "sasl_password",
    "sasl_username",
    "bearer",
];

/// The same tree with every credential replaced.
pub fn masked(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| {
                    let lower = key.to_ascii_lowercase();
                    let secret = SECRET_KEYS
                        .iter()
                        .any(|name| lower == *name || lower.ends_with(&format!("_{name}")));
                    let value = match value {
                        Value::String(text) if secret && !text.is_empty() => Value::String("<masked>".into()),
                        Value::Object(map) if secret => {
                            Value::Object(map.into_iter().map(|(key, _)| (key, "<masked>".into())).collect())
                        }
                        Value::String(text) => Value::String(without_userinfo(&text)),
                        other => masked(other),
                    };
                    (key, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        other => other,
    }
}

/// `https://user:pass@host/` → `https://<masked>@host/`
fn without_userinfo(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://<masked>@{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> Answer {
        Answer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn reads_tables_and_yaml() {
        let rows = services(answer(
            "GET /status/services\n+---+\n| SERVICE NAME | STATUS | FAILURE CASE |\n| store | Failed | no disk |\n",
        ))
        .expect("a table");
        assert_eq!(rows[0].failure, "no disk");
        let tree = yaml(answer("GET /status/config\n---\na:\n  b: [x, z]\n  password: p\n")).expect("yaml");
        assert_eq!(tree.list("a.b").expect("list"), ["x", "z"]);
        assert_eq!(tree.text("a.password"), Some("<masked>"));
        let paths = endpoints(answer("| /tempo/api/echo | GET |\n")).expect("a table");
        assert_eq!(api_prefix(&paths).as_deref(), Some("/tempo"));
    }

    #[test]
    fn credentials_in_addresses_and_headers_are_masked() {
        let tree = masked(serde_json::json!({"url": "http://u:p@h:1/x", "headers": {"Authorization": "Basic x"}}));
        assert_eq!(tree["url"], "http://<masked>@h:1/x");
        assert_eq!(tree["headers"]["Authorization"], "<masked>");
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,300}") {
            let _ = services(answer(&body));
            let _ = endpoints(answer(&body));
            let _ = yaml(answer(&body));
            let _ = scrape(answer(&body), 0.0);
        }
    }
}
