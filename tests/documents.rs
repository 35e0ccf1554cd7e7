//! What the documents say can be typed, exists and is true.

use std::fs;

use clap::Parser;
use tempoctl::cli::Cli;
use tempoctl::lab::{LabOptions, Scenario};
use tempoctl::{Exit, lab};

use crate::generated::{regen, root};
use crate::lab_kit::start;
use crate::product::{run, run_in};

/// Documents whose commands are tried.
const DOCUMENTS: [&str; 5] = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/architecture.md",
    "docs/schema/README.md",
];

/// Commands that need no server and change nothing: these are run, the others only read.
const OFFLINE: [&str; 7] = [
    "tempoctl explain",
    "tempoctl doctor --list",
    "tempoctl lab --list",
    "tempoctl completions",
    "tempoctl man",
    "tempoctl config show",
    "tempoctl config check",
];

#[test]
fn every_command_in_the_documents_is_one() {
    let mut tried = 0;
    for document in DOCUMENTS {
        for line in commands(document).iter().filter(|line| line.starts_with("tempoctl ")) {
            let words = words(line);
            parses(document, line, &words);
            if let Some(at) = words.iter().position(|word| word == "--") {
                let scenario = &words[at - 1];
                assert!(Scenario::find(scenario).is_ok(), "{document}: {line}: no such scenario");
                let inner: Vec<String> = std::iter::once("tempoctl".to_owned())
                    .chain(words[at + 1..].iter().cloned())
                    .collect();
                parses(document, line, &inner);
            }
            if OFFLINE.iter().any(|start| line.starts_with(start)) {
                let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
                let ran = run(&args);
                assert_eq!(ran.exit, Exit::Done, "{document}: {line}: {}", ran.err);
                assert!(!ran.out.is_empty(), "{document}: {line} prints nothing");
            }
            tried += 1;
        }
    }
    assert!(
        tried > 20,
        "only {tried} commands were found: the documents are not read as they are written"
    );
}

fn parses(document: &str, line: &str, words: &[String]) {
    if let Err(problem) = Cli::try_parse_from(words) {
        panic!("{document}: {line}\n{problem}");
    }
}

#[test]
fn every_make_target_in_the_documents_exists_and_is_explained() {
    let makefile = read("Makefile");
    let targets: Vec<&str> = makefile
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(':'))
        .map(|(target, rest)| {
            assert!(rest.contains("## "), "make {target} is not explained in make help");
            target
        })
        .collect();
    for document in DOCUMENTS {
        for line in commands(document) {
            if let Some(target) = line.strip_prefix("make ") {
                assert!(targets.contains(&target), "{document}: make {target}");
            }
        }
    }
}

/// Every target is one call: what a target does can be read in the Makefile.
#[test]
fn what_make_types_can_be_typed() {
    let makefile = read("Makefile");
    let demo = makefile
        .lines()
        .find_map(|line| line.strip_prefix("\tcargo run -- "))
        .unwrap();
    let words = words(&format!("tempoctl {demo}"));
    parses("Makefile", demo, &words);
    let scenario = Scenario::find(&words[3]).unwrap();
    let code = scenario.expect().exit.to_string();
    let at = words.iter().position(|word| word == "--expect-exit").unwrap();
    assert_eq!(
        words[at + 1],
        code,
        "the demo waits for another exit code than its scenario"
    );
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    for document in DOCUMENTS.iter().chain(&["CHANGELOG.md"]) {
        let folder = root().join(document).parent().unwrap().to_owned();
        for link in read(document)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if !link.starts_with("https://") {
                assert!(folder.join(link).exists(), "{document}: {link}");
            }
        }
    }
}

/// The table of layers says what each layer says of itself.
#[test]
fn the_table_of_layers_is_true() {
    let architecture = read("docs/architecture.md");
    let mut rows = 0;
    for row in architecture.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let layer = root().join("src").join(cells[1].trim_matches('`')).join("mod.rs");
        if layer.exists() && cells.len() == 5 {
            let imports = format!("//! May import: {}.\n", cells[3]);
            let text = fs::read_to_string(&layer).unwrap();
            assert!(text.contains(&imports), "{} does not say {imports}", layer.display());
            rows += 1;
        }
    }
    let lib = read("src/lib.rs");
    let layers = lib.lines().filter(|line| line.starts_with("pub mod ")).count();
    // `cli` and `exit` are no layers.
    assert_eq!(rows, layers - 2);
}

/// The picture in the README is what doctor draws of that stack, but for numbers, addresses and times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picture_is_what_doctor_draws() {
    let readme = read("README.md");
    let picture = readme.split("```text\n$ ").nth(1).unwrap().split("```").next().unwrap();
    let (typed, drawn) = picture.split_once('\n').unwrap();
    let name = words(typed)[3].clone();
    let lab: lab::Lab = start(LabOptions::of(Scenario::find(&name).unwrap())).await;
    let mut args = vec!["doctor".to_owned()];
    args.extend(lab.doctor_args());
    let ran = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        run_in(&[("HOME", "/nonexistent"), ("COLUMNS", "80")], &args)
    })
    .await
    .unwrap();
    let gone = drawn
        .lines()
        .filter(|line| is_constant(line))
        .find(|line| !ran.out.lines().any(|now| now == *line));
    if let Some(line) = gone {
        assert!(regen(), "`{line}` is no longer drawn: make regen\n{}", ran.out);
        fs::write(root().join("README.md"), readme.replace(drawn, &ran.out)).unwrap();
    }
}

/// Neither a number that differs from run to run nor drawn in columns as wide as such numbers.
fn is_constant(line: &str) -> bool {
    !line.chars().any(|each| each.is_ascii_digit() || "─│╳".contains(each))
}

/// The lines of a document's shell blocks.
fn commands(document: &str) -> Vec<String> {
    let text = read(document);
    text.split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
        .map(str::to_owned)
        .collect()
}

/// A line as a shell would split it: quotes, and what comes before a comment or a redirection.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for each in line.chars() {
        match (quote, each) {
            (Some(open), _) if open == each => quote = None,
            (None, '\'' | '"') => quote = Some(each),
            (None, '#' | '>' | '|') => break,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(each),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap_or_else(|problem| panic!("{document}: {problem}"))
}
