//! Answers of the Prometheus HTTP API (prometheus.io, «HTTP API»): `{"status":"success","data":…}`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::prometheus::{Exemplar, ScrapeTarget, Series};
use crate::model::tempo::{Answer, Sample, Scrape, ScrapeSource};
use crate::model::{Failure, FailureKind};

use super::kept::keep_flags;
use super::tempo::json;

#[derive(Deserialize)]
struct Envelope<T> {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<T>,
}

fn data<T: serde::de::DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    let request = answer.request.clone();
    let envelope: Envelope<T> = json(answer)?;
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
pub fn buildinfo(answer: Answer) -> Result<crate::model::tempo::BuildInfo, Failure> {
    data(answer)
}

/// `GET /api/v1/status/flags`
pub fn flags(answer: Answer) -> Result<BTreeMap<String, String>, Failure> {
    data(answer).map(keep_flags)
}

/// A list of names, as `GET /api/v1/label/__name__/values` gives.
pub fn names(answer: Answer) -> Result<Vec<String>, Failure> {
    data(answer)
}

/// `GET /api/v1/series`: the labels of each series, without its name.
pub fn label_sets(answer: Answer) -> Result<Vec<BTreeMap<String, String>>, Failure> {
    let mut sets: Vec<BTreeMap<String, String>> = data(answer)?;
    for set in &mut sets {
        set.remove("__name__");
    }
    Ok(sets)
}

#[derive(Deserialize)]
struct Rules {
    #[serde(default)]
    groups: Vec<RuleGroup>,
}

#[derive(Deserialize)]
struct RuleGroup {
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// `GET /api/v1/rules`: the names of those that record.
pub fn recording_rules(answer: Answer) -> Result<Vec<String>, Failure> {
    let rules: Rules = data(answer)?;
    let all = rules.groups.into_iter().flat_map(|group| group.rules);
    Ok(all
        .filter(|rule| rule.kind == "recording")
        .map(|rule| rule.name)
        .collect())
}

/// What a query came to: how many series have a value, how many have only what is no number, and the labels of those that
/// have one. Native histograms are values as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Series with a value.
    pub with_values: usize,
    /// Series without one.
    pub without_values: usize,
    /// Labels of the first series with a value.
    pub labels: Vec<BTreeMap<String, String>>,
}

/// `GET /api/v1/query` and `query_range`, whatever the type of the result.
pub fn outcome(answer: Answer) -> Result<Outcome, Failure> {
    const MOST_LABELS: usize = 200;
    let request = answer.request.clone();
    let refused = serde_json::from_str::<serde_json::Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body["error"].as_str()?.to_owned()));
    if let Some(text) = refused {
        return Err(Failure::new(FailureKind::Http, request, text).with_status(answer.status));
    }
    let data: serde_json::Value = data(answer)?;
    let mut found = Outcome::default();
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
pub fn started_at(answer: Answer) -> Result<f64, Failure> {
    let request = answer.request.clone();
    let info: RuntimeInfo = data(answer)?;
    let time: jiff::Timestamp = info
        .start_time
        .parse()
        .map_err(|error| Failure::new(FailureKind::Decode, request, format!("startTime: {error}")))?;
    Ok(time.as_millisecond() as f64 / 1e3)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Targets {
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
pub fn targets(answer: Answer) -> Result<Vec<ScrapeTarget>, Failure> {
    let targets: Targets = data(answer)?;
    Ok(targets
        .active_targets
        .into_iter()
        .map(|target| ScrapeTarget {
            job: target.labels.get("job").cloned().unwrap_or_default(),
            interval_s: super::duration::seconds(&target.scrape_interval),
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
pub fn series(answer: Answer) -> Result<Vec<Series>, Failure> {
    let request = answer.request.clone();
    let data: QueryData = data(answer)?;
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
        .map(|series| Series {
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
pub fn copied_scrape(answer: Answer, at: f64) -> Result<Scrape, Failure> {
    let samples = series(answer)?
        .into_iter()
        .filter_map(|series| {
            let mut labels = series.labels;
            let name = labels.remove("__name__")?;
            Some(Sample {
                value: series.points.last()?.1,
                name,
                labels,
            })
        })
        .collect();
    Ok(Scrape {
        source: ScrapeSource::Prometheus,
        at,
        samples,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExemplarSeries {
    series_labels: BTreeMap<String, String>,
    exemplars: Vec<RawExemplar>,
}

#[derive(Deserialize)]
struct RawExemplar {
    labels: BTreeMap<String, String>,
    timestamp: f64,
    #[serde(default)]
    value: serde_json::Value,
}

/// A number, which Prometheus writes as a text.
fn number(value: &serde_json::Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    number.filter(|number| number.is_finite())
}

/// `GET /api/v1/query_exemplars`
pub fn exemplars(answer: Answer) -> Result<Vec<Exemplar>, Failure> {
    let series: Vec<ExemplarSeries> = data(answer)?;
    Ok(series
        .into_iter()
        .flat_map(|series| {
            let labels = series.series_labels;
            series.exemplars.into_iter().map(move |exemplar| Exemplar {
                series: labels.clone(),
                labels: exemplar.labels,
                at: exemplar.timestamp,
                value: number(&exemplar.value),
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> Answer {
        Answer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn reads_vector_and_matrix() {
        let vector = series(answer(
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"x"},"value":[10.5,"3"]}]}}"#,
        ))
        .expect("a vector");
        assert_eq!(vector[0].points, [(10.5, 3.0)]);
        let matrix = series(answer(
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"0"],[2,"NaN"],[3,"1"]]}]}}"#,
        ))
        .expect("a matrix");
        assert_eq!(matrix[0].points, [(1.0, 0.0), (3.0, 1.0)]);
    }

    #[test]
    fn an_error_keeps_its_text() {
        let failure = series(answer(
            r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#,
        ))
        .expect_err("an error");
        assert!(failure.detail.contains("parse error"));
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = series(answer(&body));
            let _ = exemplars(answer(&body));
            let _ = targets(answer(&body));
            let _ = flags(answer(&body));
        }
    }
}
