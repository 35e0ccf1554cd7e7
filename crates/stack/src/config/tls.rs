//! Certificates and keys of one target, read and looked at once.

use std::path::PathBuf;

use super::args::TlsFlags;
use super::error::ConfigError;
use super::origin::{Origin, Sourced};
use super::resolver::SettingResolver;
use super::secret::Secret;
use super::targets::{SettingNames, TlsNames};

/// How a target's TLS is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// The only authorities to trust, where given.
    pub ca_cert: Option<Sourced<PemFile>>,
    /// The certificate to show; comes with `key`.
    pub cert: Option<Sourced<PemFile>>,
    /// The key of `cert`.
    pub key: Option<Sourced<PemFile>>,
    /// Take any certificate.
    pub skip_verify: Sourced<bool>,
}

/// A PEM file. It prints as its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PemFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What stands in it.
    pub text: Secret,
}

impl Default for TlsSettings {
    fn default() -> Self {
        TlsSettings {
            ca_cert: None,
            cert: None,
            key: None,
            skip_verify: Sourced::default_of(false),
        }
    }
}

impl TlsSettings {
    pub(super) fn resolve(
        layers: &mut SettingResolver<'_>,
        flags: &TlsFlags<'_>,
        names: &TlsNames,
        address: &Origin,
    ) -> TlsSettings {
        TlsSettings::read(layers, flags, names).admitted(layers, address)
    }

    /// What is given, admitted for no address yet.
    pub(super) fn read(layers: &mut SettingResolver<'_>, flags: &TlsFlags<'_>, names: &TlsNames) -> TlsSettings {
        let tls = TlsSettings {
            ca_cert: read_pem(layers, flags.ca_cert, &names.ca_cert, "CERTIFICATE"),
            cert: read_pem(layers, flags.cert, &names.cert, "CERTIFICATE"),
            key: read_pem(layers, flags.key, &names.key, "PRIVATE KEY"),
            skip_verify: layers.switch(flags.skip_verify, &names.skip_verify),
        };
        match (&tls.cert, &tls.key) {
            (Some(cert), None) if !is_file_named(layers, flags.key.is_some(), &names.key) => {
                report_lone_file(layers, &cert.origin, "a certificate without its key", &names.key);
            }
            (None, Some(key)) if !is_file_named(layers, flags.cert.is_some(), &names.cert) => {
                report_lone_file(layers, &key.origin, "a key without its certificate", &names.cert);
            }
            _ => {}
        }
        tls
    }

    /// What of it may be used for an address that comes from there.
    pub(super) fn admitted(mut self, layers: &mut SettingResolver<'_>, address: &Origin) -> TlsSettings {
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
fn is_file_named(layers: &SettingResolver<'_>, flag: bool, setting: &SettingNames) -> bool {
    flag || layers.path(None, setting).is_some()
}

fn report_lone_file(layers: &mut SettingResolver<'_>, origin: &Origin, message: &str, other: &SettingNames) {
    let way = match origin {
        Origin::File { .. } => format!("{} = \"/path/to/file\"", other.key),
        Origin::Env(_) => format!("{}=/path/to/file", other.env.first().copied().unwrap_or(other.flag)),
        _ => format!("{} FILE", other.flag),
    };
    layers
        .errors
        .push(ConfigError::new(origin.place(), message).advising(way));
}

fn read_pem(
    layers: &mut SettingResolver<'_>,
    flag: Option<&std::path::Path>,
    setting: &SettingNames,
    wants: &str,
) -> Option<Sourced<PemFile>> {
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
    Some(path.map(|path| PemFile {
        path,
        text: Secret::new(text),
    }))
}
