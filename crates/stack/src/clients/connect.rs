//! How a target is to be reached: headers, TLS, proxy. One value a target, so no credential reaches a stranger: address and
//! credentials cannot be changed apart, and whoever goes to another server leaves the credentials behind.

use std::sync::Arc;
use std::time::Duration;

use super::answer_budget::AnswerBudget;
use crate::config::{PemFile, Secret};

/// Client certificate, trusted authority, or none of it.
#[derive(Clone, Default)]
pub struct TlsFiles {
    /// The authority to trust.
    pub ca: Option<PemFile>,
    /// The client certificate.
    pub cert: Option<PemFile>,
    /// The client key.
    pub key: Option<PemFile>,
    /// Accept any certificate.
    pub skip_verify: bool,
}

/// Masks secrets in a text.
pub type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// How one target is reached. The credentials were admitted for this address, and hold for its origin alone: scheme, host
/// and port.
#[derive(Clone)]
pub struct ConnectOptions {
    base: String,
    headers: Vec<(String, Secret)>,
    tls: TlsFiles,
    /// Ignore `HTTP_PROXY` and its like.
    pub no_proxy: bool,
    /// How long one request may take.
    pub deadline: Duration,
    /// Masks every secret of this run.
    pub redact: Redact,
    /// The memory for what is answered, shared by all targets of this run.
    pub answers: AnswerBudget,
}

impl ConnectOptions {
    /// A target without credentials.
    pub fn plain(base: impl Into<String>) -> Self {
        ConnectOptions::admitted(base, Vec::new(), TlsFiles::default())
    }

    /// A target and the credentials that the settings admit for exactly this address.
    pub fn admitted(base: impl Into<String>, headers: Vec<(String, Secret)>, tls: TlsFiles) -> Self {
        ConnectOptions {
            base: base.into(),
            headers,
            tls,
            no_proxy: false,
            deadline: Duration::from_secs(10),
            redact: Arc::new(str::to_owned),
            answers: AnswerBudget::default(),
        }
    }

    /// Base address, without a trailing slash and without credentials.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Headers of every request; values are secret because many are.
    pub fn headers(&self) -> &[(String, Secret)] {
        &self.headers
    }

    /// TLS material.
    pub fn tls(&self) -> &TlsFiles {
        &self.tls
    }

    /// The address of a path below the base. Whatever the path is, it cannot change the host or the port.
    pub fn address(&self, path: &str) -> String {
        let slash = if matches!(path.chars().next(), None | Some('/' | '?')) {
            ""
        } else {
            "/"
        };
        format!("{}{slash}{path}", self.base)
    }

    /// The same target under a path.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> Self {
        let mut other = self.clone();
        other.base = self.address(prefix);
        other
    }

    /// The same server without a path: `http://host:port/prefix` → `http://host:port`.
    #[must_use]
    pub fn root(&self) -> Self {
        let mut other = self.clone();
        if let Some((scheme, rest)) = self.base.split_once("://") {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            other.base = format!("{scheme}://{authority}");
        }
        other
    }

    /// Another address, without the credentials of this one. The authority that vouches for a host still does on its other
    /// ports.
    #[must_use]
    pub fn without_credentials(&self, base: impl Into<String>) -> Self {
        let base = base.into();
        let ca = self.tls.ca.clone().filter(|_| is_same_host(&self.base, &base));
        ConnectOptions {
            base,
            headers: Vec::new(),
            tls: TlsFiles {
                ca,
                ..TlsFiles::default()
            },
            ..self.clone()
        }
    }

    /// The same target with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), Secret::new(value)));
        self
    }

    /// The same target for another tenant.
    #[must_use]
    pub fn for_tenant(&self, tenant: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(TENANT));
        other.with_header(TENANT, tenant)
    }
}

/// The header that carries a tenant.
const TENANT: &str = "X-Scope-OrgID";

fn is_same_host(one: &str, other: &str) -> bool {
    let host = |address: &str| url::Url::parse(address).ok()?.host_str().map(str::to_owned);
    host(one).is_some_and(|one| host(other) == Some(one))
}

impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("base", &self.base)
            .field(
                "headers",
                &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_secrets(base: &str) -> ConnectOptions {
        let pem = |name: &str| {
            Some(PemFile {
                path: name.into(),
                text: Secret::new("PEM"),
            })
        };
        let tls = TlsFiles {
            ca: pem("ca"),
            cert: pem("cert"),
            key: pem("key"),
            skip_verify: true,
        };
        ConnectOptions::admitted(base, Vec::new(), tls).with_header("Authorization", "Bearer SECRET")
    }

    /// What a server says of itself becomes part of an address: prefixes of routes, identifiers, redirects.
    const PATHS: [&str; 12] = [
        "",
        "/x",
        "?a=1",
        "x",
        "@evil:1",
        ":secret@evil",
        "0/api",
        ".evil/x",
        "//evil",
        "/\\evil",
        "\\evil",
        "#@evil",
    ];

    #[test]
    fn no_path_leads_credentials_to_another_server() {
        for base in ["http://tempo", "http://tempo:3200", "https://[::1]:3200/prefix"] {
            let origin = url::Url::parse(base).unwrap().origin();
            let connect = with_secrets(base);
            for path in PATHS {
                let under = connect.with_prefix(path);
                for address in [connect.address(path), under.base.clone(), under.root().address(path)] {
                    let read = url::Url::parse(&address).unwrap();
                    assert_eq!(read.origin(), origin, "{base} and {path} make {address}");
                    assert!(read.username().is_empty(), "{address}");
                }
                assert_eq!(under.headers().len(), 1);
            }
        }
    }

    #[test]
    fn another_address_gets_no_credentials() {
        let connect = with_secrets("https://tempo:4318/v1/traces");
        for (base, trusts) in [
            ("https://tempo:4318/v1/traces", true),
            ("https://tempo:4317", true),
            ("https://TEMPO", true),
            ("https://tempo.evil:4318", false),
            ("https://evil:4318/tempo", false),
            ("https://tempo@evil:4318", false),
            ("nonsense", false),
        ] {
            let other = connect.without_credentials(base);
            assert_eq!(other.base(), base);
            assert!(
                other.headers().is_empty() && other.tls().key.is_none() && other.tls().cert.is_none(),
                "{base}"
            );
            assert!(!other.tls().skip_verify, "{base}");
            assert_eq!(other.tls().ca.is_some(), trusts, "{base}");
        }
    }
}
