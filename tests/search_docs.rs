//! The pictures of docs/search.md are what is drawn today.

use std::collections::BTreeMap;

use doctor::diagnose::no_traces;
use telemetry::model::search::{SearchHit, ServiceCount, TagValue, WindowContents};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::TraceId;
use telemetry::model::waterfall_layout::WaterfallView;
use telemetry::shape::{analyze_trace, compare_traces};
use tempoctl::render::Style;
use tempoctl::render::search::{self as drawn, HitTable, render_summary};
use tempoctl::render::waterfall::{WaterfallOptions, render_waterfall};

use crate::generated::{hold, root};
use crate::product::{run_beside, words};
use crate::search_traces as made;
use crate::waterfall::read;

const STYLE: Style = Style {
    width: 80,
    color: false,
    unicode: true,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pictures_are_fresh() {
    let path = root().join("docs/search.md");
    let mut text = std::fs::read_to_string(&path).unwrap();
    let pictures = [
        ("find", find()),
        ("empty", nothing()),
        ("refused", refused().await),
        ("one", one()),
        ("tail", tail()),
        ("diff", two()),
    ];
    for (name, picture) in pictures {
        let start = format!("<!-- drawn: {name} -->\n```text\n");
        let (before, rest) = text.split_once(&start).unwrap_or_else(|| panic!("no picture {name}"));
        let (_, after) = rest.split_once("```").unwrap();
        text = format!("{before}{start}{picture}```{after}");
    }
    hold(&path, &text);
}

fn find() -> String {
    let table = |id: &str, after_ms: u64, took: u64, root: &str, service: &str, spans: u64, errors: u64| SearchHit {
        trace_id: TraceId::from_hex(id).unwrap(),
        start_ns: made::EPOCH + after_ms * 1_000_000,
        duration_ms: took,
        root_service: Some(service.to_owned()),
        root_name: Some(root.to_owned()),
        services: BTreeMap::from([(service.to_owned(), ServiceCount { spans, errors })]),
        matched: errors,
    };
    let hits = [
        table(
            "c4f0a0eacb4e8d13481d231ea5b54050",
            61_204,
            1_100,
            "reindex",
            "batch",
            501,
            6,
        ),
        table(
            "981295a0c63630945d9ebf5cd804990c",
            0,
            1_204,
            "GET /cart",
            "frontend",
            48,
            3,
        ),
    ];
    let table = HitTable {
        dated: false,
        wide: false,
        whole: false,
        style: STYLE,
        names: None,
        sound: false,
    }
    .fitted(&hits);
    let rows: String = hits.iter().map(|hit| table.row(hit)).collect();
    let end = render_summary(&hits, "in the last 15 min", 20, None, STYLE);
    format!(
        "$ tempoctl search '{{ status = error }}' --since 15m\n{}{rows}{end}",
        table.head()
    )
}

/// What is around is given; what is said of it is worked out.
fn nothing() -> String {
    let query = r#"{ resource.service.name = "carts" }"#;
    let to = jiff::Timestamp::from_nanosecond(i128::from(made::EPOCH)).unwrap();
    let window = TimeWindow {
        from: to.checked_sub(std::time::Duration::from_secs(3_600)).unwrap(),
        to,
    };
    let services = [("frontend", 4_410), ("cart", 3_168), ("auth", 2_205), ("batch", 501)];
    let names = services.map(|(name, _)| TagValue {
        kind: "string".to_owned(),
        value: name.to_owned(),
    });
    let names = names.to_vec();
    let around = WindowContents {
        services: services.map(|(name, spans)| (name.to_owned(), spans)).to_vec(),
        counted: true,
        values: BTreeMap::from([("resource.service.name".to_owned(), names)]),
        cutoff_s: Some(30.0),
        ..WindowContents::default()
    };
    let candidates = no_traces::suggest_queries(query, &window, &around);
    let reason = no_traces::explain_empty_search(
        query,
        &window,
        "in the last 1 h",
        &around,
        candidates.first(),
        window.end_s(),
    );
    format!("$ tempoctl search '{query}'\n{}", drawn::render_empty(&reason, STYLE))
}

/// Tempo 3.0.3 refuses the first query in these words, and takes the next.
async fn refused() -> String {
    let query = r#"{ .a = "b" AND status = "error" }"#;
    let answer = |given: axum::extract::RawQuery| async move {
        if given.0.unwrap_or_default().contains("AND") {
            let words = "invalid TraceQL query: parse error at line 1, col 12: syntax error: unexpected IDENTIFIER";
            return (axum::http::StatusCode::BAD_REQUEST, words.to_owned());
        }
        (axum::http::StatusCode::OK, r#"{"traces":[],"metrics":{}}"#.to_owned())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/api/search", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let ran = run_beside(words(&["search", query, "--tempo-url", &url])).await;
    format!("$ tempoctl search '{query}'\n{}", ran.err)
}

fn one() -> String {
    let trace = read(&made::checkout());
    let text = render_waterfall(
        &trace,
        &analyze_trace(&trace, WaterfallView::default()),
        WaterfallOptions::default(),
        STYLE,
    );
    format!("$ tempoctl search 981295a0\n{text}")
}

/// The rows alone.
fn tail() -> String {
    let trace = read(&made::async_tail());
    let text = render_waterfall(
        &trace,
        &analyze_trace(&trace, WaterfallView::default()),
        WaterfallOptions::default(),
        STYLE,
    );
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("SERVICE"))
        .take_while(|line| !line.starts_with("critical path"));
    rows.flat_map(|line| [line, "\n"]).collect()
}

fn two() -> String {
    let (before, mut after) = (read(&made::checkout()), read(&made::checkout()));
    after.id = TraceId::from_hex("0bf7c1ad4e3f4a0f8a25d6ce51c9e210").unwrap();
    let slow = after.spans.iter_mut().find(|span| &*span.name == "verify jwt").unwrap();
    slow.end_ns += 500_000_000;
    after.spans.retain(|span| &*span.name != "render cart.html");
    let text = drawn::render_diff(before.id, after.id, &compare_traces(&before, &after), false, STYLE);
    format!("$ tempoctl search diff 981295a0 0bf7c1ad\n{text}")
}
