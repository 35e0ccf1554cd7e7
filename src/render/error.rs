//! An error of the run itself: what is wrong, and what to try.

use telemetry::model::Problem;
use telemetry::model::report::SCHEMA_VERSION;
use telemetry::parse::logs::mask::mask_logins;

use super::sanitize;
use super::style::{Style, Tone};

/// `error: …`, and a line `try: …` for every piece of advice.
pub fn render_error(problem: &Problem, style: Style) -> String {
    let mut out = String::new();
    let message = sanitize::sanitize_block(&mask_logins(&problem.message));
    for (index, line) in message.lines().enumerate() {
        let line = style.text(line);
        if index == 0 {
            out.push_str(&format!("{} {line}\n", style.headline(Tone::Bad, "error:")));
        } else {
            out.push_str(format!("  {line}").trim_end());
            out.push('\n');
        }
    }
    for line in &problem.advice {
        out.push_str(&format!(
            "  {} {}\n",
            style.tone(Tone::Dim, "try:"),
            style.tone(Tone::Command, &style.line(&mask_logins(line)))
        ));
    }
    out
}

/// The same as a JSON document on one line, for `-o json`: a program that reads the output finds one document, also on
/// failure. Several problems stand in one message, a line each.
pub fn render_error_json(problems: &[Problem]) -> String {
    let messages: Vec<_> = problems.iter().map(|problem| mask_logins(&problem.message)).collect();
    let advice: Vec<_> = problems
        .iter()
        .flat_map(|problem| &problem.advice)
        .map(|advice| mask_logins(advice))
        .collect();
    let document = serde_json::json!({
        "schema_version": SCHEMA_VERSION,
        "error": {"message": messages.join("\n"), "advice": advice},
    });
    sanitize::escape_json_line(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_and_what_to_try() {
        let problem = Problem::new("--otlp-endpoint: 'localhost:99999' has no valid port (1 to 65535)")
            .advising("--otlp-endpoint http://localhost:4318");
        let text = render_error(&problem, Style::PLAIN);
        assert_eq!(
            text,
            "error: --otlp-endpoint: 'localhost:99999' has no valid port (1 to 65535)\n  \
             try: --otlp-endpoint http://localhost:4318\n"
        );
    }

    #[test]
    fn shows_escapes_and_keeps_lines() {
        assert_eq!(
            render_error(&Problem::new("two\nlines \u{1b}[2J"), Style::PLAIN),
            "error: two\n  lines \\x1b[2J\n"
        );
    }
}
