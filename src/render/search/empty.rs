//! Why nothing was found.

use crate::render::style::{Style, Tone};
use crate::render::wrap::wrap_text_hanging;
use telemetry::model::search::EmptyReason;

/// The reasons, and what would find something.
pub fn render_empty(reason: &EmptyReason, style: Style) -> String {
    let mut out = String::new();
    for (index, line) in reason.lines.iter().enumerate() {
        let indent = if index == 0 { "" } else { "  " };
        let width = style.prose_width() - indent.len();
        for piece in wrap_text_hanging(&style.line(line), width, 2).into_iter().enumerate() {
            let hang = if piece.0 == 0 {
                indent.to_owned()
            } else {
                format!("{indent}  ")
            };
            let text = if index == 0 { style.heading(&piece.1) } else { piece.1 };
            out.push_str(&format!("{hang}{text}\n"));
        }
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
