//! Reports as text, in every format: how they look, and what every one of them keeps to.

use telemetry::model::DoctorReport;
use telemetry::model::report::{CheckStatus, VerdictStatus};
use tempoctl::render::Style;
use tempoctl::render::doctor::{render_human, render_junit, render_markdown, render_short};
use tempoctl::render::json::{render_document, render_line};

use crate::reports;

const WIDE: Style = Style {
    width: 160,
    ..Style::PLAIN
};
const ASCII: Style = Style {
    unicode: false,
    ..Style::PLAIN
};
const COLOR: Style = Style {
    color: true,
    ..Style::PLAIN
};

/// Every situation at 80 columns, at 160, and in ASCII.
#[test]
fn looks() {
    for (name, report) in reports::all() {
        let text = [
            ("80 columns", Style::PLAIN),
            ("160 columns", WIDE),
            ("80 columns, ASCII", ASCII),
        ]
        .map(|(title, style)| format!("== {title}\n{}", render_human(&report, style, false)))
        .join("\n");
        insta::assert_snapshot!(format!("looks_{name}"), text);
    }
}

#[test]
fn looks_verbose() {
    let report = reports::broken_prometheus();
    let text = [("80 columns", Style::PLAIN), ("160 columns", WIDE)]
        .map(|(title, style)| format!("== {title}\n{}", render_human(&report, style, true)))
        .join("\n");
    insta::assert_snapshot!("looks_verbose", text);
}

#[test]
fn looks_coloured() {
    let text = render_human(&reports::broken_prometheus(), COLOR, false).replace('\u{1b}', "␛");
    insta::assert_snapshot!("looks_coloured", text);
}

#[test]
fn looks_short() {
    let lines: Vec<String> = reports::all()
        .iter()
        .map(|(_, report)| render_short(report, Style::PLAIN))
        .collect();
    insta::assert_snapshot!("looks_short", lines.concat());
}

#[test]
fn looks_in_markdown() {
    insta::assert_snapshot!("looks_in_markdown", render_markdown(&reports::broken_prometheus()));
}

#[test]
fn looks_in_junit() {
    insta::assert_snapshot!("looks_in_junit", render_junit(&reports::broken_prometheus()).unwrap());
}

#[test]
fn colour_adds_nothing_but_colour() {
    for (name, report) in reports::all() {
        let plain = render_human(&report, Style::PLAIN, true);
        let uncoloured = without_colour(&render_human(&report, COLOR, true));
        for (line, plain) in uncoloured.lines().zip(plain.lines()) {
            assert_eq!(line.trim_end(), plain, "{name}");
        }
        assert_eq!(uncoloured.lines().count(), plain.lines().count(), "{name}");
        assert!(!plain.contains('\u{1b}'), "{name}");
    }
}

#[test]
fn ascii_is_ascii() {
    for (name, report) in reports::all() {
        for text in [render_human(&report, ASCII, true), render_short(&report, ASCII)] {
            assert!(text.is_ascii(), "{name}: {text}");
        }
    }
}

#[test]
fn the_first_line_is_the_verdict() {
    for (name, report) in reports::all() {
        let text = render_human(&report, Style::PLAIN, false);
        let words: Vec<&str> = report.verdict.summary.split(' ').take(3).collect();
        assert!(text.lines().next().unwrap().contains(&words.join(" ")), "{name}");
    }
}

#[test]
fn no_line_ends_in_space() {
    for (name, report) in reports::all() {
        for style in [Style::PLAIN, WIDE, ASCII] {
            for line in render_human(&report, style, true).lines() {
                assert_eq!(line, line.trim_end(), "{name}");
            }
        }
    }
}

#[test]
fn what_can_be_copied_is_whole() {
    for (name, report) in reports::all() {
        let text = render_human(&report, Style::PLAIN, false);
        if let Some(marker) = &report.marker {
            assert!(text.contains(&marker.trace_id), "{name}");
        }
        for cause in &report.verdict.causes {
            for block in [&cause.remedy.config, &cause.remedy.command].into_iter().flatten() {
                for line in block.lines() {
                    assert!(
                        text.lines().any(|shown| shown == format!("      {line}")),
                        "{name}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn json_is_the_report_and_nothing_else() {
    for (name, report) in reports::all() {
        let text = render_document(&report);
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"), "{name}");
        assert_eq!(serde_json::from_str::<DoctorReport>(&text).unwrap(), report, "{name}");
        let line = render_line(&report);
        assert_eq!(line.lines().count(), 1, "{name}");
        assert_eq!(serde_json::from_str::<DoctorReport>(&line).unwrap(), report, "{name}");
    }
}

#[test]
fn junit_has_one_case_a_check() {
    for (name, report) in reports::all() {
        let read = quick_junit::Report::deserialize_from_str(&render_junit(&report).unwrap()).unwrap();
        let suite = &read.test_suites[0];
        assert_eq!(suite.name.as_str(), "tempoctl doctor");
        let of = |status| report.checks.iter().filter(|check| check.status == status).count();
        assert_eq!(suite.test_cases.len(), report.checks.len(), "{name}");
        assert_eq!(read.failures, of(CheckStatus::Fail), "{name}");
        assert_eq!(read.skipped, of(CheckStatus::Skip), "{name}");
        for (case, check) in suite.test_cases.iter().zip(&report.checks) {
            assert_eq!(case.name.as_str(), check.id);
            assert_eq!(case.classname.as_ref().unwrap().as_str(), check.hop.name());
        }
    }
}

#[test]
fn every_format_names_every_cause() {
    for (name, report) in reports::all() {
        let formats = [
            render_human(&report, Style::PLAIN, false),
            render_short(&report, Style::PLAIN),
            render_markdown(&report),
            render_junit(&report).unwrap(),
            render_document(&report),
        ];
        for cause in &report.verdict.causes {
            for text in &formats {
                assert!(text.contains(&cause.id), "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_short_answer_is_one_line() {
    for (name, report) in reports::all() {
        assert_eq!(render_short(&report, Style::PLAIN).lines().count(), 1, "{name}");
    }
}

#[test]
fn a_narrow_terminal_gets_a_list() {
    let narrow = Style {
        width: 48,
        ..Style::PLAIN
    };
    let report = reports::broken_prometheus();
    assert_eq!(report.verdict.status, VerdictStatus::Broken);
    let text = render_human(&report, narrow, false);
    let drawing: Vec<&str> = text.split("\n\n").nth(1).unwrap().lines().collect();
    insta::assert_snapshot!(drawing.join("\n"));
}

/// The text without colours.
pub fn without_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(rest.starts_with('m'), "a sequence that is no colour: {rest}");
        rest = &rest[1..];
    }
    out + rest
}
