use super::*;

const ASCII: Style = Style {
    unicode: false,
    ..Style::PLAIN
};

fn hops() -> ProgressEvent {
    use Hop::{App, Generator, Ingest, Prometheus, Query, Receiver, RemoteWrite, Storage};
    ProgressEvent::Started {
        hops: vec![
            App,
            Receiver,
            Ingest,
            Storage,
            Query,
            Generator,
            RemoteWrite,
            Prometheus,
        ],
    }
}

fn passed(hop: Hop, note: Option<&str>) -> ProgressEvent {
    ProgressEvent::Hop {
        hop,
        state: HopState::Passed,
        note: note.map(str::to_owned),
    }
}

fn waiting(hop: Hop, what: &str, since_ms: u64, about_ms: Option<u64>) -> ProgressEvent {
    ProgressEvent::Waiting {
        hop,
        what: what.to_owned(),
        since_ms,
        about_ms,
    }
}

fn view(events: impl IntoIterator<Item = ProgressEvent>) -> LiveState {
    let mut view = LiveState::default();
    for event in events {
        view.handle(event, 1_000);
    }
    view
}

fn under_way() -> Vec<ProgressEvent> {
    vec![
        hops(),
        passed(Hop::App, None),
        passed(Hop::Receiver, Some("12 ms")),
        passed(Hop::Ingest, Some("31 ms")),
        passed(Hop::Storage, None),
        waiting(Hop::Query, "search", 6_000, Some(10_000)),
        passed(Hop::Generator, None),
        waiting(Hop::RemoteWrite, "next samples", 6_000, Some(15_000)),
        waiting(Hop::Prometheus, "span metrics", 6_000, Some(30_000)),
    ]
}

#[test]
fn shows_what_is_waited_for_and_how_long() {
    insta::assert_snapshot!(view(under_way()).lines(1_200, Style::PLAIN).join("\n"), @r"
      app ─ receiver ─ ingest ─┬─ storage ─ query
       ✓      12 ms     31 ms  │     ✓      ⠹ search: 6.2 s of about 10 s
                               └─ generator ─ remote-write ─ prometheus
                                      ✓       ⠹ next samples: 6.2 s of about 15 s
    ");
}

#[test]
fn is_legible_in_ascii() {
    insta::assert_snapshot!(view(under_way()).lines(1_200, ASCII).join("\n"), @r"
      app - receiver - ingest -+- storage - query
       ok     12 ms     31 ms  |     ok     | search: 6.2 s of about 10 s
                               +- generator - remote-write - prometheus
                                      ok      | next samples: 6.2 s of about 15 s
    ");
}

#[test]
fn says_when_it_takes_longer_than_usual() {
    let lines = view(under_way()).lines(11_000, Style::PLAIN);
    assert!(lines[1].ends_with("search: 16.0 s, usually 10 s"), "{}", lines[1]);
}

#[test]
fn what_is_seen_is_waited_for_no_longer() {
    let mut events = under_way();
    events.push(passed(Hop::Query, Some("33 ms by id")));
    events.push(ProgressEvent::Hop {
        hop: Hop::Prometheus,
        state: HopState::Lost,
        note: None,
    });
    events.push(passed(Hop::RemoteWrite, None));
    insta::assert_snapshot!(view(events).lines(1_200, Style::PLAIN).join("\n"), @r"
      app ─ receiver ─ ingest ─┬─ storage ─ query
       ✓      12 ms     31 ms  │     ✓      33 ms by id
                               └─ generator ─ remote-write ╳ prometheus
                                      ✓             ✓           lost
    ");
}

#[test]
fn keeps_its_height_from_the_first_moment() {
    let height = |events: Vec<ProgressEvent>| view(events).lines(1_000, Style::PLAIN).len();
    assert_eq!(height(vec![hops()]), height(under_way()));
}

#[test]
fn a_narrow_terminal_gets_less_words_then_a_list() {
    for width in [40, 60, 80, 200] {
        let style = Style { width, ..Style::PLAIN };
        for line in view(under_way()).lines(1_200, style) {
            assert!(super::super::wrap::count_columns(&line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_note_stands_below_and_the_end_is_empty() {
    let mut events = vec![hops(), ProgressEvent::Note("asking \u{1b}[2JTempo".to_owned())];
    assert_eq!(view(events.clone()).lines(0, Style::PLAIN)[4], "  asking \\x1b[2JTempo");
    events.push(ProgressEvent::Done);
    assert!(view(events).lines(0, Style::PLAIN).is_empty());
}

#[test]
fn no_terminal_no_view() {
    let mut live = LiveView::new(Style::PLAIN);
    live.handle(hops());
    live.handle(passed(Hop::App, None));
    live.finish();
}
