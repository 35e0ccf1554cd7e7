//! Files behind a seam: settings read them, tests hand in a map. Only `config init` and `config use` write.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Reads the files that settings name: the configuration, tokens, certificates.
pub trait Files {
    /// The whole text.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// A configuration, a token or a certificate is not larger than this.
pub const MOST_SETTINGS: u64 = 4 << 20;
/// A document (a dashboard, a report, saved evidence, recorded traces) is not larger than this.
pub const MOST_DOCUMENT: u64 = 256 << 20;

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        self.text(path, MOST_SETTINGS)
    }
}

impl Disk {
    /// The whole text of a file or a pipe; an error where it is larger than `most`.
    pub fn text(self, path: &Path, most: u64) -> io::Result<String> {
        text(self.bytes(path, most)?)
    }

    /// As [`Disk::text`]; `-` is standard input.
    pub fn text_or_stdin(self, path: &Path, most: u64) -> io::Result<String> {
        if path == Path::new("-") {
            return text(within(io::stdin().lock(), most)?);
        }
        self.text(path, most)
    }

    /// As [`Disk::text`], for what need not be text.
    pub fn bytes(self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        within(fs::File::open(path)?, most)
    }

    /// Writes a new file with the folders above it, readable by its owner only. Without `force` an existing file stays
    /// and the error is `AlreadyExists`.
    ///
    /// A pipe, a socket or a device is never replaced: the error is `Unsupported`.
    pub fn create(self, path: &Path, text: &str, force: bool) -> io::Result<()> {
        if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
            let message = "it is a pipe, a socket or a device, not a file";
            return Err(io::Error::new(io::ErrorKind::Unsupported, message));
        }
        if force && path.exists() {
            return self.replace(path, text);
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        private(OpenOptions::new().write(true).create_new(true))
            .open(path)?
            .write_all(text.as_bytes())
    }

    /// Replaces a file in one step, so that nobody ever reads half of it. Links stay links, permissions stay.
    pub fn replace(self, path: &Path, text: &str) -> io::Result<()> {
        let target = fs::canonicalize(path)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let draft = target.with_file_name(name);
        let written = private(OpenOptions::new().write(true).create_new(true))
            .open(&draft)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                fs::set_permissions(&draft, fs::metadata(&target)?.permissions())?;
                file.sync_all()?;
                fs::rename(&draft, &target)
            });
        if written.is_err() {
            // The draft is ours; the first error is the one to tell.
            let _ = fs::remove_file(&draft);
        }
        written
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text"))
}

/// Reads to the end, which comes before `most` bytes are exceeded. `/dev/zero` has none, and a pipe does not say.
fn within(input: impl io::Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let message = format!("it is larger than {} MiB", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Why a file could not be read or written, in a few words and without the error number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not text".to_owned(),
        _ => error.to_string(),
    }
}

/// Files in memory.
#[cfg(test)]
impl Files for std::collections::BTreeMap<&str, &str> {
    fn read(&self, path: &Path) -> io::Result<String> {
        let text = path.to_str().and_then(|path| self.get(path));
        text.map(|text| (*text).to_owned())
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_refused_and_named() {
        let refused = Disk.bytes(Path::new("/dev/zero"), 1 << 20).expect_err("it has no end");
        assert_eq!(reason(&refused), "it is larger than 1 MiB");
        let refused = Disk.read(Path::new("/dev/zero")).expect_err("it has no end");
        assert_eq!(reason(&refused), "it is larger than 4 MiB");
    }

    #[test]
    fn what_is_as_large_as_it_may_be_is_read() {
        assert_eq!(within(&[7_u8; 1 << 20][..], 1 << 20).expect("read").len(), 1 << 20);
        assert!(within(&[7_u8; (1 << 20) + 1][..], 1 << 20).is_err());
    }
}
