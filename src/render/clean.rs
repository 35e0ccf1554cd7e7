//! What servers, files and people wrote, made harmless for a terminal: control characters and signs that turn text
//! round are shown as escapes, never sent.

/// The text on one line: line breaks and tabs become spaces, everything else that steers a terminal is spelt out.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c => push(&mut out, c),
        }
    }
    out
}

/// The text with its lines kept, for what is to be pasted. A tab becomes four spaces.
pub fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            c => push(&mut out, c),
        }
    }
    out.trim_end().trim_start_matches('\n').to_owned()
}

/// True for a character that steers a terminal, or that is not seen and changes how its neighbours are read.
pub fn steers(c: char) -> bool {
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

fn push(out: &mut String, c: char) {
    if !steers(c) {
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
        assert_eq!(line("a\u{1b}[31mred\u{7}"), "a\\x1b[31mred\\x07");
        assert_eq!(line("\u{9b}2J"), "\\x9b2J");
        assert_eq!(line("evil\u{202e}txt"), "evil\\u{202e}txt");
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(line("one\r\ntwo\tthree"), "one two three");
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("\na:\r\n\tb: 1\n\n"), "a:\n    b: 1");
    }

    #[test]
    fn other_scripts_are_left_alone() {
        assert_eq!(line("Заказы 注文 café ✓"), "Заказы 注文 café ✓");
    }
}
