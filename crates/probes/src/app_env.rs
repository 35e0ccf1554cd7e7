//! Reading the environment that `--env` names: this process's own, a file, another process, a service of a Compose file.

use std::path::{Path, PathBuf};

use stack::config::{Disk, Environment};
use telemetry::model::app_env::{AppEnvironment, AppRuntime};
use telemetry::parse::app_runtime::detect_runtime;
use telemetry::parse::{ParseError, app_env as parse};

use super::compose;

/// What `--env` without a value stands for.
pub const OWN: &str = "";
/// Bytes of a file that are read at most.
const MOST: u64 = 1024 * 1024;

/// Reads it; an error names the place.
pub fn read_app_environment(spec: &str, own: &Environment) -> Result<AppEnvironment, ParseError> {
    if spec == OWN {
        return Ok(parse::mask_environment(
            "tempoctl's own environment",
            None,
            &own.pairs(),
        ));
    }
    if spec == "-" {
        let bytes = Disk
            .bytes_or_stdin(Path::new("-"), MOST)
            .map_err(|problem| ParseError::new(format!("cannot read standard input: {problem}")))?;
        let pairs = if bytes.contains(&0) {
            parse::parse_environ(&bytes)
        } else {
            parse::parse_key_values(&String::from_utf8_lossy(&bytes))?
        };
        return Ok(parse::mask_environment("standard input", None, &pairs));
    }
    if spec.bytes().all(|byte| byte.is_ascii_digit()) && !Path::new(spec).exists() {
        return read_process(spec);
    }
    let (path, service) = match spec.rsplit_once(':') {
        Some((path, service)) if is_yaml(path) => (path, service),
        _ => (spec, ""),
    };
    if is_yaml(path) {
        if service.is_empty()
            && let Ok(text) = Disk.decode_text(Path::new(path), MOST)
            && let Some(pairs) = parse::parse_spring_yaml(&text)
        {
            return Ok(AppEnvironment {
                runtime: Some(AppRuntime::Java),
                ..parse::mask_environment(path, None, &pairs)
            });
        }
        return read_compose_service(Path::new(path), service, own);
    }
    let bytes = read_bytes(Path::new(path))?;
    if bytes.contains(&0) {
        return Ok(parse::mask_environment(path, None, &parse::parse_environ(&bytes)));
    }
    let text = String::from_utf8_lossy(&bytes);
    let pairs = parse::parse_key_values(&text).map_err(|refused| {
        ParseError::new(format!("{path} {}", refused.message)).with_suggestion("OTEL_SERVICE_NAME=shop")
    })?;
    Ok(AppEnvironment {
        quoted_in_file: parse::list_quoted_variables(&text),
        ..parse::mask_environment(path, None, &pairs)
    })
}

fn is_yaml(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.ends_with(".yaml") || lower.ends_with(".yml")
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, ParseError> {
    let refused = |problem: std::io::Error| ParseError::new(format!("cannot read {}: {problem}", path.display()));
    Disk.bytes(path, MOST).map_err(refused)
}

/// proc(5): `environ` is what the process was started with.
fn read_process(pid: &str) -> Result<AppEnvironment, ParseError> {
    let root = PathBuf::from("/proc").join(pid);
    let bytes = read_bytes(&root.join("environ"))?;
    let cgroup = Disk.decode_text(&root.join("cgroup"), MOST).unwrap_or_default();
    let named = ["docker", "kubepods", "containerd", "libpod", "crio"]
        .iter()
        .any(|word| cgroup.contains(word));
    // A mount namespace of its own is a root of its own, and so a `localhost` of its own in most cases.
    let namespace = |pid: &str| std::fs::read_link(PathBuf::from("/proc").join(pid).join("ns/net")).ok();
    let container = match (namespace(pid), namespace("self")) {
        (Some(theirs), Some(ours)) => Some(named || theirs != ours),
        _ => named.then_some(true),
    };
    let pairs = parse::parse_environ(&bytes);
    let command = Disk.decode_text(&root.join("cmdline"), MOST).unwrap_or_default();
    let named = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(AppEnvironment {
        runtime: detect_runtime(named, command.split('\0'), None),
        ..parse::mask_environment(&format!("process {pid}"), container, &pairs)
    })
}

fn read_compose_service(path: &Path, service: &str, own: &Environment) -> Result<AppEnvironment, ParseError> {
    let pairs = compose::read_service_variables(path, service, own)?;
    Ok(parse::mask_environment(
        &format!("{}, service {service}", path.display()),
        Some(true),
        &pairs,
    ))
}
