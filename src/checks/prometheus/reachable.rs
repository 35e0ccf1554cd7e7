//! Prometheus answers at the given address.

use crate::model::evidence::Fact;
use crate::model::{Failure, Finding, Hop, Outcome, Slot};

use crate::checks::certificates::{self, Client};
use crate::checks::{Check, View, facts};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.reachable",
    hop: Hop::Prometheus,
    title: "Prometheus answers at the given address",
    needs: &[&[Fact::PromQueryProbe, Fact::Targets, Fact::Config, Fact::Metrics]],
    causes: &[
        "target-unreachable",
        "target-not-prometheus",
        "target-unauthorised",
        "tls-cert-untrusted",
        "plain-client-tls-server",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let target = &view.targets().prometheus;
    let url = &target.url;
    if facts::prometheus_answers(view) {
        return Outcome::pass(format!("{url} serves the Prometheus API"));
    }
    if !view.query_probe().was_asked() {
        return Outcome::no_evidence("Prometheus was not queried");
    }
    let given = target.given || facts::tempo_writes_to_it(view);
    if !given {
        return Outcome::not_applicable(format!("no Prometheus at {url}; pass --prometheus-url"));
    }
    let finding = match view.query_probe() {
        Slot::Failed { failure } => certificates::finding(url, failure, Client::Flags("prometheus-"))
            .unwrap_or_else(|| silent(url, failure))
            .seen("GET /api/v1/query", url.clone(), failure.to_string()),
        Slot::Known { value, .. } => {
            let finding = match value.status {
                401 | 403 => Finding::broken("target-unauthorised", format!("{url} rejects the credentials")),
                300..=399 => {
                    Finding::broken("target-unauthorised", format!("{url} redirects to a login page")).likely()
                }
                502..=504 => Finding::broken(
                    "target-unreachable",
                    format!("the gateway at {url} has no healthy backend"),
                ),
                _ => certificates::plain(url, value, "prometheus-")
                    .map(|plain| plain.at(Hop::Prometheus))
                    .unwrap_or_else(|| {
                        Finding::broken("target-not-prometheus", format!("{url} is not a Prometheus API"))
                    }),
            };
            let shown = if value.is_html() {
                format!("{} a web page", value.status)
            } else {
                value.line()
            };
            finding.seen("GET /api/v1/query", url.clone(), shown)
        }
        Slot::NotAsked => return Outcome::no_evidence("Prometheus was not queried"),
    };
    finding.into()
}

fn silent(url: &str, failure: &Failure) -> Finding {
    Finding::broken(
        "target-unreachable",
        format!("Prometheus does not answer at {url}: {}", failure.kind.words()),
    )
    .fix(
        "pass an address at which Prometheus answers from here, or open network access to it:",
        None,
        Some(format!(
            "curl -sv {url}/-/ready\ntempoctl doctor --prometheus-url http://PROMETHEUS:9090"
        )),
    )
}
