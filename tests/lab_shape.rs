//! The lab answers in the shape real servers do: the same questions are put to the lab as were put to them, and status,
//! headers and the structure of the answers are compared with what was recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tempoctl::lab::Lab;

use crate::lab_kit::{eventually, get, json_of, lab, now, push};
use crate::recording::{RecordedAnswer, Recording};

/// An answer of the lab.
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

async fn ask(lab: &Lab, name: &str, recorded: &RecordedAnswer, trace: &str) -> Answer {
    let at = lab.addresses();
    let base = match name.split('-').next() {
        Some("prometheus") => &at.prometheus,
        Some("otlp") => &at.otlp_http,
        _ => &at.tempo,
    };
    let path = retimed(&recorded.request.path);
    let path = match path.rsplit_once('/') {
        Some((start, id)) if id.len() == 32 && !id.starts_with("0000") => format!("{start}/{trace}"),
        _ => path,
    };
    let method = recorded.request.method.parse().unwrap();
    let client = stack::clients::build_http_client().no_proxy().build().unwrap();
    let mut request = client.request(method, format!("{base}{path}"));
    for (name, value) in &recorded.request.headers {
        request = request.header(name, value);
    }
    if let Some(body) = recorded.request.body.as_str() {
        request = request.body(body.to_owned());
    }
    let answer = request.send().await.unwrap();
    Answer {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: answer.text().await.unwrap(),
    }
}

/// The recorded window, moved to now.
fn retimed(path: &str) -> String {
    let Some((before, rest)) = path.split_once("start=") else {
        return path.to_owned();
    };
    let (start, rest) = rest.split_once("&end=").unwrap();
    let (end, after) = rest.split_at(rest.find('&').unwrap_or(rest.len()));
    let length = end.parse::<u64>().unwrap() - start.parse::<u64>().unwrap();
    format!("{before}start={}&end={}{after}", now() - length, now())
}

/// The recorded trace as an OTLP request that ends `age` ago, with a fresh trace id.
fn replayed(recording: &Recording, age: Duration) -> (String, Value) {
    let recorded = recording.answer("tempo-trace").json();
    let mut batches = recorded["batches"].clone();
    let (id, _) = crate::lab_kit::pair(age);
    let hex = |value: &Value| -> String {
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(value.as_str().unwrap())
            .unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let nanos = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
    let spans = |batches: &Value| {
        batches
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|batch| batch["scopeSpans"][0]["spans"].as_array().unwrap().clone())
            .collect::<Vec<_>>()
    };
    let last = spans(&batches)
        .iter()
        .map(|span| nanos(&span["endTimeUnixNano"]))
        .max()
        .unwrap();
    let end = (now() - age.as_secs()) * 1_000_000_000;
    for batch in batches.as_array_mut().unwrap() {
        for span in batch["scopeSpans"][0]["spans"].as_array_mut().unwrap() {
            for key in ["startTimeUnixNano", "endTimeUnixNano"] {
                span[key] = json!((end - (last - nanos(&span[key]))).to_string());
            }
            for key in ["spanId", "parentSpanId"] {
                if span.get(key).is_some() {
                    span[key] = json!(hex(&span[key]));
                }
            }
            span["traceId"] = json!(id);
        }
    }
    (id, json!({ "resourceSpans": batches }))
}

/// Objects whose keys are data.
const DICTIONARIES: [&str; 3] = ["metric", "seriesLabels", "serviceStats"];

/// The structure of a document: every path to a leaf with the leaf's kind; list items share one path.
fn structure(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let data = DICTIONARIES.iter().any(|name| path.ends_with(name));
            if object.is_empty() {
                found.insert(format!("{path} {{}}"));
            }
            for (key, inner) in object {
                let key = if data { "*" } else { key };
                structure(inner, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                found.insert(format!("{path} []"));
            }
            for item in items {
                structure(item, &format!("{path}[]"), found);
            }
        }
        Value::Null => drop(found.insert(format!("{path} null"))),
        Value::Bool(_) => drop(found.insert(format!("{path} bool"))),
        Value::Number(_) => drop(found.insert(format!("{path} number"))),
        Value::String(_) => drop(found.insert(format!("{path} string"))),
    }
}

fn structure_of(body: &str) -> Option<BTreeSet<String>> {
    let value: Value = serde_json::from_str(body).ok()?;
    let mut found = BTreeSet::new();
    structure(&value, "", &mut found);
    Some(found)
}

/// The first column of a text table.
fn rows(body: &str) -> BTreeSet<String> {
    body.lines()
        .filter_map(|line| line.strip_prefix('|')?.split('|').next())
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// Every key of a YAML page as a path with the kind of its value.
fn yaml_paths(body: &str) -> BTreeSet<String> {
    let (_, yaml) = body.split_once("---\n").unwrap();
    let value: Value = serde_saphyr::from_str(yaml).unwrap();
    let mut found = BTreeSet::new();
    structure(&value, "", &mut found);
    found
}

/// `name{label,label}` of every sample.
fn families(body: &str) -> BTreeSet<String> {
    body.lines()
        .filter(|line| !line.starts_with('#') && !line.contains("_bucket") && !line.is_empty())
        .map(|line| {
            let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
            let labels = rest
                .split("=\"")
                .map(|part| part.rsplit([',', '{', '"']).next().unwrap_or(""));
            let labels: BTreeSet<&str> = labels.filter(|label| !label.contains(['}', ' '])).collect();
            format!("{name}{labels:?}")
        })
        .collect()
}

/// What about an answer differs from what was recorded.
fn differences(name: &str, recorded_answer: &RecordedAnswer, answer: &Answer) -> Vec<String> {
    let mut wrong = Vec::new();
    if recorded_answer.status != Some(answer.status) {
        wrong.push(format!(
            "status {} is not {:?}: {}",
            answer.status, recorded_answer.status, answer.body
        ));
    }
    for header in ["Content-Type", "Vary", "X-Content-Type-Options", "Retry-After"] {
        let recorded = recorded_answer.headers.get(header).map(String::as_str);
        let given = answer.headers.get(&header.to_lowercase()).map(String::as_str);
        if recorded != given {
            wrong.push(format!("{header} is {given:?}, not {recorded:?}"));
        }
    }
    if !answer.headers.contains_key("date") {
        wrong.push("has no date".to_owned());
    }
    let html = |body: &str| body.starts_with("<!DOCTYPE html>");
    match name {
        "tempo-metrics" => wrong.extend(metric_differences(&recorded_answer.body, &answer.body)),
        "tempo-status-config" => {
            let (recorded, given) = (yaml_paths(&recorded_answer.body), yaml_paths(&answer.body));
            let expected = |path: &&String| !path.contains(".jaeger.");
            wrong.extend(
                recorded
                    .difference(&given)
                    .filter(expected)
                    .map(|path| format!("lacks {path}")),
            );
            wrong.extend(given.difference(&recorded).map(|path| format!("has {path}")));
        }
        "tempo-status-config-diff" => {
            let recorded = yaml_paths(&recorded_answer.body);
            // The lab's own pace and port are set by somebody, too.
            let own = ["http_listen_port", "interval", "wait", "cutoff", "check_period", "idle"];
            let given = yaml_paths(&answer.body);
            let strange = given
                .difference(&recorded)
                .filter(|path| !own.iter().any(|word| path.contains(word)));
            wrong.extend(strange.map(|path| format!("has {path}")));
        }
        "tempo-status-runtime-config" => {
            if yaml_paths(&recorded_answer.body) != yaml_paths(&answer.body) {
                wrong.push(format!("runtime configuration differs:\n{}", answer.body));
            }
        }
        "otlp-http-bad-json" | "prometheus-query-bad" => {
            if structure_of(&recorded_answer.body) != structure_of(&answer.body) {
                wrong.push(format!("{} is not like {}", answer.body, recorded_answer.body));
            }
        }
        _ if html(&recorded_answer.body) => {
            if !html(&answer.body) {
                wrong.push("is not a page".to_owned());
            }
        }
        _ => match (structure_of(&recorded_answer.body), structure_of(&answer.body)) {
            (Some(recorded), Some(given)) => {
                wrong.extend(recorded.difference(&given).map(|path| format!("lacks {path}")));
                wrong.extend(given.difference(&recorded).map(|path| format!("has {path}")));
            }
            (None, None) if !rows(&recorded_answer.body).is_empty() => {
                if rows(&recorded_answer.body) != rows(&answer.body) {
                    wrong.push(format!("rows differ:\n{}", answer.body));
                }
            }
            (None, None) => {
                let plain = |body: &str| body.replace(|letter: char| letter.is_ascii_digit(), "0");
                if plain(&recorded_answer.body) != plain(&answer.body) {
                    wrong.push(format!("{:?} is not {:?}", answer.body, recorded_answer.body));
                }
            }
            _ => wrong.push(format!("{:?} is not like {:?}", answer.body, recorded_answer.body)),
        },
    }
    wrong
}

/// Families of a real Tempo that say nothing about where traces get lost, so the lab leaves them out.
const LEFT_OUT: [&str; 27] = [
    "tempo_inflight_requests",
    "tempo_request_message_bytes",
    "tempo_response_message_bytes",
    "tempo_kv_request",
    "tempo_consul_request",
    "tempo_dns_",
    "tempo_tcp_connections",
    "tempo_buffer_pool",
    "tempo_dropped_log_lines",
    "tempo_member_consul",
    "tempo_ring_oldest",
    "tempo_experimental",
    "tempo_backend_scheduler_jobs_not_found",
    "tempo_backend_worker_call_retries",
    "tempo_metrics_generator_registry_drain_",
    "tempo_metrics_generator_registry_post_sanitization",
    "tempo_metrics_generator_registry_spans_sanitized",
    "tempo_live_store_blocks_cut_total",
    "tempo_query_frontend_batch_weight",
    "tempo_query_frontend_jobs_per_query",
    "tempo_ingester_blocks",
    "tempo_query_frontend_tag",
    "tempodb_backend_request",
    "tempodb_backend_bytes",
    "tempodb_backend_objects",
    "tempodb_blocklist",
    "tempo_vulture",
];

fn metric_differences(recorded: &str, given: &str) -> Vec<String> {
    let (recorded, given) = (families(recorded), families(given));
    let told = |family: &&String| !LEFT_OUT.iter().any(|start| family.starts_with(start));
    let relevant = |family: &&String| {
        // The recording was made before anybody had asked the frontend anything.
        ["tempo_", "tempodb_", "prometheus_remote_storage_"]
            .iter()
            .any(|start| family.starts_with(start))
            && !family.starts_with("tempo_query_frontend_")
    };
    let lacks = recorded
        .difference(&given)
        .filter(told)
        .map(|family| format!("lacks {family}"));
    let has = given
        .difference(&recorded)
        .filter(relevant)
        .map(|family| format!("has {family}"));
    lacks.chain(has).collect()
}

async fn compare(scenario: &str, recording: &str) {
    let lab = lab(scenario).await;
    let recording = Recording::read(recording);
    let (trace, request) = replayed(&recording, Duration::from_secs(3));
    assert_eq!(push(&lab, &request).await.0, 200);
    let failed = request
        .to_string()
        .replace("\"status\":{}", "\"status\":{\"code\":2}")
        .replace(&trace, &"ab".repeat(16));
    assert_eq!(push(&lab, &serde_json::from_str(&failed).unwrap()).await.0, 200);
    let at = lab.addresses().clone();
    let search = async || {
        get(&format!(
            "{}/api/search?q=%7B%7D&start={}&end={}",
            at.tempo,
            now() - 60,
            now()
        ))
        .await
        .1
    };
    eventually("search", search, |found| found.contains("rootServiceName")).await;
    let edges = format!(
        "{}/api/v1/query?query=traces_service_graph_request_total",
        at.prometheus
    );
    let count = |answer: &Value| answer["data"]["result"].as_array().map(Vec::len);
    eventually("edges", async || json_of(&edges).await, |edges| count(edges) == Some(3)).await;
    let samples = format!(
        "{}/api/v1/query?query=count_over_time(traces_spanmetrics_calls_total[5m])%3E3",
        at.prometheus
    );
    eventually(
        "some samples",
        async || json_of(&samples).await,
        |samples| count(samples) > Some(0),
    )
    .await;
    let mut report = String::new();
    for (name, recorded) in recording.answers() {
        let answer = ask(&lab, name, recorded, &trace).await;
        for difference in differences(name, recorded, &answer) {
            report.push_str(&format!("{name}: {difference}\n"));
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[tokio::test]
async fn the_lab_answers_in_the_shape_of_tempo_3_0() {
    compare("no-app-traffic", "tempo-3.0.3-healthy").await;
}

#[tokio::test]
async fn the_lab_answers_in_the_shape_of_tempo_2_10() {
    compare("no-app-traffic-2.10", "tempo-2.10.8-healthy").await;
}
