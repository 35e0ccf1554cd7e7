//! Attribute values, and the parts of a text that are fresh in every trace: `{hex:16}`, `{digits:8}`; those with the same
//! name, as `{digits:8:order}`, are the same throughout a trace.

use super::rng::Rng;
use crate::model::trace::AttributeValue;

/// Fewer fresh characters could not be told from what stands round them in an encoded trace.
const SHORTEST: usize = 8;
const LONGEST: usize = 64;

/// An attribute's value.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeScalar {
    /// The same in every trace.
    Value(AttributeValue),
    /// A text with parts that are fresh in every trace.
    Text(Vec<TextPart>),
}

/// Part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart {
    /// Always the same.
    Fixed(String),
    /// Fresh in every trace; the same wherever it has the same name.
    Placeholder(Placeholder, Option<String>),
}

/// Characters that are drawn for every trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// Digits only; else hex.
    pub decimal: bool,
    /// How many.
    pub len: usize,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Placeholder {
    /// Writes fresh characters over the whole of `out`.
    #[inline]
    pub fn write(self, rng: &mut Rng, out: &mut [u8]) {
        for chunk in out.chunks_mut(16) {
            let mut bits = rng.bits();
            for byte in chunk {
                *byte = if self.decimal {
                    let digit = b'0' + (bits % 10) as u8;
                    bits /= 10;
                    digit
                } else {
                    let digit = HEX[(bits & 15) as usize];
                    bits >>= 4;
                    digit
                };
            }
        }
    }

    /// The same as a text.
    pub fn draw(self, rng: &mut Rng) -> String {
        let mut out = vec![0; self.len];
        self.write(rng, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl AttributeScalar {
    /// A text in which nothing is fresh.
    pub fn fixed(text: impl AsRef<str>) -> Self {
        AttributeScalar::Value(AttributeValue::Text(text.as_ref().into()))
    }

    /// The value, zeros where something is fresh.
    pub fn to_value(&self) -> AttributeValue {
        match self {
            AttributeScalar::Value(value) => value.clone(),
            AttributeScalar::Text(parts) => {
                let text: String = parts
                    .iter()
                    .map(|part| match part {
                        TextPart::Fixed(text) => text.clone(),
                        TextPart::Placeholder(fresh, _) => "0".repeat(fresh.len),
                    })
                    .collect();
                AttributeValue::Text(text.into())
            }
        }
    }
}

/// What a value of a scenario means; of a list the choice is the caller's.
pub fn parse_scalar(value: &toml::Value) -> Result<AttributeScalar, String> {
    Ok(match value {
        toml::Value::String(text) => {
            let parts = parse_parts(text)?;
            match parts.as_slice() {
                [TextPart::Fixed(text)] => AttributeScalar::fixed(text),
                _ => AttributeScalar::Text(parts),
            }
        }
        toml::Value::Integer(number) => AttributeScalar::Value(AttributeValue::Int(*number)),
        toml::Value::Float(number) => AttributeScalar::Value(AttributeValue::Double(*number)),
        toml::Value::Boolean(flag) => AttributeScalar::Value(AttributeValue::Bool(*flag)),
        toml::Value::Datetime(time) => AttributeScalar::fixed(time.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => {
            return Err("a value must be a string, a number or a boolean".to_owned());
        }
    })
}

/// Is this a value, or a list of values?
pub fn check_value(value: &toml::Value) -> Result<(), String> {
    match value {
        toml::Value::Array(list) if list.is_empty() => Err("the list must not be empty".to_owned()),
        toml::Value::Array(list) => list.iter().try_for_each(|item| parse_scalar(item).map(drop)),
        one => parse_scalar(one).map(drop),
    }
}

fn parse_parts(text: &str) -> Result<Vec<TextPart>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, kind)) = [("{hex:", false), ("{digits:", true)]
        .iter()
        .filter_map(|(open, decimal)| Some((rest.find(open)?, *decimal)))
        .min()
    {
        let open = if kind { "{digits:".len() } else { "{hex:".len() };
        let inner = &rest[at + open..];
        let Some((number, after)) = inner.split_once('}') else {
            return Err(format!("\"{text}\" has an unclosed {{"));
        };
        let (number, name) = match number.split_once(':') {
            Some((number, name)) => (number, Some(name.to_owned())),
            None => (number, None),
        };
        let len = number
            .parse()
            .ok()
            .filter(|len| (SHORTEST..=LONGEST).contains(len))
            .ok_or_else(|| format!("\"{text}\": the length must be between {SHORTEST} and {LONGEST}"))?;
        if at > 0 {
            parts.push(TextPart::Fixed(rest[..at].to_owned()));
        }
        parts.push(TextPart::Placeholder(Placeholder { decimal: kind, len }, name));
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(TextPart::Fixed(rest.to_owned()));
    }
    Ok(parts)
}

/// `K=V` as typed: true and false are flags, whole numbers and decimals numbers, everything else a text.
pub fn parse_typed(value: &str) -> AttributeScalar {
    if let Ok(flag) = value.parse::<bool>() {
        return AttributeScalar::Value(AttributeValue::Bool(flag));
    }
    if let Ok(number) = value.parse::<i64>() {
        return AttributeScalar::Value(AttributeValue::Int(number));
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() && value.contains('.') => {
            AttributeScalar::Value(AttributeValue::Double(number))
        }
        _ => AttributeScalar::fixed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_parts_are_found() {
        let read = parse_parts("u-{hex:8}/{digits:10:order}x").expect("a text");
        assert_eq!(
            read,
            [
                TextPart::Fixed("u-".into()),
                TextPart::Placeholder(Placeholder { decimal: false, len: 8 }, None),
                TextPart::Fixed("/".into()),
                TextPart::Placeholder(Placeholder { decimal: true, len: 10 }, Some("order".into())),
                TextPart::Fixed("x".into()),
            ]
        );
        assert!(parse_parts("{hex:7}").is_err() && parse_parts("{hex:99}").is_err() && parse_parts("{hex:8").is_err());
        assert_eq!(
            parse_parts("/orders/{id}").expect("a text"),
            [TextPart::Fixed("/orders/{id}".into())]
        );
    }

    #[test]
    fn typed_values_keep_their_type() {
        assert_eq!(parse_typed("true"), AttributeScalar::Value(AttributeValue::Bool(true)));
        assert_eq!(parse_typed("12"), AttributeScalar::Value(AttributeValue::Int(12)));
        assert_eq!(parse_typed("1.5"), AttributeScalar::Value(AttributeValue::Double(1.5)));
        assert_eq!(parse_typed("1e5"), AttributeScalar::fixed("1e5"));
        assert_eq!(parse_typed("NaN"), AttributeScalar::fixed("NaN"));
    }

    #[test]
    fn drawn_characters_are_of_their_kind() {
        let mut rng = Rng::new(3);
        let text = Placeholder { decimal: true, len: 40 }.draw(&mut rng);
        assert!(
            text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "{text}"
        );
        let text = Placeholder {
            decimal: false,
            len: 33,
        }
        .draw(&mut rng);
        assert!(
            text.len() == 33 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{text}"
        );
    }
}
