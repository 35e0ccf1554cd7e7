//! Asking the addresses that Tempo's generator writes to, with a write that holds nothing.

use std::time::Duration;

use doctor::evidence::{EvidenceView, installation};
use stack::clients::HttpClient;
use stack::clients::prometheus::send_empty_write_to;
use telemetry::model::evidence::WriteProbe;

use super::evidence_recorder::EvidenceRecorder;
use stack::Stack;

const DEADLINE: Duration = Duration::from_secs(3);
/// More addresses than this are not asked.
const MOST: usize = 3;

/// Asks each address without credentials, from where we stand.
pub async fn probe_remote_write(stack: &Stack, board: &EvidenceRecorder) {
    let urls = board.view(list_write_addresses);
    let asked = urls.into_iter().take(MOST).filter_map(|url| {
        // What is kept of an address has no query.
        let bare = url.split(['?', '#']).next().unwrap_or_default();
        let is_cut = bare.len() < url.len();
        let mut connect = stack.otlp.connect().without_credentials(bare.to_owned());
        connect.deadline = DEADLINE;
        let client = HttpClient::new(connect).ok()?;
        Some(async move {
            let result = send_empty_write_to(&client).await;
            // Whoever wants a login may have been given it in the query.
            let refused = result.get().is_some_and(|answer| matches!(answer.status, 401 | 403));
            (!is_cut || !refused).then_some(WriteProbe { result, url })
        })
    });
    let found = futures_util::future::join_all(asked).await;
    board.write(|evidence| evidence.prometheus.remote_write_probes = found.into_iter().flatten().collect());
}

fn list_write_addresses(view: &EvidenceView<'_>) -> Vec<String> {
    let mut urls = installation::find_remote_write_urls(view).unwrap_or_default();
    urls.sort();
    urls.dedup();
    // An address with a login was masked on reading, and cannot be asked.
    urls.retain(|url| url.starts_with("http") && !url.contains("redacted@"));
    urls
}
