//! The part of TraceQL the lab understands: span sets of comparisons joined by `&&`, `||` and parentheses; more than one
//! set joined by `&&`.

use std::sync::Arc;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span, Status};

use super::traceql_parser::TraceqlReader;

/// A parsed query: every span set must match some span.
#[derive(Debug, Clone)]
pub(crate) struct LabTraceql {
    pub(crate) sets: Vec<SpanFilter>,
    /// What follows the first `|`, untouched.
    pub(crate) pipeline: Option<String>,
}

/// What a span of a set must be.
#[derive(Debug, Clone)]
pub(crate) enum SpanFilter {
    /// All of these; of none, any span.
    All(Vec<SpanFilter>),
    /// One of these.
    Any(Vec<SpanFilter>),
    /// `field op value`
    Compare(SpanCondition),
}

/// `field op value`
#[derive(Debug, Clone)]
pub(crate) struct SpanCondition {
    pub(super) field: SpanField,
    pub(super) op: CompareOp,
    pub(super) value: ConditionLiteral,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SpanField {
    Span(String),
    Resource(String),
    Either(String),
    Intrinsic(String),
}

impl SpanField {
    /// The field that is written so.
    pub(crate) fn parse(text: &str) -> SpanField {
        if let Some(key) = text.strip_prefix("resource.") {
            SpanField::Resource(key.to_owned())
        } else if let Some(key) = text.strip_prefix("span.") {
            SpanField::Span(key.to_owned())
        } else if let Some(key) = text.strip_prefix('.') {
            SpanField::Either(key.to_owned())
        } else {
            SpanField::Intrinsic(text.to_owned())
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum CompareOp {
    Equal,
    NotEqual,
    Greater,
    AtLeast,
    Less,
    AtMost,
    Like,
    NotLike,
}

#[derive(Debug, Clone)]
pub(super) enum ConditionLiteral {
    Text(String),
    /// An unquoted word: `error`, `server`.
    Word(String),
    Number(f64),
    Bool(bool),
    /// A regular expression, anchored as Tempo anchors it.
    Pattern(regex::Regex),
}

/// A span where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpanView<'a> {
    pub(crate) span: &'a Span,
    pub(crate) resource: &'a [KeyValue],
}

/// All spans of a trace.
pub(crate) fn iterate_views(batches: &[Arc<ResourceSpans>]) -> impl Iterator<Item = SpanView<'_>> {
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
pub(crate) fn find_resource_service(attributes: &[KeyValue]) -> Option<&str> {
    match find_attribute(attributes, "service.name")? {
        Value::StringValue(name) => Some(name),
        _ => None,
    }
}

pub(crate) fn find_attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    attributes
        .iter()
        .find(|pair| pair.key == key)
        .and_then(|pair| pair.value.as_ref())
        .and_then(|value: &AnyValue| value.value.as_ref())
}

impl SpanView<'_> {
    pub(crate) fn value(&self, field: &SpanField) -> Option<Value> {
        match field {
            SpanField::Span(key) => find_attribute(&self.span.attributes, key).cloned(),
            SpanField::Resource(key) => find_attribute(self.resource, key).cloned(),
            SpanField::Either(key) => find_attribute(&self.span.attributes, key)
                .or_else(|| find_attribute(self.resource, key))
                .cloned(),
            SpanField::Intrinsic(name) => self.intrinsic(name),
        }
    }

    fn intrinsic(&self, name: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::StringValue(text.to_owned()));
        match name {
            "name" | "span:name" => text(&self.span.name),
            "trace:id" => text(&encode_hex(&self.span.trace_id)),
            "span:id" => text(&encode_hex(&self.span.span_id)),
            "kind" | "span:kind" => text(&get_last_word(self.span.kind().as_str_name())),
            "status" | "span:status" => {
                let status = self.span.status.as_ref().map(Status::code).unwrap_or_default();
                text(&get_last_word(status.as_str_name()))
            }
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

    pub(crate) fn matches(&self, filter: &SpanFilter) -> bool {
        match filter {
            SpanFilter::All(all) => all.iter().all(|one| self.matches(one)),
            SpanFilter::Any(any) => any.iter().any(|one| self.matches(one)),
            SpanFilter::Compare(condition) => {
                let value = self.value(&condition.field);
                value.is_some_and(|value| condition.holds(&value))
            }
        }
    }
}

impl SpanFilter {
    /// The fields that are compared.
    pub(crate) fn fields(&self) -> Vec<&SpanField> {
        match self {
            SpanFilter::All(inner) | SpanFilter::Any(inner) => inner.iter().flat_map(SpanFilter::fields).collect(),
            SpanFilter::Compare(condition) => vec![&condition.field],
        }
    }
}

impl SpanCondition {
    fn holds(&self, value: &Value) -> bool {
        let ids = matches!(&self.field, SpanField::Intrinsic(name) if name == "trace:id");
        let ordering = match (&self.value, value) {
            (ConditionLiteral::Pattern(pattern), Value::StringValue(is)) => {
                return pattern.is_match(is) == (self.op == CompareOp::Like);
            }
            (ConditionLiteral::Number(want), Value::IntValue(is)) => (*is as f64).partial_cmp(want),
            (ConditionLiteral::Number(want), Value::DoubleValue(is)) => is.partial_cmp(want),
            (ConditionLiteral::Bool(want), Value::BoolValue(is)) => is.partial_cmp(want),
            (ConditionLiteral::Text(want), Value::StringValue(is)) if ids => {
                Some(is.trim_start_matches('0').cmp(want.trim_start_matches('0')))
            }
            (ConditionLiteral::Text(want), Value::StringValue(is)) => Some(is.as_str().cmp(want)),
            (ConditionLiteral::Word(want), Value::StringValue(is)) if matches!(self.field, SpanField::Intrinsic(_)) => {
                Some(is.as_str().cmp(want))
            }
            _ => None,
        };
        ordering.is_some_and(|ordering| match self.op {
            CompareOp::Equal => ordering.is_eq(),
            CompareOp::NotEqual => ordering.is_ne(),
            CompareOp::Greater => ordering.is_gt(),
            CompareOp::AtLeast => ordering.is_ge(),
            CompareOp::Less => ordering.is_lt(),
            CompareOp::AtMost => ordering.is_le(),
            CompareOp::Like | CompareOp::NotLike => false,
        })
    }
}

/// Lower-case hex.
pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `SPAN_KIND_SERVER` → `server`
fn get_last_word(name: &str) -> String {
    name.rsplit('_').next().unwrap_or_default().to_ascii_lowercase()
}

/// Reads a query; the error is a line for the one who asked.
pub(crate) fn parse_traceql(text: &str) -> Result<LabTraceql, String> {
    TraceqlReader::new(text).read_query()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_ends_too_early_gets_tempos_words() {
        assert_eq!(
            parse_traceql("{resource.service.name=").unwrap_err(),
            "invalid TraceQL query: parse error at line 1, col 24: syntax error: unexpected $end"
        );
    }

    #[test]
    fn sets_conditions_and_pipelines_are_told_apart() {
        let query =
            parse_traceql("{ span.run = \"a\\\"b\" && .x > 5ms } && { resource.service.name = `y` } | rate()").unwrap();
        assert_eq!(
            query.sets.iter().map(|set| set.fields().len()).collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(query.pipeline.as_deref(), Some("rate()"));
        assert!(parse_traceql("{}").unwrap().sets[0].fields().is_empty());
    }

    #[test]
    fn comparisons_join_match_and_know_their_types() {
        let pair = |key: &str, value: Value| KeyValue {
            key: key.to_owned(),
            value: Some(AnyValue { value: Some(value) }),
            ..KeyValue::default()
        };
        let span = Span::default();
        let resource = [
            pair("service.name", Value::StringValue("orders".to_owned())),
            pair("generated", Value::BoolValue(true)),
        ];
        let view = SpanView {
            span: &span,
            resource: &resource,
        };
        for (query, expected) in [
            ("{ resource.service.name !~ \"front.*\" }", true),
            ("{ resource.service.name =~ \"rder\" }", false),
            ("{ resource.absent != \"x\" }", false),
            ("{ resource.generated = \"true\" || resource.generated = true }", true),
            (
                "{ .generated = true && (.service.name = \"x\" || .service.name = `y`) }",
                false,
            ),
            ("{ status = unset && kind != server }", true),
        ] {
            let parsed = parse_traceql(query).unwrap();
            assert_eq!(view.matches(&parsed.sets[0]), expected, "{query}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_asked_is_answered(text in "[{}|&\"`\\\\.a-zµ=<>!0-9 -]{0,40}") {
            let _ = parse_traceql(&text);
        }
    }
}
