//! Who knows less may be less sure, and never sure of something else: saved evidence, with each fact and each pair of facts hidden.

use std::collections::BTreeSet;

use doctor::checks::CHECKS;
use doctor::diagnose::diagnose_evidence;
use libtest_mimic::{Failed, Trial};
use telemetry::model::report::ReportCause;
use telemetry::model::{Confidence, DoctorReport, Evidence, Fact};

use crate::evidence::{list_evidence_cases, read_evidence};

/// A fact that can be hidden.
struct HiddenFact {
    name: &'static str,
    fact: Fact,
    /// Puts it in the place of what the other evidence has there, and back.
    swap: fn(&mut Evidence, &mut Evidence),
    is_there: fn(&Evidence) -> bool,
}

macro_rules! hidden {
    ($($fact:ident: $group:ident.$slot:ident),* $(,)?) => {
        &[$(HiddenFact {
            name: concat!(stringify!($group), ".", stringify!($slot)),
            fact: Fact::$fact,
            swap: |evidence, other| std::mem::swap(&mut evidence.$group.$slot, &mut other.$group.$slot),
            is_there: |evidence| evidence.$group.$slot.was_asked(),
        }),*]
    };
}

const FACTS: &[HiddenFact] = hidden![
    Ready: tempo.ready,
    Echo: tempo.echo,
    BuildInfo: tempo.buildinfo,
    Services: tempo.services,
    Endpoints: tempo.endpoints,
    Config: tempo.config,
    RuntimeConfig: tempo.runtime_config,
    Metrics: tempo.metrics_before,
    Metrics: tempo.metrics_after,
    Generation: tempo.ingester_ring,
    FoundPrefix: tempo.found_prefix,
    Push: receiver.push,
    BackdatedPush: receiver.backdated_push,
    ById: query.by_id,
    Search: query.search,
    WideSearch: query.wide_search,
    TraceqlMetrics: query.traceql_metrics,
    PromReady: prometheus.ready,
    PromBuildInfo: prometheus.buildinfo,
    PromFlags: prometheus.flags,
    PromTargets: prometheus.targets,
    PromWriteProbe: prometheus.write_probe,
    PromQueryProbe: prometheus.query_probe,
    Series: prometheus.series_before,
    Series: prometheus.series_after,
    MetricNames: prometheus.metric_names,
    Exemplars: prometheus.exemplars,
    Series: prometheus.freshest,
    TempoScraped: prometheus.tempo_scraped,
    AppServices: app.services,
    EarlierServices: app.earlier_services,
    AppServices: app.later_services,
    AppServices: app.generated,
    StoppedServices: app.stopped,
    AppEnvironment: app.environment,
    Collector: collector.metrics_before,
    Collector: collector.metrics_after,
    Collector: collector.health,
    Grafana: grafana.health,
    Grafana: grafana.org,
    Grafana: grafana.sources,
    Dashboards: dashboards.listed,
];

pub fn list_trials() -> impl Iterator<Item = Trial> {
    list_evidence_cases()
        .into_iter()
        .map(|case| Trial::test(format!("monotone::{}", case.name), move || judge(&case.name)))
}

fn judge(name: &str) -> Result<(), Failed> {
    let mut evidence = read_evidence(name);
    let mut hidden = Evidence::default();
    let whole = diagnose_evidence(&evidence);
    let known: BTreeSet<String> = whole.checks.iter().filter_map(|check| check.cause.clone()).collect();
    let mut wrong = BTreeSet::new();
    let mut singles = Vec::new();
    for fact in FACTS {
        if !(fact.is_there)(&evidence) {
            continue;
        }
        (fact.swap)(&mut evidence, &mut hidden);
        let less = diagnose_evidence(&evidence);
        (fact.swap)(&mut evidence, &mut hidden);
        for cause in list_certain_causes(&less).difference(&known) {
            wrong.insert(format!("without {}: {cause}", fact.name));
        }
        singles.push((fact, less.checks != whole.checks));
    }
    for (at, (first, is_noticed)) in singles.iter().enumerate() {
        (first.swap)(&mut evidence, &mut hidden);
        for (second, _) in singles[at + 1..].iter().filter(|(second, too)| {
            // A check is a function of the facts that it declares: others see no more of the pair than of each alone.
            *is_noticed && *too || is_read_together(first.fact, second.fact)
        }) {
            (second.swap)(&mut evidence, &mut hidden);
            let least = diagnose_evidence(&evidence);
            (second.swap)(&mut evidence, &mut hidden);
            for cause in list_certain_causes(&least).difference(&known) {
                wrong.insert(format!("without {} and {}: {cause}", first.name, second.name));
            }
        }
        (first.swap)(&mut evidence, &mut hidden);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Vec::from_iter(wrong).join("\n").into())
}

/// True where a check reads both.
fn is_read_together(first: Fact, second: Fact) -> bool {
    CHECKS.iter().any(|check| {
        let facts: Vec<Fact> = check.facts().collect();
        facts.contains(&first) && facts.contains(&second)
    })
}

/// The causes that the verdict is sure of.
fn list_certain_causes(report: &DoctorReport) -> BTreeSet<String> {
    let certain = |cause: &&ReportCause| cause.confidence == Confidence::Certain;
    report
        .verdict
        .causes
        .iter()
        .filter(certain)
        .map(|cause| cause.id.clone())
        .collect()
}
