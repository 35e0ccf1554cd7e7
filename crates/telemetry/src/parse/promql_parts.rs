//! PromQL taken apart: what a query selects, and what its outermost operator compares.

use crate::text::quote::quote_query_text;
use promql_parser::label::{MatchOp, Matcher as Parsed};
use promql_parser::parser::{AggregateExpr, Expr, LabelModifier, VectorSelector};
use promql_parser::util::visitor::{ExprVisitorMut, walk_expr_mut};

use crate::model::promql_durations::parse_promql;

/// The longest query that is taken apart.
const LONGEST: usize = 20_000;
/// The deepest nesting.
const DEEPEST: usize = 150;

/// One matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMatcher {
    /// The label.
    pub label: String,
    /// `=`, `!=`, `=~`, `!~`
    pub op: &'static str,
    /// What is asked for.
    pub value: String,
}

impl LabelMatcher {
    /// True where a series with that value of the label is selected; a label that is not there is empty. `None` where the
    /// regular expression is none.
    pub fn matches_value(&self, value: &str) -> Option<bool> {
        Some(match self.op {
            "=" => self.value == value,
            "!=" => self.value != value,
            op => {
                // Anchored on both sides, as Prometheus does.
                let pattern = regex::RegexBuilder::new(&format!("^(?s:{})$", self.value))
                    .size_limit(1 << 20)
                    .build()
                    .ok()?;
                pattern.is_match(value) == (op == "=~")
            }
        })
    }

    /// `{job="tempo"}` as it is written.
    pub fn to_promql(&self) -> String {
        format!("{}{}{}", self.label, self.op, quote_query_text(&self.value))
    }
}

/// One selector of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QuerySelector {
    /// The metric; empty where the selector names none.
    pub metric: String,
    /// Its matchers but the one of the name.
    pub matchers: Vec<LabelMatcher>,
    /// The window in brackets, in seconds.
    pub range_s: Option<f64>,
    /// The function around the window.
    pub function: Option<String>,
    /// It stands in the part of a query that may be absent: behind `or`, `unless`, in `absent()`.
    pub optional: bool,
}

impl QuerySelector {
    /// `x{a="b"}` as it is written, without its window.
    pub fn to_promql(&self) -> String {
        let list: Vec<String> = self.matchers.iter().map(LabelMatcher::to_promql).collect();
        if list.is_empty() && !self.metric.is_empty() {
            return self.metric.clone();
        }
        format!("{}{{{}}}", self.metric, list.join(","))
    }
}

/// What is known about a query from its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PromqlParts {
    /// Every selector, in order.
    pub selectors: Vec<QuerySelector>,
    /// The operator on top, and its sides as texts.
    pub top: Option<(String, String, String)>,
    /// `histogram_quantile` over a sum that drops `le`, from classic buckets.
    pub quantile_without_le: bool,
}

/// Takes a query apart. Fails where it does not parse, is too long, or too deep.
pub fn split_promql(text: &str) -> Result<PromqlParts, String> {
    if text.len() > LONGEST {
        return Err("the query is too long to analyse".to_owned());
    }
    let mut depth = 0_usize;
    let mut deepest = 0;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > DEEPEST || text.matches(" - ").count() + text.matches('+').count() > 500 {
        return Err("the query is nested too deeply to analyse".to_owned());
    }
    let expr = parse_promql(text)?;
    let mut query = PromqlParts {
        top: find_top_operator(&expr),
        ..PromqlParts::default()
    };
    visit_expr(&expr, None, false, &mut query);
    Ok(query)
}

fn find_top_operator(expr: &Expr) -> Option<(String, String, String)> {
    match expr {
        Expr::Paren(paren) => find_top_operator(&paren.expr),
        Expr::Binary(binary) => Some((binary.op.to_string(), binary.lhs.to_string(), binary.rhs.to_string())),
        // What a sum over a comparison lacks, the comparison lacks.
        Expr::Aggregate(aggregate) => find_top_operator(&aggregate.expr),
        _ => None,
    }
}

fn visit_expr(expr: &Expr, function: Option<&str>, optional: bool, query: &mut PromqlParts) {
    match expr {
        Expr::VectorSelector(selector) => record_selector(selector, None, function, optional, query),
        Expr::MatrixSelector(matrix) => {
            record_selector(&matrix.vs, Some(matrix.range.as_secs_f64()), function, optional, query)
        }
        Expr::Aggregate(aggregate) => {
            visit_expr(&aggregate.expr, function, optional, query);
            if let Some(param) = &aggregate.param {
                visit_expr(param, None, true, query);
            }
        }
        Expr::Unary(unary) => visit_expr(&unary.expr, function, optional, query),
        Expr::Paren(paren) => visit_expr(&paren.expr, function, optional, query),
        Expr::Subquery(subquery) => visit_expr(&subquery.expr, None, optional, query),
        Expr::Binary(binary) => {
            let op = binary.op.to_string();
            let (left, right) = match op.as_str() {
                "or" => (true, true),
                "unless" => (false, true),
                _ => (false, false),
            };
            visit_expr(&binary.lhs, None, optional || left, query);
            visit_expr(&binary.rhs, None, optional || right, query);
        }
        Expr::Call(call) => {
            let name = call.func.name;
            if name == "histogram_quantile" {
                query.quantile_without_le |= call.args.args.iter().any(|argument| has_dropped_le(argument));
            }
            let optional = optional || name.starts_with("absent");
            for argument in &call.args.args {
                visit_expr(argument, Some(name), optional, query);
            }
        }
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

/// A sum of classic buckets that no longer has `le`.
fn has_dropped_le(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(paren) => has_dropped_le(&paren.expr),
        Expr::Aggregate(aggregate) => {
            let keeps = match &aggregate.modifier {
                Some(LabelModifier::Include(by)) => by.labels.iter().any(|label| label == "le"),
                Some(LabelModifier::Exclude(without)) => without.labels.iter().all(|label| label != "le"),
                None => false,
            };
            !keeps && has_bucket_selector(aggregate)
        }
        _ => false,
    }
}

fn has_bucket_selector(aggregate: &AggregateExpr) -> bool {
    let mut inner = PromqlParts::default();
    visit_expr(&aggregate.expr, None, false, &mut inner);
    inner
        .selectors
        .iter()
        .any(|selector| selector.metric.ends_with("_bucket"))
}

fn record_selector(
    selector: &VectorSelector,
    range_s: Option<f64>,
    function: Option<&str>,
    optional: bool,
    query: &mut PromqlParts,
) {
    let mut metric = selector.name.clone().unwrap_or_default();
    let mut matchers = Vec::new();
    for one in &selector.matchers.matchers {
        match (&one.op, one.name.as_str()) {
            (MatchOp::Equal, "__name__") => metric.clone_from(&one.value),
            _ => matchers.push(convert_matcher(one)),
        }
    }
    let found = QuerySelector {
        metric,
        matchers,
        range_s,
        function: function.map(str::to_owned),
        // Alternatives of matchers are not taken apart.
        optional: optional || !selector.matchers.or_matchers.is_empty(),
    };
    query.selectors.push(found);
}

/// The same query with these matchers added to every selector, as ad-hoc filters are.
pub fn add_filters(text: &str, filters: &[(String, String, String)]) -> Result<String, String> {
    split_promql(text)?;
    let mut expr = parse_promql(text)?;
    let mut added = Vec::new();
    for (label, op, value) in filters {
        let regex = || regex::Regex::new(&format!("^(?:{value})$")).map_err(|problem| problem.to_string());
        let op = match op.as_str() {
            "!=" => MatchOp::NotEqual,
            "=~" => MatchOp::Re(regex()?),
            "!~" => MatchOp::NotRe(regex()?),
            _ => MatchOp::Equal,
        };
        added.push(Parsed::new(op, label, value));
    }
    let Ok(_) = walk_expr_mut(&mut MatcherAdder(added), &mut expr);
    Ok(expr.to_string())
}

/// Adds matchers to every selector.
struct MatcherAdder(Vec<Parsed>);

impl ExprVisitorMut for MatcherAdder {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expr: &mut Expr) -> Result<bool, Self::Error> {
        match expr {
            Expr::VectorSelector(selector) => selector.matchers.matchers.extend(self.0.iter().cloned()),
            Expr::MatrixSelector(matrix) => matrix.vs.matchers.matchers.extend(self.0.iter().cloned()),
            _ => {}
        }
        Ok(true)
    }
}

fn convert_matcher(parsed: &Parsed) -> LabelMatcher {
    LabelMatcher {
        label: parsed.name.clone(),
        op: match parsed.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Re(_) => "=~",
            MatchOp::NotRe(_) => "!~",
        },
        value: parsed.value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn selectors_come_with_window_and_function() {
        let query = split_promql(
            r#"histogram_quantile(.95, sum by (service) (rate(x_bucket{a="b",c=~"d|e"}[5m]))) > 0 or absent(y) unless z"#,
        )
        .expect("a query");
        let written: Vec<String> = query.selectors.iter().map(QuerySelector::to_promql).collect();
        assert_eq!(written, ["x_bucket{a=\"b\",c=~\"d|e\"}", "y", "z"]);
        assert_eq!(query.selectors[0].range_s, Some(300.0));
        assert_eq!(query.selectors[0].function.as_deref(), Some("rate"));
        assert!(query.quantile_without_le);
        assert!(query.selectors.iter().all(|selector| selector.optional));
        assert_eq!(query.top.map(|(op, _, _)| op).as_deref(), Some("or"));
    }

    #[test]
    fn native_quantiles_need_no_le() {
        let query = split_promql("histogram_quantile(.95, sum(rate(x[5m])))").expect("a query");
        assert!(!query.quantile_without_le);
    }

    #[test]
    fn matchers_are_anchored_and_empty_is_absent() {
        let takes = |op, value: &str, given| {
            let matcher = LabelMatcher {
                label: "a".into(),
                op,
                value: value.into(),
            };
            matcher.matches_value(given)
        };
        assert_eq!(takes("=~", "te", "tempo"), Some(false));
        assert_eq!(takes("=~", "()", ""), Some(true));
        assert_eq!(takes("!~", "a|b", "c"), Some(true));
        assert_eq!(takes("=~", "(", "c"), None);
    }

    #[test]
    fn filters_are_added_to_every_selector() {
        let filters = [("job".to_owned(), "=~".to_owned(), "a|b".to_owned())];
        let text = add_filters("sum(rate(x{a=\"1\"}[5m])) / y", &filters).expect("a query");
        let query = split_promql(&text).expect("still a query");
        assert!(
            query
                .selectors
                .iter()
                .all(|one| one.matchers.iter().any(|matcher| matcher.label == "job")),
            "{text}"
        );
    }

    #[test]
    fn what_is_too_much_is_refused() {
        assert!(split_promql(&"(".repeat(10_000)).is_err());
        assert!(split_promql(&"x".repeat(30_000)).is_err());
        assert!(split_promql("sum(").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[a-z0-9(){}\\[\\]\"=~!,.+*/<>| -]{0,60}") {
            if let Ok(query) = split_promql(&text) {
                for selector in query.selectors {
                    let _ = selector.to_promql();
                    for matcher in &selector.matchers {
                        let _ = matcher.matches_value("x");
                    }
                }
            }
        }
    }
}
