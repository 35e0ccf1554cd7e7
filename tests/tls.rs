//! A stack behind TLS, and who is believed: certificates as `openssl req -x509` makes them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tempoctl::Exit;
use tempoctl::lab::Lab;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::lab_kit::lab;
use crate::product::{Ran, run_beside, words};

/// A certificate that signed itself and is marked as an authority, for this name; and the file it stands in.
struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Certificate {
    fn of(name: &str, ends: i32) -> Certificate {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(ends, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cert.pem");
        std::fs::write(&file, certificate.pem()).unwrap();
        Certificate {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
            file,
            _folder: folder,
        }
    }

    /// TLS before a plain server that speaks this: its address. A client may have to show a certificate of the other one.
    async fn before(&self, url: &str, speaks: &str, clients: Option<&Certificate>) -> String {
        let plain: SocketAddr = url.trim_start_matches("http://").parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.chain[0].clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
            None => builder.with_no_client_auth(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = builder.with_single_cert(self.chain.clone(), key).unwrap();
        config.alpn_protocols = vec![speaks.as_bytes().to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut outside = acceptor.accept(stream).await?;
                    let mut inside = TcpStream::connect(plain).await?;
                    tokio::io::copy_bidirectional(&mut outside, &mut inside).await
                });
            }
        });
        format!("https://localhost:{port}")
    }
}

async fn doctor(
    lab: &Lab,
    certificate: &Certificate,
    clients: Option<&Certificate>,
    protocol: &str,
    trusting: bool,
) -> Ran {
    let addresses = lab.addresses();
    let (otlp, speaks) = match protocol {
        "grpc" => (&addresses.otlp_grpc, "h2"),
        _ => (&addresses.otlp_http, "http/1.1"),
    };
    let mut args = words(&["doctor", "--timeout", "60s", "-o", "json"]);
    args.extend(words(&[
        "--prometheus-url",
        &addresses.prometheus,
        "--tempo-url",
        &certificate.before(&addresses.tempo, "http/1.1", None).await,
        "--otlp-endpoint",
        &certificate.before(otlp, speaks, clients).await,
        "--otlp-protocol",
        protocol,
    ]));
    if trusting {
        let file = certificate.file.display().to_string();
        args.extend(words(&["--ca-cert", &file, "--otlp-ca-cert", &file]));
    }
    run_beside(args).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_given_is_believed() {
    let certificate = Certificate::of("localhost", 2096);
    for protocol in ["http/protobuf", "grpc"] {
        let lab = lab("healthy-3.0").await;
        let ran = doctor(&lab, &certificate, None, protocol, true).await;
        assert_eq!(ran.exit, Exit::Done, "{protocol}: {}{}", ran.out, ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_a_past_end_and_a_stranger_are_not() {
    let strangers = [
        (Certificate::of("localhost", 2096), false),
        (Certificate::of("tempo.example.com", 2096), true),
        (Certificate::of("localhost", 2021), true),
    ];
    for (certificate, trusting) in &strangers {
        for protocol in ["http/protobuf", "grpc"] {
            let lab = lab("healthy-3.0").await;
            let ran = doctor(&lab, certificate, None, protocol, *trusting).await;
            assert_eq!(ran.exit, Exit::Found, "{protocol}: {}{}", ran.out, ran.err);
            let report = ran.json();
            let first = &report["verdict"]["causes"][0];
            assert_eq!(first["id"], "tls-cert-untrusted", "{protocol}: {}", ran.out);
            assert_eq!(first["hop"], "receiver", "{protocol}: {}", ran.out);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_wants_the_certificate_of_its_client_says_so() {
    let certificate = Certificate::of("localhost", 2096);
    let authority = Certificate::of("clients", 2096);
    for protocol in ["http/protobuf", "grpc"] {
        let lab = lab("healthy-3.0").await;
        let ran = doctor(&lab, &certificate, Some(&authority), protocol, true).await;
        let report = ran.json();
        let first = &report["verdict"]["causes"][0];
        assert_eq!(first["id"], "tls-cert-untrusted", "{protocol}: {}", ran.out);
        let summary = first["summary"].as_str().unwrap();
        assert!(summary.contains("requires a client certificate"), "{summary}");
    }
}

/// What Go's server answers to plain text on a port of TLS, as Tempo 3.0.3 with `http_tls_config` was seen to.
const GO_SAYS: &[u8] = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_of_tls_asked_in_plain_text_is_said_to_be_that() {
    let lab = lab("no-app-traffic").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut question = vec![0; 4096];
                let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut question).await;
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, GO_SAYS).await;
            });
        }
    });
    let secure = url.replacen("http://", "https://", 1);
    let otlp = lab.addresses().otlp_http.clone();
    for (flag, hop) in [
        ("--tempo-url", "query"),
        ("--grafana-url", "grafana"),
        ("--prometheus-url", "prometheus"),
    ] {
        let mut args = words(&["doctor", "--fast", "-o", "json"]);
        args.extend(lab.doctor_args());
        args.extend(words(&[flag, &url]));
        let at = args.iter().position(|arg| arg == flag).unwrap();
        if args.iter().filter(|arg| *arg == flag).count() > 1 {
            args.drain(at..at + 2);
        }
        let report = run_beside(args).await.json();
        let causes = report["verdict"]["causes"].as_array().unwrap();
        let cause = causes.iter().find(|cause| cause["id"] == "plain-client-tls-server");
        let cause = cause.unwrap_or_else(|| panic!("{flag}: {report}"));
        assert_eq!(cause["hop"], hop, "{report}");
        assert!(
            cause["remedy"]["command"].as_str().unwrap().contains(&secure),
            "{report}"
        );
    }
    let ran = run_beside(words(&["search", "{}", "--otlp-endpoint", &otlp, "--tempo-url", &url])).await;
    assert_eq!(ran.exit, Exit::General, "{}", ran.err);
    assert!(ran.err.contains(&format!("--tempo-url {secure}")), "{}", ran.err);
}
