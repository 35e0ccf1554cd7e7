//! Reading TraceQL, as far as `traceql` goes.

use super::traceql::{CompareOp, ConditionLiteral, LabTraceql, SpanCondition, SpanField, SpanFilter};

/// Parentheses inside parentheses, at most.
const MAX_DEPTH: usize = 16;

/// Longer tokens first.
const OPERATORS: [(&str, CompareOp); 8] = [
    ("!=", CompareOp::NotEqual),
    ("!~", CompareOp::NotLike),
    ("=~", CompareOp::Like),
    (">=", CompareOp::AtLeast),
    ("<=", CompareOp::AtMost),
    ("=", CompareOp::Equal),
    (">", CompareOp::Greater),
    ("<", CompareOp::Less),
];

/// A query while it is read.
pub(super) struct TraceqlReader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> TraceqlReader<'a> {
    pub(super) fn new(text: &'a str) -> TraceqlReader<'a> {
        TraceqlReader { text, at: 0 }
    }

    pub(super) fn read_query(mut self) -> Result<LabTraceql, String> {
        let mut sets = Vec::new();
        let mut pipeline = None;
        loop {
            sets.push(self.read_set()?);
            if self.eat("&&") {
                continue;
            }
            if self.eat("|") {
                pipeline = Some(self.rest().trim().to_owned());
            } else if !self.rest().is_empty() {
                return Err(self.unexpected());
            }
            return Ok(LabTraceql { sets, pipeline });
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip_blanks();
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

    fn read_set(&mut self) -> Result<SpanFilter, String> {
        if !self.eat("{") {
            return Err(self.unexpected());
        }
        if self.eat("}") {
            return Ok(SpanFilter::All(Vec::new()));
        }
        let filter = self.read_any(0)?;
        if self.eat("}") {
            Ok(filter)
        } else {
            Err(self.unexpected())
        }
    }

    fn read_any(&mut self, depth: usize) -> Result<SpanFilter, String> {
        let mut any = vec![self.read_all(depth)?];
        while self.eat("||") {
            any.push(self.read_all(depth)?);
        }
        Ok(SpanFilter::Any(any))
    }

    fn read_all(&mut self, depth: usize) -> Result<SpanFilter, String> {
        let mut all = vec![self.read_one(depth)?];
        while self.eat("&&") {
            all.push(self.read_one(depth)?);
        }
        Ok(SpanFilter::All(all))
    }

    fn read_one(&mut self, depth: usize) -> Result<SpanFilter, String> {
        if depth < MAX_DEPTH && self.eat("(") {
            let inner = self.read_any(depth + 1)?;
            return if self.eat(")") {
                Ok(inner)
            } else {
                Err(self.unexpected())
            };
        }
        if self.eat("true") {
            return Ok(SpanFilter::All(Vec::new()));
        }
        self.read_condition().map(SpanFilter::Compare)
    }

    fn read_condition(&mut self) -> Result<SpanCondition, String> {
        let field = self.read_field()?;
        let op = OPERATORS
            .into_iter()
            .find(|(token, _)| self.eat(token))
            .map(|(_, op)| op)
            .ok_or_else(|| self.unexpected())?;
        let value = match (op, self.read_literal()?) {
            (CompareOp::Like | CompareOp::NotLike, ConditionLiteral::Text(pattern)) => {
                let anchored = regex::Regex::new(&format!("^(?:{pattern})$"));
                ConditionLiteral::Pattern(anchored.map_err(|error| format!("invalid TraceQL query: {error}"))?)
            }
            (CompareOp::Like | CompareOp::NotLike, _) => return Err(self.unexpected()),
            (_, value) => value,
        };
        Ok(SpanCondition { field, op, value })
    }

    fn read_field(&mut self) -> Result<SpanField, String> {
        self.skip_blanks();
        let rest = self.rest();
        if let Some(quoted) = [("span.\"", 0), ("resource.\"", 1), (".\"", 2)]
            .into_iter()
            .find(|(start, _)| rest.starts_with(start))
        {
            self.at += quoted.0.len() - 1;
            let name = self.read_quoted('"')?;
            return Ok(match quoted.1 {
                0 => SpanField::Span(name),
                1 => SpanField::Resource(name),
                _ => SpanField::Either(name),
            });
        }
        let word = self.read_word(|letter| letter.is_alphanumeric() || "._-:/@".contains(letter));
        if word.is_empty() {
            return Err(self.unexpected());
        }
        Ok(SpanField::parse(word))
    }

    fn read_literal(&mut self) -> Result<ConditionLiteral, String> {
        self.skip_blanks();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '`')) => Ok(ConditionLiteral::Text(self.read_quoted(quote)?)),
            Some(digit) if digit.is_ascii_digit() || digit == '-' => {
                let word = self.read_word(|letter| letter.is_alphanumeric() || ".-µ".contains(letter));
                parse_number(word)
                    .map(ConditionLiteral::Number)
                    .ok_or_else(|| self.unexpected())
            }
            Some(letter) if letter.is_alphabetic() => Ok(match self.read_word(char::is_alphanumeric) {
                "true" => ConditionLiteral::Bool(true),
                "false" => ConditionLiteral::Bool(false),
                word => ConditionLiteral::Word(word.to_owned()),
            }),
            _ => Err(self.unexpected()),
        }
    }

    fn read_word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }

    fn read_quoted(&mut self, quote: char) -> Result<String, String> {
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
fn parse_number(word: &str) -> Option<f64> {
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
