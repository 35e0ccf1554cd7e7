//! The conditions of a TraceQL query's first set of spans: enough to leave one out. What is not a plain conjunction is
//! not taken apart.

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
    let query = query.trim();
    let Some(inner) = query.strip_prefix('{') else {
        return Vec::new();
    };
    let Some(end) = find_set_end(inner) else {
        return Vec::new();
    };
    // A pipeline or a second set behind the first is left away: it could hide what is found.
    let Some(parts) = split_conjuncts(&inner[..end]) else {
        return Vec::new();
    };
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let others: Vec<&str> = parts
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, part)| part.as_str())
                .collect();
            ReducedQuery {
                condition: part.clone(),
                attribute: parse_attribute_name(part),
                rest: if others.is_empty() {
                    "{}".to_owned()
                } else {
                    format!("{{ {} }}", others.join(" && "))
                },
            }
        })
        .collect()
}

/// Where the set ends that begins before this text.
fn find_set_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None => match letter {
                '"' | '`' => quote = Some(letter),
                '}' => return Some(at),
                _ => {}
            },
        }
    }
    None
}

/// The parts between `&&`; `None` where an `||` stands beside them.
fn split_conjuncts(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut current = String::new();
    let mut quote: Option<char> = None;
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if let Some(open) = quote {
            current.push(letter);
            if letter == '\\' && open == '"' {
                current.extend(letters.next());
            } else if letter == open {
                quote = None;
            }
            continue;
        }
        match letter {
            '"' | '`' => quote = Some(letter),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 && letters.peek() == Some(&'|') => return None,
            '&' if depth == 0 && letters.peek() == Some(&'&') => {
                letters.next();
                parts.push(current.trim().to_owned());
                current.clear();
                continue;
            }
            _ => {}
        }
        current.push(letter);
    }
    parts.push(current.trim().to_owned());
    (!parts.iter().any(String::is_empty)).then_some(parts)
}

fn parse_attribute_name(condition: &str) -> String {
    let end = condition
        .find(['=', '!', '<', '>', ' ', '~'])
        .unwrap_or(condition.len());
    condition[..end].trim_start_matches(['(', '!']).trim().to_owned()
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
