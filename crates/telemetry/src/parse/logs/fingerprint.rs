//! What two lines have in common that differ in numbers, ids and times only.
//!
//! A word that holds a digit stands for any such word. The hash of the rest, with level and writer, is a line's shape: lines
//! of one shape are told apart from others without being read any further.

use crate::model::logs::LogLevel;

use super::header::LineHeader;

/// What stands where lines of one shape differ.
pub const ANY: &str = "<*>";

/// How much of an error counts.
const ERROR: usize = 512;

/// One number a byte, so that every letter changes a hash in its own way.
const TABLE: [u64; 256] = {
    let mut table = [0_u64; 256];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut at = 0;
    while at < 256 {
        // The step of splitmix64 (Steele, Lea, Flood, «Fast splittable pseudorandom number generators», 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        table[at] = mixed ^ (mixed >> 31);
        at += 1;
    }
    table
};

const OTHER: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

const CLASS: [u8; 256] = {
    let mut class = [OTHER; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_digit() {
            class[at] = DIGIT;
        } else if byte.is_ascii_alphabetic() || byte >= 0x80 {
            class[at] = LETTER;
        }
        at += 1;
    }
    class
};

#[inline]
fn mix_hash(hash: u64, with: u64) -> u64 {
    (hash.rotate_left(5) ^ with).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// What may stand between two parts of one number, address or time.
fn is_joiner(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'-' | b'/')
}

#[inline]
fn hash_masked(mut hash: u64, text: &[u8]) -> u64 {
    let mut word = 0_u64;
    let mut seen = OTHER;
    // What stands behind a word with a digit, while nothing else does.
    let mut behind: Option<u8> = None;
    let mut open = false;
    for byte in text.iter().chain(std::iter::once(&0)) {
        let class = CLASS[*byte as usize];
        if class != OTHER {
            word = word.rotate_left(9) ^ TABLE[*byte as usize];
            seen |= class;
            continue;
        }
        if seen & DIGIT != 0 {
            if !(open && behind.is_some_and(is_joiner)) {
                hash = mix_hash(hash, behind.map_or(0, |byte| TABLE[byte as usize]));
                hash = mix_hash(hash, 1);
            }
            open = true;
            behind = Some(*byte);
        } else {
            if let Some(byte) = behind.take() {
                hash = mix_hash(hash, TABLE[byte as usize]);
            }
            if seen != OTHER {
                hash = mix_hash(hash, word);
            }
            hash = mix_hash(hash, TABLE[*byte as usize]);
            open = false;
        }
        word = 0;
        seen = OTHER;
    }
    hash
}

/// The shape of a line.
#[inline]
pub fn fingerprint_line(line: &[u8], head: &LineHeader) -> u64 {
    let level = head.level.map_or(0, |level| level as u64 + 1);
    let mut hash = mix_hash(level, head.format as u64);
    let caller = head.caller.slice(line);
    let file = caller.iter().position(|byte| *byte == b':').unwrap_or(caller.len());
    hash = hash_masked(hash, caller.get(..file).unwrap_or_default());
    hash = hash_masked(mix_hash(hash, 2), head.message.slice(line));
    if head.level >= Some(LogLevel::Warn) && !head.error.is_empty() {
        let error = head.error.slice(line);
        hash = hash_masked(mix_hash(hash, 3), error.get(..ERROR).unwrap_or(error));
    }
    hash
}

/// The words of a text, each with its numbers and ids replaced by [`ANY`].
pub fn mask_words(text: &str) -> Vec<String> {
    text.split_whitespace().map(mask_word).collect()
}

/// One word. What stands between two replaced parts, a dot or a dash, goes with them: an address is one thing.
fn mask_word(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let mut pending = String::new();
    let flush = |run: &mut String, pending: &mut String, out: &mut String| {
        if run.is_empty() {
            return;
        }
        if run.bytes().any(|byte| byte.is_ascii_digit()) {
            let joined = out.ends_with(ANY) && matches!(pending.as_str(), "." | "-" | ":" | "/" | "");
            if !joined {
                out.push_str(pending);
                out.push_str(ANY);
            }
        } else {
            out.push_str(pending);
            out.push_str(run);
        }
        run.clear();
        pending.clear();
    };
    for c in text.chars() {
        let in_word = c.is_ascii_alphanumeric() || u32::from(c) >= 0x80;
        if in_word {
            run.push(c);
        } else {
            flush(&mut run, &mut pending, &mut out);
            pending.push(c);
        }
    }
    flush(&mut run, &mut pending, &mut out);
    out.push_str(&pending);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::header;

    fn shape(line: &str) -> u64 {
        fingerprint_line(line.as_bytes(), &header::parse_line_header(line.as_bytes()))
    }

    #[test]
    fn numbers_and_ids_change_no_shape() {
        let one = "level=warn ts=2026-11-22T09:30:54Z caller=a.go:38 msg=\"trace 0af7651916cd43dd took 15.3s\" x=1";
        let two = "level=warn ts=2026-11-22T10:31:55Z caller=a.go:99 msg=\"trace 1b took 2s\" x=2 y=3";
        assert_eq!(shape(one), shape(two));
        for other in [
            one.replace("warn", "error"),
            one.replace("a.go", "b.go"),
            one.replace("took", "lost"),
            one.replace(" x=1", " err=refused"),
        ] {
            assert_ne!(shape(one), shape(&other), "{other}");
        }
        assert_ne!(shape("one two"), shape("two one"));
    }

    #[test]
    fn what_differs_is_one_sign() {
        assert_eq!(
            mask_words("dial tcp 127.0.0.1:9090: refused"),
            ["dial", "tcp", "<*>:", "refused"]
        );
        assert_eq!(
            mask_words("id=2383e9a8-f4b6-4033-a9ee-42ff22324ce4+single-tenant x"),
            ["id=<*>+single-tenant", "x"]
        );
        assert_eq!(
            mask_words("plain words, no numbers."),
            ["plain", "words,", "no", "numbers."]
        );
    }
}
