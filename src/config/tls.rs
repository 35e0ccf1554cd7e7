//! Certificates and keys of one target, read and looked at once.

use std::path::PathBuf;

use super::args::TlsFlags;
use super::error::ConfigError;
use super::layers::Layers;
use super::origin::{Origin, Sourced};
use super::secret::Secret;
use super::targets::{Setting, TlsNames};

/// How a target's TLS is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The only authorities to trust, where given.
    pub ca_cert: Option<Sourced<Pem>>,
    /// The certificate to show; comes with `key`.
    pub cert: Option<Sourced<Pem>>,
    /// The key of `cert`.
    pub key: Option<Sourced<Pem>>,
    /// Take any certificate.
    pub skip_verify: Sourced<bool>,
}

/// A PEM file. It prints as its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pem {
    /// Where it lies.
    pub path: PathBuf,
    /// What stands in it.
    pub text: Secret,
}

impl Default for Tls {
    fn default() -> Self {
        Tls {
            ca_cert: None,
            cert: None,
            key: None,
            skip_verify: Sourced::default_of(false),
        }
    }
}

impl Tls {
    pub(super) fn resolve(layers: &mut Layers<'_>, flags: &TlsFlags<'_>, names: &TlsNames, address: &Origin) -> Tls {
        Tls::read(layers, flags, names).admitted(layers, address)
    }

    /// What is given, admitted for no address yet.
    pub(super) fn read(layers: &mut Layers<'_>, flags: &TlsFlags<'_>, names: &TlsNames) -> Tls {
        let tls = Tls {
            ca_cert: pem(layers, flags.ca_cert, &names.ca_cert, "CERTIFICATE"),
            cert: pem(layers, flags.cert, &names.cert, "CERTIFICATE"),
            key: pem(layers, flags.key, &names.key, "PRIVATE KEY"),
            skip_verify: layers.switch(flags.skip_verify, &names.skip_verify),
        };
        match (&tls.cert, &tls.key) {
            (Some(cert), None) if !named(layers, flags.key.is_some(), &names.key) => {
                lone(layers, &cert.origin, "a certificate without its key", &names.key);
            }
            (None, Some(key)) if !named(layers, flags.cert.is_some(), &names.cert) => {
                lone(layers, &key.origin, "a key without its certificate", &names.cert);
            }
            _ => {}
        }
        tls
    }

    /// What of it may be used for an address that comes from there.
    pub(super) fn admitted(mut self, layers: &mut Layers<'_>, address: &Origin) -> Tls {
        self.ca_cert = self.ca_cert.filter(|pem| layers.admits_trust(address, &pem.origin));
        if !layers.admits_trust(address, &self.skip_verify.origin) {
            self.skip_verify = Sourced::default_of(false);
        }
        if let Some(key) = &self.key
            && !layers.admits_secret(address, &key.origin)
        {
            self.key = None;
            self.cert = None;
        }
        self
    }
}

/// True where a file is named, even one that cannot be read.
fn named(layers: &Layers<'_>, flag: bool, setting: &Setting) -> bool {
    flag || layers.path(None, setting).is_some()
}

fn lone(layers: &mut Layers<'_>, origin: &Origin, message: &str, other: &Setting) {
    let way = match origin {
        Origin::File { .. } => format!("{} = \"/path/to/file\"", other.key),
        Origin::Env(_) => format!("{}=/path/to/file", other.env.first().copied().unwrap_or(other.flag)),
        _ => format!("{} FILE", other.flag),
    };
    layers
        .errors
        .push(ConfigError::new(origin.place(), message).advising(way));
}

fn pem(
    layers: &mut Layers<'_>,
    flag: Option<&std::path::Path>,
    setting: &Setting,
    wants: &str,
) -> Option<Sourced<Pem>> {
    let path = layers.path(flag, setting)?;
    let text = layers.content(&path)?;
    let has = text
        .lines()
        .any(|line| line.starts_with("-----BEGIN ") && line.contains(wants));
    if !has {
        let message = format!(
            "'{}' has no PEM block with a {}",
            path.value.display(),
            wants.to_lowercase()
        );
        layers.errors.push(ConfigError::new(path.origin.place(), message));
        return None;
    }
    Some(path.map(|path| Pem {
        path,
        text: Secret::new(text),
    }))
}
