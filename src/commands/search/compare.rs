//! `search diff A B`: two traces compared, each from Tempo or from a file.

use std::path::Path;

use clap::Args;

use crate::Exit;
use crate::config::{ConnectionArgs, Disk, Environment};
use crate::model::trace::Trace;
use crate::parse::{trace_id, traces};
use crate::probes::reader::Reader;
use crate::render::Sink;
use crate::render::search as render;
use crate::shape::diff;

use super::by_id::{recent, resolve};
use super::refused::Refused;
use super::{ShortFormat, block_on, led, reader, stop, write};

/// Arguments of `search diff`.
#[derive(Debug, Clone, Args)]
pub(super) struct DiffArgs {
    /// Trace to compare with: an ID or a file
    #[arg(value_name = "A")]
    a: String,
    /// Trace to compare: an ID or a file
    #[arg(value_name = "B")]
    b: String,
    /// Read Tempo through Grafana's data source
    #[arg(long)]
    via_grafana: bool,
    /// Time limit for each query
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    timeout: String,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub(super) output: ShortFormat,
}

pub(super) fn run(
    args: &DiffArgs,
    connection: &ConnectionArgs,
    env: &Environment,
    sink: &mut Sink,
) -> Result<Exit, Refused> {
    let mut problems = Vec::new();
    for text in [&args.a, &args.b] {
        if !Path::new(text).is_file()
            && let Err(refused) = trace_id::parse(text)
        {
            problems.push((format!("{}, and not a file", refused.message), Vec::new()));
        }
    }
    let reader = reader(connection, env, &args.timeout, problems, sink)?;
    block_on(async {
        let reader = led(reader, args.via_grafana).await?;
        let both = async { tokio::join!(one(&args.a, &reader), one(&args.b, &reader)) };
        let (a, b) = tokio::select! {
            (a, b) = both => (a?, b?),
            () = stop() => return Err(Refused::cancelled()),
        };
        let found = diff(&a, &b);
        let text = match args.output {
            ShortFormat::Json => render::diff_json(a.id, b.id, &found),
            ShortFormat::Human => render::diff(a.id, b.id, &found, !sink.stdout_is_tty(), sink.style_out()),
        };
        write(sink, &reader, &text)?;
        Ok(Exit::Done)
    })
}

async fn one(text: &str, reader: &Reader) -> Result<Trace, Refused> {
    if Path::new(text).is_file() {
        let bytes = Disk
            .bytes(Path::new(text), super::from_file::FILE_LIMIT)
            .map_err(|problem| {
                Refused::usage(
                    format!("cannot read {text}: {}", crate::config::reason(&problem)),
                    "a trace id",
                )
            })?;
        let (traces, _) = traces::read(&bytes)
            .map_err(|refused| Refused::problems(vec![(format!("{text}: {}", refused.message), Vec::new())]))?;
        let count = traces.len();
        return match <[Trace; 1]>::try_from(traces) {
            Ok([trace]) => Ok(trace),
            Err(_) => Err(Refused::problems(vec![(
                format!("{text} contains {count} traces; diff compares one"),
                Vec::new(),
            )])),
        };
    }
    let given = trace_id::parse(text).map_err(|refused| Refused::problems(vec![(refused.message, Vec::new())]))?;
    resolve(reader, &given, recent()).await
}
