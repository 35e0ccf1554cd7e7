//! Searches that stream reach Tempo. A browser's search goes over gRPC to the host and port of the data source where
//! streaming is on, whatever plain questions say; Tempo must serve gRPC on its HTTP port for that.

use telemetry::model::grafana::{DataSource, TempoSourceFacts};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::grafana::extract_message;

use super::{find_skip_outcome, list_tempo_sources, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.streaming",
    title: "streaming searches reach Tempo",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Config]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let streams =
        |source: &&DataSource| source.flag("streamingEnabled.search") || source.flag("streamingEnabled.metrics");
    let streaming: Vec<&DataSource> = list_tempo_sources(view).filter(streams).collect();
    if streaming.is_empty() {
        return CheckOutcome::not_applicable("no Tempo data source streams");
    }
    let mut unknown = None;
    let mut tested = 0;
    for source in &streaming {
        let Some(through) = view.grafana().tempo.iter().find(|through| through.uid == source.uid) else {
            continue;
        };
        if through.echo.get().is_none_or(|answer| answer.status != 200) {
            unknown = Some("the data source does not reach Tempo at all");
            continue;
        }
        match judge_streaming(view, source, through) {
            StreamingOutcome::Fails(finding) => return (*finding).into(),
            StreamingOutcome::Works => tested += 1,
            StreamingOutcome::Unknown(why) => unknown = Some(why),
        }
    }
    match unknown {
        Some(why) => CheckOutcome::no_evidence(why),
        None if tested == 0 => CheckOutcome::no_evidence("the data sources were not queried"),
        None => CheckOutcome::pass("streaming works where it is enabled"),
    }
}

enum StreamingOutcome {
    Works,
    Fails(Box<Finding>),
    Unknown(&'static str),
}

fn judge_streaming(view: &EvidenceView<'_>, source: &DataSource, through: &TempoSourceFacts) -> StreamingOutcome {
    let on_port = find_streaming_setting(view);
    let tries_streaming = source.flag("streamingEnabled.search");
    match through.health.get() {
        Some(answer) if answer.is_success() && tries_streaming => StreamingOutcome::Works,
        Some(answer) if !answer.is_success() && answer.status != 404 && tries_streaming => {
            let said = extract_message(answer);
            let lower = said.to_lowercase();
            let of_stream = ["rpc error", "stream", "preface", "grpc"]
                .iter()
                .any(|word| lower.contains(word));
            if !of_stream {
                return StreamingOutcome::Unknown("Grafana's own test fails for another reason");
            }
            let tls = ["transport level security", "tls:", "x509", "certificate"]
                .iter()
                .any(|word| lower.contains(word));
            StreamingOutcome::Fails(Box::new(explain_streaming_failure(view, source, tls).with_evidence(
                format!("GET /api/datasources/uid/{}/health", source.uid),
                "",
                said,
            )))
        }
        // Versions before 12.3 do not test it: what both sides are set to decides.
        _ => match on_port {
            Some(true) => StreamingOutcome::Works,
            Some(false) => StreamingOutcome::Fails(Box::new(explain_streaming_failure(view, source, false).likely())),
            None => StreamingOutcome::Unknown(
                "neither Grafana's test nor Tempo's configuration shows whether streaming works",
            ),
        },
    }
}

fn explain_streaming_failure(view: &EvidenceView<'_>, source: &DataSource, tls: bool) -> Finding {
    let off = provisioning::render_settings(source, &["streamingEnabled: {search: false, metrics: false}"]);
    let mut finding = if tls {
        Finding::degraded(
            "ds-streaming-tls",
            format!(
                "the data source {} streams searches, but gRPC to Tempo fails over TLS",
                source.display_name()
            ),
        )
        .with_remedy("turn streaming off in the data source, or serve gRPC with a certificate that Grafana trusts:")
        .with_config(off)
    } else if find_streaming_setting(view) == Some(true) {
        // Tempo serves it: what is between the two does not carry it.
        Finding::degraded(
            "proxy-without-http2",
            format!(
                "the data source {} streams searches over gRPC, which Tempo serves, but a proxy before Tempo does not forward HTTP/2",
                source.display_name()
            ),
        )
        .likely()
        .with_remedy("forward HTTP/2 to Tempo in the proxy, point the data source at Tempo itself, or turn streaming off:")
        .with_config(off)
    } else {
        Finding::degraded(
            "ds-streaming-not-enabled",
            format!(
                "the data source {} streams searches over gRPC, but Tempo does not serve gRPC on its HTTP port, so searches in a browser fail",
                source.display_name()
            ),
        )
        .with_remedy("enable it in tempo.yaml, or turn streaming off in the data source:").with_config(format!("stream_over_http_enabled: true\n\n# or in Grafana:\n{off}"))
    };
    let on: Vec<&str> = ["search", "metrics"]
        .into_iter()
        .filter(|what| source.flag(&format!("streamingEnabled.{what}")))
        .collect();
    finding = finding.with_evidence(
        format!("data source {}", source.name),
        "streamingEnabled",
        on.join(", "),
    );
    if let Some(value) = find_streaming_setting(view) {
        finding = finding.with_evidence("Tempo /status/config", "stream_over_http_enabled", value);
    }
    if let Some(url) = source.url.as_deref() {
        finding = finding.with_evidence("gRPC goes to", "host and port of", url);
    }
    finding
}

/// What Tempo is set to. Its configuration leaves `false` out (grafana/tempo v3.0.3: cmd/tempo/app/config.go).
fn find_streaming_setting(view: &EvidenceView<'_>) -> Option<bool> {
    let config = view.config().get()?;
    Some(config.flag("stream_over_http_enabled").unwrap_or(false))
}
