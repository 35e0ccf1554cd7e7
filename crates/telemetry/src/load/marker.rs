//! The marker: the probe that doctor sends. Its content is a function of its id and its end, so that it can be told again
//! from saved evidence, and its names are constant, so that repeated runs add no series.

use std::sync::Arc;

use crate::model::marker::{
    BACKDATED_SERVICE, CLIENT_SERVICE, Marker, RESOURCE_ATTRIBUTES, RUN_ATTRIBUTE, SERVER_SERVICE,
};
use crate::model::trace::{Attribute, SpanId, SpanKind, SpanScope, SpanStatus, Trace, TraceId, TraceSpan};

use super::probe::Probe;
use super::trace_values::{build_resource, build_scope};

/// One client and one server span of two services, so that it feeds span metrics and a service-graph edge.
pub fn build_marker(id: TraceId, end: u64) -> Probe {
    let scope = build_scope();
    let client = build_span(id, 0, CLIENT_SERVICE, SpanKind::Client, (2_000_000, 0), end, &scope);
    let mut server = build_span(
        id,
        1,
        SERVER_SERVICE,
        SpanKind::Server,
        (1_500_000, 500_000),
        end,
        &scope,
    );
    server.parent = Some(client.id);
    Probe {
        trace: Trace {
            id,
            spans: vec![client, server],
            partial: None,
        },
        end,
        services: (CLIENT_SERVICE.to_owned(), SERVER_SERVICE.to_owned()),
        has_edge: true,
    }
}

/// What was sent as this marker.
pub fn rebuild_marker_trace(marker: &Marker) -> Trace {
    let id = TraceId::from_hex(&marker.trace_id).unwrap_or_default();
    build_marker(id, marker.end_ns).trace
}

/// The trace that is dated back: one INTERNAL span, which can add to no edge and to none of the live marker's series.
pub fn build_backdated_trace(id: TraceId, end: u64) -> Trace {
    let mut span = build_span(
        id,
        2,
        BACKDATED_SERVICE,
        SpanKind::Internal,
        (1_000_000, 0),
        end,
        &build_scope(),
    );
    span.name = "tempoctl marker (back-dated)".into();
    Trace {
        id,
        spans: vec![span],
        partial: None,
    }
}

/// A span that starts and ends so many nanoseconds before the end of the trace.
fn build_span(
    trace_id: TraceId,
    number: u8,
    service: &str,
    kind: SpanKind,
    before_end: (u64, u64),
    end: u64,
    scope: &Arc<SpanScope>,
) -> TraceSpan {
    let constant = RESOURCE_ATTRIBUTES.map(|(key, value)| Attribute::text(key, value));
    TraceSpan {
        id: derive_span_id(trace_id, number),
        parent: None,
        name: "tempoctl marker".into(),
        kind,
        status: SpanStatus::Unset,
        status_message: "".into(),
        start_ns: end.saturating_sub(before_end.0),
        end_ns: end.saturating_sub(before_end.1),
        attributes: [Attribute::text(RUN_ATTRIBUTE, &trace_id.to_string())].into(),
        events: Box::default(),
        links: Box::default(),
        resource: build_resource(service, constant),
        scope: Arc::clone(scope),
        extra: None,
    }
}

/// A span id that follows from the trace id: FNV-1a over its digits, never zero.
fn derive_span_id(trace_id: TraceId, number: u8) -> SpanId {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in trace_id.to_string().bytes().chain([number]) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    SpanId(hash.max(1).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::encode::encode_bodies;
    use crate::model::send_report::TraceProtocol;
    use crate::model::tempo::HttpAnswer;
    use crate::parse::trace_answer::compare_with_sent;

    const ID: &str = "55974235974ba506c9c683dc089eec37";

    /// As the program of that version made it.
    fn made_by_first_version(mut trace: Trace) -> Trace {
        let scope = Arc::new(SpanScope {
            version: "0.1.0".into(),
            ..SpanScope::clone(&build_scope())
        });
        for span in &mut trace.spans {
            span.scope = Arc::clone(&scope);
        }
        trace
    }

    /// Saved evidence tells of markers by id and end alone.
    #[test]
    fn a_marker_stays_the_same() {
        let (id, end) = (TraceId::from_hex(ID).expect("an id"), 1_700_000_000_123_456_789);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let live = made_by_first_version(build_marker(id, end).trace);
        let body = encode_bodies(TraceProtocol::Grpc, &live).remove(0);
        assert_eq!(
            hex(&body),
            "0af6010a670a280a0c736572766963652e6e616d6512180a1674656d706f63746c2d6d61726b65722d636c69656e740a190a\
         0f74656d706f63746c2e6d61726b657212060a04747275650a200a1274656c656d657472792e73646b2e6e616d65120a0a08\
         74656d706f63746c128a010a110a0874656d706f63746c1205302e312e3012750a1055974235974ba506c9c683dc089eec37\
         1208831265311892a35e2a0f74656d706f63746c206d61726b65723003399548673dfe9c97174115cd853dfe9c97174a320a\
         0c74656d706f63746c2e72756e12220a2035353937343233353937346261353036633963363833646330383965656333370a\
         80020a670a280a0c736572766963652e6e616d6512180a1674656d706f63746c2d6d61726b65722d7365727665720a190a0f\
         74656d706f63746c2e6d61726b657212060a04747275650a200a1274656c656d657472792e73646b2e6e616d65120a0a0874\
         656d706f63746c1294010a110a0874656d706f63746c1205302e312e30127f0a1055974235974ba506c9c683dc089eec3712\
         08831266311892a5112208831265311892a35e2a0f74656d706f63746c206d61726b6572300239b5e96e3dfe9c971741f52b\
         7e3dfe9c97174a320a0c74656d706f63746c2e72756e12220a20353539373432333539373462613530366339633638336463\
         3038396565633337"
        );
        let backdated = made_by_first_version(build_backdated_trace(id, end));
        let body = encode_bodies(TraceProtocol::HttpProtobuf, &backdated).remove(0);
        assert_eq!(
            hex(&body),
            "0a87020a6a0a2b0a0c736572766963652e6e616d65121b0a1974656d706f63746c2d6d61726b65722d6261636b6461746564\
         0a190a0f74656d706f63746c2e6d61726b657212060a04747275650a200a1274656c656d657472792e73646b2e6e616d6512\
         0a0a0874656d706f63746c1298010a110a0874656d706f63746c1205302e312e301282010a1055974235974ba506c9c683dc\
         089eec3712088312633118929ff82a1c74656d706f63746c206d61726b657220286261636b2d646174656429300139d58a76\
         3dfe9c97174115cd853dfe9c97174a320a0c74656d706f63746c2e72756e12220a2035353937343233353937346261353036\
         63396336383364633038396565633337"
        );
        let body = encode_bodies(TraceProtocol::HttpJson, &live).remove(0);
        let pinned = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tempoctl-marker-client"}},{"key":"tempoctl.marker","value":{"stringValue":"true"}},{"key":"telemetry.sdk.name","value":{"stringValue":"tempoctl"}}]},
            "scopeSpans":[{"scope":{"name":"tempoctl","version":"0.1.0"},"spans":[{"traceId":"55974235974ba506c9c683dc089eec37",
            "spanId":"831265311892a35e","name":"tempoctl marker","kind":3,"startTimeUnixNano":"1700000000121456789",
            "endTimeUnixNano":"1700000000123456789","attributes":[{"key":"tempoctl.run","value":{"stringValue":"55974235974ba506c9c683dc089eec37"}}]}]}]},
            {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tempoctl-marker-server"}},{"key":"tempoctl.marker","value":{"stringValue":"true"}},{"key":"telemetry.sdk.name","value":{"stringValue":"tempoctl"}}]},
            "scopeSpans":[{"scope":{"name":"tempoctl","version":"0.1.0"},"spans":[{"traceId":"55974235974ba506c9c683dc089eec37",
            "spanId":"831266311892a511","name":"tempoctl marker","kind":2,"startTimeUnixNano":"1700000000121956789",
            "endTimeUnixNano":"1700000000122956789","attributes":[{"key":"tempoctl.run","value":{"stringValue":"55974235974ba506c9c683dc089eec37"}}],"parentSpanId":"831265311892a35e"}]}]}]}"#;
        let read = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&body), read(pinned.as_bytes()));
    }

    #[test]
    fn every_changed_field_is_named() {
        let id = TraceId::from_hex(ID).expect("an id");
        let sent = build_marker(id, 1_000_000_000).trace;
        let client = &sent.spans[0];
        let body = serde_json::json!({"trace": {"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": &*client.resource.service}}]},
            "scopeSpans": [{"spans": [{"traceId": id.to_string(), "spanId": client.id.to_string(), "name": "renamed",
                "kind": "SPAN_KIND_CLIENT", "startTimeUnixNano": client.start_ns.to_string(),
                "endTimeUnixNano": client.end_ns.to_string()}]}]}]}});
        let answer = HttpAnswer {
            request: "GET /api/v2/traces/x".into(),
            status: 200,
            headers: Default::default(),
            body: body.to_string(),
        };
        let read = compare_with_sent(answer, &sent).expect("a trace");
        assert!(
            read.differences.iter().any(|text| text.contains("renamed")),
            "{:?}",
            read.differences
        );
        assert!(
            read.differences.iter().any(|text| text.contains("missing")),
            "{:?}",
            read.differences
        );
    }
}
