//! In the Compose files, the links between Grafana's data sources are complete.

use serde_json::Value;

use super::compose_url::{ProvisionedDataSource, list_provisioned_data_sources};
use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence, build_setting_evidence, tempo_service};
use telemetry::model::compose::{ComposeProject, ComposeRole};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.compose-links",
    title: "in the Compose files, the links between Grafana's data sources are complete",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let all = list_provisioned_data_sources(project);
    if all.is_empty() {
        return CheckOutcome::not_applicable("these files provision no data source");
    }
    for one in &all {
        let found = find_dead_link(&all, one)
            .or_else(|| find_streaming_mismatch(project, one))
            .or_else(|| find_missing_tenant(project, one))
            .or_else(|| find_escape_error(one));
        if let Some(finding) = found {
            return finding.into();
        }
    }
    CheckOutcome::pass(format!("{} data sources; every link points at one of them", all.len()))
}

/// A setting that leads to a uid which no file gives to a data source.
fn find_dead_link(all: &[ProvisionedDataSource<'_>], one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let mut links = Vec::new();
    collect_links(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut links);
    let is_there = |uid: &str| all.iter().any(|other| other.uid() == Some(uid) || other.name() == uid);
    let (pointer, uid) = links
        .into_iter()
        .find(|(_, uid)| !uid.contains('$') && !uid.starts_with('-') && !is_there(uid))?;
    // A data source without a uid gets one that Grafana makes up.
    let nameless = all.iter().filter(|other| other.uid().is_none());
    let finding = Finding::degraded(
        "ds-uid-mismatch",
        format!(
            "{} of the data source \"{}\" points at the uid \"{uid}\", which no data source here has",
            compose::render_pointer(&pointer)
                .rsplit("jsonData.")
                .next()
                .unwrap_or_default(),
            one.name()
        ),
    )
    .with_evidence_lines([build_setting_evidence(one.config, &pointer)])
    .with_evidence_lines(nameless.map(|other| {
        build_file_evidence(
            &other.config.location(&format!("{}/uid", other.at)),
            format!("uid of \"{}\"", other.name()),
            "not set: Grafana generates one",
        )
    }));
    Some(
        finding
            .with_remedy("set the uid where the data source is provisioned:")
            .with_config(format!("uid: {uid}")),
    )
}

fn collect_links(value: &Value, pointer: &str, links: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                let at = format!("{pointer}/{key}");
                match below.as_str() {
                    Some(uid) if key == "datasourceUid" && !uid.is_empty() => links.push((at, uid.to_owned())),
                    _ => collect_links(below, &at, links),
                }
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                collect_links(below, &format!("{pointer}/{index}"), links);
            }
        }
        _ => {}
    }
}

/// Streaming goes over gRPC on the HTTP port, which Tempo opens only when told.
fn find_streaming_mismatch(project: &ComposeProject, one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    if one.kind() != "tempo" {
        return None;
    }
    let asked = ["search", "metrics"].iter().find_map(|what| {
        let pointer = format!("{}/jsonData/streamingEnabled/{what}", one.at);
        (one.config.at(&pointer) == Some(&Value::Bool(true))).then_some(pointer)
    })?;
    let (_, config) = tempo_service::find_services_running(project, "query-frontend").next()?;
    let on = "/stream_over_http_enabled";
    (config.at(on) != Some(&Value::Bool(true))).then(|| {
        Finding::degraded(
            "ds-streaming-not-enabled",
            format!(
                "the data source \"{}\" streams, but Tempo has streaming disabled",
                one.name()
            ),
        )
        .with_evidence_lines([
            build_setting_evidence(one.config, &asked),
            build_setting_evidence(config, on),
        ])
        .with_remedy(format!("enable streaming in {}:", config.file))
        .with_config("stream_over_http_enabled: true")
    })
}

fn find_missing_tenant(project: &ComposeProject, one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let tempo = project
        .services_with_role(ComposeRole::Tempo)
        .find_map(|service| service.config())?;
    if one.kind() != "tempo" || tempo.at("/multitenancy_enabled") != Some(&Value::Bool(true)) {
        return None;
    }
    let json = one.entry["jsonData"].as_object();
    let number = json.into_iter().flatten().find_map(|(key, value)| {
        let number = key.strip_prefix("httpHeaderName")?;
        value.as_str()?.eq_ignore_ascii_case("x-scope-orgid").then_some(number)
    });
    let value = number.map(|number| format!("httpHeaderValue{number}"));
    let whole = value
        .as_ref()
        .is_some_and(|value| one.entry["secureJsonData"].get(value).is_some());
    (!whole).then(|| {
        Finding::broken(
            "ds-missing-tenant-header",
            format!(
                "Tempo requires a tenant with every query, but the data source \"{}\" sends none",
                one.name()
            ),
        )
        .with_evidence_lines([
            build_setting_evidence(tempo, "/multitenancy_enabled"),
            build_file_evidence(
                &one.config.location(&format!("{}/jsonData", one.at)),
                "httpHeaderName1: X-Scope-OrgID",
                if number.is_some() {
                    "without its value"
                } else {
                    "not set"
                },
            ),
        ])
        .with_remedy(format!("set the header's name and value in {}:", one.config.file))
        .with_config("jsonData:\n  httpHeaderName1: X-Scope-OrgID\nsecureJsonData:\n  httpHeaderValue1: team-a")
    })
}

/// Provisioning puts variables into every text: `$__tags` has to be written `$$__tags`.
fn find_escape_error(one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let mut found = None;
    find_unescaped_variable(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut found);
    let pointer = found?;
    Some(
        Finding::degraded(
            "ds-provisioning-escape",
            format!(
                "a query of the data source \"{}\" loses its variable: provisioning expands a single $",
                one.name()
            ),
        )
        .with_evidence_lines([build_setting_evidence(one.config, &pointer)])
        .with_remedy(format!("double the $ in {}:", one.config.file))
        .with_config("$${__tags}"),
    )
}

fn find_unescaped_variable(value: &Value, pointer: &str, found: &mut Option<String>) {
    match value {
        Value::String(text) => {
            let bare = text
                .match_indices("$__")
                .chain(text.match_indices("${__"))
                .any(|(at, _)| !text[..at].ends_with('$'));
            if bare && found.is_none() {
                *found = Some(pointer.to_owned());
            }
        }
        Value::Object(map) => {
            for (key, below) in map {
                find_unescaped_variable(below, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                find_unescaped_variable(below, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
