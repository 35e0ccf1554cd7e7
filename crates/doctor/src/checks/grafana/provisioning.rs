//! Provisioning files to paste (grafana.com, «Provision Grafana»): the whole entry of one data source, so that nothing
//! has to be guessed; a `$` of Grafana's own is written `$$`.

use serde_json::Value;

use telemetry::model::grafana::DataSource;

/// The entry of this data source with another address and these lines below `jsonData`.
pub fn render_entry(source: &DataSource, url: &str, json_data: &[&str]) -> String {
    let mut text = format!(
        "apiVersion: 1\ndatasources:\n  - name: {}\n    uid: {}\n    type: {}\n    access: proxy\n    url: {url}",
        quote_yaml(&source.name),
        quote_yaml(&source.uid),
        source.kind
    );
    if source.is_default {
        text.push_str("\n    isDefault: true");
    }
    if !json_data.is_empty() {
        text.push_str("\n    jsonData:");
        for line in json_data {
            text.push_str("\n      ");
            text.push_str(line);
        }
    }
    text
}

/// The entry of this data source with these lines below `jsonData`.
pub fn render_settings(source: &DataSource, json_data: &[&str]) -> String {
    render_entry(source, resolve_url(source), json_data)
}

/// A Tempo data source that is not there yet.
pub fn render_new_tempo(url: &str) -> String {
    format!(
        "apiVersion: 1\ndatasources:\n  - name: Tempo\n    uid: tempo\n    type: tempo\n    access: proxy\n    url: {url}\n    \
         jsonData:\n      nodeGraph: {{enabled: true}}"
    )
}

/// The address of a data source, or what stands for one that was not told.
fn resolve_url(source: &DataSource) -> &str {
    source
        .url
        .as_deref()
        .filter(|url| !url.is_empty())
        .unwrap_or("http://tempo:3200")
}

/// A name as YAML takes it.
pub fn quote_yaml(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || "-_ ./:".contains(letter))
        && !format!("{text} ").contains(": ")
        && !matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off")
        && text.starts_with(|letter: char| letter.is_alphabetic());
    if plain {
        text.to_owned()
    } else {
        Value::String(text.to_owned()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_yaml_that_says_what_was_meant() {
        let source = DataSource {
            uid: "t-1".into(),
            name: "Tempo: \"prod\"".into(),
            kind: "tempo".into(),
            is_default: true,
            ..DataSource::default()
        };
        let text = render_entry(&source, "http://tempo:3200", &["serviceMap:", "  datasourceUid: prom"]);
        let tree: Value = serde_saphyr::from_str(&text).expect("YAML");
        let one = &tree["datasources"][0];
        assert_eq!(one["name"], "Tempo: \"prod\"");
        assert_eq!(one["jsonData"]["serviceMap"]["datasourceUid"], "prom");
        assert_eq!(one["isDefault"], true);
    }
}
