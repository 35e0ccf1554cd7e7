//! Certificates: which servers are believed (those that the machine's authorities vouch for; where a file of authorities is
//! given, those it vouches for and those whose own certificate stands in it), and what a server has against ours.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use tokio::io::AsyncReadExt;

use crate::config::PemFile;

use super::connect::{ConnectOptions, TlsFiles};
use super::http::BuildError;

/// How long a server may take to say what it has against a handshake.
const LISTENING: Duration = Duration::from_secs(2);

/// Believes as rustls does, and a certificate that was given.
///
/// `openssl req -x509` marks what it makes as an authority, and rustls takes no authority for a server
/// (`CaUsedAsEndEntity`). Go, and so every collector and many an application, takes a server's certificate that is among
/// the trusted ones (`crypto/x509`, `Certificate.Verify`).
#[derive(Debug)]
struct GivenCertVerifier {
    certificates: Vec<CertificateDer<'static>>,
    rest: Verifier,
}

impl ServerCertVerifier for GivenCertVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        status: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let believed = self.rest.verify_server_cert(certificate, chain, name, status, now);
        match &believed {
            // The time is checked before these; the name comes after them.
            Err(Error::InvalidCertificate(CertificateError::Other(_) | CertificateError::UnknownIssuer))
                if self.certificates.contains(certificate) =>
            {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            _ => believed,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.rest.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.rest.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.rest.supported_verify_schemes()
    }
}

/// What to verify a server with.
pub(super) fn build_verifier(tls: &TlsFiles) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
    check_authority_files()?;
    let Some(authorities) = &tls.ca else {
        return Ok(load_machine_verifier());
    };
    let certificates = parse_certificates(authorities)?;
    if certificates.is_empty() {
        return Err(BuildError::new(
            authorities.path.display(),
            "contains no PEM certificate",
        ));
    }
    let rest = Verifier::new_with_extra_roots(certificates.iter().cloned(), build_crypto_provider())
        .map_err(|why| BuildError::new(authorities.path.display(), why))?;
    Ok(Arc::new(GivenCertVerifier { certificates, rest }))
}

/// TLS with the authorities and the client certificate that were given, for HTTP of either version.
pub(super) fn build_client_config(tls: &TlsFiles) -> Result<ClientConfig, BuildError> {
    let nowhere = |why: Error| BuildError::new("TLS", why);
    let builder = ClientConfig::builder_with_provider(build_crypto_provider())
        .with_safe_default_protocol_versions()
        .map_err(nowhere)?
        .dangerous()
        .with_custom_certificate_verifier(build_verifier(tls)?);
    let mut config = match (&tls.cert, &tls.key) {
        (Some(cert), Some(key)) => {
            let secret = PrivateKeyDer::from_pem_slice(key.text.expose().as_bytes())
                .map_err(|why| BuildError::new(key.path.display(), why))?;
            builder
                .with_client_auth_cert(parse_certificates(cert)?, secret)
                .map_err(|why| BuildError::new(cert.path.display(), why))?
        }
        _ => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// A client certificate that no connection could use is told before one is made.
pub(super) fn check_client_certificate(tls: &TlsFiles) -> Result<(), BuildError> {
    let Some(cert) = &tls.cert else {
        return Ok(());
    };
    let chain = parse_certificates(cert)?;
    let Some(first) = chain.first() else {
        return Err(BuildError::new(cert.path.display(), "contains no PEM certificate"));
    };
    // rustls-webpki reads version 3 only; `openssl x509 -req` without extensions makes version 1.
    match ParsedCertificate::try_from(first) {
        Err(Error::InvalidCertificate(why)) if format!("{why:?}").contains("UnsupportedCertVersion") => {
            let why = "is an X.509 version 1 certificate, and only version 3 can be sent: sign it with an extension, \
                       for example openssl x509 -req -extfile <(echo extendedKeyUsage=clientAuth) …";
            Err(BuildError::new(cert.path.display(), why))
        }
        _ => Ok(()),
    }
}

/// Shakes hands and sends nothing: the alert with which the server ends it, if it does within two seconds.
pub(super) async fn fetch_tls_alert(connect: &ConnectOptions) -> Option<String> {
    let url = url::Url::parse(connect.base()).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default()?;
    let config = build_client_config(connect.tls()).ok()?;
    let shake = async {
        let name = ServerName::try_from(host.clone()).ok()?;
        let stream = tokio::net::TcpStream::connect((host.as_str(), port)).await.ok()?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        match connector.connect(name, stream).await {
            Err(why) => Some(why),
            Ok(mut stream) => stream.read(&mut [0_u8; 64]).await.err(),
        }
    };
    let why = tokio::time::timeout(LISTENING, shake).await.ok()??.to_string();
    why.contains("fatal alert").then_some(why)
}

/// The authorities of the machine, read once: they are many files. A machine that has none, such as an image of nothing but
/// tempoctl, has those of the web.
fn load_machine_verifier() -> Arc<dyn ServerCertVerifier> {
    static MACHINE: OnceLock<Arc<dyn ServerCertVerifier>> = OnceLock::new();
    let of_the_web = || {
        let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), build_crypto_provider()).build()
    };
    let read = || -> Arc<dyn ServerCertVerifier> {
        match Verifier::new(build_crypto_provider()) {
            Ok(verifier) => Arc::new(verifier),
            Err(_) => of_the_web().expect("the roots of the web are not empty"),
        }
    };
    MACHINE.get_or_init(read).clone()
}

/// Authorities of a machine are some 200 kB.
const MOST_AUTHORITIES: u64 = 16 << 20;

/// Whether what the environment names as authorities can be read to its end: the library that reads it sets no bound
/// (rustls-native-certs: `SSL_CERT_FILE`, `SSL_CERT_DIR`).
fn check_authority_files() -> Result<(), BuildError> {
    let check = |name: &str, path: &Path| match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(about) if !about.is_file() => Err(BuildError::new(name, format!("{} is not a file", path.display()))),
        Ok(about) if about.len() > MOST_AUTHORITIES => Err(BuildError::new(
            name,
            format!("{} is larger than {} MiB", path.display(), MOST_AUTHORITIES >> 20),
        )),
        // What is not there says the library.
        _ => Ok(()),
    };
    if let Some(file) = std::env::var_os("SSL_CERT_FILE") {
        check("SSL_CERT_FILE", Path::new(&file))?;
    }
    let folders = std::env::var_os("SSL_CERT_DIR").unwrap_or_default();
    for folder in std::env::split_paths(&folders) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            check("SSL_CERT_DIR", &entry.path())?;
        }
    }
    Ok(())
}

fn parse_certificates(pem: &PemFile) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    CertificateDer::pem_slice_iter(pem.text.expose().as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|why| BuildError::new(pem.path.display(), why))
}

fn build_crypto_provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
