//! Tempo's `/metrics`: families and idle values from a recording, the rest created when first touched, as in Tempo.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::scenario::ImitatedTempo;

/// The counters of one Tempo.
#[derive(Debug)]
pub(crate) struct LabMetrics {
    families: Mutex<BTreeMap<String, SampleFamily>>,
}

#[derive(Debug, Default)]
struct SampleFamily {
    kind: String,
    /// Sample name and labels as they are written, and the value.
    samples: BTreeMap<String, f64>,
}

/// Labels as pairs.
pub(crate) type LabelPairs<'a> = &'a [(&'a str, &'a str)];

impl LabMetrics {
    /// The metrics of a Tempo that just started.
    pub(crate) fn idle(shape: ImitatedTempo) -> LabMetrics {
        let text = match shape {
            ImitatedTempo::V3 => include_str!("shapes/metrics-3.0.prom"),
            ImitatedTempo::V2 => include_str!("shapes/metrics-2.10.prom"),
        };
        let mut families = BTreeMap::<String, SampleFamily>::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                if let Some((name, kind)) = rest.split_once(' ') {
                    families.entry(name.to_owned()).or_default().kind = kind.to_owned();
                }
            } else if let Some((key, value)) = line.rsplit_once(' ')
                && let Ok(value) = value.parse()
            {
                let name = key.split('{').next().unwrap_or(key);
                let family = find_family(&families, name);
                families
                    .entry(family)
                    .or_default()
                    .samples
                    .insert(key.to_owned(), value);
            }
        }
        LabMetrics {
            families: Mutex::new(families),
        }
    }

    /// Metrics of somebody else, with nothing in them yet.
    pub(crate) fn empty() -> LabMetrics {
        LabMetrics {
            families: Mutex::default(),
        }
    }

    /// The value of a sample; 0 where it does not exist.
    pub(crate) fn value(&self, name: &str, labels: LabelPairs) -> f64 {
        let families = self.lock();
        let family = families.get(&find_family(&families, name));
        family
            .and_then(|family| family.samples.get(&render_sample_name(name, labels)))
            .copied()
            .unwrap_or(0.0)
    }

    /// Adds to a counter, creating it.
    pub(crate) fn add(&self, name: &str, labels: LabelPairs, value: f64) {
        *self.sample_mut(&mut self.lock(), name, labels) += value;
    }

    /// Sets a gauge, creating it.
    pub(crate) fn set(&self, name: &str, labels: LabelPairs, value: f64) {
        *self.sample_mut(&mut self.lock(), name, labels) = value;
    }

    /// Makes a sample exist without changing it.
    pub(crate) fn touch(&self, name: &str, labels: LabelPairs) {
        self.add(name, labels, 0.0);
    }

    /// Observes a value in a histogram, of which the lab keeps sum and count.
    pub(crate) fn observe(&self, name: &str, labels: LabelPairs, value: f64) {
        let mut families = self.lock();
        *self.sample_mut(&mut families, &format!("{name}_sum"), labels) += value;
        *self.sample_mut(&mut families, &format!("{name}_count"), labels) += 1.0;
    }

    /// The exposition.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        for (name, family) in self.lock().iter().filter(|(_, family)| !family.samples.is_empty()) {
            let _ = writeln!(text, "# TYPE {name} {}", family.kind);
            for (sample, value) in &family.samples {
                if family.kind == "histogram" && sample.split('{').next() == Some(&format!("{name}_count")) {
                    let _ = writeln!(
                        text,
                        "{} {}",
                        render_infinite_bucket(name, sample),
                        render_number(*value)
                    );
                }
                let _ = writeln!(text, "{sample} {}", render_number(*value));
            }
        }
        text
    }

    fn sample_mut<'a>(
        &self,
        families: &'a mut BTreeMap<String, SampleFamily>,
        name: &str,
        labels: LabelPairs,
    ) -> &'a mut f64 {
        let family = families
            .entry(find_family(families, name))
            .or_insert_with(|| SampleFamily {
                kind: if name.ends_with("_total") || is_collector_counter(name) {
                    "counter"
                } else {
                    "gauge"
                }
                .to_owned(),
                samples: BTreeMap::new(),
            });
        family.samples.entry(render_sample_name(name, labels)).or_insert(0.0)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, SampleFamily>> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A collector's counters have no suffix by default.
fn is_collector_counter(name: &str) -> bool {
    const GAUGES: [&str; 3] = ["queue_", "in_flight", "cardinality"];
    name.starts_with("otelcol_") && !GAUGES.iter().any(|part| name.contains(part))
}

fn find_family(families: &BTreeMap<String, SampleFamily>, name: &str) -> String {
    ["_sum", "_count"]
        .iter()
        .filter_map(|suffix| name.strip_suffix(suffix))
        .find(|family| families.contains_key(*family))
        .unwrap_or(name)
        .to_owned()
}

/// `name{a="b",c="d"}` with the labels in order.
fn render_sample_name(name: &str, labels: LabelPairs) -> String {
    if labels.is_empty() {
        return name.to_owned();
    }
    let sorted: BTreeMap<&str, &str> = labels.iter().copied().collect();
    let inside: Vec<String> = sorted
        .iter()
        .map(|(label, value)| format!("{label}=\"{}\"", escape_label(value)))
        .collect();
    format!("{name}{{{}}}", inside.join(","))
}

fn escape_label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn render_infinite_bucket(family: &str, count: &str) -> String {
    match count.split_once('{') {
        Some((_, labels)) => format!("{family}_bucket{{le=\"+Inf\",{labels}"),
        None => format!("{family}_bucket{{le=\"+Inf\"}}"),
    }
}

fn render_number(value: f64) -> String {
    if value.abs() >= 1e21 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}
