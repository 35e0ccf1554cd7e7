//! The fuzz harness with a small, fixed budget: every parser gets what real servers answered, changed at a few places. For
//! longer: `make fuzz`.

#[path = "fuzz/parsers.rs"]
mod parsers;

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::recording::Recording;

use self::parsers::{ForeignParser, PARSERS};

/// Longer seeds are cut: the beginning of a page has every form that the rest has.
const LONGEST_SEED: usize = 16 * 1024;
/// What parsers trip over: nesting, ends of numbers, of texts and of lines, and bytes that are no text.
const FRAGMENTS: [&[u8]; 16] = [
    b"{",
    b"[[[[[[[[",
    b"\"",
    b"\\u0000",
    b"\\",
    b"-",
    b"9223372036854775808",
    b"1e999",
    b"NaN",
    b"null",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"${",
    b"&a [*a,*a]",
];

/// What the parser begins with.
fn collect_seeds(parser: &ForeignParser) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = parser
        .files
        .iter()
        .map(|file| std::fs::read(root.join(file)).expect(file));
    let texts = parser.texts.iter().map(|text| text.as_bytes().to_vec());
    let mut seeds: Vec<Vec<u8>> = files.chain(texts).collect();
    if !parser.requests.is_empty() {
        for recording in [
            "grafana-12.4.0",
            "tempo-2.6.1-healthy",
            "tempo-2.10.8-healthy",
            "tempo-3.0.3-healthy",
            "fault-collector-healthy-tempo-3.0.3",
        ] {
            let recording = Recording::read(recording);
            let read = |path: &str| parser.requests.iter().any(|start| path.contains(start));
            seeds.extend(
                recording
                    .answers()
                    .values()
                    .filter(|answer| read(&answer.request.path))
                    .map(|answer| answer.body.clone().into_bytes()),
            );
        }
    }
    seeds.retain(|seed| !seed.is_empty());
    assert!(!seeds.is_empty(), "no recording has an answer for {}", parser.name);
    seeds
}

/// A seed with up to four changes: cut, doubled, a byte changed, or a fragment put in.
fn change_seed(mut seed: Vec<u8>, changes: &[(u8, prop::sample::Index, prop::sample::Index)]) -> Vec<u8> {
    seed.truncate(LONGEST_SEED);
    for (kind, from, to) in changes {
        let (mut from, mut to) = (from.index(seed.len() + 1), to.index(seed.len() + 1));
        if from > to {
            std::mem::swap(&mut from, &mut to);
        }
        match kind % 4 {
            0 => drop(seed.drain(from..to)),
            1 => {
                let piece = seed[from..to.min(from + 256)].to_vec();
                seed.splice(to..to, piece);
            }
            2 if from < seed.len() => seed[from] = seed[from].wrapping_add(*kind | 1),
            _ => drop(seed.splice(
                from..from,
                FRAGMENTS[usize::from(*kind / 4) % FRAGMENTS.len()].iter().copied(),
            )),
        }
    }
    seed
}

#[test]
fn no_parser_panics_on_changed_answers() {
    for parser in &PARSERS {
        let seeds = collect_seeds(parser);
        let change = (any::<u8>(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
        let inputs = (prop::sample::select(seeds), prop::collection::vec(change, 0..=4));
        let config = Config {
            cases: 150,
            failure_persistence: None,
            ..Config::default()
        };
        let outcome = TestRunner::new(config).run(&inputs, |(seed, changes)| {
            (parser.run)(&change_seed(seed, &changes));
            Ok(())
        });
        assert!(outcome.is_ok(), "{}: {outcome:?}", parser.name);
    }
}

/// Every parser has a target, so that `cargo fuzz` leaves none out.
#[test]
fn fuzz_targets_are_the_parsers() {
    let manifest = include_str!("fuzz/Cargo.toml").parse::<toml::Table>().unwrap();
    let targets: Vec<&str> = manifest["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    let parsers: Vec<&str> = PARSERS.iter().map(|parser| parser.name).collect();
    assert_eq!(targets, parsers);
}

/// `make fuzz` begins with this.
#[test]
#[ignore = "writes the seed corpus of the fuzz targets"]
fn write_seed_corpus() {
    for parser in &PARSERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fuzz/corpus")
            .join(parser.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, seed) in collect_seeds(parser).iter().enumerate() {
            std::fs::write(folder.join(format!("recorded-{number}")), seed).unwrap();
        }
    }
}
