//! A YAML page kept as text: recorded from a real process, with the few values changed that differ in the lab.

use std::ops::Range;

/// Lines of YAML, indented by four.
#[derive(Debug, Clone)]
pub(crate) struct YamlPage {
    lines: Vec<String>,
    /// Whether keys stand in alphabetical order, as on the page that shows differences only.
    sorted: bool,
}

impl YamlPage {
    /// A page whose keys stand in the order of the program's own structures.
    pub(crate) fn recorded(text: &str) -> YamlPage {
        YamlPage {
            lines: text.lines().map(str::to_owned).collect(),
            sorted: false,
        }
    }

    /// A page whose keys are sorted.
    pub(crate) fn sorted(text: &str) -> YamlPage {
        YamlPage {
            sorted: true,
            ..YamlPage::recorded(text)
        }
    }

    /// Sets the value at a dotted path. A value of several lines is a block and stands below its key.
    pub(crate) fn set(&mut self, path: &str, value: &str) {
        let mut within = 0..self.lines.len();
        let mut depth = 0;
        let mut keys = path.split('.').peekable();
        while let Some(key) = keys.next() {
            let last = keys.peek().is_none();
            match self.find(&within, depth, key) {
                Some(block) if last => {
                    self.lines.splice(block, render_entry(depth, key, value));
                }
                Some(block) => within = block.start + 1..block.end,
                None => {
                    let at = self.insertion_line(&within, depth, key);
                    let rest: Vec<&str> = keys.by_ref().collect();
                    self.lines.splice(at..at, render_nested(depth, key, &rest, value));
                    return;
                }
            }
            depth += 1;
        }
    }

    /// Takes a path away, with everything below it.
    pub(crate) fn remove(&mut self, path: &str) {
        let mut within = 0..self.lines.len();
        for (depth, key) in path.split('.').enumerate() {
            let Some(block) = self.find(&within, depth, key) else {
                return;
            };
            within = block;
            if path.split('.').count() == depth + 1 {
                self.lines.drain(within.clone());
            } else {
                within.start += 1;
            }
        }
    }

    /// The page.
    pub(crate) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    /// The lines of a key and everything below it.
    fn find(&self, within: &Range<usize>, depth: usize, key: &str) -> Option<Range<usize>> {
        let start = within.clone().find(|at| self.key_at(*at, depth) == Some(key))?;
        let end = (start + 1..within.end)
            .find(|at| {
                self.lines
                    .get(*at)
                    .is_some_and(|line| measure_indent(line) <= depth * 4)
            })
            .unwrap_or(within.end);
        Some(start..end)
    }

    fn insertion_line(&self, within: &Range<usize>, depth: usize, key: &str) -> usize {
        within
            .clone()
            .find(|at| self.sorted && self.key_at(*at, depth).is_some_and(|other| other > key))
            .unwrap_or(within.end)
    }

    fn key_at(&self, at: usize, depth: usize) -> Option<&str> {
        let line = self.lines.get(at)?;
        let inner = line.get(depth * 4..).filter(|_| measure_indent(line) == depth * 4)?;
        inner.split_once(':').map(|(key, _)| key)
    }
}

fn measure_indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn render_entry(depth: usize, key: &str, value: &str) -> Vec<String> {
    let margin = " ".repeat(depth * 4);
    if !value.contains('\n') && !value.starts_with("- ") {
        return vec![format!("{margin}{key}: {value}")];
    }
    let mut lines = vec![format!("{margin}{key}:")];
    lines.extend(value.lines().map(|line| format!("{margin}    {line}")));
    lines
}

fn render_nested(depth: usize, key: &str, rest: &[&str], value: &str) -> Vec<String> {
    match rest.split_first() {
        None => render_entry(depth, key, value),
        Some((next, rest)) => {
            let mut lines = vec![format!("{}{key}:", " ".repeat(depth * 4))];
            lines.extend(render_nested(depth + 1, next, rest, value));
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_replaced_added_and_removed_where_they_stand() {
        let mut page = YamlPage::sorted("a:\n    b: 1\n    d:\n        - x\nz: 0\n");
        page.set("a.b", "2");
        page.set("a.d", "- y\n- z");
        page.set("a.c.e", "new");
        page.set("m", "true");
        page.remove("z");
        assert_eq!(
            page.text(),
            "a:\n    b: 2\n    c:\n        e: new\n    d:\n        - y\n        - z\nm: true\n"
        );
    }
}
