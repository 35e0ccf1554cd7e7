use super::*;
use telemetry::model::Remedy;
use telemetry::model::catalogue::CauseHints;

const CHECKED: CauseReferences = CauseReferences {
    no_check: Some("Not shown where a check names it"),
    log_lines: &["remote write failed"],
};

fn cause() -> Cause {
    Cause {
        id: "rw-example".to_owned(),
        title: "Remote write is told apart from a read".to_owned(),
        hop: Hop::RemoteWrite,
        severity: Severity::Major,
        versions: "≥ 2.7".to_owned(),
        symptom: "Nothing | arrives. ".repeat(12).trim_end().to_owned(),
        cause: "Because.".to_owned(),
        signal: "`a_counter_total` grows.".to_owned(),
        explains: vec!["remote-write.*".to_owned()],
        named_by: vec!["remote-write.samples".to_owned()],
        sources: vec![
            "grafana/tempo v3.0.3: modules/a.go (#12)".to_owned(),
            "https://example.org/page".to_owned(),
        ],
        remedy: Remedy {
            text: "Change it.".to_owned(),
            command: Some("tempoctl doctor".to_owned()),
            config: Some("# tempo.yaml\na:\n  b: c".to_owned()),
            docs: Some("https://example.org/docs".to_owned()),
        },
        hints: CauseHints::default(),
    }
}

const NARROW: Style = Style {
    unicode: false,
    ..Style::PLAIN
};

#[test]
fn a_page_reads_in_order_and_within_its_width() {
    let page = render_human(&cause(), CHECKED, Style::PLAIN);
    let order = [
        "rw-example",
        "What you see",
        "Why",
        "How to recognise it",
        "  · remote write failed\n",
        "Checks that report it",
        "Other checks it makes fail",
        "How to fix it",
        "    tempoctl doctor",
        "    # tempo.yaml\n    a:\n      b: c",
        "Further reading",
        "  https://example.org/docs\n",
        "  grafana/tempo v3.0.3: modules/a.go (#12)",
    ];
    let mut from = 0;
    for part in order {
        let at = page[from..]
            .find(part)
            .unwrap_or_else(|| panic!("{part} is missing or out of order:\n{page}"));
        from += at;
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
    assert!(page.starts_with("rw-example    "), "{page}");
    assert!(page.contains("remote-write, major, Tempo ≥ 2.7\n"), "{page}");
    assert!(!page.contains("Not shown"), "{page}");
}

#[test]
fn code_is_bold_where_there_is_colour_also_across_lines() {
    let style = Style {
        color: true,
        width: 40,
        ..Style::PLAIN
    };
    let mut out = String::new();
    push_wrapped(
        &mut out,
        "Set `a: one two three four five six seven` and restart.",
        style,
    );
    assert_eq!(out.matches("\u{1b}[1m").count(), 2, "{out:?}");
    assert!(!out.contains('`'), "{out:?}");
    assert!(out.ends_with("and restart.\n"), "{out:?}");
}

#[test]
fn a_cause_without_a_check_says_why() {
    let around = CauseReferences {
        no_check: Some("Told by the log"),
        ..CauseReferences::default()
    };
    let unchecked = Cause {
        named_by: Vec::new(),
        ..cause()
    };
    assert!(render_human(&unchecked, around, Style::PLAIN).contains("Why no check reports it\n  Told by the log.\n"));
}

#[test]
fn only_what_can_be_pasted_is_cyan() {
    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let page = render_human(&cause(), CauseReferences::default(), style);
    let cyan: Vec<&str> = page.lines().filter(|line| line.contains("\u{1b}[36m")).collect();
    assert_eq!(cyan.len(), 4, "{page}");
    assert!(cyan.iter().all(|line| line.starts_with("    \u{1b}[36m")), "{page}");
}

#[test]
fn ascii_is_ascii() {
    assert!(render_human(&cause(), CauseReferences::default(), NARROW).is_ascii());
}

#[test]
fn a_list_wraps_titles_under_themselves() {
    let style = Style {
        width: 50,
        ..Style::PLAIN
    };
    let list = render_human_list(&[cause()], style);
    assert_eq!(
        list,
        "remote-write\n  rw-example  major  Remote write is told apart\n                     from a read\n"
    );
    assert!(render_human_list(&[], style).contains("--list"));
}

#[test]
fn a_markdown_page_links_its_sources() {
    let page = render_markdown(&cause(), CHECKED);
    assert!(
        page.starts_with("# rw-example: Remote write is told apart from a read\n\n"),
        "{page}"
    );
    assert!(page.contains("\n```sh\ntempoctl doctor\n```\n"), "{page}");
    assert!(page.contains("\n```yaml\n# tempo.yaml\na:\n  b: c\n```\n"), "{page}");
    let link = "[grafana/tempo v3.0.3: modules/a.go](https://github.com/grafana/tempo/blob/v3.0.3/modules/a.go) (#12)";
    assert!(
        page.contains(&format!("- {link}\n- <https://example.org/page>\n")),
        "{page}"
    );
}

#[test]
fn an_index_has_symptoms_first() {
    let symptom = Symptom {
        seen: "Nothing arrives".to_owned(),
        causes: vec!["rw-example".to_owned()],
    };
    let index = render_markdown_index(&[cause()], &[symptom]);
    assert!(
        index.contains("| Nothing arrives | [rw-example](rw-example.md) |"),
        "{index}"
    );
    assert!(index.contains("### remote-write\n"), "{index}");
    assert!(
        index.contains("| [rw-example](rw-example.md) | major | ≥ 2.7 |"),
        "{index}"
    );
}

#[test]
fn json_holds_the_whole_entry() {
    let document: serde_json::Value = serde_json::from_str(&render_json(&cause(), CHECKED)).unwrap();
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["id"], "rw-example");
    assert_eq!(document["remedy"]["command"], "tempoctl doctor");
    assert_eq!(document["checks"][0], "remote-write.samples");
}
