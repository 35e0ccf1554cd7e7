//! One line of foreign input, kept as far as a line may be long.

use std::io;

/// What is kept of a line. journald itself cuts a line at 48 KiB (`LineMax=`), an entry's field at 768 MiB.
const KEPT: usize = 1 << 20;
/// A line as long as this is no line.
const LONGEST: usize = 64 << 20;

/// A line while it is read, piece by piece.
#[derive(Default)]
pub(super) struct LineBuffer {
    bytes: Vec<u8>,
    read: usize,
}

impl LineBuffer {
    /// Adds what a piece has of the line: how many bytes that was, and whether the line is whole.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<(usize, bool)> {
        let end = memchr::memchr(b'\n', piece);
        let used = end.map_or(piece.len(), |at| at + 1);
        let kept = used.min(KEPT.saturating_sub(self.bytes.len()));
        self.bytes.extend_from_slice(&piece[..kept]);
        self.count(used)?;
        Ok((used, end.is_some()))
    }

    /// The same for text that somebody else splits: only the length of its last line is noted.
    pub(super) fn pass(&mut self, text: &[u8]) -> io::Result<()> {
        let begun = memchr::memrchr(b'\n', text).map(|at| at + 1);
        if begun.is_some() {
            self.read = 0;
        }
        self.count(text.len() - begun.unwrap_or(0))
    }

    fn count(&mut self, bytes: usize) -> io::Result<()> {
        self.read += bytes;
        if self.read > LONGEST {
            let message = format!("a line of more than {} MiB", LONGEST >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        Ok(())
    }

    /// The line, its end included; nothing of one that was cut.
    pub(super) fn bytes(&self) -> &[u8] {
        if self.is_cut() { &[] } else { &self.bytes }
    }

    /// The line was longer than what is kept.
    pub(super) fn is_cut(&self) -> bool {
        self.read > self.bytes.len()
    }

    /// Nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.read == 0
    }

    /// For the next line.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.read = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_passed_on_is_counted_to_its_end() {
        let mut line = LineBuffer::default();
        let long = vec![b'x'; LONGEST];
        assert!(line.pass(&long).is_ok());
        assert!(line.pass(b"y\nz").is_ok());
        assert!(line.pass(&long[1..]).is_ok());
        assert!(line.pass(b"y").is_err());
    }

    #[test]
    fn a_line_is_kept_up_to_its_bound() {
        let mut line = LineBuffer::default();
        assert_eq!(line.push(b"one ").unwrap(), (4, false));
        assert_eq!(line.push(b"two\nthree").unwrap(), (4, true));
        assert_eq!(line.bytes(), b"one two\n");
        line.clear();
        assert!(line.is_empty());
        let piece = vec![b'x'; KEPT];
        line.push(&piece).unwrap();
        assert!(!line.is_cut());
        line.push(&piece).unwrap();
        assert!(line.is_cut() && line.bytes().is_empty());
        let endless = (0..LONGEST / KEPT)
            .map(|_| line.push(&piece))
            .find_map(Result::err)
            .unwrap();
        assert_eq!(endless.to_string(), "a line of more than 64 MiB");
        assert!(line.bytes.len() <= KEPT);
    }
}
