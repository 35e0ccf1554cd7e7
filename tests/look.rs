//! For the eye: `cargo test --test it look -- --ignored --nocapture`, with `W=160`, `C=1` for colour, `ASCII=1`, `V=1`,
//! `F=short|junit|markdown|json|jsonl`, `ONLY=name` in the environment.

use doctor::diagnose::diagnose_evidence;
use tempoctl::render::Style;
use tempoctl::render::doctor::{render_human, render_junit, render_markdown, render_short};
use tempoctl::render::json::{render_document, render_line};

use crate::evidence::read_recorded;
use crate::reports;

#[test]
#[ignore = "prints for the eye"]
fn show() {
    use std::io::Write;
    let env = |name: &str| std::env::var(name).ok();
    let style = Style {
        width: env("W").and_then(|w| w.parse().ok()).unwrap_or(80),
        color: env("C").is_some(),
        unicode: env("ASCII").is_none(),
    };
    let mut out = std::io::stdout();
    let by_hand = reports::all()
        .into_iter()
        .map(|(name, report)| (name.to_owned(), report));
    let recorded = read_recorded()
        .into_iter()
        .map(|(name, evidence)| (name, diagnose_evidence(&evidence)));
    for (name, report) in by_hand.chain(recorded) {
        if env("ONLY").is_some_and(|only| only != name) {
            continue;
        }
        writeln!(out, "──── {name}").unwrap();
        match env("F").as_deref() {
            Some("short") => write!(out, "{}", render_short(&report, style)).unwrap(),
            Some("junit") => write!(out, "{}", render_junit(&report).unwrap()).unwrap(),
            Some("markdown") => write!(out, "{}", render_markdown(&report)).unwrap(),
            Some("json") => write!(out, "{}", render_document(&report)).unwrap(),
            Some("jsonl") => write!(out, "{}", render_line(&report)).unwrap(),
            _ => write!(out, "{}", render_human(&report, style, env("V").is_some())).unwrap(),
        }
    }
}

#[test]
#[ignore = "moves for the eye"]
fn watch() {
    use std::time::Duration;
    use telemetry::model::{Hop, HopState, ProgressEvent};
    use tempoctl::render::LiveView;

    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let mut live = LiveView::new(style);
    let passed = |hop, note: Option<&str>| ProgressEvent::Hop {
        hop,
        state: HopState::Passed,
        note: note.map(str::to_owned),
    };
    let waiting = |hop, what: &str, about_ms| ProgressEvent::Waiting {
        hop,
        what: what.to_owned(),
        since_ms: 0,
        about_ms: Some(about_ms),
    };
    let hops = vec![
        Hop::App,
        Hop::Receiver,
        Hop::Ingest,
        Hop::Storage,
        Hop::Query,
        Hop::Generator,
        Hop::RemoteWrite,
        Hop::Prometheus,
    ];
    for event in [
        ProgressEvent::Started { hops },
        passed(Hop::Receiver, Some("12 ms")),
        passed(Hop::Ingest, Some("31 ms")),
        waiting(Hop::Query, "search", 2_000),
        waiting(Hop::Generator, "next collection", 15_000),
        passed(Hop::Query, Some("33 ms by id, 9.6 s by search")),
        passed(Hop::Generator, None),
        waiting(Hop::RemoteWrite, "next samples", 1_000),
    ] {
        live.handle(event);
        std::thread::sleep(Duration::from_millis(700));
    }
    std::thread::sleep(Duration::from_millis(1_500));
    live.finish();
}
