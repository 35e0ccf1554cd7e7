//! A collector between the senders and Tempo, as facts: an OpenTelemetry Collector or Grafana Alloy.

use serde::{Deserialize, Serialize};

use super::evidence::TargetAddress;
use super::failure::Failure;
use super::marker::{AlternativeListener, Marker, Protocol, PushAnswer, TraceRead, Watch};
use super::slot::Slot;
use super::tempo::{HttpAnswer, MetricsScrape};

/// Why there is taken to be a collector where the sender sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// The address of its own metrics was given.
    Metrics,
    /// Tempo's receiver was given as another address than the sender's.
    Behind,
    /// Tempo lists no receiver on the port that the sender sends to: something stands between them, be it only a mapped
    /// port. It changes how long the marker may take, and nothing else.
    Presumed,
}

/// Tempo's own receiver behind the collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverEndpoint {
    /// Where; `given` is false where it was read off Tempo's configuration.
    pub target: TargetAddress,
    /// What is spoken there.
    pub protocol: Protocol,
}

/// A counter that falls: it was restarted, or several write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CounterResets {
    /// The question that was asked.
    pub query: String,
    /// Its answer.
    pub count: f64,
}

/// The marker that did not come out of the collector, where a second one was sent straight to Tempo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LostMarker {
    /// What was sent through the collector.
    pub marker: Marker,
    /// Where it was sent.
    pub sent_to: TargetAddress,
    /// In which protocol.
    pub protocol: Protocol,
    /// What the collector answered.
    pub push: Slot<PushAnswer>,
    /// Other listeners, tried with an empty export when it did not answer.
    pub alternatives: Vec<AlternativeListener>,
    /// The last read by its id.
    pub read: Slot<TraceRead>,
}

/// Everything about the collector. Default: there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CollectorFacts {
    /// Why there is taken to be one.
    pub known_by: Option<KnownBy>,
    /// Its own metrics, where given.
    pub metrics_url: Option<TargetAddress>,
    /// Tempo's receiver behind it.
    pub behind: Option<ReceiverEndpoint>,
    /// `GET /` of the health_check extension on its usual port, or `GET /-/ready` of Alloy.
    pub health: Slot<HttpAnswer>,
    /// Its counters before the push.
    pub metrics_before: Slot<MetricsScrape>,
    /// Its counters at the last look.
    pub metrics_after: Slot<MetricsScrape>,
    /// Why the last look at them failed, where it did.
    pub gone: Option<Failure>,
    /// Span metrics and service graphs that have a sample in Prometheus now, by name; asked where the collector exports
    /// metrics.
    pub span_metric_names: Slot<Vec<String>>,
    /// How often the counter of calls fell in the last ten minutes, in the series in which it fell most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter_resets: Option<CounterResets>,
    /// Seconds for which its exporters' queues held something and nothing was sent, up to the last look.
    pub stuck_s: f64,
    /// How the wait for the marker's way through went.
    pub watch: Option<Watch>,
    /// Tempo's receiver counted at least as many spans as the marker has between the push and the end of that wait.
    pub reached_tempo: bool,
    /// The marker it did not hand on, where a second one went straight to Tempo: everything else in the evidence is then
    /// about the second, and `targets.otlp` is where that one was sent.
    pub lost: Option<LostMarker>,
    /// What came of sending straight to Tempo where that changed nothing, because the address is a guess from its
    /// configuration and does not answer from here.
    pub straight: Slot<PushAnswer>,
}

/// A known message in a log that was given, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMatch {
    /// The cause it names.
    pub cause: String,
    /// Which log: the path as it was given.
    pub source: String,
    /// The newest such line, on one line and cut to length.
    pub example: String,
    /// How many lines.
    pub count: u64,
    /// How many of them are younger than the push of the first marker.
    pub since_marker: u64,
}
