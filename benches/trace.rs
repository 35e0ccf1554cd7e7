//! What one trace costs after its body has arrived: reading it, working out its shape, drawing it.

#![allow(clippy::disallowed_methods, reason = "the input is its own")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, TracesData};
use prost::Message;
use telemetry::load::encode::otlp_json::write_document;
use telemetry::model::trace::Trace;
use telemetry::model::waterfall_layout::WaterfallView;
use telemetry::parse::traces;
use telemetry::shape::analyze_trace;
use tempoctl::render::Style;
use tempoctl::render::waterfall::{WaterfallOptions, render_waterfall};

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

/// An export of so many spans: pages of ten rows each, served by four services, with the attributes of a database call.
fn message(spans: u64) -> Vec<u8> {
    const START: u64 = 1_795_334_400_000_000_000;
    let services = ["orders", "cart", "users", "stock"];
    let one = |number: u64| {
        let (page, row) = (number / 11, number % 11);
        let root = number == 0;
        let parent = if row == 0 { 1 } else { page * 11 + 1 };
        let start = START + page * 5_000_000 + row * 450_000;
        Span {
            trace_id: vec![7; 16],
            span_id: (number + 1).to_be_bytes().to_vec(),
            parent_span_id: if root {
                Vec::new()
            } else {
                parent.to_be_bytes().to_vec()
            },
            name: if row == 0 {
                format!("GET /page/{page}")
            } else {
                format!("SELECT row {row}")
            },
            kind: if row == 0 { 2 } else { 3 },
            start_time_unix_nano: start,
            end_time_unix_nano: if root { START + spans * 500_000 } else { start + 400_000 },
            attributes: vec![
                text("db.system", "postgresql"),
                text(
                    "db.statement",
                    &format!("SELECT * FROM rows WHERE page = {page} AND id = {row}"),
                ),
                text("peer.service", "postgres"),
                KeyValue {
                    key: "db.rows".to_owned(),
                    value: Some(AnyValue {
                        value: Some(Value::IntValue(row as i64)),
                    }),
                    ..KeyValue::default()
                },
            ],
            ..Span::default()
        }
    };
    let of_service = |service: usize| ResourceSpans {
        resource: Some(Resource {
            attributes: vec![text("service.name", services[service])],
            ..Resource::default()
        }),
        scope_spans: vec![ScopeSpans {
            spans: (0..spans)
                .filter(|number| (number / 11) as usize % services.len() == service)
                .map(one)
                .collect(),
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    };
    TracesData {
        resource_spans: (0..services.len()).map(of_service).collect(),
    }
    .encode_to_vec()
}

fn read(body: &[u8]) -> Trace {
    let (mut found, _) = traces::parse_traces(body).expect("a trace");
    found.remove(0)
}

fn trace(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trace");
    group.sample_size(10);
    for spans in [10_000, 100_000] {
        let protobuf = message(spans);
        let trace = read(&protobuf);
        assert_eq!(trace.spans.len() as u64, spans);
        let json = write_document(std::slice::from_ref(&trace));
        group.bench_with_input(
            BenchmarkId::new("read OTLP protobuf", spans),
            &protobuf,
            |bencher, body| {
                bencher.iter(|| traces::parse_v1_protobuf(body, &mut { u64::MAX }));
            },
        );
        group.bench_with_input(BenchmarkId::new("read OTLP JSON", spans), &json, |bencher, body| {
            bencher.iter(|| traces::parse_traces(body.as_bytes()));
        });
        group.bench_with_input(
            BenchmarkId::new("work out the shape", spans),
            &trace,
            |bencher, trace| {
                bencher.iter(|| analyze_trace(trace, WaterfallView::default()));
            },
        );
        // Every span in a row of its own is the most that can be drawn.
        let view = WaterfallView {
            collapse: 0,
            ..WaterfallView::default()
        };
        let rows = analyze_trace(&trace, view);
        let style = Style {
            width: 120,
            color: true,
            unicode: true,
        };
        group.bench_with_input(BenchmarkId::new("draw every span", spans), &trace, |bencher, trace| {
            bencher.iter(|| render_waterfall(trace, &rows, WaterfallOptions::default(), style));
        });
    }
    group.finish();
}

criterion_group!(benches, trace);
criterion_main!(benches);
