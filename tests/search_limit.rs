//! A Tempo that allows only so many traces in one answer (`max_result_limit`): grafana/tempo v3.0.3
//! modules/frontend/search_handlers.go.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;
use std::collections::HashMap;
use tempoctl::Exit;

use crate::product::{Ran, run_beside, words};

const MOST: usize = 3;

async fn answer(given: Query<HashMap<String, String>>) -> (StatusCode, String) {
    let limit: usize = given["limit"].parse().unwrap();
    if limit > MOST {
        let refusal = format!("limit {limit} exceeds max limit {MOST}");
        return (StatusCode::BAD_REQUEST, refusal);
    }
    let now = jiff::Timestamp::now().as_nanosecond();
    let trace = |number: usize| {
        json!({"traceID": format!("{:032x}", number + 1), "rootServiceName": "a", "rootTraceName": "b",
            "startTimeUnixNano": (now - 60_000_000_000).to_string(), "durationMs": 5})
    };
    let traces: Vec<_> = (0..limit).map(trace).collect();
    (StatusCode::OK, json!({"traces": traces}).to_string())
}

async fn asked(url: &str, args: &[&str]) -> Ran {
    let mut all = words(&["search", "{}", "--tempo-url", url]);
    all.extend(words(args));
    run_beside(all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tempo_allows_is_taken_and_said() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/api/search", get(answer));
    tokio::spawn(async move { axum::serve(listener, routes).await });

    // Below the limit nothing is special; at it there is no room for the one trace more that tells of others.
    for (limit, shown) in [("2", 2), ("3", 3), ("0", 3)] {
        let ran = asked(&url, &["--limit", limit, "-o", "json"]).await;
        let document = ran.json();
        assert_eq!(ran.exit, Exit::Done, "--limit {limit}: {}", ran.err);
        assert_eq!(document["traces"].as_array().unwrap().len(), shown, "--limit {limit}");
        assert_eq!(document["truncated"], true, "--limit {limit}");
    }
    let ran = asked(&url, &["--limit", "0"]).await;
    assert!(ran.out.contains("cut at --limit 3"), "{}", ran.out);
    let ran = asked(&url, &[]).await;
    assert!(ran.out.contains("cut at --limit 3"), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("the most that this Tempo") && !ran.out.contains("--limit 15"),
        "{}",
        ran.out
    );
    let ran = asked(&url, &["--limit", "5"]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(
        ran.err.contains("at most 3 traces") && ran.err.contains("try: --limit 3"),
        "{}",
        ran.err
    );
}
