//! What a PromQL query came to, of any type: `{"status":"success","data":{"resultType":…,"result":…}}` (prometheus.io,
//! «HTTP API», expression query result formats).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use telemetry::model::plot::{PlotData, PlotSeries};
use telemetry::model::prometheus::PromSeries;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{Failure, FailureKind};

use super::answers::parse_data_with_warnings;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromqlData {
    result_type: String,
    result: Value,
}

#[derive(Deserialize)]
struct PromqlElement {
    #[serde(default)]
    metric: Map<String, Value>,
    value: Option<(f64, String)>,
    #[serde(default)]
    values: Vec<(f64, String)>,
    histogram: Option<(f64, NativeCounts)>,
    #[serde(default)]
    histograms: Vec<(f64, NativeCounts)>,
}

/// A native histogram, of which its count and sum are told.
#[derive(Deserialize)]
struct NativeCounts {
    count: String,
    sum: String,
}

/// `GET /api/v1/query` and `GET /api/v1/query_range`, whatever the type of the result.
pub fn parse_query_result(answer: HttpAnswer) -> Result<PlotData, Failure> {
    let request = answer.request.clone();
    let (data, warnings): (PromqlData, _) = parse_data_with_warnings(answer)?;
    let broken = |why: String| Failure::new(FailureKind::Decode, request.clone(), why);
    let series = match data.result_type.as_str() {
        "scalar" => {
            let (time, value): (f64, String) =
                serde_json::from_value(data.result).map_err(|error| broken(error.to_string()))?;
            vec![build_point_series(Vec::new(), vec![(time, value)])]
        }
        "string" => {
            let (_, text): (f64, String) =
                serde_json::from_value(data.result).map_err(|error| broken(error.to_string()))?;
            vec![PlotSeries {
                labels: Vec::new(),
                points: Vec::new(),
                text: Some(text),
            }]
        }
        "vector" | "matrix" => {
            let elements: Vec<PromqlElement> =
                serde_json::from_value(data.result).map_err(|error| broken(error.to_string()))?;
            elements.into_iter().map(convert_element).collect()
        }
        other => return Err(broken(format!("a {other} instead of series"))),
    };
    Ok(PlotData { series, warnings })
}

/// A vector gives one point a series, a matrix its raw samples. Native histograms have no points.
pub fn parse_series(answer: HttpAnswer) -> Result<Vec<PromSeries>, Failure> {
    let series = parse_query_result(answer)?.series.into_iter();
    Ok(series
        .map(|series| PromSeries {
            labels: series.labels.into_iter().collect(),
            points: if series.text.is_none() {
                series.points
            } else {
                Vec::new()
            },
        })
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

/// The same answer, summed up. An error that Prometheus reports is told in its words, whatever its status.
pub(super) fn summarize_query_values(answer: HttpAnswer) -> Result<QueryValueSummary, Failure> {
    const MOST_LABELS: usize = 200;
    let refused = serde_json::from_str::<Value>(&answer.body)
        .ok()
        .and_then(|body| Some(body["error"].as_str()?.to_owned()));
    if let Some(text) = refused {
        return Err(Failure::new(FailureKind::Http, answer.request, text).with_status(answer.status));
    }
    let all = parse_query_result(answer)?.series;
    let count = all.len();
    let with_values: Vec<PlotSeries> = all
        .into_iter()
        .filter(|series| !series.points.is_empty() || series.text.as_deref().is_some_and(|text| text != "NaN"))
        .collect();
    Ok(QueryValueSummary {
        with_values: with_values.len(),
        without_values: count - with_values.len(),
        labels: with_values
            .into_iter()
            .take(MOST_LABELS)
            .map(|series| series.labels.into_iter().collect())
            .collect(),
    })
}

fn convert_element(element: PromqlElement) -> PlotSeries {
    let labels = element
        .metric
        .into_iter()
        .map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let histograms: Vec<(f64, NativeCounts)> = element.histogram.into_iter().chain(element.histograms).collect();
    let mut series = build_point_series(labels, element.value.into_iter().chain(element.values).collect());
    if let Some((_, last)) = histograms.last()
        && series.points.is_empty()
    {
        series.text = Some(format!("native histogram: count {}, sum {}", last.count, last.sum));
        series.points = parse_points(
            histograms
                .iter()
                .map(|(time, native)| (*time, native.count.clone()))
                .collect(),
        );
    }
    series
}

fn build_point_series(labels: Vec<(String, String)>, values: Vec<(f64, String)>) -> PlotSeries {
    // NaN and infinity cannot be drawn; where there is nothing else, they are said, and infinity before NaN.
    let text = values
        .iter()
        .rfind(|(_, value)| value != "NaN")
        .or(values.last())
        .filter(|_| !values.iter().any(|(_, value)| is_finite_number(value)))
        .map(|(_, value)| value.clone());
    PlotSeries {
        labels,
        points: parse_points(values),
        text,
    }
}

fn is_finite_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn parse_points(values: Vec<(f64, String)>) -> Vec<(f64, f64)> {
    values
        .into_iter()
        .filter_map(|(time, value)| Some((time, value.parse::<f64>().ok().filter(|value| value.is_finite())?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<PlotData, Failure> {
        parse_query_result(answer(body))
    }

    fn data(result_type: &str, result: &str) -> String {
        format!(
            r#"{{"status":"success","data":{{"resultType":"{result_type}","result":{result}}},"warnings":["slow"]}}"#
        )
    }

    #[test]
    fn every_type_is_read() {
        let scalar = read(&data("scalar", r#"[1,"2"]"#)).expect("a scalar");
        assert_eq!(
            (scalar.series[0].points.as_slice(), scalar.warnings.len()),
            ([(1.0, 2.0)].as_slice(), 1)
        );
        let text = read(&data("string", r#"[1,"a"]"#)).expect("a string");
        assert_eq!(text.series[0].text.as_deref(), Some("a"));
        let vector = read(&data("vector", r#"[{"metric":{"a":"b"},"value":[1,"NaN"]}]"#)).expect("a vector");
        assert_eq!(vector.series[0].text.as_deref(), Some("NaN"));
        let matrix = read(&data("matrix", r#"[{"metric":{},"values":[[1,"NaN"],[2,"3"]]}]"#)).expect("a matrix");
        assert_eq!(
            (matrix.series[0].points.as_slice(), &matrix.series[0].text),
            ([(2.0, 3.0)].as_slice(), &None)
        );
        let native =
            r#"[{"metric":{"__name__":"x"},"histogram":[1,{"count":"7","sum":"2.5","buckets":[[0,"0","1","7"]]}]}]"#;
        let native = read(&data("vector", native)).expect("a histogram");
        assert_eq!(
            native.series[0].text.as_deref(),
            Some("native histogram: count 7, sum 2.5")
        );
        assert!(read(&data("other", "[]")).is_err());
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
        fn any_answer_is_read_or_refused(kind in "(vector|matrix|scalar|string|x)", result in "[\\[\\]{}\",:0-9a-z]{0,60}", body in "\\PC{0,80}") {
            let _ = read(&data(&kind, &result));
            let _ = read(&body);
        }
    }
}
