//! In the Compose files, the links between Grafana's data sources are complete.

use serde_json::Value;

use super::compose_url::{Provisioned, provisioned};
use crate::checks::compose::{self, line, setting, tempo};
use crate::checks::{Check, View};
use crate::model::compose::{Project, Role};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.compose-links",
    hop: Hop::Grafana,
    title: "in the Compose files, the links between Grafana's data sources are complete",
    needs: &[&[Fact::Compose]],
    causes: &[
        "ds-uid-mismatch",
        "ds-streaming-not-enabled",
        "ds-missing-tenant-header",
        "ds-provisioning-escape",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let all = provisioned(project);
    if all.is_empty() {
        return Outcome::not_applicable("these files provision no data source");
    }
    for one in &all {
        let found = dead(&all, one)
            .or_else(|| streaming(project, one))
            .or_else(|| tenant(project, one))
            .or_else(|| escaped(one));
        if let Some(finding) = found {
            return finding.into();
        }
    }
    Outcome::pass(format!("{} data sources; every link points at one of them", all.len()))
}

/// A setting that leads to a uid which no file gives to a data source.
fn dead(all: &[Provisioned<'_>], one: &Provisioned<'_>) -> Option<Finding> {
    let mut links = Vec::new();
    collect(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut links);
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
            compose::dotted(&pointer).rsplit("jsonData.").next().unwrap_or_default(),
            one.name()
        ),
    )
    .seen_all([setting(one.config, &pointer)])
    .seen_all(nameless.map(|other| {
        line(
            &other.config.place(&format!("{}/uid", other.at)),
            format!("uid of \"{}\"", other.name()),
            "not set: Grafana generates one",
        )
    }));
    Some(finding.fix(
        "set the uid where the data source is provisioned:",
        Some(format!("uid: {uid}")),
        None,
    ))
}

fn collect(value: &Value, pointer: &str, links: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                let at = format!("{pointer}/{key}");
                match below.as_str() {
                    Some(uid) if key == "datasourceUid" && !uid.is_empty() => links.push((at, uid.to_owned())),
                    _ => collect(below, &at, links),
                }
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                collect(below, &format!("{pointer}/{index}"), links);
            }
        }
        _ => {}
    }
}

/// Streaming goes over gRPC on the HTTP port, which Tempo opens only when told.
fn streaming(project: &Project, one: &Provisioned<'_>) -> Option<Finding> {
    if one.kind() != "tempo" {
        return None;
    }
    let asked = ["search", "metrics"].iter().find_map(|what| {
        let pointer = format!("{}/jsonData/streamingEnabled/{what}", one.at);
        (one.config.at(&pointer) == Some(&Value::Bool(true))).then_some(pointer)
    })?;
    let (_, config) = tempo::running(project, "query-frontend").next()?;
    let on = "/stream_over_http_enabled";
    (config.at(on) != Some(&Value::Bool(true))).then(|| {
        Finding::degraded(
            "ds-streaming-not-enabled",
            format!(
                "the data source \"{}\" streams, but Tempo has streaming disabled",
                one.name()
            ),
        )
        .seen_all([setting(one.config, &asked), setting(config, on)])
        .fix(
            format!("enable streaming in {}:", config.file),
            Some("stream_over_http_enabled: true".to_owned()),
            None,
        )
    })
}

fn tenant(project: &Project, one: &Provisioned<'_>) -> Option<Finding> {
    let tempo = project.of(Role::Tempo).find_map(|service| service.config())?;
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
        .seen_all([
            setting(tempo, "/multitenancy_enabled"),
            line(
                &one.config.place(&format!("{}/jsonData", one.at)),
                "httpHeaderName1: X-Scope-OrgID",
                if number.is_some() {
                    "without its value"
                } else {
                    "not set"
                },
            ),
        ])
        .fix(
            format!("set the header's name and value in {}:", one.config.file),
            Some("jsonData:\n  httpHeaderName1: X-Scope-OrgID\nsecureJsonData:\n  httpHeaderValue1: team-a".to_owned()),
            None,
        )
    })
}

/// Provisioning puts variables into every text: `$__tags` has to be written `$$__tags`.
fn escaped(one: &Provisioned<'_>) -> Option<Finding> {
    let mut found = None;
    unescaped(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut found);
    let pointer = found?;
    Some(
        Finding::degraded(
            "ds-provisioning-escape",
            format!(
                "a query of the data source \"{}\" loses its variable: provisioning expands a single $",
                one.name()
            ),
        )
        .seen_all([setting(one.config, &pointer)])
        .fix(
            format!("double the $ in {}:", one.config.file),
            Some("$${__tags}".to_owned()),
            None,
        ),
    )
}

fn unescaped(value: &Value, pointer: &str, found: &mut Option<String>) {
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
                unescaped(below, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                unescaped(below, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
