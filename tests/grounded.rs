//! What a cause rests on is what is wrong: put the fact that a line of evidence cites back to what a healthy stack has, and the line
//! is gone.

use doctor::diagnose::diagnose_evidence;
use libtest_mimic::{Failed, Trial};
use telemetry::model::Evidence;
use telemetry::model::check::EvidenceLine;

use crate::evidence::{EvidenceCase, list_evidence_cases, read_evidence};

/// Puts one fact of a healthy stack in the place of the faulty one.
type Heal = fn(&mut Evidence, &Evidence);

/// The fact behind a source of evidence.
const SOURCES: [(&str, Heal); 9] = [
    ("GET /status/config", |evidence, healthy| {
        evidence.tempo.config = healthy.tempo.config.clone();
    }),
    ("GET /status/runtime_config", |evidence, healthy| {
        evidence.tempo.runtime_config = healthy.tempo.runtime_config.clone();
    }),
    ("GET /ready", |evidence, healthy| {
        evidence.tempo.ready = healthy.tempo.ready.clone();
    }),
    ("Tempo /metrics", |evidence, healthy| {
        evidence.tempo.metrics_before = healthy.tempo.metrics_before.clone();
        evidence.tempo.metrics_after = healthy.tempo.metrics_after.clone();
    }),
    ("collector /metrics", |evidence, healthy| {
        evidence.collector.metrics_before = healthy.collector.metrics_before.clone();
        evidence.collector.metrics_after = healthy.collector.metrics_after.clone();
    }),
    ("GET /api/v1/status/flags", |evidence, healthy| {
        evidence.prometheus.flags = healthy.prometheus.flags.clone();
    }),
    ("GET /api/v1/targets", |evidence, healthy| {
        evidence.prometheus.targets = healthy.prometheus.targets.clone();
    }),
    ("OTLP push", |evidence, healthy| {
        evidence.receiver.push = healthy.receiver.push.clone();
    }),
    ("GET /api/datasources", |evidence, healthy| {
        evidence.grafana.sources = healthy.grafana.sources.clone();
    }),
];

/// Lines that say where, or what works in contrast: cause, name, and why a healthy stack has the same.
const CONTEXT: [(&str, &str, &str); 9] = [
    ("rw-auth", "remote_write.url", "where it writes to"),
    ("rw-native-hist-stall", "remote_write.url", "where it writes to"),
    (
        "rw-native-hist-stall",
        "enable-feature",
        "a flag that only native histograms need",
    ),
    (
        "gen-not-configured",
        "metrics_generator.processors",
        "what the missing path keeps from running",
    ),
    ("http-api-prefix", "expected \"ready\"", "what works without the prefix"),
    (
        "scrape-relabel-or-limit",
        "http://127.0.0.1:3200/metrics",
        "the target is up, and its samples are dropped",
    ),
    (
        "gen-override-drops-processors",
        "tempo_metrics_generator_active_processors",
        "the healthy stack has another tenant",
    ),
    (
        "query-backend-after-too-long",
        "live_store.complete_block_timeout",
        "what the other setting exceeds",
    ),
    (
        "batch-larger-than-burst",
        "X-Scope-OrgID: team-b",
        "the push of another tenant",
    ),
];

pub fn list_trials() -> impl Iterator<Item = Trial> {
    list_evidence_cases()
        .into_iter()
        .filter(|case| !case.cause.is_empty())
        .map(|case| Trial::test(format!("grounded::{}", case.name), move || judge(&case)))
}

fn judge(case: &EvidenceCase) -> Result<(), Failed> {
    let faulty = read_evidence(&case.name);
    let twin = match case.name.as_str() {
        name if name.starts_with("collector-") => format!("collector-healthy-{}", case.tempo),
        name if name.contains("grafana") || name.contains("dashboard") => "recorded-grafana-healthy-3.0.3".to_owned(),
        _ => format!("recorded-healthy-{}", case.tempo),
    };
    let healthy = read_evidence(&twin);
    let lines = list_lines(&faulty);
    let mut left = Vec::new();
    for (source, heal) in SOURCES {
        let cited: Vec<_> = lines.iter().filter(|(_, line)| line.source == source).collect();
        if cited.is_empty() {
            continue;
        }
        let mut healed = faulty.clone();
        heal(&mut healed, &healthy);
        let after = list_lines(&healed);
        left.extend(
            cited
                .into_iter()
                .filter(|line| after.contains(line))
                .filter(|(cause, line)| !CONTEXT.iter().any(|(one, name, _)| one == cause && *name == line.name))
                .map(|(cause, line)| format!("{cause}: {} {} {}", line.source, line.name, line.value)),
        );
    }
    if left.is_empty() {
        return Ok(());
    }
    Err(format!("the same in a healthy stack:\n{}", left.join("\n")).into())
}

/// Every line of evidence, with its cause.
fn list_lines(evidence: &Evidence) -> Vec<(String, EvidenceLine)> {
    let causes = diagnose_evidence(evidence).verdict.causes;
    let lines = causes
        .into_iter()
        .flat_map(|cause| cause.evidence.into_iter().map(move |line| (cause.id.clone(), line)));
    lines.collect()
}
