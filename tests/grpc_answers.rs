//! What a gRPC server may answer, valid or not, panics nowhere: not in the call, and in no task that tonic, hyper or h2 started
//! for it. The server writes its frames itself, because a library would refuse to send what other servers do.
//!
//! `TEMPOCTL_GRPC_ANSWERS=100000` tries so many answers instead of a few hundred.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::Once;
use std::time::{Duration, Instant};

use stack::clients::ConnectOptions;
use stack::clients::export::ExportClient;
use stack::clients::streaming::{SearchStream, StreamedSearch};
use telemetry::load::rng::Rng;
use telemetry::model::Slot;
use telemetry::model::marker::PushAnswer;
use telemetry::model::send_report::{BodyCompression, TraceProtocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const DEADLINE: Duration = Duration::from_secs(2);
/// No base64, each in another way.
const MALFORMED: [&[u8]; 6] = [b"!!!!", b"a", b"YQ=", b"Y-_x", b"YWJj,YWJj", b"\xff\xfe"];

// Frames (RFC 9113, section 6) and header lists without compression (RFC 7541, section 6.2.2).

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

type Header = (Vec<u8>, Vec<u8>);

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

fn text(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if text.len() < 127 {
        bytes.push(text.len() as u8);
    } else {
        bytes.push(127);
        let mut rest = text.len() - 127;
        while rest > 127 {
            bytes.push(rest as u8 & 127 | 128);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes.extend(text);
    bytes
}

fn list(headers: &[Header]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in headers {
        bytes.push(0);
        bytes.extend(text(name));
        bytes.extend(text(value));
    }
    bytes
}

fn header(name: &str, value: impl AsRef<[u8]>) -> Header {
    (name.as_bytes().to_vec(), value.as_ref().to_vec())
}

/// How an answer is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Status and metadata in the headers, and no more.
    TrailersOnly,
    /// The same, and the stream ends with an empty piece of data.
    Headers,
    /// Status and metadata in trailers, behind headers and a message.
    Trailers,
}

fn answer(layout: Layout, metadata: &[Header], stream: u32) -> Vec<u8> {
    let mut headers = vec![header(":status", "200"), header("content-type", "application/grpc")];
    match layout {
        Layout::TrailersOnly => {
            headers.extend_from_slice(metadata);
            frame(HEADERS, END_HEADERS | END_STREAM, stream, &list(&headers))
        }
        Layout::Headers => {
            headers.extend_from_slice(metadata);
            let mut bytes = frame(HEADERS, END_HEADERS, stream, &list(&headers));
            bytes.extend(frame(DATA, END_STREAM, stream, &[]));
            bytes
        }
        Layout::Trailers => {
            let mut bytes = frame(HEADERS, END_HEADERS, stream, &list(&headers));
            bytes.extend(frame(DATA, 0, stream, &[0, 0, 0, 0, 0]));
            bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &list(metadata)));
            bytes
        }
    }
}

/// Answers every call on this connection with what `answer` makes for its stream.
async fn serve(mut connection: TcpStream, answer: Rc<dyn Fn(u32) -> Vec<u8>>) -> std::io::Result<()> {
    let mut preface = [0; 24];
    connection.read_exact(&mut preface).await?;
    connection.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        connection.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        match (head[3], head[4]) {
            (SETTINGS, 0) => connection.write_all(&frame(SETTINGS, ACK, 0, &[])).await?,
            (PING, 0) => connection.write_all(&frame(PING, ACK, 0, &payload)).await?,
            (DATA | HEADERS, flags) if flags & END_STREAM != 0 => {
                connection.write_all(&answer(stream)).await?;
            }
            _ => {}
        }
    }
}

async fn listen(answer: impl Fn(u32) -> Vec<u8> + 'static) -> ConnectOptions {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer: Rc<dyn Fn(u32) -> Vec<u8>> = Rc::new(answer);
    tokio::task::spawn_local(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let _ = connection.set_nodelay(true);
            // A client that goes away is no failure of this test.
            tokio::task::spawn_local(serve(connection, answer.clone()));
        }
    });
    let mut connect = ConnectOptions::plain(format!("http://{address}"));
    connect.deadline = DEADLINE;
    connect
}

thread_local! {
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Runs this on one thread, with every task that it starts, and tells where anything on it panicked.
fn panics_of(test: impl Future<Output = ()>) -> Vec<String> {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            PANICS.with(|panics| panics.borrow_mut().push(place));
            usual(panic);
        }));
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| local.block_on(&runtime, test)));
    let panics = PANICS.with(|panics| std::mem::take(&mut *panics.borrow_mut()));
    assert!(ended.is_ok() || !panics.is_empty(), "a panic that was not seen");
    panics
}

/// Every way in which the program calls a gRPC server.
#[derive(Debug, Clone, Copy)]
enum Call {
    Body(TraceProtocol, BodyCompression),
    Search,
}

const CALLS: [Call; 5] = [
    Call::Body(TraceProtocol::Grpc, BodyCompression::None),
    Call::Body(TraceProtocol::Grpc, BodyCompression::Gzip),
    Call::Body(TraceProtocol::Grpc, BodyCompression::Zstd),
    Call::Body(TraceProtocol::JaegerGrpc, BodyCompression::None),
    Call::Search,
];

/// What became of a call: code and message, or the failure's text.
async fn call(call: Call, connect: &ConnectOptions) -> Result<(u16, String), String> {
    let read = |slot: Slot<PushAnswer>| match slot {
        Slot::Known { value, .. } => Ok((value.grpc_code.unwrap_or_default() as u16, value.message)),
        Slot::Failed { failure } => Err(failure.to_string()),
        Slot::NotAsked => Err("not asked".to_owned()),
    };
    match call {
        Call::Body(wire, packing) => {
            let client = ExportClient::new(wire, connect.clone(), packing).unwrap();
            read(client.send(bytes::Bytes::new()).await)
        }
        Call::Search => {
            let search = StreamedSearch {
                query: "{}".to_owned(),
                start: 0,
                end: 1,
                limit: 1,
            };
            let failed = |failure: telemetry::model::Failure| match failure.status {
                Some(code) => Ok((code, failure.detail)),
                None => Err(failure.to_string()),
            };
            let mut stream = match SearchStream::open(connect, search).await {
                Ok(stream) => stream,
                Err(failure) => return failed(failure),
            };
            while let Some(part) = stream.next().await {
                if let Err(failure) = part {
                    return failed(failure);
                }
            }
            Ok((0, String::new()))
        }
    }
}

#[test]
fn details_that_are_no_base64_are_left_out_and_the_status_is_read() {
    let panics = panics_of(async {
        for layout in [Layout::TrailersOnly, Layout::Headers, Layout::Trailers] {
            for details in MALFORMED {
                let metadata = [
                    header("grpc-status", "14"),
                    header("grpc-message", "busy"),
                    header("grpc-status-details-bin", details),
                ];
                let connect = listen(move |stream| answer(layout, &metadata, stream)).await;
                for each in CALLS {
                    let read = call(each, &connect).await;
                    let told = format!("{each:?}, {layout:?}, {}", details.escape_ascii());
                    assert_eq!(read, Ok((14, "busy".to_owned())), "{told}");
                }
            }
        }
    });
    assert_eq!(panics, [""; 0]);
}

/// What is well formed is kept: the receiver's own word on when to come back stands in the details.
#[test]
fn details_that_are_base64_are_read() {
    let panics = panics_of(async {
        // google.rpc.Status with a RetryInfo of 3 s, padded and not.
        let padded = "CAgaMAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIECgIIAw==";
        for details in [padded, padded.trim_end_matches('=')] {
            for layout in [Layout::TrailersOnly, Layout::Trailers] {
                let metadata = [header("grpc-status", "8"), header("grpc-status-details-bin", details)];
                let connect = listen(move |stream| answer(layout, &metadata, stream)).await;
                let client = ExportClient::new(TraceProtocol::Grpc, connect, BodyCompression::None).unwrap();
                let slot = client.send(bytes::Bytes::new()).await;
                assert_eq!(
                    slot.get().and_then(|answer| answer.retry_after_s),
                    Some(3.0),
                    "{details} {layout:?}"
                );
            }
        }
    });
    assert_eq!(panics, [""; 0]);
}

// Answers at random.

const NAMES: [&str; 34] = [
    "grpc-status",
    "grpc-message",
    "grpc-status-details-bin",
    "grpc-encoding",
    "grpc-accept-encoding",
    "grpc-timeout",
    "grpc-retry-pushback-ms",
    "grpc-previous-rpc-attempts",
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "upgrade",
    "te",
    "trailer",
    "date",
    "retry-after",
    "location",
    "set-cookie",
    "alt-svc",
    "www-authenticate",
    "x-bin",
    "trace-proto-bin",
    "user-agent",
    ":status",
    ":path",
    ":nonsense",
    "Grpc-Status",
    "",
    "two words",
    "x",
];

const VALUES: [&[u8]; 56] = [
    b"",
    b"0",
    b"00",
    b"1",
    b"4",
    b"8",
    b"14",
    b"16",
    b"17",
    b"-1",
    b"+1",
    b"1.5",
    b"NaN",
    b"99999999999999999999999",
    b"18446744073709551615",
    b"18446744073709551616",
    b"5, 5",
    b"5, 6",
    b"busy",
    b"%",
    b"%2",
    b"%zz",
    b"%00%0a%0d",
    b"%E2%82%AC",
    b"%E2%82",
    b"%ff%fe",
    b"\xff\xfe\xfd",
    b"\xe2\x82\xac",
    b"\0",
    b"a\r\nb: c",
    b"\t",
    b" ",
    b" 14 ",
    b"!!!!",
    b"=",
    b"====",
    b"a",
    b"YQ=",
    b"YQ==",
    b"YQ",
    b"YR==",
    b"Y-_x",
    b"YWJj,YWJj",
    b"CAgaMAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIECgIIAw==",
    b"gzip",
    b"zstd",
    b"deflate",
    b"identity",
    b"gzip,zstd",
    b"chunked",
    b"close",
    b"application/grpc",
    b"application/grpc+json",
    b"text/html; charset=\"",
    b"99999999H",
    b"Sun, 06 Nov 1994 08:49:37 GMT",
];

const STATUS: [&[u8]; 14] = [
    b"200", b"200", b"200", b"200", b"204", b"304", b"401", b"404", b"429", b"503", b"99", b"1000", b"abc", b"",
];

fn pick<'a, T: ?Sized>(rng: &mut Rng, list: &[&'a T]) -> &'a T {
    list[rng.below(list.len())]
}

fn noise(rng: &mut Rng, most: usize) -> Vec<u8> {
    (0..rng.below(most + 1)).map(|_| rng.bits() as u8).collect()
}

fn metadata(rng: &mut Rng) -> Vec<Header> {
    let mut headers = Vec::new();
    // Most answers have a status: without one the rest of gRPC's metadata is not read.
    if rng.below(4) > 0 {
        headers.push(header("grpc-status", pick(rng, &VALUES[..10])));
    }
    for _ in 0..rng.below(6) {
        // Those that gRPC itself reads come as often as all others.
        let name = match rng.below(2) {
            0 => pick(rng, &NAMES[..5]),
            _ => pick(rng, &NAMES),
        };
        let value = match rng.below(12) {
            0 => noise(rng, 40),
            1 => vec![b'a'; rng.below(20_000)],
            _ => pick(rng, &VALUES).to_vec(),
        };
        headers.push((name.as_bytes().to_vec(), value));
    }
    headers
}

/// A header list in one frame or several, now and then with padding, a priority, or no list at all.
fn headers(rng: &mut Rng, end: u8, stream: u32, list: &[u8]) -> Vec<u8> {
    let list = match rng.below(40) {
        0 => noise(rng, 60),
        // The size of the table changes, to what it must not be.
        1 => [&[0x3f, 0xff, 0xff, 0xff, 0x7f], list].concat(),
        // A name that is compressed, by nobody's code.
        2 => [list, &[0x00, 0x85], &noise(rng, 20)].concat(),
        _ => list.to_vec(),
    };
    match rng.below(12) {
        0 => {
            let at = rng.below(list.len() + 1);
            let mut bytes = frame(HEADERS, end, stream, &list[..at]);
            bytes.extend(frame(CONTINUATION, END_HEADERS, stream, &list[at..]));
            bytes
        }
        1 => {
            let (pad, claimed) = (rng.below(20) as u8, rng.below(3) as u8);
            let mut payload = vec![pad.wrapping_add(claimed)];
            payload.extend(list);
            payload.extend(vec![0; pad.into()]);
            frame(HEADERS, end | END_HEADERS | 0x08, stream, &payload)
        }
        2 => {
            let mut payload = (rng.bits() as u32).to_be_bytes().to_vec();
            payload.push(3);
            payload.extend(list);
            frame(HEADERS, end | END_HEADERS | 0x20, stream, &payload)
        }
        _ => frame(HEADERS, end | END_HEADERS, stream, &list),
    }
}

fn body(rng: &mut Rng) -> Vec<u8> {
    match rng.below(9) {
        0 => Vec::new(),
        1 => vec![1, 0, 0, 0, 0],
        2 => vec![2, 0, 0, 0, 0],
        3 => vec![0, 0xff, 0xff, 0xff, 0xff],
        4 => vec![1, 0, 0, 0, 4, 0x1f, 0x8b, 8, 0],
        5 => vec![0, 0, 0, 0, 9, 10],
        6 => noise(rng, 60),
        // One message, which may not be one.
        7 => {
            let message = noise(rng, 60);
            [&[0, 0, 0, 0, message.len() as u8], message.as_slice()].concat()
        }
        _ => vec![0, 0, 0, 0, 0],
    }
}

/// An answer to one call; it always ends, if only with the connection.
fn random_answer(rng: &mut Rng, stream: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    if rng.below(20) == 0 {
        let status = pick(rng, &["100", "101", "103", "199"]);
        bytes.extend(headers(rng, 0, stream, &list(&[header(":status", status)])));
    }
    let mut first = vec![header(":status", pick(rng, &STATUS))];
    if rng.below(8) > 0 {
        first.push(header("content-type", "application/grpc"));
    }
    if rng.below(2) == 0 {
        first.extend(metadata(rng));
    }
    let only = rng.below(4) == 0;
    bytes.extend(headers(rng, u8::from(only) * END_STREAM, stream, &list(&first)));
    if only {
        return bytes;
    }
    for _ in 0..rng.below(3) {
        let body = body(rng);
        bytes.extend(frame(DATA, 0, stream, &body));
    }
    let end = match rng.below(12) {
        0 => frame(DATA, END_STREAM, stream, &body(rng)),
        1 => frame(RESET, 0, stream, &(rng.below(16) as u32).to_be_bytes()),
        2 => frame(GO_AWAY, 0, 0, &[[0; 4], (rng.below(16) as u32).to_be_bytes()].concat()),
        3 => frame(
            PUSH_PROMISE,
            END_HEADERS,
            stream,
            &[&[0, 0, 0, 2], list(&metadata(rng)).as_slice()].concat(),
        ),
        4 => frame(WINDOW_UPDATE, 0, stream, &[0x7f, 0xff, 0xff, 0xff]),
        5 => frame(SETTINGS, 0, 0, &noise(rng, 18)),
        6 => frame(rng.bits() as u8, rng.bits() as u8, stream, &noise(rng, 30)),
        _ => Vec::new(),
    };
    bytes.extend(end);
    let trailers = list(&metadata(rng));
    bytes.extend(headers(rng, END_STREAM, stream, &trailers));
    if rng.below(10) == 0 {
        bytes.extend(frame(RESET, 0, stream, &[0, 0, 0, 8]));
    }
    bytes
}

#[test]
#[expect(clippy::print_stdout, reason = "says how long so many answers take")]
fn no_answer_panics() {
    let wanted = std::env::var("TEMPOCTL_GRPC_ANSWERS").map_or(400, |text| text.parse::<u64>().unwrap());
    let started = Instant::now();
    let number = Rc::new(Cell::new(0));
    let (asked, made) = (number.clone(), Rc::new(Cell::new(0_u64)));
    let counted = made.clone();
    let panics = panics_of(async move {
        let answering = number.clone();
        let connect = listen(move |stream| {
            counted.set(counted.get() + 1);
            random_answer(&mut Rng::for_trace(20_261_122, answering.get()), stream)
        })
        .await;
        for this in 0..wanted {
            number.set(this);
            let each = CALLS[this as usize % CALLS.len()];
            let began = Instant::now();
            // Whatever it is called, an answer or a failure, it comes in time.
            let _ = call(each, &connect).await;
            let took = began.elapsed();
            assert!(
                took < DEADLINE + Duration::from_secs(1),
                "answer {this}, {each:?}: {took:?}"
            );
            if PANICS.with(|panics| !panics.borrow().is_empty()) {
                return;
            }
        }
    });
    assert_eq!(
        panics,
        [""; 0],
        "answer {} ({:?})",
        asked.get(),
        CALLS[asked.get() as usize % CALLS.len()]
    );
    assert!(made.get() >= wanted, "{} answers for {wanted} calls", made.get());
    println!("{} answers in {:.1} s", made.get(), started.elapsed().as_secs_f64());
}
