//! Prometheus answers at the given address.

use telemetry::model::{CheckOutcome, Fact, Failure, Finding, Hop, Slot};
use telemetry::text::quote_shell;

use crate::checks::certificates::{self, CertificateClient};
use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.reachable",
    title: "Prometheus answers at the given address",
    needs: &[&[Fact::PromQueryProbe, Fact::Targets, Fact::Config, Fact::Metrics]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let target = &view.targets().prometheus;
    let url = &target.url;
    if installation::is_prometheus_answering(view) {
        return CheckOutcome::pass(format!("{url} serves the Prometheus API"));
    }
    if !view.query_probe().was_asked() {
        return CheckOutcome::no_evidence("Prometheus was not queried");
    }
    let given = target.given || installation::is_tempo_writing_to_prometheus(view);
    if !given {
        return CheckOutcome::not_applicable(format!("no Prometheus at {url}; pass --prometheus-url"));
    }
    let finding = match view.query_probe() {
        Slot::Failed { failure } => {
            certificates::find_rejected_certificate(url, failure, CertificateClient::Flags("prometheus-"))
                .unwrap_or_else(|| explain_no_answer(url, failure))
                .with_evidence("GET /api/v1/query", url.clone(), failure.to_string())
        }
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
                _ => certificates::find_plain_text_request(url, value, "prometheus-")
                    .map(|plain| plain.at_hop(Hop::Prometheus))
                    .unwrap_or_else(|| {
                        Finding::broken("target-not-prometheus", format!("{url} is not a Prometheus API"))
                    }),
            };
            let shown = if value.is_html() {
                format!("{} a web page", value.status)
            } else {
                value.status_line()
            };
            finding.with_evidence("GET /api/v1/query", url.clone(), shown)
        }
        Slot::NotAsked => return CheckOutcome::no_evidence("Prometheus was not queried"),
    };
    finding.into()
}

fn explain_no_answer(url: &str, failure: &Failure) -> Finding {
    Finding::broken(
        "target-unreachable",
        format!("Prometheus does not answer at {url}: {}", failure.kind.description()),
    )
    .with_remedy("pass an address at which Prometheus answers from here, or open network access to it:")
    .with_command(format!(
        "curl -sv {}\ntempoctl doctor --prometheus-url http://PROMETHEUS:9090",
        quote_shell(&format!("{url}/-/ready"))
    ))
}
