//! Reports as text, in every format.

use tempoctl::render::Style;
use tempoctl::render::doctor::{human, json, jsonl, junit, markdown, short};

use crate::reports;

#[test]
#[ignore = "prints for the eye"]
fn show() {
    use std::io::Write;
    let env = |name: &str| std::env::var(name).ok();
    let style = Style {
        width: env("W").and_then(|w| w.parse().ok()).unwrap_or(80),
        color: env("C").is_some(),
        unicode: env("ASCII").is_none(),
    };
    let mut out = std::io::stdout();
    for (name, report) in reports::all() {
        if env("ONLY").is_some_and(|only| only != name) {
            continue;
        }
        writeln!(out, "──── {name}").unwrap();
        match env("F").as_deref() {
            Some("short") => write!(out, "{}", short(&report, style)).unwrap(),
            Some("junit") => write!(out, "{}", junit(&report).unwrap()).unwrap(),
            Some("markdown") => write!(out, "{}", markdown(&report)).unwrap(),
            Some("json") => write!(out, "{}", json(&report).unwrap()).unwrap(),
            Some("jsonl") => write!(out, "{}", jsonl(&report).unwrap()).unwrap(),
            _ => write!(out, "{}", human(&report, style, env("V").is_some())).unwrap(),
        }
    }
}
