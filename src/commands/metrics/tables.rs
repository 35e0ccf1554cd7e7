//! Services, operations, the graph and Tempo's health: ask, fall back, say why there is nothing.

use super::empty::PrometheusAbsence;
use super::error::{explain_failure, explain_no_tenant};
use super::{MetricsOptions, MetricsSort, empty};
use crate::Exit;
use crate::command_error::CommandError;
use crate::commands::query_refusal::explain_range_limit;
use doctor::causes;
use doctor::diagnose::no_metrics::{MissingMetrics, SeriesPresence};
use probes::metrics::{MetricsAnswer, MetricsQuestion, graph as graphs, health as counters, red as spans, red_traceql};
use stack::Stack;
use std::cmp::Ordering;
use telemetry::model::health::HealthReport;
use telemetry::model::red::{CauseNote, EmptyResult, RedGrouping, RedRow, RedTable, ServiceGraph};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, FailureKind, Problem};
use telemetry::parse::query_error::QueryLimit;
use telemetry::parse::{find_nearest, query_error};
use telemetry::text::quote::quote_flag;

pub(super) const PROMETHEUS: (&str, &str) = ("Prometheus", "--prometheus-url");
pub(super) const TEMPO: (&str, &str) = ("Tempo", "--tempo-url");

/// A failure as the end of the run.
pub(super) fn build_failure(stack: &Stack, who: (&str, &str), failure: &Failure) -> CommandError {
    let target = if who == TEMPO {
        &stack.targets.tempo
    } else {
        &stack.targets.prometheus
    };
    explain_failure(who.0, &target.url, who.1, failure)
}

/// The same for Tempo, after a look at who answers in its place.
pub(super) async fn explain_tempo_failure(stack: &Stack, failure: &Failure) -> CommandError {
    match identify_wrong_server(stack, failure).await {
        Some(problem) => CommandError::from_problem(Exit::General, problem),
        None => build_failure(stack, TEMPO, failure),
    }
}

/// Who answers at Tempo's address in its place, and what to try. Behind a data source that is Grafana's affair.
async fn identify_wrong_server(stack: &Stack, failure: &Failure) -> Option<Problem> {
    if stack.source.is_some() {
        return None;
    }
    crate::commands::identify::explain_wrong_server(&stack.tempo, failure).await
}

/// Credentials that somebody gave are refused: that ends the run. A default address that wants a login is only not ours.
fn is_login_refused(stack: &Stack, failure: &Failure) -> bool {
    failure.kind == FailureKind::Unauthorised && stack.targets.prometheus.given
}

fn build_request(asked: &MetricsOptions<'_>, grouping: RedGrouping, window: TimeWindow) -> MetricsQuestion {
    MetricsQuestion {
        window,
        grouping,
        service: asked.args.service.clone(),
        markers: asked.args.markers,
    }
}

/// Services or operations.
pub(super) async fn fetch_red(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    grouping: RedGrouping,
    window: TimeWindow,
) -> Result<RedTable, CommandError> {
    let wanted = build_request(asked, grouping, window);
    let absent = match spans::fetch_red_table(&stack.prometheus, &wanted).await {
        Ok(MetricsAnswer::Found(table)) if !table.rows.is_empty() => return Ok(sort_rows(*table, asked)),
        Ok(MetricsAnswer::Found(table)) => return Ok(explain_no_match(*table, asked, stack, &wanted).await),
        Ok(MetricsAnswer::Absent(presence, shown)) => PrometheusAbsence::new(presence, shown),
        Err(failure) if is_login_refused(stack, &failure) => return Err(build_failure(stack, PROMETHEUS, &failure)),
        Err(failure) => PrometheusAbsence::failed(failure),
    };
    fetch_from_tempo(asked, stack, &wanted, absent).await
}

/// Where Prometheus has none, Tempo is asked, and said why.
async fn fetch_from_tempo(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    wanted: &MetricsQuestion,
    absent: PrometheusAbsence,
) -> Result<RedTable, CommandError> {
    let look = empty::fetch_status(stack, wanted.window, asked.args.timeout).await;
    let answer = red_traceql::fetch_traceql_table(&stack.tempo, wanted, look.hidden_s()).await;
    let causes = look.causes(MissingMetrics::SpanMetrics, &absent);
    match answer {
        Ok(mut table) if !table.rows.is_empty() => {
            let lead = format!("{}; showing Tempo's TraceQL metrics instead.", absent.sentence(stack));
            let mut lead = CauseNote::new(lead);
            let mut causes = causes;
            if absent.failure.is_some() {
                // The sentence tells it already; only its name is missing.
                let said = causes.iter().position(|note| {
                    note.cause
                        .is_some_and(|cause| causes::find_hints(cause).target.is_some())
                });
                lead.cause = said.and_then(|at| causes.remove(at).cause);
            }
            table.notes.splice(0..0, std::iter::once(lead).chain(causes));
            Ok(sort_rows(table, asked))
        }
        Ok(mut table) => {
            // What Tempo received last, and its own markers, are not found and yet counted below.
            let mut text = vec![format!(
                "No span metrics and no spans {}.",
                empty::describe_window(wanted.window, asked.page)
            )];
            let hidden = look.hidden_s();
            let hidden = if hidden > 0.0 {
                format!(" (without the last {hidden:.0} s)")
            } else {
                String::new()
            };
            text.push(format!(
                "{}; Tempo's TraceQL metrics{hidden} are empty as well.",
                absent.sentence(stack)
            ));
            text.push(look.describe_received(wanted.window, asked.page));
            if let Some(service) = &wanted.service {
                text.push(format!("Filtered to service {service}."));
            }
            table.empty = Some(EmptyResult {
                text,
                next: look.suggest_checks(&causes),
                causes,
            });
            Ok(table)
        }
        Err(failure) if failure.kind == FailureKind::Unauthorised => Err(explain_tempo_failure(stack, &failure).await),
        Err(failure) => {
            if let Some(QueryLimit::Range(most)) = query_error::parse_query_limit(&failure.detail) {
                return Err(explain_range_limit(most));
            }
            if failure.kind.is_unreachable() && absent.failure.is_some() {
                // Nobody answers at all.
                return Err(build_failure(stack, TEMPO, &failure));
            }
            if let Some(Problem { message, advice }) = identify_wrong_server(stack, &failure).await {
                let message = format!("{}, and {message}", absent.sentence(stack));
                return Err(CommandError::general(message).advising_all(advice));
            }
            let mut causes = causes;
            let refused = empty::explain_tempo_refusal(&failure);
            causes.extend(refused.filter(|note| causes.iter().all(|known| known.cause != note.cause)));
            let mut table = red_traceql::build_empty_table(wanted);
            table.empty = Some(EmptyResult {
                text: vec![
                    format!("No span metrics {}.", empty::describe_window(wanted.window, asked.page)),
                    format!(
                        "{}, and Tempo does not serve TraceQL metrics: {failure}.",
                        absent.sentence(stack)
                    ),
                    look.describe_received(wanted.window, asked.page),
                ],
                next: look.suggest_checks(&causes),
                causes,
            });
            Ok(table)
        }
    }
}

/// There are span metrics, and none that fits what was wanted.
async fn explain_no_match(
    mut table: RedTable,
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    wanted: &MetricsQuestion,
) -> RedTable {
    let (others, look) = tokio::join!(
        spans::fetch_services(&stack.prometheus, wanted),
        empty::fetch_status(stack, wanted.window, asked.args.timeout)
    );
    let when = empty::describe_window(wanted.window, asked.page);
    let received = look.describe_received(wanted.window, asked.page);
    let mut services: Vec<String> = others.get().cloned().unwrap_or_default();
    services.sort();
    let applications: Vec<String> = services
        .iter()
        .filter(|service| !telemetry::model::marker::is_own_service(service))
        .cloned()
        .collect();
    let mut reason = EmptyResult::default();
    match &wanted.service {
        Some(service) if services.contains(service) => {
            reason
                .text
                .push(format!("Service {service} has no counted spans {when}."));
            reason.causes.push(CauseNote::with_cause(
                "gen-stale-series",
                "Its series exist but did not grow.",
            ));
        }
        Some(service) => {
            reason
                .text
                .push(format!("No service named {service} in {} {when}.", table.read));
            reason
                .text
                .push(format!("Known services: {}.", join_names(&applications)));
            if let Some(near) = find_nearest(service, applications.iter().map(String::as_str)) {
                reason
                    .next
                    .push(format!("tempoctl metrics {}", quote_flag("--service", near)));
            }
        }
        None => {
            reason.text.push(format!("No application has spans {when}."));
            reason
                .text
                .push(format!("Looked at {}: it has only tempoctl's own marker.", table.read));
            let text = "The pipeline to Prometheus works, but only the marker arrives.";
            reason.causes.push(CauseNote::with_cause("app-none-sending", text));
            reason.next = look.suggest_checks(&reason.causes);
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
pub(super) fn join_names(names: &[String]) -> String {
    const MOST: usize = 8;
    match names {
        [] => "none".to_owned(),
        names if names.len() <= MOST => names.join(", "),
        names => format!("{} and {} more", names[..MOST].join(", "), names.len() - MOST),
    }
}

fn sort_rows(mut table: RedTable, asked: &MetricsOptions<'_>) -> RedTable {
    let down = |a: Option<f64>, b: Option<f64>| b.unwrap_or(-1.0).total_cmp(&a.unwrap_or(-1.0));
    let by = |a: &RedRow, b: &RedRow| -> Ordering {
        match asked.args.sort {
            MetricsSort::Rate => b.rate.total_cmp(&a.rate),
            MetricsSort::Errors => down(a.error_ratio, b.error_ratio),
            MetricsSort::P95 => down(a.quantiles.p95, b.quantiles.p95),
            MetricsSort::Name => Ordering::Equal,
        }
    };
    let name = |row: &RedRow| (row.service.clone(), row.operation.clone(), row.kind);
    table.rows.sort_by(|a, b| by(a, b).then_with(|| name(a).cmp(&name(b))));
    table.total = table.rows.len();
    if asked.args.limit > 0 {
        table.rows.truncate(asked.args.limit);
    }
    table
}

/// The service graph.
pub(super) async fn fetch_graph(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    window: TimeWindow,
) -> Result<ServiceGraph, CommandError> {
    let wanted = build_request(asked, RedGrouping::Service, window);
    let absent = match graphs::fetch_graph(&stack.prometheus, &wanted).await {
        Ok(MetricsAnswer::Found(mut graph)) if !graph.edges.is_empty() => {
            if asked.args.limit > 0 {
                graph.edges.truncate(asked.args.limit);
            }
            return Ok(*graph);
        }
        Ok(MetricsAnswer::Found(mut graph)) => {
            let mut reason = EmptyResult::default();
            let when = empty::describe_window(window, asked.page);
            match &wanted.service {
                Some(service) => reason.text.push(format!("No edges to or from {service} {when}.")),
                None => reason.text.push(format!("No edges between applications {when}.")),
            }
            reason.text.push(format!("Looked at {}.", graph.read));
            let look = empty::fetch_status(stack, window, asked.args.timeout).await;
            reason.text.push(look.describe_received(window, asked.page));
            reason.next = vec!["tempoctl doctor --only prometheus.service-graph".to_owned()];
            graph.empty = Some(reason);
            return Ok(*graph);
        }
        Ok(MetricsAnswer::Absent(presence, shown)) => PrometheusAbsence::new(presence, shown),
        Err(failure) if stack.targets.prometheus.given => return Err(build_failure(stack, PROMETHEUS, &failure)),
        Err(failure) => PrometheusAbsence::failed(failure),
    };
    let look = empty::fetch_status(stack, window, asked.args.timeout).await;
    if look.wants_tenant() {
        return Err(explain_no_tenant(TEMPO.0, &stack.targets.tempo.url));
    }
    let causes = look.causes(MissingMetrics::ServiceGraph, &absent);
    Ok(ServiceGraph {
        window,
        read: String::new(),
        edges: Vec::new(),
        total: 0,
        data_from: None,
        notes: Vec::new(),
        empty: Some(EmptyResult {
            text: vec![
                format!("No service graph {}.", empty::describe_window(window, asked.page)),
                format!("{}.", absent.graph_sentence(stack)),
                look.describe_received(window, asked.page),
            ],
            next: look.suggest_checks(&causes),
            causes,
        }),
    })
}

/// Tempo's own health: from Prometheus, which remembers; from Tempo where it does not scrape it.
pub(super) async fn fetch_health(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    window: TimeWindow,
) -> Result<HealthReport, CommandError> {
    let wanted = build_request(asked, RedGrouping::Service, window);
    let tenant = stack.targets.tenants.first().map(String::as_str);
    let mut note = None;
    match counters::read_copied_counters(&stack.prometheus, &wanted, tenant).await {
        Ok(Some(facts)) => {
            let mut health = doctor::diagnose::health::assess_health(&facts);
            refine_causes(asked, stack, window, &mut health).await;
            return Ok(health);
        }
        Ok(None) => {}
        Err(failure) if is_login_refused(stack, &failure) => return Err(build_failure(stack, PROMETHEUS, &failure)),
        Err(failure) if stack.targets.prometheus.given => {
            let text = format!(
                "Prometheus at {} did not answer: {failure}.",
                stack.targets.prometheus.url
            );
            note = Some(CauseNote::with_cause("target-unreachable", text));
        }
        Err(_) => {}
    }
    let facts = counters::read_direct_counters(stack, tenant)
        .await
        .map_err(|failure| build_failure(stack, TEMPO, &failure))?;
    let mut health = doctor::diagnose::health::assess_health(&facts);
    health.notes.extend(note);
    refine_causes(asked, stack, window, &mut health).await;
    Ok(health)
}

/// What counters cannot tell and the servers' status can: why samples are refused, and why nothing comes in.
async fn refine_causes(asked: &MetricsOptions<'_>, stack: &Stack, window: TimeWindow, health: &mut HealthReport) {
    let names = |cause| health.readings.iter().any(|reading| reading.cause == Some(cause));
    if !names("rw-wrong-url") && !names("app-none-sending") {
        return;
    }
    let look = empty::fetch_status(stack, window, asked.args.timeout).await;
    let causes = look.causes(
        MissingMetrics::SpanMetrics,
        &PrometheusAbsence::new(SeriesPresence::Unknown, None),
    );
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
        health.notes.push(CauseNote::with_cause("push-no-org-id", text));
    }
}
