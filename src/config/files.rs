//! Files behind a seam: settings read them, tests hand in a map. Only `config init` and `config use` write.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Reads the files that settings name: the configuration, tokens, certificates.
pub trait Files {
    /// The whole text.
    fn read(&self, path: &Path) -> io::Result<String>;
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }
}

impl Disk {
    /// Writes a new file with the folders above it, readable by its owner only. Without `force` an existing file stays
    /// and the error is `AlreadyExists`.
    pub fn create(self, path: &Path, text: &str, force: bool) -> io::Result<()> {
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
