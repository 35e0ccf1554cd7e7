//! Logs in files: plain, gzip or zstd, rotated ones in their order, and the one that still grows.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::line_buffer::LineBuffer;
use super::{LogFeed, LogPiece, LogWindow, PieceSender};
use telemetry::parse::logs::journal;
use tempoctl_bounds::bounded_reads::read_beginning;

/// What is read at once.
const CHUNK: usize = 1024 * 1024;
/// How often a file that is followed is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// The files that a path or pattern names, as logs: rotations of one log are one, oldest first.
pub fn find_logs(pattern: &str) -> Result<Vec<Vec<PathBuf>>, String> {
    if !pattern.contains(['*', '?', '[']) || Path::new(pattern).exists() {
        let path = PathBuf::from(pattern);
        return match std::fs::metadata(&path) {
            Ok(about) if about.is_dir() => Err("is a directory".to_owned()),
            Ok(_) => Ok(vec![vec![path]]),
            Err(problem) => Err(explain_io_error(&problem)),
        };
    }
    let paths = glob::glob(pattern).map_err(|problem| format!("is not a valid pattern: {problem}"))?;
    let mut logs: Vec<(String, Vec<PathBuf>)> = Vec::new();
    for path in paths.flatten().filter(|path| path.is_file()) {
        let base = strip_rotation(&path);
        match logs.iter_mut().find(|(known, _)| *known == base) {
            Some((_, rotations)) => rotations.push(path),
            None => logs.push((base, vec![path])),
        }
    }
    if logs.is_empty() {
        return Err("no file matches".to_owned());
    }
    for (_, rotations) in &mut logs {
        rotations.sort_by_key(|path| rank_rotation(path));
    }
    Ok(logs.into_iter().map(|(_, rotations)| rotations).collect())
}

/// The rotations of a log beside it, oldest first, without itself.
pub fn find_rotations(path: &Path) -> Vec<PathBuf> {
    let own = strip_rotation(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| path.with_file_name(entry.file_name()))
        .filter(|other| other != path && strip_rotation(other) == own && other.is_file())
        .collect();
    found.sort_by_key(|path| rank_rotation(path));
    found
}

/// `tempo.log.2.gz`, `tempo.log-20261122.zst` and `tempo.log` are one log.
fn strip_rotation(path: &Path) -> String {
    let mut name = path.to_string_lossy().into_owned();
    for ending in [".gz", ".zst"] {
        if let Some(short) = name.strip_suffix(ending) {
            name = short.to_owned();
        }
    }
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match digits.strip_suffix(['.', '-']) {
        Some(short) if digits.len() < name.len() && !short.is_empty() && !short.ends_with(['/', '.']) => {
            short.to_owned()
        }
        _ => name,
    }
}

/// Sort key, oldest first: by date where the name has one, else the highest number is the oldest; the bare name is the newest.
fn rank_rotation(path: &Path) -> (u8, i64, PathBuf) {
    let name = path.to_string_lossy();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let number = name.rsplit(['.', '-']).next().unwrap_or_default();
    match number.parse::<i64>() {
        Ok(number) if strip_rotation(path) != name && number >= 10_000_000 => (0, number, path.to_owned()),
        Ok(number) if strip_rotation(path) != name => (1, number.saturating_neg(), path.to_owned()),
        _ => (2, 0, path.to_owned()),
    }
}

/// Reads these files one after the other as one log.
pub fn read_files(name: &str, paths: Vec<PathBuf>, wanted: LogWindow) -> LogFeed {
    let stamped = paths.first().is_some_and(|path| is_journal(path));
    let (feed, out) = LogFeed::new(name, stamped, false);
    let log = name.to_owned();
    std::thread::spawn(move || {
        let last = paths.len().saturating_sub(1);
        for (at, path) in paths.iter().enumerate() {
            let follow = wanted.follow && at == last;
            let tail = wanted.tail.filter(|_| wanted.follow);
            if let Err(problem) = read_one_file(path, stamped, follow, tail, &out) {
                let path = path.display().to_string();
                // A log of one file has its name already.
                let told = if path == log {
                    explain_io_error(&problem)
                } else {
                    format!("{path}: {}", explain_io_error(&problem))
                };
                if out.blocking_send(LogPiece::Failed(told)).is_err() {
                    return;
                }
            }
        }
    });
    feed
}

/// Reads standard input, or anything else that has no name.
pub fn read_stream(name: &str, mut input: impl Read + Send + 'static) -> LogFeed {
    let (feed, out) = LogFeed::new(name, false, false);
    std::thread::spawn(move || {
        if let Err(problem) = pump_chunks(&mut input, false, &out) {
            let _ = out.blocking_send(LogPiece::Failed(explain_io_error(&problem)));
        }
    });
    feed
}

/// The first bytes of a log, decompressed; empty where it cannot be read. A pipe is not opened: that would wait for its writer,
/// and what is read of it is gone.
pub fn read_log_beginning(path: &Path, bytes: u64) -> Vec<u8> {
    if !std::fs::metadata(path).is_ok_and(|file| file.is_file()) {
        return Vec::new();
    }
    let input = File::open(path).and_then(decompress_file);
    input.and_then(|input| read_beginning(input, bytes)).unwrap_or_default()
}

fn is_journal(path: &Path) -> bool {
    journal::is_journal_export(&read_log_beginning(path, 4_096))
}

/// The file's text, whatever it is packed with.
fn decompress_file(mut file: File) -> io::Result<Box<dyn Read>> {
    let mut magic = [0_u8; 4];
    let mut read = 0;
    while read < magic.len() {
        match file.read(magic.get_mut(read..).unwrap_or_default())? {
            0 => break,
            more => read += more,
        }
    }
    // A pipe cannot go back: what was read stands before the rest.
    let start = io::Cursor::new(magic.get(..read).unwrap_or_default().to_vec());
    let rest: Box<dyn Read> = match file.seek(SeekFrom::Start(0)) {
        Ok(_) => Box::new(file),
        Err(_) => Box::new(start.chain(file)),
    };
    Ok(match magic {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(rest))),
        // One frame after the other, to the end.
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::stream::read::Decoder::new(rest)?),
        _ => rest,
    })
}

/// Where the last so many lines of a file begin; its start, where it has no more of them than are looked at.
fn find_last_lines(file: &mut File, lines: usize) -> io::Result<u64> {
    const LOOKED_AT: u64 = 1024 * 1024;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(LOOKED_AT);
    file.seek(SeekFrom::Start(from))?;
    let text = read_beginning(file, LOOKED_AT)?;
    let whole = text.strip_suffix(b"\n").unwrap_or(&text);
    let start = memchr::memrchr_iter(b'\n', whole).nth(lines.saturating_sub(1));
    Ok(start.map_or(from, |at| from + at as u64 + 1))
}

fn read_one_file(path: &Path, journal: bool, follow: bool, tail: Option<usize>, out: &PieceSender) -> io::Result<()> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    if !follow {
        return pump_chunks(&mut decompress_file(file)?, journal, out);
    }
    if let Some(lines) = tail {
        let from = find_last_lines(&mut file, lines)?;
        file.seek(SeekFrom::Start(from))?;
    }
    loop {
        pump_chunks(&mut file, journal, out)?;
        // Until it grows, is replaced, or is cut.
        loop {
            if out.is_closed() {
                return Ok(());
            }
            let read = file.stream_position()?;
            match File::open(path) {
                Ok(other) if !is_same_file(&file, &other) => {
                    pump_chunks(&mut file, journal, out)?;
                    file = other;
                    break;
                }
                Ok(other) if other.metadata()?.len() < read => {
                    file = other;
                    break;
                }
                Ok(other) if other.metadata()?.len() > read => break,
                // Between two files of a rotation there may be none.
                _ => std::thread::sleep(LOOK),
            }
        }
    }
}

#[cfg(unix)]
fn is_same_file(one: &File, other: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => one.ino() == other.ino() && one.dev() == other.dev(),
        _ => true,
    }
}

#[cfg(not(unix))]
fn is_same_file(_: &File, _: &File) -> bool {
    true
}

/// Everything up to the end of the input. Ends quietly where nobody takes it any more.
fn pump_chunks(input: &mut impl Read, journal: bool, out: &PieceSender) -> io::Result<()> {
    if journal {
        return pump_journal(input, out);
    }
    loop {
        let mut chunk = vec![0; CHUNK];
        let mut read = 0;
        let mut broken = None;
        // A pipe gives little at a time; what is there is handed on at once.
        while read < CHUNK / 2 {
            match input.read(chunk.get_mut(read..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(more) => {
                    read += more;
                    if more < 4_096 {
                        break;
                    }
                }
                Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
                Err(problem) => {
                    broken = Some(problem);
                    break;
                }
            }
        }
        if read > 0 {
            chunk.truncate(read);
            if out.blocking_send(LogPiece::Bytes(chunk)).is_err() {
                return Ok(());
            }
        }
        // What was read before it counts.
        match broken {
            Some(problem) => return Err(problem),
            None if read == 0 => return Ok(()),
            None => {}
        }
    }
}

fn pump_journal(input: &mut impl Read, out: &PieceSender) -> io::Result<()> {
    let mut lines = BufReader::new(input);
    let mut line = LineBuffer::default();
    let mut chunk = Vec::new();
    loop {
        line.clear();
        let read = loop {
            match lines.fill_buf() {
                Ok([]) => break Ok(()),
                Ok(piece) => match line.push(piece) {
                    Ok((used, whole)) => {
                        lines.consume(used);
                        if whole {
                            break Ok(());
                        }
                    }
                    Err(problem) => break Err(problem),
                },
                Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
                Err(problem) => break Err(problem),
            }
        };
        let ended = read.is_err() || line.is_empty();
        if let Some(text) = journal::convert_export_line(line.bytes()) {
            chunk.extend_from_slice(&text);
        }
        if line.is_cut() {
            let note = "an entry of the journal with more than 1 MiB was left out".to_owned();
            if out.blocking_send(LogPiece::Note(note)).is_err() {
                return Ok(());
            }
        }
        if (ended || chunk.len() > CHUNK / 4) && !chunk.is_empty() {
            let full = std::mem::take(&mut chunk);
            if out.blocking_send(LogPiece::Bytes(full)).is_err() {
                return Ok(());
            }
        }
        if ended {
            return read;
        }
    }
}

/// Why a file cannot be read, without the number of the error.
fn explain_io_error(problem: &io::Error) -> String {
    match problem.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        io::ErrorKind::UnexpectedEof => "its compressed data is truncated".to_owned(),
        _ => problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_file_are_found_from_its_end() {
        let mut file = tempfile::tempfile().expect("a file");
        std::io::Write::write_all(&mut file, b"one\ntwo\nthree\n").expect("written");
        for (lines, from) in [(1, 8), (2, 4), (3, 0), (9, 0)] {
            assert_eq!(find_last_lines(&mut file, lines).expect("read"), from, "{lines}");
        }
    }

    #[test]
    fn rotations_are_one_log_oldest_first() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "tempo.log",
            "tempo.log.1",
            "tempo.log.10.gz",
            "tempo.log.2.zst",
            "other.log",
            "a.log-20261121",
            "a.log-20261122",
            "a.log",
        ] {
            std::fs::write(folder.path().join(name), name).expect("written");
        }
        let pattern = folder.path().join("*.log*");
        let found = find_logs(&pattern.to_string_lossy()).expect("found");
        let names: Vec<Vec<String>> = found
            .iter()
            .map(|log| {
                log.iter()
                    .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
                    .collect()
            })
            .collect();
        assert_eq!(
            names,
            [
                vec!["a.log-20261121", "a.log-20261122", "a.log"],
                vec!["other.log"],
                vec!["tempo.log.10.gz", "tempo.log.2.zst", "tempo.log.1", "tempo.log"],
            ]
        );
        assert_eq!(find_rotations(&folder.path().join("tempo.log")).len(), 3);
        assert_eq!(find_logs("/no/such/file"), Err("no such file".to_owned()));
        assert_eq!(
            find_logs(&folder.path().join("x*").to_string_lossy()),
            Err("no file matches".to_owned())
        );
    }
}
