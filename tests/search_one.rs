//! One trace against the lab: by its id in every form, saved and read back, from files, its links; attributes and values.

use std::time::Duration;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::Lab;

use crate::lab_kit::{get, lab, pair, push};
use crate::product::{run, run_beside_in, words};
use crate::search::{fed, found, search, valid};
use crate::search_traces as made;

/// The newest trace.
async fn newest(lab: &Lab) -> String {
    found(lab).await["traces"][0]["trace_id"].as_str().unwrap().to_owned()
}

// One trace.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_is_found_by_its_id_in_any_form() {
    let lab = fed("healthy-3.0").await;
    let id = newest(&lab).await;
    let explore = format!("http://g/explore?left=%7B%22queries%22%3A%5B%7B%22query%22%3A%22{id}%22%7D%5D%7D");
    let traceparent = format!("00-{id}-00f067aa0ba902b7-01");
    let upper = id.to_uppercase();
    for form in [&id, &upper, &explore, &traceparent, &id[..12].to_owned()] {
        for args in [vec![form.as_str()], vec!["--id", form]] {
            let ran = search(&lab, &args).await;
            assert_eq!(ran.exit, Exit::Done, "{args:?}: {}", ran.err);
            assert!(ran.out.starts_with(&id), "{args:?}: {}", ran.out);
            assert!(ran.out.contains("INSERT orders"), "{}", ran.out);
        }
    }
    let document = search(&lab, &[&id, "-o", "json"]).await.json();
    valid("trace.v1.json", &document);
    assert_eq!(
        (&document["trace_id"], &document["complete"]),
        (&id.as_str().into(), &true.into())
    );
    let names: Vec<&str> = document["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| span["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["GET /checkout", "POST /orders", "POST /orders", "INSERT orders"]
    );
}

/// An id that begins with zeros is found without them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leading_zeros_may_be_left_out() {
    let lab = lab("healthy-3.0").await;
    let (id, request) = pair(Duration::from_secs(3));
    let zeroed = format!("00{}", &id[2..]);
    let request: Value = serde_json::from_str(&request.to_string().replace(&id, &zeroed)).unwrap();
    assert_eq!(push(&lab, &request).await.0, 200);
    let ran = search(&lab, &[&zeroed[2..]]).await;
    assert!(ran.out.starts_with(&zeroed), "{}{}", ran.out, ran.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_id_is_a_finding() {
    for scenario in ["healthy-3.0", "healthy-2.10"] {
        let lab = fed(scenario).await;
        for id in ["00000000000000000000000000000bad", "feedfeedfeed"] {
            let ran = search(&lab, &[id, "-o", "json"]).await;
            assert_eq!(ran.exit, Exit::Found, "{id}: {}", ran.err);
            let message = ran.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(
                message.contains("not found in") && message.contains("asked: GET /api/v2/traces/"),
                "{message}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_is_saved_and_read_again() {
    let lab = fed("healthy-3.0").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trace.json");
    let file = file.to_str().unwrap();
    let id = newest(&lab).await;
    let from_tempo = search(&lab, &[&id, "--save", file]).await;
    assert_eq!(from_tempo.exit, Exit::Done, "{}", from_tempo.err);
    assert_eq!(run(&["search", "--input", file]).out, from_tempo.out);
    // What Tempo answers can be read as well, whichever version of its API said it.
    for path in ["/api/traces/", "/api/v2/traces/"] {
        let (_, body) = get(&format!("{}{path}{id}", lab.addresses().tempo)).await;
        std::fs::write(file, body).unwrap();
        assert_eq!(run(&["search", "--input", file]).out, from_tempo.out, "{path}");
    }
    let same = search(&lab, &["diff", file, &id, "-o", "json"]).await;
    let document = same.json();
    valid("diff.v1.json", &document);
    assert!(
        document["rows"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["change_ms"] == 0.0),
        "{document}"
    );
}

#[test]
fn a_file_with_several_traces_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.jsonl");
    std::fs::write(
        &file,
        format!("{}\n{}\n", made::checkout().otlp(), made::skewed().otlp()),
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let listed = run(&["search", "--input", file]);
    assert_eq!(listed.exit, Exit::Done, "{}", listed.err);
    assert!(
        listed.out.contains("frontend GET /cart") && listed.out.contains("gateway GET /quote"),
        "{}",
        listed.out
    );
    let one = run(&["search", "--input", file, "--id", "0a140e50"]);
    assert!(
        one.out.starts_with("0a140e50204733e9e5a321078231b1f2"),
        "{}{}",
        one.out,
        one.err
    );
    assert_eq!(run(&["search", "--input", file, "--id", "ffffffff"]).exit, Exit::Found);
    for (text, says) in [
        ("{\"resourceSpans\":[", "truncated"),
        ("hello", "neither JSON nor an OTLP message"),
        ("{}", "not a trace"),
    ] {
        std::fs::write(file, text).unwrap();
        let ran = run(&["search", "--input", file]);
        assert_eq!(ran.exit, Exit::Usage, "{text}: {}", ran.out);
        assert!(ran.err.contains(says), "{text}: {}", ran.err);
    }
    let gone = run(&["search", "--input", "/nonexistent/trace.json"]);
    assert_eq!(gone.exit, Exit::Usage);
    assert!(gone.err.contains("cannot read /nonexistent/trace.json"), "{}", gone.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_are_followed_on_demand() {
    let lab = lab("healthy-3.0").await;
    let (linked, request) = pair(Duration::from_secs(3));
    assert_eq!(push(&lab, &request).await.0, 200);
    let mut trace = made::Maker::new("c0ffee");
    let link = serde_json::json!({"links": [
        {"traceId": linked, "spanId": "00f067aa0ba902b7"},
        {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "00f067aa0ba902b7"},
    ]});
    trace.with(1, made::piece("mailer", "send batch", made::CONSUMER, 0.0, 10.0), link);
    assert_eq!(push(&lab, &trace.otlp()).await.0, 200);
    let alone = search(&lab, &["c0ffee"]).await;
    assert!(
        alone.out.contains("send batch ↗") && !alone.out.contains("pair-client"),
        "{}{}",
        alone.out,
        alone.err
    );
    let followed = search(&lab, &["c0ffee", "--follow-links"]).await;
    assert!(
        followed.out.contains(&format!("\n{linked} · pair-client pair")),
        "{}",
        followed.out
    );
    assert!(
        followed.out.contains("0af7651916cd43dd8448eb211c80319c not found in"),
        "{}",
        followed.out
    );
}

// Tags and values.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_and_values_have_their_types() {
    let lab = fed("healthy-3.0").await;
    let tags = search(&lab, &["tags"]).await;
    let text = tags.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "resource.service.name string",
        "span.http.response.status_code int",
        "span:duration duration",
    ] {
        assert!(text.contains(line), "{line}: {}", tags.out);
    }
    valid("tags.v1.json", &search(&lab, &["tags", "-o", "json"]).await.json());
    let only = search(&lab, &["tags", "--scope", "resource"]).await;
    assert!(!only.out.contains("span."), "{}", only.out);
    let values = search(&lab, &["values", "resource.service.name"]).await;
    assert!(
        values.out.contains("string  frontend\nstring  orders\n"),
        "{}",
        values.out
    );
    valid(
        "values.v1.json",
        &search(&lab, &["values", "name", "-o", "json"]).await.json(),
    );
    let other = search(&lab, &["values", "span.service.name"]).await;
    assert!(other.out.contains("Nearest: resource.service.name"), "{}", other.out);
}

/// A secret of this run that a trace happens to hold is masked like everywhere else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_in_traces_are_masked() {
    let lab = lab("healthy-3.0").await;
    let mut trace = made::Maker::new("5ec2e7");
    trace.span(made::piece("shop", "login with hunter2hunter2", made::SERVER, 0.0, 1.0));
    assert_eq!(push(&lab, &trace.otlp()).await.0, 200);
    let args = words(&["search", "5ec2e7", "-v", "--tempo-url", &lab.addresses().tempo]);
    let ran = run_beside_in(vec![("TEMPO_BEARER_TOKEN", "hunter2hunter2".to_owned())], args).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.out.contains("login with") && !ran.out.contains("hunter2"),
        "{}",
        ran.out
    );
}
