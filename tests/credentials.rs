//! Who is sent which credential: every address of the settings, each from every place that can name it, against servers that
//! write down what they are sent.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// An address of the settings: its key and flag, its variable, and whose credentials may be sent there.
struct Setting {
    key: &'static str,
    flag: &'static str,
    variable: &'static str,
    owner: &'static str,
}

const fn setting(key: &'static str, flag: &'static str, variable: &'static str, owner: &'static str) -> Setting {
    Setting {
        key,
        flag,
        variable,
        owner,
    }
}

const SETTINGS: [Setting; 7] = [
    setting("tempo_url", "--tempo-url", "TEMPO_URL", "tempo"),
    setting(
        "otlp_endpoint",
        "--otlp-endpoint",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "otlp",
    ),
    setting("tempo_otlp_endpoint", "--tempo-otlp-endpoint", "", "otlp"),
    setting("prometheus_url", "--prometheus-url", "PROMETHEUS_URL", "prometheus"),
    setting("grafana_url", "--grafana-url", "GRAFANA_URL", "grafana"),
    setting("loki_url", "--loki-url", "LOKI_ADDR", "loki"),
    setting(
        "collector_metrics_url",
        "--collector-metrics-url",
        "COLLECTOR_METRICS_URL",
        "",
    ),
];

/// Each secret ends with the name of its owner.
const CREDENTIALS: [(&str, &str); 7] = [
    ("TEMPO_BEARER_TOKEN", "SECRET-tempo"),
    (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Bearer%20SECRET-otlp,x-key=SECRET-otlp",
    ),
    ("PROMETHEUS_USERNAME", "me"),
    ("PROMETHEUS_PASSWORD", "SECRET-prometheus"),
    ("GRAFANA_TOKEN", "SECRET-grafana"),
    ("LOKI_USERNAME", "me"),
    ("LOKI_PASSWORD", "SECRET-loki"),
];

/// What one server was sent.
#[derive(Default)]
struct Seen {
    requests: usize,
    /// The owners of the secrets in the headers.
    secrets: BTreeSet<String>,
    certificates: usize,
}

struct Recorder {
    address: String,
    seen: Arc<Mutex<Seen>>,
}

impl Recorder {
    async fn start() -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(record(stream, shared.clone()));
            }
        });
        Recorder { address, seen }
    }

    /// The same behind TLS; a client may show this certificate, and need not.
    async fn start_with_tls(server: &Certificate, client: &Certificate) -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(client.certificate.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server.key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
            .with_single_cert(vec![server.certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), shared.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let shown = stream.get_ref().1.peer_certificates().is_some();
                    shared.lock().unwrap().certificates += usize::from(shown);
                    record(stream, shared).await;
                });
            }
        });
        Recorder { address, seen }
    }

    fn secrets(&self) -> BTreeSet<String> {
        self.seen.lock().unwrap().secrets.clone()
    }

    fn requests(&self) -> usize {
        self.seen.lock().unwrap().requests
    }
}

/// Pushes are refused, so that everything that may take one is tried; all else is answered with an empty document.
async fn record(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, seen: Arc<Mutex<Seen>>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut seen = seen.lock().unwrap();
        seen.requests += 1;
        let values = request.headers().values().filter_map(|value| value.to_str().ok());
        let owners: Vec<String> = values.flat_map(owners).collect();
        seen.secrets.extend(owners);
        let is_grpc = request
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
        let answer = http::Response::builder();
        let answer = if is_grpc {
            answer
                .header("content-type", "application/grpc")
                .header("grpc-status", "16")
        } else if request.method() == "POST" {
            answer.status(401)
        } else {
            answer.header("content-type", "application/json")
        };
        let body = if is_grpc { "" } else { "{}" };
        std::future::ready(answer.body(Full::new(Bytes::from(body))))
    });
    let _ = Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Whose secrets stand in a header: as they are, or in a login.
fn owners(value: &str) -> Vec<String> {
    let login = value.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let login = login.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let texts = [value.to_owned(), login.unwrap_or_default()];
    let secrets = texts.iter().flat_map(|text| text.split([' ', ':', '=', ',']));
    secrets
        .filter_map(|word| word.strip_prefix("SECRET-").map(str::to_owned))
        .collect()
}

/// A folder for the working directory and a home.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("home/.config/tempoctl")).unwrap();
        std::fs::create_dir_all(folder.path().join("repo")).unwrap();
        Place { folder }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A configuration file with one context.
    fn write(&self, name: &str, lines: &str) {
        std::fs::write(self.path(name), format!("[contexts.default]\n{lines}")).unwrap();
    }

    async fn run(&self, env: &[(&str, String)], args: &[String]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tempoctl"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.path("home"))
            .envs(CREDENTIALS)
            .envs(env.iter().map(|(name, value)| (*name, value)))
            .current_dir(self.path("repo"))
            .stdin(Stdio::null());
        tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap()
    }
}

/// Both streams on one line, however they were wrapped.
fn text(output: &Output) -> String {
    let all = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream).into_owned());
    all.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everything that asks servers.
const COMMANDS: [&[&str]; 9] = [
    &["doctor", "--fast", "--timeout", "6s"],
    &[
        "doctor",
        "--fast",
        "--timeout",
        "6s",
        "--otlp-protocol",
        "grpc",
        "-o",
        "json",
    ],
    &[
        "doctor",
        "--fast",
        "--timeout",
        "6s",
        "--otlp-protocol",
        "http/json",
        "-o",
        "short",
    ],
    &["search", "{}", "--timeout", "3s"],
    &["search", "{}", "--stream", "--timeout", "3s"],
    &["metrics", "--timeout", "3s"],
    &["dashboard", "any", "--timeout", "3s"],
    &["logs", "loki:{a=\"b\"}"],
    &["send", "--timeout", "3s"],
];

/// Who names an address.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Giver {
    WorkingDirectory,
    User,
    Variable,
    Flag,
}

/// Runs every command: `setting` is named by `giver`, the other addresses by variables and flags, credentials by variables.
async fn table_row(setting: &'static Setting, giver: Giver) {
    let what = format!("{} by {giver:?}", setting.key);
    let place = Place::new();
    let mut recorders = Vec::new();
    let (mut env, mut flags) = (Vec::new(), Vec::new());
    for other in &SETTINGS {
        let recorder = Recorder::start().await;
        let address = recorder.address.clone();
        let giver = match (other.key == setting.key, other.variable) {
            (true, _) => giver,
            (false, "") => Giver::Flag,
            (false, _) => Giver::Variable,
        };
        match giver {
            Giver::WorkingDirectory => place.write("repo/tempoctl.toml", &format!("{} = \"{address}\"\n", other.key)),
            Giver::User => place.write(
                "home/.config/tempoctl/config.toml",
                &format!("{} = \"{address}\"\n", other.key),
            ),
            Giver::Variable => env.push((other.variable, address)),
            Giver::Flag => flags.extend([other.flag.to_owned(), address]),
        }
        recorders.push((other, recorder));
    }
    let mut told = Vec::new();
    for command in COMMANDS {
        let mut args: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        args.extend(flags.iter().cloned());
        told.push((command, text(&place.run(&env, &args).await)));
    }
    for (other, recorder) in &recorders {
        let is_strangers = other.key == setting.key && giver == Giver::WorkingDirectory;
        let own: BTreeSet<String> = match other.owner {
            "" => BTreeSet::new(),
            _ if is_strangers => BTreeSet::new(),
            owner => BTreeSet::from([owner.to_owned()]),
        };
        assert!(recorder.requests() > 0, "{what}: {} was not asked", other.key);
        assert_eq!(recorder.secrets(), own, "{what}: {} was sent", other.key);
    }
    for (command, told) in told {
        assert!(!told.contains("SECRET-"), "{what}, {command:?}: {told}");
        let is_noted = told.contains("tempoctl.toml") && told.contains("working directory");
        let is_held_back = giver == Giver::WorkingDirectory && !setting.owner.is_empty();
        assert_eq!(is_noted, is_held_back, "{what}, {command:?}: {told}");
    }
}

async fn table(giver: Giver) {
    let rows = SETTINGS
        .iter()
        .filter(|setting| giver != Giver::Variable || !setting.variable.is_empty())
        .map(|setting| tokio::spawn(table_row(setting, giver)));
    for row in rows.collect::<Vec<_>>() {
        row.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_the_working_directory_is_sent_no_credentials() {
    table(Giver::WorkingDirectory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_the_user_names_is_sent_its_own_credentials_and_no_others() {
    for giver in [Giver::User, Giver::Variable, Giver::Flag] {
        table(giver).await;
    }
}

/// A certificate that signed itself, and its key.
struct Certificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Certificate {
    fn of(name: &str, is_ca: IsCa) -> Certificate {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Certificate { certificate, key }
    }

    fn write(&self, folder: &Path, name: &str) -> (String, String) {
        let paths = ["cert", "key"].map(|kind| folder.join(format!("{name}-{kind}.pem")));
        std::fs::write(&paths[0], self.certificate.pem()).unwrap();
        std::fs::write(&paths[1], self.key.serialize_pem()).unwrap();
        let [cert, key] = paths.map(|path| path.display().to_string());
        (cert, key)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_the_working_directory_sees_no_client_certificate() {
    let place = Place::new();
    let server = Certificate::of("localhost", IsCa::Ca(BasicConstraints::Unconstrained));
    let client = Certificate::of("client", IsCa::NoCa);
    let (ca, _) = server.write(place.folder.path(), "server");
    let (cert, key) = client.write(place.folder.path(), "client");
    let env = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", NOWHERE.to_owned()),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", ca.clone()),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", cert),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", key),
    ];
    for protocol in ["http/protobuf", "grpc"] {
        let recorder = Recorder::start_with_tls(&server, &client).await;
        let line = format!("tempo_otlp_endpoint = \"{}\"\n", recorder.address);
        let mut args = [
            "doctor",
            "--fast",
            "--timeout",
            "6s",
            "--tempo-url",
            NOWHERE,
            "--otlp-protocol",
            protocol,
        ]
        .map(str::to_owned)
        .to_vec();
        place.write("repo/tempoctl.toml", &line);
        let told = text(&place.run(&env, &args).await);
        {
            let seen = recorder.seen.lock().unwrap();
            assert_eq!((seen.certificates, seen.secrets.len()), (0, 0), "{protocol}: {told}");
        }
        for variable in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_CLIENT_KEY"] {
            let note = format!("note: {variable}: not sent to Tempo's own receiver");
            assert!(told.contains(&note), "{protocol}: {told}");
        }
        std::fs::remove_file(place.path("repo/tempoctl.toml")).unwrap();
        args.extend(["--tempo-otlp-endpoint".to_owned(), recorder.address.clone()]);
        let told = text(&place.run(&env, &args).await);
        assert!(recorder.seen.lock().unwrap().certificates > 0, "{protocol}: {told}");
        assert_eq!(recorder.secrets(), BTreeSet::from(["otlp".to_owned()]), "{protocol}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_link_leads_no_credentials_to_another_grafana() {
    let place = Place::new();
    let (own, other) = (Recorder::start().await, Recorder::start().await);
    let link = |base: &str| {
        vec![
            "dashboard".to_owned(),
            format!("{base}/d/any/name"),
            "--timeout=3s".to_owned(),
        ]
    };
    let by_variable = [("GRAFANA_URL", own.address.clone())];
    let ran = place.run(&by_variable, &link(&other.address)).await;
    assert_eq!(ran.status.code(), Some(2), "{}", text(&ran));
    assert!(
        text(&ran).contains(&format!("--grafana-url {}", other.address)),
        "{}",
        text(&ran)
    );
    place.write(
        "home/.config/tempoctl/config.toml",
        &format!("grafana_url = \"{}\"\n", own.address),
    );
    let ran = place.run(&[], &link(&other.address)).await;
    assert_eq!(ran.status.code(), Some(2), "{}", text(&ran));
    assert_eq!((own.requests(), other.requests()), (0, 0));

    place.run(&[], &link(&own.address)).await;
    assert_eq!(own.secrets(), BTreeSet::from(["grafana".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_for_a_collector_names_no_credentials_beside_an_address_of_the_working_directory() {
    let place = Place::new();
    place.write("repo/tempoctl.toml", "tempo_otlp_endpoint = \"http://theirs:4318\"\n");
    let ran = place.run(&[], &["snippet".to_owned(), "collector".to_owned()]).await;
    let code = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(code.contains("theirs"), "{}", text(&ran));
    assert!(!code.contains("x-key"), "{}", text(&ran));
    assert!(text(&ran).contains("working directory"), "{}", text(&ran));
}
