//! `docs/verdict.svg` is what doctor shows on a coloured terminal. Numbers, addresses and times may differ from run to run;
//! where anything else does, `make regen` draws it anew.

use std::fs;

use anstyle_svg::{Palette, Term};
use tempoctl::lab::{LabOptions, LabScenario};

use crate::generated::{regen, root};
use crate::lab_kit::start;
use crate::product::run_in;

const SCENARIO: &str = "remote-write-receiver-off";
const PICTURE: &str = "docs/verdict.svg";

/// Sixteen colours on a dark ground, and on a light one.
const DARK: [u32; 16] = [
    0x484f58, 0xff7b72, 0x3fb950, 0xd29922, 0x58a6ff, 0xbc8cff, 0x39c5cf, 0xb1bac4, 0x6e7681, 0xffa198, 0x56d364,
    0xe3b341, 0x79c0ff, 0xd2a8ff, 0x56d4dd, 0xf0f6fc,
];
const LIGHT: [u32; 16] = [
    0x24292f, 0xcf222e, 0x116329, 0x7d4e00, 0x0969da, 0x8250df, 0x1b7c83, 0x6e7781, 0x57606a, 0xa40e26, 0x1a7f37,
    0x633c01, 0x218bff, 0xa475f9, 0x3192aa, 0x8c959f,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_show_what_doctor_draws_in_colour() {
    let lab = start(LabOptions::fast(LabScenario::find(SCENARIO).unwrap())).await;
    let mut args = vec!["doctor".to_owned(), "--color=always".to_owned()];
    args.extend(lab.doctor_args());
    let ran = tokio::task::spawn_blocking(move || {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        run_in(
            &[("HOME", "/nonexistent"), ("COLUMNS", "80"), ("LC_ALL", "C.UTF-8")],
            &args,
        )
    })
    .await
    .unwrap();
    assert!(ran.out.contains("\u{1b}["), "no colour: {}", ran.out);
    let typed = format!("\u{1b}[2m$\u{1b}[0m tempoctl lab run {SCENARIO} -- doctor\n{}", ran.out);
    let fresh = drawn(&typed);
    let committed = fs::read_to_string(root().join(PICTURE)).unwrap_or_default();
    let known = shown(&committed);
    let gone = shown(&fresh)
        .into_iter()
        .filter(|line| is_constant(line))
        .find(|line| !known.contains(line));
    let more = known.iter().filter(|line| is_constant(line)).count()
        != shown(&fresh).iter().filter(|line| is_constant(line)).count();
    if let Some(line) = gone.or(more.then(|| "a line".to_owned())) {
        assert!(regen(), "`{line}` is not what {PICTURE} shows: make regen");
        fs::write(root().join(PICTURE), fresh).unwrap();
    }
}

/// An SVG that follows the reader's choice of light or dark.
fn drawn(ansi: &str) -> String {
    let dark = term(&DARK, 0xe6edf3, 0x0d1117).render_svg(ansi.trim_end());
    let light = term(&LIGHT, 0x1f2328, 0xf6f8fa).render_svg(ansi.trim_end());
    let rules = light
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('.') && line.contains(" fill: "));
    let rules: Vec<String> = rules.map(|rule| format!("      {rule}")).collect();
    let title = format!("  <title>tempoctl doctor names the hop, the cause and the remedy ({SCENARIO})</title>\n");
    let media = format!(
        "    @media (prefers-color-scheme: light) {{\n{}\n    }}\n  </style>",
        rules.join("\n")
    );
    dark.replacen("  </style>", &media, 1)
        .replacen("  <style>", &format!("{title}  <style>"), 1)
}

fn term(colours: &[u32; 16], fore: u32, ground: u32) -> Term {
    let rgb = |colour: u32| {
        let [_, r, g, b] = colour.to_be_bytes();
        anstyle::RgbColor(r, g, b)
    };
    Term::new()
        .palette(Palette::from(colours.map(rgb)))
        .fg_color(rgb(fore).into())
        .bg_color(rgb(ground).into())
}

/// The lines of text in a picture.
fn shown(svg: &str) -> Vec<String> {
    svg.lines()
        .filter(|line| line.trim_start().starts_with("<tspan x="))
        .map(|line| {
            let parts = line.split('<').filter_map(|part| part.split_once('>'));
            parts.map(|(_, text)| text).collect::<String>().trim_end().to_owned()
        })
        .collect()
}

/// Neither a number that differs from run to run nor drawn in columns as wide as such numbers.
fn is_constant(line: &str) -> bool {
    !line.is_empty() && !line.chars().any(|each| each.is_ascii_digit() || "─│╳".contains(each))
}
