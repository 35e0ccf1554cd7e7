//! Attribute values, and the parts of a text that are fresh in every trace: `{hex:16}`, `{digits:8}`; those with the same
//! name, as `{digits:8:order}`, are the same throughout a trace.

use super::rng::Rng;

/// Fewer fresh characters could not be told from what stands round them in an encoded trace.
const SHORTEST: usize = 8;
const LONGEST: usize = 64;

/// An attribute's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A text, parts of which may be fresh in every trace.
    Text(Vec<Part>),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
}

/// Part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Always the same.
    Fixed(String),
    /// Fresh in every trace; the same wherever it has the same name.
    Fresh(Fresh, Option<String>),
}

/// Characters that are drawn for every trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    /// Digits only; else hex.
    pub decimal: bool,
    /// How many.
    pub len: usize,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Fresh {
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

impl Scalar {
    /// A text in which nothing is fresh.
    pub fn fixed(text: impl Into<String>) -> Self {
        Scalar::Text(vec![Part::Fixed(text.into())])
    }
}

/// What a value of a scenario means; of a list the choice is the caller's.
pub fn scalar(value: &toml::Value) -> Result<Scalar, String> {
    Ok(match value {
        toml::Value::String(text) => Scalar::Text(parts(text)?),
        toml::Value::Integer(number) => Scalar::Int(*number),
        toml::Value::Float(number) => Scalar::Float(*number),
        toml::Value::Boolean(flag) => Scalar::Bool(*flag),
        toml::Value::Datetime(time) => Scalar::fixed(time.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => {
            return Err("a value must be a string, a number or a boolean".to_owned());
        }
    })
}

/// Is this a value, or a list of values?
pub fn check(value: &toml::Value) -> Result<(), String> {
    match value {
        toml::Value::Array(list) if list.is_empty() => Err("the list must not be empty".to_owned()),
        toml::Value::Array(list) => list.iter().try_for_each(|item| scalar(item).map(drop)),
        one => scalar(one).map(drop),
    }
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
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
            parts.push(Part::Fixed(rest[..at].to_owned()));
        }
        parts.push(Part::Fresh(Fresh { decimal: kind, len }, name));
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Fixed(rest.to_owned()));
    }
    Ok(parts)
}

/// `K=V` as typed: true and false are flags, whole numbers and decimals numbers, everything else a text.
pub fn typed(value: &str) -> Scalar {
    if let Ok(flag) = value.parse::<bool>() {
        return Scalar::Bool(flag);
    }
    if let Ok(number) = value.parse::<i64>() {
        return Scalar::Int(number);
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() && value.contains('.') => Scalar::Float(number),
        _ => Scalar::fixed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_parts_are_found() {
        let read = parts("u-{hex:8}/{digits:10:order}x").expect("a text");
        assert_eq!(
            read,
            [
                Part::Fixed("u-".into()),
                Part::Fresh(Fresh { decimal: false, len: 8 }, None),
                Part::Fixed("/".into()),
                Part::Fresh(Fresh { decimal: true, len: 10 }, Some("order".into())),
                Part::Fixed("x".into()),
            ]
        );
        assert!(parts("{hex:7}").is_err() && parts("{hex:99}").is_err() && parts("{hex:8").is_err());
        assert_eq!(
            parts("/orders/{id}").expect("a text"),
            [Part::Fixed("/orders/{id}".into())]
        );
    }

    #[test]
    fn typed_values_keep_their_type() {
        assert_eq!(typed("true"), Scalar::Bool(true));
        assert_eq!(typed("12"), Scalar::Int(12));
        assert_eq!(typed("1.5"), Scalar::Float(1.5));
        assert_eq!(typed("1e5"), Scalar::fixed("1e5"));
        assert_eq!(typed("NaN"), Scalar::fixed("NaN"));
    }

    #[test]
    fn drawn_characters_are_of_their_kind() {
        let mut rng = Rng::new(3);
        let text = Fresh { decimal: true, len: 40 }.draw(&mut rng);
        assert!(
            text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "{text}"
        );
        let text = Fresh {
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
