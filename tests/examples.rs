//! The files in `examples`, run for real: PyPI's and npm's OpenTelemetry, a page in a browser, against the lab's receiver.
//! `make test-all` runs these; what one of them lacks it says in a line.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempoctl::lab::Lab;

use crate::generated::root;
use crate::lab_kit::{eventually, get, lab};
use crate::product::{run_beside, words};

/// The parent that a request of ours names.
const PARENT: &str = "2222222222222222";
/// Downloading and a first start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One installation of each example at a time.
static INSTALLING: Mutex<()> = Mutex::new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_python_fastapi_continues_its_callers_trace() {
    let lab = lab("no-app-traffic").await;
    let api = fastapi(&lab);
    let id = "a1000000000000000000000000000001";
    assert!(ask(&api.url("/orders/1"), id).await.contains("tea"));
    let trace = Trace::of(&lab, id, 2).await;
    let server = trace.span("orders", "GET /orders/{order}");
    assert_eq!(server.parent, PARENT);
    assert_eq!(server.kind, "SPAN_KIND_SERVER");
    let own = trace.span("orders", "load order");
    assert_eq!(own.parent, server.id);
    assert_eq!(own.attribute("order.id"), "1");
    assert_eq!(trace.spans.len(), 2, "{trace:?}");

    let failed = "a1000000000000000000000000000002";
    ask(&api.url("/orders/0"), failed).await;
    let trace = Trace::of(&lab, failed, 2).await;
    assert_eq!(trace.span("orders", "load order").status, "STATUS_CODE_ERROR");
    assert_eq!(trace.span("orders", "GET /orders/{order}").status, "STATUS_CODE_ERROR");
    found_by_search(&lab, failed, &["orders", "load order"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_node_express_continues_its_callers_trace() {
    let lab = lab("no-app-traffic").await;
    let api = express(&lab);
    let id = "a2000000000000000000000000000001";
    assert!(ask(&api.url("/carts/1"), id).await.contains("items"));
    let trace = Trace::of(&lab, id, 3).await;
    let server = trace.span("carts", "GET /carts/:id");
    assert_eq!(server.parent, PARENT);
    assert_eq!(server.kind, "SPAN_KIND_SERVER");
    let handler = trace.span("carts", "request handler");
    assert_eq!(handler.parent, server.id);
    let own = trace.span("carts", "load cart");
    assert_eq!(own.parent, handler.id);
    assert_eq!(own.attribute("cart.id"), "1");

    let failed = "a2000000000000000000000000000002";
    ask(&api.url("/carts/0"), failed).await;
    let trace = Trace::of(&lab, failed, 3).await;
    assert_eq!(trace.span("carts", "load cart").status, "STATUS_CODE_ERROR");
    assert_eq!(trace.span("carts", "GET /carts/:id").status, "STATUS_CODE_ERROR");
    found_by_search(&lab, failed, &["carts", "load cart"]).await;
}

/// A page in Chromium, and the two APIs that it asks: one trace.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_browser_page_begins_the_trace_that_the_apis_continue() {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| on_path(name));
    let browser = browser.expect("no browser on PATH: apt-get install chromium");
    let lab = lab("no-app-traffic").await;
    let (orders, carts) = (fastapi(&lab), express(&lab));
    let page = vue(&lab, &orders, &carts);
    let profile = tempfile::tempdir().unwrap();
    let _browser = Process::start(
        Command::new(browser)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(page.url("/")),
        "chromium",
    );
    let root = found(
        &lab,
        "{ name = \"open order\" && resource.service.name = \"shop-web\" }",
    )
    .await;
    let trace = Trace::of(&lab, &root, 8).await;
    let open = trace.span("shop-web", "open order");
    assert_eq!(open.parent, "");
    for (service, name) in [("orders", "GET /orders/{order}"), ("carts", "GET /carts/:id")] {
        let server = trace.span(service, name);
        let call = trace.by_id(&server.parent);
        assert_eq!(
            (call.service.as_str(), call.kind.as_str()),
            ("shop-web", "SPAN_KIND_CLIENT"),
            "{trace:?}"
        );
        assert_eq!(call.parent, open.id, "{trace:?}");
    }
    // Sending spans is no span: a page that traced it would never be still.
    found(
        &lab,
        "{ name = \"documentLoad\" && resource.service.name = \"shop-web\" }",
    )
    .await;
    assert!(
        matching(
            &lab,
            "{ span.http.url =~ \".*/v1/traces\" || span.url.full =~ \".*/v1/traces\" }"
        )
        .await
        .is_none()
    );
    found_by_search(&lab, &root, &["shop-web", "carts", "orders", "open order"]).await;
}

/// Where the command search is there, it draws the trace.
async fn found_by_search(lab: &Lab, id: &str, shown: &[&str]) {
    let typed = words(&["search", "--id", id, "--tempo-url", &lab.addresses().tempo]);
    let whole: Vec<String> = std::iter::once("tempoctl".to_owned())
        .chain(typed.iter().cloned())
        .collect();
    if <tempoctl::cli::Cli as clap::Parser>::try_parse_from(&whole).is_err() {
        return;
    }
    let ran = run_beside(typed).await;
    for text in shown {
        assert!(ran.out.contains(text), "no {text} in\n{}{}", ran.out, ran.err);
    }
}

/// A trace as Tempo's API gives it.
#[derive(Debug)]
struct Trace {
    spans: Vec<Span>,
}

#[derive(Debug)]
struct Span {
    service: String,
    name: String,
    id: String,
    parent: String,
    kind: String,
    status: String,
    attributes: Value,
}

impl Trace {
    /// The trace once it has that many spans.
    async fn of(lab: &Lab, id: &str, spans: usize) -> Trace {
        let url = format!("{}/api/traces/{id}", lab.addresses().tempo);
        let read = async || Trace::read(&get(&url).await.1);
        let whole = |trace: &Trace| trace.spans.len() >= spans;
        eventually(&format!("trace {id}"), read, whole).await
    }

    fn read(text: &str) -> Trace {
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut spans = Vec::new();
        for batch in list(&json["batches"]) {
            let service = attribute(&batch["resource"]["attributes"], "service.name");
            for span in list(&batch["scopeSpans"])
                .iter()
                .flat_map(|scope| list(&scope["spans"]))
            {
                let text = |key: &str| span[key].as_str().unwrap_or_default().to_owned();
                spans.push(Span {
                    service: service.clone(),
                    name: text("name"),
                    id: hex(&text("spanId")),
                    parent: hex(&text("parentSpanId")),
                    kind: text("kind"),
                    status: span["status"]["code"].as_str().unwrap_or_default().to_owned(),
                    attributes: span["attributes"].clone(),
                });
            }
        }
        Trace { spans }
    }

    fn span(&self, service: &str, name: &str) -> &Span {
        let is = |span: &&Span| span.service == service && span.name == name;
        self.spans
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("no {service} {name} in {self:?}"))
    }

    fn by_id(&self, id: &str) -> &Span {
        let is = |span: &&Span| span.id == id;
        self.spans
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("no span {id} in {self:?}"))
    }
}

impl Span {
    fn attribute(&self, key: &str) -> String {
        attribute(&self.attributes, key)
    }
}

fn attribute(attributes: &Value, key: &str) -> String {
    let of = attributes
        .as_array()
        .and_then(|all| all.iter().find(|each| each["key"] == key));
    let value = of.map_or(&Value::Null, |each| &each["value"]);
    let text = value["stringValue"].as_str().or(value["intValue"].as_str());
    text.unwrap_or_default().to_owned()
}

/// Ids are base64 in Tempo's JSON.
fn hex(id: &str) -> String {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(id).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a trace that matches, once there is one.
async fn found(lab: &Lab, query: &str) -> String {
    let ask = async || matching(lab, query).await;
    let id = eventually(query, ask, Option::is_some).await.unwrap();
    format!("{id:0>32}")
}

async fn matching(lab: &Lab, query: &str) -> Option<String> {
    let mut url = url::Url::parse(&format!("{}/api/search", lab.addresses().tempo)).unwrap();
    url.query_pairs_mut().append_pair("q", query);
    let answer: Value = serde_json::from_str(&get(url.as_str()).await.1).unwrap();
    answer["traces"][0]["traceID"].as_str().map(str::to_owned)
}

/// A request inside a trace of ours.
async fn ask(url: &str, trace: &str) -> String {
    let client = stack::clients::build_http_client().no_proxy().build().unwrap();
    let header = format!("00-{trace}-{PARENT}-01");
    client
        .get(url)
        .header("traceparent", header)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

// Starting them.

/// A process that ends with its test.
struct Process {
    child: Child,
    port: u16,
}

impl Process {
    fn start(command: &mut Command, install: &str) -> Process {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|problem| panic!("{problem}: apt-get install {install}"));
        // Read to its end: a full pipe would stop the process.
        let mut said = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = said.read_to_end(&mut text);
            if std::env::var_os("EXAMPLES_LOG").is_some() {
                let _ = fs::write(std::env::temp_dir().join("example.log"), text);
            }
        });
        Process { child, port: 0 }
    }

    /// The same once it listens.
    fn listening(mut self, port: u16, what: &str) -> Process {
        self.port = port;
        let deadline = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{what} ended: {ended:?}");
            assert!(Instant::now() < deadline, "{what} does not listen on {port}");
            std::thread::sleep(Duration::from_millis(50));
        }
        self
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn fastapi(lab: &Lab) -> Process {
    let folder = installed("fastapi", |folder| {
        let venv = folder.join("venv");
        succeed(
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
            "apt-get install python3-venv",
        );
        let mut pip = Command::new(venv.join("bin/pip"));
        pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            "requirements.txt",
        ]);
        succeed(pip.current_dir(folder), "a PyPI has to be reachable");
    });
    let port = free_port();
    let mut command = Command::new(folder.join("venv/bin/uvicorn"));
    command
        .args(["app:app", "--port", &port.to_string()])
        .current_dir(&folder);
    Process::start(with_otlp(&mut command, lab), "python3").listening(port, "uvicorn")
}

fn express(lab: &Lab) -> Process {
    let folder = installed("express", npm);
    let port = free_port();
    let mut command = Command::new("node");
    command.arg("app.js").env("PORT", port.to_string()).current_dir(&folder);
    Process::start(with_otlp(&mut command, lab), "nodejs").listening(port, "node app.js")
}

fn vue(lab: &Lab, orders: &Process, carts: &Process) -> Process {
    let folder = installed("vue", |folder| {
        npm(folder);
        succeed(
            Command::new("npm").args(["run", "build"]).current_dir(folder),
            "Vite could not build the page",
        );
    });
    let port = free_port();
    let mut command = Command::new("node");
    command
        .args([
            "node_modules/vite/bin/vite.js",
            "preview",
            "--host",
            "127.0.0.1",
            "--strictPort",
            "--port",
        ])
        .arg(port.to_string())
        .env("ORDERS_URL", orders.url(""))
        .env("CARTS_URL", carts.url(""))
        .env("OTLP_URL", &lab.addresses().otlp_http)
        .current_dir(&folder);
    Process::start(&mut command, "nodejs").listening(port, "vite preview")
}

fn npm(folder: &Path) {
    assert!(on_path("npm"), "no npm on PATH: apt-get install npm");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    succeed(npm.current_dir(folder), "an npm registry has to be reachable");
}

/// A copy of an example with what it needs, made once and again whenever a file of it changes.
fn installed(name: &str, install: impl FnOnce(&Path)) -> PathBuf {
    let _turn = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples").join(name);
    let files = files(&root().join("examples").join(name));
    let stamp: String = files
        .iter()
        .map(|(name, text)| format!("{}\n{text}\n", name.display()))
        .collect();
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|known| known == stamp) {
        return folder;
    }
    let _ = fs::remove_dir_all(&folder);
    for (name, text) in files {
        fs::create_dir_all(folder.join(&name).parent().unwrap()).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
    install(&folder);
    fs::write(folder.join("stamp"), stamp).unwrap();
    folder
}

/// The committed files of a folder, and not what running them by hand leaves there.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match path.is_dir() {
                true if ["node_modules", "dist", "venv", "__pycache__"].contains(&name.as_str()) => {}
                true => open.push(path),
                false => {
                    let text = fs::read_to_string(&path).unwrap();
                    found.push((path.strip_prefix(folder).unwrap().to_owned(), text));
                }
            }
        }
    }
    found.sort();
    found
}

fn with_otlp<'a>(command: &'a mut Command, lab: &Lab) -> &'a mut Command {
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &lab.addresses().otlp_http)
        .env("OTEL_BSP_SCHEDULE_DELAY", "200")
        .env("NO_PROXY", "127.0.0.1,localhost")
}

/// Runs a command to its end; where it fails, its last line and the way out.
fn succeed(command: &mut Command, way_out: &str) {
    let shown = format!("{command:?}");
    let said = command.stdin(Stdio::null()).output();
    let said = said.unwrap_or_else(|problem| panic!("{shown}: {problem}: {way_out}"));
    let text = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    let last = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    assert!(said.status.success(), "{shown}: {last}: {way_out}");
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
