//! Answers of the Prometheus HTTP API (prometheus.io, «HTTP API»): `{"status":"success","data":…}`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::prometheus::{PromExemplar, PromSeries, ScrapeTarget};
use crate::model::tempo::{HttpAnswer, MetricSample, MetricsScrape, ScrapeSource};
use crate::model::{Failure, FailureKind};

use super::kept::keep_flags;
use super::tempo::parse_json;

#[derive(Deserialize)]
struct PromEnvelope<T> {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<T>,
}

fn parse_data<T: serde::de::DeserializeOwned>(answer: HttpAnswer) -> Result<T, Failure> {
    let request = answer.request.clone();
    let envelope: PromEnvelope<T> = parse_json(answer)?;
    match envelope.data {
        Some(data) if envelope.status == "success" => Ok(data),
        _ => Err(Failure::new(
            FailureKind::Decode,
            request,
            format!("status {}: {}", envelope.status, envelope.error),
        )),
    }
}

/// `GET /api/v1/status/buildinfo`
pub fn parse_build_info(answer: HttpAnswer) -> Result<crate::model::tempo::BuildInfo, Failure> {
    parse_data(answer)
}

/// `GET /api/v1/status/flags`
pub fn parse_flags(answer: HttpAnswer) -> Result<BTreeMap<String, String>, Failure> {
    parse_data(answer).map(keep_flags)
}

/// A list of names, as `GET /api/v1/label/__name__/values` gives.
pub fn parse_name_list(answer: HttpAnswer) -> Result<Vec<String>, Failure> {
    parse_data(answer)
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

/// What a query came to: how many series have a value, how many have only what is no number, and the labels of those that
/// have one. Native histograms are values as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryValueSummary {
    /// Series with a value.
    pub with_values: usize,
    /// Series without one.
    pub without_values: usize,
    /// Labels of the first series with a value.
    pub labels: Vec<BTreeMap<String, String>>,
}

/// `GET /api/v1/query` and `query_range`, whatever the type of the result.
pub fn summarize_query_values(answer: HttpAnswer) -> Result<QueryValueSummary, Failure> {
    const MOST_LABELS: usize = 200;
    let request = answer.request.clone();
    let refused = serde_json::from_str::<serde_json::Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body["error"].as_str()?.to_owned()));
    if let Some(text) = refused {
        return Err(Failure::new(FailureKind::Http, request, text).with_status(answer.status));
    }
    let data: serde_json::Value = parse_data(answer)?;
    let mut found = QueryValueSummary::default();
    let number = |value: &serde_json::Value| {
        let text = value[1].as_str().unwrap_or_default();
        text.parse::<f64>().is_ok_and(|value| !value.is_nan())
    };
    if data["resultType"] == "scalar" || data["resultType"] == "string" {
        found.with_values = 1;
        return Ok(found);
    }
    for series in data["result"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let points = series["values"].as_array().map(Vec::as_slice).unwrap_or_default();
        let has = points.iter().any(number)
            || series.get("value").is_some_and(number)
            || series.get("histogram").is_some()
            || series["histograms"].as_array().is_some_and(|list| !list.is_empty());
        if !has {
            found.without_values += 1;
            continue;
        }
        found.with_values += 1;
        if found.labels.len() < MOST_LABELS {
            let labels = series["metric"].as_object().into_iter().flatten();
            found.labels.push(
                labels
                    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                    .collect(),
            );
        }
    }
    Ok(found)
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
            interval_s: super::duration::parse_seconds(&target.scrape_interval),
            url: target.scrape_url,
            health: target.health,
            last_error: target.last_error,
        })
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryData {
    result_type: String,
    result: Vec<QuerySeries>,
}

#[derive(Deserialize)]
struct QuerySeries {
    metric: BTreeMap<String, String>,
    value: Option<(f64, String)>,
    #[serde(default)]
    values: Vec<(f64, String)>,
}

/// `GET /api/v1/query`: a vector gives one point a series, a matrix its raw samples. Native histograms have no points.
pub fn parse_series(answer: HttpAnswer) -> Result<Vec<PromSeries>, Failure> {
    let request = answer.request.clone();
    let data: QueryData = parse_data(answer)?;
    if data.result_type != "vector" && data.result_type != "matrix" {
        return Err(Failure::new(
            FailureKind::Decode,
            request,
            format!("a {} instead of series", data.result_type),
        ));
    }
    Ok(data
        .result
        .into_iter()
        .map(|series| PromSeries {
            labels: series.metric,
            points: series
                .value
                .into_iter()
                .chain(series.values)
                .filter_map(|(time, value)| Some((time, value.parse::<f64>().ok().filter(|value| value.is_finite())?)))
                .collect(),
        })
        .collect())
}

/// Prometheus' copy of a target's metrics as a scrape.
pub fn parse_copied_scrape(answer: HttpAnswer, at: f64) -> Result<MetricsScrape, Failure> {
    let samples = parse_series(answer)?
        .into_iter()
        .filter_map(|series| {
            let mut labels = series.labels;
            let name = labels.remove("__name__")?;
            Some(MetricSample {
                value: series.points.last()?.1,
                name,
                labels,
            })
        })
        .collect();
    Ok(MetricsScrape {
        source: ScrapeSource::Prometheus,
        at,
        samples,
    })
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
    use proptest::prelude::*;

    fn answer(body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn reads_vector_and_matrix() {
        let vector = parse_series(answer(
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"x"},"value":[10.5,"3"]}]}}"#,
        ))
        .expect("a vector");
        assert_eq!(vector[0].points, [(10.5, 3.0)]);
        let matrix = parse_series(answer(
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"0"],[2,"NaN"],[3,"1"]]}]}}"#,
        ))
        .expect("a matrix");
        assert_eq!(matrix[0].points, [(1.0, 0.0), (3.0, 1.0)]);
    }

    #[test]
    fn an_error_keeps_its_text() {
        let failure = parse_series(answer(
            r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
        ))
        .expect_err("an error");
        assert!(failure.detail.contains("parse error"));
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = parse_series(answer(&body));
            let _ = parse_exemplars(answer(&body));
            let _ = parse_targets(answer(&body));
            let _ = parse_flags(answer(&body));
        }
    }
}
