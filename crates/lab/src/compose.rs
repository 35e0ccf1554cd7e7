//! The real stack of `deploy/compose`, in place of the lab where Docker runs. It is started and stopped by Docker's own
//! client; nothing here speaks to a server.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::error::LabError;

/// The service that sends test traffic.
const GENERATOR: &str = "tempo-trace-generator";
/// An engine that does not answer at once does not answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
const LONGEST_OUTPUT: u64 = 16 << 20;

/// The stack, and the client that runs it.
#[derive(Debug)]
pub struct ComposeStack {
    client: Vec<String>,
    file: PathBuf,
}

impl ComposeStack {
    /// The stack where Docker runs and the file is there; `Err` says in half a sentence what is missing.
    pub async fn find(file: &Path) -> Result<ComposeStack, String> {
        if !file.is_file() {
            return Err(format!("{} not found", file.display()));
        }
        let mut client = None;
        for words in [vec!["docker", "compose"], vec!["docker-compose"]] {
            let mut command = Command::new(words[0]);
            command.args(&words[1..]).arg("version");
            if run_successfully(command).await.is_some() {
                client = Some(words.into_iter().map(str::to_owned).collect());
                break;
            }
        }
        let Some(client) = client else {
            return Err("neither `docker compose` nor `docker-compose` is installed".to_owned());
        };
        let mut engine = Command::new("docker");
        engine.args(["version", "--format", "{{.Server.Version}}"]);
        if run_successfully(engine).await.is_none() {
            return Err("the Docker client is installed, but no Docker Engine answers".to_owned());
        }
        Ok(ComposeStack {
            client,
            file: file.to_owned(),
        })
    }

    /// Starts it.
    pub async fn up(&self) -> Result<(), LabError> {
        self.run(["up", "-d"]).await
    }

    /// Stops it; false where nothing of it ran.
    pub async fn down(&self) -> Result<bool, LabError> {
        if !self.is_running().await {
            return Ok(false);
        }
        self.run(["--profile", "generator", "down", "--remove-orphans"])
            .await
            .map(|()| true)
    }

    /// Starts the test traffic beside it.
    pub async fn start_generator(&self) -> Result<(), LabError> {
        if !self.is_running().await {
            return Err(LabError::background(
                "the Compose stack is not running, so there is nothing to send to",
                "Start it first: `make stack-up`, or `tempoctl lab up --prefer-compose`.",
            ));
        }
        self.run(["--profile", "generator", "up", "-d", GENERATOR]).await
    }

    /// Stops the test traffic; false where there was none.
    pub async fn stop_generator(&self) -> Result<bool, LabError> {
        let mut command = self.command(["--profile", "generator", "ps", "-q", GENERATOR]);
        command.stderr(Stdio::null());
        let running = run_successfully(command)
            .await
            .is_some_and(|output| !output.stdout.trim_ascii().is_empty());
        if !running {
            return Ok(false);
        }
        self.run(["--profile", "generator", "rm", "--stop", "--force", GENERATOR])
            .await
            .map(|()| true)
    }

    /// The last lines that a service wrote.
    pub async fn log(&self, generator: bool) -> Result<String, LabError> {
        let service = if generator { GENERATOR } else { "tempo" };
        let command = self.command([
            "--profile",
            "generator",
            "logs",
            "--no-color",
            "--no-log-prefix",
            "--tail=200",
            service,
        ]);
        let output = run_command(command)
            .await
            .map_err(LabError::io(self.client.join(" ")))?;
        // Version 2 keeps the two streams of a container apart; version 1 puts a line before them.
        let text: String = [&output.stdout, &output.stderr]
            .map(|stream| String::from_utf8_lossy(stream).into_owned())
            .concat()
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("Attaching to "))
            .collect();
        if !output.status.success() || text.trim().is_empty() {
            return Err(LabError::background(
                format!("{service} has written nothing: it is not running"),
                format!(
                    "Start it: `make {}`.",
                    if generator {
                        "tempo-start-test-generator"
                    } else {
                        "stack-up"
                    }
                ),
            ));
        }
        Ok(text)
    }

    /// True where a container of the project is there.
    pub async fn is_running(&self) -> bool {
        run_successfully(self.command(["ps", "-q"]))
            .await
            .is_some_and(|output| !output.stdout.trim_ascii().is_empty())
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The project's name is left to Compose, so that it is the same project that a person starts by hand.
    fn command<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.client[0]);
        command.args(&self.client[1..]).arg("-f").arg(&self.file).args(words);
        command
    }

    async fn run<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<(), LabError> {
        let output = run_command(self.command(words))
            .await
            .map_err(LabError::io(self.client.join(" ")))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(explain_docker_error(&said, &self.client.join(" ")))
    }
}

/// The output of a command that ends well, and soon.
async fn run_successfully(command: Command) -> Option<Output> {
    let ended = tokio::time::timeout(ANSWERS_WITHIN, run_command(command)).await;
    ended.ok()?.ok().filter(|output| output.status.success())
}

/// Both streams to their end; a program that writes more than [`LONGEST_OUTPUT`] is killed.
async fn run_command(mut command: Command) -> std::io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdout, stderr) = tokio::try_join!(read_output(child.stdout.take()), read_output(child.stderr.take()))?;
    let status = child.wait().await?;
    Ok(Output { status, stdout, stderr })
}

async fn read_output(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        #[expect(clippy::disallowed_methods, reason = "behind take")]
        pipe.take(LONGEST_OUTPUT).read_to_end(&mut bytes).await?;
    }
    match bytes.len() as u64 {
        LONGEST_OUTPUT => Err(std::io::ErrorKind::FileTooLarge.into()),
        _ => Ok(bytes),
    }
}

/// Words by which Docker tells what is wrong, and the way out.
const WAYS_OUT: [(&[&str], &str); 4] = [
    (
        &[
            "port is already allocated",
            "address already in use",
            "ports are not available",
        ],
        "A port of the stack is in use. Find the process (`ss -ltnp`, `tempoctl lab down`), stop it, then start \
         again; `make stack-down` stops the services that did start.",
    ),
    (
        &[
            "pull access denied",
            "manifest unknown",
            "no such host",
            "failed to resolve",
            "not found",
        ],
        "Docker cannot get an image. Check the network, or build tempoctl's own with `docker build -t tempoctl:0.1.0 \
         .`.",
    ),
    (
        &["permission denied"],
        "You have no permission to use the Docker Engine: join the group docker, or use sudo.",
    ),
    (
        &["no space left"],
        "The Docker Engine's disk is full: check `docker system df`.",
    ),
];

/// What Docker says, with what to do about it.
fn explain_docker_error(said: &str, client: &str) -> LabError {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let tells = |line: &str, words: &[&str]| {
        let lower = line.to_lowercase();
        words.iter().any(|word| lower.contains(word))
    };
    let known = WAYS_OUT
        .iter()
        .find_map(|(words, way)| Some((lines().find(|line| tells(line, words))?, *way)));
    // The last line often only counts the errors before it.
    let last = lines().rfind(|line| !line.starts_with("Encountered errors"));
    let (line, advice) = known.unwrap_or((
        last.unwrap_or("no reason was given"),
        "Run it by hand: `docker compose -f deploy/compose/docker-compose.yml up -d`.",
    ));
    // What comes last in a chain of reasons says most.
    let line = line.rfind("listen tcp").map_or(line, |at| &line[at..]);
    LabError::background(
        format!("{client} failed: {}", line.trim_start_matches("ERROR: ")),
        advice,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_says_gets_a_way_out() {
        let cases = [
            (
                "ERROR: for tempo  Cannot start service tempo: driver failed: listen tcp4 0.0.0.0:3200: bind: address already in use\nEncountered errors while bringing up the project.",
                "ss -ltnp",
            ),
            ("Bind for 0.0.0.0:3200 failed: port is already allocated", "ss -ltnp"),
            (
                "pull access denied for tempoctl, repository does not exist",
                "docker build",
            ),
            ("permission denied while trying to connect", "group docker"),
            ("something else", "by hand"),
        ];
        for (said, way) in cases {
            let error = explain_docker_error(said, "docker compose");
            assert!(error.advice().contains(way), "{said}");
            let line = said.lines().next().unwrap().rsplit("failed: ").next().unwrap();
            assert!(error.to_string().contains(line.trim_end_matches('.')), "{error}");
        }
    }
}
