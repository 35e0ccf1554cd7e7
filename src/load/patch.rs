//! The places in an encoded trace that change from trace to trace: ids, times, fresh texts. Each has a fixed width in
//! every encoding, so a new trace is a copy with these places written over.

use super::message::Filling;
use super::rng::{Rng, hex};
use super::shape::Shape;
use crate::model::sending::Wire;

/// What is written at a place, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// The trace's id as it is, or its upper or lower half.
    Trace,
    TraceHigh,
    TraceLow,
    TraceHex,
    /// The id of span number `of`.
    Span,
    SpanHex,
    /// The same of the trace before.
    PastTrace,
    PastTraceHigh,
    PastTraceLow,
    PastTraceHex,
    PastSpan,
    PastSpanHex,
    /// Time number `of`: nanoseconds, little endian.
    TimeNanos,
    /// Nanoseconds, 19 decimal digits.
    TimeNanosText,
    /// Microseconds, 16 decimal digits.
    TimeMicrosText,
    /// Microseconds, big endian.
    TimeMicros,
    /// Two fields of a protobuf message: seconds and nanoseconds.
    TimeFields,
    /// How long span number `of` lasts: microseconds as decimal digits, then blanks, which JSON allows there.
    LongMicrosText,
    /// Microseconds, big endian.
    LongMicros,
    /// Two fields of a protobuf message.
    LongFields,
    /// Fresh text number `of`.
    Fresh,
}

/// One place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    pub(super) at: u32,
    pub(super) of: u16,
    pub(super) op: Op,
}

/// Digits of a duration in microseconds: 31 years.
const LONG_DIGITS: usize = 15;

/// A filling whose values can be told from everything else in an encoded trace.
pub(super) fn marked(shape: &Shape, salt: u64) -> Filling {
    let mut rng = Rng::new(salt ^ 0x7465_6d70_6f63_746c);
    let spans = shape.spans.len();
    let mut ids = |count: usize| -> Vec<[u8; 8]> { (0..count).map(|_| rng.bits().to_be_bytes()).collect() };
    let (span_ids, previous_spans) = (ids(spans), ids(spans));
    let trace = |rng: &mut Rng| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&rng.bits().to_be_bytes());
        id[8..].copy_from_slice(&rng.bits().to_be_bytes());
        id
    };
    let (trace_id, previous_trace) = (trace(&mut rng), trace(&mut rng));
    // Whole microseconds, of full width in every encoding: seconds and nanoseconds above 2^28 are five bytes as varints.
    let mut nanos = |from_s: u64, over_s: usize| {
        let rest = 300_000_000 + rng.below(690_000) as u64 * 1_000;
        (from_s + rng.below(over_s) as u64) * 1_000_000_000 + rest
    };
    let mut times = Vec::with_capacity(shape.times());
    for _ in 0..spans {
        let start = nanos(1_000_000_000, 100_000_000);
        times.push(start);
        // A start of 1.1e9 s at most, and 0.4e9 to 0.6e9 s more.
        times.push(start + nanos(400_000_000, 200_000_000));
    }
    for _ in spans * 2..shape.times() {
        times.push(nanos(1_200_000_000, 100_000_000));
    }
    Filling {
        trace_id,
        span_ids,
        previous_trace,
        previous_spans,
        times,
        fresh: shape.fresh.iter().map(|fresh| fresh.draw(&mut rng)).collect(),
        ..Filling::default()
    }
}

/// Every pattern to look for, and what it stands for.
pub(super) fn patterns(wire: Wire, filling: &Filling) -> Vec<(Vec<u8>, Op, u16)> {
    let mut list: Vec<(Vec<u8>, Op, usize)> = Vec::new();
    let spans = filling.span_ids.len();
    let text = matches!(wire, Wire::HttpJson | Wire::Zipkin);
    let halves = wire == Wire::JaegerThrift;
    for (id, whole, high, low, hexed) in [
        (&filling.trace_id, Op::Trace, Op::TraceHigh, Op::TraceLow, Op::TraceHex),
        (
            &filling.previous_trace,
            Op::PastTrace,
            Op::PastTraceHigh,
            Op::PastTraceLow,
            Op::PastTraceHex,
        ),
    ] {
        if text {
            list.push((hex(id).into_bytes(), hexed, 0));
        } else if halves {
            list.push((id[..8].to_vec(), high, 0));
            list.push((id[8..].to_vec(), low, 0));
        } else {
            list.push((id.to_vec(), whole, 0));
        }
    }
    for (ids, raw, hexed) in [
        (&filling.span_ids, Op::Span, Op::SpanHex),
        (&filling.previous_spans, Op::PastSpan, Op::PastSpanHex),
    ] {
        for (at, id) in ids.iter().enumerate() {
            list.push(if text {
                (hex(id).into_bytes(), hexed, at)
            } else {
                (id.to_vec(), raw, at)
            });
        }
    }
    for (at, time) in filling.times.iter().enumerate() {
        let micros = time / 1_000;
        list.push(match wire {
            Wire::Grpc | Wire::HttpProtobuf => (time.to_le_bytes().to_vec(), Op::TimeNanos, at),
            Wire::HttpJson => (time.to_string().into_bytes(), Op::TimeNanosText, at),
            Wire::Zipkin => (micros.to_string().into_bytes(), Op::TimeMicrosText, at),
            Wire::JaegerThrift => (micros.to_be_bytes().to_vec(), Op::TimeMicros, at),
            Wire::JaegerGrpc => (fields(*time).to_vec(), Op::TimeFields, at),
        });
    }
    for at in 0..spans {
        let long = filling.times[at * 2 + 1] - filling.times[at * 2];
        let micros = long / 1_000;
        match wire {
            Wire::Zipkin => list.push((micros.to_string().into_bytes(), Op::LongMicrosText, at)),
            Wire::JaegerThrift => list.push((micros.to_be_bytes().to_vec(), Op::LongMicros, at)),
            Wire::JaegerGrpc => list.push((fields(long).to_vec(), Op::LongFields, at)),
            _ => {}
        }
    }
    for (at, fresh) in filling.fresh.iter().enumerate() {
        list.push((fresh.clone().into_bytes(), Op::Fresh, at));
    }
    list.into_iter()
        .filter_map(|(pattern, op, of)| Some((pattern, op, u16::try_from(of).ok()?)))
        .collect()
}

/// Seconds and nanoseconds as the fields 1 and 2 of a message, each padded to five bytes, which readers of varints take.
fn fields(nanos: u64) -> [u8; 12] {
    let mut out = [0; 12];
    write_fields(nanos, &mut out);
    out
}

#[inline]
fn write_fields(nanos: u64, out: &mut [u8]) {
    let mut padded = |at: usize, tag: u8, value: u64| {
        out[at] = tag;
        for byte in 0..5 {
            let more = if byte < 4 { 0x80 } else { 0 };
            out[at + 1 + byte] = (value >> (7 * byte)) as u8 & 0x7f | more;
        }
    };
    padded(0, 0x08, nanos / 1_000_000_000);
    padded(6, 0x10, nanos % 1_000_000_000);
}

#[inline]
fn write_digits(mut value: u64, out: &mut [u8]) {
    for byte in out.iter_mut().rev() {
        *byte = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

fn write_long_text(micros: u64, out: &mut [u8]) {
    let micros = micros.clamp(1, 999_999_999_999_999);
    let digits = micros.ilog10() as usize + 1;
    write_digits(micros, &mut out[..digits]);
    out[digits..].fill(b' ');
}

#[inline]
fn write_hex(bytes: &[u8], out: &mut [u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(out.chunks_exact_mut(2)) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
}

/// The values of one trace.
pub(super) struct Values<'a> {
    pub(super) trace: &'a [u8; 16],
    pub(super) spans: &'a [[u8; 8]],
    pub(super) past_trace: &'a [u8; 16],
    pub(super) past_spans: &'a [[u8; 8]],
    pub(super) times: &'a [u64],
    /// The fresh texts one after the other, and where each begins.
    pub(super) fresh: &'a [u8],
    pub(super) fresh_at: &'a [usize],
}

impl Values<'_> {
    /// Writes one place over.
    #[inline]
    pub(super) fn write(&self, patch: Patch, out: &mut [u8]) {
        let of = usize::from(patch.of);
        let out = &mut out[patch.at as usize..];
        match patch.op {
            Op::Trace => out[..16].copy_from_slice(self.trace),
            Op::TraceHigh => out[..8].copy_from_slice(&self.trace[..8]),
            Op::TraceLow => out[..8].copy_from_slice(&self.trace[8..]),
            Op::TraceHex => write_hex(self.trace, &mut out[..32]),
            Op::Span => out[..8].copy_from_slice(&self.spans[of]),
            Op::SpanHex => write_hex(&self.spans[of], &mut out[..16]),
            Op::PastTrace => out[..16].copy_from_slice(self.past_trace),
            Op::PastTraceHigh => out[..8].copy_from_slice(&self.past_trace[..8]),
            Op::PastTraceLow => out[..8].copy_from_slice(&self.past_trace[8..]),
            Op::PastTraceHex => write_hex(self.past_trace, &mut out[..32]),
            Op::PastSpan => out[..8].copy_from_slice(&self.past_spans[of]),
            Op::PastSpanHex => write_hex(&self.past_spans[of], &mut out[..16]),
            Op::TimeNanos => out[..8].copy_from_slice(&self.times[of].to_le_bytes()),
            Op::TimeNanosText => write_digits(self.times[of], &mut out[..19]),
            Op::TimeMicrosText => write_digits(self.times[of] / 1_000, &mut out[..16]),
            Op::TimeMicros => out[..8].copy_from_slice(&(self.times[of] / 1_000).to_be_bytes()),
            Op::TimeFields => write_fields(self.times[of], &mut out[..12]),
            Op::LongMicrosText => write_long_text(self.long(of) / 1_000, &mut out[..LONG_DIGITS]),
            Op::LongMicros => out[..8].copy_from_slice(&(self.long(of) / 1_000).to_be_bytes()),
            Op::LongFields => write_fields(self.long(of), &mut out[..12]),
            Op::Fresh => {
                let text = &self.fresh[self.fresh_at[of]..self.fresh_at[of + 1]];
                out[..text.len()].copy_from_slice(text);
            }
        }
    }

    #[inline]
    fn long(&self, span: usize) -> u64 {
        self.times[span * 2 + 1] - self.times[span * 2]
    }
}
