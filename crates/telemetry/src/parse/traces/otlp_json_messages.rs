//! The messages of OTLP as JSON writes them, borrowed from its text as far as that goes.

use std::borrow::Cow;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::jaeger;

/// Any document that may hold traces. Spans stay text until each is read on its own.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct TraceJsonDocument<'a> {
    #[serde(borrow, alias = "resource_spans")]
    pub(super) resource_spans: Option<Vec<JsonResourceSpans<'a>>>,
    #[serde(borrow)]
    pub(super) batches: Option<Vec<JsonResourceSpans<'a>>>,
    #[serde(borrow)]
    pub(super) trace: Option<InnerTrace<'a>>,
    #[serde(borrow)]
    pub(super) data: Option<Vec<jaeger::JaegerUiTrace<'a>>>,
    #[serde(borrow)]
    pub(super) status: Option<JsonScalar<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Cow<'a, str>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct InnerTrace<'a> {
    #[serde(borrow, alias = "resource_spans", alias = "batches")]
    pub(super) resource_spans: Vec<JsonResourceSpans<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonResourceSpans<'a> {
    #[serde(borrow)]
    pub(super) resource: Option<&'a RawValue>,
    #[serde(
        borrow,
        alias = "scope_spans",
        alias = "instrumentationLibrarySpans",
        deserialize_with = "nullable"
    )]
    pub(super) scope_spans: Vec<JsonScopeSpans<'a>>,
    #[serde(borrow, alias = "schema_url")]
    pub(super) schema_url: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonOwner<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) version: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) attributes: Vec<JsonKeyValue<'a>>,
    #[serde(borrow, alias = "dropped_attributes_count")]
    pub(super) dropped_attributes_count: JsonScalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonScopeSpans<'a> {
    #[serde(borrow, alias = "instrumentationLibrary")]
    pub(super) scope: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) spans: Vec<&'a RawValue>,
    #[serde(borrow, alias = "schema_url")]
    pub(super) schema_url: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonSpan<'a> {
    #[serde(borrow, alias = "trace_id")]
    pub(super) trace_id: Cow<'a, str>,
    #[serde(borrow, alias = "span_id")]
    pub(super) span_id: Cow<'a, str>,
    #[serde(borrow, alias = "parent_span_id")]
    pub(super) parent_span_id: Cow<'a, str>,
    #[serde(borrow, alias = "trace_state")]
    pub(super) trace_state: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) flags: JsonScalar<'a>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) kind: JsonScalar<'a>,
    #[serde(borrow, alias = "start_time_unix_nano")]
    pub(super) start_time_unix_nano: JsonScalar<'a>,
    #[serde(borrow, alias = "end_time_unix_nano")]
    pub(super) end_time_unix_nano: JsonScalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) attributes: Vec<JsonKeyValue<'a>>,
    #[serde(borrow, alias = "dropped_attributes_count")]
    pub(super) dropped_attributes_count: JsonScalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) events: Vec<JsonEvent<'a>>,
    #[serde(borrow, alias = "dropped_events_count")]
    pub(super) dropped_events_count: JsonScalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) links: Vec<JsonLink<'a>>,
    #[serde(borrow, alias = "dropped_links_count")]
    pub(super) dropped_links_count: JsonScalar<'a>,
    #[serde(borrow)]
    pub(super) status: Option<JsonStatus<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonEvent<'a> {
    #[serde(borrow, alias = "time_unix_nano")]
    pub(super) time_unix_nano: JsonScalar<'a>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) attributes: Vec<JsonKeyValue<'a>>,
    #[serde(borrow, alias = "dropped_attributes_count")]
    pub(super) dropped_attributes_count: JsonScalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonLink<'a> {
    #[serde(borrow, alias = "trace_id")]
    pub(super) trace_id: Cow<'a, str>,
    #[serde(borrow, alias = "span_id")]
    pub(super) span_id: Cow<'a, str>,
    #[serde(borrow, alias = "trace_state")]
    pub(super) trace_state: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) attributes: Vec<JsonKeyValue<'a>>,
    #[serde(borrow, alias = "dropped_attributes_count")]
    pub(super) dropped_attributes_count: JsonScalar<'a>,
    #[serde(borrow)]
    pub(super) flags: JsonScalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct JsonStatus<'a> {
    #[serde(borrow)]
    pub(super) code: JsonScalar<'a>,
    #[serde(borrow)]
    pub(super) message: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct JsonKeyValue<'a> {
    #[serde(borrow)]
    pub(super) key: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Option<JsonAnyValue<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonAnyValue<'a> {
    #[serde(borrow, alias = "string_value")]
    pub(super) string_value: Option<BorrowedStr<'a>>,
    #[serde(alias = "bool_value")]
    pub(super) bool_value: Option<bool>,
    #[serde(borrow, alias = "int_value")]
    pub(super) int_value: Option<JsonScalar<'a>>,
    #[serde(borrow, alias = "double_value")]
    pub(super) double_value: Option<JsonScalar<'a>>,
    #[serde(borrow, alias = "bytes_value")]
    pub(super) bytes_value: Option<Cow<'a, str>>,
    #[serde(borrow, alias = "array_value")]
    pub(super) array_value: Option<JsonArrayValue<'a>>,
    #[serde(borrow, alias = "kvlist_value")]
    pub(super) kvlist_value: Option<JsonKvList<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct JsonArrayValue<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) values: Vec<JsonAnyValue<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct JsonKvList<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) values: Vec<JsonKeyValue<'a>>,
}

/// A text that is borrowed where it holds no escapes; `Option<Cow>` never is.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct BorrowedStr<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// `null` is nothing, as if the key were missing.
pub(super) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A number or a name, however it is written: `2`, `"2"`, `"SPAN_KIND_SERVER"`, `null`.
#[derive(Default)]
pub(super) struct JsonScalar<'a>(Option<&'a str>);

impl<'de: 'a, 'a> Deserialize<'de> for JsonScalar<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        Ok(JsonScalar(Some(raw.get().trim_matches('"'))))
    }
}

impl JsonScalar<'_> {
    /// What is missing is 0; `None` is no such number.
    pub(super) fn u64(&self) -> Option<u64> {
        self.parse(|number| number as u64)
    }

    pub(super) fn i64(&self) -> Option<i64> {
        self.parse(|number| number as i64)
    }

    pub(super) fn u32(&self) -> u32 {
        u32::try_from(self.u64().unwrap_or(0)).unwrap_or(u32::MAX)
    }

    pub(super) fn f64(&self) -> Option<f64> {
        self.text().parse().ok()
    }

    /// The text, or nothing for `null`.
    pub(super) fn text(&self) -> &str {
        self.0.filter(|text| *text != "null").unwrap_or_default()
    }

    fn parse<T: FromStr + Default>(&self, round: impl Fn(f64) -> T) -> Option<T> {
        match self.text() {
            "" => Some(T::default()),
            text => text.parse().ok().or_else(|| text.parse().ok().map(round)),
        }
    }
}
