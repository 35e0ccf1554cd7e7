//! The waterfall as it looks, and what holds for any trace: it is drawn without panic, nothing in it steers the terminal,
//! every span is shown once or counted in the row that stands for it.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use telemetry::load::encode::otlp_json::write_document;
use telemetry::model::trace::{SpanId, Trace};
use telemetry::model::waterfall_layout::{RowSubject, WaterfallView};
use telemetry::parse::traces;
use telemetry::shape::{analyze_trace, compare_traces};
use tempoctl::render::Style;
use tempoctl::render::sanitize;
use tempoctl::render::search::{render_span_lines, render_spans_csv, render_trace_json};
use tempoctl::render::waterfall::{WaterfallOptions, render_waterfall};
use tempoctl::render::wrap::count_columns;

use crate::render::without_colour;
use crate::search_traces::{self as made, Maker};

pub fn read(trace: &Maker) -> Trace {
    let text = trace.otlp().to_string();
    let (mut traces, _) = traces::parse_traces(text.as_bytes()).unwrap();
    assert_eq!(traces.len(), 1);
    traces.remove(0)
}

fn style(width: usize) -> Style {
    Style {
        width,
        color: false,
        unicode: true,
    }
}

fn draw(trace: &Trace, view: WaterfallView, style: Style) -> String {
    render_waterfall(trace, &analyze_trace(trace, view), WaterfallOptions::default(), style)
}

/// The same trace at the three widths, in Unicode and in ASCII.
fn plain(trace: &Maker) -> String {
    let trace = read(trace);
    let mut out = String::new();
    for unicode in [true, false] {
        for width in [80, 120, 200] {
            let text = draw(
                &trace,
                WaterfallView::default(),
                Style {
                    unicode,
                    ..style(width)
                },
            );
            for line in text.lines() {
                assert!(count_columns(line) <= width, "{width}: {line}");
            }
            assert!(unicode || text.is_ascii(), "{text}");
            out.push_str(&format!(
                "-- {width} columns{}\n{text}",
                if unicode { "" } else { ", ASCII" }
            ));
        }
    }
    out
}

/// The same in colour; without its colours it is what it is without colour.
fn coloured(trace: &Maker) -> String {
    let trace = read(trace);
    let mut out = String::new();
    for width in [80, 120, 200] {
        let style = style(width);
        let text = draw(&trace, WaterfallView::default(), Style { color: true, ..style });
        assert_eq!(without_colour(&text), draw(&trace, WaterfallView::default(), style));
        out.push_str(&format!("-- {width} columns\n{}", text.replace('\u{1b}', "^")));
    }
    out
}

macro_rules! looks {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), plain(&made::$name()));
            insta::assert_snapshot!(concat!(stringify!($name), "_in_colour"), coloured(&made::$name()));
        }
    )*};
}

looks!(
    checkout,
    async_tail,
    siblings,
    missing_parent,
    two_roots,
    zero_length,
    skewed
);

/// Of a hundred thousand spans a digest: how much there is, how it begins and ends, and a sum over all of it.
#[test]
fn a_hundred_thousand_spans() {
    let trace = read(&made::large(100_000));
    let mut out = String::new();
    for (width, unicode, color) in [(80, true, false), (120, true, true), (200, false, false)] {
        let style = Style { width, unicode, color };
        let shape = analyze_trace(&trace, WaterfallView::default());
        let counted: u32 = shape.rows.iter().map(|row| row.stands_for).sum();
        assert_eq!(counted, 100_000);
        let text = render_waterfall(&trace, &shape, WaterfallOptions::default(), style);
        let lines: Vec<&str> = text.lines().collect();
        let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        out.push_str(&format!(
            "-- {width} columns, {} rows, {} lines, sum {sum:016x}\n",
            shape.rows.len(),
            lines.len()
        ));
        for line in lines.iter().take(8).chain(lines.iter().rev().take(5).rev()) {
            out.push_str(&format!("{}\n", line.replace('\u{1b}', "^")));
        }
    }
    insta::assert_snapshot!("a_hundred_thousand_spans", out);
}

#[test]
fn details_show_types_and_each_resource_once() {
    let trace = read(&made::checkout());
    let options = WaterfallOptions {
        verbose: true,
        whole: true,
    };
    let text = render_waterfall(
        &trace,
        &analyze_trace(&trace, WaterfallView::default()),
        options,
        style(100),
    );
    insta::assert_snapshot!("details", text);
    for once in ["\"cart-1\"", "resource frontend"] {
        assert_eq!(text.matches(once).count(), 1, "{once}");
    }
}

#[test]
fn a_part_of_it_is_what_was_asked_for() {
    let trace = read(&made::checkout());
    let call = trace
        .spans
        .iter()
        .find(|span| &*span.name == "GET cart:8080")
        .unwrap()
        .id;
    let focus = WaterfallView {
        focus: Some(call),
        ..WaterfallView::default()
    };
    let shallow = WaterfallView {
        depth: Some(2),
        ..WaterfallView::default()
    };
    let all = WaterfallView {
        collapse: 0,
        ..WaterfallView::default()
    };
    let few = WaterfallView {
        rows: 4,
        ..WaterfallView::default()
    };
    let text = [focus, shallow, few]
        .map(|view| draw(&trace, view, style(100)))
        .join("\n");
    insta::assert_snapshot!("parts", text);
    assert_eq!(
        draw(&trace, all, style(100)).matches("SELECT items").count(),
        41,
        "40 rows and the critical path"
    );
}

#[test]
fn nothing_is_cut_where_nobody_looks_at_a_terminal() {
    let long = "GET /a/path/that/is/far/too/long/for/the/columns/that/eighty/columns/leave/for/it";
    let mut trace = Maker::new("1");
    let root = trace.span(made::piece(
        "frontend-of-the-shop-in-the-second-region",
        long,
        made::SERVER,
        0.0,
        10.0,
    ));
    trace.span(
        made::piece("b", long, made::CLIENT, 1.0, 5.0)
            .below(root)
            .failing(&"why ".repeat(50)),
    );
    let trace = read(&trace);
    let shape = analyze_trace(&trace, WaterfallView::default());
    let whole = render_waterfall(
        &trace,
        &shape,
        WaterfallOptions {
            whole: true,
            ..WaterfallOptions::default()
        },
        style(80),
    );
    assert_eq!(whole.matches(long).count(), 5, "rows, head and path: {whole}");
    assert_eq!(whole.matches("why").count(), 50, "{whole}");
    assert!(whole.contains("frontend-of-the-shop-in-the-second-region  "), "{whole}");
    let cut = render_waterfall(&trace, &shape, WaterfallOptions::default(), style(80));
    assert!(cut.contains('…') && cut.matches("why").count() < 50, "{cut}");
}

#[test]
fn two_traces_differ_where_they_do() {
    let (before, mut after) = (read(&made::checkout()), read(&made::checkout()));
    let slow = after.spans.iter_mut().find(|span| &*span.name == "verify jwt").unwrap();
    slow.end_ns += 500_000_000;
    after.spans.retain(|span| &*span.name != "render cart.html");
    let found = compare_traces(&before, &after);
    let text = tempoctl::render::search::render_diff(before.id, after.id, &found, false, style(100));
    insta::assert_snapshot!("diff", text);
    assert!(compare_traces(&before, &before).rows.iter().all(|row| row.a == row.b));
}

// Any trace.

/// Ids from a small set, so that parents, duplicates and circles come about.
fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0u8..12).prop_map(|number| format!("{number:016x}")),
        1 => Just(String::new()),
        1 => "\\PC{0,20}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z /]{0,20}",
        2 => any::<String>(),
        1 => Just("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gpj.exe\r\n\u{2028}".to_owned()),
        1 => "[\u{3040}-\u{30ff}\u{4e00}-\u{4fff}]{1,30}",
        1 => "x{200,3000}",
    ]
}

fn time() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (0u64..1_000_000).prop_map(|us| json!((1_795_334_400_000_000_000 + us * 1_000).to_string())),
        1 => any::<u64>().prop_map(|ns| json!(ns)),
        1 => Just(json!("0")),
        1 => Just(Value::Null),
        1 => Just(json!(u64::MAX.to_string())),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(|text| json!({"stringValue": text})),
        any::<i64>().prop_map(|number| json!({"intValue": number.to_string()})),
        any::<f64>()
            .prop_filter("JSON has no such number", |number| number.is_finite())
            .prop_map(|number| json!({"doubleValue": number})),
        any::<bool>().prop_map(|flag| json!({"boolValue": flag})),
        Just(json!({"bytesValue": "AAECAw=="})),
        Just(json!({})),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!({"arrayValue": {"values": items}})),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let pairs: Vec<Value> = items
                    .into_iter()
                    .map(|value| json!({"key": "k", "value": value}))
                    .collect();
                json!({"kvlistValue": {"values": pairs}})
            }),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Value> {
    prop::collection::vec((text(), value()), 0..4).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect()
    })
}

fn span() -> impl Strategy<Value = Value> {
    let events = prop::collection::vec(
        (time(), prop_oneof![Just("exception".to_owned()), text()], attributes()),
        0..3,
    );
    let links = prop::collection::vec((id(), attributes()), 0..2);
    (
        id(),
        id(),
        text(),
        0u32..8,
        time(),
        time(),
        attributes(),
        events,
        links,
        (0u32..4, text()),
    )
        .prop_map(
            |(id, parent, name, kind, start, end, attributes, events, links, (code, message))| {
                json!({
                    "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "parentSpanId": parent, "name": name,
                    "kind": kind, "startTimeUnixNano": start, "endTimeUnixNano": end, "attributes": attributes,
                    "events": events.into_iter().map(|(at, name, attributes)| {
                        json!({"timeUnixNano": at, "name": name, "attributes": attributes})
                    }).collect::<Vec<_>>(),
                    "links": links.into_iter().map(|(id, attributes)| {
                        json!({"traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": id, "attributes": attributes})
                    }).collect::<Vec<_>>(),
                    "status": {"code": code, "message": message},
                })
            },
        )
}

fn any_trace() -> impl Strategy<Value = Value> {
    prop::collection::vec((attributes(), text(), prop::collection::vec(span(), 0..12)), 1..4).prop_map(|batches| {
        let batches = batches.into_iter().map(|(attributes, service, spans)| {
            let mut attributes: Vec<Value> = attributes.as_array().unwrap().clone();
            attributes.push(json!({"key": "service.name", "value": {"stringValue": service}}));
            json!({"resource": {"attributes": attributes}, "scopeSpans": [{"spans": spans}]})
        });
        json!({"resourceSpans": batches.collect::<Vec<_>>()})
    })
}

fn any_view() -> impl Strategy<Value = WaterfallView> {
    (
        prop::option::of(0u8..12),
        prop::option::of(1u32..4),
        0usize..6,
        prop_oneof![Just(0usize), 1usize..9],
    )
        .prop_map(|(focus, depth, collapse, rows)| WaterfallView {
            focus: focus.and_then(|number| SpanId::from_hex(&format!("{number:x}"))),
            depth,
            collapse,
            rows,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_trace_is_drawn_and_every_span_is_counted(document in any_trace(), view in any_view(), width in 20usize..240, verbose in any::<bool>(), whole in any::<bool>()) {
        let (traces, _) = traces::parse_traces(document.to_string().as_bytes()).unwrap();
        for trace in &traces {
            let shape = analyze_trace(trace, view);
            let focused = view.focus.is_some_and(|id| trace.spans.iter().any(|span| span.id == id));
            let counted: u32 = shape.rows.iter().map(|row| row.stands_for).sum::<u32>() + shape.cut;
            if !focused {
                prop_assert_eq!(counted as usize, trace.spans.len());
            }
            let mut drawn = HashSet::new();
            for row in &shape.rows {
                if let RowSubject::Span(index) = row.subject {
                    prop_assert!(drawn.insert(index), "span {} is drawn twice", index);
                }
            }
            for unicode in [true, false] {
                let style = Style { width, unicode, color: false };
                let text = render_waterfall(trace, &shape, WaterfallOptions { verbose, whole }, style);
                prop_assert!(text.chars().all(|c| c == '\n' || !sanitize::is_control_sign(c)), "{:?}", text);
                prop_assert!(unicode || text.is_ascii(), "{:?}", text);
                if !whole && !verbose && width >= 60 {
                    for line in text.lines() {
                        prop_assert!(count_columns(line) <= width, "{} of {} columns: {:?}", count_columns(line), width, line);
                    }
                }
                let coloured = render_waterfall(trace, &shape, WaterfallOptions { verbose, whole }, Style { color: true, ..style });
                prop_assert_eq!(without_colour(&coloured), text);
            }
        }
    }

    #[test]
    fn any_trace_is_written_for_machines(document in any_trace()) {
        let (traces, _) = traces::parse_traces(document.to_string().as_bytes()).unwrap();
        for trace in &traces {
            let view = WaterfallView { collapse: 0, ..WaterfallView::default() };
            let shape = analyze_trace(trace, view);
            let parsed: Value = serde_json::from_str(&render_trace_json(trace, &shape)).unwrap();
            prop_assert_eq!(parsed["spans"].as_array().unwrap().len(), trace.spans.len());
            prop_assert_eq!(render_span_lines(trace, &shape).lines().count(), trace.spans.len());
            prop_assert_eq!(render_spans_csv(trace, &shape).lines().count(), trace.spans.len() + 1);
            let _ = compare_traces(trace, trace);
        }
    }

    /// What is saved is what was read.
    #[test]
    fn a_saved_trace_reads_back(document in any_trace()) {
        let (traces, _) = traces::parse_traces(document.to_string().as_bytes()).unwrap();
        for trace in &traces {
            let (back, _) = traces::parse_traces(write_document(std::slice::from_ref(trace)).as_bytes()).unwrap();
            prop_assert_eq!(back.len(), 1);
            let mut expected = trace.spans.clone();
            let mut got = back[0].spans.clone();
            // Spans of one resource stand together in the file.
            let key = |span: &telemetry::model::trace::TraceSpan| (format!("{:?}", span), span.id);
            expected.sort_by_key(key);
            got.sort_by_key(key);
            prop_assert_eq!(got, expected);
        }
    }
}

#[test]
fn a_long_chain_and_a_circle_as_long_are_drawn() {
    // Far deeper than any stack allows for calls.
    const LENGTH: u32 = 30_000;
    for circle in [false, true] {
        let spans: Vec<Value> = (1..=LENGTH)
            .map(|number| {
                let parent = match number {
                    1 if circle => LENGTH,
                    number => number - 1,
                };
                json!({"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": format!("{number:016x}"),
                    "parentSpanId": if parent == 0 { String::new() } else { format!("{parent:016x}") }, "name": "n",
                    "startTimeUnixNano": "1795334400000000000", "endTimeUnixNano": "1795334400000001000"})
            })
            .collect();
        let text = json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).to_string();
        let (traces, _) = traces::parse_traces(text.as_bytes()).unwrap();
        let shape = analyze_trace(&traces[0], WaterfallView::default());
        assert_eq!(shape.rows.iter().map(|row| row.stands_for).sum::<u32>(), LENGTH);
        assert!(draw(&traces[0], WaterfallView::default(), style(80)).lines().count() > LENGTH as usize);
        let _ = compare_traces(&traces[0], &traces[0]);
    }
}
