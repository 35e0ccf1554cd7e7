//! `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${VAR:+instead}`, `$$`, nested as Compose allows.

use std::cell::Cell;
use std::collections::BTreeSet;

/// Bytes that the variables of a project may come to: a few that name each other twice would fill the memory.
const MOST_EXPANDED: usize = 16 * 1024 * 1024;

/// How much variables may still expand to.
#[derive(Debug)]
pub(super) struct ExpansionRoom(Cell<usize>);

impl Default for ExpansionRoom {
    fn default() -> Self {
        ExpansionRoom(Cell::new(MOST_EXPANDED))
    }
}

impl ExpansionRoom {
    /// False where so much more does not fit; then nothing else does either.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }
}

/// The values that variables have, and which had none.
pub(super) struct Variables<'a> {
    /// What they may come to.
    pub(super) room: &'a ExpansionRoom,
    /// The value of a variable.
    pub(super) get: &'a dyn Fn(&str) -> Option<String>,
    /// Variables without value or default: Compose puts in nothing, and warns.
    pub(super) unset: BTreeSet<String>,
}

/// Deeper than anybody nests.
const DEEPEST: usize = 16;

/// The text with every variable replaced; `Err` says which one is required, or that the syntax is wrong.
pub(super) fn substitute_variables(text: &str, variables: &mut Variables<'_>) -> Result<String, String> {
    expand_text(text, variables, 0)
}

fn expand_text(text: &str, variables: &mut Variables<'_>, depth: usize) -> Result<String, String> {
    if depth > DEEPEST {
        return Err("variables are nested too deeply".to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = find_closing_brace(after).ok_or("a variable has no closing brace")?;
            out.push_str(&expand_braced(&after[..end], variables, depth)?);
            rest = &after[end + 1..];
        } else {
            let end = rest
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                out.push('$');
                continue;
            }
            out.push_str(&look_up_value(name, variables)?);
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where the brace closes that was opened just before.
fn find_closing_brace(text: &str) -> Option<usize> {
    let mut open = 1usize;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '{' if before == '$' => open += 1,
            '}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        before = letter;
    }
    None
}

fn look_up_value(name: &str, variables: &mut Variables<'_>) -> Result<String, String> {
    let Some(value) = (variables.get)(name) else {
        variables.unset.insert(name.to_owned());
        return Ok(String::new());
    };
    claim_room(value, variables)
}

fn claim_room(value: String, variables: &Variables<'_>) -> Result<String, String> {
    if variables.room.take(value.len()) {
        return Ok(value);
    }
    Err("its variables expand to more than 16 MiB".to_owned())
}

fn expand_braced(inner: &str, variables: &mut Variables<'_>, depth: usize) -> Result<String, String> {
    let end = inner
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    if name.is_empty() {
        return Err("'${…}' names no variable".to_owned());
    }
    if rest.is_empty() {
        return look_up_value(name, variables);
    }
    let (empty_counts, rest) = match rest.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let set = (variables.get)(name).filter(|value| !(empty_counts && value.is_empty()));
    let mut letters = rest.chars();
    let operator = letters.next();
    let argument = letters.as_str();
    match (operator, set) {
        (Some('-' | '?'), Some(value)) => claim_room(value, variables),
        (Some('-'), None) => expand_text(argument, variables, depth + 1),
        (Some('?'), None) => Err(if argument.is_empty() {
            format!("the variable {name} must be set")
        } else {
            format!("the variable {name} must be set: {argument}")
        }),
        (Some('+'), Some(_)) => expand_text(argument, variables, depth + 1),
        (Some('+'), None) => Ok(String::new()),
        _ => Err(format!("'${{{name}…}}' is not a variable syntax of Compose")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put(text: &str) -> Result<String, String> {
        let get = |name: &str| match name {
            "A" => Some("a".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        substitute_variables(
            text,
            &mut Variables {
                room: &ExpansionRoom::default(),
                get: &get,
                unset: BTreeSet::new(),
            },
        )
    }

    #[test]
    fn variables_that_double_come_to_an_end() {
        let value = "x".repeat(1024 * 1024);
        let room = ExpansionRoom::default();
        let mut variables = Variables {
            room: &room,
            get: &|_| Some(value.clone()),
            unset: BTreeSet::new(),
        };
        assert_eq!(
            substitute_variables("$A$A", &mut variables).map(|text| text.len()),
            Ok(2 * 1024 * 1024)
        );
        let why = substitute_variables(&"${A:-b}".repeat(15), &mut variables).unwrap_err();
        assert!(why.contains("16 MiB"), "{why}");
        assert!(substitute_variables("$A", &mut variables).is_err());
    }

    #[test]
    fn every_form_of_the_specification() {
        let cases = [
            ("x$A-y", "xa-y"),
            ("${A}b", "ab"),
            ("$$A", "$A"),
            ("${NO}", ""),
            ("${NO:-d}", "d"),
            ("${NO-d}", "d"),
            ("${EMPTY:-d}", "d"),
            ("${EMPTY-d}", ""),
            ("${NO:-${A:-z}}", "a"),
            ("${A:+yes}", "yes"),
            ("${NO:+yes}", ""),
            ("5$", "5$"),
            ("$5", "$5"),
            ("${NO:-a}}", "a}"),
        ];
        for (text, expected) in cases {
            assert_eq!(put(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["${NO:?say why}", "${EMPTY:?}", "${A", "${}", "${A!x}"] {
            assert!(put(text).is_err(), "{text}");
        }
        assert!(put("${NO:?say why}").unwrap_err().contains("say why"));
    }

    proptest! {
        #[test]
        fn any_text_is_replaced_or_refused(text in "[ -~]{0,60}") {
            let _ = put(&text);
        }
    }
}
