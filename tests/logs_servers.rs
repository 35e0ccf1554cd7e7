//! `tempoctl logs` against servers that do what real ones do seldom: cut frames, lines and characters anywhere, go away while
//! they are followed, refuse, and answer what nobody expects.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempoctl::Exit;

use crate::generated::root;
use crate::logs_kit::{Engine, Reply, frame, until};
use crate::product::{run_beside_in, words};

const WARN: &str = "level=warn ts=2026-11-22T09:00:01Z caller=queue_manager.go:1 msg=\"Failed to send batch, retrying\" err=\"dial tcp 1.2.3.4:9090: connect: connection refused\"";

fn inspected(name: &str, tty: bool, running: bool) -> Value {
    json!({
        "Id": "c0ffee", "Name": format!("/{name}"), "RestartCount": 0,
        "State": {"Status": if running { "running" } else { "exited" }, "Running": running, "OOMKilled": false, "ExitCode": 0, "Error": "",
                  "StartedAt": "2026-11-22T08:59:00Z", "FinishedAt": "0001-01-01T00:00:00Z"},
        "Config": {"Tty": tty, "Image": "grafana/tempo:3.0.3", "Labels": {}},
        "HostConfig": {"NetworkMode": "bridge", "LogConfig": {"Type": "json-file"}, "PortBindings": {}},
    })
}

fn listed(name: &str, image: &str) -> Value {
    json!({"Id": "c0ffee", "Names": [format!("/{name}")], "Image": image, "Command": "/tempo", "State": "running",
           "Labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "tempo"}})
}

/// An engine with one container, whose log is this.
fn engine(tty: bool, log: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Engine {
    let asked = Arc::new(AtomicUsize::new(0));
    Engine::start(move |path| match path {
        "/containers/json?all=1" => Reply::json(&json!([listed("shop-tempo-1", "grafana/tempo:3.0.3")])),
        "/containers/shop%2Dtempo%2D1/json" | "/containers/c0ffee/json" => {
            Reply::json(&inspected("shop-tempo-1", tty, true))
        }
        path if path.starts_with("/containers/c0ffee/logs?") => log(asked.fetch_add(1, Ordering::SeqCst)),
        _ => Reply::status(404, "{\"message\":\"No such container\"}"),
    })
}

fn stamped(second: u32, text: &str) -> String {
    format!("2026-11-22T09:00:{second:02}.000000000Z {text}\n")
}

async fn logs(engine: &Engine, arguments: &[&str]) -> crate::product::Ran {
    let env = vec![("DOCKER_HOST", engine.host.clone())];
    run_beside_in(env, words(&[&["logs"], arguments].concat())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_and_characters_may_be_cut_anywhere() {
    let error = "failed parsing config: failed to parse configFile /é.yaml: yaml:";
    let stream = [
        frame(
            1,
            &stamped(1, "level=info ts=2026-11-22T09:00:01Z caller=a.go:1 msg=\"één\""),
        ),
        frame(2, &stamped(2, error)[..40]),
        frame(
            1,
            &stamped(3, "level=info ts=2026-11-22T09:00:03Z caller=a.go:1 msg=between"),
        ),
        frame(2, &stamped(2, error)[40..]),
        frame(2, &stamped(2, "  line 7: field ingestor not found in type app.Config")),
    ]
    .concat();
    let mut seen: Option<String> = None;
    for size in [1, 3, 7, 8, 64, 4_096] {
        let chunks: Vec<Vec<u8>> = stream.chunks(size).map(<[u8]>::to_vec).collect();
        let engine = engine(false, move |_| Reply {
            status: 200,
            chunks: chunks.clone(),
            ..Reply::default()
        });
        let ran = logs(
            &engine,
            &["docker:shop-tempo-1", "--from", "2026-11-22T00:00:00Z", "-o", "json"],
        )
        .await;
        let document = ran.json();
        assert_eq!(document["known"][0]["cause"], "config-strict-yaml", "{}", ran.err);
        assert!(
            document["known"][0]["reason"]
                .as_str()
                .unwrap()
                .contains("field ingestor"),
            "{document}"
        );
        assert_eq!(document["account"]["read"], 4);
        let text = document["templates"].to_string();
        assert!(text.contains("één") && text.contains("/é.yaml"), "{text}");
        assert!(seen.as_ref().is_none_or(|seen| *seen == text), "in chunks of {size}");
        seen = Some(text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_has_no_frames() {
    let text = stamped(1, WARN).replace('\n', "\r\n");
    let engine = engine(true, move |_| Reply::of(text.clone().into_bytes()));
    let ran = logs(
        &engine,
        &["compose:tempo", "-o", "raw", "--from", "2026-11-22T00:00:00Z"],
    )
    .await;
    assert_eq!(ran.out, format!("{WARN}\n"), "{}", ran.err);
    assert!(
        engine
            .asked()
            .iter()
            .any(|path| path.contains("since=1795305600.000000000")),
        "{:?}",
        engine.asked()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn following_survives_an_engine_that_goes_away() {
    // The first answer is torn inside a line; the second goes on where the first ended, and stays open.
    let engine = engine(false, |asked| match asked {
        0 => Reply {
            status: 200,
            chunks: vec![
                frame(1, &stamped(1, "level=info msg=one")),
                frame(1, "2026-11-22T09:00:02.000000000Z level=info ms"),
            ],
            torn: true,
            ..Reply::default()
        },
        _ => Reply {
            status: 200,
            chunks: vec![
                frame(1, &stamped(2, "level=info msg=two")),
                frame(1, &stamped(3, "level=info msg=three")),
            ],
            open: true,
            ..Reply::default()
        },
    });
    let env = vec![("DOCKER_HOST".to_owned(), engine.host.clone())];
    let (out, err, exit) = until("three", env, &["logs", "docker:shop-tempo-1", "--follow", "-o", "raw"]).await;
    assert_eq!(
        out, "level=info msg=one\nlevel=info msg=two\nlevel=info msg=three\n",
        "{err}"
    );
    assert_eq!(exit, Exit::Done);
    let asked: Vec<String> = engine
        .asked()
        .into_iter()
        .filter(|path| path.contains("/logs?"))
        .collect();
    assert!(
        asked[1].contains("since=1795338001.000000001"),
        "behind the last whole line: {asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_here_is_found() {
    let engine = Engine::start(|path| match path {
        "/containers/json?all=1" => Reply::json(&json!([
            listed("shop-tempo-1", "grafana/tempo:3.0.3"),
            json!({"Id": "beef", "Names": ["/grafana"], "Image": "grafana/grafana:12", "State": "running"})
        ])),
        path if path.ends_with("/json") => Reply::json(&inspected("shop-tempo-1", true, true)),
        _ => Reply::of(stamped(1, WARN).into_bytes()),
    });
    let ran = logs(&engine, &["-o", "json", "--since", "30d"]).await;
    // The lines are older than 30 days only for whoever runs this in 2027; the engine sends them whatever is asked.
    assert_eq!(ran.json()["sources"], json!(["docker:shop-tempo-1"]), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_named_with_what_does() {
    let engine = engine(false, |_| Reply::default());
    let ran = logs(&engine, &["docker:shop-tempo-2"]).await;
    assert_eq!(ran.exit, Exit::General);
    assert!(
        ran.err
            .contains("no container named 'shop-tempo-2'; nearest: shop-tempo-1"),
        "{}",
        ran.err
    );
    let ran = logs(&engine, &["compose:temp"]).await;
    assert!(
        ran.err.contains("no Compose service named 'temp'; nearest: tempo"),
        "{}",
        ran.err
    );
    for (reply, told) in [
        (
            Reply::status(
                500,
                "{\"message\":\"configured logging driver does not support reading\"}",
            ),
            "configured logging driver does not support reading",
        ),
        (Reply::status(403, "<html>no</html>"), "HTTP 403: <html>no</html>"),
    ] {
        let engine = Engine::start(move |path| match path {
            path if path.contains("/logs?") => reply.clone(),
            _ => Reply::json(&inspected("tempo", false, true)),
        });
        let ran = logs(&engine, &["docker:tempo"]).await;
        assert_eq!(ran.exit, Exit::General, "{}", ran.out);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let engine = Engine::start(|_| Reply::of(b"not json".to_vec()));
    assert!(
        logs(&engine, &["docker:tempo"])
            .await
            .err
            .contains("not a Docker Engine response")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_followed_through_a_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tempo.log");
    std::fs::write(&path, "level=info msg=one\n").unwrap();
    let writer = path.clone();
    let write = tokio::spawn(async move {
        let pause = || tokio::time::sleep(std::time::Duration::from_millis(400));
        pause().await;
        append(&writer, "level=info msg=two\nlevel=in");
        pause().await;
        append(&writer, "fo msg=three\n");
        pause().await;
        std::fs::rename(&writer, writer.with_extension("log.1")).unwrap();
        pause().await;
        append(&writer, "level=info msg=four\n");
    });
    let text = path.display().to_string();
    let (out, err, _) = until("four", Vec::new(), &["logs", &text, "--follow", "-o", "raw"]).await;
    write.await.unwrap();
    assert_eq!(
        out, "level=info msg=one\nlevel=info msg=two\nlevel=info msg=three\nlevel=info msg=four\n",
        "{err}"
    );
}

fn append(path: &std::path::Path, text: &str) {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// A program on `PATH` that answers as `kubectl` or `journalctl` would.
fn program(folder: &std::path::Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_and_units_are_read_through_their_programs() {
    let folder = tempfile::tempdir().unwrap();
    let pods = json!({"items": [{"metadata": {"namespace": "obs", "name": "tempo-0"}, "spec": {"containers": [{"name": "tempo"}]}}]});
    let line = stamped(1, "level=info msg=\"Starting GRPC server\" endpoint=127.0.0.1:4317").replace('"', "\\\"");
    program(
        folder.path(),
        "kubectl",
        &format!(
            "echo \"$@\" >> {0}/asked\ncase \"$1\" in get) echo '{pods}';; logs) printf \"{line}\";; esac",
            folder.path().display()
        ),
    );
    let entry = json!({"__REALTIME_TIMESTAMP": "1795338000000000", "MESSAGE": WARN});
    program(
        folder.path(),
        "journalctl",
        &format!(
            "echo \"$@\" >> {}/asked\ncat <<'END'\n{entry}\nEND",
            folder.path().display()
        ),
    );
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let env = || vec![("PATH", path.clone())];
    let ran = run_beside_in(
        env(),
        words(&["logs", "kube:obs/app=tempo", "-o", "json", "--since", "1h"]),
    )
    .await;
    let document = ran.json();
    assert_eq!(document["sources"], json!(["kube:obs/tempo-0"]), "{}", ran.err);
    let ran = run_beside_in(env(), words(&["logs", "kube:tempo-1"])).await;
    assert!(
        ran.err.contains("no pod named 'tempo-1'; nearest: tempo-0"),
        "{}",
        ran.err
    );
    let ran = run_beside_in(
        env(),
        words(&[
            "logs",
            "journald:tempo.service",
            "-o",
            "raw",
            "--from",
            "2026-11-22T00:00:00Z",
        ]),
    )
    .await;
    assert_eq!(ran.out, format!("{WARN}\n"), "{}", ran.err);
    let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
    assert!(
        asked.contains("get pods -o json --request-timeout=8s --namespace=obs --selector=app=tempo"),
        "{asked}"
    );
    assert!(
        asked.contains("logs --timestamps --namespace=obs --container=tempo --since-time=")
            && asked.contains("Z -- tempo-0"),
        "{asked}"
    );
    assert!(
        asked.contains("--unit=tempo.service --since=@1795305600.000000"),
        "{asked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_what_the_container_died_of() {
    let start = |name: &str| {
        let path = root()
            .join("tests/recordings/logs/starts")
            .join(format!("{name}-tempo-3.0.3.log"));
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|line| stamped(1, line)).collect::<String>()
    };
    for (log, oom, cause, told) in [
        (
            start("removed-keys"),
            false,
            "up-removed-keys",
            "field ingester not found",
        ),
        (
            start("volume-permission"),
            false,
            "volume-permission-10001",
            "permission denied",
        ),
        (start("backend-not-set"), false, "backend-not-set", "unknown backend"),
        (
            stamped(1, "level=info msg=\"Tempo started\""),
            true,
            "target-unreachable",
            "killed for lack of memory",
        ),
    ] {
        let (port, otlp) = (free_port(), free_port());
        let engine = Engine::start(move |path| {
            let mut container = inspected("shop-tempo-1", true, false);
            container["RestartCount"] = 4.into();
            container["State"]["OOMKilled"] = oom.into();
            container["State"]["ExitCode"] = 137.into();
            container["HostConfig"]["PortBindings"] = json!({
                "3200/tcp": [{"HostIp": "", "HostPort": port.to_string()}],
                "4318/tcp": [{"HostIp": "", "HostPort": otlp.to_string()}],
            });
            match path {
                "/containers/json?all=1" => Reply::json(&json!([listed("shop-tempo-1", "grafana/tempo:3.0.3")])),
                path if path.contains("/logs?") => Reply::of(log.clone().into_bytes()),
                _ => Reply::json(&container),
            }
        });
        let url = format!("http://127.0.0.1:{port}");
        let otlp = format!("http://127.0.0.1:{otlp}");
        let env = vec![("DOCKER_HOST", engine.host.clone()), ("PROMETHEUS_URL", String::new())];
        let arguments = words(&[
            "doctor",
            "--fast",
            "--tempo-url",
            &url,
            "--otlp-endpoint",
            &otlp,
            "-o",
            "json",
        ]);
        let report = run_beside_in(env, arguments).await.json();
        let first = &report["verdict"]["causes"][0];
        assert_eq!(first["id"], cause, "{report:#}");
        assert_eq!(first["confidence"], "certain");
        assert!(
            first.to_string().contains(told) && first.to_string().contains("container shop-tempo-1"),
            "{first:#}"
        );
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
