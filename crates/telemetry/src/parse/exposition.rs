//! The Prometheus text exposition format (prometheus.io, «Exposition formats», version 0.0.4), reduced on reading to
//! the families that somebody judges by: Tempo alone exposes some 2,500 lines.

use std::collections::BTreeMap;

use crate::model::tempo::MetricSample;

/// Prefixes of metric names worth keeping.
const KEPT: [&str; 6] = [
    crate::model::tempo::PROCESS_STARTED,
    "tempo_",
    "tempodb_",
    "prometheus_remote_storage_",
    "prometheus_agent_",
    "otelcol_",
];

/// Endings and middles that nobody judges by; histograms stay readable by their `_count` and `_sum`.
const DROPPED: [&str; 9] = [
    "_bucket",
    "tempo_request_duration",
    "tempo_request_message",
    "tempo_response_message",
    "tempo_inflight",
    "tempo_consul_",
    "tempo_kv_",
    "tempo_memberlist_client_kv",
    "tempo_tcp_",
];

/// True where a family is kept.
pub fn is_kept_family(name: &str) -> bool {
    KEPT.iter().any(|prefix| name.starts_with(prefix)) && !DROPPED.iter().any(|part| name.contains(part))
}

/// The kept samples of an exposition. Lines that are not samples are passed over; the second value counts those that
/// are neither comment nor sample, so that a caller can tell an exposition from something else.
pub fn parse_exposition(text: &str) -> (Vec<MetricSample>, usize) {
    parse_kept_families(text, is_kept_family)
}

/// The same for families that the caller chooses.
pub fn parse_kept_families(text: &str, is_kept: impl Fn(&str) -> bool) -> (Vec<MetricSample>, usize) {
    let mut samples = Vec::new();
    let mut strange = 0;
    let mut seen = false;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name_end = line.find(['{', ' ', '\t']).unwrap_or(line.len());
        let name = &line[..name_end];
        if !is_metric_name(name) {
            strange += 1;
            continue;
        }
        if !is_kept(name) {
            seen = true;
            continue;
        }
        match parse_sample(name, &line[name_end..]) {
            Some(sample) if sample.value.is_finite() => samples.push(sample),
            Some(_) => seen = true,
            None => strange += 1,
        }
    }
    if !seen && samples.is_empty() {
        strange = strange.max(1);
    }
    (samples, strange)
}

fn is_metric_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn parse_sample(name: &str, rest: &str) -> Option<MetricSample> {
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => parse_label_set(inside)?,
        None => (BTreeMap::new(), rest),
    };
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some(MetricSample {
        name: name.to_owned(),
        labels,
        value,
    })
}

/// `a="1",b="x\"y"} 3` → the labels and what follows the brace.
fn parse_label_set(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let equals = rest.find('=')?;
        let key = rest[..equals].trim().to_owned();
        rest = rest[equals + 1..].trim_start().strip_prefix('"')?;
        let (value, after) = parse_quoted_label(rest)?;
        labels.insert(key, value);
        rest = after;
    }
}

fn parse_quoted_label(rest: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, next)) = chars.next() {
        match next {
            '"' => return Some((value, &rest[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_labels_values_and_escapes() {
        let text = "# HELP x y\ntempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"a\\\"b\"} 3e2 1700000000\n\
                    tempo_live_store_ready 1\ngo_goroutines 12\ntempo_x NaN\n";
        let (samples, strange) = parse_exposition(text);
        assert_eq!(strange, 0);
        assert_eq!(samples.len(), 2);
        assert_eq!(samples[0].labels["tenant"], "a\"b");
        assert!((samples[0].value - 300.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_web_page_is_no_exposition() {
        let (samples, strange) = parse_exposition("<!doctype html>\n<html><body>log in</body></html>\n");
        assert!(samples.is_empty() && strange > 0);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = parse_exposition(&text);
        }

        #[test]
        fn label_values_survive(value in "[^\\n\\\\\"]{0,20}") {
            let line = format!("tempo_x{{a=\"{value}\"}} 1");
            let (samples, _) = parse_exposition(&line);
            prop_assert_eq!(samples[0].labels["a"].as_str(), value.as_str());
        }
    }
}
