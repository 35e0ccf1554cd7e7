//! How a target is to be reached: headers, TLS, proxy. One value a target, so no credential reaches a stranger.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

/// A PEM text and the name errors call it by.
#[derive(Clone)]
pub struct Pem {
    /// The file it was read from.
    pub name: String,
    /// Its text.
    pub text: SecretString,
}

/// Client certificate, trusted authority, or none of it.
#[derive(Clone, Default)]
pub struct TlsFiles {
    /// The authority to trust.
    pub ca: Option<Pem>,
    /// The client certificate.
    pub cert: Option<Pem>,
    /// The client key.
    pub key: Option<Pem>,
    /// Accept any certificate.
    pub skip_verify: bool,
}

/// Masks secrets in a text.
pub type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// How one target is reached.
#[derive(Clone)]
pub struct Connect {
    /// Base address, without a trailing slash and without credentials.
    pub base: String,
    /// Headers of every request; values are secret because many are.
    pub headers: Vec<(String, SecretString)>,
    /// TLS material.
    pub tls: TlsFiles,
    /// Ignore `HTTP_PROXY` and its like.
    pub no_proxy: bool,
    /// How long one request may take.
    pub deadline: Duration,
    /// Masks every secret of this run.
    pub redact: Redact,
}

impl Connect {
    /// A target without credentials.
    pub fn plain(base: impl Into<String>) -> Self {
        Connect {
            base: base.into(),
            headers: Vec::new(),
            tls: TlsFiles::default(),
            no_proxy: false,
            deadline: Duration::from_secs(10),
            redact: Arc::new(str::to_owned),
        }
    }

    /// The same target under a path.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Self {
        let mut other = self.clone();
        other.base = format!("{}{prefix}", self.base);
        other
    }
}

impl std::fmt::Debug for Connect {
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
