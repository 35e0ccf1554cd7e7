//! The command blocks of the documents, run as they stand: a shell, `tempoctl` on its path, a simulated stack on the usual
//! ports. Where the kernel allows it every document has a network of its own, so that the ports are free.
//!
//! What a block may say after `sh`: `exit=4` (a code besides 0 that its commands may end with), `stack=NAME` (the scenario
//! that runs behind this block and those after it; `none` where the document starts one itself), and
//! `not-run="why"`, with a reason from [`REASONS`]. What is not run is still parsed (`documents.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use crate::generated::root;

/// Why a block may stay unrun.
const REASONS: [&str; 12] = [
    "addresses of your own",
    "ids of your own",
    "builds and installs",
    "changes generated files",
    "ends when a limit is met",
    "measures",
    "needs Docker",
    "needs Kubernetes",
    "runs until Ctrl-C",
    "is what runs this",
    // Before the colon the reason, after it the tests that do run it.
    "downloads packages",
    "reads logs of your own",
];
/// The stack behind a document that names none. It has a Grafana, which wants this login.
const STACK: &str = "grafana-healthy";
/// A document's commands take no longer.
const SECONDS: &str = "300";

/// A command block.
#[derive(Debug)]
pub struct Block {
    /// Where it begins: `README.md:12`.
    place: String,
    info: BTreeMap<String, String>,
    text: String,
}

/// Every document in the order of their names. Pages that are generated are no part of it: their commands are remedies, for the
/// reader's own servers.
pub fn documents() -> Vec<String> {
    let mut found: Vec<String> = [
        "",
        "docs",
        "docs/schema",
        "examples",
        "deploy/compose",
        "deploy/kubernetes",
    ]
    .into_iter()
    .filter_map(|folder| Some((folder, fs::read_dir(root().join(folder)).ok()?)))
    .flat_map(|(folder, entries)| entries.map(move |entry| (folder, entry.unwrap().file_name())))
    .map(|(folder, name)| Path::new(folder).join(name).display().to_string())
    .filter(|path| path.ends_with(".md"))
    .collect();
    found.sort();
    found
}

/// The blocks of a document.
pub fn blocks(document: &str) -> Vec<Block> {
    let text = fs::read_to_string(root().join(document)).unwrap_or_else(|problem| panic!("{document}: {problem}"));
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<bool> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), None) => {
                let (language, info) = info.split_once(' ').unwrap_or((info, ""));
                let place = format!("{document}:{}", number + 1);
                let spelt = ["bash", "shell", "console"].contains(&language);
                assert!(
                    !spelt && !language.is_empty(),
                    "{place}: commands are ```sh, the rest ```text"
                );
                open = Some(language == "sh");
                if language == "sh" {
                    let info = read(info).unwrap_or_else(|| panic!("{place}: `{info}` is not read"));
                    found.push(Block {
                        place,
                        info,
                        text: String::new(),
                    });
                }
            }
            (Some(_), Some(_)) => open = None,
            (None, Some(true)) => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, _) => {}
        }
    }
    found
}

/// The lines of a document's command blocks, run or not.
pub fn commands(document: &str) -> Vec<String> {
    let lines = blocks(document).into_iter();
    lines
        .flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// `name=value name="two words"`.
fn read(info: &str) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut rest = info.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(value) => value.split_once('"')?,
            None => value.split_once(' ').unwrap_or((value, "")),
        };
        if !["exit", "stack", "not-run"].contains(&name) {
            return None;
        }
        found.insert(name.to_owned(), value.to_owned());
        rest = after.trim();
    }
    Some(found)
}

#[test]
fn what_stands_after_the_language_is_read() {
    let info = read("exit=4 stack=none not-run=\"needs Docker\"").unwrap();
    assert_eq!(info["exit"], "4");
    assert_eq!(info["not-run"], "needs Docker");
    assert!(read("").unwrap().is_empty());
    assert!(read("notrun=\"needs Docker\"").is_none());
    assert!(read("exit").is_none());
}

#[test]
fn a_block_that_is_not_run_says_why() {
    for block in documents().iter().flat_map(|document| blocks(document)) {
        if let Some(why) = block.info.get("not-run") {
            let known = REASONS.contains(&why.split(';').next().unwrap());
            assert!(known, "{}: «{why}» is no reason; they are {REASONS:?}", block.place);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_commands_of_the_documents_run() {
    let all = documents();
    let alone = own_network();
    let one_at_a_time = Mutex::new(());
    let failed: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = all
            .iter()
            .map(|document| {
                let (alone, one_at_a_time) = (alone, &one_at_a_time);
                scope.spawn(move || {
                    let _turn = (!alone).then(|| one_at_a_time.lock());
                    let said = follow(document, alone)?;
                    (!said.status.success()).then(|| told(document, &said))
                })
            })
            .collect();
        running
            .into_iter()
            .filter_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Whoever follows the quick start ends with traces to look at.
#[cfg(unix)]
#[test]
fn the_quick_start_leads_to_traces() {
    if !own_network() {
        // The test above runs the same commands on the usual ports.
        return;
    }
    let said = follow("docs/quick-start.md", true).unwrap();
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{}", told("docs/quick-start.md", &said));
    let at = |what: &str| out.find(what).unwrap_or_else(|| panic!("no «{what}» in\n{out}"));
    let empty = at("The pipeline is sound, but no application sends traces.");
    let sent = at("✓ prometheus");
    let seen = at("frontend  ");
    let healthy = at("✓ Healthy");
    assert!(empty < sent && sent < seen && seen < healthy, "{out}");
}

/// Runs a document's blocks, one after the other, in one shell. None where there is nothing to run.
fn follow(document: &str, alone: bool) -> Option<Output> {
    let blocks: Vec<Block> = blocks(document)
        .into_iter()
        .filter(|block| !block.info.contains_key("not-run"))
        .collect();
    let has_own = blocks.first()?.info.contains_key("stack");
    let first = (!has_own).then_some(STACK);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    let text: String = std::iter::once(prelude(first))
        .chain(blocks.iter().map(lines))
        .collect();
    fs::write(&script, text).unwrap();
    let work = work(folder.path());
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", SECONDS]);
    if alone {
        command.args(["unshare", "-rn"]);
    }
    let path = std::env::join_paths(
        std::iter::once(folder.path().join("bin")).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let said = command
        .arg("bash")
        .arg(&script)
        .current_dir(work)
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path().join("state"))
        .env("GRAFANA_USERNAME", "admin")
        .env("GRAFANA_PASSWORD", "admin")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|problem| panic!("timeout of coreutils: {problem}"));
    Some(said)
}

/// What stands before the blocks: what happens where a command fails, and a stack.
fn prelude(stack: Option<&str>) -> String {
    let up = stack.map(up).unwrap_or_default();
    format!(
        "set -o pipefail\n\
         ip link set lo up 2> /dev/null\n\
         place=stack; allowed=\n\
         trap 'code=$?; [ \"$code\" = \"$allowed\" ] || {{ echo \"$place: $BASH_COMMAND: ended with $code\" >&2; exit 97; }}' ERR\n\
         trap 'tempoctl lab down > /dev/null 2>&1' EXIT\n\
         {up}"
    )
}

/// This stack and no other.
fn up(stack: &str) -> String {
    match stack {
        "none" => "tempoctl lab down > /dev/null\n".to_owned(),
        name => format!("tempoctl lab down > /dev/null; tempoctl lab up --scenario {name} > /dev/null\n"),
    }
}

/// A block's lines, and the stack before them.
fn lines(block: &Block) -> String {
    let allowed = block.info.get("exit").map_or("", String::as_str);
    let text: String = block.text.lines().map(|line| format!("{line}\n")).collect();
    let stack = block.info.get("stack").map(|stack| up(stack)).unwrap_or_default();
    format!("place={}; allowed={allowed}\n{stack}{text}", block.place)
}

/// A folder that looks like the repository, and whose new files stay in it; beside it `bin`, with the program under test, and a
/// cargo that runs it instead of building it again.
fn work(folder: &Path) -> PathBuf {
    let (work, bin) = (folder.join("work"), folder.join("bin"));
    fs::create_dir(&work).unwrap();
    fs::create_dir(&bin).unwrap();
    for entry in fs::read_dir(root()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name != "target" && name != ".git" {
            symlink(&entry.path(), &work.join(name));
        }
    }
    symlink(Path::new(env!("CARGO_BIN_EXE_tempoctl")), &bin.join("tempoctl"));
    let cargo = bin.join("cargo");
    fs::write(
        &cargo,
        "#!/bin/sh\n[ \"$1\" = run ] || exit 98\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec tempoctl \"$@\"\n",
    )
    .unwrap();
    #[cfg(unix)]
    fs::set_permissions(&cargo, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    work
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) {}

/// True where a process may have a network of its own.
fn own_network() -> bool {
    Command::new("unshare")
        .args(["-rn", "ip", "link", "set", "lo", "up"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn told(document: &str, said: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let out = text(&said.stdout);
    let tail: Vec<&str> = out.lines().rev().take(25).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    format!("{document}: {}\n{}{}", said.status, tail.join("\n"), text(&said.stderr))
}
