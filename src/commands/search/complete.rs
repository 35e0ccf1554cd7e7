//! Live names for the shell: services, span names, attributes and their values, as they are now in Tempo. A shell waits
//! for the answer with every key: it comes within a second or not at all, and is kept for a minute.

use crate::commands::completions::VARIABLE;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;
use telemetry::text::quote_shell;

use clap::Parser;
use clap_complete::engine::CompletionCandidate;
use jiff::{SignedDuration, Timestamp};

use crate::app::block_on;
use probes::search;
use stack::Stack;
use stack::config::{ConnectionArgs, Disk, Environment, Server, Settings};
use telemetry::model::time_window::TimeWindow;
use tempoctl_bounds::bounded_reads::read_small_text;

/// How long a shell waits, at most.
const PATIENCE: Duration = Duration::from_millis(800);
/// How long an answer is good.
const FRESH: Duration = Duration::from_secs(60);
const LARGEST_CACHE: u64 = 4 << 20;
/// How far back names are looked for.
const BACK_S: i64 = 3_600;
/// Names that are offered at most.
const MOST: usize = 200;

/// Services.
pub(super) fn complete_services(current: &OsStr) -> Vec<CompletionCandidate> {
    filter_candidates(fetch_values("resource.service.name"), &current.to_string_lossy(), "")
}

/// Names of spans.
pub(super) fn complete_names(current: &OsStr) -> Vec<CompletionCandidate> {
    filter_candidates(fetch_values("name"), &current.to_string_lossy(), "")
}

/// Attributes with their scope.
pub(super) fn complete_tags(current: &OsStr) -> Vec<CompletionCandidate> {
    filter_candidates(fetch_attribute_names(true), &current.to_string_lossy(), "")
}

/// `key=`, and behind it the values of the key.
pub(super) fn complete_attributes(current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    match current.split_once('=') {
        Some((key, value)) => {
            let scoped = key.split_once('.').is_some_and(|(scope, _)| {
                matches!(scope, "" | "resource" | "span" | "event" | "link" | "instrumentation")
            });
            let tag = if scoped { key.to_owned() } else { format!(".{key}") };
            filter_candidates(fetch_values(&tag), value, &format!("{key}="))
        }
        None => {
            let names = fetch_attribute_names(false)
                .into_iter()
                .map(|name| format!("{name}="))
                .collect();
            filter_candidates(names, &current, "")
        }
    }
}

fn filter_candidates(names: Vec<String>, current: &str, before: &str) -> Vec<CompletionCandidate> {
    // bash puts a candidate into the line as it is; the other shells quote it themselves.
    let of_bash = std::env::var_os(VARIABLE).is_some_and(|shell| shell == "bash");
    let current = current.trim_start_matches(['\'', '"']);
    names
        .into_iter()
        .filter(|name| name.starts_with(current) && !name.chars().any(char::is_control))
        .take(MOST)
        .map(|name| {
            let word = format!("{before}{name}");
            CompletionCandidate::new(if of_bash { quote_shell(&word) } else { word })
        })
        .collect()
}

fn fetch_values(tag: &str) -> Vec<String> {
    fetch_or_cached(&format!("values {tag}"), async |stack, window| {
        let values = stack.tempo.fetch_tag_values(window, tag, None, MOST as u32 * 5).await;
        Some(values.get()?.iter().map(|value| value.value.clone()).collect())
    })
}

fn fetch_attribute_names(intrinsics: bool) -> Vec<String> {
    fetch_or_cached(&format!("tags {intrinsics}"), async |stack, window| {
        let scopes = stack.tempo.fetch_tags(window, None).await;
        let scopes = scopes
            .get()?
            .iter()
            .filter(|scope| intrinsics || scope.name != "intrinsic");
        Some(
            scopes
                .flat_map(|scope| scope.tags.iter().map(|tag| search::build_full_name(&scope.name, tag)))
                .collect(),
        )
    })
}

/// The connection flags among the words that were typed so far.
#[derive(Parser)]
#[command(ignore_errors = true, disable_help_flag = true, disable_version_flag = true)]
struct TypedFlags {
    #[command(flatten)]
    connection: ConnectionArgs,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _rest: Vec<OsString>,
}

/// An answer of a minute ago, else Tempo's own, else nothing: a shell shows no errors.
fn fetch_or_cached(what: &str, ask: impl AsyncFnOnce(&Stack, TimeWindow) -> Option<Vec<String>>) -> Vec<String> {
    let env = Environment::from_os(std::env::vars_os());
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let flags = pick_connection_flags(&words);
    let Ok(typed) = TypedFlags::try_parse_from(std::iter::once(OsString::from("tempoctl")).chain(flags)) else {
        return Vec::new();
    };
    let Ok(settings) = Settings::load(&typed.connection.asking(&[Server::Tempo, Server::Grafana]), &env, &Disk) else {
        return Vec::new();
    };
    let Ok(mut stack) = Stack::new(&settings, PATIENCE).and_then(Stack::for_all_tenants) else {
        return Vec::new();
    };
    let via_grafana = words.iter().any(|word| word == "--via-grafana");
    let way = if via_grafana { stack.grafana.base() } else { "" };
    let kept = build_cache_path(&env, &format!("{} {way} {what}", stack.describe_tempo()));
    if let Some(names) = kept.as_deref().and_then(read_fresh_cache) {
        return names;
    }
    let to = Timestamp::now();
    let window = TimeWindow {
        from: to.checked_sub(SignedDuration::from_secs(BACK_S)).unwrap_or(to),
        to,
    };
    let names = block_on(async {
        let asked = async {
            stack.route_via_grafana(via_grafana).await.ok()?;
            ask(&stack, window).await
        };
        Ok(tokio::time::timeout(PATIENCE, asked).await.ok().flatten())
    });
    let names = names.ok().flatten().unwrap_or_default();
    if let Some(path) = kept {
        // Nothing is kept as well: a Tempo that does not answer is not asked with every key.
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = std::fs::write(path, names.join("\n"));
    }
    names
}

/// Flags with their values; the word that is being typed and everything else is left out.
fn pick_connection_flags(words: &[OsString]) -> Vec<OsString> {
    const FLAGS: [&str; 11] = [
        "--tempo-url",
        "--org-id",
        "--tenant",
        "--config",
        "--context",
        "--header",
        "--ca-cert",
        "--grafana-url",
        "--grafana-user",
        "--grafana-token-file",
        "--no-proxy",
    ];
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        let name = text.split('=').next().unwrap_or_default();
        if !FLAGS.contains(&name) {
            continue;
        }
        kept.push(word.clone());
        if !text.contains('=') && name != "--no-proxy" {
            kept.extend(words.next().cloned());
        }
    }
    kept
}

/// Where an answer is kept: by what was asked where.
fn build_cache_path(env: &Environment, question: &str) -> Option<PathBuf> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let folder = match env.get("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()?.join(".cache"),
    };
    let mut hasher = DefaultHasher::new();
    question.hash(&mut hasher);
    Some(
        folder
            .join("tempoctl")
            .join(format!("complete-{:016x}", hasher.finish())),
    )
}

fn read_fresh_cache(path: &Path) -> Option<Vec<String>> {
    let age = std::fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()?;
    let text = read_small_text(path, LARGEST_CACHE).ok().filter(|_| age < FRESH)?;
    Some(text.lines().map(str::to_owned).collect())
}
