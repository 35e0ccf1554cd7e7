//! Links into Grafana's Explore (grafana/grafana v12.4: public/app/features/explore/hooks/useStateSync). From 10 on the
//! panes are one JSON value; before it was `left`, which later versions still understand.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// What `encodeURIComponent` leaves as it is.
const SET: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A trace by its id. `old` is a Grafana before 10.
pub fn build_trace_link(base: &str, uid: &str, trace_id: &str, old: bool) -> String {
    let query = json!({
        "refId": "A",
        "datasource": {"type": "tempo", "uid": uid},
        "queryType": "traceql",
        "query": trace_id,
    });
    build_explore_link(base, uid, query, ("now-1h", "now"), old)
}

/// Any query of a data source over a range.
pub fn build_explore_link(base: &str, uid: &str, query: Value, range: (&str, &str), old: bool) -> String {
    let pane = json!({"datasource": uid, "queries": [query], "range": {"from": range.0, "to": range.1}});
    let base = base.trim_end_matches('/');
    if old {
        let left = utf8_percent_encode(&pane.to_string(), SET).to_string();
        return format!("{base}/explore?orgId=1&left={left}");
    }
    let panes = json!({"t": pane}).to_string();
    format!(
        "{base}/explore?schemaVersion=1&panes={}&orgId=1",
        utf8_percent_encode(&panes, SET)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_one_word_and_says_what_it_asks() {
        let link = build_trace_link("http://localhost:3000/", "tempo", "0af7", false);
        assert!(link.starts_with("http://localhost:3000/explore?schemaVersion=1&panes=%7B%22t%22%3A"));
        assert!(!link.contains(' ') && link.contains("0af7"));
        assert!(build_trace_link("http://h", "tempo", "0af7", true).contains("&left=%7B"));
    }
}
