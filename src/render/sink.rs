//! The only owner of stdout and stderr.

use std::io::Write;

use super::Style;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Both streams.
pub struct Sink {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    out: Style,
    err: Style,
    /// Standard error is a terminal.
    pub stderr_tty: bool,
}

impl Sink {
    /// A sink.
    #[allow(clippy::too_many_arguments)]
    pub fn new(stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>, stdout_tty: bool, stderr_tty: bool, color: ColorChoice, no_color: bool, width: Option<usize>, unicode: bool) -> Self {
        let style = |tty: bool| Style {
            width: width.unwrap_or(80),
            color: match color { ColorChoice::Always => true, ColorChoice::Never => false, ColorChoice::Auto => tty && !no_color },
            unicode,
        };
        Sink { stdout, stderr, out: style(stdout_tty), err: style(stderr_tty), stderr_tty }
    }
    /// Style of standard output.
    pub fn style_out(&self) -> Style { self.out }
    /// Style of standard error.
    pub fn style_err(&self) -> Style { self.err }
    /// Data.
    pub fn out(&mut self, text: &str) { let _ = self.stdout.write_all(text.as_bytes()); let _ = self.stdout.flush(); }
    /// Notes.
    pub fn err(&mut self, text: &str) { let _ = self.stderr.write_all(text.as_bytes()); let _ = self.stderr.flush(); }
}
