//! What tests of the lab share: a started lab, requests, and waiting for a condition.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempoctl::lab::{Lab, LabOptions, LabScenario};

/// A fast lab on free ports.
pub async fn lab(scenario: &str) -> Lab {
    start(LabOptions::fast(LabScenario::find(scenario).unwrap())).await
}

pub async fn start(options: LabOptions) -> Lab {
    Lab::start(options)
        .await
        .unwrap_or_else(|error| panic!("{error}: {}", error.advice()))
}

pub async fn get(url: &str) -> (u16, String) {
    let answer = stack::clients::build_http_client()
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub async fn json_of(url: &str) -> Value {
    let (status, body) = get(url).await;
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{url}: {status} {error}: {body}"))
}

/// Asks again until the answer pleases; panics with the last answer after 20 s.
pub async fn eventually<T: std::fmt::Debug>(
    what: &str,
    mut ask: impl AsyncFnMut() -> T,
    pleases: impl Fn(&T) -> bool,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = ask().await;
        if pleases(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} never happened: {answer:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A client and a server span of two services, ending `age` ago. Returns the trace id and the export request.
pub fn pair(age: Duration) -> (String, Value) {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).unwrap();
    random[0] |= 0x10;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let end = (std::time::SystemTime::now() - age)
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_nanos();
    let (client, server) = (&id[..16], &id[16..]);
    let spans = |service: &str, span: Value| {
        json!({
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
            "scopeSpans": [{"scope": {"name": "pair"}, "spans": [span]}],
        })
    };
    let run = json!([{"key": "pair.run", "value": {"stringValue": id}}]);
    let request = json!({"resourceSpans": [
        spans("pair-client", json!({"traceId": id, "spanId": client, "name": "pair", "kind": 3, "attributes": run,
            "startTimeUnixNano": (end - 2_000_000).to_string(), "endTimeUnixNano": end.to_string()})),
        spans("pair-server", json!({"traceId": id, "spanId": server, "parentSpanId": client, "name": "pair", "kind": 2,
            "attributes": run, "startTimeUnixNano": (end - 1_500_000).to_string(), "endTimeUnixNano": (end - 500_000).to_string()})),
    ]});
    (id, request)
}

/// Pushes a request as JSON.
pub async fn push(lab: &Lab, request: &Value) -> (u16, String) {
    let at = lab.addresses();
    let receiver = at
        .collector
        .as_ref()
        .map_or(&at.otlp_http, |collector| &collector.otlp_http);
    let answer = stack::clients::build_http_client()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{receiver}/v1/traces"))
        .header("content-type", "application/json")
        .body(request.to_string())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The value of a sample on Tempo's `/metrics`.
pub async fn metric(lab: &Lab, start: &str) -> Option<f64> {
    let (_, text) = get(&format!("{}/metrics", lab.addresses().tempo)).await;
    text.lines()
        .find(|line| line.starts_with(start))
        .and_then(|line| line.rsplit(' ').next())
        .and_then(|value| value.parse().ok())
}

pub fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}
