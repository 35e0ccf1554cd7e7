//! What Grafana says of itself, and how it refuses.

use serde_json::Value;

use crate::model::tempo::HttpAnswer;

/// True where this is the answer that Grafana gives to `GET /api/health`, sound or not.
pub fn is_health_answer(answer: &HttpAnswer) -> bool {
    serde_json::from_str::<Value>(&answer.body).is_ok_and(|body| body.get("database").is_some())
}

/// The permissions that a refusal names: `Permissions needed: datasources:read`.
pub fn find_needed_permissions(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("Permissions needed: ")?;
    let end = rest.find(['"', '\n', '}']).unwrap_or(rest.len());
    let named = rest[..end].trim().trim_end_matches('.');
    (!named.is_empty()).then(|| named.to_owned())
}

/// What an answer says in its `message`, else the answer itself on one line.
pub fn extract_message(answer: &HttpAnswer) -> String {
    let body: Option<Value> = serde_json::from_str(&answer.body).ok();
    match body.as_ref().and_then(|body| body["message"].as_str()) {
        Some(text) if !text.trim().is_empty() => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ if answer.is_html() => "a web page".to_owned(),
        _ => answer.excerpt(),
    }
}

/// The error that `POST /api/ds/query` reports for its first query, whatever the status of the whole.
pub fn extract_query_error(answer: &HttpAnswer) -> Option<String> {
    let body: Value = serde_json::from_str(&answer.body).ok()?;
    let Some(results) = body["results"].as_object() else {
        return Some(extract_message(answer));
    };
    results
        .values()
        .find_map(|result| result["error"].as_str())
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `12.4.0-pre` → (12, 4, 0)
pub fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(['.', '-', '+']).map(|part| part.parse::<u32>().ok());
    Some((parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn a_refusal_names_what_is_missing() {
        let body = r#"{"message":"You'll need additional permissions to perform this action. Permissions needed: datasources:read","title":"Access denied"}"#;
        assert_eq!(find_needed_permissions(body).as_deref(), Some("datasources:read"));
        assert_eq!(find_needed_permissions("no"), None);
    }

    #[test]
    fn versions_are_numbers() {
        assert_eq!(parse_version("9.4.0-pre"), Some((9, 4, 0)));
        assert_eq!(parse_version("12.4"), Some((12, 4, 0)));
        assert_eq!(parse_version(""), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = extract_query_error(&answer(&body));
            let _ = find_needed_permissions(&body);
            let _ = parse_version(&body);
        }
    }
}
