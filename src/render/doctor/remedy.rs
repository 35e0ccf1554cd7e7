//! What to change: a sentence and what can be pasted.

use crate::render::sanitize;
use crate::render::style::{Style, Tone};
use crate::render::wrap::wrap_text;
use telemetry::model::Remedy;

/// What can be pasted, configuration first.
pub(super) fn list_paste_blocks(remedy: &Remedy) -> Vec<String> {
    [&remedy.config, &remedy.command]
        .into_iter()
        .flatten()
        .map(|text| sanitize::sanitize_block(text))
        .filter(|text| !text.is_empty())
        .collect()
}

/// What fits on a line: one line of configuration, or the sentence.
pub(super) fn summarize_remedy(remedy: &Remedy) -> String {
    let config = remedy.config.as_deref().map(sanitize::sanitize_block);
    match config.filter(|text| !text.is_empty() && !text.contains('\n')) {
        Some(text) => text,
        None => sanitize::sanitize_line(remedy.text.trim().trim_end_matches([':', '.'])),
    }
}

/// `Fix:` with its sentence, and the blocks below it.
pub(in crate::render) fn push_remedy(out: &mut Vec<String>, remedy: &Remedy, style: Style) {
    let text = remedy.text.trim();
    let blocks = list_paste_blocks(remedy);
    let text = if text.is_empty() { "change this:" } else { text };
    for (index, line) in wrap_text(&format!("Fix: {}", style.line(text)), style.prose_width() - 4)
        .iter()
        .enumerate()
    {
        match line.strip_prefix("Fix:").filter(|_| index == 0) {
            Some(rest) => out.push(format!("    {}{rest}", style.tone(Tone::Heading, "Fix:"))),
            None => out.push(format!("    {line}")),
        }
    }
    for (index, block) in blocks.iter().enumerate() {
        let apart = index > 0 && (block.contains('\n') || blocks[index - 1].contains('\n'));
        if apart {
            out.push(String::new());
        }
        for line in block.lines() {
            out.push(
                format!("      {}", style.tone(Tone::Command, line))
                    .trim_end()
                    .to_owned(),
            );
        }
    }
}
