//! Traces from a file: OTLP JSON as the specification writes it, one document or one a line, and as Tempo gives it back
//! (`batches`, `trace`, ids in base64, kinds by name).

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::Value;

use super::rng::decode_hex;

type InputResult<T> = Result<T, String>;

/// How deep lists and maps may stand in an attribute; each takes up to four levels of JSON. Tempo's receiver reads JSON down
/// to 10,000 levels (json-iterator v1.1.12: iter.go), and protobuf without a bound.
const DEEPEST: usize = 100;
/// How deep JSON may be nested, so that reading it ends.
const MOST_NESTED: usize = 4 * DEEPEST + 100;

/// Reads a file. The error names the place in it.
pub fn parse_otlp_json(text: &str) -> InputResult<ExportTraceServiceRequest> {
    let mut all = ExportTraceServiceRequest::default();
    check_depth(text)?;
    let mut documents = serde_json::Deserializer::from_str(text);
    // Tempo takes attributes that are nested deeper than serde_json does unless told otherwise; `shallow` is the bound.
    documents.disable_recursion_limit();
    let documents = documents.into_iter::<Value>();
    for (number, document) in documents.enumerate() {
        let document = document.map_err(|problem| {
            if problem.is_eof() {
                format!("the file is truncated at line {}", problem.line())
            } else {
                format!(
                    "line {}, column {}: not JSON: {problem}",
                    problem.line(),
                    problem.column()
                )
            }
        })?;
        let groups = document
            .get("resourceSpans")
            .or_else(|| document.get("batches"))
            .or_else(|| document.get("trace").and_then(|trace| trace.get("resourceSpans")))
            .ok_or_else(|| {
                format!(
                    "document {}: not OTLP traces: it has no resourceSpans or batches",
                    number + 1
                )
            })?;
        all.resource_spans.extend(parse_list(
            groups,
            &format!("document {}, resourceSpans", number + 1),
            parse_resource_spans,
        )?);
    }
    if all
        .resource_spans
        .iter()
        .all(|group| group.scope_spans.iter().all(|scope| scope.spans.is_empty()))
    {
        return Err("contains no spans".to_owned());
    }
    Ok(all)
}

/// Refuses lists and objects that are nested deeper than anything that is read here.
fn check_depth(text: &str) -> InputResult<()> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let (mut line, mut begin) = (1_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => (line, begin) = (line + 1, at + 1),
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_NESTED {
            let column = at + 1 - begin;
            return Err(format!(
                "line {line}, column {column}: lists and objects are nested more than {MOST_NESTED} deep"
            ));
        }
    }
    Ok(())
}

fn parse_list<T>(value: &Value, place: &str, read: impl Fn(&Value, &str) -> InputResult<T>) -> InputResult<Vec<T>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| read(item, &format!("{place}[{at}]")))
            .collect(),
        _ => Err(format!("{place} is not a list")),
    }
}

fn parse_resource_spans(value: &Value, place: &str) -> InputResult<ResourceSpans> {
    let resource = &value["resource"];
    let scopes = match &value["scopeSpans"] {
        Value::Null => &value["instrumentationLibrarySpans"],
        scopes => scopes,
    };
    Ok(ResourceSpans {
        resource: Some(Resource {
            attributes: parse_attributes(&resource["attributes"], &format!("{place}.resource.attributes"))?,
            ..Default::default()
        }),
        scope_spans: parse_list(scopes, &format!("{place}.scopeSpans"), parse_scope_spans)?,
        schema_url: parse_text(&value["schemaUrl"]),
    })
}

fn parse_scope_spans(value: &Value, place: &str) -> InputResult<ScopeSpans> {
    let scope = &value["scope"];
    Ok(ScopeSpans {
        scope: scope.is_object().then(|| InstrumentationScope {
            name: parse_text(&scope["name"]),
            version: parse_text(&scope["version"]),
            ..Default::default()
        }),
        spans: parse_list(&value["spans"], &format!("{place}.spans"), parse_span)?,
        schema_url: parse_text(&value["schemaUrl"]),
    })
}

fn parse_span(value: &Value, place: &str) -> InputResult<Span> {
    if !value.is_object() {
        return Err(format!("{place} is not a span"));
    }
    let at = |field: &str| format!("{place}.{field}");
    let status = &value["status"];
    Ok(Span {
        trace_id: parse_id(&value["traceId"], 16, &at("traceId"))?,
        span_id: parse_id(&value["spanId"], 8, &at("spanId"))?,
        trace_state: parse_text(&value["traceState"]),
        parent_span_id: match &value["parentSpanId"] {
            Value::Null => Vec::new(),
            Value::String(text) if text.is_empty() => Vec::new(),
            parent => parse_id(parent, 8, &at("parentSpanId"))?,
        },
        flags: parse_number(&value["flags"]),
        name: parse_text(&value["name"]),
        kind: parse_enum(
            &value["kind"],
            "SPAN_KIND_",
            &["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"],
            &at("kind"),
        )?,
        start_time_unix_nano: parse_nanos(&value["startTimeUnixNano"], &at("startTimeUnixNano"))?,
        end_time_unix_nano: parse_nanos(&value["endTimeUnixNano"], &at("endTimeUnixNano"))?,
        attributes: parse_attributes(&value["attributes"], &at("attributes"))?,
        dropped_attributes_count: parse_number(&value["droppedAttributesCount"]),
        events: parse_list(&value["events"], &at("events"), parse_event)?,
        dropped_events_count: parse_number(&value["droppedEventsCount"]),
        links: parse_list(&value["links"], &at("links"), parse_link)?,
        dropped_links_count: parse_number(&value["droppedLinksCount"]),
        status: match status.is_object() {
            false => None,
            true => Some(Status {
                message: parse_text(&status["message"]),
                code: parse_enum(
                    &status["code"],
                    "STATUS_CODE_",
                    &["UNSET", "OK", "ERROR"],
                    &at("status.code"),
                )?,
            }),
        },
    })
}

fn parse_event(value: &Value, place: &str) -> InputResult<Event> {
    Ok(Event {
        time_unix_nano: parse_nanos(&value["timeUnixNano"], &format!("{place}.timeUnixNano"))?,
        name: parse_text(&value["name"]),
        attributes: parse_attributes(&value["attributes"], &format!("{place}.attributes"))?,
        dropped_attributes_count: parse_number(&value["droppedAttributesCount"]),
    })
}

fn parse_link(value: &Value, place: &str) -> InputResult<Link> {
    Ok(Link {
        trace_id: parse_id(&value["traceId"], 16, &format!("{place}.traceId"))?,
        span_id: parse_id(&value["spanId"], 8, &format!("{place}.spanId"))?,
        trace_state: parse_text(&value["traceState"]),
        attributes: parse_attributes(&value["attributes"], &format!("{place}.attributes"))?,
        dropped_attributes_count: parse_number(&value["droppedAttributesCount"]),
        flags: parse_number(&value["flags"]),
    })
}

fn parse_attributes(value: &Value, place: &str) -> InputResult<Vec<KeyValue>> {
    parse_nested_attributes(value, place, 0)
}

fn parse_nested_attributes(value: &Value, place: &str, depth: usize) -> InputResult<Vec<KeyValue>> {
    parse_list(value, place, |pair, own| {
        Ok(KeyValue {
            key: parse_text(&pair["key"]),
            // What stands deep in an attribute is found by the place of the attribute.
            value: parse_any_value(&pair["value"], if depth == 0 { own } else { place }, depth)?,
            ..Default::default()
        })
    })
}

fn parse_any_value(value: &Value, place: &str, depth: usize) -> InputResult<Option<AnyValue>> {
    if depth > DEEPEST {
        return Err(format!("{place}: lists and maps are nested more than {DEEPEST} deep"));
    }
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return Ok(None);
    };
    let wrong = || format!("{place}: {kind} cannot be {inner}");
    let value = match kind.as_str() {
        "stringValue" => Any::StringValue(inner.as_str().ok_or_else(wrong)?.to_owned()),
        "boolValue" => Any::BoolValue(inner.as_bool().ok_or_else(wrong)?),
        "intValue" => Any::IntValue(match inner {
            Value::String(text) => text.parse().map_err(|_| wrong())?,
            other => other.as_i64().ok_or_else(wrong)?,
        }),
        "doubleValue" => Any::DoubleValue(match inner {
            Value::String(text) => text.parse().map_err(|_| wrong())?,
            other => other.as_f64().ok_or_else(wrong)?,
        }),
        "bytesValue" => Any::BytesValue(BASE64.decode(inner.as_str().ok_or_else(wrong)?).map_err(|_| wrong())?),
        "arrayValue" => Any::ArrayValue(ArrayValue {
            values: parse_list(&inner["values"], place, |item, _| {
                parse_any_value(item, place, depth + 1)
            })?
            .into_iter()
            .flatten()
            .collect(),
        }),
        "kvlistValue" => Any::KvlistValue(KeyValueList {
            values: parse_nested_attributes(&inner["values"], place, depth + 1)?,
        }),
        _ => return Err(format!("{place}: {kind} is not a value type")),
    };
    Ok(Some(AnyValue { value: Some(value) }))
}

/// An id in hex, or in base64 as Tempo writes it.
fn parse_id(value: &Value, len: usize, place: &str) -> InputResult<Vec<u8>> {
    let wrong = || format!("{place} is not an id of {} hex digits", len * 2);
    let text = value.as_str().ok_or_else(wrong)?;
    let read = if text.len() == len * 2 { decode_hex(text) } else { None };
    let read = read.or_else(|| BASE64.decode(text).ok().filter(|bytes| bytes.len() == len));
    read.filter(|bytes| bytes.iter().any(|byte| *byte != 0))
        .ok_or_else(wrong)
}

fn parse_nanos(value: &Value, place: &str) -> InputResult<u64> {
    let read = match value {
        Value::Null => Some(0),
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    read.ok_or_else(|| format!("{place} is not a time in nanoseconds"))
}

fn parse_enum(value: &Value, prefix: &str, names: &[&str], place: &str) -> InputResult<i32> {
    let read = match value {
        Value::Null => Some(0),
        Value::String(text) => names.iter().position(|name| *name == text.trim_start_matches(prefix)),
        other => other
            .as_u64()
            .map(|number| number as usize)
            .filter(|number| *number < names.len()),
    };
    read.map(|number| number as i32)
        .ok_or_else(|| format!("{place} cannot be {value}"))
}

fn parse_text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn parse_number(value: &Value) -> u32 {
    value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::encode::otlp_json;
    use super::super::expand::expand_scenario;
    use super::super::message::build_trace_request;
    use super::super::scenario;
    use super::super::trace_plan::ScenarioOverrides;
    use super::*;
    use crate::load::message::TraceValues;
    use crate::load::rng::Rng;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_back() {
        for name in scenario::list_scenario_names() {
            let scenario = scenario::find_scenario(name).expect("built in");
            let shape = expand_scenario(&scenario, &ScenarioOverrides::default(), true, &mut Rng::new(1));
            let filling = TraceValues {
                trace_id: [7; 16],
                span_ids: (0..shape.spans.len()).map(|at| [at as u8 + 1; 8]).collect(),
                previous_trace: [9; 16],
                previous_spans: (0..shape.spans.len()).map(|at| [at as u8 + 100; 8]).collect(),
                times: (0..shape.time_count() as u64)
                    .map(|time| 1_795_458_257_000_000_000 + time)
                    .collect(),
                fresh: shape.fresh.iter().map(|fresh| "0".repeat(fresh.len)).collect(),
                ..TraceValues::default()
            };
            let made = build_trace_request(&shape, &filling);
            let text = otlp_json::build_document(&made).to_string();
            assert_eq!(parse_otlp_json(&text).expect(name), made);
            assert_eq!(
                parse_otlp_json(&format!("{text}\n{text}\n"))
                    .expect(name)
                    .resource_spans
                    .len(),
                made.resource_spans.len() * 2
            );
        }
    }

    #[test]
    fn tempos_own_form_is_read() {
        let text = r#"{"batches":[{"resource":{"attributes":[]},"scopeSpans":[{"spans":[{"traceId":"VZdCNZdLpQbJxoPcCJ7sNw==",
            "spanId":"ERERERERERE=","name":"n","kind":"SPAN_KIND_SERVER","startTimeUnixNano":"5","endTimeUnixNano":"6",
            "status":{"code":"STATUS_CODE_ERROR"}}]}]}]}"#;
        let read = parse_otlp_json(text).expect("a trace");
        let span = &read.resource_spans[0].scope_spans[0].spans[0];
        assert_eq!(
            (
                span.kind,
                span.trace_id.len(),
                span.status.as_ref().map(|status| status.code)
            ),
            (2, 16, Some(2))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            ("", "no span"),
            ("{}", "not OTLP traces"),
            ("{\"resourceSpans\":[", "truncated"),
            ("{\"resourceSpans\":{}}", "not a list"),
            (
                r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"12"}]}]}]}"#,
                "spans[0].traceId is not an id",
            ),
            (
                r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000000"}]}]}]}"#,
                "traceId is not an id",
            ),
        ] {
            let problem = parse_otlp_json(text).expect_err(text);
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }

    /// A span with an attribute of so many levels, lists and maps in turn.
    fn nested(levels: usize) -> String {
        let mut value = r#"{"stringValue":"x"}"#.to_owned();
        for level in 0..levels {
            value = if level % 2 == 0 {
                format!(r#"{{"arrayValue":{{"values":[{value}]}}}}"#)
            } else {
                format!(r#"{{"kvlistValue":{{"values":[{{"key":"k","value":{value}}}]}}}}"#)
            };
        }
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{:032x}","spanId":"{:016x}","attributes":[{{"key":"deep","value":{value}}}]}}]}}]}}]}}"#,
            7, 8
        )
    }

    #[test]
    fn deep_attributes_are_read_and_bounded() {
        for levels in [1, 40, DEEPEST] {
            let read = parse_otlp_json(&nested(levels)).expect("read");
            let span = &read.resource_spans[0].scope_spans[0].spans[0];
            let mut value = span.attributes[0].value.clone();
            let mut found = 0;
            while let Some(inner) = value.take() {
                value = match inner.value {
                    Some(Any::ArrayValue(list)) => list.values.into_iter().next(),
                    Some(Any::KvlistValue(map)) => map.values.into_iter().next().and_then(|pair| pair.value),
                    _ => break,
                };
                found += 1;
            }
            assert_eq!(found, levels);
        }
        let refused = parse_otlp_json(&nested(DEEPEST + 1)).expect_err("too deep");
        assert!(
            refused.contains("spans[0].attributes[0]: lists and maps are nested more than 100 deep"),
            "{refused}"
        );
        let refused = parse_otlp_json(&nested(100_000)).expect_err("too deep");
        assert!(
            refused.starts_with("line 1, column ") && refused.len() < 200,
            "{refused}"
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,200}") {
            let _ = parse_otlp_json(&text);
        }
    }
}
