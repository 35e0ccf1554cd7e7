//! How every parser of foreign input grows: its time for an input, twice and four times as much of it. Work on what others write
//! is linear; what is not is cut off at a bound. `cargo bench --bench readers`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "the input is its own"
)]

#[path = "../tests/fuzz/parsers.rs"]
mod parsers;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A parser, what grows in its input, how many of it, and the input.
struct Growth {
    parser: &'static str,
    what: &'static str,
    base: usize,
    build: fn(usize) -> String,
}

const fn grows(parser: &'static str, what: &'static str, base: usize, build: fn(usize) -> String) -> Growth {
    Growth {
        parser,
        what,
        base,
        build,
    }
}

const GROWTHS: [Growth; 21] = [
    grows("traces", "spans", 10_000, |count| build_trace(count, 2)),
    grows("traces", "attributes of one span", 20_000, |count| {
        build_trace(1, count)
    }),
    grows("traces", "nested values", 2_000, |count| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"attributes":[{{"key":"a","value":{}{}}}]}}]}}]}}]}}"#,
            r#"{"arrayValue":{"values":["#.repeat(count),
            "]}}".repeat(count)
        )
    }),
    grows("prometheus", "series", 10_000, |count| {
        let series = repeat(count, ",", |n| {
            format!(r#"{{"metric":{{"__name__":"m","service":"s{n}"}},"values":[[1.5,"{n}"],[2.5,"1"]]}}"#)
        });
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{series}]}}}}"#)
    }),
    grows("tempo", "hits", 10_000, |count| {
        let hits = repeat(count, ",", |n| {
            format!(r#"{{"traceID":"{n:032x}","rootServiceName":"s{n}","startTimeUnixNano":"1","durationMs":3}}"#)
        });
        format!(r#"{{"traces":[{hits}]}}"#)
    }),
    grows("tempo", "words of an error", 20_000, |count| {
        "invalid TraceQL query: parse error at line 1 ".repeat(count)
    }),
    grows("metrics", "samples", 20_000, |count| {
        repeat(count, "\n", |n| {
            format!("tempo_distributor_spans_received_total{{tenant=\"t{n}\"}} {n}")
        })
    }),
    grows("logs", "lines of one shape", 20_000, |count| {
        repeat(count, "\n", |n| {
            format!("ts=2026-11-22T11:54:07Z level=warn msg=\"it failed\" id={n} err=\"timeout\"")
        })
    }),
    grows("logs", "lines of many shapes", 10_000, |count| {
        repeat(count, "\n", |n| {
            format!("level=info msg=\"{} done\" key{n}=1", "word ".repeat(n % 97))
        })
    }),
    grows("logs", "length of one line", 500_000, |count| {
        format!("level=error err=\"{}\"", "a \\\"".repeat(count / 4))
    }),
    grows("yaml", "keys", 5_000, |count| {
        repeat(count, "\n", |n| format!("key{n}: {{a: [1, 2], b: \"${{X}}\"}}"))
    }),
    grows("yaml", "aliases", 2_000, |count| {
        format!("a: &a {{x: 1}}\n{}", repeat(count, "\n", |n| format!("k{n}: *a")))
    }),
    grows("yaml", "depth", 2_000, |count| "[".repeat(count)),
    grows("compose", "services", 1_000, |count| {
        let services = repeat(count, "\n", |n| {
            format!(
                "  s{n}:\n    image: grafana/tempo:2.9.0\n    depends_on: [s0]\n    environment: {{A: b, OTEL_SERVICE_NAME: s{n}}}"
            )
        });
        format!("services:\n{services}\n")
    }),
    grows("dashboard", "panels", 2_000, |count| {
        let panels = repeat(count, ",", |n| {
            format!(r#"{{"id":{n},"type":"timeseries","title":"p{n}","targets":[{{"expr":"sum(rate(m{n}[5m]))"}}]}}"#)
        });
        format!(r#"{{"title":"d","panels":[{panels}]}}"#)
    }),
    grows("promql", "operands", 500, |count| {
        repeat(count, " + ", |n| format!("rate(m{n}{{a=\"b\"}}[5m])"))
    }),
    grows("promql", "parentheses", 500, |count| {
        format!("{}1{}", "(".repeat(count), ")".repeat(count))
    }),
    grows("traceql", "conditions", 500, |count| {
        format!("{{ {} }}", repeat(count, " && ", |n| format!(".a{n} = \"b\"")))
    }),
    grows("scenario", "spans", 500, |count| {
        repeat(count, "\n", |n| {
            format!("[[span]]\nname = \"s{n}\"\nservice = \"a\"\nduration = \"1ms\"\n")
        })
    }),
    grows("environment", "variables", 10_000, |count| {
        repeat(count, "\0", |n| format!("OTEL_X{n}=http://a:b@host/{n}"))
    }),
    grows("words", "pairs", 5_000, |count| {
        repeat(count, ",", |n| format!("key{n}=value%20{n}"))
    }),
];

fn main() {
    println!(
        "{:13} {:24} {:>8} {:>12} {:>8} {:>8}",
        "parser", "what grows", "base", "time", "2 ×", "4 ×"
    );
    for growth in &GROWTHS {
        let parser = parsers::PARSERS
            .iter()
            .find(|parser| parser.name == growth.parser)
            .expect("a parser");
        let [once, twice, four] = [1, 2, 4].map(|times| measure(parser.run, &(growth.build)(growth.base * times)));
        let ratio = |time: Duration| time.as_secs_f64() / once.as_secs_f64().max(1e-9);
        println!(
            "{:13} {:24} {:>8} {:>12} {:>8.1} {:>8.1}",
            growth.parser,
            growth.what,
            growth.base,
            format!("{once:.1?}"),
            ratio(twice),
            ratio(four)
        );
    }
}

/// The best of three runs.
fn measure(run: fn(&[u8]), input: &str) -> Duration {
    let once = || {
        let begun = Instant::now();
        run(input.as_bytes());
        begun.elapsed()
    };
    [once(), once(), once()].into_iter().min().unwrap_or_default()
}

fn repeat(count: usize, between: &str, build: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(text, "{}{}", if number == 0 { "" } else { between }, build(number));
    }
    text
}

fn build_trace(spans: usize, attributes: usize) -> String {
    let attributes = repeat(attributes, ",", |n| {
        format!(r#"{{"key":"k{n}","value":{{"stringValue":"v{n}"}}}}"#)
    });
    let spans = repeat(spans, ",", |n| {
        let id = n + 1;
        format!(
            r#"{{"traceId":"{:032x}","spanId":"{id:016x}","parentSpanId":"{:016x}","name":"s","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{attributes}]}}"#,
            7,
            id / 2
        )
    });
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#)
}
