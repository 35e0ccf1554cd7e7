//! Numbers and ids that follow from a seed: the same seed makes the same traces.

/// SplitMix64 (Steele, Lea, Flood: «Fast splittable pseudorandom number generators», 2014).
#[derive(Debug, Clone)]
pub struct Rng(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// One round of the mixing function: a bijection of 64 bits.
pub fn mix_bits(value: u64) -> u64 {
    let mut z = value.wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Rng(mix_bits(seed))
    }

    /// The stream of one trace of a run.
    pub fn for_trace(seed: u64, index: u64) -> Self {
        Rng(mix_bits(seed ^ mix_bits(index)))
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let value = mix_bits(self.0);
        self.0 = self.0.wrapping_add(STEP);
        value
    }

    /// In `[0, 1)`.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// In `[0, bound)`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }
}

/// The id of trace number `index`: 16 bytes whose first hex digit is never 0, because Tempo shortens such ids.
#[inline]
pub fn make_trace_id(seed: u64, index: u64) -> [u8; 16] {
    let high = mix_bits(seed ^ index.wrapping_mul(STEP));
    let low = mix_bits(high ^ 0x5851_f42d_4c95_7f2d);
    let mut id = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
    id[0] |= 0x10;
    id
}

/// The id of span number `at` of a trace; never zero.
#[inline]
pub fn make_span_id(trace: &[u8; 16], at: usize) -> [u8; 8] {
    let low = u128::from_be_bytes(*trace) as u64;
    mix_bits(low ^ (at as u64 + 1).wrapping_mul(STEP)).max(1).to_be_bytes()
}

/// An id as lower-case hex.
pub fn encode_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hex digits as bytes; `None` where a digit is none or their number is odd.
pub fn decode_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_fresh_and_whole() {
        let mut seen = HashSet::new();
        for index in 0..20_000 {
            let id = make_trace_id(7, index);
            assert_ne!(id[0] >> 4, 0);
            assert!(seen.insert(id));
        }
        assert_eq!(make_trace_id(7, 3), make_trace_id(7, 3));
        assert_ne!(make_trace_id(7, 3), make_trace_id(8, 3));
        let id = make_trace_id(1, 1);
        let spans: HashSet<_> = (0..1_000).map(|at| make_span_id(&id, at)).collect();
        assert_eq!(spans.len(), 1_000);
    }

    #[test]
    fn hex_is_read_back() {
        assert_eq!(decode_hex(&encode_hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
        assert_eq!(decode_hex("0"), None);
        assert_eq!(decode_hex("zz"), None);
    }
}
