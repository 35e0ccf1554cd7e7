//! YAML as a tree that knows the line of each key and value. Anchors and merge keys (`<<`) are resolved; custom tags such as
//! Compose's `!reset` are kept. Total: any text gives a tree or says on which line it went wrong.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

/// Deeper than any configuration is.
const DEEPEST: usize = 64;
/// More nodes than any configuration has, aliases unfolded.
const MOST_NODES: usize = 200_000;

/// A value and its line.
#[derive(Debug, Clone, PartialEq)]
pub struct YamlNode {
    /// From 1.
    pub line: u32,
    /// Which file, as its reader counts them.
    pub file: usize,
    /// A custom tag without its `!`.
    pub tag: Option<String>,
    /// The value.
    pub value: YamlValue,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum YamlValue {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping in its order.
    Map(Vec<YamlEntry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct YamlEntry {
    /// The key.
    pub key: String,
    /// The line of the key.
    pub line: u32,
    /// Its value.
    pub node: YamlNode,
}

/// Why a text is no YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// From 1.
    pub line: u32,
    /// What is wrong.
    pub why: String,
}

impl YamlError {
    fn new(line: u32, why: impl Into<String>) -> YamlError {
        YamlError { line, why: why.into() }
    }
}

/// The first document of a text; an empty one is `null`.
pub fn parse_yaml(text: &str, file: usize) -> Result<YamlNode, YamlError> {
    let mut reader = YamlReader {
        parser: Parser::new_from_str(text),
        anchors: Vec::new(),
        file,
        nodes: 0,
    };
    loop {
        match reader.next()? {
            Some((Event::DocumentStart(..) | Event::StreamStart | Event::Comment(..), _)) => {}
            Some((Event::StreamEnd | Event::DocumentEnd, line)) => return Ok(YamlNode::null(line, file)),
            Some((event, line)) => return reader.node(event, line, 0),
            None => return Ok(YamlNode::null(1, file)),
        }
    }
}

/// Every document of a text, up to the one that is broken.
pub fn parse_yaml_documents(text: &str, file: usize) -> (Vec<YamlNode>, Option<YamlError>) {
    let mut reader = YamlReader {
        parser: Parser::new_from_str(text),
        anchors: Vec::new(),
        file,
        nodes: 0,
    };
    let mut documents = Vec::new();
    loop {
        let next = reader.next().and_then(|found| match found {
            None | Some((Event::StreamEnd, _)) => Ok(None),
            Some((Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::Comment(..), line)) => {
                reader.anchors.clear();
                reader.nodes = 0;
                Ok(Some(YamlNode::null(line, file)))
            }
            Some((event, line)) => reader.node(event, line, 0).map(Some),
        });
        match next {
            Ok(None) => return (documents, None),
            Ok(Some(node)) if node.is_null() => {}
            Ok(Some(node)) => documents.push(node),
            Err(broken) => return (documents, Some(broken)),
        }
    }
}

struct YamlReader<'a> {
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
    anchors: Vec<(usize, YamlNode)>,
    file: usize,
    nodes: usize,
}

impl<'a> YamlReader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, u32)>, YamlError> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, span.start.line() as u32))),
            Some(Err(problem)) => Err(YamlError {
                line: problem.marker().line() as u32,
                why: problem.info(),
            }),
        }
    }

    fn next_inside(&mut self, line: u32) -> Result<(Event<'a>, u32), YamlError> {
        loop {
            match self.next()? {
                Some((Event::Comment(..) | Event::Anchor(..), _)) => {}
                Some(found) => return Ok(found),
                None => {
                    return Err(YamlError::new(line, "it is truncated"));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, line: u32, depth: usize) -> Result<YamlNode, YamlError> {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return Err(YamlError::new(line, "it is nested too deeply or expands to too much"));
        }
        let (anchor, tag, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| tag.suffix().to_owned());
                let plain = matches!(style, ScalarStyle::Plain) && tag.as_deref() != Some("str");
                (
                    anchor,
                    tag,
                    if plain {
                        parse_scalar(&text)
                    } else {
                        YamlValue::Text(text.into_owned())
                    },
                )
            }
            Event::Alias(anchor) => return self.alias(anchor, line),
            Event::SequenceStart(_, anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next_inside(line)? {
                        (Event::SequenceEnd, _) => break,
                        (event, at) => items.push(self.node(event, at, depth + 1)?),
                    }
                }
                (anchor, tag.map(|tag| tag.suffix().to_owned()), YamlValue::List(items))
            }
            Event::MappingStart(_, anchor, tag) => {
                let map = self.mapping(line, depth)?;
                (anchor, tag.map(|tag| tag.suffix().to_owned()), YamlValue::Map(map))
            }
            _ => {
                return Err(YamlError::new(line, "a value is missing here"));
            }
        };
        let node = YamlNode {
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

    fn alias(&mut self, anchor: usize, line: u32) -> Result<YamlNode, YamlError> {
        let found = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
        let node = found
            .map(|(_, node)| node.clone())
            .ok_or_else(|| YamlError::new(line, "an alias refers to itself"))?;
        self.nodes += count_nodes(&node);
        Ok(node)
    }

    fn mapping(&mut self, line: u32, depth: usize) -> Result<Vec<YamlEntry>, YamlError> {
        let mut entries: Vec<YamlEntry> = Vec::new();
        let mut merged: Vec<YamlEntry> = Vec::new();
        loop {
            let (event, at) = self.next_inside(line)?;
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, at, depth + 1)?;
            let (event, value_at) = self.next_inside(at)?;
            let node = self.node(event, value_at, depth + 1)?;
            let Some(name) = key.value.as_key() else {
                return Err(YamlError::new(at, "a key is not plain text"));
            };
            if name == "<<" {
                merge_keys(node, &mut merged);
                continue;
            }
            if entries.iter().any(|entry| entry.key == name) {
                return Err(YamlError::new(at, format!("the key '{name}' appears twice")));
            }
            entries.push(YamlEntry {
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
fn merge_keys(node: YamlNode, merged: &mut Vec<YamlEntry>) {
    match node.value {
        YamlValue::Map(entries) => {
            for entry in entries {
                if !merged.iter().any(|own| own.key == entry.key) {
                    merged.push(entry);
                }
            }
        }
        YamlValue::List(items) => {
            for item in items {
                merge_keys(item, merged);
            }
        }
        _ => {}
    }
}

fn count_nodes(node: &YamlNode) -> usize {
    1 + match &node.value {
        YamlValue::List(items) => items.iter().map(count_nodes).sum(),
        YamlValue::Map(entries) => entries.iter().map(|entry| count_nodes(&entry.node)).sum(),
        _ => 0,
    }
}

/// A plain scalar by the core schema of YAML 1.2, with the spellings of `true` and `false` that Go's YAML reads.
fn parse_scalar(text: &str) -> YamlValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => YamlValue::Null,
        "true" | "True" | "TRUE" | "yes" | "on" => YamlValue::Bool(true),
        "false" | "False" | "FALSE" | "no" | "off" => YamlValue::Bool(false),
        _ if is_yaml_number(text) => YamlValue::Number(text.to_owned()),
        _ => YamlValue::Text(text.to_owned()),
    }
}

fn is_yaml_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits
            .chars()
            .all(|letter| matches!(letter, '0'..='9' | '.' | 'e' | 'E' | '-' | '+'))
        && text.parse::<f64>().is_ok()
}

impl YamlValue {
    /// The text of a key: numbers and switches are keys as well.
    fn as_key(&self) -> Option<String> {
        match self {
            YamlValue::Text(text) | YamlValue::Number(text) => Some(text.clone()),
            YamlValue::Bool(on) => Some(on.to_string()),
            YamlValue::Null => Some(String::new()),
            YamlValue::List(_) | YamlValue::Map(_) => None,
        }
    }
}

impl YamlNode {
    /// Nothing, at that place.
    pub fn null(line: u32, file: usize) -> YamlNode {
        YamlNode {
            line,
            file,
            tag: None,
            value: YamlValue::Null,
        }
    }

    /// The items of a list; where a text stands in its place, that one.
    pub fn items_or_self(&self) -> &[YamlNode] {
        match self.value {
            YamlValue::List(_) | YamlValue::Map(_) | YamlValue::Null => self.items(),
            _ => std::slice::from_ref(self),
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&YamlNode> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping; none for everything else.
    pub fn entries(&self) -> &[YamlEntry] {
        match &self.value {
            YamlValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for everything else.
    pub fn items(&self) -> &[YamlNode] {
        match &self.value {
            YamlValue::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar as text; `null` is none.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            YamlValue::Null | YamlValue::List(_) | YamlValue::Map(_) => None,
            other => other.as_key(),
        }
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, YamlValue::Null)
    }

    /// The tree as JSON.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            YamlValue::Null => Json::Null,
            YamlValue::Bool(on) => Json::Bool(*on),
            YamlValue::Number(text) => convert_number(text),
            YamlValue::Text(text) => Json::String(text.clone()),
            YamlValue::List(items) => Json::Array(items.iter().map(YamlNode::json).collect()),
            YamlValue::Map(entries) => Json::Object(
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
        self.collect_lines(String::new(), &mut lines);
        lines
    }

    fn collect_lines(&self, pointer: String, lines: &mut std::collections::BTreeMap<String, u32>) {
        for entry in self.entries() {
            let key = entry.key.replace('~', "~0").replace('/', "~1");
            let below = format!("{pointer}/{key}");
            lines.insert(below.clone(), entry.line);
            entry.node.collect_lines(below, lines);
        }
        for (index, item) in self.items().iter().enumerate() {
            let below = format!("{pointer}/{index}");
            lines.insert(below.clone(), item.line);
            item.collect_lines(below, lines);
        }
    }
}

fn convert_number(text: &str) -> serde_json::Value {
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
        let node = parse_yaml(text, 0).unwrap();
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
        assert_eq!(parse_yaml("a: 1\nb: [1,\n", 0).unwrap_err().line, 2);
        assert_eq!(parse_yaml("a: 1\nb: 2\na: 3\n", 0).unwrap_err().line, 3);
        assert!(parse_yaml("", 0).unwrap().is_null());
        assert!(parse_yaml("# nothing\n", 0).unwrap().is_null());
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let before = format!("*a{}", level - 1);
            let items = vec![before; 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse_yaml(&text, 0).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_a_tree_or_a_reason(text in "[ -~\\n]{0,200}") {
            if let Ok(node) = parse_yaml(&text, 0) {
                node.json();
                node.lines();
            }
        }
    }
}
