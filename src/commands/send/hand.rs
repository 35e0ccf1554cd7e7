//! The flags of a span made by hand, its attributes, and the context it continues.

use crate::config::Environment;
use crate::load::context::Context;
use crate::load::probe::{HandEvent, HandMade};
use crate::load::scenario::Kind;
use crate::load::shape::Wishes;
use crate::load::text::{Scalar, typed};
use crate::parse::rejected::{Rejected, quoted};
use crate::parse::time_range;

use super::args::{KindArg, SpanArgs};
use super::asked::Problems;

/// What is wanted of a span alone.
pub(super) fn span_wishes(span: &SpanArgs, env: &Environment, problems: &mut Problems) -> Wishes {
    let mut resource = Vec::new();
    match env.get("OTEL_RESOURCE_ATTRIBUTES").map(header_like) {
        Some(Ok(pairs)) => resource.extend(pairs),
        Some(Err(problem)) => problems.say(
            format!("OTEL_RESOURCE_ATTRIBUTES: {problem}"),
            "OTEL_RESOURCE_ATTRIBUTES=key=value",
        ),
        None => {}
    }
    resource.extend(attributes("--resource-attribute", &span.resource_attribute, problems));
    // The name of a service is not an attribute like others: scenarios have several.
    resource.retain(|(key, _)| key != "service.name");
    Wishes {
        attributes: attributes("--attribute", &span.attribute, problems),
        resource,
        ..Wishes::default()
    }
}

/// `k=v,k2=v2`, values percent-decoded (OpenTelemetry specification, «Resource SDK»).
fn header_like(text: &str) -> Result<Vec<(String, Scalar)>, String> {
    let pairs = text.split(',').filter(|entry| !entry.trim().is_empty());
    pairs
        .map(|entry| {
            let (key, value) = entry
                .split_once('=')
                .ok_or_else(|| format!("'{entry}' is missing '='"))?;
            let value = percent_encoding::percent_decode_str(value.trim()).decode_utf8_lossy();
            Ok((key.trim().to_owned(), Scalar::fixed(value.into_owned())))
        })
        .collect()
}

pub(super) fn attributes(flag: &str, given: &[String], problems: &mut Problems) -> Vec<(String, Scalar)> {
    given
        .iter()
        .filter_map(|text| match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Some((key.trim().to_owned(), typed(value))),
            _ => {
                problems.say(
                    format!("{flag}: '{text}' is not KEY=VALUE"),
                    &format!("{flag} team=payments"),
                );
                None
            }
        })
        .collect()
}

pub(super) fn kind(arg: KindArg) -> Kind {
    match arg {
        KindArg::Internal => Kind::Internal,
        KindArg::Server => Kind::Server,
        KindArg::Client => Kind::Client,
        KindArg::Producer => Kind::Producer,
        KindArg::Consumer => Kind::Consumer,
    }
}

/// A span made by hand; `name` is what it is called unless a flag says otherwise.
pub(super) fn hand_made(
    span: &SpanArgs,
    usual_kind: Kind,
    name: Option<&str>,
    wishes: &Wishes,
    env: &Environment,
    now: u64,
    problems: &mut Problems,
) -> Option<HandMade> {
    let before = problems.0.len();
    let time = |flag: &str, text: &Option<String>, problems: &mut Problems| match text {
        None => None,
        Some(text) => problems.take(flag, nanos(text, now), "now-5m"),
    };
    let start = time("--start", &span.start, problems);
    let end = time("--end", &span.end, problems).unwrap_or(now);
    let start = start.unwrap_or_else(|| end.saturating_sub(10_000_000));
    if start > end {
        problems.say("--start is after --end", "--start now-1s --end now");
    }
    let status = match span.status.as_deref() {
        None | Some("unset") => None,
        Some("ok") => Some(None),
        Some("error") => Some(Some(String::new())),
        Some(text) => match text.split_once(':') {
            Some(("error", description)) => Some(Some(description.trim().to_owned())),
            _ => {
                problems.say(
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
        .filter_map(|text| event(text, now, end, problems))
        .collect();
    let links = span
        .link
        .iter()
        .filter_map(|text| match Context::parse(text, "") {
            Ok(context) => Some(context),
            Err(problem) => {
                problems.say(
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
    (problems.0.len() == before).then(|| HandMade {
        service: format!("{}{}", wishes.prefix, service.unwrap_or_else(|| "tempoctl".to_owned())),
        name: span
            .name
            .clone()
            .or_else(|| name.map(str::to_owned))
            .unwrap_or_else(|| "tempoctl send".to_owned()),
        kind: span.kind.map_or(usual_kind, kind),
        attributes: wishes.attributes.clone(),
        resource: wishes.resource.clone(),
        status,
        events,
        links,
        times: (start, end),
    })
}

/// `NAME[@TIME][,K=V…]`
fn event(text: &str, now: u64, end: u64, problems: &mut Problems) -> Option<HandEvent> {
    let mut parts = text.split(',');
    let head = parts.next().unwrap_or_default();
    let (name, time) = match head.rsplit_once('@') {
        Some((name, time)) => (name, problems.take("--event", nanos(time, now), "retry@now-1s")?),
        None => (head, end),
    };
    if name.trim().is_empty() {
        problems.say(
            format!("--event: '{text}' has no name"),
            "--event retry@now-1s,attempt=2",
        );
        return None;
    }
    let given: Vec<String> = parts.map(str::to_owned).collect();
    Some(HandEvent {
        name: name.trim().to_owned(),
        time,
        attributes: attributes("--event", &given, problems),
    })
}

/// The context that the environment hands in.
pub(super) fn parent(env: &Environment, problems: &mut Problems) -> Option<Context> {
    let text = env.get("TRACEPARENT")?;
    match Context::parse(text, env.get("TRACESTATE").unwrap_or_default()) {
        Ok(context) => Some(context),
        Err(problem) => {
            problems.say(format!("TRACEPARENT: {problem}"), "unset TRACEPARENT");
            None
        }
    }
}

/// A moment in nanoseconds since 1970; `now` is what *now* means.
fn nanos(text: &str, now: u64) -> Result<u64, Rejected> {
    let now = jiff::Timestamp::from_nanosecond(i128::from(now)).unwrap_or_default();
    let at = time_range::instant(text, now)?.as_nanosecond();
    u64::try_from(at).map_err(|_| Rejected::new(format!("{} is before 1970", quoted(text))))
}
