//! Why nothing was found.

use crate::render::style::{Style, Tone};
use crate::render::wrap::{hang_lines, wrap_text_hanging};
use telemetry::model::search::EmptyReason;

/// The reasons, and what would find something.
pub fn render_empty(reason: &EmptyReason, style: Style) -> String {
    let mut out = String::new();
    for (index, line) in reason.lines.iter().enumerate() {
        let indent = if index == 0 { "" } else { "  " };
        let tone = if index == 0 { Tone::Heading } else { Tone::Plain };
        let pieces = wrap_text_hanging(&style.line(line), style.prose_width() - indent.len(), 2).into_iter();
        let pieces = pieces.map(|piece| format!("{}\n", style.tone(tone, &piece)));
        out.push_str(&hang_lines(indent, indent.len() + 2, pieces).concat());
    }
    for (index, command) in reason.advice.iter().enumerate() {
        let word = if index == 0 { "Try: " } else { "     " };
        out.push_str(&format!(
            "  {}{}\n",
            style.tone(Tone::Dim, word),
            style.command(&style.line(command))
        ));
    }
    for cause in &reason.causes {
        let command = format!("tempoctl explain {cause}");
        out.push_str(&format!(
            "  {}{}\n",
            style.tone(Tone::Dim, "More: "),
            style.command(&command)
        ));
    }
    out
}
