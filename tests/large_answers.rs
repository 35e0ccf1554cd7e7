//! Answers that are small on the wire and large in memory, and input that is long: what is read has a bound, and says so.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::product::{run_beside, words};

/// A server that answers every request with this body, packed.
fn answer_packed(kind: &'static str, body: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    let packed = encoder.finish().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let answer = |mut stream: TcpStream| {
            let _ = stream.read(&mut [0; 65_536]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                packed.len()
            );
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&packed));
        };
        listener.incoming().map_while(Result::ok).for_each(answer);
    });
    url
}

/// A protobuf field with a length.
fn field(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag << 3 | 2];
    let mut length = body.len();
    while length > 127 {
        out.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(body);
    out
}

/// Numbers that repeat in no pattern, so that they do not shrink to nothing.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_fill_the_memory_is_refused_by_name() {
    let trace = |spans: Vec<u8>| field(1, &field(1, &field(2, &spans)));
    let id = "981295a0981295a0981295a0981295a0";
    let empty = |count: usize| b"\x12\x00".repeat(count);
    let hits = [b"{\"traces\":[".as_slice(), &b"{},".repeat(2_000_000), b"{}]}"].concat();
    // An attribute with text that does not shrink keeps the ratio that of an honest answer.
    let padded = [empty(400_000), field(2, &field(2, &noise(40_000)))].concat();
    for (kind, body, args, said) in [
        (
            "application/protobuf",
            trace(empty(2_000_000)),
            vec!["search", id],
            "200 times its size",
        ),
        (
            "application/protobuf",
            trace(padded),
            vec!["search", id],
            "more memory than is allowed",
        ),
        ("application/json", hits, vec!["search"], "200 times its size"),
    ] {
        let url = answer_packed(kind, &body);
        let mut args = words(&args);
        args.extend(words(&["--tempo-url", &url, "-o", "json"]));
        let ran = run_beside(args.clone()).await;
        assert_eq!(ran.exit.code(), 4, "{}{}", ran.out, ran.err);
        assert!(
            ran.err.contains(said) && ran.err.contains("--memory-limit"),
            "{}",
            ran.err
        );
        assert!(ran.json()["error"]["message"].as_str().unwrap().contains(said));
    }
}

/// Names that a server repeats, keys that are there again and parents far above cost one look each.
#[tokio::test(flavor = "multi_thread")]
async fn long_input_costs_in_proportion() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let attributes: Vec<String> = (0..40_000)
        .map(|at| format!(r#"{{"key":"a{at}","value":{{"intValue":"1"}}}}"#))
        .collect();
    let document = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"981295a0981295a0981295a0981295a0","spanId":"00000000000000aa","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{}]}}]}}]}}]}}"#,
        attributes.join(",")
    );
    std::fs::write(at("trace.json"), document).unwrap();
    let ran = run_beside(words(&["search", "--input", &at("trace.json"), "-o", "json"])).await;
    assert_eq!(ran.json()["spans"][0]["attributes"].as_object().unwrap().len(), 40_000);

    let span = |at: usize, parent: Option<usize>| {
        let parent = parent.map_or_else(String::new, |parent| format!("parent = \"s{parent}\"\n"));
        format!("[[span]]\nid = \"s{at}\"\n{parent}service = \"a\"\nname = \"x\"\nown = [\"1ms\", \"1ms\"]\n")
    };
    let scenario = |spans: String| format!("about = \"long\"\n[services.a]\n{spans}");
    let chain = |length: usize| scenario((0..length).map(|at| span(at, at.checked_sub(1))).collect());
    let flat = |length: usize| scenario((0..length).map(|at| span(at, (at > 0).then_some(0))).collect());
    for (text, said) in [
        (flat(5_000), ""),
        (flat(5_001), "at most 5000 spans"),
        (chain(500), ""),
        (chain(501), "more than 500 levels"),
    ] {
        std::fs::write(at("scenario.toml"), text).unwrap();
        let ran = run_beside(words(&["send", "--scenario-file", &at("scenario.toml"), "--dry-run"])).await;
        assert_eq!(ran.exit.code(), if said.is_empty() { 0 } else { 2 }, "{}", ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}
