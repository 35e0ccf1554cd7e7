//! The part of PromQL the lab evaluates: selectors, ranges, `rate` and its kin, aggregation, arithmetic, quantiles.
//! Anything else is refused by name; the lab never answers with a guess.

use std::collections::BTreeMap;

use promql_parser::label::Matchers;
use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, MatrixSelector, Offset, VectorSelector,
};

use super::functions::{histogram_quantile, over_time};
use super::store::{Labels, Tsdb};

const LOOKBACK_MS: i64 = 5 * 60 * 1000;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Scalar(f64),
    Vector(Vec<(Labels, f64)>),
    Matrix(Vec<Series>),
}

/// A series with the samples of a range.
pub(crate) type Series = (Labels, Vec<(i64, f64)>);

/// Why there is no outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Problem {
    BadData(String),
    Execution(String),
}

type Evaluated<T> = Result<T, Problem>;

/// Evaluates an expression at a time.
pub(crate) fn instant(tsdb: &Tsdb, expr: &Expr, at_ms: i64) -> Evaluated<Outcome> {
    let eval = Eval { tsdb, at_ms };
    eval.expr(expr)
}

/// Whether a selector selects a series.
pub(crate) fn selects(name: Option<&str>, matchers: &Matchers, labels: &Labels) -> bool {
    let of = |label: &str| labels.get(label).map_or("", String::as_str);
    let all = |list: &[promql_parser::label::Matcher]| list.iter().all(|one| one.is_match(of(&one.name)));
    name.is_none_or(|name| of("__name__") == name)
        && all(&matchers.matchers)
        && (matchers.or_matchers.is_empty() || matchers.or_matchers.iter().any(|list| all(list)))
}

/// Every selector in an expression.
pub(crate) fn selectors(expr: &Expr, found: &mut Vec<(Option<String>, Matchers)>) {
    match expr {
        Expr::VectorSelector(selector) => found.push((selector.name.clone(), selector.matchers.clone())),
        Expr::MatrixSelector(matrix) => found.push((matrix.vs.name.clone(), matrix.vs.matchers.clone())),
        Expr::Aggregate(aggregate) => selectors(&aggregate.expr, found),
        Expr::Unary(unary) => selectors(&unary.expr, found),
        Expr::Paren(paren) => selectors(&paren.expr, found),
        Expr::Subquery(subquery) => selectors(&subquery.expr, found),
        Expr::Binary(binary) => {
            selectors(&binary.lhs, found);
            selectors(&binary.rhs, found);
        }
        Expr::Call(call) => call.args.args.iter().for_each(|argument| selectors(argument, found)),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

/// `15`, `15s`, `1m`, in seconds.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) => Some(number),
        Err(_) => promql_parser::util::parse_duration(text)
            .ok()
            .map(|span| span.as_secs_f64()),
    }
}

struct Eval<'a> {
    tsdb: &'a Tsdb,
    at_ms: i64,
}

fn refused(what: impl std::fmt::Display) -> Problem {
    Problem::Execution(format!("the lab's simulated Prometheus does not evaluate {what}"))
}

impl Eval<'_> {
    fn expr(&self, expr: &Expr) -> Evaluated<Outcome> {
        match expr {
            Expr::NumberLiteral(number) => Ok(Outcome::Scalar(number.val)),
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::VectorSelector(selector) => self.vector(selector).map(Outcome::Vector),
            Expr::MatrixSelector(matrix) => self.matrix(matrix).map(Outcome::Matrix),
            Expr::Unary(unary) => Ok(match self.expr(&unary.expr)? {
                Outcome::Scalar(value) => Outcome::Scalar(-value),
                Outcome::Vector(vector) => Outcome::Vector(map(vector, |value| -value)),
                Outcome::Matrix(_) => return Err(refused("unary on a range")),
            }),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate).map(Outcome::Vector),
            Expr::Call(call) if call.func.name == "time" => Ok(Outcome::Scalar(self.at_ms as f64 / 1000.0)),
            Expr::Call(call) => self.call(call).map(Outcome::Vector),
            Expr::Binary(binary) => self.binary(binary),
            Expr::StringLiteral(_) | Expr::Subquery(_) | Expr::Extension(_) => Err(refused(expr)),
        }
    }

    fn at(&self, selector: &VectorSelector) -> Evaluated<i64> {
        if selector.at.is_some() {
            return Err(refused("the @ modifier"));
        }
        Ok(match &selector.offset {
            None => self.at_ms,
            Some(Offset::Pos(back)) => self.at_ms.saturating_sub(millis(*back)),
            Some(Offset::Neg(ahead)) => self.at_ms.saturating_add(millis(*ahead)),
        })
    }

    fn vector(&self, selector: &VectorSelector) -> Evaluated<Vec<(Labels, f64)>> {
        let at = self.at(selector)?;
        Ok(self
            .tsdb
            .select(|labels| selects(selector.name.as_deref(), &selector.matchers, labels))
            .into_iter()
            .filter_map(|(labels, stored)| Some((labels, stored.at(at, LOOKBACK_MS)?)))
            .collect())
    }

    /// When the samples were taken that a selector finds.
    fn timestamps(&self, selector: &VectorSelector) -> Evaluated<Vec<(Labels, f64)>> {
        let at = self.at(selector)?;
        Ok(self
            .tsdb
            .select(|labels| selects(selector.name.as_deref(), &selector.matchers, labels))
            .into_iter()
            .filter(|(_, stored)| stored.at(at, LOOKBACK_MS).is_some())
            .filter_map(|(labels, stored)| {
                let taken = stored.range(at, LOOKBACK_MS).last()?.0;
                Some((nameless(labels), taken as f64 / 1000.0))
            })
            .collect())
    }

    fn matrix(&self, matrix: &MatrixSelector) -> Evaluated<Vec<Series>> {
        let at = self.at(&matrix.vs)?;
        Ok(self
            .tsdb
            .select(|labels| selects(matrix.vs.name.as_deref(), &matrix.vs.matchers, labels))
            .into_iter()
            .map(|(labels, stored)| (labels, stored.range(at, millis(matrix.range))))
            .filter(|(_, points)| !points.is_empty())
            .collect())
    }

    fn aggregate(&self, aggregate: &AggregateExpr) -> Evaluated<Vec<(Labels, f64)>> {
        let Outcome::Vector(vector) = self.expr(&aggregate.expr)? else {
            return Err(refused("aggregation of anything but a vector"));
        };
        let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
        for (labels, value) in vector {
            groups
                .entry(grouped(labels, aggregate.modifier.as_ref()))
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
                    _ => return Err(refused(&op)),
                };
                Ok((labels, value))
            })
            .collect()
    }

    fn call(&self, call: &Call) -> Evaluated<Vec<(Labels, f64)>> {
        let arguments = &call.args.args;
        let name = call.func.name;
        match (name, arguments.as_slice()) {
            (
                "rate" | "increase" | "irate" | "delta" | "last_over_time" | "count_over_time" | "max_over_time",
                [inner],
            ) => {
                let Outcome::Matrix(matrix) = self.expr(inner)? else {
                    return Err(refused(name));
                };
                let Expr::MatrixSelector(selector) = inner.as_ref() else {
                    return Err(refused(name));
                };
                let range = selector.range.as_secs_f64();
                let at = self.at(&selector.vs)?;
                Ok(matrix
                    .into_iter()
                    .filter_map(|(labels, points)| {
                        let keeps_name = name == "last_over_time";
                        let labels = if keeps_name { labels } else { nameless(labels) };
                        Some((labels, over_time(name, &points, range, at)?))
                    })
                    .collect())
            }
            ("vector", [inner]) => match self.expr(inner)? {
                Outcome::Scalar(value) => Ok(vec![(Labels::new(), value)]),
                _ => Err(refused(name)),
            },
            ("timestamp", [inner]) => match inner.as_ref() {
                Expr::VectorSelector(selector) => self.timestamps(selector),
                _ => Err(refused("timestamp() of anything but a selector")),
            },
            ("histogram_quantile", [quantile, inner]) => {
                let (Outcome::Scalar(quantile), Outcome::Vector(vector)) = (self.expr(quantile)?, self.expr(inner)?)
                else {
                    return Err(refused(name));
                };
                Ok(histogram_quantile(quantile, vector))
            }
            ("abs" | "ceil" | "floor", [inner]) => {
                let Outcome::Vector(vector) = self.expr(inner)? else {
                    return Err(refused(name));
                };
                let function = match name {
                    "abs" => f64::abs,
                    "ceil" => f64::ceil,
                    _ => f64::floor,
                };
                Ok(map(vector, function))
            }
            _ => Err(refused(format!("{name}()"))),
        }
    }

    fn binary(&self, binary: &BinaryExpr) -> Evaluated<Outcome> {
        let op = binary.op.to_string();
        let plain = binary
            .modifier
            .as_ref()
            .is_none_or(|modifier| modifier.matching.is_none());
        let (left, right) = (self.expr(&binary.lhs)?, self.expr(&binary.rhs)?);
        let combine = operator(&op).ok_or_else(|| refused(&op))?;
        match (left, right) {
            (Outcome::Scalar(a), Outcome::Scalar(b)) => Ok(Outcome::Scalar(combine(a, b).unwrap_or(0.0))),
            (Outcome::Vector(vector), Outcome::Scalar(b)) => Ok(Outcome::Vector(
                vector
                    .into_iter()
                    .filter_map(|(labels, a)| result(&op, labels, combine(a, b)))
                    .collect(),
            )),
            (Outcome::Scalar(a), Outcome::Vector(vector)) => Ok(Outcome::Vector(
                vector
                    .into_iter()
                    .filter_map(|(labels, b)| result(&op, labels, combine(a, b)))
                    .collect(),
            )),
            (Outcome::Vector(left), Outcome::Vector(right)) if plain => {
                let right: BTreeMap<Labels, f64> = right
                    .into_iter()
                    .map(|(labels, value)| (nameless(labels), value))
                    .collect();
                Ok(Outcome::Vector(
                    left.into_iter()
                        .filter_map(|(labels, a)| {
                            let b = right.get(&nameless(labels.clone()))?;
                            result(&op, labels, combine(a, *b))
                        })
                        .collect(),
                ))
            }
            _ => Err(refused(binary)),
        }
    }
}

/// Arithmetic gives a value; a comparison keeps the left one or nothing.
fn operator(op: &str) -> Option<fn(f64, f64) -> Option<f64>> {
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

fn result(op: &str, labels: Labels, value: Option<f64>) -> Option<(Labels, f64)> {
    let arithmetic = ["+", "-", "*", "/"].contains(&op);
    Some((if arithmetic { nameless(labels) } else { labels }, value?))
}

fn grouped(mut labels: Labels, modifier: Option<&LabelModifier>) -> Labels {
    match modifier {
        None => Labels::new(),
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

pub(super) fn nameless(mut labels: Labels) -> Labels {
    labels.remove("__name__");
    labels
}

fn map(vector: Vec<(Labels, f64)>, function: impl Fn(f64) -> f64) -> Vec<(Labels, f64)> {
    vector
        .into_iter()
        .map(|(labels, value)| (nameless(labels), function(value)))
        .collect()
}

fn millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
