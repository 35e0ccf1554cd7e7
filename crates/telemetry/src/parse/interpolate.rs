//! Variables in queries, filled in as a browser does (grafana/scenes: sceneInterpolator.ts, formatRegistry.ts;
//! grafana-prometheus-datasource: escaping.ts). Unknown names stay as they are: `${1}` belongs to `label_replace`.

use std::collections::BTreeMap;

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableValue {
    /// One text, of a variable that can have only one.
    One(String),
    /// The chosen ones, of a variable that can have several.
    Many(Vec<String>),
    /// What All was defined as: inserted as it is.
    Raw(String),
}

impl VariableValue {
    /// The texts, whatever the form.
    pub fn texts(&self) -> Vec<String> {
        match self {
            VariableValue::One(text) | VariableValue::Raw(text) => vec![text.clone()],
            VariableValue::Many(list) => list.clone(),
        }
    }

    /// True where there is nothing to insert.
    pub fn is_empty(&self) -> bool {
        match self {
            VariableValue::One(text) | VariableValue::Raw(text) => text.is_empty(),
            VariableValue::Many(list) => list.iter().all(String::is_empty),
        }
    }
}

/// How values are written where the variable does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterpolationStyle {
    /// Inside PromQL's quotes: several become a group of a regular expression.
    Promql,
    /// TraceQL: `a|b`.
    Pipe,
    /// `{a,b}`
    Glob,
}

/// The values in force, by name.
pub type VariableScope = BTreeMap<String, VariableValue>;

/// A text with its variables filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterpolatedText {
    /// The text.
    pub text: String,
    /// Names that were filled in.
    pub used: Vec<String>,
    /// Names that are not there.
    pub unknown: Vec<String>,
}

/// Fills a text in.
pub fn interpolate_variables(text: &str, scope: &VariableScope, style: InterpolationStyle) -> InterpolatedText {
    let mut filled = InterpolatedText::default();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '[']) {
        filled.text.push_str(&rest[..at]);
        rest = &rest[at..];
        match parse_variable_reference(rest) {
            Some((name, format, length)) => {
                match scope.get(name) {
                    Some(value) => {
                        filled.text.push_str(&format_value(value, format, style));
                        push_unique(&mut filled.used, name);
                    }
                    None => {
                        filled.text.push_str(&rest[..length]);
                        // A number is a group of a regular expression.
                        if !name.starts_with(|first: char| first.is_ascii_digit()) {
                            push_unique(&mut filled.unknown, name);
                        }
                    }
                }
                rest = &rest[length..];
            }
            None => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                filled.text.push_str(&rest[..first]);
                rest = &rest[first..];
            }
        }
    }
    filled.text.push_str(rest);
    filled
}

/// The names that a text uses, there or not.
pub fn find_variable_names(text: &str) -> Vec<String> {
    interpolate_variables(text, &VariableScope::new(), InterpolationStyle::Glob).unknown
}

fn push_unique(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

/// Name, format and length of the variable that the text begins with: `$a`, `${a}`, `${a.b:fmt}`, `[[a:fmt]]`.
fn parse_variable_reference(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let word = |text: &str| {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count()
    };
    let (inner, open, close) = if let Some(inner) = text.strip_prefix("${") {
        (inner, 2, "}")
    } else if let Some(inner) = text.strip_prefix("[[") {
        (inner, 2, "]]")
    } else {
        let inner = text.strip_prefix('$')?;
        let length = word(inner);
        return (length > 0).then(|| (&inner[..length], None, 1 + length));
    };
    let end = inner.find(close)?;
    let body = &inner[..end];
    let length = word(body);
    if length == 0 {
        return None;
    }
    let tail = &body[length..];
    let format = match tail.find(':') {
        Some(at) => Some(&tail[at + 1..]),
        None if tail.is_empty() || tail.starts_with('.') => None,
        None => return None,
    };
    Some((&body[..length], format, open + end + close.len()))
}

fn format_value(value: &VariableValue, format: Option<&str>, style: InterpolationStyle) -> String {
    let list = value.texts();
    if let (VariableValue::Raw(text), None) = (value, format) {
        return text.clone();
    }
    match format.map(|format| format.split(':').next().unwrap_or_default()) {
        Some("raw" | "csv" | "text" | "queryparam" | "percentencode") => list.join(","),
        Some("pipe") => list.join("|"),
        Some("regex") => format_regex_group(&list, |text| escape_regex(text, "\\")),
        Some("json") => serde_json::to_string(&list).unwrap_or_default(),
        Some("singlequote") => quote_values(&list, '\''),
        Some("doublequote") => quote_values(&list, '"'),
        Some("sqlstring") => quote_values(&list, '\''),
        Some("glob") => format_glob(&list),
        _ => match (style, value) {
            (InterpolationStyle::Promql, VariableValue::One(text)) => text.replace('\\', "\\\\").replace('\'', "\\\\'"),
            (InterpolationStyle::Promql, _) if list.is_empty() => "()".to_owned(),
            (InterpolationStyle::Promql, _) => {
                format_regex_group(&list, |text| escape_regex(&text.replace('\\', "\\\\\\\\"), "\\\\"))
            }
            (InterpolationStyle::Pipe, _) => list.join("|"),
            (InterpolationStyle::Glob, _) => format_glob(&list),
        },
    }
}

fn format_glob(list: &[String]) -> String {
    match list {
        [one] => one.clone(),
        many => format!("{{{}}}", many.join(",")),
    }
}

fn format_regex_group(list: &[String], escape: impl Fn(&str) -> String) -> String {
    match list {
        [one] => escape(one),
        many => format!("({})", many.iter().map(|one| escape(one)).collect::<Vec<_>>().join("|")),
    }
}

fn quote_values(list: &[String], mark: char) -> String {
    list.iter()
        .map(|one| format!("{mark}{one}{mark}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// Characters that mean something in a regular expression, with `slash` before each.
fn escape_regex(text: &str, slash: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        if "$^*{}[]+?.()|".contains(letter) {
            out.push_str(slash);
        }
        out.push(letter);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope() -> VariableScope {
        VariableScope::from([
            ("one".to_owned(), VariableValue::One("a.b".to_owned())),
            ("none".to_owned(), VariableValue::Many(Vec::new())),
            ("single".to_owned(), VariableValue::Many(vec!["a.b".to_owned()])),
            (
                "many".to_owned(),
                VariableValue::Many(vec!["a".to_owned(), "b".to_owned()]),
            ),
            ("all".to_owned(), VariableValue::Raw(".*".to_owned())),
        ])
    }

    #[test]
    fn values_are_written_as_the_browser_writes_them() {
        let promql = |text: &str| interpolate_variables(text, &scope(), InterpolationStyle::Promql).text;
        assert_eq!(promql("x{a=\"$one\"}"), "x{a=\"a.b\"}");
        assert_eq!(promql("x{a=~\"$single\"}"), "x{a=~\"a\\\\.b\"}");
        assert_eq!(promql("x{a=~\"${many}\"}"), "x{a=~\"(a|b)\"}");
        assert_eq!(promql("x{a=~\"[[none]]\"}"), "x{a=~\"()\"}");
        assert_eq!(promql("x{a=~\"$all\"}"), "x{a=~\".*\"}");
        assert_eq!(promql("x{a=~\"${many:pipe}\"}"), "x{a=~\"a|b\"}");
        assert_eq!(promql("rate(x[5m]) $ [5m]"), "rate(x[5m]) $ [5m]");
        assert_eq!(
            interpolate_variables("{a=~\"$many\"}", &scope(), InterpolationStyle::Pipe).text,
            "{a=~\"a|b\"}"
        );
    }

    #[test]
    fn what_is_not_there_stays_and_is_told() {
        let filled = interpolate_variables(
            "label_replace(x, \"a\", \"${1}\", $gone)",
            &scope(),
            InterpolationStyle::Promql,
        );
        assert_eq!(filled.text, "label_replace(x, \"a\", \"${1}\", $gone)");
        assert_eq!(filled.unknown, ["gone"]);
        assert_eq!(find_variable_names("$a ${b.c:csv} [[d]] $$"), ["a", "b", "d"]);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_plain_text_stays(text in "\\PC{0,60}") {
            let filled = interpolate_variables(&text, &VariableScope::new(), InterpolationStyle::Promql);
            prop_assert_eq!(filled.text, text);
        }
    }
}
