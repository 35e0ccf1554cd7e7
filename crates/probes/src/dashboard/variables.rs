//! Variables of a dashboard, resolved in the order of their dependence, as a browser resolves them.

use std::collections::{BTreeMap, HashSet};

use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Failure;
use telemetry::model::dashboard::{
    Dashboard, DashboardVariable, DataSourceState, SelectorFacts, VariableFacts, VariableKind,
};
use telemetry::model::grafana::PROMETHEUS_PLUGIN;
use telemetry::parse::interpolate::{self, InterpolationStyle, VariableScope, VariableValue};
use telemetry::parse::label_values_query::{self, VariableQuery};
use telemetry::parse::{panel_range, promql_parts as promql};

use super::empty_query;
use super::examine::VariableOverrides;
use super::window::DashboardSources;

/// Values that are kept as facts.
const MOST_VALUES: usize = 50;
/// Values that are put into queries: All over 20,000 of them in 2,000 panels would be gigabytes.
const MOST_FILLED_IN: usize = 1_000;
const ALL: &str = "$__all";

/// Says of which variables only the first values were put into queries.
pub fn describe_left_out_values(facts: &[VariableFacts]) -> impl Iterator<Item = String> {
    let cut = |fact: &&VariableFacts| fact.options > MOST_FILLED_IN && fact.values.len() == MOST_VALUES;
    facts.iter().filter(cut).map(|fact| {
        format!(
            "${}: only the first {MOST_FILLED_IN} of its {} values were put into queries",
            fact.name, fact.options
        )
    })
}

/// Every variable's value, and how it came about.
pub async fn resolve_variables(
    dashboard: &Dashboard,
    pool: &DashboardSources<'_>,
    scope: &mut VariableScope,
    overrides: &VariableOverrides,
) -> Vec<VariableFacts> {
    let mut facts: Vec<Option<VariableFacts>> = dashboard.variables.iter().map(|_| None).collect();
    let known: Vec<&str> = dashboard
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    loop {
        let ready: Vec<usize> = (0..facts.len())
            .filter(|index| facts[*index].is_none())
            .filter(|index| {
                let variable = &dashboard.variables[*index];
                find_dependencies(variable)
                    .iter()
                    .all(|name| !known.contains(&name.as_str()) || scope.contains_key(name))
            })
            .collect();
        if ready.is_empty() {
            break;
        }
        let done: Vec<VariableFacts> = facts.iter().flatten().cloned().collect();
        let resolved = futures_util::future::join_all(
            ready
                .iter()
                .map(|index| resolve_variable(&dashboard.variables[*index], pool, scope, &done, overrides)),
        )
        .await;
        for (index, (value, fact)) in ready.into_iter().zip(resolved) {
            scope.insert(fact.name.clone(), value);
            facts[index] = Some(fact);
        }
    }
    for (index, slot) in facts.iter_mut().enumerate() {
        if slot.is_none() {
            let variable = &dashboard.variables[index];
            let mut fact = build_blank_facts(variable);
            fact.cyclic = true;
            scope.insert(
                variable.name.clone(),
                choose_value(variable, &[], &variable.current, &mut fact),
            );
            *slot = Some(fact);
        }
    }
    let mut facts: Vec<VariableFacts> = facts.into_iter().flatten().collect();
    count_uses(dashboard, &mut facts);
    facts
}

fn find_dependencies(variable: &DashboardVariable) -> Vec<String> {
    let mut names = interpolate::find_variable_names(&variable.query);
    names.extend(interpolate::find_variable_names(&variable.regex));
    if let telemetry::model::dashboard::DataSourceRef::Named(text, _) = &variable.source {
        names.extend(interpolate::find_variable_names(text));
    }
    names
}

fn count_uses(dashboard: &Dashboard, facts: &mut [VariableFacts]) {
    for fact in facts {
        let uses = |text: &str| interpolate::find_variable_names(text).contains(&fact.name);
        let panels = dashboard.panels.iter().filter(|panel| {
            let in_source = |source: &telemetry::model::dashboard::DataSourceRef| match source {
                telemetry::model::dashboard::DataSourceRef::Named(text, _) => uses(text),
                _ => false,
            };
            in_source(&panel.source)
                || panel.repeat.as_deref() == Some(&fact.name)
                || panel
                    .queries
                    .iter()
                    .any(|query| in_source(&query.source) || uses(&query.body.to_string()))
        });
        let variables = dashboard
            .variables
            .iter()
            .filter(|other| find_dependencies(other).contains(&fact.name));
        fact.used = panels.count() + variables.count();
    }
}

fn build_blank_facts(variable: &DashboardVariable) -> VariableFacts {
    VariableFacts {
        name: variable.name.clone(),
        kind: variable.kind,
        query: variable.query.clone(),
        ..VariableFacts::default()
    }
}

async fn resolve_variable(
    variable: &DashboardVariable,
    pool: &DashboardSources<'_>,
    scope: &VariableScope,
    done: &[VariableFacts],
    overrides: &VariableOverrides,
) -> (VariableValue, VariableFacts) {
    let mut fact = build_blank_facts(variable);
    let wanted = overrides.get(&variable.name).unwrap_or(&variable.current);
    let options = match variable.kind {
        VariableKind::Constant => vec![variable.query.clone()],
        VariableKind::Text => {
            let typed = wanted.first().cloned().unwrap_or_else(|| variable.query.clone());
            fact.values = vec![typed.clone()];
            return (VariableValue::One(typed), fact);
        }
        VariableKind::Custom => parse_custom_options(
            &interpolate::interpolate_variables(&variable.query, scope, InterpolationStyle::Glob).text,
        ),
        VariableKind::Interval => {
            let value = choose_interval(variable, wanted, pool);
            fact.values = vec![value.clone()];
            fact.options = 1;
            return (VariableValue::One(value), fact);
        }
        VariableKind::DataSource => list_matching_sources(variable, pool, scope),
        VariableKind::Query if variable.frozen => variable.options.clone(),
        VariableKind::Query => query_options(variable, pool, scope, done, &mut fact).await,
        VariableKind::AdHoc | VariableKind::Other => variable.options.clone(),
    };
    fact.options = options.len();
    let value = choose_value(variable, &options, wanted, &mut fact);
    fact.values = value
        .texts()
        .into_iter()
        .filter(|text| !text.is_empty())
        .take(MOST_VALUES)
        .collect();
    if options.is_empty() && fact.values.is_empty() {
        let empty = |name: &String| scope.get(name).is_some_and(VariableValue::is_empty);
        fact.behind = find_dependencies(variable).into_iter().find(|name| empty(name));
    }
    (value, fact)
}

/// The saved value where it is among the options, else All where that is offered, else the first.
fn choose_value(
    variable: &DashboardVariable,
    options: &[String],
    wanted: &[String],
    fact: &mut VariableFacts,
) -> VariableValue {
    let several = variable.multi || variable.include_all;
    let all = || match &variable.all_value {
        Some(text) => VariableValue::Raw(text.clone()),
        None => VariableValue::Many(options.iter().take(MOST_FILLED_IN).cloned().collect()),
    };
    if wanted.iter().any(|value| value == ALL) {
        return all();
    }
    // Saved values count where nothing is asked for.
    let free = matches!(variable.kind, VariableKind::AdHoc | VariableKind::Other) || variable.frozen || fact.cyclic;
    let offered: HashSet<&String> = options.iter().collect();
    let mut kept: Vec<String> = wanted
        .iter()
        .filter(|value| !value.is_empty() && (free || offered.contains(value)))
        .take(MOST_FILLED_IN)
        .cloned()
        .collect();
    if kept.is_empty() {
        fact.stale = wanted.iter().find(|value| !value.is_empty()).cloned();
        if variable.include_all && !options.is_empty() {
            return all();
        }
        kept.extend(options.first().cloned());
    }
    if several {
        VariableValue::Many(kept)
    } else {
        VariableValue::One(kept.into_iter().next().unwrap_or_default())
    }
}

/// `a,b : 2` → `a`, `2`
fn parse_custom_options(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.replace("\\,", "\u{0}").split(',') {
        let part = part.replace('\u{0}', ",");
        let part = part.trim();
        let value = part.split_once(" : ").map_or(part, |(_, value)| value.trim());
        if !value.is_empty() {
            found.push(value.to_owned());
        }
    }
    found
}

fn choose_interval(variable: &DashboardVariable, wanted: &[String], pool: &DashboardSources<'_>) -> String {
    let auto = |text: &str| text.starts_with("$__auto") || text == "auto";
    let options: Vec<&str> = variable
        .query
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    match wanted.first() {
        Some(text) if auto(text) => panel_range::format_interval(pool.step_s),
        Some(text) if options.is_empty() || options.contains(&text.as_str()) => text.clone(),
        _ => options
            .iter()
            .find(|text| !auto(text))
            .map_or_else(|| panel_range::format_interval(pool.step_s), |text| (*text).to_owned()),
    }
}

/// The data sources of a type whose name matches.
fn list_matching_sources(
    variable: &DashboardVariable,
    pool: &DashboardSources<'_>,
    scope: &VariableScope,
) -> Vec<String> {
    let pattern = interpolate::interpolate_variables(&variable.regex, scope, InterpolationStyle::Pipe).text;
    let pattern = compile_pattern(&pattern);
    pool.data_sources
        .of_kind(&variable.query)
        .filter(|source| pattern.as_ref().is_none_or(|pattern| pattern.is_match(&source.name)))
        .map(|source| source.uid.clone())
        .collect()
}

/// `/x/i` or `x` as a regular expression; none where there is nothing, or nothing sensible.
fn compile_pattern(text: &str) -> Option<regex::Regex> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let (body, flags) = match text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
        Some((body, flags)) => (body.to_owned(), flags),
        None => (format!("^{text}$"), ""),
    };
    regex::RegexBuilder::new(&body)
        .case_insensitive(flags.contains('i'))
        .size_limit(1 << 20)
        .build()
        .ok()
}

async fn query_options(
    variable: &DashboardVariable,
    pool: &DashboardSources<'_>,
    scope: &VariableScope,
    done: &[VariableFacts],
    fact: &mut VariableFacts,
) -> Vec<String> {
    let uid = match pool.data_sources.resolve(&variable.source, scope, done) {
        DataSourceState::Found { uid } => uid,
        DataSourceState::Missing { wanted } => {
            fact.missing = Some(wanted);
            return Vec::new();
        }
        DataSourceState::Placeholder { text } => {
            fact.missing = Some(text);
            return Vec::new();
        }
        DataSourceState::NoValue { variable } => {
            fact.behind = Some(variable);
            return Vec::new();
        }
        DataSourceState::NoDefault => {
            fact.missing = Some("the default data source".to_owned());
            return Vec::new();
        }
    };
    let Some(source) = pool
        .data_sources
        .source(&uid)
        .filter(|source| source.kind == PROMETHEUS_PLUGIN)
    else {
        // What other plugins ask is not known: the saved values count.
        return if variable.options.is_empty() {
            variable.current.iter().filter(|value| *value != ALL).cloned().collect()
        } else {
            variable.options.clone()
        };
    };
    let metrics = pool.metrics(source);
    let text = interpolate::interpolate_variables(&variable.query, scope, InterpolationStyle::Promql).text;
    let find = label_values_query::parse_variable_query(&text);
    if let VariableQuery::LabelValues { label, .. } = &find {
        fact.label = Some(label.clone());
    }
    match fetch_values(&find, &metrics).await {
        Ok(mut values) => {
            filter_values(
                &mut values,
                &interpolate::interpolate_variables(&variable.regex, scope, InterpolationStyle::Pipe).text,
            );
            sort_values(&mut values, variable.sort);
            if values.is_empty() {
                fact.part = examine_query_selector(&find, &metrics).await;
            }
            values
        }
        Err(failure) => {
            fact.failure = Some(failure);
            Vec::new()
        }
    }
}

async fn fetch_values(
    find: &VariableQuery,
    metrics: &super::prometheus_metrics::PrometheusMetrics,
) -> Result<Vec<String>, Failure> {
    let (prometheus, range) = (&metrics.prometheus, metrics.range);
    let show = |labels: &BTreeMap<String, String>| format!("{labels:?}");
    match find {
        VariableQuery::LabelNames(selector) => {
            let names = prometheus.fetch_label_names(selector.as_deref(), Some(range)).await;
            names.into_result()
        }
        VariableQuery::LabelValues { selector, label } => {
            let values = prometheus.fetch_label_values(label, selector.as_deref(), Some(range));
            values.await.into_result()
        }
        VariableQuery::Metrics(pattern) => {
            let all = metrics.in_range().await?;
            let pattern = regex::Regex::new(pattern).ok();
            Ok(all
                .iter()
                .filter(|name| pattern.as_ref().is_none_or(|pattern| pattern.is_match(name)))
                .cloned()
                .collect())
        }
        VariableQuery::QueryResult(query) => {
            let found = prometheus.count_values(query, EvaluationTime::At(range.end_s())).await;
            Ok(found.into_result()?.labels.iter().map(show).collect())
        }
        VariableQuery::Series(selector) => {
            let found = prometheus.fetch_label_sets(selector, range, 1_000).await;
            Ok(found.into_result()?.iter().map(show).collect())
        }
    }
}

/// What the query of an empty variable selects.
async fn examine_query_selector(
    find: &VariableQuery,
    metrics: &super::prometheus_metrics::PrometheusMetrics,
) -> Option<SelectorFacts> {
    let query = promql::split_promql(find.selector()?).ok()?;
    let selector = query.selectors.first()?;
    Some(empty_query::examine_selector(metrics, selector, &[]).await)
}

/// Keeps the values that match; a group keeps a part of them.
fn filter_values(values: &mut Vec<String>, pattern: &str) {
    let Some(pattern) = compile_pattern(pattern) else {
        return;
    };
    let mut kept: Vec<String> = Vec::new();
    for value in values.iter() {
        let Some(found) = pattern.captures(value) else { continue };
        let group = found.name("value").or_else(|| found.get(1)).or_else(|| found.get(0));
        let text = group.map_or(value.as_str(), |group| group.as_str()).to_owned();
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    *values = kept;
}

fn sort_values(values: &mut [String], order: u64) {
    let number = |text: &String| {
        let digits: String = text
            .chars()
            .skip_while(|letter| !letter.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse::<u64>().unwrap_or(u64::MAX)
    };
    match order {
        1 => values.sort(),
        3 | 7 => values.sort_by_key(number),
        5 => values.sort_by_key(|text| text.to_lowercase()),
        2 | 4 | 6 | 8 => {
            sort_values(values, order - 1);
            values.reverse();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_lists_have_texts_and_values() {
        assert_eq!(parse_custom_options("a,b : 2, c\\,d"), ["a", "2", "c,d"]);
    }

    #[test]
    fn a_regular_expression_keeps_a_part() {
        let mut values = vec!["prod/distributor".to_owned(), "prod/querier".to_owned(), "x".to_owned()];
        filter_values(&mut values, "/(.*)\\/.*/");
        assert_eq!(values, ["prod"]);
        let mut values = vec!["a".to_owned(), "ab".to_owned()];
        filter_values(&mut values, "a");
        assert_eq!(values, ["a"]);
    }
}
