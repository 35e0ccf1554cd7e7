//! `search tags` and `search values`: what there is to search for.

use super::error::explain_with_prefix;
use super::{AskArgs, ShortFormat, build_stack, complete, describe_window};
use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::commands::proxy_error::route_via_grafana;
use crate::commands::range_args::RangeArgs;
use crate::render::search as render;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use jiff::Timestamp;
use probes::search;
use stack::Stack;
use std::collections::BTreeMap;
use std::time::Duration;
use telemetry::model::Slot;
use telemetry::model::search::{EmptyReason, TagScope};
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::amount::parse_limit;
use telemetry::parse::{ParseError, find_nearest};
use telemetry::text::quote::quote_argument;

/// How far back to look where nothing is said.
const USUAL: Duration = Duration::from_secs(3_600);
/// How long types are asked for.
const TYPES: Duration = Duration::from_secs(5);
/// Values that are shown where nothing is said.
const USUAL_LIMIT: usize = 1_000;

/// Arguments of `search tags`.
#[derive(Debug, Clone, Args)]
pub(super) struct TagsArgs {
    /// List only this scope: resource, span, event, link, instrumentation or intrinsic
    #[arg(long, value_name = "SCOPE", value_parser = parse_scope)]
    scope: Option<String>,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    pub(super) asking: AskArgs,
}

/// Arguments of `search values`.
#[derive(Debug, Clone, Args)]
pub(super) struct ValuesArgs {
    /// Attribute, prefixed with its scope or a dot: resource.service.name, .http.method, name
    #[arg(value_name = "TAG", add = ArgValueCompleter::new(complete::complete_tags))]
    tag: String,
    /// List only values of spans that match this TraceQL query
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    #[command(flatten)]
    range: RangeArgs,
    /// List at most COUNT values; 0 for no limit
    #[arg(long, value_name = "COUNT", value_parser = parse_limit)]
    limit: Option<usize>,
    #[command(flatten)]
    pub(super) asking: AskArgs,
}

const SCOPES: [&str; 6] = ["resource", "span", "event", "link", "instrumentation", "intrinsic"];

fn parse_scope(text: &str) -> Result<String, ParseError> {
    if SCOPES.contains(&text) {
        return Ok(text.to_owned());
    }
    let near = find_nearest(text, SCOPES).unwrap_or("resource");
    Err(ParseError::new(format!("unknown scope '{text}'")).with_suggestion(near))
}

pub(super) fn run_tags(args: &TagsArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let window = args.range.window(USUAL, Timestamp::now())?;
    let mut stack = build_stack(args.asking.timeout, app)?;
    let told = describe_window(&args.range, &window);
    block_on(async {
        route_via_grafana(&mut stack, args.asking.via_grafana).await?;
        let scopes = unwrap_known(stack.tempo.fetch_tags(window, args.scope.as_deref()).await, &stack).await?;
        let mut types = list_intrinsic_types();
        // Whatever types are there when their time is over are shown.
        if let Ok(found) = tokio::time::timeout(TYPES, search::fetch_tag_types(&stack.tempo, window, &scopes)).await {
            types.extend(found);
        }
        let text = match args.asking.output {
            ShortFormat::Json => render::render_tags_json(&window, &scopes, &types),
            ShortFormat::Human if has_no_attributes(&scopes) && args.scope.as_deref() != Some("intrinsic") => {
                render::render_empty(&build_empty_reason("No attributes", &told), app.sink.style_out())
            }
            ShortFormat::Human => render::render_tags(&scopes, &types, &told, app.sink.style_out()),
        };
        app.sink.out(&text)?;
        Ok(Exit::Done)
    })
}

fn has_no_attributes(scopes: &[TagScope]) -> bool {
    scopes
        .iter()
        .all(|scope| scope.name == "intrinsic" || scope.tags.is_empty())
}

fn build_empty_reason(what: &str, told: &str) -> EmptyReason {
    EmptyReason {
        lines: vec![
            format!("{what} {told}."),
            "Search finds no spans in this window: none were sent, or Tempo still hides them.".to_owned(),
        ],
        causes: vec!["app-none-sending".to_owned()],
        advice: vec![
            "tempoctl search tags --since 24h".to_owned(),
            "tempoctl doctor".to_owned(),
        ],
    }
}

/// Types of what every span has (grafana/tempo v3.0.3: docs/sources/tempo/traceql, «Intrinsic fields»).
fn list_intrinsic_types() -> BTreeMap<String, String> {
    const TYPES: [(&str, &[&str]); 5] = [
        (
            "duration",
            &[
                "duration",
                "span:duration",
                "trace:duration",
                "traceDuration",
                "event:timeSinceStart",
            ],
        ),
        ("keyword", &["kind", "span:kind", "status", "span:status"]),
        ("int", &["childCount", "span:childCount"]),
        (
            "id",
            &["span:id", "span:parentID", "trace:id", "link:spanID", "link:traceID"],
        ),
        (
            "string",
            &[
                "name",
                "span:name",
                "rootName",
                "trace:rootName",
                "rootServiceName",
                "trace:rootService",
                "statusMessage",
                "span:statusMessage",
                "event:name",
                "instrumentation:name",
                "instrumentation:version",
            ],
        ),
    ];
    let pairs = TYPES
        .iter()
        .flat_map(|(kind, names)| names.iter().map(|name| ((*name).to_owned(), (*kind).to_owned())));
    pairs.collect()
}

pub(super) fn run_values(args: &ValuesArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.tag.trim().is_empty() {
        return Err(CommandError::usage("TAG: the name is empty").advising("tempoctl search tags"));
    }
    let window = args.range.window(USUAL, Timestamp::now())?;
    let mut stack = build_stack(args.asking.timeout, app)?;
    let told = describe_window(&args.range, &window);
    let limit = u32::try_from(args.limit.unwrap_or(USUAL_LIMIT)).unwrap_or(u32::MAX);
    block_on(async {
        route_via_grafana(&mut stack, args.asking.via_grafana).await?;
        let asked = if limit == 0 { 0 } else { limit.saturating_add(1) };
        let query = args.query.as_deref();
        let slot = stack
            .tempo
            .fetch_tag_values(window, args.tag.trim(), query, asked)
            .await;
        let mut values = match explain_unscoped(&slot, args, &stack, window).await {
            Some(refused) => return Err(refused),
            None => unwrap_known(slot, &stack).await?,
        };
        let cut = limit > 0 && values.len() > limit as usize;
        values.truncate(if limit == 0 { usize::MAX } else { limit as usize });
        let text = match args.asking.output {
            ShortFormat::Json => render::render_values_json(&window, &args.tag, &values, cut),
            ShortFormat::Human if values.is_empty() => {
                let reason = explain_no_values(&stack, window, &args.tag, &told).await;
                render::render_empty(&reason, app.sink.style_out())
            }
            ShortFormat::Human => render::render_values(&args.tag, &values, &told, cut, app.sink.style_out()),
        };
        app.sink.out(&text)?;
        Ok(Exit::Done)
    })
}

/// A name without a scope is none to Tempo: the names with one are offered.
async fn explain_unscoped<T>(
    slot: &Slot<T>,
    args: &ValuesArgs,
    stack: &Stack,
    window: TimeWindow,
) -> Option<CommandError> {
    let failure = slot.failure()?;
    if !failure.detail.contains("valid tagName") {
        return None;
    }
    let scopes = stack.tempo.fetch_tags(window, None).await;
    let name = args.tag.trim();
    let with = scopes
        .get()
        .into_iter()
        .flatten()
        .filter(|scope| scope.tags.iter().any(|tag| tag == name));
    let mut advice: Vec<String> = with
        .map(|scope| {
            format!(
                "tempoctl search values {}",
                quote_argument(&search::build_full_name(&scope.name, name))
            )
        })
        .collect();
    if advice.is_empty() {
        advice.push(format!(
            "tempoctl search values {}",
            quote_argument(&format!(".{name}"))
        ));
    }
    let message = format!("TAG: '{name}' has no scope and is not an intrinsic");
    Some(CommandError::usage(message).advising_all(advice))
}

/// Why an attribute has no values.
async fn explain_no_values(stack: &Stack, window: TimeWindow, tag: &str, told: &str) -> EmptyReason {
    let scopes = stack.tempo.fetch_tags(window, None).await;
    let scopes = scopes.get().cloned().unwrap_or_default();
    if has_no_attributes(&scopes) {
        return build_empty_reason(&format!("{tag} has no values"), told);
    }
    let bare = ["resource.", "span.", "event.", "link.", "instrumentation.", "."]
        .iter()
        .find_map(|scope| tag.strip_prefix(scope))
        .unwrap_or(tag);
    let names: Vec<String> = scopes
        .iter()
        .filter(|scope| scope.name != "intrinsic")
        .flat_map(|scope| scope.tags.iter().map(|tag| search::build_full_name(&scope.name, tag)))
        .collect();
    let same = names
        .iter()
        .find(|name| name.split_once('.').is_some_and(|(_, name)| name == bare));
    let near = same
        .map(String::as_str)
        .or_else(|| find_nearest(tag, names.iter().map(String::as_str)));
    let mut lines = vec![format!("{tag} has no values {told}.")];
    lines.extend(near.map(|near| format!("Nearest: {near}.")));
    EmptyReason {
        lines,
        causes: Vec::new(),
        advice: vec![near.map_or("tempoctl search tags".to_owned(), |near| {
            format!("tempoctl search values {}", quote_argument(near))
        })],
    }
}

async fn unwrap_known<T>(slot: Slot<T>, stack: &Stack) -> Result<T, CommandError> {
    match slot {
        Slot::Known { value, .. } => Ok(value),
        Slot::Failed { failure } => Err(explain_with_prefix(&failure, stack).await),
        Slot::NotAsked => Err(CommandError::cancelled()),
    }
}
