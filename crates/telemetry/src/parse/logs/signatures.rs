//! Known messages: which cause a log entry tells of. One automaton looks for every fragment at once.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;

/// A known message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The cause it tells of, as the catalogue names it.
    pub cause: String,
    /// Every one of these has to be there.
    #[serde(default)]
    pub all: Vec<String>,
    /// One of these has to be there, where there are any.
    #[serde(default)]
    pub any: Vec<String>,
    /// None of these may be there.
    #[serde(default)]
    pub none: Vec<String>,
    /// Causes that give way where this one matches as well.
    #[serde(default)]
    pub over: Vec<String>,
    /// Counts only where nothing else matches.
    #[serde(default)]
    pub yields: bool,
    /// Counts only in the log of a container.
    #[serde(default)]
    pub container: bool,
    /// Where the message stands.
    pub source: String,
}

impl Signature {
    /// The message for a person: its fragments, in order.
    pub fn display_text(&self) -> String {
        let mut text = self.all.join(" … ");
        if !self.any.is_empty() {
            if !text.is_empty() {
                text.push_str(" … ");
            }
            text.push_str(&self.any.join(" / "));
        }
        text
    }
}

#[derive(Deserialize)]
struct SignatureFile {
    signature: Vec<Signature>,
}

/// A signature with its fragments as numbers.
struct SignatureRule {
    all: Vec<usize>,
    any: Vec<usize>,
    none: Vec<usize>,
}

struct SignatureCatalogue {
    signatures: Vec<Signature>,
    rules: Vec<SignatureRule>,
    automaton: Option<AhoCorasick>,
}

static CATALOGUE: LazyLock<SignatureCatalogue> = LazyLock::new(SignatureCatalogue::build);

/// Every known message.
pub fn list_signatures() -> &'static [Signature] {
    &CATALOGUE.signatures
}

/// The known messages that tell of a cause, for a person.
pub fn describe_messages(cause: &str) -> Vec<String> {
    let mut shown: Vec<String> = list_signatures()
        .iter()
        .filter(|signature| signature.cause == cause)
        .map(Signature::display_text)
        .collect();
    shown.dedup();
    shown
}

/// True where the text holds any fragment of a known message.
pub fn has_fragment(text: &[u8]) -> bool {
    CATALOGUE
        .automaton
        .as_ref()
        .is_some_and(|automaton| automaton.is_match(text))
}

/// The causes that this entry tells of, in the order of the catalogue of messages.
pub fn find_causes(entry: &[u8], container: bool) -> Vec<&'static str> {
    let catalogue = &*CATALOGUE;
    let Some(automaton) = &catalogue.automaton else {
        return Vec::new();
    };
    let mut seen = SeenFragments::default();
    for found in automaton.find_overlapping_iter(entry) {
        seen.mark(found.pattern().as_usize());
    }
    if seen.is_empty() {
        return Vec::new();
    }
    let matching: Vec<&'static Signature> = catalogue
        .rules
        .iter()
        .zip(&catalogue.signatures)
        .filter(|(rule, signature)| (container || !signature.container) && rule.matches(&seen))
        .map(|(_, signature)| signature)
        .collect();
    resolve_causes(&matching)
}

/// Of several that match, the surest.
fn resolve_causes(matching: &[&'static Signature]) -> Vec<&'static str> {
    let firm = matching.iter().any(|signature| !signature.yields);
    let mut causes = Vec::new();
    for signature in matching {
        let beaten = matching
            .iter()
            .any(|other| other.cause != signature.cause && other.over.contains(&signature.cause));
        let gives_way = beaten || (signature.yields && firm);
        if !gives_way && !causes.contains(&signature.cause.as_str()) {
            causes.push(signature.cause.as_str());
        }
    }
    causes
}

/// Which fragments were seen.
#[derive(Default)]
struct SeenFragments([u64; 4]);

impl SeenFragments {
    fn mark(&mut self, fragment: usize) {
        if let Some(word) = self.0.get_mut(fragment / 64) {
            *word |= 1 << (fragment % 64);
        }
    }

    fn has(&self, fragment: usize) -> bool {
        self.0
            .get(fragment / 64)
            .is_some_and(|word| word & (1 << (fragment % 64)) != 0)
    }

    fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

impl SignatureRule {
    fn matches(&self, seen: &SeenFragments) -> bool {
        self.all.iter().all(|fragment| seen.has(*fragment))
            && (self.any.is_empty() || self.any.iter().any(|fragment| seen.has(*fragment)))
            && !self.none.iter().any(|fragment| seen.has(*fragment))
    }
}

impl SignatureCatalogue {
    /// Read once, when the first line is looked at. That it parses is proven by a test.
    fn build() -> Self {
        let signatures = toml::from_str::<SignatureFile>(include_str!("signatures.toml"))
            .map(|file| file.signature)
            .unwrap_or_default();
        let mut fragments: Vec<String> = Vec::new();
        let mut number = |text: &String| {
            fragments.iter().position(|known| known == text).unwrap_or_else(|| {
                fragments.push(text.clone());
                fragments.len() - 1
            })
        };
        let rules = signatures
            .iter()
            .map(|signature| SignatureRule {
                all: signature.all.iter().map(&mut number).collect(),
                any: signature.any.iter().map(&mut number).collect(),
                none: signature.none.iter().map(&mut number).collect(),
            })
            .collect();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&fragments)
            .ok();
        SignatureCatalogue {
            signatures,
            rules,
            automaton,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sound() {
        let file: SignatureFile = toml::from_str(include_str!("signatures.toml")).expect("parses");
        assert!(!file.signature.is_empty());
        let fragments = CATALOGUE.automaton.as_ref().map(AhoCorasick::patterns_len);
        let places = size_of::<SeenFragments>() * 8;
        assert!(
            fragments.is_some_and(|fragments| fragments <= places),
            "{fragments:?} of {places}"
        );
        for signature in list_signatures() {
            assert!(!signature.all.is_empty() || !signature.any.is_empty(), "{signature:?}");
            let shortest = signature.all.iter().chain(&signature.any).map(String::len).max();
            assert!(shortest > Some(8), "{signature:?} would match by chance");
            for cause in &signature.over {
                assert!(
                    list_signatures().iter().any(|other| other.cause == *cause),
                    "{cause} is told by nothing"
                );
            }
        }
    }

    #[test]
    fn the_surest_of_several_is_told() {
        let told = |text: &str| find_causes(text.as_bytes(), false);
        let start = "level=error msg=\"error running Tempo\" err=\"failed to init module services: ";
        assert_eq!(
            told(&format!("{start}mkdir /var/tempo: permission denied\"")),
            ["volume-permission-10001"]
        );
        assert_eq!(told(&format!("{start}anything\"")), ["tempo-module-failed"]);
        assert_eq!(
            told("failed to parse configFile a: yaml:\n  line 7: field ingester not found in type app.Config"),
            ["up-removed-keys"]
        );
        assert_eq!(
            told("RATE_LIMITED: batch size (230 bytes)"),
            ["batch-larger-than-burst"]
        );
        assert!(told("all is well").is_empty());
        assert!(told("").is_empty());
    }

    #[test]
    fn some_words_tell_only_in_a_container() {
        let line = b"level=info msg=\"Starting GRPC server\" endpoint=127.0.0.1:4317";
        assert!(find_causes(line, false).is_empty());
        assert_eq!(find_causes(line, true), ["receiver-localhost-bind"]);
    }
}
