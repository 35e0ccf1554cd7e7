//! How `tempoctl metrics` looks: snapshots at several widths, and what holds for any table, graph, chart and reading.

use jiff::Timestamp;
use proptest::prelude::*;
use telemetry::model::health::{HealthReading, HealthReport, ReadingUnit, ThresholdStatus};
use telemetry::model::plot::{Plot, PlotSeries};
use telemetry::model::red::{
    CauseNote, EmptyResult, Quantiles, RedGrouping, RedRow, RedSource, RedTable, ServiceGraph, ServiceGraphEdge,
    SlowestTrace, TrendSteps,
};
use telemetry::model::tempo::ScrapeSource;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::SpanKind;
use tempoctl::render::Style;
use tempoctl::render::metrics::{MetricsPage, graph, health, json, plot, table};
use tempoctl::render::wrap::count_columns;

use crate::metrics_shape::valid;

fn window() -> TimeWindow {
    let to: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    TimeWindow {
        from: to - std::time::Duration::from_secs(3_600),
        to,
    }
}

fn page(width: Option<usize>, unicode: bool) -> MetricsPage {
    MetricsPage {
        style: Style {
            width: width.unwrap_or(80),
            color: false,
            unicode,
        },
        width,
        ends_now: true,
    }
}

fn row(service: &str, operation: Option<&str>, rate: f64, errors: f64, p95: f64, kind: SpanKind) -> RedRow {
    let wave = |at: usize| Some(rate * (1.0 + (at as f64 / 6.0).sin() / 2.0));
    RedRow {
        service: service.to_owned(),
        operation: operation.map(str::to_owned),
        kind,
        spans: rate * 3_600.0,
        rate,
        error_ratio: Some(errors),
        quantiles: Quantiles {
            p50: Some(p95 / 4.0),
            p95: Some(p95),
            p99: Some(p95 * 2.5),
        },
        trend: (0..60).map(|at| if at < 8 { None } else { wave(at) }).collect(),
        slowest: Some(SlowestTrace {
            trace_id: "981295a0c63630945d9ebf5cd804990c".to_owned(),
            seconds: p95 * 3.0,
        }),
    }
}

fn sample(rows: Vec<RedRow>, grouping: RedGrouping) -> RedTable {
    RedTable {
        window: window(),
        source: RedSource::Prometheus,
        read: "traces_spanmetrics_*".to_owned(),
        grouping,
        steps: TrendSteps {
            first: window().start_s() + 60.0,
            step: 60.0,
            count: 60,
        },
        total: rows.len(),
        rows,
        data_from: Some(window().start_s() + 480.0),
        notes: vec![CauseNote::with_cause(
            "sm-server-only-table",
            "No server spans, so all spans are counted: worker.",
        )],
        empty: None,
    }
}

fn services() -> RedTable {
    let rows = vec![
        row("frontend", None, 12.1, 0.008, 0.31, SpanKind::Server),
        row("orders", None, 3.9, 0.041, 0.42, SpanKind::Server),
        row("worker", None, 0.004, 0.0, 12.5, SpanKind::Internal),
    ];
    sample(rows, RedGrouping::Service)
}

fn operations() -> RedTable {
    let rows = vec![
        row(
            "frontend",
            Some("GET /checkout/{cartId}/items"),
            12.1,
            0.008,
            0.31,
            SpanKind::Server,
        ),
        row("orders", Some("SELECT orders"), 3.9, 0.0, 0.0042, SpanKind::Client),
    ];
    sample(rows, RedGrouping::Operation)
}

fn edges() -> ServiceGraph {
    let edge = |client: &str, server: &str, kind: &str, errors: f64| ServiceGraphEdge {
        client: client.to_owned(),
        server: server.to_owned(),
        connection_type: kind.to_owned(),
        rate: 3.9,
        error_ratio: Some(errors),
        p95: Some(0.42),
        p95_within: false,
    };
    ServiceGraph {
        window: window(),
        read: "traces_service_graph_*".to_owned(),
        edges: vec![
            edge("user", "frontend", "virtual_node", 0.0),
            edge("frontend", "orders", "", 0.041),
            edge("frontend", "cart", "", 0.0),
            edge("orders", "orders", "database", 0.0),
            edge("cart", "orders", "", 0.0),
        ],
        total: 5,
        data_from: None,
        notes: Vec::new(),
        empty: None,
    }
}

fn reading(id: &'static str, title: &str, value: f64, unit: ReadingUnit, standing: ThresholdStatus) -> HealthReading {
    let over = standing > ThresholdStatus::Good;
    HealthReading {
        id,
        part: "ingest",
        title: title.to_owned(),
        metric: "tempo_x".to_owned(),
        value: Some(value),
        unit,
        detail: "1,022 in 60 min".to_owned(),
        threshold: over.then(|| "> 2 an hour".to_owned()),
        alert: (standing == ThresholdStatus::Exceeded).then_some("TempoPollsFailing"),
        standing,
        cause: over.then_some("blocklist-not-polled"),
        trend: (0..60).map(|at| Some(f64::from(at % 7))).collect(),
    }
}

fn ill() -> HealthReport {
    HealthReport {
        window: window(),
        source: ScrapeSource::Prometheus,
        versions: vec!["3.0.3".to_owned()],
        processes: 7,
        readings: vec![
            reading(
                "spans-received",
                "spans received",
                12.1,
                ReadingUnit::PerSecond,
                ThresholdStatus::NoThreshold,
            ),
            reading(
                "discarded",
                "discarded: rate_limited",
                0.3,
                ReadingUnit::PerSecond,
                ThresholdStatus::Notable,
            ),
            reading(
                "poll-errors",
                "polls of the block list that failed",
                9.0,
                ReadingUnit::Count,
                ThresholdStatus::Exceeded,
            ),
        ],
        notes: Vec::new(),
    }
}

fn chart(series: usize) -> Plot {
    let points = |of: usize| {
        let at = |at: usize| {
            (
                window().start_s() + at as f64 * 15.0,
                (1.0 + (at as f64 / 25.0 + of as f64).sin()) * 5.0,
            )
        };
        (40..=240).map(at).collect()
    };
    Plot {
        query: "sum by (service) (rate(traces_spanmetrics_calls_total[1m]))".to_owned(),
        language: "PromQL",
        window: window(),
        step_s: Some(15.0),
        series: (0..series)
            .map(|of| PlotSeries {
                labels: vec![
                    ("service".to_owned(), format!("service-{of}")),
                    ("zone".to_owned(), "a".to_owned()),
                ],
                points: points(of),
                text: None,
            })
            .collect(),
        total: series,
        notes: Vec::new(),
        empty: None,
    }
}

/// Every view, as drawn on that page.
fn views(page: MetricsPage) -> Vec<(&'static str, String)> {
    let mut nothing = services();
    nothing.rows.clear();
    nothing.empty = Some(EmptyResult {
        text: vec![
            "No span metrics, and no spans, in the last hour.".to_owned(),
            "Prometheus at http://localhost:9090 has no span metrics; Tempo's TraceQL metrics are empty as well."
                .to_owned(),
            "Tenant single-tenant has received no spans since Tempo started.".to_owned(),
        ],
        causes: vec![CauseNote::with_cause(
            "app-none-sending",
            "Tempo has received no spans for tenant single-tenant since it started.",
        )],
        next: vec![
            "tempoctl doctor".to_owned(),
            "tempoctl doctor --only app.sending".to_owned(),
        ],
    });
    vec![
        ("services", table::render_human(&services(), page)),
        ("operations", table::render_human(&operations(), page)),
        ("graph", graph::render_human(&edges(), page)),
        ("tempo", health::render_human(&ill(), page)),
        ("one series", plot::render_human(&chart(1), page)),
        ("three series", plot::render_human(&chart(3), page)),
        ("many series", plot::render_human(&chart(6), page)),
        ("nothing", table::render_human(&nothing, page)),
    ]
}

fn shown(page: MetricsPage) -> String {
    let views = views(page)
        .into_iter()
        .map(|(name, text)| format!("──── {name}\n{text}\n"));
    views.collect()
}

#[test]
fn at_80_columns() {
    insta::assert_snapshot!("metrics_80", shown(page(Some(80), true)));
}

#[test]
fn at_160_columns() {
    insta::assert_snapshot!("metrics_160", shown(page(Some(160), true)));
}

#[test]
fn in_ascii() {
    insta::assert_snapshot!("metrics_ascii", shown(page(Some(80), false)));
}

#[test]
fn through_a_pipe_nothing_is_cut() {
    let piped = shown(page(None, true));
    assert!(!piped.contains('…'), "{piped}");
    assert_eq!(
        piped.matches("981295a0c63630945d9ebf5cd804990c").count(),
        3 + 1 + 2 + 1,
        "{piped}"
    );
    assert!(piped.contains("GET /checkout/{cartId}/items"), "{piped}");
}

#[test]
fn a_terminal_is_never_overrun() {
    for width in [80, 100, 120, 160, 200] {
        for (name, text) in views(page(Some(width), true)) {
            // What is to be copied stays whole.
            for line in text.lines().filter(|line| !line.contains("tempoctl ")) {
                assert!(
                    count_columns(line) <= width.min(200),
                    "{name} at {width}: {} columns\n{line}",
                    count_columns(line)
                );
            }
        }
    }
}

fn name() -> impl Strategy<Value = String> {
    "(\\PC{0,24}|[a-z-]{1,40}|[\\x00-\\x1f\\u{202e}\"\\\\]{0,4}x)"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_things_are_called_nothing_is_steered(
        names in prop::collection::vec((name(), name()), 1..6),
        numbers in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 6),
        width in prop::option::of(20usize..220),
        unicode in any::<bool>(),
    ) {
        let page = page(width, unicode);
        let value = |at: usize| numbers[at % numbers.len()].abs().min(1e15);
        let rows: Vec<RedRow> = names
            .iter()
            .enumerate()
            .map(|(at, (service, operation))| row(service, Some(operation), value(at), (value(at) / 1e15).min(1.0), value(at + 1), SpanKind::Client))
            .collect();
        let table = sample(rows, RedGrouping::Operation);
        let mut drawn = edges();
        drawn.edges = names.iter().map(|(client, server)| ServiceGraphEdge {
            client: client.clone(),
            server: server.clone(),
            connection_type: String::new(),
            rate: value(0),
            error_ratio: Some(0.5),
            p95: Some(value(1)),
            p95_within: false,
        }).collect();
        let mut lines = chart(names.len());
        for (series, (key, label)) in lines.series.iter_mut().zip(&names) {
            series.labels = vec![(key.clone(), label.clone())];
            for (point, number) in series.points.iter_mut().zip(&numbers) {
                point.1 = *number;
            }
        }
        let texts = [
            table::render_human(&table, page),
            graph::render_human(&drawn, page),
            plot::render_human(&lines, page),
            graph::render_dot(&drawn),
            graph::render_mermaid(&drawn),
        ];
        for (at, text) in texts.iter().enumerate() {
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
            if !unicode && at < 3 {
                prop_assert!(text.is_ascii(), "{text}");
            }
        }
        valid("metrics-table", &json::build_table(&table));
        valid("metrics-graph", &json::build_graph(&drawn));
        valid("metrics-plot", &json::build_plot(&lines));
    }
}
