//! Traces that tests draw: small programs' traces as OTLP, each with something to see.

use serde_json::{Value, json};

/// When the traces begin: 2026-11-22 08:00:00 UTC.
pub const EPOCH: u64 = 1_795_334_400_000_000_000;
const MS: f64 = 1e6;

/// A trace while it is made.
pub struct Maker {
    id: String,
    services: Vec<(String, Vec<Value>)>,
    spans: u64,
}

/// A span to be.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    pub service: &'a str,
    pub name: &'a str,
    pub kind: u32,
    pub at_ms: f64,
    pub took_ms: f64,
    pub parent: Option<u64>,
    pub error: Option<&'a str>,
}

pub const INTERNAL: u32 = 1;
pub const SERVER: u32 = 2;
pub const CLIENT: u32 = 3;
pub const PRODUCER: u32 = 4;
pub const CONSUMER: u32 = 5;

impl Maker {
    pub fn new(id: &str) -> Maker {
        Maker {
            id: format!("{id:0>32}"),
            services: Vec::new(),
            spans: 0,
        }
    }

    /// Adds a span and returns its number, by which others name it as their parent.
    pub fn span(&mut self, piece: Piece<'_>) -> u64 {
        self.spans += 1;
        self.with(self.spans, piece, json!({}))
    }

    /// The same with an id of its own and more fields.
    pub fn with(&mut self, number: u64, piece: Piece<'_>, more: Value) -> u64 {
        let start = EPOCH as i128 + (piece.at_ms * MS) as i128;
        let mut span = json!({
            "traceId": self.id,
            "spanId": format!("{number:016x}"),
            "name": piece.name,
            "kind": piece.kind,
            "startTimeUnixNano": start.to_string(),
            "endTimeUnixNano": (start + (piece.took_ms * MS) as i128).to_string(),
            "attributes": [{"key": "span.number", "value": {"intValue": number.to_string()}}],
            "status": {},
        });
        if let Some(parent) = piece.parent {
            span["parentSpanId"] = format!("{parent:016x}").into();
        }
        if let Some(error) = piece.error {
            span["status"] = json!({"code": 2, "message": error});
        }
        if let (Some(span), Value::Object(more)) = (span.as_object_mut(), more) {
            span.extend(more);
        }
        match self.services.iter_mut().find(|(service, _)| service == piece.service) {
            Some((_, spans)) => spans.push(span),
            None => self.services.push((piece.service.to_owned(), vec![span])),
        }
        number
    }

    /// OTLP JSON.
    pub fn otlp(&self) -> Value {
        let batches = self.services.iter().map(|(service, spans)| {
            json!({
                "resource": {"attributes": [
                    {"key": "service.name", "value": {"stringValue": service}},
                    {"key": "host.name", "value": {"stringValue": format!("{service}-1")}},
                ]},
                "scopeSpans": [{"scope": {"name": "shop", "version": "1.2.0"}, "spans": spans}],
            })
        });
        json!({"resourceSpans": batches.collect::<Vec<_>>()})
    }
}

/// A request that goes through several services and ends in an error.
pub fn checkout() -> Maker {
    let mut trace = Maker::new("981295a0c63630945d9ebf5cd804990c");
    let root = trace.with(
        1000,
        piece("frontend", "GET /cart", SERVER, 0.0, 1204.0).failing("upstream failed"),
        json!({"events": [{"timeUnixNano": (EPOCH + 120_000_000).to_string(), "name": "session restored",
            "attributes": [{"key": "age_s", "value": {"intValue": "312"}}]}],
            "links": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331"}]}),
    );
    let verify = trace.span(piece("frontend", "POST auth:8080/verify", CLIENT, 4.0, 62.0).below(root));
    let served = trace.span(piece("auth", "POST /verify", SERVER, 7.0, 55.0).below(verify));
    trace.span(piece("auth", "GET session", CLIENT, 9.0, 13.2).below(served));
    trace.span(piece("auth", "verify jwt", INTERNAL, 23.0, 37.0).below(served));
    let call = trace.span(
        piece("frontend", "GET cart:8080", CLIENT, 70.0, 1118.0)
            .below(root)
            .failing("502 Bad Gateway"),
    );
    let cart = trace.span(
        piece("cart", "GET /cart", SERVER, 73.0, 1110.0)
            .below(call)
            .failing("pricing failed"),
    );
    for item in 0..40 {
        let took = 15.0 + f64::from(item % 7);
        trace.span(piece("cart", "SELECT items", CLIENT, 80.0 + f64::from(item) * 19.5, took).below(cart));
    }
    trace.with(
        2000,
        piece("cart", "POST pricing", CLIENT, 868.0, 301.0)
            .below(cart)
            .failing("connection refused"),
        json!({"events": [{"timeUnixNano": (EPOCH + 1_150_000_000).to_string(), "name": "exception", "attributes": [
            {"key": "exception.type", "value": {"stringValue": "ConnectError"}},
            {"key": "exception.message", "value": {"stringValue": "connection refused (pricing:8080)"}},
        ]}]}),
    );
    trace.span(piece("frontend", "render cart.html", INTERNAL, 1190.0, 12.5).below(root));
    trace
}

/// A request that is over soon, and a mail that is sent half a minute later.
pub fn async_tail() -> Maker {
    let mut trace = Maker::new("25f6e10f206a90fc55892c297db6a240");
    let root = trace.span(piece("frontend", "POST /order", SERVER, 0.0, 310.0));
    let call = trace.span(piece("frontend", "POST orders:8080", CLIENT, 5.0, 298.0).below(root));
    let order = trace.span(piece("orders", "POST /order", SERVER, 8.0, 291.0).below(call));
    trace.span(piece("orders", "INSERT orders", CLIENT, 14.0, 42.0).below(order));
    let sent = trace.span(piece("orders", "orders.created publish", PRODUCER, 280.0, 6.0).below(order));
    let mail = trace.span(piece("mailer", "orders.created process", CONSUMER, 31_000.0, 900.0).below(sent));
    trace.span(piece("mailer", "render mail", INTERNAL, 31_010.0, 120.0).below(mail));
    trace.span(piece("mailer", "smtp send", CLIENT, 31_140.0, 740.0).below(mail));
    trace
}

/// Five hundred calls of one kind, some of which fail.
pub fn siblings() -> Maker {
    let mut trace = Maker::new("c4f0a0eacb4e8d13481d231ea5b54050");
    let root = trace.span(piece("batch", "reindex", INTERNAL, 0.0, 1_100.0));
    for index in 0..500 {
        let took = if index % 50 == 0 {
            30.0
        } else {
            1.0 + f64::from(index % 10) / 10.0
        };
        let call = piece("batch", "PUT search:9200/doc", CLIENT, f64::from(index) * 2.2, took).below(root);
        trace.span(if index % 83 == 7 {
            call.failing("429 Too Many Requests")
        } else {
            call
        });
    }
    trace
}

/// A service whose caller's span never arrived.
pub fn missing_parent() -> Maker {
    let mut trace = Maker::new("45980e9409c4ec4b2717776d6771150c");
    let root = trace.span(piece("frontend", "GET /", SERVER, 0.0, 90.0));
    trace.span(piece("frontend", "GET api", CLIENT, 5.0, 80.0).below(root));
    let list = trace.span(piece("api", "GET /list", SERVER, 10.0, 60.0).below(0xdead_beef));
    trace.span(piece("api", "SELECT list", CLIENT, 15.0, 40.0).below(list));
    trace
}

/// Two requests in one trace.
pub fn two_roots() -> Maker {
    let mut trace = Maker::new("8d686e4853aa69eb48f9c599c4abbf86");
    for (name, at) in [("nightly", 0.0), ("nightly retry", 70.0)] {
        let root = trace.span(piece("cron", name, INTERNAL, at, 50.0));
        trace.span(piece("cron", "load", INTERNAL, at + 5.0, 30.0).below(root));
    }
    trace
}

/// Spans that take no time.
pub fn zero_length() -> Maker {
    let mut trace = Maker::new("42602a9aea9c06ce3e791af50c507ffe");
    let root = trace.span(piece("cache", "GET key", INTERNAL, 0.0, 10.0));
    for index in 0..4 {
        let name = format!("tick {index}");
        trace.span(piece("cache", &name, INTERNAL, f64::from(index) * 3.0, 0.0).below(root));
    }
    trace
}

/// A server whose clock is 35 ms behind its caller's.
pub fn skewed() -> Maker {
    let mut trace = Maker::new("0a140e50204733e9e5a321078231b1f2");
    let root = trace.span(piece("gateway", "GET /quote", SERVER, 0.0, 120.0));
    let call = trace.span(piece("gateway", "GET quotes:8080", CLIENT, 5.0, 110.0).below(root));
    let quote = trace.span(piece("quotes", "GET /quote", SERVER, -30.0, 100.0).below(call));
    trace.span(piece("quotes", "SELECT quotes", CLIENT, -25.0, 80.0).below(quote));
    trace
}

/// An export of so many spans: pages of ten rows each, served by four services.
pub fn large(spans: usize) -> Maker {
    let mut trace = Maker::new("b16b00b5000000000000000000000001");
    let root = trace.span(piece("frontend", "GET /export", SERVER, 0.0, 60_000.0));
    let services = ["orders", "cart", "users", "stock"];
    let step = 59_000.0 / (spans as f64 / 11.0);
    let mut page = 0;
    while (trace.spans as usize) < spans {
        let service = services[page % services.len()];
        let at = page as f64 * step;
        let name = format!("GET /page/{}", page % 50);
        let served = trace.span(piece(service, &name, SERVER, at, 50.0).below(root));
        for row in 0..10.min(spans - trace.spans as usize) {
            let call = piece(service, "SELECT row", CLIENT, at + row as f64 * 4.5, 4.0).below(served);
            let number = trace.spans + 1;
            trace.spans = number;
            trace.with(
                number,
                call,
                json!({"attributes": [
                    {"key": "db.system", "value": {"stringValue": "postgresql"}},
                    {"key": "db.statement", "value": {"stringValue": format!("SELECT * FROM rows WHERE page = {page} AND id = {row}")}},
                    {"key": "db.rows", "value": {"intValue": row.to_string()}},
                    {"key": "peer.service", "value": {"stringValue": "postgres"}},
                    {"key": "thread.id", "value": {"intValue": (page % 16).to_string()}},
                ]}),
            );
        }
        page += 1;
    }
    trace
}

pub fn piece<'a>(service: &'a str, name: &'a str, kind: u32, at_ms: f64, took_ms: f64) -> Piece<'a> {
    Piece {
        service,
        name,
        kind,
        at_ms,
        took_ms,
        parent: None,
        error: None,
    }
}

impl<'a> Piece<'a> {
    pub fn below(self, parent: u64) -> Piece<'a> {
        Piece {
            parent: Some(parent),
            ..self
        }
    }

    pub fn failing(self, error: &'a str) -> Piece<'a> {
        Piece {
            error: Some(error),
            ..self
        }
    }
}
