//! The only way to stdout and stderr: what each of them can show is decided here, once.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::style::Style;

/// What `--color` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// What is known about where the output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screen {
    /// stdout is a terminal.
    pub stdout_tty: bool,
    /// stderr is a terminal.
    pub stderr_tty: bool,
    /// What `--color` says.
    pub color: ColorChoice,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// Columns of the terminal, where they are known.
    pub width: Option<usize>,
    /// Signs beyond ASCII can be shown.
    pub unicode: bool,
}

impl Screen {
    fn style(self, tty: bool) -> Style {
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => tty && !self.no_color,
        };
        Style {
            width: self
                .width
                .filter(|width| tty && *width > 0)
                .unwrap_or(Style::PLAIN.width),
            color,
            unicode: self.unicode,
        }
    }
}

/// Data of any sink of this process has been written.
static DATA_WRITTEN: AtomicBool = AtomicBool::new(false);

/// Whether this process has written data.
pub fn has_written_data() -> bool {
    DATA_WRITTEN.load(Ordering::Relaxed)
}

/// Standard output that cannot be written to.
#[derive(Debug, thiserror::Error)]
#[error("standard output: {0}")]
pub struct OutputError(io::Error);

/// A text without the secrets of this run.
pub type Mask = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Owner of both streams: data goes to stdout, everything else to stderr. Neither shows a secret that it was told of.
pub struct Sink {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    screen: Screen,
    mask: Option<Mask>,
    closed: bool,
    written: bool,
}

impl Sink {
    /// A sink over these streams.
    pub fn new(stdout: Box<dyn Write + Send>, stderr: Box<dyn Write + Send>, screen: Screen) -> Self {
        Sink {
            stdout,
            stderr,
            screen,
            mask: None,
            closed: false,
            written: false,
        }
    }

    /// From now on everything that is written passes `mask`. A text is written whole: a secret in two parts is not seen.
    pub fn mask_secrets(&mut self, mask: impl Fn(&str) -> String + Send + Sync + 'static) {
        self.mask = Some(Arc::new(mask));
    }

    /// The text as it may leave the program, in a file as well.
    pub fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.mask
            .as_ref()
            .map_or(Cow::Borrowed(text), |mask| Cow::Owned(mask(text)))
    }

    /// What masks the secrets of this run, where there are any.
    pub fn mask(&self) -> Option<Mask> {
        self.mask.clone()
    }

    /// Data. A reader that has gone is no error: from then on nothing is written, and [`Sink::is_closed`] says so.
    pub fn out(&mut self, text: &str) -> Result<(), OutputError> {
        if self.closed {
            return Ok(());
        }
        let text = self.masked(text);
        DATA_WRITTEN.fetch_or(!text.is_empty(), Ordering::Relaxed);
        let result = self
            .stdout
            .write_all(text.as_bytes())
            .and_then(|()| self.stdout.flush());
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            result => {
                self.written |= result.is_ok() && !text.is_empty();
                result.map_err(OutputError)
            }
        }
    }

    /// Notes and errors. Where stderr cannot be written to, there is nobody left to tell.
    pub fn err(&mut self, text: &str) {
        let text = self.masked(text);
        let _ = self
            .stderr
            .write_all(text.as_bytes())
            .and_then(|()| self.stderr.flush());
    }

    /// Chooses what `--color` says.
    pub fn set_color(&mut self, color: ColorChoice) {
        self.screen.color = color;
    }

    /// What stdout can show.
    pub fn style_out(&self) -> Style {
        self.screen.style(self.screen.stdout_tty)
    }

    /// How wide stdout is, where it is a terminal.
    pub fn terminal_width(&self) -> Option<usize> {
        self.screen.stdout_tty.then(|| self.style_out().width)
    }

    /// What stderr can show.
    pub fn style_err(&self) -> Style {
        self.screen.style(self.screen.stderr_tty)
    }

    /// stdout is a terminal.
    pub fn stdout_is_tty(&self) -> bool {
        self.screen.stdout_tty
    }

    /// stderr is a terminal: a live view has somewhere to live.
    pub fn stderr_is_tty(&self) -> bool {
        self.screen.stderr_tty
    }

    /// Data has been written.
    pub fn has_written(&self) -> bool {
        self.written
    }

    /// The reader of stdout has gone: endless commands may end.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A stream that others can look into.
    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A stream that always fails so.
    struct FailingWriter(ErrorKind);

    impl Write for FailingWriter {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn styles(screen: Screen) -> (Style, Style) {
        let sink = Sink::new(Box::new(io::sink()), Box::new(io::sink()), screen);
        (sink.style_out(), sink.style_err())
    }

    #[test]
    fn data_and_notes_do_not_mix() {
        let (stdout, stderr) = (SharedBuffer::default(), SharedBuffer::default());
        let mut sink = Sink::new(Box::new(stdout.clone()), Box::new(stderr.clone()), Screen::default());
        sink.out("data\n").unwrap();
        sink.err("note\n");
        assert_eq!(*stdout.0.lock().unwrap(), b"data\n");
        assert_eq!(*stderr.0.lock().unwrap(), b"note\n");
    }

    #[test]
    fn neither_stream_shows_a_secret() {
        let (stdout, stderr) = (SharedBuffer::default(), SharedBuffer::default());
        let mut sink = Sink::new(Box::new(stdout.clone()), Box::new(stderr.clone()), Screen::default());
        sink.mask_secrets(|text| text.replace("hunter2", "redacted"));
        sink.out("data hunter2\n").unwrap();
        sink.err("note hunter2\n");
        assert_eq!(*stdout.0.lock().unwrap(), b"data redacted\n");
        assert_eq!(*stderr.0.lock().unwrap(), b"note redacted\n");
    }

    #[test]
    fn a_reader_that_goes_ends_the_output_quietly() {
        let mut sink = Sink::new(
            Box::new(FailingWriter(ErrorKind::BrokenPipe)),
            Box::new(io::sink()),
            Screen::default(),
        );
        assert!(sink.out("one").is_ok());
        assert!(sink.is_closed());
        assert!(sink.out("two").is_ok());
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut sink = Sink::new(
            Box::new(FailingWriter(ErrorKind::StorageFull)),
            Box::new(io::sink()),
            Screen::default(),
        );
        assert!(sink.out("one").is_err());
    }

    #[test]
    fn each_stream_has_its_own_style() {
        let screen = Screen {
            stderr_tty: true,
            width: Some(132),
            unicode: true,
            ..Screen::default()
        };
        let (out, err) = styles(screen);
        assert_eq!(out, Style::PLAIN);
        assert!(err.color);
        assert_eq!(err.width, 132);
    }

    #[test]
    fn the_flag_is_stronger_than_no_color() {
        let screen = Screen {
            stdout_tty: true,
            no_color: true,
            ..Screen::default()
        };
        assert!(!styles(screen).0.color);
        let always = Screen {
            color: ColorChoice::Always,
            stdout_tty: false,
            ..screen
        };
        assert!(styles(always).0.color);
        let never = Screen {
            color: ColorChoice::Never,
            no_color: false,
            ..screen
        };
        assert!(!styles(never).0.color);
    }
}
