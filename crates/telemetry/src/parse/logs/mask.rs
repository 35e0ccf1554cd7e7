//! Secrets that servers write into their logs, masked: logins in addresses, authorisation headers, tokens by their shape, and
//! values whose key says that they are secret.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::{Captures, Regex};

/// What stands in a secret's place.
const MASK: &str = "redacted";

static LOGIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s"'\\]+@"#).ok());
/// As far as the last `@` of a word.
static TYPED_LOGIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b([a-z][a-z0-9+.-]*://)([^\s"'\\]+)@"#).ok());
/// `user:password@tcp(host)`, as drivers of databases have it.
static DSN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)[^\s@"'/:=]+:[^\s"']+@(tcp|udp|unix)\("#).ok());
static PEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)").ok()
});
static HEADER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(bearer|basic)((?:\s|%20|\+)+)([a-z0-9+/=._~-]{6,})").ok());
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:glsa_[A-Za-z0-9_]{8,}|glc_[A-Za-z0-9+/=]{8,}|eyJ[A-Za-z0-9_-]{8,}(?:[.][A-Za-z0-9_-]+)*|(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abp]-[A-Za-z0-9-]{10,})",
    )
    .ok()
});
/// A key whose value is secret, and what stands between them. The second kind of keys are words of their own.
static KEYED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)([a-z0-9_.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credential)"#,
        r#"[a-z0-9_.-]*|\b(?:[a-z0-9_.-]*[_.-])?(?:pwd|pass|signature|cookie|authorization)|\b(?:[a-z0-9_.-]*[_.-])?sig)"#,
        r#"(\\*["']?[ \t]*[=:][ \t]*)"#,
    ))
    .ok()
});
/// A header whose secret is masked, its scheme kept.
static SCHEME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)^(?:bearer|basic)(?:\s|%20|\+)+redacted(?:$|[\s"'\\,\]&;}])"#).ok());

/// Without one of these there is no secret in a text: each pattern below needs one. Up to 32 of them are looked for at once.
const TRACES: [&str; 31] = [
    "@",
    "bearer",
    "basic",
    "glsa_",
    "glc_",
    "eyJ",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "xox",
    "pass",
    "pwd",
    "secret",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "access-key",
    "accesskey",
    "private",
    "account",
    "cookie",
    "authorization",
    "signature",
    "sig=",
    "sig\"",
];

static TRACE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(TRACES.iter().chain(&["credential"]))
        .ok()
});

/// The same, all but the first, with the bit set that makes letters small: many bytes at once, where the processor can.
static ROUGH: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    let rough = |word: &&str| word.bytes().map(|byte| byte | SMALL).collect::<Vec<u8>>();
    Searcher::new(TRACES.iter().skip(1).chain(&["credential"]).map(rough))
});
const SMALL: u8 = 0x20;
/// Bytes that are looked at in one go, and how many of them are looked at again in the next: one less than the longest word.
const WINDOW: usize = 512;
const OVERLAP: usize = 16;

/// True where a closer look for secrets is needed.
pub fn may_hold_secret(text: &[u8]) -> bool {
    may_roughly_hold_secret(text) && TRACE.as_ref().is_none_or(|traces| traces.is_match(text))
}

/// False only where [`TRACE`] finds nothing.
fn may_roughly_hold_secret(text: &[u8]) -> bool {
    let Some(rough) = ROUGH.as_ref() else {
        return true;
    };
    if memchr::memchr(b'@', text).is_some() {
        return true;
    }
    let mut window = [0_u8; WINDOW];
    let mut from = 0;
    loop {
        let piece = text.get(from..(from + WINDOW).min(text.len())).unwrap_or_default();
        let Some(small) = window.get_mut(..piece.len()) else {
            return true;
        };
        small.copy_from_slice(piece);
        for word in small.as_chunks_mut::<8>().0 {
            *word = (u64::from_ne_bytes(*word) | u64::from_ne_bytes([SMALL; 8])).to_ne_bytes();
        }
        for byte in small.as_chunks_mut::<8>().1 {
            *byte |= SMALL;
        }
        if rough.find(small).is_some() {
            return true;
        }
        if from + WINDOW >= text.len() {
            return false;
        }
        from += WINDOW - OVERLAP;
    }
}

/// The text, secrets masked.
pub fn mask_log_secrets(text: &str) -> Cow<'_, str> {
    if may_hold_secret(text.as_bytes()) {
        mask_text(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// The text with the login of every address in it masked, for what a person typed: a password that was not percent-encoded may
/// hold what would end the login of a proper address.
pub fn mask_logins(text: &str) -> Cow<'_, str> {
    replace_matches(Cow::Borrowed(text), &TYPED_LOGIN, |found| {
        let (scheme, typed) = (&found[1], &found[2]);
        let authority = typed.split(['/', '?', '#']).next().unwrap_or_default();
        let port = authority.split_once(':').map(|(_, port)| port);
        // `host:3000/d/x?to=a@b` has no login.
        let login =
            authority.len() == typed.len() || port.is_some_and(|port| !port.bytes().all(|byte| byte.is_ascii_digit()));
        format!("{scheme}{}@", if login { MASK } else { typed })
    })
}

/// The value of a field, masked where its key or what it looks like says so.
pub fn mask_field_value(key: &str, value: String) -> String {
    let short = key.as_bytes().last_chunk::<3>();
    let is_sig = short.is_some_and(|end| end.eq_ignore_ascii_case(b"sig"));
    let keyed = is_sig || may_hold_secret(key.as_bytes());
    if !keyed && !may_hold_secret(value.as_bytes()) {
        return value;
    }
    let probe = format!("{key}=");
    let secret = keyed
        && KEYED
            .as_ref()
            .is_some_and(|keyed| keyed.find_iter(&probe).any(|found| found.end() == probe.len()));
    let told = mask_log_secrets(&value).into_owned();
    let kept = SCHEME.as_ref().is_some_and(|scheme| scheme.is_match(&told));
    if !secret || value.is_empty() || kept || is_harmless_value(key, "=", &value) {
        told
    } else {
        MASK.to_owned()
    }
}

fn mask_text(text: &str) -> Cow<'_, str> {
    let part = |found: &Captures<'_>, at: usize| found.get(at).map_or("", |part| part.as_str()).to_owned();
    let text = replace_matches(Cow::Borrowed(text), &PEM, |found| {
        format!("{}{MASK}{}", part(found, 1), part(found, 2))
    });
    let text = replace_matches(text, &LOGIN, |found| format!("{}{MASK}@", part(found, 1)));
    let text = replace_matches(text, &DSN, |found| format!("{MASK}@{}(", part(found, 1)));
    let text = replace_matches(text, &HEADER, |found| {
        let [word, gap, value] = [1, 2, 3].map(|at| part(found, at));
        // «basic authentication» is no secret.
        let secret = value
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'=');
        format!("{word}{gap}{}", if secret { MASK } else { &value })
    });
    let text = replace_matches(text, &TOKEN, |_| MASK.to_owned());
    match mask_keyed_values(&text) {
        Some(changed) => Cow::Owned(changed),
        None => text,
    }
}

/// The text with the values of secret keys masked, where there are any.
fn mask_keyed_values(text: &str) -> Option<String> {
    let keyed = KEYED.as_ref()?;
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = keyed.captures_at(text, at) {
        let (key, between) = (found.get(1)?, found.get(2)?);
        at = between.end();
        let rest = text.get(at..)?;
        let unquoted = parse_opening_quote(rest)
            .and_then(|quote| rest.get(quote.len()..))
            .unwrap_or(rest);
        if SCHEME.as_ref().is_some_and(|scheme| scheme.is_match(unquoted)) {
            continue;
        }
        let (key, between) = (key.as_str(), between.as_str());
        let value = SecretValue::parse(key, between, rest);
        if value.inner.is_empty() || is_harmless_value(key, between, value.inner) {
            continue;
        }
        out.push_str(text.get(done..at)?);
        out.push_str(&value.open);
        out.push_str(MASK);
        out.push_str(&value.close);
        at += value.length;
        done = at;
    }
    if done == 0 {
        return None;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

/// A value of a secret key: what of it is secret, how long it is with what encloses it, and what encloses the mask.
struct SecretValue<'a> {
    inner: &'a str,
    length: usize,
    open: String,
    close: String,
}

impl<'a> SecretValue<'a> {
    fn parse(key: &str, between: &str, rest: &'a str) -> Self {
        if let Some(quote) = parse_opening_quote(rest) {
            let inner = parse_quoted_content(rest, quote);
            let end = quote.len() + inner.len();
            let closed = rest.get(end..).is_some_and(|after| after.starts_with(quote));
            return SecretValue {
                inner,
                length: end + if closed { quote.len() } else { 0 },
                open: quote.to_owned(),
                close: if closed { quote } else { "" }.to_owned(),
            };
        }
        let of_key: String = between.chars().take_while(|c| matches!(c, '\\' | '"' | '\'')).collect();
        if rest.starts_with(['[', '{']) {
            let length = measure_enclosed(rest);
            let inner = rest.get(1..length).unwrap_or_default();
            let inner = inner.strip_suffix([']', '}']).unwrap_or(inner);
            let (open, close) = if rest.starts_with('[') { ("[", "]") } else { ("{", "}") };
            let bare = inner.trim().trim_matches(['"', '\'', '\\']);
            let (open, close) = match parse_opening_quote(inner) {
                _ if !of_key.is_empty() && open == "{" => (of_key.clone(), of_key),
                Some(quote) if open == "[" => (format!("{open}{quote}"), format!("{quote}{close}")),
                _ => (open.to_owned(), close.to_owned()),
            };
            return SecretValue {
                inner: bare,
                length,
                open,
                close,
            };
        }
        let inner = rest.get(..measure_bare(key, between, rest)).unwrap_or_default();
        SecretValue {
            inner,
            length: inner.len(),
            open: of_key.clone(),
            close: of_key,
        }
    }
}

/// The quote that a text begins with, and the backslashes before it.
fn parse_opening_quote(text: &str) -> Option<&str> {
    let slashes = text.bytes().take_while(|byte| *byte == b'\\').count();
    let quote = text.as_bytes().get(slashes)?;
    matches!(quote, b'"' | b'\'').then(|| text.get(..=slashes)).flatten()
}

/// What stands between such quotes, at the most to the end of the line.
fn parse_quoted_content<'a>(text: &'a str, quote: &str) -> &'a str {
    let text = text.get(quote.len()..).unwrap_or_default();
    let (mark, slashes) = (quote.bytes().last(), quote.len() - 1);
    let mut before = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => before += 1,
            b'\n' => return text.get(..at).unwrap_or_default(),
            // A quote with more backslashes is a part of the value, one with fewer ends what the value stands in.
            byte if Some(byte) == mark && before <= slashes => return text.get(..at - before).unwrap_or_default(),
            _ => before = 0,
        }
    }
    text
}

/// How long a list or an object is, quotes looked at; at the most to the end of the line.
fn measure_enclosed(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(quote) = parse_opening_quote(rest) {
            let end = at + quote.len() + parse_quoted_content(rest, quote).len();
            let closed = text.get(end..).is_some_and(|after| after.starts_with(quote));
            at = end + if closed { quote.len() } else { 0 };
            if !closed {
                return at;
            }
            continue;
        }
        match rest.as_bytes().first() {
            Some(b'[' | b'{') => depth += 1,
            Some(b']' | b'}') => depth = depth.saturating_sub(1),
            Some(b'\n') => return at,
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
        if depth == 0 {
            break;
        }
    }
    at
}

/// How long a value without quotes is. A word, as a rule; a header and a password behind `: ` may have several.
fn measure_bare(key: &str, between: &str, text: &str) -> usize {
    let lower = key.to_ascii_lowercase();
    let header = lower.ends_with("authorization") || lower.ends_with("cookie");
    let spaced = between.starts_with(':') && between.len() > 1;
    let phrase = spaced && (lower.contains("pass") || lower.ends_with("pwd") || lower.ends_with("secret"));
    let schemes = [
        "digest",
        "negotiate",
        "ntlm",
        "basic",
        "bearer",
        "token",
        "aws4-hmac-sha256",
    ];
    let first = text.split([' ', '\t']).next().unwrap_or_default();
    let scheme = header && schemes.contains(&first.to_ascii_lowercase().as_str());
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'\n' | b'\r' | b'"' => break,
            b'\\' if matches!(next, Some(b'"' | b'\\' | b'n' | b'r' | b't') | None) => break,
            b',' | b'&' | b';' | b'}' if !header => break,
            b' ' | b'\t' if header && (spaced || scheme || bytes.get(at.wrapping_sub(1)) == Some(&b';')) => {}
            b' ' | b'\t' if phrase && !is_field_start(text.get(at..).unwrap_or_default()) => {}
            byte if byte.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    text.get(..at).map_or(0, |text| text.trim_end().len())
}

/// True before ` key=`.
fn is_field_start(text: &str) -> bool {
    let text = text.trim_start();
    let key = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
    let length = key.count();
    length > 0 && text.as_bytes().get(length) == Some(&b'=')
}

/// Numbers of tokens, switches, a working directory, and prose such as «unexpected token: x».
fn is_harmless_value(key: &str, between: &str, value: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let is_prose = ["token", "tokens", "sig", "signature"]
        .iter()
        .any(|word| lower.ends_with(word));
    let prose = between.starts_with(": ") && (lower == "token" || (is_prose && !lower.ends_with("token")));
    let number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ' | b'[' | b']');
    let plain = value.bytes().all(number) || matches!(value, "true" | "false" | "null" | "nil" | "<nil>");
    let password = lower.contains("pass") || lower.ends_with("pwd");
    let folder = lower.ends_with("pwd") && value.starts_with('/');
    prose || folder || (plain && !password) || matches!(value, MASK | "***")
}

fn replace_matches<'a>(
    text: Cow<'a, str>,
    pattern: &LazyLock<Option<Regex>>,
    with: impl Fn(&Captures<'_>) -> String,
) -> Cow<'a, str> {
    let Some(pattern) = pattern.as_ref() else {
        return text;
    };
    match pattern.replace_all(&text, |found: &Captures<'_>| with(found)) {
        Cow::Borrowed(_) => text,
        Cow::Owned(changed) => Cow::Owned(changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_login_that_was_typed_carelessly_is_masked() {
        for typed in [
            "u:Zq9@h",
            "u:Zq9?x@h/d",
            "u:Zq9#x@h",
            "u:Zq/9@h:1/",
            "u:p@Zq9@h",
            "u:Zq9@h:x/d/u",
            "Zq9@h",
        ] {
            let shown = mask_logins(&format!("'http://{typed}' is no address")).into_owned();
            assert!(shown.starts_with("'http://redacted@h"), "{typed} became {shown}");
        }
        for address in ["http://host:3000/d/x?to=a@b", "http://host/@me", "a@b and http://host"] {
            assert_eq!(mask_logins(address), address);
        }
    }

    #[test]
    fn secrets_are_masked() {
        for (text, masked) in [
            (
                "Post \"https://me:s3cret@mimir/push\": refused",
                "Post \"https://redacted@mimir/push\": refused",
            ),
            (
                "Authorization=\"Bearer abc.DEF123\"",
                "Authorization=\"Bearer redacted\"",
            ),
            ("authorization: Basic%20dXNlcjpwYXNz", "authorization: Basic%20redacted"),
            ("key glsa_0123456789abcdef_12345678 used", "key redacted used"),
            ("jwt=eyJhbGciOiJIUzI1.eyJzdWIiOiIx.SflKxwRJ x", "jwt=redacted x"),
            ("AKIAIOSFODNN7EXAMPLE denied", "redacted denied"),
            ("secret_key=abcd1234 bucket=b", "secret_key=redacted bucket=b"),
            (
                r#"{"password":"hunter two","user":"me"}"#,
                r#"{"password":"redacted","user":"me"}"#,
            ),
            (r#"password="two words" a=b"#, r#"password="redacted" a=b"#),
            ("password: two words", "password: redacted"),
            ("password: two words, a=b", "password: redacted, a=b"),
            (
                "msg=x password: two words level=info",
                "msg=x password: redacted level=info",
            ),
            (r#"{"password":["x","y"],"a":1}"#, r#"{"password":["redacted"],"a":1}"#),
            (r#"{"token":{"value":"x}"},"a":1}"#, r#"{"token":"redacted","a":1}"#),
            (r#"{"X-Api-Key":["x"]}"#, r#"{"X-Api-Key":["redacted"]}"#),
            ("map[X-Api-Key:[x] A:[b]]", "map[X-Api-Key:[redacted] A:[b]]"),
            ("Cookie: a=b; c=d", "Cookie: redacted"),
            ("set-cookie=a=b; Path=/ x=y", "set-cookie=redacted x=y"),
            ("Authorization: x", "Authorization: redacted"),
            (
                r#"msg="Proxy-Authorization: Digest x" a=b"#,
                r#"msg="Proxy-Authorization: redacted" a=b"#,
            ),
            ("Authorization=Digest x", "Authorization=redacted"),
            (
                "pwd=a pass=b passphrase=c sig=d",
                "pwd=redacted pass=redacted passphrase=redacted sig=redacted",
            ),
            ("/x?X-Amz-Signature=ab12&y=1", "/x?X-Amz-Signature=redacted&y=1"),
            ("dial user:x@tcp(db)/t", "dial redacted@tcp(db)/t"),
            ("https://u:p@ss@h/x", "https://redacted@h/x"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nx",
                "-----BEGIN RSA PRIVATE KEY-----redacted-----END RSA PRIVATE KEY-----\nx",
            ),
            (r#"err="{\"api_key\":\"k-1\"}""#, r#"err="{\"api_key\":\"redacted\"}""#),
            ("password: 12345", "password: redacted"),
            ("/push?token=abc&x=1", "/push?token=redacted&x=1"),
        ] {
            assert_eq!(mask_log_secrets(text), masked);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "basic authentication is not configured",
            "num_tokens=128 tokens=512 access_key_set=true",
            "parse error: unexpected token: foo",
            "http://tempo:3200/api/search?q=a@b",
            r#"{"tokens":[1,2,3],"token":512,"traceID":"0af7651916cd43dd8448eb211c80319c"}"#,
            "bypass=x passed=3 design=4 PWD=/tmp invalid signature: x",
            "level=info caller=basic_lifecycler.go:297 msg=\"instance not found in the ring\" instance=a ring=b",
        ] {
            assert_eq!(mask_log_secrets(text), text);
        }
    }

    proptest! {
        #[test]
        fn a_text_without_a_trace_of_a_secret_needs_no_look(text in "([a-z:/@=\"\\\\ {}.0-9A-Z_-]{0,12}|passwd=x1|apikey: q1|pwd=x|pass: a b|sig=q|cookie:x|signature=x|basic |glsa_|eyJ){0,5}") {
            if !may_hold_secret(text.as_bytes()) {
                prop_assert_eq!(mask_text(&text), text.as_str());
            }
        }

        #[test]
        fn the_rough_look_misses_nothing(before in "[ -~]{0,40}", long in 0_usize..1100, word in 0..TRACES.len(), loud: bool, after in "[ -~]{0,40}") {
            let word = if loud { TRACES[word].to_uppercase() } else { TRACES[word].to_owned() };
            let text = format!("{before}{}{word}{after}", "x ".repeat(long / 2));
            prop_assert!(may_roughly_hold_secret(text.as_bytes()), "{}", text);
            prop_assert!(may_hold_secret(text.as_bytes()), "{}", text);
        }

        #[test]
        fn masking_keyed_values_twice_changes_nothing_more(text in "(password|token|cookie|Authorization|sig|pass|[]\"\\\\'{\\[}:= ,;a1\n-]|bearer A1b2c3d){0,14}") {
            let once = mask_log_secrets(&text).into_owned();
            prop_assert_eq!(mask_log_secrets(&once).into_owned(), once);
        }

        #[test]
        fn masking_twice_changes_nothing_more(text in "[a-z:/@=\"\\\\ {}.0-9A-Z_-]{0,60}") {
            let once = mask_log_secrets(&text).into_owned();
            prop_assert_eq!(mask_log_secrets(&once).into_owned(), once);
        }
    }
}
