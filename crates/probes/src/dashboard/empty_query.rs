//! An empty query, taken apart: does the metric exist, which matcher selects nothing, is the window too short, do both
//! sides of an operator have data?

use telemetry::model::dashboard::{EmptyQueryFacts, MatcherFacts, MetricPresence, OperatorSides, SelectorFacts};
use telemetry::parse::interpolate;
use telemetry::parse::panel_range::format_interval;
use telemetry::parse::promql_parts::{self as promql, LabelMatcher, QuerySelector};

use super::prometheus_metrics::{PrometheusMetrics, SeriesLabels};
use super::window::PanelWindow;

/// Values of a label that are shown.
const MOST_VALUES: usize = 8;
/// Names that look alike.
const MOST_NEAR: usize = 3;
/// How long a metric is looked at for the distance of its samples.
const LOOK_S: f64 = 600.0;

/// Takes a query apart that came back empty. `raw` is the query before variables were filled in.
pub async fn analyse_empty_query(
    metrics: &PrometheusMetrics,
    expr: &str,
    raw: &str,
    window: &PanelWindow,
) -> (Vec<SelectorFacts>, EmptyQueryFacts) {
    let Ok(parsed) = promql::split_promql(expr) else {
        return (Vec::new(), EmptyQueryFacts::default());
    };
    let origins = find_variable_origins(raw);
    let needed: Vec<(usize, &QuerySelector)> = parsed
        .selectors
        .iter()
        .enumerate()
        .filter(|(_, selector)| !selector.optional || parsed.selectors.iter().all(|one| one.optional))
        .collect();
    let parts = futures_util::future::join_all(needed.iter().map(|(index, one)| {
        let of: &[(String, Vec<String>)] = origins.get(*index).map_or(&[], Vec::as_slice);
        examine_selector(metrics, one, of)
    }))
    .await;
    let mut apart = EmptyQueryFacts {
        quantile_without_le: parsed.quantile_without_le,
        ..EmptyQueryFacts::default()
    };
    let sound = |part: &SelectorFacts| {
        part.presence == MetricPresence::InRange
            && part.matching.is_none_or(|matching| matching > 0)
            && part.samples.is_none_or(|samples| samples >= 2.0)
    };
    let absent = parts
        .iter()
        .any(|part| part.presence == MetricPresence::Never || !part.culprits.is_empty() || part.together);
    if !absent {
        let (longer, end) = (window.wider(), window.end_only());
        let (wider, at_end) = tokio::join!(has_data(metrics, expr, &longer), has_data(metrics, expr, &end));
        apart.wider = Some(wider);
        apart.at_end = Some(at_end);
        apart.step_s = window.step_s;
    }
    if parts.iter().all(sound)
        && let Some((op, left, right)) = &parsed.top
    {
        apart.sides = Some(OperatorSides {
            op: op.clone(),
            left: has_data(metrics, left, window).await,
            right: right.parse::<f64>().is_ok() || has_data(metrics, right, window).await,
        });
    }
    (parts, apart)
}

/// Which variables the matchers of each selector were written with.
fn find_variable_origins(raw: &str) -> Vec<Vec<(String, Vec<String>)>> {
    // A window that is a variable is no PromQL yet.
    let windows = ["__rate_interval", "__interval", "__range"];
    let mut text = raw.to_owned();
    for name in windows {
        text = text
            .replace(&format!("${{{name}}}"), "1m")
            .replace(&format!("${name}"), "1m");
    }
    let Ok(parsed) = promql::split_promql(&text) else {
        return Vec::new();
    };
    parsed
        .selectors
        .iter()
        .map(|selector| {
            selector
                .matchers
                .iter()
                .map(|matcher| (matcher.label.clone(), interpolate::find_variable_names(&matcher.value)))
                .collect()
        })
        .collect()
}

/// True where the query has data in that window.
async fn has_data(metrics: &PrometheusMetrics, expr: &str, window: &PanelWindow) -> bool {
    let found = metrics.prometheus.count_values(expr, window.evaluation_time()).await;
    found.get().is_some_and(|found| found.with_values > 0)
}

/// What one selector selects. `origins` says which variables its matchers came from.
pub async fn examine_selector(
    metrics: &PrometheusMetrics,
    one: &QuerySelector,
    origins: &[(String, Vec<String>)],
) -> SelectorFacts {
    let mut facts = SelectorFacts {
        text: one.to_promql(),
        metric: one.metric.clone(),
        range_s: one.range_s,
        presence: if one.metric.is_empty() {
            MetricPresence::Unknown
        } else {
            metrics.presence(&one.metric).await
        },
        ..SelectorFacts::default()
    };
    if one.metric.is_empty() {
        check_name_pattern(metrics, one, &mut facts).await;
    }
    match facts.presence {
        MetricPresence::Never => find_similar_names(metrics, &mut facts).await,
        MetricPresence::InRange => {
            match metrics.series(&one.metric).await {
                Some(list) => match_series_locally(one, &list, origins, &mut facts),
                None => match_series_by_counts(metrics, one, origins, &mut facts).await,
            }
            if facts.matching.is_some_and(|matching| matching > 0) {
                count_samples(metrics, one, &mut facts).await;
            }
        }
        MetricPresence::Elsewhen | MetricPresence::Unknown => {}
    }
    facts
}

/// A selector that names its metrics by a pattern: is there any?
async fn check_name_pattern(metrics: &PrometheusMetrics, one: &QuerySelector, facts: &mut SelectorFacts) {
    let (Some(pattern), Ok(names)) = (
        one.matchers.iter().find(|matcher| matcher.label == "__name__"),
        metrics.names_ever().await,
    ) else {
        return;
    };
    if !names.iter().any(|name| pattern.matches_value(name).unwrap_or(true)) {
        facts.presence = MetricPresence::Never;
        facts.metric.clone_from(&pattern.value);
    }
}

async fn find_similar_names(metrics: &PrometheusMetrics, facts: &mut SelectorFacts) {
    let Ok(names) = metrics.names_ever().await else { return };
    let metric = &facts.metric;
    let native = ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|end| metric.strip_suffix(end));
    facts.other_form = match native {
        Some(base) if names.contains(base) => Some(base.to_owned()),
        _ => Some(format!("{metric}_bucket")).filter(|name| names.contains(name)),
    };
    let mut near: Vec<(f64, &String)> = names
        .iter()
        .map(|name| {
            let extended = name
                .strip_prefix(metric.as_str())
                .is_some_and(|rest| rest.starts_with('_'));
            let likeness = if extended {
                1.0
            } else {
                strsim::normalized_levenshtein(metric, name)
            };
            (likeness, name)
        })
        .filter(|(likeness, _)| *likeness > 0.82)
        .collect();
    near.sort_by(|left, right| {
        right
            .0
            .total_cmp(&left.0)
            .then_with(|| left.1.len().cmp(&right.1.len()))
    });
    facts.near = near.into_iter().take(MOST_NEAR).map(|(_, name)| name.clone()).collect();
}

/// Every series is known: matchers are tried on them here.
fn match_series_locally(
    one: &QuerySelector,
    list: &[SeriesLabels],
    origins: &[(String, Vec<String>)],
    facts: &mut SelectorFacts,
) {
    let value = |labels: &SeriesLabels, matcher: &LabelMatcher| labels.get(&matcher.label).cloned().unwrap_or_default();
    let takes =
        |matcher: &LabelMatcher, labels: &SeriesLabels| matcher.matches_value(&value(labels, matcher)).unwrap_or(true);
    let count = |skip: Option<usize>| {
        list.iter()
            .filter(|labels| {
                one.matchers
                    .iter()
                    .enumerate()
                    .all(|(index, matcher)| skip == Some(index) || takes(matcher, labels))
            })
            .count()
    };
    facts.total = Some(list.len());
    facts.matching = Some(count(None));
    if facts.matching != Some(0) || list.is_empty() {
        return;
    }
    let describe = |matcher: &LabelMatcher| {
        let mut values: Vec<String> = list
            .iter()
            .filter_map(|labels| labels.get(&matcher.label))
            .cloned()
            .collect();
        values.sort();
        values.dedup();
        let has_label = !values.is_empty();
        values.truncate(MOST_VALUES);
        MatcherFacts {
            label: matcher.label.clone(),
            op: matcher.op.to_owned(),
            value: matcher.value.clone(),
            has_label,
            values,
            variables: find_label_variables(origins, &matcher.label),
            instead: if has_label {
                None
            } else {
                find_alternative_label(matcher, list)
            },
        }
    };
    let alone = |matcher: &&LabelMatcher| !list.iter().any(|labels| takes(matcher, labels));
    facts.culprits = one.matchers.iter().filter(alone).map(describe).collect();
    if facts.culprits.is_empty() {
        let freeing: Vec<usize> = (0..one.matchers.len())
            .filter(|index| count(Some(*index)) > 0)
            .collect();
        if let [only] = freeing[..] {
            facts.culprits = vec![describe(&one.matchers[only])];
        } else {
            facts.together = true;
        }
    }
}

fn find_label_variables(origins: &[(String, Vec<String>)], label: &str) -> Vec<String> {
    let found = origins.iter().find(|(known, _)| known == label);
    found.map(|(_, names)| names.clone()).unwrap_or_default()
}

/// Another label that holds what this one was asked for, or is its namesake.
fn find_alternative_label(matcher: &LabelMatcher, list: &[SeriesLabels]) -> Option<String> {
    let mut names: Vec<&String> = list.iter().flat_map(SeriesLabels::keys).collect();
    names.sort();
    names.dedup();
    let namesake = |name: &&&String| {
        let plain = |text: &str| text.replace('_', "").to_lowercase();
        let (left, right) = (plain(name), plain(&matcher.label));
        left.starts_with(&right) || right.starts_with(&left)
    };
    let holds = |name: &&&String| {
        !matcher.value.is_empty()
            && matcher.op == "="
            && list.iter().any(|labels| labels.get(**name) == Some(&matcher.value))
    };
    let found = names.iter().find(namesake).or_else(|| names.iter().find(holds))?;
    Some((*found).clone())
}

/// Too many series to read: the server counts.
async fn match_series_by_counts(
    metrics: &PrometheusMetrics,
    one: &QuerySelector,
    origins: &[(String, Vec<String>)],
    facts: &mut SelectorFacts,
) {
    let span = format_interval(metrics.range.seconds().clamp(300.0, 86_400.0));
    let counted = async |matchers: Vec<&LabelMatcher>| {
        let selector = QuerySelector {
            matchers: matchers.into_iter().cloned().collect(),
            ..one.clone()
        };
        metrics
            .query_number(&format!("count(last_over_time({}[{span}]))", selector.to_promql()))
            .await
            .unwrap_or(0.0) as usize
    };
    facts.matching = Some(counted(one.matchers.iter().collect()).await);
    if facts.matching != Some(0) {
        return;
    }
    for matcher in &one.matchers {
        if counted(vec![matcher]).await > 0 {
            continue;
        }
        let mut values = metrics.values(&one.metric, &matcher.label).await;
        let has_label = !values.is_empty();
        values.truncate(MOST_VALUES);
        facts.culprits.push(MatcherFacts {
            label: matcher.label.clone(),
            op: matcher.op.to_owned(),
            value: matcher.value.clone(),
            has_label,
            values,
            variables: find_label_variables(origins, &matcher.label),
            instead: None,
        });
    }
    facts.together = facts.culprits.is_empty();
}

/// Whether there are samples at all, and two of them in the window in brackets.
async fn count_samples(metrics: &PrometheusMetrics, one: &QuerySelector, facts: &mut SelectorFacts) {
    let selector = one.to_promql();
    let span = metrics.range.seconds().clamp(1.0, 30.0 * 86_400.0);
    let any = metrics
        .query_number(&format!(
            "max(count_over_time({selector}[{}]))",
            format_interval(span.max(one.range_s.unwrap_or(0.0)))
        ))
        .await;
    if any.is_none() {
        facts.presence = MetricPresence::Elsewhen;
        return;
    }
    let Some(range) = one.range_s else { return };
    let best = metrics
        .query_number(&format!("max(count_over_time({selector}[{}]))", format_interval(range)))
        .await;
    facts.samples = Some(best.unwrap_or(0.0));
    if facts.samples < Some(2.0) {
        // A series may be young: the shortest stretch that holds two samples tells how far apart they are.
        for look in [LOOK_S / 10.0, LOOK_S / 2.0, LOOK_S.max(4.0 * range)] {
            let many = metrics
                .query_number(&format!("max(count_over_time({selector}[{}]))", format_interval(look)))
                .await;
            let apart = many.filter(|many| *many >= 2.0).map(|many| look / many);
            facts.interval_s = match (facts.interval_s, apart) {
                (Some(known), Some(found)) => Some(known.min(found)),
                (known, found) => known.or(found),
            };
        }
    }
}
