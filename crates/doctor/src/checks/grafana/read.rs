//! The marker is read through Grafana's Tempo data sources. What Tempo itself shows and a data source does not, the data
//! source asks wrongly; *Save & test* proves nothing of it, because it asks only `/api/echo`.

use telemetry::model::failure::format_status_text;
use telemetry::model::grafana::{DataSource, TempoSourceFacts};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding, FindingLevel, Slot};
use telemetry::parse::authority::is_same_place;
use telemetry::parse::grafana::{extract_message, extract_query_error};

use super::data_source_failure::{DataSourceProbe, build_source_finding, classify_failure, explain_direct_access};
use super::{find_skip_outcome, has_seen_marker, is_shown_by_tempo, provisioning};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.read",
    title: "the marker is read through Grafana's Tempo data source",
    needs: &[&[
        Fact::Grafana,
        Fact::Targets,
        Fact::ById,
        Fact::Push,
        Fact::Search,
        Fact::Echo,
    ]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

const TENANT: &str = "X-Scope-OrgID";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let facts = view.grafana();
    let Some(primary) = facts.primary_tempo() else {
        return CheckOutcome::not_applicable("Grafana has no Tempo data source");
    };
    if facts.tempo.is_empty() {
        return CheckOutcome::no_evidence("the data sources were not queried");
    }
    if !is_shown_by_tempo(view) && !view.request().via_grafana {
        return CheckOutcome::not_applicable("not judged until Tempo itself returns the marker");
    }
    let pair = |source| {
        facts
            .tempo
            .iter()
            .find(|through| through.uid == source)
            .zip(facts.source(source))
    };
    let mut others = Vec::new();
    let mut first = None;
    for through in &facts.tempo {
        let Some((through, source)) = pair(&through.uid) else {
            continue;
        };
        let Some(found) = find_failure(view, source, through) else {
            continue;
        };
        if source.uid == primary.uid {
            first = Some(found);
        } else {
            others.push((source, found));
        }
    }
    if let Some(mut finding) = first {
        let named: Vec<String> = others.iter().map(|(source, _)| source.display_name()).collect();
        if !named.is_empty() {
            finding = finding.with_evidence("Grafana", "other failing data sources", named.join(", "));
        }
        return finding.into();
    }
    if let Some((_, mut finding)) = others.into_iter().next() {
        finding.level = FindingLevel::Degraded;
        return finding
            .with_evidence("Grafana", "another Tempo data source works", primary.display_name())
            .into();
    }
    judge_success(view, primary)
}

fn judge_success(view: &EvidenceView<'_>, primary: &DataSource) -> CheckOutcome {
    let facts = view.grafana();
    let Some(through) = facts.tempo.iter().find(|through| through.uid == primary.uid) else {
        return CheckOutcome::no_evidence("the data source was not queried");
    };
    match &through.by_id {
        Slot::Known { value, .. } if value.spans > 0 => {}
        Slot::Failed { failure } if failure.status == Some(403) => {
            return CheckOutcome::no_evidence("needs datasources:query: this login may not query the data source");
        }
        _ if through.echo.get().is_some_and(|answer| answer.status == 403) => {
            return CheckOutcome::no_evidence("needs datasources:query: this login may not query the data source");
        }
        _ => return CheckOutcome::no_evidence("the marker was not queried through the data source"),
    }
    let lagging = through.search.get().is_some_and(Vec::is_empty);
    let how = match (&through.search, lagging) {
        (Slot::Known { .. }, false) => "by id and by search",
        (Slot::Known { .. }, true) => "by id; search through Grafana lags slightly",
        _ => "by id",
    };
    let many = facts.tempo.len();
    CheckOutcome::pass(if many > 1 {
        format!(
            "the marker was read through {many} data sources {how}, including {}",
            primary.display_name()
        )
    } else {
        format!("the marker was read through {} {how}", primary.display_name())
    })
}

/// What is wrong with one data source.
fn find_failure(view: &EvidenceView<'_>, source: &DataSource, through: &TempoSourceFacts) -> Option<Finding> {
    let server = view.targets().tempo.url.as_str();
    if source.access == "direct" {
        return Some(explain_direct_access(source, &through.echo));
    }
    let asked = |path, answer| DataSourceProbe {
        source,
        path,
        answer,
        health: &through.health,
        server,
    };
    let echoes = through
        .echo
        .get()
        .is_some_and(|answer| answer.status == 200 && answer.body.trim() == "echo");
    if !echoes {
        return through
            .echo
            .was_asked()
            .then(|| classify_failure(view, &asked("api/echo", &through.echo)))?;
    }
    if let Some(found) = find_missing_tenant(view, source, through) {
        return Some(found);
    }
    match &through.by_id {
        Slot::Known { value, .. } if value.spans > 0 => find_panel_failure(view, source, through),
        Slot::Known { .. } => Some(explain_other_instance(view, source, through)),
        Slot::Failed { failure } if failure.status == Some(403) => None,
        Slot::Failed { .. } => classify_failure(view, &asked("api/search", &through.any)),
        Slot::NotAsked => None,
    }
}

/// Tempo wants a tenant and the data source sends none, or another header, or only the header's name.
fn find_missing_tenant(view: &EvidenceView<'_>, source: &DataSource, through: &TempoSourceFacts) -> Option<Finding> {
    let answer = through.any.get().filter(|answer| !answer.is_success())?;
    let said = extract_message(answer);
    let lower = said.to_lowercase();
    let refused = answer.status == 401
        || lower.contains("no org id")
        || answer.status == 400 && lower.contains("authentication to data source failed");
    if !refused {
        return None;
    }
    let tenant = view.targets().tenants.first().cloned();
    let number = source.header_number(TENANT);
    let secret = number.map(|number| format!("httpHeaderValue{number}"));
    let set = secret
        .as_ref()
        .zip(source.secrets.as_ref())
        .map(|(secret, secrets)| secrets.contains(secret));
    let summary = match (number, set) {
        (None, _) => format!("sends no {TENANT}, but Tempo is multi-tenant"),
        (Some(number), Some(false)) => {
            format!("sets the header {TENANT} but no value for it: secureJsonData.httpHeaderValue{number} is not set")
        }
        (Some(_), _) => format!("sends a {TENANT} that Tempo rejects"),
    };
    let headers = match (number, set) {
        (None, _) => "none".to_owned(),
        (Some(number), Some(false)) => format!("httpHeaderName{number}: {TENANT}, without a value"),
        (Some(number), _) => format!("httpHeaderName{number}: {TENANT}"),
    };
    let proxy = format!("GET /api/datasources/proxy/uid/{}/api", source.uid);
    let config = provisioning::render_settings(source, &[&format!("httpHeaderName1: {TENANT}")]);
    let value = tenant.unwrap_or_else(|| "<tenant>".to_owned());
    Some(
        build_source_finding("ds-missing-tenant-header", source, summary)
            .likely_unless(number.is_none() || set == Some(false) || lower.contains("no org id"))
            .with_evidence(format!("{proxy}/search"), "", format_status_text(answer.status, &said))
            .with_evidence(format!("{proxy}/echo"), "", "200 echo, which needs no tenant")
            .with_evidence(format!("data source {}", source.name), "headers", headers)
            .with_remedy("set the header's name and value; the value belongs in secureJsonData:")
            .with_config(format!(
                "{config}\n    secureJsonData:\n      httpHeaderValue1: {value}"
            )),
    )
}

/// It answers as a Tempo, and does not have the trace: another tenant, or another Tempo.
fn explain_other_instance(view: &EvidenceView<'_>, source: &DataSource, through: &TempoSourceFacts) -> Finding {
    let proxy = format!("GET /api/datasources/proxy/uid/{}/api", source.uid);
    let searched = through.search.get().map(|ids| {
        let found = if ids.is_empty() { "not found" } else { "found" };
        EvidenceLine::new(format!("{proxy}/search"), "the marker", found)
    });
    let seen = |finding: Finding| {
        finding
            .with_evidence(format!("{proxy}/v2/traces/…"), "the marker", "not found")
            .with_evidence("GET /api/v2/traces/…", "the marker, queried directly", "found")
            .with_evidence_lines(searched)
    };
    let own = format!("data source {}", source.name);
    if let Some(number) = source.header_number(TENANT) {
        let tenant = view.targets().tenants.first().map_or("single-tenant", String::as_str);
        let config = provisioning::render_settings(source, &[&format!("httpHeaderName{number}: {TENANT}")]);
        let summary = format!("queries a tenant other than \"{tenant}\", which the marker was written to");
        return seen(build_source_finding("tenant-mismatch", source, summary).likely())
            .with_evidence(own, format!("httpHeaderName{number}"), TENANT)
            .with_remedy("set the tenant that applications write to:")
            .with_config(format!(
                "{config}\n    secureJsonData:\n      httpHeaderValue{number}: {tenant}"
            ));
    }
    let url = source.url.as_deref().unwrap_or("an unknown address");
    let server = &view.targets().tempo.url;
    let summary = format!("points at {url}, a Tempo that does not have the marker");
    seen(build_source_finding("ds-different-instance", source, summary))
        .likely_unless(source.url.as_deref().is_some_and(|url| !is_same_place(url, server)))
        .with_evidence(own, "url", url)
        .with_evidence("tempoctl", "Tempo", server)
        .with_remedy("point it at the Tempo that applications send to:")
        .with_config(provisioning::render_entry(source, server, &[]))
}

/// The proxy reads the trace, and a panel's own question fails: versions up to 13.1 glue the path to the address, so that
/// a slash at its end, or a query, breaks them.
fn find_panel_failure(view: &EvidenceView<'_>, source: &DataSource, through: &TempoSourceFacts) -> Option<Finding> {
    let answer = through.query.get()?;
    let error = extract_query_error(answer).or_else(|| (!answer.is_success()).then(|| extract_message(answer)))?;
    if answer.status == 403 {
        return None;
    }
    let url = source.url.as_deref().unwrap_or_default();
    if !url.ends_with('/') && !url.contains('?') {
        return None;
    }
    let clean = url.split('?').next().unwrap_or(url).trim_end_matches('/');
    let what = if url.ends_with('/') { "a slash" } else { "a query" };
    let summary =
        format!("points at {url}: with {what} after the address, Grafana requests traces by id at a wrong path");
    let proxy = format!("GET /api/datasources/proxy/uid/{}/api/v2/traces/…", source.uid);
    let found =
        has_seen_marker(view.search_watch()).then(|| EvidenceLine::new("GET /api/search", "queried directly", "found"));
    Some(
        build_source_finding("ds-url-with-path", source, summary)
            .with_evidence("POST /api/ds/query", "the marker by its id", error)
            .with_evidence(proxy, "the marker", "found")
            .with_evidence(format!("data source {}", source.name), "url", url)
            .with_evidence_lines(found)
            .with_remedy("remove it:")
            .with_config(provisioning::render_entry(source, clean, &[])),
    )
}
