//! YAML as a tree that knows the line of each key and value. Anchors and merge keys (`<<`) are resolved; custom tags such as
//! Compose's `!reset` are kept. Total: any text gives a tree or says on which line it went wrong.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

/// Deeper than any configuration is.
const DEEPEST: usize = 64;
/// More nodes than any configuration has, aliases unfolded.
const MOST_NODES: usize = 200_000;

/// A value and its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From 1.
    pub line: u32,
    /// Which file, as its reader counts them.
    pub file: usize,
    /// A custom tag without its `!`.
    pub tag: Option<String>,
    /// The value.
    pub value: Value,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in its order.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: u32,
    /// Its value.
    pub node: Node,
}

/// Why a text is no YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// From 1.
    pub line: u32,
    /// What is wrong.
    pub why: String,
}

/// The first document of a text; an empty one is `null`.
pub fn parse(text: &str, file: usize) -> Result<Node, Broken> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: Vec::new(),
        file,
        nodes: 0,
    };
    loop {
        match reader.next()? {
            Some((Event::DocumentStart(..) | Event::StreamStart | Event::Comment(..), _)) => {}
            Some((Event::StreamEnd | Event::DocumentEnd, line)) => return Ok(null(line, file)),
            Some((event, line)) => return reader.node(event, line, 0),
            None => return Ok(null(1, file)),
        }
    }
}

fn null(line: u32, file: usize) -> Node {
    Node {
        line,
        file,
        tag: None,
        value: Value::Null,
    }
}

struct Reader<'a> {
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
    anchors: Vec<(usize, Node)>,
    file: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, u32)>, Broken> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, span.start.line() as u32))),
            Some(Err(problem)) => Err(Broken {
                line: problem.marker().line() as u32,
                why: problem.info(),
            }),
        }
    }

    fn inner(&mut self, line: u32) -> Result<(Event<'a>, u32), Broken> {
        loop {
            match self.next()? {
                Some((Event::Comment(..) | Event::Anchor(..), _)) => {}
                Some(found) => return Ok(found),
                None => {
                    return Err(Broken {
                        line,
                        why: "it is truncated".to_owned(),
                    });
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, line: u32, depth: usize) -> Result<Node, Broken> {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return Err(Broken {
                line,
                why: "it is nested too deeply or expands to too much".to_owned(),
            });
        }
        let (anchor, tag, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| tag.suffix().to_owned());
                let plain = matches!(style, ScalarStyle::Plain) && tag.as_deref() != Some("str");
                (
                    anchor,
                    tag,
                    if plain {
                        scalar(&text)
                    } else {
                        Value::Text(text.into_owned())
                    },
                )
            }
            Event::Alias(anchor) => return self.alias(anchor, line),
            Event::SequenceStart(_, anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.inner(line)? {
                        (Event::SequenceEnd, _) => break,
                        (event, at) => items.push(self.node(event, at, depth + 1)?),
                    }
                }
                (anchor, tag.map(|tag| tag.suffix().to_owned()), Value::List(items))
            }
            Event::MappingStart(_, anchor, tag) => {
                let map = self.mapping(line, depth)?;
                (anchor, tag.map(|tag| tag.suffix().to_owned()), Value::Map(map))
            }
            _ => {
                return Err(Broken {
                    line,
                    why: "a value is missing here".to_owned(),
                });
            }
        };
        let node = Node {
            line,
            file: self.file,
            tag: tag.filter(|tag| tag != "str"),
            value,
        };
        if anchor > 0 {
            self.anchors.push((anchor, node.clone()));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Result<Node, Broken> {
        let found = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
        let node = found.map(|(_, node)| node.clone()).ok_or_else(|| Broken {
            line,
            why: "an alias refers to itself".to_owned(),
        })?;
        self.nodes += size(&node);
        Ok(node)
    }

    fn mapping(&mut self, line: u32, depth: usize) -> Result<Vec<Entry>, Broken> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        loop {
            let (event, at) = self.inner(line)?;
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, at, depth + 1)?;
            let (event, value_at) = self.inner(at)?;
            let node = self.node(event, value_at, depth + 1)?;
            let Some(name) = key.value.as_key() else {
                return Err(Broken {
                    line: at,
                    why: "a key is not plain text".to_owned(),
                });
            };
            if name == "<<" {
                merge_keys(node, &mut merged);
                continue;
            }
            if entries.iter().any(|entry| entry.key == name) {
                return Err(Broken {
                    line: at,
                    why: format!("the key '{name}' appears twice"),
                });
            }
            entries.push(Entry {
                key: name,
                line: at,
                node,
            });
        }
        for entry in merged {
            if !entries.iter().any(|own| own.key == entry.key) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

/// The entries that `<<` brings in: of several maps the first wins.
fn merge_keys(node: Node, merged: &mut Vec<Entry>) {
    match node.value {
        Value::Map(entries) => {
            for entry in entries {
                if !merged.iter().any(|own| own.key == entry.key) {
                    merged.push(entry);
                }
            }
        }
        Value::List(items) => {
            for item in items {
                merge_keys(item, merged);
            }
        }
        _ => {}
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}

/// A plain scalar by the core schema of YAML 1.2, with the spellings of `true` and `false` that Go's YAML reads.
fn scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "on" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "off" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits
            .chars()
            .all(|letter| matches!(letter, '0'..='9' | '.' | 'e' | 'E' | '-' | '+'))
        && text.parse::<f64>().is_ok()
}

impl Value {
    /// The text of a key: numbers and switches are keys as well.
    fn as_key(&self) -> Option<String> {
        match self {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(on) => Some(on.to_string()),
            Value::Null => Some(String::new()),
            Value::List(_) | Value::Map(_) => None,
        }
    }
}

impl Node {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping; none for everything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for everything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar as text; `null` is none.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            Value::Null | Value::List(_) | Value::Map(_) => None,
            other => other.as_key(),
        }
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The tree as JSON.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(on) => Json::Bool(*on),
            Value::Number(text) => number(text),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Node::json).collect()),
            Value::Map(entries) => Json::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.node.json()))
                    .collect(),
            ),
        }
    }

    /// The line of each key and item, by JSON pointer.
    pub fn lines(&self) -> std::collections::BTreeMap<String, u32> {
        let mut lines = std::collections::BTreeMap::new();
        self.lines_into(String::new(), &mut lines);
        lines
    }

    fn lines_into(&self, pointer: String, lines: &mut std::collections::BTreeMap<String, u32>) {
        for entry in self.entries() {
            let key = entry.key.replace('~', "~0").replace('/', "~1");
            let below = format!("{pointer}/{key}");
            lines.insert(below.clone(), entry.line);
            entry.node.lines_into(below, lines);
        }
        for (index, item) in self.items().iter().enumerate() {
            let below = format!("{pointer}/{index}");
            lines.insert(below.clone(), item.line);
            item.lines_into(below, lines);
        }
    }
}

fn number(text: &str) -> serde_json::Value {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    text.parse::<f64>()
        .ok()
        .and_then(serde_json::Number::from_f64)
        .map_or_else(|| serde_json::Value::String(text.to_owned()), serde_json::Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_anchors_and_merge_keys() {
        let text = "x-base: &base\n  a: 1\n  b: [2, three]\nuse:\n  <<: *base\n  a: 'own'\n  c: !reset null\n";
        let node = parse(text, 0).unwrap();
        let used = node.get("use").unwrap();
        assert_eq!(used.get("a").unwrap().text().as_deref(), Some("own"));
        assert_eq!(used.get("b").unwrap().items()[1].text().as_deref(), Some("three"));
        assert_eq!(used.get("c").unwrap().tag.as_deref(), Some("reset"));
        let lines = node.lines();
        assert_eq!(lines["/use/a"], 6);
        assert_eq!(lines["/use/b"], 3, "it stands where the anchor is");
        assert_eq!(lines["/x-base/b/1"], 3);
        assert_eq!(node.json()["use"]["b"][0], 2);
    }

    #[test]
    fn what_is_broken_says_its_line() {
        assert_eq!(parse("a: 1\nb: [1,\n", 0).unwrap_err().line, 2);
        assert_eq!(parse("a: 1\nb: 2\na: 3\n", 0).unwrap_err().line, 3);
        assert!(parse("", 0).unwrap().is_null());
        assert!(parse("# nothing\n", 0).unwrap().is_null());
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = format!("*a{}", level - 1);
            let items = vec![before; 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&text, 0).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_a_tree_or_a_reason(text in "[ -~\\n]{0,200}") {
            if let Ok(node) = parse(&text, 0) {
                node.json();
                node.lines();
            }
        }
    }
}
