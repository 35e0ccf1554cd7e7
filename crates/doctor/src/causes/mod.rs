//! The catalogue: one entry per cause, with what is seen, why, how it is recognised and what to change.

pub mod unchecked_causes;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use telemetry::model::Cause;
use telemetry::model::catalogue::{CauseHints, Symptom};

/// How alike two spellings must be for one to be offered in place of the other.
const MIN_SIMILARITY: f64 = 0.75;

/// One file per cause, named after its id.
static ENTRIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/causes/entries");

/// The entry of that id.
pub fn find_cause(id: &str) -> Option<Cause> {
    parse_cause(ENTRIES.get_file(format!("{id}.toml"))?.contents_utf8()?)
}

/// How that cause is weighed against others; like any other where the catalogue does not know it.
pub fn find_hints(id: &str) -> CauseHints {
    find_cause(id).map(|cause| cause.hints).unwrap_or_default()
}

/// Every entry, by id.
pub fn list_causes() -> Vec<Cause> {
    list_cause_ids().filter_map(find_cause).collect()
}

/// Every id, sorted.
pub fn list_cause_ids() -> impl Iterator<Item = &'static str> {
    let mut ids: Vec<&str> = ENTRIES
        .files()
        .filter_map(|file| file.path().file_stem()?.to_str())
        .collect();
    ids.sort_unstable();
    ids.into_iter()
}

/// From what a person sees to the causes to look at first.
pub fn list_symptoms() -> Vec<Symptom> {
    let tables: Option<BTreeMap<String, Vec<Symptom>>> = toml::from_str(include_str!("symptoms.toml")).ok();
    tables
        .and_then(|mut tables| tables.remove("symptom"))
        .unwrap_or_default()
}

/// At most `n` ids that are spelt like this one, the nearest first.
pub fn suggest_cause_ids(id: &str, n: usize) -> Vec<&'static str> {
    let id = id.to_lowercase();
    let mut alike: Vec<(f64, &'static str)> = list_cause_ids()
        .map(|known| (score_similarity(&id, known), known))
        .filter(|(score, _)| *score >= MIN_SIMILARITY)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    alike.into_iter().take(n).map(|(_, known)| known).collect()
}

/// The entries that contain every one of these words: by id first, then by title, then by the rest.
pub fn search_causes(words: &str) -> Vec<Cause> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, Cause)> = list_causes()
        .into_iter()
        .filter_map(|cause| rank_match(&cause, &words).map(|place| (place, cause)))
        .collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, cause)| cause).collect()
}

/// An entry is parsed when it is asked for. That every entry parses is proven by a test.
fn parse_cause(text: &str) -> Option<Cause> {
    toml::from_str(text).ok()
}

/// From 0 (nothing in common) to 1 (the same).
fn score_similarity(asked: &str, known: &str) -> f64 {
    if !asked.is_empty() && known.contains(asked) {
        return 1.0;
    }
    strsim::jaro_winkler(asked, known).max(strsim::normalized_damerau_levenshtein(asked, known))
}

/// Where all the words stand: 0 in the id, 1 in id and title, 2 anywhere.
fn rank_match(cause: &Cause, words: &[String]) -> Option<usize> {
    let remedy = &cause.remedy;
    let rest = [
        cause.symptom.as_str(),
        &cause.cause,
        &cause.signal,
        &remedy.text,
        remedy.config.as_deref().unwrap_or_default(),
        remedy.command.as_deref().unwrap_or_default(),
    ];
    let mut text = String::new();
    [&cause.id, &cause.title, &rest.join("\n")]
        .into_iter()
        .position(|part| {
            text.push_str(&part.to_lowercase());
            text.push('\n');
            words.iter().all(|word| text.contains(word.as_str()))
        })
}
