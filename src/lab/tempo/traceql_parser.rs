//! Reading TraceQL, as far as `traceql` goes.

use super::traceql::{Condition, Field, Filter, Literal, Op, Query};

/// Parentheses inside parentheses, at most.
const MAX_DEPTH: usize = 16;

/// Longer tokens first.
const OPERATORS: [(&str, Op); 8] = [
    ("!=", Op::NotEqual),
    ("!~", Op::NotLike),
    ("=~", Op::Like),
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    ("=", Op::Equal),
    (">", Op::Greater),
    ("<", Op::Less),
];

/// A query while it is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        Reader { text, at: 0 }
    }

    pub(super) fn query(mut self) -> Result<Query, String> {
        let mut sets = Vec::new();
        let mut pipeline = None;
        loop {
            sets.push(self.set()?);
            if self.eat("&&") {
                continue;
            }
            if self.eat("|") {
                pipeline = Some(self.rest().trim().to_owned());
            } else if !self.rest().is_empty() {
                return Err(self.unexpected());
            }
            return Ok(Query { sets, pipeline });
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Tempo's words for a query that ends too early; for the rest the lab says that it is the one who cannot read it.
    fn unexpected(&self) -> String {
        let column = self.at + 1;
        let what = if self.rest().is_empty() {
            "syntax error: unexpected $end"
        } else {
            "the simulated Tempo supports only comparisons joined by && and ||"
        };
        format!("invalid TraceQL query: parse error at line 1, col {column}: {what}")
    }

    fn set(&mut self) -> Result<Filter, String> {
        if !self.eat("{") {
            return Err(self.unexpected());
        }
        if self.eat("}") {
            return Ok(Filter::All(Vec::new()));
        }
        let filter = self.any(0)?;
        if self.eat("}") {
            Ok(filter)
        } else {
            Err(self.unexpected())
        }
    }

    fn any(&mut self, depth: usize) -> Result<Filter, String> {
        let mut any = vec![self.all(depth)?];
        while self.eat("||") {
            any.push(self.all(depth)?);
        }
        Ok(Filter::Any(any))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, String> {
        let mut all = vec![self.one(depth)?];
        while self.eat("&&") {
            all.push(self.one(depth)?);
        }
        Ok(Filter::All(all))
    }

    fn one(&mut self, depth: usize) -> Result<Filter, String> {
        if depth < MAX_DEPTH && self.eat("(") {
            let inner = self.any(depth + 1)?;
            return if self.eat(")") {
                Ok(inner)
            } else {
                Err(self.unexpected())
            };
        }
        if self.eat("true") {
            return Ok(Filter::All(Vec::new()));
        }
        self.condition().map(Filter::Compare)
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let field = self.field()?;
        let op = OPERATORS
            .into_iter()
            .find(|(token, _)| self.eat(token))
            .map(|(_, op)| op)
            .ok_or_else(|| self.unexpected())?;
        let value = match (op, self.literal()?) {
            (Op::Like | Op::NotLike, Literal::Text(pattern)) => {
                let anchored = regex::Regex::new(&format!("^(?:{pattern})$"));
                Literal::Pattern(anchored.map_err(|error| format!("invalid TraceQL query: {error}"))?)
            }
            (Op::Like | Op::NotLike, _) => return Err(self.unexpected()),
            (_, value) => value,
        };
        Ok(Condition { field, op, value })
    }

    fn field(&mut self) -> Result<Field, String> {
        self.blank();
        let rest = self.rest();
        if let Some(quoted) = [("span.\"", 0), ("resource.\"", 1), (".\"", 2)]
            .into_iter()
            .find(|(start, _)| rest.starts_with(start))
        {
            self.at += quoted.0.len() - 1;
            let name = self.quoted('"')?;
            return Ok(match quoted.1 {
                0 => Field::Span(name),
                1 => Field::Resource(name),
                _ => Field::Either(name),
            });
        }
        let word = self.word(|letter| letter.is_alphanumeric() || "._-:/@".contains(letter));
        if word.is_empty() {
            return Err(self.unexpected());
        }
        Ok(if let Some(key) = word.strip_prefix("span.") {
            Field::Span(key.to_owned())
        } else if let Some(key) = word.strip_prefix("resource.") {
            Field::Resource(key.to_owned())
        } else if let Some(key) = word.strip_prefix('.') {
            Field::Either(key.to_owned())
        } else {
            Field::Intrinsic(word.to_owned())
        })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        self.blank();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '`')) => Ok(Literal::Text(self.quoted(quote)?)),
            Some(digit) if digit.is_ascii_digit() || digit == '-' => {
                let word = self.word(|letter| letter.is_alphanumeric() || ".-µ".contains(letter));
                number(word).map(Literal::Number).ok_or_else(|| self.unexpected())
            }
            Some(letter) if letter.is_alphabetic() => Ok(match self.word(char::is_alphanumeric) {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                word => Literal::Word(word.to_owned()),
            }),
            _ => Err(self.unexpected()),
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((offset, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    self.at += offset + 1;
                    return Ok(text);
                }
                '\\' if quote == '"' => text.extend(letters.next().map(|(_, escaped)| match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                })),
                _ => text.push(letter),
            }
        }
        self.at = self.text.len();
        Err(self.unexpected())
    }
}

/// A number, or a duration in seconds.
fn number(word: &str) -> Option<f64> {
    let (digits, unit) = word.split_at(word.find(|letter: char| letter.is_alphabetic()).unwrap_or(word.len()));
    let scale = match unit {
        "" | "s" => 1.0,
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    digits.parse::<f64>().ok().map(|digits| digits * scale)
}
