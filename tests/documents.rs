//! What the documents say can be typed, exists and is true.

use std::fs;

use clap::Parser;
use tempoctl::cli::Cli;
use tempoctl::lab::LabScenario;

use crate::fences::{commands, documents};
use crate::generated::root;

#[test]
fn every_command_in_the_documents_is_one() {
    let mut tried = 0;
    for document in documents() {
        let document = document.as_str();
        for line in commands(document).iter().filter(|line| line.starts_with("tempoctl ")) {
            let words = words(line);
            parses(document, line, &words);
            if let Some(at) = words.iter().position(|word| word == "--").filter(|_| words[1] == "lab") {
                let scenario = &words[at - 1];
                assert!(
                    LabScenario::find(scenario).is_ok(),
                    "{document}: {line}: no such scenario"
                );
                let inner: Vec<String> = std::iter::once("tempoctl".to_owned())
                    .chain(words[at + 1..].iter().cloned())
                    .collect();
                parses(document, line, &inner);
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
    for document in documents() {
        let document = document.as_str();
        for line in commands(document) {
            if let Some(target) = line.strip_prefix("make ") {
                assert!(targets.contains(&target), "{document}: make {target}");
            }
        }
    }
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    for document in &documents() {
        let folder = root().join(document).parent().unwrap().to_owned();
        for link in read(document)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                root().join(document)
            } else {
                folder.join(path)
            };
            assert!(target.exists(), "{document}: {link}");
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let known = text
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| anchor(line) == heading);
                assert!(known, "{document}: {link}: no such heading");
            }
        }
    }
}

/// What GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    text.chars()
        .filter(|each| each.is_alphanumeric() || "-_".contains(*each))
        .collect()
}

/// A line as a shell would split it: quotes, and what comes before a comment or a redirection.
pub fn words(line: &str) -> Vec<String> {
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
