//! What doctor itself costs, without the network: reading Tempo's counters, judging a run's evidence, drawing the report.

#![allow(clippy::disallowed_methods, reason = "the input is its own")]

use criterion::{Criterion, criterion_group, criterion_main};
use doctor::diagnose::diagnose_evidence;
use telemetry::model::evidence::Evidence;
use telemetry::parse::exposition;
use tempoctl::render::{self, Style};

/// A run against the lab, as `doctor --save` wrote it.
fn evidence() -> Evidence {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/evidence.json");
    let text = std::fs::read_to_string(path).expect("benches/evidence.json");
    serde_json::from_str(&text).expect("evidence of this version")
}

/// An exposition of the size of a real Tempo's: some 2,500 lines, most of them not kept.
fn metrics() -> String {
    let mut text = String::new();
    for index in 0..2_500 {
        let kept = index % 10 == 0;
        let name = if kept {
            "tempo_discarded_spans_total"
        } else {
            "tempo_request_duration_seconds_bucket"
        };
        text.push_str(&format!(
            "{name}{{method=\"GET\",route=\"api_search\",status_code=\"200\",le=\"{index}\",tenant=\"single-tenant\"}} {index}\n"
        ));
    }
    text
}

fn judge(criterion: &mut Criterion) {
    let text = metrics();
    criterion.bench_function("read 2,500 lines of counters", |bencher| {
        bencher.iter(|| exposition::parse_exposition(std::hint::black_box(&text)));
    });
    let evidence = evidence();
    criterion.bench_function("judge one run", |bencher| {
        bencher.iter(|| diagnose_evidence(std::hint::black_box(&evidence)));
    });
    let report = diagnose_evidence(&evidence);
    criterion.bench_function("draw one report", |bencher| {
        bencher.iter(|| render::doctor::render_human(std::hint::black_box(&report), Style::PLAIN, true));
    });
}

criterion_group!(benches, judge);
criterion_main!(benches);
