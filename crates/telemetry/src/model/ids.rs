//! Ids of traces and spans.

/// The id of a trace: 16 bytes, shown as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TraceId(pub [u8; 16]);

/// The id of a span: 8 bytes, shown as 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SpanId(pub [u8; 8]);

/// Writes bytes as hex digits.
pub(super) fn write_hex(bytes: &[u8], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl std::fmt::Display for TraceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(&self.0, f)
    }
}

impl std::fmt::Display for SpanId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_hex(&self.0, f)
    }
}

impl TraceId {
    /// The id that these hex digits spell, padded with zeros on the left. `None` for anything else.
    pub fn from_hex(text: &str) -> Option<TraceId> {
        parse_padded_hex::<16>(text).map(TraceId)
    }

    /// The last 16 of these bytes, padded with zeros on the left.
    pub fn from_bytes(bytes: &[u8]) -> TraceId {
        TraceId(align_right(bytes))
    }
}

impl SpanId {
    /// The id that these hex digits spell, padded with zeros on the left. `None` for anything else.
    pub fn from_hex(text: &str) -> Option<SpanId> {
        parse_padded_hex::<8>(text).map(SpanId)
    }

    /// The last 8 of these bytes, padded with zeros on the left.
    pub fn from_bytes(bytes: &[u8]) -> SpanId {
        SpanId(align_right(bytes))
    }

    /// All zeros: no id at all.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 8]
    }
}

fn parse_padded_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.is_empty() || text.len() > N * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, digit) in text.bytes().rev().enumerate() {
        let value = (digit as char).to_digit(16)? as u8;
        bytes[N - 1 - index / 2] |= value << (4 * (index % 2));
    }
    Some(bytes)
}

/// The last bytes, padded with zeros on the left.
pub fn align_right<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut id = [0; N];
    let kept = &bytes[bytes.len().saturating_sub(N)..];
    id[N - kept.len()..].copy_from_slice(kept);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_padded_and_shown_whole() {
        let id = TraceId::from_hex("ABC").expect("hex");
        assert_eq!(id.to_string(), "00000000000000000000000000000abc");
        assert_eq!(
            TraceId::from_bytes(&[0xab, 0xc]).to_string(),
            format!("{:0>32}", "ab0c")
        );
        assert_eq!(SpanId::from_hex("wxyz"), None);
        assert_eq!(SpanId::from_hex("0123456789abcdef0"), None);
        assert_eq!(SpanId::from_bytes(&[1; 9]).0, [1; 8]);
    }
}
