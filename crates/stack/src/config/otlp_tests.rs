use super::super::samples::{resolve_sample, resolve_settings};
use super::*;

/// Flags, variables, protocol expected, address expected for traces.
const ADDRESSES: [(&str, &str, Protocol, &str); 33] = {
    use Protocol::{Grpc, HttpJson, HttpProtobuf};
    [
        // Defaults.
        ("", "", HttpProtobuf, "http://localhost:4318/v1/traces"),
        (
            "--otlp-protocol http/json",
            "",
            HttpJson,
            "http://localhost:4318/v1/traces",
        ),
        ("--otlp-protocol grpc", "", Grpc, "http://localhost:4317/"),
        ("", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", Grpc, "http://localhost:4317/"),
        // The general variable is a base; slashes are not doubled, ports not invented.
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318",
            HttpProtobuf,
            "http://c:4318/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/",
            HttpProtobuf,
            "http://c:4318/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/mycollector/",
            HttpProtobuf,
            "http://c:4318/mycollector/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=https://c",
            HttpProtobuf,
            "https://c/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/v1/traces",
            HttpProtobuf,
            "http://c:4318/v1/traces/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4318",
            HttpProtobuf,
            "http://c:4318/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318?x=1",
            HttpProtobuf,
            "http://c:4318/v1/traces",
        ),
        // The traces variable wins and is verbatim; an empty path is the root.
        (
            "",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://a OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://b:1/x/",
            HttpProtobuf,
            "http://b:1/x/",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://b:4318",
            HttpProtobuf,
            "http://b:4318/",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://b/v1/traces",
            HttpProtobuf,
            "https://b/v1/traces",
        ),
        (
            "",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT= OTEL_EXPORTER_OTLP_ENDPOINT=http://a",
            HttpProtobuf,
            "http://a/v1/traces",
        ),
        // The traces protocol wins.
        (
            "",
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json",
            HttpJson,
            "http://localhost:4318/v1/traces",
        ),
        // gRPC: a scheme wins, without one it is TLS unless told otherwise.
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317",
            Grpc,
            "http://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317",
            Grpc,
            "https://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317 OTEL_EXPORTER_OTLP_INSECURE=TRUE",
            Grpc,
            "http://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317 OTEL_EXPORTER_OTLP_INSECURE=1",
            Grpc,
            "https://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317 OTEL_EXPORTER_OTLP_SPAN_INSECURE=true",
            Grpc,
            "http://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317 OTEL_EXPORTER_OTLP_INSECURE=true OTEL_EXPORTER_OTLP_TRACES_INSECURE=false",
            Grpc,
            "https://c:4317/",
        ),
        (
            "--otlp-protocol grpc --otlp-insecure",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:4317",
            Grpc,
            "http://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=https://c:4317 OTEL_EXPORTER_OTLP_INSECURE=true",
            Grpc,
            "https://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=c:80",
            Grpc,
            "https://c:80/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT=dns:///c:4317 OTEL_EXPORTER_OTLP_INSECURE=true",
            Grpc,
            "http://c:4317/",
        ),
        (
            "--otlp-protocol grpc",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317/v1/traces",
            Grpc,
            "http://c:4317/",
        ),
        // The flag is a base unless it already ends so; without a scheme it is plaintext, without a port the protocol's.
        (
            "--otlp-endpoint c:4318",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://b",
            HttpProtobuf,
            "http://c:4318/v1/traces",
        ),
        (
            "--otlp-endpoint https://c/otlp/v1/traces/",
            "",
            HttpProtobuf,
            "https://c/otlp/v1/traces",
        ),
        (
            "--endpoint https://c/otlp",
            "",
            HttpProtobuf,
            "https://c/otlp/v1/traces",
        ),
        ("--otlp-endpoint c", "", HttpProtobuf, "http://c:4318/v1/traces"),
        ("--otlp-endpoint c --otlp-protocol grpc", "", Grpc, "http://c:4317/"),
        (
            "--otlp-endpoint [::1]:4317 --otlp-protocol grpc",
            "",
            Grpc,
            "http://[::1]:4317/",
        ),
    ]
};

#[test]
fn addresses_are_built_as_the_specification_says() {
    for (flags, variables, protocol, address) in ADDRESSES {
        let otlp = resolve_settings(flags, variables, "").otlp;
        assert_eq!(otlp.protocol.value, protocol, "{flags} {variables}");
        assert_eq!(otlp.traces_url.as_str(), address, "{flags} {variables}");
    }
}

#[test]
fn what_no_sdk_understands_is_ignored_with_a_note() {
    let variables = "OTEL_EXPORTER_OTLP_PROTOCOL=grcp OTEL_EXPORTER_OTLP_TIMEOUT=10s OTEL_EXPORTER_OTLP_COMPRESSION=zstd \
                     OTEL_EXPORTER_OTLP_INSECURE=yes";
    let settings = resolve_settings("", variables, "");
    assert_eq!(settings.otlp.protocol, Sourced::default_of(Protocol::HttpProtobuf));
    assert_eq!(settings.otlp.timeout, Sourced::default_of(Duration::from_secs(10)));
    assert_eq!(
        settings.otlp.compression,
        Sourced::default_of(telemetry::model::send_report::BodyCompression::None)
    );
    let notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "note: OTEL_EXPORTER_OTLP_PROTOCOL: 'grcp' is not one of grpc, http/protobuf, http/json; ignored, as SDKs \
             do",
            "note: OTEL_EXPORTER_OTLP_INSECURE: 'yes' is not true or false; ignored, as SDKs do",
            "note: OTEL_EXPORTER_OTLP_TIMEOUT: '10s' is not a number of milliseconds; ignored, as SDKs do",
            "note: OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' is not gzip or none; ignored, as SDKs do",
        ]
    );
}

#[test]
fn a_wrong_flag_is_an_error() {
    let errors = resolve_sample("--otlp-protocol http/protobuff --otlp-endpoint localhost:99999", "", "")
        .expect_err("both wrong");
    assert_eq!(
        errors.to_string(),
        "error: --otlp-protocol: 'http/protobuff' is not one of grpc, http/protobuf, http/json\n  \
           try: --otlp-protocol http/protobuf\n\
         error: --otlp-endpoint: 'localhost:99999' has no valid port (1 to 65535)\n  \
           try: --otlp-endpoint http://localhost:4318"
    );
}

#[test]
fn timeouts_are_milliseconds_in_variables_and_durations_in_the_file() {
    let from_variable = resolve_settings(
        "",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=2500 OTEL_EXPORTER_OTLP_TIMEOUT=1",
        "",
    )
    .otlp;
    assert_eq!(from_variable.timeout.value, Duration::from_millis(2500));
    assert_eq!(
        resolve_settings("", "", "otlp_timeout = \"2.5s\"").otlp.timeout.value,
        Duration::from_millis(2500)
    );
}

#[test]
fn headers_are_decoded_and_the_traces_variable_replaces_the_general_one() {
    let variables =
        "OTEL_EXPORTER_OTLP_HEADERS=a=general OTEL_EXPORTER_OTLP_TRACES_HEADERS=Authorization=Basic%20abc,b=2";
    let otlp = resolve_settings(
        "--otlp-header B=flag",
        variables,
        "otlp_headers = { c = \"file\", b = \"file\" }",
    )
    .otlp;
    let headers: Vec<_> = otlp
        .headers
        .iter()
        .map(|header| (header.name.as_str(), header.value.expose()))
        .collect();
    assert_eq!(headers, [("B", "flag"), ("Authorization", "Basic abc"), ("c", "file")]);
    let errors = resolve_sample("", "OTEL_EXPORTER_OTLP_HEADERS=s3cret,a=1", "").expect_err("an entry without =");
    assert_eq!(
        errors.to_string(),
        "error: OTEL_EXPORTER_OTLP_HEADERS: entry 1: the header has no '='\n  \
           try: OTEL_EXPORTER_OTLP_HEADERS=name=value,name2=value2"
    );
}

#[test]
fn a_login_in_the_address_becomes_a_header() {
    let otlp = resolve_settings("--otlp-endpoint http://me:s3cret@c:4318", "", "").otlp;
    assert_eq!(otlp.headers[0].value.expose(), "Basic bWU6czNjcmV0");
    assert_eq!(otlp.traces_url.as_str(), "http://c:4318/v1/traces");
    let otlp = resolve_settings(
        "--otlp-endpoint http://me:s3cret@c --otlp-header authorization=x",
        "",
        "",
    )
    .otlp;
    assert_eq!(otlp.headers.len(), 1);
}
