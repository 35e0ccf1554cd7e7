//! What an error of the query API means. The texts are those of grafana/tempo v2.6.1, v2.10.8 and v3.0.3
//! (modules/querier, modules/frontend, modules/livestore); the frontend turns a querier's 4xx into 500 and keeps the
//! body, so the text decides before the status does.

use telemetry::model::{Failure, FailureKind, Finding};

/// Recent data is asked for longer than it is kept.
pub const RECENT_NOT_KEPT: &str = "query-backend-after-too-long";

/// Text fragments, lower case, with the cause each names and what to say about it.
const FRAGMENTS: [(&str, &str, &str); 24] = [
    (
        "no org id",
        "query-no-org-id",
        "Tempo requires a tenant, but the query carried none",
    ),
    (
        "multi-tenant query unsupported",
        "multi-tenant-query-unsupported",
        "queries over several tenants are disabled",
    ),
    (
        "multiple org ids present",
        "multi-tenant-query-unsupported",
        "this query accepts one tenant, but got several",
    ),
    (
        "exceeds the maximum allowed duration",
        "metrics-range-too-long",
        "the range is longer than TraceQL metrics allow",
    ),
    (
        "range specified by start and end",
        "search-range-too-long",
        "the range is longer than search allows",
    ),
    (
        "cannot guarantee complete results",
        "livestore-lagged-query",
        "the live-store lags behind Kafka and rejects recent queries",
    ),
    (
        "live-store is starting",
        "livestore-not-ready",
        "the live-store is still starting",
    ),
    (
        "live-store is stopping",
        "livestore-not-ready",
        "the live-store is stopping",
    ),
    (
        "localblocks processor not found",
        "traceql-metrics-no-localblocks",
        "this Tempo answers recent TraceQL metrics only with the local-blocks processor",
    ),
    (
        "error finding generators",
        "traceql-metrics-no-localblocks",
        "TraceQL metrics need a generator with the local-blocks processor",
    ),
    (
        "time range must be within last",
        RECENT_NOT_KEPT,
        "TraceQL metrics ask for recent data that is no longer kept, so queries that reach back so far fail",
    ),
    (
        "partition ",
        "partition-without-owner",
        "a partition of recent data has no healthy owner",
    ),
    (
        "empty ring",
        "querier-cannot-reach-recent",
        "the querier has no instance to ask for recent data",
    ),
    (
        "too many unhealthy instances",
        "ring-unhealthy-members",
        "too many instances that hold recent data are unhealthy",
    ),
    (
        "error querying ingesters",
        "querier-cannot-reach-recent",
        "the querier cannot reach the ingesters",
    ),
    (
        "error querying live-stores",
        "querier-cannot-reach-recent",
        "the querier cannot reach the live-stores",
    ),
    (
        "too many outstanding requests",
        "query-queue-full",
        "the tenant's query queue is full",
    ),
    ("job queue full", "query-queue-full", "the tenant's query queue is full"),
    (
        "response larger than the max",
        "response-too-large",
        "the response is larger than the gRPC limit between querier and frontend",
    ),
    (
        "trace exceeds max",
        "trace-too-large-to-query",
        "the trace is larger than the read limit",
    ),
    (
        "context deadline exceeded",
        "query-timeout-or-cancelled",
        "the query takes longer than Tempo's own timeout",
    ),
    (
        "in the configured timeout",
        "query-timeout-or-cancelled",
        "the query takes longer than the query-frontend's api_timeout",
    ),
    (
        "is not a valid block version",
        "block-version-unsupported",
        "this Tempo cannot read the version of some blocks in storage",
    ),
    (
        "invalid request",
        "url-deny-list",
        "a deny list in the query-frontend rejects this query",
    ),
];

/// The cause that a failed query names; `None` where its text says nothing known.
pub fn classify_query_error(failure: &Failure) -> Option<Finding> {
    let text = failure.detail.to_lowercase();
    let known = FRAGMENTS
        .iter()
        .filter(|(fragment, cause, _)| match *cause {
            "partition-without-owner" => text.contains(fragment) && text.contains("unhealthy instances"),
            "url-deny-list" => text.contains(fragment) && failure.status == Some(400),
            _ => text.contains(fragment),
        })
        .map(|(_, cause, summary)| Finding::broken(cause, *summary))
        .next();
    known
        .or_else(|| classify_status(failure))
        .map(|finding| add_failure(finding, failure))
}

/// The failure as evidence.
pub fn add_failure(finding: Finding, failure: &Failure) -> Finding {
    finding.with_evidence("Tempo's answer", failure.target.clone(), failure.to_string())
}

fn classify_status(failure: &Failure) -> Option<Finding> {
    Some(match (failure.kind, failure.status) {
        (FailureKind::Unauthorised, _) => Finding::broken("target-unauthorised", "Tempo's API rejects the credentials"),
        (FailureKind::Redirected, _) => {
            Finding::broken("gateway-401", "a gateway redirects queries, as if to a login page")
        }
        (_, Some(429)) => {
            Finding::broken("query-queue-full", "queries are rejected because too many are waiting").likely()
        }
        (_, Some(499 | 504)) | (FailureKind::TimedOut, _) => {
            Finding::broken("query-timeout-or-cancelled", "the query gets no answer in time").likely()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_name_their_cause() {
        let cases = [
            (401, "401 no org id", "query-no-org-id"),
            (
                500,
                "500 error querying live-stores in Querier.FindTraceByID: …",
                "querier-cannot-reach-recent",
            ),
            (
                500,
                "500 error querying live-stores in Querier.queryRangeRecent: time range must be within last 20m0s",
                RECENT_NOT_KEPT,
            ),
            (
                500,
                "500 partition 0: too many unhealthy instances in the ring",
                "partition-without-owner",
            ),
            (
                400,
                "400 range specified by start and end exceeds 168h0m0s. received start=1",
                "search-range-too-long",
            ),
        ];
        for (status, text, cause) in cases {
            let failure = Failure::new(FailureKind::Http, "GET /api/x", text).with_status(status);
            assert_eq!(
                classify_query_error(&failure).map(|finding| finding.cause),
                Some(cause),
                "{text}"
            );
        }
    }
}
