//! Searches, tags and their values; and what a window holds, for whoever found nothing in it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::clients::HttpClient;
use crate::clients::streaming::{SearchStream, StreamedSearch};
use crate::model::search::{Found, Surroundings, TagScope, TagValue};
use crate::model::tempo::Answer;
use crate::model::window::Window;
use crate::model::{Failure, Slot};
use crate::parse::query_error::{self, Limit};
use crate::parse::{search as parse, tempo, tempo_config, traceql};

use super::read_back::escape;
use super::reader::Reader;

/// Attributes whose values are looked at, at most, to explain an empty answer.
const MOST_ATTRIBUTES: usize = 6;
/// Traces that a sample holds, where Tempo does not count spans.
const SAMPLE: u32 = 200;
/// Values of one attribute, for the nearest spelling among them.
const MOST_VALUES: u32 = 1_000;

/// What is searched for.
#[derive(Debug, Clone)]
pub struct Question {
    /// TraceQL.
    pub query: String,
    /// Where.
    pub window: Window,
    /// Traces at most.
    pub limit: u32,
}

impl Question {
    /// Both ends in Unix seconds, the window widened to whole ones.
    fn bounds(&self) -> (u64, u64) {
        bounds(&self.window)
    }
}

fn bounds(window: &Window) -> (u64, u64) {
    let start = window.start_s().floor().max(1.0) as u64;
    let end = window.end_s().ceil().max(1.0) as u64;
    (start, end.max(start + 1))
}

/// A search as one question and one answer, as it came.
pub async fn ask(api: &HttpClient, question: &Question) -> Slot<Answer> {
    let (start, end) = question.bounds();
    let path = format!(
        "/api/search?q={}&start={start}&end={end}&limit={}&spss=1",
        escape(&question.query),
        question.limit
    );
    api.get(&path).await
}

/// A search as one question and one answer.
pub async fn search(api: &HttpClient, question: &Question) -> Slot<Found> {
    ask(api, question).await.and_then(parse::found)
}

/// The same; where this Tempo gives fewer traces in one answer (`max_result_limit`), as many as it does. The question then
/// says how many those are.
pub async fn search_most(api: &HttpClient, question: &mut Question) -> Slot<Found> {
    let found = search(api, question).await;
    match found.failure().and_then(|failure| query_error::limit(&failure.detail)) {
        Some(Limit::Traces(most)) if most < question.limit => {
            question.limit = most;
            search(api, question).await
        }
        _ => found,
    }
}

/// A search whose answer comes piece by piece.
pub async fn stream(reader: &Reader, question: &Question) -> Result<SearchStream, Failure> {
    let (start, end) = question.bounds();
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
pub async fn tags(api: &HttpClient, window: &Window, scope: Option<&str>) -> Slot<Vec<TagScope>> {
    let (start, end) = bounds(window);
    let scope = scope
        .map(|scope| format!("&scope={}", escape(scope)))
        .unwrap_or_default();
    let path = format!("/api/v2/search/tags?start={start}&end={end}{scope}");
    api.get(&path).await.and_then(parse::tags)
}

/// Values of an attribute by its full name, of spans that match where a query is given. `limit` 0 asks for all.
pub async fn values(
    api: &HttpClient,
    window: &Window,
    tag: &str,
    query: Option<&str>,
    limit: u32,
) -> Slot<Vec<TagValue>> {
    let (start, end) = bounds(window);
    let query = query.map(|query| format!("&q={}", escape(query))).unwrap_or_default();
    let limit = if limit > 0 {
        format!("&limit={limit}")
    } else {
        String::new()
    };
    let path = format!(
        "/api/v2/search/tag/{}/values?start={start}&end={end}{query}{limit}",
        escape(tag)
    );
    api.get(&path).await.and_then(parse::values)
}

/// The type of every attribute, by full name: that of its first value. Eight questions at a time.
pub async fn types(api: &HttpClient, window: &Window, scopes: &[TagScope]) -> BTreeMap<String, String> {
    let names: Vec<String> = scopes
        .iter()
        .filter(|scope| scope.name != "intrinsic")
        .flat_map(|scope| scope.tags.iter().map(move |tag| full_name(&scope.name, tag)))
        .collect();
    let mut types = BTreeMap::new();
    for some in names.chunks(8) {
        let found = join_all(some.iter().map(|name| values(api, window, name, None, 1))).await;
        for (name, values) in some.iter().zip(found) {
            if let Some(first) = values.get().and_then(|values| values.first()) {
                types.insert(name.clone(), first.kind.clone());
            }
        }
    }
    types
}

/// `resource.service.name`; the part after the scope in quotes where it needs them.
pub fn full_name(scope: &str, tag: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@' | '#');
    match scope {
        "intrinsic" => tag.to_owned(),
        _ if tag.chars().all(plain) => format!("{scope}.{tag}"),
        _ => format!("{scope}.{}", traceql::quoted_value(tag)),
    }
}

/// What the window of a question holds. Everything is asked at once; what is not answered stays unknown.
pub async fn surroundings(reader: &Reader, question: &Question) -> Surroundings {
    let api = &reader.api;
    let window = &question.window;
    let fields = fields(&question.query);
    let (config, tags, services, counts, values) = tokio::join!(
        reader.root.get("/status/config"),
        tags(api, window, None),
        values(api, window, "resource.service.name", None, 0),
        span_counts(api, window),
        join_all(
            fields
                .iter()
                .map(|field| self::values(api, window, field, None, MOST_VALUES))
        ),
    );
    let cutoff_s = config
        .and_then(tempo::yaml)
        .get()
        .map(|config| tempo_config::search_cutoff_s(Some(config), None));
    let mut around = Surroundings {
        cutoff_s,
        tags: tags.get().cloned(),
        unreadable: services.failure().map(ToString::to_string),
        ..Surroundings::default()
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
        _ => sample(api, window, &mut around).await,
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
async fn sample(api: &HttpClient, window: &Window, around: &mut Surroundings) {
    let mut question = Question {
        query: "{}".to_owned(),
        window: *window,
        limit: SAMPLE,
    };
    let found = search_most(api, &mut question).await;
    let hits = found.get().map(|found| found.hits.as_slice()).unwrap_or_default();
    around.services = parse::sample_counts(hits);
    around.sampled_traces = hits.len() as u64;
    around.counted = found.get().is_some() && hits.len() < question.limit as usize;
}

async fn span_counts(api: &HttpClient, window: &Window) -> Slot<Vec<(String, u64)>> {
    let (start, end) = bounds(window);
    let query = escape("{} | count_over_time() by (resource.service.name)");
    let path = format!("/api/metrics/query?q={query}&start={start}&end={end}");
    api.get(&path).await.and_then(parse::span_counts)
}

/// The attributes and intrinsics with values that a query compares, each once, as the tag API names them.
fn fields(query: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for condition in traceql::conditions(query) {
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
