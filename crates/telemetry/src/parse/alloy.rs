//! The configuration of Grafana Alloy as a tree of the form that YAML gives: a block by its name and label, joined by dots,
//! with its attributes and blocks below. Literals, lists, objects, references and `sys.env("NAME")` are values; any other
//! expression becomes a text with a `$`, which no judgement takes for a value. Total: any text gives a tree or says on which
//! line it went wrong.
//!
//! Syntax: <https://grafana.com/docs/alloy/latest/get-started/syntax/>.

use std::collections::HashMap;

use super::spanned_yaml::{YamlEntry, YamlError, YamlNode, YamlValue};

/// Deeper than any configuration is.
const DEEPEST: usize = 64;
/// Stands for an expression that is not evaluated here.
pub const EXPRESSION: &str = "$expression";

/// Reads a text. `env` gives the variables of the process.
pub fn parse_alloy(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<YamlNode, YamlError> {
    let mut reader = AlloyReader {
        tokens: split_tokens(text)?,
        at: 0,
        env,
    };
    let entries = reader.read_body(0, None)?;
    Ok(node(1, YamlValue::Map(entries)))
}

fn node(line: u32, value: YamlValue) -> YamlNode {
    YamlNode {
        line,
        file: 0,
        tag: None,
        value,
    }
}

fn refuse<T>(line: u32, why: impl Into<String>) -> Result<T, YamlError> {
    Err(YamlError { line, why: why.into() })
}

#[derive(Debug, Clone, PartialEq)]
enum AlloyToken {
    /// `otelcol.receiver.otlp`
    Name(String),
    /// `"text"`
    Text(String),
    /// `12.5`
    Number(String),
    /// `{`, `=`, `+`, …
    Sign(char),
    /// The end of a line.
    Line,
}

use AlloyToken::{Line, Name, Number, Sign, Text};

fn split_tokens(text: &str) -> Result<Vec<(AlloyToken, u32)>, YamlError> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = line;
        let (token, length) = if rest.starts_with("//") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            let Some(end) = rest.find("*/") else {
                return refuse(start, "a comment is not closed");
            };
            (None, end + 2)
        } else if first == '"' {
            let (value, length) = read_quoted(rest, start)?;
            (Some(Text(value)), length)
        } else if first == '`' {
            let Some(end) = rest[1..].find('`') else {
                return refuse(start, "a text is not closed");
            };
            (Some(Text(rest[1..=end].to_owned())), end + 2)
        } else if first.is_alphabetic() || first == '_' {
            let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
            let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            (Some(Name(rest[..length].to_owned())), length)
        } else if first.is_ascii_digit() {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
            let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            (Some(Number(rest[..length].to_owned())), length)
        } else if first == '\n' {
            (Some(Line), 1)
        } else if first.is_whitespace() {
            (None, first.len_utf8())
        } else {
            (Some(Sign(first)), first.len_utf8())
        };
        line += rest[..length].matches('\n').count() as u32;
        // Behind an operator a line goes on (grafana/alloy v1.18.1: syntax/scanner/scanner.go).
        let goes_on = matches!(tokens.last(), Some((Sign(sign), _)) if "=+-*/%^<>!&|".contains(*sign));
        let token = token.filter(|token| *token != Line || !goes_on);
        tokens.extend(token.map(|token| (token, start)));
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// A text in double quotes and its length with them.
fn read_quoted(rest: &str, line: u32) -> Result<(String, usize), YamlError> {
    let mut value = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, at + 1)),
            '\n' => break,
            '\\' => match letters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, other)) if other != '\n' => value.push(other),
                _ => break,
            },
            letter => value.push(letter),
        }
    }
    refuse(line, "a text is not closed")
}

struct AlloyReader<'a> {
    tokens: Vec<(AlloyToken, u32)>,
    at: usize,
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl AlloyReader<'_> {
    fn peek(&self) -> Option<&AlloyToken> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn line(&self) -> u32 {
        let last = self.tokens.last();
        self.tokens.get(self.at).or(last).map_or(1, |(_, line)| *line)
    }

    fn take(&mut self) -> Option<AlloyToken> {
        let token = self.tokens.get(self.at).map(|(token, _)| token.clone());
        self.at += 1;
        token
    }

    fn skip_lines(&mut self) {
        while self.peek() == Some(&Line) {
            self.at += 1;
        }
    }

    /// Attributes and blocks up to the brace that closes them, or to the end of the text.
    fn read_body(&mut self, depth: usize, close: Option<char>) -> Result<Vec<YamlEntry>, YamlError> {
        let mut entries: Vec<YamlEntry> = Vec::new();
        let mut counts: HashMap<String, usize> = HashMap::new();
        if depth > DEEPEST {
            return refuse(self.line(), "it is nested too deeply");
        }
        loop {
            self.skip_lines();
            let line = self.line();
            let mut key = match (self.take(), close) {
                (None, None) => return Ok(entries),
                (Some(Sign(sign)), Some(close)) if sign == close => return Ok(entries),
                (Some(Name(name)), _) => name,
                (None, Some(_)) => return refuse(line, "a block is not closed"),
                _ => return refuse(line, "an attribute or a block is expected here"),
            };
            let node = match self.peek() {
                Some(Sign('=')) => {
                    self.at += 1;
                    self.read_expression(depth + 1)?
                }
                _ => {
                    if let Some(Text(label)) = self.peek() {
                        key = format!("{key}.{label}");
                        self.at += 1;
                    }
                    if self.take() != Some(Sign('{')) {
                        return refuse(line, format!("{key} is followed by neither = nor {{"));
                    }
                    node(line, YamlValue::Map(self.read_body(depth + 1, Some('}'))?))
                }
            };
            // Blocks may be repeated; each is kept under a key of its own.
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            if *count > 1 {
                key = format!("{key}#{count}");
            }
            entries.push(YamlEntry { key, line, node });
        }
    }

    /// A value up to the end of its line; what is more than a value is skipped.
    fn read_expression(&mut self, depth: usize) -> Result<YamlNode, YamlError> {
        let line = self.line();
        let value = self.read_value(depth)?;
        if matches!(self.peek(), None | Some(Line | Sign('}' | ']' | ','))) {
            return Ok(value);
        }
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Line | Sign(',') if open == 0 => break,
                Sign('}' | ']' | ')') if open == 0 => break,
                Sign('(' | '[' | '{') => open += 1,
                Sign(')' | ']' | '}') => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Ok(node(line, YamlValue::Text(EXPRESSION.to_owned())))
    }

    fn read_value(&mut self, depth: usize) -> Result<YamlNode, YamlError> {
        let line = self.line();
        if depth > DEEPEST {
            return refuse(line, "it is nested too deeply");
        }
        let value = match self.take() {
            Some(Text(text)) => YamlValue::Text(text),
            Some(Number(number)) => YamlValue::Number(number),
            Some(Name(name)) => match name.as_str() {
                "true" => YamlValue::Bool(true),
                "false" => YamlValue::Bool(false),
                "null" => YamlValue::Null,
                "sys.env" | "env" => return self.read_variable(line),
                _ => YamlValue::Text(name),
            },
            Some(Sign('[')) => YamlValue::List(self.read_list(depth)?),
            Some(Sign('{')) => YamlValue::Map(self.read_object(depth)?),
            // A sign before a value or a bracket around one: the rest is skipped as an expression.
            Some(Sign('(' | '-' | '!')) => {
                self.at -= 1;
                return Ok(node(line, YamlValue::Text(EXPRESSION.to_owned())));
            }
            _ => return refuse(line, "a value is expected here"),
        };
        Ok(node(line, value))
    }

    /// `("NAME")`
    fn read_variable(&mut self, line: u32) -> Result<YamlNode, YamlError> {
        let tokens: Vec<AlloyToken> = self
            .tokens
            .iter()
            .skip(self.at)
            .take(3)
            .map(|(token, _)| token.clone())
            .collect();
        if let [Sign('('), Text(name), Sign(')')] = &tokens[..] {
            self.at += 3;
            let value = (self.env)(name).unwrap_or_else(|| EXPRESSION.to_owned());
            return Ok(node(line, YamlValue::Text(value)));
        }
        Ok(node(line, YamlValue::Text(EXPRESSION.to_owned())))
    }

    fn read_list(&mut self, depth: usize) -> Result<Vec<YamlNode>, YamlError> {
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                Some(Sign(']')) => {
                    self.at += 1;
                    return Ok(items);
                }
                Some(Sign(',')) => self.at += 1,
                None => return refuse(self.line(), "a list is not closed"),
                _ => items.push(self.read_item(depth)?),
            }
        }
    }

    fn read_object(&mut self, depth: usize) -> Result<Vec<YamlEntry>, YamlError> {
        let mut entries = Vec::new();
        loop {
            self.skip_lines();
            let line = self.line();
            match self.take() {
                Some(Sign('}')) => return Ok(entries),
                Some(Sign(',')) => {}
                Some(Name(key) | Text(key)) => {
                    self.skip_lines();
                    if self.take() != Some(Sign('=')) {
                        return refuse(line, "a key of an object is followed by =");
                    }
                    let node = self.read_item(depth)?;
                    entries.push(YamlEntry { key, line, node });
                }
                _ => return refuse(line, "an object is not closed"),
            }
        }
    }

    /// A value inside brackets. It has to use up a token, or reading would not end.
    fn read_item(&mut self, depth: usize) -> Result<YamlNode, YamlError> {
        let before = self.at;
        let item = self.read_expression(depth + 1)?;
        if self.at == before {
            return refuse(self.line(), "a value is expected here");
        }
        Ok(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<YamlNode, YamlError> {
        parse_alloy(text, &|name| (name == "HOST").then(|| "tempo:4317".to_owned()))
    }

    #[test]
    fn blocks_attributes_and_expressions() {
        let tree = read(
            r#"
// comment { "
otelcol.receiver.otlp "in" {
  grpc { endpoint = "0.0.0.0:4317" } /* more
  */
  output {
    traces = [
      otelcol.processor.batch.b.input, // first
      otelcol.exporter.otlp.tempo.input,
    ]
  }
}
otelcol.exporter.otlp "tempo" {
  client {
    endpoint = sys.env("HOST")
    headers  = { "X-Scope-OrgID" = `a`, b = -1 }
    other    = string.format("%s:1", sys.env("X")) +
               "x" ||
               "y"
    tls { insecure = true }
  }
}
a "x" {}
a "x" {}
"#,
        )
        .unwrap();
        let json = tree.json();
        let client = &json["otelcol.exporter.otlp.tempo"]["client"];
        assert_eq!(client["endpoint"], "tempo:4317");
        assert_eq!(client["headers"]["X-Scope-OrgID"], "a");
        assert_eq!(client["headers"]["b"], EXPRESSION);
        assert_eq!(client["other"], EXPRESSION);
        assert_eq!(client["tls"]["insecure"], true);
        let traces = &json["otelcol.receiver.otlp.in"]["output"]["traces"];
        assert_eq!(traces[1], "otelcol.exporter.otlp.tempo.input");
        assert!(json["a.x#2"].is_object());
        let lines = tree.lines();
        assert_eq!(lines["/otelcol.receiver.otlp.in/output/traces/1"], 9);
        assert_eq!(lines["/otelcol.exporter.otlp.tempo/client/endpoint"], 15);
        assert_eq!(lines["/otelcol.exporter.otlp.tempo/client/tls"], 20);
    }

    #[test]
    fn what_is_no_configuration_is_placed() {
        for (text, line) in [
            ("a {\n b = \"x\n}", 2),
            ("\na b", 2),
            ("a {\n\n", 2),
            ("a = [\n1", 2),
            ("a = )", 1),
            ("}", 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[ a-c.\"`={}\\[\\](),/*+!\\\\\n0-9ü-]{0,60}") {
            let _ = read(&text);
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read(&"a {".repeat(5000)).is_err());
        assert!(read(&format!("a = {}", "[".repeat(5000))).is_err());
    }
}
