//! The places in an encoded trace that change from trace to trace: ids, times, fresh texts. Each has a fixed width in
//! every encoding, so a new trace is a copy with these places written over.

use super::rng::{Rng, encode_hex};
use super::trace_plan::TracePlan;
use super::trace_values::TraceValues;
use crate::model::send_report::TraceProtocol;

/// What is written at a place, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatchOp {
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
    pub(super) op: PatchOp,
}

/// Digits of a duration in microseconds: 31 years.
const LONG_DIGITS: usize = 15;

/// A filling whose values can be told from everything else in an encoded trace.
pub(super) fn build_marked_values(shape: &TracePlan, salt: u64) -> TraceValues {
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
    let mut times = Vec::with_capacity(shape.time_count());
    for _ in 0..spans {
        let start = nanos(1_000_000_000, 100_000_000);
        times.push(start);
        // A start of 1.1e9 s at most, and 0.4e9 to 0.6e9 s more.
        times.push(start + nanos(400_000_000, 200_000_000));
    }
    for _ in spans * 2..shape.time_count() {
        times.push(nanos(1_200_000_000, 100_000_000));
    }
    TraceValues {
        trace_id,
        span_ids,
        previous_trace,
        previous_spans,
        times,
        fresh: shape.fresh.iter().map(|fresh| fresh.draw(&mut rng)).collect(),
        ..TraceValues::default()
    }
}

/// Every pattern to look for, and what it stands for.
pub(super) fn build_patterns(wire: TraceProtocol, filling: &TraceValues) -> Vec<(Vec<u8>, PatchOp, u16)> {
    let mut list: Vec<(Vec<u8>, PatchOp, usize)> = Vec::new();
    let spans = filling.span_ids.len();
    let text = matches!(wire, TraceProtocol::HttpJson | TraceProtocol::Zipkin);
    let halves = wire == TraceProtocol::JaegerThrift;
    for (id, whole, high, low, hexed) in [
        (
            &filling.trace_id,
            PatchOp::Trace,
            PatchOp::TraceHigh,
            PatchOp::TraceLow,
            PatchOp::TraceHex,
        ),
        (
            &filling.previous_trace,
            PatchOp::PastTrace,
            PatchOp::PastTraceHigh,
            PatchOp::PastTraceLow,
            PatchOp::PastTraceHex,
        ),
    ] {
        if text {
            list.push((encode_hex(id).into_bytes(), hexed, 0));
        } else if halves {
            list.push((id[..8].to_vec(), high, 0));
            list.push((id[8..].to_vec(), low, 0));
        } else {
            list.push((id.to_vec(), whole, 0));
        }
    }
    for (ids, raw, hexed) in [
        (&filling.span_ids, PatchOp::Span, PatchOp::SpanHex),
        (&filling.previous_spans, PatchOp::PastSpan, PatchOp::PastSpanHex),
    ] {
        for (at, id) in ids.iter().enumerate() {
            list.push(if text {
                (encode_hex(id).into_bytes(), hexed, at)
            } else {
                (id.to_vec(), raw, at)
            });
        }
    }
    for (at, time) in filling.times.iter().enumerate() {
        let micros = time / 1_000;
        list.push(match wire {
            TraceProtocol::Grpc | TraceProtocol::HttpProtobuf => (time.to_le_bytes().to_vec(), PatchOp::TimeNanos, at),
            TraceProtocol::HttpJson => (time.to_string().into_bytes(), PatchOp::TimeNanosText, at),
            TraceProtocol::Zipkin => (micros.to_string().into_bytes(), PatchOp::TimeMicrosText, at),
            TraceProtocol::JaegerThrift => (micros.to_be_bytes().to_vec(), PatchOp::TimeMicros, at),
            TraceProtocol::JaegerGrpc => (encode_fields(*time).to_vec(), PatchOp::TimeFields, at),
        });
    }
    for at in 0..spans {
        let long = filling.times[at * 2 + 1] - filling.times[at * 2];
        let micros = long / 1_000;
        match wire {
            TraceProtocol::Zipkin => list.push((micros.to_string().into_bytes(), PatchOp::LongMicrosText, at)),
            TraceProtocol::JaegerThrift => list.push((micros.to_be_bytes().to_vec(), PatchOp::LongMicros, at)),
            TraceProtocol::JaegerGrpc => list.push((encode_fields(long).to_vec(), PatchOp::LongFields, at)),
            _ => {}
        }
    }
    for (at, fresh) in filling.fresh.iter().enumerate() {
        list.push((fresh.clone().into_bytes(), PatchOp::Fresh, at));
    }
    list.into_iter()
        .filter_map(|(pattern, op, of)| Some((pattern, op, u16::try_from(of).ok()?)))
        .collect()
}

/// Seconds and nanoseconds as the fields 1 and 2 of a message, each padded to five bytes, which readers of varints take.
fn encode_fields(nanos: u64) -> [u8; 12] {
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
pub(super) struct PatchValues<'a> {
    pub(super) trace: &'a [u8; 16],
    pub(super) spans: &'a [[u8; 8]],
    pub(super) past_trace: &'a [u8; 16],
    pub(super) past_spans: &'a [[u8; 8]],
    pub(super) times: &'a [u64],
    /// The fresh texts one after the other, and where each begins.
    pub(super) fresh: &'a [u8],
    pub(super) fresh_at: &'a [usize],
}

impl PatchValues<'_> {
    /// Writes one place over.
    #[inline]
    pub(super) fn write(&self, patch: Patch, out: &mut [u8]) {
        let of = usize::from(patch.of);
        let out = &mut out[patch.at as usize..];
        match patch.op {
            PatchOp::Trace => out[..16].copy_from_slice(self.trace),
            PatchOp::TraceHigh => out[..8].copy_from_slice(&self.trace[..8]),
            PatchOp::TraceLow => out[..8].copy_from_slice(&self.trace[8..]),
            PatchOp::TraceHex => write_hex(self.trace, &mut out[..32]),
            PatchOp::Span => out[..8].copy_from_slice(&self.spans[of]),
            PatchOp::SpanHex => write_hex(&self.spans[of], &mut out[..16]),
            PatchOp::PastTrace => out[..16].copy_from_slice(self.past_trace),
            PatchOp::PastTraceHigh => out[..8].copy_from_slice(&self.past_trace[..8]),
            PatchOp::PastTraceLow => out[..8].copy_from_slice(&self.past_trace[8..]),
            PatchOp::PastTraceHex => write_hex(self.past_trace, &mut out[..32]),
            PatchOp::PastSpan => out[..8].copy_from_slice(&self.past_spans[of]),
            PatchOp::PastSpanHex => write_hex(&self.past_spans[of], &mut out[..16]),
            PatchOp::TimeNanos => out[..8].copy_from_slice(&self.times[of].to_le_bytes()),
            PatchOp::TimeNanosText => write_digits(self.times[of], &mut out[..19]),
            PatchOp::TimeMicrosText => write_digits(self.times[of] / 1_000, &mut out[..16]),
            PatchOp::TimeMicros => out[..8].copy_from_slice(&(self.times[of] / 1_000).to_be_bytes()),
            PatchOp::TimeFields => write_fields(self.times[of], &mut out[..12]),
            PatchOp::LongMicrosText => write_long_text(self.span_duration(of) / 1_000, &mut out[..LONG_DIGITS]),
            PatchOp::LongMicros => out[..8].copy_from_slice(&(self.span_duration(of) / 1_000).to_be_bytes()),
            PatchOp::LongFields => write_fields(self.span_duration(of), &mut out[..12]),
            PatchOp::Fresh => {
                let text = &self.fresh[self.fresh_at[of]..self.fresh_at[of + 1]];
                out[..text.len()].copy_from_slice(text);
            }
        }
    }

    #[inline]
    fn span_duration(&self, span: usize) -> u64 {
        self.times[span * 2 + 1] - self.times[span * 2]
    }
}
