//! The stack in `deploy/compose` with one line bent: `compose_cases.toml` says which, and what must be named.

use std::path::Path;

use doctor::diagnose::diagnose_evidence;
use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use telemetry::model::Evidence;

use crate::accuracy::{self, CaseKind, JudgedCase};
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};
use crate::product::run;

pub const STACK: &str = "docker-compose.yml";

/// A line of the stack, what becomes of it, and what must be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComposeCase {
    pub name: String,
    /// Empty in a sound twin.
    #[serde(default)]
    pub cause: String,
    /// What follows from the cause.
    #[serde(default)]
    also: Vec<String>,
    pub file: String,
    from: String,
    to: String,
    /// Further lines to bend.
    #[serde(default)]
    edits: Vec<LineEdit>,
    /// Places that the evidence names, as `tempo.yaml:3`.
    #[serde(default)]
    at: Vec<String>,
}

/// One more line of the stack, and what becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineEdit {
    file: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct ComposeCases {
    case: Vec<ComposeCase>,
    /// Stacks that look like a fault, and of which nothing may be said.
    sound: Vec<ComposeCase>,
}

fn read_cases() -> ComposeCases {
    let text = include_str!("compose_cases.toml");
    toml::from_str(text).unwrap_or_else(|error| panic!("compose_cases.toml: {error}"))
}

pub fn list_compose_cases() -> Vec<ComposeCase> {
    read_cases().case
}

impl ComposeCase {
    /// Changes its line in a stack that is laid out there.
    pub fn bend(&self, folder: &Path) {
        bend_line(folder, &self.file, &self.from, &self.to);
        for edit in &self.edits {
            bend_line(folder, &edit.file, &edit.from, &edit.to);
        }
    }

    /// Evidence of the stack that is bent so, in a folder of its own.
    pub fn examine(&self) -> Evidence {
        let folder = tempfile::tempdir().unwrap();
        lay_out_stack(folder.path());
        self.bend(folder.path());
        examine_stack(folder.path())
    }

    fn judge(&self) -> Result<(), Failed> {
        let evidence = self.examine();
        hidden_decides_nothing(&self.name, &evidence)?;
        no_canary_is_kept(&self.name, &evidence)?;
        let verdict = diagnose_evidence(&evidence).verdict;
        let found: Vec<&str> = verdict.causes.iter().map(|cause| cause.id.as_str()).collect();
        let expected: Vec<&str> = std::iter::once(&self.cause)
            .chain(&self.also)
            .map(String::as_str)
            .filter(|cause| !cause.is_empty())
            .collect();
        let is_right = found == expected;
        accuracy::record(JudgedCase {
            kind: CaseKind::Compose,
            name: self.name.clone(),
            is_sound: expected.is_empty(),
            status: found.is_empty() == expected.is_empty(),
            hop: is_right,
            cause: is_right,
            found: found.iter().map(|id| (*id).to_owned()).collect(),
        });
        if !is_right {
            return Err(format!("{}: {found:?}, expected {expected:?}", self.file).into());
        }
        let evidence = || verdict.causes.iter().flat_map(|cause| &cause.evidence);
        let is_named = |at: &&String| evidence().any(|line| line.source.ends_with(&format!("/{at}")));
        if let Some(missing) = self.at.iter().find(|at| !is_named(at)) {
            return Err(format!("{missing} is not named: {:?}", verdict.causes).into());
        }
        for cause in &verdict.causes {
            let placed = cause.evidence.iter().any(|line| line.source.contains(".y"));
            if !placed || cause.remedy.text.is_empty() {
                return Err(format!("{}: no place or no way out: {:?}", cause.id, cause.evidence).into());
            }
        }
        Ok(())
    }
}

fn bend_line(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: '{from}' is not there");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

pub fn list_trials() -> impl Iterator<Item = Trial> {
    let ComposeCases { case, sound } = read_cases();
    case.into_iter()
        .chain(sound)
        .map(|case| Trial::test(format!("compose::{}", case.name), move || case.judge()))
}

/// The stack as it is delivered, in that folder.
pub fn lay_out_stack(folder: &Path) {
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/compose"), folder);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// What `doctor --compose … --save` writes of the project alone.
pub fn examine_stack(folder: &Path) -> Evidence {
    let saved = folder.join("evidence.json");
    let (file, to) = (folder.join(STACK), saved.clone());
    let ran = run(&[
        "doctor",
        "--only",
        "*.compose-*",
        "--compose",
        file.to_str().unwrap(),
        "--save",
        to.to_str().unwrap(),
    ]);
    let text = std::fs::read_to_string(&saved).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    serde_json::from_str(&text).unwrap()
}
