//! `search --stream`: the same search by gRPC, each trace shown as soon as Tempo has it.

use std::collections::HashMap;

use crate::Exit;
use crate::model::search::Hit;
use crate::model::trace::TraceId;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::search::newest_first;
use crate::parse::tempo;
use crate::probes::search;
use crate::render::search as render;
use crate::render::{Sink, Tone};

use super::find::{Asked, left_out, refusal, table, why};
use super::refused::{Refused, of_failure};
use super::{Format, SearchArgs, stop, write};

pub(super) async fn run(args: &SearchArgs, asked: &Asked, sink: &mut Sink) -> Result<Exit, Refused> {
    if asked.reader.source.is_some() {
        return Err(Refused::usage(
            "--stream uses gRPC, which Grafana's data source proxy does not forward",
            "tempoctl search without --stream",
        ));
    }
    let mut stream = match search::stream(&asked.reader, &asked.question).await {
        Ok(stream) => stream,
        Err(failure) => return Err(not_streamed(failure, asked).await),
    };
    let table = table(args, asked, sink);
    let human = matches!(args.output, Format::Human | Format::Wide);
    let mut found: HashMap<TraceId, Hit> = HashMap::new();
    let mut order: Vec<TraceId> = Vec::new();
    let mut cancelled = false;
    loop {
        let part = tokio::select! {
            part = stream.next() => part,
            () = stop() => { cancelled = true; None }
        };
        let part = match part {
            None => break,
            Some(Ok(part)) => part,
            Some(Err(failure)) => return Err(not_streamed(failure, asked).await),
        };
        for hit in part.hits.into_iter().filter(|hit| asked.holds(hit)) {
            let known = found.contains_key(&hit.trace_id);
            let shown = !known && order.len() < asked.limit as usize;
            if shown && human && order.is_empty() {
                write(sink, &asked.reader, &table.head())?;
            }
            if shown && human {
                write(sink, &asked.reader, &table.row(&hit))?;
            }
            if !known {
                order.push(hit.trace_id);
            }
            found.insert(hit.trace_id, hit);
        }
        if sink.stderr_is_tty() && part.inspected.total_jobs > 0 {
            let text = format!(
                "\r{} of {} parts searched ",
                part.inspected.completed_jobs, part.inspected.total_jobs
            );
            let text = sink.style_err().tone(Tone::Dim, &text);
            sink.err(&text);
        }
    }
    if sink.stderr_is_tty() {
        sink.err("\r\u{1b}[K");
    }
    finish(args, asked, &found, &order, sink).await?;
    Ok(if cancelled { Exit::Cancelled } else { Exit::Done })
}

async fn finish(
    args: &SearchArgs,
    asked: &Asked,
    found: &HashMap<TraceId, Hit>,
    order: &[TraceId],
    sink: &mut Sink,
) -> Result<(), Refused> {
    let cut = order.len() > asked.limit as usize;
    let kept = order.iter().take(asked.limit as usize).filter_map(|id| found.get(id));
    let mut hits: Vec<Hit> = kept.cloned().collect();
    newest_first(&mut hits);
    let reason = if hits.is_empty() { Some(why(asked).await) } else { None };
    let style = sink.style_out();
    let text = match (args.output, &reason) {
        (Format::Json, _) => render::search_json(
            &asked.question.query,
            &asked.question.window,
            &hits,
            cut,
            reason.as_ref(),
        ),
        (Format::Jsonl, _) => hits.iter().map(render::hit_line).collect(),
        (Format::Csv, _) => render::hits_csv(&hits),
        (Format::Human | Format::Wide, Some(reason)) => render::empty(reason, style),
        (Format::Human | Format::Wide, None) => {
            let left_out = left_out(args, asked, cut);
            render::summary(&hits, &asked.told, asked.limit, left_out.as_ref(), style)
        }
    };
    write(sink, &asked.reader, &text)
}

/// A stream that did not come about: a query that Tempo does not take is the same either way; where nobody speaks gRPC on
/// this port, that is said plainly.
async fn not_streamed(failure: Failure, asked: &Asked) -> Refused {
    let silent = matches!(
        failure.kind,
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Truncated
    );
    // 12 is UNIMPLEMENTED: somebody speaks gRPC there, and knows nothing of streaming.
    let unknown = failure.kind == FailureKind::Grpc && failure.status == Some(12);
    if !silent && !unknown {
        return refusal(&Slot::<()>::failed(failure), asked).await;
    }
    // A gateway that speaks HTTP/1 refuses credentials in words that gRPC cannot read.
    let echo = asked.reader.api.get("/api/echo").await.and_then(tempo::expect_ok);
    if let Some(refusal) = echo.failure().filter(|echo| echo.kind == FailureKind::Unauthorised) {
        return of_failure(refusal, &asked.reader);
    }
    let config = asked.reader.root.get("/status/config").await.and_then(tempo::yaml);
    let place = asked.reader.place();
    let again = vec![
        "stream_over_http_enabled: true    (in Tempo's configuration)".to_owned(),
        "tempoctl search without --stream".to_owned(),
    ];
    let message = match config.get() {
        Some(config) if config.flag("stream_over_http_enabled") != Some(true) => {
            format!("{place} does not stream: stream_over_http_enabled is off in its configuration ({failure})")
        }
        Some(_) => format!(
            "{place} does not stream although stream_over_http_enabled is on: a proxy in between does not forward \
             HTTP/2 ({failure})"
        ),
        None => format!(
            "{place} does not stream: stream_over_http_enabled is off, or a proxy in between does not forward HTTP/2 \
             ({failure})"
        ),
    };
    Refused::general(message, again)
}
