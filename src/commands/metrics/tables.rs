//! Services, operations, the graph and Tempo's health: ask, fall back, say why there is nothing.

use std::cmp::Ordering;

use crate::diagnose::absence::{Missing, Trace};
use crate::model::health::Health;
use crate::model::red::{Empty, Graph, Grouping, Note, Row, Table};
use crate::model::window::Window;
use crate::model::{Failure, FailureKind};
use crate::parse::query_error::{self, Limit};
use crate::parse::{duration, nearest};
use crate::probes::Setup;
use crate::probes::metrics::{Wanted, graph as graphs, health as counters, red as spans, red_traceql};

use super::empty::{self, Absent};
use super::stop::Stop;
use super::{Asked, Sort};

pub(super) const PROMETHEUS: (&str, &str) = ("Prometheus", "--prometheus-url");
pub(super) const TEMPO: (&str, &str) = ("Tempo", "--tempo-url");

/// A failure as the end of the run.
pub(super) fn stopped(setup: &Setup, who: (&str, &str), failure: &Failure) -> Stop {
    let target = if who == TEMPO {
        &setup.targets.tempo
    } else {
        &setup.targets.prometheus
    };
    Stop::failure(who.0, &target.url, who.1, failure)
}

/// The same for Tempo, after a look at who answers in its place.
pub(super) async fn tempo_stopped(setup: &Setup, failure: &Failure) -> Stop {
    match stranger(setup, failure).await {
        Some(problem) => Stop::General(problem),
        None => stopped(setup, TEMPO, failure),
    }
}

/// Who answers at Tempo's address in its place, and what to try. Behind a data source that is Grafana's affair.
async fn stranger(setup: &Setup, failure: &Failure) -> Option<(String, Vec<String>)> {
    if setup.request.via_grafana {
        return None;
    }
    crate::commands::stranger::named(&setup.tempo, failure).await
}

/// Credentials that somebody gave are refused: that ends the run. A default address that wants a login is only not ours.
fn refuses(setup: &Setup, failure: &Failure) -> bool {
    failure.kind == FailureKind::Unauthorised && setup.targets.prometheus.given
}

fn wanted(asked: &Asked, grouping: Grouping, window: Window) -> Wanted {
    Wanted {
        window,
        grouping,
        service: asked.service.clone(),
        markers: asked.markers,
    }
}

/// Services or operations.
pub(super) async fn red(asked: &Asked, setup: &Setup, grouping: Grouping, window: Window) -> Result<Table, Stop> {
    let wanted = wanted(asked, grouping, window);
    let absent = match spans::table(&setup.prometheus, &wanted).await {
        Ok(spans::Red::Table(table)) if !table.rows.is_empty() => return Ok(ordered(*table, asked)),
        Ok(spans::Red::Table(table)) => return Ok(unfit(*table, asked, setup, &wanted).await),
        Ok(spans::Red::TooYoung(shown)) => Absent::of(Trace::Young, Some(shown)),
        Ok(spans::Red::Stale(shown)) => Absent::of(Trace::Stale, Some(shown)),
        Ok(spans::Red::None) => Absent::of(Trace::Unknown, None),
        Err(failure) if refuses(setup, &failure) => return Err(stopped(setup, PROMETHEUS, &failure)),
        Err(failure) => Absent::failed(failure),
    };
    from_tempo(asked, setup, &wanted, absent).await
}

/// Where Prometheus has none, Tempo is asked, and said why.
async fn from_tempo(asked: &Asked, setup: &Setup, wanted: &Wanted, absent: Absent) -> Result<Table, Stop> {
    let look = empty::look(setup, wanted.window, asked.timeout).await;
    let answer = red_traceql::table(&setup.tempo, wanted, look.hidden_s()).await;
    let causes = look.causes(Missing::SpanMetrics, &absent);
    match answer {
        Ok(mut table) if !table.rows.is_empty() => {
            let lead = format!("{}; showing Tempo's TraceQL metrics instead.", absent.sentence(setup));
            let mut lead = Note::new(lead);
            let mut causes = causes;
            if absent.failure.is_some() {
                // The sentence tells it already; only its name is missing.
                let said = causes
                    .iter()
                    .position(|note| note.cause.is_some_and(|cause| cause.starts_with("target-")));
                lead.cause = said.and_then(|at| causes.remove(at).cause);
            }
            table.notes.splice(0..0, std::iter::once(lead).chain(causes));
            Ok(ordered(table, asked))
        }
        Ok(mut table) => {
            // What Tempo received last, and its own markers, are not found and yet counted below.
            let mut text = vec![format!(
                "No span metrics and no spans {}.",
                empty::when(wanted.window, asked.page)
            )];
            let hidden = look.hidden_s();
            let hidden = if hidden > 0.0 {
                format!(" (without the last {hidden:.0} s)")
            } else {
                String::new()
            };
            text.push(format!(
                "{}; Tempo's TraceQL metrics{hidden} are empty as well.",
                absent.sentence(setup)
            ));
            text.push(look.received(wanted.window, asked.page));
            if let Some(service) = &wanted.service {
                text.push(format!("Filtered to service {service}."));
            }
            table.empty = Some(Empty {
                text,
                next: look.doctor(&causes),
                causes,
            });
            Ok(table)
        }
        Err(failure) if failure.kind == FailureKind::Unauthorised => Err(tempo_stopped(setup, &failure).await),
        Err(failure) => {
            if let Some(stop) = too_long(&failure) {
                return Err(stop);
            }
            if failure.kind.is_unreachable() && absent.failure.is_some() {
                // Nobody answers at all.
                return Err(stopped(setup, TEMPO, &failure));
            }
            if let Some((who, advice)) = stranger(setup, &failure).await {
                return Err(Stop::General((
                    format!("{}, and {who}", absent.sentence(setup)),
                    advice,
                )));
            }
            let mut causes = causes;
            let refused = empty::refused_by_tempo(&failure);
            causes.extend(refused.filter(|note| causes.iter().all(|known| known.cause != note.cause)));
            let mut table = red_traceql::nothing(wanted);
            table.empty = Some(Empty {
                text: vec![
                    format!("No span metrics {}.", empty::when(wanted.window, asked.page)),
                    format!(
                        "{}, and Tempo does not serve TraceQL metrics: {failure}.",
                        absent.sentence(setup)
                    ),
                    look.received(wanted.window, asked.page),
                ],
                next: look.doctor(&causes),
                causes,
            });
            Ok(table)
        }
    }
}

/// A range that Tempo does not allow for this tenant.
pub(super) fn too_long(failure: &Failure) -> Option<Stop> {
    let Some(Limit::Range(limit)) = query_error::limit(&failure.detail) else {
        return None;
    };
    let limit = duration::format(limit);
    Some(Stop::Usage(vec![(
        format!("the range is longer than Tempo allows for this tenant: at most {limit}"),
        vec![format!("--since {limit}")],
    )]))
}

/// There are span metrics, and none that fits what was wanted.
async fn unfit(mut table: Table, asked: &Asked, setup: &Setup, wanted: &Wanted) -> Table {
    let (others, look) = tokio::join!(
        spans::services(&setup.prometheus, wanted),
        empty::look(setup, wanted.window, asked.timeout)
    );
    let when = empty::when(wanted.window, asked.page);
    let received = look.received(wanted.window, asked.page);
    let mut services: Vec<String> = others.get().cloned().unwrap_or_default();
    services.sort();
    let applications: Vec<String> = services
        .iter()
        .filter(|service| !crate::model::marker::is_ours(service))
        .cloned()
        .collect();
    let mut reason = Empty::default();
    match &wanted.service {
        Some(service) if services.contains(service) => {
            reason
                .text
                .push(format!("Service {service} has no counted spans {when}."));
            reason
                .causes
                .push(Note::of("gen-stale-series", "Its series exist but did not grow."));
        }
        Some(service) => {
            reason
                .text
                .push(format!("No service named {service} in {} {when}.", table.read));
            reason.text.push(format!("Known services: {}.", listed(&applications)));
            if let Some(near) = nearest(service, applications.iter().map(String::as_str)) {
                reason
                    .next
                    .push(format!("tempoctl metrics --service {}", empty::shell(near)));
            }
        }
        None => {
            reason.text.push(format!("No application has spans {when}."));
            reason
                .text
                .push(format!("Looked at {}: it has only tempoctl's own marker.", table.read));
            let text = "The pipeline to Prometheus works, but only the marker arrives.";
            reason.causes.push(Note::of("app-none-sending", text));
            reason.next = look.doctor(&reason.causes);
        }
    }
    reason.text.push(received);
    if reason.next.is_empty() {
        reason.next = vec!["tempoctl doctor --only app.sending".to_owned()];
    }
    table.empty = Some(reason);
    table
}

/// `a, b, c and 4 more`
pub(super) fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    match names {
        [] => "none".to_owned(),
        names if names.len() <= MOST => names.join(", "),
        names => format!("{} and {} more", names[..MOST].join(", "), names.len() - MOST),
    }
}

fn ordered(mut table: Table, asked: &Asked) -> Table {
    let down = |a: Option<f64>, b: Option<f64>| b.unwrap_or(-1.0).total_cmp(&a.unwrap_or(-1.0));
    let by = |a: &Row, b: &Row| -> Ordering {
        match asked.sort {
            Sort::Rate => b.rate.total_cmp(&a.rate),
            Sort::Errors => down(a.error_ratio, b.error_ratio),
            Sort::P95 => down(a.quantiles.p95, b.quantiles.p95),
            Sort::Name => Ordering::Equal,
        }
    };
    let name = |row: &Row| (row.service.clone(), row.operation.clone(), row.kind);
    table.rows.sort_by(|a, b| by(a, b).then_with(|| name(a).cmp(&name(b))));
    table.total = table.rows.len();
    if asked.limit > 0 {
        table.rows.truncate(asked.limit);
    }
    table
}

/// The service graph.
pub(super) async fn graph(asked: &Asked, setup: &Setup, window: Window) -> Result<Graph, Stop> {
    let wanted = wanted(asked, Grouping::Service, window);
    let absent = match graphs::graph(&setup.prometheus, &wanted).await {
        Ok(graphs::Found::Graph(mut graph)) if !graph.edges.is_empty() => {
            if asked.limit > 0 {
                graph.edges.truncate(asked.limit);
            }
            return Ok(*graph);
        }
        Ok(graphs::Found::Graph(mut graph)) => {
            let mut reason = Empty::default();
            let when = empty::when(window, asked.page);
            match &wanted.service {
                Some(service) => reason.text.push(format!("No edges to or from {service} {when}.")),
                None => reason.text.push(format!("No edges between applications {when}.")),
            }
            reason.text.push(format!("Looked at {}.", graph.read));
            let look = empty::look(setup, window, asked.timeout).await;
            reason.text.push(look.received(window, asked.page));
            reason.next = vec!["tempoctl doctor --only prometheus.service-graph".to_owned()];
            graph.empty = Some(reason);
            return Ok(*graph);
        }
        Ok(graphs::Found::TooYoung(shown)) => Absent::of(Trace::Young, Some(shown)),
        Ok(graphs::Found::Stale(shown)) => Absent::of(Trace::Stale, Some(shown)),
        Ok(graphs::Found::None) => Absent::of(Trace::Unknown, None),
        Err(failure) if setup.targets.prometheus.given => return Err(stopped(setup, PROMETHEUS, &failure)),
        Err(failure) => Absent::failed(failure),
    };
    let look = empty::look(setup, window, asked.timeout).await;
    if look.wants_tenant() {
        return Err(Stop::no_tenant(TEMPO.0, &setup.targets.tempo.url));
    }
    let causes = look.causes(Missing::ServiceGraph, &absent);
    Ok(Graph {
        window,
        read: String::new(),
        edges: Vec::new(),
        total: 0,
        data_from: None,
        notes: Vec::new(),
        empty: Some(Empty {
            text: vec![
                format!("No service graph {}.", empty::when(window, asked.page)),
                format!("{}.", absent.graph_sentence(setup)),
                look.received(window, asked.page),
            ],
            next: look.doctor(&causes),
            causes,
        }),
    })
}

/// Tempo's own health: from Prometheus, which remembers; from Tempo where it does not scrape it.
pub(super) async fn health(asked: &Asked, setup: &Setup, window: Window) -> Result<Health, Stop> {
    let wanted = wanted(asked, Grouping::Service, window);
    let tenant = setup.targets.tenants.first().map(String::as_str);
    let mut note = None;
    match counters::copied(&setup.prometheus, &wanted, tenant).await {
        Ok(Some(facts)) => {
            let mut health = crate::diagnose::health::health(&facts);
            explained(asked, setup, window, &mut health).await;
            return Ok(health);
        }
        Ok(None) => {}
        Err(failure) if refuses(setup, &failure) => return Err(stopped(setup, PROMETHEUS, &failure)),
        Err(failure) if setup.targets.prometheus.given => {
            let text = format!(
                "Prometheus at {} did not answer: {failure}.",
                setup.targets.prometheus.url
            );
            note = Some(Note::of("target-unreachable", text));
        }
        Err(_) => {}
    }
    let facts = counters::direct(setup, tenant)
        .await
        .map_err(|failure| stopped(setup, TEMPO, &failure))?;
    let mut health = crate::diagnose::health::health(&facts);
    health.notes.extend(note);
    explained(asked, setup, window, &mut health).await;
    Ok(health)
}

/// What counters cannot tell and the servers' status can: why samples are refused, and why nothing comes in.
async fn explained(asked: &Asked, setup: &Setup, window: Window, health: &mut Health) {
    let names = |cause| health.readings.iter().any(|reading| reading.cause == Some(cause));
    if !names("rw-wrong-url") && !names("app-none-sending") {
        return;
    }
    let look = empty::look(setup, window, asked.timeout).await;
    let causes = look.causes(Missing::SpanMetrics, &Absent::of(Trace::Unknown, None));
    let closed = causes.iter().any(|note| note.cause == Some("rw-receiver-disabled"));
    for reading in &mut health.readings {
        if closed && reading.cause == Some("rw-wrong-url") {
            reading.cause = Some("rw-receiver-disabled");
        }
        if look.wants_tenant() && reading.cause == Some("app-none-sending") {
            reading.cause = Some("push-no-org-id");
        }
    }
    if look.wants_tenant() {
        let text = "Tempo is multi-tenant and rejects spans and queries without a tenant (set --org-id).";
        health.notes.push(Note::of("push-no-org-id", text));
    }
}
