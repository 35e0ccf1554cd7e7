//! Every parser of foreign input by name, for `cargo fuzz` (`fuzz_target.rs`) and for `make test` (`tests/foreign_input.rs`).
//! A parser may refuse its input; it may not panic.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use telemetry::model::compose::HostPathInfo;
use telemetry::model::tempo::HttpAnswer;
use telemetry::parse::compose::{ComposeRequest, ProjectFiles, load_project};
use telemetry::parse::interpolate::{InterpolationStyle, VariableScope, interpolate_variables};
use telemetry::parse::logs::{display, fold, header, journal, mask, signatures};
use telemetry::parse::{
    app_env, collector, collector_log, dashboard, dashboard_ref, duration, endpoint, exposition, header as http_header,
    kept, label_values_query, otlp, promql, promql_parts, query_error, send_reports, spanned_yaml, time_range,
    trace_id, traceql, traces,
};

/// A parser and what to begin with.
#[allow(dead_code, reason = "targets of cargo fuzz and benches bring their own inputs")]
pub struct ForeignParser {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// Recorded requests whose responses it reads: the beginnings of their paths.
    pub requests: &'static [&'static str],
    /// Files of this repository that it reads.
    pub files: &'static [&'static str],
    pub texts: &'static [&'static str],
}

const fn parse_answers(name: &'static str, run: fn(&[u8]), requests: &'static [&'static str]) -> ForeignParser {
    ForeignParser {
        name,
        run,
        requests,
        files: &[],
        texts: &[],
    }
}

const fn parse_files(name: &'static str, run: fn(&[u8]), files: &'static [&'static str]) -> ForeignParser {
    ForeignParser {
        name,
        run,
        requests: &[],
        files,
        texts: &[],
    }
}

const fn parse_texts(name: &'static str, run: fn(&[u8]), texts: &'static [&'static str]) -> ForeignParser {
    ForeignParser {
        name,
        run,
        requests: &[],
        files: &[],
        texts,
    }
}

/// `tests/fuzz/Cargo.toml` has a target of each name.
pub const PARSERS: [ForeignParser; 15] = [
    parse_answers("traces", run_traces, &["/api/v2/traces/", "/api/traces/"]),
    parse_answers("prometheus", run_prometheus, &["/api/v1/"]),
    parse_answers(
        "tempo",
        run_tempo,
        &["/api/search", "/api/v2/search", "/api/metrics", "/status"],
    ),
    parse_answers("metrics", run_metrics, &["/metrics"]),
    parse_answers("otlp", run_otlp, &["/v1/traces"]),
    parse_files(
        "logs",
        run_logs,
        &[
            "tests/recordings/logs/starts/legacy-overrides-tempo-3.0.3.log",
            "tests/recordings/logs/sound/collector-healthy-tempo-3.0.3-collector.log",
        ],
    ),
    parse_answers(
        "yaml",
        run_yaml,
        &["/status/config", "/status/overrides", "/runtime-config"],
    ),
    parse_files(
        "compose",
        run_compose,
        &[
            "deploy/compose/docker-compose.yml",
            "deploy/compose/docker-compose.tempo-2.10.yml",
            "deploy/compose/collector.yaml",
        ],
    ),
    parse_files(
        "dashboard",
        run_dashboard,
        &[
            "deploy/compose/grafana/dashboards/tempo-overview.json",
            "crates/lab/src/grafana/dashboards/v2.json",
        ],
    ),
    parse_texts(
        "promql",
        run_promql,
        &[
            "sum by (service) (rate(traces_spanmetrics_calls_total{service=~\"${service:pipe}\"}[$__rate_interval])) > 0",
            "histogram_quantile(.95, sum(rate(a_bucket[5m] offset -1h)) by (le)) or vector(0) @ start()",
            "label_values(traces_spanmetrics_calls_total{span_kind=\"SPAN_KIND_SERVER\"}, service)",
        ],
    ),
    parse_texts(
        "traceql",
        run_traceql,
        &[
            "{ resource.service.name = \"shop\" && span.http.status_code >= 500 } | by(name) | count() > 2",
            "{ .a =~ \"x|y\" || duration > 1.5s } >> { kind = server } | select(span.b) | quantile_over_time(duration, .9)",
        ],
    ),
    parse_files(
        "scenario",
        run_scenario,
        &[
            "crates/telemetry/src/load/scenarios/order.toml",
            "crates/telemetry/src/load/scenarios/queue.toml",
        ],
    ),
    parse_files("evidence", run_evidence, &["benches/evidence.json"]),
    parse_texts(
        "environment",
        run_environment,
        &[
            "OTEL_SERVICE_NAME=shop\0OTEL_EXPORTER_OTLP_HEADERS=authorization=Basic%20YTpi\0OTEL_TRACES_SAMPLER=always_on\0",
            "export OTEL_EXPORTER_OTLP_ENDPOINT=\"http://tempo:4317\" # local\nOTEL_EXPORTER_OTLP_TIMEOUT=10000\n",
        ],
    ),
    parse_texts(
        "words",
        run_words,
        &[
            "1h30m5.5s",
            "now-7d/w",
            "2026-11-22T11:54:07.5+01:00",
            "https://user:pass@[::1]:4318/otlp?x=1#f",
            "a=b,c=%20d",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "http://grafana:3000/d/abc/name?var-a=b&from=now-1h",
        ],
    ),
];

/// Runs the parser of that name.
#[allow(dead_code, reason = "only the fuzz targets choose by name")]
pub fn run_parser(name: &str, input: &[u8]) {
    let parser = PARSERS.iter().find(|parser| parser.name == name);
    (parser.expect("a fuzz target has the name of a parser").run)(input);
}

/// What most parsers get: the text of a response, read with replacement characters.
fn decode(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

fn build_answer(input: &[u8]) -> HttpAnswer {
    HttpAnswer {
        request: "GET /".to_owned(),
        status: 200,
        headers: BTreeMap::new(),
        body: decode(input),
    }
}

fn run_traces(input: &[u8]) {
    let _ = traces::parse_traces(input);
    let _ = traces::parse_recording(&decode(input));
    let mut memory = 64 << 20;
    let _ = traces::parse_v1_protobuf(input, &mut memory);
    let _ = traces::parse_v2_protobuf(input, &mut memory);
}

fn run_prometheus(input: &[u8]) {
    use stack::clients::prometheus::{answers, query_result};
    let answer = build_answer(input);
    let _ = query_result::parse_query_result(answer.clone());
    let _ = query_result::parse_series(answer.clone());
    let _ = answers::parse_flags(answer.clone());
    let _ = answers::parse_label_sets(answer.clone());
    let _ = answers::parse_recording_rules(answer.clone());
    let _ = answers::parse_start_time(answer.clone());
    let _ = answers::parse_targets(answer.clone());
    let _ = answers::parse_exemplars(answer);
}

fn run_tempo(input: &[u8]) {
    use stack::clients::tempo::{search, status, traceql_metrics};
    let answer = build_answer(input);
    let _ = search::parse_search_result(answer.clone());
    let _ = search::parse_tag_scopes(answer.clone());
    let _ = search::parse_tag_values(answer.clone());
    let _ = traceql_metrics::parse_traceql_result(answer.clone());
    let _ = status::parse_services(answer.clone());
    let _ = status::parse_endpoints(answer);
    query_error::parse_tempo_error(&decode(input));
    query_error::parse_query_limit(&decode(input));
}

fn run_metrics(input: &[u8]) {
    exposition::parse_exposition(&decode(input));
    let _ = collector::parse_collector_scrape(build_answer(input), 1.0);
}

fn run_otlp(input: &[u8]) {
    otlp::parse_retry_delay(input);
}

fn run_logs(input: &[u8]) {
    for stamped in [false, true] {
        let source = fold::SourceInfo {
            name: "fuzz".to_owned(),
            container: stamped,
        };
        fold::fold_text(input, stamped, source);
    }
    header::parse_line_header(input);
    display::mask_raw_entry(input, true);
    display::parse_entry_header(input);
    signatures::find_causes(input, true);
    let _ = journal::convert_export_line(input);
    let text = decode(input);
    mask::mask_log_secrets(&text);
    mask::mask_logins(&text);
    collector_log::find_line_cause(&text);
    collector_log::find_timestamp(&text);
}

fn run_yaml(input: &[u8]) {
    let _ = spanned_yaml::parse_yaml(&decode(input), 0);
    let _ = stack::clients::tempo::status::parse_yaml_page(build_answer(input));
}

/// The input is every file of the project: what it includes and mounts is itself again.
struct EveryFile(String);

impl ProjectFiles for EveryFile {
    fn read(&self, _: &Path) -> Result<String, String> {
        Ok(self.0.clone())
    }

    fn list(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn stat(&self, _: &Path) -> Option<HostPathInfo> {
        None
    }
}

fn run_compose(input: &[u8]) {
    let _ = load_project(&ComposeRequest {
        files: &[PathBuf::from("compose.yaml")],
        env: &|_| None,
        folder: &EveryFile(decode(input)),
    });
}

fn run_dashboard(input: &[u8]) {
    let _ = dashboard::parse_dashboard(&decode(input));
}

fn run_promql(input: &[u8]) {
    let text = decode(input);
    let _ = promql::infer_value_type(&text);
    let _ = promql_parts::split_promql(&text);
    let filter = ("service".to_owned(), "=".to_owned(), "a".to_owned());
    let _ = promql_parts::add_filters(&text, &[filter]);
    label_values_query::parse_variable_query(&text);
    interpolate_variables(&text, &VariableScope::new(), InterpolationStyle::Promql);
}

fn run_traceql(input: &[u8]) {
    let text = decode(input);
    traceql::scan_tokens(&text);
    traceql::drop_each_condition(&text);
    traceql::suggest_fixes(&text);
    traceql::suggest_metrics_query(&text, &text);
    traceql::parse_problem(&text, &text);
}

fn run_scenario(input: &[u8]) {
    let _ = telemetry::load::scenario::LoadScenario::parse("fuzz", &decode(input));
}

fn run_evidence(input: &[u8]) {
    if let Ok(evidence) = serde_json::from_slice::<telemetry::model::evidence::Evidence>(input) {
        let _ = kept::keep_evidence(evidence);
    }
    let _ = send_reports::parse_send_reports(&decode(input));
}

fn run_environment(input: &[u8]) {
    let pairs = app_env::parse_environ(input);
    app_env::mask_environment("pid:1", Some(true), &pairs);
    if let Ok(pairs) = app_env::parse_key_values(&decode(input)) {
        app_env::mask_environment("file", None, &pairs);
    }
}

fn run_words(input: &[u8]) {
    let text = decode(input);
    let _ = duration::parse_duration(&text);
    duration::parse_seconds(&text);
    let _ = time_range::TypedTime::parse(&text);
    let _ = trace_id::parse_trace_id(&text);
    let _ = http_header::parse_header_list(&text);
    let _ = dashboard_ref::parse_dashboard_ref(&text);
    let _ = endpoint::parse_endpoint(&text, endpoint::AddressDefaults::HTTP);
    endpoint::mask_url(&text);
}
