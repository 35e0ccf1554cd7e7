//! Searches, tags and their values; and what a window holds, for whoever found nothing in it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::clients::HttpClient;
use crate::clients::streaming::{SearchStream, StreamedSearch};
use crate::model::search::{SearchResult, TagScope, TagValue, WindowContents};
use crate::model::tempo::HttpAnswer;
use crate::model::time_window::TimeWindow;
use crate::model::{Failure, Slot};
use crate::parse::query_error::{self, QueryLimit};
use crate::parse::{search as parse, tempo, tempo_config, traceql};

use super::marker_query::percent_encode;
use super::tempo_reader::TempoReader;

/// Attributes whose values are looked at, at most, to explain an empty answer.
const MOST_ATTRIBUTES: usize = 6;
/// Traces that a sample holds, where Tempo does not count spans.
const SAMPLE: u32 = 200;
/// Values of one attribute, for the nearest spelling among them.
const MOST_VALUES: u32 = 1_000;

/// What is searched for.
#[derive(Debug, Clone)]
pub struct SearchQuestion {
    /// TraceQL.
    pub query: String,
    /// Where.
    pub window: TimeWindow,
    /// Traces at most.
    pub limit: u32,
}

impl SearchQuestion {
    /// Both ends in Unix seconds, the window widened to whole ones.
    fn unix_bounds(&self) -> (u64, u64) {
        round_window(&self.window)
    }
}

fn round_window(window: &TimeWindow) -> (u64, u64) {
    let start = window.start_s().floor().max(1.0) as u64;
    let end = window.end_s().ceil().max(1.0) as u64;
    (start, end.max(start + 1))
}

/// A search as one question and one answer, as it came.
pub async fn fetch_search(api: &HttpClient, question: &SearchQuestion) -> Slot<HttpAnswer> {
    let (start, end) = question.unix_bounds();
    let path = format!(
        "/api/search?q={}&start={start}&end={end}&limit={}&spss=1",
        percent_encode(&question.query),
        question.limit
    );
    api.get(&path).await
}

/// A search as one question and one answer.
pub async fn search_traces(api: &HttpClient, question: &SearchQuestion) -> Slot<SearchResult> {
    fetch_search(api, question).await.and_then(parse::parse_search_result)
}

/// The same; where this Tempo gives fewer traces in one answer (`max_result_limit`), as many as it does. The question then
/// says how many those are.
pub async fn search_up_to_limit(api: &HttpClient, question: &mut SearchQuestion) -> Slot<SearchResult> {
    let found = search_traces(api, question).await;
    match found
        .failure()
        .and_then(|failure| query_error::parse_query_limit(&failure.detail))
    {
        Some(QueryLimit::Traces(most)) if most < question.limit => {
            question.limit = most;
            search_traces(api, question).await
        }
        _ => found,
    }
}

/// A search whose answer comes piece by piece.
pub async fn open_search_stream(reader: &TempoReader, question: &SearchQuestion) -> Result<SearchStream, Failure> {
    let (start, end) = question.unix_bounds();
    let narrow = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
    let search = StreamedSearch {
        query: question.query.clone(),
        start: narrow(start),
        end: narrow(end),
        limit: question.limit,
    };
    SearchStream::open(reader.api.connect(), search).await
}

/// Attribute names by scope; of one scope where it is named.
pub async fn fetch_tags(api: &HttpClient, window: &TimeWindow, scope: Option<&str>) -> Slot<Vec<TagScope>> {
    let (start, end) = round_window(window);
    let scope = scope
        .map(|scope| format!("&scope={}", percent_encode(scope)))
        .unwrap_or_default();
    let path = format!("/api/v2/search/tags?start={start}&end={end}{scope}");
    api.get(&path).await.and_then(parse::parse_tag_scopes)
}

/// Values of an attribute by its full name, of spans that match where a query is given. `limit` 0 asks for all.
pub async fn fetch_tag_values(
    api: &HttpClient,
    window: &TimeWindow,
    tag: &str,
    query: Option<&str>,
    limit: u32,
) -> Slot<Vec<TagValue>> {
    let (start, end) = round_window(window);
    let query = query
        .map(|query| format!("&q={}", percent_encode(query)))
        .unwrap_or_default();
    let limit = if limit > 0 {
        format!("&limit={limit}")
    } else {
        String::new()
    };
    let path = format!(
        "/api/v2/search/tag/{}/values?start={start}&end={end}{query}{limit}",
        percent_encode(tag)
    );
    api.get(&path).await.and_then(parse::parse_tag_values)
}

/// The type of every attribute, by full name: that of its first value. Eight questions at a time.
pub async fn fetch_tag_types(api: &HttpClient, window: &TimeWindow, scopes: &[TagScope]) -> BTreeMap<String, String> {
    let names: Vec<String> = scopes
        .iter()
        .filter(|scope| scope.name != "intrinsic")
        .flat_map(|scope| scope.tags.iter().map(move |tag| build_full_name(&scope.name, tag)))
        .collect();
    let mut types = BTreeMap::new();
    for some in names.chunks(8) {
        let found = join_all(some.iter().map(|name| fetch_tag_values(api, window, name, None, 1))).await;
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
        _ => format!("{scope}.{}", traceql::quote_traceql_string(tag)),
    }
}

/// What the window of a question holds. Everything is asked at once; what is not answered stays unknown.
pub async fn fetch_surroundings(reader: &TempoReader, question: &SearchQuestion) -> WindowContents {
    let api = &reader.api;
    let window = &question.window;
    let fields = list_compared_fields(&question.query);
    let (config, tags, services, counts, values) = tokio::join!(
        reader.root.get("/status/config"),
        fetch_tags(api, window, None),
        fetch_tag_values(api, window, "resource.service.name", None, 0),
        fetch_span_counts(api, window),
        join_all(
            fields
                .iter()
                .map(|field| self::fetch_tag_values(api, window, field, None, MOST_VALUES))
        ),
    );
    let cutoff_s = config
        .and_then(tempo::parse_yaml_page)
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
        _ => sample_services(api, window, &mut around).await,
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
async fn sample_services(api: &HttpClient, window: &TimeWindow, around: &mut WindowContents) {
    let mut question = SearchQuestion {
        query: "{}".to_owned(),
        window: *window,
        limit: SAMPLE,
    };
    let found = search_up_to_limit(api, &mut question).await;
    let hits = found.get().map(|found| found.hits.as_slice()).unwrap_or_default();
    around.services = parse::count_sampled_spans(hits);
    around.sampled_traces = hits.len() as u64;
    around.counted = found.get().is_some() && hits.len() < question.limit as usize;
}

async fn fetch_span_counts(api: &HttpClient, window: &TimeWindow) -> Slot<Vec<(String, u64)>> {
    let (start, end) = round_window(window);
    let query = percent_encode("{} | count_over_time() by (resource.service.name)");
    let path = format!("/api/metrics/query?q={query}&start={start}&end={end}");
    api.get(&path).await.and_then(parse::parse_span_counts)
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
