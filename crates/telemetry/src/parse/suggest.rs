//! The nearest spelling, for «did you mean».

/// The candidate most like `word`, if one is like it at all. Case does not count.
pub fn find_nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE_ENOUGH: f64 = 0.8;
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let keys = ["tempo_url", "otlp_endpoint", "org_id"];
        assert_eq!(find_nearest("tempo_ulr", keys), Some("tempo_url"));
        assert_eq!(find_nearest("OrgId", keys), Some("org_id"));
        assert_eq!(find_nearest("colour", keys), None);
    }
}
