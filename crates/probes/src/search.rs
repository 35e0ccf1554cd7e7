//! What a prefix of an id stands for, the types of attributes, and what a window holds, for whoever found nothing in it.

use std::collections::BTreeMap;
use telemetry::text::quote::quote_query_text;

use futures_util::future::join_all;

use stack::clients::TempoClient;
use stack::clients::tempo::SearchQuestion;
use telemetry::model::Slot;
use telemetry::model::search::{SearchHit, TagScope, WindowContents};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::TraceId;
use telemetry::parse::{tempo_config, traceql};

const SERVICE: &str = "resource.service.name";
/// Attributes whose values are looked at, at most, to explain an empty answer.
const MOST_ATTRIBUTES: usize = 6;
/// Traces that a sample holds, where Tempo does not count spans.
const SAMPLE: u32 = 200;
/// Values of one attribute, for the nearest spelling among them.
const MOST_VALUES: u32 = 1_000;

/// The ids in a window that begin with these digits, the newest first; at most `most`.
pub async fn find_ids_with_prefix(
    tempo: &TempoClient,
    digits: &str,
    window: TimeWindow,
    most: u32,
) -> Slot<Vec<TraceId>> {
    let trimmed = digits.trim_start_matches('0');
    // Ids are compared as text, with or without their leading zeros: both are let through and looked at here. Zeros that the
    // expression itself begins with are cut off before it is read, so they stand in brackets.
    let query = format!("{{ trace:id =~ \"[0]*{trimmed}.*\" }}");
    let mut question = SearchQuestion::new(query, window, most.saturating_mul(4));
    let found = tempo.search_up_to_limit(&mut question).await;
    found.and_then(|found| {
        let ids = found.hits.iter().map(|hit| hit.trace_id);
        let ids = ids.filter(|id| id.to_string().starts_with(digits));
        Ok(ids.take(most as usize).collect())
    })
}

/// The type of every attribute, by full name: that of its first value. Eight questions at a time.
pub async fn fetch_tag_types(tempo: &TempoClient, window: TimeWindow, scopes: &[TagScope]) -> BTreeMap<String, String> {
    let names: Vec<String> = scopes
        .iter()
        .filter(|scope| scope.name != "intrinsic")
        .flat_map(|scope| scope.tags.iter().map(move |tag| build_full_name(&scope.name, tag)))
        .collect();
    let mut types = BTreeMap::new();
    for some in names.chunks(8) {
        let found = join_all(some.iter().map(|name| tempo.fetch_tag_values(window, name, None, 1))).await;
        for (name, values) in some.iter().zip(found) {
            if let Some(first) = values.get().and_then(|values| values.first()) {
                types.insert(name.clone(), first.kind.clone());
            }
        }
    }
    types
}

/// `resource.service.name`; the part after the scope in quotes where it needs them.
pub fn build_full_name(scope: &str, tag: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@' | '#');
    match scope {
        "intrinsic" => tag.to_owned(),
        _ if tag.chars().all(plain) => format!("{scope}.{tag}"),
        _ => format!("{scope}.{}", quote_query_text(tag)),
    }
}

/// What the window of a question holds. Everything is asked at once; what is not answered stays unknown.
pub async fn fetch_surroundings(tempo: &TempoClient, question: &SearchQuestion) -> WindowContents {
    let window = question.window;
    let fields = list_compared_fields(&question.query);
    let (config, tags, services, counts, values) = tokio::join!(
        tempo.fetch_config(),
        tempo.fetch_tags(window, None),
        tempo.fetch_tag_values(window, SERVICE, None, 0),
        fetch_span_counts(tempo, window),
        join_all(
            fields
                .iter()
                .map(|field| tempo.fetch_tag_values(window, field, None, MOST_VALUES))
        ),
    );
    let cutoff_s = config
        .get()
        .map(|config| tempo_config::find_search_cutoff_s(Some(config), None));
    let mut around = WindowContents {
        cutoff_s,
        tags: tags.get().cloned(),
        unreadable: services.failure().map(ToString::to_string),
        ..WindowContents::default()
    };
    for (field, values) in fields.into_iter().zip(values) {
        if let Slot::Known { value, .. } = values {
            around.values.insert(field, value);
        }
    }
    match counts {
        Slot::Known { value, .. } => {
            around.services = value;
            around.counted = true;
        }
        _ => sample_services(tempo, window, &mut around).await,
    }
    // A service whose spans were not counted is known all the same.
    for service in services.get().into_iter().flatten() {
        if !around.services.iter().any(|(name, _)| *name == service.value) {
            around.services.push((service.value.clone(), 0));
        }
    }
    around
}

/// Where Tempo does not count, a sample of traces says at least something.
async fn sample_services(tempo: &TempoClient, window: TimeWindow, around: &mut WindowContents) {
    let mut question = SearchQuestion::new("{}", window, SAMPLE);
    let found = tempo.search_up_to_limit(&mut question).await;
    let hits = found.get().map(|found| found.hits.as_slice()).unwrap_or_default();
    around.services = count_sampled_spans(hits);
    around.sampled_traces = hits.len() as u64;
    around.counted = found.get().is_some() && hits.len() < question.limit as usize;
}

/// Services and their spans, most first.
async fn fetch_span_counts(tempo: &TempoClient, window: TimeWindow) -> Slot<Vec<(String, u64)>> {
    let query = format!("{{}} | count_over_time() by ({SERVICE})");
    let counted = tempo.query_metrics(&query, window, None).await;
    counted.and_then(|counted| {
        let counts = counted.series.iter().map(|one| {
            let name = Some(one.label(SERVICE)).filter(|name| !name.is_empty());
            let spans = one.series.last().unwrap_or_default() as u64;
            (name.unwrap_or("(no service.name)").to_owned(), spans)
        });
        Ok(sort_counts(counts.collect()))
    })
}

/// Services and their spans in these traces, most first: what a sample says where nothing counts.
fn count_sampled_spans(hits: &[SearchHit]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (service, count) in hits.iter().flat_map(|hit| &hit.services) {
        *counts.entry(service).or_default() += count.spans;
    }
    sort_counts(
        counts
            .into_iter()
            .map(|(name, spans)| (name.to_owned(), spans))
            .collect(),
    )
}

fn sort_counts(mut counts: Vec<(String, u64)>) -> Vec<(String, u64)> {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

/// The attributes and intrinsics with values that a query compares, each once, as the tag API names them.
fn list_compared_fields(query: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for condition in traceql::find_conditions(query) {
        let field = match condition.attribute() {
            Some(("", name)) => format!(".{name}"),
            Some((scope, name)) => format!("{scope}.{name}"),
            None if condition.quoted => condition.field.clone(),
            None => continue,
        };
        if !fields.contains(&field) && fields.len() < MOST_ATTRIBUTES {
            fields.push(field);
        }
    }
    fields
}
