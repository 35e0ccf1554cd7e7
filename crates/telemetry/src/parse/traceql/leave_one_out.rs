//! The conditions of a TraceQL query's first set of spans: enough to leave one out. What is not a plain conjunction is
//! not taken apart.

use super::scan::{TraceqlToken, scan_tokens};

/// The text of a query with one condition left out, and that condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedQuery {
    /// `resource.service.name = "shop"`
    pub condition: String,
    /// The attribute on its left.
    pub attribute: String,
    /// The rest as a query.
    pub rest: String,
}

/// A query once for each of its conditions, without that one. Empty where it has only one set that cannot be split.
pub fn drop_each_condition(query: &str) -> Vec<ReducedQuery> {
    let parts = split_first_set(query.trim()).unwrap_or_default();
    let without = |index: usize| {
        let others: Vec<&str> = [&parts[..index], &parts[index + 1..]].concat();
        match others.as_slice() {
            [] => "{}".to_owned(),
            others => format!("{{ {} }}", others.join(" && ")),
        }
    };
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| ReducedQuery {
            condition: (*part).to_owned(),
            attribute: find_first_word(part),
            rest: without(index),
        })
        .collect()
}

/// What stands between the `&&` of the first set; `None` where an `||` stands beside them. A pipeline or a second set
/// behind the first is left away: it could hide what is found.
fn split_first_set(query: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut from = query.strip_prefix('{').map(|_| 1)?;
    let mut depth = 0_usize;
    for (token, place) in scan_tokens(query) {
        let TraceqlToken::Sign(sign) = token else { continue };
        match (sign.as_str(), depth) {
            ("(", _) => depth += 1,
            (")", _) => depth = depth.saturating_sub(1),
            ("||", 0) => return None,
            ("&&" | "}", 0) => {
                parts.push(query[from..place.start].trim());
                from = place.end;
            }
            _ => {}
        }
        if sign == "}" {
            return parts.iter().all(|part| !part.is_empty()).then_some(parts);
        }
    }
    None
}

fn find_first_word(condition: &str) -> String {
    let mut words = scan_tokens(condition).into_iter().filter_map(|(token, _)| match token {
        TraceqlToken::Word(word) => Some(word),
        _ => None,
    });
    words.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_condition_is_left_out_once() {
        let found = drop_each_condition(r#"{ resource.service.name = "a && b" && status=error } | count() > 2"#);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].attribute, "resource.service.name");
        assert_eq!(found[0].rest, "{ status=error }");
        assert_eq!(found[1].condition, "status=error");
        assert_eq!(drop_each_condition("{ .a = 1 }")[0].rest, "{}");
    }

    #[test]
    fn what_is_no_conjunction_is_left_alone() {
        assert!(drop_each_condition("{ .a = 1 || .b = 2 }").is_empty());
        assert!(drop_each_condition("{}").is_empty());
        assert!(drop_each_condition("abc").is_empty());
        assert!(drop_each_condition("{ .a = \"x").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = drop_each_condition(&text);
            let _ = drop_each_condition(&format!("{{{text}}}"));
        }
    }
}
