//! Pods, as `kubectl` lists them and hands their logs on.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use stack::clients::logs::{LogFeed, LogWindow, program};
use stack::config::Environment;
use telemetry::parse::logs::journal;

/// How long a cluster may take to answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// Containers that are read at most.
const MOST: usize = 40;

/// Which cluster and namespace.
#[derive(Debug, Clone, Default)]
pub struct KubeTarget {
    /// `--kube-context`
    pub context: Option<String>,
    /// `--kube-namespace`; all, where nothing is said and nobody names one.
    pub namespace: Option<String>,
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The container.
    pub container: String,
}

/// `kubectl`, and where it looks.
pub struct Kubectl {
    program: PathBuf,
    target: KubeTarget,
}

impl Kubectl {
    /// The one on `PATH`.
    pub fn find(env: &Environment, place: &KubeTarget) -> Result<Self, String> {
        let program = program::find_program("kubectl", env.get("PATH")).ok_or("kubectl is not on PATH")?;
        Ok(Kubectl {
            program,
            target: place.clone(),
        })
    }

    /// The containers of the pods that this names: `app=tempo`, `tempo-0`, either with `NAMESPACE/` before it.
    pub async fn list_pods(&self, selector: &str) -> Result<Vec<Pod>, String> {
        let (namespace, what) = match selector.split_once('/') {
            // A label's key may have a slash as well; a namespace has no dot and no equals sign.
            Some((namespace, what)) if !namespace.contains(['.', '=']) => (Some(namespace.to_owned()), what),
            _ => (self.target.namespace.clone(), selector),
        };
        let mut arguments = self.kubectl_arguments(&["get", "pods", "-o", "json", "--request-timeout=8s"]);
        match &namespace {
            Some(namespace) => arguments.push(format!("--namespace={namespace}")),
            None => arguments.push("-A".to_owned()),
        }
        let by_label = what.contains(['=', ',', '!', '(']);
        if by_label {
            arguments.push(format!("--selector={what}"));
        }
        let text = program::run_program(&self.program, &arguments, DEADLINE).await?;
        let pods = parse_pods(&text)?;
        if by_label {
            return Ok(pods);
        }
        let found: Vec<Pod> = pods.iter().filter(|pod| pod.name == what).cloned().collect();
        if found.is_empty() {
            let near = telemetry::parse::find_nearest(what, pods.iter().map(|pod| pod.name.as_str()));
            let near = near.map(|near| format!("; nearest: {near}")).unwrap_or_default();
            return Err(format!("no pod named '{what}'{near}"));
        }
        Ok(found)
    }

    /// Reads the log of a container.
    pub fn read(&self, pod: &Pod, wanted: LogWindow) -> LogFeed {
        let mut arguments = self.kubectl_arguments(&["logs", "--timestamps"]);
        arguments.extend([
            format!("--namespace={}", pod.namespace),
            format!("--container={}", pod.container),
        ]);
        if let Some(from) = wanted.from.and_then(journal::format_timestamp) {
            arguments.push(format!("--since-time={from}"));
        }
        if let Some(tail) = wanted.tail {
            arguments.push(format!("--tail={tail}"));
        }
        if wanted.follow {
            arguments.push("--follow".to_owned());
        }
        // A name that begins with a dash is none of kubectl's flags.
        arguments.extend(["--".to_owned(), pod.name.clone()]);
        let name = format!("kube:{}/{}", pod.namespace, pod.name);
        program::stream_program(&name, true, self.program.clone(), arguments, false)
    }

    fn kubectl_arguments(&self, words: &[&str]) -> Vec<String> {
        let mut arguments: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        if let Some(context) = &self.target.context {
            arguments.push(format!("--context={context}"));
        }
        arguments
    }
}

/// The containers in a list of pods.
fn parse_pods(text: &str) -> Result<Vec<Pod>, String> {
    let list: Value = serde_json::from_str(text).map_err(|problem| format!("kubectl's list of pods: {problem}"))?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for pod in list["items"].as_array().into_iter().flatten() {
        for container in pod["spec"]["containers"].as_array().into_iter().flatten() {
            found.push(Pod {
                namespace: text(&pod["metadata"], "namespace"),
                name: text(&pod["metadata"], "name"),
                container: text(container, "name"),
            });
        }
    }
    found.truncate(MOST);
    Ok(found)
}
