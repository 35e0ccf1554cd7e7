//! `tempoctl search` as a person uses it, against the lab: what is found, why nothing is, what bad input is told, streaming,
//! following, completing.

use std::time::Duration;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::{Lab, LabOptions, LabScenario};

use crate::lab_kit::{eventually, lab, start};
use crate::product::{Ran, run, run_beside, words};
use crate::recording::Recording;
use crate::robustness::{echo, signal};

/// Runs `search` against a lab.
pub async fn search(lab: &Lab, args: &[&str]) -> Ran {
    let mut all = words(&["search"]);
    all.extend(words(args));
    all.extend(words(&["--tempo-url", &lab.addresses().tempo]));
    run_beside(all).await
}

/// A lab in which traces of the application can be found.
pub async fn fed(scenario: &str) -> Lab {
    let lab = lab(scenario).await;
    found(&lab).await;
    lab
}

pub async fn found(lab: &Lab) -> Value {
    eventually(
        "a trace",
        async || search(lab, &["-o", "json", "--since", "5m"]).await.json(),
        |found| found["traces"].as_array().is_some_and(|traces| !traces.is_empty()),
    )
    .await
}

pub fn valid(schema: &str, document: &Value) {
    let path = format!("{}/docs/schema/{schema}", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "the schema itself is none");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traces_are_found_in_every_format() {
    for scenario in ["healthy-3.0", "healthy-2.10"] {
        let lab = fed(scenario).await;
        let document = found(&lab).await;
        valid("search.v1.json", &document);
        let trace = &document["traces"][0];
        assert_eq!(
            (&trace["root_service"], &trace["root_name"]),
            (&"frontend".into(), &"GET /checkout".into())
        );
        assert_eq!(trace["spans"], 4);
        assert_eq!(trace["trace_id"].as_str().map(str::len), Some(32));
        let human = search(&lab, &["--since", "5m"]).await;
        assert!(human.out.starts_with("START UTC"), "{}", human.out);
        assert!(human.out.contains("frontend GET /checkout"), "{}", human.out);
        assert!(human.out.contains("tempoctl search --id "), "{}", human.out);
        let wide = search(&lab, &["-o", "wide"]).await;
        assert!(wide.out.contains("frontend 2, orders 2"), "{}", wide.out);
        let lines = search(&lab, &["-o", "jsonl", "--limit", "2"]).await;
        for line in lines.out.lines() {
            let one: Value = serde_json::from_str(line).unwrap();
            assert_eq!(one["schema_version"], 1);
        }
        let csv = search(&lab, &["-o", "csv"]).await;
        assert!(csv.out.starts_with("start,trace_id,"), "{}", csv.out);
        assert!(csv.out.contains(",frontend,GET /checkout,"), "{}", csv.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_answer_says_so() {
    let lab = fed("healthy-3.0").await;
    eventually(
        "a second trace",
        async || search(&lab, &["-o", "json", "--limit", "1"]).await.json(),
        |found| found["truncated"] == true,
    )
    .await;
    let cut = search(&lab, &["--limit", "1"]).await;
    assert!(cut.out.contains("cut at --limit 1"), "{}", cut.out);
    assert!(
        cut.out.contains("most_recent") && cut.out.ends_with("tempoctl search '{}' --limit 5\n"),
        "{}",
        cut.out
    );
    let whole = search(&lab, &["--limit", "1k"]).await;
    assert!(!whole.out.contains("cut at"), "{}", whole.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_find_what_they_say() {
    let lab = fed("healthy-3.0").await;
    let found = search(
        &lab,
        &[
            "--service",
            "orders",
            "--name",
            "INSERT orders",
            "--attribute",
            "db.system=postgresql",
        ],
    )
    .await;
    assert!(
        found.out.contains("frontend GET /checkout"),
        "{}{}",
        found.out,
        found.err
    );
    let errors = search(&lab, &["--status", "error", "-o", "json", "--min-duration", "1h"])
        .await
        .json();
    assert_eq!(errors["traces"], serde_json::json!([]));
    assert_eq!(errors["query"], "{ duration >= 1h && status = error }");
}

#[test]
fn the_query_that_filters_make_is_printed_and_nothing_is_asked() {
    let ran = run(&[
        "search",
        "--explain-query",
        "--service",
        "cart",
        "--status",
        "error",
        "--attribute",
        "http.status_code=500",
        "--tempo-url",
        "http://127.0.0.1:1",
    ]);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(
        ran.out,
        "{ resource.service.name = \"cart\" && status = error && (.http.status_code = 500 || .http.status_code = \"500\") }\n"
    );
}

// Nothing found.

async fn nothing(lab: &Lab, query: &str) -> Ran {
    let json = search(lab, &[query, "-o", "json", "--since", "5m"]).await;
    assert_eq!(json.exit, Exit::Done, "an empty result is a result: {}", json.err);
    let document = json.json();
    valid("search.v1.json", &document);
    assert!(
        document["empty_reason"]["text"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{document}"
    );
    let human = search(lab, &[query, "--since", "5m"]).await;
    assert_eq!(human.exit, Exit::Done);
    human
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_result_says_what_is_there_and_what_would_be_found() {
    for (scenario, counted) in [("healthy-3.0", true), ("healthy-2.10", true)] {
        let lab = fed(scenario).await;
        for (query, says, offers) in [
            (
                r#"{ resource.service.name = "order" }"#,
                "Nearest: resource.service.name = \"orders\"",
                r#"tempoctl search '{ resource.service.name = "orders" }'"#,
            ),
            (
                r#"{ span.service.name = "orders" }"#,
                "no span has service.name, but a resource has: resource.service.name",
                r#"tempoctl search '{ resource.service.name = "orders" }'"#,
            ),
            (
                r#"{ span.db.sytem = "postgresql" }"#,
                "nothing has db.sytem; a span has db.system",
                r#"tempoctl search '{ span.db.system = "postgresql" }'"#,
            ),
            (
                r#"{ span.http.response.status_code = "201" }"#,
                "is the number 201",
                "tempoctl search '{ span.http.response.status_code = 201 }'",
            ),
            (
                r#"{ name = "INSERT*" }"#,
                "=~ takes a regular expression",
                r#"tempoctl search '{ name =~ "INSERT.*" }'"#,
            ),
            (
                r#"{ resource.service.name = "frontend" && name = "INSERT orders" }"#,
                "different spans of one trace do",
                r#"'{ resource.service.name = "frontend" } && { name = "INSERT orders" }'"#,
            ),
        ] {
            let ran = nothing(&lab, query).await;
            let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                text.starts_with(&format!("No trace matches {query} in the last 5 min.")),
                "{}",
                ran.out
            );
            assert!(text.contains(says), "{query}: {}", ran.out);
            assert!(text.contains(offers), "{query}: {}", ran.out);
            assert!(
                text.contains("2 services: frontend, orders") || text.contains("2 services: orders, frontend"),
                "{text}"
            );
            assert_eq!(text.contains(" spans from 2 services"), counted, "{text}");
        }
        let ran = nothing(&lab, "{ .nothing.of.the.kind = 1 }").await;
        assert!(ran.out.contains("tempoctl doctor --only"), "{}", ran.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sending_is_said_with_its_cause() {
    let lab = lab("no-app-traffic").await;
    let ran = nothing(&lab, "{}").await;
    assert!(ran.out.contains("no spans that search can see"), "{}", ran.out);
    assert!(
        ran.out.contains("tempoctl doctor") && ran.out.contains("tempoctl explain app-none-sending"),
        "{}",
        ran.out
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_tempo_hides_is_not_shown_as_if_it_were_asked_for() {
    let lab = lab("search-end-cutoff-5m").await;
    for since in ["1m", "5m"] {
        let ran = search(&lab, &["{}", "--since", since]).await;
        assert!(ran.out.contains("query_end_cutoff"), "{}", ran.out);
        assert!(ran.out.contains("tempoctl explain search-end-cutoff"), "{}", ran.out);
        assert!(!ran.out.contains("app-none-sending"), "{}", ran.out);
    }
}

// Refusals.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_tempo_does_not_take_gets_a_caret_and_a_better_one() {
    let lab = fed("healthy-3.0").await;
    let ran = search(&lab, &["{ resource.service.name = 'orders' }"]).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.out);
    let caret = ran
        .err
        .lines()
        .position(|line| line.trim_start().starts_with('^'))
        .unwrap();
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[caret].find('^'), lines[caret - 1].find('\''), "{}", ran.err);
    assert!(
        ran.err
            .contains(r#"tempoctl search '{ resource.service.name = "orders" }'"#),
        "{}",
        ran.err
    );
    let json = search(&lab, &["{ .a = ", "-o", "json"]).await;
    assert_eq!(json.exit, Exit::Usage);
    assert!(json.json()["error"]["message"].as_str().unwrap().contains('^'));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_that_is_too_long_is_told_the_longest() {
    let lab = fed("healthy-3.0").await;
    let ran = search(&lab, &["{}", "--since", "30d"]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("may search at most 7d at once"), "{}", ran.err);
    let line = ran.err.lines().find(|line| line.contains("--from ")).unwrap();
    let flags: Vec<&str> = line.trim().trim_start_matches("try: ").split(' ').collect();
    let offered = search(&lab, &[&["{}"], flags.as_slice()].concat()).await;
    assert_eq!(offered.exit, Exit::Done, "what is offered is taken: {}", offered.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_credentials_have_their_own_code() {
    let lab = lab("tenant-header-missing").await;
    for args in [
        &["{}"][..],
        &["--id", "981295a0c63630945d9ebf5cd804990c"],
        &["tags"],
        &["values", "name"],
    ] {
        let ran = search(&lab, args).await;
        assert_eq!(ran.exit, Exit::Refused, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("--org-id"), "{args:?}: {}", ran.err);
    }
    let ran = search(&lab, &["{}", "--org-id", "team-a"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
}

/// A gateway of HTTP/1 says no in words that gRPC cannot read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_hears_refused_credentials() {
    let gateway = format!("http://{}", echo("401 Unauthorized"));
    let ran = run_beside(words(&["search", "{}", "--stream", "--tempo-url", &gateway])).await;
    assert_eq!(ran.exit, Exit::Refused, "{}", ran.err);
}

#[test]
fn bad_input_is_refused_before_anything_is_asked() {
    for (args, says) in [
        (&["{}", "--since", "5"][..], "--since: '5' has a number without a unit"),
        (&["{}", "--limit", "many"], "--limit: 'many' is not a count"),
        (&["--since", "5m", "tags"], "tags is a command: put it first"),
        (&["--status", "eror"], "--status: 'eror' is not a status"),
        (&["--attribute", "novalue"], "--attribute: 'novalue' has no comparison"),
        (&["--id", "xyz!"], "--id: 'xyz!' is not a trace id"),
        (
            &["--id", "12345678", "--focus", "nothex"],
            "--focus: 'nothex' is not a span id",
        ),
        (&["{}", "--timeout", "0"], "--timeout: '0' must be longer than zero"),
        (&["--save", "x.json"], "--save writes one trace"),
        (
            &["--id", "12345678", "--service", "cart"],
            "--service cannot be combined with a trace id",
        ),
        (&["values", ""], "TAG: the name is empty"),
        (&["tags", "--scope", "spam"], "--scope: unknown scope 'spam'"),
        (&["diff", "nofile.json", "12345678"], "'nofile.json' is not a trace id"),
    ] {
        let mut all = vec!["search"];
        all.extend(args);
        all.extend(["--tempo-url", "http://127.0.0.1:1"]);
        let ran = run(&all);
        assert_eq!(ran.exit, Exit::Usage, "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
        assert!(!ran.err.contains("does not answer"), "{args:?} was sent: {}", ran.err);
    }
}

#[test]
fn a_tempo_that_does_not_answer_is_said_so() {
    let ran = run(&["search", "{}", "-o", "json", "--tempo-url", "http://127.0.0.1:1"]);
    assert_eq!(ran.exit, Exit::General);
    assert!(
        ran.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("does not answer")
    );
    let prefix = run(&[
        "search",
        "981295a0c63630945d9ebf5cd804990c",
        "--tempo-url",
        "http://127.0.0.1:1",
    ]);
    assert_eq!(prefix.exit, Exit::General, "{}", prefix.err);
}

// Streaming, following, completing.

async fn streaming(on: bool) -> Lab {
    let mut scenario = LabScenario::find("healthy-3.0").unwrap();
    scenario.fault.streaming = on;
    start(LabOptions::fast(scenario)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_finds_what_a_search_finds() {
    let lab = streaming(true).await;
    found(&lab).await;
    let window = ["--from", "now-5m", "--to", "now-4s", "-o", "json", "--limit", "1k"];
    let ids = |ran: Ran| -> Vec<Value> {
        let document = ran.json();
        valid("search.v1.json", &document);
        document["traces"]
            .as_array()
            .unwrap()
            .iter()
            .map(|trace| trace["trace_id"].clone())
            .collect()
    };
    let streamed = ids(search(&lab, &[&["{}", "--stream"], &window[..]].concat()).await);
    let asked = ids(search(&lab, &[&["{}"], &window[..]].concat()).await);
    assert!(streamed.iter().all(|id| asked.contains(id)), "{streamed:?} {asked:?}");
    let human = search(&lab, &["{}", "--stream"]).await;
    assert!(
        human.out.starts_with("START UTC") && human.out.contains("frontend GET /checkout"),
        "{}{}",
        human.out,
        human.err
    );
    let refused = search(&lab, &["{ .a = ", "--stream"]).await;
    assert_eq!(refused.exit, Exit::Usage, "{}", refused.err);
    assert!(refused.err.contains('^'), "{}", refused.err);
    let empty = search(&lab, &[r#"{ resource.service.name = "order" }"#, "--stream"]).await;
    assert!(
        empty.out.contains("Nearest: resource.service.name = \"orders\""),
        "{}",
        empty.out
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tempo_that_does_not_stream_is_said_so() {
    let lab = streaming(false).await;
    let ran = search(&lab, &["{}", "--stream"]).await;
    assert_eq!(ran.exit, Exit::General, "{}", ran.out);
    assert!(ran.err.contains("stream_over_http_enabled is off"), "{}", ran.err);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_shows_each_new_trace_once_until_it_is_stopped() {
    let lab = fed("healthy-3.0").await;
    let folder = tempfile::tempdir().unwrap();
    let args = words(&[
        "search",
        "--follow",
        "--since",
        "1m",
        "-o",
        "jsonl",
        "--tempo-url",
        &lab.addresses().tempo,
    ]);
    let out = folder.path().join("out");
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .args(&args)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let ids = || -> Vec<String> {
        let text = std::fs::read_to_string(&out).unwrap();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .map(|line| line["trace_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = eventually("the first trace", async || ids(), |ids| !ids.is_empty())
        .await
        .len();
    eventually("a later trace", async || ids(), |ids| ids.len() > first).await;
    signal(&child, "INT");
    let output = tokio::task::spawn_blocking(|| child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let mut shown = ids();
    let count = shown.len();
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), count, "each once");
    let refused = search(&lab, &["--follow", "-o", "json"]).await;
    assert_eq!(refused.exit, Exit::Usage, "{}", refused.err);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shell_is_offered_live_names() {
    let lab = fed("healthy-3.0").await;
    let cache = tempfile::tempdir().unwrap();
    let complete = |tempo: String, line: &'static [&'static str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tempoctl"))
            .args(["--", "tempoctl", "search"])
            .args(["--tempo-url", &tempo])
            .args(line)
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("XDG_CACHE_HOME", cache.path())
            .env("TEMPOCTL_COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", (3 + line.len()).to_string())
            .env("_CLAP_IFS", "\n")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let tempo = lab.addresses().tempo.clone();
    let offered = |line| {
        let tempo = tempo.clone();
        tokio::task::block_in_place(|| complete(tempo, line))
    };
    assert_eq!(offered(&["--service", "o"]).trim(), "orders");
    assert!(offered(&["--attribute", "span.db."]).contains("span.db.system="));
    assert!(offered(&["values", "resource.s"]).contains("resource.service.name"));
    assert!(offered(&["--foc"]).contains("--focus"));
    drop(lab);
    // The answer is kept, and a Tempo that is gone holds nobody up.
    assert_eq!(offered(&["--service", "o"]).trim(), "orders");
    let began = std::time::Instant::now();
    assert_eq!(offered(&["--name", "o"]).trim(), "");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn completion_scripts_ask_or_do_not() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let live = run(&["completions", shell]);
        assert!(live.out.contains("TEMPOCTL_COMPLETE"), "{shell}: {}", live.out);
        let fixed = run(&["completions", shell, "--static"]);
        assert!(
            fixed.out.contains("explain-query") && !fixed.out.contains("TEMPOCTL_COMPLETE"),
            "{shell}"
        );
    }
}

/// Answers of real servers: every search, tag and trace of three lines of Tempo is read.
#[test]
fn answers_of_real_servers_are_read() {
    use stack::clients::tempo::search;
    use telemetry::model::tempo::HttpAnswer;
    use telemetry::parse::query_error::{self, QueryLimit};
    use telemetry::parse::{traceql, traces};
    for version in ["2.6.1", "2.10.8", "3.0.3"] {
        let recording = Recording::read(&format!("tempo-{version}-healthy"));
        let recorded = |name: &str| -> (HttpAnswer, String) {
            let recorded = recording.answer(&format!("tempo-{name}"));
            let answer = HttpAnswer {
                request: "GET /".to_owned(),
                status: recorded.status.unwrap(),
                headers: Default::default(),
                body: recorded.body.clone(),
            };
            let path = &recorded.request.path;
            let query = path
                .split("q=")
                .nth(1)
                .unwrap_or_default()
                .split('&')
                .next()
                .unwrap_or_default();
            (
                answer,
                percent_encoding::percent_decode_str(query)
                    .decode_utf8()
                    .unwrap()
                    .into_owned(),
            )
        };
        let found = search::parse_search_result(recorded("search-recent").0).unwrap();
        assert_eq!(found.hits.len(), 5, "{version}");
        for hit in &found.hits {
            assert_eq!(hit.root_service.as_deref(), Some("frontend"), "{version}");
            assert_eq!((hit.spans(), hit.duration_ms), (Some(4), 18), "{version}");
        }
        assert_eq!(
            search::parse_search_result(recorded("search-empty").0).unwrap().hits,
            []
        );
        let tags = search::parse_tag_scopes(recorded("tags-v2").0).unwrap();
        let order: Vec<&str> = tags.iter().map(|scope| scope.name.as_str()).collect();
        assert_eq!(order, ["resource", "span", "intrinsic"], "{version}");
        let values = search::parse_tag_values(recorded("tag-values-service").0).unwrap();
        assert_eq!(values.len(), 2, "{version}");
        let (refused, query) = recorded("search-bad-query");
        let problem = traceql::parse_problem(&refused.body, &query).unwrap();
        assert_eq!(problem.column, Some(query.chars().count()), "{version}: {query}");
        let limit = query_error::parse_query_limit(&recorded("search-window-too-long").0.body);
        let week = QueryLimit::Range(Duration::from_secs(7 * 86_400));
        assert_eq!(limit, Some(week), "{version}");
        let v1 = traces::parse_traces(recorded("trace").0.body.as_bytes()).unwrap();
        let v2 = traces::parse_traces(recorded("trace-v2").0.body.as_bytes()).unwrap();
        assert_eq!((v1.1, v2.1), (traces::TraceForm::TempoV1, traces::TraceForm::TempoV2));
        let mut spans = [v1.0[0].spans.clone(), v2.0[0].spans.clone()];
        for spans in &mut spans {
            spans.sort_by_key(|span| span.id);
        }
        let short = |spans: &[telemetry::model::trace::TraceSpan]| -> Vec<String> {
            spans
                .iter()
                .map(|span| format!("{} {} {}", span.id, span.service(), span.name))
                .collect()
        };
        assert_eq!(short(&spans[0]), short(&spans[1]), "{version}");
        assert_eq!(spans[0].len(), 4, "{version}");
        assert_eq!(
            traces::parse_traces(recorded("trace-v2-not-found").0.body.as_bytes())
                .unwrap()
                .0,
            []
        );
    }
}

/// Who answers at Tempo's address in its place is named, and the query is not blamed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_in_place_of_tempo_is_named() {
    use axum::http::StatusCode;
    use axum::response::Html;

    let lab = lab("grafana-healthy").await;
    let gateway = async || (StatusCode::BAD_GATEWAY, Html("<html>Bad Gateway</html>"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(gateway)).await });
    let addresses = lab.addresses();
    let cases = [
        (addresses.prometheus.clone(), "is Prometheus, not Tempo"),
        (addresses.grafana.clone().unwrap(), "is Grafana, not Tempo"),
        (closed, "has no Tempo behind it: 502"),
    ];
    for (url, who) in &cases {
        for command in [
            &["search"][..],
            &["search", "tags"],
            &["metrics", "traceql", "{} | rate()"],
        ] {
            let mut all = words(command);
            all.extend(words(&["--tempo-url", url]));
            let ran = run_beside(all).await;
            assert_eq!(ran.exit, Exit::General, "{command:?}: {}", ran.err);
            assert!(
                ran.err.contains(who) && ran.err.contains("tempoctl explain target-"),
                "{command:?}: {}",
                ran.err
            );
        }
    }
}
