//! What servers say of themselves is kept in evidence without their secrets.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::kept::CANARY;
use crate::product::run;

/// A server that answers each path with that body; everything else is not there.
fn serve(pages: Vec<(&'static str, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head);
            let path = head.split(' ').nth(1).unwrap_or_default();
            let found = pages.iter().find(|(start, _)| path.starts_with(start));
            let (status, body) = found.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", body.as_str()));
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

const TEMPO: &str = r#"target: all
storage: {trace: {backend: s3, s3: {secret_key: 9canary9, access_key: 9canary9}, azure: {connection_string: 9canary9}}}
cache: {caches: [{memcached: {dsn: 9canary9, passphrase: 9canary9, count: 9canary9}}]}
metrics_generator:
  storage:
    path: /var/tempo/wal
    remote_write:
      - url: http://u:9canary9@prom:9090/api/v1/write?token=9canary9
        headers: [{name: a, value: 9canary9}]
        oauth2: {clientSecret: 9canary9}
server: {http_tls_config: {key: "-----BEGIN PRIVATE KEY-----\n9canary9\n-----END PRIVATE KEY-----"}}
peers: ["http://u:9canary9@h", "http://h/?token=9canary9"]
"#;

#[test]
fn what_servers_say_of_themselves_is_kept_without_secrets() {
    let success = |data: Value| json!({"status": "success", "data": data}).to_string();
    let address = "http://u:9canary9@h/metrics?a=9canary9";
    for config in [
        TEMPO.to_owned(),
        format!("{TEMPO}: [9canary9"),
        "9canary9".to_owned(),
        "a: \"9canary9\nb: 1".to_owned(),
    ] {
        let tempo = serve(vec![
            ("/status/config", config.clone()),
            (
                "/status/runtime_config",
                "overrides: {a: {ingestion: {extra: 9canary9}}}".to_owned(),
            ),
            ("/ready", "ready".to_owned()),
            ("/api/echo", "echo".to_owned()),
        ]);
        let prometheus = serve(vec![
            ("/api/v1/query", success(json!({"resultType": "vector", "result": []}))),
            (
                "/api/v1/targets",
                success(json!({"activeTargets": [{
                    "labels": {"job": "tempo"}, "scrapeUrl": address, "health": "down",
                    "lastError": format!("Get \"{address}\": refused"),
                }]})),
            ),
            (
                "/api/v1/status/flags",
                success(json!({"web.external-url": address, "web.config.file": CANARY})),
            ),
            ("/api/v1/label", success(json!(CANARY))),
        ]);
        let folder = tempfile::tempdir().unwrap();
        let saved = folder.path().join("evidence.json");
        let saved = saved.to_str().unwrap();
        let at = [
            "--tempo-url",
            &tempo,
            "--prometheus-url",
            &prometheus,
            "--otlp-endpoint",
            "http://127.0.0.1:1",
        ];
        let live = run(&[
            &["doctor", "-v", "--timeout", "6s", "-o", "json", "--save", saved],
            &at[..],
        ]
        .concat());
        let text = std::fs::read_to_string(saved).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
        assert!(
            text.contains("scrapeUrl") || text.contains("http://redacted@h/metrics?…"),
            "{text}"
        );
        assert!(
            !live.out.contains(CANARY) && !live.err.contains(CANARY),
            "{}{}",
            live.out,
            live.err
        );
        let replayed = run(&["doctor", "--input", saved, "-o", "json"]);
        assert_eq!(replayed.json(), live.json());
        if config == TEMPO {
            assert!(text.contains("http://redacted@prom:9090/api/v1/write?…"), "{text}");
        }
    }
}
