//! Files behind a seam: settings read them, tests hand in a map. Written are the configuration and what `--save` names.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempoctl_bounds::bounded_reads::read_within;

/// Reads the files that settings name: the configuration, tokens, certificates.
pub trait SettingsFiles {
    /// The whole text.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The text of a file that nobody named and that need not be there. A pipe or a device of its name is none: opening one
    /// may wait for ever.
    fn read_found(&self, path: &Path) -> io::Result<Option<String>> {
        match self.read(path) {
            Ok(text) => Ok(Some(text)),
            Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(why) => Err(why),
        }
    }
}

/// A configuration, a token or a certificate is not larger than this.
pub const MOST_SETTINGS: u64 = 4 << 20;
/// A document (a dashboard, a report, saved evidence, recorded traces) is not larger than this.
pub const MOST_DOCUMENT: u64 = 256 << 20;

/// More links than this in a row are followed by no system.
const MOST_LINKS: usize = 40;
/// Drafts of others that are passed over.
const MOST_DRAFTS: u32 = 64;

/// The file that is being read.
static CURRENT: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The file that is being read: one without an end is to be named by whoever stops waiting for it.
pub fn current_file() -> Option<PathBuf> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Names the file while `read` reads it.
fn name_while<T>(path: &Path, read: impl FnOnce() -> T) -> T {
    let name = |path: Option<&Path>| *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = path.map(Path::to_owned);
    name(Some(path));
    let result = read();
    name(None);
    result
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl SettingsFiles for Disk {
    fn read(&self, path: &Path) -> io::Result<String> {
        self.decode_text(path, MOST_SETTINGS)
    }

    fn read_found(&self, path: &Path) -> io::Result<Option<String>> {
        match fs::metadata(path) {
            Ok(about) if about.is_file() => self.read(path).map(Some),
            Err(why) if !matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(why),
            _ => Ok(None),
        }
    }
}

impl Disk {
    /// The whole text of a file or a pipe; an error where it is larger than `most`.
    pub fn decode_text(self, path: &Path, most: u64) -> io::Result<String> {
        text(self.bytes(path, most)?)
    }

    /// As [`Disk::text`]; `-` is standard input.
    pub fn text_or_stdin(self, path: &Path, most: u64) -> io::Result<String> {
        text(self.bytes_or_stdin(path, most)?)
    }

    /// The same for what need not be text.
    pub fn bytes_or_stdin(self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        match path == Path::new("-") {
            true => name_while(Path::new("standard input"), || read_within(io::stdin().lock(), most)),
            false => self.bytes(path, most),
        }
    }

    /// As [`Disk::text`], for what need not be text.
    pub fn bytes(self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        name_while(path, || read_within(fs::File::open(path)?, most))
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
        let written = make_private(OpenOptions::new().write(true).create_new(true))
            .open(path)?
            .write_all(text.as_bytes());
        if written.is_err() {
            // Half a file helps nobody; the first error is the one to tell.
            let _ = fs::remove_file(path);
        }
        written
    }

    /// Replaces a file in one step, so that nobody ever reads half of it. Links stay links, permissions stay.
    pub fn replace(self, path: &Path, text: &str) -> io::Result<()> {
        let target = fs::canonicalize(path)?;
        let permissions = fs::metadata(&target)?.permissions();
        swap_in(&target, text, Some(permissions))
    }

    /// Writes what somebody wants to keep to the file they named, readable by its owner only. It is there whole or not at
    /// all: a full disk leaves what was there before. A link stays a link, and what it leads to is written; a pipe or a
    /// device is written to as it is.
    pub fn save(self, path: &Path, text: &str) -> io::Result<()> {
        match target_of(path)? {
            Target::Stream => OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes()),
            Target::File(target) => swap_in(&target, text, None),
        }
    }

    /// Whether [`Disk::save`] could write there now; nothing is changed. Pipes and devices are left to the writing.
    pub fn may_save(self, path: &Path) -> io::Result<()> {
        match target_of(path)? {
            Target::Stream => Ok(()),
            Target::File(target) => fs::remove_file(draft_beside(&target)?.1),
        }
    }
}

/// What a path that somebody named leads to.
enum Target {
    /// A file, or the place for one.
    File(PathBuf),
    /// A pipe, a socket, a device, or whatever a descriptor of this process is.
    Stream,
}

fn target_of(path: &Path) -> io::Result<Target> {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // `/dev/stdout` may be a file that others write to as well.
        Ok(about) if !about.is_file() || path.starts_with("/dev") || path.starts_with("/proc") => Ok(Target::Stream),
        Ok(_) => {
            let target = fs::canonicalize(path)?;
            // A file that may not be written is not to be replaced either.
            OpenOptions::new().append(true).open(&target)?;
            Ok(Target::File(target))
        }
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => follow_links(path).map(Target::File),
        Err(problem) => Err(problem),
    }
}

/// Where links lead that end at nothing.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// Puts a whole file in the place of a file, or where none is.
fn swap_in(target: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let (mut file, draft) = draft_beside(target)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| {
        keep_owner(&file, target);
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        fs::rename(&draft, target)
    });
    if written.is_err() {
        // The draft is ours; the first error is the one to tell.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// A new file in the same folder, readable by its owner only, and its path.
fn draft_beside(target: &Path) -> io::Result<(fs::File, PathBuf)> {
    let mut number = 0;
    loop {
        let draft = target.with_file_name(format!(".tempoctl-{}-{number}.new", std::process::id()));
        match make_private(OpenOptions::new().write(true).create_new(true)).open(&draft) {
            // Somebody with our number was killed before its end.
            Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists && number < MOST_DRAFTS => number += 1,
            opened => return Ok((opened?, draft)),
        }
    }
}

/// Whoever owned the file still does, where this process may say so.
#[cfg(unix)]
fn keep_owner(file: &fs::File, target: &Path) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if let Ok(about) = fs::metadata(target) {
        let _ = fchown(file, Some(about.uid()), Some(about.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &Path) {}

#[cfg(unix)]
fn make_private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn make_private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text"))
}

/// Why a file could not be read or written, in a few words and without the error number.
pub fn explain_io_error(error: &io::Error) -> String {
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
impl SettingsFiles for std::collections::BTreeMap<&str, &str> {
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
    fn a_save_leaves_links_and_takes_nothing_away_before_it_has_all() {
        use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let text = |name: &str| fs::read_to_string(at(name)).expect("it is there");

        fs::write(at("old"), "old").expect("written");
        fs::hard_link(at("old"), at("same")).expect("linked");
        symlink("old", at("link")).expect("linked");
        symlink("made/later", at("dangling")).expect("linked");
        symlink("circle", at("circle")).expect("linked");

        Disk.may_save(&at("link")).expect("it may");
        Disk.save(&at("link"), "new").expect("saved");
        assert_eq!(text("old"), "new");
        // Whoever writes into the file itself has lost the old text where the disk is full.
        assert_eq!(text("same"), "old");
        assert!(at("link").is_symlink());
        assert_eq!(
            fs::metadata(at("old")).expect("about").permissions().mode() & 0o777,
            0o600
        );

        assert!(Disk.may_save(&at("dangling")).is_err(), "its folder is not there");
        fs::create_dir(at("made")).expect("made");
        Disk.may_save(&at("dangling")).expect("it may");
        assert!(!at("made/later").exists() && at("dangling").is_symlink());
        Disk.save(&at("dangling"), "new").expect("saved");
        assert!(at("dangling").is_symlink());
        assert_eq!(text("made/later"), "new");

        for refused in ["circle", "made", "gone/file"] {
            assert!(Disk.save(&at(refused), "new").is_err(), "{refused}");
        }
        assert!(at("circle").is_symlink());
        Disk.save(Path::new("/dev/null"), "new").expect("swallowed");
        let null = fs::metadata("/dev/null").expect("about");
        assert!(null.file_type().is_char_device());

        let mut names: Vec<_> = fs::read_dir(folder.path())
            .expect("listed")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        assert_eq!(
            names,
            ["circle", "dangling", "link", "made", "old", "same"],
            "no draft stays"
        );
    }

    #[test]
    fn what_has_no_end_is_refused_and_named() {
        let refused = Disk.bytes(Path::new("/dev/zero"), 1 << 20).expect_err("it has no end");
        assert_eq!(explain_io_error(&refused), "it is larger than 1 MiB");
        let refused = Disk.read(Path::new("/dev/zero")).expect_err("it has no end");
        assert_eq!(explain_io_error(&refused), "it is larger than 4 MiB");
    }
}
