//! Scraping: reads an exposition over HTTP like any client, stores it with `job` and `instance`, and marks what vanished.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use axum::http::{Request, header};
use http_body_util::Full;

use super::super::remote_write::{HttpExchange, exchange_http};
use super::super::settings::LabSettings;
use super::super::tempo::unix_millis_now;
use super::LabPrometheus;
use super::store::TsdbLabels;

/// One target and how its last scrape went.
#[derive(Debug)]
pub(crate) struct LabScrapeTarget {
    pub(crate) job: &'static str,
    pub(crate) address: String,
    pub(crate) last: Mutex<LastScrape>,
}

/// How the last scrape went.
#[derive(Debug, Default, Clone)]
pub(crate) struct LastScrape {
    pub(crate) at: Option<SystemTime>,
    pub(crate) took: Duration,
    pub(crate) error: String,
    seen: BTreeSet<TsdbLabels>,
}

impl LabScrapeTarget {
    /// What this Prometheus is configured to scrape.
    pub(crate) fn all(settings: &LabSettings) -> Vec<LabScrapeTarget> {
        let target = |job, address: String| LabScrapeTarget {
            job,
            address,
            last: Mutex::default(),
        };
        let scraped = settings.scraped_jobs().into_iter();
        scraped.map(|(job, address)| target(job, address.to_string())).collect()
    }

    pub(crate) fn last(&self) -> LastScrape {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl LabPrometheus {
    /// Scrapes every target on the clock, for ever.
    pub(crate) async fn scrape_for_ever(self: Arc<LabPrometheus>) {
        let mut tick = tokio::time::interval(self.settings.scrape_interval);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tick.tick().await;
            for target in &self.targets {
                self.scrape(target).await;
            }
        }
    }

    async fn scrape(&self, target: &LabScrapeTarget) {
        let (began, at, at_ms) = (Instant::now(), SystemTime::now(), unix_millis_now());
        let outcome = fetch_metrics(&target.address, self.settings.scrape_interval).await;
        let mut seen = BTreeSet::new();
        let (up, error) = match outcome {
            Ok(text) => {
                for (mut labels, value) in text.lines().filter_map(parse_sample) {
                    target.add_target_labels(&mut labels);
                    let _ = self.tsdb.append(&labels, at_ms, value);
                    seen.insert(labels);
                }
                (1.0, String::new())
            }
            Err(error) => (0.0, error),
        };
        for (name, value) in [("up", up), ("scrape_samples_scraped", seen.len() as f64)] {
            let mut labels = TsdbLabels::from([("__name__".to_owned(), name.to_owned())]);
            target.add_target_labels(&mut labels);
            let _ = self.tsdb.append(&labels, at_ms, value);
        }
        let mut last = target.last.lock().unwrap_or_else(PoisonError::into_inner);
        for vanished in last.seen.difference(&seen) {
            let _ = self.tsdb.append(vanished, at_ms, f64::NAN);
        }
        *last = LastScrape {
            at: Some(at),
            took: began.elapsed(),
            error,
            seen,
        };
    }
}

impl LabScrapeTarget {
    fn add_target_labels(&self, labels: &mut TsdbLabels) {
        labels.insert("job".to_owned(), self.job.to_owned());
        labels.insert("instance".to_owned(), self.address.clone());
    }
}

async fn fetch_metrics(address: &str, limit: Duration) -> Result<String, String> {
    let url = format!("http://{address}/metrics");
    let request = Request::get(&url)
        .header(header::USER_AGENT, "Prometheus/lab")
        .body(Full::new(Bytes::new()))
        .map_err(|error| error.to_string())?;
    match exchange_http(request, limit).await {
        HttpExchange::Answered { status: 200, body } => Ok(String::from_utf8_lossy(&body).into_owned()),
        HttpExchange::Answered { status, .. } => {
            let reason = axum::http::StatusCode::from_u16(status).ok();
            let reason = reason.and_then(|status| status.canonical_reason()).unwrap_or("");
            Err(format!("server returned HTTP status {status} {reason}"))
        }
        HttpExchange::Failed => Err(format!(
            "Get \"{url}\": dial tcp {address}: connect: connection refused"
        )),
    }
}

/// One line of an exposition: name, labels, value.
fn parse_sample(line: &str) -> Option<(TsdbLabels, f64)> {
    if line.starts_with('#') || line.trim().is_empty() {
        return None;
    }
    let (name, rest) = line.split_at(line.find(['{', ' '])?);
    let mut labels = TsdbLabels::from([("__name__".to_owned(), name.to_owned())]);
    let rest = match rest.strip_prefix('{') {
        Some(inner) => parse_label_pairs(inner, &mut labels)?,
        None => rest,
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some((labels, value))
}

/// Reads `a="b",c="d"}` and returns what follows.
fn parse_label_pairs<'a>(text: &'a str, labels: &mut TsdbLabels) -> Option<&'a str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some(after);
        }
        let (name, value) = rest.split_once("=\"")?;
        let mut plain = String::new();
        let mut letters = value.char_indices();
        let end = loop {
            match letters.next()? {
                (at, '"') => break at,
                (_, '\\') => plain.push(match letters.next()?.1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, letter) => plain.push(letter),
            }
        };
        labels.insert(name.to_owned(), plain);
        rest = value.get(end + 1..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_escapes() {
        let (labels, value) = parse_sample(r#"a{b="x\"y",c="d"} 1e3"#).unwrap();
        assert_eq!(
            (labels["b"].as_str(), labels["c"].as_str(), value),
            ("x\"y", "d", 1000.0)
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_scraped_is_survived(line in "[a-z{}=\"\\\\, 0-9µ]{0,40}") {
            let _ = parse_sample(&line);
        }
    }
}
