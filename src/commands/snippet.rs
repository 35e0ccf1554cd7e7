//! `tempoctl snippet`: instrumentation code with this sender's address filled in. Asks no server.

use clap::{Args, ValueEnum};

use crate::Exit;
use crate::checks::facts;
use crate::cli::write;
use crate::config::{
    Compression, ConfigErrors, ConnectionArgs, Disk, Environment, Header, Pem, Settings, Sourced, TENANT_HEADER,
};
use crate::parse::nearest::nearest;
use crate::probes::setup;
use crate::render::snippet::{Listed, code, json, json_list, list};
use crate::render::{Sink, Style, error};
use crate::snippets::{self, Sender, Snippet, Tls};

use super::held_back::tell_held_back;

/// Print instrumentation code with your OTLP endpoint, protocol and tenant filled in
///
/// The values are those that doctor uses: from flags, environment variables and the configuration file. Header values are
/// never printed, except the tenant.
#[derive(Debug, Clone, Args)]
pub struct SnippetArgs {
    /// Language, as `--list` prints it
    #[arg(value_name = "LANG", conflicts_with = "list")]
    language: Option<String>,
    /// List the languages
    #[arg(long)]
    list: bool,
    /// Service name to use in the code
    #[arg(long, value_name = "NAME", value_parser = service_name)]
    service: Option<String>,
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
}

/// The output formats of `snippet`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Only the code
    #[default]
    Human,
    /// One JSON document
    Json,
}

/// What is wrong, and what to try.
type Problem = (String, Vec<String>);

/// Runs the command.
pub fn run(args: &SnippetArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let as_json = args.output == Format::Json;
    let answer = match &args.language {
        None => listed(as_json, sink.style_out()),
        Some(language) => one(language, args, connection, env, sink),
    };
    let (problems, exit) = match answer {
        Ok(text) => return write(sink, &text).err().unwrap_or(Exit::Done),
        Err(stop) => stop,
    };
    for (message, advice) in &problems {
        let text = error::error(message, advice, sink.style_err());
        sink.err(&text);
    }
    if as_json {
        return write(sink, &error::json(&problems)).err().unwrap_or(exit);
    }
    exit
}

fn listed(as_json: bool, style: Style) -> Result<String, (Vec<Problem>, Exit)> {
    let rows: Vec<Listed> = snippets::ALL.iter().map(row).collect();
    match as_json {
        true => json_list(&rows).map_err(broken),
        false => Ok(list(&rows, style)),
    }
}

fn one(
    language: &str,
    args: &SnippetArgs,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Result<String, (Vec<Problem>, Exit)> {
    let Some(snippet) = snippets::find(language) else {
        return Err((vec![unknown(language)], Exit::Usage));
    };
    let settings = Settings::load(connection, env, &Disk).map_err(|ConfigErrors(problems)| {
        let problems = problems.into_iter().map(|problem| {
            let message = format!("{}: {}", problem.place, problem.message);
            (message, problem.advice.into_iter().collect())
        });
        (problems.collect(), Exit::Usage)
    })?;
    tell_held_back(&settings, sink);
    let mut sender = sender(&settings, args.service.clone());
    if snippet.is_between()
        && let Some(note) = hand_on(&settings, &mut sender)
    {
        sink.err(&note);
    }
    let text = snippets::fill(snippet, &sender).map_err(broken)?;
    // An address may carry what is a credential elsewhere.
    let text = settings.redactor().redact(&text).into_owned();
    if let [first, _, ..] = settings.tenants.value.as_slice() {
        let note = format!("note: an application sends to one tenant; using {first}\n");
        sink.err(&note);
    }
    match args.output {
        Format::Json => json(&row(snippet), &text).map_err(broken),
        Format::Human => Ok(code(&text, snippet.comment, sink.style_out())),
    }
}

fn row(snippet: &Snippet) -> Listed {
    Listed {
        language: snippet.language,
        title: snippet.title,
        file: snippet.file,
    }
}

fn broken(problem: impl std::fmt::Display) -> (Vec<Problem>, Exit) {
    (vec![(problem.to_string(), Vec::new())], Exit::General)
}

fn unknown(language: &str) -> Problem {
    let near = nearest(language, snippets::words().map(|(word, _)| word));
    let near = near.and_then(|near| snippets::words().find(|(word, _)| *word == near));
    let message = format!("unknown snippet '{language}'");
    match near {
        Some((_, meant)) => (
            format!("{message}; nearest: {meant}"),
            vec![format!("tempoctl snippet {meant}")],
        ),
        None => (message, vec!["tempoctl snippet --list".to_owned()]),
    }
}

/// Where these settings send, without a secret.
fn sender(settings: &Settings, service: Option<String>) -> Sender {
    let otlp = &settings.otlp;
    let mut sender = Sender {
        service,
        protocol: otlp.protocol.value,
        traces_url: otlp.traces_url.clone(),
        tenant: None,
        secret_headers: Vec::new(),
        gzip: otlp.compression.value == Compression::Gzip,
        tls: Tls::default(),
    };
    fill_credentials(&mut sender, settings, &otlp.headers, &otlp.tls);
    sender
}

/// Names what was admitted for the address that is filled in.
fn fill_credentials(sender: &mut Sender, settings: &Settings, headers: &[Header], tls: &crate::config::Tls) {
    let is_tenant = |header: &&Header| header.name.eq_ignore_ascii_case(TENANT_HEADER);
    let by_header = headers.iter().find(is_tenant).map(|header| header.value.expose());
    sender.tenant = by_header
        .map(str::to_owned)
        .or_else(|| settings.tenants.value.first().cloned());
    let secret = headers.iter().filter(|header| !is_tenant(header));
    sender.secret_headers = secret.map(|header| header.name.clone()).collect();
    let path = |pem: &Option<Sourced<Pem>>| Some(pem.as_ref()?.value.path.display().to_string());
    sender.tls = Tls {
        ca_cert: path(&tls.ca_cert),
        cert: path(&tls.cert),
        key: path(&tls.key),
    };
}

/// A collector sends to what stands behind it: it takes the usual ports of its own host itself, and would send to itself
/// there. The name is the one that Tempo has in Compose.
fn hand_on(settings: &Settings, sender: &mut Sender) -> Option<String> {
    if let (Some((target, protocol)), Some(receiver)) = (setup::behind(settings), &settings.tempo_otlp) {
        sender.traces_url = target.url.parse().ok()?;
        sender.protocol = protocol;
        fill_credentials(sender, settings, &receiver.headers, &receiver.tls);
        return None;
    }
    let (host, port) = (sender.traces_url.host_str()?.to_owned(), sender.traces_url.port()?);
    if !facts::is_loopback(&host) || !matches!(port, 4317 | 4318) {
        return None;
    }
    sender.traces_url.set_host(Some("tempo")).ok()?;
    Some(format!(
        "note: it listens on {host}:{port} itself, so it sends to tempo:{port}; set another Tempo with \
         --tempo-otlp-endpoint URL\n"
    ))
}

fn service_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err("the service name must be one non-empty line".to_owned());
    }
    Ok(text.to_owned())
}
