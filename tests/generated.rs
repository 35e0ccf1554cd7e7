//! What is generated is committed, and stays equal to what would be generated now.
//! `make regen` (`REGEN=1 cargo test --test it generated`) writes it anew.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read or written fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use doctor::causes;
use telemetry::model::Cause;
use telemetry::parse::logs::signatures;
use tempoctl::Exit;
use tempoctl::render::explain;

use crate::product::run;

const ENTRIES: &str = "crates/doctor/src/causes/entries";
const PAGES: &str = "docs/causes";
const COMPLETIONS: &str = "completions";
const MAN: &str = "docs/man/tempoctl.1";

#[test]
fn the_pages_of_causes_are_fresh() {
    let folder = root().join(PAGES);
    let entries: Vec<Cause> = entries().into_iter().map(|(_, cause)| cause).collect();
    let mut written = BTreeSet::from([folder.join("README.md")]);
    hold(
        &folder.join("README.md"),
        &explain::render_markdown_index(&entries, &causes::list_symptoms()),
    );
    for cause in &entries {
        let page = folder.join(format!("{}.md", cause.id));
        let lines = signatures::describe_messages(&cause.id);
        let log_lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let around = explain::CauseReferences {
            no_check: causes::unchecked_causes::explain_unchecked(cause),
            log_lines: &log_lines,
        };
        hold(&page, &explain::render_markdown(cause, around));
        written.insert(page);
    }
    for page in files(&folder).into_iter().filter(|page| !written.contains(page)) {
        if regen() {
            fs::remove_file(&page).unwrap();
        } else {
            panic!("{} belongs to no cause: make regen", page.display());
        }
    }
}

/// Those that packages install; for other shells the program prints them.
#[test]
fn the_completions_are_fresh() {
    for (shell, file) in [
        ("bash", "tempoctl.bash"),
        ("zsh", "_tempoctl"),
        ("fish", "tempoctl.fish"),
    ] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.out.contains("TEMPOCTL_COMPLETE"), "{shell} completes nothing");
        hold(&root().join(COMPLETIONS).join(file), &ran.out);
    }
}

#[test]
fn the_manual_page_is_fresh() {
    let ran = run(&["man"]);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    hold(&root().join(MAN), &ran.out);
}

/// The catalogue's files as they stand on the disk, so that one run generates everything from a new entry.
fn entries() -> Vec<(String, Cause)> {
    let mut entries: Vec<(String, Cause)> = files(&root().join(ENTRIES))
        .into_iter()
        .map(|path| {
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let cause: Cause = toml::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(cause.id, id, "{} holds another id", path.display());
            (id, cause)
        })
        .collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// Compares a committed file with what it should hold, or writes it when `REGEN=1`.
pub fn hold(path: &Path, fresh: &str) {
    let committed = fs::read_to_string(path).unwrap_or_default();
    if committed == fresh {
        return;
    }
    assert!(regen(), "{} is stale: make regen", path.display());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, fresh).unwrap();
}

pub fn regen() -> bool {
    std::env::var("REGEN").is_ok_and(|value| value == "1")
}

/// Where the package stands.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(folder) else {
        return Vec::new();
    };
    folder.map(|entry| entry.unwrap().path()).collect()
}
