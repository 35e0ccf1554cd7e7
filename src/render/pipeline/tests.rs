use super::*;
use proptest::prelude::*;

const ASCII: Style = Style {
    unicode: false,
    ..Style::PLAIN
};

fn passed(hops: &[Hop]) -> Vec<HopView> {
    hops.iter().map(|hop| HopView::new(*hop, Mark::Passed)).collect()
}

fn at(stops: &mut [HopView], hop: Hop) -> &mut HopView {
    stops.iter_mut().find(|stop| stop.hop == hop).unwrap()
}

fn drawn(stops: &[HopView], style: Style) -> String {
    draw_pipeline(stops, style).join("\n")
}

#[test]
fn everything_there_is_fits_eighty_columns() {
    let mut stops = passed(&Hop::ALL);
    at(&mut stops, Hop::Query).says = HopView::note_lines("33 ms by id, 9.6 s by search");
    at(&mut stops, Hop::Query).short = Some("9.6 s".to_owned());
    at(&mut stops, Hop::Prometheus).says = vec!["20.1 s".to_owned()];
    at(&mut stops, Hop::Prometheus).short = Some("20.1 s".to_owned());
    insta::assert_snapshot!(drawn(&stops, Style::PLAIN), @r"
      app ─ collector ─ receiver ─ ingest ─┬─ storage ─ query ─ grafana ─ dashboard
       ✓        ✓           ✓         ✓    │     ✓      9.6 s      ✓          ✓
                                           └─ generator ─ remote-write ─ prometheus
                                                  ✓             ✓          20.1 s
    ");
    for line in draw_pipeline(&stops, Style::PLAIN) {
        assert!(count_columns(&line) <= 80, "{line}");
    }
}

#[test]
fn one_branch_is_one_line() {
    let hops = [
        Hop::App,
        Hop::Receiver,
        Hop::Ingest,
        Hop::Storage,
        Hop::Query,
        Hop::Grafana,
    ];
    insta::assert_snapshot!(drawn(&passed(&hops), Style::PLAIN), @r"
      app ─ receiver ─ ingest ─ storage ─ query ─ grafana
       ✓        ✓         ✓        ✓        ✓        ✓
    ");
}

#[test]
fn the_break_is_the_edge_before_the_hop() {
    let hops = [Hop::Receiver, Hop::Ingest, Hop::Query, Hop::Generator, Hop::Prometheus];
    let mut stops = passed(&hops);
    for hop in [Hop::Query, Hop::Generator] {
        at(&mut stops, hop).mark = Mark::Lost;
        at(&mut stops, hop).broken = true;
    }
    insta::assert_snapshot!(drawn(&stops, Style::PLAIN), @r"
      receiver ─ ingest ─┬╳ query
          ✓         ✓    │   lost
                         └╳ generator ─ prometheus
                               lost          ✓
    ");
    insta::assert_snapshot!(drawn(&stops, ASCII), @r"
      receiver - ingest -+X query
         ok        ok    |   lost
                         +X generator - prometheus
                               lost         ok
    ");
}

#[test]
fn a_break_behind_a_long_edge_stands_at_its_end() {
    let mut stops = passed(&[Hop::Receiver, Hop::Ingest]);
    stops[0].says = vec!["a good deal to say".to_owned()];
    stops[1].mark = Mark::Lost;
    stops[1].broken = true;
    insta::assert_snapshot!(drawn(&stops, Style::PLAIN), @r"
      receiver ─────────╳ ingest
      a good deal to say   lost
    ");
}

#[test]
fn words_run_on_below_what_has_nothing_to_say() {
    let mut stops = passed(&[Hop::Generator, Hop::RemoteWrite, Hop::Prometheus]);
    stops[1].says = vec!["next samples: 6.2 s of about 15 s".to_owned()];
    stops[2].mark = Mark::Blank;
    insta::assert_snapshot!(drawn(&stops, Style::PLAIN), @r"
      generator ─ remote-write ─ prometheus
          ✓       next samples: 6.2 s of about 15 s
    ");
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert!(drawn(&[], Style::PLAIN).trim().is_empty());
    let forked = passed(&[Hop::Storage, Hop::Generator]);
    insta::assert_snapshot!(drawn(&forked, Style::PLAIN), @r"
      ┬─ storage
      │     ✓
      └─ generator
             ✓
    ");
}

#[test]
fn what_is_said_steers_nothing() {
    let mut stops = passed(&[Hop::App]);
    stops[0].says = vec!["\u{1b}[2J".to_owned()];
    assert!(!drawn(&stops, Style::PLAIN).contains('\u{1b}'));
}

#[test]
fn words_at_the_right_edge_move_to_the_left() {
    let hops = [
        Hop::App,
        Hop::Receiver,
        Hop::Ingest,
        Hop::Query,
        Hop::Generator,
        Hop::RemoteWrite,
        Hop::Prometheus,
    ];
    let mut stops = passed(&hops);
    at(&mut stops, Hop::RemoteWrite).mark = Mark::Blank;
    at(&mut stops, Hop::Prometheus).says = vec!["next samples: 6.2 s of about 15 s".to_owned()];
    insta::assert_snapshot!(drawn(&stops, Style::PLAIN), @r"
      app ─ receiver ─ ingest ─┬─ query
       ✓        ✓         ✓    │    ✓
                               └─ generator ─ remote-write ─ prometheus
                                      ✓       next samples: 6.2 s of about 15 s
    ");
}

fn any_stops() -> impl Strategy<Value = Vec<HopView>> {
    let says = proptest::option::of("[a-z]{1,40}(, [a-z]{1,30})?");
    proptest::collection::vec((any::<bool>(), 0..8_u8, says, any::<bool>()), Hop::ALL.len()).prop_map(|found| {
        let stops = Hop::ALL.into_iter().zip(found).filter(|(_, (there, ..))| *there);
        stops
            .map(|(hop, (_, mark, says, broken))| HopView {
                says: says.map(|text| HopView::note_lines(&text)).unwrap_or_default(),
                broken,
                ..HopView::new(hop, mark_of(mark))
            })
            .collect()
    })
}

fn mark_of(number: u8) -> Mark {
    use Mark::{Blank, Degraded, Excluded, Lost, Nothing, Passed, Unseen, Waiting};
    [Passed, Lost, Degraded, Excluded, Nothing, Waiting, Unseen, Blank][usize::from(number)]
}

proptest! {
    #[test]
    fn nothing_is_drawn_over_anything(stops in any_stops(), width in 20..200_usize, full in any::<bool>()) {
        let style = Style { width, ..Style::PLAIN };
        for row in draw_rows(&stops, full, style) {
            let mut pieces = row.pieces.clone();
            pieces.sort_by_key(|(at, _, _)| *at);
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].0 + count_columns(&pair[0].1) <= pair[1].0, "{:?}", pieces);
            }
        }
        let text = drawn(&stops, style);
        for stop in &stops {
            prop_assert!(text.contains(stop.hop.name()));
        }
    }
}
