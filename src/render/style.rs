//! What the receiving end can show, decided once by whoever opened it.

use colored::Colorize;

use super::sanitize;

/// Where the width is not known: a pipe, a file.
const USUAL: usize = 80;
/// The narrowest line that anything is wrapped to.
const NARROWEST: usize = 40;
/// The widest line of prose: longer ones are hard to read.
const WIDEST_PROSE: usize = 100;
/// The widest line of a table: beyond this it gains nothing.
const WIDEST: usize = 160;

/// What a colour means. Glyphs and words always say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// Passed: green.
    Good,
    /// The break: red.
    Bad,
    /// Degraded: yellow.
    Degraded,
    /// What explains.
    Dim,
    /// What can be pasted: cyan.
    Command,
    /// A heading.
    Heading,
}

/// How wide a line may be, and whether colour and signs beyond ASCII may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// ANSI colours.
    pub color: bool,
    /// Signs beyond ASCII.
    pub unicode: bool,
}

impl Style {
    /// No colour, Unicode, 80 columns: a pipe or a file.
    pub const PLAIN: Style = Style {
        width: USUAL,
        color: false,
        unicode: true,
    };

    /// The width for prose.
    pub fn prose_width(self) -> usize {
        self.width.clamp(NARROWEST, WIDEST_PROSE)
    }

    /// The width for tables and evidence.
    pub fn page_width(self) -> usize {
        self.width.clamp(NARROWEST, WIDEST)
    }

    /// The text in the colour of that meaning.
    pub fn tone(self, tone: Tone, text: &str) -> String {
        match tone {
            Tone::Plain => text.to_owned(),
            Tone::Good => self.paint(text, |text| text.green()),
            Tone::Bad => self.paint(text, |text| text.red()),
            Tone::Degraded => self.paint(text, |text| text.yellow()),
            Tone::Dim => self.dim(text),
            Tone::Command => self.command(text),
            Tone::Heading => self.heading(text),
        }
    }

    /// The answer itself: bold, in the colour of that meaning.
    pub fn headline(self, tone: Tone, text: &str) -> String {
        match tone {
            Tone::Good => self.paint(text, |text| text.green().bold()),
            Tone::Bad => self.paint(text, |text| text.red().bold()),
            Tone::Degraded => self.paint(text, |text| text.yellow().bold()),
            _ => self.heading(text),
        }
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.paint(text, |text| text.bold())
    }

    /// Something to paste.
    pub fn command(self, text: &str) -> String {
        self.paint(text, |text| text.cyan())
    }

    /// Something that explains.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, |text| text.dimmed())
    }

    /// The first sign, or the second where only ASCII can be shown.
    pub fn sign(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// Text from anywhere on one line, harmless and in signs that can be shown.
    pub fn line(self, text: &str) -> String {
        self.text(&sanitize::sanitize_line(text))
    }

    /// The text itself, or an ASCII spelling of it.
    pub fn text(self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '≥' => out.push_str(">="),
                '≤' => out.push_str("<="),
                '…' => out.push_str("..."),
                '–' | '·' => out.push('-'),
                '→' => out.push_str("->"),
                '«' | '»' | '“' | '”' | '„' => out.push('"'),
                '‘' | '’' => out.push('\''),
                '—' | '─' => out.push('-'),
                '×' => out.push('x'),
                'µ' => out.push('u'),
                '✓' => out.push_str("ok"),
                '✗' => out.push_str("FAIL"),
                c if c.is_ascii() => out.push(c),
                _ => out.push('?'),
            }
            out
        })
    }

    /// The text in one of the terminal's 256 colours, for what has a colour of its own, as services have.
    pub fn tint(self, color: u8, text: &str) -> String {
        self.paint(text, |text| text.color(colored::Color::AnsiColor(color)))
    }

    fn paint(self, text: &str, paint: impl Fn(&str) -> colored::ColoredString) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        // Colour has been decided on already: the crate's own look at the environment must not undo it.
        colored::control::set_override(true);
        paint(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOR: Style = Style {
        color: true,
        ..Style::PLAIN
    };

    #[test]
    fn colour_follows_the_flag_alone() {
        assert_eq!(Style::PLAIN.command("--flag"), "--flag");
        assert_eq!(COLOR.command("--flag"), "\u{1b}[36m--flag\u{1b}[0m");
    }

    #[test]
    fn ascii_spells_signs_out() {
        let ascii = Style {
            unicode: false,
            ..Style::PLAIN
        };
        assert_eq!(ascii.text("≥ 2.7 … «a» · b"), ">= 2.7 ... \"a\" - b");
        assert_eq!(Style::PLAIN.text("≥ 2.7"), "≥ 2.7");
    }

    #[test]
    fn prose_is_neither_narrow_nor_wide() {
        assert_eq!(Style { width: 20, ..COLOR }.prose_width(), 40);
        assert_eq!(Style { width: 90, ..COLOR }.prose_width(), 90);
        assert_eq!(Style { width: 300, ..COLOR }.prose_width(), 100);
    }
}
