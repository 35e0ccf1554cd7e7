//! Bodies on their way: several traces in one, in buffers that come back.

use bytes::{Bytes, BytesMut};

use super::encode::BodyFrame;

/// Traces that go out together. Where an encoding needs a body a service, it has several.
#[derive(Debug, Default)]
pub struct TraceBatch {
    /// The bodies, by number of their frame; those without spans stay empty.
    pub bodies: Vec<BatchBody>,
    /// Numbers of the traces in it: from, to (exclusive). Head sampling may have left some out.
    pub from: u64,
    /// See [`Batch::from`].
    pub to: u64,
    /// Traces in it.
    pub traces: u64,
    /// Spans in it.
    pub spans: u64,
    /// Bytes in it.
    pub bytes: usize,
}

/// One body.
#[derive(Debug, Default)]
pub struct BatchBody {
    /// Its bytes so far.
    pub buffer: BytesMut,
    /// Its spans.
    pub spans: u64,
}

impl TraceBatch {
    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.spans == 0
    }

    /// Adds bytes to the body of that frame.
    pub fn add(&mut self, number: usize, frame: &BodyFrame, bytes: &[u8], spans: u64) -> &mut [u8] {
        if self.bodies.len() <= number {
            self.bodies.resize_with(number + 1, BatchBody::default);
        }
        let body = &mut self.bodies[number];
        let before = body.buffer.len();
        body.buffer
            .extend_from_slice(if body.spans == 0 { &frame.head } else { frame.separator });
        let start = body.buffer.len();
        body.buffer.extend_from_slice(bytes);
        body.spans += spans;
        self.spans += spans;
        self.bytes += body.buffer.len() - before;
        &mut body.buffer[start..]
    }

    /// Ends every body and takes those with spans out, each with their number.
    pub fn finish(&mut self, frames: &[BodyFrame]) -> Vec<(Bytes, u64)> {
        let mut out = Vec::new();
        for (body, frame) in self.bodies.iter_mut().zip(frames) {
            if body.spans == 0 {
                continue;
            }
            body.buffer.extend_from_slice(frame.tail);
            if let Some(at) = frame.count_at {
                let count = u32::try_from(body.spans).unwrap_or(u32::MAX);
                body.buffer[at..at + 4].copy_from_slice(&count.to_be_bytes());
            }
            out.push((std::mem::take(&mut body.buffer).freeze(), body.spans));
            body.spans = 0;
        }
        out
    }
}

/// Buffers that have come back, to be written into again.
#[derive(Debug, Default)]
pub struct BufferPool(Vec<BytesMut>);

impl BufferPool {
    /// An empty buffer.
    pub fn take(&mut self) -> BytesMut {
        self.0.pop().unwrap_or_default()
    }

    /// Takes a body back, if nobody else holds it any more and there are not too many already.
    pub fn give(&mut self, body: Bytes, most: usize) {
        if self.0.len() < most
            && let Ok(mut buffer) = body.try_into_mut()
        {
            buffer.clear();
            self.0.push(buffer);
        }
    }
}
