//! The query of a variable over Prometheus: not PromQL, but a few functions of the data source
//! (grafana-prometheus-datasource: packages/grafana-prometheus/src/metric_find_query.ts).

/// What a variable asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Find {
    /// Names of labels, of series that match where that is said.
    LabelNames(Option<String>),
    /// Values of a label, of series that match where that is said.
    LabelValues {
        /// A metric or selector.
        selector: Option<String>,
        /// The label.
        label: String,
    },
    /// Names of metrics that match a regular expression.
    Metrics(String),
    /// The result of PromQL.
    QueryResult(String),
    /// Whole series.
    Series(String),
}

impl Find {
    /// The selector whose series it looks at.
    pub fn selector(&self) -> Option<&str> {
        match self {
            Find::LabelValues { selector, .. } | Find::LabelNames(selector) => selector.as_deref(),
            Find::QueryResult(text) | Find::Series(text) => Some(text),
            Find::Metrics(_) => None,
        }
    }
}

/// Reads the query of a variable.
pub fn read(text: &str) -> Find {
    let text = text.trim();
    let call = |name: &str| {
        let inner = text.strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_end();
        Some(inner.strip_suffix(')')?.trim())
    };
    if let Some(inner) = call("label_names") {
        return Find::LabelNames((!inner.is_empty()).then(|| inner.to_owned()));
    }
    if let Some(inner) = call("label_values") {
        let (selector, label) = match split_last(inner) {
            Some((selector, label)) => (Some(selector.trim().to_owned()).filter(|text| !text.is_empty()), label),
            None => (None, inner),
        };
        return Find::LabelValues {
            selector,
            label: label.trim().to_owned(),
        };
    }
    if let Some(inner) = call("metrics") {
        return Find::Metrics(inner.to_owned());
    }
    if let Some(inner) = call("query_result") {
        return Find::QueryResult(inner.to_owned());
    }
    Find::Series(text.to_owned())
}

/// At the last comma that stands in no braces and no quotes.
fn split_last(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    let mut quoted = false;
    let mut escaped = false;
    let mut found = None;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '(' if !quoted => depth += 1,
            '}' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => found = Some(at),
            _ => {}
        }
    }
    let at = found?;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_is_read() {
        let values = |selector: Option<&str>, label: &str| Find::LabelValues {
            selector: selector.map(str::to_owned),
            label: label.to_owned(),
        };
        assert_eq!(read("label_values(job)"), values(None, "job"));
        assert_eq!(
            read("label_values(x{a=~\"b,c\", d=\"e\"}, cluster)"),
            values(Some("x{a=~\"b,c\", d=\"e\"}"), "cluster")
        );
        assert_eq!(read(" label_names() "), Find::LabelNames(None));
        assert_eq!(read("metrics(tempo_.*)"), Find::Metrics("tempo_.*".into()));
        assert_eq!(read("query_result(max(up))"), Find::QueryResult("max(up)".into()));
        assert_eq!(read("up{job=\"x\"}"), Find::Series("up{job=\"x\"}".into()));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}") {
            let _ = read(&text);
            let _ = read(&format!("label_values({text})"));
        }
    }
}
