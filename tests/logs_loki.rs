//! `tempoctl logs` and a Loki: as it was recorded, and as it may be.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempoctl::Exit;

use crate::logs_kit::{Reply, loki, until};
use crate::product::{run_beside_in, words};
use crate::recording::Recording;

fn recorded(name: &str) -> Reply {
    let recording = Recording::read("loki-3.7.6");
    let answer = recording.answer(name);
    Reply::status(answer.status.unwrap(), &answer.body)
}

async fn from_loki(url: &str, arguments: &[&str]) -> crate::product::Ran {
    run_beside_in(
        vec![("LOKI_ADDR", url.to_owned())],
        words(&[&["logs"], arguments].concat()),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn loki_answers_as_it_was_recorded() {
    let url = loki(|_| recorded("loki-query-range-forward")).await;
    let arguments = [
        "loki:{container=\"tempo\"}",
        "--from",
        "2026-11-22T00:00:00Z",
        "-o",
        "json",
    ];
    let ran = from_loki(&url, &arguments).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(ran.json()["account"]["read"], 20);
    assert!(ran.out.contains("Starting Tempo"), "{}", ran.out);
    for (name, told) in [
        ("loki-query-bad", "parse error at line 1, col 12"),
        ("loki-query-no-matcher", "at least one regexp or equality matcher"),
        ("loki-query-range-metric", "the query returns a matrix, not log lines"),
        ("loki-query-range-too-long", "the query time range exceeds the limit"),
    ] {
        let url = loki(move |_| recorded(name)).await;
        let ran = from_loki(&url, &["loki:{a=\"b\"}"]).await;
        assert_eq!(ran.exit, Exit::General, "{name}: {}", ran.out);
        assert!(ran.err.contains(told), "{name}: {}", ran.err);
    }
    let refused = loki(|_| Reply::status(401, "no org id")).await;
    let ran = from_loki(&refused, &["loki:{a=\"b\"}"]).await;
    assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
    assert!(ran.err.contains("--loki-org-id"), "{}", ran.err);
    let empty = loki(|_| recorded("loki-query-range-empty")).await;
    let ran = from_loki(&empty, &["loki:{a=\"b\"}"]).await;
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran.out.contains("No log lines in this range"), "{}", ran.out);
}

fn page(lines: &[(u64, &str)]) -> Reply {
    let values: Vec<Value> = lines
        .iter()
        .map(|(time, line)| json!([time.to_string(), line]))
        .collect();
    Reply::json(
        &json!({"status": "success", "data": {"resultType": "streams", "result": [{"stream": {}, "values": values}]}}),
    )
}

fn parameter(path: &str, name: &str) -> u64 {
    let (_, rest) = path.split_once(&format!("{name}=")).unwrap();
    rest.split('&').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_loki_lose_and_repeat_nothing() {
    // Twelve lines, three a page, several of one moment; a limit of 5,000 is refused first.
    const BASE: u64 = 1_795_338_000_000_000_000;
    let times = [1, 2, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7_u64];
    let url = loki(move |path| {
        let (limit, start) = (parameter(path, "limit"), parameter(path, "start"));
        if limit > 3 {
            return Reply::status(
                400,
                "max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 3)",
            );
        }
        let lines: Vec<(u64, String)> = times
            .iter()
            .enumerate()
            .map(|(at, time)| (BASE + time * 1_000_000_000, format!("line {at}")))
            .filter(|(time, _)| *time >= start)
            .take(3)
            .collect();
        page(
            &lines
                .iter()
                .map(|(time, line)| (*time, line.as_str()))
                .collect::<Vec<_>>(),
        )
    })
    .await;
    let ran = from_loki(&url, &["loki:{a=\"b\"}", "--from", "2026-11-22T00:00:00Z", "-o", "raw"]).await;
    // Of more lines of one moment than fit a page the rest cannot be asked for.
    let seen: Vec<&str> = ran.out.lines().collect();
    let expected: Vec<String> = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
        .iter()
        .map(|at| format!("line {at}"))
        .collect();
    assert_eq!(seen, expected, "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn following_loki_shows_late_lines_once_and_waits_out_an_outage() {
    let asked = AtomicUsize::new(0);
    let url = loki(move |_| {
        const BASE: u64 = 1_795_338_000_000_000_000;
        let at = |second: u64| BASE + second * 1_000_000_000;
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => page(&[(at(5), "first")]),
            1 => Reply::status(502, "bad gateway"),
            2 => page(&[(at(3), "late"), (at(5), "first"), (at(6), "second")]),
            _ => page(&[(at(3), "late"), (at(5), "first"), (at(6), "second"), (at(9), "third")]),
        }
    })
    .await;
    let env = vec![("LOKI_ADDR".to_owned(), url)];
    let (out, err, _) = until(
        "third",
        env,
        &["logs", "loki:{a=\"b\"}", "--follow", "--since", "30d", "-o", "raw"],
    )
    .await;
    assert_eq!(out, "first\nlate\nsecond\nthird\n", "{err}");
    assert!(err.contains("HTTP 502: bad gateway; retrying"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_lines_of_loki_are_asked_for_from_the_end() {
    let url = loki(|path| {
        assert!(path.contains("direction=backward&limit=2&"), "{path}");
        page(&[
            (1_795_338_002_000_000_000, "second"),
            (1_795_338_001_000_000_000, "first"),
        ])
    })
    .await;
    let ran = from_loki(
        &url,
        &[
            "loki:{a=\"b\"}",
            "--from",
            "2026-11-22T00:00:00Z",
            "--tail",
            "2",
            "-o",
            "raw",
        ],
    )
    .await;
    assert_eq!(ran.out, "first\nsecond\n", "{}", ran.err);
}
