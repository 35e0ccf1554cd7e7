//! Attributes: typed values under a key.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::ids::write_hex;
use super::trace::SharedText;

/// The value of an attribute, with its type.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AttributeValue {
    /// Present without a value.
    #[default]
    Empty,
    /// A string.
    Text(SharedText),
    /// A boolean.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A list.
    List(Box<[AttributeValue]>),
    /// A map.
    Map(Box<[Attribute]>),
}

impl AttributeValue {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            AttributeValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl std::fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AttributeValue::Empty => f.write_str("nil"),
            AttributeValue::Text(text) => f.write_str(text),
            AttributeValue::Bool(flag) => write!(f, "{flag}"),
            AttributeValue::Int(number) => write!(f, "{number}"),
            AttributeValue::Double(number) => write!(f, "{number}"),
            AttributeValue::Bytes(bytes) => {
                f.write_str("0x")?;
                write_hex(bytes, f)
            }
            AttributeValue::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            AttributeValue::Map(pairs) => {
                f.write_str("{")?;
                for (index, pair) in pairs.iter().enumerate() {
                    write!(f, "{}{}: {}", if index == 0 { "" } else { ", " }, pair.key, pair.value)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The key.
    pub key: SharedText,
    /// The value.
    pub value: AttributeValue,
}

/// The value of a key.
pub fn find_attribute<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a AttributeValue> {
    attributes
        .iter()
        .find(|attribute| &*attribute.key == key)
        .map(|attribute| &attribute.value)
}

impl Attribute {
    /// A text.
    pub fn text(key: &str, value: &str) -> Attribute {
        Attribute {
            key: key.into(),
            value: AttributeValue::Text(value.into()),
        }
    }
}

/// In JSON's own types.
impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            AttributeValue::Empty => serializer.serialize_none(),
            AttributeValue::Text(text) => serializer.serialize_str(text),
            AttributeValue::Bool(flag) => serializer.serialize_bool(*flag),
            AttributeValue::Int(number) => serializer.serialize_i64(*number),
            // JSON has no NaN and no infinity.
            AttributeValue::Double(number) if !number.is_finite() => serializer.serialize_str(&number.to_string()),
            AttributeValue::Double(number) => serializer.serialize_f64(*number),
            AttributeValue::Bytes(bytes) => serializer.serialize_str(&BASE64.encode(bytes)),
            AttributeValue::List(items) => serializer.collect_seq(items),
            AttributeValue::Map(pairs) => AttributeMap(pairs).serialize(serializer),
        }
    }
}

/// Attributes as an object. Of a key that is there twice the last counts, as everywhere in JSON.
pub struct AttributeMap<'a>(pub &'a [Attribute]);

impl Serialize for AttributeMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let last: HashMap<&str, usize> = self
            .0
            .iter()
            .enumerate()
            .map(|(index, pair)| (&*pair.key, index))
            .collect();
        let mut map = serializer.serialize_map(Some(last.len()))?;
        for (index, pair) in self.0.iter().enumerate() {
            if last[&*pair.key] == index {
                map.serialize_entry(&*pair.key, &pair.value)?;
            }
        }
        map.end()
    }
}
