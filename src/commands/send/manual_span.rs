//! The flags of a span made by hand, its attributes, and the context it continues.

use crate::command_error::CommandError;
use stack::config::Environment;
use telemetry::load::context::TraceContext;
use telemetry::load::probe::{ManualEvent, ManualSpan};
use telemetry::load::text::{AttributeScalar, parse_typed};
use telemetry::load::trace_plan::ScenarioOverrides;
use telemetry::model::trace::SpanKind;
use telemetry::parse::parse_error::{ParseError, quote_text};
use telemetry::parse::time_range;

use super::args::SpanArgs;

/// What is wanted of a span alone.
pub(super) fn collect_span_overrides(span: &SpanArgs, env: &Environment) -> Result<ScenarioOverrides, CommandError> {
    let mut resource = match env.get("OTEL_RESOURCE_ATTRIBUTES").map(parse_header_pairs) {
        None => Vec::new(),
        Some(Ok(pairs)) => pairs,
        Some(Err(problem)) => {
            return Err(CommandError::usage(format!("OTEL_RESOURCE_ATTRIBUTES: {problem}"))
                .advising("OTEL_RESOURCE_ATTRIBUTES=key=value"));
        }
    };
    resource.extend(span.resource_attribute.iter().cloned());
    // The name of a service is not an attribute like others: scenarios have several.
    resource.retain(|(key, _)| key != "service.name");
    Ok(ScenarioOverrides {
        attributes: span.attribute.clone(),
        resource,
        ..ScenarioOverrides::default()
    })
}

/// `k=v,k2=v2`, values percent-decoded (OpenTelemetry specification, «Resource SDK»).
fn parse_header_pairs(text: &str) -> Result<Vec<(String, AttributeScalar)>, String> {
    let pairs = text.split(',').filter(|entry| !entry.trim().is_empty());
    pairs
        .map(|entry| {
            let (key, value) = entry
                .split_once('=')
                .ok_or_else(|| format!("'{entry}' is missing '='"))?;
            let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8_lossy();
            Ok((key.trim().to_owned(), AttributeScalar::fixed(&value)))
        })
        .collect()
}

/// `KEY=VALUE`
pub(super) fn parse_attribute(text: &str) -> Result<(String, AttributeScalar), ParseError> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), parse_typed(value))),
        _ => Err(ParseError::new(format!("'{text}' is not KEY=VALUE")).with_suggestion("team=payments")),
    }
}

/// The context of another span.
pub(super) fn parse_link(text: &str) -> Result<TraceContext, ParseError> {
    TraceContext::parse(text, "").map_err(|problem| {
        ParseError::new(problem).with_suggestion("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    })
}

/// A span made by hand; `name` is what it is called unless a flag says otherwise.
pub(super) fn parse_manual_span(
    span: &SpanArgs,
    usual_kind: SpanKind,
    name: Option<&str>,
    wishes: &ScenarioOverrides,
    env: &Environment,
    now: u64,
) -> Result<ManualSpan, CommandError> {
    let time = |flag: &str, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => parse_nanos(text, now)
            .map(Some)
            .map_err(|refused| CommandError::rejected(flag, refused)),
    };
    let end = time("--end", &span.end)?.unwrap_or(now);
    let start = time("--start", &span.start)?.unwrap_or_else(|| end.saturating_sub(10_000_000));
    if start > end {
        return Err(CommandError::usage("--start is after --end").advising("--start now-1s --end now"));
    }
    let status = match span.status.as_deref() {
        None | Some("unset") => None,
        Some("ok") => Some(None),
        Some("error") => Some(Some(String::new())),
        Some(text) => match text.split_once(':') {
            Some(("error", description)) => Some(Some(description.trim().to_owned())),
            _ => {
                return Err(CommandError::usage(format!("--status: '{text}' is not ok or error"))
                    .advising("--status error:\"card declined\""));
            }
        },
    };
    let events = span
        .event
        .iter()
        .map(|text| parse_event(text, now, end).map_err(|refused| CommandError::rejected("--event", refused)));
    let service = span
        .service
        .clone()
        .or_else(|| env.get("OTEL_SERVICE_NAME").map(str::to_owned));
    Ok(ManualSpan {
        service: format!("{}{}", wishes.prefix, service.unwrap_or_else(|| "tempoctl".to_owned())),
        name: span
            .name
            .clone()
            .or_else(|| name.map(str::to_owned))
            .unwrap_or_else(|| "tempoctl send".to_owned()),
        kind: span.kind.unwrap_or(usual_kind),
        attributes: wishes.attributes.clone(),
        resource: wishes.resource.clone(),
        status,
        events: events.collect::<Result<_, _>>()?,
        links: span.link.clone(),
        times: (start, end),
    })
}

/// `NAME[@TIME][,K=V…]`
fn parse_event(text: &str, now: u64, end: u64) -> Result<ManualEvent, ParseError> {
    let mut parts = text.split(',');
    let head = parts.next().unwrap_or_default();
    let (name, time) = match head.rsplit_once('@') {
        Some((name, time)) => (name, parse_nanos(time, now)?),
        None => (head, end),
    };
    if name.trim().is_empty() {
        return Err(ParseError::new(format!("'{text}' has no name")).with_suggestion("retry@now-1s,attempt=2"));
    }
    Ok(ManualEvent {
        name: name.trim().to_owned(),
        time,
        attributes: parts.map(parse_attribute).collect::<Result<_, _>>()?,
    })
}

/// The context that the environment hands in.
pub(super) fn read_parent_context(env: &Environment) -> Result<Option<TraceContext>, CommandError> {
    let Some(text) = env.get("TRACEPARENT") else {
        return Ok(None);
    };
    TraceContext::parse(text, env.get("TRACESTATE").unwrap_or_default())
        .map(Some)
        .map_err(|problem| CommandError::usage(format!("TRACEPARENT: {problem}")).advising("unset TRACEPARENT"))
}

/// A moment in nanoseconds since 1970; `now` is what *now* means.
fn parse_nanos(text: &str, now: u64) -> Result<u64, ParseError> {
    let now = jiff::Timestamp::from_nanosecond(i128::from(now)).unwrap_or_default();
    let at = time_range::parse_instant(text, now)?.as_nanosecond();
    u64::try_from(at).map_err(|_| ParseError::new(format!("{} is before 1970", quote_text(text))))
}
