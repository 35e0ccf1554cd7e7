//! What checks read and name, beside what they declare.

use std::collections::{BTreeMap, BTreeSet};

use doctor::causes;
use doctor::checks::{CHECKS, EvidenceView};
use telemetry::model::evidence::Evidence;
use telemetry::model::{CheckOutcome, Fact};

/// Every fact there is.
const FACTS: [Fact; 42] = [
    Fact::Compose,
    Fact::Targets,
    Fact::Marker,
    Fact::Ready,
    Fact::Echo,
    Fact::BuildInfo,
    Fact::Services,
    Fact::Endpoints,
    Fact::Config,
    Fact::RuntimeConfig,
    Fact::Metrics,
    Fact::FoundPrefix,
    Fact::ClockSkew,
    Fact::Push,
    Fact::BackdatedPush,
    Fact::Alternatives,
    Fact::ById,
    Fact::Search,
    Fact::TraceqlMetrics,
    Fact::PromReady,
    Fact::PromBuildInfo,
    Fact::PromFlags,
    Fact::PromTargets,
    Fact::PromWriteProbe,
    Fact::PromQueryProbe,
    Fact::Series,
    Fact::MetricNames,
    Fact::Exemplars,
    Fact::TempoScraped,
    Fact::RemoteWriteProbes,
    Fact::WideSearch,
    Fact::Generation,
    Fact::AppServices,
    Fact::EarlierServices,
    Fact::Grafana,
    Fact::Dashboards,
    Fact::OtherTenants,
    Fact::Collector,
    Fact::Logs,
    Fact::AppEnvironment,
    Fact::StoppedServices,
    Fact::AppRoots,
];

/// What was read and named over many cases, and every time more than was declared.
#[derive(Debug, Default)]
pub struct FactAccount {
    read: BTreeMap<&'static str, BTreeSet<Fact>>,
    /// Breaches of what a check declares.
    pub undeclared: BTreeSet<String>,
}

impl FactAccount {
    /// Runs every check over these facts.
    pub fn add(&mut self, evidence: &Evidence) {
        for check in CHECKS {
            let view = EvidenceView::new(evidence);
            let outcome = (check.judge)(&view);
            let read = self.read.entry(check.id).or_default();
            for fact in FACTS.into_iter().filter(|fact| view.has_read(*fact)) {
                read.insert(fact);
                if !check.facts().any(|declared| declared == fact) {
                    self.undeclared.insert(format!("{} reads {fact:?}", check.id));
                }
            }
            for outcome in outcome.split() {
                if let CheckOutcome::Fail(finding) | CheckOutcome::Warn(finding) = outcome
                    && !causes::find_cause(finding.cause).is_some_and(|cause| cause.is_named_by(check.id))
                {
                    self.undeclared.insert(format!("{} names {}", check.id, finding.cause));
                }
            }
        }
    }

    /// Needs that no case ever made a check read.
    pub fn unread(&self) -> Vec<String> {
        CHECKS
            .iter()
            .flat_map(|check| {
                let read = self.read.get(check.id).cloned().unwrap_or_default();
                let never = check.facts().filter(move |fact| !read.contains(fact));
                never.map(|fact| format!("{} never reads {fact:?}", check.id))
            })
            .collect()
    }
}
