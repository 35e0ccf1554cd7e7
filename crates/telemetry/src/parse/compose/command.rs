//! `command:` and `entrypoint:`, a list of words or one text that is split as a shell would.

use std::path::PathBuf;

use crate::model::compose::{CommandSource, ComposeMount, ComposeRole, FileLocation, LocatedValue, MountKind};
use crate::parse::spanned_yaml::YamlNode;

use super::config_file::find_mounted_path;
use super::load::ComposeReading;

/// What a container runs.
#[derive(Default)]
pub(super) struct CommandLine {
    pub(super) words: Vec<LocatedValue<String>>,
    pub(super) source: CommandSource,
    /// The program that runs in the place of the server.
    pub(super) program: Option<LocatedValue<String>>,
}

const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];
/// Programs that prepare something for a server.
const TOOLS: [&str; 14] = [
    "busybox", "cat", "chgrp", "chmod", "chown", "cp", "curl", "echo", "install", "mkdir", "mv", "sleep", "true",
    "wget",
];

/// What the service runs: its entrypoint and its command; where a shell takes a text or a script of the project, that.
pub(super) fn read_command_line(
    reading: &ComposeReading<'_>,
    node: &YamlNode,
    mounts: &[ComposeMount],
    role: ComposeRole,
) -> CommandLine {
    let place = |node: &YamlNode| reading.location(node);
    let words = |key: &str| {
        node.get(key)
            .map(|node| parse_command_words(node, &place))
            .unwrap_or_default()
    };
    let (entrypoint, command) = (words("entrypoint"), words("command"));
    let is_replaced = node.get("entrypoint").is_some();
    // What the Dockerfile starts is not read.
    let own_command = node.get("build").is_some() && !is_replaced && command.is_empty();
    let mut line = CommandLine {
        words: entrypoint.iter().chain(&command).cloned().collect(),
        source: if own_command {
            CommandSource::Hidden
        } else {
            CommandSource::Listed
        },
        program: None,
    };
    let Some(first) = line
        .words
        .first()
        .cloned()
        .filter(|_| is_replaced || role == ComposeRole::Other)
    else {
        return line;
    };
    let name = find_base_name(&first.value);
    if SHELLS.contains(&name) {
        let is_text = |word: &LocatedValue<String>| word.value.starts_with('-') && word.value.ends_with('c');
        let rest = &line.words[1..];
        match rest.iter().position(is_text).and_then(|at| rest.get(at + 1)) {
            Some(text) => {
                let more = parse_script(&text.value, &text.at, &[]);
                if !more.iter().any(|word| is_server(role, &word.value)) {
                    line.program = Some(first);
                }
                line.source = describe_script(&more, role);
                line.words = more;
            }
            None => {
                let script = rest.iter().find(|word| !word.value.starts_with('-')).cloned();
                read_script(reading, mounts, role, script.as_ref(), &command, &mut line);
            }
        }
    } else if TOOLS.contains(&name) {
        line.program = Some(first);
    } else if !line.words.iter().any(|word| is_server(role, &word.value)) {
        read_script(reading, mounts, role, Some(&first), &command, &mut line);
    }
    if role == ComposeRole::Other {
        line.program = None;
    }
    line
}

/// Reads the script that a path names, where the project mounts it.
fn read_script(
    reading: &ComposeReading<'_>,
    mounts: &[ComposeMount],
    role: ComposeRole,
    script: Option<&LocatedValue<String>>,
    command: &[LocatedValue<String>],
    line: &mut CommandLine,
) {
    if role == ComposeRole::Other {
        return;
    }
    line.source = CommandSource::Hidden;
    let path = script.and_then(|script| find_mounted_path(mounts, &script.value));
    let (Some(script), Some((MountKind::Bind | MountKind::Config, path))) = (script, path) else {
        return;
    };
    let Ok(text) = reading.folder.read(&PathBuf::from(&path)) else {
        return;
    };
    let words = parse_script(&text, &script.at, command);
    if words.iter().any(|word| is_server(role, &word.value)) {
        line.source = describe_script(&words, role);
        line.words = words;
    }
}

/// The words of a script, `$@` replaced by what it is called with. Comments are left out.
fn parse_script(text: &str, at: &FileLocation, arguments: &[LocatedValue<String>]) -> Vec<LocatedValue<String>> {
    let lines = text.replace("\\\n", " ");
    let code = lines.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = Vec::new();
    for word in code.flat_map(split_shell_words) {
        if word == "$@" || word == "$*" {
            words.extend(arguments.iter().cloned());
        } else {
            words.push(LocatedValue {
                value: word.trim_end_matches([';', '&']).to_owned(),
                at: at.clone(),
            });
        }
    }
    words
}

/// A variable among the words may hold any flag.
fn describe_script(words: &[LocatedValue<String>], role: ComposeRole) -> CommandSource {
    let mut after = words.iter().skip_while(|word| !is_server(role, &word.value));
    if after.any(|word| word.value.starts_with(['$', '`'])) {
        CommandSource::Hidden
    } else {
        CommandSource::Script
    }
}

fn find_base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// True for the server's own program, which no folder of data is; of an unknown server, for any.
fn is_server(role: ComposeRole, word: &str) -> bool {
    if ["/var/", "/etc/", "/tmp/", "/data/", "/mnt/"]
        .iter()
        .any(|folder| word.starts_with(folder))
    {
        return false;
    }
    let name = find_base_name(word);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    match role {
        ComposeRole::Tempo => name == "tempo",
        ComposeRole::Prometheus => name == "prometheus",
        ComposeRole::Grafana => matches!(name, "grafana" | "grafana-server" | "run.sh"),
        ComposeRole::Collector => name.starts_with("otelcol") || name.starts_with("otelcontribcol"),
        ComposeRole::Alloy => name == "alloy",
        ComposeRole::Loki => name == "loki",
        ComposeRole::Metrics | ComposeRole::Other => true,
    }
}

/// The words of a list or a text, each with its place.
fn parse_command_words(node: &YamlNode, place: &dyn Fn(&YamlNode) -> FileLocation) -> Vec<LocatedValue<String>> {
    let located = |node, value| LocatedValue { value, at: place(node) };
    match node.text() {
        Some(text) => split_shell_words(&text)
            .into_iter()
            .map(|word| located(node, word))
            .collect(),
        None => node
            .items()
            .iter()
            .filter_map(|item| Some(located(item, item.text()?)))
            .collect(),
    }
}

/// Words between spaces; quotes keep spaces, a backslash keeps the next letter.
pub(super) fn split_shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => {
                if let Some(next) = letters.next() {
                    word.get_or_insert_default().push(next);
                }
            }
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_a_shell_splits_them() {
        assert_eq!(
            split_shell_words("-target=all  -config.file=/etc/tempo.yaml"),
            ["-target=all", "-config.file=/etc/tempo.yaml"]
        );
        assert_eq!(
            split_shell_words(r#"sh -c "a 'b' c" \ x ''"#),
            ["sh", "-c", "a 'b' c", " x", ""]
        );
    }
}
