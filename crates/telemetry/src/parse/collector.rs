//! The counters that a collector keeps about itself. Their spelling varies with version and exporter: `otelcol_` in
//! front or not, `_total` behind it, Alloy's older `_ratio_total`, a unit in double underscores. They are matched by family.
//!
//! Names as of opentelemetry-collector v0.161.0 (exporter/exporterhelper/metadata.yaml, receiver/receiverhelper/metadata.yaml)
//! and opentelemetry-collector-contrib v0.161.0 (metadata.yaml of each processor).

use std::collections::BTreeMap;

use crate::model::tempo::{HttpAnswer, MetricSample, MetricsScrape, ScrapeSource};
use crate::model::{Failure, FailureKind};

use super::exposition;
use super::tempo::expect_ok;

/// `otelcol_exporter_sent_spans_total`, `exporter_sent_spans_ratio_total` → `exporter_sent_spans`
pub fn normalize_metric_name(name: &str) -> &str {
    let name = name.strip_prefix("otelcol_").unwrap_or(name);
    let name = name.strip_suffix("_total").unwrap_or(name);
    let name = name.strip_suffix("_ratio").unwrap_or(name);
    match name.strip_suffix('_').and_then(|rest| rest.rsplit_once("__")) {
        Some((family, unit)) if !unit.is_empty() && !family.is_empty() => family,
        _ => name,
    }
}

/// True for what says something about spans on their way, or who this is.
fn is_kept_collector_metric(name: &str) -> bool {
    if matches!(name, "target_info" | "alloy_build_info") {
        return true;
    }
    const WORTH: [&str; 3] = ["receiver_", "processor_", "exporter_"];
    const DROPPED: [&str; 5] = ["_bucket", "_duration", "_latency", "_bytes", "_metadata_cardinality"];
    let family = normalize_metric_name(name);
    WORTH.iter().any(|start| family.starts_with(start))
        && (!DROPPED.iter().any(|part| family.contains(part)) || family == BATCH_PRESENT)
}

/// A gauge that a batch processor has from its start (processor/batchprocessor/metadata.yaml).
pub const BATCH_PRESENT: &str = "processor_batch_metadata_cardinality";

/// `GET /metrics` of a collector or Alloy. An exposition in which nothing is a collector's is somebody else's.
pub fn parse_collector_scrape(answer: HttpAnswer, at: f64) -> Result<MetricsScrape, Failure> {
    let answer = expect_ok(answer)?;
    let (samples, _) = exposition::parse_kept_families(&answer.body, is_kept_collector_metric);
    let is_collector = |sample: &MetricSample| {
        sample.name.starts_with("otelcol_")
            || sample.name == "alloy_build_info"
            || sample.name == "target_info"
                && sample
                    .labels
                    .get("service_name")
                    .is_some_and(|name| name.to_lowercase().contains("otel"))
    };
    if !samples.iter().any(is_collector) && !answer.body.contains("otelcol_") && !answer.body.contains("alloy_") {
        return Err(Failure::new(
            FailureKind::Decode,
            answer.request.clone(),
            "not the metrics of a collector or Alloy",
        )
        .with_status(answer.status));
    }
    Ok(MetricsScrape {
        source: ScrapeSource::Direct,
        at,
        samples,
    })
}

/// `OpenTelemetry Collector 0.161.0`, `Alloy 1.5.0`, as far as its metrics tell: product and version.
pub fn identify_product(scrape: &MetricsScrape) -> (&'static str, String) {
    let label = |sample: &MetricSample, name: &str| sample.labels.get(name).cloned().unwrap_or_default();
    for sample in &scrape.samples {
        match sample.name.as_str() {
            "alloy_build_info" => return ("Alloy", label(sample, "version")),
            "target_info" => return ("OpenTelemetry Collector", label(sample, "service_version")),
            _ => {}
        }
    }
    ("OpenTelemetry Collector", String::new())
}

/// How much a family grew since an earlier scrape, over the series whose labels are wanted. A series that was absent counts
/// from 0, one that fell was reset. `None` where no such series is there now, or nothing was read before.
pub fn sum_increase(
    now: &MetricsScrape,
    before: Option<&MetricsScrape>,
    wanted: &str,
    labels: impl Fn(&BTreeMap<String, String>) -> bool,
) -> Option<f64> {
    let before = before?;
    let mut sum = None;
    for sample in select_family(now, wanted).filter(|sample| labels(&sample.labels)) {
        let old = select_family(before, wanted)
            .find(|old| old.labels == sample.labels)
            .map_or(0.0, |old| old.value);
        *sum.get_or_insert(0.0) += if sample.value >= old {
            sample.value - old
        } else {
            sample.value
        };
    }
    sum
}

fn count_unsampled(now: &MetricsScrape, before: Option<&MetricsScrape>, family: &str) -> f64 {
    let away = |labels: &BTreeMap<String, String>| labels.get("sampled").is_some_and(|kept| kept == "false");
    sum_increase(now, before, family, away).unwrap_or(0.0)
}

/// Traces that a probabilistic sampler has not kept since an earlier scrape.
pub fn count_head_sampled_out(now: &MetricsScrape, before: Option<&MetricsScrape>) -> f64 {
    count_unsampled(now, before, "processor_probabilistic_sampler_count_traces_sampled")
}

/// Traces that a tail sampler has not kept since. Older ones count by policy only, where a trace that one policy passes over
/// may be kept by another; newer ones count once for all of them.
pub fn count_tail_sampled_out(now: &MetricsScrape, before: Option<&MetricsScrape>) -> f64 {
    const ALL: &str = "processor_tail_sampling_global_count_traces_sampled";
    const BY_POLICY: &str = "processor_tail_sampling_count_traces_sampled";
    let family = if select_family(now, ALL).next().is_some() {
        ALL
    } else {
        BY_POLICY
    };
    count_unsampled(now, before, family)
}

/// The samples of a family, whatever its spelling.
pub fn select_family<'a>(scrape: &'a MetricsScrape, wanted: &'a str) -> impl Iterator<Item = &'a MetricSample> + 'a {
    scrape
        .samples
        .iter()
        .filter(move |sample| normalize_metric_name(&sample.name) == wanted)
}

/// True for an exporter that sends to another process: not `debug`, `logging`, `nop` or `file`.
pub fn is_remote_exporter(exporter: &str) -> bool {
    let kind = exporter.split('/').next().unwrap_or_default();
    let kind = kind.strip_prefix("otelcol.exporter.").unwrap_or(kind);
    let kind = kind.split('.').next().unwrap_or_default();
    !matches!(kind, "debug" | "logging" | "nop" | "file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /metrics".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn every_spelling_is_one_family() {
        for name in [
            "otelcol_exporter_sent_spans",
            "otelcol_exporter_sent_spans_total",
            "otelcol_exporter_sent_spans__spans__total",
            "exporter_sent_spans_ratio_total",
            "exporter_sent_spans_total",
        ] {
            assert_eq!(normalize_metric_name(name), "exporter_sent_spans", "{name}");
        }
        assert_eq!(normalize_metric_name("__"), "__");
    }

    #[test]
    fn older_alloy_is_kept_and_known() {
        let body = "alloy_build_info{version=\"v1.2.0\"} 1\nreceiver_accepted_spans_ratio_total{receiver=\"otlp\"} 4\ngo_goroutines 9\n";
        let scrape = parse_collector_scrape(answer(body), 1.0).expect("Alloy");
        assert_eq!(scrape.samples.len(), 2);
        assert_eq!(identify_product(&scrape), ("Alloy", "v1.2.0".to_owned()));
    }

    #[test]
    fn somebody_elses_metrics_are_refused() {
        for body in ["tempo_build_info 1\ngo_goroutines 9\n", "<html>", ""] {
            assert!(parse_collector_scrape(answer(body), 1.0).is_err(), "{body}");
        }
    }

    #[test]
    fn what_stays_in_the_process_is_told_apart() {
        for name in ["debug", "nop/2", "otelcol.exporter.debug.default", "logging"] {
            assert!(!is_remote_exporter(name), "{name}");
        }
        for name in ["otlp", "otlphttp/tempo", "otlp_grpc", "otelcol.exporter.otlp.tempo"] {
            assert!(is_remote_exporter(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}", name in "[a-z_]{0,40}") {
            let _ = parse_collector_scrape(answer(&text), 0.0);
            let _ = normalize_metric_name(&name);
            let _ = is_remote_exporter(&name);
        }
    }
}
