//! One HTTP client a target: connections are reused, bodies bounded, redirects reported and never followed.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{Failure, FailureKind, Slot};

use super::answer_budget::BodyReader;
use super::connect::{ConnectOptions, Redact, TlsFiles};
use super::failures::{enrich_failure, translate_reqwest};
use super::request_cache::RequestCache;
use super::trust;

/// Bytes of an answer that are read at most; Tempo's largest status page is some 300 kB.
pub const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// Bytes of a usual answer.
const USUAL_BODY: usize = 1 << 20;

/// Bytes of an address at most (crate http: `Uri`, whose parts are counted with 16 bits).
const MOST_ADDRESS: usize = 65_534;

/// Headers worth keeping: they say who answers.
const KEPT_HEADERS: [&str; 8] = [
    "content-type",
    "content-length",
    "server",
    "date",
    "location",
    "retry-after",
    "www-authenticate",
    "via",
];

/// An HTTP client for one target.
#[derive(Clone)]
pub struct HttpClient {
    connect: ConnectOptions,
    client: reqwest::Client,
    headers: HeaderMap,
    /// Bytes of an answer that are read at most.
    limit: usize,
    /// Where it is set, each request is sent once.
    cache: Option<Arc<RequestCache>>,
}

/// A client that could not be built: a certificate that cannot be read, a header that is none.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct BuildError {
    /// The file or header.
    pub what: String,
    /// Why it cannot be used.
    pub why: String,
}

impl BuildError {
    pub(super) fn new(what: impl std::fmt::Display, why: impl std::fmt::Display) -> Self {
        BuildError {
            what: what.to_string(),
            why: why.to_string(),
        }
    }
}

impl HttpClient {
    /// A client for a target.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        let client = build_client(&connect, usize::MAX)?;
        let headers = build_header_map(&connect)?;
        Ok(HttpClient {
            connect,
            client,
            headers,
            limit: BODY_LIMIT,
            cache: None,
        })
    }

    /// The same client, which opens a connection for each request: a balancer that chooses by connection chooses again.
    pub fn with_new_connections(&self) -> Result<Self, BuildError> {
        Ok(HttpClient {
            client: build_client(&self.connect, 0)?,
            ..self.clone()
        })
    }

    /// The address this client asks.
    pub fn base(&self) -> &str {
        self.connect.base()
    }

    /// The same client under a path prefix; connections are shared.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> Self {
        HttpClient {
            connect: self.connect.with_prefix(prefix),
            ..self.clone()
        }
    }

    /// The same client at the root of its server; connections are shared.
    #[must_use]
    pub fn root(&self) -> Self {
        HttpClient {
            connect: self.connect.root(),
            ..self.clone()
        }
    }

    /// The same client for another tenant.
    pub fn for_tenant(&self, tenant: &str) -> Result<Self, BuildError> {
        let mut other = self.clone();
        other.connect = self.connect.for_tenant(tenant);
        let value = HeaderValue::from_str(tenant).map_err(|error| BuildError::new("X-Scope-OrgID", error))?;
        other.headers.insert(HeaderName::from_static("x-scope-orgid"), value);
        Ok(other)
    }

    /// The same client with another deadline for each request.
    #[must_use]
    pub fn with_timeout(&self, deadline: Duration) -> Self {
        let mut other = self.clone();
        other.connect.deadline = deadline;
        other
    }

    /// The same client for answers that may be larger than a status page.
    #[must_use]
    pub fn with_body_limit(&self, limit: usize) -> Self {
        let mut other = self.clone();
        other.limit = limit;
        other
    }

    /// The same client, which sends each request once.
    #[must_use]
    pub fn with_cache(&self, cache: &Arc<RequestCache>) -> Self {
        let mut other = self.clone();
        other.cache = Some(Arc::clone(cache));
        other
    }

    /// How this client reaches its target.
    pub fn connect(&self) -> &ConnectOptions {
        &self.connect
    }

    /// `GET path`
    pub async fn get(&self, path: &str) -> Slot<HttpAnswer> {
        self.ask(Method::GET, path, &[], None).await
    }

    /// Any request; the answer counts as known whatever its status.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<bytes::Bytes>,
    ) -> Slot<HttpAnswer> {
        let slot = self.ask_raw(method, path, headers, body).await;
        slot.and_then(|raw| Ok(raw.into_text(&self.connect.redact)))
    }

    /// The same with the body as it came, for answers that are no text.
    pub async fn ask_raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<bytes::Bytes>,
    ) -> Slot<RawAnswer> {
        let name = self.cache.as_ref().map(|_| {
            let form = body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            format!("{method} {} {headers:?} {form}", self.connect.address(path))
        });
        // Boxed: whoever waits for many requests would carry the room for each.
        let request = Box::pin(self.send(method, path, headers, body));
        match (&self.cache, name) {
            (Some(cache), Some(name)) => cache.answer(name, request).await,
            _ => request.await,
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<bytes::Bytes>,
    ) -> Slot<RawAnswer> {
        let started = Instant::now();
        let label = format!("{method} {}", shorten_path(path));
        let result = tokio::time::timeout(
            self.connect.deadline,
            self.exchange(method, path, headers, body, &label),
        )
        .await;
        let took_ms = started.elapsed().as_millis() as u64;
        match result {
            Ok(Ok(answer)) => Slot::known(answer, took_ms),
            Ok(Err(failure)) => Slot::failed(enrich_failure(failure, &self.connect).await),
            Err(_) => Slot::failed(Failure::new(
                FailureKind::TimedOut,
                self.target(&label),
                format!("no complete answer within {:.1} s", self.connect.deadline.as_secs_f64()),
            )),
        }
    }

    fn target(&self, label: &str) -> String {
        match label.split_once(' ') {
            Some((method, path)) => format!("{method} {}", self.connect.address(path)),
            None => label.to_owned(),
        }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<bytes::Bytes>,
        label: &str,
    ) -> Result<RawAnswer, Failure> {
        let address = self.connect.address(path);
        let length = address.len();
        let translate = |error: &reqwest::Error| {
            let mut failure = translate_reqwest(error, &self.target(label));
            if error.is_builder() && length > MOST_ADDRESS {
                failure.detail =
                    format!("the address is {length} bytes long, and the limit for an address is {MOST_ADDRESS} bytes");
            }
            failure.detail = (self.connect.redact)(&failure.detail);
            failure
        };
        let mut request = self.client.request(method, address).headers(self.headers.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.map_err(|error| translate(&error))?;
        let status = response.status().as_u16();
        let kept = keep_headers(response.headers(), &self.connect.redact);
        let refuse = |problem: String, kind: FailureKind| {
            Err(Failure::new(kind, self.target(label), problem).with_status(status))
        };
        let budget = &self.connect.answers;
        let limit = (self.limit as u64).min(budget.limit());
        let declared = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(self.limit);
        let packed = response
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|value| value == "gzip");
        // A length that is only claimed gets no more than a status page beforehand.
        let mut reader = BodyReader::new(packed, limit, declared.min(USUAL_BODY));
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| translate(&error).with_status(status))?;
            match reader.push(&chunk) {
                Ok(()) => {}
                Err(problem) if problem.kind() == ErrorKind::FileTooLarge => {
                    return refuse(format!("{problem}; not read further"), FailureKind::TooLarge);
                }
                Err(problem) => return refuse(format!("cannot unpack the answer: {problem}"), FailureKind::Decode),
            }
        }
        let body = match reader.finish() {
            Ok(body) => body,
            Err(problem) => return refuse(format!("cannot unpack the answer: {problem}"), FailureKind::Truncated),
        };
        if let Err(problem) = budget.take(&body) {
            return refuse(problem, FailureKind::TooLarge);
        }
        Ok(RawAnswer {
            request: label.to_owned(),
            status,
            headers: kept,
            body,
        })
    }
}

/// An answer whose body is as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// `GET /ready`, as shown in evidence.
    pub request: String,
    /// The status.
    pub status: u16,
    /// Those worth keeping; they are redacted.
    pub headers: BTreeMap<String, String>,
    /// The body, not redacted.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The same with its body as redacted text.
    pub fn into_text(self, redact: &Redact) -> HttpAnswer {
        let text =
            String::from_utf8(self.body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        HttpAnswer {
            request: self.request,
            status: self.status,
            headers: self.headers,
            body: redact(&text),
        }
    }
}

/// A path as shown in evidence: decoded enough to read, cut where it is long.
fn shorten_path(path: &str) -> String {
    if path.len() <= 120 {
        return path.to_owned();
    }
    match path.split_once('?') {
        Some((path, _)) => format!("{path}?…"),
        None => path.to_owned(),
    }
}

/// A gateway may echo a login in any of them: as the realm, or in the address of its login page.
fn keep_headers(headers: &HeaderMap, redact: &Redact) -> BTreeMap<String, String> {
    KEPT_HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), redact(headers.get(*name)?.to_str().ok()?))))
        .collect()
}

fn build_header_map(connect: &ConnectOptions) -> Result<HeaderMap, BuildError> {
    let mut map = HeaderMap::new();
    map.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    for (name, value) in connect.headers() {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| BuildError::new(format!("header {name}"), error))?;
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
            BuildError::new(
                format!("header {name}"),
                "its value has characters that are not allowed in a header",
            )
        })?;
        value.set_sensitive(true);
        map.append(key, value);
    }
    Ok(map)
}

/// A client that keeps so many idle connections.
fn build_client(connect: &ConnectOptions, idle: usize) -> Result<reqwest::Client, BuildError> {
    let mut builder = crate::clients::build_http_client()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect.deadline.min(Duration::from_secs(5)))
        .timeout(connect.deadline)
        .pool_max_idle_per_host(idle)
        .user_agent(concat!("tempoctl/", env!("CARGO_PKG_VERSION")));
    if connect.no_proxy {
        builder = builder.no_proxy();
    }
    add_tls(builder, connect.tls())?
        .build()
        .map_err(|error| BuildError::new(connect.base(), error))
}

pub(super) fn add_tls(
    mut builder: reqwest::ClientBuilder,
    tls: &TlsFiles,
) -> Result<reqwest::ClientBuilder, BuildError> {
    trust::check_client_certificate(tls)?;
    if !tls.skip_verify {
        return Ok(builder.tls_backend_preconfigured(trust::build_client_config(tls)?));
    }
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
        let pem = format!("{}\n{}", cert.text.expose(), key.text.expose());
        let identity =
            reqwest::Identity::from_pem(pem.as_bytes()).map_err(|error| BuildError::new(cert.path.display(), error))?;
        builder = builder.identity(identity);
    }
    Ok(builder.tls_danger_accept_invalid_certs(true))
}
