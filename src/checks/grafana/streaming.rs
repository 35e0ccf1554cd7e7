//! Searches that stream reach Tempo. A browser's search goes over gRPC to the host and port of the data source where
//! streaming is on, whatever plain questions say; Tempo must serve gRPC on its HTTP port for that.

use crate::model::evidence::Fact;
use crate::model::grafana::{DataSource, TEMPO, TempoThrough};
use crate::model::{Finding, Hop, Outcome};
use crate::parse::grafana::message;

use super::{closed, snippet, sources};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.streaming",
    hop: Hop::Grafana,
    title: "streaming searches reach Tempo",
    needs: &[&[Fact::Grafana, Fact::Targets, Fact::Config]],
    causes: &["ds-streaming-not-enabled", "ds-streaming-tls"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let streams = |source: &&DataSource| {
        source.kind == TEMPO && (source.flag("streamingEnabled.search") || source.flag("streamingEnabled.metrics"))
    };
    let streaming: Vec<&DataSource> = sources(view).iter().filter(streams).collect();
    if streaming.is_empty() {
        return Outcome::not_applicable("no Tempo data source streams");
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
        match one(view, source, through) {
            Seen::Wrong(finding) => return (*finding).into(),
            Seen::Sound => tested += 1,
            Seen::Unknown(why) => unknown = Some(why),
        }
    }
    match unknown {
        Some(why) => Outcome::no_evidence(why),
        None if tested == 0 => Outcome::no_evidence("the data sources were not queried"),
        None => Outcome::pass("streaming works where it is enabled"),
    }
}

enum Seen {
    Sound,
    Wrong(Box<Finding>),
    Unknown(&'static str),
}

fn one(view: &View<'_>, source: &DataSource, through: &TempoThrough) -> Seen {
    let on_port = on_http_port(view);
    let tries_streaming = source.flag("streamingEnabled.search");
    match through.health.get() {
        Some(answer) if answer.is_success() && tries_streaming => Seen::Sound,
        Some(answer) if !answer.is_success() && answer.status != 404 && tries_streaming => {
            let said = message(answer);
            let lower = said.to_lowercase();
            let of_stream = ["rpc error", "stream", "preface", "grpc"]
                .iter()
                .any(|word| lower.contains(word));
            if !of_stream {
                return Seen::Unknown("Grafana's own test fails for another reason");
            }
            let tls = ["transport level security", "tls:", "x509", "certificate"]
                .iter()
                .any(|word| lower.contains(word));
            Seen::Wrong(Box::new(failed(view, source, tls).seen(
                format!("GET /api/datasources/uid/{}/health", source.uid),
                "",
                said,
            )))
        }
        // Versions before 12.3 do not test it: what both sides are set to decides.
        _ => match on_port {
            Some(true) => Seen::Sound,
            Some(false) => Seen::Wrong(Box::new(failed(view, source, false).likely())),
            None => Seen::Unknown("neither Grafana's test nor Tempo's configuration shows whether streaming works"),
        },
    }
}

fn failed(view: &View<'_>, source: &DataSource, tls: bool) -> Finding {
    let off = snippet::entry(
        source,
        snippet::url(source),
        &["streamingEnabled: {search: false, metrics: false}"],
    );
    let mut finding = if tls {
        Finding::degraded(
            "ds-streaming-tls",
            format!(
                "the data source {} streams searches, but gRPC to Tempo fails over TLS",
                source.shown()
            ),
        )
        .fix(
            "turn streaming off in the data source, or serve gRPC with a certificate that Grafana trusts:",
            Some(off),
            None,
        )
    } else {
        Finding::degraded(
            "ds-streaming-not-enabled",
            format!(
                "the data source {} streams searches over gRPC, but Tempo does not serve gRPC on its HTTP port, so searches in a browser fail",
                source.shown()
            ),
        )
        .fix(
            "enable it in tempo.yaml, or turn streaming off in the data source:",
            Some(format!("stream_over_http_enabled: true\n\n# or in Grafana:\n{off}")),
            None,
        )
    };
    let on: Vec<&str> = ["search", "metrics"]
        .into_iter()
        .filter(|what| source.flag(&format!("streamingEnabled.{what}")))
        .collect();
    finding = finding.seen(
        format!("data source {}", source.name),
        "streamingEnabled",
        on.join(", "),
    );
    if let Some(value) = on_http_port(view) {
        finding = finding.seen("Tempo /status/config", "stream_over_http_enabled", value);
    }
    if let Some(url) = source.url.as_deref() {
        finding = finding.seen("gRPC goes to", "host and port of", url);
    }
    finding
}

/// What Tempo is set to. Its configuration leaves `false` out (grafana/tempo v3.0.3: cmd/tempo/app/config.go).
fn on_http_port(view: &View<'_>) -> Option<bool> {
    let config = view.config().get()?;
    Some(config.flag("stream_over_http_enabled").unwrap_or(false))
}
