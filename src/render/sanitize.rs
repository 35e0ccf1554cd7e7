//! What servers, files and people wrote, made harmless for a terminal: control characters and signs that turn text
//! round are shown as escapes, never sent.

/// The text on one line: line breaks and tabs become spaces, everything else that steers a terminal is spelt out.
pub fn sanitize_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c => push_escaped(&mut out, c),
        }
    }
    out
}

/// The text with its lines kept, for what is to be pasted. A tab becomes four spaces.
pub fn sanitize_block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            c => push_escaped(&mut out, c),
        }
    }
    out.trim_end().trim_start_matches('\n').to_owned()
}

/// True for a character that steers a terminal, or that is not seen and changes how its neighbours are read.
pub fn is_control_sign(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A JSON document. serde leaves characters above U+007E as they are; those that steer a terminal are escaped, which
/// changes no value.
fn escape_json(document: String) -> String {
    if document.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) {
        return document;
    }
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        if c != '\n' && is_control_sign(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A JSON document with a line break at its end.
pub fn escape_json_line(document: String) -> String {
    let mut document = escape_json(document);
    document.push('\n');
    document
}

fn push_escaped(out: &mut String, c: char) {
    if !is_control_sign(c) {
        out.push(c);
    } else if u32::from(c) < 0x100 {
        out.push_str(&format!("\\x{:02x}", u32::from(c)));
    } else {
        out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_shown_not_sent() {
        assert_eq!(sanitize_line("a\u{1b}[31mred\u{7}"), "a\\x1b[31mred\\x07");
        assert_eq!(sanitize_line("\u{9b}2J"), "\\x9b2J");
        assert_eq!(sanitize_line("evil\u{202e}txt"), "evil\\u{202e}txt");
    }

    #[test]
    fn a_document_steers_nothing_and_keeps_its_values() {
        let text = "a\u{7f}\u{9b}2J\u{202e}\u{e0001}é\n";
        let document = serde_json::to_string_pretty(&[text]).expect("JSON");
        let shown = escape_json_line(document);
        assert!(!shown.chars().any(|c| c != '\n' && is_control_sign(c)), "{shown}");
        assert!(shown.contains("\\u007f\\u009b2J\\u202e"), "{shown}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&shown).expect("JSON"), [text]);
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(sanitize_line("one\r\ntwo\tthree"), "one two three");
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(sanitize_block("\na:\r\n\tb: 1\n\n"), "a:\n    b: 1");
    }

    #[test]
    fn other_scripts_are_left_alone() {
        assert_eq!(sanitize_line("Заказы 注文 café ✓"), "Заказы 注文 café ✓");
    }
}
