//! Keeps known secrets out of any text, in every form in which they may come back.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::secret::{REDACTED, Secret};

/// Below this length a secret would be found in ordinary words; only its encoded forms are looked for.
const SHORTEST: usize = 4;

/// The characters a URL library encodes in a login, as a server may echo it.
const USERINFO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'|');

/// The characters that RFC 3986 lets stand are left alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A longer word is a passphrase.
const LONGEST_WORD: usize = 15;

/// Masks every secret it knows. `Debug` shows how many, never which.
#[derive(Clone, Default)]
pub struct Redactor {
    needles: Vec<Secret>,
    finder: Option<AhoCorasick>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} forms)", self.needles.len())
    }
}

/// Letters of one case, or digits.
fn is_word(text: &str) -> bool {
    let is_all = |kind: fn(&u8) -> bool| text.as_bytes().iter().all(kind);
    let letters = is_all(u8::is_ascii_lowercase) || is_all(u8::is_ascii_uppercase);
    letters && text.len() <= LONGEST_WORD || is_all(u8::is_ascii_digit)
}

impl Redactor {
    /// A redactor for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = Redactor::default();
        for secret in secrets {
            redactor.add(secret);
        }
        redactor
    }

    /// It knows no secret: nothing needs to be masked.
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// Learns one more secret.
    pub fn add(&mut self, secret: &Secret) {
        let text = secret.expose();
        if text.is_empty() {
            return;
        }
        self.needles.extend(encode_forms(text).into_iter().map(Secret::new));
        self.needles.sort_by(|a, b| a.expose().cmp(b.expose()));
        self.needles.dedup();
        self.finder = Redactor::build_finder(&self.needles);
    }

    /// Learns a login: the password, and both together as basic credentials.
    pub fn add_login(&mut self, user: &Secret, password: &Secret) {
        self.add(password);
        self.add(&Secret::new(format!("{}:{}", user.expose(), password.expose())));
        // Where a token stands in the user's place, the user is the secret.
        if password.expose().is_empty() {
            self.add(user);
        }
    }

    /// The same without secrets that read like a word or a number, for texts that are the program's own: `grafana` as a
    /// password must not take the hop's name out of a document, nor `12345678` the digits out of a timestamp.
    pub fn without_words(&self) -> Redactor {
        let needles = self.needles.iter().filter(|needle| !is_word(needle.expose()));
        let needles: Vec<Secret> = needles.cloned().collect();
        Redactor {
            finder: Redactor::build_finder(&needles),
            needles,
        }
    }

    /// The text with `redacted` in the place of every secret.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut shown = String::new();
        let mut copied = 0;
        for hit in self.finder.iter().flat_map(|finder| finder.find_iter(text)) {
            shown.push_str(&text[copied..hit.start()]);
            shown.push_str(REDACTED);
            copied = hit.end();
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        shown.push_str(&text[copied..]);
        Cow::Owned(shown)
    }

    /// Finds all forms in one pass; of two that begin at the same place the longer, so that a token inside a longer one is not
    /// cut out of it.
    fn build_finder(needles: &[Secret]) -> Option<AhoCorasick> {
        if needles.is_empty() {
            return None;
        }
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
        // An error only where the forms fill the address space.
        builder.build(needles.iter().map(Secret::expose)).ok()
    }
}

/// Every form in which a secret may come back: as it is, escaped, percent-encoded, base64.
fn encode_forms(secret: &str) -> Vec<String> {
    let mut forms: Vec<String> = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .map(|engine| engine.encode(secret))
        .collect();
    forms.push(secret.to_owned());
    for set in [NON_ALPHANUMERIC, COMPONENT, USERINFO] {
        let encoded = utf8_percent_encode(secret, set).to_string();
        forms.push(lower_escapes(&encoded));
        forms.push(encoded.replace("%20", "+"));
        forms.push(encoded);
    }
    let debug = format!("{secret:?}");
    forms.push(debug[1..debug.len() - 1].to_owned());
    forms.extend(escape_as_json(secret));
    forms.extend(escape_as_html(secret));
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(hex.to_uppercase());
    forms.push(hex);
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// A JSON text as encoders write it: as it is, as Go does (`encoding/json` escapes what HTML knows), with `\/` as PHP does; each
/// of them once more as a text within JSON.
fn escape_as_json(secret: &str) -> Vec<String> {
    let quote = |text: &str| -> String {
        let json = serde_json::Value::from(text).to_string();
        json[1..json.len() - 1].to_owned()
    };
    let for_html = |json: String| {
        let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
        json.replace('&', "\\u0026")
    };
    let once = quote(secret);
    let variants = |json: &str| [json.to_owned(), for_html(json.to_owned()), json.replace('/', "\\/")];
    let once = variants(&once);
    let twice = once.iter().flat_map(|json| variants(&quote(json)));
    twice.chain(once.iter().cloned()).collect()
}

/// As Go's `html.EscapeString`, Python's `html.escape` and most templates write it.
fn escape_as_html(secret: &str) -> Vec<String> {
    let escaped = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    [
        ("&#34;", "&#39;"),
        ("&quot;", "&#x27;"),
        ("&quot;", "&#39;"),
        ("\"", "'"),
    ]
    .map(|(double, single)| escaped.replace('"', double).replace('\'', single))
    .to_vec()
}

/// `%2F` as `%2f`, all else untouched.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&escape.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_every_form() {
        let secret = Secret::new("p/ss \"wörd");
        let mut redactor = Redactor::new([&secret]);
        redactor.add_login(&Secret::new("me"), &secret);
        for form in [
            "p/ss \"wörd".to_owned(),
            "http://me:p%2Fss%20%22w%C3%B6rd@host".to_owned(),
            "http://me:p%2fss%20%22w%c3%b6rd@host".to_owned(),
            "?key=p%2Fss+%22w%C3%B6rd".to_owned(),
            format!("Basic {}", STANDARD.encode("me:p/ss \"wörd")),
            format!("{:?}", "p/ss \"wörd"),
            serde_json::to_string("p/ss \"wörd").expect("serialises"),
            "{\"sent\":\"p\\/ss \\\"wörd\"}".to_owned(),
            "\"{\\\"sent\\\":\\\"p/ss \\\\\\\"wörd\\\"}\"".to_owned(),
            "p/ss &#34;wörd".to_owned(),
            "702f73732022 77c3b67264".replace(' ', ""),
        ] {
            let shown = redactor.redact(&form);
            assert!(
                shown.contains(REDACTED) && !shown.contains("ss"),
                "{form} became {shown}"
            );
        }
    }

    #[test]
    fn words_and_numbers_of_the_program_stay() {
        let secrets = ["grafana", "ADMIN", "12345678", "hunter2", "correcthorsebattery"].map(Secret::new);
        let redactor = Redactor::new(&secrets).without_words();
        let document = r#"{"hop":"grafana","at":1712345678000,"login":"ADMIN"}"#;
        assert_eq!(redactor.redact(document), document);
        assert_eq!(redactor.redact("hunter2, correcthorsebattery"), "redacted, redacted");
    }

    #[test]
    fn leaves_other_text_alone() {
        let redactor = Redactor::new([&Secret::new("abc"), &Secret::new("")]);
        assert_eq!(redactor.redact("abcdef, tempo and others"), "abcdef, tempo and others");
        assert_eq!(
            Redactor::new([&Secret::new("redacted")]).redact("redacted twice"),
            "redacted twice"
        );
        assert_eq!(format!("{:?}", Redactor::default()), "Redactor(0 forms)");
    }

    #[test]
    fn the_longer_secret_goes_first() {
        let redactor = Redactor::new([&Secret::new("token"), &Secret::new("token-long")]);
        assert_eq!(redactor.redact("a token-long, a token"), "a redacted, a redacted");
    }

    proptest! {
        #[test]
        fn no_secret_survives(secret in "[!-~é]{4,12}", before in ".{0,9}", after in ".{0,9}") {
            // A secret made of letters of «redacted» could be read out of the mask itself.
            prop_assume!(!REDACTED.contains(&secret));
            let shown = Redactor::new([&Secret::new(secret.clone())])
                .redact(&format!("{before}{secret}{after}"))
                .into_owned();
            prop_assert!(shown.contains(REDACTED));
        }

        #[test]
        fn any_text_is_taken(secret in ".{0,6}", text in ".*") {
            let _ = Redactor::new([&Secret::new(secret)]).redact(&text);
        }
    }
}
