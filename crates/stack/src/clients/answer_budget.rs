//! How much of this machine's memory the servers of a run may fill: a few bytes on the wire may unfold to gigabytes.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::write::MultiGzDecoder;

/// Memory for the answers of a run where nothing else is said.
pub const USUAL_MEMORY: u64 = 256 << 20;
/// An answer up to this size in memory is not counted: what polls for long reads many of them, and keeps none.
const SMALL: u64 = 1 << 20;
/// Text of servers shrinks to a twentieth. A body that unfolds to more than so many times its size was made to.
const MOST_UNFOLDED: u64 = 200;
/// An object or a list of JSON in memory, with what the program makes of it.
const PER_CONTAINER: u64 = 320;
/// Another element of it.
const PER_ELEMENT: u64 = 32;

/// The memory that the answers of one run may take together. Clones share it.
#[derive(Debug, Clone)]
pub struct AnswerBudget {
    limit: u64,
    taken: Arc<AtomicU64>,
}

impl Default for AnswerBudget {
    fn default() -> Self {
        AnswerBudget::new(USUAL_MEMORY)
    }
}

impl AnswerBudget {
    /// So many bytes.
    pub fn new(limit: u64) -> Self {
        AnswerBudget {
            limit,
            taken: Arc::default(),
        }
    }

    /// Bytes in all.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// A new round of a run that repeats itself: what the last one read is gone.
    pub fn renew(&self) {
        self.taken.store(0, Ordering::Relaxed);
    }

    /// Everything is taken.
    pub(super) fn is_exhausted(&self) -> bool {
        self.taken.load(Ordering::Relaxed) >= self.limit
    }

    /// Lends all that is left to a reader that takes of it as it reads; one that leaves nothing needed more.
    pub(super) fn lend<T>(&self, read: impl FnOnce(&mut u64) -> T) -> T {
        let mut left = self.limit.saturating_sub(self.taken.load(Ordering::Relaxed));
        let before = left;
        let result = read(&mut left);
        self.taken.fetch_add(before - left, Ordering::Relaxed);
        result
    }

    /// Takes the memory that a body needs once it is read; an error says how much that is.
    pub(super) fn take(&self, body: &[u8]) -> Result<(), String> {
        let needed = estimate_memory(body);
        if needed <= SMALL {
            return Ok(());
        }
        let taken = self.taken.fetch_add(needed, Ordering::Relaxed).saturating_add(needed);
        if taken <= self.limit {
            return Ok(());
        }
        Err(format!(
            "the answer of {} bytes would take {} MiB of memory, and {} of {} MiB are left",
            body.len(),
            needed >> 20,
            self.limit.saturating_sub(taken - needed) >> 20,
            self.limit >> 20,
        ))
    }
}

/// What a JSON text takes in memory, from above; of anything else its size.
fn estimate_memory(body: &[u8]) -> u64 {
    let size = body.len() as u64;
    if !matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return size;
    }
    let count = |wanted: fn(u8) -> bool| body.iter().filter(|byte| wanted(**byte)).count() as u64;
    let containers = count(|byte| matches!(byte, b'{' | b'['));
    let elements = count(|byte| byte == b',');
    size + containers * PER_CONTAINER + elements * PER_ELEMENT
}

/// A body while it is read: unpacked, and within its limit.
pub(super) enum BodyReader {
    Plain(BoundedBytes),
    Packed {
        packed: u64,
        decoder: Box<MultiGzDecoder<BoundedBytes>>,
    },
}

impl BodyReader {
    pub(super) fn new(is_packed: bool, limit: u64, capacity: usize) -> Self {
        let bytes = BoundedBytes {
            bytes: Vec::with_capacity(capacity),
            limit,
        };
        if is_packed {
            BodyReader::Packed {
                packed: 0,
                decoder: Box::new(MultiGzDecoder::new(bytes)),
            }
        } else {
            BodyReader::Plain(bytes)
        }
    }

    /// Adds a piece as it came.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            BodyReader::Plain(bytes) => bytes.write_all(piece),
            BodyReader::Packed { packed, decoder } => {
                *packed += piece.len() as u64;
                let most = packed.saturating_mul(MOST_UNFOLDED).max(SMALL);
                let bytes = decoder.get_mut();
                let limit = bytes.limit;
                bytes.limit = limit.min(most);
                let result = decoder.write_all(piece);
                decoder.get_mut().limit = limit;
                result.map_err(|problem| match problem.kind() {
                    io::ErrorKind::FileTooLarge if most < limit => io::Error::new(
                        io::ErrorKind::FileTooLarge,
                        format!("unfolds to more than {MOST_UNFOLDED} times its size"),
                    ),
                    _ => problem,
                })
            }
        }
    }

    /// The whole body.
    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            BodyReader::Plain(bytes) => Ok(bytes.bytes),
            BodyReader::Packed { packed: 0, .. } => Ok(Vec::new()),
            BodyReader::Packed { decoder, .. } => decoder.finish().map(|bytes| bytes.bytes),
        }
    }
}

/// Bytes up to a limit; one more is an error.
pub(super) struct BoundedBytes {
    bytes: Vec<u8>,
    limit: u64,
}

impl Write for BoundedBytes {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.bytes.len() as u64 + piece.len() as u64 > self.limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("more than {} MiB", self.limit >> 20),
            ));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn unpack(body: &[u8], limit: u64) -> io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body)?;
        let packed = encoder.finish()?;
        let mut reader = BodyReader::new(true, limit, 0);
        for piece in packed.chunks(1000) {
            reader.push(piece)?;
        }
        reader.finish()
    }

    #[test]
    fn a_body_is_unpacked_as_far_as_servers_pack() {
        let metrics: Vec<u8> = (0..60_000)
            .flat_map(|line| format!("a_total{{x=\"{line}\"}} {line}\n").into_bytes())
            .collect();
        assert_eq!(unpack(&metrics, 1 << 24).unwrap(), metrics);
        assert_eq!(unpack(b"", 10).unwrap(), b"");
        let too_large = unpack(&metrics, 1 << 20).unwrap_err();
        assert_eq!(too_large.to_string(), "more than 1 MiB");
        let bomb = unpack(&vec![0; 4 << 20], 1 << 24).unwrap_err();
        assert_eq!(bomb.to_string(), "unfolds to more than 200 times its size");
    }

    #[test]
    fn answers_share_one_budget_that_small_ones_do_not_touch() {
        let budget = AnswerBudget::new(3 << 20);
        let list = |items: usize| [b"[", "{},".repeat(items).as_bytes(), b"{}]"].concat();
        for _ in 0..100 {
            budget.take(&list(2_000)).unwrap();
        }
        budget.take(&list(6_000)).unwrap();
        let refused = budget.take(&list(6_000)).unwrap_err();
        assert!(
            refused.ends_with("would take 2 MiB of memory, and 0 of 3 MiB are left"),
            "{refused}"
        );
        budget.renew();
        budget.clone().take(&list(6_000)).unwrap();
        assert!(
            budget.take(&vec![b'x'; 4 << 20]).is_err(),
            "a text counts with its size"
        );
    }
}
