//! `tempoctl snippet`: instrumentation code with this sender's address filled in. Asks no server.

use crate::app::App;
use crate::command_error::CommandError;
use crate::render::Style;
use crate::render::snippet::{ListedSnippet, render_code, render_json, render_json_list, render_list};
use crate::snippets::{Snippet, SnippetDestination, TlsPaths};
use crate::{Exit, snippets};
use clap::{Args, ValueEnum};
use stack::config::{Header, PemFile, Server, Settings, Sourced, TENANT_HEADER};
use telemetry::parse::authority::is_loopback;
use telemetry::parse::suggest::find_nearest;

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
    output: SnippetFormat,
}

/// The output formats of `snippet`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum SnippetFormat {
    /// Only the code
    #[default]
    Human,
    /// One JSON document
    Json,
}

/// Runs the command.
pub fn run_snippet(args: &SnippetArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let text = match &args.language {
        None => list_snippets(args.output, app.sink.style_out())?,
        Some(language) => render_snippet(language, args, app)?,
    };
    app.sink.out(&text)?;
    Ok(Exit::Done)
}

fn list_snippets(output: SnippetFormat, style: Style) -> Result<String, CommandError> {
    let rows: Vec<ListedSnippet> = snippets::ALL.iter().map(describe_snippet).collect();
    match output {
        SnippetFormat::Json => Ok(render_json_list(&rows)),
        SnippetFormat::Human => Ok(render_list(&rows, style)),
    }
}

fn render_snippet(language: &str, args: &SnippetArgs, app: &mut App<'_>) -> Result<String, CommandError> {
    let Some(snippet) = snippets::find_snippet(language) else {
        return Err(explain_unknown(language));
    };
    let settings = app.load_settings(&[Server::Receiver])?;
    let mut sender = build_destination(&settings, args.service.clone());
    if snippet.is_between()
        && let Some(note) = retarget_collector(&settings, &mut sender)
    {
        app.sink.err(&note);
    }
    let text = snippets::fill_template(snippet, &sender).map_err(build_internal_error)?;
    if let [first, _, ..] = settings.tenants.value.as_slice() {
        let note = format!("note: an application sends to one tenant; using {first}\n");
        app.sink.err(&note);
    }
    match args.output {
        SnippetFormat::Json => Ok(render_json(&describe_snippet(snippet), &text)),
        SnippetFormat::Human => Ok(render_code(&text, snippet.comment, app.sink.style_out())),
    }
}

fn describe_snippet(snippet: &Snippet) -> ListedSnippet {
    ListedSnippet {
        language: snippet.language,
        title: snippet.title,
        file: snippet.file,
    }
}

fn build_internal_error(problem: impl std::fmt::Display) -> CommandError {
    CommandError::general(problem.to_string())
}

fn explain_unknown(language: &str) -> CommandError {
    let near = find_nearest(language, snippets::list_words().map(|(word, _)| word));
    let near = near.and_then(|near| snippets::list_words().find(|(word, _)| *word == near));
    match near {
        Some((_, meant)) => CommandError::usage(format!("unknown snippet '{language}'; nearest: {meant}"))
            .advising(format!("tempoctl snippet {meant}")),
        None => CommandError::usage(format!("unknown snippet '{language}'")).advising("tempoctl snippet --list"),
    }
}

/// Where these settings send, without a secret.
fn build_destination(settings: &Settings, service: Option<String>) -> SnippetDestination {
    let otlp = &settings.otlp;
    let mut sender = SnippetDestination {
        service,
        protocol: otlp.protocol.value,
        traces_url: otlp.traces_url.clone(),
        tenant: None,
        secret_headers: Vec::new(),
        gzip: otlp.compression.value == telemetry::model::send_report::BodyCompression::Gzip,
        tls: TlsPaths::default(),
    };
    fill_credentials(&mut sender, settings, &otlp.headers, &otlp.tls);
    sender
}

/// Names what was admitted for the address that is filled in.
fn fill_credentials(
    sender: &mut SnippetDestination,
    settings: &Settings,
    headers: &[Header],
    tls: &stack::config::TlsSettings,
) {
    let is_tenant = |header: &&Header| header.name.eq_ignore_ascii_case(TENANT_HEADER);
    let by_header = headers.iter().find(is_tenant).map(|header| header.value.expose());
    sender.tenant = by_header
        .map(str::to_owned)
        .or_else(|| settings.tenants.value.first().cloned());
    let secret = headers.iter().filter(|header| !is_tenant(header));
    sender.secret_headers = secret.map(|header| header.name.clone()).collect();
    let path = |pem: &Option<Sourced<PemFile>>| Some(pem.as_ref()?.value.path.display().to_string());
    sender.tls = TlsPaths {
        ca_cert: path(&tls.ca_cert),
        cert: path(&tls.cert),
        key: path(&tls.key),
    };
}

/// A collector sends to what stands behind it: it takes the usual ports of its own host itself, and would send to itself
/// there. The name is the one that Tempo has in Compose.
fn retarget_collector(settings: &Settings, sender: &mut SnippetDestination) -> Option<String> {
    if let (Some((target, protocol)), Some(receiver)) = (stack::resolve_tempo_receiver(settings), &settings.tempo_otlp)
    {
        sender.traces_url = target.url.parse().ok()?;
        sender.protocol = protocol;
        fill_credentials(sender, settings, &receiver.headers, &receiver.tls);
        return None;
    }
    let (host, port) = (sender.traces_url.host_str()?.to_owned(), sender.traces_url.port()?);
    if !is_loopback(&host) || !matches!(port, 4317 | 4318) {
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
