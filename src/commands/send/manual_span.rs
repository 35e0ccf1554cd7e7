//! The flags of a span made by hand, its attributes, and the context it continues.

use crate::config::Environment;
use crate::load::context::TraceContext;
use crate::load::probe::{ManualEvent, ManualSpan};
use crate::load::text::{AttributeScalar, parse_typed};
use crate::load::trace_plan::ScenarioOverrides;
use crate::model::trace::SpanKind;
use crate::parse::parse_error::{ParseError, quote_text};
use crate::parse::time_range;

use super::args::SpanArgs;
use super::options::Problems;

/// What is wanted of a span alone.
pub(super) fn parse_span_overrides(span: &SpanArgs, env: &Environment, problems: &mut Problems) -> ScenarioOverrides {
    let mut resource = Vec::new();
    match env.get("OTEL_RESOURCE_ATTRIBUTES").map(parse_header_pairs) {
        Some(Ok(pairs)) => resource.extend(pairs),
        Some(Err(problem)) => problems.add(
            format!("OTEL_RESOURCE_ATTRIBUTES: {problem}"),
            "OTEL_RESOURCE_ATTRIBUTES=key=value",
        ),
        None => {}
    }
    resource.extend(parse_attributes(
        "--resource-attribute",
        &span.resource_attribute,
        problems,
    ));
    // The name of a service is not an attribute like others: scenarios have several.
    resource.retain(|(key, _)| key != "service.name");
    ScenarioOverrides {
        attributes: parse_attributes("--attribute", &span.attribute, problems),
        resource,
        ..ScenarioOverrides::default()
    }
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
            Ok((key.trim().to_owned(), AttributeScalar::fixed(value.into_owned())))
        })
        .collect()
}

pub(super) fn parse_attributes(
    flag: &str,
    given: &[String],
    problems: &mut Problems,
) -> Vec<(String, AttributeScalar)> {
    given
        .iter()
        .filter_map(|text| match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Some((key.trim().to_owned(), parse_typed(value))),
            _ => {
                problems.add(
                    format!("{flag}: '{text}' is not KEY=VALUE"),
                    &format!("{flag} team=payments"),
                );
                None
            }
        })
        .collect()
}

/// A span made by hand; `name` is what it is called unless a flag says otherwise.
pub(super) fn parse_manual_span(
    span: &SpanArgs,
    usual_kind: SpanKind,
    name: Option<&str>,
    wishes: &ScenarioOverrides,
    env: &Environment,
    now: u64,
    problems: &mut Problems,
) -> Option<ManualSpan> {
    let before = problems.0.len();
    let time = |flag: &str, text: &Option<String>, problems: &mut Problems| match text {
        None => None,
        Some(text) => problems.take(flag, parse_nanos(text, now), "now-5m"),
    };
    let start = time("--start", &span.start, problems);
    let end = time("--end", &span.end, problems).unwrap_or(now);
    let start = start.unwrap_or_else(|| end.saturating_sub(10_000_000));
    if start > end {
        problems.add("--start is after --end", "--start now-1s --end now");
    }
    let status = match span.status.as_deref() {
        None | Some("unset") => None,
        Some("ok") => Some(None),
        Some("error") => Some(Some(String::new())),
        Some(text) => match text.split_once(':') {
            Some(("error", description)) => Some(Some(description.trim().to_owned())),
            _ => {
                problems.add(
                    format!("--status: '{text}' is not ok or error"),
                    "--status error:\"card declined\"",
                );
                None
            }
        },
    };
    let events = span
        .event
        .iter()
        .filter_map(|text| parse_event(text, now, end, problems))
        .collect();
    let links = span
        .link
        .iter()
        .filter_map(|text| match TraceContext::parse(text, "") {
            Ok(context) => Some(context),
            Err(problem) => {
                problems.add(
                    format!("--link: {problem}"),
                    "--link 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                );
                None
            }
        })
        .collect();
    let service = span
        .service
        .clone()
        .or_else(|| env.get("OTEL_SERVICE_NAME").map(str::to_owned));
    (problems.0.len() == before).then(|| ManualSpan {
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
        events,
        links,
        times: (start, end),
    })
}

/// `NAME[@TIME][,K=V…]`
fn parse_event(text: &str, now: u64, end: u64, problems: &mut Problems) -> Option<ManualEvent> {
    let mut parts = text.split(',');
    let head = parts.next().unwrap_or_default();
    let (name, time) = match head.rsplit_once('@') {
        Some((name, time)) => (name, problems.take("--event", parse_nanos(time, now), "retry@now-1s")?),
        None => (head, end),
    };
    if name.trim().is_empty() {
        problems.add(
            format!("--event: '{text}' has no name"),
            "--event retry@now-1s,attempt=2",
        );
        return None;
    }
    let given: Vec<String> = parts.map(str::to_owned).collect();
    Some(ManualEvent {
        name: name.trim().to_owned(),
        time,
        attributes: parse_attributes("--event", &given, problems),
    })
}

/// The context that the environment hands in.
pub(super) fn read_parent_context(env: &Environment, problems: &mut Problems) -> Option<TraceContext> {
    let text = env.get("TRACEPARENT")?;
    match TraceContext::parse(text, env.get("TRACESTATE").unwrap_or_default()) {
        Ok(context) => Some(context),
        Err(problem) => {
            problems.add(format!("TRACEPARENT: {problem}"), "unset TRACEPARENT");
            None
        }
    }
}

/// A moment in nanoseconds since 1970; `now` is what *now* means.
fn parse_nanos(text: &str, now: u64) -> Result<u64, ParseError> {
    let now = jiff::Timestamp::from_nanosecond(i128::from(now)).unwrap_or_default();
    let at = time_range::parse_instant(text, now)?.as_nanosecond();
    u64::try_from(at).map_err(|_| ParseError::new(format!("{} is before 1970", quote_text(text))))
}
