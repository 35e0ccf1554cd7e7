//! Entries that say the same, after Drain (He, Zhu, Zheng, Lyu, «Drain: An Online Log Parsing Approach with Fixed Depth
//! Tree», ICWS 2017): by level, writer and number of words first, then by how many words agree.

use std::collections::HashMap;

use crate::model::logs::{LogLevel, LogTemplate, Nanos};

use super::fingerprint::ANY;

/// Templates that are kept; beyond them, what is like none of them is counted by its level only.
pub const MOST: usize = 5_000;
/// The share of words that have to agree.
const ALIKE: f64 = 0.7;
/// Words that are compared; a longer text is told by its beginning.
const WORDS: usize = 64;
/// Bytes of the example that are kept.
const EXAMPLE: usize = 16 * 1024;

/// What an entry is filed under.
#[derive(Debug, PartialEq, Eq, Hash)]
struct TemplateKey {
    level: Option<LogLevel>,
    writer: Vec<u8>,
    words: usize,
}

/// An entry of a shape that was not seen before.
#[derive(Debug)]
pub struct UnfiledEntry<'a> {
    /// How serious it is.
    pub level: Option<LogLevel>,
    /// Who wrote it.
    pub writer: &'a [u8],
    /// Its words, numbers replaced.
    pub words: Vec<String>,
    /// The entry itself.
    pub text: &'a [u8],
    /// When it was written.
    pub time: Option<Nanos>,
    /// The source it was read from.
    pub source: u32,
}

/// Every template of a run, in order of first appearance.
#[derive(Debug, Default)]
pub struct TemplateStore {
    all: Vec<LogTemplate>,
    words: Vec<Vec<String>>,
    drawers: HashMap<TemplateKey, Vec<u32>>,
}

impl TemplateStore {
    /// The template that this entry belongs to; a new one, where it is like none.
    pub fn file_entry(&mut self, mut fresh: UnfiledEntry<'_>) -> u32 {
        fresh.words.truncate(WORDS);
        let full = self.all.len() >= MOST;
        let drawer = TemplateKey {
            level: fresh.level,
            writer: fresh.writer.to_vec(),
            words: fresh.words.len(),
        };
        let like = self
            .drawers
            .get(&drawer)
            .and_then(|filed| self.find_nearest(filed, &fresh.words));
        if let Some(at) = like {
            self.merge(at, &fresh.words);
            return at;
        }
        if full {
            return self.find_leftover(&fresh);
        }
        let at = self.add(fresh.words.clone(), &fresh);
        self.drawers.entry(drawer).or_default().push(at);
        at
    }

    /// Counts an entry of this template.
    #[inline]
    pub fn count(&mut self, at: u32, time: Option<Nanos>) {
        if let Some(template) = self.all.get_mut(at as usize) {
            template.count += 1;
            if time.is_some() {
                template.first = template.first.or(time);
                template.last = time;
            }
        }
    }

    /// The template of that number.
    pub fn get(&self, at: u32) -> Option<&LogTemplate> {
        self.all.get(at as usize)
    }

    /// Notes that entries of this template tell of these causes.
    pub fn add_causes(&mut self, at: u32, causes: &[&'static str]) {
        let Some(template) = self.all.get_mut(at as usize) else {
            return;
        };
        for cause in causes {
            if !template.causes.iter().any(|known| known == cause) {
                template.causes.push((*cause).to_owned());
            }
        }
    }

    /// Every template, in order of first appearance.
    pub fn all(&self) -> &[LogTemplate] {
        &self.all
    }

    fn find_nearest(&self, filed: &[u32], words: &[String]) -> Option<u32> {
        let mut best: Option<(f64, u32)> = None;
        for at in filed {
            let Some(known) = self.words.get(*at as usize) else {
                continue;
            };
            let same = known.iter().zip(words).filter(|(a, b)| a == b).count();
            let share = same as f64 / words.len().max(1) as f64;
            if (share >= ALIKE || words == known.as_slice()) && best.is_none_or(|(score, _)| share > score) {
                best = Some((share, *at));
            }
        }
        best.map(|(_, at)| at)
    }

    fn merge(&mut self, at: u32, words: &[String]) {
        let (Some(known), Some(template)) = (self.words.get_mut(at as usize), self.all.get_mut(at as usize)) else {
            return;
        };
        let mut changed = false;
        for (one, other) in known.iter_mut().zip(words) {
            if one != other && one != ANY {
                ANY.clone_into(one);
                changed = true;
            }
        }
        if changed {
            template.text = known.join(" ");
        }
    }

    fn add(&mut self, words: Vec<String>, fresh: &UnfiledEntry<'_>) -> u32 {
        let at = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(LogTemplate {
            text: words.join(" "),
            level: fresh.level,
            count: 0,
            first: None,
            last: None,
            example: fresh.text.get(..EXAMPLE).unwrap_or(fresh.text).to_vec(),
            source: fresh.source,
            causes: Vec::new(),
        });
        self.words.push(words);
        at
    }

    /// One template a level for everything beyond [`MOST`].
    fn find_leftover(&mut self, fresh: &UnfiledEntry<'_>) -> u32 {
        let drawer = TemplateKey {
            level: fresh.level,
            writer: Vec::new(),
            words: usize::MAX,
        };
        if let Some(at) = self.drawers.get(&drawer).and_then(|filed| filed.first()) {
            return *at;
        }
        let at = self.add(vec![ANY.to_owned()], fresh);
        self.drawers.insert(drawer, vec![at]);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::fingerprint;

    fn file(templates: &mut TemplateStore, text: &str) -> u32 {
        let at = templates.file_entry(UnfiledEntry {
            level: Some(LogLevel::Info),
            writer: b"a.go",
            words: fingerprint::mask_words(text),
            text: text.as_bytes(),
            time: None,
            source: 0,
        });
        templates.count(at, None);
        at
    }

    #[test]
    fn words_that_differ_become_a_sign() {
        let mut templates = TemplateStore::default();
        let one = file(&mut templates, "push of tenant alpha took 3 s");
        assert_eq!(file(&mut templates, "push of tenant beta took 20 s"), one);
        assert_ne!(file(&mut templates, "compaction finished"), one);
        assert_eq!(
            templates.get(one).map(|template| template.text.as_str()),
            Some("push of tenant <*> took <*> s")
        );
        assert_eq!(templates.get(one).map(|template| template.count), Some(2));
    }

    #[test]
    fn however_many_differ_their_number_is_bounded() {
        let mut templates = TemplateStore::default();
        let letters = |mut number: usize| -> String {
            std::iter::from_fn(|| {
                let letter = char::from(b'a' + (number % 26) as u8);
                number /= 26;
                Some(letter)
            })
            .take(6)
            .collect()
        };
        for number in 0..MOST * 2 {
            let word = letters(number);
            file(&mut templates, &format!("{word} x{word} y{word} z{word}"));
        }
        assert!(templates.all().len() <= MOST + 7);
        let counted: u64 = templates.all().iter().map(|template| template.count).sum();
        assert_eq!(counted, MOST as u64 * 2);
    }
}
