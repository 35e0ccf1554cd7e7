//! An error with its way out.

use super::Style;

/// `error: …` and, below it, what to try.
pub fn error(message: &str, advice: &[String], style: Style) -> String {
    let mut text = format!("error: {message}\n");
    for line in advice {
        text.push_str(&format!("  try: {}\n", style.paste(line)));
    }
    text
}
