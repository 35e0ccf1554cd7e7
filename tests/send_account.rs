//! Whatever a receiver does, every span that was generated is accounted for, and what counts as accepted is what the
//! receiver took.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use tempoctl::Exit;

use crate::product::{Ran, run_beside_in, words};
use crate::send_receiver::{Act, Receiver};

/// Small bodies, so that a run has many; a deadline and patience that a test can wait for.
async fn send(address: &str, grpc: bool, flags: &[&str]) -> Ran {
    let protocol = if grpc { "grpc" } else { "http/protobuf" };
    let endpoint = format!("http://{address}");
    let mut args = words(&[
        "send",
        "--protocol",
        protocol,
        "--otlp-endpoint",
        &endpoint,
        "-o",
        "json",
    ]);
    args.extend(words(&["--batch-bytes", "8000", "--connections", "3"]));
    if !flags.contains(&"--retry-for") {
        args.extend(words(&["--retry-for", "1s"]));
    }
    args.extend(words(flags));
    run_beside_in(vec![("OTEL_EXPORTER_OTLP_TIMEOUT", "700".to_owned())], args).await
}

fn number(report: &Value, key: &str) -> u64 {
    report["account"]["spans"][key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key}: {report}"))
}

/// generated = accepted + rejected + failed.
fn adds_up(report: &Value) {
    let sum = number(report, "accepted") + number(report, "rejected") + number(report, "failed");
    assert_eq!(number(report, "generated"), sum, "{}", report["account"]);
    let of_reasons: u64 = report["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refusal| refusal["spans"].as_u64().unwrap())
        .sum();
    assert_eq!(
        of_reasons,
        number(report, "rejected") + number(report, "failed"),
        "{}",
        report["refusals"]
    );
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => Just(Act::Take),
        2 => Just(Act::Partial),
        2 => Just(Act::Throttle),
        1 => Just(Act::Exhausted),
        1 => Just(Act::Unavailable),
        1 => Just(Act::Invalid),
        1 => Just(Act::Unauthorised),
        1 => Just(Act::Reset),
        1 => Just(Act::Garbage),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_account_adds_up_whatever_the_receiver_does(
        acts in prop::collection::vec(act(), 0..30),
        hang in prop::option::of(0..12_usize),
        grpc: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut acts = acts;
            if let Some(at) = hang {
                acts.insert(at.min(acts.len()), Act::Hang);
            }
            let receiver = Receiver::start(acts.clone()).await;
            let ran = send(&receiver.address, grpc, &["--rate", "max", "--count", "60"]).await;
            let report = ran.json();
            adds_up(&report);
            let (accepted, rejected) = receiver.count();
            assert_eq!(number(&report, "accepted"), accepted, "{acts:?} {report}");
            assert_eq!(number(&report, "rejected"), rejected, "{acts:?} {report}");
            let sound = number(&report, "failed") + rejected == 0;
            let refused = accepted == 0 && acts.first() == Some(&Act::Unauthorised);
            match ran.exit {
                Exit::Done => assert!(sound && accepted > 0, "{report}"),
                Exit::Refused => assert!(refused || accepted == 0, "{report}"),
                other => assert!(other == Exit::Found && !sound, "{other:?} {report}"),
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_throttled_is_sent_again_and_taken() {
    for grpc in [false, true] {
        let receiver = Receiver::start([Act::Take, Act::Throttle, Act::Throttle, Act::Unavailable]).await;
        let ran = send(&receiver.address, grpc, &["--rate", "max", "--count", "40"]).await;
        let report = ran.json();
        assert_eq!(ran.exit, Exit::Done, "{report}");
        adds_up(&report);
        assert_eq!(number(&report, "failed"), 0, "{report}");
        assert!(report["refusals"].as_array().unwrap().len() >= 2, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_is_asked_for_is_kept_and_shown() {
    use axum::response::IntoResponse;
    let hits = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = hits.clone();
    let app = axum::Router::new().fallback(move |_: axum::body::Bytes| async move {
        let mut seen = seen.lock().unwrap();
        seen.push(std::time::Instant::now());
        if seen.len() == 1 {
            ([("retry-after", "1")], "").into_response()
        } else {
            "".into_response()
        }
    });
    let app = app.layer(axum::middleware::map_response(
        |mut answer: axum::response::Response| async {
            if answer.headers().contains_key("retry-after") {
                *answer.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            }
            answer
        },
    ));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let ran = send(
        &address,
        false,
        &["--rate", "max", "--count", "30", "--retry-for", "5s"],
    )
    .await;
    server.abort();
    let report = ran.json();
    assert_eq!(ran.exit, Exit::Done, "{report}");
    assert!(report["held_up_ms"].as_u64().unwrap() >= 900, "{report}");
    let hits = hits.lock().unwrap();
    // Bodies that were on their way already are not called back; after the pause the rest comes.
    let last = hits.last().unwrap().duration_since(hits[0]);
    assert!(last >= Duration::from_millis(900), "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_dies_and_comes_back_loses_only_what_is_counted() {
    let first = Receiver::start([]).await;
    let address = first.address.clone();
    let sending = {
        let address = address.clone();
        tokio::spawn(async move {
            send(
                &address,
                false,
                &["--rate", "150", "--duration", "4s", "--retry-for", "3s"],
            )
            .await
        })
    };
    wait_for("the first pushes", || first.count().0 > 50).await;
    let before = first.count().0;
    drop(first);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let second = Receiver::at(&address, []).await;
    let ran = sending.await.unwrap();
    let report = ran.json();
    adds_up(&report);
    assert!(second.count().0 > 0, "{report}");
    assert!(
        number(&report, "accepted") >= before + second.count().0 - 60,
        "{report}"
    );
    assert!(number(&report, "accepted") <= number(&report, "generated"));
}

async fn wait_for(what: &str, happened: impl Fn() -> bool) {
    for _ in 0..400 {
        if happened() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} never happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_hangs_ends_in_failed_and_not_in_a_wait_for_ever() {
    for grpc in [false, true] {
        let receiver = Receiver::start(std::iter::repeat_n(Act::Hang, 200)).await;
        let started = std::time::Instant::now();
        let ran = send(&receiver.address, grpc, &["--rate", "100", "--duration", "1s"]).await;
        let report = ran.json();
        adds_up(&report);
        assert_eq!(ran.exit, Exit::Found, "{report}");
        assert_eq!(number(&report, "accepted"), 0);
        assert!(number(&report, "failed") > 0);
        assert!(started.elapsed() < Duration::from_secs(30));
        assert!(!ran.err.contains("sent"), "{}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_refused_end_the_run_at_once() {
    for grpc in [false, true] {
        let receiver = Receiver::start(std::iter::repeat_n(Act::Unauthorised, 200)).await;
        let ran = send(&receiver.address, grpc, &["--rate", "50", "--duration", "60s"]).await;
        let report = ran.json();
        adds_up(&report);
        assert_eq!(ran.exit, Exit::Refused, "{report}");
        assert!(report["duration_ms"].as_u64().unwrap() < 20_000, "{report}");
        assert!(!report["cause"].is_null(), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_found_where_the_receiver_refuses() {
    // A receiver that refuses from the 40th push on.
    let receiver =
        Receiver::start(std::iter::repeat_n(Act::Take, 40).chain(std::iter::repeat_n(Act::Exhausted, 500))).await;
    let flags = [
        "--until-rejected",
        "--rate",
        "20",
        "--step",
        "500ms",
        "--duration",
        "20s",
    ];
    let ran = send(&receiver.address, false, &flags).await;
    let report = ran.json();
    adds_up(&report);
    assert_eq!(ran.exit, Exit::Done, "{report}");
    let limit = &report["limit"];
    let (sustained, refused) = (
        limit["sustained"].as_f64().unwrap(),
        limit["refused_at"].as_f64().unwrap(),
    );
    assert!(sustained >= 20.0 && (refused / sustained - 1.5).abs() < 1e-9, "{limit}");
    assert!(limit["why"].as_str().unwrap().contains("429"), "{limit}");
}

/// A connection that panics ends the run; what it had taken up and what is queued behind it is failed, not forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_panics_is_accounted_for() {
    use probes::sending::{LoadJob, SendRate, Tally, run_job};
    use stack::clients::ConnectOptions;
    use stack::clients::export::ExportClient;
    use telemetry::load::generator::{LoadPlan, TraceGenerator};
    use telemetry::load::sampling::Sampling;
    use telemetry::load::scenario;
    use telemetry::load::trace_plan::ScenarioOverrides;
    use telemetry::model::send_report::{BodyCompression, TraceProtocol};

    let receiver = Receiver::start([]).await;
    let mut connect = ConnectOptions::plain(format!("http://{}", receiver.address));
    connect.redact = std::sync::Arc::new(|_: &str| panic!("reading an answer"));
    let client = ExportClient::new(TraceProtocol::Grpc, connect, BodyCompression::None).unwrap();
    let scenario = scenario::find_scenario("order").unwrap();
    let mut source = TraceGenerator::new(&LoadPlan {
        scenarios: vec![(scenario, 1.0)],
        overrides: ScenarioOverrides::default(),
        error_rate: None,
        seed: 7,
        wire: TraceProtocol::Grpc,
        sampling: Sampling::ALL,
        backdate: 0,
    })
    .unwrap();
    let tally = std::sync::Arc::new(Tally::new(0.0));
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let job = LoadJob {
        source: &mut source,
        client: &client,
        rate: SendRate::Max,
        first: 0,
        count: Some(5_000),
        duration: None,
        connections: 3,
        batch_bytes: 8_000,
        retry_for: Duration::from_secs(1),
        until_refused: false,
        tally: tally.clone(),
        stop: stopped,
    };
    tokio::time::timeout(Duration::from_secs(20), run_job(job))
        .await
        .expect("the run ends, although nobody takes up what is queued");
    let spans = tally.account().spans;
    assert!(spans.generated > 0);
    assert_eq!((spans.accepted, spans.rejected), (0, 0));
    assert_eq!(spans.failed, spans.generated);
    let reasons = tally.refusals();
    assert!(
        reasons.iter().any(|refusal| refusal.reason.contains("bug")),
        "{reasons:?}"
    );
    assert_eq!(reasons.iter().map(|refusal| refusal.spans).sum::<u64>(), spans.failed);
}
