//! `tempoctl logs` and `doctor` with a real Docker Engine. They need Debian's `docker.io`, `docker-compose` and `busybox-static`, and
//! root: the engine is started here, with a socket and a data root of its own. `DOCKER_HOST` names another engine to use.
//!
//! Nothing is pulled: the image is made of one static binary and recorded logs.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempoctl::Exit;

use crate::generated::root;
use crate::logs_kit::until;
use crate::product::{Ran, run_beside_in, words};

const IMAGE: &str = "grafana/tempo:recorded";

/// Two engines of one machine would share a bridge.
static ONE: Mutex<()> = Mutex::new(());

/// An engine; its end is that of its containers.
struct Engine {
    host: String,
    child: Option<Child>,
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        let names = self.docker(&["ps", "-aq", "--filter", "label=tempoctl-test"]);
        for name in names.split_whitespace() {
            self.docker(&["rm", "-f", name]);
        }
        if let Some(child) = &mut self.child {
            // It ends its containers and its own helpers only when it is asked to.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

fn there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn await_that(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what} did not come to be");
        std::thread::sleep(Duration::from_millis(100));
    }
}

impl Engine {
    fn start() -> Self {
        let lacking: Vec<&str> = ["docker", "dockerd", "docker-compose", "busybox"]
            .into_iter()
            .filter(|program| !there(program))
            .collect();
        assert!(
            lacking.is_empty(),
            "these tests need a Docker Engine: {} not found (apt-get install docker.io docker-compose busybox-static)",
            lacking.join(", ")
        );
        let folder = tempfile::tempdir().unwrap();
        let mut engine = Engine {
            host: String::new(),
            child: None,
            folder,
            _alone: ONE.lock().unwrap_or_else(PoisonError::into_inner),
        };
        match std::env::var("DOCKER_HOST") {
            Ok(host) if !host.is_empty() => engine.host = host,
            _ => engine.launch(),
        }
        engine.image();
        engine
    }

    fn launch(&mut self) {
        let at = |name: &str| self.folder.path().join(name);
        self.host = format!("unix://{}", at("docker.sock").display());
        let log = std::fs::File::create(at("log")).unwrap();
        let child = Command::new("dockerd")
            .args(["--iptables=false", "--storage-driver=vfs", "-H", &self.host])
            .arg("--data-root")
            .arg(at("data"))
            .arg("--exec-root")
            .arg(at("exec"))
            .arg("--pidfile")
            .arg(at("pid"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        await_that("the engine", || {
            if self
                .child
                .as_mut()
                .is_some_and(|child| child.try_wait().unwrap().is_some())
            {
                let told = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                let last = told.lines().last().unwrap_or_default();
                panic!("these tests need a Docker Engine, which needs root and did not start: {last}");
            }
            !self.docker(&["version", "-f", "{{.Server.Version}}"]).trim().is_empty()
        });
    }

    /// An image of one static binary and the recorded logs.
    fn image(&self) {
        let folder = self.folder.path().join("image");
        std::fs::create_dir_all(folder.join("bin")).unwrap();
        std::fs::create_dir_all(folder.join("logs")).unwrap();
        std::fs::copy(which("busybox"), folder.join("bin/busybox")).unwrap();
        std::os::unix::fs::symlink("busybox", folder.join("bin/sh")).unwrap();
        let recorded = root().join("tests/recordings/logs");
        for (name, from) in [
            ("wrong.log", "faults/remote-write-wrong-host-tempo-3.0.3-tempo.log"),
            ("sound.log", "sound/healthy-tempo-3.0.3-tempo.log"),
            ("keys.log", "starts/removed-keys-tempo-3.0.3.log"),
        ] {
            std::fs::copy(recorded.join(from), folder.join("logs").join(name)).unwrap();
        }
        let mut tar = Command::new("tar")
            .arg("-C")
            .arg(&folder)
            .args(["-c", "."])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let made = Command::new("docker")
            .env("DOCKER_HOST", &self.host)
            .args(["import", "-", IMAGE])
            .stdin(tar.stdout.take().unwrap())
            .output()
            .unwrap();
        tar.wait().unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    fn docker(&self, arguments: &[&str]) -> String {
        let ran = Command::new("docker")
            .env("DOCKER_HOST", &self.host)
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    /// Starts a container that runs this; its name is also a label, so that it is cleared away.
    fn container(&self, name: &str, more: &[&str], script: &str) {
        self.docker(&["rm", "-f", name]);
        let ran = Command::new("docker")
            .env("DOCKER_HOST", &self.host)
            .args(["run", "-d", "--name", name, "--label", "tempoctl-test"])
            .args(more)
            .args([IMAGE, "/bin/sh", "-c", script])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    fn state(&self, name: &str, what: &str) -> String {
        self.docker(&["inspect", "-f", &format!("{{{{.{what}}}}}"), name])
            .trim()
            .to_owned()
    }

    fn ended(&self, name: &str) {
        await_that(name, || self.state(name, "State.Status") == "exited");
    }

    async fn tempoctl(&self, arguments: &[&str]) -> Ran {
        run_beside_in(vec![("DOCKER_HOST", self.host.clone())], words(arguments)).await
    }
}

fn which(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .unwrap()
}

fn causes(document: &Value) -> Vec<&str> {
    document["known"]
        .as_array()
        .unwrap()
        .iter()
        .map(|known| known["cause"].as_str().unwrap())
        .collect()
}

fn lines(name: &str) -> usize {
    std::fs::read_to_string(Path::new(&root()).join("tests/recordings/logs").join(name))
        .unwrap()
        .lines()
        .count()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_docker_engine_hands_out_every_line() {
    let engine = Engine::start();
    let wrong = lines("faults/remote-write-wrong-host-tempo-3.0.3-tempo.log");
    let keys = lines("starts/removed-keys-tempo-3.0.3.log");

    // Both streams, with and without a terminal.
    for (name, more) in [("tempoctl-plain", &[][..]), ("tempoctl-tty", &["-t"])] {
        engine.container(
            name,
            more,
            "busybox cat /logs/wrong.log; echo; busybox cat /logs/keys.log >&2",
        );
        engine.ended(name);
        let ran = engine
            .tempoctl(&["logs", &format!("docker:{name}"), "-o", "json"])
            .await;
        assert_eq!(ran.exit, Exit::Done, "{name}: {}", ran.err);
        let document = ran.json();
        assert_eq!(document["account"]["read"], wrong + keys, "{name}");
        assert!(
            causes(&document).contains(&"rw-unreachable") && causes(&document).contains(&"up-removed-keys"),
            "{document:#}"
        );
        let last = engine
            .tempoctl(&["logs", &format!("docker:{name}"), "--tail", "2", "-o", "raw"])
            .await;
        assert!(
            last.out.lines().count() >= 2 && last.out.lines().count() < 8,
            "{}",
            last.out
        );
    }

    // A project of Compose: its service is found by label, and by itself as what is Tempo here.
    let project = engine.folder.path().join("shop");
    std::fs::create_dir_all(&project).unwrap();
    let compose = format!(
        "version: '3'\nservices:\n  tempo:\n    image: {IMAGE}\n    network_mode: none\n    labels: [tempoctl-test]\n    command: ['/bin/sh', '-c', 'busybox cat /logs/sound.log; busybox sleep 600']\n"
    );
    std::fs::write(project.join("docker-compose.yml"), compose).unwrap();
    let up = Command::new("docker-compose")
        .env("DOCKER_HOST", &engine.host)
        .current_dir(&project)
        .args(["-p", "shop", "up", "-d"])
        .output()
        .unwrap();
    assert!(up.status.success(), "{}", String::from_utf8_lossy(&up.stderr));
    // Its name depends on the version of Compose: shop_tempo_1, shop-tempo-1.
    let service = engine.docker(&[
        "ps",
        "--filter",
        "label=com.docker.compose.service=tempo",
        "--format",
        "{{.Names}}",
    ]);
    let service = service.trim();
    await_that("the service's log", || {
        engine.docker(&["logs", service]).lines().count() > 50
    });
    let read = format!("docker:{service}");
    for source in ["compose:tempo", "compose:shop/tempo"] {
        let document = engine.tempoctl(&["logs", source, "-o", "json"]).await.json();
        assert_eq!(document["sources"], serde_json::json!([read]));
        // The recorded server listens on 127.0.0.1, which is in order on a host and reaches nobody from within a container.
        assert_eq!(causes(&document), ["receiver-localhost-bind"], "{document:#}");
    }
    let found = engine.tempoctl(&["logs", "-o", "json"]).await.json();
    assert!(
        found["sources"].as_array().unwrap().contains(&Value::from(read)),
        "{found:#}"
    );

    // Followed through a restart.
    let script =
        "n=first; [ -f /n ] && n=second; busybox touch /n; echo level=info msg=start-$n; exec busybox sleep 600";
    engine.container("tempoctl-follow", &[], script);
    let host = engine.host.clone();
    let again = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        let _ = Command::new("docker")
            .env("DOCKER_HOST", host)
            .args(["restart", "-t", "0", "tempoctl-follow"])
            .output();
    });
    let env = vec![("DOCKER_HOST".to_owned(), engine.host.clone())];
    let follow = ["logs", "docker:tempoctl-follow", "--follow", "-o", "raw"];
    let (out, err, exit) = until("start-second", env, &follow).await;
    again.join().unwrap();
    assert_eq!(
        out, "level=info msg=start-first\nlevel=info msg=start-second\n",
        "{err}"
    );
    assert_eq!(exit, Exit::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn real_docker_container_that_died_is_what_doctor_names() {
    let engine = Engine::start();
    for (name, more, script, cause, told) in [
        (
            "tempoctl-keys",
            &["--restart", "always"][..],
            "busybox cat /logs/keys.log >&2; exit 1",
            "up-removed-keys",
            "field ingester not found",
        ),
        (
            "tempoctl-oom",
            &["--memory", "16m"],
            "echo level=info msg=started; a=xxxxxxxxxxxxxxxx; while :; do a=$a$a; done",
            "target-unreachable",
            "killed for lack of memory",
        ),
    ] {
        let (port, otlp) = (free_port(), free_port());
        let published = [format!("{port}:3200"), format!("{otlp}:4318")];
        let ports = ["-p", &published[0], "-p", &published[1]];
        engine.container(name, &[&ports[..], more].concat(), script);
        await_that(name, || engine.state(name, "State.ExitCode") != "0");
        let url = format!("http://127.0.0.1:{port}");
        let endpoint = format!("http://127.0.0.1:{otlp}");
        let arguments = [
            "doctor",
            "--fast",
            "--tempo-url",
            &url,
            "--otlp-endpoint",
            &endpoint,
            "-o",
            "json",
        ];
        let ran = engine.tempoctl(&arguments).await;
        let first = &ran.json()["verdict"]["causes"][0];
        assert_eq!(first["id"], cause, "{first:#}");
        assert!(first.to_string().contains(told), "{first:#}");
        assert!(first.to_string().contains(&format!("container {name}")), "{first:#}");
        assert_eq!(ran.exit, Exit::Found);
        engine.docker(&["rm", "-f", name]);
    }
}
