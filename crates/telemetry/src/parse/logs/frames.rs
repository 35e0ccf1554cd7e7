//! The Docker Engine's frames: standard output and standard error of a container in one stream, each frame with a head of
//! eight bytes (`{1|2,0,0,0}` and its length, big end first). Lines may be cut anywhere, also between two frames.
//!
//! Source: Docker Engine API 1.41, `ContainerAttach`, «Stream format».

/// A head.
const HEAD: usize = 8;
/// A frame that claims to be longer is none: the engine cuts lines into frames of 16 KiB.
const LONGEST: usize = 64 * 1024 * 1024;
/// A line that grows beyond this is handed on as it is.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// Takes frames apart. Whole lines come out in the order in which they ended.
#[derive(Debug, Default)]
pub struct DockerFrames {
    head: Vec<u8>,
    left: usize,
    kind: u8,
    open: [Vec<u8>; 2],
    /// What came is no frame: the container has a terminal after all, and everything is taken as it is.
    raw: bool,
}

impl DockerFrames {
    /// Everything as it comes: a container with a terminal sends no frames.
    pub fn raw() -> Self {
        DockerFrames {
            raw: true,
            ..DockerFrames::default()
        }
    }

    /// More bytes of the stream; whole lines are added to `out`.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            if self.raw {
                out.extend_from_slice(bytes);
                return;
            }
            if self.left == 0 {
                let wanted = HEAD - self.head.len();
                let (now, later) = bytes.split_at(wanted.min(bytes.len()));
                self.head.extend_from_slice(now);
                bytes = later;
                self.open_frame(out);
                continue;
            }
            let (now, later) = bytes.split_at(self.left.min(bytes.len()));
            self.left -= now.len();
            bytes = later;
            self.line(now, out);
        }
    }

    /// The stream has ended: what is left of its last lines is added to `out`.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        for open in &mut self.open {
            if !open.is_empty() {
                out.append(open);
                out.push(b'\n');
            }
        }
        out.append(&mut self.head);
        self.left = 0;
    }

    fn open_frame(&mut self, out: &mut Vec<u8>) {
        let [kind, 0, 0, 0, a, b, c, d] = *self.head.as_slice() else {
            if self.head.len() == HEAD {
                self.give_up(out);
            }
            return;
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if kind > 3 || length > LONGEST {
            self.give_up(out);
            return;
        }
        self.kind = kind;
        self.left = length;
        self.head.clear();
    }

    fn give_up(&mut self, out: &mut Vec<u8>) {
        self.raw = true;
        out.append(&mut self.head);
    }

    /// A part of a frame: standard error is 2, everything else counts as standard output.
    fn line(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let [stdout, stderr] = &mut self.open;
        let open = if self.kind == 2 { stderr } else { stdout };
        match memchr::memrchr(b'\n', part) {
            Some(found) => {
                let (whole, rest) = part.split_at(found + 1);
                out.append(open);
                out.extend_from_slice(whole);
                open.extend_from_slice(rest);
            }
            None => open.extend_from_slice(part),
        }
        if open.len() > LONGEST_LINE {
            out.append(open);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(kind: u8, text: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind, 0, 0, 0];
        bytes.extend_from_slice(&u32::try_from(text.len()).expect("short").to_be_bytes());
        bytes.extend_from_slice(text);
        bytes
    }

    fn read(stream: &[u8], sizes: &[usize]) -> Vec<u8> {
        let mut frames = DockerFrames::default();
        let mut out = Vec::new();
        let mut rest = stream;
        let mut sizes = sizes.iter().cycle();
        while !rest.is_empty() {
            let (now, later) = rest.split_at((*sizes.next().unwrap_or(&1)).clamp(1, rest.len()));
            frames.push(now, &mut out);
            rest = later;
        }
        frames.end(&mut out);
        out
    }

    #[test]
    fn both_streams_come_out_in_whole_lines() {
        let stream = [
            frame(1, "één".as_bytes()),
            frame(2, b"error\nhal"),
            frame(1, b" line\n"),
            frame(1, b""),
            frame(2, b"f\n"),
            frame(1, b"no end"),
        ]
        .concat();
        for size in 1..stream.len() {
            assert_eq!(
                String::from_utf8_lossy(&read(&stream, &[size])),
                "error\néén line\nhalf\nno end\n",
                "in chunks of {size}"
            );
        }
    }

    #[test]
    fn a_stream_without_frames_is_taken_as_it_is() {
        assert_eq!(read(b"level=info msg=a\nshort", &[3]), b"level=info msg=a\nshort");
        assert_eq!(read(b"tiny", &[1]), b"tiny");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_the_same(
            bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(2), Just(10), any::<u8>()], 0..200),
            sizes in proptest::collection::vec(1_usize..40, 1..6),
        ) {
            prop_assert_eq!(read(&bytes, &sizes), read(&bytes, &[bytes.len().max(1)]));
        }
    }
}
