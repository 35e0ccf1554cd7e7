//! The part of TraceQL the lab understands: `{}` and conjunctions of comparisons in one or more span sets.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

/// A parsed query: every span set must match some span, and inside one set all conditions hold for the same span.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub(crate) sets: Vec<Vec<Condition>>,
    /// What follows the first `|`, untouched.
    pub(crate) pipeline: Option<String>,
}

/// `field op value`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) field: Field,
    op: Op,
    value: Literal,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field {
    Span(String),
    Resource(String),
    Either(String),
    Intrinsic(String),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Equal,
    NotEqual,
    Greater,
    AtLeast,
    Less,
    AtMost,
}

#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Text(String),
    Number(f64),
}

/// A span where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpanView<'a> {
    pub(crate) span: &'a Span,
    pub(crate) resource: &'a [KeyValue],
}

/// All spans of a trace.
pub(crate) fn views(batches: &[ResourceSpans]) -> impl Iterator<Item = SpanView<'_>> {
    batches.iter().flat_map(|batch| {
        let resource = batch.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
        batch
            .scope_spans
            .iter()
            .flat_map(|scope| &scope.spans)
            .map(move |span| SpanView { span, resource })
    })
}

/// `service.name` of a resource.
pub(crate) fn resource_service(attributes: &[KeyValue]) -> Option<&str> {
    match attribute(attributes, "service.name")? {
        Value::StringValue(name) => Some(name),
        _ => None,
    }
}

pub(crate) fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    attributes
        .iter()
        .find(|pair| pair.key == key)
        .and_then(|pair| pair.value.as_ref())
        .and_then(|value: &AnyValue| value.value.as_ref())
}

impl SpanView<'_> {
    pub(crate) fn value(&self, field: &Field) -> Option<Value> {
        match field {
            Field::Span(key) => attribute(&self.span.attributes, key).cloned(),
            Field::Resource(key) => attribute(self.resource, key).cloned(),
            Field::Either(key) => attribute(&self.span.attributes, key)
                .or_else(|| attribute(self.resource, key))
                .cloned(),
            Field::Intrinsic(name) => self.intrinsic(name),
        }
    }

    fn intrinsic(&self, name: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::StringValue(text.to_owned()));
        match name {
            "name" | "span:name" => text(&self.span.name),
            "trace:id" => text(&hex(&self.span.trace_id)),
            "span:id" => text(&hex(&self.span.span_id)),
            "kind" | "span:kind" => text(kind_word(self.span.kind)),
            "status" | "span:status" => text(status_word(self.span)),
            "duration" | "span:duration" => {
                let nanos = self
                    .span
                    .end_time_unix_nano
                    .saturating_sub(self.span.start_time_unix_nano);
                Some(Value::DoubleValue(nanos as f64 / 1e9))
            }
            _ => None,
        }
    }

    pub(crate) fn matches(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| match self.value(&condition.field) {
            Some(value) => condition.holds(&value),
            None => false,
        })
    }
}

impl Condition {
    fn holds(&self, value: &Value) -> bool {
        let ordering = match (&self.value, value) {
            (Literal::Number(want), Value::IntValue(is)) => (*is as f64).partial_cmp(want),
            (Literal::Number(want), Value::DoubleValue(is)) => is.partial_cmp(want),
            (Literal::Text(want), Value::StringValue(is)) if self.field == Field::Intrinsic("trace:id".to_owned()) => {
                Some(is.trim_start_matches('0').cmp(want.trim_start_matches('0')))
            }
            (Literal::Text(want), Value::StringValue(is)) => Some(is.as_str().cmp(want)),
            (Literal::Text(want), Value::BoolValue(is)) => Some(is.to_string().as_str().cmp(want)),
            _ => None,
        };
        ordering.is_some_and(|ordering| match self.op {
            Op::Equal => ordering.is_eq(),
            Op::NotEqual => ordering.is_ne(),
            Op::Greater => ordering.is_gt(),
            Op::AtLeast => ordering.is_ge(),
            Op::Less => ordering.is_lt(),
            Op::AtMost => ordering.is_le(),
        })
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kind_word(kind: i32) -> &'static str {
    match kind {
        1 => "internal",
        2 => "server",
        3 => "client",
        4 => "producer",
        5 => "consumer",
        _ => "unspecified",
    }
}

fn status_word(span: &Span) -> &'static str {
    match span.status.as_ref().map_or(0, |status| status.code) {
        1 => "ok",
        2 => "error",
        _ => "unset",
    }
}

/// Reads a query; the error is Tempo's line for one that cannot be read.
pub(crate) fn parse(text: &str) -> Result<Query, String> {
    let mut reader = Reader { text, at: 0 };
    let mut sets = Vec::new();
    let mut pipeline = None;
    loop {
        sets.push(reader.set()?);
        reader.blank();
        if reader.eat("&&") {
            continue;
        }
        if reader.eat("|") {
            pipeline = Some(reader.rest().trim().to_owned());
        } else if !reader.rest().is_empty() {
            return Err(reader.unexpected());
        }
        return Ok(Query { sets, pipeline });
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn unexpected(&self) -> String {
        let what = match self.rest().chars().next() {
            None => "$end".to_owned(),
            Some(letter) if letter.is_alphanumeric() => "IDENTIFIER".to_owned(),
            Some(letter) => letter.to_string(),
        };
        format!(
            "invalid TraceQL query: parse error at line 1, col {}: syntax error: unexpected {what}",
            self.at + 1
        )
    }

    fn set(&mut self) -> Result<Vec<Condition>, String> {
        if !self.eat("{") {
            return Err(self.unexpected());
        }
        let mut conditions = Vec::new();
        while !self.eat("}") {
            if self.eat("true") {
                continue;
            }
            conditions.push(self.condition()?);
            self.eat("&&");
        }
        Ok(conditions)
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let field = self.field()?;
        let op = [
            ("!=", Op::NotEqual),
            (">=", Op::AtLeast),
            ("<=", Op::AtMost),
            ("=", Op::Equal),
            (">", Op::Greater),
            ("<", Op::Less),
        ]
        .into_iter()
        .find(|(token, _)| self.eat(token))
        .map(|(_, op)| op)
        .ok_or_else(|| self.unexpected())?;
        let value = self.literal()?;
        Ok(Condition { field, op, value })
    }

    fn field(&mut self) -> Result<Field, String> {
        self.blank();
        let rest = self.rest();
        if let Some(quoted) = [("span.\"", 0), ("resource.\"", 1), (".\"", 2)]
            .into_iter()
            .find(|(start, _)| rest.starts_with(start))
        {
            self.at += quoted.0.len() - 1;
            let name = self.quoted('"')?;
            return Ok(match quoted.1 {
                0 => Field::Span(name),
                1 => Field::Resource(name),
                _ => Field::Either(name),
            });
        }
        let word = self.word(|letter| letter.is_alphanumeric() || "._-:/@".contains(letter));
        if word.is_empty() {
            return Err(self.unexpected());
        }
        Ok(if let Some(key) = word.strip_prefix("span.") {
            Field::Span(key.to_owned())
        } else if let Some(key) = word.strip_prefix("resource.") {
            Field::Resource(key.to_owned())
        } else if let Some(key) = word.strip_prefix('.') {
            Field::Either(key.to_owned())
        } else {
            Field::Intrinsic(word.to_owned())
        })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        self.blank();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '`')) => Ok(Literal::Text(self.quoted(quote)?)),
            Some(digit) if digit.is_ascii_digit() || digit == '-' => {
                let word = self.word(|letter| letter.is_alphanumeric() || ".-µ".contains(letter));
                number(word).map(Literal::Number).ok_or_else(|| self.unexpected())
            }
            Some(letter) if letter.is_alphabetic() => Ok(Literal::Text(self.word(char::is_alphanumeric).to_owned())),
            _ => Err(self.unexpected()),
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((offset, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    self.at += offset + 1;
                    return Ok(text);
                }
                '\\' if quote == '"' => text.extend(letters.next().map(|(_, escaped)| match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                })),
                _ => text.push(letter),
            }
        }
        self.at = self.text.len();
        Err(self.unexpected())
    }
}

/// A number, or a duration in seconds.
fn number(word: &str) -> Option<f64> {
    let (digits, unit) = word.split_at(word.find(|letter: char| letter.is_alphabetic()).unwrap_or(word.len()));
    let scale = match unit {
        "" | "s" => 1.0,
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    digits.parse::<f64>().ok().map(|digits| digits * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_ends_too_early_gets_tempos_words() {
        assert_eq!(
            parse("{resource.service.name=").unwrap_err(),
            "invalid TraceQL query: parse error at line 1, col 24: syntax error: unexpected $end"
        );
    }

    #[test]
    fn sets_conditions_and_pipelines_are_told_apart() {
        let query = parse("{ span.run = \"a\\\"b\" && .x > 5ms } && { resource.service.name = `y` } | rate()").unwrap();
        assert_eq!(query.sets.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(query.pipeline.as_deref(), Some("rate()"));
        assert!(parse("{}").unwrap().sets[0].is_empty());
    }
}
