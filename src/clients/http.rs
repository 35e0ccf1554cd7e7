//! One HTTP client a target: connections are reused, bodies bounded, redirects reported and never followed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use secrecy::ExposeSecret;

use crate::model::tempo::Answer;
use crate::model::{Failure, FailureKind, Slot};

use super::connect::{Connect, Redact, TlsFiles};
use super::failures::of_reqwest;

/// Bytes of an answer that are read at most; Tempo's largest status page is some 300 kB.
pub const BODY_LIMIT: usize = 32 * 1024 * 1024;

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
    connect: Connect,
    client: reqwest::Client,
    headers: HeaderMap,
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
    pub(super) fn new(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        BuildError {
            what: what.into(),
            why: why.to_string(),
        }
    }
}

impl HttpClient {
    /// A client for a target.
    pub fn new(connect: Connect) -> Result<Self, BuildError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect.deadline.min(Duration::from_secs(5)))
            .timeout(connect.deadline)
            .user_agent(concat!("tempoctl/", env!("CARGO_PKG_VERSION")));
        if connect.no_proxy {
            builder = builder.no_proxy();
        }
        let client = with_tls(builder, &connect.tls)?
            .build()
            .map_err(|error| BuildError::new(connect.base.clone(), error))?;
        let headers = header_map(&connect)?;
        Ok(HttpClient {
            connect,
            client,
            headers,
        })
    }

    /// The address this client asks.
    pub fn base(&self) -> &str {
        &self.connect.base
    }

    /// The same client under a path prefix; connections are shared.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Self {
        HttpClient {
            connect: self.connect.under(prefix),
            client: self.client.clone(),
            headers: self.headers.clone(),
        }
    }

    /// The same client with one header more, as a tenant.
    pub fn with_header(&self, name: &'static str, value: &str) -> Result<Self, BuildError> {
        let mut other = self.clone();
        let value = HeaderValue::from_str(value).map_err(|error| BuildError::new(name, error))?;
        other.headers.append(HeaderName::from_static(name), value);
        Ok(other)
    }

    /// The same client with another deadline for each request.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        let mut other = self.clone();
        other.connect.deadline = deadline;
        other
    }

    /// `GET path`
    pub async fn get(&self, path: &str) -> Slot<Answer> {
        self.ask(Method::GET, path, &[], None).await
    }

    /// `GET path` with an `Accept` header.
    pub async fn get_as(&self, path: &str, accept: &'static str) -> Slot<Answer> {
        self.ask(Method::GET, path, &[("accept", accept)], None).await
    }

    /// Any request; the answer counts as known whatever its status.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<bytes::Bytes>,
    ) -> Slot<Answer> {
        let started = Instant::now();
        let label = format!("{method} {}", shown(path));
        let result = tokio::time::timeout(
            self.connect.deadline,
            self.exchange(method, path, headers, body, &label),
        )
        .await;
        let took_ms = started.elapsed().as_millis() as u64;
        match result {
            Ok(Ok(answer)) => Slot::known(answer, took_ms),
            Ok(Err(failure)) => Slot::failed(failure),
            Err(_) => Slot::failed(Failure::new(
                FailureKind::TimedOut,
                self.target(&label),
                format!("no complete answer within {:.1} s", self.connect.deadline.as_secs_f64()),
            )),
        }
    }

    fn target(&self, label: &str) -> String {
        match label.split_once(' ') {
            Some((method, path)) => format!("{method} {}{path}", self.connect.base),
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
    ) -> Result<Answer, Failure> {
        let translate = |error: &reqwest::Error| {
            let mut failure = of_reqwest(error, &self.target(label));
            failure.detail = (self.connect.redact)(&failure.detail);
            failure
        };
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.connect.base))
            .headers(self.headers.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.map_err(|error| translate(&error))?;
        let status = response.status().as_u16();
        let kept = kept_headers(response.headers(), &self.connect.redact);
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| translate(&error).with_status(status))?;
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(Failure::new(
                    FailureKind::TooLarge,
                    self.target(label),
                    format!("more than {} MiB; not read further", BODY_LIMIT / 1024 / 1024),
                )
                .with_status(status));
            }
            body.extend_from_slice(&chunk);
        }
        let text =
            String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Answer {
            request: label.to_owned(),
            status,
            headers: kept,
            body: (self.connect.redact)(&text),
        })
    }
}

/// A path as shown in evidence: decoded enough to read, cut where it is long.
fn shown(path: &str) -> String {
    if path.len() <= 120 {
        return path.to_owned();
    }
    match path.split_once('?') {
        Some((path, _)) => format!("{path}?…"),
        None => path.to_owned(),
    }
}

/// A gateway may echo a login in any of them: as the realm, or in the address of its login page.
fn kept_headers(headers: &HeaderMap, redact: &Redact) -> BTreeMap<String, String> {
    KEPT_HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), redact(headers.get(*name)?.to_str().ok()?))))
        .collect()
}

fn header_map(connect: &Connect) -> Result<HeaderMap, BuildError> {
    let mut map = HeaderMap::new();
    for (name, value) in &connect.headers {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|error| BuildError::new(format!("header {name}"), error))?;
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| {
            BuildError::new(
                format!("header {name}"),
                "its value has characters that no header may have",
            )
        })?;
        value.set_sensitive(true);
        map.append(key, value);
    }
    Ok(map)
}

fn with_tls(mut builder: reqwest::ClientBuilder, tls: &TlsFiles) -> Result<reqwest::ClientBuilder, BuildError> {
    if let Some(pem) = &tls.ca {
        let certificates = reqwest::Certificate::from_pem_bundle(pem.text.expose_secret().as_bytes())
            .map_err(|error| BuildError::new(&pem.name, error))?;
        if certificates.is_empty() {
            return Err(BuildError::new(&pem.name, "holds no PEM certificate"));
        }
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
        let pem = format!("{}\n{}", cert.text.expose_secret(), key.text.expose_secret());
        let identity =
            reqwest::Identity::from_pem(pem.as_bytes()).map_err(|error| BuildError::new(&cert.name, error))?;
        builder = builder.identity(identity);
    }
    Ok(builder.tls_danger_accept_invalid_certs(tls.skip_verify))
}
