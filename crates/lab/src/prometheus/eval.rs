//! The part of PromQL the lab evaluates: selectors, ranges, `rate` and its kin, aggregation, arithmetic, quantiles.
//! Anything else is refused by name; the lab never answers with a guess.

use std::collections::BTreeMap;

use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, MatrixSelector, Offset, VectorSelector,
};

use promql_parser::util::ExprVisitor;

use super::functions::{apply_over_time, compute_histogram_quantile};
use super::store::{StoredSeries, Tsdb, TsdbLabels};

const LOOKBACK_MS: i64 = 5 * 60 * 1000;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EvalOutcome {
    Scalar(f64),
    Vector(Vec<(TsdbLabels, f64)>),
    Matrix(Vec<RangeSeries>),
}

/// A series with the samples of a range.
pub(crate) type RangeSeries = (TsdbLabels, Vec<(i64, f64)>);

/// Why there is no outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EvalProblem {
    BadData(String),
    Execution(String),
}

type EvalResult<T> = Result<T, EvalProblem>;

/// Evaluates an expression at a time.
pub(crate) fn evaluate_instant(tsdb: &Tsdb, expr: &Expr, at_ms: i64) -> EvalResult<EvalOutcome> {
    let eval = Evaluator { tsdb, at_ms };
    eval.eval_expr(expr)
}

/// Whether a selector takes the series with these labels.
pub(crate) fn is_selected(selector: &VectorSelector, labels: &TsdbLabels) -> bool {
    let of = |label: &str| labels.get(label).map_or("", String::as_str);
    let all = |list: &[promql_parser::label::Matcher]| list.iter().all(|one| one.is_match(of(&one.name)));
    let or_matchers = &selector.matchers.or_matchers;
    selector.name.as_deref().is_none_or(|name| of("__name__") == name)
        && all(&selector.matchers.matchers)
        && (or_matchers.is_empty() || or_matchers.iter().any(|list| all(list)))
}

/// Every selector of an expression.
#[derive(Default)]
pub(crate) struct FoundSelectors(pub(crate) Vec<VectorSelector>);

impl ExprVisitor for FoundSelectors {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
        match expr {
            Expr::VectorSelector(selector) => self.0.push(selector.clone()),
            Expr::MatrixSelector(matrix) => self.0.push(matrix.vs.clone()),
            _ => {}
        }
        Ok(true)
    }
}

/// `15`, `15s`, `1m`, in seconds.
pub(crate) fn parse_seconds(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) => Some(number),
        Err(_) => promql_parser::util::parse_duration(text)
            .ok()
            .map(|span| span.as_secs_f64()),
    }
}

struct Evaluator<'a> {
    tsdb: &'a Tsdb,
    at_ms: i64,
}

fn build_unsupported_error(what: impl std::fmt::Display) -> EvalProblem {
    EvalProblem::Execution(format!("the lab's simulated Prometheus does not evaluate {what}"))
}

impl Evaluator<'_> {
    fn eval_expr(&self, expr: &Expr) -> EvalResult<EvalOutcome> {
        match expr {
            Expr::NumberLiteral(number) => Ok(EvalOutcome::Scalar(number.val)),
            Expr::Paren(paren) => self.eval_expr(&paren.expr),
            Expr::VectorSelector(selector) => self.eval_vector(selector).map(EvalOutcome::Vector),
            Expr::MatrixSelector(matrix) => self.eval_matrix(matrix).map(EvalOutcome::Matrix),
            Expr::Unary(unary) => Ok(match self.eval_expr(&unary.expr)? {
                EvalOutcome::Scalar(value) => EvalOutcome::Scalar(-value),
                EvalOutcome::Vector(vector) => EvalOutcome::Vector(map_values(vector, |value| -value)),
                EvalOutcome::Matrix(_) => return Err(build_unsupported_error("unary on a range")),
            }),
            Expr::Aggregate(aggregate) => self.eval_aggregate(aggregate).map(EvalOutcome::Vector),
            Expr::Call(call) if call.func.name == "time" => Ok(EvalOutcome::Scalar(self.at_ms as f64 / 1000.0)),
            Expr::Call(call) => self.eval_call(call).map(EvalOutcome::Vector),
            Expr::Binary(binary) => self.eval_binary(binary),
            Expr::StringLiteral(_) | Expr::Subquery(_) | Expr::Extension(_) => Err(build_unsupported_error(expr)),
        }
    }

    fn selector_time(&self, selector: &VectorSelector) -> EvalResult<i64> {
        if selector.at.is_some() {
            return Err(build_unsupported_error("the @ modifier"));
        }
        Ok(match &selector.offset {
            None => self.at_ms,
            Some(Offset::Pos(back)) => self.at_ms.saturating_sub(to_millis(*back)),
            Some(Offset::Neg(ahead)) => self.at_ms.saturating_add(to_millis(*ahead)),
        })
    }

    fn select(&self, selector: &VectorSelector) -> Vec<(TsdbLabels, StoredSeries)> {
        self.tsdb.select(|labels| is_selected(selector, labels))
    }

    fn eval_vector(&self, selector: &VectorSelector) -> EvalResult<Vec<(TsdbLabels, f64)>> {
        let at = self.selector_time(selector)?;
        Ok(self
            .select(selector)
            .into_iter()
            .filter_map(|(labels, stored)| Some((labels, stored.at(at, LOOKBACK_MS)?)))
            .collect())
    }

    /// When the samples were taken that a selector finds.
    fn eval_timestamps(&self, selector: &VectorSelector) -> EvalResult<Vec<(TsdbLabels, f64)>> {
        let at = self.selector_time(selector)?;
        Ok(self
            .select(selector)
            .into_iter()
            .filter(|(_, stored)| stored.at(at, LOOKBACK_MS).is_some())
            .filter_map(|(labels, stored)| {
                let taken = stored.range(at, LOOKBACK_MS).last()?.0;
                Some((drop_name(labels), taken as f64 / 1000.0))
            })
            .collect())
    }

    fn eval_matrix(&self, matrix: &MatrixSelector) -> EvalResult<Vec<RangeSeries>> {
        let at = self.selector_time(&matrix.vs)?;
        Ok(self
            .select(&matrix.vs)
            .into_iter()
            .map(|(labels, stored)| (labels, stored.range(at, to_millis(matrix.range))))
            .filter(|(_, points)| !points.is_empty())
            .collect())
    }

    fn eval_aggregate(&self, aggregate: &AggregateExpr) -> EvalResult<Vec<(TsdbLabels, f64)>> {
        let EvalOutcome::Vector(vector) = self.eval_expr(&aggregate.expr)? else {
            return Err(build_unsupported_error("aggregation of anything but a vector"));
        };
        let mut groups: BTreeMap<TsdbLabels, Vec<f64>> = BTreeMap::new();
        for (labels, value) in vector {
            groups
                .entry(group_labels(labels, aggregate.modifier.as_ref()))
                .or_default()
                .push(value);
        }
        let op = aggregate.op.to_string();
        groups
            .into_iter()
            .map(|(labels, values)| {
                let sum: f64 = values.iter().sum();
                let value = match op.as_str() {
                    "sum" => sum,
                    "count" => values.len() as f64,
                    "avg" => sum / values.len() as f64,
                    "max" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    "min" => values.iter().copied().fold(f64::INFINITY, f64::min),
                    "group" => 1.0,
                    _ => return Err(build_unsupported_error(&op)),
                };
                Ok((labels, value))
            })
            .collect()
    }

    fn eval_call(&self, call: &Call) -> EvalResult<Vec<(TsdbLabels, f64)>> {
        let arguments = &call.args.args;
        let name = call.func.name;
        match (name, arguments.as_slice()) {
            (
                "rate" | "increase" | "irate" | "delta" | "last_over_time" | "count_over_time" | "max_over_time",
                [inner],
            ) => {
                let EvalOutcome::Matrix(matrix) = self.eval_expr(inner)? else {
                    return Err(build_unsupported_error(name));
                };
                let Expr::MatrixSelector(selector) = inner.as_ref() else {
                    return Err(build_unsupported_error(name));
                };
                let range = selector.range.as_secs_f64();
                let at = self.selector_time(&selector.vs)?;
                Ok(matrix
                    .into_iter()
                    .filter_map(|(labels, points)| {
                        let keeps_name = name == "last_over_time";
                        let labels = if keeps_name { labels } else { drop_name(labels) };
                        Some((labels, apply_over_time(name, &points, range, at)?))
                    })
                    .collect())
            }
            ("vector", [inner]) => match self.eval_expr(inner)? {
                EvalOutcome::Scalar(value) => Ok(vec![(TsdbLabels::new(), value)]),
                _ => Err(build_unsupported_error(name)),
            },
            ("timestamp", [inner]) => match inner.as_ref() {
                Expr::VectorSelector(selector) => self.eval_timestamps(selector),
                _ => Err(build_unsupported_error("timestamp() of anything but a selector")),
            },
            ("histogram_quantile", [quantile, inner]) => {
                let (EvalOutcome::Scalar(quantile), EvalOutcome::Vector(vector)) =
                    (self.eval_expr(quantile)?, self.eval_expr(inner)?)
                else {
                    return Err(build_unsupported_error(name));
                };
                Ok(compute_histogram_quantile(quantile, vector))
            }
            ("abs" | "ceil" | "floor", [inner]) => {
                let EvalOutcome::Vector(vector) = self.eval_expr(inner)? else {
                    return Err(build_unsupported_error(name));
                };
                let function = match name {
                    "abs" => f64::abs,
                    "ceil" => f64::ceil,
                    _ => f64::floor,
                };
                Ok(map_values(vector, function))
            }
            _ => Err(build_unsupported_error(format!("{name}()"))),
        }
    }

    fn eval_binary(&self, binary: &BinaryExpr) -> EvalResult<EvalOutcome> {
        let op = binary.op.to_string();
        let plain = binary
            .modifier
            .as_ref()
            .is_none_or(|modifier| modifier.matching.is_none());
        let (left, right) = (self.eval_expr(&binary.lhs)?, self.eval_expr(&binary.rhs)?);
        let combine = find_operator(&op).ok_or_else(|| build_unsupported_error(&op))?;
        let keep = |vector: Vec<(TsdbLabels, f64)>, combine: &dyn Fn(f64) -> Option<f64>| {
            let kept = vector.into_iter();
            EvalOutcome::Vector(
                kept.filter_map(|(labels, value)| build_result(&op, labels, combine(value)))
                    .collect(),
            )
        };
        match (left, right) {
            (EvalOutcome::Scalar(a), EvalOutcome::Scalar(b)) => Ok(EvalOutcome::Scalar(combine(a, b).unwrap_or(0.0))),
            (EvalOutcome::Vector(vector), EvalOutcome::Scalar(b)) => Ok(keep(vector, &|a| combine(a, b))),
            (EvalOutcome::Scalar(a), EvalOutcome::Vector(vector)) => Ok(keep(vector, &|b| combine(a, b))),
            (EvalOutcome::Vector(left), EvalOutcome::Vector(right)) if plain => {
                let right: BTreeMap<TsdbLabels, f64> = right
                    .into_iter()
                    .map(|(labels, value)| (drop_name(labels), value))
                    .collect();
                Ok(EvalOutcome::Vector(
                    left.into_iter()
                        .filter_map(|(labels, a)| {
                            let b = right.get(&drop_name(labels.clone()))?;
                            build_result(&op, labels, combine(a, *b))
                        })
                        .collect(),
                ))
            }
            _ => Err(build_unsupported_error(binary)),
        }
    }
}

/// Arithmetic gives a value; a comparison keeps the left one or nothing.
fn find_operator(op: &str) -> Option<fn(f64, f64) -> Option<f64>> {
    Some(match op {
        "+" => |a, b| Some(a + b),
        "-" => |a, b| Some(a - b),
        "*" => |a, b| Some(a * b),
        "/" => |a, b| Some(a / b),
        ">" => |a, b| (a > b).then_some(a),
        ">=" => |a, b| (a >= b).then_some(a),
        "<" => |a, b| (a < b).then_some(a),
        "<=" => |a, b| (a <= b).then_some(a),
        "==" => |a, b| (a == b).then_some(a),
        "!=" => |a, b| (a != b).then_some(a),
        _ => return None,
    })
}

fn build_result(op: &str, labels: TsdbLabels, value: Option<f64>) -> Option<(TsdbLabels, f64)> {
    let arithmetic = ["+", "-", "*", "/"].contains(&op);
    Some((if arithmetic { drop_name(labels) } else { labels }, value?))
}

fn group_labels(mut labels: TsdbLabels, modifier: Option<&LabelModifier>) -> TsdbLabels {
    match modifier {
        None => TsdbLabels::new(),
        Some(LabelModifier::Include(by)) => {
            labels.retain(|label, _| by.labels.contains(label));
            labels
        }
        Some(LabelModifier::Exclude(without)) => {
            labels.retain(|label, _| !without.labels.contains(label) && label != "__name__");
            labels
        }
    }
}

pub(super) fn drop_name(mut labels: TsdbLabels) -> TsdbLabels {
    labels.remove("__name__");
    labels
}

fn map_values(vector: Vec<(TsdbLabels, f64)>, function: impl Fn(f64) -> f64) -> Vec<(TsdbLabels, f64)> {
    vector
        .into_iter()
        .map(|(labels, value)| (drop_name(labels), function(value)))
        .collect()
}

fn to_millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
