//! The query of a variable over Prometheus: not PromQL, but a few functions of the data source
//! (grafana-prometheus-datasource: packages/grafana-prometheus/src/metric_find_query.ts).

/// What a variable asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableQuery {
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

impl VariableQuery {
    /// The selector whose series it looks at.
    pub fn selector(&self) -> Option<&str> {
        match self {
            VariableQuery::LabelValues { selector, .. } | VariableQuery::LabelNames(selector) => selector.as_deref(),
            VariableQuery::QueryResult(text) | VariableQuery::Series(text) => Some(text),
            VariableQuery::Metrics(_) => None,
        }
    }
}

/// Reads the query of a variable.
pub fn parse_variable_query(text: &str) -> VariableQuery {
    let text = text.trim();
    let call = |name: &str| {
        let inner = text.strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_end();
        Some(inner.strip_suffix(')')?.trim())
    };
    if let Some(inner) = call("label_names") {
        return VariableQuery::LabelNames((!inner.is_empty()).then(|| inner.to_owned()));
    }
    if let Some(inner) = call("label_values") {
        let (selector, label) = match split_last_argument(inner) {
            Some((selector, label)) => (Some(selector.trim().to_owned()).filter(|text| !text.is_empty()), label),
            None => (None, inner),
        };
        return VariableQuery::LabelValues {
            selector,
            label: label.trim().to_owned(),
        };
    }
    if let Some(inner) = call("metrics") {
        return VariableQuery::Metrics(inner.to_owned());
    }
    if let Some(inner) = call("query_result") {
        return VariableQuery::QueryResult(inner.to_owned());
    }
    VariableQuery::Series(text.to_owned())
}

/// At the last comma that stands in no braces and no quotes.
fn split_last_argument(text: &str) -> Option<(&str, &str)> {
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
        let values = |selector: Option<&str>, label: &str| VariableQuery::LabelValues {
            selector: selector.map(str::to_owned),
            label: label.to_owned(),
        };
        assert_eq!(parse_variable_query("label_values(job)"), values(None, "job"));
        assert_eq!(
            parse_variable_query("label_values(x{a=~\"b,c\", d=\"e\"}, cluster)"),
            values(Some("x{a=~\"b,c\", d=\"e\"}"), "cluster")
        );
        assert_eq!(parse_variable_query(" label_names() "), VariableQuery::LabelNames(None));
        assert_eq!(
            parse_variable_query("metrics(tempo_.*)"),
            VariableQuery::Metrics("tempo_.*".into())
        );
        assert_eq!(
            parse_variable_query("query_result(max(up))"),
            VariableQuery::QueryResult("max(up)".into())
        );
        assert_eq!(
            parse_variable_query("up{job=\"x\"}"),
            VariableQuery::Series("up{job=\"x\"}".into())
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}") {
            let _ = parse_variable_query(&text);
            let _ = parse_variable_query(&format!("label_values({text})"));
        }
    }
}
