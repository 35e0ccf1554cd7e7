//! Reading what others wrote, up to a limit: `/dev/zero` has no end, a pipe does not say where it ends, and a file may be
//! larger than memory.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek as _, SeekFrom};
use std::path::Path;

/// Reads to the end, or fails once there are more than `most` bytes.
pub fn read_within(input: impl Read, most: u64) -> Result<Vec<u8>> {
    let bytes = read_beginning(input, most.saturating_add(1))?;
    if bytes.len() as u64 > most {
        let message = format!("it is larger than {} MiB", most >> 20);
        return Err(Error::new(ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The first `most` bytes.
pub fn read_beginning(input: impl Read, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "the one place where a limit stands before it")]
    input.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a small file, with replacement characters where it is none.
pub fn read_small_text(path: &Path, most: u64) -> Result<String> {
    let bytes = read_within(File::open(path)?, most)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last `most` bytes of a file as text: the end of a log.
pub fn read_end(path: &Path, most: u64) -> Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let bytes = read_beginning(file, most)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_is_an_error_and_the_end_is_the_end() {
        assert_eq!(read_within(&[7_u8; 1 << 20][..], 1 << 20).expect("read").len(), 1 << 20);
        assert!(read_within(&[7_u8; (1 << 20) + 1][..], 1 << 20).is_err());
        assert!(read_within(std::io::repeat(0), 1 << 10).is_err());
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("log");
        std::fs::write(&path, "first\nlast\n").expect("written");
        assert_eq!(read_end(&path, 5).expect("read"), "last\n");
        assert_eq!(read_end(&path, 500).expect("read"), "first\nlast\n");
    }
}
