//! Evidence is what people send along with a report: of configuration it keeps what a check reads, and nothing else.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};
use tempoctl::diagnose::diagnose_evidence;
use tempoctl::model::Evidence;
use tempoctl::parse::kept::keep_evidence;

use crate::product::run;

/// What stands where nobody reads. It ends a name and looks like no credential.
pub const CANARY: &str = "9canary9";
const HIDDEN: &str = "<hidden>";

/// The evidence with something else where a value is hidden: in trees whatever is given, in texts a text.
fn with_hidden(evidence: &Evidence, put: &Value) -> Evidence {
    fn walk(value: &mut Value, put: &Value, in_tree: bool) {
        match value {
            Value::String(text) if in_tree && text == HIDDEN => *value = put.clone(),
            Value::String(text) => *text = text.replace(HIDDEN, put.as_str().unwrap_or("other")),
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, put, in_tree)),
            Value::Object(map) => {
                for (key, below) in map {
                    let tree = matches!(key.as_str(), "config" | "runtime_config" | "tree" | "settings");
                    walk(below, put, in_tree || tree);
                }
            }
            _ => {}
        }
    }
    let mut tree = serde_json::to_value(evidence).unwrap();
    walk(&mut tree, put, false);
    serde_json::from_value(tree).unwrap()
}

/// Everything that was decided.
fn decided(evidence: &Evidence) -> Vec<String> {
    let report = diagnose_evidence(evidence);
    let checks = report
        .checks
        .iter()
        .map(|check| format!("{} {:?} {:?}", check.id, check.status, check.cause));
    let causes = report.verdict.causes.iter().map(|cause| cause.id.clone());
    checks.chain(causes).collect()
}

/// A value that is hidden decides nothing, whatever it was.
pub fn hidden_decides_nothing(name: &str, evidence: &Evidence) -> Result<(), String> {
    let before = decided(evidence);
    for put in [json!(true), json!(7.5e9), json!("30m"), json!(["all"])] {
        let after = decided(&with_hidden(evidence, &put));
        let other: Vec<_> = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .collect();
        if before.len() != after.len() || !other.is_empty() {
            return Err(format!("{name}: with {put} for what is hidden: {other:?}"));
        }
    }
    Ok(())
}

/// Nothing is kept of what stands where no check reads, in addresses, and in keys that nobody expects.
pub fn no_canary_is_kept(name: &str, evidence: &Evidence) -> Result<(), String> {
    fn bait(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(bait),
            Value::Object(map) => {
                for (key, below) in map.iter_mut() {
                    match below {
                        Value::String(url) if key == "url" && url.contains("://") => {
                            *url = format!(
                                "{}?extra={CANARY}#{CANARY}",
                                url.replacen("://", &format!("://u:{CANARY}@"), 1)
                            );
                        }
                        _ => bait(below),
                    }
                }
            }
            _ => {}
        }
    }
    let mut tree = serde_json::to_value(with_hidden(evidence, &json!(CANARY))).unwrap();
    bait(&mut tree);
    let more = json!({"password": CANARY, "list": [CANARY, {"x": CANARY}], "key": format!("-----BEGIN {CANARY}")});
    for slot in ["config", "runtime_config"] {
        if let Some(map) = tree["tempo"][slot]["value"].as_object_mut() {
            map.insert("more".to_owned(), more.clone());
        }
    }
    if let Some(flags) = tree["prometheus"]["flags"]["value"].as_object_mut() {
        flags.insert("web.external-url".to_owned(), json!(CANARY));
    }
    for source in tree["grafana"]["sources"]["value"].as_array_mut().into_iter().flatten() {
        source["settings"]["more"] = more.clone();
    }
    let planted: Evidence = serde_json::from_value(tree).map_err(|problem| format!("{name}: {problem}"))?;
    let kept = keep_evidence(planted).map_err(|problem| format!("{name}: {problem}"))?;
    let text = serde_json::to_string_pretty(&kept).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
    if !lines.is_empty() {
        return Err(format!("{name} keeps {lines:#?}"));
    }
    // What was kept once is kept as it is.
    let again = keep_evidence(kept.clone()).unwrap();
    if again != kept {
        return Err(format!("{name} is not kept as it is"));
    }
    Ok(())
}

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
