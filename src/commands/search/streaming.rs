//! `search --stream`: the same search by gRPC, each trace shown as soon as Tempo has it.

use std::collections::HashMap;

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::{Sink, Tone};
use stack::clients::tempo::search::sort_newest_first;
use telemetry::model::search::SearchHit;
use telemetry::model::trace::TraceId;
use telemetry::model::{Failure, FailureKind, Slot};
use telemetry::parse::tempo;

use crate::signal::wait_for_signal;

use super::error::explain_failure;
use super::find::{SearchOptions, build_table, explain_refusal, print_hits};
use super::{SearchArgs, SearchFormat};

pub(super) async fn stream_traces(
    args: &SearchArgs,
    asked: &SearchOptions,
    sink: &mut Sink,
) -> Result<Exit, CommandError> {
    if asked.stack.source.is_some() {
        return Err(
            CommandError::usage("--stream uses gRPC, which Grafana's data source proxy does not forward")
                .advising("tempoctl search without --stream"),
        );
    }
    let mut stream = match asked.stack.tempo.open_search_stream(&asked.question).await {
        Ok(stream) => stream,
        Err(failure) => return Err(explain_stream_failure(failure, asked).await),
    };
    let table = build_table(args, asked, sink);
    let human = matches!(args.output, SearchFormat::Human | SearchFormat::Wide);
    let mut found: HashMap<TraceId, SearchHit> = HashMap::new();
    let mut order: Vec<TraceId> = Vec::new();
    let mut cancelled = false;
    loop {
        let part = tokio::select! {
            biased;
            () = wait_for_signal() => { cancelled = true; None }
            part = stream.next() => part,
        };
        let part = match part {
            None => break,
            Some(Ok(part)) => part,
            Some(Err(failure)) => return Err(explain_stream_failure(failure, asked).await),
        };
        for hit in part.hits.into_iter().filter(|hit| asked.holds(hit)) {
            let known = found.contains_key(&hit.trace_id);
            let shown = !known && order.len() < asked.limit as usize;
            if shown && human && order.is_empty() {
                sink.out(&table.head())?;
            }
            if shown && human {
                sink.out(&table.row(&hit))?;
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
    let cut = order.len() > asked.limit as usize;
    let kept = order.iter().take(asked.limit as usize);
    let mut hits: Vec<SearchHit> = kept.filter_map(|id| found.remove(id)).collect();
    sort_newest_first(&mut hits);
    print_hits(args, asked, &hits, (cut, true), sink).await?;
    Ok(if cancelled { Exit::Cancelled } else { Exit::Done })
}

/// A stream that did not come about: a query that Tempo does not take is the same either way; where nobody speaks gRPC on
/// this port, that is said plainly.
async fn explain_stream_failure(failure: Failure, asked: &SearchOptions) -> CommandError {
    let silent = matches!(
        failure.kind,
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Truncated
    );
    // 12 is UNIMPLEMENTED: somebody speaks gRPC there, and knows nothing of streaming.
    let unknown = failure.kind == FailureKind::Grpc && failure.status == Some(12);
    if !silent && !unknown {
        return explain_refusal(&Slot::<()>::failed(failure), asked).await;
    }
    // A gateway that speaks HTTP/1 refuses credentials in words that gRPC cannot read.
    let echo = asked.stack.tempo.fetch_echo().await.and_then(tempo::expect_ok);
    if let Some(refusal) = echo.failure().filter(|echo| echo.kind == FailureKind::Unauthorised) {
        return explain_failure(refusal, &asked.stack);
    }
    let config = asked.stack.tempo.fetch_config().await;
    let place = asked.stack.describe_tempo();
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
    CommandError::general(message).advising_all(again)
}
