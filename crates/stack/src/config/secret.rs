//! Text that may carry a credential. It prints as `redacted`, whoever asks.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

/// What stands in every output where a secret would.
pub const REDACTED: &str = "redacted";

/// Text that may carry a credential: wiped when dropped, printed as `redacted`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Guards a text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(SecretString::from(text.into()))
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_redacted_whoever_asks() {
        let secret = Secret::new("s3cret");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "redacted redacted Some(redacted)"
        );
        assert_eq!(serde_json::to_string(&secret).expect("serialises"), "\"redacted\"");
        assert_eq!(secret.expose(), "s3cret");
    }
}
