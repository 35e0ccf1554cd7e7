//! Of a Dockerfile, the image that its server comes from. Reference: <https://docs.docker.com/reference/dockerfile/>.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::compose::{ComposeRole, FileLocation, LocatedValue};
use crate::parse::spanned_yaml::YamlNode;

use super::load::ComposeReading;
use super::substitute::{ExpansionRoom, Variables, substitute_variables};
use super::{merge, mounts, role};

/// The image that `build:` starts from, in the short and the long form.
pub(super) fn read_base_image(reading: &ComposeReading<'_>, build: &YamlNode) -> Option<LocatedValue<String>> {
    let text = |key: &str| build.get(key).and_then(YamlNode::text);
    let args = build.get("args").cloned().map(merge::convert_to_map);
    let args = args.iter().flat_map(YamlNode::entries);
    let args = args
        .filter_map(|entry| {
            let value = entry
                .node
                .text()
                .or_else(|| reading.look_up_variable(entry.node.file, &entry.key))?;
            Some((entry.key.clone(), value))
        })
        .collect();
    let target = text("target");
    if let Some(inline) = build.get("dockerfile_inline") {
        let at = reading.location(inline);
        let (image, line) = find_server_image(&inline.text()?, args, target.as_deref())?;
        // A block of text begins on the line after its key.
        let line = at.line + line;
        let at = FileLocation { line, ..at };
        return Some(LocatedValue { value: image, at });
    }
    let context = build
        .text()
        .or_else(|| text("context"))
        .unwrap_or_else(|| ".".to_owned());
    let file = text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
    let path = mounts::normalize_path(&reading.base_folder(build).join(context).join(file));
    let (image, line) = find_server_image(&reading.folder.read(&path).ok()?, args, target.as_deref())?;
    let file = path.display().to_string();
    Some(LocatedValue {
        value: image,
        at: FileLocation { file, line },
    })
}

/// One stage: its name, the image or stage it starts from, and the line.
struct BuildStage {
    name: String,
    from: String,
    line: u32,
}

/// The image under the last stage or the one that is the target; one that files are copied from where that is a known server
/// and the first is not.
fn find_server_image(text: &str, given: BTreeMap<String, String>, target: Option<&str>) -> Option<(String, u32)> {
    let mut args: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: Vec<BuildStage> = Vec::new();
    let mut copied: Vec<(String, u32)> = Vec::new();
    for (line, number) in text.lines().zip(1u32..) {
        let mut words = line.split_whitespace();
        let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
        match keyword.as_str() {
            "ARG" if stages.is_empty() => {
                for word in words {
                    let (name, value) = word
                        .split_once('=')
                        .map_or((word, None), |(name, value)| (name, Some(value)));
                    let value = value.and_then(|value| put_args(value.trim_matches(['"', '\'']), &args));
                    args.extend(given.get(name).cloned().or(value).map(|value| (name.to_owned(), value)));
                }
            }
            "FROM" => {
                let mut words = words.filter(|word| !word.starts_with("--"));
                let from = put_args(words.next()?, &args)?;
                let name = words.nth(1).unwrap_or_default().to_owned();
                let line = number;
                stages.push(BuildStage { name, from, line });
            }
            "COPY" => {
                copied.extend(words.find_map(|word| Some((put_args(word.strip_prefix("--from=")?, &args)?, number))))
            }
            _ => {}
        }
    }
    let named = |name: &str| {
        stages
            .iter()
            .position(|stage| !stage.name.is_empty() && stage.name == name)
    };
    let mut at = target.and_then(named).or(stages.len().checked_sub(1))?;
    // A stage starts from an earlier one, or from an image.
    while let Some(before) = named(&stages[at].from).filter(|before| *before < at) {
        at = before;
    }
    let base = (stages[at].from.clone(), stages[at].line);
    let others = stages
        .iter()
        .map(|stage| (stage.from.clone(), stage.line))
        .chain(copied);
    let is_server = |image: &str| role::detect_role_by_image(image) != ComposeRole::Other;
    if is_server(&base.0) {
        return Some(base);
    }
    others.into_iter().find(|(image, _)| is_server(image)).or(Some(base))
}

/// A word with build arguments put in; `None` where one has no value.
fn put_args(word: &str, args: &BTreeMap<String, String>) -> Option<String> {
    let get = |name: &str| args.get(name).cloned();
    let room = ExpansionRoom::default();
    let mut variables = Variables {
        room: &room,
        get: &get,
        unset: BTreeSet::new(),
    };
    let filled = substitute_variables(word, &mut variables).ok()?;
    variables.unset.is_empty().then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_under_the_last_stage_is_found() {
        let given = [("V".to_owned(), "3.0.3".to_owned())];
        let find = |text: &str, target| find_server_image(text, given.clone().into(), target);
        let cases = [
            ("FROM grafana/tempo:2.6.1", None, "grafana/tempo:2.6.1", 1),
            (
                "ARG V=2.4.1\nFROM --platform=linux/amd64 grafana/tempo:${V}",
                None,
                "grafana/tempo:3.0.3",
                2,
            ),
            ("ARG W=\"2.4.1\"\nFROM grafana/tempo:$W", None, "grafana/tempo:2.4.1", 2),
            ("FROM a:1 AS x\nFROM x as y\nFROM b:2", Some("y"), "a:1", 1),
            (
                "FROM alpine\nCOPY --from=grafana/tempo:2.7.0 /tempo /tempo",
                None,
                "grafana/tempo:2.7.0",
                2,
            ),
            (
                "from grafana/tempo:2.9.0 as t\nFROM alpine\nCOPY --from=t /tempo /",
                None,
                "grafana/tempo:2.9.0",
                1,
            ),
        ];
        for (text, target, image, line) in cases {
            assert_eq!(find(text, target), Some((image.to_owned(), line)), "{text}");
        }
        for text in ["", "RUN x", "FROM grafana/tempo:${NOT_GIVEN}", "FROM"] {
            assert_eq!(find(text, None), None, "{text}");
        }
        // A stage that starts from itself ends the search.
        assert!(find("FROM x AS x", None).is_some());
    }
}
