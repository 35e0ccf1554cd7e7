//! Answers other than those to expressions: `{"status":"success","data":…}`.

use std::collections::BTreeMap;

use serde::Deserialize;

use telemetry::model::prometheus::{PromExemplar, PromSeries, ScrapeTarget};
use telemetry::model::tempo::{HttpAnswer, MetricSample, MetricsScrape, ScrapeSource};
use telemetry::model::{Failure, FailureKind};

use telemetry::parse::duration::parse_seconds;
use telemetry::parse::kept::keep_flags;
use telemetry::parse::tempo::parse_json;

#[derive(Deserialize)]
struct PromEnvelope<T> {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<T>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

/// What every answer wraps.
pub fn parse_data<T: serde::de::DeserializeOwned>(answer: HttpAnswer) -> Result<T, Failure> {
    parse_data_with_warnings(answer).map(|(data, _)| data)
}

/// The same, and what the server warns of.
pub(super) fn parse_data_with_warnings<T: serde::de::DeserializeOwned>(
    answer: HttpAnswer,
) -> Result<(T, Vec<String>), Failure> {
    let request = answer.request.clone();
    let mut envelope: PromEnvelope<T> = parse_json(answer)?;
    match envelope.data {
        Some(data) if envelope.status == "success" => {
            envelope.warnings.append(&mut envelope.infos);
            Ok((data, envelope.warnings))
        }
        _ => Err(Failure::new(
            FailureKind::Decode,
            request,
            format!("status {}: {}", envelope.status, envelope.error),
        )),
    }
}

/// `GET /api/v1/status/flags`
pub fn parse_flags(answer: HttpAnswer) -> Result<BTreeMap<String, String>, Failure> {
    parse_data(answer).map(keep_flags)
}

/// `GET /api/v1/series`: the labels of each series, without its name.
pub fn parse_label_sets(answer: HttpAnswer) -> Result<Vec<BTreeMap<String, String>>, Failure> {
    let mut sets: Vec<BTreeMap<String, String>> = parse_data(answer)?;
    for set in &mut sets {
        set.remove("__name__");
    }
    Ok(sets)
}

#[derive(Deserialize)]
struct PromRules {
    #[serde(default)]
    groups: Vec<PromRuleGroup>,
}

#[derive(Deserialize)]
struct PromRuleGroup {
    #[serde(default)]
    rules: Vec<PromRule>,
}

#[derive(Deserialize)]
struct PromRule {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// `GET /api/v1/rules`: the names of those that record.
pub fn parse_recording_rules(answer: HttpAnswer) -> Result<Vec<String>, Failure> {
    let rules: PromRules = parse_data(answer)?;
    let all = rules.groups.into_iter().flat_map(|group| group.rules);
    Ok(all
        .filter(|rule| rule.kind == "recording")
        .map(|rule| rule.name)
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeInfo {
    start_time: String,
}

/// When the server started, in seconds since 1970: `GET /api/v1/status/runtimeinfo`.
pub fn parse_start_time(answer: HttpAnswer) -> Result<f64, Failure> {
    let request = answer.request.clone();
    let info: RuntimeInfo = parse_data(answer)?;
    let time: jiff::Timestamp = info
        .start_time
        .parse()
        .map_err(|error| Failure::new(FailureKind::Decode, request, format!("startTime: {error}")))?;
    Ok(time.as_millisecond() as f64 / 1e3)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActiveTargets {
    active_targets: Vec<ActiveTarget>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct ActiveTarget {
    labels: BTreeMap<String, String>,
    scrape_url: String,
    health: String,
    last_error: String,
    scrape_interval: String,
}

/// `GET /api/v1/targets?state=active`
pub fn parse_targets(answer: HttpAnswer) -> Result<Vec<ScrapeTarget>, Failure> {
    let targets: ActiveTargets = parse_data(answer)?;
    Ok(targets
        .active_targets
        .into_iter()
        .map(|target| ScrapeTarget {
            job: target.labels.get("job").cloned().unwrap_or_default(),
            interval_s: parse_seconds(&target.scrape_interval),
            url: target.scrape_url,
            health: target.health,
            last_error: target.last_error,
        })
        .collect())
}

/// Prometheus' copy of a target's metrics as a scrape.
pub(super) fn build_copied_scrape(series: Vec<PromSeries>, at: f64) -> MetricsScrape {
    let samples = series.into_iter().filter_map(|series| {
        let mut labels = series.labels;
        let name = labels.remove("__name__")?;
        Some(MetricSample {
            value: series.points.last()?.1,
            name,
            labels,
        })
    });
    MetricsScrape {
        source: ScrapeSource::Prometheus,
        at,
        samples: samples.collect(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExemplarSeries {
    series_labels: BTreeMap<String, String>,
    exemplars: Vec<PromRawExemplar>,
}

#[derive(Deserialize)]
struct PromRawExemplar {
    labels: BTreeMap<String, String>,
    timestamp: f64,
    #[serde(default)]
    value: serde_json::Value,
}

/// A number, which Prometheus writes as a text.
fn parse_number(value: &serde_json::Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    number.filter(|number| number.is_finite())
}

/// `GET /api/v1/query_exemplars`
pub fn parse_exemplars(answer: HttpAnswer) -> Result<Vec<PromExemplar>, Failure> {
    let series: Vec<ExemplarSeries> = parse_data(answer)?;
    Ok(series
        .into_iter()
        .flat_map(|series| {
            let labels = series.series_labels;
            series.exemplars.into_iter().map(move |exemplar| PromExemplar {
                series: labels.clone(),
                labels: exemplar.labels,
                at: exemplar.timestamp,
                value: parse_number(&exemplar.value),
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = parse_exemplars(answer(&body));
            let _ = parse_targets(answer(&body));
            let _ = parse_flags(answer(&body));
        }
    }
}
