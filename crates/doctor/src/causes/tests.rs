use std::collections::BTreeSet;

use super::*;
use telemetry::model::{Hop, Remedy, Severity};

/// The longest text of one field.
const LONGEST: usize = 600;

#[test]
fn every_entry_parses_and_is_found() {
    for file in ENTRIES.files() {
        let path = file.path();
        let cause: Cause =
            toml::from_str(file.contents_utf8().unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert_eq!(
            format!("{}.toml", cause.id),
            path.to_str().unwrap(),
            "an entry is named like its file"
        );
        assert_eq!(find_cause(&cause.id).as_ref(), Some(&cause));
    }
    assert_eq!(list_causes().len(), list_cause_ids().count());
    assert_eq!(find_cause("no-such-cause"), None);
}

#[test]
fn every_entry_says_all_it_should() {
    for cause in list_causes() {
        let id = &cause.id;
        assert!(
            id.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{id}"
        );
        assert!(
            !cause.title.ends_with('.') && !cause.title.contains('\n'),
            "{id}: a title is one line, no full stop"
        );
        assert!(cause.title.chars().count() <= 80, "{id}: the title is long");
        assert!(!cause.versions.is_empty(), "{id}");
        for sentence in [&cause.symptom, &cause.cause, &cause.signal, &cause.remedy.text] {
            assert!(sentence.ends_with('.'), "{id}: {sentence}");
            assert!(!sentence.contains('\n'), "{id}: prose has no line breaks: {sentence}");
            assert_eq!(sentence.matches('`').count() % 2, 0, "{id}: {sentence}");
        }
        assert!(!cause.sources.is_empty(), "{id} has no source");
        for source in &cause.sources {
            assert!(
                source.starts_with("https://") || source.starts_with("grafana/tempo v"),
                "{id}: {source}"
            );
        }
        assert!(
            cause.remedy.docs.iter().all(|docs| docs.starts_with("https://")),
            "{id}"
        );
    }
}

#[test]
fn an_entry_about_a_target_says_what_is_wrong_with_it() {
    for cause in list_causes() {
        let named = cause.id.starts_with("target-");
        assert_eq!(cause.hints.target.is_some(), named, "{}", cause.id);
        assert!(cause.hints.idle.is_none() || cause.hints.in_application, "{}", cause.id);
    }
}

#[test]
fn every_loss_has_something_to_paste() {
    for cause in list_causes() {
        let pasteable = cause.remedy.command.is_some() || cause.remedy.config.is_some();
        assert!(
            pasteable || cause.severity == Severity::Trap,
            "{} offers nothing to paste",
            cause.id
        );
    }
}

#[test]
fn no_field_is_long() {
    for cause in list_causes() {
        let Remedy {
            text, command, config, ..
        } = &cause.remedy;
        let fields = [
            Some(&cause.symptom),
            Some(&cause.cause),
            Some(&cause.signal),
            Some(text),
        ];
        for field in fields.into_iter().chain([command.as_ref(), config.as_ref()]).flatten() {
            assert!(field.chars().count() <= LONGEST, "{}: {field}", cause.id);
        }
    }
}

#[test]
fn explained_checks_are_globs_over_check_ids() {
    for cause in list_causes() {
        let unique: BTreeSet<&String> = cause.explains.iter().collect();
        assert_eq!(unique.len(), cause.explains.len(), "{} repeats itself", cause.id);
        for glob in &cause.explains {
            let (hop, what) = glob.split_once('.').unwrap_or_else(|| panic!("{}: {glob}", cause.id));
            assert!(Hop::from_name(hop).is_some(), "{}: {glob} names no hop", cause.id);
            let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(
                what == "*" || (!what.is_empty() && what.chars().all(word)),
                "{}: {glob}",
                cause.id
            );
        }
    }
}

#[test]
fn a_silent_application_is_explained_by_a_loss_before_it_could_be_seen() {
    let may = [
        Hop::App,
        Hop::Collector,
        Hop::Receiver,
        Hop::Ingest,
        Hop::Storage,
        Hop::Query,
    ];
    for cause in list_causes() {
        let explains = cause.explains.iter().any(|glob| glob.starts_with("app."));
        assert!(!explains || may.contains(&cause.hop), "{} explains app.*", cause.id);
    }
}

#[test]
fn symptoms_lead_to_causes_that_exist() {
    let known: BTreeSet<&str> = list_cause_ids().collect();
    let symptoms = list_symptoms();
    assert!(!symptoms.is_empty(), "symptoms.toml cannot be read");
    for Symptom { seen, causes } in symptoms {
        assert!(!causes.is_empty(), "{seen}");
        for id in &causes {
            assert!(known.contains(id.as_str()), "\"{seen}\" leads to {id}");
        }
        let once: BTreeSet<&String> = causes.iter().collect();
        assert_eq!(once.len(), causes.len(), "\"{seen}\" names a cause twice");
    }
}

#[test]
fn nearest_offers_what_was_meant() {
    assert_eq!(suggest_cause_ids("rw-reciever-disabled", 1), ["rw-receiver-disabled"]);
    assert_eq!(suggest_cause_ids("receiver-disabled", 1), ["rw-receiver-disabled"]);
    assert_eq!(suggest_cause_ids("RW-Receiver-Disabled", 1), ["rw-receiver-disabled"]);
    assert_eq!(
        suggest_cause_ids("gen-processor-not-enabled", 3)[0],
        "gen-processors-not-enabled"
    );
    assert!(suggest_cause_ids("qqqqqq", 3).is_empty());
    assert!(suggest_cause_ids("", 3).len() <= 3);
}

#[test]
fn search_puts_ids_before_titles_before_text() {
    let found = search_causes("exemplar-storage");
    assert_eq!(
        found.first().map(|cause| cause.id.as_str()),
        Some("ex-storage-disabled")
    );
    let found = search_causes("slack");
    assert_eq!(found.first().map(|cause| cause.id.as_str()), Some("gen-slack"));
    assert!(found.iter().any(|cause| cause.id == "clock-skew-search-miss"));
    assert!(search_causes("SLACK").len() == found.len(), "case does not matter");
    assert!(search_causes("   ").is_empty());
    assert!(search_causes("no such words together").is_empty());
}
