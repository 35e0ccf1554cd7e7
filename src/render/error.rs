//! An error of the run itself: what is wrong, and what to try.

use super::clean;
use super::style::{Style, Tone};

/// `error: …`, and a line `try: …` for every piece of advice.
pub fn error(message: &str, advice: &[String], style: Style) -> String {
    let mut out = String::new();
    let message = clean::block(message);
    for (index, line) in message.lines().enumerate() {
        let line = style.text(line);
        if index == 0 {
            out.push_str(&format!("{} {line}\n", style.headline(Tone::Bad, "error:")));
        } else {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
    }
    for line in advice {
        out.push_str(&format!(
            "  {} {}\n",
            style.tone(Tone::Dim, "try:"),
            style.tone(Tone::Paste, &style.line(line))
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_and_what_to_try() {
        let text = error(
            "--otlp-endpoint: 'localhost:99999' has no valid port (1 to 65535)",
            &["--otlp-endpoint http://localhost:4318".to_owned()],
            Style::PLAIN,
        );
        assert_eq!(
            text,
            "error: --otlp-endpoint: 'localhost:99999' has no valid port (1 to 65535)\n  \
             try: --otlp-endpoint http://localhost:4318\n"
        );
    }

    #[test]
    fn shows_escapes_and_keeps_lines() {
        assert_eq!(
            error("two\nlines \u{1b}[2J", &[], Style::PLAIN),
            "error: two\n  lines \\x1b[2J\n"
        );
    }
}
