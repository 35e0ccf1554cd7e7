//! Whatever servers, files and people write into a report: the output stays within its width and steers no terminal.

use doctor::diagnose::diagnose_evidence;
use proptest::prelude::*;
use telemetry::model::report::{CheckStatus, HopState};
use telemetry::model::{DoctorReport, EvidenceLine, Remedy};
use tempoctl::render::Style;
use tempoctl::render::doctor::{render_human, render_junit, render_markdown, render_short};
use tempoctl::render::json::{render_document, render_line};
use tempoctl::render::sanitize;
use tempoctl::render::wrap::count_columns;

use crate::evidence::read_recorded;
use crate::render::without_colour;
use crate::reports;

/// A word longer than this may reach beyond the right edge: it stands where it has most room, and is not broken.
const LONG_WORD: usize = 23;

proptest! {
    #[test]
    fn nothing_steers_the_terminal(report in any_report()) {
        for style in styles() {
            let coloured = Style { color: true, ..style };
            for text in [render_human(&report, style, true), render_short(&report, style)] {
                prop_assert!(is_harmless(&text), "{:?}", text);
            }
            prop_assert!(is_harmless(&without_colour(&render_human(&report, coloured, true))));
        }
        for text in [render_markdown(&report), render_junit(&report).unwrap(), render_document(&report), render_line(&report)] {
            prop_assert!(is_harmless(&text), "{:?}", text);
        }
        prop_assert_eq!(render_short(&report, Style::PLAIN).lines().count(), 1);
    }

    #[test]
    fn lines_keep_within_the_width(report in any_report(), verbose in any::<bool>()) {
        let pasted = pasted(&report);
        for style in styles() {
            for line in render_human(&report, style, verbose).lines() {
                let excused = pasted.contains(&line.trim().to_owned())
                    || line.split(' ').any(|word| count_columns(word) > LONG_WORD);
                prop_assert!(count_columns(line) <= style.width || excused, "{} columns: {line:?}", count_columns(line));
            }
        }
    }

    #[test]
    fn machines_read_back_what_was_meant(report in any_report()) {
        prop_assert_eq!(&serde_json::from_str::<DoctorReport>(&render_document(&report)).unwrap(), &report);
        prop_assert_eq!(render_line(&report).lines().count(), 1);
        let xml = render_junit(&report).unwrap();
        let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        prop_assert_eq!(read.test_suites[0].test_cases.len(), report.checks.len());
    }
}

#[test]
fn reports_on_real_answers_keep_within_the_width() {
    for (name, evidence) in read_recorded() {
        let report = diagnose_evidence(&evidence);
        let pasted = pasted(&report);
        for style in styles() {
            for line in render_human(&report, style, true).lines() {
                let excused = pasted.contains(&line.trim().to_owned())
                    || line.split(' ').any(|word| count_columns(word) > LONG_WORD);
                assert!(count_columns(line) <= style.width || excused, "{name}: {line}");
            }
        }
    }
}

fn styles() -> [Style; 4] {
    [(80, true), (80, false), (160, true), (60, true)].map(|(width, unicode)| Style {
        width,
        unicode,
        color: false,
    })
}

fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !sanitize::is_control_sign(c))
}

/// Every line that is shown as it is, for pasting.
fn pasted(report: &DoctorReport) -> Vec<String> {
    let remedies = report.verdict.causes.iter().map(|cause| &cause.remedy);
    remedies
        .flat_map(|remedy| [&remedy.config, &remedy.command])
        .flatten()
        .flat_map(|text| {
            sanitize::sanitize_block(text)
                .lines()
                .map(|line| line.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Prose, addresses, scripts of all kinds, and what an attacker would write.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,12}( [a-z0-9.,:]{1,12}){0,20}",
        2 => any::<String>(),
        1 => "(?s).{0,60}",
        1 => "[\\x00-\\x1f\\x7f-\\u{9f}a-z\\[\\]0-9;|`<>&*_ ]{0,40}",
        1 => "https?://[a-z.]{3,40}:[0-9]{2,5}/[a-zA-Z0-9/?=&]{0,80}",
        1 => "[\u{3040}-\u{30ff}\u{4e00}-\u{4fff}]{1,9}( [\u{4e00}-\u{4fff}]{1,9}){0,9}",
        1 => Just(String::new()),
        1 => Just("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gpj.exe\r\n\u{2028}::set-output".to_owned()),
    ]
}

fn evidence() -> impl Strategy<Value = Vec<EvidenceLine>> {
    proptest::collection::vec(
        (text(), text(), text()).prop_map(|(source, name, value)| EvidenceLine { source, name, value }),
        0..4,
    )
}

fn remedy() -> impl Strategy<Value = Remedy> {
    (
        text(),
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(text()),
    )
        .prop_map(|(text, command, config, docs)| Remedy {
            text,
            command,
            config,
            docs: docs.map(|docs| docs.split_whitespace().collect()),
        })
}

/// One of the situations, with everything that comes from outside replaced.
fn any_report() -> impl Strategy<Value = DoctorReport> {
    let situations: Vec<DoctorReport> = reports::all().into_iter().map(|(_, report)| report).collect();
    let texts = proptest::collection::vec(text(), 12);
    let states = proptest::collection::vec(any::<u8>(), 11);
    (
        proptest::sample::select(situations),
        texts,
        states,
        evidence(),
        remedy(),
        any::<u32>(),
    )
        .prop_map(|(mut report, texts, states, evidence, remedy, took)| {
            report.verdict.summary.clone_from(&texts[0]);
            report.verdict.next_step = Some(texts[1].clone());
            for cause in &mut report.verdict.causes {
                cause.summary.clone_from(&texts[2]);
                cause.evidence.clone_from(&evidence);
                cause.remedy = remedy.clone();
            }
            for (index, check) in report.checks.iter_mut().enumerate() {
                check.summary.clone_from(&texts[3 + index % 3]);
                check.evidence.clone_from(&evidence);
                check.took_ms = u64::from(took) >> (index * 3);
                check.skip = (check.status == CheckStatus::Skip).then(|| texts[6].clone());
            }
            if let Some(marker) = &mut report.marker {
                for (index, hop) in marker.hops.iter_mut().enumerate() {
                    hop.state = state(states[index]);
                    hop.note = (states[index] & 0x10 > 0).then(|| texts[7].clone());
                    hop.seen_after_ms = (states[index] & 0x20 > 0).then(|| u64::from(took) >> index);
                }
            }
            for target in report.targets.values_mut() {
                target.url = texts[8].split_whitespace().collect();
                target.origin.clone_from(&texts[9]);
            }
            report
                .not_examined
                .iter_mut()
                .for_each(|one| one.why.clone_from(&texts[10]));
            report.notes = vec![texts[11].clone(); 2];
            report
        })
}

fn state(number: u8) -> HopState {
    match number % 8 {
        0 | 6 | 7 => HopState::Passed,
        1 => HopState::Lost,
        2 => HopState::Excluded,
        3 => HopState::Waiting,
        4 => HopState::NotChecked,
        _ => HopState::NotConfigured,
    }
}
