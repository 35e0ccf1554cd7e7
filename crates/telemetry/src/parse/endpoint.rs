//! Addresses: a URL or a bare `host:port`. A login inside the address is split off at once and never shown.

use percent_encoding::percent_decode_str;
use url::Url;

use super::parse_error::{ParseError, quote_text};

/// An address that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerEndpoint {
    /// Scheme, host, port and path prefix; no login, no query, no trailing slash but the root's own.
    pub url: Url,
    /// The same with the path exactly as it was written.
    pub verbatim: Url,
    /// The login that stood before the `@`.
    pub login: Option<Login>,
    /// No scheme was written, so the one in `url` is an assumption.
    pub scheme_assumed: bool,
    /// A query or fragment was written; it was left out.
    pub query_dropped: bool,
}

/// A login from an address, percent-decoded. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Before the colon.
    pub user: String,
    /// After the colon; empty where there was none.
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("redacted")
    }
}

/// How to read what the text leaves open.
#[derive(Debug, Clone, Copy)]
pub struct AddressDefaults {
    /// The scheme of an address without one.
    pub scheme: &'static str,
    /// The port of an address with neither scheme nor port. A URL without a port keeps its scheme's.
    pub port: Option<u16>,
}

impl AddressDefaults {
    /// Plain HTTP, and no port invented.
    pub const HTTP: AddressDefaults = AddressDefaults {
        scheme: "http",
        port: None,
    };
}

const INVALID_PORT: &str = "has no valid port (1 to 65535)";

/// Reads an address; what it leaves open is filled from `assume`.
pub fn parse_endpoint(text: &str, assume: AddressDefaults) -> Result<ServerEndpoint, ParseError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(ParseError::new("the address is empty"));
    }
    let refused = |why: &str| ParseError::new(format!("{} {why}", quote_text(&mask_url(trimmed))));
    if trimmed.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(refused("has a space or control character"));
    }
    let (scheme, rest) = split_scheme(trimmed).map_err(refused)?;
    let authority_ends = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_ends);
    let (login, host_port) = match authority.rsplit_once('@') {
        Some((login, host_port)) => (Some(parse_login(login)), host_port),
        None => (None, authority),
    };
    if tail.contains('@') {
        return Err(refused("has an '@' after the host; in a password, write '/' as %2F"));
    }
    let port = parse_port(host_port, scheme.is_none()).map_err(|(why, suggestion)| {
        let error = match host_port.rsplit_once(':') {
            // Whoever forgot `@host` wrote a password in the port's place.
            Some((_, text)) if why == INVALID_PORT && !text.bytes().all(|b| b.is_ascii_digit()) => {
                let before = trimmed.len() - rest.len() + authority.len() - text.len();
                ParseError::new(format!(
                    "{} {why}",
                    quote_text(&mask_url(&format!("{}…", &trimmed[..before])))
                ))
            }
            _ => refused(&why),
        };
        if let Some(text) = suggestion {
            error.with_suggestion(text)
        } else {
            error
        }
    })?;
    let added = match (scheme, port, assume.port) {
        (None, None, Some(port)) => format!(":{port}"),
        _ => String::new(),
    };
    let path_ends = tail.find(['?', '#']).unwrap_or(tail.len());
    let whole = format!(
        "{}://{host_port}{added}{}",
        scheme.unwrap_or(assume.scheme),
        &tail[..path_ends]
    );
    let verbatim = Url::parse(&whole).map_err(|why| refused(&format!("is not a valid address: {why}")))?;
    Ok(ServerEndpoint {
        url: strip_trailing_slash(&verbatim),
        verbatim,
        login,
        scheme_assumed: scheme.is_none(),
        query_dropped: path_ends < tail.len(),
    })
}

/// The address as people write it: without the root's slash.
pub fn format_url(url: &Url) -> String {
    let text = url.as_str();
    if url.path() == "/" && url.query().is_none() {
        text.trim_end_matches('/').to_owned()
    } else {
        text.to_owned()
    }
}

/// `path` under the prefix of `base`: `http://host/tempo` and `/api/search` make `http://host/tempo/api/search`.
pub fn join_url_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!(
        "{}/{}",
        base.path().trim_end_matches('/'),
        path.trim_start_matches('/')
    ));
    url
}

/// `path` at the root of the host, whatever prefix `base` has.
pub fn replace_url_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url
}

/// The text without its login and without its query, for errors.
pub fn mask_url(text: &str) -> String {
    let scheme_ends = text
        .find("://")
        .filter(|&at| text[..at].bytes().all(|b| b.is_ascii_alphanumeric()));
    let (scheme, rest) = text.split_at(scheme_ends.map_or(0, |at| at + 3));
    let rest = match rest.rfind('@') {
        Some(at) => format!("redacted{}", &rest[at..]),
        None => rest.to_owned(),
    };
    match rest.find(['?', '#']) {
        Some(at) => format!("{scheme}{}{}…", &rest[..at], &rest[at..=at]),
        None => format!("{scheme}{rest}"),
    }
}

/// The scheme, if one is written, and what follows it.
fn split_scheme(text: &str) -> Result<(Option<&'static str>, &str), &'static str> {
    let lower = text.to_ascii_lowercase();
    for (scheme, start) in [("http", "http://"), ("https", "https://")] {
        if lower.starts_with(start) {
            return Ok((Some(scheme), &text[start.len()..]));
        }
    }
    if lower.starts_with("http:/") || lower.starts_with("https:/") {
        return Err("is missing a slash: write '://' after the scheme");
    }
    if let Some((scheme, _)) = text.split_once("://")
        && !scheme.contains(['/', '@', '?', '#'])
    {
        return Err("has a scheme other than http or https");
    }
    Ok((None, text))
}

/// Checks host and port; the port, if one is written. An error comes with what would do.
fn parse_port(host_port: &str, bare: bool) -> Result<Option<u16>, (String, Option<String>)> {
    let (host, port) = match host_port.strip_prefix('[') {
        Some(rest) => {
            let Some((address, after)) = rest.split_once(']') else {
                return Err(("has a '[' without ']'".to_owned(), None));
            };
            match (after, after.strip_prefix(':')) {
                ("", _) => (address, None),
                (_, Some(port)) => (address, Some(port)),
                _ => return Err(("has something other than a port after ']'".to_owned(), None)),
            }
        }
        None if host_port.matches(':').count() > 1 => return Err(explain_missing_brackets(host_port)),
        None => match host_port.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (host_port, None),
        },
    };
    if host.is_empty() {
        let suggestion = port.filter(|port| parse_port_number(port).is_some());
        return Err((
            "has no host".to_owned(),
            suggestion.map(|port| format!("http://localhost:{port}")),
        ));
    }
    if bare && port.is_none() && host.bytes().all(|b| b.is_ascii_digit()) {
        let suggestion = parse_port_number(host).map(|port| format!("http://localhost:{port}"));
        return Err(("is a port without a host".to_owned(), suggestion));
    }
    match port {
        None => Ok(None),
        Some(text) => match parse_port_number(text) {
            Some(port) => Ok(Some(port)),
            None => Err((INVALID_PORT.to_owned(), None)),
        },
    }
}

/// An IPv6 address needs brackets, or nobody knows where it ends.
fn explain_missing_brackets(host_port: &str) -> (String, Option<String>) {
    let parsed = host_port.parse::<std::net::Ipv6Addr>();
    let suggestion = parsed.ok().map(|address| format!("http://[{address}]"));
    (
        "has more than one ':'; put an IPv6 address in brackets".to_owned(),
        suggestion,
    )
}

fn parse_port_number(port: &str) -> Option<u16> {
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    port.parse().ok().filter(|&port| digits && port != 0)
}

fn parse_login(text: &str) -> Login {
    let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Login {
        user: decode(user),
        password: decode(password),
    }
}

fn strip_trailing_slash(url: &Url) -> Url {
    let mut url = url.clone();
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    url
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
